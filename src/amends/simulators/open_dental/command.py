"""The command line of the Open Dental simulator."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from amends.simulators.clock import read_offset
from amends.simulators.open_dental import permissions
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.switches import SWITCHES, changed
from amends.simulators.open_dental.versions import PROFILES
from amends.simulators.serving import Server

_USUAL = Settings()
_WHILE_IT_RUNS = """while it runs (in JSON, and on the pages):
  /remote/api/v1/, /service/api/v1/, /local/api/v1/   the same world in one mode
  GET, PUT    /_control/settings[?customer_key=]      every switch above, and enabled, econnector, office, utc_offset
  GET, PUT    /_control/clock, /_control/faults       time; offline, latency and rules
  GET, POST   /_control/rows/TABLE                    rows as staff write them; PUT, DELETE …/TABLE/NUMBER
  POST        /_control/merge, /_control/touch        two patients become one; a flood of new stamps
  GET         /_control/events, POST …/events/poll, …/events/patient-selected
  GET, PUT    /_control/state, POST /_control/reset
"then" of a rule, which may ask for customer_key, mode and page besides method and path:
  status:N  status:429:SECONDS  status_after:N  drop_before  drop_after  reset_before  reset_after  truncate
  half_body  late_commit:SECONDS[:N]  slow:SECONDS  slow:7-10  overlap:ROWS  ignore_filters[:NAMES]
  not_stored:COLUMNS; of method EVENT: lost  duplicate  out_of_order
"""


def main(argv: list[str]) -> int:
    """Serve until SIGINT or SIGTERM. 2 for flags that make no sense, 1 when the port or the state file is refused."""
    try:
        flags = _parser().parse_args(_joined(argv))
    except SystemExit as told:  # argparse has said why
        return int(told.code or 0)
    try:
        Server(OpenDental(read_settings(flags)), port=flags.port).run()
    except (OSError, OverflowError, ValueError) as wrong:
        print(f"open-dental cannot start: {wrong}", file=sys.stderr)
        return 1
    return 0


def _joined(argv: list[str]) -> list[str]:
    """`--utc-offset -05:00` as one word, since a value with a minus would be taken for a flag."""
    if "--utc-offset" not in argv:
        return argv
    place = argv.index("--utc-offset")
    return [*argv[:place], "=".join(argv[place : place + 2]), *argv[place + 2 :]]


def read_settings(flags: argparse.Namespace) -> Settings:
    """The settings that the flags give."""
    keys = tuple(flags.customer_key or _USUAL.customer_keys)
    if flags.offices:
        keys = tuple(f"{key}-{place}" for key in keys for place in range(1, flags.offices + 1))
    settings = Settings(
        mode=flags.mode,
        version=flags.od_version,
        permissions=flags.permissions,
        developer_key=flags.developer_key,
        customer_keys=keys,
        small_worlds=bool(flags.offices),
        seed=flags.seed,
        state_file=flags.state,
        utc_offset=flags.utc_offset,
        queue=flags.queue,
    )
    return changed(settings, {name: True for name in SWITCHES if getattr(flags, name)})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulate open-dental",
        description="Open Dental's REST API under /api/v1/ on this machine, with a seeded dental group and pages at /.",
        epilog=_WHILE_IT_RUNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0: any free one, which is printed (default)")
    add(
        "--mode",
        type=Mode,
        choices=list(Mode),
        default=_USUAL.mode,
        help="default remote: pages of 100, one call a second",
    )
    add("--od-version", choices=PROFILES, default=_USUAL.version, metavar="VERSION", help=", ".join(PROFILES))
    add(
        "--permissions",
        type=_permissions,
        default=_USUAL.permissions,
        metavar="ReadAll,Comm,…",
        help="default: all but Enterprise",
    )
    add("--developer-key", default=_USUAL.developer_key)
    add("--customer-key", action="append", help="again for more offices, each with a database of its own")
    add(
        "--offices",
        type=_count,
        default=0,
        metavar="N",
        help="N small offices of one clinic each, with the keys CUSTOMER_KEY-1 to CUSTOMER_KEY-N; each is made when it "
        "is first used",
    )
    add("--seed", type=int, default=_USUAL.seed, help="the same number makes the same world (default 7)")
    add("--state", type=Path, metavar="FILE", help="keep the state here; flags win over what it holds")
    add(
        "--utc-offset",
        type=_offset,
        metavar="-05:00",
        help="the office's clock; default -05:00, or what --state holds",
    )
    add("--queue", type=int, default=_USUAL.queue, help="remote: calls that wait for their turn before 429 (default 3)")
    switches = parser.add_argument_group("switches for what is not confirmed about the real API")
    for name, switch in SWITCHES.items():
        switches.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=switch.told)
    return parser


def _permissions(text: str) -> frozenset[str]:
    try:
        return permissions.read_permissions(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("a whole number from 0")
    return int(text)


def _offset(text: str) -> timedelta:
    try:
        return read_offset(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong
