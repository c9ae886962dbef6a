"""A reply from its first draft until it is live on the site, or ends otherwise. Every change of it goes through here.

    draft ──► to approve ──► sending ──► pending ──► live ──► taken down
                               │            └──────► refused
                               └──► by hand ──► pending or live

`sending` is a delivery (`docs/architecture.md`, Deliveries): leased, retried, looked for, proved. HTTP 200 from a site
is not an answer in public: *live* is what the site says when it is read again, or what a person has seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from amends import clock
from amends.access import actor_at
from amends.audit.models import no_longer_public, open_incident
from amends.deliveries import by_hand, nudges
from amends.deliveries.models import LEASABLE, Delivery, State
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.decide import LONGEST_TEXT, Refused
from amends.protocol.reply import WRITERS, ReadyReply, Risk, may_send, may_write
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import BEFORE_ADDRESSED, Purpose, ReplyProblem, Stage
from amends.reviews import intake, queries
from amends.reviews.checker.check import too_long
from amends.reviews.checking import verdict_for
from amends.reviews.intake import case_of, tell_case
from amends.reviews.models import STANDING, UNSENT, Reply, ReplyState, ReplyStep, Review
from amends.reviews.sites import BY_HAND, channel_for, has_channel, says_by_itself

DELETE_BY_HAND = "Amends cannot write to this site, so a person deletes the reply there."
RECENT = 8
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


def write(review_id: int, text: str, person: Person) -> Reply:
    """Keeps the text as the draft of this review, with the checker's verdict. Raises `Refused`."""
    with transaction.atomic():
        review, by = _held(review_id, person)
        may_write(by)
        kept = _text(text)
        reply = review.reply if review.reply and review.reply.state in UNSENT else None
        if reply is None:
            reply = Reply(review=review, written_at=clock.now())
        if reply.text == kept and reply.pk:
            return reply
        reply.text, reply.state = kept, ReplyState.DRAFT
        reply.written_by, reply.written_at = person, clock.now()
        _check(reply, review)
        reply.save()
        if review.reply_id != reply.pk:
            _is_current(review, reply)
        _step(reply, "written", person, level=reply.level, text=kept)
        return reply


def ask_approval(reply_id: int, person: Person) -> Reply:
    """Asks for the second pair of eyes that its findings need. Raises `Refused`."""
    with transaction.atomic():
        reply, by = _held_reply(reply_id, person)
        may_write(by)
        _unsent(reply)
        _fits(reply)
        reply.state = ReplyState.TO_APPROVE
        reply.save(update_fields=["state"])
        _step(reply, "asked", person)
        return reply


def send(reply_id: int, person: Person, *, text: str, reason: str = "", early: str = "") -> Reply:
    """Lets the reply go out, signed by this person. Raises `Refused`.

    `text` is what lay before them: nobody signs what somebody else has changed meanwhile. It is checked again.
    """
    with transaction.atomic():
        reply, by = _held_reply(reply_id, person)
        _unsent(reply)
        if reply.text != _text(text):
            raise Refused("Somebody has changed the text meanwhile. Read it again before you send it.")
        _fits(reply)
        _check(reply, reply.review)
        case = case_of(reply.review)
        addressed = case is None or Stage(case.stage) not in BEFORE_ADDRESSED
        ready = ReadyReply(
            risk=Risk(reply.level), writers=writers_of(reply), addressed=addressed, reason=reason, early=early
        )
        may_send(ready, by)
        now = clock.now()
        reply.sent_by, reply.sent_at, reply.reason, reply.early = person, now, reason.strip(), early.strip()
        reply.state, reply.problem = ReplyState.SENDING, ""
        for older in reply.review.replies.filter(state__in=(ReplyState.SENDING, ReplyState.BY_HAND)):
            _withdraw(older, "A newer reply was sent in its place.")
        reply.delivery = _delivery(reply, now)
        reply.save()
        note = " ".join(filter(None, (reply.reason, reply.early)))
        _step(reply, "sent", person, note=note, level=reply.level, text=reply.text)
    nudges.nudge()
    return reply


