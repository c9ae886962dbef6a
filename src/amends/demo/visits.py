"""Completed visits of the demo's offices, so that its charts show rates.

The simulated Open Dental has the appointments of a few days only, so the numbers are written as if they had been read,
and it is noted that they were, for good: one that was read over them at midnight would leave almost no visits.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from amends.integrations.open_dental.listening.visit_counts import BACK, RECENT
from amends.integrations.open_dental.models import Cursor, OpenDentalDatabase, VisitCount
from amends.integrations.open_dental.visit_keeping import keep_visits
from amends.practice.directory import OfficeEntry, directory

_DAYS = 200
_LONG_AGO = date(2000, 1, 1)


def make_visits(now: datetime) -> None:
    """Writes the visits of the last half year up to yesterday; days that are there already stay."""
    offices = directory().offices.values()
    yesterday = now.date() - timedelta(days=1)
    newest = VisitCount.objects.order_by("-day").values_list("day", flat=True).first()
    first = newest + timedelta(days=1) if newest else now.date() - timedelta(days=_DAYS)
    if first <= yesterday:
        counts = {(int(one.id), day): count for one in offices for day, count in _visits(one, first, yesterday)}
        keep_visits(counts, offices=[int(one.id) for one in offices], first=first, last=yesterday)
    for database in OpenDentalDatabase.objects.all():
        for what, read in ((RECENT, date.max), (BACK, _LONG_AGO)):
            Cursor.objects.update_or_create(database=database, what=what, defaults={"value": read.isoformat()})


def _visits(office: OfficeEntry, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Every office has its own size, and days on which it is closed have none."""
    usual = 16 + 5 * (int(office.id) % 4)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        chance = Random(f"{office.id}:{day}")
        yield day, chance.randint(usual - 5, usual + 5) if day.weekday() < 5 else 0
