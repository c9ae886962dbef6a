"""The one way in for reviews, whoever brings them: the site itself, another tool, a file, or a person.

One review that arrives twice is one. Every version that was seen is kept. A review at or under the policy's stars
opens a case by itself, and it goes through the same steps as every other.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from amends import clock
from amends.cases import actions
from amends.cases.models import CaseRow, pk_of
from amends.cases.policies import current_policy
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Actor
from amends.protocol.values import Review as ReviewValue
from amends.protocol.words import Moment, Source
from amends.reviews.models import Review, ReviewVersion, SameDecision

# Two tools may date the same review in their own zones (review-platforms.md 5.4).
_SAME_WITHIN = timedelta(days=2)
_PICTURES = ("photos", "videos")
_SAYS = ("stars", "recommended", "text", "text_translated", *_PICTURES)
_MADE = "made:"  # begins the name of a review to which nobody gave one
_NO_WORDS = "A review without words: {said}."


@dataclass(frozen=True, kw_only=True)
class SeenReview:
    """One review as somebody brings it. Times are aware; `site_id` is the site's own name for it, "" for none.

    `edited_at` is None where the site does not say. `text` is the original; `text_translated` the site's translation.
    `photos` and `videos` are how many stand beside it; None where the way says nothing of them. `nth` is which one
    it is of several in one file that nothing tells apart.
    """

    office: str
    site: str
    site_id: str = ""
    location: str = ""
    stars: int | None = None
    recommended: bool | None = None
    reviewer: str = ""
    text: str = ""
    text_translated: str = ""
    photos: int | None = None
    videos: int | None = None
    url: str = ""
    reply_url: str = ""
    posted_at: datetime
    edited_at: datetime | None = None
    nth: int = 0

    @property
    def key(self) -> str:
        """The site's own name for it, or else one made of what it says."""
        if self.site_id:
            return self.site_id
        if not self.says_little:
            return self._made_of()
        more = (str(self.stars), str(self.recommended), *([str(self.nth)] if self.nth else []))
        return self._made_of(*more)

    @property
    def says_little(self) -> bool:
        """Whether nobody named it and it has no words or no reviewer, so that another one may look the same."""
        return not self.site_id and not (self.reviewer and _plain(self.text))

    @property
    def former_key(self) -> str:
        """The name that was made of it before ratings counted; "" where it had none, or was taken for another one."""
        return self._made_of() if self.says_little and not self.nth else ""

    def _made_of(self, *more: str) -> str:
        parts = (self.office, self.location, self.reviewer, self.posted_at.date().isoformat(), _plain(self.text))
        return _MADE + hashlib.sha256("\x1f".join((self.site, *parts, *more)).encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Taken:
    """What became of one review that was brought: whether it is new, and whether it says something else than before.

    `opens` is whether a case was opened because of it.
    """

    review: Review
    is_new: bool = False
    is_changed: bool = False
    opens: bool = False


def take_in(seen: SeenReview, *, via: str, at: datetime | None = None, by: Person | None = None) -> Taken:
    """Keeps the review, in whatever version; may be called again as often as one likes.

    `by` is the person who entered it by hand, and then a case is theirs to have reported.
    """
    now = at or clock.now()
    try:
        with transaction.atomic():
            known = _known(Review.objects.select_for_update(), seen)
            return _again(known, seen, via, now) if known else _first_time(seen, via, now, by)
    except IntegrityError:
        with transaction.atomic():
            known = _known(Review.objects.select_for_update(), seen)
            if known is None:
                raise  # it was not that somebody else brought it in this very moment
            return _again(known, seen, via, now)


def foresee(seen: SeenReview, *, via: str, at: datetime | None = None) -> Taken:
    """What `take_in` would do with it now. Writes nothing; its review is as it would be kept, and not kept."""
    now = at or clock.now()
    review = _known(Review.objects.all(), seen)
    if review is None:
        review = _made(seen, via, now)
        return Taken(review, is_new=True, opens=_is_due(review, now))
    moved = _follows_its_profile(review, seen, via)
    changed = _takes_over(review, seen, via)
    return Taken(review, is_changed=changed, opens=(changed or moved) and _is_due(review, now))


def not_found(review_ids: Iterable[int], *, at: datetime | None = None) -> None:
    """These were looked for on their site and are not there. A case is told and stays: they may come back.

    Where a person said that it is the same as another one, that one is gone as well.
    """
    now = at or clock.now()
    for pk in review_ids:
        with transaction.atomic():
            review = Review.objects.select_for_update().get(pk=pk)
            _is_lost(review, now)
            if review.same_as_id:
                _is_lost(_held_first(review), now)


def open_case(review: Review, *, by: Actor, at: datetime | None = None) -> CaseRow:
    """A case from this review, whatever its stars; the one that it has already where there is one.

    Raises `Refused` for what is, or may be, the same review as another one, which has the case.
    """
    with transaction.atomic():
        review = Review.objects.select_for_update().get(pk=review.pk)
        if review.case_id is None:
            if review.maybe_same_id or review.same_as_id:
                raise Refused("It may be the same review as another one. Say first that they are two.")
            report = c.Report(
                office=str(review.office_id),
                account=_account(review),
                moment=Moment.ONLINE,
                source=Source.REVIEW,
                happened_at=min(review.posted_at, at or clock.now()),
                review=ReviewValue(review.site, review.site_id, review.stars, review.url),
            )
            # Where it was at another office first, the case that it had there is not this one.
            done = actions.perform(command=report, by=by, origin=f"review:{review.pk}:{review.office_id}", at=at)
            review.case = done.row
            review.save(update_fields=["case"])
        found = case_of(review)
        assert found is not None  # noqa: S101  it was just opened, or there before
        return found


def settle_same(review: Review, *, is_same: bool, by: Person, at: datetime | None = None) -> None:
    """A person's answer to whether this is the same review as another one that came by another way.

    It holds until a person gives the other answer. Raises `Refused` where it is given already, where nothing was asked,
    and for a review that has gone its own way meanwhile.
    """
    now = at or clock.now()
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        last = review.same_decisions.order_by("-pk").first()
        other = review.maybe_same or review.same_as or (last.other if last else None)
        if other is None or (review.maybe_same is None and is_same is (review.same_as is not None)):
            raise Refused("Somebody has said so already.")
        if is_same and review.maybe_same is None and not may_be_same_after_all(review):
            raise Refused("It has a case or a reply of its own by now.")
        SameDecision.objects.create(review=review, other=other, is_same=is_same, at=now, by=by)
        review.maybe_same, review.same_as = None, first_of(other) if is_same else None
        review.save(update_fields=["maybe_same", "same_as"])
        if not is_same:
            _case_where_due(review, now, AMENDS)


def may_be_same_after_all(review: Review) -> bool:
    """Whether a person who said that it is not the same as another one may still say that it is."""
    asked = review.maybe_same_id is not None or review.same_as_id is not None
    own = review.case_id is not None or review.reply_id is not None
    return not asked and not own and review.same_decisions.exists()


def first_of(review: Review) -> Review:
    """The review that a person said it is the same as, and so on to the first one; itself where it is no copy.

    It ends: a review can only be the same as one that was here before it.
    """
    while review.same_as is not None:
        review = review.same_as
    return review


def case_of(review: Review) -> CaseRow | None:
    """The case that takes care of it now: that of the same story, where two were made one."""
    row = review.case
    for _ in range(20):
        if row is None or row.stage != "set_aside":
            return row
        aside = actions.state_of(row.pk).set_aside
        into = pk_of(aside.duplicate_of) if aside and aside.duplicate_of else None
        if into is None:
            return row
        row = CaseRow.system.filter(pk=into).first()
    return row


def tell_case(review: Review, command: c.Command, *, by: Actor = AMENDS, at: datetime | None = None) -> None:
    """Tells the review's case, where it has one; what the rules refuse is known there or of no use to it."""
    case = case_of(review)
    if case is None:
        return
    try:
        with transaction.atomic():
            actions.perform(command=command, by=by, case=case.pk, at=at)
    except Refused:
        pass


def opens_case(review: Review, now: datetime) -> bool:
    """Whether it opens a case by itself: few stars or not recommended, and not an old one that was only just seen."""
    limits = current_policy().limits
    newest = max(review.posted_at, review.edited_at)
    return limits.is_low(review.stars, review.recommended) and newest > now - timedelta(
        days=limits.review_calendar_days
    )


def _first_time(seen: SeenReview, via: str, now: datetime, by: Person | None) -> Taken:
    review = _made(seen, via, now)
    review.save(force_insert=True)
    _keep_version(review, via, now)
    _case_where_due(review, now, _actor(by, seen.office))
    return Taken(review, is_new=True, opens=review.case_id is not None)


def _made(seen: SeenReview, via: str, now: datetime) -> Review:
    return Review(
        site=seen.site,
        site_id=seen.key,
        via=via,
        first_seen_at=now,
        last_seen_at=now,
        office_id=int(seen.office),
        maybe_same=_maybe_same(seen, via),
        posted_at=seen.posted_at,
        **_content(seen, seen.edited_at or seen.posted_at),
    )


def _known(rows: QuerySet[Review], seen: SeenReview) -> Review | None:
    """The one that this is, also where it came in before ratings counted in the names that are made."""
    found = rows.filter(site=seen.site, site_id=seen.key).first()
    if found is None and seen.former_key:
        rated = {"stars": seen.stars, "recommended": seen.recommended}
        found = rows.filter(site=seen.site, site_id=seen.former_key, **rated).first()
    return found


def _again(review: Review, seen: SeenReview, via: str, now: datetime) -> Taken:
    was_lost, review.last_seen_at, review.lost_since = review.lost_since, now, None
    case, said = review.case_id, {name: getattr(review, name) for name in _SAYS}
    moved = _follows_its_profile(review, seen, via)
    changed = _takes_over(review, seen, via)
    review.save()
    if changed:
        _keep_version(review, via, now)
    if review.same_as_id:
        new = {name: getattr(review, name) for name in _SAYS if getattr(review, name) != said[name]}
        _first_hears(review, new, via, now, is_back=was_lost is not None)
        return Taken(review, is_changed=changed)
    if was_lost:
        tell_case(review, c.ReviewReturned(), at=now)
    if changed:
        _tell_edited(review, str(said["text"]), now)
    if changed or moved:
        _case_where_due(review, now, AMENDS)
    return Taken(review, is_changed=changed, opens=review.case_id is not None and review.case_id != case)


def _first_hears(copy: Review, new: dict[str, object], via: str, now: datetime, *, is_back: bool) -> None:
    """What is `new` of a copy is new of the review that it is the same as: that one has the case and the reply."""
    first = _held_first(copy)
    was_lost, before = first.lost_since, {name: getattr(first, name) for name in new}
    if is_back:
        first.lost_since = None
    if copy.edited_at >= first.edited_at:
        for name, value in new.items():
            setattr(first, name, value)
        first.edited_at = copy.edited_at
    first.save()
    if is_back and was_lost:
        tell_case(first, c.ReviewReturned(), at=now)
    if any(getattr(first, name) != value for name, value in before.items()):
        _keep_version(first, via, now)
        _tell_edited(first, str(before.get("text", first.text)), now)
        _case_where_due(first, now, AMENDS)


def _held_first(copy: Review) -> Review:
    return Review.objects.select_for_update(of=("self",)).get(pk=first_of(copy).pk)


def _tell_edited(review: Review, before: str, now: datetime) -> None:
    text = review.text if review.text != before else ""
    tell_case(review, c.ReviewEdited(stars=review.stars, text=text), at=now)


def _is_lost(review: Review, now: datetime) -> None:
    if review.lost_since is None:
        review.lost_since = now
        review.save(update_fields=["lost_since"])
        tell_case(review, c.ReviewVanished(), at=now)


def _follows_its_profile(review: Review, seen: SeenReview, via: str) -> bool:
    """Puts the review at the office that its profile is said to be now; whether that is another one. Saves nothing.

    A case or a reply that was sent keeps it where it is, and then it is noted where it belongs, for people to see. The
    site itself has the last word on that, or else the way by which it came.
    """
    if not seen.location and (review.location or via != review.via):
        return False
    there = int(seen.office)
    is_elsewhere = there != review.office_id
    kept = is_elsewhere and _is_kept_here(review)
    review.belongs_at_id = there if kept else None
    if not is_elsewhere or kept:
        return False
    review.office_id, review.case = there, None  # a case that was set aside stays where it is
    return True


def _is_kept_here(review: Review) -> bool:
    case = case_of(review)
    return (case is not None and case.stage != "set_aside") or review.replies.filter(sent_at__isnull=False).exists()


def _takes_over(review: Review, seen: SeenReview, via: str) -> bool:
    """Sets the review to what is said now; whether that is something else. Saves nothing."""
    edited = seen.edited_at or review.edited_at
    if seen.edited_at is not None and edited < review.edited_at:
        return False  # a page that was read before a newer one, or a tool that lags behind, says nothing new
    content = _content(seen, edited)
    before = {name: getattr(review, name) for name in content}
    content |= {name: before[name] for name in _PICTURES if content[name] is None}
    if seen.edited_at is None and via != review.via:
        # A poorer tool takes nothing away; "not recommended" is something.
        content = {name: before[name] if value in (None, "") else value for name, value in content.items()}
    for name, value in content.items():
        setattr(review, name, value)
    says = any(content[name] != before[name] for name in ("stars", "recommended", "text"))
    return says or any(before[name] not in (None, content[name]) for name in _PICTURES)


def _content(seen: SeenReview, edited: datetime) -> dict[str, object]:
    return {
        "stars": seen.stars,
        "recommended": seen.recommended,
        "reviewer": seen.reviewer[:200],
        "text": seen.text,
        "text_translated": seen.text_translated,
        "photos": seen.photos,
        "videos": seen.videos,
        "url": seen.url,
        "reply_url": seen.reply_url,
        "location": seen.location[:255],
        "edited_at": edited,
    }


def _keep_version(review: Review, via: str, now: datetime) -> None:
    kept = ("edited_at", "stars", "recommended", "reviewer", "text", "text_translated", *_PICTURES)
    ReviewVersion.objects.create(review=review, seen_at=now, via=via, **{name: getattr(review, name) for name in kept})


def _case_where_due(review: Review, now: datetime, by: Actor) -> None:
    if _is_due(review, now):
        open_case(review, by=by, at=now)
        review.refresh_from_db(fields=["case"])


def _is_due(review: Review, now: datetime) -> bool:
    undecided = review.maybe_same_id is not None or review.same_as_id is not None
    return review.case_id is None and not undecided and opens_case(review, now)


def _maybe_same(seen: SeenReview, via: str) -> Review | None:
    """A review of the same site and office, within two days, that says the same, or is by somebody of the same name
    where one of the two has no name of its own: an edited one comes in a file as if it were new."""
    near = Review.objects.filter(
        site=seen.site,
        office_id=int(seen.office),
        posted_at__gt=seen.posted_at - _SAME_WITHIN,
        posted_at__lt=seen.posted_at + _SAME_WITHIN,
        same_as=None,
    ).exclude(site_id=seen.key)
    return next((one for one in near.order_by("pk") if _seems_same(one, seen, via)), None)


def _seems_same(one: Review, seen: SeenReview, via: str) -> bool:
    made = not seen.site_id or one.site_id.startswith(_MADE)
    if one.via == via and (seen.nth or not made):
        return False  # one way that names its reviews tells them apart itself, and one file has each once
    same_name = _plain(one.reviewer) == _plain(seen.reviewer)
    same_words = _plain(one.text) == _plain(seen.text) and (bool(_plain(seen.text)) or same_name)
    same_rating = (one.stars, one.recommended) == (seen.stars, seen.recommended)
    return (same_words and same_rating) or (made and same_name and bool(_plain(seen.reviewer)))


def _plain(text: str) -> str:
    """The text as tools may vary it: without case, accents, punctuation and runs of white space."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded if not unicodedata.combining(ch)).split())


def _actor(by: Person | None, office: str) -> Actor:
    if by is None:
        return AMENDS
    role = directory().acting_role(str(by.pk), office, None)
    return Actor(id=str(by.pk), name=by.name, role=role) if role else AMENDS


def _account(review: Review) -> str:
    """What the case holds as the first account: the review's own words."""
    return review.text or _NO_WORDS.format(said=review.said)
