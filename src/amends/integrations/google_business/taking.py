"""One review as Google shows it, into Amends: what was said, and what became of the reply. Twice the same is once."""

import base64
import hashlib
from datetime import datetime

from amends.reviews import intake
from amends.reviews.intake import SeenReview
from amends.reviews.models import Review, Site, Via
from amends.reviews.on_site import SiteReply, seen_on_site
from amends.reviews.refusals import AGAIN, problem_of

from .comments import split
from .models import GoogleLocation, GoogleRow
from .shapes import Media, ReviewReply, ReviewRow

_STATES = {"PENDING": "pending", "APPROVED": "approved", "REJECTED": "rejected"}


def take(location: GoogleLocation, row: ReviewRow, *, at: datetime | None = None) -> bool:
    """Takes the review in with its reply; whether it is new. `location` has an office."""
    _knows_by_this_name(location, row)
    taken = intake.take_in(_seen(location, row), via=Via.GOOGLE_BUSINESS, at=at)
    review = taken.review
    seen_on_site(review, _shown(row.review_reply), at=at)
    review.refresh_from_db()
    digest = _digest(row, location, review)
    GoogleRow.objects.update_or_create(review=review, defaults={"digest": digest})
    return taken.is_new


def take_page(location: GoogleLocation, rows: list[ReviewRow], *, at: datetime | None = None) -> int:
    """Takes in those that are not as they were, and those that a case keeps at an office that is not the profile's;
    returns how many are new.
    """
    known = {
        one.review.site_id: one
        for one in GoogleRow.objects.select_related("review__reply", "review__same_as__reply").filter(
            review__site=Site.GOOGLE, review__site_id__in=[row.name for row in rows], review__lost_since=None
        )
    }
    new = 0
    for row in rows:
        before = known.get(row.name)
        if before is None or before.review.belongs_at_id or before.digest != _digest(row, location, before.review):
            new += take(location, row, at=at)
    return new


def _knows_by_this_name(location: GoogleLocation, row: ReviewRow) -> None:
    """Two accounts may reach one profile: a review that was read by the other one's name is known by this one now."""
    if Review.objects.filter(site=Site.GOOGLE, site_id=row.name).exists():
        return
    there = Review.objects.filter(site=Site.GOOGLE, posted_at=row.create_time)
    before = next((one for one in there if is_same_review(one.site_id, row.name)), None)
    if before is not None:
        Review.objects.filter(pk=before.pk).update(site_id=row.name, location=location.name)


def is_same_review(one: str, other: str) -> bool:
    """Whether two long names, `accounts/1/locations/2/reviews/3`, are of one review, by whichever account."""
    (_, at, where), (_, _, there) = one.partition("/locations/"), other.partition("/locations/")
    return bool(at) and where == there


def _seen(location: GoogleLocation, row: ReviewRow) -> SeenReview:
    comment = split(row.comment)
    return SeenReview(
        office=str(location.office_id),
        site=Site.GOOGLE,
        site_id=row.name,
        location=location.name,
        stars=row.star_rating,
        reviewer="" if row.reviewer.is_anonymous else row.reviewer.display_name,
        text=comment.original.replace("\x00", ""),
        text_translated=comment.translated.replace("\x00", ""),
        photos=row.media.photos,
        videos=row.media.videos,
        url=row.review_reply_url,
        reply_url=row.review_reply_url,
        posted_at=row.create_time,
        edited_at=row.update_time,
    )


def _shown(reply: ReviewReply | None) -> SiteReply | None:
    if reply is None or not reply.comment:
        return None
    violation = reply.policy_violation
    return SiteReply(
        text=reply.comment.replace("\x00", ""),
        at=reply.update_time,
        state=_STATES.get(reply.review_reply_state, ""),
        problem=problem_of(violation),
        reason=violation,
        again=violation == AGAIN,
    )


def _digest(row: ReviewRow, location: GoogleLocation, review: Review) -> str:
    """Of what Google shows, and of what Amends has made of it: where either changes, it is taken in once more."""
    answered = intake.first_of(review)
    ours = (location.office_id, answered.reply_id, answered.reply.state if answered.reply else "")
    media = row.media if row.media != Media() else ""  # without any, the digest is that of the time before they counted
    digest = hashlib.sha256(f"{row.model_dump_json(exclude={'media'})}{ours}{media}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
