"""Managers who never open Amends: what they write about a patient is the conversation, its end, or a cry for help."""

from datetime import timedelta

import pytest
from tests.cases.story import opened
from tests.conftest import Cast
from tests.listening.world import ANA, DANA, OMAR, RITA, RUTH, TESS, World
from tests.listening.worlds import MakeWorld

from amends.deliveries.models import Delivery
from amends.practice.models import Absence, Person
from amends.protocol import events as e
from amends.protocol.values import Patient
from amends.protocol.words import Purpose, Role, Source, Stage, Way
from amends.simulators.open_dental.settings import Mode, Settings

PATIENT = Patient("main", DANA, "Dana Quillfeather")


@pytest.fixture
def reported(world: World, group: Cast) -> World:
    """Ana reported Dana on the Report page; everything reached Open Dental."""
    opened(group.maple, group.ana, patient=PATIENT)
    world.deliver()
    return world


def later(world: World) -> None:
    world.time.pass_by(seconds=30)
    world.round()


def kinds(world: World) -> list[str]:
    """What happened, but for deliveries."""
    return [type(fact).__name__ for fact in world.facts() if not isinstance(fact, e.DeliveryProven)]


def test_commlog_with_the_cases_number_is_the_conversation(reported: World, group: Cast) -> None:
    number = reported.commlog("Spoke with her, UP-1001: credit of 40 dollars, she is fine.", by=OMAR, upset=False)
    later(reported)
    (talk,) = reported.case.conversations
    assert (talk.by.id, talk.way) == (str(group.omar.pk), Way.PHONE)
    assert [proof.id for proof in reported.case.proofs if proof.purpose is Purpose.CONVERSATION] == [str(number)]
    assert not Delivery.objects.filter(purpose=Purpose.CONVERSATION.value).exists()


def test_commlog_of_the_type_is_the_conversation_while_the_case_is_theirs(reported: World) -> None:
    reported.commlog("We went through the bill together.", by=OMAR)
    later(reported)
    assert kinds(reported)[-2:] == ["Acknowledged", "ConversationRecorded"]


def test_regional_managers_commlog_on_a_case_that_is_not_theirs_is_an_account(reported: World) -> None:
    reported.commlog("She stopped me in the parking lot.", by=RITA)
    later(reported)
    assert kinds(reported)[-1] == "AccountAdded"
    assert not reported.case.conversations


def test_resolved_records_the_conversation_and_puts_it_right(reported: World) -> None:
    reported.commlog("Resolved: apologized, new crown at no charge.", by=OMAR, upset=False, Mode_="In Person")
    later(reported)
    case = reported.case
    assert case.stage is Stage.ADDRESSED
    assert case.conversations[0].way is Way.IN_PERSON
    assert case.round_addressing
    assert case.round_addressing.note == "apologized, new crown at no charge."
    told = Delivery.objects.get(purpose=Purpose.LEADERS_TOLD.value)
    assert "crown" not in told.payload["text"], "no words of the chart go to the leaders' channel"


def test_escalate_asks_the_region(reported: World, group: Cast) -> None:
    reported.commlog("ESCALATE: he wants his money back, beyond my limit.", by=OMAR, upset=False)
    later(reported)
    assert reported.case.stage is Stage.REGION
    assert reported.case.owner
    assert reported.case.owner.id == str(group.rita.pk)
    assert kinds(reported)[-1] == "Escalated"


def test_region_escalates_to_the_leaders(reported: World, group: Cast) -> None:
    reported.commlog("ESCALATE: beyond my limit.", by=OMAR, upset=False)
    later(reported)
    reported.commlog("escalate: lawyer called.", by=RITA, upset=False)
    later(reported)
    assert reported.case.stage is Stage.LEADERS


@pytest.mark.parametrize(
    ("note", "mode"),
    [
        ("TRIED: called at noon.", "Phone"),
        ("UP-1001 LVM to call back.", "Phone"),
        ("UP-1001 no answer, mailbox full", "Phone"),
        ("UP-1001 sent a long apology.", "Email"),
        ("UP-1001 couldn't reach her.", "Phone"),
    ],
)
def test_a_try_is_never_taken_for_a_conversation(reported: World, note: str, mode: str) -> None:
    reported.commlog(note, by=OMAR, upset=False, Mode_=mode)
    later(reported)
    assert len(reported.case.attempts) == 1
    assert not reported.case.conversations


