"""The wall: queues with counts, filters, pages, what needs a person; each role sees its own offices and no more."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.cases.acting import does
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.practice.models import Person
from amends.protocol import commands as c
from amends.reviews import intake, replying
from amends.reviews.models import ReplyState, Review
from amends.reviews.on_site import SiteReply, seen_on_site
from amends.reviews.wordings import shipped_pool

SignIn = Callable[[Person], Client]
SAFE = shipped_pool()["en"][0].filled(practice="Bluebell & Finch Dental", phone="(201) 555-0101")


def wall(client: Client, **asked: str) -> str:
    answer = client.get("/reviews", asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def tab(shown: str, label: str) -> str:
    """The count on a tab."""
    found = re.search(rf">{label} <span class=\"count\">(\d+)</span>", shown)
    assert found, label
    return found[1]


@pytest.fixture
def both(group: Cast, brings: Brings) -> dict[str, Review]:
    """A new one-star review at Maple Street, and five stars at Harbor View."""
    low = brings(text="Nobody said a word.", text_translated="Nadie dijo nada.")
    high = brings(office=str(group.harbor.pk), stars=5, site="yelp", site_id="y1", text="Kind people.", location="")
    return {"low": low, "high": high}


def test_each_role_sees_its_own_offices(group: Cast, client_for: SignIn, both: dict[str, Review]) -> None:
    for name, sees in (
        ("omar", ("Nobody said a word.",)),
        ("rita", ("Nobody said a word.",)),
        ("lee", ("Nobody said a word.", "Kind people.")),
        ("pia", ("Nobody said a word.", "Kind people.")),
    ):
        shown = wall(client_for(group.people[name]))
        for text in ("Nobody said a word.", "Kind people."):
            assert (text in shown) is (text in sees), (name, text)
        assert 'href="/reviews" aria-current="page">Reviews<' in shown
    for name in ("ana", "nick", "alex"):
        client = client_for(group.people[name])
        assert client.get("/reviews").status_code == 404
        assert ">Reviews<" not in client.get("/").content.decode()
    assert client_for(group.omar).get(f"/reviews/{both['high'].pk}").status_code == 404


def test_how_many_pictures_it_has_stands_on_the_wall_and_on_its_page_with_what_it_had_before(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    brings(stars=5, photos=3, videos=1, edited_at=now - timedelta(minutes=30))
    review = brings(stars=5, photos=1, videos=0, edited_at=now)
    omar = client_for(group.omar)
    assert "<span>1 photo</span>" in wall(omar)
    shown = omar.get(f"/reviews/{review.pk}").content.decode()
    assert shown.index("<span>1 photo</span>") < shown.index("<span>3 photos and 1 video</span>")
    assert "does not copy them" in shown
    other = brings(stars=5, photos=0, videos=0, site_id="other", text="Fine.")
    assert "does not copy them" not in omar.get(f"/reviews/{other.pk}").content.decode()


def test_a_line_tells_stars_in_words_and_shape_text_case_and_deadline(
    group: Cast, client_for: SignIn, both: dict[str, Review]
) -> None:
    row = both["low"].case
    assert row
    shown = wall(client_for(group.omar))
    assert "★☆☆☆☆</span> 1 star</span>" in shown
    assert "Nadie dijo nada." in shown
    assert "Omar Haddad has the case, due in" in shown
    does(group.omar, row, c.Acknowledge())
    assert "Omar Haddad has the case, due in" in wall(client_for(group.omar), queue="in_progress")


def test_the_tabs_count_and_narrow(group: Cast, client_for: SignIn, both: dict[str, Review]) -> None:
    lee = client_for(group.lee)
    shown = wall(lee)
    assert [tab(shown, label) for label in ("All", "New", "Ready for reply", "Live")] == ["2", "1", "1", "0"]
    assert "Kind people." not in wall(lee, queue="new")
    assert "Nobody said a word." not in wall(lee, queue="ready")
    assert "These have their reply" in wall(lee, queue="live")
    for asked in (
        {"office": str(group.maple.pk)},
        {"region": str(group.maple.region_id)},
        {"site": "google"},
        {"stars": "1"},
    ):
        narrowed = wall(lee, **asked)
        assert "Nobody said a word." in narrowed
        assert "Kind people." not in narrowed
        assert tab(narrowed, "All") == "1"
    assert "No review fits." in wall(lee, stars="3")
    assert "Kind people." in wall(lee, office="999", region="x", site="z", stars="9", queue="nowhere", before="x_y")


def test_pages_go_on_where_the_last_one_ended(group: Cast, client_for: SignIn, brings: Brings, now: datetime) -> None:
    for n in range(31):
        brings(stars=5, site_id=f"s{n}", text=f"Word {n}.", reviewer=f"R{n}", posted_at=now - timedelta(hours=n + 1))
    omar = client_for(group.omar)
    shown = wall(omar)
    assert "Word 29." in shown
    assert "Word 30." not in shown
    older = re.search(r'href="(\?[^"]+)" rel="next"', shown)
    assert older
    last = omar.get("/reviews" + older[1].replace("&amp;", "&")).content.decode()
    assert "Word 30." in last
    assert "Word 29." not in last
    assert 'rel="first"' in last
    nothing = wall(omar, before="1_1")
    assert "That was the last one." in nothing
    assert "Word 0." in wall(omar, before="9" * 39 + "_1")


def test_what_needs_a_person_stands_at_the_top(group: Cast, client_for: SignIn, brings: Brings, now: datetime) -> None:
    old = now - timedelta(days=80)
    brings(site_id="low", posted_at=old, text="Long ago.", reviewer="A")
    answered = brings(stars=5, site_id="f", text="Fine.", reviewer="B")
    seen_on_site(answered, SiteReply(text=SAFE, at=None, state="approved"))
    refused = brings(stars=5, site_id="r", text="Good.", reviewer="C")
    draft = replying.write(refused.pk, SAFE, group.omar)
    draft.state = ReplyState.REFUSED
    draft.save()
    by_hand = brings(stars=5, site="yelp", site_id="h", text="Nice.", reviewer="D", location="")
    ready = replying.write(by_hand.pk, SAFE, group.omar)
    ready.state = ReplyState.BY_HAND
    ready.save()
    brings(stars=5, text="Twice.", reviewer="E", site_id="t1")
    brings(stars=5, text="Twice.", reviewer="E", site_id="", via="csv")
    shown = wall(client_for(group.omar))
    for why in (
        "a person posts it on the site",
        "The site refused the reply.",
        "May that reply stay?",
        "Does it need a case?",
        "Is it the same review as another one?",
    ):
        assert why in shown, why
    assert "Reply: to be posted by hand" in shown
    assert "Needs a person" not in wall(client_for(group.omar), queue="live")
    again = replying.write(answered.pk, "Something new, " + SAFE, group.omar)
    keep = answered.replies.get(foreign=True)
    replying.keep_foreign(keep.pk, group.omar)
    assert again.pk
    assert "Reply: live; another one: draft" in wall(client_for(group.omar), queue="live")


def test_an_empty_wall_teaches(group: Cast, client_for: SignIn) -> None:
    shown = wall(client_for(group.omar))
    assert "There are no reviews yet." in shown
    assert "opens a case" in shown


def test_one_that_is_not_on_the_site_says_since_when(group: Cast, client_for: SignIn, brings: Brings) -> None:
    review = brings(stars=5)
    intake.not_found([review.pk])
    assert "Not found on the site since" in wall(client_for(group.omar), queue="no_reply")
    assert "The same as another" in wall(client_for(group.omar), queue="same")


def test_recommendations_are_said_in_words(group: Cast, client_for: SignIn, brings: Brings) -> None:
    brings(stars=None, recommended=True, site="facebook", site_id="1", text="A", reviewer="A")
    brings(stars=None, recommended=None, site="birdeye", site_id="2", text="", reviewer="B")
    shown = wall(client_for(group.omar))
    assert "✓</span> Recommended" in shown
    assert "–</span> No rating" in shown
    assert "No words, only the rating." in shown
