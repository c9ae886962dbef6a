"""Proves every few minutes that nothing is forgotten: no delivery is stuck, and each open case has somebody's turn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from amends import clock
from amends.cases.models import CaseRow
from amends.deliveries.leasing import whose_turn_it_is
from amends.deliveries.models import UNFINISHED, Delivery, State, in_states
from amends.practice.away.alone import waiting_in_vain, waits_in_vain
from amends.practice.directory import directory
from amends.protocol.words import MINOR_PURPOSES

_GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class Problem:
    what: str
    where: str


def audit(now: datetime | None = None) -> list[Problem]:
    """Everything that is not as it should be; an empty list is the good answer."""
    at = now or clock.now()
    return [*_stuck(at), *_forgotten(), *_unowned(), *_left_alone(at), *_unnoticed(at)]


def _stuck(at: datetime) -> list[Problem]:
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    overdue = whose_turn_it_is(at - _GRACE)
    abandoned = Delivery.objects.filter(in_states(State.SENDING), leased_until__lt=at - lease - _GRACE)
    return [
        *(Problem("A delivery is due and nobody works on it.", row.marker) for row in overdue[:100]),
        *(Problem("A delivery was left while it was being sent.", row.marker) for row in abandoned[:100]),
    ]


def _forgotten() -> list[Problem]:
    """Open cases with neither a deadline nor a delivery under way: nothing would ever move them."""
    under_way = Delivery.objects.filter(case=OuterRef("pk"), state__in=UNFINISHED).exclude(purpose__in=MINOR_PURPOSES)
    rows = CaseRow.system.filter(is_open=True, due_at__isnull=True).exclude(Exists(under_way))
    return [Problem("An open case has no next deadline and nothing under way.", row.number) for row in rows[:100]]


def _unowned() -> list[Problem]:
    rows = CaseRow.system.filter(is_open=True, owner__isnull=True)
    return [Problem("An open case has no owner: nobody answers for its office.", row.number) for row in rows[:100]]


def _left_alone(at: datetime) -> list[Problem]:
    """Open cases that somebody else should have been given some minutes ago: nobody can, or nobody does."""
    known = directory()
    found: list[CaseRow] = []
    for rows in waiting_in_vain(known, at):
        # Whoever went away, and whatever fell due, only just now has the next round of the worker ahead.
        long_due = rows.filter(changed_at__lt=at - _GRACE)[:100]
        found += [row for row in long_due if waits_in_vain(row, known, at - _GRACE)]
    return [Problem("The owner of an open case is away, and nobody stands in.", row.number) for row in found[:100]]


def _unnoticed(at: datetime) -> list[Problem]:
    rows = CaseRow.system.filter(alarm_at__lt=at - _GRACE)
    return [Problem("A deadline passed and the case was not told.", row.number) for row in rows[:100]]
