"""Birdeye and Podium send over real sockets: forged, oversize, garbled, twice; and from places nobody mapped yet."""

import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Cast, make_cast

from amends.cases.models import CaseRow
from amends.connections.checks import State
from amends.connections.neighbors import everybody, review_tools
from amends.practice.models import Office, Person
from amends.reviews.bringing import tools
from amends.reviews.bringing.hooks import LARGEST
from amends.reviews.bringing.models import ReviewTool, ToolPlace, WaitingReview
from amends.reviews.bringing.tool_bodies import parts_of, told_of
from amends.reviews.bringing.values import NotUsable
from amends.reviews.intake import SeenReview, take_in
from amends.reviews.models import Review

ClientFor = Callable[[Person], Client]


def birdeye(**changes: Any) -> dict[str, Any]:
    """Birdeye's review row (review-platforms.md 5.1)."""
    row = {
        "reviewId": 77,
        "businessId": 501,
        "businessName": "Bluebell Maple",
        "rating": 2,
        "comments": "Waited an hour.",
        "reviewer": {"firstName": "Jen", "lastName": "M", "nickName": "jm"},
        "sourceType": "Google",
        "reviewURL": "https://reviews.example/77",
        "rDate": int((timezone.now() - timedelta(hours=3)).timestamp() * 1000),
        "customerId": 41,
        "assitedByUser": {"firstName": "Ana", "phoneNum": "555-0100"},
    }
    return {**row, **changes}


def podium(**changes: Any) -> dict[str, Any]:
    """Podium's review object (5.2), as an event brings it."""
    posted = (timezone.now() - timedelta(hours=3)).isoformat()
    row = {
        "uid": "p-1",
        "author": {"id": "a-1", "name": "Jen M"},
        "locations": [{"uid": "l-1"}],
        "review": {
            "body": "Waited an hour.", "rating": 1, "siteName": "google", "siteReviewId": "g-1",
            "url": "https://reviews.example/p-1",
        },
        "responses": [],
        "createdAt": posted,
        "updatedAt": posted,
    }  # fmt: skip
    return {"metadata": {"eventType": "review.created"}, "data": {**row, **changes}}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def known(group: Cast, now) -> dict[str, ReviewTool]:
    """Both tools, with Maple Street's locations known."""
    rows = {key: tools.new_secret(key, now) for key in ("birdeye", "podium")}
    for key, ref in (("birdeye", "501"), ("podium", "l-1")):
        ToolPlace.objects.create(tool=rows[key], ref=ref, office=group.maple, first_at=now)
    return rows


def hear(row: ReviewTool, body: Any) -> int:
    return tools.hear(row, json.dumps(body).encode(), timezone.now())