def take_down(reply_id: int, person: Person, *, why: str) -> Reply:
    """Deletes the reply from the site and opens a privacy incident that keeps what was public and how long."""
    with transaction.atomic():
        reply, by = _held_reply(reply_id, person)
        if by.role not in WRITERS:
            raise Refused("Only managers and the privacy officer take a reply down.")
        if reply.state not in STANDING:
            raise Refused("This reply is not on the site.")
        if not why.strip():
            raise Refused("Write what is wrong with the reply; it is the beginning of the incident's record.")
        now = clock.now()
        was_public = reply.live_at is not None or reply.pending_since is not None
        _withdraw(reply, "The reply is taken down.")
        reply.state, reply.ended_at = ReplyState.TAKEN_DOWN, now
        reply.delivery = _delivery(reply, now, delete=True)
        reply.save()
        _step(reply, "taken_down", person, note=why.strip(), text=reply.text)
        case = case_of(reply.review)
        open_incident(
            by=person,
            office=reply.review.office_id,
            what=why.strip(),
            shown=reply.text,
            where=reply.review.get_site_display(),
            public_since=(reply.live_at or reply.pending_since) if was_public else None,
            case=case.number if case else "",
            about=f"reply {reply.pk}",
            at=now,
        )
        tell_case(reply.review, c.ReviewReplyGone(why=why.strip()), by=by)
    nudges.nudge()
    return reply


def keep_foreign(reply_id: int, person: Person) -> Reply:
    """A manager says that the reply that somebody wrote elsewhere may stay: the review is answered once it is live."""
    with transaction.atomic():
        reply, by = _held_reply(reply_id, person)
        may_write(by)
        if not reply.foreign or reply.state not in (ReplyState.LIVE, ReplyState.PENDING):
            raise Refused("There is no reply from elsewhere to keep.")
        if Risk(reply.level or "pass") is Risk.BLOCK:
            raise Refused("This reply gives something away. Take it down, and write another one.")
        reply.kept = True
        reply.save(update_fields=["kept"])
        _step(reply, "kept", person)
        if reply.state == ReplyState.LIVE:
            tell_case(reply.review, c.ReviewReplyLive(link=reply.review.url), by=by)
        return reply


def seen_live(reply_id: int, person: Person) -> Reply:
    """A person's word that the reply stands on the site for everybody to read, where the site does not tell Amends."""
    with transaction.atomic():
        reply, by = _held_reply(reply_id, person)
        may_write(by)
        if reply.state != ReplyState.PENDING:
            raise Refused("This reply does not wait for the site.")
        if says_by_itself(reply.review):
            raise Refused("The site says itself when everybody can read it; Amends looks again and again until then.")
        _live(reply, clock.now(), person, by)
        return reply


def seen_on_site(review: Review, shown: SiteReply | None, *, at: datetime | None = None) -> None:
    """What the site says of the reply to this review, as it was read just now; None where there is none.

    Where a person said that it is the same as another one, that one has the reply.
    """
    _deletions_seen(review.same_as_id or review.pk, shown)
    with transaction.atomic():
        answered = review.same_as_id or review.pk
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
        elif same and same.state in (ReplyState.REFUSED, ReplyState.GONE) and not standing:
            _after_all(same, shown, now)
        elif same and same.state == ReplyState.TAKEN_DOWN:
            _take_off_again(same, now)
        elif same is None and not _is_older(shown, standing):
            _found_foreign(review, shown, standing, now)


def _deletions_seen(review_id: int, shown: SiteReply | None) -> None:
    """What a person was asked to delete is not there any more, so nobody need say so."""
    for reply in queries.still_public(Reply.objects.filter(review=review_id), by_hand=True):
        if reply.delivery_id and (shown is None or not _same(reply.text, shown.text)):
            by_hand.seen_there(reply.delivery_id, number="")


