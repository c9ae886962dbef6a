"""What is nearly late and what is late, at Maple Street: who hears of it, and who has the case then."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from tests.protocol.cast import (
    ANA,
    CHAIN,
    LEE,
    MONDAY,
    NOBODY,
    OMAR,
    POLICY,
    RITA,
    RUTH,
    SAM,
    SPEAK,
    Story,
    addressed,
    closed,
    reported,
    spoken,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.card import lines_of
from amends.protocol.deadline import alarm
from amends.protocol.events import Event
from amends.protocol.fold import evolve
from amends.protocol.hours import Calendar
from amends.protocol.messages import CloseTask, LeadersMessage
from amends.protocol.policy import read_policy, shipped_text
from amends.protocol.values import AMENDS, Chain
from amends.protocol.wording import leaders_text
from amends.protocol.words import CorrectableField, NoContact, Purpose, RemedyKind, Role, Severity, Stage, Step, Way


def ticked(story: Story) -> list[Any]:
    """The time goes on to the next alarm; what Amends then says."""
    due = alarm(story.case, story.policy, story.calendar)
    assert due is not None
    story.now = max(story.now, due.astimezone(UTC))
    return story.does(AMENDS, c.DeadlinePassed(due=due))


def until_late(story: Story) -> list[Any]:
    """As `ticked`, passing over warnings."""
    facts = ticked(story)
    return ticked(story) if isinstance(facts[0], e.DueSoon) else facts


# --- warnings ----------------------------------------------------------------------------------------------------


def test_whoever_has_the_case_hears_half_an_hour_before_it_is_late_and_once() -> None:
    story = reported()
    assert story.alarm == "Mon 02 11:30"
    (fact,) = ticked(story)
    assert (fact.step, f"{fact.due:%H:%M}", fact.told) == (Step.ACCEPT, "12:00", OMAR.person)
    (task,) = story.sent(Purpose.DUE_SOON, story.newest)
    assert (task.to, task.role) == (OMAR.person, Role.OFFICE_MANAGER)
    assert "Nobody has said that they have it. It is due at 12:00 pm. After that the case goes to the next" in task.text
    assert story.case.owner == OMAR.person
    assert story.alarm == "Mon 02 12:00", "and then it is late"


def test_a_quarter_of_an_hour_is_not_warned_of_at_its_very_start() -> None:
    assert reported(severity=Severity.SEVERE).alarm == "Mon 02 10:15"
    story = reported()
    story.policy = replace(POLICY, limits=replace(POLICY.limits, warn_open_minutes=120))
    assert story.alarm == "Mon 02 12:00", "nor where the warning is as long as the limit"
    story.policy = replace(POLICY, limits=replace(POLICY.limits, warn_open_minutes=0))
    assert story.alarm == "Mon 02 12:00", "nor where the group wants none"


def test_warning_is_counted_back_in_open_minutes() -> None:
    story = reported()
    story.later(minutes=130).does(OMAR, c.HandOver(to=RUTH.person, why="away"))  # at 12:10, in the lunch hour
    assert (story.due, story.alarm) == ("Mon 02 15:00", "Mon 02 14:30")
    story.policy = replace(POLICY, limits=replace(POLICY.limits, warn_open_minutes=150))
    story = reported().later(hours=6, minutes=30)  # Monday at 16:30
    story.does(OMAR, c.HandOver(to=RUTH.person, why="away"))
    assert (story.due, story.alarm) == ("Tue 03 09:30", "Tue 03 09:00")


def test_after_an_outage_nobody_is_warned_of_what_is_late_already() -> None:
    story = reported()
    due = alarm(story.case, story.policy, story.calendar)
    assert due is not None
    story.later(hours=5)
    facts = story.does(AMENDS, c.DeadlinePassed(due=due))
    assert [type(fact) for fact in facts] == [e.WentLate, e.Escalated]
    assert facts[0].due == MONDAY + timedelta(hours=2), "the deadline itself, not the warning"
    assert story.sent(Purpose.DUE_SOON) == []


def test_a_case_that_nobody_has_warns_nobody() -> None:
    assert reported(chain=NOBODY).alarm == "Mon 02 12:00"


def test_of_a_promise_hears_whoever_keeps_it_also_when_the_case_is_closed() -> None:
    story = closed()
    story.does(OMAR, c.MakePromise(text="A call", owner=ANA.person, due=MONDAY + timedelta(days=1)))
    (fact,) = ticked(story)
    assert (fact.step, fact.told, f"{fact.due:%a %H:%M}") == (Step.KEEP_PROMISE, ANA.person, "Tue 17:00")
    (task,) = story.sent(Purpose.DUE_SOON)
    assert task.to == ANA.person
    assert task.text.startswith(
        "A promise is still open. It is due at 5:00 pm. After that the level above hears of it."
    )
    (late,) = ticked(story)
    assert (late.told, story.case.owner) == (RITA.person, OMAR.person)


def test_reminder_in_the_inbox_is_set_to_done_when_the_case_moves_on() -> None:
    story = reported()
    ticked(story)
    story.proves(Purpose.TASK, Purpose.DUE_SOON)
    assert [task.purpose for task in story.case.tasks] == [Purpose.TASK, Purpose.DUE_SOON]
    assert story.case.owner_task == story.case.tasks[0], "the one that asks to take it on"
    story.does(AMENDS, c.TaskChanged(marker=story.case.tasks[1].marker, seen_at=story.now))
    ticked(story)
    closings = [message for message in story.newest if isinstance(message, CloseTask)]
    assert [closing.task for closing in closings] == [task.id for task in story.case.tasks]
    assert {closing.text for closing in closings} == {"This case is with Rita now, who has a Task of their own."}


def test_done_reminder_does_not_ask_what_was_said() -> None:
    story = reported()
    ticked(story)
    story.proves(Purpose.TASK, Purpose.DUE_SOON)
    story.does(AMENDS, c.TaskChanged(marker=story.case.tasks[1].marker, done_at=story.now))
    assert story.sent(Purpose.ASK) == []


# --- who has it then ---------------------------------------------------------------------------------------------


def test_a_late_case_goes_up_the_chain_with_what_was_tried() -> None:
    story = reported()
    story.later(minutes=20).does(OMAR, c.LogAttempt(way=Way.VOICEMAIL, note="No answer."))
    assert story.due == "Tue 03 17:00"
    late, moved = until_late(story)
    assert (late.step, late.told, late.told_role, late.moves) == (Step.SPEAK, RITA.person, Role.REGIONAL_MANAGER, True)
    assert (moved.to, moved.stage, moved.late) == (RITA.person, Stage.REGION, True)
    assert moved.why == "Nobody has spoken with the patient, and it was due Mar 3, 5:00 pm. It was with Omar."
    assert moved.tried == "Tried to reach the patient: Omar, voicemail left, Mar 2, 10:20 am."
    assert (story.case.owner, story.case.stage, story.case.accepted) == (RITA.person, Stage.REGION, False)
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert (task.to, task.role, task.headline) == (
        RITA.person,
        Role.REGIONAL_MANAGER,
        "Late: upset patient: Dana Quillfeather",
    )
    assert task.text.endswith(f"{moved.why} {moved.tried}")
    (told,) = story.sent(Purpose.LATE, story.newest)
    assert told.to == OMAR.person
    assert "this case is with Rita now" in told.text
    assert (story.step, story.due) == ("accept", "Wed 04 10:00"), "two open hours from then"


def test_everybody_who_answers_is_asked_level_by_level_and_nobody_twice() -> None:
    story = reported(chain=replace(CHAIN, office=(OMAR.person, RUTH.person)))
    owners = [story.case.owner]
    for _ in range(4):
        until_late(story)
        owners.append(story.case.owner)
    assert owners == [OMAR.person, RUTH.person, RITA.person, LEE.person, SAM.person]
    assert story.case.stage is Stage.LEADERS
    stages = [event.fact.stage for event in story.events if isinstance(event.fact, e.Escalated)]
    assert stages == [Stage.REPORTED, Stage.REGION, Stage.LEADERS, Stage.LEADERS]


def test_a_case_never_goes_below_the_level_that_has_it() -> None:
    story = reported()
    story.does(OMAR, c.AskRegion(why="Beyond my limit."))
    until_late(story)
    assert story.case.owner == LEE.person


def test_where_nobody_is_left_leaders_and_administrators_hear_of_it_at_each_closing() -> None:
    story = reported(LEE, chain=Chain(leaders=(LEE.person,)))
    (late,) = until_late(story)
    assert (late.due, late.told, late.moves) == (MONDAY + timedelta(hours=7), None, False)
    lines = [message for message in story.newest if isinstance(message, LeadersMessage)]
    assert [(line.purpose, line.to) for line in lines] == [
        (Purpose.NOBODY_LEFT, Role.LEADER),
        (Purpose.NOBODY_LEFT, Role.ADMINISTRATOR),
    ]
    text = leaders_text(lines[0], "UP-1", "Maple Street", POLICY, "https://amends.example/cases/UP-1")
    assert "Late, and nobody is left who could take it on" in text
    assert "Dana" not in text
    assert story.due == "Mon 02 17:00", "it stays in the queue where it was"
    for day in ("Tue 03 17:00", "Wed 04 17:00"):
        assert story.alarm == day
        until_late(story)
    assert len(story.sent(Purpose.NOBODY_LEFT)) == 6


def test_after_that_the_chain_begins_anew_with_whoever_answers_by_then() -> None:
    story = reported(RITA, chain=Chain(region=(RITA.person,)))
    until_late(story)
    assert story.case.owner == RITA.person
    story.chain = CHAIN
    until_late(story)
    assert story.case.owner == LEE.person
    for owner in (SAM, SAM, LEE):
        until_late(story)
        assert story.case.owner == owner.person
    assert story.alarm == "Thu 05 09:30", "half an hour before Lee's two open hours end"


def test_days_without_amends_bring_one_alarm_and_not_one_for_each_closing() -> None:
    story = reported(LEE, chain=Chain(leaders=(LEE.person,)))
    until_late(story)
    story.later(days=2, hours=20)
    until_late(story)
    assert story.alarm == "Thu 05 17:00"


def test_case_that_nobody_has_goes_to_the_first_who_answers() -> None:
    story = reported(chain=NOBODY)
    story.chain = CHAIN
    _, moved = until_late(story)
    assert (moved.to, moved.stage) == (OMAR.person, Stage.OFFICE)
    assert moved.why.endswith("It was with nobody.")
    assert moved.tried == "Nobody has tried to reach the patient yet."
    assert story.sent(Purpose.LATE) == []


def test_whoever_was_late_may_still_take_it_until_the_next_has_it() -> None:
    story = reported()
    until_late(story)
    story.later(minutes=5).does(OMAR, SPEAK)
    assert (story.case.owner, story.case.stage, story.case.accepted) == (OMAR.person, Stage.OFFICE, True)
    again = reported()
    until_late(again)
    again.does(RITA, c.Acknowledge())
    again.refuses(OMAR, SPEAK, "The case is with Rita now")
    again.refuses(RUTH, SPEAK, "The case is with Rita now")
    alone = reported(chain=replace(NOBODY, office=(OMAR.person,), region=(RITA.person,)))
    for _ in range(3):
        until_late(alone)
    assert (alone.case.owner, alone.case.passed_over) == (RITA.person, ())
    alone.does(OMAR, SPEAK)


def test_next_owners_task_says_who_has_taken_it_back() -> None:
    story = reported()
    until_late(story)
    story.proves(Purpose.TASK)
    story.does(OMAR, c.Acknowledge())
    (closing,) = [message for message in story.newest if isinstance(message, CloseTask) and message.about]
    assert closing.text == "Omar has taken this case on. Nothing is left to do here."


def test_who_takes_over_what_is_past_has_until_closing() -> None:
    story = reported().later(days=1)
    story.does(OMAR, c.Acknowledge())
    assert (story.step, story.due) == ("speak", "Tue 03 17:00")
    severe = reported(severity=Severity.SEVERE).later(days=1)
    severe.does(OMAR, c.Acknowledge())
    assert (severe.step, severe.due) == ("speak", "Tue 03 12:00"), "two open hours, as for any severe one"


def test_who_takes_a_case_shortly_before_closing_does_not_lose_it_at_closing() -> None:
    """They have half an open hour at least, which is what a warning would give."""
    for minutes, due in ((419, "Tue 03 08:29"), (391, "Tue 03 08:01"), (390, "Mon 02 17:00")):
        story = reported(OMAR, now=MONDAY + timedelta(minutes=minutes))
        assert (story.step, story.due) == ("speak", due)
    asked = reported(now=MONDAY + timedelta(minutes=410))  # at 16:50
    asked.later(minutes=5).does(OMAR, c.Acknowledge())
    assert asked.due == "Tue 03 08:25"
    severe = reported(now=MONDAY + timedelta(minutes=410), severity=Severity.SEVERE)
    severe.later(minutes=5).does(OMAR, c.Acknowledge())
    assert severe.due == "Tue 03 08:25", "never later than any other"
    late = reported().later(days=1, hours=6, minutes=55)  # on Tuesday at 16:55
    late.does(OMAR, c.Acknowledge())
    assert (late.step, late.due) == ("speak", "Wed 04 08:25")


def test_two_things_that_are_due_at_one_instant_are_both_told() -> None:
    story = reported()
    story.later(minutes=20).does(OMAR, c.Acknowledge())
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=story.now))
    story.later(days=1)
    facts = [story.does(AMENDS, c.DeadlinePassed(due=MONDAY + timedelta(hours=7)))[0] for _ in range(2)]
    assert [fact.step for fact in facts] == [Step.SPEAK, Step.KEEP_PROMISE]


def never_asked_whether_it_is_fixed(story: Story) -> Story:
    story.policy = replace(POLICY, limits=replace(POLICY.limits, confirm_calendar_days=0))
    return story


def test_two_promises_that_are_due_at_one_instant_warn_both_keepers_and_both_are_late() -> None:
    story = never_asked_whether_it_is_fixed(closed())
    for owner in (ANA, OMAR):
        story.does(OMAR, c.MakePromise(text="A call", owner=owner.person, due=MONDAY + timedelta(days=1)))
    warned = [ticked(story)[0] for _ in range(2)]
    assert [(fact.promise, fact.told) for fact in warned] == [(1, ANA.person), (2, OMAR.person)]
    late = [ticked(story)[0] for _ in range(2)]
    assert [(type(fact), fact.promise, fact.told) for fact in late] == [
        (e.WentLate, 1, RITA.person),
        (e.WentLate, 2, RITA.person),
    ]
    assert story.alarm is None


def test_a_promise_that_an_earlier_version_told_of_is_not_told_again() -> None:
    """Its events had no number."""
    story = never_asked_whether_it_is_fixed(closed())
    story.does(OMAR, c.MakePromise(text="A call", owner=ANA.person, due=MONDAY + timedelta(days=1)))
    due = story.due_at
    for fact in (
        e.DueSoon(step=Step.KEEP_PROMISE, due=due, told=ANA.person),
        e.WentLate(step=Step.KEEP_PROMISE, due=due, told=RITA.person, told_role=Role.REGIONAL_MANAGER),
    ):
        story.events.append(Event(due, AMENDS, fact))
        story.case = evolve(story.case, story.events[-1])
    assert story.alarm is None


def test_who_covers_hears_that_something_is_due_soon_and_not_who_is_away() -> None:
    story = reported()
    story.covers = {OMAR.id: RUTH.person}
    (fact,) = ticked(story)
    assert fact.told == RUTH.person
    (task,) = story.sent(Purpose.DUE_SOON)
    assert task.to == RUTH.person
    assert "It is due at 12:00 pm. Omar is away, and you cover. After that" in task.text
    promised = closed()
    promised.covers = {OMAR.id: RUTH.person, ANA.id: RITA.person}
    promised.does(OMAR, c.MakePromise(text="A call", owner=ANA.person, due=MONDAY + timedelta(days=1)))
    (fact,) = ticked(promised)
    (task,) = promised.sent(Purpose.DUE_SOON)
    assert (fact.told, task.to) == (RITA.person, RITA.person)
    assert "Ana is away, and you cover." in task.text


# --- other hours of the office -----------------------------------------------------------------------------------


def open_until(hour: int, days: str = "mon tue wed thu fri") -> Calendar:
    hours = [["08:00", "12:00"], ["13:00", f"{hour}:00"]]
    return Calendar.parse({"zone": "America/New_York", "weekly": dict.fromkeys(days.split(), hours)})


@pytest.mark.parametrize("hour", [16, 18])
def test_what_was_told_is_not_told_again_because_the_hours_of_the_office_changed(hour: int) -> None:
    story = never_asked_whether_it_is_fixed(addressed())
    (late,) = until_late(story)
    assert (late.step, late.again, story.due) == (Step.LEARN, False, "Thu 05 17:00")
    story.later(days=3)
    story.calendar = open_until(hour)
    assert story.due == f"Thu 05 {hour}:00"
    if hour > 17:  # it might have lain ahead: only when it is looked at is it known that it does not
        (late,) = ticked(story)
        assert (late.again, late.told) == (True, None)
        assert (story.newest, lines_of(story.events[-1:])) == ([], [])
    assert story.alarm is None
    assert len(story.sent(Purpose.LATE)) == 1


def test_what_other_hours_move_into_time_that_lies_ahead_is_warned_of_and_late_again() -> None:
    story = never_asked_whether_it_is_fixed(addressed())
    until_late(story)
    story.later(minutes=5)
    story.calendar = open_until(17, "mon")  # three open days after Monday are three weeks
    facts = [ticked(story)[0] for _ in range(2)]
    assert [(type(fact), f"{fact.due.astimezone(story.calendar.tz):%b %d %H:%M}") for fact in facts] == [
        (e.DueSoon, "Mar 23 17:00"),
        (e.WentLate, "Mar 23 17:00"),
    ]
    assert (facts[1].again, facts[1].told) == (False, RITA.person)
    assert story.alarm is None


def test_another_promise_at_the_old_time_is_late_for_itself() -> None:
    story = never_asked_whether_it_is_fixed(closed())
    for days in (1, 2):
        story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=days)))
    until_late(story)
    story.calendar = open_until(17, "mon wed thu fri")  # the first was due on Monday by these hours
    assert [until_late(story)[0].promise] == [2]
    assert story.alarm is None


def test_a_step_of_which_nobody_is_left_sounds_at_closings_and_not_before_it_is_due_by_other_hours() -> None:
    for hour, sounds in ((18, "Tue 03 18:00"), (16, "Tue 03 16:00")):
        story = reported(LEE, chain=Chain(leaders=(LEE.person,)))
        until_late(story)
        story.later(hours=1)
        story.calendar = open_until(hour)
        assert story.alarm == ("Mon 02 18:00" if hour == 18 else sounds)
    story.calendar = open_until(17, "thu")
    assert story.alarm == "Thu 05 17:00"


def test_what_is_late_after_it_is_addressed_moves_nobody() -> None:
    story = addressed()
    (late,) = until_late(story)
    assert (late.step, late.told, late.moves, story.case.owner) == (Step.LEARN, RITA.person, False, OMAR.person)


def test_new_round_forgets_who_was_late() -> None:
    story = reported()
    until_late(story)
    story.does(RITA, SPEAK)
    story.does(RITA, c.MarkAddressed(resolution="corrected"))
    story.does(ANA, c.Reopen(why="again"))
    assert (story.case.were_late, story.case.passed_over) == ((), ())


def test_lateness_that_an_earlier_version_told_counts_from_then_on() -> None:
    """Before, it was told to the level above and the case stayed: at the next closing it goes on."""
    story = reported()
    story.later(hours=3)
    told = e.WentLate(
        step=Step.ACCEPT, due=MONDAY + timedelta(hours=2), told=RITA.person, told_role=Role.REGIONAL_MANAGER
    )
    story.events.append(Event(story.now, AMENDS, told))
    story.case = evolve(story.case, story.events[-1])
    assert story.alarm == "Mon 02 17:00"
    story.later(days=30)
    until_late(story)
    assert story.case.owner == RITA.person


def test_what_was_tried_tells_everything_of_this_round() -> None:
    story = spoken()
    story.does(OMAR, c.LogAttempt(way=Way.TEXT, call_back_on=date(2026, 3, 4)))
    story.does(OMAR, c.OfferRemedy(kind=RemedyKind.APOLOGY))
    story.does(OMAR, c.MakePromise(text="A new crown.", owner=OMAR.person, due=MONDAY + timedelta(days=20)))
    _, moved = until_late(story)
    assert moved.tried == (
        "Tried to reach the patient: Omar, by text message, Mar 2, 10:30 am (they asked for a call on Mar 4). "
        "Spoke with the patient: Omar, by phone, Mar 2, 10:30 am. Offered: apology. Promised: A new crown (Omar)."
    )


# --- limits ------------------------------------------------------------------------------------------------------


def test_three_open_days_after_the_first_conversation_there_is_a_plan() -> None:
    story = spoken()
    assert (story.step, story.due) == ("plan", "Thu 05 17:00")
    story.later(days=1).does(OMAR, SPEAK)
    assert (story.step, story.due) == ("plan", "Thu 05 17:00"), "another conversation gives no new time for it"
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=20)))
    assert (story.step, story.due) == ("put_right", "Tue 10 11:30")
    story.later(days=1).does(OMAR, SPEAK)
    assert story.due == "Wed 11 11:30", "an update to the patient counts"


def test_a_remedy_of_an_earlier_round_is_no_plan_for_this_one() -> None:
    story = spoken()
    story.does(OMAR, c.OfferRemedy(kind=RemedyKind.APOLOGY))
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=9)))
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    story.later(days=1).does(ANA, c.Reopen(why="again"))
    story.does(OMAR, SPEAK)
    assert story.step == "plan"


def test_end_of_the_attempts_needs_no_plan() -> None:
    story = reported()
    story.later(days=1).does(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="By letter."))
    assert (story.step, story.due) == ("put_right", "Tue 10 11:00")


def test_case_that_becomes_severe_has_its_two_hours_from_then() -> None:
    story = reported().later(hours=1)
    worse = c.CorrectField(field=CorrectableField.SEVERITY, value=("severe",), why="She cries.")
    story.does(OMAR, worse)
    assert story.due == "Mon 02 11:15", "a quarter of an hour to take it on"
    story.does(OMAR, c.Acknowledge())
    assert story.due == "Mon 02 14:00", "two open hours, lunch not counted"
    late = reported().later(minutes=118)
    late.does(OMAR, worse)
    assert late.due == "Mon 02 12:00", "never later than for any other case"


def test_a_patient_who_asks_for_a_day_is_called_on_that_day() -> None:
    story = reported()
    story.does(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 3, 12)))
    assert (story.step, story.due) == ("speak", "Thu 12 17:00")
    story.later(days=10).does(OMAR, c.LogAttempt(way=Way.PHONE))
    assert story.due == "Fri 13 17:00", "then the tries go on, with the time that any case has"
    story.does(OMAR, c.LogAttempt(way=Way.TEXT, call_back_on=date(2026, 3, 21)))
    assert story.due == "Mon 23 17:00", "Saturday is closed: not before the day that they asked for"
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.OfferRemedy(kind=RemedyKind.APOLOGY))
    assert story.due == "Fri 27 17:00", "seven days after the day for which they asked"


def test_a_day_that_is_over_or_too_far_ahead_is_refused() -> None:
    story = reported().later(days=1)
    story.refuses(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 3, 2)), "is over")
    story.refuses(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 4, 2)), "30 days at most")
    story.does(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 3, 3)))
    assert story.due == "Tue 03 17:00"
    story.does(OMAR, c.LogAttempt(way=Way.PHONE, call_back_on=date(2026, 4, 1)))
    (note,) = story.sent(Purpose.ATTEMPT, story.newest)
    assert note.text == "Tried to reach the patient, by phone; they asked for a call on 2026-04-01."


@pytest.mark.parametrize("limit", ["plan_open_days", "warn_open_minutes", "wait_calendar_days"])
def test_case_under_an_older_text_has_the_new_limits_too(limit: str) -> None:
    lines = [line for line in shipped_text().splitlines() if not line.startswith(limit)]
    older = read_policy("\n".join(lines))
    assert older.limits == POLICY.limits
    assert older.version != POLICY.version