# --- over real sockets ---------------------------------------------------------------------------------------------


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def address(committed: None) -> Iterator[tuple[str, int]]:
    """The whole site, on a socket of its own."""
    make_cast()
    server = make_server("127.0.0.1", 0, _closing(get_wsgi_application()), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _closing(site: Any) -> Any:
    def serve(environ: Any, start: Any) -> Any:
        try:
            return list(site(environ, start))
        finally:
            connection.close()

    return serve


def post(address: tuple[str, int], path: str, body: bytes, **headers: str) -> int:
    asked = http.client.HTTPConnection(*address, timeout=60)
    try:
        asked.request("POST", path, body, {"Content-Type": "application/json", **headers})
        return asked.getresponse().status
    finally:
        asked.close()


def test_the_secret_in_the_address_opens_it_and_nothing_else_does(address: tuple[str, int]) -> None:
    row = tools.new_secret("birdeye", timezone.now())
    body = json.dumps(birdeye()).encode()
    wrong = ("guessed", row.secret[:-1], row.secret + "x", row.secret.swapcase(), "%C3%A9", "%00", "x" * 3_000)
    assert [post(address, f"/hooks/birdeye/{secret}", body) for secret in wrong] == [404] * len(wrong)
    assert post(address, f"/hooks/podium/{row.secret}", body) == 404
    assert not WaitingReview.objects.exists()
    assert post(address, f"/hooks/birdeye/{row.secret}", body) == 200
    assert WaitingReview.objects.count() == 1


def test_garbage_is_answered_calmly_and_too_much_is_refused(address: tuple[str, int]) -> None:
    row = tools.new_secret("birdeye", timezone.now())
    path = f"/hooks/birdeye/{row.secret}"
    for body in (b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"event": "ping"}', b"[" * 100_000, b"9" * 10_000):
        assert post(address, path, body) == 200
    assert post(address, path, b" " * (LARGEST + 1)) == 413
    row.refresh_from_db()
    assert (row.not_understood, row.taken) == (8, 0)


def test_the_same_message_again_and_again_is_one_review_and_one_case(address: tuple[str, int]) -> None:
    now = timezone.now()
    row = tools.new_secret("podium", now)
    ToolPlace.objects.create(tool=row, ref="l-1", office=Office.objects.get(name="Maple Street"), first_at=now)
    body = json.dumps(podium()).encode()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(post(address, f"/hooks/podium/{row.secret}", body)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert (Review.objects.count(), CaseRow.system.count()) == (1, 1)


def test_only_signed_messages_are_taken_where_a_signing_secret_is_set(address: tuple[str, int]) -> None:
    row = tools.new_secret("podium", timezone.now())
    row.signing_secret = "between us"
    row.save()
    path, body = f"/hooks/podium/{row.secret}", json.dumps(podium()).encode()
    plain = hmac.new(b"between us", body, hashlib.sha256).hexdigest()
    stamped = hmac.new(b"between us", b"17." + body, hashlib.sha256).hexdigest()
    assert post(address, path, body) == 401
    assert post(address, path, body, **{"Podium-Signature": stamped}) == 401
    assert post(address, path, body + b" ", **{"Podium-Signature": plain}) == 401
    assert post(address, path, body, **{"Podium-Signature": "é".encode().decode("latin-1")}) == 401
    assert not WaitingReview.objects.exists()
    assert post(address, path, body, **{"Podium-Signature": f"sha256={plain}"}) == 200
    assert post(address, path, body, **{"Podium-Signature": stamped, "Podium-Timestamp": "17"}) == 200


def test_a_database_that_refuses_asks_the_tool_to_send_again(
    group: Cast, known: dict[str, ReviewTool], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: object) -> None:
        raise DatabaseError

    path = f"/hooks/birdeye/{known['birdeye'].secret}"
    with monkeypatch.context() as patched:
        patched.setattr(tools, "hear", refuses)
        assert client.post(path, json.dumps(birdeye()), content_type="application/json").status_code == 503
    assert client.post(path, json.dumps(birdeye()), content_type="application/json").json() == {"taken": 1}
    assert client.get(path).status_code == 405


# --- secrets -------------------------------------------------------------------------------------------------------


def test_a_new_secret_leaves_the_old_one_for_a_day(group: Cast, now) -> None:
    first = tools.new_secret("birdeye", now).secret
    second = tools.new_secret("birdeye", now).secret
    assert first != second
    assert tools.tool_of("birdeye", second, now)
    assert tools.tool_of("birdeye", first, now + timedelta(hours=23))
    assert tools.tool_of("birdeye", first, now + timedelta(hours=25)) is None
    assert tools.tool_of("birdeye", second, now + timedelta(days=400))
    assert tools.tool_of("podium", second, now) is None


def test_secrets_are_sealed(group: Cast, now) -> None:
    secret = tools.new_secret("birdeye", now).secret
    with connection.cursor() as asked:
        asked.execute("select secret from bringing_reviewtool")
        assert secret not in asked.fetchone()[0]


# --- what a body means ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda row: row,
        lambda row: [row],
        lambda row: {"event": "review.created", "review": row},
        lambda row: {"data": {"reviews": [row]}},
        lambda row: {"businessId": row.pop("businessId"), "payload": {"review": row}},
    ],
)
def test_birdeyes_row_is_found_wherever_it_stands(known: dict[str, ReviewTool], wrapped: Any) -> None:
    assert hear(known["birdeye"], wrapped(birdeye())) == 1
    review = Review.objects.get()
    assert (review.site, review.site_id, review.stars, review.reviewer) == ("google", "birdeye:77", 2, "Jen M")
    assert review.case


@pytest.mark.parametrize(
    ("changes", "site", "stars", "recommended"),
    [
        ({"rating": 0, "sourceType": "Direct Feedback"}, "birdeye", None, None),
        ({"rating": 0, "sourceType": None}, "birdeye", None, None),
        ({"rating": 0, "sourceType": "Facebook"}, "facebook", None, False),
        ({"rating": 1, "sourceType": "Facebook"}, "facebook", None, True),
        ({"rating": None, "recommended": False, "sourceType": "Facebook"}, "facebook", None, False),
        ({"rating": "4.0"}, "google", 4, None),
    ],
)
def test_what_birdeyes_numbers_mean(
    known: dict[str, ReviewTool], changes: dict[str, Any], site: str, stars: int | None, recommended: bool | None
) -> None:
    hear(known["birdeye"], birdeye(**changes))
    review = Review.objects.get()
    assert (review.site, review.stars, review.recommended) == (site, stars, recommended)


