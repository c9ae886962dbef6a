"""Offices that log too little for their visits, beside what the group logs where its visits are known."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import DateField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from amends.integrations.open_dental.models import VisitCount
from amends.learning.against_visits import AgainstVisits, visits_of
from amends.learning.counting import Asked, Counted, cases_of
from amends.learning.models import CaseFigures
from amends.learning.spans import Grain, Window, spans_of
from amends.learning.statistics.quiet import Quiet, quiet
from amends.practice.models import Office
from amends.practice.parts_of_weeks import part_of


def quiet_offices(offices: Sequence[int], today: date, since: date) -> list[tuple[int, Quiet]]:
    """Offices whose visits since their last case are too many for chance, by the whole weeks of the last half year.

    Nobody wrote anything down before `since`, the day of the group's first case: those visits count nowhere. Nor do
    those from before an office joined, which are not kept.
    """
    weeks = [
        span for span in spans_of(Window.HALF_YEAR, today)[Grain.WEEK] if since <= span.first and span.end <= today
    ]
    if not weeks:
        return []
    everywhere, first = Asked(None), part_of(weeks[0].first)
    counted = Counted(cases_of(everywhere, first, weeks[-1].end))
    held = AgainstVisits(everywhere, visits_of(None, weeks, today), counted, today, first)
    known = [held[week] for week in weeks if held.known[week].visits]
    cases, visits = sum(one.cases for one in known), sum(one.visits or 0 for one in known)
    judged = [(office, quiet(own, cases=cases, of_visits=visits)) for office, own in _since_last(offices, since)]
    return [(office, found) for office, found in judged if found.is_signal]


def _since_last(offices: Sequence[int], since: date) -> list[tuple[int, int]]:
    """The visits of each open office that are known after the day of its last case."""
    newest = CaseFigures.objects.filter(office=OuterRef("pk"), counts=True).order_by("-day").values("day")[:1]
    known = VisitCount.objects.filter(office=OuterRef("pk"), day__gt=OuterRef("last")).order_by().values("office")
    rows = (
        Office.objects.filter(pk__in=offices, is_active=True)
        .annotate(last=Coalesce(Subquery(newest), Value(since - timedelta(days=1), DateField())))
        .annotate(since=Coalesce(Subquery(known.annotate(visits=Sum("completed")).values("visits")), 0))
    )
    return list(rows.values_list("pk", "since"))
