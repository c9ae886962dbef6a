"""Birdeye and Podium, which send reviews here: when they were last heard, and what waits for a person. Asks nobody."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from django.utils import timezone

from amends.connections.checks import Check, Neighbor, partly, works
from amends.reviews.bringing.models import ReviewTool, ToolPlace, WaitingReview
from amends.web.templatetags.amends import ago

PREFIX = "reviews."
_NEWS = timedelta(days=8)
_QUIET = timedelta(days=30)


def neighbors() -> list[Neighbor]:
    """The tools that are listened to."""
    rows = ReviewTool.objects.order_by("key")
    return [Neighbor(f"{PREFIX}{row.key}", f"Reviews from {row}", partial(look, row.pk)) for row in rows if row.secret]


def look(pk: int, seconds: float) -> Sequence[Check]:
    """What is known of the tool."""
    row = ReviewTool.objects.filter(pk=pk).first()
    return list(_checks(row)) if row else []


def _checks(row: ReviewTool) -> Iterator[Check]:
    now, name = timezone.now(), str(row)
    since = row.heard_at or row.changed_at
    if row.heard_at is None and now - since < _QUIET:
        yield works("heard", "Heard", "Nothing was heard yet. The first review tells whether it works.")
    elif now - since > _QUIET:
        heard = f"Last heard {ago(row.heard_at)}." if row.heard_at else "Nothing was ever heard."
        yield partly("heard", "Heard", heard, f"Look in {name} whether its webhook still has this address.")
    else:
        yield works("heard", "Heard", f"Last heard {ago(row.heard_at)}, {row.taken} reviews in all.")
    if row.not_understood_at and now - row.not_understood_at < _NEWS:
        says = f"Not understood: {row.not_understood} messages, the last {ago(row.not_understood_at)}."
        yield partly("understood", "Understood", says, f"Choose only events about reviews in {name}.")
    places = ToolPlace.objects.filter(tool=row, office=None, is_ours=True).count()
    if places:
        waits = WaitingReview.objects.filter(place__tool=row).count()
        says = f"{places} of its locations {'is' if places == 1 else 'are'} no office yet, and {waits} reviews wait."
        yield partly("places", "Locations", says, "Say under Birdeye and Podium which office each of them is.")
