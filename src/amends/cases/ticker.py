"""Finds deadlines that have passed and says so to their cases. There are no timers to lose: `due_at` is a column."""

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.protocol.commands import DeadlinePassed
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS

_AT_ONCE = 200


def tick(now: datetime | None = None) -> int:
    """Performs `DeadlinePassed` for the most overdue cases; returns for how many."""
    at = now or timezone.now()
    late = (
        CaseRow.system.filter(Q(late_for__isnull=True) | ~Q(late_for=F("due_at")), due_at__lte=at)
        .order_by("due_at")
        .values_list("pk", "due_at")[:_AT_ONCE]
    )
    told = 0
    for pk, due in late:
        if due is None:
            continue  # the filter leaves none, but the column may be empty
        try:
            actions.perform(command=DeadlinePassed(due=due), by=AMENDS, case=pk, at=at)
            told += 1
        except Refused:
            continue  # somebody acted in this very moment, so the deadline moved
    return told
