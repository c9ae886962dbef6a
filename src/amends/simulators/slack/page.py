"""The page on which a person reads the channels as one of the cast does in Slack, and acts as that person.

Nobody in particular sees everything and can only write; `/as/U0RITA/…` sees what Rita sees and may press, too.
"""

import base64
import hashlib
import html
from pathlib import Path
from urllib.parse import quote

from amends.simulators.serving import Response
from amends.simulators.slack import cast
from amends.simulators.slack.drawing import draw
from amends.simulators.slack.eyes import Eyes, form, title
from amends.simulators.slack.messages import messages, shortcuts
from amends.simulators.slack.modal import modal
from amends.simulators.slack.workspace import Channel, Kind, User

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_SCRIPT_HASH}'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def channel_page(eyes: Eyes, number: str) -> Response:
    """One channel with its messages. 404 for a channel that is not there, or not for this person."""
    channel = eyes.workspace.channels.get(number)
    if channel is None or not eyes.sees(channel):
        return _page(eyes, "Not here", here=number, main=_nothing("There is no such channel."), status=404)
    name = title(channel, eyes)
    about = " · ".join([f"{len(channel.members)} members", *(["archived"] if channel.archived else [])])
    shown = messages(eyes, channel)
    nothing = '<li class="empty">No messages yet. What the app posts here shows up by itself.</li>'
    main = (
        f'<h1>{html.escape(name)}</h1><p class="about">{html.escape(channel.purpose or "Conversation")} · {about}</p>'
        f'<ol id="messages" class="messages">{shown or nothing}</ol>' + _composer(eyes, channel)
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
        f'<label>You are <select name="user"><option value="">nobody</option>{options}</select></label>'
        '<button type="submit">Go</button></form>'
        + ("" if now else "<p>Choose who you are to use buttons and commands.</p>")
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
