"""What becomes of a reply once it has left: its delivery ends, and the site shows it, refuses it, or shows another one.

`sending` is a delivery (`docs/architecture.md`, Deliveries): leased, retried, looked for, proved. HTTP 200 from a site
is not an answer in public: *live* is what the site says when it is read again, or what a person has seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from amends import clock
from amends.access import actor_at
from amends.audit.models import no_longer_public
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import ReplyProblem
from amends.reviews import intake, queries
from amends.reviews.intake import tell_case
from amends.reviews.models import STANDING, UNSENT, Reply, ReplyState, Review
from amends.reviews.replies import (
    add_step,
    check,
    counts,
    delivery_of,
    ends,
    goes_live,
    is_untold,
    make_current,
    withdraw,
)
from amends.reviews.sites import has_channel

# What a site may show after all: it had refused it, its review was hidden, or somebody had deleted it there.
_MAY_COME_BACK = (ReplyState.REFUSED, ReplyState.GONE, ReplyState.TAKEN_DOWN)
# After a failure of the site's own the same text is sent again, so often and after such a pause.
_TIMES_AGAIN, _AGAIN_AFTER = 3, timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class SiteReply:
    """The reply as a site shows it: `state` is "pending", "approved", "rejected" or "" where the site does not say.

    `again`: it was rejected by a failure of the site's own, and may be sent as it is once more.
    """

    text: str
    at: datetime | None
    state: str = ""
    problem: ReplyProblem = ReplyProblem.OTHER
    reason: str = ""
    again: bool = False


def seen_on_site(review: Review, shown: SiteReply | None, *, at: datetime | None = None) -> None:
    """What the site says of the reply to this review, as it was read just now; None where there is none.

    Where a person said that it is the same as another one, that one has the reply.
    """
    answered = intake.first_of(review).pk
    _deletions_seen(answered, shown)
    _postings_seen(answered, shown)
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).select_related("reply").get(pk=answered)
        now = at or clock.now()
        replies = list(review.replies.order_by("-pk"))
        standing = [reply for reply in replies if reply.state in STANDING]
        if shown is None:
            for reply in standing:
                _gone_from_site(reply, now)
            return
        same = next((reply for reply in replies if _same(reply.text, shown.text)), None)
        if same and same in standing:
            _as_shown(same, shown, now)
        elif same and _was_taken_down(same):
            _take_off_again(same, now)
        elif same and same.state in _MAY_COME_BACK and not standing:
            _after_all(same, shown, now)
        elif same is None and not _is_older(shown, standing):
            _found_foreign(review, shown, standing, now)


def _deletions_seen(review_id: int, shown: SiteReply | None) -> None:
    """What a person was asked to delete is not there any more, so nobody need say so."""
    for reply in queries.still_public(Reply.objects.filter(review=review_id), by_hand=True):
        if reply.delivery_id and (shown is None or not _same(reply.text, shown.text)):
            by_hand.seen_there(reply.delivery_id, number="")


def _postings_seen(review_id: int, shown: SiteReply | None) -> None:
    """What a person was asked to post is there, so nobody need say so. One that is rejected may be an earlier try."""
    if shown is None or shown.state == "rejected":
        return
    for reply in Reply.objects.filter(review=review_id, state=ReplyState.BY_HAND, delivery__isnull=False):
        if reply.delivery_id and _same(reply.text, shown.text):
            by_hand.seen_there(reply.delivery_id, number="")


def not_on_site(review_id: int) -> None:
    """The review was looked for and is not there: what was to be posted under it is not, and nobody is asked to.

    Where a person said that it is the same as another one, that one has the reply.
    """
    intake.not_found([review_id])
    with transaction.atomic():
        answered = intake.first_of(Review.objects.get(pk=review_id)).pk
        review = Review.objects.select_for_update(of=("self",)).get(pk=answered)
        for reply in review.replies.filter(state__in=(ReplyState.SENDING, ReplyState.BY_HAND)):
            withdraw(reply, "The review is not on the site any more, so nothing is posted.")
            ends(reply, ReplyState.GONE, "review_gone", clock.now())


def delivery_ended(row: Delivery) -> None:
    """A delivery of a reply is proved, or a person must do it (`deliveries.endings`)."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("review").get(pk=row.payload["reply"])
    now = clock.now()
    if row.payload["delete"]:
        if row.state == State.PROVED:
            no_longer_public(f"reply {reply.pk}", at=now)
            add_step(reply, "off", row.proved_by)
        reply.save(update_fields=["state"])  # where its review stands on the wall follows from the delivery
        return
    if reply.delivery_id != row.pk:
        return
    if row.state == State.BY_HAND and reply.state not in (ReplyState.SENDING, ReplyState.BY_HAND):
        withdraw(reply, "It stands on the site by now, or has ended, so nobody need post it.")
        return
    if row.proved_by_id and reply.state not in STANDING:
        return  # it has ended; what Amends itself finds there in spite of that stands on the site
    if row.state == State.BY_HAND:
        reply.state = ReplyState.BY_HAND
        reply.save(update_fields=["state"])
        add_step(reply, "by_hand", None, note=row.why)
        return
    for older in reply.review.replies.filter(state__in=STANDING).exclude(pk=reply.pk):
        ends(older, ReplyState.REPLACED, "replaced", now)  # a site shows one reply to a review
    if reply.state == ReplyState.LIVE:
        return  # it was read there before its own proof came
    reply.state, reply.pending_since, reply.posted_by = ReplyState.PENDING, now, row.proved_by
    reply.save(update_fields=["state", "pending_since", "posted_by"])
    add_step(reply, "pending", row.proved_by)
    by = actor_at(row.proved_by, str(reply.review.office_id)) if row.proved_by else AMENDS
    tell_case(reply.review, c.ReviewReplySent(by_hand=row.proved_by is not None), by=by)
    if row.proved_by and not has_channel(reply.review):
        goes_live(reply, now, row.proved_by, by)  # nothing else will ever say so: it is this person's word


