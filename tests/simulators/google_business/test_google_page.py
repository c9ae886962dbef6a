"""The pages: what a person reads and does there."""

import re
from urllib.parse import quote

import pytest
from tests.simulators.google_business.driver import Google
from tests.simulators.google_business.receiver import receiving

EVIL = '<script>alert("x")</script>'


def place_of(name: str) -> str:
    return f"/places/{name.split('/')[3]}"


def act(google: Google, path: str, /, **fields: str) -> str:
    """Send a form; where it leads."""
    answer = google.form(path, **fields)
    assert answer.status == 303, answer.text
    return answer.headers["location"]


def test_the_first_page_lists_every_place_with_its_stars(google: Google) -> None:
    page = google.http("GET", "/")
    assert page.status == 200
    assert page.text.count("/places/") == 15
    assert "not verified" in page.text
    assert "This is a simulator." in page.text
    assert "No places of its own." in page.text


def test_the_public_writes_a_review_and_the_api_has_it(google: Google) -> None:
    place = google.location("lakeside")
    where = act(google, f"/places/{place.rpartition('/')[2]}/reviews", stars="1", text="Late.", reviewer="Jen M")
    newest = google.reviews(place)[0]
    assert where == f"/places/{place.rpartition('/')[2]}#r-{newest['reviewId']}"
    assert (newest["starRating"], newest["comment"], newest["reviewer"]["displayName"]) == ("ONE", "Late.", "Jen M")
    act(google, f"/places/{place.rpartition('/')[2]}/reviews", stars="5", reviewer="Jen M", anonymous="yes")
    assert {"isAnonymous": True} in [one["reviewer"] for one in google.reviews(place)]


def test_its_writer_edits_and_deletes_it(google: Google) -> None:
    name = google.write()
    number = name.rpartition("/")[2]
    act(google, f"/reviews/{number}/edit", stars="4", text="Better.")
    assert google.review(name)["comment"] == "Better."
    assert "(edited)" not in google.http("GET", "/").text
    act(google, f"/reviews/{number}/delete")
    assert google.call("GET", f"/v4/{name}").status == 404
    assert google.form(f"/reviews/{number}/edit", stars="4").status == 400


def test_only_an_approved_reply_is_public(google: Google) -> None:
    name = google.write()
    number = name.rpartition("/")[2]
    google.reply(name, "We read every comment.")
    public = "Response from the owner</strong><p>We read every comment."
    assert public not in google.http("GET", place_of(name)).text
    act(google, f"/reviews/{number}/moderate", state="APPROVED")
    assert public in google.http("GET", place_of(name)).text
    act(google, f"/reviews/{number}/moderate", state="REJECTED", policyViolation="PRIVACY", unknown="")
    assert google.review(name)["reviewReply"]["policyViolation"] == "PRIVACY"
    act(google, f"/reviews/{number}/moderate", state="REJECTED", policyViolation="PRIVACY", unknown="BRAND_NEW")
    assert google.review(name)["reviewReply"]["policyViolation"] == "BRAND_NEW"
    assert public not in google.http("GET", place_of(name)).text


def test_google_sees_what_waits(google: Google) -> None:
    name = google.write(text="Waited long.")
    google.reply(name, "A reply that waits.")
    page = google.http("GET", "/google").text
    assert page.index("Replies that wait") < page.index("A reply that waits.") < page.index("were rejected")
    assert "glowing-reviews-vendor" in page
    number = name.rpartition("/")[2]
    assert act(google, f"/reviews/{number}/moderate", state="APPROVED", back="/google") == "/google"
    where = act(google, f"/reviews/{number}/moderate", state="PENDING", back="http://evil.example/")
    assert where == f"{place_of(name)}#r-{number}"


def test_the_filter_takes_a_review_away_and_lets_it_appear_again(google: Google) -> None:
    name = google.write(text="")
    number = name.rpartition("/")[2]
    before = google.review(name)
    act(google, f"/reviews/{number}/hide")
    page = google.http("GET", place_of(name)).text
    assert page.index("Filtered by Google") < page.index("2 of 5 stars, without a word")
    act(google, f"/reviews/{number}/show")
    assert google.review(name) == before


def test_the_address_for_replies_by_hand_leads_to_a_form(google: Google) -> None:
    name = google.write(text="Waited long.")
    address = google.review(name)["reviewReplyUrl"].removeprefix(google.server.url)
    assert "Waited long." in google.http("GET", address).text
    act(google, address, comment="By hand.")
    assert google.review(name)["reviewReply"]["comment"] == "By hand."
    assert "By hand." in google.http("GET", address).text
    assert google.form(address, comment="é" * 2049).status == 400


def test_a_profile_is_unverified_suspended_and_lost(google: Google) -> None:
    place = google.location("lakeside")
    number = place.rpartition("/")[2]
    act(google, f"/google/locations/{number}", suspended="yes", lost="yes")
    (row,) = [one for one in google.state["locations"] if one["id"] == number]
    assert (row["verified"], row["suspended"], row["lost"]) == (False, True, True)
    page = google.http("GET", f"/places/{number}").text
    assert all(word in page for word in ("not verified", "suspended", "our role is lost"))
    act(google, f"/google/locations/{number}", verified="yes")
    assert google.call("GET", f"/v4/{place}/reviews").status == 200
    account = google.accounts[2]
    act(google, f"/google/{account}", lost="yes")
    assert account not in google.accounts