@pytest.mark.parametrize(
    "note", ["UP-1001 no answer at first, then she called back.", "UP-1001 spoke; left a message too"]
)
def test_both_is_a_conversation(reported: World, note: str) -> None:
    reported.commlog(note, by=OMAR, upset=False)
    later(reported)
    assert reported.case.conversations


def test_first_words_of_the_team_decide_nothing(reported: World) -> None:
    reported.commlog("RESOLVED: all well.", upset=True)
    later(reported)
    assert reported.case.stage is Stage.REPORTED
    assert reported.case.accounts[-1].text == "RESOLVED: all well."


def test_managers_other_commlogs_mean_nothing(reported: World) -> None:
    version = reported.case.version
    reported.commlog("Confirmed for Tuesday.", by=OMAR, upset=False)
    reported.commlog("Quotes UP-1001.1 from above.", by=OMAR, upset=False)
    reported.commlog("UP-1001 is another patient's case.", by=OMAR, upset=False, patient=TESS)
    later(reported)
    assert reported.case.version == version


def test_manager_who_writes_it_first_has_the_case(world: World, group: Cast) -> None:
    world.commlog("Left angry about the bill.", by=OMAR)
    later(world)
    assert world.case.stage is Stage.OFFICE
    assert world.case.owner
    assert world.case.owner.id == str(group.omar.pk)
    assert not Delivery.objects.filter(purpose=Purpose.TASK.value).exists()


def test_manager_who_put_it_right_in_the_moment_says_it_once(world: World) -> None:
    world.commlog("RESOLVED: left angry about the bill; waived the difference, she thanked us.", by=OMAR)
    later(world)
    case = world.case
    assert case.source is Source.COMMLOG
    assert case.stage is Stage.ADDRESSED
    assert len(case.conversations) == 1


def test_entry_that_the_rules_refuse_is_kept_as_an_account(reported: World) -> None:
    reported.commlog("ESCALATE: beyond my limit.", by=OMAR, upset=False)
    later(reported)
    reported.commlog("ESCALATE: please, again.", by=OMAR, upset=False)
    later(reported)
    assert reported.case.accounts[-1].text == "ESCALATE: please, again."


# --- cover -----------------------------------------------------------------------------------------------------------


def covers(world: World, cover: Person, omar: Person) -> None:
    """From an hour ago to in an hour, as it is in the world."""
    now, hour = world.time.real(), timedelta(hours=1)
    Absence.objects.create(person=omar, begins=now - hour, ends=now + hour, cover=cover)


def test_what_somebody_of_the_team_writes_while_they_cover_is_the_managers_word(reported: World, group: Cast) -> None:
    covers(reported, group.ana, group.omar)
    reported.commlog("RESOLVED: apologized, she is fine.", by=ANA)
    later(reported)
    assert reported.case.stage is Stage.ADDRESSED
    (talk,) = reported.case.conversations
    assert (talk.by.id, talk.by.role) == (str(group.ana.pk), Role.OFFICE_MANAGER)


def test_commlog_of_the_type_is_the_conversation_while_the_case_is_theirs_whom_one_covers(
    reported: World, group: Cast
) -> None:
    covers(reported, group.ruth, group.omar)
    reported.commlog("We went through the bill together.", by=RUTH)
    later(reported)
    assert [talk.by.id for talk in reported.case.conversations] == [str(group.ruth.pk)]


def test_an_entry_that_is_heard_after_the_cover_ended_counts_as_it_was_written(reported: World, group: Cast) -> None:
    covers(reported, group.ana, group.omar)
    reported.commlog("We went through the bill together.", by=ANA)
    reported.time.pass_by(hours=3)
    reported.round()
    assert reported.case.conversations


def test_who_dates_an_entry_back_into_the_time_of_their_cover_is_still_of_the_team(
    reported: World, group: Cast
) -> None:
    covers(reported, group.ana, group.omar)
    then = list(reported.there.all("commlog"))[-1]["CommDateTime"]
    reported.time.pass_by(hours=3)
    reported.commlog("We went through the bill together.", by=ANA, CommDateTime=then)
    later(reported)
    assert kinds(reported)[-1] == "AccountAdded"


