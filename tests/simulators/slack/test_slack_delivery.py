"""What is sent to the address of the app: signed, once for people, up to four times for events, three seconds each."""

import json
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from tests.simulators.slack.driver import Slack, until
from tests.simulators.slack.receiver import Receiver, receiving

from amends.simulators.slack.delivery import signature

UPSET = {"user": "U0RITA", "channel": "C0NORTH", "command": "/upset", "text": "now"}


@pytest.fixture
def app(slack: Slack) -> Iterator[Receiver]:
    with receiving(slack) as receiver:
        yield receiver


def test_a_command_is_a_signed_form_with_every_field(slack: Slack, app: Receiver) -> None:
    told = slack.control("command", **UPSET)
    (got,) = app.got
    assert got.signed
    assert got.headers["content-type"] == "application/x-www-form-urlencoded"
    names = "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id trigger_id"
    assert {*names.split(), "response_url", "is_enterprise_install"} == set(got.form)
    assert (got.form["command"], got.form["text"], got.form["user_name"]) == ("/upset", "now", "rita.lindqvist")
    assert (told["transport"], told["status"], told["ok"], told["answer"]) == ("http", 200, True, None)
    assert told["trigger_id"] == got.form["trigger_id"]


@given(st.text(min_size=1).filter(str.strip), st.integers(0, 1 << 40), st.text().map(str.encode))
def test_a_signature_is_that_of_slacks_own_client(secret: str, moment: int, body: bytes) -> None:
    theirs = SignatureVerifier(secret).generate_signature(timestamp=str(moment), body=body)
    assert signature(secret, str(moment), body) == theirs


def test_an_empty_text_is_sent_as_an_empty_field(slack: Slack, app: Receiver) -> None:
    slack.control("command", user="U0RITA", channel="C0NORTH", command="/upset")
    assert parse_qs(app.got[0].body.decode(), keep_blank_values=True)["text"] == [""]


def test_an_event_is_signed_json_and_an_interaction_a_form_with_a_payload(slack: Slack, app: Receiver) -> None:
    slack.control("open-home", user="U0OMAR")
    slack.control("shortcut", user="U0OMAR", callback_id="new")
    event, shortcut = app.got
    assert event.signed
    assert shortcut.signed
    assert event.headers["content-type"] == "application/json"
    assert (event.payload["type"], event.payload["event"]["tab"]) == ("event_callback", "home")
    assert (shortcut.payload["type"], shortcut.payload["callback_id"]) == ("shortcut", "new")
    assert "channel" not in shortcut.payload
    assert "response_url" not in shortcut.payload


@pytest.mark.parametrize("then", ["forged", "unsigned", "stale:301"])
def test_bad_signatures_can_be_sent_once(slack: Slack, app: Receiver, then: str) -> None:
    slack.rule("COMMAND", then)
    slack.control("command", **UPSET)
    slack.control("command", **UPSET)
    assert [got.signed for got in app.got] == [False, True]


def test_an_old_signature_within_five_minutes_is_good_and_a_skewed_clock_is_not(slack: Slack, app: Receiver) -> None:
    slack.rule("COMMAND", "stale:200")
    slack.control("command", **UPSET)
    slack.settings(clock_skew_seconds=-400)
    slack.control("command", **UPSET)
    assert [got.signed for got in app.got] == [True, False]


def test_another_secret_is_another_signature(slack: Slack, app: Receiver) -> None:
    slack.settings(signing_secret="mine")
    slack.control("command", **UPSET)
    assert not app.got[0].signed


def test_each_kind_may_have_its_own_address(slack: Slack, app: Receiver) -> None:
    base = app.url.removesuffix("/slack")
    slack.settings(request_url="", commands_url=f"{base}/commands?a=b", events_url=f"{base}/events")
    assert slack.control("command", **UPSET)["ok"]
    assert slack.control("open-home", user="U0OMAR")["ok"]
    told = slack.control("shortcut", user="U0OMAR", callback_id="new")
    assert (told["delivered"], told["shown"]) == (False, "Something went wrong: the app did not answer.")
    assert len(app.got) == 2