def not_on_site(review_id: int) -> None:
    """The review was looked for and is not there: what was to be posted under it is not, and nobody is asked to."""
    intake.not_found([review_id])
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).get(pk=review_id)
        for reply in review.replies.filter(state__in=(ReplyState.SENDING, ReplyState.BY_HAND)):
            _withdraw(reply, "The review is not on the site any more, so nothing is posted.")
            _ends(reply, ReplyState.GONE, "review_gone", clock.now())


def delivery_ended(row: Delivery) -> None:
    """A delivery of a reply is proved, or a person must do it (`deliveries.endings`)."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("review").get(pk=row.payload["reply"])
    now = clock.now()
    if row.payload["delete"]:
        if row.state == State.PROVED:
            no_longer_public(f"reply {reply.pk}", at=now)
            _step(reply, "off", row.proved_by)
        reply.save(update_fields=["state"])  # where its review stands on the wall follows from the delivery
        return
    if reply.delivery_id != row.pk:
        return
    if row.state == State.BY_HAND:
        reply.state = ReplyState.BY_HAND
        reply.save(update_fields=["state"])
        _step(reply, "by_hand", None, note=row.why)
        return
    for older in reply.review.replies.filter(state__in=STANDING).exclude(pk=reply.pk):
        _ends(older, ReplyState.REPLACED, "replaced", now)  # a site shows one reply to a review
    if reply.state == ReplyState.LIVE:
        return  # it was read there before its own proof came
    reply.state, reply.pending_since, reply.posted_by = ReplyState.PENDING, now, row.proved_by
    reply.save(update_fields=["state", "pending_since", "posted_by"])
    _step(reply, "pending", row.proved_by)
    by = actor_at(row.proved_by, str(reply.review.office_id)) if row.proved_by else AMENDS
    tell_case(reply.review, c.ReviewReplySent(by_hand=row.proved_by is not None), by=by)
    if row.proved_by and not has_channel(reply.review):
        _live(reply, now, row.proved_by, by)  # nothing else will ever say so: it is this person's word


def recent_replies(review: Review, *, before: datetime | None = None) -> list[str]:
    """The newest texts that went out for this office on this site, newest first: sites refuse two alike there.

    Fewer than the pool has wordings, so that some of them can always be posted. `before`: those that were sent by then;
    what was signed later has been compared with this one.
    """
    there = Reply.objects.filter(review__office=review.office_id, review__site=review.site, sent_at__isnull=False)
    if before is not None:
        there = there.filter(sent_at__lt=before)
    sent = there.exclude(review=review).order_by("-sent_at", "-pk")
    return list(sent.values_list("text", flat=True)[:RECENT])


def newest_step(review: Review) -> ReplyStep | None:
    """What was done last with any reply to this review."""
    return ReplyStep.objects.filter(reply__review=review).select_related("by").order_by("-pk").first()


def is_by_hand(reply: Reply) -> bool:
    """Whether a person must post this reply, because Amends cannot write to its site."""
    return not has_channel(reply.review)


def writers_of(reply: Reply) -> frozenset[str]:
    """Everybody whose words may stand in it."""
    wrote = reply.steps.filter(what="written", by__isnull=False).values_list("by_id", flat=True)
    return frozenset(str(pk) for pk in wrote)


def _as_shown(reply: Reply, shown: SiteReply, now: datetime) -> None:
    """The site shows our own text: what it says of it."""
    match shown.state:
        case "pending" if reply.state == ReplyState.LIVE and _by_word(reply):
            _not_yet(reply, now)
        case "approved" if reply.state != ReplyState.LIVE:
            _live(reply, now, None, AMENDS)
        case "rejected" if reply.state == ReplyState.SENDING:
            pass  # it says so of an earlier try with the same words
        case "rejected" if (
            shown.again and not reply.foreign and reply.steps.filter(what="again").count() < _TIMES_AGAIN
        ):
            _sends_again(reply, shown, now)
        case "rejected":
            _refused(reply, shown, now)
        case _:
            pass  # pending, or the site does not say; a delivery on its way is proved by itself


def _after_all(reply: Reply, shown: SiteReply, now: datetime) -> None:
    """The site shows what it had refused, or what had left when its review was hidden."""
    if shown.state == "approved":
        _live(reply, now, None, AMENDS)


def _live(reply: Reply, now: datetime, person: Person | None, by: Actor) -> None:
    reply.state, reply.live_at = ReplyState.LIVE, now
    reply.save(update_fields=["state", "live_at"])
    _step(reply, "live", person)
    if _counts(reply):
        tell_case(reply.review, c.ReviewReplyLive(link=reply.review.url), by=by)


def _by_word(reply: Reply) -> bool:
    """Whether it is live on a person's word: the site could not be read then."""
    said = reply.steps.filter(what="live").order_by("-pk").first()
    return said is not None and said.by_id is not None


