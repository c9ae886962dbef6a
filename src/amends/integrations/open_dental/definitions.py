"""The CommLog type of upset patients: one definition of the office, known by its number (open-dental-api.md 3.2).

Staff may rename it, hide it, or make a second one of the same name. CommLogs keep the number, so the number counts
once it is known; the name only finds it the first time.
"""

from collections.abc import Sequence

from amends.deliveries.channel import Configuration, Permanent

from .client import Budget, OpenDentalClient, Query
from .facts import CommType
from .rows import Definition

COMM_LOG_TYPES = 27
_WHERE = "in Open Dental under Setup, Definitions, Commlog Types"
_AS_MISCELLANEOUS = "Until then CommLogs are written as Miscellaneous."


def read_comm_type(client: OpenDentalClient, budget: Budget, *, name: str, known: CommType) -> CommType:
    """The type as it is in the office now. Raises what a GET raises."""
    # By number: ?category=CommLogTypes is ignored and gives other categories.
    query: Query = {"Category": COMM_LOG_TYPES, "includeHidden": "true"}
    return choose(client.rows("definitions", Definition, query, budget), name=name, known=known)


def choose(rows: Sequence[Definition], *, name: str, known: CommType) -> CommType:
    """Which definition is meant, among all of the office with the hidden ones; `known` is what was chosen before."""
    types = [row for row in rows if row.Category == COMM_LOG_TYPES]
    named = [row for row in types if _is_named(row, name)]
    shown = [row for row in named if not row.isHidden]
    numbers = frozenset(known.numbers | {row.DefNum for row in named})
    before = next((row for row in types if row.DefNum == known.number), None)

    def chosen(row: Definition, warning: str = "") -> CommType:
        return CommType(number=row.DefNum, numbers=numbers | {row.DefNum}, name=row.ItemName.strip(), warning=warning)

    if before is not None and not before.isHidden and (before in shown or not shown):
        return chosen(before, _renamed(before, name) if before not in shown else _several(shown, name, before))
    if len(shown) == 1:
        return chosen(shown[0])
    if shown:
        warning = f"Open Dental has {len(shown)} CommLog types named “{name}”. Hide all but one, {_WHERE}. "
    elif before is not None or named:
        warning = f"The CommLog type “{name}” is hidden. Show it again, {_WHERE}. "
    else:
        warning = f"Open Dental has no CommLog type “{name}”. Add it, {_WHERE}. "
    return CommType(numbers=numbers, name=name, warning=warning + _AS_MISCELLANEOUS)


def create(client: OpenDentalClient, budget: Budget, *, name: str) -> None:
    """Adds the type, where there is certainly none of that name, hidden or not.

    Raises `Configuration` where there is one, and what a POST raises. To be called only when a person says so.
    """
    query: Query = {"Category": COMM_LOG_TYPES, "includeHidden": "true"}
    rows = client.rows("definitions", Definition, query, budget)
    if any(row.Category == COMM_LOG_TYPES and _is_named(row, name) for row in rows):
        raise Configuration(
            f"Open Dental has a CommLog type “{name}” already. If it is hidden, show it again, {_WHERE}."
        )
    created = client.post("definitions", {"ItemName": name, "category": "CommLogTypes"}, budget)
    if not created.number("DefNum"):
        raise Permanent(f"Open Dental took the CommLog type “{name}”, and does not tell its number.")


def _is_named(row: Definition, name: str) -> bool:
    return row.ItemName.strip().casefold() == name.strip().casefold()


def _renamed(row: Definition, name: str) -> str:
    return (
        f"The CommLog type “{name}” is now named “{row.ItemName.strip()}” in Open Dental. Amends goes on with it. "
        "Enter its new name in Amends."
    )


def _several(shown: list[Definition], name: str, used: Definition) -> str:
    if len(shown) == 1:
        return ""
    return (
        f"Open Dental has {len(shown)} CommLog types named “{name}”. Amends goes on with number {used.DefNum}. "
        f"Hide the others, {_WHERE}."
    )
