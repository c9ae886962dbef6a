"""The page on which a person reads the channels as one of the cast does in Slack, and acts as that person.

Nobody in particular sees everything and can only write; `/as/U0RITA/…` sees what Rita sees and may press, too.
"""

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from amends.simulators.serving import Response
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.drawing import Live, draw
from amends.simulators.slack.modal import modal
from amends.simulators.slack.mrkdwn import rendered
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.workspace import Channel, Kind, Message, User, Workspace

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_SCRIPT_HASH}'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


REACTIONS = ("eyes", "white_check_mark", "+1", "heart")  # by their names: not every machine can draw them


@dataclass(frozen=True)
class Eyes:
    """Who looks at what: `user` None is nobody in particular."""

    workspace: Workspace
    settings: Settings
    offset: timedelta
    user: User | None = None

    @property
    def prefix(self) -> str:
        """Where this person's pages are."""
        return f"/as/{quote(self.user.id)}" if self.user else ""

    @property
    def names(self) -> dict[str, str]:
        """People and channels by id."""
        people = {user.id: user.real_name for user in self.workspace.users.values()}
        return people | {channel.id: channel.name for channel in self.workspace.channels.values()}

    def sees(self, channel: Channel) -> bool:
        """Public channels, and of the others those with this person."""
        return self.user is None or channel.kind is Kind.PUBLIC or self.user.id in channel.members

    def live(self, state: object = None, errors: Mapping[str, str] | None = None) -> Live | None:
        """What is drawn works for this person."""
        if self.user is None:
            return None
        people = {one.id: one.real_name for one in self.workspace.users.values() if not one.deleted and not one.is_bot}
        channels = {one.id: title(one, self) for one in self.workspace.channels.values() if self.sees(one)}
        return Live(state if isinstance(state, dict) else {}, errors or {}, people, channels, self.offset)


def channel_page(eyes: Eyes, number: str) -> Response:
    """One channel with its messages. 404 for a channel that is not there, or not for this person."""
    channel = eyes.workspace.channels.get(number)
    if channel is None or not eyes.sees(channel):
        return _page(eyes, "Not here", here=number, main=_nothing("There is no such channel."), status=404)
    name = title(channel, eyes)
    about = " · ".join([f"{len(channel.members)} members", *(["archived"] if channel.archived else [])])
    messages = _messages(eyes, channel)
    nothing = '<li class="empty">No messages yet. What the app posts here shows up by itself.</li>'
    main = (
        f'<h1>{html.escape(name)}</h1><p class="about">{html.escape(channel.purpose or "Conversation")} · {about}</p>'
        f'<ol id="messages" class="messages">{messages or nothing}</ol>' + _composer(eyes, channel)
    )
    return _page(eyes, name, here=number, main=main)


def home_page(eyes: Eyes, number: str) -> Response:
    """What the app shows one person on its Home tab. 404 for nobody."""
    user = eyes.workspace.users.get(number)
    if user is None:
        return _page(eyes, "Not here", here=number, main=_nothing("There is no such user."), status=404)
    view = eyes.workspace.homes.get(number)
    blocks = view["blocks"] if view else []
    live = eyes.live(view["state"].get("values")) if view and isinstance(view["state"], dict) else None
    drawn = draw(blocks, eyes.names, live) if isinstance(blocks, list) else ""
    shown = drawn or '<p class="empty">The app has not published anything for this person.</p>'
    if eyes.user:
        shown = form(eyes, "press", shown, back=f"{eyes.prefix}/home", view="home", id="home-form")
    main = f'<h1>Home of {html.escape(user.real_name)}</h1><div id="messages">{shown}</div>'
    return _page(eyes, f"Home of {user.real_name}", here=f"home/{number}", main=main)


