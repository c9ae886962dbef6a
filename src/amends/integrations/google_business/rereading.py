"""Replies that wait for Google are looked for again until Google says yes or no (review-platforms.md 1.7).

Most are approved within ten minutes, some after thirty days; no notice tells, and the review's own time of change does
not move.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from amends.reviews.models import Reply, ReplyState, Site
from amends.reviews.on_site import not_on_site

from .answers import NotFound
from .client import GoogleClient
from .models import GoogleLocation, GoogleReread
from .taking import take

_FIRST = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MANY = 1000


def next_look(since: datetime, looked_at: datetime | None) -> datetime:
    """When a reply that waits `since` then is looked for: after 10 min, 30 min, 1 h, each hour of a day, each day."""
    waited = max(looked_at - since, timedelta()) if looked_at else timedelta()
    for after in _FIRST:
        if waited < after:
            return since + after
    step = _HOUR if waited < _DAY else _DAY
    return since + (waited // step + 1) * step


def due_replies(now: datetime) -> list[Reply]:
    """Those whose time has come, the longest waiting first."""
    waiting = Reply.objects.filter(state=ReplyState.PENDING, pending_since__isnull=False, review__site=Site.GOOGLE)
    rows = list(waiting.exclude(review__location="").select_related("review").order_by("pending_since")[:_MANY])
    looked = dict(GoogleReread.objects.filter(reply__in=rows).values_list("reply_id", "looked_at"))
    return [row for row in rows if row.pending_since and next_look(row.pending_since, looked.get(row.pk)) <= now]


def claim(reply: Reply, now: datetime) -> bool:
    """Whether it is this process that looks: the one that notes the look. A look that fails comes again with the next
    time of the list.
    """
    kept = GoogleReread.objects.filter(reply=reply).first()
    if kept is not None:
        ours = GoogleReread.objects.filter(reply=reply, looked_at=kept.looked_at)
        return bool(ours.update(looked_at=now))
    try:
        with transaction.atomic():
            GoogleReread.objects.create(reply=reply, looked_at=now)
    except IntegrityError:
        return False
    return True


def look(reply: Reply, location: GoogleLocation, client: GoogleClient) -> None:
    """Reads the review with its reply. Raises a `DeliveryError`."""
    try:
        row = client.review(reply.review.site_id)
    except NotFound:
        not_on_site(reply.review_id)
    else:
        take(location, row)
