"""`amends doctor`: looks now at everything that Amends needs, and says in a line each how it is and how to repair it.

Ends with 0 when nothing is down, with 1 otherwise. It changes nothing, and works also where the settings are wrong or
the database is missing: then it says so, and leaves out what rests on them.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace

from amends.cli.started import prepare_django
from amends.configuration import ConfigurationError
from amends.connections.checks import Check, Neighbor, State, down, worst

# Seconds: a person waits. Everything about an Open Dental takes eight requests, one a second in Remote mode.
_EACH, _ROUND = 30.0, 60.0
_RESTS_ON_IT = "Everything else is left out until this is repaired."

Told = list[tuple[Neighbor, Sequence[Check]]]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    try:
        prepare_django()
    except ConfigurationError as wrong:
        told, left_out = [_settings_refused(str(wrong))], _RESTS_ON_IT
    else:
        told, left_out = _look()
    state = worst(check.state for _, checks in told for check in checks)
    if options.json:
        print(json.dumps(_as_json(told, state, left_out), ensure_ascii=False))
    else:
        print("\n".join([*_lines(told), *([left_out] if left_out else [])]))
    return 1 if state is State.DOWN else 0


def _look() -> tuple[Told, str]:
    """Everything that was found, and a sentence on what was left out."""
    from amends.connections.looking import look_at
    from amends.connections.neighbors import everybody, first

    told: Told = list(look_at(first()))
    if any(check.state is State.DOWN for neighbor, checks in told for check in checks if neighbor.key == "database"):
        return told, _RESTS_ON_IT
    done = {neighbor.key for neighbor, _ in told}
    rest = [neighbor for neighbor in everybody(thorough=True) if neighbor.key not in done]
    found = {neighbor.key: (neighbor, checks) for neighbor, checks in look_at(rest, seconds=_EACH, at_most=_ROUND)}
    told += [found[neighbor.key] for neighbor in rest if neighbor.key in found]
    missing = len(rest) - len(found)
    return _with_since(told), f"{missing} more were not looked at within {_ROUND:.0f} seconds." if missing else ""


def _with_since(told: Told) -> Told:
    """Each check with the time since when it has been so, where the site has seen it in that state."""
    from amends.connections.models import LastKnown

    known = {(row.key, check.key): check for row in LastKnown.objects.all() for check in row.checks}

    def since(neighbor: Neighbor, check: Check) -> Check:
        before = known.get((neighbor.key, check.key))
        return replace(check, since=before.since) if before and before.state is check.state else check

    return [(neighbor, [since(neighbor, check) for check in checks]) for neighbor, checks in told]


def _settings_refused(why: str) -> tuple[Neighbor, Sequence[Check]]:
    """`why` is the text of a `ConfigurationError`: what is wrong, then the repair."""
    says, _, repair = why.partition(". ")
    check = down("usable", "Usable", f"{says.rstrip('.')}.", repair or "Mend that setting, and try again.")
    return Neighbor("settings", "Settings", lambda seconds: [check]), [check]


def _lines(told: Told) -> list[str]:
    names = {id(check): f"{neighbor.name}: {check.name}" for neighbor, checks in told for check in checks}
    width = max(map(len, names.values()), default=0)
    return [
        f"{check.state:<6}  {names[id(check)]:<{width}}  {check.says}{f'  -> {check.repair}' if check.repair else ''}"
        for _, checks in told
        for check in checks
    ]


def _as_json(told: Told, state: State, left_out: str) -> dict[str, object]:
    checks = [
        {"connection": neighbor.key, "connection_name": neighbor.name, **check.as_json()}
        for neighbor, checks in told
        for check in checks
    ]
    return {"ok": state is not State.DOWN, "state": state, "checks": checks, "left_out": left_out}
