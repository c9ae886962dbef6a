"""What a group does once for all its processes, and when each of these things was last done.

One row for each: whoever moves its `taken_at` on has the turn, and nobody else until its time is over. `done_at` is the
heartbeat that is watched from outside.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from amends import clock
from amends.deliveries.models import Pulse

_BEAT_EVERY = timedelta(seconds=15)  # what beats oftener is not written down oftener


def take_turn(name: str, every: float) -> bool:
    """Whether it is this process that does it now: true once in `every` seconds for the whole group."""
    now = clock.now()
    its_time = Q(taken_at__isnull=True) | Q(taken_at__lte=now - timedelta(seconds=every))
    return bool(_row(name).filter(its_time).update(taken_at=now))


def hold_turn(name: str) -> None:
    """Until the transaction ends nobody else is in one that holds this turn (SQLite holds its write lock anyway)."""
    list(_row(name).select_for_update())


def end_turn(name: str, *, found: int = 0) -> None:
    """Notes that a turn is over, and how many problems it found."""
    _row(name).update(done_at=clock.now(), found=found)


def note_failure(name: str, found: int) -> None:
    """Notes that a turn came to nothing, with a number that says why; the next `end_turn` takes it back."""
    _row(name).update(found=found)


def last(name: str) -> datetime | None:
    """When it was last done, by whichever process; None before the first time."""
    return Pulse.objects.filter(name=name).values_list("done_at", flat=True).first()


def beat(name: str) -> None:
    """Notes that it was done just now, by whichever process."""
    now = clock.now()
    old = Q(done_at__isnull=True) | Q(done_at__lte=now - _BEAT_EVERY)
    _row(name).filter(old).update(done_at=now)


def _row(name: str) -> QuerySet[Pulse]:
    rows = Pulse.objects.filter(name=name)
    if not rows.exists():
        Pulse.objects.bulk_create([Pulse(name=name)], ignore_conflicts=True)
    return rows
