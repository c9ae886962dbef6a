"""Accounts, locations and the notification setting (review-platforms.md 1.3, 1.9)."""

import pytest
from tests.simulators.google_business.driver import Google

from amends.simulators.google_business.cast import VENDOR_TOPIC

TOPIC = "projects/amends-demo/topics/reviews"


def pages(google: Google, path: str, name: str, **query: object) -> list[list[str]]:
    """The names on each page."""
    found = []
    while True:
        page = google.get(path, **query)
        found.append([one["name"] for one in page.get(name, [])])
        if "nextPageToken" not in page:
            return found
        query["pageToken"] = page["nextPageToken"]


def test_the_personal_account_comes_first(google: Google) -> None:
    accounts = google.get("/v1/accounts")["accounts"]
    assert [one["type"] for one in accounts] == ["PERSONAL", "LOCATION_GROUP", "LOCATION_GROUP"]
    assert accounts[1]["accountName"] == "Bluebell & Finch Dental"
    assert google.get(f"/v1/{accounts[1]['name']}") == accounts[1]


def test_accounts_are_paged_and_filtered_by_type(google: Google) -> None:
    assert pages(google, "/v1/accounts", "accounts", pageSize=1) == [[name] for name in google.accounts]
    assert pages(google, "/v1/accounts", "accounts", page_size=500) == [google.accounts]
    assert pages(google, "/v1/accounts", "accounts", filter="type=USER_GROUP") == [google.accounts[1:]]
    assert pages(google, "/v1/accounts", "accounts", filter='type="PERSONAL"') == [google.accounts[:1]]
    assert google.get("/v1/accounts", filter="type=ORGANIZATION") == {}
    assert google.get("/v1/accounts", parentAccount=google.accounts[1]) == {}
    assert google.call("GET", "/v1/accounts", filter="name=x").refusal == (400, "INVALID_ARGUMENT")
    assert google.call("GET", "/v1/accounts", parentAccount="accounts/1").refusal == (404, "NOT_FOUND")


def test_a_read_mask_is_required_and_chooses(google: Google) -> None:
    path = f"/v1/{google.accounts[1]}/locations"
    for bad in ({}, {"readMask": ""}, {"readMask": "name,colour"}):
        assert google.call("GET", path, **bad).refusal == (400, "INVALID_ARGUMENT")
    first = google.get(path, readMask="name,title,storeCode,metadata.placeId")["locations"][0]
    assert set(first) == {"name", "title", "storeCode", "metadata"}
    assert set(first["metadata"]) == {"placeId"}
    assert first["name"].count("/") == 1
    assert google.get(path, readMask="store_code,metadata")["locations"][0]["storeCode"] == "maple-street"
    assert google.get(path, readMask=["name", "title"])["locations"][0].keys() == {"name", "title"}
    whole = google.get(path, readMask="*")["locations"][0]
    assert whole["metadata"]["hasVoiceOfMerchant"]
    assert google.get(f"/v1/{first['name']}", readMask="*") == whole
    assert "colour" not in google.get(f"/v1/{first['name']}", readMask="metadata.colour")
    assert google.call("GET", "/v1/locations/1", readMask="name").refusal == (404, "NOT_FOUND")


def test_locations_come_ten_at_a_time_and_belong_to_one_account(google: Google) -> None:
    person, group, bought = google.accounts

    def sizes(account: str, **query: object) -> list[int]:
        found = pages(google, f"/v1/{account}/locations", "locations", readMask="name", **query)
        return [len(names) for names in found]

    assert sizes(group) == [10, 3]
    assert sizes(group, pageSize=100) == sizes(group, pageSize=1000) == [13]
    assert sizes(person) == [0]
    assert sizes(bought) == [2]
    assert sizes("accounts/-", pageSize=100) == [15]
    assert google.call("GET", "/v1/accounts/1/locations", readMask="name").refusal == (404, "NOT_FOUND")


def test_locations_are_sorted_and_filtered(google: Google) -> None:
    path = f"/v1/{google.accounts[1]}/locations"

    def titles(**query: object) -> list[str]:
        found = google.get(path, readMask="title", pageSize=100, **query).get("locations", [])
        return [one["title"] for one in found]

    assert titles(orderBy="title") == sorted(titles())
    assert titles(orderBy="title desc") == sorted(titles(), reverse=True)
    assert titles(orderBy="storeCode,title") == titles(order_by="store_code") != titles()
    assert titles(filter='storeCode="old-mill"') == ["Bluebell & Finch Dental – Old Mill"]
    assert titles(filter='storeCode=old-mill AND title="x"') == []
    assert google.get(path, readMask="title", filter="storeCode=old-mill")["totalSize"] == 1
    assert "totalSize" not in google.get(path, readMask="title")
    for bad in ({"orderBy": "city"}, {"filter": "storeCode"}, {"filter": "colour=red"}):
        assert google.call("GET", path, readMask="title", **bad).refusal == (400, "INVALID_ARGUMENT")


def test_every_office_has_what_it_is_matched_by_and_one_is_not_verified(google: Google) -> None:
    rows = google.get(f"/v1/{google.accounts[1]}/locations", readMask="*", pageSize=100)["locations"]
    assert len({one["storeCode"] for one in rows}) == len({one["metadata"]["placeId"] for one in rows}) == 13
    silent = [one["storeCode"] for one in rows if "hasVoiceOfMerchant" not in one["metadata"]]
    assert silent == ["willow-bend"]


