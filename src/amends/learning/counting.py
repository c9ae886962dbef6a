"""What the Learning page reckons with: cases of the chosen places, added up from tallies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from amends.learning.models import CaseFigures
from amends.learning.spans import Span
from amends.learning.tallies import Added, of_places
from amends.practice.parts_of_weeks import parts_between

_RARE_AT_MOST = 40


@dataclass(frozen=True)
class Asked:
    """Which cases: of these offices (None: the whole group), with this cause and source ("" any)."""

    offices: tuple[int, ...] | None
    cause: str = ""
    source: str = ""


def cases_of(asked: Asked, first: date, end: date, *, in_months: bool = False) -> dict[date, Added]:
    """By part of a week; `in_months`, by month, as the part that it begins with.

    `first` and `end` are where parts, or months, begin.
    """
    found: dict[date, Added] = defaultdict(Added)
    for begins, cells in of_places(asked.offices, first, end, in_months=in_months):
        found[begins].add_all(cells.of(asked.cause, asked.source))
    return found


def within(span: Span, by_part: dict[date, Added]) -> Added:
    """What was counted in the span; its minutes in ascending order."""
    added = Added()
    for part in parts_between(span.first, span.end):
        if part in by_part:
            added.add_all(by_part[part])
    added.cell.minutes.sort()
    return added


class Counted(dict[Span, Added]):
    """What was counted in each span, added up when it is first asked for: longer grains mostly are not."""

    def __init__(self, by_part: dict[date, Added]) -> None:
        super().__init__()
        self._by_part = by_part

    def __missing__(self, span: Span) -> Added:
        return self.setdefault(span, within(span, self._by_part))


def first_day() -> date | None:
    """The day of the group's first case: what was before it was written down by nobody, and is no period of a chart."""
    return CaseFigures.objects.filter(counts=True).order_by("day").values_list("day", flat=True).first()


def rare_ones(asked: Asked, first: date, today: date) -> list[tuple[date, int]]:
    """The days and cases of the newest ones since `first`, the oldest first; at most forty."""
    rows = figures_asked(asked).filter(day__gte=first, day__lte=today)
    return list(reversed(rows.order_by("-day", "-pk").values_list("day", "pk")[:_RARE_AT_MOST]))


def figures_asked(asked: Asked) -> QuerySet[CaseFigures]:
    """The figures themselves, for what no tally has."""
    rows = CaseFigures.objects.filter(counts=True)
    if asked.offices is not None:
        rows = rows.filter(office__in=asked.offices)
    if asked.cause:
        rows = rows.filter(causes__contains=f",{asked.cause},")
    if asked.source:
        rows = rows.filter(source=asked.source)
    return rows


def total(parts: Iterable[Added]) -> Added:
    added = Added()
    for part in parts:
        added.add_all(part)
    added.cell.minutes.sort()
    return added