def test_what_the_app_answers_to_a_command_is_shown(slack: Slack, app: Receiver) -> None:
    app.answer = lambda got: (200, "Just text.")
    slack.control("command", **UPSET)
    app.answer = lambda got: (200, {"response_type": "in_channel", "text": "For all."})
    slack.control("command", **UPSET)
    assert [(one["text"], one["only_for"]) for one in slack.messages] == [("Just text.", "U0RITA"), ("For all.", None)]
    app.answer = lambda got: (200, {"text": "t", "blocks": [{"type": "sonnet"}]})
    assert slack.control("command", **UPSET)["shown"] == "The app's answer cannot be shown (invalid_blocks)."


@pytest.mark.parametrize("status", [404, 500, 302])
def test_a_failing_app_is_told_to_the_person_and_not_asked_again(slack: Slack, app: Receiver, status: int) -> None:
    app.answer = lambda got: (status, None)
    told = slack.control("command", **UPSET)
    assert (told["ok"], told["error"], told["status"]) == (False, "http_error", status)
    assert told["shown"] == '/upset failed with the error "dispatch_failed".'
    slack.move_clock(3600)
    slack.control("open-home", user="U0OMAR")  # so that anything due would have come
    assert sum(b"command=" in got.body for got in app.got) == 1


def test_an_app_that_takes_too_long_has_not_answered(slack: Slack, app: Receiver) -> None:
    enough = threading.Event()
    app.answer = lambda got: (200, "late" if enough.wait(60) else None)
    slack.settings(ack_seconds=0.05)
    told = slack.control("command", **UPSET)
    enough.set()
    assert (told["error"], told["status"], told["answer"]) == ("http_timeout", None, None)
    assert told["ack_seconds"] >= 0.05
    assert "operation_timeout" in told["shown"]


def test_nobody_listening_is_a_failed_connection(slack: Slack) -> None:
    slack.settings(request_url="http://127.0.0.1:9/")
    assert slack.control("command", **UPSET)["error"] == "connection_failed"


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/", "http://slack.example/", "http://127.evil.example/", 7])
def test_nothing_is_sent_off_this_machine(slack: Slack, url: object) -> None:
    assert slack.http("PUT", "/_control/settings", json.dumps({"events_url": url}))[0] == 400


def test_an_event_is_tried_again_at_once_after_a_minute_and_after_five(slack: Slack, app: Receiver) -> None:
    app.answer = lambda got: (503, None)
    told = slack.control("open-home", user="U0OMAR")
    assert (told["ok"], told["retry_num"]) == (False, 0)
    slack.until_tried(2)
    slack.move_clock(60)
    slack.until_tried(3)
    slack.move_clock(299)
    slack.move_clock(1)
    app.until(4)
    until(lambda: len(slack.deliveries[0]["attempts"]) == 4, what="the end")
    slack.move_clock(3600)
    assert slack.deliveries[0]["retry_at"] is None
    assert len({got.payload["event_id"] for got in app.got}) == 1
    numbers = [got.headers.get("x-slack-retry-num") for got in app.got]
    assert numbers == [None, "1", "2", "3"]
    assert {got.headers.get("x-slack-retry-reason") for got in app.got[1:]} == {"http_error"}


def test_an_app_may_ask_not_to_be_asked_again(slack: Slack, app: Receiver) -> None:
    app.answer, app.headers = lambda got: (500, None), {"X-Slack-No-Retry": "1"}
    slack.control("open-home", user="U0OMAR")
    assert slack.deliveries[0]["retry_at"] is None
    assert len(app.got) == 1


def test_a_lost_event_comes_again_and_one_without_a_loss_does_not(slack: Slack, app: Receiver) -> None:
    slack.rule("EVENT", "lost", path="/app_home_opened")
    told = slack.control("open-home", user="U0OMAR")
    assert (told["delivered"], told["fault"]) == (False, "lost")
    (got,) = app.until(1)
    assert got.headers["x-slack-retry-reason"] == "connection_failed"
    until(lambda: len(slack.deliveries[0]["attempts"]) == 2, what="the second attempt")
    assert slack.deliveries[0]["retry_at"] is None


