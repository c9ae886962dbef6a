"""Reading messages back: `conversations.history` and `conversations.replies` (slack.md 0.4 tells not to rely on it)."""

from decimal import Decimal

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.paging import page
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.shapes import message_shape
from amends.simulators.slack.workspace import Channel, Message

LIMITED_OBJECTS = 15  # of an app sold to several customers and not approved (slack.md 0.4)


def history(call: Call) -> Json:
    """`conversations.history`: newest first, without replies (but for those sent to the channel as well)."""
    channel = _read(call)
    rows = [one for one in call.workspace.lasting(channel.id) if one.thread is None or one.broadcast]
    within = [one for one in reversed(rows) if _within(call, one)]
    return {**_answer(call, within), "pin_count": 0}


def replies(call: Call) -> Json:
    """`conversations.replies`: the parent, then its replies, oldest first."""
    channel = _read(call)
    message = call.workspace.find(channel.id, call.arguments.required("ts"))
    if message is None:
        raise SlackError("thread_not_found")
    parent = message if message.thread is None else call.workspace.find(channel.id, message.thread)
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [one for one in call.workspace.replies(parent) if _within(call, one)]
    return _answer(call, [parent, *thread])


def _read(call: Call) -> Channel:
    channel = call.readable("history")
    if cast.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(call: Call, message: Message) -> bool:
    oldest, latest = call.arguments.moment("oldest"), call.arguments.moment("latest")
    ts, inclusive = Decimal(message.ts), call.arguments.flag("inclusive")
    after = oldest is None or ts > oldest or (inclusive and ts == oldest)
    return after and (latest is None or ts < latest or (inclusive and ts == latest))


def _answer(call: Call, rows: list[Message]) -> Json:
    limit = call.limit(otherwise=100, most=1000)
    if call.settings.history_limited:
        limit = min(limit, LIMITED_OBJECTS)
    cut, cursor = page(rows, key=lambda one: one.ts, cursor=call.arguments.text("cursor"), limit=limit)
    with_metadata = call.arguments.flag("include_all_metadata")
    messages = [message_shape(one, call.workspace, with_metadata=with_metadata) for one in cut]
    answer = ok(messages=messages, has_more=bool(cursor))
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer
