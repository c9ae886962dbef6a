"""Lessons: made from a case, read in the huddle of their office, written anew, withdrawn; and who may do which."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases.models import CaseRow
from amends.handbook.kept import KeptError
from amends.handbook.models import Page
from amends.learning.lessons import writing
from amends.learning.lessons.drafting import draft
from amends.learning.lessons.huddle import HUDDLE, unread
from amends.learning.lessons.models import Lesson, LessonReading, LessonVersion
from amends.learning.lessons.writing import Written
from amends.practice.models import Office, Person, Post
from amends.protocol import commands as c
from amends.protocol.policy import shipped_policy
from amends.protocol.values import Person as Named

ClientFor = Callable[[Person], Client]
TYPED = {"happened": "The bill was higher than the estimate.", "we_do": "We print it and go through it together."}
SAID = Written(TYPED["happened"], TYPED["we_do"])


@pytest.fixture
def case(group: Cast) -> CaseRow:
    """A case of Maple Street with its cause and a change that is planned."""
    plan = c.PlanAction(
        what="Print every estimate before work starts.",
        owner=Named(str(group.omar.pk), group.omar.name),
        due=timezone.now() + timedelta(days=7),
    )
    return does(group.omar, a_case(group), SPOKE, CAUSE, PUT_RIGHT, plan)


def a_lesson(group: Cast, case: CaseRow, *, office: Office | None = None, **said: Any) -> Lesson:
    written = replace(SAID, **said)
    by, place = group.omar, (office or group.maple).pk
    return writing.begin(written, office=place, case=case, action=None, by=by).lesson


def words_of(answer) -> str:
    inside = answer.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", inside)))


# --- making one ----------------------------------------------------------------------------------------------------


def test_most_of_a_lesson_is_written_already(group, case, client_for: ClientFor):
    page = client_for(group.omar).get("/huddle/new", {"case": case.number, "action": "1"}).content.decode()
    assert "At checkout: Estimate differed from the bill." in page
    assert "Print every estimate before work starts." in page


def test_its_draft_says_what_the_case_says(group, case):
    policy = shipped_policy()
    assert draft(case, None, policy)[1] == "Print every estimate before work starts."
    assert draft(case, 7, policy)[1] == ""
    bare = a_case(group, kinds=())
    assert draft(bare, None, policy) == ("", "")
    assert draft(a_case(group), None, policy)[0] == "At checkout: Billing surprise."
    several = does(group.omar, bare, c.RecordCauses(causes=("wait_in_office", "not_told_of_delay")))
    assert draft(several, None, policy)[0] == "At checkout: Long wait in the office; nobody told them about the delay."
    right = c.MarkAddressed(resolution="corrected", change="Everybody gets a printed estimate.")
    assert draft(does(group.omar, bare, SPOKE, right), None, policy)[1] == "Everybody gets a printed estimate."


def test_words_that_name_the_patient_are_no_draft(group, case):
    plan = c.PlanAction(
        what="Call Dana Quillfeather first next time.",
        owner=Named(str(group.omar.pk), group.omar.name),
        due=timezone.now() + timedelta(days=7),
    )
    named = does(group.omar, case, plan)
    assert draft(named, 2, shipped_policy())[1] == ""
    assert draft(named, None, shipped_policy())[1] == "Print every estimate before work starts."


def test_a_lesson_changes_nothing_of_its_case(group, case, client_for: ClientFor):
    answer = client_for(group.omar).post(f"/huddle/new?case={case.number}&action=1", {**TYPED, "page": "desk"})
    made = LessonVersion.objects.get()
    assert answer["Location"] == f"/huddle/{made.lesson_id}"
    assert (made.no, made.happened, made.we_do) == (1, TYPED["happened"], TYPED["we_do"])
    assert (made.lesson.office, made.lesson.case, made.lesson.action) == (group.maple, case, 1)
    assert CaseRow.system.get(pk=case.pk).head == case.head
    assert made.page == Page.objects.get(slug="desk")
    assert "What to say at the desk" in words_of(client_for(group.ana).get("/huddle/"))


def test_a_button_that_is_pressed_twice_makes_one_lesson(group, case, client_for: ClientFor):
    for _ in range(2):
        client_for(group.omar).post(f"/huddle/new?case={case.number}", TYPED)
    assert Lesson.objects.count() == 1
    client_for(group.omar).post(f"/huddle/new?case={case.number}", {**TYPED, "we_do": "Something else."})
    assert Lesson.objects.count() == 2


def test_whoever_manages_several_offices_chooses_whose_huddle(group, case, client_for: ClientFor):
    lee = client_for(group.lee)
    address = f"/huddle/new?case={case.number}"
    page = lee.get(address).content.decode()
    assert f'value="{group.maple.pk}" selected' in page
    assert lee.post(address, TYPED).status_code == 422
    lee.post(address, {**TYPED, "office": str(group.harbor.pk)})
    assert Lesson.objects.get().office == group.harbor


def test_an_empty_form_says_what_is_missing_and_keeps_what_was_typed(group, case, client_for: ClientFor):
    answer = client_for(group.omar).post(f"/huddle/new?case={case.number}", {**TYPED, "we_do": " "})
    assert answer.status_code == 422
    assert "Write what we do now" in words_of(answer)
    assert TYPED["happened"] in answer.content.decode()
    assert not Lesson.objects.exists()


@pytest.mark.parametrize(
    "asked", ["", "case=UP-9999", "case=nonsense", "case={case}&action=9", "case={case}&office=77"]
)
def test_what_is_not_there_cannot_be_made_a_lesson(group, case, client_for: ClientFor, asked):
    status = client_for(group.omar).get(f"/huddle/new?{asked.format(case=case.number)}").status_code
    assert status == (200 if "office" in asked else 404)  # an office that is not theirs: their own is chosen


# --- who may see and do what ----------------------------------------------------------------------------------------


def test_a_reporter_of_another_office_sees_nothing(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    nick = client_for(group.nick)
    assert TYPED["we_do"] not in words_of(nick.get("/huddle/"))
    assert "unread-lessons" not in nick.get("/").content.decode()
    for address in (
        f"/huddle/?office={group.maple.pk}",
        f"/huddle/sheet?office={group.maple.pk}",
        f"/huddle/{lesson.pk}",
    ):
        assert nick.get(address).status_code == 404
    assert nick.post(f"/huddle/{lesson.pk}/read", {"version": "1"}).status_code == 404


def test_everyone_of_the_office_reads_it_and_only_managers_write(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    ana = client_for(group.ana)
    assert TYPED["we_do"] in words_of(ana.get("/huddle/"))
    page = words_of(ana.get(f"/huddle/{lesson.pk}"))
    assert "Write it anew" not in page
    assert "Who has read it" not in page
    assert ana.get(f"/huddle/{lesson.pk}/edit").status_code == 404
    assert ana.post(f"/huddle/{lesson.pk}/withdraw").status_code == 404
    assert ana.get(f"/huddle/new?case={case.number}").status_code == 404
    for person in (group.pia, group.alex):
        assert client_for(person).get("/huddle/").status_code == 404


def test_the_case_is_linked_for_those_only_who_may_open_it(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case, office=group.harbor)
    assert case.number not in words_of(client_for(group.nick).get(f"/huddle/{lesson.pk}"))
    assert case.number in words_of(client_for(group.lee).get(f"/huddle/{lesson.pk}"))


def test_a_case_leads_its_manager_to_making_one(group, case, client_for: ClientFor):
    address = f"/cases/{case.number}"
    page = client_for(group.omar).get(address).content.decode()
    assert f"/huddle/new?case={case.number}&amp;action=1" in page
    assert f'/huddle/new?case={case.number}"' in page
    assert "/huddle/new" not in client_for(group.ana).get(address).content.decode()
    assert "/huddle/new" in client_for(group.omar).get(f"/learning/{case.number}/1").content.decode()


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_lesson_is_read_with_one_tap_and_asks_no_more(group, case, client_for: ClientFor):
    lesson, ana = a_lesson(group, case), client_for(group.ana)
    assert "1 lesson of your huddle you have not read yet." in words_of(ana.get("/"))
    assert "Not read yet" in words_of(ana.get("/huddle/"))
    for _ in range(2):
        answer = ana.post(f"/huddle/{lesson.pk}/read", {"version": "1", "next": "/huddle/"})
        assert answer["Location"] == "/huddle/"
    assert LessonReading.objects.filter(person=group.ana).count() == 1
    assert "You have read it" in words_of(ana.get("/huddle/"))
    assert "lesson of your huddle" not in words_of(ana.get("/"))


def test_reading_is_of_a_version(group, case, client_for: ClientFor):
    lesson, ana, omar = a_lesson(group, case), client_for(group.ana), client_for(group.omar)
    ana.post(f"/huddle/{lesson.pk}/read", {"version": "1"})
    assert "Missing (1): Ruth Bellamy" in words_of(omar.get(f"/huddle/{lesson.pk}"))
    omar.post(f"/huddle/{lesson.pk}/edit", {**TYPED, "we_do": "We also mail it.", "seen": "1"})
    assert unread(group.ana) == 1
    page = words_of(omar.get(f"/huddle/{lesson.pk}"))
    assert "Missing (2): Ana Ruiz, Ruth Bellamy" in page
    assert TYPED["we_do"] in page  # what it said before can be looked at
    # Whoever still had the old one before them has read the old one.
    ana.post(f"/huddle/{lesson.pk}/read", {"version": "1"})
    assert unread(group.ana) == 1
    for sent in ("2", "7", "x"):
        assert ana.post(f"/huddle/{lesson.pk}/read", {"version": sent}).status_code == 303
    assert unread(group.ana) == 0


def test_when_everybody_has_read_it_managers_see_so(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    for person in (group.ana, group.ruth):
        client_for(person).post(f"/huddle/{lesson.pk}/read", {"version": "1"})
    assert "✓ Everybody has read it." in words_of(client_for(group.rita).get(f"/huddle/{lesson.pk}"))
    assert "Everybody has read it" in words_of(client_for(group.omar).get("/huddle/"))


def test_managers_of_a_region_are_asked_to_read_nothing(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    assert unread(group.rita) == 0
    for address in ("/huddle/", f"/huddle/{lesson.pk}"):
        assert "I have read it" not in words_of(client_for(group.rita).get(address))


def test_whoever_belongs_to_two_offices_chooses_and_is_asked_at_both(group, case, client_for: ClientFor):
    Post.objects.create(person=group.ana, role="team", office=group.harbor)
    a_lesson(group, case)
    a_lesson(group, case, office=group.harbor, we_do="We call the day before.")
    assert unread(group.ana) == 2
    ana = client_for(group.ana)
    assert "We call the day before." in words_of(ana.get("/huddle/", {"office": str(group.harbor.pk)}))


def test_only_the_newest_ask_to_be_read_and_older_ones_are_a_link_away(group, case, client_for: ClientFor):
    for number in range(HUDDLE + 2):
        a_lesson(group, case, we_do=f"We do thing {number}.")
    ana = client_for(group.ana)
    assert unread(group.ana) == HUDDLE
    page = words_of(ana.get("/huddle/"))
    assert page.index(f"We do thing {HUDDLE + 1}.") < page.index("We do thing 5.")
    assert "We do thing 1." not in page
    assert "2 older" in page
    assert "We do thing 1." in words_of(ana.get(f"/huddle/?office={group.maple.pk}&all=1"))


def test_an_office_without_lessons_is_told_where_they_come_from(group, client_for: ClientFor):
    assert "Most of it is written already" in words_of(client_for(group.ana).get("/huddle/"))
    assert "No lesson yet" in words_of(client_for(group.ana).get("/huddle/sheet"))


def test_the_sheet_has_the_three_newest(group, case, client_for: ClientFor):
    for number in range(5):
        a_lesson(group, case, we_do=f"We do thing {number}.")
    page = words_of(client_for(group.ana).get("/huddle/sheet"))
    assert [number for number in range(5) if f"We do thing {number}." in page] == [2, 3, 4]


# --- writing anew and withdrawing -----------------------------------------------------------------------------------


def test_no_version_is_ever_changed(group, case):
    version = writing.newest_of(a_lesson(group, case))
    for change in (version.save, version.delete, LessonVersion.objects.all().delete):
        with pytest.raises(KeptError):
            change()
    with pytest.raises(KeptError):
        LessonVersion.objects.update(we_do="x")


def test_the_editor_begins_with_what_it_says(group, case, client_for: ClientFor):
    lesson = writing.begin(
        replace(SAID, page=Page.objects.get(slug="desk")),
        office=group.maple.pk,
        case=case,
        action=None,
        by=group.omar,
    ).lesson
    page = client_for(group.omar).get(f"/huddle/{lesson.pk}/edit").content.decode()
    assert TYPED["we_do"] in page
    assert 'value="desk" selected' in page
    client_for(group.omar).post(f"/huddle/{lesson.pk}/edit", {**TYPED, "page": "desk", "seen": "1"})
    assert lesson.versions.count() == 1  # the same words are no new version


def test_of_two_who_write_at_once_the_second_sees_the_first(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    address = f"/huddle/{lesson.pk}/edit"
    client_for(group.ruth).post(address, {**TYPED, "we_do": "She shows it.", "seen": "1"})
    omar = client_for(group.omar)
    answer = omar.post(address, {**TYPED, "we_do": "He prints it.", "seen": "1"})
    assert answer.status_code == 409
    assert "Ruth Bellamy wrote another version" in words_of(answer)
    assert "He prints it." in answer.content.decode()
    assert omar.post(address, {**TYPED, "we_do": "He prints it.", "seen": "2"}).status_code == 303
    assert [one.we_do for one in lesson.versions.order_by("no")] == [TYPED["we_do"], "She shows it.", "He prints it."]


def test_a_refused_version_writes_nothing(group, case, client_for: ClientFor):
    lesson = a_lesson(group, case)
    assert client_for(group.omar).post(f"/huddle/{lesson.pk}/edit", {"seen": "1"}).status_code == 422
    assert lesson.versions.count() == 1


def test_a_withdrawn_lesson_leaves_the_huddle_and_is_kept(group, case, client_for: ClientFor):
    lesson, omar = a_lesson(group, case), client_for(group.omar)
    for person in (omar, client_for(group.ruth)):
        person.post(f"/huddle/{lesson.pk}/withdraw")
    lesson.refresh_from_db()
    assert lesson.withdrawn_by == group.omar
    assert unread(group.ana) == 0
    assert TYPED["we_do"] not in words_of(client_for(group.ana).get("/huddle/"))
    page = words_of(omar.get(f"/huddle/{lesson.pk}"))
    assert "Withdrawn" in page
    assert "Write it anew" not in page
    assert omar.get(f"/huddle/{lesson.pk}/edit").status_code == 404
    with pytest.raises(writing.MovedError):
        writing.write(lesson, SAID, seen=1, by=group.omar)
    assert client_for(group.omar).post(f"/huddle/new?case={case.number}", TYPED).status_code == 303
    assert Lesson.objects.filter(withdrawn_at=None).count() == 1


def test_the_rows_name_themselves(group, case):
    lesson = a_lesson(group, case)
    version = writing.newest_of(lesson)
    assert [str(lesson), str(version), str(LessonReading.objects.get())] == [
        f"Lesson {lesson.pk}", f"{lesson.pk} 1", f"{version.pk} {group.omar.pk}",
    ]  # fmt: skip
