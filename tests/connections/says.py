"""Checks as a test reads them."""

from collections.abc import Iterable

from amends.connections.checks import Check, State


def by_key(checks: Iterable[Check]) -> dict[str, Check]:
    """The checks by their key. Each that does not work says what is wrong and how it is put right, in sentences."""
    found = {}
    for check in checks:
        assert check.key not in found
        assert check.says.endswith((".", "”"))
        assert bool(check.repair) == (check.state is not State.WORKS), check
        found[check.key] = check
    return found


def states(checks: Iterable[Check]) -> dict[str, str]:
    return {key: check.state.value for key, check in by_key(checks).items()}