def test_without_cover_the_team_and_another_manager_tell_an_account(reported: World, group: Cast) -> None:
    for number in (ANA, RUTH):
        reported.commlog("RESOLVED: all well." if number == ANA else "She told me more.", by=number)
        later(reported)
    assert kinds(reported)[-2:] == ["AccountAdded", "AccountAdded"]
    assert not reported.case.conversations


def test_who_covers_and_writes_it_first_puts_it_right_in_the_moment(world: World, group: Cast) -> None:
    covers(world, group.ana, group.omar)
    world.commlog("RESOLVED: left angry about the bill; waived the difference.", by=ANA)
    later(world)
    assert world.case.stage is Stage.ADDRESSED


# --- Tasks -----------------------------------------------------------------------------------------------------------


def the_task(world: World) -> int:
    return int(Delivery.objects.filter(purpose=Purpose.TASK.value).earliest("no").proof_id)


def test_task_that_is_opened_and_done_is_told(reported: World) -> None:
    reported.set_task(the_task(reported), "Viewed")
    later(reported)
    reported.time.pass_by(minutes=5)
    reported.set_task(the_task(reported), "Done")
    later(reported)
    (task,) = reported.case.tasks
    assert task.seen_at
    assert task.done_at
    assert 280 <= (task.done_at - task.seen_at).total_seconds() <= 400
    assert Delivery.objects.filter(purpose=Purpose.ASK.value).count() == 1, "nothing is recorded yet"
    later(reported)
    assert Delivery.objects.filter(purpose=Purpose.ASK.value).count() == 1


def test_task_that_was_dragged_into_another_list_is_still_ours(reported: World) -> None:
    reported.change("task", the_task(reported), TaskListNum=502)
    reported.set_task(the_task(reported), "Viewed")
    later(reported)
    assert reported.case.tasks[0].seen_at


def test_no_request_is_made_while_no_task_stands(world: World) -> None:
    asked = len(list(world.there.all("securitylog")))
    world.simulator.faults.put({"rules": [{"method": "GET", "path": "/tasks", "times": None, "then": "status:500"}]})
    world.round("tasks")
    assert len(list(world.there.all("securitylog"))) == asked


# --- clinical notes --------------------------------------------------------------------------------------------------


def test_clinical_note_with_the_mark_opens_a_case(world: World) -> None:
    world.note("Crown prep #14. Patient in tears about the shot. #UPSET")
    later(world)
    assert world.case.source is Source.CLINICAL_NOTE
    assert world.case.patient
    assert world.case.patient.pat_num == DANA
    assert not Delivery.objects.filter(purpose=Purpose.ACCOUNT.value).exists()


@pytest.mark.parametrize("note", ["Patient upset.", "#upsetting day", "No mark at all", "up#upset2"])
def test_clinical_note_without_the_mark_opens_nothing(world: World, note: str) -> None:
    world.note(note)
    later(world)
    assert world.cases == []


def test_note_that_is_written_on_is_the_same_entry(world: World) -> None:
    procedure = world.note("In tears about the shot. #upset")
    later(world)
    world.note("In tears about the shot. #upset Called later, still sore.", procedure=procedure)
    later(world)
    world.restart()
    later(world)
    assert [account.text for account in world.case.accounts] == [
        "In tears about the shot. #upset",
        "In tears about the shot. #upset Called later, still sore.",
    ]


def test_older_office_is_asked_for_marked_notes_only(world_of: MakeWorld) -> None:
    world = world_of(Settings(mode=Mode.SERVICE, version="22.4"))
    world.note("Long and private, without the mark.")
    world.note("In tears. #upset")
    later(world)
    assert [account.text for account in world.case.accounts] == ["In tears. #upset"]


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_patient_who_comes_back_is_kept(reported: World, group: Cast) -> None:
    reported.commlog("RESOLVED: apologized.", by=OMAR)
    later(reported)
    visit = next(row for row in reported.there.all("appointment") if row["PatNum"] == DANA)
    day = (reported.time.real() + timedelta(days=20)).strftime("%Y-%m-%d 09:00:00")
    reported.change("appointment", visit["AptNum"], AptDateTime=day, AptStatus="Scheduled")
    later(reported)
    assert reported.case.kept_on is None
    reported.change("appointment", visit["AptNum"], AptStatus="Complete")
    later(reported)
    later(reported)
    assert str(reported.case.kept_on) == day[:10]
