"""What the app is sent when a person acts: commands, buttons, submissions, shortcuts, events (slack.md 3 and 4)."""

import copy
from datetime import datetime

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.shapes import message_shape
from amends.simulators.slack.workspace import Channel, Kind, Message, User, Workspace

_NAMES = {Kind.PRIVATE: "privategroup", Kind.IM: "directmessage", Kind.MPIM: "mpdm"}
TEAM: Json = {"id": cast.TEAM_ID, "domain": cast.TEAM_DOMAIN}


def command(user: User, channel: Channel, name: str, text: str, *, trigger: str, response_url: str) -> Json:
    """A slash command, the fields of a form."""
    return {
        "token": cast.VERIFICATION_TOKEN,
        "team_id": cast.TEAM_ID,
        "team_domain": cast.TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": cast.APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def interaction(kind: str, user: User, **more: object) -> Json:
    """What all payloads of an interaction have."""
    return {
        "type": kind,
        "token": cast.VERIFICATION_TOKEN,
        "team": TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": cast.APP_ID,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": cast.TEAM_ID},
        **copy.deepcopy(more),  # as it is now: views and messages go on changing
    }


def in_message(message: Message, channel: Channel, workspace: Workspace) -> Json:
    """Where a button of a message was pressed. An ephemeral message is not sent along."""
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
        **({"thread_ts": message.thread} if message.thread else {}),
    }
    about: Json = {"container": container, "channel": channel_shape(channel), "state": {"values": {}}}
    return about if ephemeral else {**about, "message": message_shape(message, workspace, with_metadata=True)}


def in_view(view: Json) -> Json:
    """Where an element of a modal or of the Home tab was used."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def event(workspace: Workspace, about: Json, now: datetime) -> Json:
    """The envelope of an event."""
    event_id = workspace.new_id("Ev")
    return {
        "token": cast.VERIFICATION_TOKEN,
        "team_id": cast.TEAM_ID,
        "api_app_id": cast.APP_ID,
        "event": {"event_ts": f"{now.timestamp():.6f}", **copy.deepcopy(about)},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": cast.TEAM_ID,
                "user_id": cast.BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def verification(challenge: str) -> Json:
    """What Slack asks of an address before it sends events there."""
    return {"token": cast.VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def channel_shape(channel: Channel) -> Json:
    """A channel as interactions name it."""
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """The name of a public channel, and a word for the others."""
    return _NAMES.get(channel.kind, channel.name)
