"""What tests may do from outside, and what they may not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.simulators.google_business.driver import Google

Start = Callable[..., Google]


def test_a_review_can_have_everything(google: Google) -> None:
    name = google.write(
        stars="TWO",
        photo="https://photos.example/j.jpg",
        media=[{"thumbnailUrl": "https://photos.example/t.jpg"}],
        create_time="2026-08-01T10:00:00.123456789+02:00",
        update_time="2026-08-02T10:00:00Z",
        reply="Thank you.",
        reply_state="REJECTED",
        policyViolation="OFF_TOPIC",
    )
    assert {**google.review(name), "name": "", "reviewId": "", "reviewReplyUrl": ""} == {
        "name": "",
        "reviewId": "",
        "reviewReplyUrl": "",
        "reviewer": {"displayName": "Jen M", "profilePhotoUrl": "https://photos.example/j.jpg"},
        "starRating": "TWO",
        "comment": "Waited.",
        "createTime": "2026-08-01T08:00:00.123456789Z",
        "updateTime": "2026-08-02T10:00:00Z",
        "reviewReply": {
            "comment": "Thank you.",
            "updateTime": "2026-08-02T10:00:00Z",
            "reviewReplyState": "REJECTED",
            "policyViolation": "OFF_TOPIC",
        },
        "reviewMediaItems": [{"thumbnailUrl": "https://photos.example/t.jpg"}],
    }


def test_without_a_name_a_review_is_anonymous_and_without_words_it_is_stars_only(google: Google) -> None:
    name = google.write(reviewer="", text="", stars=1)
    review = google.review(name)
    assert review["reviewer"] == {"isAnonymous": True}
    assert "comment" not in review
    named = google.write(reviewer="Jen M", anonymous=True)
    assert google.review(named)["reviewer"] == {"isAnonymous": True}


def test_an_edit_changes_what_it_says_and_takes_an_old_translation_away(google: Google) -> None:
    name = google.write(text="Tarde.", translation="Late.", language="es")
    google.control("edit", review=name, media=[{"videoUrl": "https://photos.example/v.mp4"}])
    assert "(Original)" in google.review(name)["comment"]
    google.control("edit", review=name, text="Nunca.", update_time="2026-09-03T00:00:00.5Z")
    review = google.review(name)
    assert (review["comment"], review["updateTime"]) == ("Nunca.", "2026-09-03T00:00:00.500Z")
    google.control("edit", review=name, translation="Never.")
    assert google.review(name)["comment"].startswith("(Translated by Google) Never.")
    before = google.review(name)["updateTime"]
    google.control("edit", review=name, stars=5)
    assert google.review(name)["updateTime"] > before


def test_a_place_is_found_by_its_names_and_its_code(google: Google) -> None:
    place = google.location("old-mill")
    for spelling in (place, place.split("/", 2)[2], place.rpartition("/")[2], "old-mill"):
        told = google.control("reviews", location=spelling, stars=5)
        assert told["name"].startswith(f"{place}/reviews/")
    google.control("delete", review=told["reviewId"])


def test_a_place_can_be_added(google: Google) -> None:
    bought = google.accounts[2]
    told = google.control("locations", title="Elm", storeCode="elm", account=bought, placeId="ChIJ1", phone="555-0199")
    assert told["location"].startswith(f"{bought}/locations/")
    row = google.get(f"/v1/{told['name']}", readMask="*")
    assert (row["title"], row["storeCode"], row["metadata"]["placeId"]) == ("Elm", "elm", "ChIJ1")
    fixed = google.control("locations", title="Oak", name="locations/42", verified=False)
    assert fixed["location"] == f"{google.accounts[1]}/locations/42"
    assert google.call("GET", f"/v4/{fixed['location']}/reviews").status == 403


BAD: list[tuple[str, dict[str, Any]]] = [
    ("reviews", {"location": "nowhere", "stars": 1}),
    ("reviews", {"location": "lakeside"}),
    ("reviews", {"location": "lakeside", "stars": 0}),
    ("reviews", {"location": "lakeside", "stars": 6}),
    ("reviews", {"location": "lakeside", "stars": True}),
    ("reviews", {"location": "lakeside", "stars": "SIX"}),
    ("reviews", {"location": "lakeside", "stars": 1, "colour": "red"}),
    ("reviews", {"location": "lakeside", "stars": 1, "text": 4}),
    ("reviews", {"location": "lakeside", "stars": 1, "anonymous": "yes"}),
    ("reviews", {"location": "lakeside", "stars": 1, "order": "backwards"}),
    ("reviews", {"location": "lakeside", "stars": 1, "media": "x"}),
    ("reviews", {"location": "lakeside", "stars": 1, "media": [{"url": "x"}]}),
    ("reviews", {"location": "lakeside", "stars": 1, "media": [{"videoUrl": 1}]}),
    ("reviews", {"location": "lakeside", "stars": 1, "create_time": "yesterday"}),
    ("reviews", {"location": "lakeside", "stars": 1, "reply": "x", "reply_state": "LIVE"}),
    ("reviews", {"location": "accounts/1/locations/lakeside", "stars": 1}),
    ("edit", {"review": "none"}),
    ("moderate", {"review": "none", "state": "APPROVED"}),
    ("verify", {"location": "lakeside", "verified": "no"}),
    ("role", {"account": "accounts/1"}),
    ("role", {}),
    ("locations", {}),
    ("locations", {"title": "T", "storeCode": 4}),
    ("locations", {"title": "T", "account": "accounts/1"}),
    ("locations", {"title": "T", "verified": "no"}),
    ("grant", {"scopes": "all"}),
    ("expire", {"token": 4}),
]


@pytest.mark.parametrize(("name", "body"), BAD)
def test_a_control_request_that_makes_no_sense_changes_nothing(google: Google, name: str, body: dict[str, Any]) -> None:
    before = google.state
    assert google.http("POST", f"/_control/{name}", json.dumps(body)).status == 400
    assert google.state == before


def test_what_is_gone_or_not_there_cannot_be_worked_on(google: Google) -> None:
    name = google.write()
    for act, body in (
        ("moderate", {"state": "APPROVED"}),
        ("reply", {"comment": "é" * 2049}),
    ):
        assert google.http("POST", f"/_control/{act}", json.dumps({"review": name, **body})).status == 400
    google.control("reply", review=name, comment="x")
    assert google.http("POST", "/_control/moderate", json.dumps({"review": name, "state": "LIVE"})).status == 400
    google.control("delete", review=name)
    for act, key in (("edit", "text"), ("reply", "comment")):
        assert google.http("POST", f"/_control/{act}", json.dumps({"review": name, key: "x"})).status == 400


def test_a_place_cannot_be_there_twice(google: Google) -> None:
    google.control("locations", title="Oak", name="locations/42")
    assert google.http("POST", "/_control/locations", '{"title": "Elm", "name": "locations/42"}').status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"colour": 1},
        {"push_endpoints": ["http://google.example/"]},
        {"push_endpoints": ["https://127.0.0.1/"]},
        {"push_endpoints": ["http://[x/"]},
        {"push_endpoints": "http://127.0.0.1/"},
        {"push_style": "x"},
        {"push_style": 4},
        {"disabled_apis": ["gmail"]},
        {"approve_after_minutes": -1},
        {"approve_after_minutes": "soon"},
        {"fraction_digits": 4},
        {"approved": "yes"},
        {"queries_per_minute": -1},
        {"queries_per_minute": True},
        {"ack_seconds": 0},
        {"client_id": None},
    ],
)
def test_settings_that_make_no_sense_change_nothing(google: Google, change: dict[str, object]) -> None:
    before = google.http("GET", "/_control/settings").json
    assert google.http("PUT", "/_control/settings", json.dumps(change)).status == 400
    assert google.http("GET", "/_control/settings").json == before


def test_settings_of_this_machine_are_taken(google: Google) -> None:
    for address in ("http://localhost:9/x", "http://[::1]:9/", "http://127.9.9.9/"):
        assert google.settings(push_endpoints=[address])["push_endpoints"] == [address]


def test_the_same_seed_makes_the_same_world_and_another_one_another(start: Start) -> None:
    states = [start(seed=seed).state for seed in (3, 3, 4)]
    assert states[0] == states[1] != states[2]
    assert len(states[0]["reviews"]) > 100


def test_a_reset_makes_the_world_new_around_a_moment(google: Google) -> None:
    google.settings(approved=False)
    google.write()
    google.faults("status:500", times=None)
    assert google.http("POST", "/_control/reset", '{"now": "2026-10-01T08:00:00Z"}').status == 200
    state = google.state
    assert state["faults"]["rules"] == []
    assert google.http("GET", "/_control/calls").json == {"calls": []}
    assert google.call("GET", "/v1/accounts").status == 200
    newest = max(one["update_time"] for one in state["reviews"])
    assert newest > 1_787_000_000_000_000_000


def test_a_part_of_the_state_can_be_put_and_nonsense_is_refused(google: Google) -> None:
    state = google.state
    assert google.http("PUT", "/_control/state", json.dumps(state)).status == 200
    assert google.state == state
    only = state["reviews"][:1]
    assert google.http("PUT", "/_control/state", json.dumps({"reviews": only})).status == 200
    assert google.state["reviews"] == only
    nonsense: list[dict[str, Any]] = [
        {"reviews": [{"colour": 1}]},
        {"reviews": [{**only[0], "location": "1"}]},
        {"reviews": [{**only[0], "order": "x"}]},
        {"locations": [{**state["locations"][0], "account": "1"}]},
        {"accounts": []},
        {"codes": []},
    ]
    for bad in nonsense:
        assert google.http("PUT", "/_control/state", json.dumps(bad)).status == 400
        assert google.state["reviews"] == only
