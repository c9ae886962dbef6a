"""What tests and people may do to the workspace from outside, below `/_control/`.

`emit` tells the app of it, where the app has subscribed to that event.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from amends.simulators.serving import BodyError
from amends.simulators.slack import cast, events_of
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.workspace import Channel, Message, User, Workspace

Body = Mapping[str, object]
Emit = Callable[[Json], None]
Act = Callable[[Workspace, Body, datetime, Emit], Json]


def archive(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel", "archived": true}`: archive a channel, or bring it back."""
    channel = _channel(workspace, body)
    before, channel.archived = channel.archived, _flag(body, "archived")
    if before != channel.archived:
        emit(events_of.archived(channel, "USLACKBOT", channel.archived))
    return {"channel": channel.id, "archived": channel.archived}


def scopes(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"scopes": [...]}`: what the token may do from now on."""
    given = body.get("scopes")
    if not isinstance(given, list) or not all(isinstance(scope, str) for scope in given):
        raise BodyError('"scopes" is a list of texts.')
    workspace.scopes = list(given)
    return {"scopes": list(given)}


def remove_bot(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel"}`: the app is no longer a member."""
    channel = _channel(workspace, body)
    if cast.BOT_USER in channel.members:
        emit(events_of.left(channel, cast.BOT_USER))
    channel.members = [member for member in channel.members if member != cast.BOT_USER]
    return {"channel": channel.id, "members": list(channel.members)}


def invite_bot(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel"}`: somebody invites the app."""
    channel = _channel(workspace, body)
    if cast.BOT_USER not in channel.members:
        channel.members.append(cast.BOT_USER)
        emit(events_of.joined(channel, cast.BOT_USER))
    return {"channel": channel.id, "members": list(channel.members)}


def revoke(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"token", "revoked": true}`: `token_revoked` from now on, or good again."""
    token = _text(body, "token")
    workspace.revoked = [one for one in workspace.revoked if one != token]
    if _flag(body, "revoked"):
        workspace.revoked.append(token)
        if token.startswith("xoxb-"):
            emit(events_of.revoked())
    return {"token": token, "revoked": token in workspace.revoked}


def deactivate(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"user", "deleted": true}`: deactivate an account, or bring it back."""
    user = _user(workspace, body)
    user.deleted = _flag(body, "deleted")
    return {"user": user.id, "deleted": user.deleted}


def say(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel", "user", "text", "thread_ts": null}`: a person writes a message."""
    channel, user = _channel(workspace, body), _user(workspace, body)
    thread = _text(body, "thread_ts") if body.get("thread_ts") else None
    if thread and workspace.find(channel.id, thread) is None:
        raise BodyError("There is no such message to reply to.")
    ts = workspace.new_ts(channel, now)
    message = Message(channel=channel.id, ts=ts, user=user.id, text=_text(body, "text"), thread=thread)
    workspace.messages.append(message)
    for event in events_of.said(message, channel):
        emit(event)
    return {"channel": channel.id, "ts": ts}


def rename(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel", "name"}`: a channel gets another name."""
    channel = _channel(workspace, body)
    channel.name = _text(body, "name")
    emit(events_of.renamed(channel))
    return {"channel": channel.id, "name": channel.name}


def uninstall(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{}`: somebody removes the app. The events go out; `revoke` says which tokens are good no more."""
    emit(events_of.revoked())
    emit(events_of.uninstalled())
    return {}


def react(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"channel", "ts", "user", "name", "added": true}`: a person puts a reaction on a message, or takes it back."""
    channel, user, name = _channel(workspace, body), _user(workspace, body), _text(body, "name").strip(":")
    message = workspace.find(channel.id, _text(body, "ts"))
    if message is None:
        raise BodyError("There is no such message.")
    added = _flag(body, "added")
    before = message.reactions.get(name, [])
    if added != (user.id in before):
        message.reactions[name] = [*before, user.id] if added else [one for one in before if one != user.id]
        message.reactions = {one: users for one, users in message.reactions.items() if users}
        emit(events_of.reacted(message, user.id, name, added))
    return {"channel": channel.id, "ts": message.ts, "reactions": message.reactions}


def trigger(workspace: Workspace, body: Body, now: datetime, emit: Emit) -> Json:
    """`{"user"}`: a `trigger_id` as if this person had just done something."""
    return {"trigger_id": workspace.new_trigger(_user(workspace, body).id, now)}


ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {  # the name in the path, and the keys of the body
    "archive": (archive, ("channel", "archived")),
    "scopes": (scopes, ("scopes",)),
    "remove-bot": (remove_bot, ("channel",)),
    "invite-bot": (invite_bot, ("channel",)),
    "revoke": (revoke, ("token", "revoked")),
    "deactivate": (deactivate, ("user", "deleted")),
    "say": (say, ("channel", "user", "text", "thread_ts")),
    "rename": (rename, ("channel", "name")),
    "uninstall": (uninstall, ()),
    "react": (react, ("channel", "ts", "user", "name", "added")),
    "trigger": (trigger, ("user",)),
}


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BodyError(f'"{name}" is a text.')
    return value


def _flag(body: Body, name: str) -> bool:
    value = body.get(name, True)
    if not isinstance(value, bool):
        raise BodyError(f'"{name}" is true or false.')
    return value


def _channel(workspace: Workspace, body: Body) -> Channel:
    channel = workspace.channels.get(_text(body, "channel"))
    if channel is None:
        raise BodyError("There is no such channel.")
    return channel


def _user(workspace: Workspace, body: Body) -> User:
    user = workspace.users.get(_text(body, "user"))
    if user is None:
        raise BodyError("There is no such user.")
    return user
