"""The look of the pages for people: one frame, tables, forms. Everything that came from outside is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote, urlencode

STYLE = """
:root { color-scheme: light dark; --ink: #1d2730; --soft: #5a6772; --paper: #f7f8f8; --card: #fff; --line: #d9dfe3;
  --accent: #1f6a5c; --band: #fff3d1; --band-ink: #5d4500; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecef; --soft: #a3b0ba; --paper: #14191d; --card: #1d2429;
  --line: #36424a; --accent: #7ccfbc; --band: #3d3212; --band-ink: #ffe9b0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.band { background: var(--band); color: var(--band-ink); padding: .4rem 1rem; font-size: .9rem; text-align: center; }
header, main { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 1rem 0; border-bottom: 1px solid var(--line); }
nav strong { margin-right: auto; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.5rem 0 .5rem; } h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; border-top: 0; white-space: nowrap; }
td { white-space: nowrap; } td:last-child { width: 100%; white-space: normal; }
.note { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 12rem; }
.soft { color: var(--soft); } form { display: grid; gap: .6rem; } .row { display: flex; flex-wrap: wrap; gap: .6rem; }
label { display: grid; gap: .2rem; font-size: .9rem; color: var(--soft); flex: 1 1 10rem; }
label.tick { display: flex; align-items: center; gap: .5rem; color: var(--ink); }
input, select, textarea, button { font: inherit; color: var(--ink); background: var(--paper); max-width: 100%;
  border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .6rem; min-height: 2.6rem; }
input[type=checkbox] { min-height: 0; width: 1.2rem; height: 1.2rem; }
button { background: var(--accent); color: var(--card); border: 0; font-weight: 600;
  cursor: pointer; justify-self: start; padding-inline: 1.1rem; }
"""


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def text(value: object) -> Html:
    """Any value as text in a page; markup stays."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def join(parts: Iterable[object]) -> Html:
    """Parts one after another."""
    return Html("".join(text(part) for part in parts))


def link(place: str, words: object) -> Html:
    """A link within the simulator."""
    return Html(f'<a href="{escape(place)}">{text(words)}</a>')


def address(path: str, office: str, **query: str) -> str:
    """A path with the office that is looked at, and anything else."""
    asked = {name: value for name, value in {"office": office, **query}.items() if value}
    return quote(path) + (f"?{urlencode(asked)}" if asked else "")


def section(title: str, *parts: object) -> Html:
    """A card with a heading."""
    return Html(f"<section><h2>{text(title)}</h2>{join(parts)}</section>")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> Html:
    """A table that scrolls inside its card on a narrow screen; `empty` is said when it has no rows."""
    body = join(Html(f"<tr>{join(Html(f'<td>{text(cell)}</td>') for cell in row)}</tr>") for row in rows)
    if not body:
        return Html(f'<p class="soft">{text(empty)}</p>')
    head = join(Html(f"<th>{text(heading)}</th>") for heading in headings)
    return Html(f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def note(value: str) -> Html:
    """A text of several lines."""
    return Html(f'<div class="note">{text(value)}</div>')


def field(label: str, name: str, value: object = "", *, kind: str = "text") -> Html:
    """One input with its label."""
    return Html(f'<label>{text(label)}<input type="{kind}" name="{name}" value="{text(value)}"></label>')


def tick(label: str, name: str, *, on: bool) -> Html:
    """One box to tick."""
    checked = " checked" if on else ""
    return Html(f'<label class="tick"><input type="checkbox" name="{name}"{checked}>{text(label)}</label>')


def area(label: str, name: str) -> Html:
    """A field of several lines."""
    return Html(f'<label>{text(label)}<textarea name="{name}" rows="3" required></textarea></label>')


def choice(label: str, name: str, options: Iterable[tuple[object, object]], chosen: object = "") -> Html:
    """A list to choose from: (value, words)."""
    lines = join(
        Html(f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(words)}</option>')
        for value, words in options
    )
    return Html(f'<label>{text(label)}<select name="{name}">{lines}</select></label>')


def form(place: str, *parts: object, button: str, method: str = "post") -> Html:
    """A form with one button."""
    inside = join(parts)
    return Html(f'<form action="{escape(place)}" method="{method}">{inside}<button>{text(button)}</button></form>')


def row(*parts: object) -> Html:
    """Fields beside each other where there is room."""
    return Html(f'<div class="row">{join(parts)}</div>')


def page(title: str, office: str, now: str, *parts: object) -> str:
    """The whole page in its frame, which says that nothing here is real."""
    places = (("/", "Patients"), ("/inboxes", "Task inboxes"), ("/faults", "Faults"))
    menu = join(link(address(path, office), words) for path, words in places)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)} · Open Dental simulator</title><style>{STYLE}</style></head>
<body><div class="band">This is a simulator. Nobody here is real. Office clock: {text(now)}</div>
<header><nav aria-label="Pages"><strong>Open Dental simulator</strong>{menu}</nav></header>
<main><h1>{text(title)}</h1>{join(parts)}</main></body></html>"""
