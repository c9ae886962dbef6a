"""Blocks as HTML, as near to Slack's look as this page needs; for a person who acts, with controls that work.

Controls lie in a form around the whole message or view. A field is named `v:BLOCK/ACTION`, `has` names those that may
be sent empty, and the button that is pressed is `press=BLOCK/ACTION`.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.mrkdwn import link, plain, rendered
from amends.simulators.slack.values import STATEFUL, initial, is_many

Names = Mapping[str, str]
Choices = Mapping[str, str]  # value -> words
_TYPES = {"number_input": "number", "email_text_input": "email", "url_text_input": "url"}
_PICKERS = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}


@dataclass(frozen=True)
class Live:
    """A person may use what is drawn. `state` is what was entered, `errors` what the app says of it, by block_id."""

    state: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    people: Choices = field(default_factory=dict)
    channels: Choices = field(default_factory=dict)
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class _Drawing:
    names: Names
    live: Live | None
    block_id: str = ""

    def field(self, element: Json) -> str:
        """The name of this element's field, and behind `press=` of its button."""
        return f"{quote(self.block_id, safe='')}/{quote(str(element.get('action_id', '')), safe='')}"

    def value(self, element: Json) -> object:
        """What stands in it now."""
        assert self.live is not None  # noqa: S101
        mine = self.live.state.get(self.block_id)
        kept = mine.get(str(element.get("action_id"))) if isinstance(mine, dict) else None
        return (kept if isinstance(kept, dict) else initial(element)).get(STATEFUL[str(element["type"])][0])


def draw(blocks: list[Json], names: Names, live: Live | None = None) -> str:
    """All blocks of one message or view."""
    return "".join(
        _DRAWN.get(str(block.get("type")), _other)(block, _Drawing(names, live, str(block.get("block_id", ""))))
        for block in blocks
    )


def _text(value: object, names: Names) -> str:
    if not isinstance(value, dict):
        return ""
    text = str(value.get("text", ""))
    return rendered(text, names) if value.get("type") == "mrkdwn" else plain(text)


def _words(value: object) -> str:
    """A text object as bare words."""
    return html.unescape(str(value.get("text", ""))) if isinstance(value, dict) else ""


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _section(block: Json, drawing: _Drawing) -> str:
    fields = "".join(f"<li>{_text(one, drawing.names)}</li>" for one in _objects(block.get("fields")))
    accessory = block.get("accessory")
    return (
        '<div class="section">'
        + (f"<p>{_text(block['text'], drawing.names)}</p>" if "text" in block else "")
        + (f'<ul class="fields">{fields}</ul>' if fields else "")
        + (_element(accessory, drawing) if isinstance(accessory, dict) else "")
        + "</div>"
    )


def _header(block: Json, drawing: _Drawing) -> str:
    return f'<p class="header">{_text(block.get("text"), drawing.names)}</p>'


def _context(block: Json, drawing: _Drawing) -> str:
    return f'<p class="context">{" ".join(_element(one, drawing) for one in _objects(block.get("elements")))}</p>'


def _actions(block: Json, drawing: _Drawing) -> str:
    return f'<div class="actions">{" ".join(_element(one, drawing) for one in _objects(block.get("elements")))}</div>'


def _image(block: Json, drawing: _Drawing) -> str:
    return f"<p>{_picture(block)}</p>"


def _other(block: Json, drawing: _Drawing) -> str:
    """Only its kind: this page does not draw everything."""
    return f'<p class="context">[{html.escape(str(block.get("type")))}]</p>'


def _markdown(block: Json, drawing: _Drawing) -> str:
    return f"<p>{plain(str(block.get('text', '')))}</p>"


def _rich_text(block: Json, drawing: _Drawing) -> str:
    return f"<p>{''.join(_rich(one, drawing.names) for one in _objects(block.get('elements')))}</p>"


def _rich(element: Json, names: Names) -> str:
    match element.get("type"):
        case "link":
            return link(str(element.get("url")), str(element.get("text") or element.get("url")))
        case "user":
            return "@" + html.escape(names.get(str(element.get("user_id")), "somebody"))
    inside = "".join(_rich(one, names) for one in _objects(element.get("elements")))
    return inside or plain(str(element.get("text", "")))


