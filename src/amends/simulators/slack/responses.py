"""`response_url`: where the app answers an interaction, five times within thirty minutes (slack.md 3)."""

from datetime import datetime

from amends.simulators.serving import Request, Response, json_response, text_response
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Arguments, Json, read_arguments
from amends.simulators.slack.blocks import check_attachments, check_message
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.workspace import Message, ResponseUrl, Workspace

USES_AT_MOST = 5
SECONDS = 30 * 60.0
REFUSED_AS_404 = ("used_url", "expired_url", "no_service")
_KINDS = ("ephemeral", "in_channel")


def respond(workspace: Workspace, number: str, request: Request, now: datetime) -> Response:
    """One use. `ok` as bare text, or a refusal: 404 for an address that is spent, 400 for a bad message."""
    try:
        _respond(workspace, number, read_arguments(request), now)
    except SlackError as refused:
        status = 404 if refused.code in REFUSED_AS_404 else 400
        return json_response({"ok": False, "error": refused.code, **refused.extra}, status=status)
    return text_response("ok")


def _respond(workspace: Workspace, number: str, arguments: Arguments, now: datetime) -> None:
    url = workspace.response_urls.get(number)
    if url is None:
        raise SlackError("no_service")
    if url.uses >= USES_AT_MOST:
        raise SlackError("used_url")
    if now.timestamp() - url.at > SECONDS:
        raise SlackError("expired_url")
    source = workspace.seen(url.channel, url.source, url.user) if url.source else None
    if arguments.flag("delete_original"):
        if source is None:
            raise SlackError("message_not_found")
        workspace.messages.remove(source)
    elif arguments.flag("replace_original") and source is not None:
        replace_with(workspace, source, arguments, now)
    else:
        answer(workspace, url, arguments, now)
    url.uses += 1


def answer(workspace: Workspace, url: ResponseUrl, arguments: Arguments, now: datetime) -> Message:
    """A message to the person who acted, or with `response_type` `in_channel` to all. Raises SlackError."""
    kind = arguments.text("response_type") or "ephemeral"
    if kind not in _KINDS:
        raise SlackError("invalid_arguments")
    text, blocks, attachments = _content(arguments)
    channel = workspace.channels[url.channel]
    message = Message(
        channel=channel.id,
        ts=workspace.new_ts(channel, now),
        user=cast.BOT_USER,
        text=text,
        blocks=workspace.with_ids(blocks),
        attachments=attachments,
        thread=arguments.text("thread_ts") or None,
        only_for=url.user if kind == "ephemeral" else None,
    )
    workspace.messages.append(message)
    return message


def replace_with(workspace: Workspace, source: Message, arguments: Arguments, now: datetime) -> None:
    """Put this in the place of the message in which the button was."""
    text, blocks, attachments = _content(arguments)
    source.text, source.blocks, source.attachments = text, workspace.with_ids(blocks), attachments
    if not blocks:
        source.edited = f"{int(now.timestamp())}.000000"


def _content(arguments: Arguments) -> tuple[str, list[Json], list[Json]]:
    text = arguments.text("text")
    blocks = arguments.nested("blocks", refusal="invalid_blocks_format")
    attachments = arguments.nested("attachments", refusal="invalid_arguments")
    checked = [] if blocks is None else check_message(blocks)
    beside = [] if attachments is None else check_attachments(attachments)
    if not text.strip() and not checked and not beside:
        raise SlackError("no_text")
    return text, checked, beside
