"""What the Learning page reckons with: cases and visits of the chosen places, added up from tallies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from amends.integrations.open_dental.models import VisitCount, VisitSum
from amends.learning.models import CaseFigures
from amends.learning.spans import Span
from amends.learning.statistics.quiet import Quiet, quiet
from amends.learning.tallies import Added, of_places
from amends.practice.models import Office
from amends.practice.parts_of_weeks import monday_of, part_of, parts_between

_QUIET_WEEKS = 26
_RARE_AT_MOST = 40
_LONG_AGO = date(1990, 1, 1)


@dataclass(frozen=True)
class Asked:
    """Which cases: of these offices (None: the whole group), with this cause and source ("" any)."""

    offices: tuple[int, ...] | None
    cause: str = ""
    source: str = ""


@dataclass(frozen=True)
class Visits:
    """Completed visits by part of a week, and how many days of each are known, at so many offices together. Of the
    `unread` ones nothing is known in all that time."""

    completed: dict[date, int]
    days: dict[date, int]
    offices: int
    unread: tuple[int, ...] = ()

    def of(self, span: Span, *, until: date) -> int | None:
        """The visits of the span; None where a day of it, before `until`, is not known of every office."""
        parts = parts_between(span.first, span.end)
        due = (min(span.end, until) - span.first).days
        known = sum(self.days.get(part, 0) for part in parts)
        return sum(self.completed.get(part, 0) for part in parts) if 0 < due * self.offices <= known else None


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


def visits_of(offices: tuple[int, ...] | None, first: date, end: date) -> Visits:
    """Visits from `first` to `end`, where parts begin, of these offices (None: of all)."""
    places = tuple(Office.objects.values_list("pk", flat=True)) if offices is None else offices
    rows = VisitSum.objects.filter(begins__gte=first, begins__lt=end)
    if offices is not None:
        rows = rows.filter(office__in=offices)
    sums = rows.values("begins").annotate(visits=Sum("completed"), known=Sum("days")).order_by()
    completed, days = {}, {}
    for begins, visits, known in sums.values_list("begins", "visits", "known"):
        completed[begins], days[begins] = visits, known
    read = set(rows.order_by().values_list("office_id", flat=True).distinct())
    return Visits(completed, days, len(places), tuple(place for place in places if place not in read))


def first_day() -> date | None:
    """The day of the group's first case: what was before it was written down by nobody, and is no period of a chart."""
    return CaseFigures.objects.filter(counts=True).order_by("day").values_list("day", flat=True).first()


def rare_ones(asked: Asked, first: date, today: date) -> list[tuple[date, int]]:
    """The days and cases of the newest ones since `first`, the oldest first; at most forty."""
    rows = CaseFigures.objects.filter(counts=True, day__gte=first, day__lte=today)
    if asked.offices is not None:
        rows = rows.filter(office__in=asked.offices)
    if asked.cause:
        rows = rows.filter(causes__contains=f",{asked.cause},")
    if asked.source:
        rows = rows.filter(source=asked.source)
    return list(reversed(rows.order_by("-day", "-pk").values_list("day", "pk")[:_RARE_AT_MOST]))


def quiet_offices(offices: Sequence[int], today: date) -> list[tuple[int, Quiet]]:
    """Offices whose visits since their last case are too many for chance, by what the group has in half a year."""
    first = part_of(monday_of(today) - timedelta(weeks=_QUIET_WEEKS))
    cases = sum(added.cell.cases for added in cases_of(Asked(None), first, part_of(today)).values())
    visits = VisitSum.objects.filter(begins__gte=first, begins__lt=part_of(today)).aggregate(n=Sum("completed"))["n"]
    if not visits:
        return []
    newest = CaseFigures.objects.filter(office=OuterRef("pk"), counts=True).order_by("-day").values("day")[:1]
    known = VisitCount.objects.filter(office=OuterRef("pk"), day__gt=OuterRef("last")).order_by().values("office")
    rows = (
        Office.objects.filter(pk__in=offices, is_active=True)
        .annotate(last=Coalesce(Subquery(newest), Value(_LONG_AGO, DateField())))
        .annotate(since=Subquery(known.annotate(visits=Sum("completed")).values("visits")))
    )
    judged = [(pk, quiet(since or 0, cases=cases, of_visits=visits)) for pk, since in rows.values_list("pk", "since")]
    return [(pk, found) for pk, found in judged if found.is_signal]


def total(parts: Iterable[Added]) -> Added:
    added = Added()
    for part in parts:
        added.add_all(part)
    added.cell.minutes.sort()
    return added
