"""Bad days (review-platforms.md 1.11)."""

import http.client
import json
from collections.abc import Callable

import pytest
from tests.simulators.google_business.driver import Google

REPLY = "/v4/accounts/*/locations/*/reviews/*/reply"
LOST = (http.client.RemoteDisconnected, ConnectionResetError)


def answered(google: Google, name: str) -> bool:
    return "reviewReply" in google.review(name)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
        (409, "ABORTED"),
        (403, "PERMISSION_DENIED"),
        (418, "UNKNOWN"),
    ],
)
def test_a_status_does_nothing_and_has_googles_envelope(google: Google, status: int, told: str) -> None:
    name = google.write()
    google.faults(f"status:{status}", method="PUT", path=REPLY)
    answer = google.reply(name)
    assert answer.refusal == (status, told)
    assert answer.headers.get("retry-after") == ("1" if status == 429 else None)
    assert not answered(google, name)
    assert google.reply(name).status == 200


def test_a_rule_may_have_words_of_its_own_and_the_path_below_the_version(google: Google) -> None:
    name = google.write()
    rule = {"path": "/accounts/*/reviews/*", "then": "status:400", "text": "No."}
    assert google.http("PUT", "/_control/faults", json.dumps({"rules": [rule]})).status == 200
    assert google.call("GET", f"/v4/{name}").error["message"] == "No."


def test_the_front_door_answers_no_json(google: Google) -> None:
    google.faults("status:502")
    answer = google.call("GET", "/v1/accounts")
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html; charset=UTF-8")
    with pytest.raises(ValueError, match="Expecting value"):
        _ = answer.json


@pytest.mark.parametrize("then", ["drop_before", "reset_before", "drop_after", "reset_after"])
def test_a_lost_connection_tells_nothing_about_the_reply(google: Google, then: str) -> None:
    name = google.write()
    google.faults(then, method="PUT", path=REPLY)
    with pytest.raises(LOST):
        google.reply(name)
    assert answered(google, name) is then.endswith("_after")


def test_the_work_may_be_done_and_the_answer_be_an_error(google: Google) -> None:
    name = google.write()
    google.faults("status_after:503", method="PUT", path=REPLY)
    assert google.reply(name).refusal == (503, "UNAVAILABLE")
    assert answered(google, name)


def test_a_late_commit_comes_after_the_connection_is_gone(google: Google) -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    google.simulator.faults.later = lambda seconds, act: later.append((seconds, act))
    name = google.write()
    google.faults("late_commit:45", "late_commit:20:504", method="PUT", path=REPLY)
    with pytest.raises(LOST):
        google.reply(name)
    assert google.reply(name).refusal == (504, "DEADLINE_EXCEEDED")
    assert not answered(google, name)
    (first, act), (second, _) = later
    act()
    assert (first, second) == (45, 20)
    assert answered(google, name)


def test_half_an_answer_is_no_answer(google: Google) -> None:
    name = google.write()
    google.faults("truncate", "half_body", method="PUT", path=REPLY)
    with pytest.raises(http.client.IncompleteRead):
        google.reply(name)
    answer = google.reply(name)
    assert answer.status == 200
    with pytest.raises(ValueError, match=r"."):
        _ = answer.json
    assert answered(google, name)


def test_offline_closes_every_connection_and_leaves_the_pages(google: Google) -> None:
    google.faults(offline=True)
    for path in ("/v1/accounts", "/v4/x", "/oauth2/v3/certs", "/o/oauth2/v2/auth"):
        with pytest.raises(http.client.RemoteDisconnected):
            google.call("GET", path)
    with pytest.raises(http.client.RemoteDisconnected):
        google.form("/token")
    assert google.http("GET", "/").status == 200
    google.faults()
    assert google.call("GET", "/v1/accounts").status == 200


def test_faults_hold_for_the_token_endpoint_too(google: Google) -> None:
    google.faults("status:503", path="/token")
    assert google.form("/token").status == 503
    assert google.form("/token").status == 401


def test_latency_and_slow_rules_wait(google: Google) -> None:
    waited: list[float] = []
    google.simulator.pause = waited.append
    google.faults("slow:2", path="/v1/accounts", latency_ms=500)
    assert google.call("GET", "/v1/accounts").status == 200
    assert google.call("GET", "/v1/accounts").status == 200
    assert waited == [2.5, 0.5]


def test_a_fault_of_pushes_is_an_error_for_a_call_and_an_unknown_one_is_refused(google: Google) -> None:
    google.faults("duplicate", "forged:wrong_key")
    assert google.call("GET", "/v1/accounts").status == 500
    for bad in ("explode", "forged", "forged:x", "malformed:x"):
        rules = json.dumps({"rules": [{"then": bad}]})
        assert google.http("PUT", "/_control/faults", rules).status == 400
