"""What the Learning page is asked to show: its filters, as they stand in the address."""

from dataclasses import dataclass

from django.http import QueryDict

from amends.access import Right, scope_or_404
from amends.cases.case_list import SOURCES
from amends.learning.counting import Asked
from amends.learning.spans import WINDOWS, Window
from amends.practice.directory import Directory
from amends.practice.models import Person
from amends.protocol.policy import Policy


@dataclass(frozen=True)
class Option:
    """One entry of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Chosen:
    """The filters that hold. `mine` are the offices that the person may look at; `filters` names what narrows them."""

    asked: Asked
    window: Window
    mine: tuple[str, ...]
    place: str
    filters: dict[str, str]


def chosen(typed: QueryDict, person: Person, known: Directory, policy: Policy) -> Chosen:
    """Reads the filters; what is no choice is passed over. Raises Http404 for somebody without the right."""
    listed = scope_or_404(person, Right.SEE_LEARNING)
    mine = tuple(known.offices) if listed is None else tuple(listed)
    filters: dict[str, str] = {}
    offices: tuple[str, ...] | None = None if listed is None else mine
    place = known.group if listed is None else _named(mine, known)
    if (office := typed.get("office", "")) in mine:
        filters["office"], offices, place = office, (office,), known.offices[office].name
    elif (region := typed.get("region", "")) in known.regions:
        filters["region"] = region
        offices = tuple(one for one in mine if known.offices[one].region_id == region)
        place = known.regions[region]
    for name, labels in (("cause", policy.causes), ("source", {str(key): label for key, label in SOURCES.items()})):
        if (value := typed.get(name, "")) in labels:
            filters[name] = value
    window = typed.get("period", "")
    return Chosen(
        asked=Asked(
            None if offices is None else tuple(int(one) for one in offices),
            filters.get("cause", ""),
            filters.get("source", ""),
        ),
        window=Window(window) if window in WINDOWS else Window.HALF_YEAR,
        mine=mine,
        place=place,
        filters=filters,
    )


def options(now: Chosen, known: Directory, policy: Policy) -> dict[str, list[Option]]:
    """Every filter with its entries."""
    offices = {one: known.offices[one].name for one in now.mine}
    regions = {known.offices[one].region_id: known.offices[one].region for one in now.mine}
    values = {**now.filters, "period": now.window.value}
    return {
        name: [Option(value, label, values.get(name) == value) for value, label in labels.items()]
        for name, labels in (
            ("office", offices if len(offices) > 1 else {}),
            ("region", regions if len(regions) > 1 else {}),
            ("cause", policy.causes),
            ("source", {source.value: label for source, label in SOURCES.items()}),
            ("period", {window.value: label for window, label in WINDOWS.items()}),
        )
    }


def _named(offices: tuple[str, ...], known: Directory) -> str:
    return known.offices[offices[0]].name if len(offices) == 1 else f"Your {len(offices)} offices"
