"""What Slack takes in blocks (slack.md 5). No stand-in of anybody's checks all of it, so Amends does before it sends.

Sources: docs.slack.dev/reference/block-kit and Slack's own type definitions, package @slack/types 3.2.0.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# One report was refused near 13,200 characters of text, well below the sum of the limits; a card needs far less.
MESSAGE_CHARACTERS = 12_000
TEXT_CHARACTERS = 4_000
_ID, _VALUE, _URL, _METADATA, _TITLE = 255, 2000, 3000, 3000, 24
_ELEMENTS = {"actions": 25, "context": 10}
_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_SELECT_OPTIONS = 100
_JOINER = "\u200d"
_FLAG = ("\U0001f1e6", "\U0001f1ff")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_PLAIN = ("plain_text",)
_ANY_TEXT = ("plain_text", "mrkdwn")


def message_problems(text: str, blocks: Sequence[Json]) -> list[str]:
    """What Slack would refuse in this message; an empty list is the good answer."""
    found = list(_length(text, "text", TEXT_CHARACTERS))
    found += _blocks(blocks, MESSAGE_BLOCKS)
    if sum(_characters(blocks)) > MESSAGE_CHARACTERS:
        found.append(f"blocks: more than {MESSAGE_CHARACTERS} characters in all")
    return found


def view_problems(view: Json) -> list[str]:
    """What Slack would refuse in this modal or Home tab."""
    found = list(_blocks(view.get("blocks", ()), VIEW_BLOCKS))
    for name in ("title", "submit", "close"):
        if name in view:
            found += _text(view[name], name, _TITLE, _PLAIN)
    for name in ("callback_id", "external_id"):
        found += _length(view.get(name, "-"), name, _ID)
    return [*found, *_length(view.get("private_metadata", "-") or "-", "private_metadata", _METADATA)]


def units(text: str) -> int:
    """Its length as Slack may count it: an emoji is two or more. What lies beyond the first plane takes a pair."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """The text, or as much of its beginning as fits with "…": whole characters, as somebody reads them; never empty."""
    text = text if text.strip() else "-"
    if units(text) <= most:
        return text
    length, end = 0, 0
    for at, character in enumerate(text):
        if not _goes_on(text, at):
            end = at  # so far everything is whole
        length += units(character)
        if length > most - 1:
            break
    return f"{text[:end].rstrip()}…"


def _goes_on(text: str, at: int) -> bool:
    """Whether the character there belongs to the one before it, as accents, skin tones, and joined emoji do."""
    character, before = text[at], text[at - 1] if at else ""
    if _FLAG[0] <= character <= _FLAG[1]:  # two of them are a flag
        run = len(text[:at]) - len(text[:at].rstrip(_FLAG_LETTERS))
        return run % 2 == 1
    joined = character == _JOINER or before == _JOINER
    return joined or unicodedata.category(character) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= character <= "\U0001f3ff"


def _blocks(blocks: Sequence[Json], most: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"blocks: 1 to {most}"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "blocks: two have the same block_id"
    for number, block in enumerate(blocks):
        at = f"blocks/{number}"
        yield from _length(block.get("block_id", "-"), f"{at}/block_id", _ID)
        yield from _block(block, at)


def _block(block: Json, at: str) -> Iterator[str]:
    match block.get("type"):
        case "section":
            if "text" not in block and "fields" not in block:
                yield f"{at}: neither text nor fields"
            if "text" in block:
                yield from _text(block["text"], f"{at}/text", 3000, _ANY_TEXT)
            fields = block.get("fields", ({},))
            if not 1 <= len(fields) <= 10:
                yield f"{at}/fields: 1 to 10"
            for number, field in enumerate(block.get("fields", ())):
                yield from _text(field, f"{at}/fields/{number}", 2000, _ANY_TEXT)
            if "accessory" in block:
                yield from _element(block["accessory"], f"{at}/accessory")
        case "header":
            yield from _text(block.get("text"), f"{at}/text", 150, _PLAIN)
        case "actions" | "context" as kind:
            elements = block.get("elements", ())
            if not 1 <= len(elements) <= _ELEMENTS[kind]:
                yield f"{at}/elements: 1 to {_ELEMENTS[kind]}"
            ids = [element["action_id"] for element in elements if "action_id" in element]
            if len(ids) != len(set(ids)):
                yield f"{at}/elements: two have the same action_id"
            for number, element in enumerate(elements):
                where = f"{at}/elements/{number}"
                if kind == "context":
                    yield from _text(element, where, 3000, _ANY_TEXT)
                else:
                    yield from _element(element, where)
        case "input":
            yield from _text(block.get("label"), f"{at}/label", 2000, _PLAIN)
            if "hint" in block:
                yield from _text(block["hint"], f"{at}/hint", 2000, _PLAIN)
            yield from _element(block.get("element", {}), f"{at}/element")
        case "divider":
            pass
        case other:
            yield f"{at}: not a block that Amends sends: {other}"


def _element(element: Json, at: str) -> Iterator[str]:
    yield from _length(element.get("action_id", ""), f"{at}/action_id", _ID)
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{at}/placeholder", 150, _PLAIN)
    match element.get("type"):
        case "button":
            yield from _text(element.get("text"), f"{at}/text", 75, _PLAIN)
            yield from _length(element.get("value", "-"), f"{at}/value", _VALUE)
            yield from _length(element.get("url", "-"), f"{at}/url", _URL)
            yield from _length(element.get("accessibility_label", "-"), f"{at}/accessibility_label", 75)
            if element.get("style", "primary") not in ("primary", "danger"):
                yield f"{at}/style: primary or danger"
        case "plain_text_input":
            if not 0 <= element.get("min_length", 0) <= 3000 or not 1 <= element.get("max_length", 3000) <= 3000:
                yield f"{at}: at most 3000 characters"
        case "static_select" | "multi_static_select" | "checkboxes" | "radio_buttons" | "overflow" as kind:
            options = element.get("options", ())
            most = _OPTIONS.get(kind, _SELECT_OPTIONS)
            if not 1 <= len(options) <= most:
                yield f"{at}/options: 1 to {most}"
            for number, option in enumerate(options):
                where = f"{at}/options/{number}"
                yield from _text(option.get("text"), f"{where}/text", 75, _ANY_TEXT)
                yield from _length(option.get("value", ""), f"{where}/value", 75)
                if "description" in option:
                    yield from _text(option["description"], f"{where}/description", 75, _ANY_TEXT)
        case "users_select" | "datepicker" | "timepicker" | "datetimepicker" | "number_input":
            pass
        case other:
            yield f"{at}: not an element that Amends sends: {other}"


def _text(text: object, at: str, most: int, kinds: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in kinds:
        yield f"{at}: no text of the kind {' or '.join(kinds)}"
    else:
        yield from _length(text.get("text"), at, most)


def _length(value: object, at: str, most: int) -> Iterator[str]:
    # Slack does not say how it counts what lies beyond the first plane; the longer way is the safe one.
    if not isinstance(value, str) or not 1 <= units(value) <= most:
        yield f"{at}: 1 to {most} characters"


def _characters(part: object) -> Iterator[int]:
    """The length of every text in it."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield len(value)
            else:
                yield from _characters(value)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for one in part:
            yield from _characters(one)
