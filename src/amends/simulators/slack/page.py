"""The page on which a person reads the channels, as the leaders would in Slack, and may write as one of the cast."""

import base64
import hashlib
import html
from datetime import UTC, datetime, timedelta
from pathlib import Path

from amends.simulators.serving import Response
from amends.simulators.slack import cast
from amends.simulators.slack.drawing import draw
from amends.simulators.slack.mrkdwn import rendered
from amends.simulators.slack.workspace import Channel, Kind, Message, Workspace

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_SCRIPT_HASH}'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def channel_page(workspace: Workspace, number: str, *, offset: timedelta) -> Response:
    """One channel with its messages; times are shown `offset` from UTC. 404 for a channel that is not there."""
    channel = workspace.channels.get(number)
    if channel is None:
        return _page(
            workspace, "Not here", here=number, main="<h1>Not here</h1><p>There is no such channel.</p>", status=404
        )
    title = _title(channel, workspace)
    about = " · ".join([f"{len(channel.members)} members", *(["archived"] if channel.archived else [])])
    messages = _messages(workspace, channel, offset)
    nothing = '<li class="empty">No messages yet. What the app posts here shows up within three seconds.</li>'
    main = (
        f'<h1>{html.escape(title)}</h1><p class="about">{html.escape(channel.purpose or "Conversation")} · {about}</p>'
        f'<ol id="messages" class="messages">{messages or nothing}</ol>' + _composer(workspace, channel)
    )
    return _page(workspace, title, here=number, main=main)


def home_page(workspace: Workspace, number: str) -> Response:
    """What the app shows one person on its Home tab. 404 for nobody."""
    user = workspace.users.get(number)
    if user is None:
        return _page(
            workspace, "Not here", here=number, main="<h1>Not here</h1><p>There is no such user.</p>", status=404
        )
    view = workspace.homes.get(number)
    blocks = view["blocks"] if view else []
    drawn = draw(blocks, _names(workspace)) if isinstance(blocks, list) else ""
    shown = drawn or '<p class="empty">The app has not published anything for this person.</p>'
    main = f'<h1>Home of {html.escape(user.real_name)}</h1><div id="messages">{shown}</div>'
    return _page(workspace, f"Home of {user.real_name}", here=number, main=main)


def _page(workspace: Workspace, title: str, *, here: str, main: str, status: int = 200) -> Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)} – Slack simulator</title><style>{_STYLE}</style>"
        '<noscript><meta http-equiv="refresh" content="5"></noscript></head><body>'
        '<header class="banner"><strong>This is a simulator.</strong> Nothing here reaches Slack; '
        "the people are fictional.</header>"
        f'<div class="columns"><nav aria-label="Channels"><p class="team">{html.escape(cast.TEAM_NAME)}</p>'
        f'<div id="channels">{_sidebar(workspace, here)}</div></nav><main>{main}</main></div>'
        f"<script>{_SCRIPT}</script></body></html>"
    )
    return Response(
        status=status,
        body=text.encode(),
        content_type="text/html; charset=utf-8",
        headers=(("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff")),
    )


def _sidebar(workspace: Workspace, here: str) -> str:
    direct = (Kind.IM, Kind.MPIM)
    channels = [one for one in workspace.channels.values() if one.kind not in direct]
    talks = [one for one in workspace.channels.values() if one.kind in direct]
    parts = [_links("Channels", [(f"/archives/{one.id}", _entry(one, workspace), one.id == here) for one in channels])]
    if talks:
        entries = [(f"/archives/{one.id}", _entry(one, workspace), one.id == here) for one in talks]
        parts.append(_links("Direct messages", entries))
    if workspace.homes:
        names = _names(workspace)
        parts.append(_links("Home", [(f"/home/{one}", names.get(one, one), one == here) for one in workspace.homes]))
    return "".join(parts)


def _links(heading: str, entries: list[tuple[str, str, bool]]) -> str:
    rows = "".join(
        f'<li><a href="{html.escape(place)}"{" aria-current=page" if now else ""}>{html.escape(name)}</a></li>'
        for place, name, now in entries
    )
    return f"<h2>{heading}</h2><ul>{rows}</ul>"


def _entry(channel: Channel, workspace: Workspace) -> str:
    count = len(workspace.lasting(channel.id))
    return f"{_title(channel, workspace)} ({count})" if count else _title(channel, workspace)


def _title(channel: Channel, workspace: Workspace) -> str:
    if channel.kind in (Kind.PUBLIC, Kind.PRIVATE):
        return f"#{channel.name}"
    names = _names(workspace)
    return ", ".join(names.get(member, member) for member in channel.members if member != cast.BOT_USER)


def _names(workspace: Workspace) -> dict[str, str]:
    people = {user.id: user.real_name for user in workspace.users.values()}
    return people | {channel.id: channel.name for channel in workspace.channels.values()}


def _messages(workspace: Workspace, channel: Channel, offset: timedelta) -> str:
    names = _names(workspace)
    rows, day = [], ""
    mine = [one for one in workspace.messages if one.channel == channel.id]
    for message in mine:
        if message.thread and any(one.ts == message.thread for one in mine):
            continue  # drawn below its parent
        moment = _moment(message.ts, offset)
        if f"{moment:%A, %B} {moment.day}" != day:
            day = f"{moment:%A, %B} {moment.day}"
            rows.append(f'<li class="day">{day}</li>')
        replies = [one for one in mine if one.thread == message.ts]
        below = "".join(f"<li>{_message(one, names, offset)}</li>" for one in replies)
        thread = f'<ol class="thread">{below}</ol>' if below else ""
        rows.append(f"<li>{_message(message, names, offset)}{thread}</li>")
    return "".join(rows)


def _message(message: Message, names: dict[str, str], offset: timedelta) -> str:
    moment = _moment(message.ts, offset)
    marks = [
        *(["App"] if message.user == cast.BOT_USER else []),
        *(["edited"] if message.edited else []),
        *([f"only {names.get(message.only_for, message.only_for)} sees this"] if message.only_for else []),
        *(["also sent to the channel"] if message.broadcast else []),
    ]
    shown = draw(message.blocks, names) if message.blocks else f"<p>{rendered(message.text, names)}</p>"
    return (
        f'<article id="p{message.ts.replace(".", "")}"><p class="who"><strong>'
        f"{html.escape(names.get(message.user, message.user))}</strong> "
        + "".join(f'<span class="mark">{html.escape(mark)}</span> ' for mark in marks)
        + f'<time datetime="{moment.isoformat(timespec="seconds")}">{f"{moment:%I:%M %p}".lstrip("0")}</time></p>'
        f"{shown}</article>"
    )


def _moment(ts: str, offset: timedelta) -> datetime:
    return datetime.fromtimestamp(int(ts.partition(".")[0]), UTC).replace(tzinfo=None) + offset


def _composer(workspace: Workspace, channel: Channel) -> str:
    people = [user for user in workspace.users.values() if user.id in channel.members and not user.is_bot]
    if channel.archived or not people:
        return ""
    options = "".join(f'<option value="{html.escape(one.id)}">{html.escape(one.real_name)}</option>' for one in people)
    return (
        f'<form method="post" action="/archives/{html.escape(channel.id)}">'
        f'<label>Write as <select name="user">{options}</select></label> '
        '<label class="wide">Message <input name="text" required autocomplete="off"></label> '
        '<button type="submit">Send</button></form>'
    )
