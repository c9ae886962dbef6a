"""What each event means for others, and the words in which they read it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.protocol.cast import (
    ANA,
    DANA,
    LEE,
    MONDAY,
    NOBODY,
    OMAR,
    ONE_STAR,
    PIA,
    POLICY,
    RITA,
    SPEAK,
    TESS,
    addressed,
    closed,
    reported,
    spoken,
    unknown,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import NEW
from amends.protocol.events import Event
from amends.protocol.messages import ChartNote, LeadersMessage
from amends.protocol.react import react
from amends.protocol.values import AMENDS
from amends.protocol.wording import chart_text, in_hours, leaders_text, task_text
from amends.protocol.words import (
    SEVERE_TRIGGERS,
    AsideReason,
    CorrectableField,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    Role,
    Severity,
    Stage,
    Teller,
    Trigger,
    Way,
)

MAPLE = ZoneInfo("America/New_York")
LINK = "https://amends.example/cases/UP-1"


# --- the chart ---------------------------------------------------------------------------------------------------


def test_report_is_written_in_the_chart_and_asked_of_the_owner():
    story = reported()
    note, task = story.messages
    assert (note.purpose, note.about, note.patient, note.clinical) == (Purpose.ACCOUNT, 1, DANA, False)
    assert note.text == "Patient upset. At checkout. About: Billing surprise. She left angry about the bill."
    assert (note.from_patient, note.at, note.author) == (True, MONDAY, ANA)
    assert (task.purpose, task.to, task.role, task.patient) == (Purpose.TASK, OMAR.person, Role.OFFICE_MANAGER, DANA)
    assert task.headline == "Upset patient: Dana Quillfeather"
    assert "She left angry about the bill. Please speak with the patient and record it." in task.text


@pytest.mark.parametrize("moment", Moment)
def test_only_what_happened_during_treatment_is_a_clinical_note(moment):
    story = reported(moment=moment)
    assert story.sent(Purpose.ACCOUNT)[0].clinical is (moment is Moment.TREATMENT)


def test_note_tells_when_it_happened_and_a_later_account_when_it_was_told():
    ago = MONDAY - timedelta(hours=4)
    story = reported(happened_at=ago)
    story.later(hours=1).does(ANA, c.AddAccount(text="She called again."))
    assert [note.at for note in story.sent(Purpose.ACCOUNT)] == [ago, story.now]


def test_what_the_team_tells_stays_out_of_the_chart():
    story = reported()
    story.does(ANA, c.AddAccount(text="I think the estimate was old.", whose=Teller.TEAM))
    story.does(OMAR, c.TakeIn(other="UP-2", accounts=("another story",)))
    assert story.newest == []
    assert len(story.sent(Purpose.ACCOUNT)) == 1


def test_attempts_and_conversations_are_written_with_way_and_words():
    story = reported()
    story.does(OMAR, c.LogAttempt(way=Way.VOICEMAIL))
    story.does(OMAR, c.LogAttempt(way=Way.PHONE, note="line busy"))
    story.does(OMAR, SPEAK)
    assert [(note.text, note.way) for note in story.sent(Purpose.ATTEMPT)] == [
        ("Tried to reach the patient, voicemail left; not reached.", Way.VOICEMAIL),
        ("Tried to reach the patient, by phone; not reached. line busy", Way.PHONE),
    ]
    (note,) = story.sent(Purpose.CONVERSATION)
    assert note.text == "Spoke with the patient by phone. We went through the bill together."
    assert (note.author, note.from_patient, note.about) == (OMAR, False, story.case.last_conversation.seq)


def test_settled_end_is_written():
    story = reported()
    story.does(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="By letter."))
    (note,) = story.sent(Purpose.SETTLED)
    assert note.text == "The patient asked for no further contact about this. By letter."


def test_nothing_is_written_where_there_is_no_chart_until_there_is_one():
    story = unknown()
    story.does(OMAR, c.LogAttempt(way=Way.PHONE))
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.SettleAttempts(reason=NoContact.NO_WAY))
    assert not any(isinstance(message, ChartNote) for message in story.messages)
    story.does(OMAR, c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=DANA))
    assert [m.purpose for m in story.newest if isinstance(m, ChartNote)] == [
        Purpose.ACCOUNT,
        Purpose.ATTEMPT,
        Purpose.CONVERSATION,
        Purpose.SETTLED,
    ]
    assert story.open_gates[:2] == ["documented", "spoken"]
    story.proves()
    assert story.open_gates[0] == "addressed"


def test_patient_who_is_not_one_takes_the_notes_back():
    story = reported()
    story.does(OMAR, c.IdentifyPatient(patient_status=PatientStatus.NOT_A_PATIENT, why="A passer-by."))
    assert Purpose.ACCOUNT in story.withdrawn()
    assert not any(isinstance(message, ChartNote) for message in story.newest)


def test_wrong_chart_of_a_case_without_owner_asks_nobody():
    story = reported(chain=NOBODY).proves()
    story.does(AMENDS, c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TESS, why="x"))
    assert story.sent(Purpose.WRONG_CHART) == []


# --- the owner ---------------------------------------------------------------------------------------------------


def test_manager_who_reports_needs_no_task():
    assert reported(OMAR).sent(Purpose.TASK) == []


def test_case_without_owner_has_nobody_to_ask():
    assert reported(chain=NOBODY).sent(Purpose.TASK) == []


def test_patient_who_is_still_here_is_in_the_first_words():
    (task,) = reported(still_here=True).sent(Purpose.TASK)
    assert task.headline.startswith("STILL HERE · ")
    assert task.text.startswith("STILL HERE: please come now. ")


def test_case_that_is_passed_on_takes_the_old_task_back_and_says_why():
    story = unknown()
    story.does(OMAR, c.AskRegion(why="Beyond my limit.", tried="A credit."))
    assert story.withdrawn() == {Purpose.TASK, Purpose.DUE_SOON, Purpose.ASK}
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert (task.to, task.role) == (RITA.person, Role.REGIONAL_MANAGER)
    assert "Upset patient: not in Open Dental." in task.text
    assert "Omar (office manager) asks you to take this on: Beyond my limit. Tried: A credit." in task.text
    story.does(RITA, c.AskLeaders(why="Beyond mine."))
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert (task.to, task.role) == (LEE.person, Role.LEADER)
    assert task.text.endswith("asks you to take this on: Beyond mine.")
    story.does(LEE, c.HandOver(to=RITA.person, why="I am away."))
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert task.text.endswith("Handed over by Lee: I am away.")


def test_leader_who_steps_in_takes_the_task_back():
    story = reported()
    story.does(LEE, c.StepIn())
    assert story.withdrawn() == {Purpose.TASK, Purpose.DUE_SOON, Purpose.ASK}


def test_reopened_case_asks_its_owner_and_takes_back_what_the_leaders_did_not_hear():
    story = addressed()
    story.does(ANA, c.Reopen(why="She called again."))
    assert story.withdrawn() == {Purpose.LEADERS_TOLD}
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert task.text.endswith("Opened again by Ana: She called again.")


def test_putting_right_takes_back_tasks_that_have_not_left():
    story = addressed()
    asked = {Purpose.TASK, Purpose.DUE_SOON, Purpose.LATE, Purpose.ASK, Purpose.NOBODY_LEFT}
    assert story.withdrawn() == asked


def test_task_of_an_addressed_case_goes_to_the_owner_in_their_role():
    story = addressed(by=RITA)
    story.does(RITA, c.HandOver(to=LEE.person, why="away"))
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert task.role is Role.REGIONAL_MANAGER


# --- late, privacy -----------------------------------------------------------------------------------------------


def passed(story):
    return story.does(AMENDS, c.DeadlinePassed(due=story.due_at))


def test_what_is_late_after_it_is_addressed_is_told_to_the_next_level():
    story = addressed().later(days=8)
    passed(story)
    (task,) = story.sent(Purpose.LATE)
    assert (task.to, task.role) == (RITA.person, Role.REGIONAL_MANAGER)
    assert "No cause is recorded, and that is late. Addressed; owner: Omar. About: Billing surprise." in task.text


def test_late_promise_of_a_case_that_nobody_has_is_told_to_the_nearest():
    orphan = reported(chain=NOBODY)
    orphan.does(LEE, c.MakePromise(text="A call", owner=LEE.person, due=orphan.now))
    orphan.chain = replace(NOBODY, leaders=(LEE.person,))
    orphan.later(days=3).does(AMENDS, c.DeadlinePassed(due=MONDAY + timedelta(hours=7)))
    assert (
        "A promise is still open, and that is late. With the leaders; owner: nobody."
        in orphan.sent(Purpose.LATE)[0].text
    )


def test_late_cause_of_the_last_in_the_chain_is_noted_and_tells_nobody():
    story = addressed(LEE, chain=replace(NOBODY, leaders=(LEE.person,))).later(days=8)
    (fact,) = passed(story)
    assert (fact.told, fact.told_role) == (None, None)
    assert story.newest == []


def test_late_cause_of_the_region_is_told_to_a_leader():
    story = addressed(RITA).later(days=8)
    (fact,) = passed(story)
    assert (fact.told, fact.told_role) == (LEE.person, Role.LEADER)


def test_privacy_concern_goes_to_the_privacy_officer():
    story = reported(triggers=frozenset({Trigger.PRIVACY}))
    (task,) = story.sent(Purpose.PRIVACY)
    assert (task.to, task.role) == (PIA.person, Role.PRIVACY_OFFICER)
    assert reported(triggers=frozenset({Trigger.PRIVACY}), chain=NOBODY).sent(Purpose.PRIVACY) == []


# --- the leaders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", sorted(SEVERE_TRIGGERS))
def test_leaders_hear_of_every_severe_trigger_at_once(trigger):
    story = reported(triggers=frozenset({trigger}))
    (message,) = story.sent(Purpose.LEADERS_NOW)
    assert (message.stage, message.severity, message.resolution) == (Stage.REPORTED, Severity.SEVERE, None)
    later = reported()
    later.does(OMAR, c.CorrectField(field=CorrectableField.TRIGGERS, value=(trigger,), why="x"))
    assert len(later.sent(Purpose.LEADERS_NOW)) == 1
    later.does(OMAR, c.CorrectField(field=CorrectableField.TRIGGERS, value=(trigger, "privacy"), why="x"))
    assert len(later.sent(Purpose.LEADERS_NOW)) == 1, "nothing severe is new"


def test_leaders_hear_nothing_at_once_of_the_rest():
    story = reported(triggers=frozenset({Trigger.PRIVACY}), severity=Severity.SEVERE)
    assert story.sent(Purpose.LEADERS_NOW) == []
    story.does(OMAR, c.CorrectField(field=CorrectableField.KINDS, value=("wait",), why="x"))
    assert story.newest == []


def test_leaders_hear_how_it_was_put_right():
    (message,) = addressed().sent(Purpose.LEADERS_TOLD)
    assert (message.addressed_by, message.resolution, message.minutes_to_contact) == (OMAR, "corrected", 30)
    assert leaders_text(message, "UP-1", "Maple Street", POLICY, LINK) == (
        "UP-1 · Maple Street · Billing surprise · Upset\n"
        "Addressed by Omar, office manager: Bill or record corrected\n"
        f"first contact after 30 min\n{LINK}"
    )


def test_leaders_line_of_a_running_case_names_who_has_it():
    (message,) = reported(triggers=frozenset({Trigger.INJURY})).sent(Purpose.LEADERS_NOW)
    text = leaders_text(message, "UP-1", "Maple Street", POLICY, LINK)
    assert text == f"UP-1 · Maple Street · Billing surprise · Severe\nReported · Omar has it\n{LINK}"
    assert "nobody yet has it" in leaders_text(replace(message, owner=None), "UP-1", "Maple Street", POLICY, LINK)


def test_phrase_of_another_version_shows_as_its_key():
    (message,) = addressed().sent(Purpose.LEADERS_TOLD)
    text = leaders_text(replace(message, resolution="old_phrase"), "UP-1", "Maple Street", POLICY, LINK)
    assert "Addressed by Omar, office manager: old_phrase" in text


def test_leaders_message_has_no_field_for_free_text_or_a_patient():
    assert set(LeadersMessage.__dataclass_fields__) == {
        "purpose",
        "about",
        "office",
        "kinds",
        "severity",
        "stage",
        "owner",
        "addressed_by",
        "resolution",
        "minutes_to_contact",
        "to",
        "late",
        "still_here",
    }


def test_contact_before_the_report_counts_as_at_once():
    story = reported()
    story.later(minutes=-5).does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    assert story.sent(Purpose.LEADERS_TOLD)[0].minutes_to_contact == 0


def test_set_aside_case_asks_nobody_any_more():
    story = reported()
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="a joke"))
    asked = {Purpose.TASK, Purpose.DUE_SOON, Purpose.LATE, Purpose.ASK, Purpose.NOBODY_LEFT}
    assert story.withdrawn() == {*asked, Purpose.LEADERS_TOLD, Purpose.POPUP}
    assert story.sent(Purpose.TASK, story.newest) == []


def test_what_only_the_timeline_tells_sends_nothing():
    story = closed(review=ONE_STAR)
    assert story.newest == []
    settled = Event(MONDAY, OMAR, e.AttemptsSettled(reason=NoContact.NO_WAY, note=""))
    assert react(NEW, settled, POLICY) == []


# --- words -------------------------------------------------------------------------------------------------------


def test_chart_note_ends_with_who_when_and_its_marker():
    (note,) = spoken().sent(Purpose.CONVERSATION)
    assert chart_text(note, "UP-1.3", MAPLE, POLICY) == (
        "Spoke with the patient by phone. We went through the bill together.\n"
        "Omar, office manager, 2026-03-02 10:30 [UP-1.3]"
    )


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("#upset: he waited an hour.", "# upset: he waited an hour."),
        ("He wrote #UPSET#never", "He wrote # UPSET# never"),
        ("Crown on tooth #14, fee # 20", "Crown on tooth #14, fee # 20"),
        ("＃upset ﹟upset", "# upset # upset"),
    ],
)
def test_note_in_the_chart_holds_no_mark_that_would_open_a_case(said, written):
    (note,) = spoken().sent(Purpose.CONVERSATION)
    text = chart_text(replace(note, text=said), "UP-1.3", MAPLE, POLICY)
    assert text == f"{written}\nOmar, office manager, 2026-03-02 10:30 [UP-1.3]"


def test_note_is_signed_in_the_offices_time_on_both_sides_of_a_clock_change():
    (note,) = reported().sent(Purpose.ACCOUNT)
    for at, clock in (
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "01:59"),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "03:00"),
    ):
        assert f"Ana, team member, 2026-03-08 {clock} [UP-1.1]" in chart_text(
            replace(note, at=at), "UP-1.1", MAPLE, POLICY
        )


def test_task_names_the_case_and_its_own_marker_only():
    (task,) = reported(AMENDS).sent(Purpose.TASK)
    text = task_text(task, "UP-1", "UP-1.2", MAPLE, POLICY)
    assert text.endswith("\nCase UP-1. Amends, 2026-03-02 10:00 [UP-1.2]")
    assert text.count("UP-1.") == 2, "the end of a sentence and the marker"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (190, "3 h 10 min"),
        (2879, "47 h 59 min"),
        (2880, "2 days"),
        (4319, "2 days"),
    ],
)
def test_span_is_told_as_people_say_it(minutes, words):
    assert in_hours(minutes) == words
