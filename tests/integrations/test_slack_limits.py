"""What Slack refuses in blocks is found before it is sent: each problem here is just past one limit of slack.md 5."""

from typing import Any

import pytest

from amends.integrations.slack.outbound.limits import message_problems, view_problems

PLAIN = {"type": "plain_text", "text": "Fine"}


def section(**changes: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "Fine"}, **changes}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": PLAIN, **changes}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def in_plain(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * length}


def an_input(element: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": "input", "label": PLAIN, "element": element, **changes}


OPTION = {"text": PLAIN, "value": "v"}
SELECT = {"type": "static_select", "action_id": "a", "options": [OPTION]}
GOOD = [
    section(),
    section(fields=[PLAIN] * 10, accessory=button(style="danger", value="v", url="https://a.example")),
    {"type": "section", "fields": [PLAIN]},
    {"type": "divider"},
    {"type": "header", "text": in_plain(150)},
    {"type": "context", "elements": [PLAIN] * 10},
    actions(*(button(action_id=str(n)) for n in range(25))),
    an_input({"type": "plain_text_input", "action_id": "a", "max_length": 3000, "placeholder": PLAIN}, hint=PLAIN),
    an_input({**SELECT, "options": [{**OPTION, "description": PLAIN}] * 100}),
    an_input({"type": "users_select", "action_id": "a"}),
]
BAD = {
    "text longer than a section takes": section(text=in_plain(3001)),
    "emoji counted as Slack may": section(text={"type": "mrkdwn", "text": "😀" * 1501}),
    "empty text": section(text=in_plain(0)),
    "no text": {"type": "section"},
    "eleven fields": section(fields=[PLAIN] * 11),
    "no fields": {"type": "section", "fields": []},
    "a long field": section(fields=[in_plain(2001)]),
    "a long header": {"type": "header", "text": in_plain(151)},
    "a header in mrkdwn": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "eleven in a context": {"type": "context", "elements": [PLAIN] * 11},
    "an empty context": {"type": "context", "elements": []},
    "26 buttons": actions(*(button(action_id=str(n)) for n in range(26))),
    "two of one action_id": actions(button(), button()),
    "a long button": actions(button(text=in_plain(76))),
    "a long value": actions(button(value="x" * 2001)),
    "a long address": actions(button(url="x" * 3001)),
    "a long label for ears": actions(button(accessibility_label="x" * 76)),
    "a style of one's own": actions(button(style="blue")),
    "a long action_id": actions(button(action_id="x" * 256)),
    "a long block_id": section(block_id="x" * 256),
    "a long placeholder": an_input({**SELECT, "placeholder": in_plain(151)}),
    "a long label": an_input(SELECT, label=in_plain(2001)),
    "a long hint": an_input(SELECT, hint=in_plain(2001)),
    "too much to type": an_input({"type": "plain_text_input", "action_id": "a", "max_length": 3001}),
    "101 options": an_input({**SELECT, "options": [OPTION] * 101}),
    "no options": an_input({**SELECT, "options": []}),
    "11 boxes": an_input({**SELECT, "type": "checkboxes", "options": [OPTION] * 11}),
    "six in an overflow": an_input({**SELECT, "type": "overflow", "options": [OPTION] * 6}),
    "a long option": an_input({**SELECT, "options": [{**OPTION, "text": in_plain(76)}]}),
    "a long option's value": an_input({**SELECT, "options": [{**OPTION, "value": "x" * 76}]}),
    "a long description": an_input({**SELECT, "options": [{**OPTION, "description": in_plain(76)}]}),
    "an unknown block": {"type": "marquee"},
    "an unknown element": actions({"type": "lever", "action_id": "a"}),
}


def test_what_slack_takes_is_no_problem() -> None:
    assert message_problems("Fine", GOOD) == []
    assert view_problems({"title": in_plain(24), "submit": PLAIN, "blocks": GOOD * 2, "private_metadata": ""}) == []


@pytest.mark.parametrize("what", BAD)
def test_each_limit_is_found(what: str) -> None:
    assert len(message_problems("Fine", [section(), BAD[what]])) == 1


def test_the_whole_has_limits_too() -> None:
    assert message_problems("x" * 4001, [section()]) == ["text: 1 to 4000 characters"]
    assert message_problems("", [section()]) == ["text: 1 to 4000 characters"]
    assert message_problems("Fine", []) == ["blocks: 1 to 50"]
    assert message_problems("Fine", [{"type": "divider"}] * 51) == ["blocks: 1 to 50"]
    assert message_problems("Fine", [section(text=in_plain(3000))] * 5) == ["blocks: more than 12000 characters in all"]
    assert message_problems("Fine", [section(block_id="a")] * 2) == ["blocks: two have the same block_id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": in_plain(25)},
        {"submit": in_plain(25)},
        {"close": {"type": "mrkdwn", "text": "x"}},
        {"callback_id": "x" * 256},
        {"external_id": "x" * 256},
        {"private_metadata": "x" * 3001},
        {"blocks": [section()] * 101},
    ],
)
def test_a_view_has_limits_of_its_own(changes: dict[str, Any]) -> None:
    assert len(view_problems({"type": "modal", "title": PLAIN, "blocks": [section()], **changes})) == 1
