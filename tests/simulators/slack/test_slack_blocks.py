"""The limits of Block Kit: the largest that is accepted, and one more that is refused."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from tests.simulators.slack.driver import Json, Slack

from amends.simulators.slack.blocks import check_message, check_view
from amends.simulators.slack.refusals import SlackError


def plain(size: int) -> Json:
    return {"type": "plain_text", "text": "x" * size}


def section(**parts: object) -> Json:
    return {"type": "section", **parts}


def button(**parts: object) -> Json:
    return {"type": "button", "text": plain(4), **parts}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, size: int = 3, value: str = "v") -> list[Json]:
    return [{"text": plain(size), "value": value} for _ in range(count)]


def select(kind: str = "static_select", **parts: object) -> Json:
    return actions({"type": kind, "action_id": "a", **parts})


CASES: dict[str, tuple[Callable[[int], Json], int]] = {
    "section text": (lambda n: section(text=plain(n)), 3000),
    "section fields": (lambda n: section(fields=[plain(2)] * n), 10),
    "field": (lambda n: section(fields=[plain(n)]), 2000),
    "header": (lambda n: {"type": "header", "text": plain(n)}, 150),
    "context elements": (lambda n: {"type": "context", "elements": [plain(2)] * n}, 10),
    "actions": (lambda n: actions(*[button()] * n), 25),
    "button text": (lambda n: actions(button(text=plain(n))), 75),
    "button value": (lambda n: actions(button(value="x" * n)), 2000),
    "button url": (lambda n: actions(button(url="x" * n)), 3000),
    "button label": (lambda n: actions(button(accessibility_label="x" * n)), 75),
    "action_id": (lambda n: actions(button(action_id="x" * n)), 255),
    "block_id": (lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    "select options": (lambda n: select(options=options(n)), 100),
    "option text": (lambda n: select(options=options(1, size=n)), 75),
    "option value": (lambda n: select(options=options(1, value="x" * n)), 75),
    "overflow": (lambda n: select("overflow", options=options(n)), 5),
    "checkboxes": (lambda n: select("checkboxes", options=options(n)), 10),
    "radio buttons": (lambda n: select("radio_buttons", options=options(n)), 10),
    "option groups": (lambda n: select(option_groups=[{"label": plain(3), "options": options(1)}] * n), 100),
    "confirm title": (lambda n: actions(button(confirm={"title": plain(n)})), 100),
    "confirm text": (lambda n: actions(button(confirm={"text": plain(n)})), 300),
    "confirm button": (lambda n: actions(button(confirm={"deny": plain(n)})), 30),
    "input label": (lambda n: {"type": "input", "label": plain(n), "element": {"type": "plain_text_input"}}, 2000),
    "min_length": (
        lambda n: {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", "min_length": n}},
        3000,
    ),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
}


@pytest.mark.parametrize("name", CASES)
def test_each_limit_is_kept_to_the_character(name: str) -> None:
    make, most = CASES[name]
    assert len(check_message([make(most)])) == 1
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message([make(most + 1)])


@given(st.data())
def test_a_message_is_taken_just_when_all_its_blocks_keep_their_limits(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(set(CASES) - {"block_id", "markdown"})), min_size=1, max_size=3))
    sizes = [data.draw(st.integers(max(1, CASES[name][1] - 2), CASES[name][1] + 2)) for name in names]
    blocks = [CASES[name][0](size) for name, size in zip(names, sizes, strict=True)]
    good = all(size <= CASES[name][1] for name, size in zip(names, sizes, strict=True))
    assert (refusal(blocks) in ("", "msg_blocks_too_long")) == good  # each is good; together they may be too much


def refusal(blocks: list[Json]) -> str:
    """The error code, or an empty text; refused blocks must say where the fault lies."""
    try:
        check_message(blocks)
    except SlackError as refused:
        told = refused.extra.get("errors", [])
        if refused.code == "invalid_blocks" and not all("[json-pointer:/blocks/" in one for one in told):  # type: ignore[attr-defined]
            return "without a place"
        return refused.code
    return ""


def test_a_message_has_50_blocks_and_a_view_100() -> None:
    divider = {"type": "divider"}
    assert len(check_message([divider] * 50)) == 50
    check_view({"type": "home", "blocks": [divider] * 100}, ("home",))
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message([divider] * 51)
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({"type": "home", "blocks": [divider] * 101}, ("home",))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "sonnet"},
        {},
        "text",
        section(),
        section(text=plain(0)),
        section(text="bare"),
        section(fields=[]),
        section(text=plain(2), accessory={"type": "header"}),
        {"type": "header", "text": {"type": "mrkdwn", "text": "*no*"}},
        {"type": "header"},
        actions(button(text={"type": "mrkdwn", "text": "no"})),
        actions(button(style="purple")),
        actions({"type": "plain_text_input"}),
        actions(button(action_id="a"), button(action_id="a")),
        {"type": "image", "image_url": "https://example.com/a.png"},
        {"type": "image", "alt_text": "a"},
        {"type": "input", "label": plain(2)},
        {"type": "input", "label": plain(2), "element": {"type": "button", "text": plain(2)}},
        {"type": "markdown"},
        {"type": "divider", "block_id": 7},
        actions(button(confirm="yes")),
    ],
)
def test_what_is_no_block_is_refused(block: object) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message([block])


def test_two_blocks_with_one_id_are_refused() -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message([{"type": "divider", "block_id": "a"}] * 2)


def test_pictures_fit_into_sections_and_contexts() -> None:
    picture = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
    check_message([section(text=plain(2), accessory=picture), {"type": "context", "elements": [picture]}, picture])


def test_many_good_blocks_may_be_too_long_together() -> None:
    assert check_message([section(text=plain(3000))] * 4)
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message([section(text=plain(3000))] * 5)


def test_a_client_is_told_what_is_wrong_and_where(slack: Slack) -> None:
    with pytest.raises(SlackApiError) as caught:
        slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=[section(text=plain(3001))])
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
    assert slack.messages == []


def test_blocks_that_are_no_list_have_their_own_error(slack: Slack) -> None:
    answer = slack.form("chat.postMessage", channel="C0NORTH", text="t", blocks=json.dumps({"type": "divider"}))
    assert answer["error"] == "invalid_blocks_format"
