"""What Slack refuses in blocks: the limits of slack.md 5, enforced here because no other stand-in does.

A problem is told as Slack tells it: what is wrong, and where as a JSON pointer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.refusals import SlackError, invalid_arguments

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# One report was refused near this many characters of text (slack.md 5); no number is documented.
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
ID_CHARACTERS = 255
ATTACHMENTS = 100
TITLE_CHARACTERS = 24
PRIVATE_METADATA = 3000
VIEW_BYTES = 250_000
TEXT_TYPES = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)

_OPTIONS_AT_MOST = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_SELECTS = {
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
}
_PICKERS = {"datepicker", "timepicker", "datetimepicker"}
_INPUTS = {"plain_text_input", "rich_text_input", "email_text_input", "number_input", "url_text_input", "file_input"}
_ACTIONS = _SELECTS | _PICKERS | {"button", "overflow", "checkboxes", "radio_buttons", "workflow_button"}
_WITH_OPTIONS = {"static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"}
_UNCHECKED = {"divider", "rich_text", "video", "file", "call", "table", "context_actions"}


class _Problems:
    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, what: str, at: str) -> None:
        self.found.append(f"{what} [json-pointer:{at}]")

    def length(self, value: object, at: str, most: int, *, least: int = 0) -> None:
        """A text of `least` to `most` characters, where there is one."""
        if value is None:
            return
        if not isinstance(value, str):
            self.add("must be a string", at)
        elif len(value) > most:
            self.add(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", at)

    def text(self, value: object, at: str, most: int, types: tuple[str, ...] = PLAIN, *, required: bool = True) -> None:
        """A text object of one of these types."""
        if value is None and not required:
            return
        if not isinstance(value, Mapping):
            self.add("missing required field: text" if value is None else "must be a text object", at)
        elif value.get("type") not in types:
            self.add(f"unsupported type: {value.get('type')}", f"{at}/type")
        elif not isinstance(value.get("text"), str):
            self.add("missing required field: text", f"{at}/text")
        else:
            self.length(value["text"], f"{at}/text", most, least=1)

    def objects(self, value: object, at: str, most: int) -> Iterator[tuple[Json, str]]:
        """The objects of a list of 1 to `most`, each with its place."""
        if not isinstance(value, list) or not value:
            self.add("must be a list of at least 1 item", at)
            return
        if len(value) > most:
            self.add(f"no more than {most} items allowed", at)
            return
        for number, one in enumerate(value):
            if isinstance(one, dict):
                yield one, f"{at}/{number}"
            else:
                self.add("must be an object", f"{at}/{number}")


def check_message(blocks: object) -> list[Json]:
    """The blocks of a message. Raises `invalid_blocks_format`, `invalid_blocks` or `msg_blocks_too_long`."""
    checked = _check(blocks, MESSAGE_BLOCKS, "/blocks")
    if sum(_characters(checked)) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return checked


def check_attachments(attachments: object) -> list[Json]:
    """The attachments of a message, with the blocks in them. Raises as `check_message`, or `too_many_attachments`."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise invalid_arguments("must be a list of objects [json-pointer:/attachments]")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for one in attachments:
        if one.get("blocks") is not None:
            check_message(one["blocks"])
    return attachments


def check_view(view: object, kinds: tuple[str, ...]) -> Json:
    """A modal or Home tab. Raises `view_too_large`, or `invalid_arguments` with every reason: what is wrong with the
    blocks of a view is told in this way, too (https://github.com/rtCamp/frappe-slack-connector/issues/54).
    """
    if not isinstance(view, dict) or view.get("type") not in kinds:
        raise invalid_arguments(f"must be a view of type {' or '.join(kinds)} [json-pointer:/view]")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = _Problems()
    if view["type"] == "modal":
        problems.text(view.get("title"), "/view/title", TITLE_CHARACTERS)
        for name in ("submit", "close"):
            problems.text(view.get(name), f"/view/{name}", TITLE_CHARACTERS, required=False)
    for name, most in (("private_metadata", PRIVATE_METADATA), ("callback_id", 255), ("external_id", 255)):
        problems.length(view.get(name), f"/view/{name}", most)
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        problems.add("missing required field: blocks", "/view")
        blocks = []
    _rows(blocks, VIEW_BLOCKS, "/view/blocks", problems)
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if view["type"] == "modal" and has_input and not view.get("submit"):
        problems.add("missing required field: submit", "/view")
    if problems.found:
        raise invalid_arguments(*problems.found)
    return view


def _check(blocks: object, most: int, at: str) -> list[Json]:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = _Problems()
    rows = _rows(blocks, most, at, problems)
    if problems.found:
        told = [f"[ERROR] {one}" for one in problems.found]
        raise SlackError("invalid_blocks", errors=problems.found, response_metadata={"messages": told})
    return rows


def _rows(blocks: list[object], most: int, at: str, problems: _Problems) -> list[Json]:
    rows = list(problems.objects(blocks, at, most)) if blocks else []
    for block, place in rows:
        _block(block, place, problems)
    _distinct((block.get("block_id") for block, _ in rows), "block_id", at, problems)
    if (
        sum(len(str(block.get("text", ""))) for block, _ in rows if block.get("type") == "markdown")
        > MARKDOWN_CHARACTERS
    ):
        problems.add(f"must be less than {MARKDOWN_CHARACTERS + 1} characters in all markdown blocks", at)
    return [block for block, _ in rows]


