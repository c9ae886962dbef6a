"""The events that the workspace gives rise to, in Slack's shapes; `event_ts` is added where they are sent."""

import re

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.workspace import Channel, Kind, Message

_CHANNEL_TYPES = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.IM: "im", Kind.MPIM: "mpim"}
_SUBSCRIPTIONS = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.IM: "im", Kind.MPIM: "mpim"}


def joined(channel: Channel, user: str) -> Json:
    """Somebody, or the app, has become a member."""
    kind = "C" if channel.kind is Kind.PUBLIC else "G"
    return {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": kind,
        "team": cast.TEAM_ID,
    }


def left(channel: Channel, user: str) -> Json:
    """Somebody, or the app, is no longer a member."""
    return {**joined(channel, user), "type": "member_left_channel"}


def archived(channel: Channel, user: str, now_archived: bool) -> Json:
    """A channel was archived or brought back."""
    kind = "channel_archive" if now_archived else "channel_unarchive"
    return {"type": kind, "channel": channel.id, "user": user}


def renamed(channel: Channel) -> Json:
    """A channel has another name."""
    about = {"id": channel.id, "name": channel.name, "created": channel.created}
    return {"type": "channel_rename", "channel": about}


def said(message: Message, channel: Channel) -> list[Json]:
    """A person wrote: `message`, and `app_mention` when the app is spoken to."""
    about: Json = {
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "team": cast.TEAM_ID,
        **({"thread_ts": message.thread} if message.thread else {}),
    }
    found = [{"type": "message", **about, "channel_type": _CHANNEL_TYPES[channel.kind]}]
    if re.search(f"<@{cast.BOT_USER}(\\|[^>]*)?>", message.text) and channel.kind is not Kind.IM:
        found.append({"type": "app_mention", **about})
    return found


def reacted(message: Message, user: str, name: str, added: bool) -> Json:
    """A person put a reaction on a message, or took it back."""
    return {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
    }


def revoked() -> Json:
    """The app's token was revoked."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [cast.BOT_USER]}}


def uninstalled() -> Json:
    """The app was removed from the workspace."""
    return {"type": "app_uninstalled"}


def opened_home(user: str, direct: Channel, tab: str, view: Json | None) -> Json:
    """A person looks at a tab of the app's Home."""
    shown = {"view": view} if view is not None and tab == "home" else {}
    return {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": tab, **shown}


def subscription(event: Json, channel: Channel | None) -> str:
    """The name by which an app subscribes to an event: `message.channels` for a message in a public channel."""
    if event["type"] == "message" and channel is not None:
        return f"message.{_SUBSCRIPTIONS[channel.kind]}"
    return str(event["type"])