def _not_yet(reply: Reply, now: datetime) -> None:
    """Somebody said that it is live; the site can be read by now, and says that it is not."""
    reply.state, reply.live_at, reply.pending_since = ReplyState.PENDING, None, now
    reply.save(update_fields=["state", "live_at", "pending_since"])
    _step(reply, "not_yet", None)
    if _counts(reply):
        tell_case(reply.review, c.ReviewReplyGone(why="The site says that it does not show the reply yet."))
        tell_case(reply.review, c.ReviewReplySent(by_hand=True))


def _counts(reply: Reply) -> bool:
    """Whether it is the answer that the case waits for: ours, or one from elsewhere that a manager lets stay."""
    return reply.kept or not reply.foreign


def _refused(reply: Reply, shown: SiteReply, now: datetime) -> None:
    reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, shown.reason[:80], now
    reply.save(update_fields=["state", "problem", "ended_at"])
    _step(reply, "refused", None, note=shown.reason)
    if _counts(reply):
        tell_case(reply.review, c.ReviewReplyRefused(problem=shown.problem, reason=shown.reason))


def _sends_again(reply: Reply, shown: SiteReply, now: datetime) -> None:
    reply.state = ReplyState.SENDING
    _step(reply, "again", None, note=shown.reason)
    reply.delivery = _delivery(reply, now, due_at=now + _AGAIN_AFTER)
    reply.save(update_fields=["state", "delivery"])


def _gone_from_site(reply: Reply, now: datetime) -> None:
    """What was live is not there any more: somebody deleted it elsewhere. What is pending may just not show yet."""
    if reply.state != ReplyState.LIVE:
        return
    _ends(reply, ReplyState.TAKEN_DOWN, "gone", now)
    tell_case(reply.review, c.ReviewReplyGone(why="Somebody deleted it on the site."))


def _take_off_again(reply: Reply, now: datetime) -> None:
    """It was taken down and stands there still, or a request that was late has brought it back."""
    if reply.delivery is None or reply.delivery.state in (State.PROVED, State.WITHDRAWN):
        reply.delivery = _delivery(reply, now, delete=True)
        reply.save(update_fields=["delivery"])
        _step(reply, "off_again", None)


def _is_older(shown: SiteReply, standing: list[Reply]) -> bool:
    """A page that was read before our newest reply left says nothing about it."""
    sent = [reply.sent_at for reply in standing if reply.sent_at]
    return bool(sent) and (shown.at is None or shown.at < max(sent))


def _found_foreign(review: Review, shown: SiteReply, standing: list[Reply], now: datetime) -> None:
    """A reply that nobody here wrote: another tool's automatic answer, or somebody at the site itself."""
    if shown.state == "rejected":
        return  # nobody can read it
    for reply in standing:
        _withdraw(reply, "Another reply stands on the site, which nobody wrote here.")
        _ends(reply, ReplyState.REPLACED, "replaced", now)
        tell_case(review, c.ReviewReplyGone(why="Another reply stands in its place, which nobody wrote here."))
    since = shown.at or now
    found = Reply(review=review, text=shown.text, foreign=True, written_at=since)
    if shown.state == "pending":
        found.state, found.pending_since = ReplyState.PENDING, since
    else:
        found.state, found.live_at = ReplyState.LIVE, since
    _check(found, review)
    found.save()
    if review.reply is None or review.reply.state not in UNSENT:  # a draft stays before whoever writes it
        _is_current(review, found)
    _step(found, "found", None, level=found.level, text=found.text)