def test_podium_on_facebook_is_a_recommendation(known: dict[str, ReviewTool]) -> None:
    hear(known["podium"], podium(review={"rating": 1, "siteName": "Facebook", "body": ""}))
    assert Review.objects.get().recommended is False


def test_a_reply_that_another_tool_published_is_seen(known: dict[str, ReviewTool]) -> None:
    hear(known["birdeye"], birdeye(response="So sorry, Jen!", responseDate="no date at all"))
    reply = Review.objects.get().reply
    assert reply
    assert (reply.text, reply.foreign) == ("So sorry, Jen!", True)
    responses = [
        {"body": "Old.", "createdAt": "2026-01-01T00:00:00Z"},
        {"body": "Newest.", "createdAt": "2026-01-03T00:00:00Z"},
        {"body": "Deleted.", "createdAt": "2026-01-04T00:00:00Z", "isDeleted": True},
        "what",
    ]
    hear(
        known["podium"], podium(uid="p-2", responses=responses, review={"rating": 5, "siteName": "yelp", "body": "Ok"})
    )
    reply = Review.objects.get(site="yelp").reply
    assert reply
    assert reply.text == "Newest."


def test_podium_joins_googles_own_row_and_takes_nothing_from_it(group: Cast, known: dict[str, ReviewTool], now) -> None:
    name = "accounts/1/locations/2/reviews/g-1"
    take_in(
        SeenReview(
            office=str(group.maple.pk), site="google", site_id=name, location="accounts/1/locations/2", stars=1,
            text="Waited an hour.", url="https://maps.example/g-1", posted_at=now - timedelta(hours=3),
            edited_at=now - timedelta(hours=3),
        ),
        via="google_business",
    )  # fmt: skip
    later = (now - timedelta(hours=1)).isoformat()
    hear(
        known["podium"],
        podium(
            updatedAt=later, review={"rating": 4, "siteName": "google", "siteReviewId": "g-1", "body": "They called."}
        ),
    )
    hear(
        known["podium"],
        podium(updatedAt=(now - timedelta(days=9)).isoformat(), createdAt=(now - timedelta(days=9)).isoformat()),
    )
    review = Review.objects.get()
    assert (review.site_id, review.location, review.url) == (name, "accounts/1/locations/2", "https://maps.example/g-1")
    assert (review.stars, review.text) == (4, "They called.")


def test_where_the_ids_do_not_fit_a_person_is_asked(group: Cast, known: dict[str, ReviewTool], now) -> None:
    take_in(
        SeenReview(
            office=str(group.maple.pk), site="google", site_id="accounts/1/locations/2/reviews/other",
            location="accounts/1/locations/2", stars=1, text="Waited an hour.", posted_at=now - timedelta(hours=3),
        ),
        via="google_business",
    )  # fmt: skip
    hear(known["podium"], podium())
    assert Review.objects.latest("pk").maybe_same
    assert CaseRow.system.count() == 1


def test_what_cannot_be_a_rating_is_counted_as_not_understood(known: dict[str, ReviewTool]) -> None:
    assert hear(known["birdeye"], birdeye(rating="lots")) == 0
    known["birdeye"].refresh_from_db()
    assert known["birdeye"].not_understood == 1


def test_nothing_of_the_customer_is_kept(known: dict[str, ReviewTool]) -> None:
    ToolPlace.objects.all().delete()
    hear(known["birdeye"], birdeye(extraParams={"patient": "Jennifer Morales"}))
    told = json.dumps(WaitingReview.objects.get().told)
    assert "Waited an hour." in told
    assert not [word for word in ("Morales", "555-0100", "customerId") if word in told]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["reviewId", "rating", "comments", "uid", "review", "body", "businessId", "data", "locations",
                         "reviewer", "createdAt", "responses", "rDate", "author"]),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@given(tool=st.sampled_from(["birdeye", "podium"]), body=values)
def test_any_body_is_read_or_left(tool: str, body: Any) -> None:
    moment = timezone.now()
    for part in parts_of(tool, json.dumps(body).encode()):
        try:
            told = told_of(tool, part, moment.tzinfo or timezone.get_default_timezone(), moment)
        except NotUsable:
            continue
        assert told.site_id.startswith(f"{tool}:")


# --- locations -----------------------------------------------------------------------------------------------------


