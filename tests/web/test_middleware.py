"""Who may see any page at all: somebody who is signed in and was active lately."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings

from amends.web.middleware import ACTIVE_AT

NOW = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)
REFRESH = {"X-Amends-Refresh": "1"}


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


def asked(answer) -> dict[str, list[str]]:
    assert answer.status_code == 302
    where = urlsplit(answer["Location"])
    assert where.path == "/sign-in"
    return parse_qs(where.query)


def test_a_stranger_goes_to_the_sign_in_page_and_back_to_where_they_wanted_to_go(group, client):
    assert asked(client.get("/handbook/?q=call")) == {"next": ["/handbook/?q=call"]}


def test_somebody_who_became_inactive_is_a_stranger_at_once(group, client_for):
    client = client_for(group.ana)
    assert client.get("/handbook/").status_code == 200
    group.ana.is_active = False
    group.ana.save()
    assert "next" in asked(client.get("/handbook/"))


def test_a_part_of_a_page_takes_the_whole_page_to_the_sign_in_page(group, client):
    answer = client.get("/here", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cases?late=1"})
    assert answer["HX-Redirect"] == "/sign-in?next=%2Fcases%3Flate%3D1"


def test_a_part_of_a_page_of_another_host_leads_home(group, client):
    answer = client.get("/here", headers={"HX-Request": "true", "HX-Current-URL": "http://elsewhere.example/"})
    assert answer["HX-Redirect"] == "/sign-in?next=%2F"


def test_idle_people_are_signed_off_and_come_back_to_where_they_were(group, client_for, clock):
    client = client_for(group.ana)
    client.get("/handbook/")
    clock.shift(settings.IDLE_SECONDS + 1)
    assert asked(client.get("/handbook/desk")) == {"next": ["/handbook/desk"], "idle": ["1"]}
    assert "_auth_user_id" not in client.session
    page = client.get("/sign-in?next=%2Fhandbook%2Fdesk&idle=1").content.decode()
    assert "you were signed out" in page


def test_a_form_sent_after_the_idle_sign_off_leads_back_to_its_page(group, client_for, clock):
    client = client_for(group.omar)
    client.get("/handbook/")
    clock.shift(settings.IDLE_SECONDS + 1)
    answer = client.post("/deliveries/1/again", headers={"Referer": "http://testserver/deliveries/"})
    assert asked(answer)["next"] == ["/deliveries/"]


def test_who_is_active_stays_signed_in(group, client_for, clock):
    client = client_for(group.ana)
    for _ in range(4):
        assert client.get("/handbook/").status_code == 200
        clock.shift(settings.IDLE_SECONDS - 1)
    assert client.get("/here").status_code == 204


def test_a_page_that_refreshes_itself_does_not_keep_anybody_signed_in(group, client_for, clock):
    client = client_for(group.ana)
    client.get("/handbook/")
    for _ in range(3):
        clock.shift(settings.IDLE_SECONDS // 3)
        assert client.get("/handbook/", headers=REFRESH).status_code == 200
    clock.shift(timedelta(seconds=5))
    assert "idle" in asked(client.get("/handbook/", headers=REFRESH))


def test_activity_is_written_at_most_once_a_minute(group, client_for, clock):
    client = client_for(group.ana)
    client.get("/handbook/")
    first = client.session[ACTIVE_AT]
    clock.shift(59)
    client.get("/handbook/")
    assert client.session[ACTIVE_AT] == first
    clock.shift(1)
    client.get("/handbook/")
    assert client.session[ACTIVE_AT] == first + 60


def test_pages_stay_in_no_cache(group, client_for):
    assert client_for(group.ana).get("/handbook/")["Cache-Control"] == "no-store"


def test_the_sign_of_life_needs_nobody(db, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_every_page_forbids_what_comes_from_elsewhere(group, client_for):
    policy = client_for(group.ana).get("/handbook/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
