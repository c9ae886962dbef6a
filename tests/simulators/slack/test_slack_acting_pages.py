"""The page as one person: what it shows, and what its forms do, without a browser."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.simulators.slack.bolt import CARD, MODAL, Bolt, over_http
from tests.simulators.slack.driver import Json, Slack, until
from tests.simulators.slack.test_slack_page import Page, read

NORTH = "/as/U0RITA/archives/C0NORTH"


@pytest.fixture
def bolt(slack: Slack) -> Iterator[Bolt]:
    with over_http(slack) as there:
        yield there


def send(slack: Slack, path: str, *fields: tuple[str, str]) -> tuple[int, str]:
    """A form as a browser sends it: the status, and where it leads."""
    kind = "application/x-www-form-urlencoded"
    status, headers, _ = slack.http("POST", path, urlencode(fields), Content_Type=kind)
    return status, headers.get("location", "")


def dialog(slack: Slack) -> Page:
    return read(slack, NORTH)[2]


def fields_of(page: Page) -> set[str]:
    every = [*page.all("input"), *page.all("select"), *page.all("textarea")]
    return {str(one.get("name")) for one in every if str(one.get("name")).startswith("v:")}


def test_a_person_is_chosen_and_the_place_stays(slack: Slack) -> None:
    assert slack.http("GET", "/as?user=U0RITA&place=archives/C0NORTH")[1]["location"] == NORTH
    assert slack.http("GET", "/as?user=&place=archives/C0NORTH")[1]["location"] == "/archives/C0NORTH"
    assert slack.http("GET", "/as?user=&place=//evil.example")[1]["location"] == "/"
    assert slack.http("GET", "/as/U0NOBODY")[0] == 400
    assert read(slack, "/as/U0RITA")[0] == 200


def test_a_person_sees_what_is_theirs(slack: Slack) -> None:
    talk = slack.client.chat_postMessage(channel="U0OMAR", text="for Omar")["channel"]
    slack.client.chat_postEphemeral(channel="C0NORTH", user="U0RITA", text="a hint for Rita")
    assert "only you see this" in read(slack, NORTH)[2].text
    assert "a hint for Rita" not in read(slack, NORTH.replace("RITA", "OMAR"))[2].text
    assert read(slack, f"/as/U0OMAR/archives/{talk}")[2].text.count("amends") >= 1
    assert read(slack, f"/as/U0RITA/archives/{talk}")[0] == 404
    assert "Rita Lindqvist is not in this channel" in read(slack, "/as/U0RITA/archives/C0LEADERS")[2].text


def test_a_command_typed_into_a_channel_opens_the_modal_over_it(slack: Slack, bolt: Bolt) -> None:
    assert send(slack, NORTH, ("text", "/upset at the desk")) == (303, NORTH)
    assert bolt.until_heard("command")[0]["text"] == "at the desk"
    until(lambda: slack.state["modals"], what="a modal")
    page = dialog(slack)
    assert [one for one in page.all("section") if one.get("role") == "dialog"]
    assert fields_of(page) == {"v:what/text", "v:severity/choice"}
    assert page.all("div")[0].get("inert", "") is None  # what is below cannot be reached


def test_a_modal_shows_errors_under_its_inputs_and_keeps_what_was_typed(slack: Slack, bolt: Bolt) -> None:
    send(slack, NORTH, ("text", "/upset"))
    until(lambda: slack.state["modals"], what="a modal")
    where = [("view", slack.state["modals"]["U0RITA"][0]["id"]), ("back", NORTH)]
    send(slack, "/as/U0RITA/submit", *where, ("v:what/text", ""), ("v:severity/choice", "2"))
    assert "Please complete this required field." in dialog(slack).text
    assert send(slack, "/as/U0RITA/submit", *where, ("v:what/text", "x"), ("v:severity/choice", "2")) == (303, NORTH)
    page = dialog(slack)
    assert "Please say a little more." in page.text
    assert {"id": "error-what", "class": "wrong"} in page.all("p")
    (area,) = page.all("textarea")
    assert (area["aria-invalid"], area["aria-describedby"]) == ("true", "error-what")
    assert [one["value"] for one in page.all("option") if "selected" in one and one["value"] == "2"]
    send(slack, "/as/U0RITA/submit", *where, ("v:what/text", "They waited."), ("v:severity/choice", "2"))
    assert not dialog(slack).all("textarea")
    until(lambda: slack.messages, what="the card")


def test_trouble_is_told_in_the_modal_and_closing_ends_it(slack: Slack, bolt: Bolt) -> None:
    send(slack, NORTH, ("text", "/upset"))
    until(lambda: slack.state["modals"], what="a modal")
    where = [("view", slack.state["modals"]["U0RITA"][0]["id"]), ("back", NORTH)]
    slack.rule("VIEW", "lost", path="/report")
    send(slack, "/as/U0RITA/submit", *where, ("v:what/text", "They waited."), ("v:severity/choice", "2"))
    assert "We had some trouble connecting. Try again?" in dialog(slack).text
    assert send(slack, "/as/U0RITA/close", *where, ("all", "1"))[0] == 303
    bolt.until_heard("close")
    assert not dialog(slack).all("textarea")


def test_a_button_of_a_card_is_pressed(slack: Slack, bolt: Bolt) -> None:
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="UP-1", blocks=CARD)["ts"]
    page = read(slack, NORTH)[2]
    assert [one for one in page.all("button") if (one.get("name"), one.get("value")) == ("press", "do/take")]
    back = f"{NORTH}#p{ts.replace('.', '')}"
    fields = (("channel", "C0NORTH"), ("ts", ts), ("back", back), ("press", "do/take"))
    assert send(slack, "/as/U0RITA/press", *fields) == (303, back)
    bolt.until_heard("take")
    until(lambda: "It is yours now." in read(slack, NORTH)[2].text, what="the answer")


def test_home_is_opened_by_its_button_and_not_by_looking(slack: Slack, bolt: Bolt) -> None:
    assert "has not published" in read(slack, "/as/U0RITA/home")[2].text
    assert bolt.heard == []
    assert send(slack, "/as/U0RITA/open-home") == (303, "/as/U0RITA/home")
    until(lambda: slack.state["homes"], what="a Home tab")
    page = read(slack, "/as/U0RITA/home")[2]
    assert "at Maple Street" in page.text
    fields = (("view", "home"), ("back", "/as/U0RITA/home"), ("press", "do/take"))
    assert send(slack, "/as/U0RITA/press", *fields) == (303, "/as/U0RITA/home")
    assert slack.deliveries[-1]["payload"]["view"]["type"] == "home"


def test_people_reply_react_and_use_shortcuts(slack: Slack, bolt: Bolt) -> None:
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="UP-1")["ts"]
    where = (("channel", "C0NORTH"), ("ts", ts), ("back", NORTH))
    send(slack, NORTH, ("text", "/not a command in a thread"), ("thread_ts", ts))
    assert slack.messages[1]["thread"] == ts
    for expected in ({"eyes": ["U0RITA"]}, {}):
        send(slack, "/as/U0RITA/react", *where, ("name", "eyes"))
        assert slack.messages[0]["reactions"] == expected
    send(slack, "/as/U0RITA/react", *where, ("name", "eyes"))
    page = read(slack, NORTH)[2]
    assert ":eyes: 1" in page.text
    assert "1 reply" in page.text
    assert "callback_id" in page.text
    send(slack, "/as/U0RITA/shortcut", *where, ("callback_id", "from_message"))
    bolt.until_heard("shortcut")
    slack.settings(
        shortcuts=[
            {"name": "Make a case", "type": "message", "callback_id": "from_message"},
            {"name": "New case", "type": "global", "callback_id": "new"},
        ],
        commands=["/upset"],
    )
    page = read(slack, NORTH)[2]
    assert "Make a case" in page.text
    assert "New case" in page.text
    assert {"value": "/upset "} in page.all("option")
    send(slack, "/as/U0RITA/shortcut", ("callback_id", "new"), ("back", NORTH))
    assert "the app did not answer" in read(slack, NORTH)[2].text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/as/U0OMAR/home", "/as/U0RITA/x\r\nA: b"])
def test_a_form_leads_nowhere_but_to_the_persons_own_pages(slack: Slack, back: str) -> None:
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"]
    fields = (("channel", "C0NORTH"), ("ts", ts), ("name", "eyes"), ("back", back))
    assert send(slack, "/as/U0RITA/react", *fields) == (303, "/as/U0RITA")


def test_a_form_that_makes_no_sense_is_400(slack: Slack) -> None:
    assert send(slack, "/as/U0RITA/press", ("press", "a/b"))[0] == 400
    assert send(slack, "/as/U0NOBODY/open-home")[0] == 400


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(name.title()), "value": name, "description": plain("why")} for name in ("one", "two")]
ELEMENTS: dict[str, tuple[Json, list[str], Any]] = {  # the element, what a browser sends, what the app gets
    "text": ({"type": "plain_text_input", "placeholder": plain("Say")}, ["a"], {"value": "a"}),
    "number": ({"type": "number_input", "is_decimal_allowed": True}, ["1.5"], {"value": "1.5"}),
    "rich": ({"type": "rich_text_input"}, ["a"], None),
    "select": ({"type": "static_select", "options": OPTIONS}, ["two"], {"selected_option": OPTIONS[1]}),
    "grouped": (
        {"type": "static_select", "option_groups": [{"label": plain("G"), "options": OPTIONS}]},
        [""],
        {"selected_option": None},
    ),
    "radio": ({"type": "radio_buttons", "options": OPTIONS}, ["one"], {"selected_option": OPTIONS[0]}),
    "boxes": ({"type": "checkboxes", "options": OPTIONS}, ["one", "two"], {"selected_options": OPTIONS}),
    "unchecked": (
        {"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS[:1]},
        [],
        {"selected_options": []},
    ),
    "many": ({"type": "multi_users_select"}, ["U0RITA"], {"selected_users": ["U0RITA"]}),
    "channel": ({"type": "conversations_select"}, ["C0NORTH"], {"selected_conversation": "C0NORTH"}),
    "external": ({"type": "external_select"}, ["x"], None),
    "date": ({"type": "datepicker", "initial_date": "2026-03-02"}, ["2026-03-03"], {"selected_date": "2026-03-03"}),
    "moment": (
        {"type": "datetimepicker", "initial_date_time": 1772460300},
        ["2026-03-02T09:05"],
        {"selected_date_time": 1772460300},
    ),
    "file": ({"type": "file_input"}, [], {"files": []}),
}


def test_every_kind_of_input_is_drawn_and_sent_as_slack_does(slack: Slack, bolt: Bolt) -> None:
    blocks = [
        {
            "type": "input",
            "block_id": f"{name}/{name}",  # a slash in an id must not confuse the form
            "optional": True,
            "label": plain(name),
            "hint": plain("A hint."),
            "element": {"action_id": "a b", **element},
        }
        for name, (element, _, _) in ELEMENTS.items()
    ]
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    view = slack.client.views_open(trigger_id=trigger, view={**MODAL, "blocks": blocks})["view"]
    page = dialog(slack)
    names = {name: f"v:{quote(f'{name}/{name}', safe='')}/a%20b" for name in ELEMENTS}
    assert fields_of(page) == {field for name, field in names.items() if name != "file"}
    assert len(page.ids) == len(set(page.ids))
    assert [one for one in page.all("input") if one.get("value") == "2026-03-02T09:05"]
    sent = [(names[name], value) for name, (_, values, _) in ELEMENTS.items() for value in values]
    empty = [("has", str(one["value"])) for one in page.all("input") if one.get("name") == "has"]
    send(slack, "/as/U0RITA/submit", ("view", view["id"]), ("back", NORTH), *sent, *empty)
    values = slack.deliveries[-1]["payload"]["view"]["state"]["values"]
    for name, (element, _, expected) in ELEMENTS.items():
        got = values[f"{name}/{name}"]["a b"]
        if expected is not None:
            assert got == {"type": element["type"], **expected}, name
    assert values["external/external"]["a b"]["selected_option"]["value"] == "x"
    assert values["rich/rich"]["a b"]["rich_text_value"]["type"] == "rich_text"
    dialog(slack)  # drawn again with what was entered


def test_menus_buttons_with_addresses_and_with_questions_are_drawn(slack: Slack, bolt: Bolt) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("The region is told."),
        "confirm": plain("Tell"),
        "deny": plain("No"),
    }
    elements = [
        {"type": "button", "action_id": "ask", "text": plain("Escalate"), "confirm": confirm, "style": "danger"},
        {"type": "button", "action_id": "go", "text": plain("Open"), "url": "https://amends.example/UP-1"},
        {"type": "overflow", "action_id": "more", "options": OPTIONS},
        {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick"), "options": OPTIONS},
        {"type": "radio_buttons", "action_id": "radio", "options": OPTIONS},
        {"type": "workflow_button", "action_id": "flow", "text": plain("Flow")},
    ]
    blocks: list[Json] = [{"type": "actions", "block_id": "do", "elements": elements}]
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=blocks)["ts"]
    slack.client.chat_postMessage(
        channel="C0NORTH",
        text="t",
        attachments=[{"color": "#aa0000", "text": "beside"}, {"color": "red;}", "text": "x"}],
    )
    page = read(slack, NORTH)[2]
    for words in ("Sure?", "The region is told.", "Tell", "Pick", "Flow", "beside"):
        assert words in page.text
    assert [one["data-press"] for one in page.all("a") if "data-press" in one] == ["do/go"]
    styles = [one.get("style") for one in page.all("div") if one.get("class") == "attachment"]
    assert styles == ["border-color: #aa0000", None]
    where = (("channel", "C0NORTH"), ("ts", ts), ("back", NORTH))
    for press, value in (("do/more", "two"), ("do/pick", "one"), ("do/radio", "two")):
        send(slack, "/as/U0RITA/press", *where, ("press", press), (f"v:{press}", value))
        assert slack.deliveries[-1]["payload"]["actions"][0]["selected_option"]["value"] == value


def test_a_stack_shows_its_topmost_view(slack: Slack, bolt: Bolt) -> None:
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    button = {
        "type": "actions",
        "block_id": "do",
        "elements": [{"type": "button", "action_id": "n", "text": plain("N")}],
    }
    lower = slack.client.views_open(trigger_id=trigger, view={**MODAL, "blocks": [*MODAL["blocks"], button]})["view"]
    fields = (("view", lower["id"]), ("back", NORTH), ("press", "do/n"), ("v:what/text", "half"))
    send(slack, "/as/U0RITA/press", *fields)
    pressed = slack.deliveries[-1]["payload"]
    assert pressed["view"]["state"]["values"]["what"]["text"]["value"] == "half"
    slack.client.views_push(
        trigger_id=pressed["trigger_id"], view={**MODAL, "title": plain("Upper"), "submit": None, "blocks": []}
    )
    page = dialog(slack)
    assert "Upper" in page.text
    assert "over 1 more" in page.text
    send(slack, "/as/U0RITA/close", ("back", NORTH))
    assert "half" in dialog(slack).text
