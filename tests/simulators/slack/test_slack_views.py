"""Modals and Home tabs by the Web API: triggers, stacks, hashes, limits, and what a person enters."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulators.slack.bolt import MODAL
from tests.simulators.slack.driver import Json, Refused, Slack

from amends.simulators.slack.blocks import check_view
from amends.simulators.slack.refusals import SlackError

DIVIDER = {"type": "divider"}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def modal(*blocks: Json, **parts: object) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks) or [DIVIDER], **parts}


def field(element: Json, **parts: object) -> Json:
    return {
        "type": "input",
        "block_id": "b",
        "label": plain("Label"),
        "element": {"action_id": "a", **element},
        **parts,
    }


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def trigger(slack: Slack, user: str = "U0RITA") -> str:
    return str(slack.control("trigger", user=user)["trigger_id"])


def opened(slack: Slack, view: Json, user: str = "U0RITA") -> Any:
    return slack.client.views_open(trigger_id=trigger(slack, user), view=view)["view"]


def test_a_trigger_is_good_once_and_for_three_seconds(slack: Slack, refused: Refused) -> None:
    number = trigger(slack)
    assert slack.client.views_open(trigger_id=number, view=modal())["ok"]
    assert refused(slack.client.views_open, trigger_id=number, view=modal()) == "exchanged_trigger_id"
    assert refused(slack.client.views_open, trigger_id="12.34.ab", view=modal()) == "invalid_trigger_id"
    slow, slower = trigger(slack), trigger(slack)
    slack.move_clock(3)
    assert slack.client.views_open(trigger_id=slow, view=modal())["ok"]
    slack.move_clock(0.001)
    assert refused(slack.client.views_open, trigger_id=slower, view=modal()) == "expired_trigger_id"
    assert slack.form("views.open", view=json.dumps(modal()))["error"] == "invalid_arguments"


def test_a_bad_view_does_not_spend_its_trigger(slack: Slack, refused: Refused) -> None:
    number = trigger(slack)
    long = modal(title=plain("x" * 25))
    assert refused(slack.client.views_open, trigger_id=number, view=long) == "invalid_arguments"
    assert slack.client.views_open(trigger_id=number, view=modal())["ok"]


def test_a_view_is_kept_with_its_ids(slack: Slack) -> None:
    view = opened(slack, modal(private_metadata="7", callback_id="c", clear_on_close=True))
    assert (view["private_metadata"], view["callback_id"], view["clear_on_close"]) == ("7", "c", True)
    assert view["id"] == view["root_view_id"]
    assert view["blocks"][0]["block_id"]
    assert slack.state["modals"]["U0RITA"] == [view]


def test_three_views_lie_upon_each_other_and_not_four(slack: Slack, refused: Refused) -> None:
    button = {"type": "button", "action_id": "more", "text": plain("More")}
    lowest = opened(slack, modal({"type": "actions", "elements": [button]}))
    for below in (lowest["id"], None):
        told = slack.control("press", user="U0RITA", action_id="more")
        top = slack.client.views_push(
            trigger_id=told["trigger_id"], view=modal({"type": "actions", "elements": [button]})
        )["view"]
        assert top["root_view_id"] == lowest["id"]
        assert below is None or top["previous_view_id"] == below
    told = slack.control("press", user="U0RITA", action_id="more")
    assert refused(slack.client.views_push, trigger_id=told["trigger_id"], view=modal()) == "push_limit_reached"
    assert refused(slack.client.views_push, trigger_id=trigger(slack), view=modal()) == "invalid_trigger_id"
    told = slack.control("press", user="U0RITA", action_id="more")
    slack.control("close", user="U0RITA", all=True)
    assert refused(slack.client.views_push, trigger_id=told["trigger_id"], view=modal()) == "not_found"


def test_closing_shows_the_view_below_unless_it_clears(slack: Slack) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]}
    lowest = opened(slack, modal(button))
    for clear in (False, True):
        told = slack.control("press", user="U0RITA", action_id="more")
        slack.client.views_push(trigger_id=told["trigger_id"], view=modal(clear_on_close=clear))
        after = slack.control("close", user="U0RITA")["modal"]
        assert (after and after["id"]) == (None if clear else lowest["id"])


def test_an_update_needs_no_trigger_and_minds_the_hash(slack: Slack, refused: Refused) -> None:
    view = opened(slack, modal(external_id="mine"))
    update = slack.client.views_update
    fresh = update(view_id=view["id"], hash=view["hash"], view=modal(DIVIDER, DIVIDER))["view"]
    assert (fresh["id"], len(fresh["blocks"])) == (view["id"], 2)
    assert fresh["hash"] != view["hash"]
    assert refused(update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"
    assert refused(update, view_id="V0", view=modal()) == "not_found"
    assert refused(update, external_id="mine", view=modal()) == "not_found"  # the update took it away
    assert refused(update, view_id=view["id"], view={"type": "home", "blocks": []}) == "invalid_arguments"
    assert slack.form("views.update", view=json.dumps(modal()))["error"] == "invalid_arguments"
    slack.control("close", user="U0RITA")
    assert refused(update, view_id=view["id"], view=modal()) == "not_found"


def test_an_external_id_is_nobody_elses(slack: Slack, refused: Refused) -> None:
    opened(slack, modal(external_id="mine"))
    other = trigger(slack, "U0OMAR")
    assert refused(slack.client.views_open, trigger_id=other, view=modal(external_id="mine")) == "duplicate_external_id"
    view = opened(slack, modal(), user="U0OMAR")
    assert refused(slack.client.views_update, view_id=view["id"], view=modal(external_id="mine")) == (
        "duplicate_external_id"
    )
    assert slack.client.views_update(external_id="mine", view=modal(external_id="mine"))["ok"]


def test_home_may_be_off_and_may_be_updated_by_its_id(slack: Slack, refused: Refused) -> None:
    home = {"type": "home", "blocks": [DIVIDER]}
    view = slack.client.views_publish(user_id="U0RITA", view=home)["view"]
    assert slack.client.views_update(view_id=view["id"], view={"type": "home", "blocks": []})["view"]["blocks"] == []
    slack.settings(home_tab=False)
    assert refused(slack.client.views_publish, user_id="U0RITA", view=home) == "not_enabled"


@pytest.mark.parametrize(
    ("most", "make"),
    [
        (24, lambda n: modal(title=plain("x" * n))),
        (24, lambda n: modal(submit=plain("x" * n))),
        (24, lambda n: modal(close=plain("x" * n))),
        (3000, lambda n: modal(private_metadata="x" * n)),
        (255, lambda n: modal(callback_id="x" * n)),
        (255, lambda n: modal(external_id="x" * n)),
        (100, lambda n: modal(*[DIVIDER] * n)),
        (3000, lambda n: modal(field({"type": "plain_text_input", "max_length": n}), submit=plain("Go"))),
        (2000, lambda n: modal(field({"type": "plain_text_input"}, hint=plain("x" * n)), submit=plain("Go"))),
    ],
)
def test_each_limit_of_a_view_is_kept_to_the_character(most: int, make: Any) -> None:
    check_view(make(most), ("modal",))
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(make(most + 1), ("modal",))


@pytest.mark.parametrize(
    "view",
    [
        None,
        {"type": "modal", "blocks": [DIVIDER]},
        modal(title={"type": "mrkdwn", "text": "*no*"}),
        modal(field({"type": "plain_text_input"})),
        modal(field({"type": "static_select"}), submit=plain("Go")),
        {**modal(), "blocks": None},
        modal(DIVIDER, {"type": "sonnet"}),
    ],
)
def test_what_is_no_view_is_refused_with_its_reasons(slack: Slack, view: object) -> None:
    answer = slack.form("views.open", trigger_id=trigger(slack), view=json.dumps(view))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"][0].startswith("[ERROR] ")


def test_a_view_of_more_than_250_kb_is_too_large() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section] * 90), ("modal",))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(2900, 3100), st.integers(90, 110))
def test_a_view_is_taken_just_when_every_limit_is_kept(title: int, close: int, metadata: int, blocks: int) -> None:
    view = modal(
        *[DIVIDER] * blocks, title=plain("x" * title), close=plain("x" * close), private_metadata="x" * metadata
    )
    good = 1 <= title <= 24 and 1 <= close <= 24 and metadata <= 3000 and blocks <= 100
    try:
        check_view(view, ("modal",))
        taken = True
    except SlackError:
        taken = False
    assert taken == good


# ---- what a person enters


def entered(slack: Slack, element: Json, value: object, **parts: object) -> Any:
    """The value as the app gets it, or what the person is told instead."""
    opened(slack, modal(field(element, **parts), submit=plain("Go")))
    told = slack.control("submit", user="U0RITA", values={"b": {"a": value}})
    if not told["delivered"] and "payload" not in told:
        return told["errors"]["b"]
    return told["payload"]["view"]["state"]["values"]["b"]["a"]


@pytest.mark.parametrize(
    ("element", "value", "expected"),
    [
        ({"type": "plain_text_input"}, "text", {"value": "text"}),
        ({"type": "email_text_input"}, "a@b.example", {"value": "a@b.example"}),
        ({"type": "url_text_input"}, "https://a.example", {"value": "https://a.example"}),
        ({"type": "number_input"}, 7, {"value": "7"}),
        ({"type": "static_select", "options": options("x", "y")}, "y", {"selected_option": options("y")[0]}),
        ({"type": "radio_buttons", "options": options("x", "y")}, "x", {"selected_option": options("x")[0]}),
        ({"type": "checkboxes", "options": options("x", "y")}, ["x", "y"], {"selected_options": options("x", "y")}),
        ({"type": "multi_static_select", "options": options("x")}, "x", {"selected_options": options("x")}),
        (
            {"type": "static_select", "option_groups": [{"label": plain("G"), "options": options("x")}]},
            "x",
            {"selected_option": options("x")[0]},
        ),
        ({"type": "users_select"}, "U0OMAR", {"selected_user": "U0OMAR"}),
        ({"type": "multi_users_select"}, ["U0OMAR"], {"selected_users": ["U0OMAR"]}),
        ({"type": "channels_select"}, "C0NORTH", {"selected_channel": "C0NORTH"}),
        ({"type": "conversations_select"}, "C0NORTH", {"selected_conversation": "C0NORTH"}),
        ({"type": "datepicker"}, "2026-03-02", {"selected_date": "2026-03-02"}),
        ({"type": "timepicker"}, "14:05", {"selected_time": "14:05"}),
        ({"type": "datetimepicker"}, "1772460300", {"selected_date_time": 1772460300}),
        ({"type": "external_select"}, "any", {"selected_option": {**options("any")[0], "text": None}}),
        ({"type": "plain_text_input"}, {"type": "plain_text_input", "value": "Slack's"}, {"value": "Slack's"}),
    ],
)
def test_values_arrive_in_slacks_shapes(slack: Slack, element: Json, value: object, expected: Json) -> None:
    got = entered(slack, element, value)
    if element["type"] == "external_select":
        got["selected_option"]["text"] = None
    assert got == {"type": element["type"], **expected}


def test_rich_text_arrives_as_rich_text(slack: Slack) -> None:
    got = entered(slack, {"type": "rich_text_input"}, "hello")
    assert got["rich_text_value"]["elements"][0]["elements"] == [{"type": "text", "text": "hello"}]


@pytest.mark.parametrize(
    ("element", "value", "told"),
    [
        ({"type": "plain_text_input"}, "", "Please complete this required field."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Must be at least 3 characters long."),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "Must be at most 3 characters long."),
        ({"type": "email_text_input"}, "nobody", "Please enter an e-mail address."),
        ({"type": "url_text_input"}, "nowhere", "Please enter an address (https://…)."),
        ({"type": "number_input"}, "many", "Please enter a number."),
        ({"type": "number_input"}, "1.5", "Please enter a whole number."),
        ({"type": "number_input", "min_value": "2"}, "1", "Must be at least 2."),
        ({"type": "number_input", "max_value": "2"}, "3", "Must be at most 2."),
        ({"type": "checkboxes", "options": options("x")}, [], "Please complete this required field."),
    ],
)
def test_slacks_client_does_not_submit_what_is_incomplete(
    slack: Slack, element: Json, value: object, told: str
) -> None:
    assert entered(slack, element, value) == told
    assert slack.deliveries == []


def test_what_is_optional_may_be_empty_and_initial_values_count(slack: Slack) -> None:
    assert entered(slack, {"type": "plain_text_input"}, None, optional=True)["value"] is None
    view = modal(
        field({"type": "static_select", "options": options("x"), "initial_option": options("x")[0]}),
        submit=plain("Go"),
    )
    opened(slack, view)
    told = slack.control("submit", user="U0RITA")
    assert told["payload"]["view"]["state"]["values"]["b"]["a"]["selected_option"]["value"] == "x"


def test_a_menu_of_channels_may_ask_for_a_response_url(slack: Slack) -> None:
    element = {"type": "conversations_select", "action_id": "a", "response_url_enabled": True}
    opened(slack, modal(field(element), submit=plain("Go")))
    told = slack.control("submit", user="U0RITA", values={"b": {"a": "C0NORTH"}})
    (url,) = told["payload"]["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("b", "a", "C0NORTH")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("submit", {"values": {"b": {"other": "x"}}}),
        ("submit", {"values": {"what": "x"}}),
        ("submit", {"values": {"severity": {"choice": "9"}}}),
        ("submit", {"view": "V0OTHER"}),
        ("submit", {"user": "U0OMAR"}),
        ("submit", {"user": "U0AMENDS"}),
        ("close", {"user": "U0OMAR"}),
        ("press", {"action_id": "nothing"}),
        ("press", {"action_id": "text"}),
        ("press", {"action_id": "take", "view": "home"}),
        ("press", {"action_id": "take", "channel": "C0NORTH", "ts": "1.0"}),
        ("press", {"action_id": "take", "channel": "C0LAKES", "ts": "1.0", "user": "U0OMAR"}),
        ("command", {"channel": "C0NOWHERE", "command": "/upset"}),
        ("command", {"channel": "C0NORTH"}),
        ("shortcut", {"callback_id": ""}),
        ("event", {"user": "U0RITA"}),
        ("event", {"event": {}}),
    ],
)
def test_an_act_that_makes_no_sense_is_400(slack: Slack, name: str, body: Json) -> None:
    opened(slack, MODAL)
    given = {"user": "U0RITA", **body} if name != "event" else body
    assert slack.http("POST", f"/_control/{name}", json.dumps(given))[0] == 400
    assert slack.deliveries == []


def test_a_deactivated_person_does_nothing(slack: Slack) -> None:
    slack.control("deactivate", user="U0RITA")
    body = {"user": "U0RITA", "channel": "C0NORTH", "command": "/upset"}
    assert slack.http("POST", "/_control/command", json.dumps(body))[0] == 400
