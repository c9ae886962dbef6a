"""What tests and people may do to the workspace from outside, below `/_control/`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from amends.simulators.serving import BodyError
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.workspace import Channel, Message, User, Workspace

Act = Callable[[Workspace, Mapping[str, object], datetime], Json]


def archive(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"channel", "archived": true}`: archive a channel, or bring it back."""
    channel = _channel(workspace, body)
    channel.archived = _flag(body, "archived")
    return {"channel": channel.id, "archived": channel.archived}


def scopes(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"scopes": [...]}`: what the token may do from now on."""
    given = body.get("scopes")
    if not isinstance(given, list) or not all(isinstance(scope, str) for scope in given):
        raise BodyError('"scopes" is a list of texts.')
    workspace.scopes = list(given)
    return {"scopes": list(given)}


def remove_bot(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"channel"}`: the app is no longer a member."""
    channel = _channel(workspace, body)
    channel.members = [member for member in channel.members if member != cast.BOT_USER]
    return {"channel": channel.id, "members": list(channel.members)}


def invite_bot(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"channel"}`: somebody invites the app."""
    channel = _channel(workspace, body)
    if cast.BOT_USER not in channel.members:
        channel.members.append(cast.BOT_USER)
    return {"channel": channel.id, "members": list(channel.members)}


def revoke(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"token", "revoked": true}`: `token_revoked` from now on, or good again."""
    token = _text(body, "token")
    workspace.revoked = [one for one in workspace.revoked if one != token]
    if _flag(body, "revoked"):
        workspace.revoked.append(token)
    return {"token": token, "revoked": token in workspace.revoked}


def deactivate(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"user", "deleted": true}`: deactivate an account, or bring it back."""
    user = _user(workspace, body)
    user.deleted = _flag(body, "deleted")
    return {"user": user.id, "deleted": user.deleted}


def say(workspace: Workspace, body: Mapping[str, object], now: datetime) -> Json:
    """`{"channel", "user", "text", "thread_ts": null}`: a person writes a message."""
    channel, user = _channel(workspace, body), _user(workspace, body)
    thread = _text(body, "thread_ts") if body.get("thread_ts") else None
    if thread and workspace.find(channel.id, thread) is None:
        raise BodyError("There is no such message to reply to.")
    ts = workspace.new_ts(channel, now)
    workspace.messages.append(Message(channel=channel.id, ts=ts, user=user.id, text=_text(body, "text"), thread=thread))
    return {"channel": channel.id, "ts": ts}


ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {  # the name in the path, and the keys of the body
    "archive": (archive, ("channel", "archived")),
    "scopes": (scopes, ("scopes",)),
    "remove-bot": (remove_bot, ("channel",)),
    "invite-bot": (invite_bot, ("channel",)),
    "revoke": (revoke, ("token", "revoked")),
    "deactivate": (deactivate, ("user", "deleted")),
    "say": (say, ("channel", "user", "text", "thread_ts")),
}


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BodyError(f'"{name}" is a text.')
    return value


def _flag(body: Mapping[str, object], name: str) -> bool:
    value = body.get(name, True)
    if not isinstance(value, bool):
        raise BodyError(f'"{name}" is true or false.')
    return value


def _channel(workspace: Workspace, body: Mapping[str, object]) -> Channel:
    channel = workspace.channels.get(_text(body, "channel"))
    if channel is None:
        raise BodyError("There is no such channel.")
    return channel


def _user(workspace: Workspace, body: Mapping[str, object]) -> User:
    user = workspace.users.get(_text(body, "user"))
    if user is None:
        raise BodyError("There is no such user.")
    return user
