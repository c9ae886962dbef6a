"""A review entered by hand: by whoever met it, in half a minute, with nothing lost and everybody told."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from tests.conftest import Cast

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.practice.models import Person
from amends.reviews import intake
from amends.reviews.models import Review

ClientFor = Callable[[Person], Client]


@pytest.fixture
def typed(group: Cast) -> dict[str, str]:
    return {
        "office": str(group.maple.pk),
        "site": "yelp",
        "gave": "1",
        "reviewer": " Jen \x00 M ",
        "text": "Waited an hour.\r\nNobody cared.",
        "when": "today",
        "url": "https://reviews.example/r1",
    }


def test_somebody_of_the_team_enters_what_they_met_and_the_manager_has_it(
    group: Cast, client_for: ClientFor, typed: dict[str, str]
) -> None:
    client = client_for(group.ana)
    answer = client.post("/reviews/new", typed, follow=True)
    assert answer.redirect_chain[0][1] == 303
    review = Review.objects.get()
    assert (review.site, review.stars, review.reviewer, review.text, review.via) == (
        "yelp", 1, "Jen M", "Waited an hour.\nNobody cared.", "by_hand",
    )  # fmt: skip
    case = actions.state_of(review.case_id or 0)
    assert case.owner
    assert case.owner.id == str(group.omar.pk)
    page = answer.content.decode()
    assert "Omar Haddad</strong> has it" in page
    assert CaseRow.system.get().number in page


def test_a_manager_who_enters_one_has_it(group: Cast, client_for: ClientFor, typed: dict[str, str]) -> None:
    assert "It is yours" in client_for(group.omar).post("/reviews/new", typed, follow=True).content.decode()


@pytest.mark.parametrize(
    ("gave", "stars", "recommended"),
    [("5", 5, None), ("yes", None, True), ("no", None, False), ("nothing", None, None)],
)
def test_stars_or_a_recommendation_or_neither(
    group: Cast, client_for: ClientFor, typed: dict[str, str], gave: str, stars: int | None, recommended: bool | None
) -> None:
    page = client_for(group.ana).post("/reviews/new", {**typed, "gave": gave}, follow=True).content.decode()
    review = Review.objects.get()
    assert (review.stars, review.recommended) == (stars, recommended)
    assert ("It opens no case" in page) is (review.case is None)


def test_the_same_again_is_the_same_one_and_says_so(group: Cast, client_for: ClientFor, typed: dict[str, str]) -> None:
    client_for(group.ana).post("/reviews/new", typed)
    again = client_for(group.omar).post("/reviews/new", typed, follow=True).content.decode()
    assert "was here already" in again
    assert (Review.objects.count(), CaseRow.system.count()) == (1, 1)


def test_one_that_seems_to_be_another_waits_for_a_manager(
    group: Cast, client_for: ClientFor, typed: dict[str, str]
) -> None:
    client = client_for(group.ana)
    client.post("/reviews/new", typed)
    page = client.post("/reviews/new", {**typed, "when": "yesterday"}, follow=True).content.decode()
    assert "seems to be the same" in page
    other = Review.objects.latest("pk")
    intake.settle_same(other, is_same=True, by=group.omar)
    assert "is the same as another" in client.get(f"/reviews/new/{other.pk}").content.decode()
    assert CaseRow.system.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"site": ""}, "on which site"),
        ({"gave": ""}, "how many stars"),
        ({"gave": "7"}, "from the list"),
        ({"gave": "nothing", "text": ""}, "the text is needed"),
        ({"when": ""}, "when it was posted"),
        ({"when": "day"}, "which day"),
        ({"when": "day", "day": "soon"}, "no date"),
        ({"when": "day", "day": "2999-01-01"}, "in the future"),
        ({"when": "day", "day": "1999-01-01"}, "before there were reviews"),
        ({"url": "not a link at all"}, "no link"),
        ({"url": "javascript:alert(1)"}, "no link"),
        ({"text": "x" * 20_001}, "at most"),
        ({"office": ""}, "Choose the office"),
    ],
)
def test_a_refused_form_says_what_to_mend_and_keeps_what_was_typed(
    group: Cast, client_for: ClientFor, typed: dict[str, str], changes: dict[str, str], says: str
) -> None:
    answer = client_for(group.lee).post("/reviews/new", {**typed, **changes})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Jen" in page
    assert "text" in changes or "Nobody cared." in page
    assert not Review.objects.exists()


def test_the_day_is_that_of_the_office(group: Cast, client_for: ClientFor, typed: dict[str, str]) -> None:
    day = timezone.now() - timedelta(days=5)
    client_for(group.ana).post("/reviews/new", {**typed, "when": "day", "day": day.strftime("%Y-%m-%d")})
    posted = Review.objects.get().posted_at
    here = posted.astimezone(ZoneInfo("America/New_York"))
    assert (here.date(), here.hour) == (day.date(), 12)


def test_another_office_is_not_there(group: Cast, client_for: ClientFor, typed: dict[str, str]) -> None:
    assert client_for(group.nick).post("/reviews/new", typed).status_code == 422
    client_for(group.ana).post("/reviews/new", typed)
    assert client_for(group.ana).get(f"/reviews/new/{Review.objects.get().pk}").status_code == 200
    assert client_for(group.nick).get(f"/reviews/new/{Review.objects.get().pk}").status_code == 404
    assert client_for(group.ana).get("/reviews/new/999999").status_code == 404


def test_a_database_that_refuses_loses_no_typing(
    group: Cast, client_for: ClientFor, typed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(intake, "take_in", refuses)
    answer = client_for(group.ana).post("/reviews/new", typed)
    assert answer.status_code == 503
    assert "Nobody cared." in answer.content.decode()