def _ends(reply: Reply, state: ReplyState, what: str, now: datetime) -> None:
    reply.state, reply.ended_at = state, now
    reply.save(update_fields=["state", "ended_at"])
    _step(reply, what, None)


def _delivery(reply: Reply, now: datetime, *, delete: bool = False, due_at: datetime | None = None) -> Delivery:
    review = reply.review
    payload: dict[str, Any] = {
        "reply": reply.pk,
        "review": review.site_id,
        "location": review.location,
        "link": review.reply_url or review.url,
        "text": reply.text,
        "delete": delete,
        "page": f"{settings.BASE_URL}/reviews/{review.pk}",
    }
    channel = channel_for(review)
    # Who takes something down must not wait to hear that it is theirs to do.
    asks = {"state": State.BY_HAND, "why": DELETE_BY_HAND} if delete and channel == BY_HAND else {}
    return Delivery.objects.create(
        office_id=review.office_id,
        marker=f"reply:{reply.pk}{'-' if delete else '.'}{reply.steps.count()}",
        channel=channel,
        target=review.site,
        purpose=Purpose.REPLY.value,
        about=0,
        payload=payload,
        created_at=now,
        due_at=due_at or now,
        **asks,
    )


def _withdraw(reply: Reply, why: str) -> None:
    """What has not left yet stays here; what may have left is marked and ends withdrawn if it is not there."""
    if reply.delivery_id:
        rows = Delivery.objects.filter(pk=reply.delivery_id)
        rows.filter(state__in=(*LEASABLE, State.BY_HAND), sent_at=None).update(state=State.WITHDRAWN, why=why)
        rows.exclude(state__in=(State.PROVED, State.WITHDRAWN)).update(why=why)


def _held(review_id: int, person: Person) -> tuple[Review, Actor]:
    review = Review.objects.select_for_update(of=("self",)).select_related("reply").get(pk=review_id)
    case = case_of(review)
    return review, actor_at(person, str(review.office_id), Stage(case.stage) if case else None)


def _held_reply(reply_id: int, person: Person) -> tuple[Reply, Actor]:
    review_id = Reply.objects.values_list("review_id", flat=True).get(pk=reply_id)
    review, by = _held(review_id, person)
    reply = Reply.objects.get(pk=reply_id)
    reply.review = review
    return reply, by


def _unsent(reply: Reply) -> None:
    if reply.state not in UNSENT:
        raise Refused("This reply is on its way already.")


def _fits(reply: Reply) -> None:
    """Raises `Refused` for more than the site takes: no signature makes that shorter."""
    long = too_long(reply.text, reply.review.site)
    if long:
        raise Refused(long)


def _text(text: str) -> str:
    kept = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not kept:
        raise Refused("Write the reply first.")
    if len(kept) > LONGEST_TEXT:
        raise Refused("That is longer than any review site takes.")
    return kept


def _check(reply: Reply, review: Review) -> None:
    verdict = verdict_for(review, reply.text, recent_replies(review))
    reply.level, reply.findings = verdict.level.value, verdict.as_json()["findings"]


def _same(one: str, other: str) -> bool:
    """Sites may give white space back otherwise."""
    return one.split() == other.split()


def _is_current(review: Review, reply: Reply) -> None:
    review.reply = reply
    review.save(update_fields=["reply"])


def _step(reply: Reply, what: str, by: Person | None, *, note: str = "", text: str = "", level: str = "") -> None:
    ReplyStep.objects.create(reply=reply, at=clock.now(), by=by, what=what, note=note, text=text, level=level)
