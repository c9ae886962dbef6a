"""The rules by value: what a command becomes, and what it is refused for. Set-ups are shared by both."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.protocol.cast import (
    ANA,
    CHAIN,
    DANA,
    LEE,
    MONDAY,
    NOBODY,
    OMAR,
    ONE_STAR,
    PIA,
    REPORT,
    RITA,
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
from amends.protocol.values import AMENDS, Chain, Patient, Person
from amends.protocol.words import (
    AsideReason,
    CorrectableField,
    Heart,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    Severity,
    Source,
    Stage,
    Teller,
    Trigger,
    Way,
)

SOON = MONDAY + timedelta(days=9)


# --- report ------------------------------------------------------------------------------------------------------


def test_report_waits_for_the_office_manager():
    case = reported().case
    assert (case.stage, case.owner, case.accepted) == (Stage.REPORTED, OMAR.person, False)
    assert (case.office, case.kinds, case.patient) == ("maple", ("billing",), DANA)
    assert (case.reporter, case.opened_at, case.happened_at) == (ANA.person, MONDAY, MONDAY)
    assert case.policy == Story().policy.version
    assert [(account.seq, account.text, account.whose) for account in case.accounts] == [
        (1, "She left angry about the bill.", Teller.PATIENT)
    ]


@pytest.mark.parametrize(
    ("chain", "owner", "stage"),
    [
        (CHAIN, OMAR.person, Stage.REPORTED),
        (replace(CHAIN, office=()), RITA.person, Stage.REGION),
        (Chain(leaders=(LEE.person,)), LEE.person, Stage.LEADERS),
        (NOBODY, None, Stage.LEADERS),
    ],
)
def test_report_goes_to_the_nearest_in_the_chain(chain, owner, stage):
    case = reported(chain=chain).case
    assert (case.owner, case.stage, case.accepted) == (owner, stage, False)


@pytest.mark.parametrize(("by", "stage"), [(OMAR, Stage.OFFICE), (RITA, Stage.REGION), (LEE, Stage.LEADERS)])
def test_manager_who_reports_has_the_case(by, stage):
    case = reported(by).case
    assert (case.owner, case.stage, case.accepted) == (by.person, stage, True)


def test_manager_who_enters_a_review_does_not_have_it_yet():
    case = reported(RITA, source=Source.REVIEW, review=ONE_STAR).case
    assert (case.owner, case.stage, case.accepted) == (OMAR.person, Stage.REPORTED, False)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"office": ""}, "Choose the office"),
        ({"account": " \x00\n"}, "Say in a sentence what happened"),
        ({"kinds": ("billing", "weather")}, "“weather” is not on it"),
        ({"patient": None}, "Choose the patient"),
        ({"patient_status": PatientStatus.UNKNOWN}, "Choose the patient"),
        ({"happened_at": MONDAY + timedelta(minutes=6)}, "in the future"),
        ({"happened_at": MONDAY - timedelta(days=20_000)}, "that long ago"),
    ],
)
def test_report_is_refused_for(changes, because):
    Story().refuses(ANA, replace(REPORT, **changes), because)


def test_clocks_may_differ_a_little():
    assert reported(happened_at=MONDAY + timedelta(minutes=5)).case.happened_at > MONDAY


def test_kinds_and_repeats_are_kept_once_each():
    case = reported(kinds=("wait", "billing", "wait"), repeat_of=("UP-3", "UP-3")).case
    assert (case.kinds, case.repeat_of) == (("wait", "billing"), ("UP-3",))


@pytest.mark.parametrize("trigger", Trigger)
def test_every_trigger_but_privacy_makes_a_case_severe(trigger):
    story = reported(triggers=frozenset({trigger}), severity=Severity.MILD)
    assert story.case.is_severe is (trigger is not Trigger.PRIVACY)
    assert story.events[0].fact.privacy_officer == (PIA.person if trigger is Trigger.PRIVACY else None)


def test_second_account_keeps_the_moment_of_the_case_unless_told():
    story = reported()
    story.does(ANA, c.AddAccount(text="I saw it.", whose=Teller.TEAM))
    story.does(ANA, c.AddAccount(text="It hurt.", moment=Moment.TREATMENT))
    assert [(a.whose, a.moment) for a in story.case.accounts[1:]] == [
        (Teller.TEAM, Moment.CHECKOUT),
        (Teller.PATIENT, Moment.TREATMENT),
    ]
    story.refuses(ANA, c.AddAccount(text=""), "Write what was said")


# --- speaking ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", Way)
def test_voicemail_is_an_attempt_and_video_a_conversation(way):
    one_sided = {Way.VOICEMAIL, Way.EMAIL, Way.LETTER}
    story = reported()
    talk = replace(SPEAK, way=way)
    if way in one_sided:
        story.refuses(OMAR, talk, "is an attempt")
    else:
        story.does(OMAR, talk)
    attempt = c.LogAttempt(way=way)
    if way is Way.VIDEO:
        story.refuses(OMAR, attempt, "Choose how you tried")
    else:
        story.does(OMAR, attempt)


def test_conversation_needs_its_note_and_keeps_the_checklist_in_order():
    story = reported()
    story.refuses(OMAR, replace(SPEAK, note="  "), "Write in a sentence what was said")
    facts = story.does(OMAR, replace(SPEAK, heart=frozenset({Heart.THANK, Heart.HEAR})))
    assert facts[-1].heart == (Heart.HEAR, Heart.THANK)


def test_attempts_end_only_after_three_on_two_days_in_two_ways():
    enough = c.SettleAttempts(reason=NoContact.ATTEMPTS_MADE)
    story = reported()
    for way, hours in ((Way.PHONE, 1), (Way.PHONE, 1), (Way.PHONE, 24)):
        story.refuses(OMAR, enough, "The protocol asks for 3 attempts")
        story.later(hours=hours).does(OMAR, c.LogAttempt(way=way))
    story.refuses(OMAR, enough, "So far: 3 on 2 days in 1 ways")
    story.does(OMAR, c.LogAttempt(way=Way.TEXT))
    story.does(OMAR, enough)
    assert story.case.is_spoken_to
    story.does(OMAR, c.MarkAddressed(resolution="not_reached"))


def test_days_of_attempts_are_the_offices_days():
    story = reported()
    story.later(hours=13.5)  # 23:30 at Maple Street, the next day in UTC
    for way in (Way.PHONE, Way.TEXT, Way.EMAIL):
        story.does(OMAR, c.LogAttempt(way=way))
    story.refuses(OMAR, c.SettleAttempts(reason=NoContact.ATTEMPTS_MADE), "on 1 days")


def test_attempts_of_an_earlier_round_do_not_count():
    story = closed()
    story.does(OMAR, c.Reopen(why="again"))
    story.refuses(OMAR, c.SettleAttempts(reason=NoContact.ATTEMPTS_MADE), "So far: 0 on 0 days")


def test_wish_for_no_contact_says_how_it_was_made():
    story = reported()
    story.refuses(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO), "Write how the patient asked")
    story.does(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="By letter."))


def test_no_way_to_reach_only_somebody_unknown():
    no_way = c.SettleAttempts(reason=NoContact.NO_WAY)
    reported().refuses(OMAR, no_way, "there is a way")
    story = unknown()
    story.does(OMAR, no_way)
    assert story.case.round_settled is not None


# --- putting right -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RemedyKind)
def test_amount_belongs_to_money(kind):
    story = spoken()
    with_amount, without = c.OfferRemedy(kind=kind, amount=Decimal("5")), c.OfferRemedy(kind=kind, note="ok")
    money = kind in (RemedyKind.CREDIT, RemedyKind.REFUND)
    good, bad = (with_amount, without) if money else (without, with_amount)
    story.refuses(OMAR, bad, "amount")
    story.does(OMAR, replace(good, accepted=True))
    assert [(r.kind, r.accepted) for r in story.case.remedies] == [(kind, True)]


def test_promise_is_kept_or_missed_once():
    story = spoken()
    promise = c.MakePromise(text="A written estimate", owner=ANA.person, due=SOON)
    story.refuses(OMAR, replace(promise, text=""), "Write what was promised")
    story.refuses(OMAR, replace(promise, due=story.now - timedelta(minutes=1)), "still to come")
    story.does(OMAR, promise)
    story.does(OMAR, promise)
    assert [p.no for p in story.case.open_promises] == [1, 2]
    story.does(ANA, c.SettlePromise(no=2, kept=False))
    story.refuses(ANA, c.SettlePromise(no=2, kept=True), "already settled")
    story.does(AMENDS, c.SettlePromise(no=1, kept=True))
    assert [p.kept for p in story.case.promises] == [True, False]


def test_addressing_needs_the_conversation_and_a_phrase_of_the_policy():
    mark = c.MarkAddressed(resolution="corrected", note="n", change="estimates")
    reported().refuses(OMAR, mark, "First record the conversation")
    story = spoken()
    story.refuses(OMAR, replace(mark, resolution="won"), "Choose a resolution from the list")
    story.does(OMAR, mark)
    assert (story.case.addressing.resolution, story.case.addressing.change) == ("corrected", "estimates")
    story.refuses(OMAR, mark, "already addressed")


def test_manager_who_puts_right_what_another_began_takes_it():
    story = spoken()
    assert [type(fact) for fact in story.does(RITA, c.MarkAddressed(resolution="corrected"))] == [
        e.Acknowledged,
        e.Addressed,
    ]
    assert story.case.came_from is Stage.REGION


# --- passing on --------------------------------------------------------------------------------------------------


def test_case_goes_up_the_chain_with_what_was_tried():
    story = reported()
    story.refuses(OMAR, c.AskRegion(why=""), "Write what keeps you")
    (fact,) = story.does(OMAR, c.AskRegion(why="beyond my limit", tried="a credit"))
    assert (fact.stage, fact.to, fact.tried) == (Stage.REGION, RITA.person, "a credit")
    assert not story.case.accepted
    (fact,) = story.does(RITA, c.AskLeaders(why="a lawyer writes"))
    assert (fact.stage, fact.to) == (Stage.LEADERS, LEE.person)


def test_office_without_region_asks_the_leaders():
    for command in (c.AskRegion(why="stuck"), c.AskLeaders(why="stuck")):
        story = reported(chain=replace(CHAIN, region=()))
        (fact,) = story.does(OMAR, command)
        assert (fact.stage, fact.to) == (Stage.LEADERS, LEE.person)
        story = reported(chain=replace(CHAIN, region=()))
        story.refuses(OMAR, replace(command, why=""), "Write what keeps you")


def test_office_manager_asks_the_region_before_the_leaders():
    reported().refuses(OMAR, c.AskLeaders(why="stuck"), "Ask Rita first")


def test_hand_over_says_why_and_waits_for_the_other():
    story = spoken()
    story.refuses(OMAR, c.HandOver(to=RITA.person, why=""), "Write why")
    story.does(OMAR, c.HandOver(to=RITA.person, why="I am away."))
    assert (story.case.owner, story.case.accepted, story.case.stage) == (RITA.person, False, Stage.OFFICE)


def test_leader_steps_in():
    story = spoken()
    story.does(LEE, c.StepIn())
    assert (story.case.owner, story.case.accepted, story.case.stage) == (LEE.person, True, Stage.LEADERS)


# --- ending ------------------------------------------------------------------------------------------------------


def test_reopened_case_is_a_new_round():
    story = closed()
    story.refuses(ANA, c.Reopen(why=""), "Write why")
    story.later(days=3).does(ANA, c.Reopen(why="The crown fell off again."))
    case = story.case
    assert (case.stage, case.owner, case.accepted) == (Stage.OFFICE, OMAR.person, False)
    assert (case.last_conversation, case.round_addressing, case.round_since) == (None, None, story.now)
    assert story.open_gates == ["spoken", "addressed", "leaders_told"]


def test_owner_who_reopens_has_the_case():
    story = closed()
    story.does(OMAR, c.Reopen(why="again"))
    assert story.case.accepted


def test_what_was_done_before_a_slip_still_counts():
    story = spoken()
    story.does(OMAR, c.PutAside(reason=AsideReason.NOT_UPSET, note="a joke"))
    story.does(OMAR, c.Reopen(why="none"))
    assert (story.case.stage, story.case.is_spoken_to, story.case.set_aside) == (Stage.OFFICE, True, None)


@pytest.mark.parametrize("reason", AsideReason)
def test_duplicate_names_the_other_case_and_nothing_else_does(reason):
    story = reported()
    named, unnamed = (
        c.PutAside(reason=reason, note="x", duplicate_of="UP-2"),
        c.PutAside(reason=reason, note="x", duplicate_of=""),
    )
    good, bad = (named, unnamed) if reason is AsideReason.DUPLICATE else (unnamed, named)
    story.refuses(OMAR, bad, "A duplicate needs the number")
    if reason is not AsideReason.DUPLICATE:
        story.refuses(OMAR, replace(good, note=""), "Write why, for those who look later")
    story.does(OMAR, good)
    assert story.case.set_aside.duplicate_of == (good.duplicate_of or None)


def test_merge_keeps_every_account_and_takes_the_patient():
    story = unknown()
    story.does(OMAR, c.TakeIn(other="UP-2", accounts=("one", "two"), patient=TESS, review=ONE_STAR))
    assert [a.text for a in story.case.accounts] == ["She left angry about the bill.", "one", "two"]
    assert (story.case.patient, story.case.review, story.case.merged) == (TESS, ONE_STAR, ("UP-2",))
    story.refuses(OMAR, c.TakeIn(other="UP-2", accounts=("one",)), "already part of this case")


def test_what_was_learned_of_a_case_stays_with_the_one_that_takes_it_in():
    here, there = Person("7", "Ana Ruiz"), Person("8", "Tom Reyes")
    story = reported()
    story.does(OMAR, c.RecordCauses(causes=("wait_in_office",)))
    story.does(OMAR, c.NameInvolved(people=(here,)))
    both = (there, Person(here.id, "Ana Ruiz-Hale"))
    story.does(OMAR, c.TakeIn(other="UP-2", accounts=("one",), causes=("estimate_wrong", "no_such"), involved=both))
    assert story.case.causes == ("wait_in_office", "estimate_wrong")
    assert story.case.involved == (here, there)


def test_what_happened_before_one_of_two_cases_happened_before_the_story_of_both_but_not_either_of_them():
    story = reported()
    story.does(OMAR, c.NoteRepeat(of=("UP-2", "UP-1")))
    facts = story.does(OMAR, c.TakeIn(other="UP-2", accounts=(), repeat_of=("UP-1", "UP-4", "UP-4", "UP-2")))
    assert facts == [e.TakenIn(other="UP-2", accounts=(), review=None), e.RepeatNoted(of=("UP-4",))]
    assert story.case.repeat_of == ("UP-1", "UP-4")
    (fact,) = story.does(OMAR, c.TakeIn(other="UP-4", accounts=(), repeat_of=("UP-2",)))
    assert (fact.other, story.case.repeat_of) == ("UP-4", ("UP-1",))


def test_merge_tells_nothing_twice():
    story = reported(review=ONE_STAR, triggers=frozenset({Trigger.LAWYER}))
    story.does(OMAR, c.NoteRepeat(of=("UP-1",)))
    story.does(AMENDS, c.ReviewReplyLive())
    same = c.TakeIn(
        other="UP-2",
        accounts=(),
        triggers=frozenset({Trigger.LAWYER}),
        review=ONE_STAR,
        reply_link="x",
        repeat_of=("UP-1",),
    )
    assert [type(fact) for fact in story.does(OMAR, same)] == [e.TakenIn]


# --- correcting --------------------------------------------------------------------------------------------------

CORRECTIONS = {
    CorrectableField.KINDS: (("wait", "wait"), ("wait",), ("billing",), ("weather",)),
    CorrectableField.SEVERITY: (("mild",), ("mild",), ("upset",), ("furious",)),
    CorrectableField.MOMENT: (("before",), ("before",), ("checkout",), ("never",)),
    CorrectableField.HAPPENED_AT: (
        ("2026-03-01T10:00:00-05:00",),
        ("2026-03-01T15:00:00+00:00",),
        (MONDAY.isoformat(),),
        ("never",),
    ),
    CorrectableField.TRIGGERS: (("privacy", "privacy"), ("privacy",), (), ("aliens",)),
}


@pytest.mark.parametrize("field", CorrectableField)
def test_correction(field):
    given, kept, was, wrong = CORRECTIONS[field]
    story = reported()
    correct = c.CorrectField(field=field, value=given, why="A slip.")
    story.refuses(OMAR, replace(correct, why=" "), "Write why it is corrected")
    story.refuses(OMAR, replace(correct, value=wrong), "not a possible value|is not on it")
    story.refuses(OMAR, replace(correct, value=was), "what the case says already")
    (fact,) = story.does(OMAR, correct)
    assert (fact.field, fact.value, fact.was) == (field, kept, was)
    story.refuses(OMAR, correct, "what the case says already")


@pytest.mark.parametrize("field", [CorrectableField.SEVERITY, CorrectableField.MOMENT, CorrectableField.HAPPENED_AT])
@pytest.mark.parametrize("value", [(), ("mild", "mild")])
def test_field_of_one_value_takes_one(field, value):
    reported().refuses(OMAR, c.CorrectField(field=field, value=value, why="x"), "not a possible value")


def test_case_with_a_severe_trigger_stays_severe():
    story = reported()
    story.does(OMAR, c.CorrectField(field=CorrectableField.TRIGGERS, value=("injury",), why="Swelling."))
    assert story.case.is_severe
    milder = c.CorrectField(field=CorrectableField.SEVERITY, value=("mild",), why="x")
    story.refuses(OMAR, milder, "Correct the triggers first")
    story.does(OMAR, c.CorrectField(field=CorrectableField.TRIGGERS, value=(), why="Another patient's."))
    story.does(OMAR, milder)
    assert story.case.severity is Severity.MILD


def test_new_privacy_concern_names_the_privacy_officer_once():
    story = reported()
    correct = c.CorrectField(field=CorrectableField.TRIGGERS, value=("privacy",), why="She said so.")
    assert story.does(OMAR, correct)[0].privacy_officer == PIA.person
    more = replace(correct, value=("privacy", "threat"))
    assert story.does(OMAR, more)[0].privacy_officer is None


def test_patient_becomes_known_without_a_reason_and_changes_with_one():
    story = unknown()
    identify = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=DANA)
    story.refuses(OMAR, replace(identify, patient=None), "Choose the patient")
    story.does(OMAR, identify)
    story.refuses(OMAR, identify, "what the case says already")
    story.refuses(OMAR, replace(identify, patient=TESS), "Write why the patient is corrected")
    story.does(OMAR, c.IdentifyPatient(patient_status=PatientStatus.NOT_A_PATIENT, why="A passer-by."))
    assert (story.case.patient, story.case.patient_status) == (None, PatientStatus.NOT_A_PATIENT)


def test_that_nobody_can_tell_is_an_answer_that_is_kept():
    story = unknown()
    nobody = c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="Looked; cannot tell.")
    story.refuses(OMAR, replace(nobody, why=""), "what the case says already")
    (fact,) = story.does(OMAR, nobody)
    assert (fact.patient_status, fact.patient, fact.why) == (PatientStatus.UNKNOWN, None, nobody.why)
    story.does(OMAR, replace(nobody, patient_status=PatientStatus.NOT_A_PATIENT))
    again = replace(nobody, patient_status=PatientStatus.NOT_A_PATIENT)
    story.refuses(OMAR, again, "what the case says already")


def test_same_number_in_another_database_is_another_patient():
    story = reported()
    other = Patient(database="lakes", pat_num=DANA.pat_num, name=DANA.name)
    (fact,) = story.does(OMAR, c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=other, why="moved"))
    assert not fact.same_chart


# --- learning ----------------------------------------------------------------------------------------------------


def test_causes_add_up():
    story = addressed()
    story.refuses(OMAR, c.RecordCauses(causes=()), "at least one cause")
    story.refuses(OMAR, c.RecordCauses(causes=("bad luck",)), "Choose a cause from the list")
    story.does(OMAR, c.RecordCauses(causes=("privacy", "privacy")))
    story.refuses(OMAR, c.RecordCauses(causes=("privacy",)), "recorded already")
    story.does(OMAR, c.RecordCauses(causes=("privacy",), note="The screen faced the room."))
    story.does(OMAR, c.RecordCauses(causes=("building",)))
    assert story.case.causes == ("privacy", "building")


def test_who_was_involved_is_named_anew_each_time():
    story = addressed()
    story.refuses(ANA, c.NameInvolved(people=(ANA.person,)), "cannot name who was involved")
    story.refuses(OMAR, c.NameInvolved(people=()), "Choose who was involved")
    story.does(OMAR, c.NameInvolved(people=(ANA.person, ANA.person, RITA.person)))
    assert story.case.involved == (ANA.person, RITA.person)
    story.refuses(OMAR, c.NameInvolved(people=(RITA.person, ANA.person)), "noted already")
    story.does(OMAR, c.NameInvolved(people=(RITA.person,)))
    assert story.case.involved == (RITA.person,)
    story.does(OMAR, c.NameInvolved(people=()))
    assert story.case.involved == ()


def test_repeat_is_noted_once():
    story = reported(repeat_of=("UP-3",))
    story.refuses(AMENDS, c.NoteRepeat(of=("UP-3",)), "noted already")
    story.refuses(AMENDS, c.NoteRepeat(of=()), "noted already")
    (fact,) = story.does(AMENDS, c.NoteRepeat(of=("UP-3", "UP-4", "UP-4")))
    assert fact.of == ("UP-4",)
    assert story.case.repeat_of == ("UP-3", "UP-4")


def test_action_needs_words_and_a_date():
    story = reported()
    plan = c.PlanAction(what="A written estimate", owner=ANA.person, due=SOON)
    story.refuses(OMAR, replace(plan, what=""), "Write what will be changed")
    story.refuses(OMAR, replace(plan, due=MONDAY - timedelta(days=1)), "A corrective action needs a date")
    story.does(OMAR, plan)
    story.does(OMAR, plan)
    assert [action.no for action in story.case.actions] == [1, 2]


def test_repeat_closes_with_an_action_or_its_reason():
    for command in (
        c.PlanAction(what="A written estimate", owner=ANA.person, due=SOON),
        c.DeclineAction(reason="Nothing would have helped."),
    ):
        story = addressed(repeat_of=("UP-3",))
        story.does(OMAR, c.RecordCauses(causes=("privacy",)))
        story.proves()
        assert story.open_gates == ["learned"]
        story.refuses(OMAR, c.DeclineAction(reason=""), "Write why nothing is changed")
        story.does(OMAR, command)
        assert story.case.stage is Stage.CLOSED


# --- hearing back ------------------------------------------------------------------------------------------------


def test_delivery_is_proved_once():
    story = reported().proves()
    again = c.DeliveryProved(
        marker="UP-1.1", purpose=story.case.proofs[0].purpose, about=1, place="CommLog", id="91", pasted=True
    )
    story.refuses(ANA, again, "proved already")


def test_what_is_left_to_hand_or_withdrawn_is_told_and_changes_nothing_else():
    story = reported()
    before = story.case
    message: dict[str, Any] = {"marker": "UP-1.1", "purpose": Purpose.TASK, "about": 1, "why": "offline"}
    assert story.does(AMENDS, c.DeliveryByHand(**message)) == [e.DeliveryLeftToHand(**message)]
    assert story.does(OMAR, c.DeliveryWithdrawn(**message)) == [e.DeliveryDropped(**message)]
    assert replace(story.case, version=1) == before


def test_reply_goes_live_once():
    story = reported(review=ONE_STAR)
    story.does(AMENDS, c.ReviewReplyLive(link="https://reviews.example/r-77#reply"))
    story.refuses(AMENDS, c.ReviewReplyLive(), "live already")
    assert story.case.reply_live.link.endswith("#reply")


def test_exception_to_a_reply_is_signed_with_its_reason():
    story = addressed(review=ONE_STAR)
    exception = c.ExceptReply(reason=ReplyException.REVIEW_GONE, note="Taken down by its author.")
    story.refuses(OMAR, replace(exception, note=""), "signed with your name")
    story.does(OMAR, exception)
    assert "review_answered" not in story.open_gates
    assert story.case.reply_excepted.by == OMAR


def test_review_born_case_does_not_close_before_the_reply_is_live():
    story = addressed(source=Source.REVIEW, review=ONE_STAR)
    story.does(OMAR, c.RecordCauses(causes=("wait_in_office",)))
    story.proves()
    assert (story.case.stage, story.open_gates) == (Stage.ADDRESSED, ["review_answered"])
    facts = story.does(AMENDS, c.ReviewReplyLive())
    assert [type(fact) for fact in facts] == [e.ReplyWentLive, e.Closed]


def test_set_aside_case_can_still_hear_that_a_message_arrived():
    story = set_aside()
    story.proves()
    assert story.case.stage is Stage.SET_ASIDE
