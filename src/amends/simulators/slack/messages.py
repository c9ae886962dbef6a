"""Messages on the page, each with its thread, and what a person may do with them."""

import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.drawing import Live, draw
from amends.simulators.slack.eyes import Eyes, form
from amends.simulators.slack.mrkdwn import rendered
from amends.simulators.slack.workspace import Channel, Message

REACTIONS = ("eyes", "white_check_mark", "+1", "heart")  # by their names: not every machine can draw them


def messages(eyes: Eyes, channel: Channel) -> str:
    """All that this person sees in one channel, as rows of a list."""
    rows, day = [], ""
    mine = [one for one in eyes.workspace.messages if one.channel == channel.id and _visible(one, eyes)]
    stamps = {one.ts for one in mine}
    for message in mine:
        if message.thread in stamps:
            continue  # drawn below its parent
        moment = _moment(message.ts, eyes.offset)
        if f"{moment:%A, %B} {moment.day}" != day:
            day = f"{moment:%A, %B} {moment.day}"
            rows.append(f'<li class="day">{day}</li>')
        replies = [one for one in mine if one.thread == message.ts]
        below = "".join(f"<li>{_message(one, eyes, channel)}</li>" for one in replies)
        count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
        thread = f'<p class="context">{count}</p><ol class="thread">{below}</ol>' if below else ""
        rows.append(f"<li>{_message(message, eyes, channel)}{thread}</li>")
    return "".join(rows)


def _visible(message: Message, eyes: Eyes) -> bool:
    return message.only_for is None or eyes.user is None or message.only_for == eyes.user.id


def _message(message: Message, eyes: Eyes, channel: Channel) -> str:
    names = eyes.names
    moment = _moment(message.ts, eyes.offset)
    mine = eyes.user is not None and message.only_for == eyes.user.id
    only = "only you see this" if mine else f"only {names.get(message.only_for or '', message.only_for)} sees this"
    marks = [
        *(["App"] if message.user == cast.BOT_USER else []),
        *(["edited"] if message.edited else []),
        *([only] if message.only_for else []),
        *(["also sent to the channel"] if message.broadcast else []),
    ]
    member = eyes.user is not None and eyes.user.id in channel.members and not channel.archived
    live = eyes.live() if member else None
    shown = draw(message.blocks, names, live) if message.blocks else f"<p>{rendered(message.text, names)}</p>"
    shown += "".join(_attachment(one, eyes, live) for one in message.attachments)
    if live and (message.blocks or message.attachments):
        back = _back(eyes, message)
        shown = form(eyes, "press", shown, channel=channel.id, ts=message.ts, back=back)
    more = _more(message, eyes, channel) if member and message.only_for is None and not message.tombstone else ""
    return (
        f'<article id="p{message.ts.replace(".", "")}"{" class=only" if message.only_for else ""}>'
        f'<p class="who"><strong>{html.escape(names.get(message.user, message.user))}</strong> '
        + "".join(f'<span class="mark">{html.escape(mark)}</span> ' for mark in marks)
        + f'<time datetime="{moment.isoformat(timespec="seconds")}">{f"{moment:%I:%M %p}".lstrip("0")}</time></p>'
        f"{shown}{_reactions(message, eyes)}{more}</article>"
    )


def _attachment(attachment: Json, eyes: Eyes, live: Live | None) -> str:
    blocks = attachment.get("blocks")
    text = str(attachment.get("text") or attachment.get("fallback") or "")
    inside = draw(blocks, eyes.names, live) if isinstance(blocks, list) else f"<p>{rendered(text, eyes.names)}</p>"
    colour = str(attachment.get("color") or "")
    style = f' style="border-color: {colour}"' if re.fullmatch(r"#[0-9a-fA-F]{3,6}", colour) else ""
    return f'<div class="attachment"{style}>{inside}</div>'


def _reactions(message: Message, eyes: Eyes) -> str:
    shown = [
        f'<span class="mark" title="{html.escape(", ".join(eyes.names.get(one, one) for one in users))}">'
        f":{html.escape(name)}: {len(users)}</span>"
        for name, users in message.reactions.items()
    ]
    return f'<p class="reactions">{" ".join(shown)}</p>' if shown else ""


def _more(message: Message, eyes: Eyes, channel: Channel) -> str:
    """What one may do with a message: react, reply, the app's shortcuts."""
    where = {"channel": channel.id, "ts": message.ts, "back": _back(eyes, message)}
    reactions = "".join(
        f'<button name="name" value="{name}" aria-label="React with {name}">:{name}:</button>' for name in REACTIONS
    )
    reply = (
        '<label class="wide">Reply in thread <input name="text" required autocomplete="off"></label>'
        '<button type="submit">Reply</button>'
    )
    replying = f'<form method="post" class="act" action="{eyes.prefix}/archives/{quote(channel.id)}">'
    replying += f'<input type="hidden" name="thread_ts" value="{message.thread or message.ts}">{reply}</form>'
    return (
        '<details class="more"><summary aria-label="More about this message">⋯</summary><div>'
        + form(eyes, "react", reactions, **where)
        + form(eyes, "shortcut", shortcuts(eyes, "message"), **where)
        + f"{replying}</div></details>"
    )


def shortcuts(eyes: Eyes, kind: str) -> str:
    """A button for each shortcut of the app; where none is known, its callback_id is asked for."""
    if eyes.settings.shortcuts:
        mine = [one for one in eyes.settings.shortcuts if one.get("type") == kind]
        known = [(html.escape(str(one["callback_id"])), html.escape(str(one["name"]))) for one in mine]
        return "".join(f'<button name="callback_id" value="{number}">{name}</button>' for number, name in known)
    return (
        '<label>Shortcut (its callback_id) <input name="callback_id" required autocomplete="off"></label>'
        '<button type="submit">Use</button>'
    )


def _back(eyes: Eyes, message: Message) -> str:
    return f"{eyes.prefix}/archives/{quote(message.channel)}#p{message.ts.replace('.', '')}"


def _moment(ts: str, offset: timedelta) -> datetime:
    return datetime.fromtimestamp(int(ts.partition(".")[0]), UTC).replace(tzinfo=None) + offset
