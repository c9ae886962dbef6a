"""`slack.message`: one message in a channel.

Payload: `{"text": str, "channel": id, "blocks": list}`; without a channel it goes to the leaders' channel, and blocks
may be missing; with the id of a person for a channel it is a direct message, and with `come` (a case's number) it has
the button "I'm coming". Target: the key of a `SlackWorkspace`, or
`leaders` or `person` for the first one, which is that of the group. What goes to the leaders holds what `email` needs,
too: they are told by e-mail where there is no workspace, or none that can be used (`by_email`). Proof: the message's
`ts`, with its permalink. Slack knows no idempotency key, so the marker travels in the message's metadata, and is looked
for there (slack.md 9).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from slack_sdk import WebClient

from amends import clock
from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
    UseInstead,
)
from amends.deliveries.telling import link_to
from amends.deliveries.ways import PERSON
from amends.integrations.marker import holds_marker

from .answers import TROUBLE, error_of
from .client import client_of
from .models import SlackWorkspace
from .moving import settle
from .outbound.messages import come_body

PLACE = "Slack"
LEADERS = "leaders"
EVENT_TYPE = "amends_delivery"
_PEOPLE = ("U", "W")  # how ids of people begin
_PAGE = 100
_MOST_PAGES = 10
# How much the two clocks may differ before a look goes not far enough back.
_CLOCKS_DIFFER = timedelta(minutes=15)
_SEEN_AT_MOST_EVERY = timedelta(minutes=1)


class SlackMessage:
    """Posts a message, and finds it by the marker in its metadata or its text."""

    name = "slack.message"

    def deliver(self, item: Outgoing) -> Proof:
        """Post once. Raises a `DeliveryError`."""
        text = item.payload.get("text")
        if not isinstance(text, str) or not text.strip():
            raise Permanent(f"{item.marker} cannot be sent: it has no text.")
        if item.target == LEADERS and not SlackWorkspace.objects.exists():
            raise UseInstead("Slack is not set up.", "email")
        try:
            with _speaking_to(item) as (client, channel):
                return _post(client, channel, item, text)
        except (Configuration, OfficeOffline) as error:
            raise by_email(item, error) or error from None

    def find(self, item: Outgoing) -> Proof | None:
        """Read the channel backwards to before the message left. Raises `CannotTell` where it may not be read."""
        with _speaking_to(item) as (client, channel):
            cursor: str | None = None
            for _ in range(_MOST_PAGES):
                messages, cursor = _history(client, channel, cursor)
                found = next((message for message in messages if _is_ours(message, item.marker)), None)
                if found is not None:
                    return _proof(client, channel, str(found["ts"]))
                if not cursor or _reaches_back(messages, item.sent_at):
                    return None
            raise CannotTell("The channel is too busy to look through. Please look for the message in Slack.")


def by_email(item: Outgoing, error: Configuration | OfficeOffline) -> UseInstead | None:
    """By e-mail instead, where that is set up and the payload says to whom: at once where somebody must mend Slack
    first, and from the moment that the payload names where Slack cannot be reached. Nothing was posted in either case.
    """
    if not settings.EMAIL_HOST or not item.payload.get("to"):
        return None
    waits_until = item.payload.get("by_email_from")
    if isinstance(error, OfficeOffline) and not (waits_until and clock.now() >= datetime.fromisoformat(waits_until)):
        return None
    return UseInstead(str(error), "email")


def _post(client: WebClient, channel: str, item: Outgoing, text: str) -> Proof:
    try:
        posted = client.chat_postMessage(
            channel=channel,
            text=text,
            blocks=_blocks(item, text),
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"marker": item.marker}},
        )
    except TROUBLE as trouble:
        raise error_of(trouble) from None
    ts = str(posted.get("ts") or "")
    if not ts:
        raise UnknownOutcome("Slack says that it was posted, but not under which number.")
    return _proof(client, str(posted.get("channel") or channel), ts)


def _blocks(item: Outgoing, text: str) -> list[dict[str, Any]] | None:
    if "come" in item.payload:
        number = str(item.payload["come"])
        return come_body(text, number, f"{link_to(number)}/come").blocks
    return item.payload.get("blocks") or None


def _history(client: WebClient, channel: str, cursor: str | None) -> tuple[list[Mapping[str, Any]], str | None]:
    """One page, newest first. No bounds in time: Slack's clock is not ours."""
    try:
        page = client.conversations_history(channel=channel, cursor=cursor, limit=_PAGE, include_all_metadata=True)
    except TROUBLE as trouble:
        raise _cannot_look(trouble) from None
    return list(page.get("messages") or []), (page.get("response_metadata") or {}).get("next_cursor") or None


