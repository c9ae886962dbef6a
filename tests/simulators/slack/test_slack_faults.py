"""A bad day: refusals, lost connections, late commits, half answers, and posting too fast."""

import http.client
import json
from collections.abc import Callable

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from tests.simulators.slack.driver import Slack, Start


def post(slack: Slack, channel: str = "C0NORTH") -> SlackResponse:
    return slack.client.chat_postMessage(channel=channel, text="t")


def move_clock(slack: Slack, now: str) -> None:
    assert slack.http("PUT", "/_control/clock", json.dumps({"now": now}))[0] == 200


def test_an_error_of_slacks_own_can_be_injected_for_one_call(slack: Slack) -> None:
    slack.faults("error:token_revoked", path="/chat.postMessage")
    with pytest.raises(SlackApiError, match="token_revoked"):
        post(slack)
    assert slack.messages == []
    assert post(slack)["ok"]


def test_an_error_may_come_after_the_message_was_kept(slack: Slack) -> None:
    slack.faults("error_after:internal_error")
    with pytest.raises(SlackApiError, match="internal_error"):
        post(slack)
    assert len(slack.messages) == 1


def test_rules_are_shown_as_they_were_given_and_unknown_ones_refused(slack: Slack) -> None:
    slack.faults("error:fatal_error", "drop_after", times=3)
    shown = json.loads(slack.http("GET", "/_control/faults")[2])
    assert [rule["then"] for rule in shown["rules"]] == ["error:fatal_error", "drop_after"]
    status, _, _ = slack.http("PUT", "/_control/faults", '{"rules": [{"then": "explode"}]}')
    assert status == 400
    status, _, _ = slack.http("PUT", "/_control/faults", '{"rules": "all"}')
    assert status == 400
    assert json.loads(slack.http("GET", "/_control/faults")[2]) == shown


def test_429_carries_retry_after_and_keeps_nothing(slack: Slack) -> None:
    slack.faults("status:429")
    with pytest.raises(SlackApiError) as caught:
        post(slack)
    answer = caught.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert slack.messages == []


def test_a_server_error_is_no_json(slack: Slack) -> None:
    slack.faults("status:503")
    with pytest.raises(SlackApiError) as caught:
        post(slack)
    assert caught.value.response.status_code == 503
    assert "non-JSON" in caught.value.response["error"]


@pytest.mark.parametrize(("then", "kept"), [("drop_before", 0), ("drop_after", 1)])
def test_a_lost_connection_tells_nothing_about_the_message(slack: Slack, then: str, kept: int) -> None:
    slack.faults(then)
    with pytest.raises(http.client.RemoteDisconnected):
        post(slack)
    assert len(slack.messages) == kept


def test_a_late_commit_comes_after_the_connection_is_gone(slack: Slack) -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    slack.simulator.faults.later = lambda seconds, act: later.append((seconds, act))
    slack.faults("late_commit:45")
    with pytest.raises(http.client.RemoteDisconnected):
        post(slack)
    assert slack.messages == []
    ((seconds, act),) = later
    act()
    assert seconds == 45
    assert len(slack.messages) == 1


def test_half_an_answer_is_no_answer(slack: Slack) -> None:
    slack.faults("truncate")
    with pytest.raises(http.client.IncompleteRead):
        post(slack)
    assert len(slack.messages) == 1


def test_offline_closes_every_connection_and_leaves_the_page(slack: Slack) -> None:
    slack.faults(offline=True)
    with pytest.raises(http.client.RemoteDisconnected):
        slack.client.auth_test()
    assert slack.http("GET", "/")[0] == 200
    slack.faults(offline=False)
    assert slack.client.auth_test()["ok"]


def test_faults_can_be_for_one_method_only(slack: Slack) -> None:
    slack.faults("drop_before", path="/api/chat.update", times=9)
    assert post(slack)["ok"]


def test_a_burst_of_posts_is_let_through_and_then_one_a_second(start: Start) -> None:
    slack = start(rate_limit=True)
    for _ in range(5):
        post(slack)
    with pytest.raises(SlackApiError) as caught:
        post(slack)
    answer = caught.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert post(slack, channel="C0LAKES")["ok"]
    move_clock(slack, "2026-03-02T14:05:01Z")
    assert post(slack)["ok"]
    with pytest.raises(SlackApiError, match="ratelimited"):
        post(slack)
    move_clock(slack, "2026-03-02T13:00:00Z")
    with pytest.raises(SlackApiError, match="ratelimited"):
        post(slack)
    move_clock(slack, "2026-03-02T13:00:01Z")
    assert post(slack)["ok"]
    assert len(slack.messages) == 8


def test_a_reset_gives_a_fresh_workspace_without_faults(slack: Slack) -> None:
    post(slack)
    slack.control("revoke", token="xoxb-demo-token")
    slack.faults("drop_before", times=9)
    assert slack.http("POST", "/_control/reset")[0] == 200
    assert slack.messages == []
    assert slack.client.auth_test()["ok"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("archive", {"channel": "C0NOWHERE"}),
        ("archive", {"channel": "C0NORTH", "archived": "yes"}),
        ("scopes", {"scopes": "chat:write"}),
        ("deactivate", {"user": "U0NOBODY"}),
        ("revoke", {}),
        ("say", {"channel": "C0NORTH", "user": "U0LEE", "text": "t", "thread_ts": "1.0"}),
        ("say", {"channel": "C0NORTH", "colour": "red"}),
    ],
)
def test_a_control_request_that_makes_no_sense_is_400(slack: Slack, name: str, body: dict[str, object]) -> None:
    assert slack.http("POST", f"/_control/{name}", json.dumps(body))[0] == 400
