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
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 0; padding: .6rem .8rem; }
legend { color: var(--soft); font-size: .9rem; padding: 0 .3rem; }
.ticks { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .35rem 1rem; }
.ticks label.tick { align-items: start; } .ticks input { flex: none; margin: .15rem 0 0; }
td .row { align-items: end; }
input[type=checkbox] { min-height: 0; width: 1.2rem; height: 1.2rem; }
button { background: var(--accent); color: var(--card); border: 0; font-weight: 600;
  cursor: pointer; justify-self: start; padding-inline: 1.1rem; }
button.other { background: none; color: var(--accent); border: 1px solid var(--accent); }
"""
# A CommLog can save itself every ten seconds while it is typed (open-dental-api.md 3.1). The answer of the first time
# leads to the row that was made, and later times write on that.
SAVES_ITSELF = """
for (const form of document.querySelectorAll("form[data-saves-itself]")) {
  const note = form.elements.Note; let saved = note.value;
  setInterval(async () => {
    if (note.value === saved || !note.value.trim()) return;
    saved = note.value;
    const body = new URLSearchParams(new FormData(form)); body.set("act", "autosave");
    const answer = await fetch(form.action, {method: "POST", body});
    if (answer.ok) form.action = answer.url;
  }, 10000);
}
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


def ticks(title: str, boxes: Iterable[tuple[str, str, bool]]) -> Html:
    """Boxes to tick under one heading: (name, words, on)."""
    inside = join(tick(words, name, on=on) for name, words, on in boxes)
    return Html(f'<fieldset><legend>{text(title)}</legend><div class="ticks">{inside}</div></fieldset>')


def suggested(label: str, name: str, values: Iterable[str]) -> Html:
    """A field with examples to choose from, and anything else to type."""
    options = join(Html(f'<option value="{text(value)}">') for value in values)
    return Html(
        f'<label>{text(label)}<input name="{name}" list="{name}-examples">'
        f'<datalist id="{name}-examples">{options}</datalist></label>'
    )


def area(label: str, name: str, value: object = "") -> Html:
    """A field of several lines."""
    return Html(f'<label>{text(label)}<textarea name="{name}" rows="4" required>{text(value)}</textarea></label>')


def button(words: str, name: str = "", value: str = "") -> Html:
    """A button inside a form, beside its own: it says `name` = `value`."""
    said = f' class="other" name="{name}" value="{value}"' if name else ""
    return Html(f"<button{said}>{text(words)}</button>")


def soft(words: object) -> Html:
    """A line beside the matter."""
    return Html(f'<p class="soft">{text(words)}</p>')


def choice(label: str, name: str, options: Iterable[tuple[object, object]], chosen: object = "") -> Html:
    """A list to choose from: (value, words)."""
    lines = join(
        Html(f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(words)}</option>')
        for value, words in options
    )
    return Html(f'<label>{text(label)}<select name="{name}">{lines}</select></label>')


def form(
    place: str, *parts: object, button: str = "", also: object = "", method: str = "post", saves_itself: bool = False
) -> Html:
    """A form with its button, `also` others beside it. `saves_itself`: every ten seconds while its note is typed."""
    own = Html(f"<button>{text(button)}</button>") if button else ""
    buttons = row(own, also) if button else ""
    typed = " data-saves-itself" if saves_itself else ""
    return Html(f'<form action="{escape(place)}" method="{method}"{typed}>{join((*parts, buttons))}</form>')


def row(*parts: object) -> Html:
    """Fields beside each other where there is room."""
    return Html(f'<div class="row">{join(parts)}</div>')


def page(title: str, office: str, now: str, *parts: object) -> str:
    """The whole page in its frame, which says that nothing here is real."""
    places = {"/": "Patients", "/inboxes": "Task inboxes", "/definitions": "Types", "/events": "Events"}
    places |= {"/settings": "Settings", "/faults": "Faults"}
    menu = join(link(address(path, office), words) for path, words in places.items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)} · Open Dental simulator</title><style>{STYLE}</style></head>
<body><div class="band">This is a simulator. Nobody here is real. Office clock: {text(now)}</div>
<header><nav aria-label="Pages"><strong>Open Dental simulator</strong>{menu}</nav></header>
<main><h1>{text(title)}</h1>{join(parts)}</main><script>{SAVES_ITSELF}</script></body></html>"""