def form(eyes: Eyes, act: str, inside: str, *, id: str = "", **hidden: str) -> str:  # noqa: A002  HTML's word
    """A form of one act of this person."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in hidden.items()
    )
    number = f' id="{id}"' if id else ""
    return f'<form method="post" class="act"{number} action="{eyes.prefix}/{act}">{fields}{inside}</form>'


def title(channel: Channel, eyes: Eyes) -> str:
    """`#name` of a channel; of a conversation, who else is in it."""
    if channel.kind in (Kind.PUBLIC, Kind.PRIVATE):
        return f"#{channel.name}"
    self = eyes.user.id if eyes.user else cast.BOT_USER
    return ", ".join(eyes.names.get(member, member) for member in channel.members if member != self)


def _nothing(words: str) -> str:
    return f"<h1>Not here</h1><p>{words}</p>"


def _page(eyes: Eyes, name: str, *, here: str, main: str, status: int = 200) -> Response:
    back = f"{eyes.prefix}/home" if here.startswith("home/") else f"{eyes.prefix}/archives/{quote(here)}"
    over = modal(eyes, back) if eyes.user else ""
    # Without scripts the page would be loaded anew, and what was typed into a modal lost.
    aside = " inert" if over else ""
    again = "" if over else '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(name)} – Slack simulator</title><style>{_STYLE}</style>{again}</head><body>"
        '<header class="banner"><strong>This is a simulator.</strong> Nothing here reaches Slack; '
        "the people are fictional.</header>"
        f'<div class="columns"{aside}><nav aria-label="Channels"><p class="team">{html.escape(cast.TEAM_NAME)}</p>'
        f'{_who(eyes, here)}<div id="channels">{_sidebar(eyes, here)}</div></nav>'
        f'<main><div id="notices" role="status">{_notices(eyes)}</div>{main}</main></div>'
        f'<div id="modal">{over}</div><script>{_SCRIPT}</script></body></html>'
    )
    return Response(
        status=status,
        body=text.encode(),
        content_type="text/html; charset=utf-8",
        headers=(("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff")),
    )


def _notices(eyes: Eyes) -> str:
    mine = [one for one in eyes.workspace.notices if eyes.user is not None and one.user == eyes.user.id]
    return "".join(f'<p class="notice">{html.escape(one.text)}</p>' for one in mine[-3:])


def _who(eyes: Eyes, here: str) -> str:
    """Who one is: a choice, and a button because nothing happens by choosing alone."""
    people = [one for one in eyes.workspace.users.values() if not one.is_bot and not one.deleted]
    now = eyes.user.id if eyes.user else ""
    options = "".join(_person(one, chosen=one.id == now) for one in people)
    place = "home" if here.startswith("home/") else f"archives/{here}"
    return (
        f'<form method="get" action="/as" class="who"><input type="hidden" name="place" value="{html.escape(place)}">'
        f'<label>You are <select name="user"><option value="">nobody: only looking</option>{options}</select></label>'
        '<button type="submit">Go</button></form>'
    )


def _person(user: User, *, chosen: bool) -> str:
    mark = " selected" if chosen else ""
    return f'<option value="{html.escape(user.id)}"{mark}>{html.escape(user.real_name)}</option>'


def _sidebar(eyes: Eyes, here: str) -> str:
    direct = (Kind.IM, Kind.MPIM)
    seen = [one for one in eyes.workspace.channels.values() if eyes.sees(one)]
    parts = [_links("Channels", [_entry(one, eyes, here) for one in seen if one.kind not in direct])]
    talks = [_entry(one, eyes, here) for one in seen if one.kind in direct]
    if talks:
        parts.append(_links("Direct messages", talks))
    if eyes.user:
        at_home = " aria-current=page" if here.startswith("home/") else ""
        button = f'<button class="link"{at_home}>Home of {html.escape(cast.BOT_NAME)}</button>'
        parts.append(f"<h2>Apps</h2>{form(eyes, 'open-home', button)}")
    elif eyes.workspace.homes:
        names = eyes.names
        homes = [(f"/home/{one}", names.get(one, one), f"home/{one}" == here) for one in eyes.workspace.homes]
        parts.append(_links("Home", homes))
    return "".join(parts)


def _links(heading: str, entries: list[tuple[str, str, bool]]) -> str:
    rows = "".join(
        f'<li><a href="{html.escape(place)}"{" aria-current=page" if now else ""}>{html.escape(name)}</a></li>'
        for place, name, now in entries
    )
    return f"<h2>{heading}</h2><ul>{rows}</ul>"


def _entry(channel: Channel, eyes: Eyes, here: str) -> tuple[str, str, bool]:
    count = len(eyes.workspace.lasting(channel.id))
    name = f"{title(channel, eyes)} ({count})" if count else title(channel, eyes)
    return f"{eyes.prefix}/archives/{channel.id}", name, channel.id == here


def _messages(eyes: Eyes, channel: Channel) -> str:
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


def _composer(eyes: Eyes, channel: Channel) -> str:
    people = [user for user in eyes.workspace.users.values() if user.id in channel.members and not user.is_bot]
    if channel.archived or not people:
        return ""
    if eyes.user is None:
        options = "".join(_person(one, chosen=False) for one in people)
        return (
            f'<form method="post" class="composer" action="/archives/{html.escape(channel.id)}">'
            f'<label>Write as <select name="user">{options}</select></label> '
            '<label class="wide">Message <input name="text" required autocomplete="off"></label> '
            '<button type="submit">Send</button></form>'
        )
    if eyes.user not in people:
        return f'<p class="composer">{html.escape(eyes.user.real_name)} is not in this channel.</p>'
    known = "".join(f'<option value="{html.escape(name)} "></option>' for name in eyes.settings.commands)
    back = f"{eyes.prefix}/archives/{channel.id}"
    return (
        f'<form method="post" class="composer" action="{eyes.prefix}/archives/{quote(channel.id)}">'
        '<label class="wide">Message, or a /command <input name="text" required autocomplete="off" list="commands">'
        f'</label><datalist id="commands">{known}</datalist><button type="submit">Send</button></form>'
        f'<details class="more"><summary>Shortcuts</summary><div>'
        f"{form(eyes, 'shortcut', shortcuts(eyes, 'global'), back=back)}</div></details>"
    )
