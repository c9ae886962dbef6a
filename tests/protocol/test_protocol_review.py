"""Sequences in which an earlier version of the rules went wrong; each test names the promise that it keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.protocol.cast import (
    ANA,
    CHAIN,
    DANA,
    LEE,
    MAPLE_STREET,
    MONDAY,
    NOBODY,
    OMAR,
    ONE_STAR,
    PIA,
    REPORT,
    RITA,
    RUTH,
    SAM,
    SPEAK,
    TESS,
    Story,
    addressed,
    closed,
    reported,
    set_aside,
    spoken,
    unknown,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.deadline import alarm, deadline
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.values import AMENDS, Chain, Review
from amends.protocol.words import (
    CHART_PURPOSES,
    AsideReason,
    CorrectableField,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    Source,
    Stage,
    Step,
    Trigger,
    Way,
)

KNOWN = PatientStatus.KNOWN
TO_TESS = c.IdentifyPatient(patient_status=KNOWN, patient=TESS, why="The wrong Dana was chosen.")


# --- a closed case and what comes later --------------------------------------------------------------------------


def test_patient_corrected_after_closing_is_addressed_until_the_right_chart_has_the_notes():
    story = closed()
    facts = story.later(days=1).does(OMAR, TO_TESS)
    assert [type(fact) for fact in facts] == [e.Reopened, e.PatientIdentified]
    assert story.case.stage is Stage.ADDRESSED
    assert story.open_gates == ["documented", "spoken"]
    assert story.case.last_conversation, "the conversation still counts; only its note is missing"
    story.proves(Purpose.ACCOUNT, Purpose.CONVERSATION)
    assert not story.case.is_open


def test_name_of_the_patient_corrected_after_closing_stays_closed():
    story = closed()
    facts = story.does(OMAR, c.IdentifyPatient(patient_status=KNOWN, patient=replace(DANA, name="D. Q."), why="typo"))
    assert [type(fact) for fact in facts] == [e.PatientIdentified]
    assert story.case.stage is Stage.CLOSED
    assert story.newest == [], "the same chart gets no second note"


def test_review_that_joins_a_closed_case_gets_its_answer():
    story = closed()
    story.later(days=30).does(OMAR, c.TakeIn(other="UP-9", accounts=("One star.",), review=ONE_STAR))
    assert story.case.stage is Stage.ADDRESSED
    assert story.open_gates == ["review_answered"]
    assert story.due == "Fri 03 17:00", "two open days from when it came back"
    story.does(AMENDS, c.ReviewReplyLive())
    assert not story.case.is_open


def test_repeat_noted_on_a_closed_case_asks_what_will_be_changed():
    story = closed()
    story.does(AMENDS, c.NoteRepeat(of=("UP-9",)))
    assert (story.case.stage, story.step) == (Stage.ADDRESSED, "learn")
    story.does(OMAR, c.PlanAction(what="A written estimate", owner=OMAR.person, due=story.now + timedelta(days=9)))
    assert story.case.stage is Stage.CLOSED


def test_case_that_came_back_by_itself_tells_its_owner_and_leaves_what_the_leaders_heard():
    story = closed()
    story.does(AMENDS, c.NoteRepeat(of=("UP-9",)))
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert task.to == OMAR.person
    assert "It happened before" in task.text
    assert story.withdrawn() == set()


@pytest.mark.parametrize(
    "command",
    [
        c.RecordCauses(causes=("privacy",)),
        SPEAK,
        c.AddAccount(text="She called again."),
        c.MakePromise(text="A call on Friday", owner=OMAR.person, due=MONDAY + timedelta(days=4)),
        c.OfferRemedy(kind=RemedyKind.CREDIT, amount=Decimal("20")),
        c.TakeIn(other="UP-9", accounts=("The same story, by phone.",), patient=DANA),
        c.CorrectField(field=CorrectableField.TRIGGERS, value=("lawyer",), why="A letter came."),
    ],
)
def test_what_opens_no_gate_leaves_a_closed_case_closed(command):
    story = closed()
    story.does(OMAR, command)
    assert story.case.stage is Stage.CLOSED
    assert story.open_gates == []


# --- the chart ---------------------------------------------------------------------------------------------------


def test_note_that_arrives_in_the_old_chart_proves_nothing_and_is_asked_to_be_taken_out():
    story = reported()
    story.does(OMAR, TO_TESS)
    story.does(
        AMENDS,
        c.DeliveryProved(marker="UP-1.1", purpose=Purpose.ACCOUNT, about=1, place="CommLog", id="90213", patient=DANA),
    )
    assert "documented" in story.open_gates
    (task,) = story.sent(Purpose.WRONG_CHART)
    assert (task.to, task.patient) == (OMAR.person, None)
    assert "CommLog 90213" in task.text


def test_notes_written_before_the_patient_was_corrected_are_asked_to_be_taken_out():
    story = spoken().proves()
    story.does(OMAR, TO_TESS)
    (task,) = story.sent(Purpose.WRONG_CHART)
    assert "CommLog 91, CommLog 93" in task.text
    assert {note.patient for note in story.sent(Purpose.ACCOUNT, story.newest)} == {TESS}


def test_no_task_about_a_wrong_chart_where_nothing_was_written():
    story = reported()
    story.does(OMAR, TO_TESS)
    assert story.sent(Purpose.WRONG_CHART) == []


def test_attempts_move_to_the_right_chart_with_everything_else():
    story = reported()
    story.does(OMAR, c.LogAttempt(way=Way.VOICEMAIL, note="asked to call back"))
    story.does(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="by text"))
    story.does(OMAR, TO_TESS)
    assert story.withdrawn() == CHART_PURPOSES
    for purpose in story.withdrawn():
        notes = story.sent(purpose, story.newest)
        assert len(notes) == (0 if purpose in (Purpose.CONVERSATION, Purpose.CONFIRMATION) else 1)
        assert all(note.patient is TESS for note in notes)


# --- owners ------------------------------------------------------------------------------------------------------


def test_case_is_never_handed_up_to_nobody():
    for by, command in ((OMAR, c.AskRegion(why="stuck")), (OMAR, c.AskLeaders(why="stuck"))):
        story = reported(chain=Chain(office=(OMAR.person,)))
        story.refuses(by, command, "Nobody is named above you")
    story = reported(chain=Chain(region=(RITA.person,)))
    story.refuses(RITA, c.AskLeaders(why="stuck"), "Nobody is named above you")


def test_nobody_escalates_to_themselves():
    both = Chain(office=(OMAR.person,), region=(OMAR.person,), leaders=(OMAR.person, LEE.person))
    story = reported(chain=both)
    story.does(OMAR, c.AskRegion(why="stuck"))
    assert (story.case.stage, story.case.owner) == (Stage.LEADERS, LEE.person)


def test_case_without_owner_may_be_taken_by_any_manager():
    story = reported(chain=NOBODY)
    assert (story.case.owner, story.case.stage) == (None, Stage.LEADERS)
    story.does(OMAR, c.Acknowledge())
    assert (story.case.owner, story.case.stage) == (OMAR.person, Stage.OFFICE)


def test_owner_may_act_on_a_case_that_was_handed_back_down():
    story = reported()
    story.does(OMAR, c.AskRegion(why="stuck"))
    story.does(RITA, c.HandOver(to=OMAR.person, why="The refund is allowed; please call."))
    story.does(OMAR, SPEAK)
    assert (story.case.owner, story.case.stage, story.case.accepted) == (OMAR.person, Stage.OFFICE, True)


def test_lower_level_cannot_hand_a_case_of_the_leaders_to_itself():
    story = reported()
    story.does(LEE, c.StepIn())
    story.refuses(OMAR, c.HandOver(to=OMAR.person, why="mine"), "The case is with Lee now")
    story.does(SAM, c.HandOver(to=OMAR.person, why="yours again"))


def test_reopened_case_goes_to_whoever_answers_for_the_office_now():
    story = closed()
    story.chain = replace(CHAIN, office=(RUTH.person,))
    story.later(days=100).does(ANA, c.Reopen(why="She called again."))
    assert (story.case.owner, story.case.stage) == (RUTH.person, Stage.OFFICE)


def test_reopened_case_stays_with_its_owner_while_they_answer_in_any_place():
    for by, chain in (
        (OMAR, replace(CHAIN, office=(RUTH.person, OMAR.person))),
        (RITA, replace(CHAIN, region=(SAM.person, RITA.person))),
    ):
        story = closed(by=by)
        story.chain = chain
        story.does(ANA, c.Reopen(why="She called again."))
        assert story.case.owner == by.person


def test_reopened_case_without_a_manager_at_its_level_goes_up():
    story = closed()
    story.chain = Chain(region=(RITA.person,))
    story.does(ANA, c.Reopen(why="She called again."))
    assert (story.case.owner, story.case.stage) == (RITA.person, Stage.REGION)


def test_reopened_case_of_the_leaders_falls_back_to_the_region():
    story = closed(by=LEE)
    story.chain = replace(CHAIN, leaders=())
    story.does(ANA, c.Reopen(why="She called again."))
    assert (story.case.owner, story.case.stage) == (RITA.person, Stage.REGION)


def test_reopened_case_stays_with_its_owner_when_nobody_is_named():
    story = closed()
    story.chain = NOBODY
    story.does(ANA, c.Reopen(why="She called again."))
    assert (story.case.owner, story.case.stage) == (OMAR.person, Stage.OFFICE)


def test_case_set_aside_after_it_was_addressed_resumes_where_it_was_put_right():
    story = addressed(by=RITA)
    story.does(RITA, c.PutAside(reason=AsideReason.NOT_UPSET, note="a joke"))
    story.does(RITA, c.Reopen(why="It was none."))
    assert story.case.stage is Stage.REGION
    assert story.open_gates[:3] == ["documented", "spoken", "addressed"], "the leaders were not told: a new round"


def test_person_is_the_same_under_a_new_name():
    story = reported()
    story.does(replace(OMAR, name="Omar B."), c.Acknowledge())
    story.refuses(OMAR, c.Acknowledge(), "You already have this case")


def test_still_here_is_over_when_a_case_is_opened_again():
    story = reported(OMAR, still_here=True)
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="a joke"))
    story.later(days=3).does(ANA, c.Reopen(why="It was none."))
    assert not any("STILL HERE" in task.text for task in story.sent(Purpose.TASK, story.newest))


# --- merging -----------------------------------------------------------------------------------------------------


def test_two_patients_are_never_merged():
    story = reported()
    story.refuses(OMAR, c.TakeIn(other="UP-9", accounts=("x",), patient=TESS), "different patients")
    story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), patient=replace(DANA, phone="")))


def test_two_reviews_are_never_merged_since_each_needs_its_reply():
    story = reported(review=ONE_STAR)
    story.refuses(OMAR, c.TakeIn(other="UP-9", accounts=("x",), review=Review("yelp", "r-77")), "its own review")
    story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), review=replace(ONE_STAR, stars=2)))


def test_merge_carries_grave_triggers_to_the_leaders_and_the_privacy_officer():
    story = reported()
    grave = frozenset({Trigger.LAWYER, Trigger.PRIVACY})
    story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), triggers=grave))
    assert story.case.is_severe
    assert len(story.sent(Purpose.LEADERS_NOW)) == 1
    assert [task.to for task in story.sent(Purpose.PRIVACY)] == [PIA.person]


def test_merge_carries_a_reply_that_is_live():
    story = addressed()
    story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), review=ONE_STAR, reply_link=""))
    assert "review_answered" not in story.open_gates


def test_closed_case_that_takes_in_an_answered_review_is_at_no_moment_without_the_answer():
    story = closed()
    facts = story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), review=ONE_STAR, reply_link=""))
    assert [type(fact) for fact in facts] == [e.ReplyWentLive, e.TakenIn]
    assert story.case.stage is Stage.CLOSED
    assert story.open_gates == []


def test_reply_without_its_review_is_not_taken_in():
    story = reported()
    story.does(OMAR, c.TakeIn(other="UP-9", accounts=("x",), reply_link=""))
    assert story.case.reply_live is None


def test_setting_aside_never_takes_back_what_leaders_and_privacy_officer_must_hear():
    story = reported(triggers=frozenset({Trigger.INJURY, Trigger.PRIVACY}))
    story.does(OMAR, c.PutAside(reason=AsideReason.DUPLICATE, duplicate_of="UP-2"))
    asked = {Purpose.TASK, Purpose.DUE_SOON, Purpose.LATE, Purpose.ASK, Purpose.NOBODY_LEFT}
    assert story.withdrawn() == {*asked, Purpose.LEADERS_TOLD, Purpose.POPUP}


def test_promise_is_not_lost_with_a_case_that_is_set_aside():
    story = reported()
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=story.now + timedelta(days=1)))
    duplicate = c.PutAside(reason=AsideReason.DUPLICATE, duplicate_of="UP-2")
    story.refuses(OMAR, duplicate, "A promise to the patient is still open")
    story.does(OMAR, c.SettlePromise(no=1, kept=True))
    story.does(OMAR, duplicate)


def test_corrective_action_that_is_to_be_done_is_not_lost_with_a_duplicate():
    story, duplicate = reported(), c.PutAside(reason=AsideReason.DUPLICATE, duplicate_of="UP-2")
    for no in (1, 2):
        story.does(OMAR, c.PlanAction(what="A sheet", owner=OMAR.person, due=story.now + timedelta(days=no)))
    story.refuses(OMAR, duplicate, "A corrective action is still to be done here. Set the other case aside, or say")
    story.does(AMENDS, c.ActionRepeated(no=1, other="UP-9"))
    story.refuses(OMAR, duplicate, "still to be done")
    story.does(OMAR, c.FinishAction(no=2))
    story.does(OMAR, duplicate)


def test_what_was_never_an_upset_patient_is_set_aside_whatever_was_to_change():
    story = reported()
    story.does(OMAR, c.PlanAction(what="A sheet", owner=OMAR.person, due=story.now + timedelta(days=7)))
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."))


# --- values that break arithmetic --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "-1", "0", "1E+20", "1E-30", "0.001", "1000000", "9" * 60]
)
def test_impossible_amount_is_refused(amount):
    story = spoken()
    story.refuses(OMAR, c.OfferRemedy(kind=RemedyKind.REFUND, amount=Decimal(amount)), "amount")


@pytest.mark.parametrize("amount", ["999999.99", "0.01", "5", "1.00" + "0" * 50])
def test_possible_amount_is_kept_in_cents(amount):
    story = spoken()
    (fact,) = story.does(OMAR, c.OfferRemedy(kind=RemedyKind.REFUND, amount=Decimal(amount)))
    assert fact.amount == Decimal(amount)
    assert fact.amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-01T10:00",
        "2026-03-02T16:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "yesterday",
        "",
    ],
)
def test_impossible_moment_is_refused_in_a_correction(moment):
    story = reported()
    story.refuses(OMAR, c.CorrectField(field=CorrectableField.HAPPENED_AT, value=(moment,), why="typo"), "\\w")
    allowed = "2026-03-01T10:00:00-05:00"
    story.does(OMAR, c.CorrectField(field=CorrectableField.HAPPENED_AT, value=(allowed,), why="typo"))
    assert story.case.happened_at == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)


def test_same_moment_in_another_zone_is_no_correction():
    story = reported()
    same = story.case.happened_at.astimezone(MAPLE_STREET.tz).isoformat()
    command = c.CorrectField(field=CorrectableField.HAPPENED_AT, value=(same,), why="zone")
    story.refuses(OMAR, command, "what the case says already")


NAIVE = MONDAY.replace(tzinfo=None)


def test_time_without_zone_is_refused_everywhere():
    story = Story()
    story.refuses(ANA, replace(REPORT, happened_at=NAIVE), "needs its zone")
    story = spoken()
    story.refuses(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=NAIVE), "needs its zone")
    story.refuses(OMAR, c.PlanAction(what="Estimates", owner=OMAR.person, due=NAIVE), "needs its zone")


def test_promise_far_ahead_is_refused():
    story = spoken()
    far = datetime(9999, 12, 31, tzinfo=UTC)
    story.refuses(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=far), "five years ahead")
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=1000)))


def test_long_text_is_refused_from_a_person_and_kept_from_a_machine():
    long = "x" * 20_001
    Story().refuses(ANA, replace(REPORT, account=long), "20,001 characters")
    story = reported(AMENDS, account=long, source=Source.COMMLOG)
    assert story.case.accounts[0].text == long
    Story().refuses(AMENDS, replace(REPORT, account="x" * 200_001), "200,001 characters")


def test_text_is_kept_as_every_database_can_keep_it():
    story = reported(account=" a\x00b\ud800c\n")
    assert story.case.accounts[0].text == "ab?c"


def test_review_case_without_its_review_is_refused():
    Story().refuses(AMENDS, replace(REPORT, source=Source.REVIEW), "which review")


def test_message_that_was_never_sent_cannot_be_proved():
    story = reported()
    early = c.DeliveryProved(marker="UP-1.9", purpose=Purpose.LEADERS_TOLD, about=4, place="Slack", id="1")
    story.refuses(AMENDS, early, "no such message")
    story.does(AMENDS, replace(early, about=1))


# --- time --------------------------------------------------------------------------------------------------------


def test_resolving_is_not_due_earlier_for_a_case_that_began_later():
    def due(**after: float) -> str | None:
        story = Story(now=MONDAY + timedelta(**after))
        story.does(ANA, REPORT)
        story.does(OMAR, SPEAK)
        story.does(OMAR, c.OfferRemedy(kind=RemedyKind.APOLOGY))
        return story.due

    assert due() == "Mon 09 11:00", "seven times 24 hours, over the change to summer time"
    assert due(hours=2, minutes=10) == "Mon 09 13:10"
    assert due(hours=1, minutes=30) == "Mon 09 12:00", "the lunch hour is closed, and that day's lunch is a closing"


def test_office_closed_for_longer_than_the_limit_is_not_pressed():
    away = Calendar.parse(
        {
            "zone": "America/New_York",
            "weekly": {"mon": [["08:00", "17:00"]]},
            "special": {"2026-03-09": [], "2026-03-16": []},
        }
    )
    story = Story(calendar=away, now=datetime(2026, 3, 3, 15, 0, tzinfo=UTC))
    story.does(ANA, REPORT)
    story.does(OMAR, SPEAK)
    assert story.due == "Mon 23 17:00"


def test_both_reply_and_cause_have_their_time_once_it_is_addressed():
    story = addressed(review=ONE_STAR)
    assert (story.step, story.due) == ("reply", "Wed 04 17:00")
    story.does(AMENDS, c.ReviewReplyLive())
    assert (story.step, story.due) == ("learn", "Thu 05 17:00")


def test_late_promise_is_noted_as_a_promise_although_the_step_goes_on():
    story = spoken()
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=1)))
    assert (story.step, story.due) == ("put_right", "Tue 03 17:00")
    story.later(days=2)
    (fact,) = story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    assert fact.step is Step.KEEP_PROMISE


def test_late_promise_does_not_hide_the_step_behind_it():
    story = spoken()
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=1)))
    story.later(days=9)
    for step in (Step.KEEP_PROMISE, Step.PUT_RIGHT):
        assert story.due == "Tue 03 17:00", "the earliest that is not done, for the queue"
        due = alarm(story.case, story.policy, story.calendar)
        assert due is not None
        (fact, *_) = story.does(AMENDS, c.DeadlinePassed(due=due))
        assert fact.step is step
        story.refuses(AMENDS, c.DeadlinePassed(due=due), "does not stand any more")
    assert story.case.owner == RITA.person


def test_late_step_of_an_addressed_case_is_told_to_the_region_first():
    story = addressed()
    story.later(days=8)
    (fact,) = story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    assert fact.told == RITA.person


def test_lateness_of_a_case_without_owner_is_told_to_the_nearest_manager():
    story = reported(chain=NOBODY)
    story.chain = CHAIN
    story.later(days=2)
    (fact, moved) = story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    assert fact.told == moved.to == story.case.owner == OMAR.person


def test_deadline_in_the_repeated_hour_can_be_noted():
    always = Calendar.parse(
        {
            "zone": "America/New_York",
            "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        }
    )
    story = Story(calendar=always, now=datetime(2026, 11, 1, 4, 30, tzinfo=UTC))
    story.does(ANA, REPORT)
    due = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # the second 01:30 of that night
    assert story.due_at.astimezone(UTC) == due
    story.later(hours=3).does(AMENDS, c.DeadlinePassed(due=due))


@pytest.mark.parametrize("special", [{}, {"2026-03-02": [["08:00", "12:00"]]}])
def test_calendar_that_is_never_open_again_is_an_error_and_no_endless_search(special):
    calendar = Calendar.parse({"zone": "America/New_York", "weekly": {}, "special": special})
    story = unknown(calendar=calendar)
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    with pytest.raises(HoursError):
        deadline(story.case, story.policy, calendar)


def test_promise_of_an_office_that_opens_on_single_days_is_due_on_one_of_them():
    calendar = Calendar.parse(
        {
            "zone": "America/New_York",
            "special": {"2026-03-20": [["09:00", "11:00"]], "2029-03-20": [["09:00", "11:00"]]},
        }
    )
    story = spoken(calendar=calendar)
    story.does(OMAR, c.MakePromise(text="A call", owner=OMAR.person, due=MONDAY + timedelta(days=700)))
    assert story.due == "Fri 20 11:00"


def test_first_contact_is_counted_to_the_first_conversation():
    story = spoken()
    story.later(hours=3).does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    (told,) = story.sent(Purpose.LEADERS_TOLD)
    assert told.minutes_to_contact == 30


def test_set_aside_case_has_no_deadline_and_reopening_brings_it_back():
    story = set_aside()
    assert (story.step, story.due, story.alarm) == ("tell", None, None)
    story.does(OMAR, c.Reopen(why="It was right after all."))
    assert story.due is not None
