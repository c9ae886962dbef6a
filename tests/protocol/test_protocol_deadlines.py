"""Gates and deadlines by value, at Maple Street: open Monday to Friday, 8 to 12 and 13 to 17."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.protocol.cast import (
    ANA,
    DANA,
    LEE,
    MAPLE_STREET,
    MONDAY,
    OMAR,
    ONE_STAR,
    POLICY,
    SPEAK,
    Story,
    addressed,
    closed,
    reported,
    spoken,
    unknown,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import NEW
from amends.protocol.deadline import after_open_days, promise_due, within_calendar_days
from amends.protocol.events import Event
from amends.protocol.fold import evolve
from amends.protocol.gates import gates, in_words
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.values import AMENDS
from amends.protocol.words import (
    GateName,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    Severity,
    Trigger,
    Way,
)


def test_case_passes_through_its_steps_and_deadlines():
    story = Story()
    assert (story.step, story.due) == ("tell", None)
    story = reported(review=ONE_STAR)
    assert (story.step, story.due) == ("accept", "Mon 02 12:00"), "two open hours, at the closing itself"
    story.later(minutes=20).does(OMAR, c.Acknowledge())
    assert (story.step, story.due) == ("speak", "Mon 02 17:00")
    story.does(OMAR, c.LogAttempt(way=Way.VOICEMAIL))
    assert (story.step, story.due) == ("speak", "Tue 03 17:00")
    story.does(OMAR, SPEAK)
    assert (story.step, story.due) == ("plan", "Thu 05 17:00")
    story.does(OMAR, c.OfferRemedy(kind=RemedyKind.APOLOGY))
    assert (story.step, story.due) == ("put_right", "Mon 09 11:20"), "counted from the last word with the patient"
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    assert (story.step, story.due) == ("reply", "Wed 04 17:00")
    story.does(AMENDS, c.ReviewReplyLive())
    assert (story.step, story.due) == ("learn", "Thu 05 17:00")
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    assert (story.step, story.due) == ("tell", None)
    story.proves()
    assert (story.step, story.due) == ("tell", None)


@pytest.mark.parametrize(
    "changes",
    [{"severity": Severity.SEVERE}, {"still_here": True}, {"triggers": frozenset({Trigger.INJURY})}],
)
def test_severe_case_and_patient_who_is_still_here_are_taken_on_within_a_quarter(changes):
    assert reported(**changes).due == "Mon 02 10:15"


def test_severe_case_is_spoken_to_within_two_open_hours():
    story = reported(severity=Severity.SEVERE)
    story.later(minutes=5).does(OMAR, c.Acknowledge())
    assert story.due == "Mon 02 12:00"


def test_level_above_has_its_own_time_to_accept():
    story = reported()
    story.policy = replace(POLICY, limits=replace(POLICY.limits, region_accept_open_minutes=30))
    story.does(OMAR, c.AskRegion(why="stuck"))
    assert story.due == "Mon 02 10:30"


def test_office_that_hands_over_counts_from_then():
    story = spoken()
    story.does(OMAR, c.HandOver(to=LEE.person, why="away"))
    assert (story.step, story.due) == ("accept", "Mon 02 13:30"), "lunch does not count"


def test_nothing_is_due_later_than_the_protocols_last_day():
    story = reported()
    story.does(OMAR, c.Acknowledge())
    story.later(days=7).does(OMAR, c.LogAttempt(way=Way.PHONE))
    assert story.due == "Mon 09 11:00"


def test_handing_over_an_addressed_case_gives_no_new_time():
    story = addressed()
    due = story.due
    story.later(days=1).does(OMAR, c.HandOver(to=LEE.person, why="away"))
    assert story.due == due


def test_promise_of_a_closed_case_still_has_its_day():
    story = closed()
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=5)))
    assert (story.step, story.due) == ("keep_promise", "Fri 06 17:00"), "Saturday is closed"
    story.does(OMAR, c.SettlePromise(no=1, kept=True))
    assert (story.step, story.due) == ("tell", None)


def test_promise_for_a_closed_day_before_any_opening_has_the_next_one():
    friday_night = MONDAY + timedelta(days=4, hours=12)
    assert f"{promise_due(MAPLE_STREET, friday_night, friday_night + timedelta(days=1)):%a %d %H:%M}" == "Mon 09 17:00"


def test_deadline_is_noted_once_and_only_when_it_stands():
    story = reported()
    due = story.due_at
    story.refuses(AMENDS, c.DeadlinePassed(due=due), "does not stand")
    story.later(hours=4)
    story.refuses(AMENDS, c.DeadlinePassed(due=due - timedelta(hours=1)), "does not stand")
    (fact, _) = story.does(AMENDS, c.DeadlinePassed(due=due))
    assert (fact.step.value, fact.due) == ("accept", due)
    assert story.case.late_for == due
    story.refuses(AMENDS, c.DeadlinePassed(due=due), "does not stand")


def test_new_round_has_new_deadlines():
    story = reported().later(hours=4)
    story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    story.does(ANA, c.Reopen(why="again"))
    assert (story.case.late_for, story.case.noted_late, story.case.warned, story.case.were_late) == (None, (), (), ())


def test_open_days_count_from_the_day_of_the_next_opening():
    saturday = MONDAY + timedelta(days=5)
    closings = [f"{after_open_days(MAPLE_STREET, saturday, days):%a %d %H:%M}" for days in (0, 1, 4, 5)]
    assert closings == ["Mon 09 17:00", "Tue 10 17:00", "Fri 13 17:00", "Mon 16 17:00"]


def test_calendar_days_end_at_an_open_instant():
    within = [f"{within_calendar_days(MAPLE_STREET, MONDAY, days):%a %d %H:%M}" for days in (0, 1, 4, 5, 6, 7)]
    assert within == [
        "Mon 02 17:00",
        "Tue 03 10:00",
        "Fri 06 10:00",
        "Fri 06 17:00",
        "Fri 06 17:00",
        "Mon 09 11:00",
    ]


def test_hours_that_run_over_midnight_with_the_clock_still_have_their_closing():
    # On that night the clock went from 00:01 back to 23:01, so Saturday's last minutes came again after Sunday began.
    calendar = Calendar.parse({"zone": "America/St_Johns", "weekly": {"sat": [["20:00", "23:30"]]}})
    start = MONDAY.replace(year=2010, month=11, day=7, hour=2, minute=30, second=30)
    assert start.astimezone(calendar.tz).weekday() == 6
    assert f"{after_open_days(calendar, start, 0):%a %d %H:%M}" == "Sat 06 23:30"


def test_office_that_stops_opening_is_an_error():
    once = Calendar.parse({"zone": "America/New_York", "special": {"2026-03-02": [["08:00", "17:00"]]}})
    assert f"{after_open_days(once, MONDAY, 0):%a %d %H:%M}" == "Mon 02 17:00"
    with pytest.raises(HoursError):
        after_open_days(once, MONDAY, 1)


# --- gates -------------------------------------------------------------------------------------------------------


def gate(story, name):
    return next(one for one in gates(story.case) if one.name is name)


def test_nothing_is_shut_before_the_report():
    assert [(one.needed, one.shut) for one in gates(NEW)] == [
        (True, False),
        (True, False),
        (True, False),
        (True, False),
        (False, False),
        (True, False),
    ]


def test_gates_of_a_closed_case_show_their_proofs():
    story = closed(review=ONE_STAR)
    assert [(one.name, one.why) for one in gates(story.case)] == [
        (GateName.DOCUMENTED, "CommLog 91"),
        (GateName.SPOKEN, "Omar spoke with them · CommLog 93"),
        (GateName.ADDRESSED, "By Omar"),
        (GateName.LEADERS_TOLD, "elsewhere 94"),
        (GateName.REVIEW_ANSWERED, "The reply is live"),
        (GateName.LEARNED, "Cause recorded"),
    ]
    assert not any(one.holds_open for one in gates(story.case))


def test_pasted_note_is_a_persons_word():
    story = reported()
    story.does(
        ANA, c.DeliveryProved(marker="UP-1.1", purpose=Purpose.ACCOUNT, about=1, place="CommLog", id="", pasted=True)
    )
    assert gate(story, GateName.DOCUMENTED).why == "CommLog, pasted by Ana"
    assert gate(story, GateName.DOCUMENTED).proof.by == ANA
    assert in_words(replace(story.case.proofs[0], pasted=False)) == "CommLog"


def test_note_on_its_way_holds_the_case_open():
    story = spoken()
    assert gate(story, GateName.DOCUMENTED).why == "The note is on its way to Open Dental."
    assert gate(story, GateName.SPOKEN).why == "Omar spoke with them; the note is on its way to Open Dental."
    assert gate(addressed(), GateName.LEADERS_TOLD).why == "The message to the leaders is on its way."


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (PatientStatus.UNKNOWN, "obody knows who the patient is, so there is no chart to write in."),
        (PatientStatus.NOT_A_PATIENT, "hey are not a patient, so there is no chart to write in."),
    ],
)
def test_case_without_chart_needs_no_note(status, why):
    story = reported(patient=None, patient_status=status)
    story.does(OMAR, SPEAK)
    documented, talked = gate(story, GateName.DOCUMENTED), gate(story, GateName.SPOKEN)
    assert (documented.needed, documented.why[1:]) == (False, why)
    assert (talked.shut, talked.why[-len(why) :]) == (True, why)


@pytest.mark.parametrize(
    ("reason", "said"),
    [(NoContact.ASKED_NOT_TO, "They asked not to be contacted"), (NoContact.NO_WAY, "Nobody knows how to reach them")],
)
def test_settled_end_shuts_the_gate_with_its_note(reason, said):
    story = unknown() if reason is NoContact.NO_WAY else reported()
    story.does(OMAR, c.SettleAttempts(reason=reason, note="By letter."))
    assert gate(story, GateName.SPOKEN).why.startswith(said)
    story.proves(Purpose.SETTLED)
    assert gate(story, GateName.SPOKEN).shut


def test_proof_of_an_earlier_talk_serves_until_the_newest_is_written():
    story = spoken().proves()
    story.does(OMAR, SPEAK)
    assert gate(story, GateName.SPOKEN).why == "Omar spoke with them · CommLog 93"


def test_leaders_hear_again_when_it_was_put_right_again():
    story = closed()
    story.does(OMAR, c.Reopen(why="again"))
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="refund"))
    assert story.open_gates == ["spoken", "leaders_told"]
    story.proves()
    assert story.open_gates == []


def test_exception_shuts_the_gate_with_a_name():
    story = addressed(review=ONE_STAR)
    story.does(OMAR, c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note="Counsel."))
    assert gate(story, GateName.REVIEW_ANSWERED).why == "No reply; signed by Omar"


def test_case_known_only_from_a_correction_has_gates_too():
    odd = Event(MONDAY, OMAR, e.PatientIdentified(patient_status=PatientStatus.KNOWN, patient=DANA, why=""))
    taken = Event(MONDAY, OMAR, e.SteppedIn())
    assert all(one.holds_open or not one.needed for one in gates(evolve(evolve(NEW, odd), taken)))
