"""The changes of a reply that its writers and the sites both bring about, each with its step in the reply's history."""

from datetime import datetime
from typing import Any

from django.conf import settings

from amends import clock
from amends.deliveries.models import LEASABLE, Delivery, State
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import Actor
from amends.protocol.words import Purpose
from amends.reviews.checking import verdict_for
from amends.reviews.intake import tell_case
from amends.reviews.models import Reply, ReplyState, ReplyStep, Review
from amends.reviews.sites import BY_HAND, channel_for

DELETE_BY_HAND = "Amends cannot write to this site, so a person deletes the reply there."
RECENT = 8


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


def goes_live(reply: Reply, now: datetime, person: Person | None, by: Actor) -> None:
    reply.state, reply.live_at = ReplyState.LIVE, now
    reply.save(update_fields=["state", "live_at"])
    add_step(reply, "live", person)
    if counts(reply):
        tell_case(reply.review, c.ReviewReplyLive(link=reply.review.url), by=by)


def is_untold(reply: Reply) -> bool:
    """Whether the site shows its text and does not tell what became of it, so that somebody must look there."""
    said = reply.steps.filter(what__in=("untold", "not_yet")).order_by("-pk").first()
    return said is not None and said.what == "untold"


def counts(reply: Reply) -> bool:
    """Whether it is the answer that the case waits for: ours, or one from elsewhere that a manager lets stay."""
    return reply.kept or not reply.foreign


def ends(reply: Reply, state: ReplyState, what: str, now: datetime) -> None:
    reply.state, reply.ended_at = state, now
    reply.save(update_fields=["state", "ended_at"])
    add_step(reply, what, None)


def delivery_of(reply: Reply, now: datetime, *, delete: bool = False, due_at: datetime | None = None) -> Delivery:
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


def withdraw(reply: Reply, why: str) -> None:
    """What has not left yet stays here, and no person is asked for it; what may have left is marked and ends withdrawn
    if it is not there."""
    if reply.delivery_id:
        rows = Delivery.objects.filter(pk=reply.delivery_id)
        rows.filter(state__in=LEASABLE, sent_at=None).update(state=State.WITHDRAWN, why=why)
        rows.filter(state=State.BY_HAND).update(state=State.WITHDRAWN, why=why)
        rows.exclude(state__in=(State.PROVED, State.WITHDRAWN)).update(why=why)


def check(reply: Reply, review: Review) -> None:
    verdict = verdict_for(review, reply.text, recent_replies(review))
    reply.level, reply.findings = verdict.level.value, verdict.as_json()["findings"]


def make_current(review: Review, reply: Reply) -> None:
    review.reply = reply
    review.save(update_fields=["reply"])


def add_step(reply: Reply, what: str, by: Person | None, *, note: str = "", text: str = "", level: str = "") -> None:
    ReplyStep.objects.create(reply=reply, at=clock.now(), by=by, what=what, note=note, text=text, level=level)
