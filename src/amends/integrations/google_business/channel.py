"""`google_business.reply`: the public reply to a review, or its end.

Payload: that of `reviews.replies`: `{"reply": pk, "review": long name, "location": long name, "text": str,
"link": str, "delete": bool}`. Proof: the review's id with the link of its reply. Google shows one reply to a review
and a PUT replaces it, so the same text may be sent twice without harm; what must never happen is that an older text
lands over a newer one. So a look comes before every write, and a write waits until no earlier one can still land.
"""

from datetime import timedelta

from django.conf import settings

from amends import clock
from amends.deliveries.channel import Configuration, Outgoing, Permanent, Proof, RetryAfter, UnknownOutcome
from amends.deliveries.models import Delivery, State, in_states
from amends.integrations.open_dental.turns import SharedTurns
from amends.protocol.reply import Risk
from amends.reviews.checker.check import too_long
from amends.reviews.checking import verdict_for
from amends.reviews.models import Reply, Review
from amends.reviews.on_site import not_on_site
from amends.reviews.replies import recent_replies

from .answers import NotFound
from .client import GoogleClient
from .connecting import client_for
from .models import GoogleLocation
from .shapes import ReviewRow
from .taking import is_same_review, take

NAME = "google_business.reply"
PLACE = "Google"
_LONGEST_ID = 120  # of a proof
_RISKS = tuple(Risk)
_MATTERS = (Risk.WARN, Risk.BLOCK)  # what is only noted may go out unseen


class GoogleReply:
    """Puts a reply under a review, or takes it away; and looks whether it is so."""

    name = NAME

    def deliver(self, item: Outgoing) -> Proof:
        """Write it once. Raises a `DeliveryError`."""
        location, client = _way(item)
        name = str(item.payload["review"])
        if item.payload["delete"]:
            return _delete(item, location, client, name)
        reply = _reply(item)
        _refuse_what_is_old(item, reply)
        if wait := _earlier_may_land(item):
            raise RetryAfter("An earlier reply to this review may still arrive at Google.", wait)
        try:
            row = client.review(name)
            if not _shows(item, row) or _was_rejected(row):
                _refuse_over_an_unseen_one(location, row, reply)
                _check_once_more(reply)
                _take_turn(location)
                client.put_reply(name, reply.text)
        except NotFound:
            not_on_site(reply.review_id)
            raise Permanent("The review is not on Google any more, so nothing is posted.") from None
        return _proof(item, row)

    def find(self, item: Outgoing) -> Proof | None:
        """Read the review. A reply that was rejected before this one left is an earlier one with the same words."""
        _, client = _way(item)
        try:
            row = client.review(str(item.payload["review"]))
        except NotFound:
            return Proof("", PLACE) if item.payload["delete"] else None
        if item.payload["delete"]:
            if _shows(item, row):
                return None
            if wait := _earlier_may_land(item):
                raise RetryAfter("A request that brings the reply back may still arrive at Google.", wait)
            return _proof(item, row)
        shown = row.review_reply
        before = bool(shown and shown.update_time and item.sent_at and shown.update_time < item.sent_at)
        return _proof(item, row) if _shows(item, row) and not (before and _was_rejected(row)) else None


def _way(item: Outgoing) -> tuple[GoogleLocation, GoogleClient]:
    rows = GoogleLocation.objects.select_related("account__connection")
    location = rows.filter(name=item.payload["location"]).first()
    if location is None or not location.account.connection.refresh_token:
        raise Configuration("Google is not connected, so a person posts the reply there.")
    return location, client_for(location.account.connection)


def _reply(item: Outgoing) -> Reply:
    return Reply.objects.select_related("review").get(pk=item.payload["reply"])


def _delete(item: Outgoing, location: GoogleLocation, client: GoogleClient, name: str) -> Proof:
    """Takes our reply away at once; another one that stands there by now is left alone."""
    try:
        row = client.review(name)
    except NotFound:
        return Proof("", PLACE)  # it went with its review
    if _shows(item, row):
        _take_turn(location)
        client.delete_reply(name)
    if _earlier_may_land(item):
        raise UnknownOutcome("It is deleted; a request that brings it back may still arrive, so Amends looks again.")
    return _proof(item, row)


