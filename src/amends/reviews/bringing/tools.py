"""Review tools that send here: their secrets, what was heard, and reviews that wait for their office."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from amends.practice.directory import directory
from amends.reviews.bringing.google_names import GoogleNames
from amends.reviews.bringing.models import ReviewTool, ToolPlace, WaitingReview
from amends.reviews.bringing.taking import take
from amends.reviews.bringing.told_json import as_json, from_json
from amends.reviews.bringing.tool_bodies import Part, parts_of, told_of
from amends.reviews.bringing.values import NotUsable, ToldReview

log = structlog.get_logger(__name__)

# The address is changed in the tool by a person, who needs some time for it.
OLD_SECRET_FOR = timedelta(days=1)
_BYTES = 32


def new_secret(key: str, now: datetime) -> ReviewTool:
    """Begins with this tool, or gives it a new secret; the old one is taken for a day more."""
    with transaction.atomic():
        row = ReviewTool.objects.select_for_update().filter(key=key).first() or ReviewTool(key=key)
        row.old_secret, row.secret, row.changed_at = row.secret if row.pk else "", secrets.token_urlsafe(_BYTES), now
        row.save()
    return row


def tool_of(key: str, secret: str, now: datetime) -> ReviewTool | None:
    """The tool whose secret that is; None for nobody. It takes as long for a wrong one as for a right one."""
    row = ReviewTool.objects.filter(key=key).first()
    current = row.secret if row else secrets.token_urlsafe(_BYTES)
    old = row.old_secret if row and now - row.changed_at < OLD_SECRET_FOR else ""
    given = secret.encode()
    is_current = hmac.compare_digest(given, current.encode())
    is_old = hmac.compare_digest(given, (old or current).encode())
    return row if is_current or is_old else None


def is_signed(row: ReviewTool, raw: bytes, signature: str, timestamp: str) -> bool:
    """Whether the body is signed with the tool's signing secret; yes where none is set.

    Podium's form is unconfirmed: HMAC-SHA256 in hexadecimal, of the body or of "timestamp.body".
    """
    if not row.signing_secret:
        return True
    key, given = row.signing_secret.encode(), signature.strip().removeprefix("sha256=").encode()
    plain, stamped = (
        hmac.compare_digest(hmac.new(key, each, hashlib.sha256).hexdigest().encode(), given)
        for each in (raw, timestamp.encode() + b"." + raw)
    )
    return plain or stamped


def hear(row: ReviewTool, raw: bytes, now: datetime) -> int:
    """Takes in every review of the body; the number of them. What is not understood is counted."""
    taken = 0
    for part in parts_of(row.key, raw):
        try:
            _hear_one(row, part, now)
            taken += 1
        except NotUsable as why:
            log.warning("review_tool.not_usable", tool=row.key, why=str(why))
    ReviewTool.objects.filter(pk=row.pk).update(heard_at=now, taken=F("taken") + taken)
    if not taken:
        log.warning("review_tool.not_understood", tool=row.key, bytes=len(raw))
        ReviewTool.objects.filter(pk=row.pk).update(not_understood=F("not_understood") + 1, not_understood_at=now)
    return taken


def is_office(place: ToolPlace, office: str | None, now: datetime) -> int:
    """An administrator's word: this location is that office, or none of the group's. Takes in what waited for it."""
    with transaction.atomic():
        place = ToolPlace.objects.select_for_update(of=("self",)).select_related("tool").get(pk=place.pk)
        place.office_id, place.is_ours = int(office) if office else None, office is not None
        place.save(update_fields=["office", "is_ours"])
        waiting = list(place.waiting.order_by("pk"))
        for one in waiting:
            if office:
                take(from_json(one.told), office=office, via=place.tool.key, google=GoogleNames(), at=now)
        place.waiting.all().delete()
    return len(waiting) if office else 0


def _hear_one(row: ReviewTool, part: Part, now: datetime) -> None:
    with transaction.atomic():
        place = _place(row, part, now)
        entry = directory().offices.get(str(place.office_id)) if place.office_id else None
        told = told_of(row.key, part, entry.zone if entry else directory().zone_of(""), now)
        if place.office_id:
            take(told, office=str(place.office_id), via=row.key, google=GoogleNames(), at=now)
        elif place.is_ours:
            _wait(place, told, now)


def _wait(place: ToolPlace, told: ToldReview, now: datetime) -> None:
    """The newest version waits: one that is older by its own stamp changes nothing."""
    key = f"{told.site} {told.site_id}"[:255]
    before = WaitingReview.objects.filter(place=place, key=key).first()
    stamp = from_json(before.told).edited_at if before else None
    if stamp and told.edited_at and told.edited_at < stamp:
        return
    WaitingReview.objects.update_or_create(place=place, key=key, defaults={"told": as_json(told), "at": now})


def _place(row: ReviewTool, part: Part, now: datetime) -> ToolPlace:
    place, is_new = ToolPlace.objects.get_or_create(
        tool=row, ref=part.place, defaults={"name": part.place_name, "first_at": now}
    )
    # Held until the review is kept: an administrator who says meanwhile which office it is misses none.
    place = ToolPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if not is_new and part.place_name and part.place_name != place.name:
        place.name = part.place_name
        place.save(update_fields=["name"])
    return place