def test_a_review_from_an_unknown_location_waits_and_comes_in_once_somebody_says_where(
    group: Cast, known: dict[str, ReviewTool], client_for: ClientFor
) -> None:
    hear(known["birdeye"], birdeye(businessId=502))
    hear(known["birdeye"], birdeye(businessId=502, comments="Waited two hours."))
    hear(known["podium"], podium(locations=[]))
    assert not Review.objects.exists()
    place = ToolPlace.objects.get(ref="502")
    client = client_for(group.alex)
    page = client.get("/reviews/tools").content.decode()
    assert "Bluebell Maple" in page
    assert "1 review waits" in page
    client.post(f"/reviews/tools/places/{place.pk}", {"office": str(group.harbor.pk)})
    review = Review.objects.get()
    assert (review.text, review.office_id, review.via) == ("Waited two hours.", group.harbor.pk, "birdeye")
    assert review.case
    assert WaitingReview.objects.filter(place=place).count() == 0


def test_of_a_review_that_waits_the_newest_version_counts(known: dict[str, ReviewTool], now) -> None:
    def at(hours: int, body: str) -> dict[str, Any]:
        stamp = (now - timedelta(hours=hours)).isoformat()
        return podium(locations=[{"uid": "l-9", "name": "North"}], updatedAt=stamp, review={"rating": 2, "body": body})

    for hours, body in ((2, "second"), (1, "third"), (3, "first")):
        hear(known["podium"], at(hours, body))
    assert WaitingReview.objects.get().told["text"] == "third"


def test_a_location_that_is_none_of_ours_is_left(
    group: Cast, known: dict[str, ReviewTool], client_for: ClientFor
) -> None:
    hear(known["birdeye"], birdeye(businessId=502))
    place = ToolPlace.objects.get(ref="502")
    client = client_for(group.alex)
    assert client.post(f"/reviews/tools/places/{place.pk}", {"office": "999"}).status_code == 303
    assert WaitingReview.objects.count() == 1
    client.post(f"/reviews/tools/places/{place.pk}", {"office": "none"})
    hear(known["birdeye"], birdeye(businessId=502, businessName="Renamed"))
    place.refresh_from_db()
    assert (place.name, place.is_ours) == ("Renamed", False)
    assert not WaitingReview.objects.exists()
    assert not Review.objects.exists()


# --- the page and the connections ----------------------------------------------------------------------------------


def test_an_administrator_begins_rotates_signs_and_stops(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.alex)
    assert "Switch Birdeye's automatic replies off" in client.get("/reviews/tools").content.decode()
    client.post("/reviews/tools/birdeye/secret")
    row = ReviewTool.objects.get()
    assert f"/hooks/birdeye/{row.secret}" in client.get("/reviews/tools").content.decode()
    assert "for a day more" in client.post("/reviews/tools/birdeye/secret", follow=True).content.decode()
    for secret, says in (("s\x00ecret", "only signed"), ("", "no signature")):
        page = client.post("/reviews/tools/birdeye/signing", {"signing_secret": secret}, follow=True).content.decode()
        assert says in page
    client.post("/reviews/tools/birdeye/stop")
    row.refresh_from_db()
    assert row.secret == row.old_secret == ""
    assert review_tools.neighbors() == []
    assert client.post("/reviews/tools/yext/secret").status_code == 404
    assert client.post("/reviews/tools/podium/stop").status_code == 404


def checks(key: str) -> dict[str, tuple[State, str]]:
    neighbor = next(one for one in everybody() if one.key == f"reviews.{key}")
    return {check.key: (check.state, check.says) for check in neighbor.look(5)}


def test_connections_says_what_was_heard_and_what_waits_for_a_person(known: dict[str, ReviewTool], now) -> None:
    assert checks("birdeye") == {
        "heard": (State.WORKS, "Nothing was heard yet. The first review tells whether it works.")
    }
    hear(known["birdeye"], birdeye())
    hear(known["birdeye"], birdeye(reviewId=78, businessId=502))
    hear(known["birdeye"], {"event": "ping"})
    found = checks("birdeye")
    assert found["heard"] == (State.WORKS, "Last heard just now, 2 reviews in all.")
    assert found["understood"] == (State.PARTLY, "Not understood: 1 messages, the last just now.")
    assert found["places"] == (State.PARTLY, "1 of its locations is no office yet, and 1 reviews wait.")
    ReviewTool.objects.update(heard_at=now - timedelta(days=31))
    assert checks("birdeye")["heard"][0] is State.PARTLY
    ReviewTool.objects.update(heard_at=None, changed_at=now - timedelta(days=31))
    assert checks("birdeye")["heard"] == (State.PARTLY, "Nothing was ever heard.")
    ReviewTool.objects.all().delete()
    assert review_tools.look(1, 5) == []
