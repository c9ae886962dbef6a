"""`chat.*`: post, edit, delete, say to one person only, link (slack.md 6)."""

import copy
import json

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.blocks import check_attachments, check_message
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.shapes import message_shape
from amends.simulators.slack.workspace import Channel, Kind, Message

POST_CHARACTERS = 40_000  # a longer text is cut
UPDATE_CHARACTERS = 4_000  # a longer text is refused


def post_message(call: Call) -> Json:
    """`chat.postMessage`. Not idempotent, like Slack's: the same call twice is two messages (slack.md 0.1)."""
    call.need("chat:write")
    text, blocks, attachments = _content(call)
    metadata = _metadata(call)
    channel = _writable(call, _target(call))
    parent = _parent(call, channel)
    message = Message(
        channel=channel.id,
        ts=call.workspace.new_ts(channel, call.now),
        user=cast.BOT_USER,
        text=text[:POST_CHARACTERS],
        blocks=call.workspace.with_ids(blocks or []),
        attachments=attachments or [],
        metadata=metadata or None,
        thread=parent.ts if parent else None,
        broadcast=parent is not None and call.arguments.flag("reply_broadcast"),
        unfurl_links=call.arguments.flag("unfurl_links", otherwise=True),
        unfurl_media=call.arguments.flag("unfurl_media", otherwise=True),
    )
    call.workspace.messages.append(message)
    answer = ok(channel=channel.id, ts=message.ts, message=message_shape(message, call.workspace, with_metadata=True))
    if len(text) > POST_CHARACTERS:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


def update(call: Call) -> Json:
    """`chat.update`. Text without blocks takes the blocks away (slack.md 0.3); metadata stays unless it is `{}`."""
    call.need("chat:write")
    channel = call.channel()
    message = _own(call, channel, refusal="cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    text, blocks, attachments = _content(call)
    if len(text) > UPDATE_CHARACTERS:
        raise SlackError("msg_too_long")
    metadata = _metadata(call)
    message.text, message.blocks = text, call.workspace.with_ids(blocks or [])
    message.attachments = message.attachments if attachments is None else attachments
    if metadata is not None:
        message.metadata = metadata or None
    if not message.blocks:  # an edit with blocks shows no mark
        message.edited = f"{int(call.now.timestamp())}.000000"
    shape = message_shape(message, call.workspace, with_metadata=True)
    return ok(channel=channel.id, ts=message.ts, text=text, message=shape)


def delete(call: Call) -> Json:
    """`chat.delete`. A parent with replies leaves a stone in its place."""
    call.need("chat:write")
    channel = call.channel()
    message = _own(call, channel, refusal="cant_delete_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if message.thread is None and call.workspace.replies(message):
        message.text, message.blocks, message.metadata = "This message was deleted.", [], None
        message.tombstone, message.user = True, "USLACKBOT"
    else:
        call.workspace.messages.remove(message)
    return ok(channel=channel.id, ts=message.ts)


def post_ephemeral(call: Call) -> Json:
    """`chat.postEphemeral`: seen by one member, in no history, never edited."""
    call.need("chat:write")
    text, blocks, attachments = _content(call)
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if cast.BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    user = call.arguments.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = Message(
        channel=channel.id,
        ts=call.workspace.new_ts(channel, call.now),
        user=cast.BOT_USER,
        text=text[:POST_CHARACTERS],
        blocks=call.workspace.with_ids(blocks or []),
        attachments=attachments or [],
        thread=call.arguments.text("thread_ts") or None,
        only_for=user,
    )
    call.workspace.messages.append(message)
    return ok(message_ts=message.ts)


def permalink(call: Call) -> Json:
    """`chat.getPermalink`: a link that leads to this simulator's page."""
    channel = call.channel()
    message = call.workspace.find(channel.id, call.arguments.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = call.archived_link(channel.id, message.ts)
    if message.thread:
        link += f"?thread_ts={message.thread}&cid={channel.id}"
    return ok(channel=channel.id, permalink=link)


def _content(call: Call) -> tuple[str, list[Json] | None, list[Json] | None]:
    """The text, the checked blocks and attachments (None: not sent). Raises `no_text` when all are empty."""
    text = call.arguments.text("text")
    given = call.arguments.nested("blocks", refusal="invalid_blocks_format")
    blocks = None if given is None else check_message(given)
    attachments = _attachments(call)
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    return text, blocks, attachments


def _attachments(call: Call) -> list[Json] | None:
    """The checked attachments, None when none were sent."""
    given = call.arguments.nested("attachments", refusal="invalid_arguments")
    if given is None:
        return None
    attachments = copy.deepcopy(check_attachments(given))
    for one in attachments:
        blocks = one.get("blocks")
        if isinstance(blocks, list):
            one["blocks"] = call.workspace.with_ids(blocks)
    return attachments


def _metadata(call: Call) -> Json | None:
    """The metadata; {} when it is to be removed, None when it was not sent."""
    given = call.arguments.nested("metadata", refusal="invalid_metadata_format")
    if given is None or given == {}:
        return None if given is None else {}
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given).encode()) > call.settings.metadata_bytes:
        raise SlackError("metadata_too_large")
    return {"event_type": given["event_type"], "event_payload": copy.deepcopy(given["event_payload"])}


def _target(call: Call) -> Channel:
    """The channel, or for a user id the app's conversation with that person, opened if need be."""
    user = call.workspace.users.get(call.arguments.required("channel"))
    if user is None:
        return call.channel()
    if user.deleted or user.is_bot:
        raise SlackError("channel_not_found")  # also means: may not write to this person
    return call.workspace.direct([user.id], call.now)[0]


def _writable(call: Call, channel: Channel) -> Channel:
    if channel.archived:
        raise SlackError("is_archived")
    public = channel.kind is Kind.PUBLIC and "chat:write.public" in call.workspace.scopes
    if cast.BOT_USER not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def _parent(call: Call, channel: Channel) -> Message | None:
    ts = call.arguments.text("thread_ts")
    if not ts:
        return None
    parent = call.workspace.find(channel.id, ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.thread is not None:
        raise SlackError("cannot_reply_to_message")  # stricter than Slack, which asks for the parent's ts
    return parent


def _own(call: Call, channel: Channel, *, refusal: str) -> Message:
    message = call.workspace.find(channel.id, call.arguments.required("ts"))
    if message is None or message.tombstone:
        raise SlackError("message_not_found")
    if message.user != cast.BOT_USER:
        raise SlackError(refusal)
    return message
