"""Reading reviews (review-platforms.md 1.4 to 1.8, 1.12)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tests.simulators.google_business.driver import Google

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z")
RATINGS = ["ONE", "TWO", "THREE", "FOUR", "FIVE"]


def test_pages_of_fifty_hold_every_review_once(google: Google) -> None:
    place = google.location()
    first = google.get(f"/v4/{place}/reviews")
    assert len(first["reviews"]) == 50
    names = [one["name"] for one in google.reviews(place)]
    assert len(names) == len(set(names)) == first["totalReviewCount"] > 50
    assert [one["name"] for one in google.reviews(place, pageSize=7)] == names
    assert [one["name"] for one in google.reviews(place, pageSize=1000)] == names
    assert all(name == f"{place}/reviews/{name.rpartition('/')[2]}" for name in names)


def test_totals_are_those_of_what_can_be_seen(google: Google) -> None:
    place = google.location()
    page = google.get(f"/v4/{place}/reviews")
    stars = [RATINGS.index(one["starRating"]) + 1 for one in google.reviews(place)]
    assert page["averageRating"] == pytest.approx(sum(stars) / len(stars))
    for gone in (
        google.control("hide", review=page["reviews"][0]["name"]),
        google.control("delete", review=page["reviews"][1]["name"]),
    ):
        assert not gone["visible"]
    assert google.get(f"/v4/{place}/reviews")["totalReviewCount"] == page["totalReviewCount"] - 2


def test_a_place_without_reviews_answers_an_empty_object(google: Google) -> None:
    place = str(google.control("locations", title="New", storeCode="new")["location"])
    assert google.get(f"/v4/{place}/reviews") == {}
    name = google.write("new", stars=4)
    google.write("new", stars=4)
    assert google.get(f"/v4/{place}/reviews")["averageRating"] == 4
    assert google.review(name)["starRating"] == "FOUR"


def test_the_three_orders(google: Google) -> None:
    place = google.location()

    def keys(order: str, by: Callable[[dict[str, str]], Any]) -> list[Any]:
        return [by(one) for one in google.reviews(place, orderBy=order)]

    def rating(one: dict[str, str]) -> int:
        return RATINGS.index(one["starRating"])

    def edited(one: dict[str, str]) -> datetime:
        return datetime.fromisoformat(one["updateTime"][:26].rstrip("Z") + "+00:00")

    assert keys("rating", rating) == sorted(keys("rating", rating))
    assert keys("rating desc", rating) == sorted(keys("rating", rating), reverse=True)
    newest = [edited(one) for one in google.reviews(place)]
    assert newest == sorted(newest, reverse=True)
    assert keys("updateTime desc", edited) == keys("update_time desc", edited) == newest
    for bad in ("updateTime", "updateTime asc", "rating asc", "createTime desc", "stars"):
        assert google.call("GET", f"/v4/{place}/reviews", orderBy=bad).refusal == (400, "INVALID_ARGUMENT")


def test_a_token_fits_only_its_query(google: Google) -> None:
    place = google.location()
    token = google.get(f"/v4/{place}/reviews")["nextPageToken"]
    assert google.call("GET", f"/v4/{place}/reviews", pageToken=token, orderBy="rating").status == 400
    other = google.location("harbor-view")
    assert google.call("GET", f"/v4/{other}/reviews", pageToken=token).refusal == (400, "INVALID_ARGUMENT")
    assert google.call("GET", f"/v4/{place}/reviews", pageToken=token, pageSize=3).status == 200


def test_a_review_that_comes_meanwhile_does_not_shift_the_next_page_unless_it_is_so_set(google: Google) -> None:
    place = google.location()
    names = [one["name"] for one in google.reviews(place)]
    token = google.get(f"/v4/{place}/reviews", pageSize=5)["nextPageToken"]
    google.write("maple-street")
    assert google.get(f"/v4/{place}/reviews", pageSize=5, pageToken=token)["reviews"][0]["name"] == names[5]
    google.control("delete", review=names[4])
    assert google.get(f"/v4/{place}/reviews", pageSize=5, pageToken=token)["reviews"][0]["name"] == names[5]
    google.settings(paging_by_offset=True)
    google.write("maple-street")
    assert google.get(f"/v4/{place}/reviews", pageSize=5, pageToken=token)["reviews"][0]["name"] == names[3]


def test_the_short_name_and_any_unknown_name_are_not_found(google: Google) -> None:
    place = google.location()
    _, account, _, number = place.split("/")
    for path in (
        f"/v4/locations/{number}/reviews",
        f"/v4/accounts/1/locations/{number}/reviews",
        f"/v4/accounts/{account}/locations/1/reviews",
        f"/v4/{google.accounts[2]}/locations/{number}/reviews",
        f"/v4/{place}/reviews/none",
        f"/v4/{place}",
        "/v4/nothing",
    ):
        answer = google.call("GET", path)
        assert answer.refusal == (404, "NOT_FOUND")
        assert answer.error["message"] == "Requested entity was not found."
        assert answer.error["errors"] == [
            {"message": "Requested entity was not found.", "domain": "global", "reason": "notFound"}
        ]


def test_there_is_no_method_to_post_or_delete_a_review(google: Google) -> None:
    name = google.write()
    assert google.call("POST", f"/v4/{name.rpartition('/')[0]}", {"starRating": "FIVE"}).status == 404
    assert google.call("DELETE", f"/v4/{name}").status == 404
    assert google.call("PUT", f"/v4/{name}", {"comment": "x"}).status == 404


def test_fields_are_as_documented(google: Google) -> None:
    known = {
        *("name", "reviewId", "reviewer", "starRating", "comment", "createTime", "updateTime", "reviewReply"),
        *("reviewMediaItems", "reviewReplyUrl"),
    }
    rows = google.reviews(google.location())
    for one in rows:
        assert set(one) <= known
        assert one["starRating"] in RATINGS
        assert TIME.fullmatch(one["createTime"])
        assert TIME.fullmatch(one["updateTime"])
        assert one["name"].endswith(f"/reviews/{one['reviewId']}")
        assert one["reviewReplyUrl"].startswith(google.server.url)
        assert google.review(one["name"]) == one
    digits = {len(one["createTime"]) for one in rows}
    assert digits == {20, 24, 27, 30}


def test_the_first_place_has_every_kind(google: Google) -> None:
    rows = google.reviews(google.location())
    assert [one for one in rows if "comment" not in one]
    anonymous = next(one for one in rows if one["reviewer"].get("isAnonymous"))
    assert anonymous["reviewer"] == {"isAnonymous": True}
    assert all("isAnonymous" in one["reviewer"] or one["reviewer"]["displayName"] for one in rows)
    both = [one["comment"] for one in rows if "(Original)" in one.get("comment", "")]
    assert sorted(text.index("(Original)") < text.index("(Translated by Google)") for text in both) == [False, True]
    assert [one for one in rows if one["updateTime"] != one["createTime"]]
    media = next(one["reviewMediaItems"] for one in rows if "reviewMediaItems" in one)
    assert set(media[0]) | set(media[1]) == {"thumbnailUrl", "thumbnailLabel", "videoUrl"}
    states = {one["reviewReply"]["reviewReplyState"] for one in rows if "reviewReply" in one}
    assert states == {"PENDING", "APPROVED", "REJECTED"}
    refused = {one["reviewReply"].get("policyViolation") for one in rows if "reviewReply" in one}
    assert {"PERSONAL_INFO", "SOMETHING_NEW_THAT_GOOGLE_MADE_UP"} < refused
    gone = [one for one in google.state["reviews"] if one["deleted"] or one["hidden"]]
    assert {one["deleted"] for one in gone} == {True, False}


def test_a_deleted_review_is_gone_for_good_and_a_filtered_one_may_come_back(google: Google) -> None:
    deleted, hidden = google.write(), google.write()
    before = google.review(hidden)
    google.control("delete", review=deleted)
    google.control("hide", review=hidden)
    for name in (deleted, hidden):
        assert google.call("GET", f"/v4/{name}").refusal == (404, "NOT_FOUND")
        assert google.reply(name).refusal == (404, "NOT_FOUND")
        assert name not in [one["name"] for one in google.reviews(google.location("lakeside"))]
    google.control("show", review=hidden)
    assert google.review(hidden) == before


def test_an_edit_moves_the_review_to_the_top(google: Google) -> None:
    place = google.location()
    oldest = google.reviews(place)[-1]
    google.control("edit", review=oldest["name"], stars="FIVE", text="They called me.")
    now = google.reviews(place)[0]
    assert (now["name"], now["starRating"], now["comment"]) == (oldest["name"], "FIVE", "They called me.")
    assert now["createTime"] == oldest["createTime"]
    assert now["updateTime"] == "2026-09-02T14:05:00Z"


def test_translations_come_in_three_orders_and_follow_the_language_where_it_is_so_set(google: Google) -> None:
    told = {"text": "Muy tarde.", "translation": "Very late.", "language": "es"}
    first = google.write(**told)
    behind = google.write(**told, order="original_first")
    unmarked = google.write(**told, order="original_unmarked")
    assert google.review(first)["comment"] == "(Translated by Google) Very late.\n\n(Original)\nMuy tarde."
    assert google.review(behind)["comment"] == "(Original)\nMuy tarde.\n\n(Translated by Google)\nVery late."
    assert google.review(unmarked)["comment"] == "Muy tarde.\n\n(Translated by Google)\nVery late."
    spanish = google.call("GET", f"/v4/{first}", language="es-MX;q=1, en").json["comment"]
    assert spanish != "Muy tarde."
    google.settings(translation_by_language=True)
    assert google.call("GET", f"/v4/{first}", language="es-MX;q=1, en").json["comment"] == "Muy tarde."
    assert "(Original)" in google.call("GET", f"/v4/{first}", language="en").json["comment"]


def test_an_older_api_knows_no_newer_fields(google: Google) -> None:
    place = google.location()
    google.settings(review_reply_state=False, policy_violation=False, review_media_items=False, review_reply_url=False)
    for one in google.reviews(place):
        assert not {"reviewMediaItems", "reviewReplyUrl"} & set(one)
        assert set(one.get("reviewReply", {})) <= {"comment", "updateTime"}


def test_times_may_have_always_as_many_digits(google: Google) -> None:
    place = google.location("lakeside")
    for digits, length in ((0, 20), (3, 24), (6, 27), (9, 30)):
        google.settings(fraction_digits=digits)
        assert {len(one["updateTime"]) for one in google.reviews(place)} == {length}


# ---- many places at once


def batch(google: Google, body: object, account: int = 1) -> object:
    answer = google.call("POST", f"/v4/{google.accounts[account]}/locations:batchGetReviews", body)
    return answer.json if answer.status == 200 else answer.refusal


def test_many_places_are_read_in_one_order_and_in_pages(google: Google) -> None:
    names = [google.location(code) for code in ("maple-street", "harbor-view", "old-mill")]
    rows: list[dict[str, object]] = []
    token = ""
    while True:
        body = {"locationNames": names, "pageSize": 20, "pageToken": token, "orderBy": "update_time desc"}
        page = batch(google, body)
        assert isinstance(page, dict)
        rows += page["locationReviews"]
        token = page.get("nextPageToken", "")
        if not token:
            break
    alone = [one for name in names for one in google.reviews(name)]
    assert {str(row["review"]["name"]) for row in rows} == {one["name"] for one in alone}  # type: ignore[index]
    assert len(rows) == len(alone)
    assert {row["name"] for row in rows} == set(names)
    times = [str(row["review"]["updateTime"])[:19] for row in rows]  # type: ignore[index]
    assert times == sorted(times, reverse=True)


def test_rating_only_reviews_may_be_left_out_and_a_token_keeps_to_its_query(google: Google) -> None:
    names = [google.location()]
    page = batch(google, {"locationNames": names, "pageSize": 100, "ignoreRatingOnlyReviews": True})
    assert isinstance(page, dict)
    assert all("comment" in row["review"] for row in page["locationReviews"])
    assert len(page["locationReviews"]) == 50
    token = page["nextPageToken"]
    assert batch(google, {"locationNames": names, "pageToken": token}) == (400, "INVALID_ARGUMENT")


def test_a_batch_refuses_what_it_cannot_read(google: Google) -> None:
    place, unverified = google.location(), google.location("willow-bend")
    short = place.split("/", 2)[2]
    assert batch(google, {"locationNames": []}) == batch(google, {}) == (400, "INVALID_ARGUMENT")
    assert batch(google, {"locationNames": "x"}) == batch(google, {"locationNames": [1]}) == (400, "INVALID_ARGUMENT")
    assert batch(google, {"locationNames": [place] * 201}) == (400, "INVALID_ARGUMENT")
    assert batch(google, {"locationNames": [short]}) == (404, "NOT_FOUND")
    assert batch(google, {"locationNames": [place]}, account=2) == (404, "NOT_FOUND")
    assert batch(google, {"locationNames": [place, unverified]}) == (403, "PERMISSION_DENIED")
    assert batch(google, {"locationNames": [place], "orderBy": "createTime"}) == (400, "INVALID_ARGUMENT")
    google.settings(batch_skips_refused=True)
    page = batch(google, {"locationNames": [place, unverified, short]})
    assert isinstance(page, dict)
    assert {row["name"] for row in page["locationReviews"]} == {place}
    assert batch(google, {"locationNames": [unverified]}) == {}