def _as_shown(reply: Reply, shown: SiteReply, now: datetime) -> None:
    """The site shows our own text: what it says of it."""
    match shown.state:
        case "pending" if reply.state == ReplyState.LIVE and _by_word(reply):
            _not_yet(reply, now)
        case "approved" if reply.state != ReplyState.LIVE:
            goes_live(reply, now, None, AMENDS)
        case "rejected" if reply.state == ReplyState.SENDING:
            pass  # it says so of an earlier try with the same words
        case "rejected" if (
            shown.again and not reply.foreign and reply.steps.filter(what="again").count() < _TIMES_AGAIN
        ):
            _sends_again(reply, shown, now)
        case "rejected":
            _refused(reply, shown, now)
        case "" if reply.state == ReplyState.PENDING and not is_untold(reply):
            add_step(reply, "untold", None)
        case _:
            pass  # pending, or known already; a delivery on its way is proved by itself


def _after_all(reply: Reply, shown: SiteReply, now: datetime) -> None:
    """The site shows what it had refused, what had left when its review was hidden, or what somebody had deleted."""
    if shown.state == "approved":
        goes_live(reply, now, None, AMENDS)
    elif reply.state == ReplyState.TAKEN_DOWN and shown.state != "rejected":
        reply.state, reply.pending_since, reply.live_at = ReplyState.PENDING, now, None
        reply.save(update_fields=["state", "pending_since", "live_at"])
        add_step(reply, "pending", None)
        if counts(reply):
            tell_case(reply.review, c.ReviewReplySent())


def _was_taken_down(reply: Reply) -> bool:
    """Whether a person took it down: what somebody deleted on the site itself may stand there again."""
    return reply.state == ReplyState.TAKEN_DOWN and reply.steps.filter(what="taken_down").exists()


def _by_word(reply: Reply) -> bool:
    """Whether it is live on a person's word: the site could not be read then."""
    said = reply.steps.filter(what="live").order_by("-pk").first()
    return said is not None and said.by_id is not None


def _not_yet(reply: Reply, now: datetime) -> None:
    """Somebody said that it is live; the site can be read by now, and says that it is not."""
    reply.state, reply.live_at, reply.pending_since = ReplyState.PENDING, None, now
    reply.save(update_fields=["state", "live_at", "pending_since"])
    add_step(reply, "not_yet", None)
    if counts(reply):
        tell_case(reply.review, c.ReviewReplyGone(why="The site says that it does not show the reply yet."))
        tell_case(reply.review, c.ReviewReplySent(by_hand=True))


def _refused(reply: Reply, shown: SiteReply, now: datetime) -> None:
    withdraw(reply, "The site refuses this text.")
    reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, shown.reason[:80], now
    reply.save(update_fields=["state", "problem", "ended_at"])
    add_step(reply, "refused", None, note=shown.reason)
    if counts(reply):
        tell_case(reply.review, c.ReviewReplyRefused(problem=shown.problem, reason=shown.reason))


def _sends_again(reply: Reply, shown: SiteReply, now: datetime) -> None:
    withdraw(reply, "The site failed to look at it, so Amends sends it again.")
    reply.state = ReplyState.SENDING
    add_step(reply, "again", None, note=shown.reason)
    reply.delivery = delivery_of(reply, now, due_at=now + _AGAIN_AFTER)
    reply.save(update_fields=["state", "delivery"])


def _gone_from_site(reply: Reply, now: datetime) -> None:
    """What was live is not there any more: somebody deleted it elsewhere. What is pending may just not show yet."""
    if reply.state != ReplyState.LIVE:
        return
    ends(reply, ReplyState.TAKEN_DOWN, "gone", now)
    tell_case(reply.review, c.ReviewReplyGone(why="Somebody deleted it on the site."))


def _take_off_again(reply: Reply, now: datetime) -> None:
    """It was taken down and stands there still, or a request that was late has brought it back."""
    if reply.delivery is None or reply.delivery.state in (State.PROVED, State.WITHDRAWN):
        reply.delivery = delivery_of(reply, now, delete=True)
        reply.save(update_fields=["delivery"])
        add_step(reply, "off_again", None)


def _is_older(shown: SiteReply, standing: list[Reply]) -> bool:
    """A page that was read before our newest reply left says nothing about it."""
    sent = [reply.sent_at for reply in standing if reply.sent_at]
    return bool(sent) and (shown.at is None or shown.at < max(sent))


def _found_foreign(review: Review, shown: SiteReply, standing: list[Reply], now: datetime) -> None:
    """A reply that nobody here wrote: another tool's automatic answer, or somebody at the site itself."""
    if shown.state == "rejected":
        return  # nobody can read it
    for reply in standing:
        withdraw(reply, "Another reply stands on the site, which nobody wrote here.")
        ends(reply, ReplyState.REPLACED, "replaced", now)
        tell_case(review, c.ReviewReplyGone(why="Another reply stands in its place, which nobody wrote here."))
    since = shown.at or now
    found = Reply(review=review, text=shown.text, foreign=True, written_at=since)
    if shown.state == "pending":
        found.state, found.pending_since = ReplyState.PENDING, since
    else:
        found.state, found.live_at = ReplyState.LIVE, since
    check(found, review)
    found.save()
    if review.reply is None or review.reply.state not in UNSENT:  # a draft stays before whoever writes it
        make_current(review, found)
    add_step(found, "found", None, level=found.level, text=found.text)


def _same(one: str, other: str) -> bool:
    """Sites may give white space back otherwise."""
    return one.split() == other.split()
