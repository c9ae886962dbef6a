"""An app written with slack_bolt, driven by people: the same over HTTP and over a socket."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from tests.simulators.slack.bolt import CARD, Bolt, over_a_socket, over_http
from tests.simulators.slack.driver import Slack, until

VALUES = {"what": {"text": "They waited an hour."}, "severity": {"choice": "2"}}


@pytest.fixture(params=[over_http, over_a_socket], ids=["http", "socket"])
def bolt(slack: Slack, request: pytest.FixtureRequest) -> Iterator[Bolt]:
    running: Callable[[Slack], AbstractContextManager[Bolt]] = request.param
    with running(slack) as there:
        yield there


def command(slack: Slack, text: str = "") -> dict[str, object]:
    return slack.control("command", user="U0RITA", channel="C0NORTH", command="/upset", text=text)


def open_modal(slack: Slack) -> dict[str, object]:
    command(slack)
    until(lambda: slack.state["modals"], what="a modal")
    return dict(slack.state["modals"]["U0RITA"][-1])


def test_from_the_command_by_the_modal_and_the_card_to_the_button(slack: Slack, bolt: Bolt) -> None:
    told = command(slack, "at the desk")
    assert told["ok"]
    assert told["shown"] is None
    (body,) = bolt.all("command")
    assert (body["text"], body["user_id"], body["channel_name"]) == ("at the desk", "U0RITA", "region-north")
    until(lambda: slack.state["modals"], what="a modal")
    short = slack.control("submit", user="U0RITA", values={"what": {"text": "x"}, "severity": {"choice": "1"}})
    assert short["errors"] == {"what": "Please say a little more."}
    assert short["modal"]["title"]["text"] == "Report"
    good = slack.control("submit", user="U0RITA", values={"what": {"text": "They waited an hour."}})
    assert (good["ok"], good["errors"], good["modal"]) == (True, {}, None)
    values = bolt.all("submit")[1]["view"]["state"]["values"]
    assert values["severity"]["choice"]["selected_option"]["value"] == "1"  # entered before, and kept
    until(lambda: slack.messages, what="the card")
    pressed = slack.control("press", user="U0OMAR", channel="C0NORTH", ts=slack.messages[0]["ts"], action_id="take")
    assert pressed["ok"]
    until(lambda: len(slack.messages) == 2, what="the answer to the button")
    card, answer = slack.messages
    assert (card["text"], len(card["blocks"])) == ("UP-1 taken", 1)
    assert (answer["only_for"], answer["text"]) == ("U0OMAR", "It is yours now.")
    (action,) = bolt.all("take")[0]["actions"]
    assert (action["value"], action["block_id"], bolt.all("take")[0]["message"]["ts"]) == ("UP-1", "do", card["ts"])


def test_the_text_of_an_ack_is_shown_to_the_person_alone(slack: Slack, bolt: Bolt) -> None:
    slack.control("command", user="U0RITA", channel="C0NORTH", command="/say", text="good day")
    (message,) = slack.messages
    assert (message["text"], message["only_for"]) == ("You said good day", "U0RITA")


def test_a_modal_that_is_closed_says_so_where_the_app_asked(slack: Slack, bolt: Bolt) -> None:
    view = open_modal(slack)
    closed = slack.control("close", user="U0RITA")
    assert (closed["ok"], closed["closed"], closed["modal"]) == (True, [view["id"]], None)
    (body,) = bolt.until_heard("close")
    assert (body["view"]["id"], body["is_cleared"]) == (view["id"], False)


def test_a_message_shortcut_brings_the_message_and_opens_a_modal(slack: Slack, bolt: Bolt) -> None:
    said = slack.control("say", channel="C0NORTH", user="U0OMAR", text="They left in tears.")["ts"]
    slack.control("shortcut", user="U0RITA", callback_id="from_message", channel="C0NORTH", ts=said)
    (body,) = bolt.until_heard("shortcut")
    assert (body["type"], body["message"]["text"], body["message_ts"]) == (
        "message_action",
        "They left in tears.",
        said,
    )
    until(lambda: slack.state["modals"], what="a modal")


def test_home_is_published_when_it_is_opened_and_its_buttons_work(slack: Slack, bolt: Bolt) -> None:
    slack.control("open-home", user="U0OMAR")
    until(lambda: slack.state["homes"], what="a Home tab")
    assert slack.state["homes"]["U0OMAR"]["blocks"][0]["text"] == CARD[0]["text"]
    told = slack.control("press", user="U0OMAR", view="home", action_id="take")
    assert told["payload"]["container"]["type"] == "view"
    assert told["payload"]["view"]["type"] == "home"


def test_a_mention_reaches_the_app(slack: Slack, bolt: Bolt) -> None:
    slack.control("say", channel="C0NORTH", user="U0RITA", text="<@U0AMENDS> hello")
    (body,) = bolt.until_heard("mention")
    assert (body["event"]["user"], body["authorizations"][0]["is_bot"]) == ("U0RITA", True)


def test_the_same_event_may_come_twice(slack: Slack, bolt: Bolt) -> None:
    slack.rule("EVENT", "duplicate")
    told = slack.control("open-home", user="U0OMAR")
    first, second = bolt.until_heard("home", times=2)
    assert first["event_id"] == second["event_id"] == told["event_id"]
    slack.control("event", event={"type": "app_mention", "user": "U0RITA"}, event_id=told["event_id"])
    assert bolt.until_heard("mention")[0]["event_id"] == told["event_id"]


def test_events_may_come_out_of_order(slack: Slack, bolt: Bolt) -> None:
    slack.rule("EVENT", "out_of_order")
    for text in ("first", "second"):
        slack.control("event", event={"type": "app_mention", "text": text})
    assert [body["event"]["text"] for body in bolt.until_heard("mention", times=2)] == ["second", "first"]


def test_an_ack_that_comes_too_late_leaves_the_work_done_and_the_person_with_an_error(slack: Slack, bolt: Bolt) -> None:
    slack.rule("COMMAND", "late_ack", path="/upset")
    told = command(slack)
    assert (told["ok"], told["error"]) == (False, "http_timeout")
    assert told["shown"] == '/upset failed with the error "operation_timeout".'
    assert slack.state["notices"][0]["text"] == told["shown"]
    bolt.until_heard("command")
