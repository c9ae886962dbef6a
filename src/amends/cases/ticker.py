"""Finds deadlines that have passed and says so to their cases. There are no timers to lose: `due_at` is a column."""

from datetime import datetime

import structlog

from amends import clock
from amends.cases import actions
from amends.cases.models import CaseRow, number_of
from amends.protocol.commands import DeadlinePassed
from amends.protocol.decide import Refused
from amends.protocol.hours import HoursError
from amends.protocol.values import AMENDS

_AT_ONCE = 200

log = structlog.get_logger(__name__)


def tick(now: datetime | None = None) -> int:
    """Performs `DeadlinePassed` for the most overdue cases; returns for how many."""
    at = now or clock.now()
    late = CaseRow.system.filter(alarm_at__lte=at).order_by("alarm_at").values_list("pk", "alarm_at")[:_AT_ONCE]
    told = 0
    for pk, due in late:
        assert due is not None  # noqa: S101  the filter leaves none
        try:
            actions.perform(command=DeadlinePassed(due=due), by=AMENDS, case=pk, at=at)
            told += 1
        except Refused:
            continue  # somebody acted in this very moment, so the deadline moved
        except HoursError as never_open:
            # One office without any open hours must not keep the deadlines of all others from being told.
            log.error("cases.tick.calendar", case=number_of(pk), error=type(never_open).__name__)
    return told
