"""`slack.card`: the one message of a case at a place, kept true, and the lines under it.

Payload and targets: `deliveries.telling`. A card that is there is changed, which may be repeated at will; the first
message is posted once, with the delivery's marker in its metadata, and looked for there before anybody posts it again.
A card that shows this or a later state of the case proves what was to be told.

A change that may still land would put an older state over a newer one. So until it can land no more, a newer state is
shown at once but not believed: its delivery waits, and shows it once more.

A card that is gone is posted anew: deleted, or in a channel that is shut where the place has another one by now, or in
the conversation with a user who is not that person any more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeGuard

import structlog
from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from amends import clock
from amends.cases.models import pk_of
from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.deliveries.telling import CARDS, LINES, link_to
from amends.integrations.slack.answers import OUR_CONTENT, code_of
from amends.integrations.slack.channel import PLACE, by_email, conversation
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user

from .limits import message_problems
from .messages import Body, card_body, line_body, minimal, policy_of
from .models import SlackCard
from .places import PERSON, NoPlace, Place
from .speaking import look_for, post, speaking

log = structlog.get_logger(__name__)

_OVERTAKEN = "An earlier change may still land over this one, which is shown once more when it cannot."
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_SHUT = frozenset({"is_inactive", "is_archived", "channel_not_found", "not_in_channel"})


class SlackCards:
    """Keeps cards true and writes lines under them."""

    name = "slack.card"

    def deliver(self, item: Outgoing) -> Proof:
        """Post or change it. Raises a `DeliveryError`."""
        card, is_line = _card_at(item), "line" in item.payload
        nowhere = not (card and card.ts) if is_line else card is None and not item.payload["root"]
        if nowhere:
            raise Permanent("There is no message here that it could belong to.")
        if not is_line and _says(card, item):
            return _proof(card)
        with _speaking(item, card.channel if card and card.ts else "") as (client, place):
            if card is not None and (card.team != place.workspace.team_id or (card.ts and card.user != place.user)):
                raise RetryAfter("Slack's workspace, or who is who in it, was changed just now.")
            if is_line:
                return _post(client, card.channel if card else "", item, thread=card.ts if card else "")[0]
            if card is not None and card.ts and _change(client, card, item, place):
                return _proof(card)
            proof, channel = _post(client, conversation(client, place.channel), item)
            _keep(item, place, channel, proof)
            return proof

    def find(self, item: Outgoing) -> Proof | None:
        """By what is known of the card, else by the marker in the channel. Raises a `DeliveryError`."""
        if "line" in item.payload:
            raise CannotTell("Lines under a message are not looked for.")
        card = _card_at(item)
        if _says(card, item):
            return _proof(card)
        if card is not None and card.ts:
            return None  # to change it once more does no harm
        found = look_for(item)
        if found is None:
            return None
        proof, place = found
        _keep(item, place, place.channel, proof)
        return proof


def _card_at(item: Outgoing) -> SlackCard | None:
    """The card that stands in the workspace of now; None where it stands in none, or in one of before.

    It has no `ts` where it stands in the conversation with a user who is not that person any more.
    """
    here = SlackWorkspace.objects.values("team_id")
    card = SlackCard.objects.filter(case_id=pk_of(item.payload["number"]), target=item.target, team__in=here).first()
    if card and item.target.startswith(PERSON) and card.user != slack_user(item.target.removeprefix(PERSON)):
        card.ts = ""
    return card


def _says(card: SlackCard | None, item: Outgoing) -> TypeGuard[SlackCard]:
    """Whether the card is there and shows this state of the case or a later one."""
    return card is not None and bool(card.ts) and card.version >= _version(item)


def _version(item: Outgoing) -> int:
    return int(item.payload["card"]["version"])


def _proof(card: SlackCard) -> Proof:
    return Proof(card.ts, PLACE, card.link)


def _keep(item: Outgoing, place: Place, channel: str, proof: Proof) -> None:
    SlackCard.objects.update_or_create(
        case_id=pk_of(item.payload["number"]),
        target=item.target,
        defaults={
            "team": place.workspace.team_id,
            "user": place.user,
            "channel": channel,
            "ts": proof.id,
            "link": proof.link,
            "version": _version(item),
        },
    )


def _change(client: WebClient, card: SlackCard, item: Outgoing, place: Place) -> bool:
    """Changes the card; False where it is gone, so that a new one must be posted.

    Raises `RetryAfter` where an earlier change may still land over this one.
    """
    began = clock.now()
    try:
        _send(
            item, lambda body: client.chat_update(channel=card.channel, ts=card.ts, text=body.text, blocks=body.blocks)
        )
    except SlackApiError as refused:
        if not _is_gone(code_of(refused), client, card, place):
            raise
        SlackCard.objects.filter(pk=card.pk).update(ts="")  # not forgotten: whoever comes next may post it anew
        return False
    if card.late_until and began < card.late_until and card.late_version < _version(item):
        raise RetryAfter(_OVERTAKEN, (card.late_until - began).total_seconds())
    card.version = _version(item)
    card.save(update_fields=["version"])
    return True


def _is_gone(code: str, client: WebClient, card: SlackCard, place: Place) -> bool:
    """Raises a `DeliveryError`."""
    return code in _GONE or (code in _SHUT and conversation(client, place.channel) != card.channel)


def _may_still_land(card: SlackCard, item: Outgoing) -> None:
    now = clock.now()
    pending = card.late_until is not None and now < card.late_until
    card.late_version = min(card.late_version, _version(item)) if pending else _version(item)
    card.late_until = now + timedelta(seconds=settings.SETTLE_SECONDS)
    card.save(update_fields=["late_version", "late_until"])


def _post(client: WebClient, channel: str, item: Outgoing, *, thread: str = "") -> tuple[Proof, str]:
    """The proof of a new message, and the channel in which it stands."""
    posted: tuple[Proof, str] = _send(item, lambda body: post(client, channel, body, item.marker, thread=thread))
    return posted


def _send(item: Outgoing, call: Callable[[Body], Any]) -> Any:
    """Sends the whole message, or the least of it where Slack would not or does not take what it holds."""
    whole, least = _body(item), minimal(item.payload["number"], link_to(item.payload["number"]))
    wrong = message_problems(whole.text, whole.blocks)
    if wrong:
        log.error("slack.message_too_long", problems=wrong)
        return call(least)
    try:
        return call(whole)
    except SlackApiError as refused:
        if code_of(refused) not in OUR_CONTENT:
            raise
        log.error("slack.message_refused", code=code_of(refused))
        return call(least)


def _body(item: Outgoing) -> Body:
    payload = item.payload
    number, policy = payload["number"], policy_of(payload["policy"])
    if "line" in payload:
        return line_body(LINES.validate_python(payload["line"]), number=number, policy=policy)
    return card_body(
        CARDS.validate_python(payload["card"]),
        number=number,
        office=payload["office"],
        policy=policy,
        link=link_to(number),
        buttons=payload["buttons"],
    )


@contextmanager
def _speaking(item: Outgoing, channel: str) -> Iterator[tuple[WebClient, Place]]:
    """A client and the place. Raises a `DeliveryError` that says what comes of the message now."""
    try:
        with speaking(item.target, channel) as spoken:
            yield spoken
    except UnknownOutcome:
        card = _card_at(item)
        if card is None or not card.ts or "line" in item.payload:
            raise
        _may_still_land(card, item)
        raise RetryAfter("Slack did not answer; the message is changed again.") from None
    except (Configuration, OfficeOffline) as error:
        raise _what_now(item, error) from None


def _what_now(item: Outgoing, error: Configuration | OfficeOffline) -> DeliveryError:
    """Where Slack cannot be used, the first message goes by e-mail. A change waits until it is mended, but not for a
    place that is not any more.
    """
    if "line" in item.payload:
        return error
    if item.payload["root"] and (instead := by_email(item, error)):
        return instead
    if isinstance(error, NoPlace) and not item.payload["root"]:
        return Permanent(str(error))
    return error if item.payload["asks"] or isinstance(error, OfficeOffline) else RetryAfter(str(error))
