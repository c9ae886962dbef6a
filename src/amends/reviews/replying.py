"""What people do with a reply to a review: write it, have it approved, send it, take it down.

    draft ──► to approve ──► sending ──► pending ──► live ──► taken down
                               │            └──────► refused
                               └──► by hand ──► pending or live

What comes of it on the site is `on_site`; what both have in common is `replies`.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from amends import clock
from amends.access import actor_at
from amends.audit.models import open_incident
from amends.deliveries import nudges
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.decide import LONGEST_TEXT, Refused
from amends.protocol.reply import WRITERS, ReadyReply, Risk, may_send, may_write
from amends.protocol.values import Actor
from amends.protocol.words import BEFORE_ADDRESSED, Role, Stage
from amends.reviews.checker.check import too_long
from amends.reviews.intake import case_of, tell_case
from amends.reviews.models import STANDING, UNSENT, Reply, ReplyState, ReplyStep, Review
from amends.reviews.replies import add_step, check, delivery_of, goes_live, is_untold, make_current, withdraw
from amends.reviews.sites import has_channel, says_by_itself


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
        check(reply, review)
        reply.save()
        if review.reply_id != reply.pk:
            make_current(review, reply)
        add_step(reply, "written", person, level=reply.level, text=kept)
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
        add_step(reply, "asked", person)
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
        check(reply, reply.review)
        case = case_of(reply.review)
        addressed = case is None or Stage(case.stage) not in BEFORE_ADDRESSED
        ready = ReadyReply(
            risk=Risk(reply.level), writers=writers_of(reply), addressed=addressed, reason=reason, early=early
        )
        may_send(ready, signs_as(by, reply.review, ready.risk))
        now = clock.now()
        reply.sent_by, reply.sent_at, reply.reason, reply.early = person, now, reason.strip(), early.strip()
        reply.state, reply.problem = ReplyState.SENDING, ""
        for older in reply.review.replies.filter(state__in=(ReplyState.SENDING, ReplyState.BY_HAND)):
            withdraw(older, "A newer reply was sent in its place.")
        reply.delivery = delivery_of(reply, now)
        reply.save()
        note = " ".join(filter(None, (reply.reason, reply.early)))
        add_step(reply, "sent", person, note=note, level=reply.level, text=reply.text)
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
        public_since = _public_since(reply)
        withdraw(reply, "The reply is taken down.")
        reply.state, reply.ended_at = ReplyState.TAKEN_DOWN, now
        reply.delivery = delivery_of(reply, now, delete=True)
        reply.save()
        add_step(reply, "taken_down", person, note=why.strip(), text=reply.text)
        case = case_of(reply.review)
        open_incident(
            by=person,
            office=reply.review.office_id,
            what=why.strip(),
            shown=reply.text,
            where=reply.review.get_site_display(),
            public_since=public_since,
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
        add_step(reply, "kept", person)
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
        if says_by_itself(reply.review) and not is_untold(reply):
            raise Refused("The site says itself when everybody can read it; Amends looks again and again until then.")
        goes_live(reply, clock.now(), person, by)
        return reply


def _public_since(reply: Reply) -> datetime | None:
    """Since when at the earliest somebody may have read it; None where it has certainly not left."""
    known = [reply.pending_since, reply.live_at]
    if reply.delivery:
        known.append(reply.delivery.sent_at)  # whether that one arrived may not be known
    if reply.steps.filter(what="by_hand").exists():
        known.append(reply.sent_at)  # whoever was asked to post it may have done so before anybody heard of it
    return min(filter(None, known), default=None)


def newest_step(review: Review) -> ReplyStep | None:
    """What was done last with any reply to this review."""
    return ReplyStep.objects.filter(reply__review=review).select_related("by").order_by("-pk").first()


def is_by_hand(reply: Reply) -> bool:
    """Whether a person must post this reply, because Amends cannot write to its site."""
    return not has_channel(reply.review)


def signs_as(by: Actor, review: Review, risk: Risk) -> Actor:
    """The role in which they let a text of this risk out: only the privacy officer lets a disclosure pass, and whoever
    is that at the office is so whatever else they are there."""
    held = directory().roles_of(by.id).get(str(review.office_id), ())
    return replace(by, role=Role.PRIVACY_OFFICER) if risk is Risk.BLOCK and Role.PRIVACY_OFFICER in held else by


def writers_of(reply: Reply) -> frozenset[str]:
    """Everybody whose words may stand in it."""
    wrote = reply.steps.filter(what="written", by__isnull=False).values_list("by_id", flat=True)
    return frozenset(str(pk) for pk in wrote)


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
