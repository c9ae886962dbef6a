"""What came in, kept from when Slack is answered until it is seen to, and seen to once.

Slack sends events up to four times, and a signed request stays valid for five minutes. What waits is sealed: somebody
may have typed into it. Whoever comes first sees to it (`claim`), so a process that is killed loses nothing.
"""

import hashlib
import threading
from concurrent.futures import Future
from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic

from django.db import IntegrityError, transaction

from amends import clock
from amends.integrations.slack.models import SlackHeard
from amends.sqlite.base import ahead_of_others

from .afterwards import keeping
from .said import Said

_KEPT = timedelta(days=2)  # Slack's last repetition comes within a day
_LONGEST = 2.0  # seconds that a writing may take: then nobody waits for it any more

_MOMENT = 0.02  # seconds: a database that has nothing else to do needs a few thousandths
_took = 0.0  # seconds that the last writing took

_lock = threading.Lock()
_to_keep: list[tuple[SlackHeard, "Future[bool]"]] = []


def keep(said: Said) -> "Future[bool]":
    """Whether it is written down, or was before, once that is known.

    All that come together are written together: Slack sends fifty at once, and each would wait for the writers before
    it. What cannot be told from others is not kept and never seen to: it could come again without end.
    """
    written: Future[bool] = Future()
    if not said.key:
        written.set_result(True)
        return written
    with _lock:
        _to_keep.append((SlackHeard(key=digest(said), waits=asdict(said)), written))
    keeping(_write_down)
    return written


def kept_at_once(written: "Future[bool]") -> bool:
    """Whether it is kept, or may be yet: a database that is busy, as it was at the last writing, is not waited for.

    Fifty who wait for each other would take longer than Slack does.
    """
    try:
        return written.result(timeout=_MOMENT if _took < _MOMENT else 0)
    except TimeoutError:
        return True


def claim(said: Said) -> bool:
    """Whether it still waits, and is ours. To be called in the transaction that sees to it: after one that fails it
    waits again.
    """
    return bool(SlackHeard.objects.filter(key=digest(said), waits__isnull=False).update(waits=None))


def may_come_again(said: Said) -> None:
    """A form that was refused stays open, and is sent again as the same one."""
    SlackHeard.objects.filter(key=digest(said)).delete()


def first_time(said: Said) -> bool:
    """Notes an event for which nothing need be kept: it asks for nothing but to see how things are."""
    if not said.key:
        return False
    try:
        with transaction.atomic():
            SlackHeard.objects.create(key=digest(said), at=clock.now())
    except IntegrityError:
        return False
    return True


def forget_heard(now: datetime) -> int:
    """Sweeps out what cannot come again; returns how many."""
    return SlackHeard.objects.filter(at__lt=now - _KEPT, waits=None).delete()[0]


def digest(said: Said) -> str:
    return hashlib.sha256(f"{said.workspace} {said.key}".encode()).hexdigest()


def _write_down() -> None:
    with _lock:
        rows, told = [row for row, _ in _to_keep], [future for _, future in _to_keep]
        _to_keep.clear()
    if not rows:  # another one took them along
        return
    global _took
    kept, began = False, monotonic()
    try:
        now = clock.now()
        for row in rows:
            row.at = now
        with ahead_of_others(_LONGEST):
            SlackHeard.objects.bulk_create(rows, ignore_conflicts=True)
        kept = True
    finally:
        _took = monotonic() - began
        for future in told:
            future.set_result(kept)
