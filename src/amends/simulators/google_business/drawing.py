"""The pieces of the pages. Everything that came from outside is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from amends.simulators.serving import Request, Response

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_MENU = (("/", "Places"), ("/google", "As Google"), ("/pushes", "Pushes"), ("/switches", "Switches"))


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def text(value: object) -> Html:
    """Any value as text in a page; markup stays."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def join(parts: Iterable[object]) -> Html:
    """Parts one after another."""
    return Html("".join(text(part) for part in parts))


def element(kind: str, /, *parts: object, **attributes: object) -> Html:
    """One element; an attribute `class_` is `class`, True stands alone, and False and None are left out."""
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not False and value is not None  # 0 is told
    )
    inside = join(parts)
    return Html(f"<{kind}{told}>" if kind == "input" else f"<{kind}{told}>{inside}</{kind}>")


def link(place: str, words: object) -> Html:
    """A link within the simulator."""
    return element("a", words, href=place)


def field(label: str, name: str, value: object = "", **attributes: object) -> Html:
    """One input with its label."""
    return element("label", label, element("input", name=name, value=value, **attributes))


def area(label: str, name: str, value: object = "", **attributes: object) -> Html:
    """A field of several lines."""
    return element("label", label, element("textarea", value, name=name, rows=3, **attributes))


def tick(label: str, name: str, *, on: bool = False) -> Html:
    """One box to tick."""
    box = element("input", type="checkbox", name=name, value="yes", checked=on)
    return element("label", box, label, class_="tick")


def choice(label: str, name: str, options: Iterable[tuple[object, object]], chosen: object = "") -> Html:
    """A list to choose from: (value, words)."""
    lines = [element("option", words, value=value, selected=str(value) == str(chosen)) for value, words in options]
    return element("label", label, element("select", *lines, name=name))


def star_choice(chosen: int = 0) -> Html:
    """One to five stars, as radio buttons."""
    lines = [
        element(
            "label",
            element("input", type="radio", name="stars", value=count, required=True, checked=count == chosen),
            f"{count} star{'s' if count > 1 else ''}",
            class_="tick",
        )
        for count in range(5, 0, -1)
    ]
    return element("fieldset", element("legend", "Stars"), *lines, class_="starred")


def button(words: str, name: str = "", value: str = "", *, quiet: bool = False) -> Html:
    """A button; it says `name` = `value` where it has a name."""
    return element("button", words, name=name or None, value=value or None, class_="quiet" if quiet else None)


def form(place: str, *parts: object) -> Html:
    """A form that posts."""
    return element("form", *parts, action=place, method="post")


def more(words: str, *parts: object) -> Html:
    """Something to unfold."""
    return element("details", element("summary", words), *parts)


def section(title: str, *parts: object) -> Html:
    """A card with a heading."""
    return element("section", element("h2", title), *parts)


def soft(*words: object) -> Html:
    """A line beside the matter."""
    return element("p", *words, class_="soft")


def stars(count: float, words: str = "") -> Html:
    """Stars to look at, and their number to be read out."""
    full = round(count)
    told = words or f"{full} of 5 stars"
    return element("span", "★" * full + "☆" * (5 - full), role="img", aria_label=told, class_="stars")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> Html:
    """A table that scrolls inside its card on a narrow screen; `empty` is said when it has no rows."""
    lines = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    if not lines:
        return soft(empty)
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    whole = element("table", element("thead", head), element("tbody", *lines))
    return element("div", whole, class_="wide", tabindex=0, role="region", aria_label=headings[0])


def page(title: str, *parts: object, now: str = "", status: int = 200, here: str = "", sent_to: str = "") -> Response:
    """The whole page in its frame, which says that nothing here is real. `sent_to`: where its form leads besides."""
    menu = [element("a", words, href=place, aria_current="page" if place == here else None) for place, words in _MENU]
    clock = f" Clock: {now} UTC." if now else ""
    band = element("strong", "This is a simulator.")
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(title)} – Google Business simulator</title><style>{_STYLE}</style></head><body>"
        f'<header><p class="band">{band} Nothing here reaches Google; the people are fictional.{text(clock)}</p>'
        f'<nav aria-label="Pages">{join(menu)}</nav></header>'
        f"<main><h1>{text(title)}</h1>{join(parts)}</main></body></html>"
    )
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{' ' + sent_to if sent_to else ''}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return Response(
        status=status,
        body=body.encode(errors="replace"),
        content_type="text/html; charset=utf-8",
        headers=(
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
        ),
    )


def from_elsewhere(request: Request) -> bool:
    """Whether a form was sent from a page of somebody else, or under a name that is not this machine's."""
    origin = request.header("origin")
    named = urlsplit(request.server).hostname not in ("127.0.0.1", "localhost", "::1")
    return named or (bool(origin) and origin != request.server)
