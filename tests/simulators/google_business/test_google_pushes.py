"""What Pub/Sub posts to an endpoint (review-platforms.md 1.9)."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from tests.simulators.google_business.driver import Google, until
from tests.simulators.google_business.receiver import Receiver, receiving

from amends.simulators.google_business.cast import PUSH_EMAIL
from amends.simulators.google_business.push import FORGED, MALFORMED
from amends.simulators.google_business.settings import STYLES


@pytest.fixture
def endpoint(google: Google) -> Iterator[Receiver]:
    with receiving(google) as there:
        yield there


def test_a_new_and_an_edited_review_are_told_once_each(google: Google, endpoint: Receiver) -> None:
    google.settings(push_style="reviewName")
    name = google.write()
    endpoint.until(1)
    google.control("edit", review=name, stars=4)
    new, edited = endpoint.until(2)
    told = {"notificationType": "NEW_REVIEW", "reviewName": name, "locationName": name.split("/reviews/")[0]}
    assert json.loads(new.data) == told
    assert json.loads(edited.data) == {**told, "notificationType": "UPDATED_REVIEW"}
    assert new.message["messageId"] != edited.message["messageId"]
    assert new.message["publishTime"] == "2026-09-02T14:05:00Z"
    assert json.loads(new.body)["subscription"].startswith("projects/amends-demo/subscriptions/")
    assert google.review(name)["starRating"] == "FOUR"


def test_the_token_is_googles(google: Google, endpoint: Receiver) -> None:
    google.write()
    (got,) = endpoint.until(1)
    assert got.signed(google)
    claims = got.claims
    assert (claims["aud"], claims["iss"]) == (endpoint.url, "https://accounts.google.com")
    assert (claims["email"], claims["email_verified"]) == (PUSH_EMAIL, True)
    assert claims["iat"] <= time.time() < claims["exp"]
    assert {"azp", "sub"} <= set(claims)
    google.settings(push_audience="amends", push_email="me@example.com")
    google.write()
    claims = endpoint.until(2)[1].claims
    assert (claims["aud"], claims["email"]) == ("amends", "me@example.com")


def test_a_new_key_signs_and_the_old_one_is_still_published(google: Google, endpoint: Receiver) -> None:
    google.write()
    endpoint.until(1)
    kid = google.control("rotate-key")["kid"]
    google.write()
    first, second = endpoint.until(2)
    assert first.signed(google)
    assert second.signed(google)
    assert first.header["kid"] != second.header["kid"] == kid


def test_every_style_names_the_review_somewhere(google: Google, endpoint: Receiver) -> None:
    name = google.write()
    for style in STYLES:
        google.control("notify", review=name, style=style)
    got = endpoint.until(len(STYLES) + 1)
    for one in got:
        assert name in one.data or name in one.message["attributes"].values()
    assert len({one.data for one in got}) == len(STYLES)


def test_nobody_is_told_of_what_was_not_asked_for(google: Google, endpoint: Receiver) -> None:
    path = f"/v1/{google.accounts[1]}/notificationSetting"
    name = google.write(hidden=True)
    google.control("edit", review=name, text="x")
    google.control("show", review=name)
    google.control("delete", review=google.write("fern-east"))  # the vendor is told, and not this endpoint
    google.control("delete", review=name)
    google.call("PATCH", path, {"notificationTypes": ["UPDATED_REVIEW"]}, updateMask="notificationTypes")
    other = google.write()
    google.settings(topics_without_permission=["projects/amends-demo/topics/reviews"])
    google.control("edit", review=other, text="y")
    google.settings(topics_without_permission=[])
    google.call("PATCH", path, {}, updateMask="pubsubTopic")
    google.control("edit", review=other, text="y")
    assert google.deliveries == []
    google.control("notify", review=other)
    assert len(endpoint.until(1)) == 1


def test_a_vendors_setting_that_is_replaced_is_told_here(google: Google, endpoint: Receiver) -> None:
    path = f"/v1/{google.accounts[2]}/notificationSetting"
    google.call("PATCH", path, {"pubsubTopic": "projects/amends-demo/topics/reviews"}, updateMask="pubsubTopic")
    name = google.write("fern-east")
    assert name in endpoint.until(1)[0].body.decode() + endpoint.got[0].data


def test_what_is_not_acked_comes_again_later_and_later(google: Google, endpoint: Receiver) -> None:
    statuses = iter((500, 404, 302, 200))
    endpoint.answer = lambda got: next(statuses)
    google.write()
    for tries, pause in ((1, 10), (2, 20), (3, 40)):
        until(lambda tries=tries: _waits(google, tries), what=f"a retry after {tries}")  # type: ignore[misc]
        google.move_clock(seconds=pause - 1)
        assert len(endpoint.got) == tries
        google.move_clock(seconds=1)
        endpoint.until(tries + 1)
    until(lambda: google.deliveries[0]["acked"], what="the ack")
    assert google.deliveries[0]["next_at"] is None
    assert [one["status"] for one in google.deliveries[0]["attempts"]] == [500, 404, 302, 200]
    assert len({one.message["messageId"] for one in endpoint.got}) == 1


def _waits(google: Google, tries: int) -> bool:
    (first,) = google.deliveries
    return len(first["attempts"]) == tries and bool(first["next_at"])


def test_after_a_week_it_is_given_up(google: Google, endpoint: Receiver) -> None:
    endpoint.answer = lambda got: 500
    google.write()
    until(lambda: _waits(google, 1), what="a retry")
    google.move_clock(days=7)
    endpoint.until(2)
    until(lambda: len(google.deliveries[0]["attempts"]) == 2, what="the second attempt")
    assert google.deliveries[0]["next_at"] is None


def test_an_endpoint_that_is_down_or_slow_is_tried_again(google: Google, endpoint: Receiver) -> None:
    google.settings(push_endpoints=["http://127.0.0.1:9/"])
    google.write()
    until(lambda: _waits(google, 1), what="a retry")
    assert google.deliveries[0]["attempts"][0]["error"] == "connection_failed"


def test_a_slow_endpoint_is_no_ack(google: Google, endpoint: Receiver) -> None:
    google.settings(ack_seconds=0.05)
    done = threading.Event()
    endpoint.answer = lambda got: 200 + done.wait(60)
    google.write()
    until(lambda: _waits(google, 1), what="a retry")
    done.set()
    assert google.deliveries[0]["attempts"][0]["error"] == "timeout"


def test_the_same_message_twice_on_command_and_by_a_rule(google: Google, endpoint: Receiver) -> None:
    name = google.write()
    endpoint.until(1)
    google.control("notify", review=name, times=2)
    endpoint.until(3)
    google.faults("duplicate", method="PUSH", path="/NEW_REVIEW")
    google.write()
    numbers = [one.message["messageId"] for one in endpoint.until(5)]
    assert numbers[1] == numbers[2] != numbers[3] == numbers[4]


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_push_has_one_thing_wrong(google: Google, endpoint: Receiver, how: str) -> None:
    name = google.write()
    (good,) = endpoint.until(1)
    google.control("notify", review=name, forged=how)
    forged = endpoint.until(2)[1]
    badly_signed = how in ("wrong_key", "unknown_key", "alg_none", "hs256", "garbage")
    if badly_signed and how == "garbage":
        assert forged.token == "not.a.token"
        return
    assert forged.signed(google) is not badly_signed
    assert (forged.header["alg"] == "RS256") is (how not in ("alg_none", "hs256"))
    if not badly_signed:
        changed = {claim for claim in good.claims if forged.claims[claim] != good.claims[claim]} - {"iat", "exp"}
        names = {"wrong_aud": "aud", "wrong_iss": "iss", "wrong_email": "email", "email_not_verified": "email_verified"}
        assert changed == ({names[how]} if how in names else set())
        assert (forged.claims["exp"] < time.time()) is (how == "expired")


def test_an_unsigned_push_has_no_token_and_no_wrong_one_comes_again(google: Google, endpoint: Receiver) -> None:
    name = google.write()
    endpoint.until(1)
    endpoint.answer = lambda got: 401
    google.control("notify", review=name, unsigned=True)
    assert "authorization" not in endpoint.until(2)[1].headers
    until(lambda: google.deliveries[1]["attempts"], what="the attempt")
    assert google.deliveries[1]["next_at"] is None


@pytest.mark.parametrize("how", MALFORMED)
def test_a_malformed_push_names_no_review_but_is_well_signed(google: Google, endpoint: Receiver, how: str) -> None:
    name = google.write()
    endpoint.until(1)
    google.control("notify", review=name, malformed=how, style="attributes")
    got = endpoint.until(2)[1]
    assert got.signed(google)
    assert name.encode() not in got.body


def test_rules_speak_of_pushes_by_their_type(google: Google, endpoint: Receiver) -> None:
    google.faults("malformed:not_json", "forged:expired", "unsigned", method="PUSH", path="/UPDATED_REVIEW")
    name = google.write()
    endpoint.until(1)
    for number in range(3):
        google.control("edit", review=name, stars=number + 1)
        endpoint.until(number + 2)
    malformed, expired, unsigned = endpoint.got[1:]
    assert malformed.body == b'{"message": {"data": '
    assert expired.claims["exp"] < time.time()
    assert "authorization" not in unsigned.headers


def test_a_lost_push_comes_again_and_a_held_one_behind_the_next(google: Google, endpoint: Receiver) -> None:
    google.faults("lost", method="PUSH")
    google.write()
    until(lambda: _waits(google, 1), what="a retry")
    google.move_clock(seconds=10)
    endpoint.until(1)
    google.faults("out_of_order", method="PUSH")
    first = google.write()
    until(lambda: google.deliveries[1]["next_at"] is None, what="the first to be held")
    second = google.write()
    endpoint.until(3)
    until(lambda: google.deliveries[1]["acked"], what="the held one")
    order = [one["review"] for one in google.deliveries[1:]]
    assert order == [first, second]
    numbers = [one["messageId"] for one in google.deliveries[1:]]
    assert [one.message["messageId"] for one in endpoint.got[1:]] == numbers[::-1]


def test_nothing_is_pushed_by_a_google_that_is_offline_and_a_slow_push_waits(
    google: Google, endpoint: Receiver
) -> None:
    waited: list[float] = []
    google.simulator.pause = waited.append
    google.faults("slow:3", method="PUSH", offline=True)
    google.write()
    until(lambda: _waits(google, 1), what="a retry")
    assert google.deliveries[0]["attempts"][0]["fault"] == "offline"
    assert waited == [3.0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"review": "none"},
        {"type": "DELETED_REVIEW"},
        {"style": "x"},
        {"times": 0},
        {"times": True},
        {"forged": "x"},
        {"malformed": "x"},
        {"colour": "red"},
    ],
)
def test_a_push_that_makes_no_sense_is_not_sent(google: Google, endpoint: Receiver, body: dict[str, object]) -> None:
    name = google.write(hidden=True)
    whole = {"review": name, **body} if body else {}
    assert google.http("POST", "/_control/notify", json.dumps(whole)).status == 400
    assert google.deliveries == []
