"""The same cause at offices whose cases this person may not open: how often, and what was changed there.

For managers, so that a fix is not found twice. No case is named and no office: a number, and the words of corrective
actions, as far as they name nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, When

from amends.access import Right, offices_with
from amends.cases.steps import Desk
from amends.learning.changes import change_of
from amends.learning.lessons.patient_free import people_of_each, what_tells
from amends.learning.models import Outcome, WatchedAction, keys_in
from amends.learning.tallies import of_places
from amends.learning.watching import any_of
from amends.practice.parts_of_weeks import end_of_month

_FEW = 3
_LOOKED_AT = 9  # newest changes: the words of some may name somebody


@dataclass(frozen=True)
class ChangedThere:
    """What was to change, in words that name nobody, against which causes, and what came of it: "Held"."""

    what: str
    causes: str
    state: str


@dataclass(frozen=True)
class Elsewhere:
    """So many cases of the twelve months that end with `until`, and the newest changes, those that ended first."""

    cases: int
    until: date
    changes: tuple[ChangedThere, ...]


def elsewhere(desk: Desk, mine: Sequence[str] | None, causes: Sequence[str]) -> Elsewhere | None:
    """What there is with one of these causes at the offices that are not among `mine` (None: all are). None where that
    is nothing, or nothing of this person's."""
    if mine is None or not causes or desk.office.id not in offices_with(desk.person, Right.SEE_LEARNING, desk.known):
        return None
    until = desk.case.opened_at.astimezone(desk.zone).date()
    own = [int(office) for office in mine]
    cases = _cases(None, causes, until) - _cases(own, causes, until)
    changes = _changes(desk, own, causes)
    return Elsewhere(cases, until, changes) if cases or changes else None


def _cases(offices: Sequence[int] | None, causes: Sequence[str], until: date) -> int:
    """How many there were in the month of that day and the eleven before; from the tallies."""
    end = end_of_month(until)
    counted = of_places(offices, end.replace(year=end.year - 1), end, in_months=True)
    wanted = set(causes)
    return sum(
        cases
        for _, cells in counted
        for named, cases in cells.of("", "").by_causes.items()
        if wanted.intersection(keys_in(named))
    )


def _changes(desk: Desk, own: Sequence[int], causes: Sequence[str]) -> tuple[ChangedThere, ...]:
    rows = WatchedAction.objects.filter(any_of("causes", causes), case__lt=desk.row.pk).exclude(what="")
    ended_first = Case(When(outcome=Outcome.WATCHING, then=1), default=0)
    rows = rows.exclude(office__in=own).select_related("case").order_by(ended_first, "-until", "-pk")
    newest = list(rows[:_LOOKED_AT])
    about = people_of_each([row.case for row in newest]) if newest else {}
    shown = [row for row in newest if not what_tells(row.what, about[row.case_id])][:_FEW]
    told = (change_of(row, desk.known, desk.policy.causes, desk.actor.id, desk.now) for row in shown)
    return tuple(ChangedThere(one.row.what, one.causes, one.state) for one in told)