def _input(block: Json, drawing: _Drawing) -> str:
    """A labelled control, with its hint and what the app says of it."""
    element = block.get("element")
    label = _text(block.get("label"), drawing.names) + (" <span>(optional)</span>" if block.get("optional") else "")
    if drawing.live is None or not isinstance(element, dict):
        return f'<p><strong>{label}</strong> <span class="context">[input]</span></p>'
    wrong = drawing.live.errors.get(drawing.block_id, "")
    number = html.escape(f"error-{drawing.block_id}")
    hint = f'<p class="context">{_text(block.get("hint"), drawing.names)}</p>' if block.get("hint") else ""
    error = f'<p class="wrong" id="{number}">{html.escape(wrong)}</p>' if wrong else ""
    mark = f' aria-invalid="true" aria-describedby="{number}"' if wrong else ""
    said = _press(drawing, element, "Enter") if block.get("dispatch_action") else ""
    if element.get("type") in ("checkboxes", "radio_buttons"):
        described = f' aria-describedby="{number}"' if wrong else ""
        return f"<fieldset{described}><legend>{label}</legend>{_boxes(element, drawing)}{said}{hint}{error}</fieldset>"
    control = _control(element, drawing, mark)
    return f'<div class="input"><label><span>{label}</span> {control}</label>{said}{hint}{error}</div>'


def _element(element: Json, drawing: _Drawing) -> str:
    """A text, a picture's words, or a control; nobody's control does nothing unless it has an address."""
    kind = str(element.get("type"))
    if kind in ("mrkdwn", "plain_text"):
        return f"<span>{_text(element, drawing.names)}</span>"
    if kind == "image":
        return _picture(element)
    if drawing.live is not None and kind == "button":
        return _button(element, drawing)
    if drawing.live is not None and kind in (*STATEFUL, "overflow"):
        return _used_alone(element, drawing)
    words = _words(element.get("text") or element.get("placeholder")) or kind
    shown = link(str(element.get("url", "")), words)
    return f'<span class="button{_style(element)}">{shown}</span>'


def _button(element: Json, drawing: _Drawing) -> str:
    words = _words(element.get("text"))
    if element.get("url"):  # it opens the address, and the app hears of it all the same
        shown = link(str(element["url"]), words)
        press = html.escape(drawing.field(element))
        opened = shown.replace("<a ", f'<a target="_blank" data-press="{press}" ', 1)
        return f'<span class="button{_style(element)}">{opened}</span>'
    return _press(drawing, element, words, label=str(element.get("accessibility_label") or ""))


def _press(drawing: _Drawing, element: Json, words: str, *, label: str = "") -> str:
    spoken = f' aria-label="{html.escape(label)}"' if label else ""
    value = html.escape(drawing.field(element))
    confirm = element.get("confirm")
    if not isinstance(confirm, dict):
        return (
            f'<button class="button{_style(element)}" name="press" value="{value}" formnovalidate{spoken}>'
            f"{html.escape(words)}</button>"
        )
    return (
        f'<details class="confirm"><summary class="button{_style(element)}"{spoken}>{html.escape(words)}</summary>'
        f"<div><p><strong>{_text(confirm.get('title'), drawing.names)}</strong></p>"
        f"<p>{_text(confirm.get('text'), drawing.names)}</p>"
        f'<button class="button{_style(element)}" name="press" value="{value}" formnovalidate>'
        f"{html.escape(_words(confirm.get('confirm')) or 'Yes')}</button></div></details>"
    )


def _style(element: Json) -> str:
    return f" {element['style']}" if element.get("style") in ("primary", "danger") else ""


def _used_alone(element: Json, drawing: _Drawing) -> str:
    """A control outside of an input: its choice is sent at once, here with a button behind it."""
    kind = str(element["type"])
    words = _words(element.get("placeholder")) or {"overflow": "More"}.get(kind, "Choice")
    if kind in ("checkboxes", "radio_buttons"):
        inside = _boxes(element, drawing) + _press(drawing, element, "OK")
        return f"<fieldset><legend>{html.escape(words)}</legend>{inside}</fieldset>"
    control = _control(element, drawing, f' aria-label="{html.escape(words)}"')
    return f'<span class="choice">{control}{_press(drawing, element, "OK", label=f"OK: {words}")}</span>'


