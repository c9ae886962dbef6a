"""Who may call and how often (review-platforms.md 1.2, 1.10, 1.11)."""

from collections.abc import Callable

from tests.simulators.google_business.driver import Google

Start = Callable[..., Google]


def test_a_call_needs_a_good_token(google: Google) -> None:
    for token in (None, "", " ", "wrong"):
        answer = google.call("GET", "/v1/accounts", token=token if token != "" else " ")
        assert answer.refusal == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert google.http("GET", "/v1/accounts", Authorization="Basic demo-access-token").status == 401
    assert google.http("GET", "/v1/accounts", Authorization="bearer demo-access-token").status == 200
    assert google.call("GET", "/v1/accounts", token=None, access_token="demo-access-token").status == 200


def test_a_token_of_another_scope_may_nothing_and_the_old_alias_only_v4(google: Google) -> None:
    other = google.control("grant", scopes=["openid", "email"])["access_token"]
    answer = google.call("GET", "/v1/accounts", token=other)
    assert answer.refusal == (403, "PERMISSION_DENIED")
    assert answer.detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    old = google.control("grant", scopes=["https://www.googleapis.com/auth/plus.business.manage"])["access_token"]
    assert google.call("GET", "/v1/accounts", token=old).status == 403
    assert google.call("GET", f"/v4/{google.location()}/reviews", token=old).status == 200


def test_a_lost_role_is_403_and_hides_what_it_was_for(google: Google) -> None:
    person, group, bought = google.accounts
    place, other = google.location("fern-east"), google.location()
    google.control("role", account=bought)
    assert google.accounts == [person, group]
    for path in (f"/v1/{bought}", f"/v1/{bought}/notificationSetting", f"/v4/{place}/reviews"):
        assert google.call("GET", path).refusal == (403, "PERMISSION_DENIED")
    assert google.call("GET", f"/v1/{bought}/locations", readMask="name").status == 403
    google.control("role", location=other, lost=True)
    assert google.call("GET", f"/v4/{other}/reviews").refusal == (403, "PERMISSION_DENIED")
    short = other.split("/", 2)[2]
    assert google.call("GET", f"/v1/{short}", readMask="name").refusal == (403, "PERMISSION_DENIED")
    listed = google.get("/v1/accounts/-/locations", readMask="name", pageSize=100)["locations"]
    assert len(listed) == 12
    google.control("role", account=bought, lost=False)
    google.control("role", location=other, lost=False)
    assert google.call("GET", f"/v4/{other}/reviews").status == 200


def test_a_project_that_is_not_approved_has_a_quota_of_zero(start: Start) -> None:
    google = start(approved=False)
    for path in ("/v1/accounts", f"/v4/{google.location()}/reviews"):
        answer = google.call("GET", path)
        assert answer.refusal == (429, "RESOURCE_EXHAUSTED")
        assert answer.detail["metadata"]["quota_limit_value"] == "0"
    google.settings(approved=True)
    assert google.call("GET", "/v1/accounts").status == 200


def test_an_api_that_is_not_enabled_is_403(google: Google) -> None:
    google.settings(disabled_apis=["mybusiness"])
    place = google.location()
    answer = google.call("GET", f"/v4/{place}/reviews")
    assert answer.refusal == (403, "PERMISSION_DENIED")
    assert answer.detail["reason"] == "SERVICE_DISABLED"
    assert google.call("GET", "/v1/accounts").status == 200


def test_each_api_has_its_own_calls_a_minute(start: Start) -> None:
    google = start(rate_limit=True)
    for _ in range(300):
        assert google.call("GET", "/v1/accounts").status == 200
    answer = google.call("GET", "/v1/accounts")
    assert answer.refusal == (429, "RESOURCE_EXHAUSTED")
    assert answer.detail["reason"] == "RATE_LIMIT_EXCEEDED"
    assert "retry-after" not in answer.headers
    assert google.call("GET", f"/v4/{google.location()}/reviews").status == 200
    google.settings(quota_tells_retry_after=True)
    google.move_clock(seconds=20)
    assert int(google.call("GET", "/v1/accounts").headers["retry-after"]) == 41
    google.move_clock(seconds=40)
    assert google.call("GET", "/v1/accounts").status == 200


def test_ten_edits_a_minute_of_each_profile(start: Start) -> None:
    google = start(rate_limit=True)
    name, elsewhere = google.write(), google.write("old-mill")
    for number in range(10):
        assert google.reply(name, f"Thank you {number}.").status == 200
    assert google.reply(name, "eleven").refusal == (429, "RESOURCE_EXHAUSTED")
    assert google.call("DELETE", f"/v4/{name}/reply").refusal == (429, "RESOURCE_EXHAUSTED")
    assert google.review(name)["reviewReply"]["comment"] == "Thank you 9."
    assert google.reply(elsewhere).status == 200
    google.settings(replies_are_edits=False)
    assert google.reply(name, "eleven").status == 200
    google.settings(replies_are_edits=True)
    google.move_clock(hours=-1)
    assert google.reply(name, "the clock went back").status == 200
