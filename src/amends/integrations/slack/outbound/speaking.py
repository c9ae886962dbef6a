"""Speaking to one place of Slack: who is called, in whose turn, and what is kept when it goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from slack_sdk import WebClient

from amends import clock
from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.slack.answers import TROUBLE, error_of
from amends.integrations.slack.channel import EVENT_TYPE, PLACE, SlackMessage, conversation, link_of
from amends.integrations.slack.client import client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.moving import settle

from .messages import Body
from .models import SlackTrouble
from .pace import take_turn, wait_as_told
from .places import NoPlace, Place, place_of


@contextmanager
def speaking(target: str, channel: str = "") -> Iterator[tuple[WebClient, Place]]:
    """A client and the place, in the turn of the conversation: `channel`, where it is known better than by its target.

    Raises a `DeliveryError`; what went wrong is kept for the Connections page until something arrives there again, but
    not that there is no such place any more.
    """
    try:
        place = _settled(target)
        paced = channel or place.channel
        take_turn(paced, place.workspace.pace_seconds)
        try:
            yield client_of(place.workspace), place
        except TROUBLE as trouble:
            error = error_of(trouble)
            if isinstance(error, RetryAfter) and error.seconds is not None:
                wait_as_told(paced, error.seconds)
            raise error from None
    except NoPlace:
        raise
    except (Configuration, OfficeOffline) as error:
        _note(target, error)
        raise
    SlackTrouble.objects.filter(target=target).delete()
    SlackWorkspace.objects.filter(pk=place.workspace.pk).exclude(last_error="").update(last_error="")


def post(client: WebClient, channel: str, body: Body, marker: str, *, thread: str = "") -> tuple[Proof, str]:
    """The proof of a new message, and the channel in which it stands. Raises what the client raises, or
    `UnknownOutcome`.
    """
    posted = client.chat_postMessage(
        channel=channel,
        text=body.text,
        blocks=body.blocks,
        thread_ts=thread or None,
        unfurl_links=False,
        unfurl_media=False,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"marker": marker}},
    )
    ts, where = str(posted.get("ts") or ""), str(posted.get("channel") or channel)
    if not ts:
        raise UnknownOutcome("Slack says that it was posted, but not under which number.")
    return Proof(ts, PLACE, link_of(client, where, ts)), where


def _settled(target: str) -> Place:
    """The place, in the workspace whose token there is. Raises a `DeliveryError`."""
    place = place_of(target)
    if not place.workspace.token_is_new:
        return place
    settle(place.workspace)
    return place_of(target)


def look_for(item: Outgoing) -> tuple[Proof, Place] | None:
    """The proof of a message that may have arrived at the item's target, and the conversation in which it stands; None
    where it is not there.

    Raises a `DeliveryError`. Where nobody may look, that is kept for the Connections page: what may be lost is seen.
    """
    try:
        place = _settled(item.target)
        channel = conversation(client_of(place.workspace), place.channel)
        there = Outgoing(item.marker, item.channel, place.workspace.key, {"channel": channel}, item.sent_at)
        found = SlackMessage().find(there)
    except NoPlace:
        raise
    except (Configuration, CannotTell) as error:
        _keep_trouble(item.target, error)
        raise
    return (found, replace(place, channel=channel)) if found else None


def _note(target: str, error: DeliveryError) -> None:
    SlackWorkspace.objects.update(last_error=str(error)[:300], last_error_at=clock.now())
    if isinstance(error, Configuration):
        _keep_trouble(target, error)


def _keep_trouble(target: str, error: DeliveryError) -> None:
    SlackTrouble.objects.get_or_create(target=target, defaults={"says": str(error)[:300], "since": clock.now()})
