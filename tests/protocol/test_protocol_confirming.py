"""The patient is asked, a week after it was put right, whether it is fixed; *no* opens the case again."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol.cast import (
    ANA,
    CHAIN,
    DANA,
    LEE,
    NOBODY,
    OMAR,
    PIA,
    RITA,
    RUTH,
    SPEAK,
    TESS,
    Story,
    addressed,
    closed,
    reported,
    unknown,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.deadline import alarm, deadline, dues
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar
from amends.protocol.policy import read_policy, shipped_text
from amends.protocol.tasks import confirm_task
from amends.protocol.values import AMENDS, Chain
from amends.protocol.words import AsideReason, Fixed, NoContact, PatientStatus, Purpose, Stage, Step, Way

YES = c.RecordConfirmation(answer=Fixed.YES)
NO = c.RecordConfirmation(answer=Fixed.NO, note="The crown still hurts.")


def rings(story: Story) -> list[Any]:
    """The next alarm of the case sounds at its time."""
    at = alarm(story.case, story.policy, story.calendar)
    assert at is not None
    story.now = max(story.now, at.astimezone(UTC))
    return story.does(AMENDS, c.DeadlinePassed(due=at))


def asked(story: Story | None = None) -> Story:
    """A closed case whose patient is to be asked now."""
    story = story or closed()
    assert isinstance(rings(story)[0], e.ConfirmationWanted)
    return story


def test_a_week_after_it_was_put_right_the_owner_is_asked_to_ask_the_patient():
    story = closed()
    assert (story.due, story.step) == (None, "tell"), "nothing shows as due before its time"
    assert story.alarm == "Mon 09 13:00", "a week later it is noon (the clock went forward), and the office has lunch"
    (fact,) = rings(story)
    assert fact == e.ConfirmationWanted(to=OMAR.person, stage=Stage.OFFICE)
    (task,) = story.sent(Purpose.CONFIRM)
    assert (task.to, task.patient) == (OMAR.person, DANA)
    assert "Ask the patient whether it is fixed" in task.headline
    assert (story.case.stage, story.step, story.due) == (Stage.CLOSED, "confirm", "Wed 11 17:00")


def test_where_nobody_has_the_case_there_is_no_task():
    story = asked()
    assert confirm_task(replace(story.case, owner=None), story.events[-1], story.policy) == []


def test_case_that_is_still_addressed_is_asked_about_too_and_keeps_its_step():
    story = addressed()
    rings(story)  # the cause is due soon
    rings(story)  # … and is late
    fact = rings(story)[0]
    assert isinstance(fact, e.ConfirmationWanted)
    assert (story.case.stage, story.step) == (Stage.ADDRESSED, "learn")
    story.does(OMAR, YES)
    assert Step.CONFIRM not in {due.step for due in dues(story.case, story.policy, story.calendar)}


def test_it_never_keeps_a_case_from_closing():
    story = addressed()
    while not story.case.to_confirm:
        rings(story)
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    story.proves()
    assert story.case.stage is Stage.CLOSED
    assert story.case.to_confirm
    assert len(gates(story.case)) == 6


@pytest.mark.parametrize("answer", [Fixed.YES, Fixed.PARTLY, Fixed.NOT_REACHED])
def test_answer_settles_it_and_goes_into_the_chart(answer):
    story = asked().proves(Purpose.CONFIRM)
    facts = story.does(RUTH, c.RecordConfirmation(answer=answer, note="She is content with the new bill."))
    assert facts == [e.ConfirmationRecorded(answer=answer, note="She is content with the new bill.")]
    assert (story.case.stage, story.due, story.alarm) == (Stage.CLOSED, None, None)
    (note,) = story.sent(Purpose.CONFIRMATION)
    assert "content" in note.text
    assert (note.patient, note.author) == (DANA, RUTH)
    assert Purpose.CONFIRM in story.withdrawn()
    (over,) = story.sent(Purpose.TASK_CLOSED, story.newest)
    assert "answer is recorded" in over.text
    story.refuses(OMAR, YES, "recorded already")


def test_no_opens_the_case_again_and_it_begins_anew():
    story = asked()
    recorded, reopened = story.does(OMAR, NO)
    assert recorded.answer is Fixed.NO
    assert isinstance(reopened, e.Reopened)
    assert "The crown still hurts." in reopened.why
    assert (story.case.stage, story.case.owner, story.step) == (Stage.OFFICE, OMAR.person, "speak")
    story.later(hours=1).does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="redo"))
    story.proves()
    assert story.case.stage is Stage.CLOSED
    assert not story.case.to_confirm
    rings(story)
    assert story.case.to_confirm, "the new round is asked about on its own"
    assert [one.answer for one in story.case.confirmations] == [Fixed.NO]


@pytest.mark.parametrize("answer", [Fixed.NO, Fixed.PARTLY])
def test_what_is_not_fixed_needs_its_sentence(answer):
    asked().refuses(OMAR, c.RecordConfirmation(answer=answer), "Write in a sentence what is")


def test_only_a_manager_records_it_and_only_when_it_is_time():
    for somebody in (ANA, PIA, AMENDS):
        asked().refuses(somebody, YES, "a manager asks the patient")
    closed().refuses(OMAR, YES, "not the time")
    for manager in (RUTH, RITA, LEE):
        asked().does(manager, YES)


def test_late_answer_is_told_to_the_level_above_and_moves_nothing():
    story = asked()
    (soon,) = rings(story)
    assert (soon.step, soon.told) == (Step.CONFIRM, OMAR.person)
    (late,) = rings(story)
    assert late == e.WentLate(step=Step.CONFIRM, due=late.due, told=RITA.person, told_role=RITA.role)
    assert (story.case.owner, story.case.stage) == (OMAR.person, Stage.CLOSED)
    (task,) = story.sent(Purpose.LATE)
    assert "Nobody has asked the patient whether it is fixed" in task.text
    assert story.alarm is None, "it is told once"
    assert story.due == "Wed 11 17:00", "and stays to be done"


def test_whoever_answers_now_is_asked_where_the_owner_left():
    story = closed()
    story.chain = replace(CHAIN, office=(RUTH.person,))
    asked(story)
    assert (story.case.owner, story.sent(Purpose.CONFIRM)[0].to) == (RUTH.person, RUTH.person)
    story = closed()
    story.chain = Chain(region=(RITA.person,))
    asked(story)
    assert (story.case.owner, story.case.held_at) == (RITA.person, Stage.REGION)
    story.does(RITA, NO)
    assert (story.case.owner, story.case.stage) == (RITA.person, Stage.REGION)


def test_office_without_anybody_keeps_its_owner_who_may_come_back():
    story = closed()
    story.chain = NOBODY
    rings(story)
    assert story.case.to_confirm
    assert story.case.owner == OMAR.person


def test_it_can_be_handed_over_also_after_the_case_is_closed():
    story = asked().proves(Purpose.CONFIRM)
    story.does(OMAR, c.HandOver(to=RUTH.person, why="I am on holiday."))
    assert story.case.owner == RUTH.person
    assert Purpose.CONFIRM in story.withdrawn()
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert "ask the patient whether it is fixed" in task.text
    assert [t.closing for t in story.case.tasks if t.purpose is Purpose.CONFIRM] == [story.case.version]


def test_task_that_arrives_after_the_answer_is_set_to_done():
    story = asked()
    story.does(OMAR, YES)
    story.proves(Purpose.CONFIRM)
    assert story.sent(Purpose.TASK_CLOSED, story.newest)


@pytest.mark.parametrize(
    "left", [c.Reopen(why="She called."), c.PutAside(reason=AsideReason.BY_MISTAKE, note="Another Dana.")]
)
def test_nobody_is_asked_once_the_case_is_open_again_or_set_aside(left):
    story = addressed()
    story.does(OMAR, left)
    assert not story.case.to_confirm
    story.later(days=8)
    assert all(not isinstance(fact, e.ConfirmationWanted) for fact in rings(story)) if story.alarm else True


def test_what_was_asked_is_over_when_the_case_is_opened_again_or_set_aside():
    story = asked().proves(Purpose.CONFIRM)
    story.does(ANA, c.Reopen(why="She called."))
    assert not story.case.to_confirm
    assert story.sent(Purpose.TASK_CLOSED, story.newest)
    story = addressed()
    while not story.case.to_confirm:
        rings(story)
    story.does(OMAR, c.PutAside(reason=AsideReason.BY_MISTAKE, note="Another Dana."))
    assert Purpose.CONFIRM in story.withdrawn()
    assert not story.case.to_confirm


def test_who_was_not_spoken_with_or_wants_no_contact_is_not_asked():
    story = unknown()
    story.does(OMAR, c.SettleAttempts(reason=NoContact.NO_WAY))
    story.does(OMAR, c.MarkAddressed(resolution="not_reached"))
    story.does(OMAR, SPEAK)  # they call later, of themselves
    assert _asks(story) is False
    silent: tuple[list[c.Command], ...] = (
        [SPEAK, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls."), _as("corrected")],
        [SPEAK, _as("no_contact_wanted")],
        [c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls."), _as("corrected")],
    )
    for commands in silent:
        story = reported()
        for command in commands:
            story.does(OMAR, command)
        assert _asks(story) is False
    heard: tuple[list[c.Command], ...] = (
        [SPEAK, _as("corrected")],
        [c.LogAttempt(way=Way.PHONE), SPEAK, _as("corrected")],
    )
    for commands in heard:
        story = reported()
        for command in commands:
            story.does(OMAR, command)
        assert _asks(story) is True


def _as(resolution: str) -> c.MarkAddressed:
    return c.MarkAddressed(resolution=resolution)


def _asks(story: Story) -> bool:
    """Whether the patient is ever asked about this round."""
    while story.alarm:
        if any(isinstance(fact, e.ConfirmationWanted) for fact in rings(story)):
            return True
    return False


def test_patient_without_a_chart_is_asked_and_nothing_is_written():
    story = unknown()
    story.does(OMAR, SPEAK)
    story.does(OMAR, _as("explained"))
    while not story.case.to_confirm:
        rings(story)
    story.does(OMAR, YES)
    assert story.sent(Purpose.CONFIRMATION) == []
    known = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TESS, why="She said so.")
    story.does(OMAR, known)
    (note,) = story.sent(Purpose.CONFIRMATION, story.newest)
    assert note.patient == TESS, "the answer goes into the right chart with everything else"


def test_older_protocol_asks_nobody_and_zero_is_never():
    lines = shipped_text().splitlines()
    older = read_policy("\n".join(line for line in lines if not line.startswith("confirm_")))
    assert older.limits.confirm_calendar_days == 0
    story = closed()
    story.policy = older
    assert story.alarm is None
    story.refuses(AMENDS, c.DeadlinePassed(due=story.now + timedelta(days=7)), "does not stand")


def test_it_is_asked_by_amends_itself_and_at_its_time():
    story = closed()
    at = alarm(story.case, story.policy, story.calendar)
    assert at is not None
    story.refuses(AMENDS, c.DeadlinePassed(due=at), "does not stand")
    story.now = at
    story.refuses(OMAR, c.DeadlinePassed(due=at), "Amends itself")


def test_office_that_is_never_open_again_asks_nobody():
    story = closed()
    story.calendar = Calendar.parse({"zone": "America/New_York", "weekly": {}})
    assert alarm(story.case, story.policy, story.calendar) is None


@settings(max_examples=100, deadline=None)
@given(days=st.integers(1, 60), open_days=st.integers(0, 5), hours=st.integers(0, 24 * 14))
def test_question_and_answer_are_due_in_open_time_and_in_order(days, open_days, hours):
    story = reported()
    story.later(hours=hours)
    story.does(OMAR, SPEAK)
    story.does(OMAR, _as("corrected"))
    limits = replace(story.policy.limits, confirm_calendar_days=days, confirm_open_days=open_days)
    story.policy = replace(story.policy, version="other", limits=limits)
    done = story.now
    while not story.case.to_confirm:
        rings(story)
    assert story.case.confirm_since is not None
    assert story.case.confirm_since >= done + timedelta(days=days)
    (due,) = [one.at for one in dues(story.case, story.policy, story.calendar) if one.step is Step.CONFIRM]
    assert due > story.case.confirm_since
    assert deadline(story.case, story.policy, story.calendar) is not None
