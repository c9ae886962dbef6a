"""Cases held against visits: of each period those of the offices whose visits are known on every day of it.

An office that was not read for a time takes its cases out of those periods together with its visits; the others are
judged all the same. Before it joined an office has neither cases nor visits to be known. Today is not over, so a period
that has not ended is held against its visits until yesterday.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Count, QuerySet, Sum

from amends.integrations.open_dental.models import VisitSum
from amends.learning.counting import Asked, figures_asked
from amends.learning.spans import Span
from amends.learning.tallies import Added
from amends.practice.models import Office
from amends.practice.parts_of_weeks import end_of_part, parts_between

Offices = frozenset[int]
_NONE: Offices = frozenset()


@dataclass(frozen=True)
class Known:
    """Completed visits of a span before today at the offices of which every day of it is known, of those that joined in
    it from then on; None where there is no such office. `without` are the others that had joined."""

    visits: int | None
    without: Offices = _NONE


@dataclass(frozen=True)
class Held:
    """Cases and visits of a span at the same offices on the same days."""

    cases: int
    visits: int | None
    without: Offices = _NONE


class AgainstVisits(dict[Span, Held]):
    """What is held against visits in each span, reckoned when it is first asked for: longer grains mostly are not.

    `counted` has all cases of a span. What is not to count there is subtracted, so that the group's own tally serves.
    """

    def __init__(
        self, asked: Asked, known: Mapping[Span, Known], counted: Mapping[Span, Added], today: date, since: date
    ) -> None:
        super().__init__()
        self.known, self._counted = known, counted
        self._asked, self._today, self._since = asked, today, since
        self._days: dict[Offices | None, tuple[list[date], list[int]]] = {}

    def __missing__(self, span: Span) -> Held:
        known, cases, until = self.known[span], self.cases_in(span), min(span.end, self._today)
        if until < span.end:
            cases -= self._between(None, until, span.end)
        if known.without:
            cases -= self._between(known.without, span.first, until)
        return self.setdefault(span, Held(cases, known.visits, known.without))

    def cases_in(self, span: Span) -> int:
        """All cases of the span."""
        return self._counted[span].cell.cases

    def _between(self, offices: Offices | None, first: date, end: date) -> int:
        """Cases of these offices (None: of all that are asked for, from today on) from `first` to `end`."""
        if offices not in self._days:
            rows = figures_asked(self._asked).filter(day__gte=self._today if offices is None else self._since)
            if offices is not None:
                rows = rows.filter(office__in=offices)
            found = rows.order_by("day").values_list("day").annotate(cases=Count("pk"))
            days = dict(found)
            self._days[offices] = list(days), [0, *accumulate(days.values())]
        ordered, so_far = self._days[offices]
        return so_far[bisect_left(ordered, end)] - so_far[bisect_left(ordered, first)]


def visits_of(offices: tuple[int, ...] | None, spans: Sequence[Span], today: date) -> dict[Span, Known]:
    """What is known of the visits at these offices (None: at all, also those that are closed) in each span."""
    places = Office.objects.all() if offices is None else Office.objects.filter(pk__in=offices)
    joined = {pk: day or date.min for pk, day in places.values_list("pk", "joined_on")}
    parts = {part for span in spans for part in parts_between(span.first, span.end)}
    rows = VisitSum.objects.filter(begins__gte=min(parts), begins__lte=max(parts))
    if offices is not None:
        rows = rows.filter(office__in=offices)
    sums = rows.order_by().values_list("begins").annotate(visits=Sum("completed"), known=Sum("days"))
    together = {begins: (visits, known) for begins, visits, known in sums}
    found: dict[Span, Known] = {}
    each: dict[int, _ByPart] = {}  # offices of which something is not known; the others are known in all that is left
    left = list(spans)
    while left:
        for span in left:
            if (known := _known(span, together, each, joined, today)) is not None:
                found[span] = known
        left = [span for span in left if span not in found]
        if left:
            others = {one: day for one, day in joined.items() if one not in each}
            each |= _uneven(rows, others, left[0], left, today)
    return found


_ByPart = Mapping[date, tuple[int, int]]


def _known(
    span: Span, together: _ByPart, each: Mapping[int, _ByPart], joined: Mapping[int, date], today: date
) -> Known | None:
    """None where also one that is not in `each` is not known on every day."""
    parts = parts_between(span.first, span.end)
    visits, days = _added(together, span)
    others = Counter(joined.values()) - Counter(joined[office] for office in each)
    due = sum(count * _due_in(parts, today, day) for day, count in others.items())
    if due > days - sum(_added(known, span)[1] for known in each.values()):
        return None
    without = [
        office
        for office, known in each.items()
        if any(known.get(part, (0, 0))[1] < _due(part, today, joined[office]) for part in parts)
    ]
    if not due and all(office in without or not _due_in(parts, today, joined[office]) for office in each):
        return Known(None, frozenset(without))
    return Known(visits - sum(_added(each[office], span)[0] for office in without), frozenset(without))


def _uneven(
    rows: QuerySet[VisitSum], joined: Mapping[int, date], span: Span, left: Sequence[Span], today: date
) -> dict[int, _ByPart]:
    """Visits and known days by part in the spans that are left, of those offices that are not known in this span."""
    parts = parts_between(span.first, span.end)
    here = rows.filter(begins__in=parts).order_by().values_list("office").annotate(known=Sum("days"))
    known, due = dict(here), {day: _due_in(parts, today, day) for day in set(joined.values())}
    uneven: dict[int, dict[date, tuple[int, int]]] = {
        one: {} for one, day in joined.items() if known.get(one, 0) < due[day]
    }
    wanted = {part for one in left for part in parts_between(one.first, one.end)}
    read = rows.filter(begins__in=wanted, office__in=list(uneven)).order_by()
    for office, begins, visits, days in read.values_list("office_id", "begins", "completed", "days"):
        uneven[office][begins] = visits, days
    return dict(uneven)


def _due(part: date, today: date, joined: date) -> int:
    """How many days of the part, of those since somebody joined, are over."""
    return max(0, (min(end_of_part(part), today) - max(part, joined)).days)


def _due_in(parts: Iterable[date], today: date, joined: date) -> int:
    return sum(_due(part, today, joined) for part in parts)


def _added(by_part: _ByPart, span: Span) -> tuple[int, int]:
    found = [by_part[part] for part in parts_between(span.first, span.end) if part in by_part]
    return sum(visits for visits, _ in found), sum(days for _, days in found)
