"""Patient kept: completed visits after an incident, as an office's schedule shows them (open-dental-api.md 3.8).

Reading only. The whole office is followed by what changed since a cursor, so the cost does not grow with the cases.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from amends.deliveries.channel import DeliveryError

from .client import Budget, Query
from .office import Office
from .payloads import written
from .rows import Appointment

WITHIN = timedelta(days=180)
# Several rows share a second, and a row may be written late: the same stretch is asked for again (5.1).
OVERLAP = timedelta(minutes=3)
_COMPLETE = "Complete"


def is_kept_visit(row: Appointment, after: datetime) -> bool:
    """Whether the row is a completed visit later than `after` and at most 180 days later; both naive, office clock.

    A visit of which only the day is known (midnight) counts from the day after.
    """
    at = row.AptDateTime
    return row.AptStatus == _COMPLETE and at is not None and after < at <= after + WITHIN


@dataclass(frozen=True)
class Cursor:
    """How far an office's appointments were read: those that changed until `at` (naive, office clock).

    While a list is only half read, `offset` is where it goes on, and `newest` the office's time when it was begun.
    """

    at: datetime
    offset: int = 0
    newest: datetime | None = None


@dataclass(frozen=True)
class Completed:
    """Completed visits, and the cursor to go on from. `trouble` says why the list ended early; empty at its end.

    A visit comes again whenever its row changes, so whoever counts must know the AptNum.
    """

    rows: tuple[Appointment, ...]
    cursor: Cursor
    trouble: str = ""


def completed_since(office: Office, cursor: Cursor, budget: Budget) -> Completed:
    """The office's completed visits that changed since the cursor, as far as the budget reaches. Raises nothing.

    The cursor moves by the office's own clock, and only once a list was read to its end.
    """
    query: Query = {"DateTStamp": written(cursor.at - OVERLAP), "AptStatus": _COMPLETE}
    found: dict[int, Appointment] = {}
    offset: int | None = cursor.offset
    while offset is not None:
        try:
            page = office.client.page("appointments", Appointment, query, budget, offset=offset)
        except DeliveryError as trouble:
            return Completed(tuple(found.values()), replace(cursor, offset=offset), str(trouble))
        # Filters may be ignored (open-dental-api.md 2.9), so all is filtered here again.
        found |= {row.AptNum: row for row in page.rows if row.AptStatus == _COMPLETE}
        cursor = replace(cursor, newest=cursor.newest or _office_time(page.rows))
        offset = page.next_offset
    return Completed(tuple(found.values()), Cursor(max(cursor.newest or cursor.at, cursor.at)))


def _office_time(rows: list[Appointment]) -> datetime | None:
    """The office's time of one answer; None where it is empty or does not tell. The earliest, to be safe."""
    return min((row.serverDateTime for row in rows if row.serverDateTime), default=None)