def _cannot_look(trouble: Exception) -> Exception:
    match error_of(trouble):
        case UnknownOutcome():
            return RetryAfter("Slack did not answer.")
        case Configuration() | Permanent() as refused:
            return CannotTell(f"The app may not read that channel. {refused} Please look for the message in Slack.")
        case other:
            return other


def _is_ours(message: Mapping[str, Any], marker: str) -> bool:
    metadata = message.get("metadata") or {}
    told = (metadata.get("event_payload") or {}).get("marker") if metadata.get("event_type") == EVENT_TYPE else None
    return told == marker or holds_marker(str(message.get("text") or ""), marker)


def _reaches_back(messages: list[Mapping[str, Any]], sent_at: datetime | None) -> bool:
    if sent_at is None or not messages:
        return False
    oldest = min(float(message.get("ts") or 0) for message in messages)
    return oldest < (sent_at - _CLOCKS_DIFFER).timestamp()


def _proof(client: WebClient, channel: str, ts: str) -> Proof:
    return Proof(ts, PLACE, link_of(client, channel, ts))


def link_of(client: WebClient, channel: str, ts: str) -> str:
    """The message's permalink; "" where it cannot be had: the message is there, and a link is only a comfort."""
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=ts).get("permalink") or "")
    except TROUBLE:
        return ""


@contextmanager
def _speaking_to(item: Outgoing) -> Iterator[tuple[WebClient, str]]:
    """A client and a channel's id; whether Slack answered is written on the row of the workspace."""
    rows = SlackWorkspace.objects.all()
    row = (rows if item.target in (LEADERS, PERSON) else rows.filter(key=item.target)).first()
    if row is None or not row.bot_token:
        raise Configuration("Slack is not set up.")
    settle(row)
    channel = str(item.payload.get("channel") or row.leaders_channel)
    if not channel:
        raise Configuration("No Slack channel is chosen for the leaders.")
    now = timezone.now()
    ours = SlackWorkspace.objects.filter(pk=row.pk)
    try:
        client = client_of(row)
        yield client, conversation(client, channel)
    except (OfficeOffline, Configuration) as error:
        ours.update(last_error=str(error)[:300], last_error_at=now)
        raise
    if row.last_error or row.last_seen is None or now - row.last_seen > _SEEN_AT_MOST_EVERY:
        ours.update(last_seen=now, last_error="")


def conversation(client: WebClient, channel: str) -> str:
    """The id of the conversation with a person (U0123ABC), which is opened where it is not; of a channel, its own.

    Posting takes a person for a channel, but reading back and changing do not (slack.md 6). Raises a `DeliveryError`,
    and none that leaves open whether something was posted.
    """
    if not channel.startswith(_PEOPLE):
        return channel
    try:
        opened = client.conversations_open(users=channel).get("channel")
    except TROUBLE as trouble:
        error = error_of(trouble)
        raise RetryAfter("Slack did not answer.") if isinstance(error, UnknownOutcome) else error from None
    direct = str(opened.get("id") or "") if isinstance(opened, dict) else ""
    if not direct:
        raise RetryAfter("Slack did not tell which conversation it is.")
    return direct
