"""What Amends answers in Slack: to one person only, in the words of a sentence. None of it is about a patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from amends.integrations.slack.outbound.limits import cut
from amends.protocol.decide import Refused

Block = dict[str, Any]
View = dict[str, Any]

# A button with an address is pressed in Slack as well; nothing is to be done then (slack.md 4).
OPEN_CASE, OPEN_PAGE = "open_case", "open_page"
_TITLE = "Amends"
_LONGEST_TOLD = 800  # escaped, five may stand for one; the section says the rest


class NotThis(Refused):
    """A form cannot be taken because of what stands in that block of it."""

    def __init__(self, block: str, why: str) -> None:
        super().__init__(why)
        self.block = block


@dataclass(frozen=True)
class Answer:
    """`text` makes sense alone. `blocks` stand below it, `view` instead of it where a modal is open.

    `refresh` says that the person's Home tab shows something else now, `refused` that nothing was done, and `block` of
    which question of a form that comes; "" where it comes of none.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    view: View | None = None
    refresh: bool = False
    refused: bool = False
    block: str = ""

    @property
    def message(self) -> dict[str, Any]:
        """As a message."""
        return {"text": escape(cut(self.text, _LONGEST_TOLD)), "blocks": [section(self.text), *self.blocks]}

    @property
    def modal(self) -> View:
        """As a modal that only tells."""
        return self.view or modal([section(self.text), *self.blocks])


def escape(text: str) -> str:
    """Text in which Slack finds no mention and no link (slack.md 6)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, longest: int = 3000) -> dict[str, Any]:
    """Text that Slack shows as it is, cut to what fits."""
    return {"type": "plain_text", "text": cut(text, longest)}


def section(text: str) -> Block:
    return {"type": "section", "text": plain(text)}


def link(words: str, address: str, action: str = OPEN_PAGE, value: str = "", number: int = 0) -> Block:
    """A button that opens a page of Amends. `number` tells several in one row apart."""
    button = {
        "type": "button",
        "action_id": f"{action}_{number}" if number else action,
        "text": plain(words, 75),
        "url": f"{settings.BASE_URL}{address}",
    }
    return {**button, "value": value} if value else button


def case_link(number: str) -> Block:
    return link("Open", reverse("case", args=[number]), OPEN_CASE, number)


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def modal(blocks: Sequence[Block], *, callback: str = "", submit: str = "", about: str = "") -> View:
    """A modal; with `submit` a form, which comes back under `callback` and with `about` as its private metadata."""
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain(_TITLE, 24),
        "close": plain("Cancel" if submit else "Close", 24),
        "blocks": list(blocks),
    }
    if submit:
        view |= {"submit": plain(submit, 24), "callback_id": callback, "private_metadata": about}
    return view


def choice(block: str, label: str, options: Mapping[str, str], *, optional: bool = False, chosen: str = "") -> Block:
    """A list of which one is chosen: value → words. `chosen` is it already."""
    element = {"type": "static_select", "action_id": block, "options": _options(options)}
    first = {"initial_option": _options({chosen: options[chosen]})[0]} if chosen else {}
    return _input(block, label, {**element, **first}, optional=optional)


def choices(block: str, label: str, options: Mapping[str, str]) -> Block:
    """A list of which any number is chosen."""
    element = {"type": "multi_static_select", "action_id": block, "options": _options(options)}
    return _input(block, label, element, optional=True)


def tick(block: str, label: str, words: str) -> Block:
    """One box to tick; its value is the block's name."""
    element = {"type": "checkboxes", "action_id": block, "options": _options({block: words})}
    return _input(block, label, element, optional=True)


def sentences(block: str, label: str, typed: str = "") -> Block:
    """A field for some sentences; `typed` stands in it already."""
    element = {"type": "plain_text_input", "action_id": block, "multiline": True, "max_length": 3000}
    return _input(block, label, {**element, "initial_value": cut(typed, 3000)} if typed else element)


def _input(block: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {"type": "input", "block_id": block, "label": plain(label, 2000), "element": element, "optional": optional}


def _options(options: Mapping[str, str]) -> list[Block]:
    return [{"text": plain(words, 75), "value": value} for value, words in options.items()]