def _control(element: Json, drawing: _Drawing, more: str) -> str:
    kind = str(element["type"])
    name = f'name="v:{html.escape(drawing.field(element))}"{more}'
    hint = _words(element.get("placeholder"))
    placeholder = f' placeholder="{html.escape(hint)}"' if hint else ""
    if kind == "overflow":
        return f"<select {name}>{_options(_option_choices(element), [])}</select>"
    value = drawing.value(element)
    if kind == "file_input":
        return '<span class="context">[files are not sent from this page]</span>'
    if kind in _PICKERS:
        return f'<input type="{_PICKERS[kind]}" {name} value="{html.escape(_moment(kind, value, drawing))}">'
    if kind.endswith("_select") and not kind.endswith("external_select"):
        return _select(element, drawing, name, value)
    if kind == "rich_text_input" or element.get("multiline"):
        text = "".join(str(one) for one in _plain_texts(value)) if isinstance(value, dict) else str(value or "")
        return f'<textarea rows="4" {name}{placeholder}>{html.escape(text)}</textarea>'
    if isinstance(value, dict):
        value = value.get("value")
    step = ' step="any"' if element.get("is_decimal_allowed") else ""
    kept = html.escape(str(value or ""))
    return f'<input type="{_TYPES.get(kind, "text")}" {name}{placeholder}{step} value="{kept}" autocomplete="off">'


def _select(element: Json, drawing: _Drawing, name: str, value: object) -> str:
    assert drawing.live is not None  # noqa: S101
    kind = str(element["type"])
    choices = (
        drawing.live.people
        if "users_select" in kind
        else _option_choices(element)
        if "static_select" in kind
        else drawing.live.channels
    )
    chosen = [_value_of(one) for one in (value if isinstance(value, list) else [value])]
    if is_many(kind):
        return f"<select multiple {name}>{_options(choices, chosen)}</select>{_has(element, drawing)}"
    empty = html.escape(_words(element.get("placeholder")) or "Choose")
    return f'<select {name}><option value="">{empty}</option>{_options(choices, chosen)}</select>'


def _options(choices: Choices, chosen: list[str]) -> str:
    return "".join(
        f'<option value="{html.escape(value)}"{" selected" if value in chosen else ""}>{html.escape(words)}</option>'
        for value, words in choices.items()
    )


def _boxes(element: Json, drawing: _Drawing) -> str:
    kind = str(element["type"])
    value = drawing.value(element)
    chosen = [_value_of(one) for one in (value if isinstance(value, list) else [value])]
    shape = "checkbox" if kind == "checkboxes" else "radio"
    rows = []
    for option in _objects(element.get("options")):
        given = str(option.get("value", ""))
        about = _text(option.get("description"), drawing.names)
        rows.append(
            f'<label class="box"><input type="{shape}" name="v:{html.escape(drawing.field(element))}" '
            f'value="{html.escape(given)}"{" checked" if given in chosen else ""}> '
            f"<span>{_text(option.get('text'), drawing.names)}"
            + (f' <span class="context">{about}</span>' if about else "")
            + "</span></label>"
        )
    return "".join(rows) + _has(element, drawing)


def _has(element: Json, drawing: _Drawing) -> str:
    """A browser sends nothing for what is empty; this says that it was there."""
    return f'<input type="hidden" name="has" value="{html.escape(drawing.field(element))}">'


def _option_choices(element: Json) -> Choices:
    groups = _objects(element.get("option_groups"))
    flat = [option for group in groups for option in _objects(group.get("options"))]
    every = [*_objects(element.get("options")), *flat]
    return {str(option.get("value", "")): _words(option.get("text")) for option in every}


def _value_of(choice: object) -> str:
    return str(choice.get("value", "")) if isinstance(choice, dict) else str(choice or "")


def _moment(kind: str, value: object, drawing: _Drawing) -> str:
    if kind != "datetimepicker" or not isinstance(value, int):
        return str(value or "")
    assert drawing.live is not None  # noqa: S101
    return (datetime.fromtimestamp(value, UTC) + drawing.live.offset).strftime("%Y-%m-%dT%H:%M")


def _plain_texts(value: Json) -> list[str]:
    inside = [text for one in _objects(value.get("elements")) for text in _plain_texts(one)]
    return inside or [str(value.get("text", ""))]


def _picture(element: Json) -> str:
    """The words of a picture; nothing is fetched from elsewhere."""
    return f"<span>[{html.escape(str(element.get('alt_text', 'picture')))}]</span>"


_DRAWN: dict[str, Callable[[Json, _Drawing], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "divider": lambda block, drawing: "<hr>",
    "markdown": _markdown,
    "rich_text": _rich_text,
}
