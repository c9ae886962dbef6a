"""The library of fixes that held: what stands in it, who reads it, and the way of a fix to another office."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.learning.lessons.models import Lesson
from amends.learning.watching import end_watches
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.values import Person as Named
from amends.protocol.values import WatchRule
from amends.protocol.words import AsideReason

ClientFor = Callable[[Person], Client]
FIX = "Print every estimate before work starts."


def held(
    group: Cast, what: str = FIX, *, causes: tuple[str, ...] = ("estimate_wrong",), ends: bool = True, done: bool = True
) -> CaseRow:
    """A case of Maple Street whose change held for thirty days, unless it is still watched or nobody did it."""
    now = timezone.now()
    row = a_case(group, ago=timedelta(days=60))
    plan = c.PlanAction(
        what=what,
        owner=Named(str(group.omar.pk), group.omar.name),
        due=now - timedelta(days=40),
        watch=WatchRule((), (str(group.maple.pk),), 30),
    )
    row = does(group.omar, row, SPOKE, c.RecordCauses(causes=causes), PUT_RIGHT, plan, at=now - timedelta(days=50))
    if done:
        does(group.omar, row, c.FinishAction(no=1), at=now - timedelta(days=45))
    if ends:
        end_watches(now)
    return row


def open_case(group: Cast, at: datetime | None = None) -> CaseRow:
    """An open case of Harbor View with the same cause."""
    return does(group.lee, a_case(group, by=group.nick, office=group.harbor), SPOKE, CAUSE, PUT_RIGHT, at=at)


@pytest.fixture
def hanna(group: Cast) -> Person:
    """The office manager of Harbor View."""
    made = Person.objects.create(email="hanna@bluebellfinch.example", name="Hanna Vogt")
    Post.objects.create(person=made, role="office_manager", office=group.harbor)
    return made


def words_of(answer) -> str:
    assert answer.status_code == 200
    inside = answer.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", inside)))


def test_a_fix_that_held_stands_there_with_where_and_for_how_long(group, client_for: ClientFor):
    row = held(group)
    page = words_of(client_for(group.omar).get("/learning/library"))
    assert FIX in page
    assert "Estimate differed from the bill Maple Street 30 days, until" in page
    assert row.number in page


def test_what_is_still_watched_or_did_not_hold_is_no_fix(group, client_for: ClientFor):
    held(group, ends=False)
    assert "Nothing has held through its watch yet." in words_of(client_for(group.omar).get("/learning/library"))


def test_what_nobody_has_done_is_no_fix(group: Cast, client_for: ClientFor) -> None:
    row = held(group, done=False)
    assert FIX not in words_of(client_for(group.lee).get("/learning/library"))
    does(group.omar, row, c.FinishAction(no=1))
    end_watches()
    assert FIX not in words_of(client_for(group.lee).get("/learning/library"))


def test_managers_of_other_offices_read_the_fix_and_nothing_of_its_case(group, hanna, client_for: ClientFor):
    row = held(group)
    answer = client_for(hanna).get("/learning/library")
    page = words_of(answer)
    assert FIX in page
    assert row.number not in page
    assert "Quillfeather" not in answer.content.decode()
    assert client_for(hanna).get(f"/cases/{row.number}").status_code == 404
    assert client_for(group.ana).get("/learning/library").status_code == 404


def test_a_fix_whose_words_name_the_patient_is_not_shown(group, hanna, client_for: ClientFor):
    row = held(group, "Call Dana before she comes.")
    answer = client_for(hanna).get("/learning/library")
    assert "1 more held, but its words seem to name somebody." in words_of(answer)
    assert "Dana" not in answer.content.decode()
    assert client_for(hanna).get(f"/learning/library/{row.number}/1").status_code == 404
    assert client_for(hanna).get(f"/huddle/new?case={row.number}&action=1").status_code == 404


def test_it_can_be_narrowed_to_a_cause(group, client_for: ClientFor):
    held(group)
    held(group, "Say why it is late after ten minutes.", causes=("wait_in_office", "not_told_of_delay"))
    omar = client_for(group.omar)
    page = words_of(omar.get("/learning/library", {"cause": "not_told_of_delay"}))
    assert "Say why" in page
    assert FIX not in page
    assert "against this cause yet" in words_of(omar.get("/learning/library", {"cause": "privacy"}))
    assert FIX in words_of(omar.get("/learning/library", {"cause": "nonsense"}))


def test_a_fix_is_planned_in_an_open_case_with_its_cause(group, hanna, client_for: ClientFor):
    row, other = held(group), open_case(group)
    client = client_for(hanna)
    page = client.get(f"/learning/library/{row.number}/1").content.decode()
    (link,) = re.findall(r'href="(/cases/[^"]+/act/plan\?[^"]+)"', page)
    form = client.get(unescape(link))
    assert f'value="{FIX}"' in form.content.decode()
    plan = {"what": FIX, "owner": str(hanna.pk), "due": "2030-01-31", "causes": ["estimate_wrong"], "where": "office"}
    client.post(f"/cases/{other.number}/act/plan", {**plan, "days": "90"})
    (action,) = actions.state_of(other.pk).actions
    assert (action.what, action.watch) == (FIX, WatchRule((), (str(group.harbor.pk),), 90))


def test_cases_of_other_causes_closed_ones_and_those_set_aside_are_not_offered(group, hanna, client_for: ClientFor):
    row = held(group)
    does(group.lee, a_case(group, by=group.nick, office=group.harbor), c.RecordCauses(causes=("privacy",)))
    aside = c.PutAside(reason=AsideReason.NOT_UPSET, note="x")
    does(group.lee, open_case(group), aside)
    page = words_of(client_for(hanna).get(f"/learning/library/{row.number}/1"))
    assert "No open case of Harbor View has this cause" in page
    assert "Plan it there" not in page


def test_without_an_open_case_it_becomes_a_lesson_of_that_office(group, hanna, client_for: ClientFor):
    row, client = held(group), client_for(hanna)
    page = client.get(f"/learning/library/{row.number}/1").content.decode()
    (link,) = re.findall(r'href="(/huddle/new\?[^"]+)"', page)
    form = client.get(unescape(link)).content.decode()
    assert FIX in form
    assert "Quillfeather" not in form
    typed = {"happened": "The bill was higher.", "we_do": FIX}
    answer = client.post(unescape(link), typed)
    lesson = Lesson.objects.get()
    assert (lesson.office, lesson.case, lesson.action) == (group.harbor, row, 1)
    assert row.number not in words_of(client.get(answer["Location"]))
    assert FIX in words_of(client_for(group.nick).get("/huddle/"))


def test_somebody_else_s_case_can_be_made_a_lesson_through_its_fix_alone(group, hanna, client_for: ClientFor):
    row = held(group)
    client = client_for(hanna)
    assert client.get(f"/huddle/new?case={row.number}").status_code == 404
    assert client.get(f"/huddle/new?case={row.number}&action=2").status_code == 404
    assert client_for(group.nick).get(f"/huddle/new?case={row.number}&action=1").status_code == 404


def test_whoever_has_several_other_offices_chooses_one(group, client_for: ClientFor):
    row = held(group)
    lee = client_for(group.lee)
    third = type(group.maple).objects.create(
        name="Old Mill", region=group.maple.region, calendar=group.maple.calendar, open_dental="main", ClinicNum=3
    )
    page = words_of(lee.get(f"/learning/library/{row.number}/1"))
    assert "Go on" in page
    assert "As a lesson" not in page
    chosen = words_of(lee.get(f"/learning/library/{row.number}/1", {"office": str(third.pk)}))
    assert "Make a lesson for Old Mill" in chosen
    own = words_of(lee.get(f"/learning/library/{row.number}/1", {"office": str(group.maple.pk)}))
    assert "As a lesson" not in own


def test_whoever_has_only_its_own_office_is_told_so(group, client_for: ClientFor):
    row = held(group)
    page = words_of(client_for(group.omar).get(f"/learning/library/{row.number}/1"))
    assert "You have no other office to copy it to." in page


@pytest.mark.parametrize("address", ["UP-9999/1", "nonsense/1", "{}/2"])
def test_a_fix_that_is_not_there_cannot_be_copied(group, client_for: ClientFor, address):
    row = held(group)
    assert client_for(group.omar).get(f"/learning/library/{address.format(row.number)}").status_code == 404


def test_a_link_fills_in_only_what_is_meant_to_be_filled_in(group, client_for: ClientFor):
    row = open_case(group)
    form = client_for(group.lee).get(f"/cases/{row.number}/act/plan?what=Hello&days=1").content.decode()
    assert 'value="Hello"' in form
    assert 'name="days" value="90"' in form
