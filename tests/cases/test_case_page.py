"""The case page offers what the rules allow, loses no typing, and lets two people work on one case."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, DANA, PUT_RIGHT, SPOKE, a_case, closed, does, everything_arrives, its_task
from tests.conftest import Cast

from amends.access import actor_at
from amends.audit.models import Look
from amends.cases import actions
from amends.cases.actions import state_of
from amends.cases.case_page_parts import motion
from amends.cases.forms_acts import ACTS
from amends.cases.models import CaseRow
from amends.cases.steps import WISHES
from amends.deliveries.models import Delivery, State
from amends.integrations.open_dental.models import PatientRecord
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, ChartRow, Review
from amends.protocol.words import (
    AsideReason,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    Severity,
    Source,
    Stage,
    Trigger,
    Way,
)

ClientFor = Callable[[Person], Client]
COMMLOG = ChartRow("main", "CommLog", "90213")
REVIEW = Review("google", "r-1", 1, "https://reviews.example/1")


@pytest.fixture
def omar(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.omar)


def page_of(client: Client, row: CaseRow, more: str = "", **headers: str) -> str:
    answer = client.get(f"/cases/{row.number}{more}", headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode()).split("<main")[-1]


def act(client: Client, row: CaseRow, action: str, **typed: Any) -> Any:
    return client.post(f"/cases/{row.number}/act/{action}", {"seen": row.version, **typed})


def done(client: Client, row: CaseRow, action: str, **typed: Any) -> CaseRow:
    """Does it and comes back to the case; gives the row afterwards."""
    answer = act(client, row, action, **typed)
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/cases/{row.number}"), (
        answer.content.decode()
    )
    return CaseRow.system.get(pk=row.pk)


def refused(answer: Any, status: int = 422) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


def offered(page: str) -> set[str]:
    """The actions that a page leads to."""
    return set(re.findall(r"/act/(\w+)", page))


# --- who may look, and what is written about it ----------------------------------------------------------------------


def test_every_look_is_written_down_but_not_what_refreshes_itself(group: Cast, omar: Client) -> None:
    row = a_case(group)
    page_of(omar, row)
    page_of(omar, row, "/print")
    page_of(omar, row, "/rail?v=old", **{"HX-Request": "true"})
    looks = [(look.what, look.case, look.person_name, look.address) for look in Look.objects.order_by("pk")]
    assert looks == [
        ("case", row.number, "Omar Haddad", "127.0.0.1"),
        ("print", row.number, "Omar Haddad", "127.0.0.1"),
    ]


@pytest.mark.parametrize("more", ["", "/rail", "/print", "/act/account"])
@pytest.mark.parametrize(("name", "status"), [("nick", 404), ("alex", 404), ("ana", 200), ("lee", 200)])
def test_a_case_of_another_office_is_not_there(
    group: Cast, client_for: ClientFor, more: str, name: str, status: int
) -> None:
    row = a_case(group)
    assert client_for(group.people[name]).get(f"/cases/{row.number}{more}").status_code == status


@pytest.mark.parametrize("number", ["UP-9999", "UP-0", "UP-" + "9" * 40, "nonsense", "UP-１００１"])
def test_a_number_without_a_case_is_not_there(group: Cast, omar: Client, number: str) -> None:
    assert omar.get(f"/cases/{number}").status_code == 404


def test_the_privacy_officer_sees_everything_and_does_nothing(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group, triggers=frozenset({Trigger.PRIVACY}))
    pia = client_for(group.pia)
    page = page_of(pia, row)
    assert 'tag privacy">Privacy concern' in page
    assert offered(page) == set()
    assert pia.get(f"/cases/{row.number}/act/account").status_code == 404
    assert act(pia, row, "account", text="x", whose="team").status_code == 404


# --- what the page shows ---------------------------------------------------------------------------------------------


def test_the_page_shows_the_rail_the_first_account_and_the_story(group: Cast, omar: Client) -> None:
    row = everything_arrives(a_case(group))
    page = page_of(omar, row)
    assert re.search(r'class="step done" id="step-documented".*?CommLog 901', page, re.S)
    assert 'href="https://od.example/1"' in page
    assert re.search(r'class="step now" id="step-manager"[^>]*aria-current="step"', page)
    assert "Your turn" in page
    assert "Locked as told." in page
    assert "Reported an upset patient at Maple Street" in page
    assert 'href="tel:555-0142"' in page
    assert page.count("<h1") == 1


def test_earlier_cases_of_the_patient_are_shown(group: Cast, omar: Client) -> None:
    first, second = a_case(group), a_case(group)
    assert f'href="/cases/{first.number}"' in page_of(omar, second)
    assert "Earlier cases" not in page_of(omar, first)


def test_what_waits_for_a_person_has_its_ready_text(group: Cast, omar: Client, client_for: ClientFor) -> None:
    row = a_case(group)
    Delivery.objects.filter(case=row, no=1).update(state=State.BY_HAND, why="The key may not write.")
    page = page_of(omar, row)
    assert "I pasted it" in page
    assert "The key may not write." in page
    assert f'name="next" value="/cases/{row.number}"' in page
    assert "I pasted it" not in page_of(client_for(group.pia), row)


def test_when_only_a_note_is_missing_the_case_says_that_a_person_is_needed(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    for command in (c.Acknowledge(), SPOKE, PUT_RIGHT, CAUSE):
        does(group.omar, row, command)
    Delivery.objects.filter(case=row, no=1).update(state=State.BY_HAND)
    everything_arrives(row)
    page = page_of(client_for(group.omar), row)
    assert "Needs a person." in page
    assert 'href="#waits"' in page
    assert "It is nobody’s turn" not in page
    assert 'href="#waits"' not in page_of(client_for(group.pia), row)


def test_a_case_waits_for_nobody_where_only_what_is_good_to_have_is_missing(group: Cast, omar: Client) -> None:
    row = does(group.omar, its_task(a_case(group), seen_at=timezone.now()), SPOKE, PUT_RIGHT, CAUSE)
    Delivery.objects.filter(case=row, purpose=Purpose.TASK_CLOSED).update(state=State.BY_HAND, why="It is too old.")
    Delivery.objects.exclude(purpose=Purpose.TASK_CLOSED).filter(case=row).update(due_at=timezone.now())
    page = page_of(omar, row)
    assert "Needs a person." not in page
    assert "Waits for a person" not in page
    assert "It is nobody’s turn" in page
    assert "When there is time" in page
    assert "The case does not wait for this." in page
    assert "It is too old." in page


def test_the_rail_says_when_the_task_was_seen_and_asks_what_was_said(group: Cast, omar: Client) -> None:
    row = its_task(a_case(group), seen_at=timezone.now())
    page = page_of(omar, row)
    assert re.search(r'id="step-manager".*?Task seen <time.*?</time> in Open Dental.*?id="step-spoken"', page, re.S)
    assert "what was said?" not in page
    its_task(row, done_at=timezone.now())
    asked = "The Task was set to done (<time.*?</time>), and nothing is recorded yet: what was said?"
    pattern = re.escape(asked).replace(r"<time\.\*\?</time>", "<time.*?</time>")
    assert re.search(rf'id="step-spoken".*?{pattern}', page_of(omar, row), re.S)
    assert "The Task to Omar Haddad was set to done in Open Dental." in page_of(omar, row)
    does(group.omar, row, SPOKE)
    assert "nothing is recorded yet" not in page_of(omar, row)


def taken_back(group: Cast) -> CaseRow:
    """A case that was found in a CommLog, whose type somebody then changed to another."""
    row = a_case(group, source=Source.COMMLOG, found=COMMLOG)
    actions.perform(command=c.ChartRowUnmarked(row=COMMLOG), by=AMENDS, case=row.pk)
    return CaseRow.system.get(pk=row.pk)


def test_a_mark_that_was_taken_back_is_said_calmly_until_somebody_goes_on(group: Cast, omar: Client) -> None:
    row = taken_back(group)
    hint = "CommLog 90213 is not marked as an upset patient any more. If this case was a mistake"
    for page in (page_of(omar, row), page_of(omar, row, "/rail?v=old", **{"HX-Request": "true"})):
        assert hint in page
        assert f'<a href="/cases/{row.number}/act/set_aside">set it aside</a>' in page
    assert row.due_at is not None
    actions.perform(command=c.DeadlinePassed(due=row.due_at), by=AMENDS, case=row.pk, at=row.due_at)
    assert hint in page_of(omar, row), "Amends itself is nobody who goes on"
    does(group.omar, row, c.Acknowledge())
    assert hint not in page_of(omar, row)


def test_a_mark_that_was_taken_back_is_no_question_once_the_case_is_set_aside(group: Cast, omar: Client) -> None:
    row = taken_back(group)
    does(group.omar, row, c.PutAside(reason=AsideReason.BY_MISTAKE, note="Wrong type."))
    assert "If this case was a mistake" not in page_of(omar, row)


def test_who_cannot_set_a_case_aside_is_not_sent_there(group: Cast, client_for: ClientFor) -> None:
    row = taken_back(group)
    page = page_of(client_for(group.pia), row)
    assert "a manager can set it aside" in page
    assert "/act/set_aside" not in page


def test_a_patient_who_came_back_stands_on_the_page_of_the_closed_case(group: Cast, omar: Client) -> None:
    row = closed(group)
    assert "came back" not in page_of(omar, row)
    day = timezone.now().date() + timedelta(days=20)
    actions.perform(command=c.PatientCameBack(visit="77", on=day), by=AMENDS, case=row.pk)
    said = f"The patient came back on {day:%b} {day.day}, {day.year}."
    assert said in page_of(omar, row)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"source": Source.COMMLOG, "found": COMMLOG}, "Written in Open Dental: CommLog 90213."),
        ({"source": Source.CLINICAL_NOTE}, "Found in a clinical note."),
        ({"source": Source.REVIEW, "review": REVIEW}, "Found in an online review."),
        ({}, ""),
    ],
)
def test_where_a_case_was_found_stands_with_its_first_words(
    group: Cast, omar: Client, fields: dict[str, Any], words: str
) -> None:
    row = a_case(group, **fields)
    for page in (page_of(omar, row), page_of(omar, row, "/print")):
        assert f"Locked as told.{words and ' '}{words}</p>" in page


def test_that_something_arrived_stands_with_its_cause_and_in_the_printed_record(group: Cast, omar: Client) -> None:
    row = closed(group)
    assert "Arrived:" not in page_of(omar, row)
    assert "Arrived: CommLog 901." in page_of(omar, row, "/print")


def test_a_pasted_delivery_says_who_pasted_it(group: Cast, omar: Client) -> None:
    row = a_case(group)
    Delivery.objects.filter(case=row, no=1).update(state=State.BY_HAND)
    delivery = Delivery.objects.get(case=row, no=1)
    omar.post(f"/deliveries/{delivery.pk}/pasted", {"number": "90213", "next": f"/cases/{row.number}"})
    assert "CommLog 90213, pasted by Omar Haddad" in page_of(omar, row)


def test_a_case_without_a_patient(group: Cast, omar: Client) -> None:
    row = a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN, kinds=(), review=REVIEW)
    page = page_of(omar, row)
    assert "Patient not known" in page
    assert "On Google, 1 star" in page
    assert "Not said" not in page


def test_print_view_holds_everything_in_order(group: Cast, omar: Client) -> None:
    row = closed(group)
    page = page_of(omar, row, "/print")
    assert page.index("Reported an upset patient") < page.index("Spoke with the patient") < page.index("Closed:")
    assert "The bill was twice the estimate." in page
    assert "CommLog 901" in page
    assert re.search(r"1\. \w{3}, \w{3} \d+ \d{4}, ", page)


# --- what is offered -------------------------------------------------------------------------------------------------


def test_every_action_has_its_form_and_its_wish() -> None:
    assert set(ACTS) == set(WISHES)


@pytest.mark.parametrize(
    ("name", "now", "more"),
    [
        ("ana", "", {"attempt", "account", "correct", "patient", "set_aside"}),
        ("omar", "acknowledge", {"conversation", "attempt", "hand_over", "ask_region", "remedy", "promise"}),
        ("ruth", "acknowledge", {"conversation", "attempt", "hand_over", "ask_region"}),
        ("rita", "", {"acknowledge", "conversation", "ask_leaders"}),
        ("lee", "", {"step_in", "conversation"}),
    ],
)
def test_everybody_is_offered_what_the_rules_allow_them(
    group: Cast, client_for: ClientFor, name: str, now: str, more: set[str]
) -> None:
    row = a_case(group)
    page = page_of(client_for(group.people[name]), row)
    assert more <= offered(page)
    forms = re.findall(r'<form[^>]*action="/cases/UP-\d+/act/(\w+)"', page)
    assert forms == ([now] if now else [])
    if name == "ana":
        assert not offered(page) & {"acknowledge", "conversation", "addressed", "remedy"}


def test_the_open_form_follows_the_step(group: Cast, omar: Client) -> None:
    row = a_case(group, review=REVIEW, repeat_of=("UP-9",))

    def now() -> str:
        found = re.search(r'id="open-card".*?<form[^>]*/act/(\w+)"', page_of(omar, row), re.S)
        return found[1] if found else ""

    steps = ["acknowledge"]
    for command in (c.Acknowledge(), SPOKE, PUT_RIGHT, c.ReviewReplyLive(), CAUSE, c.DeclineAction(reason="Once.")):
        assert now() == steps[-1]
        does(group.omar, row, command)
        steps.append(now())
    assert steps == ["acknowledge", "conversation", "addressed", "reply_live", "causes", "plan", ""]
    assert "It is nobody’s turn" in page_of(omar, row)
    everything_arrives(row)
    page = page_of(omar, row)
    assert "open-card" not in page
    assert {"reopen", "conversation"} <= offered(page)


def test_a_plan_is_not_offered_before_there_is_anything_to_learn(group: Cast, omar: Client) -> None:
    assert not {"plan", "decline"} & offered(page_of(omar, a_case(group)))
    assert {"plan", "decline"} <= offered(page_of(omar, a_case(group, repeat_of=("UP-9",))))


def test_a_leader_who_has_a_case_says_that_they_have_it(group: Cast, client_for: ClientFor) -> None:
    row = does(group.omar, a_case(group), c.HandOver(to=actor_at(group.lee, str(group.maple.pk)).person, why="Ask."))
    page = page_of(client_for(group.lee), row)
    assert re.search(r'<form[^>]*action="[^"]*/act/acknowledge"', page)
    assert "step_in" not in offered(page)


# --- doing -----------------------------------------------------------------------------------------------------------


def test_the_way_from_taking_it_on_to_closed(group: Cast, omar: Client) -> None:
    row = done(omar, a_case(group), "acknowledge")
    assert row.stage == Stage.OFFICE
    row = done(omar, row, "attempt", way="voicemail", note="")
    row = done(omar, row, "conversation", way="phone", note="We went through it.", heart=["hear", "thank"])
    row = done(omar, row, "remedy", kind="credit", amount="120.50", accepted="yes", note="")
    assert state_of(row.pk).remedies[0].amount == Decimal("120.50")
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    row = done(omar, row, "promise", text="A written estimate", owner=str(group.ana.pk), due=tomorrow)
    assert "A written estimate" in page_of(omar, row)
    row = done(omar, row, "settle_promise", no="1", kept="yes")
    row = done(omar, row, "addressed", resolution="credit", note="", change="", causes=["estimate_wrong"])
    assert state_of(row.pk).causes == ("estimate_wrong",)
    assert everything_arrives(row).stage == Stage.CLOSED
    page = page_of(omar, row)
    assert "Spoke with the patient by phone (heard them out, thanked them for telling us)" in page
    assert "Offered: credit of $120.50; accepted." in page
    assert "Promise 1 was kept." in page


def test_cause_and_addressed_are_recorded_together_or_not_at_all(group: Cast, omar: Client) -> None:
    row = a_case(group)
    page = refused(act(omar, row, "addressed", resolution="credit", causes=["estimate_wrong"], note="", change=""))
    assert "First record the conversation" in page
    assert re.search(r'value="estimate_wrong"[^>]*checked', page)
    assert state_of(row.pk).causes == ()


def test_a_case_with_a_cause_is_not_asked_for_one_again(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group), SPOKE, CAUSE)
    assert "What got in the way?" not in page_of(omar, row, "/act/addressed")
    done(omar, row, "addressed", resolution="credit", note="", change="")


def test_asking_the_region_and_the_leaders_and_stepping_in(group: Cast, omar: Client, client_for: ClientFor) -> None:
    row = done(omar, a_case(group), "ask_region", why="She wants more.", tried="I called.")
    assert (row.stage, row.owner_id) == (Stage.REGION, group.rita.pk)
    row = done(client_for(group.rita), row, "ask_leaders", why="She wants to speak with an owner.", tried="")
    assert (row.stage, row.owner_id) == (Stage.LEADERS, group.lee.pk)
    row = done(client_for(group.sam), row, "step_in")
    assert row.owner_id == group.sam.pk


def test_handing_over_to_a_cover(group: Cast, omar: Client) -> None:
    row = a_case(group)
    page = page_of(omar, row, "/act/hand_over")
    assert "Ruth Bellamy, office manager" in page
    assert "Omar Haddad, office manager" not in page
    assert done(omar, row, "hand_over", to=str(group.ruth.pk), why="I am away.").owner_id == group.ruth.pk
    assert refused(act(omar, row, "hand_over", to=str(group.nick.pk), why="x"))


def test_a_case_that_nobody_has_can_be_handed_to_anybody_who_answers(group: Cast, omar: Client) -> None:
    posts = list(Post.objects.exclude(person=group.ana))
    Post.objects.exclude(person=group.ana).delete()
    group.maple.save()
    row = a_case(group)
    Post.objects.bulk_create(posts)
    group.maple.save()
    page = page_of(omar, row, "/act/hand_over")
    assert "Omar Haddad, office manager" in page
    assert "<strong>Nobody has it.</strong>" in page_of(omar, row)


def test_a_day_that_the_patient_asked_for_is_written_with_the_attempt(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group), c.Acknowledge())
    day = (timezone.now() + timedelta(days=7)).date()
    yesterday = (timezone.now() - timedelta(days=3)).date()
    assert "is over" in refused(act(omar, row, "attempt", way="phone", note="", call_back_on=yesterday.isoformat()))
    row = done(omar, row, "attempt", way="phone", note="", call_back_on=day.isoformat())
    assert row.due_at is not None
    assert row.due_at.date() >= day
    assert f"They asked for a call on {day:%A}, {day:%b} {day.day}." in page_of(omar, row)


def test_attempts_that_end(group: Cast, omar: Client) -> None:
    row = a_case(group)
    assert "The protocol asks for 3 attempts" in refused(act(omar, row, "settle", reason="attempts_made", note=""))
    row = done(omar, row, "settle", reason="asked_not_to", note="She wrote so.")
    settled = state_of(row.pk).settled
    assert settled is not None
    assert settled.reason is NoContact.ASKED_NOT_TO


def test_review_reply_live_or_signed_for(group: Cast, omar: Client) -> None:
    row = a_case(group, source=Source.REVIEW, review=REVIEW)
    assert "begins with https" in refused(act(omar, row, "reply_live", link="javascript:alert(1)"))
    row = done(omar, row, "reply_live", link="https://reviews.example/1#reply")
    other = a_case(group, source=Source.REVIEW, review=REVIEW)
    done(omar, other, "except_reply", reason="review_gone", note="It was taken down.")
    excepted = state_of(other.pk).reply_excepted
    assert excepted is not None
    assert excepted.reason is ReplyException.REVIEW_GONE
    assert done(omar, a_case(group, source=Source.REVIEW, review=REVIEW), "reply_live", link="").pk


def test_learning_causes_plans_and_repeats(group: Cast, omar: Client) -> None:
    first, row = a_case(group), a_case(group)
    row = done(omar, row, "causes", causes=["wait_in_office"], note="Two emergencies.")
    row = done(omar, row, "repeat", of=first.number)
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    row = done(omar, row, "plan", what="Tell people at ten minutes", owner=str(group.omar.pk), due=day)
    done(omar, row, "decline", reason="Nothing more.")
    case = state_of(row.pk)
    assert (case.causes, case.repeat_of) == (("wait_in_office",), (first.number,))
    assert (case.actions[0].what, case.no_action_because) == ("Tell people at ten minutes", "Nothing more.")


def test_adding_to_the_story(group: Cast, client_for: ClientFor) -> None:
    row = done(client_for(group.ana), a_case(group), "account", text="She called again.", whose="team")
    assert "Noted inside: “She called again.”" in page_of(client_for(group.ana), row)


def test_reopening(group: Cast, client_for: ClientFor) -> None:
    row = done(client_for(group.ana), closed(group), "reopen", why="She called again.")
    assert row.is_open


# --- correcting ------------------------------------------------------------------------------------------------------


def corrections(row: CaseRow, **changes: Any) -> dict[str, Any]:
    return {"kinds": ["billing"], "severity": "upset", "moment": "checkout", "triggers": [], "why": "It was."} | changes


def test_only_what_was_changed_is_corrected(group: Cast, omar: Client) -> None:
    row = a_case(group)
    page = page_of(omar, row, "/act/correct")
    assert re.search(r'value="billing"[^>]*checked', page)
    assert re.search(r'value="checkout"[^>]*checked', page)
    row = done(omar, row, "correct", **corrections(row, kinds=["wait"], severity="mild", moment="before"))
    case = state_of(row.pk)
    assert (case.kinds, case.severity, case.moment) == (("wait",), Severity.MILD, Moment.BEFORE)
    assert row.version == 4


def test_a_severe_fact_makes_the_case_severe_by_itself(group: Cast, omar: Client) -> None:
    row = done(omar, a_case(group), "correct", **corrections(a_case(group), triggers=["lawyer", "privacy"]))
    case = state_of(row.pk)
    assert (set(case.triggers), case.severity) == ({Trigger.LAWYER, Trigger.PRIVACY}, Severity.SEVERE)


def test_a_correction_that_changes_nothing_says_so(group: Cast, omar: Client) -> None:
    row = a_case(group)
    assert "Nothing is changed yet." in refused(act(omar, row, "correct", **corrections(row)))
    page = refused(act(omar, row, "correct", **corrections(row, severity="furious", why="")))
    assert "Write why it is corrected." in page


def test_who_the_patient_is(group: Cast, omar: Client) -> None:
    row = a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN)
    page = page_of(omar, row, "/act/patient")
    assert re.search(r'value="unknown" checked', page)
    row = done(omar, row, "patient", patient="1001", name_1001="Dana Quillfeather", phone_1001="555-0142", why="")
    assert state_of(row.pk).patient == DANA
    page = refused(act(omar, row, "patient", patient="1002", name_1002="Tess Underbough", why=""))
    assert "Write why the patient is corrected." in page
    assert re.search(r'value="1002" checked> <span>Tess Underbough', page)
    assert "That is not a patient number" in refused(act(omar, row, "patient", patient="x", why=""))
    row = done(omar, row, "patient", patient="not_a_patient", why="A visitor.")
    assert state_of(row.pk).patient_status is PatientStatus.NOT_A_PATIENT
    assert re.search(r'value="not_a_patient" checked', page_of(omar, row, "/act/patient"))
    assert "patient" in offered(page_of(omar, row))


def test_setting_aside_and_making_one_story_of_two(group: Cast, omar: Client, client_for: ClientFor) -> None:
    kept, twice = a_case(group), a_case(group, account="The same bill again.")
    page = refused(act(omar, twice, "set_aside", reason="duplicate", duplicate_of="UP-9999", note=""))
    assert "There is no such case" in page
    page = refused(act(omar, twice, "set_aside", reason="duplicate", duplicate_of=twice.number, note=""))
    assert "That is this case." in page
    page = refused(act(omar, twice, "set_aside", reason="duplicate", duplicate_of="", note=""))
    assert "A duplicate needs the number" in page
    there = a_case(group, by=group.nick, office=group.harbor)
    assert "There is no such case" in refused(
        act(omar, twice, "set_aside", reason="duplicate", duplicate_of=there.number, note="")
    )
    row = done(omar, twice, "set_aside", reason="duplicate", duplicate_of=kept.number.lower(), note="")
    assert row.stage == Stage.SET_ASIDE
    assert state_of(kept.pk).merged == (twice.number,)
    assert "The same bill again." in page_of(omar, kept)
    other = a_case(group)
    assert done(omar, other, "set_aside", reason="not_upset", duplicate_of="", note="A joke.").stage == Stage.SET_ASIDE
    slip = a_case(group)
    ana = client_for(group.ana)
    assert "The patient was not upset" not in page_of(ana, slip, "/act/set_aside")
    done(ana, slip, "set_aside", reason=AsideReason.BY_MISTAKE.value, note="Wrong button.")


# --- nothing typed is lost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(set(ACTS) - {"acknowledge", "step_in"}))
def test_an_empty_form_says_what_to_mend_and_records_nothing(group: Cast, omar: Client, action: str) -> None:
    row = a_case(group, review=REVIEW) if action == "reply_live" else a_case(group)
    if action == "reply_live":
        assert done(omar, row, action).version > row.version  # a reply may have no address
        return
    page = refused(act(omar, row, action))
    assert "error-summary" in page
    assert CaseRow.system.get(pk=row.pk).version == row.version


def test_a_refused_form_keeps_what_was_typed(group: Cast, omar: Client) -> None:
    page = refused(act(omar, a_case(group), "conversation", way="", note="We talked <b>long</b> 🦷", heart=["hear"]))
    assert "We talked &lt;b&gt;long&lt;/b&gt; 🦷" in page
    assert re.search(r'value="hear"[^>]*checked', page)
    assert "Say how you spoke." in page


@pytest.mark.parametrize(
    ("action", "typed", "words"),
    [
        ("remedy", {"kind": "credit", "amount": "lots"}, "Write the amount as a number"),
        ("remedy", {"kind": "credit", "amount": "1e400"}, "error-summary"),
        ("remedy", {"kind": "apology", "amount": "5"}, "An amount belongs to a credit or a refund only."),
        ("promise", {"text": "x", "owner": "1", "due": "soon"}, "Write the date as year-month-day."),
        ("promise", {"text": "x", "owner": "{omar}", "due": "0001-01-01"}, "still to come"),
        ("promise", {"text": "x", "owner": "{omar}", "due": "9999-12-31"}, "five years"),
        ("promise", {"text": "x", "owner": "{nick}", "due": "2030-01-01"}, "error-summary"),
        ("account", {"text": "x" * 100_000, "whose": "team"}, "That is 100,000 characters"),
        ("settle_promise", {"no": "7", "kept": "yes"}, "error-summary"),
        ("acknowledge", {"seen": "-1"}, "error-summary"),
        ("acknowledge", {"seen": "9" * 40}, "error-summary"),
    ],
)
def test_odd_values_are_refused_in_words(
    group: Cast, omar: Client, action: str, typed: dict[str, str], words: str
) -> None:
    named = {key: value.format(omar=group.omar.pk, nick=group.nick.pk) for key, value in typed.items()}
    assert words in refused(act(omar, a_case(group), action, **named))


def test_an_unknown_action_is_not_there(group: Cast, omar: Client) -> None:
    row = a_case(group)
    assert act(omar, row, "delete").status_code == 404
    assert omar.put(f"/cases/{row.number}/act/acknowledge").status_code == 405


# --- two people ------------------------------------------------------------------------------------------------------


def test_what_somebody_else_did_is_shown_and_the_second_press_goes_through(group: Cast, omar: Client) -> None:
    row = a_case(group)
    does(group.ruth, row, c.LogAttempt(way=Way.PHONE, note="No answer at noon."))
    typed = {"way": "phone", "note": "We went through it.", "heart": ["hear", "thank"]}
    page = refused(act(omar, row, "conversation", **typed), status=409)
    assert "Ruth Bellamy, office manager" in page
    assert "No answer at noon." in page
    assert "We went through it." in page
    assert len(re.findall(r'name="heart"[^>]*checked', page)) == 2
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    assert state_of(row.pk).conversations == ()
    done(omar, row, "conversation", **typed, seen=seen[1])
    assert len(state_of(row.pk).conversations) == 1


def test_what_amends_did_in_the_meantime_is_no_reason_to_stop(group: Cast, omar: Client) -> None:
    row = a_case(group)
    everything_arrives(row)
    done(omar, row, "acknowledge")


def test_a_form_without_a_version_is_not_compared(group: Cast, omar: Client) -> None:
    row = a_case(group)
    does(group.ruth, row, c.LogAttempt(way=Way.PHONE))
    done(omar, row, "account", seen="", text="She called.", whose="team")


def test_a_button_pressed_twice_counts_once(group: Cast, omar: Client) -> None:
    row = a_case(group)
    typed = {"way": "phone", "note": "We went through it."}
    done(omar, row, "conversation", **typed)
    done(omar, row, "conversation", **typed)
    assert len(state_of(row.pk).conversations) == 1
    done(omar, row, "conversation", **typed | {"note": "And again."})
    assert len(state_of(row.pk).conversations) == 2
    day = (timezone.now() + timedelta(days=2)).date().isoformat()
    promise = {"text": "A call", "owner": str(group.omar.pk), "due": day}
    done(omar, row, "promise", **promise)
    now = done(omar, row, "promise", **promise)
    assert len(state_of(row.pk).promises) == 1
    done(omar, now, "promise", **promise)  # from a page that shows the first one: meant
    assert len(state_of(row.pk).promises) == 2


# --- the page while it is open ---------------------------------------------------------------------------------------


def rail(client: Client, row: CaseRow, v: str, opened: str = "") -> Any:
    return client.get(f"/cases/{row.number}/rail", {"v": v, "open": opened}, headers={"HX-Request": "true"})


def asked_of(page: str) -> tuple[str, str]:
    """The version and the open form that the page will ask with."""
    found = re.search(r"/rail\?v=([^&]*)&amp;open=([^\"]*)\"", page)
    assert found
    return found[1], found[2]


def test_nothing_is_sent_while_nothing_moves(group: Cast, omar: Client) -> None:
    row = a_case(group)
    v, opened = asked_of(page_of(omar, row))
    assert (v, opened) == (motion(row), f"acknowledge.{group.omar.pk}")
    assert rail(omar, row, v, opened).status_code == 204


def test_a_delivery_that_moves_reaches_the_page_and_leaves_the_open_form_alone(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group), c.Acknowledge())
    v, opened = asked_of(page_of(omar, row))
    everything_arrives(row)
    part = rail(omar, row, v, opened).content.decode()
    assert 'id="step-documented" hx-swap-oob="true"' in part
    assert "CommLog 901" in part
    assert "step-spoken" not in part
    assert "<textarea" not in part
    assert asked_of(part)[0] != v


def test_a_page_without_an_open_form_gets_the_whole_rail(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    ana = client_for(group.ana)
    v, opened = asked_of(page_of(ana, row))
    assert opened == ""
    does(group.omar, row, c.Acknowledge())
    part = rail(ana, row, v, opened).content.decode()
    assert '<ol class="rail" id="rail" hx-swap-oob="true">' in part
    assert "Omar Haddad’s turn" in part


def test_a_form_that_became_another_one_is_not_taken_away(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group), c.Acknowledge())
    v, opened = asked_of(page_of(omar, row))
    does(group.rita, row, c.Acknowledge())
    answer = rail(omar, row, v, opened)
    assert answer.status_code == 286  # htmx stops asking
    part = answer.content.decode()
    assert "Rita Lindqvist" in part
    assert "What you are typing is kept." in part
    assert 'id="rail"' not in part


def test_a_page_asks_while_the_case_is_open_and_not_at_all_when_all_is_done(group: Cast, omar: Client) -> None:
    row = a_case(group)
    assert "v=1." in (poller := page_of(omar, row).partition('id="poller"')[2].partition("</div>")[0])
    assert 'hx-trigger="every 4s, look"' in poller
    row = closed(group)
    PatientRecord.objects.update(wanted_at=None, tried_at=timezone.now())  # the record was read just now
    assert '<div id="poller" hidden></div>' in page_of(omar, row)


def test_remedies_of_every_kind_can_be_recorded(group: Cast, omar: Client) -> None:
    row = a_case(group)
    for kind in RemedyKind:
        amount = "10" if kind in (RemedyKind.CREDIT, RemedyKind.REFUND) else ""
        row = done(omar, row, "remedy", kind=kind.value, amount=amount, accepted="", note="")
    assert [remedy.kind for remedy in state_of(row.pk).remedies] == list(RemedyKind)


def test_who_was_involved_is_seen_by_managers_only(
    group: Cast, omar: Client, client_for: Callable[..., Client]
) -> None:
    row = a_case(group)
    row = done(omar, row, "involved", people=[str(group.ruth.pk), str(group.ana.pk)])
    assert {one.id for one in state_of(row.pk).involved} == {str(group.ruth.pk), str(group.ana.pk)}
    form = omar.get(f"/cases/{row.number}/act/involved").content.decode()
    assert form.count("checked") == 2
    assert "Nick Tanaka" not in form  # he works elsewhere
    ana = client_for(group.ana)
    for where in ("", "/print"):
        text = ana.get(f"/cases/{row.number}{where}").content.decode()
        assert "Ruth Bellamy" not in text
    assert "Noted who was involved." in text
    assert ana.get(f"/cases/{row.number}/act/involved").status_code == 404
    assert ana.post(f"/cases/{row.number}/act/involved", {"people": []}).status_code == 404
    done(omar, row, "involved", people=[])
    assert "Nobody is named as involved any more." in omar.get(f"/cases/{row.number}").content.decode()
