"""Who may do what, and at which stage: every command against every role and every stage, from one shared set-up."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.protocol.cast import (
    ALEX,
    ANA,
    EVERYBODY,
    LEE,
    MONDAY,
    NICK,
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
)

from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import (
    AsideReason,
    CorrectableField,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    Stage,
    Way,
)

MANAGERS = {OMAR, RUTH, RITA, LEE, SAM}
STAFF = MANAGERS | {ANA, NICK}
OFFICERS = {PIA, ALEX}
SOON = MONDAY + timedelta(days=9)

ATTEMPT = c.LogAttempt(way=Way.VOICEMAIL)
SETTLE = c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="She texted: please stop.")
REMEDY = c.OfferRemedy(kind=RemedyKind.CREDIT, amount=Decimal("40"))
PROMISE = c.MakePromise(text="A call on Friday", owner=OMAR.person, due=SOON)
MARK = c.MarkAddressed(resolution="corrected")
ASIDE = c.PutAside(reason=AsideReason.NOT_UPSET, note="It was a joke.")
REOPEN = c.Reopen(why="She called again.")
TAKE_IN = c.TakeIn(other="UP-9", accounts=("By phone, too.",))
KINDS = c.CorrectField(field=CorrectableField.KINDS, value=("wait",), why="Chose the wrong one.")
IDENTIFY = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TESS, why="The wrong one was chosen.")
CAUSES = c.RecordCauses(causes=("privacy",))
REPEAT = c.NoteRepeat(of=("UP-3",))
PLAN = c.PlanAction(what="A written estimate", owner=OMAR.person, due=SOON)
DECLINE = c.DeclineAction(reason="Nothing would have helped.")
HAND_PROMISES = c.HandOverPromises(nos=(1,), to=NICK.person, why="away")
HAND_OVER = c.HandOver(to=NICK.person, why="away")
ADD = c.AddAccount(text="She called.")
PROVED = c.DeliveryProved(marker="UP-1.88", purpose=Purpose.TASK, about=1, place="Task", id="8")
PASTED = c.DeliveryProved(marker="UP-1.88", purpose=Purpose.TASK, about=1, place="Task", id="", pasted=True)
BY_HAND = c.DeliveryByHand(marker="UP-1.88", purpose=Purpose.TASK, about=1, why="no inbox")
WITHDRAWN = c.DeliveryWithdrawn(marker="UP-1.88", purpose=Purpose.TASK, about=1, why="moot")
EXCEPT = c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note="Counsel asked us to wait.")


def asked_leaders() -> Story:
    story = reported()
    story.does(OMAR, c.AskRegion(why="The refund is beyond my limit."))
    return story


def promised() -> Story:
    story = spoken()
    story.does(OMAR, PROMISE)
    return story


def late() -> Story:
    return reported().later(days=1)


def with_review() -> Story:
    return reported(review=ONE_STAR)


WHO: dict[str, tuple[Callable[[], Story], c.Command, set[Actor]]] = {
    "report": (Story, REPORT, STAFF | {AMENDS}),
    "add account": (reported, ADD, STAFF | {AMENDS}),
    "acknowledge": (reported, c.Acknowledge(), MANAGERS),
    "log attempt": (reported, ATTEMPT, STAFF),
    "record conversation": (reported, SPEAK, MANAGERS),
    "settle attempts": (reported, SETTLE, MANAGERS),
    "offer remedy": (spoken, REMEDY, MANAGERS),
    "make promise": (spoken, PROMISE, MANAGERS),
    "settle promise": (promised, c.SettlePromise(no=1, kept=True), STAFF | {AMENDS}),
    "hand over": (reported, HAND_OVER, MANAGERS | {ALEX, AMENDS}),
    "hand over promises": (promised, HAND_PROMISES, MANAGERS | {ALEX, AMENDS}),
    "ask region": (reported, c.AskRegion(why="stuck"), {OMAR, RUTH}),
    "ask leaders": (asked_leaders, c.AskLeaders(why="stuck"), {RITA}),
    "step in": (reported, c.StepIn(), {LEE, SAM}),
    "have seen it": (addressed, c.MarkSeen(), {LEE, SAM}),
    "offer a call": (reported, c.OfferCall(), {LEE, SAM}),
    "ask for a call": (reported, c.AskForCall(), {LEE, SAM}),
    "mark addressed": (spoken, MARK, MANAGERS),
    "reopen": (closed, REOPEN, STAFF | {AMENDS}),
    "put aside": (reported, ASIDE, MANAGERS),
    "put aside one's own slip": (
        reported,
        c.PutAside(reason=AsideReason.BY_MISTAKE, note="Another patient."),
        MANAGERS | {ANA},
    ),
    "take in": (reported, TAKE_IN, MANAGERS | {AMENDS}),
    "correct one's own report": (reported, KINDS, MANAGERS | {ANA, AMENDS}),
    "correct what a manager has": (spoken, KINDS, MANAGERS | {AMENDS}),
    "identify the patient of one's own report": (reported, IDENTIFY, MANAGERS | {ANA, AMENDS}),
    "identify the patient": (spoken, IDENTIFY, MANAGERS | {AMENDS}),
    "record causes": (addressed, CAUSES, MANAGERS),
    "note repeat": (reported, REPEAT, MANAGERS | {AMENDS}),
    "plan action": (reported, PLAN, MANAGERS),
    "decline action": (reported, DECLINE, MANAGERS),
    "delivery proved": (reported, PROVED, {AMENDS}),
    "delivery pasted": (reported, PASTED, STAFF | OFFICERS),
    "delivery by hand": (reported, BY_HAND, {AMENDS}),
    "delivery withdrawn": (reported, WITHDRAWN, MANAGERS | OFFICERS | {AMENDS}),
    "reply live": (with_review, c.ReviewReplyLive(), MANAGERS | {PIA, AMENDS}),
    "except reply": (with_review, EXCEPT, MANAGERS),
}


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda actor: actor.name)
@pytest.mark.parametrize("what", WHO)
def test_who_may(what, by):
    begin, command, allowed = WHO[what]
    story = begin()
    if by in allowed:
        assert story.does(by, command)
    else:
        story.refuses(by, command, r"^(As .* you cannot |Ask Rita first)")


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda actor: actor.name)
def test_only_amends_may_say_that_a_deadline_passed(by):
    story = late()
    command = c.DeadlinePassed(due=story.due_at)
    if by is AMENDS:
        assert story.does(by, command)
    else:
        story.refuses(by, command, "As .* you cannot say so; Amends itself does")


def with_region() -> Story:
    story = reported()
    story.does(RITA, SPEAK)
    return story


def with_leaders() -> Story:
    story = reported()
    story.does(LEE, SPEAK)
    return story


# Each stage by one letter.
STAGES: dict[str, Callable[[], Story]] = {
    "R": reported,
    "O": spoken,
    "G": with_region,
    "L": with_leaders,
    "A": addressed,
    "C": closed,
    "S": set_aside,
}
EVERYWHERE = "ROGLACS"
WHEN: dict[str, tuple[Actor, c.Command, str]] = {
    "add account": (ANA, ADD, "ROGLAC"),
    "acknowledge": (SAM, c.Acknowledge(), "ROGL"),
    "log attempt": (SAM, ATTEMPT, "ROGL"),
    "log attempt by the front desk": (ANA, ATTEMPT, "ROGL"),
    "record conversation": (SAM, SPEAK, "ROGLAC"),
    "settle attempts": (SAM, SETTLE, "ROGL"),
    "offer remedy": (SAM, REMEDY, "ROGLAC"),
    "make promise": (SAM, PROMISE, "ROGLAC"),
    "settle a promise that is not there": (SAM, c.SettlePromise(no=1, kept=True), ""),
    "hand over": (SAM, HAND_OVER, "ROGLA"),
    "ask region": (OMAR, c.AskRegion(why="stuck"), "RO"),
    "ask leaders": (RITA, c.AskLeaders(why="stuck"), "ROG"),
    "step in": (SAM, c.StepIn(), "ROGL"),
    "have seen it": (SAM, c.MarkSeen(), EVERYWHERE),
    "offer a call": (SAM, c.OfferCall(), "ROGLAC"),
    "ask for a call": (SAM, c.AskForCall(), EVERYWHERE),
    "mark addressed": (SAM, MARK, "OGL"),
    "reopen": (ANA, REOPEN, "ACS"),
    "put aside": (SAM, ASIDE, "ROGLA"),
    "put aside one's own slip": (ANA, c.PutAside(reason=AsideReason.BY_MISTAKE, note="Another patient."), "R"),
    "take in": (SAM, TAKE_IN, "ROGLAC"),
    "correct": (SAM, KINDS, "ROGLAC"),
    "correct one's own report": (ANA, KINDS, "R"),
    "identify": (SAM, IDENTIFY, "ROGLAC"),
    "record causes": (SAM, CAUSES, "ROGLAC"),
    "note repeat": (AMENDS, REPEAT, "ROGLAC"),
    "plan action": (SAM, PLAN, "ROGLAC"),
    "decline action": (SAM, DECLINE, "ROGLAC"),
    "delivery proved": (AMENDS, PROVED, EVERYWHERE),
    "delivery by hand": (AMENDS, BY_HAND, EVERYWHERE),
    "delivery withdrawn": (AMENDS, WITHDRAWN, EVERYWHERE),
    "report again": (ANA, REPORT, ""),
    "answer a review that is not there": (SAM, EXCEPT, ""),
    "live reply to a review that is not there": (AMENDS, c.ReviewReplyLive(), ""),
    "a deadline that does not stand": (AMENDS, c.DeadlinePassed(due=MONDAY), ""),
}


@pytest.mark.parametrize("stage", EVERYWHERE)
@pytest.mark.parametrize("what", WHEN)
def test_when_one_may(what, stage):
    by, command, allowed = WHEN[what]
    story = STAGES[stage]()
    before = story.case
    if stage in allowed:
        assert story.does(by, command)
    else:
        story.refuses(by, command, r"^[A-Z].*\.$")
        assert story.case is before


@pytest.mark.parametrize("what", [what for what, (_, command, _) in WHO.items() if command is not REPORT])
def test_nothing_but_a_report_begins_a_case(what):
    _, command, allowed = WHO[what]
    Story().refuses(next(iter(allowed)), command, "There is no such case yet")


# --- levels ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "stage"), [(OMAR, Stage.OFFICE), (RUTH, Stage.OFFICE), (RITA, Stage.REGION), (LEE, Stage.LEADERS)]
)
def test_manager_who_works_on_a_case_has_it(by, stage):
    for command in (c.Acknowledge(), ATTEMPT, SPEAK, SETTLE):
        story = reported()
        story.does(by, command)
        assert (story.case.stage, story.case.owner, story.case.accepted) == (stage, by.person, True)


@pytest.mark.parametrize("command", [c.Acknowledge(), ATTEMPT, SPEAK, SETTLE, MARK, HAND_OVER])
def test_lower_level_does_not_take_a_case_back(command):
    story = with_region()
    story.refuses(OMAR, command, "The case is with Rita now")
    story.does(LEE, command)


def test_cover_helps_without_becoming_a_second_owner():
    story = spoken()
    story.does(RUTH, SPEAK)
    assert story.case.owner == OMAR.person
    story.does(RUTH, c.Acknowledge())
    assert story.case.owner == RUTH.person


def test_front_desk_attempt_leaves_the_case_waiting():
    story = reported()
    story.does(ANA, ATTEMPT)
    assert (story.case.stage, story.case.accepted) == (Stage.REPORTED, False)


def test_one_cannot_take_what_one_has():
    story = spoken()
    story.refuses(OMAR, c.Acknowledge(), "You already have this case")
    story = with_leaders()
    story.refuses(LEE, c.StepIn(), "You already have this case")
    story.refuses(SAM, c.HandOver(to=LEE.person, why="x"), "Lee already has this case")


def test_what_is_with_a_level_is_not_asked_of_it_again():
    story = with_region()
    story.refuses(OMAR, c.AskRegion(why="stuck"), "already with Rita")
    story.does(RITA, c.AskLeaders(why="stuck", tried="a refund"))
    story.refuses(RITA, c.AskLeaders(why="stuck"), "already with the leaders")
    orphan = reported(chain=NOBODY)
    orphan.refuses(OMAR, c.AskRegion(why="stuck"), "already with the next level")


def test_refusal_is_an_exception_with_a_sentence_for_the_person():
    with pytest.raises(Refused, match=r"^As privacy officer you cannot report an upset patient[.]$"):
        Story().does(PIA, REPORT)
