"""Finds deadlines that have passed and says so to their cases. There are no timers to lose: `alarm_at` is a column.

Any number of processes may do it at once: each takes a batch of cases that no other holds. The most urgent come first,
also when a hundred thousand are late at once, as after a long outage.
"""

from datetime import datetime

import structlog
from django.db import connection
from django.db.models import QuerySet

from amends import clock
from amends.cases import actions
from amends.cases.models import CaseRow, is_urgent, number_of
from amends.deliveries import outages
from amends.protocol.commands import DeadlinePassed
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS

# On SQLite nobody else writes meanwhile: as many as take no longer than a person may be kept waiting. On PostgreSQL
# nobody waits but who acts on one of these very cases.
_AT_ONCE = {"sqlite": 100, "postgresql": 250}

log = structlog.get_logger(__name__)


def tick(now: datetime | None = None) -> int:
    """Performs `DeadlinePassed` until no deadline that has passed is left untold; returns how many were told.

    Severe cases and patients who are still here come first, then whoever waits longest.
    """
    told, at_once = 0, _AT_ONCE[connection.vendor]
    passed_over: set[int] = set()
    while True:
        at = now or clock.now()
        late = CaseRow.system.filter(alarm_at__lte=at).exclude(pk__in=passed_over).order_by("alarm_at")
        batch = _tell(late.filter(is_urgent())[:at_once], at) or _tell(late[:at_once], at)
        if not batch:
            return told
        told += sum(batch.values())
        # What cannot be told now must not keep the others from being told.
        passed_over.update(pk for pk, was_told in batch.items() if not was_told)


def _tell(late: QuerySet[CaseRow], at: datetime) -> dict[int, bool]:
    """case → whether it was told; of those that nobody else is telling."""
    outage_at = outages.finder(at)
    done, refused = actions.perform_each(
        command=_passed, by=AMENDS, cases=late, at=at, missed_in=lambda row: outage_at(_due(row))
    )
    for pk, why in refused:
        # One office without any open hours, or a case that this version cannot read. `Refused` is somebody who acted in
        # this very moment.
        if not isinstance(why, Refused):
            log.error("cases.tick.passed_over", case=number_of(pk), error=type(why).__name__)
    return dict.fromkeys((one.row.pk for one in done), True) | dict.fromkeys((pk for pk, _ in refused), False)


def _passed(row: CaseRow) -> DeadlinePassed:
    return DeadlinePassed(due=_due(row))


def _due(row: CaseRow) -> datetime:
    assert row.alarm_at is not None  # noqa: S101  the filter leaves none
    return row.alarm_at