def _refuse_what_is_old(item: Outgoing, reply: Reply) -> None:
    """A newer reply was sent since, by whatever way: this one is withdrawn."""
    newer = reply.review.replies.filter(sent_at__isnull=False, pk__gt=reply.pk, foreign=False)
    if newer.exists():
        Delivery.objects.filter(marker=item.marker, why="").update(why="A newer reply was sent in its place.")
        raise Permanent("A newer reply was sent in its place.")


def _earlier_may_land(item: Outgoing) -> float:
    """Seconds until no other write to this review, whose outcome is not known yet, can still arrive; 0 for none.

    Such a row ends by itself: it is looked for, and proved or withdrawn. A reply waits for any other write, a deletion
    for those of the same reply alone: they would bring it back.
    """
    office = Review.objects.filter(replies=item.payload["reply"]).values("office_id")[:1]
    moving = in_states(State.WAITING, State.SENDING, State.UNKNOWN, State.BY_HAND)  # in the words of its index
    rows = Delivery.objects.filter(moving, office_id__in=office, channel=NAME, sent_at__isnull=False)
    now, until = clock.now(), 0.0
    for row in rows.exclude(marker=item.marker).exclude(state=State.BY_HAND):
        if _is_in_its_way(row, item) and row.sent_at:
            settled = row.sent_at + timedelta(seconds=settings.SETTLE_SECONDS)
            until = max(until, (settled - now).total_seconds(), 1.0)
    return until


def _is_in_its_way(row: Delivery, item: Outgoing) -> bool:
    if item.payload["delete"]:
        return bool(row.payload["reply"] == item.payload["reply"] and not row.payload["delete"])
    return is_same_review(str(row.payload["review"]), str(item.payload["review"]))


def _refuse_over_an_unseen_one(location: GoogleLocation, row: ReviewRow, reply: Reply) -> None:
    """Somebody answered at Google after this reply was signed: a person must see that before it is replaced."""
    shown = row.review_reply
    if shown is None or not shown.comment or _was_rejected(row):
        return
    known = reply.review.replies.exclude(pk=reply.pk).values_list("text", flat=True)
    if any(_same(shown.comment, text) for text in known):
        return
    if location.office_id:
        take(location, row)
    raise Permanent("Somebody else has replied at Google meanwhile. Read that reply before you replace it.")


def _check_once_more(reply: Reply) -> None:
    """The checker sees what was not known when it was signed: a case, a record, other replies (1.4).

    Raises `Permanent` where it finds more than the person saw who signed it.
    """
    now = verdict_for(reply.review, reply.text, recent_replies(reply.review, before=reply.sent_at)).level
    signed = Risk(reply.level or Risk.PASS)
    risk = Risk(now.value)
    if risk in _MATTERS and _RISKS.index(risk) > _RISKS.index(signed):
        raise Permanent(
            "The privacy checker finds more in this text than when it was signed. Do not post it; write another one."
        )
    long = too_long(reply.text, reply.review.site)
    if long:
        raise Permanent(long)


def _take_turn(location: GoogleLocation) -> None:
    """Ten edits a minute of each profile, in all processes together (1.10)."""
    seconds = location.account.connection.edit_seconds
    if SharedTurns(f"google edit {location.name}").take(seconds, at_most=0.0) is None:
        raise RetryAfter("Google takes ten edits of a profile in a minute.", seconds)


def _shows(item: Outgoing, row: ReviewRow) -> bool:
    return row.review_reply is not None and _same(row.review_reply.comment, str(item.payload["text"]))


def _was_rejected(row: ReviewRow) -> bool:
    return row.review_reply is not None and row.review_reply.review_reply_state == "REJECTED"


def _same(one: str, other: str) -> bool:
    """Google may give white space back otherwise."""
    return one.split() == other.split()


def _proof(item: Outgoing, row: ReviewRow) -> Proof:
    number = row.review_id or row.name.rpartition("/")[2]
    return Proof(number[:_LONGEST_ID], PLACE, row.review_reply_url or str(item.payload.get("link") or ""))