def test_the_switches_are_those_of_the_control(google: Google) -> None:
    settings = google.http("GET", "/_control/settings").json
    page = google.http("GET", "/switches").text
    form = page.split('action="/switches/settings"')[1].split("</form>")[0]
    ticked = re.findall(r'<input type="checkbox" name="(\w+)" value="yes" checked>', form)
    assert {name for name, value in settings.items() if value is True} == set(ticked)
    fields = dict.fromkeys(ticked, "yes") | {"approve_after_minutes": "10", "push_endpoints": "http://127.0.0.1:9/"}
    act(google, "/switches/settings", **fields, push_style="text", push_audience=" amends ")
    changed = google.http("GET", "/_control/settings").json
    expected = {"approve_after_minutes": 10, "push_endpoints": ["http://127.0.0.1:9/"], "push_style": "text"}
    assert changed == {**settings, **expected, "push_audience": "amends"}
    assert google.form("/switches/settings", **{**fields, "approve_after_minutes": "soon"}).status == 400
    act(google, "/switches/settings", **{**fields, "approve_after_minutes": " "})
    assert google.http("GET", "/_control/settings").json["approve_after_minutes"] is None
    act(google, "/switches/settings", older_api="yes")
    assert google.http("GET", "/_control/settings").json["review_reply_state"] is False
    assert "An older API" not in google.http("GET", "/switches").text


def test_the_clock_is_moved_in_utc(google: Google) -> None:
    act(google, "/switches/clock", now="2026-10-01 08:00:00")
    assert "Clock: 2026-10-01 08:00:00 UTC" in google.http("GET", "/").text
    act(google, "/switches/clock", now="2026-10-01T08:00:00+02:00")
    assert "Clock: 2026-10-01 06:00:00 UTC" in google.http("GET", "/").text
    act(google, "/switches/clock", now="")
    assert "Clock: 2026-09-02 14:05:00 UTC" in google.http("GET", "/").text
    assert google.form("/switches/clock", now="soon").status == 400


def test_faults_are_switched(google: Google) -> None:
    act(google, "/switches/faults", then="status:503", path="/v1/", times="1", keep="yes", latency_ms="x")
    act(google, "/switches/faults", then="slow:2", path="/v4/", method="GET", times="", keep="yes", offline="yes")
    faults = google.http("GET", "/_control/faults").json
    assert [rule["then"] for rule in faults["rules"]] == ["status:503", "slow:2"]
    assert (faults["offline"], faults["rules"][1]["times"]) == (True, None)
    page = google.http("GET", "/switches").text
    assert "<td>∞</td>" in page
    assert google.form("/switches/faults", then="explode").status == 400
    act(google, "/switches/faults")
    assert google.http("GET", "/_control/faults").json["rules"] == []


def test_pushes_are_sent_and_listed(google: Google) -> None:
    assert "Nothing yet." in google.http("GET", "/pushes").text
    with receiving(google) as endpoint:
        name = google.write()
        endpoint.until(1)
        number = name.rpartition("/")[2]
        fields = {"review": number, "type": "UPDATED_REVIEW", "style": "text"}
        act(google, "/pushes", **fields, times="2", wrong="")
        act(google, "/pushes", **fields, times="1", wrong="forged:alg_none")
        act(google, "/pushes", **fields, times="1", wrong="unsigned")
        endpoint.until(5)
        assert "UPDATED_REVIEW" in google.http("GET", "/pushes").text
        assert google.form("/pushes", **fields, times="many", wrong="").status == 400
    assert [one["type"] for one in google.deliveries] == ["NEW_REVIEW", *["UPDATED_REVIEW"] * 4]


def test_what_people_wrote_is_text_and_never_markup(google: Google) -> None:
    place = str(google.control("locations", title=EVIL, storeCode=EVIL, city=EVIL)["location"])
    told = {"stars": 1, "text": EVIL, "reviewer": EVIL, "language": '"><b>', "translation": EVIL}
    media = [{"thumbnailUrl": EVIL, "thumbnailLabel": EVIL}]
    name = google.control("reviews", location=place, **told, media=media)["name"]
    google.reply(name, EVIL)
    google.control("moderate", review=name, state="REJECTED", policyViolation=EVIL)
    number = name.rpartition("/")[2]
    for path in ("/", "/google", "/pushes", place_of(name), f"/reply/{number}"):
        page = google.http("GET", path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "<b>" not in page
    google.control("moderate", review=name, state="APPROVED")
    assert "<script" not in google.http("GET", place_of(name)).text


def test_nothing_of_another_place_is_loaded_and_nobody_frames_it(google: Google) -> None:
    for path in ("/", "/google", "/pushes", "/switches"):
        page = google.http("GET", path)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert not re.search(r'(src|href)="(http|//)', page.text)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/switches/faults", {"Origin": "http://evil.example"}),
        ("/switches/faults", {"Origin": "null"}),
        ("/switches/faults", {"Host": "evil.example"}),
    ],
)
def test_a_form_of_another_page_does_nothing(google: Google, path: str, headers: dict[str, str]) -> None:
    assert google.http("POST", path, "offline=yes", **headers).status == 403
    assert google.http("GET", "/_control/faults").json["offline"] is False
    mine = {"Origin": google.server.url}
    assert google.http("POST", path, "offline=yes", **mine).status == 303


def test_a_page_that_is_not_there_says_so(google: Google) -> None:
    assert google.http("GET", "/places/1").status == 400
    assert google.http("GET", "/reply/none").status == 400
    assert google.http("GET", "/nothing").status == 404
    assert google.form("/google/accounts/1").status == 400
    assert google.http("POST", "/switches/clock", b"\xff").status == 400


def test_long_places_show_the_newest_and_all_on_request(google: Google) -> None:
    place = google.location().rpartition("/")[2]
    some, everything = google.http("GET", f"/places/{place}").text, google.http("GET", f"/places/{place}?all=1").text
    assert some.count("<article") < everything.count("<article")
    assert quote("?") not in some
    assert "Show " in some
    assert "No reviews yet" in google.http("GET", f"/places/{google.location('willow-bend').rpartition('/')[2]}").text
