"""What is read from Google and when: each profile every few minutes and at once after a push, waiting replies by their
own list. Several processes share the work: whoever moves a row on has it.
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from amends import clock
from amends.deliveries.channel import DeliveryError, OfficeOffline, RetryAfter

from .connecting import client_for
from .models import GoogleConnection, GoogleLocation, GooglePush
from .polling import read
from .rereading import claim, due_replies, look

log = structlog.get_logger(__name__)

_AT_ONCE = 20  # profiles in one round, so that a stopping process does not keep anybody waiting
_LEASE = timedelta(minutes=10)
_AFTER_REFUSAL = timedelta(minutes=15)  # a lost role or an unverified profile does not come back by the minute
_AFTER_TROUBLE = timedelta(minutes=1)
_PUSHES_KEPT = timedelta(days=8)  # Pub/Sub tries for a week


def read_reviews() -> bool:
    """Reads the profiles whose turn it is; True when there was one. What fails at one keeps none of the others."""
    now = clock.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = GoogleLocation.objects.filter(free, due_at__lte=now, office__isnull=False).exclude(
        account__connection__refresh_token=""
    )
    rows = list(due.select_related("account__connection").order_by("due_at")[:_AT_ONCE])
    return sum(_read_one(row) for row in rows) > 0


def look_for_waiting_replies() -> bool:
    """Reads again the reviews whose reply waits for Google; True when there was one."""
    now = clock.now()
    replies = due_replies(now)
    names = {reply.review.location for reply in replies}
    locations = GoogleLocation.objects.filter(name__in=names, office__isnull=False)
    known = {one.name: one for one in locations.select_related("account__connection")}
    looked = False
    for reply in replies:
        location = known.get(reply.review.location)
        if location is None or not claim(reply, now):
            continue
        looked = True
        try:
            look(reply, location, client_for(location.account.connection))
        except DeliveryError as error:
            log.warning("google.reread", reply=reply.pk, error=type(error).__name__)
    return looked


def forget_pushes() -> bool:
    """Sweeps out the pushes that cannot come again."""
    return bool(GooglePush.objects.filter(at__lt=clock.now() - _PUSHES_KEPT).delete()[0])


def hurry(names: set[str]) -> int:
    """These profiles are read at once; returns how many of them there are."""
    return GoogleLocation.objects.filter(name__in=names, office__isnull=False).update(due_at=clock.now())


def _read_one(location: GoogleLocation) -> bool:
    connection = location.account.connection
    now = clock.now()
    following = now + timedelta(seconds=connection.poll_seconds)
    ours = GoogleLocation.objects.filter(pk=location.pk, due_at=location.due_at, leased_until=location.leased_until)
    if not ours.update(leased_until=now + _LEASE, due_at=following):
        return False
    try:
        read(location, client_for(connection))
    except DeliveryError as error:
        _note(location, error, following)
    finally:
        GoogleLocation.objects.filter(pk=location.pk).update(leased_until=None)
    return True


def _note(location: GoogleLocation, error: DeliveryError, following: datetime) -> None:
    """Keeps what is wrong, and when it is tried again; a push that came meanwhile stands."""
    now = clock.now()
    rows = GoogleLocation.objects.filter(pk=location.pk)
    rows.filter(due_at=following).update(due_at=now + _pause(error, location.account.connection))
    since = location.trouble_since or now
    if location.trouble != str(error)[:300]:
        log.warning("google.location", location=location.pk, error=type(error).__name__)
    rows.update(trouble=str(error)[:300], trouble_since=since)


def _pause(error: DeliveryError, connection: GoogleConnection) -> timedelta:
    match error:
        case RetryAfter(seconds=float() | int() as seconds):
            return timedelta(seconds=min(max(seconds, 1.0), 3600.0))
        case RetryAfter() | OfficeOffline():
            return min(_AFTER_TROUBLE, timedelta(seconds=connection.poll_seconds))
        case _:
            return _AFTER_REFUSAL