def test_a_token_fits_only_its_query(google: Google) -> None:
    path = f"/v1/{google.accounts[1]}/locations"
    token = google.get(path, readMask="name", pageSize=2)["nextPageToken"]
    assert len(google.get(path, readMask="name", pageSize=5, pageToken=token)["locations"]) == 5
    for other in (
        {"readMask": "title"},
        {"readMask": "name", "orderBy": "title"},
        {"readMask": "name", "filter": "title=x"},
    ):
        assert google.call("GET", path, pageToken=token, **other).refusal == (400, "INVALID_ARGUMENT")
    elsewhere = f"/v1/{google.accounts[2]}/locations"
    assert google.call("GET", elsewhere, readMask="name", pageToken=token).refusal == (400, "INVALID_ARGUMENT")
    for garbage in ("x", "!!", "AAAA", token[:-1], token + "A"):
        assert google.call("GET", path, readMask="name", pageToken=garbage).status == 400


def test_a_parameter_that_is_not_known_is_refused(google: Google) -> None:
    answer = google.call("GET", "/v1/accounts", pagesize=1)
    assert answer.refusal == (400, "INVALID_ARGUMENT")
    assert 'Unknown name "pagesize"' in answer.error["message"]
    assert google.call("GET", "/v1/accounts", alt="json", prettyPrint="false").status == 200


@pytest.mark.parametrize("size", ["-1", "many", "1.5"])
def test_a_page_size_is_a_whole_number_from_zero(google: Google, size: str) -> None:
    assert google.call("GET", "/v1/accounts", pageSize=size).refusal == (400, "INVALID_ARGUMENT")


def test_a_page_size_of_zero_is_the_usual_one_and_a_large_one_may_be_refused(google: Google) -> None:
    assert len(google.get("/v1/accounts", pageSize=0)["accounts"]) == 3
    google.settings(large_page_refused=True)
    assert google.call("GET", "/v1/accounts", pageSize=21).refusal == (400, "INVALID_ARGUMENT")
    assert google.call("GET", "/v1/accounts", pageSize=20).status == 200


# ---- the notification setting


def test_the_setting_is_written_by_its_mask_and_cleared_by_nothing(google: Google) -> None:
    path = f"/v1/{google.accounts[1]}/notificationSetting"
    empty = {"name": path.removeprefix("/v1/")}
    assert google.get(path) == empty
    body = {"name": "ignored", "pubsubTopic": TOPIC, "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"]}
    assert google.call("PATCH", path, body, updateMask="pubsub_topic").json == {**empty, "pubsubTopic": TOPIC}
    whole = {**empty, "pubsubTopic": TOPIC, "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"]}
    assert google.call("PATCH", path, body, updateMask="notificationTypes,pubsubTopic").json == whole
    assert google.get(path) == whole
    assert google.call("PATCH", path, {}, updateMask="notificationTypes").json == {**empty, "pubsubTopic": TOPIC}
    assert google.call("PATCH", path, {"pubsubTopic": ""}, updateMask="pubsubTopic").json == empty
    assert google.call("PATCH", path, body, updateMask="notificationSetting").json == whole
    assert google.call("PATCH", path, {}, updateMask="*").json == empty


def test_a_vendor_listens_to_the_account_that_was_bought(google: Google) -> None:
    setting = google.get(f"/v1/{google.accounts[2]}/notificationSetting")
    assert (setting["pubsubTopic"], setting["notificationTypes"]) == (VENDOR_TOPIC, ["NEW_REVIEW"])


@pytest.mark.parametrize(
    ("body", "mask"),
    [
        ({}, ""),
        ({}, "colour"),
        ({"notificationTypes": ["DELETED_REVIEW"]}, "notificationTypes"),
        ({"notificationTypes": "NEW_REVIEW"}, "notificationTypes"),
        ({"pubsubTopic": "reviews"}, "pubsubTopic"),
        ({"pubsubTopic": ["reviews"]}, "pubsubTopic"),
        ([], "pubsubTopic"),
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(google: Google, body: object, mask: str) -> None:
    path = f"/v1/{google.accounts[2]}/notificationSetting"
    before = google.get(path)
    assert google.call("PATCH", path, body, updateMask=mask).refusal == (400, "INVALID_ARGUMENT")
    assert google.get(path) == before


def test_the_reasons_of_a_refused_topic_are_googles(google: Google) -> None:
    path = f"/v1/{google.accounts[1]}/notificationSetting"
    google.settings(topics_without_permission=[TOPIC], topics_of_v4=[f"{TOPIC}-old"])

    def reason(topic: str) -> str:
        answer = google.call("PATCH", path, {"pubsubTopic": topic}, updateMask="pubsubTopic")
        return str(answer.detail["reason"])

    assert reason("reviews") == "INVALID_PUBSUB_TOPIC"
    assert reason(TOPIC) == "PUBLISH_PERMISSIONS_MISSING_FOR_PUBSUB_TOPIC"
    assert reason(f"{TOPIC}-old") == "SHARES_PUBSUB_TOPIC_MESSAGE_ACROSS_VERSIONS"
    google.settings(permission_checked=False)
    assert google.call("PATCH", path, {"pubsubTopic": TOPIC}, updateMask="pubsubTopic").status == 200