def test_interactions_are_retried_only_where_that_is_switched_on(slack: Slack, app: Receiver) -> None:
    slack.settings(interactions_retried=True)
    slack.rule("COMMAND", "late_ack")
    slack.control("command", **UPSET)
    assert app.until(2)[0].form["trigger_id"] == app.got[1].form["trigger_id"]


def test_a_slow_delivery_waits(slack: Slack, app: Receiver) -> None:
    waited: list[float] = []
    slack.simulator.pause = waited.append
    slack.rule("COMMAND", "slow:2")
    slack.control("command", **UPSET)
    assert waited == [2.0]


def test_an_offline_slack_sends_nothing(slack: Slack, app: Receiver) -> None:
    slack.faults(offline=True)
    assert slack.control("command", **UPSET)["fault"] == "offline"
    assert app.got == []


def test_the_address_for_events_is_verified(slack: Slack, app: Receiver) -> None:
    app.answer = lambda got: (200, {"challenge": got.payload["challenge"]})
    assert slack.control("verify-url")["verified"]
    assert (app.got[0].payload["type"], app.got[0].signed) == ("url_verification", True)
    app.answer = lambda got: (200, got.payload["challenge"])
    assert slack.control("verify-url")["verified"]
    app.answer = lambda got: (200, {"challenge": "other"})
    assert not slack.control("verify-url")["verified"]


@pytest.mark.parametrize(
    ("name", "body", "types"),
    [
        ("archive", {"channel": "C0NORTH"}, ["channel_archive"]),
        ("rename", {"channel": "C0NORTH", "name": "north"}, ["channel_rename"]),
        ("remove-bot", {"channel": "C0NORTH"}, ["member_left_channel"]),
        ("invite-bot", {"channel": "C0GENERAL"}, ["member_joined_channel"]),
        ("revoke", {"token": "xoxb-demo-token"}, ["tokens_revoked"]),
        ("uninstall", {}, ["tokens_revoked", "app_uninstalled"]),
        ("say", {"channel": "C0NORTH", "user": "U0RITA", "text": "<@U0AMENDS> hi"}, ["message", "app_mention"]),
    ],
)
def test_what_happens_in_the_workspace_is_told_to_the_app(
    slack: Slack, app: Receiver, name: str, body: dict[str, object], types: list[str]
) -> None:
    slack.settings(events=[*slack.settings()["events"], "message.channels"])
    slack.control(name, **body)
    assert [got.payload["event"]["type"] for got in app.until(len(types))] == types


def test_reactions_are_told_when_they_change(slack: Slack, app: Receiver) -> None:
    slack.settings(events=["reaction_added", "reaction_removed"])
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"]
    where = {"channel": "C0NORTH", "ts": ts, "user": "U0RITA", "name": ":eyes:"}
    slack.control("react", **where)
    assert slack.control("react", **where)["reactions"] == {"eyes": ["U0RITA"]}
    assert slack.client.conversations_history(channel="C0NORTH")["messages"][0]["reactions"][0]["count"] == 1
    assert slack.control("react", **where, added=False)["reactions"] == {}
    events = [got.payload["event"] for got in app.until(2)]
    assert [event["type"] for event in events] == ["reaction_added", "reaction_removed"]
    assert events[0]["item"]["ts"] == ts


def test_what_the_app_has_not_subscribed_to_is_not_sent(slack: Slack, app: Receiver) -> None:
    slack.settings(events=[])
    assert not slack.control("open-home", user="U0OMAR")["delivered"]
    slack.control("archive", channel="C0NORTH")
    assert slack.control("event", event={"type": "team_join"})["ok"]  # asked for by name
    assert [got.payload["event"]["type"] for got in app.got] == ["team_join"]
