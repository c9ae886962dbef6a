"""`conversations.*` but for reading messages, and `users.conversations` (slack.md 6 and 9)."""

import re

from amends.simulators.slack import cast, events_of
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.paging import page
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.shapes import channel_shape
from amends.simulators.slack.workspace import Channel, Kind

GROUP_AT_MOST = 8


def list_channels(call: Call) -> Json:
    """`conversations.list`: public ones, and of the others those with the app."""
    kinds = call.kinds()
    seen = [one for one in call.workspace.channels.values() if one.kind in kinds and _visible(one)]
    return _paged(call, seen)


def of_user(call: Call) -> Json:
    """`users.conversations`: those of one person (the app itself when nobody is named)."""
    kinds = call.kinds()
    member = call.user().id if "user" in call.arguments else cast.BOT_USER
    channels = call.workspace.channels.values()
    return _paged(call, [one for one in channels if one.kind in kinds and member in one.members and _visible(one)])


def info(call: Call) -> Json:
    """`conversations.info`."""
    channel = call.readable("read")
    return ok(channel=channel_shape(channel, with_count=call.arguments.flag("include_num_members")))


def members(call: Call) -> Json:
    """`conversations.members`."""
    channel = call.readable("read")
    limit = call.limit(otherwise=100, most=1000)
    rows, cursor = page(channel.members, key=str, cursor=call.arguments.text("cursor"), limit=limit)
    return ok(members=rows, response_metadata={"next_cursor": cursor})


def open_direct(call: Call) -> Json:
    """`conversations.open`: one person gives a D id, two to eight a G id; an id that is known is opened again."""
    if "channel" in call.arguments:
        channel, before = call.channel(), True
        if channel.kind not in (Kind.IM, Kind.MPIM):
            raise SlackError("method_not_supported_for_channel_type")
        call.need(f"{channel.kind}:write")
    else:
        users = [one for one in dict.fromkeys(call.arguments.names("users")) if one != cast.BOT_USER]
        if not users:
            raise SlackError("users_list_not_supplied")
        call.need("im:write" if len(users) == 1 else "mpim:write")
        if len(users) > GROUP_AT_MOST:
            raise SlackError("too_many_users")
        _reachable(call, users)
        channel, before = call.workspace.direct(users, call.now)
    shape = channel_shape(channel) if call.arguments.flag("return_im") else {"id": channel.id}
    return ok(no_op=before, already_open=before, channel=shape)


def join(call: Call) -> Json:
    """`conversations.join`: public channels only."""
    call.need("channels:join")
    channel = call.channel()
    if channel.kind is not Kind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if cast.BOT_USER in channel.members:
        warned = {"warnings": ["already_in_channel"]}
        return ok(channel=channel_shape(channel), warning="already_in_channel", response_metadata=warned)
    channel.members.append(cast.BOT_USER)
    call.emit(events_of.joined(channel, cast.BOT_USER))
    return ok(channel=channel_shape(channel))


def create(call: Call) -> Json:
    """`conversations.create`."""
    private = call.arguments.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    name = call.arguments.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if not re.fullmatch(r"[\w-]{1,80}", name) or name != name.lower():
        raise SlackError("invalid_name_maxlength" if len(name) > 80 else "invalid_name_specials")
    if any(channel.name == name for channel in call.workspace.channels.values()):
        raise SlackError("name_taken")
    channel = Channel(
        id=call.workspace.new_id("C"),
        kind=Kind.PRIVATE if private else Kind.PUBLIC,
        name=name,
        members=[cast.BOT_USER],
        created=int(call.now.timestamp()),
    )
    call.workspace.channels[channel.id] = channel
    return ok(channel=channel_shape(channel))


def invite(call: Call) -> Json:
    """`conversations.invite`: all of them or nobody."""
    channel = _managed(call)
    users = call.arguments.names("users")
    if not users:
        raise SlackError("no_user")
    if channel.archived:
        raise SlackError("is_archived")
    if cast.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if cast.BOT_USER in users:
        raise SlackError("cant_invite_self")
    _reachable(call, users)
    if any(user in channel.members for user in users):
        raise SlackError("already_in_channel")
    channel.members.extend(users)
    for user in users:
        call.emit(events_of.joined(channel, user))
    return ok(channel=channel_shape(channel))


def archive(call: Call) -> Json:
    """`conversations.archive`."""
    channel = _managed(call)
    if channel.archived:
        raise SlackError("already_archived")
    if channel.id == cast.GENERAL:
        raise SlackError("cant_archive_general")
    if cast.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    channel.archived = True
    call.emit(events_of.archived(channel, cast.BOT_USER, True))
    return ok()


def _managed(call: Call) -> Channel:
    channel = call.channel()
    if channel.kind in (Kind.IM, Kind.MPIM):
        raise SlackError("method_not_supported_for_channel_type")
    call.need("channels:manage" if channel.kind is Kind.PUBLIC else "groups:write")
    return channel


def _visible(channel: Channel) -> bool:
    return channel.kind is Kind.PUBLIC or cast.BOT_USER in channel.members


def _paged(call: Call, channels: list[Channel]) -> Json:
    if call.arguments.flag("exclude_archived"):
        channels = [one for one in channels if not one.archived]
    limit = call.limit(otherwise=100, most=1000)
    rows, cursor = page(channels, key=lambda one: one.id, cursor=call.arguments.text("cursor"), limit=limit)
    return ok(channels=[channel_shape(one) for one in rows], response_metadata={"next_cursor": cursor})


def _reachable(call: Call, users: list[str]) -> None:
    for one in users:
        user = call.workspace.users.get(one)
        if user is None:
            raise SlackError("user_not_found")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        if user.deleted:
            raise SlackError("user_disabled")