def _block(block: Json, at: str, problems: _Problems) -> None:
    problems.length(block.get("block_id"), f"{at}/block_id", ID_CHARACTERS)
    kind = str(block.get("type"))
    if kind in _BLOCKS:
        _BLOCKS[kind](block, at, problems)
    elif kind not in _UNCHECKED:
        problems.add(f"unsupported type: {kind}", f"{at}/type")


def _section(block: Json, at: str, problems: _Problems) -> None:
    if "text" not in block and "fields" not in block:
        problems.add("missing required field: text or fields", at)
    problems.text(block.get("text"), f"{at}/text", 3000, TEXT_TYPES, required=False)
    if "fields" in block:
        for one, place in problems.objects(block["fields"], f"{at}/fields", 10):
            problems.text(one, place, 2000, TEXT_TYPES)
    accessory = block.get("accessory")
    if isinstance(accessory, dict):
        if accessory.get("type") == "image":
            _image(accessory, f"{at}/accessory", problems)
        else:
            _element(accessory, f"{at}/accessory", problems, _ACTIONS)


def _header(block: Json, at: str, problems: _Problems) -> None:
    problems.text(block.get("text"), f"{at}/text", 150)


def _context(block: Json, at: str, problems: _Problems) -> None:
    for one, place in problems.objects(block.get("elements"), f"{at}/elements", 10):
        if one.get("type") == "image":
            _image(one, place, problems)
        else:
            problems.text(one, place, 3000, TEXT_TYPES)


def _actions(block: Json, at: str, problems: _Problems) -> None:
    rows = list(problems.objects(block.get("elements"), f"{at}/elements", 25))
    for one, place in rows:
        _element(one, place, problems, _ACTIONS)
    _distinct((one.get("action_id") for one, _ in rows), "action_id", f"{at}/elements", problems)


def _image(block: Json, at: str, problems: _Problems) -> None:
    if not block.get("image_url") and not block.get("slack_file"):
        problems.add("missing required field: image_url", at)
    problems.length(block.get("image_url"), f"{at}/image_url", 3000)
    if not isinstance(block.get("alt_text"), str):
        problems.add("missing required field: alt_text", at)
    problems.length(block.get("alt_text"), f"{at}/alt_text", 2000)


def _markdown(block: Json, at: str, problems: _Problems) -> None:
    if not isinstance(block.get("text"), str):
        problems.add("missing required field: text", at)


def _input(block: Json, at: str, problems: _Problems) -> None:
    problems.text(block.get("label"), f"{at}/label", 2000)
    problems.text(block.get("hint"), f"{at}/hint", 2000, required=False)
    element = block.get("element")
    if isinstance(element, dict):
        _element(element, f"{at}/element", problems, (_ACTIONS | _INPUTS) - {"button", "overflow", "workflow_button"})
    else:
        problems.add("missing required field: element", at)


_BLOCKS: dict[str, Callable[[Json, str, _Problems], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "input": _input,
}


def _element(element: Json, at: str, problems: _Problems, kinds: set[str]) -> None:
    kind = str(element.get("type"))
    if kind not in kinds:
        problems.add(f"unsupported type: {kind}", f"{at}/type")
        return
    problems.length(element.get("action_id"), f"{at}/action_id", ID_CHARACTERS)
    if kind == "button":
        _button(element, at, problems)
    if kind == "plain_text_input":
        for name in ("min_length", "max_length"):
            size = element.get(name)
            if isinstance(size, int) and size > 3000:
                problems.add("must be at most 3000", f"{at}/{name}")
    if kind in _WITH_OPTIONS and "options" not in element and "option_groups" not in element:
        problems.add("missing required field: options", at)
    if "options" in element:
        _options(element["options"], f"{at}/options", problems, _OPTIONS_AT_MOST.get(kind, 100))
    if "option_groups" in element:
        for group, place in problems.objects(element["option_groups"], f"{at}/option_groups", 100):
            problems.text(group.get("label"), f"{place}/label", 75)
            _options(group.get("options"), f"{place}/options", problems, 100)
    if "confirm" in element:
        _confirm(element["confirm"], f"{at}/confirm", problems)


def _button(button: Json, at: str, problems: _Problems) -> None:
    problems.text(button.get("text"), f"{at}/text", 75)
    problems.length(button.get("value"), f"{at}/value", 2000)
    problems.length(button.get("url"), f"{at}/url", 3000)
    problems.length(button.get("accessibility_label"), f"{at}/accessibility_label", 75)
    if button.get("style") not in (None, "primary", "danger"):
        problems.add("must be primary or danger", f"{at}/style")


def _options(value: object, at: str, problems: _Problems, most: int) -> None:
    for option, place in problems.objects(value, at, most):
        problems.text(option.get("text"), f"{place}/text", 75, TEXT_TYPES)
        problems.length(option.get("value"), f"{place}/value", 75)
        problems.text(option.get("description"), f"{place}/description", 75, TEXT_TYPES, required=False)


def _confirm(value: object, at: str, problems: _Problems) -> None:
    if not isinstance(value, dict):
        problems.add("must be an object", at)
        return
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        problems.text(value.get(name), f"{at}/{name}", most, TEXT_TYPES if name == "text" else PLAIN, required=False)


def _distinct(ids: Iterable[object], name: str, at: str, problems: _Problems) -> None:
    given = [one for one in ids if one]
    if len(given) != len(set(map(str, given))):
        problems.add(f"{name} already exists", at)


def _characters(value: object) -> Iterator[int]:
    """The lengths of all texts that are shown."""
    if isinstance(value, list):
        for one in value:
            yield from _characters(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "text" and isinstance(one, str):
                yield len(one)
            else:
                yield from _characters(one)
