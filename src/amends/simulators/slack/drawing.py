"""Blocks as HTML, as near to Slack's look as a page for reading needs."""

import html
from collections.abc import Callable, Mapping

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.mrkdwn import link, plain, rendered

Names = Mapping[str, str]


def draw(blocks: list[Json], names: Names) -> str:
    """All blocks of one message or view."""
    return "".join(_DRAWN.get(str(block.get("type")), _other)(block, names) for block in blocks)


def _text(value: object, names: Names) -> str:
    if not isinstance(value, dict):
        return ""
    text = str(value.get("text", ""))
    return rendered(text, names) if value.get("type") == "mrkdwn" else plain(text)


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _section(block: Json, names: Names) -> str:
    fields = "".join(f"<li>{_text(field, names)}</li>" for field in _objects(block.get("fields")))
    accessory = block.get("accessory")
    return (
        '<div class="section">'
        + (f"<p>{_text(block['text'], names)}</p>" if "text" in block else "")
        + (f'<ul class="fields">{fields}</ul>' if fields else "")
        + (_element(accessory, names) if isinstance(accessory, dict) else "")
        + "</div>"
    )


def _header(block: Json, names: Names) -> str:
    return f'<p class="header">{_text(block.get("text"), names)}</p>'


def _context(block: Json, names: Names) -> str:
    return f'<p class="context">{" ".join(_element(one, names) for one in _objects(block.get("elements")))}</p>'


def _actions(block: Json, names: Names) -> str:
    return f'<p class="actions">{" ".join(_element(one, names) for one in _objects(block.get("elements")))}</p>'


def _image(block: Json, names: Names) -> str:
    return f"<p>{_picture(block)}</p>"


def _other(block: Json, names: Names) -> str:
    """Only its kind: this page does not draw everything."""
    return f'<p class="context">[{html.escape(str(block.get("type")))}]</p>'


def _markdown(block: Json, names: Names) -> str:
    return f"<p>{plain(str(block.get('text', '')))}</p>"


def _rich_text(block: Json, names: Names) -> str:
    return f"<p>{''.join(_rich(one, names) for one in _objects(block.get('elements')))}</p>"


def _rich(element: Json, names: Names) -> str:
    match element.get("type"):
        case "link":
            return link(str(element.get("url")), str(element.get("text") or element.get("url")))
        case "user":
            return "@" + html.escape(names.get(str(element.get("user_id")), "somebody"))
    inside = "".join(_rich(one, names) for one in _objects(element.get("elements")))
    return inside or plain(str(element.get("text", "")))


def _element(element: Json, names: Names) -> str:
    """A text, a picture's words, or a control; a button without an address does nothing on this page."""
    kind = str(element.get("type"))
    if kind in ("mrkdwn", "plain_text"):
        return f"<span>{_text(element, names)}</span>"
    if kind == "image":
        return _picture(element)
    label = element.get("text") or element.get("placeholder")
    words = str(label.get("text", "")) if isinstance(label, dict) else kind
    shown = link(str(element.get("url", "")), words)
    style = " primary" if element.get("style") == "primary" else " danger" if element.get("style") == "danger" else ""
    return f'<span class="button{style}">{shown}</span>'


def _picture(element: Json) -> str:
    """The words of a picture; nothing is fetched from elsewhere."""
    return f"<span>[{html.escape(str(element.get('alt_text', 'picture')))}]</span>"


_DRAWN: dict[str, Callable[[Json, Names], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "divider": lambda block, names: "<hr>",
    "markdown": _markdown,
    "rich_text": _rich_text,
}
