"""Every event has its sentence, whatever is in it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.cases.case_page_story import came_from, sentence, told_since
from amends.practice.directory import Directory
from amends.protocol import events as e
from amends.protocol.events import Event, Fact
from amends.protocol.policy import shipped_policy
from amends.protocol.values import AMENDS, Actor, ChartRow, Patient, Person
from amends.protocol.wording import clock
from amends.protocol.words import (
    CorrectableField,
    Moment,
    PatientStatus,
    Purpose,
    RemedyKind,
    Role,
    Severity,
    Source,
    Stage,
    Step,
    Teller,
    Way,
)

POLICY = shipped_policy()
NOBODY_HOME = Directory(revision="", group="", accent="", offices={}, regions={}, people={}, posts=())
OMAR = Actor("2", "Omar Haddad", Role.OFFICE_MANAGER)
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def told(fact: Fact) -> str:
    return sentence(Event(AT, OMAR, fact), POLICY, NOBODY_HOME)


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_fact_has_a_sentence(kind: type[Fact], data: st.DataObject) -> None:
    words = told(data.draw(st.from_type(kind)))
    assert words
    assert words.startswith("Closed: everything") == (kind is e.Closed)


REPORTED = e.Reported(
    office="1",
    account="The bill was twice the estimate.",
    moment=Moment.CHECKOUT,
    kinds=("billing", "no_longer_known"),
    severity=Severity.UPSET,
    triggers=(),
    patient_status=PatientStatus.KNOWN,
    patient=None,
    still_here=True,
    source=Source.DESK,
    happened_at=AT,
    review=None,
    repeat_of=(),
    owner=None,
    stage=Stage.REPORTED,
    policy="",
)
REMEDY = e.RemedyOffered(kind=RemedyKind.CREDIT, amount=Decimal("1200.5"), note="Until May.", accepted=True)
PROVEN = e.DeliveryProven(
    marker="UP-1.1", purpose=Purpose.ACCOUNT, about=1, place="CommLog", id="90213", link="", pasted=False, why=""
)
COMMLOG, NOTE = ChartRow("main", "CommLog", "90213"), ChartRow("main", "Clinical note", "77")
FIX = e.FieldCorrected(field=CorrectableField.KINDS, value=("wait",), was=(), why="She meant the wait.")


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (
            REPORTED,
            "Reported an upset patient. At checkout; billing surprise; no_longer_known; upset. "
            "The patient is still here. “The bill was twice the estimate.”",
        ),
        (
            replace(REPORTED, kinds=(), still_here=False),
            "Reported an upset patient. At checkout; upset. “The bill was twice the estimate.”",
        ),
        (
            replace(REPORTED, source=Source.COMMLOG, found=COMMLOG, kinds=(), still_here=False),
            "Reported an upset patient (CommLog 90213). At checkout; upset. “The bill was twice the estimate.”",
        ),
        (
            e.AccountAdded(text="Still sore.", whose=Teller.PATIENT, moment=Moment.AFTER, found=NOTE),
            "The patient says (Clinical note 77): “Still sore.”",
        ),
        (
            e.AttemptLogged(way=Way.VOICEMAIL, note="LVM", found=COMMLOG),
            "Tried to reach the patient, voicemail left; not reached (CommLog 90213). LVM",
        ),
        (
            e.ConversationRecorded(way=Way.PHONE, note="All is well.", heart=(), found=COMMLOG),
            "Spoke with the patient by phone (CommLog 90213): “All is well.”",
        ),
        (
            e.AccountRewritten(row=COMMLOG, text="Waited an hour."),
            "CommLog 90213 was changed in Open Dental. Now it says: “Waited an hour.”",
        ),
        (
            e.MarkTakenBack(row=COMMLOG),
            "CommLog 90213 is not marked as an upset patient any more. If the case was a mistake, set it aside.",
        ),
        (
            e.NoteLost(row=COMMLOG, purpose=Purpose.ACCOUNT, about=1),
            "CommLog 90213 was deleted in Open Dental. A person decides whether it is written again.",
        ),
        (e.TaskSeen(marker="UP-1.2", seen_at=AT), "The Task was opened in Open Dental."),
        (e.TaskDone(marker="UP-1.2", done_at=AT), "The Task was set to done in Open Dental."),
        (e.PatientKept(visit="77", on=date(2026, 4, 10)), "The patient came back on Apr 10 2026."),
        (
            replace(PROVEN, purpose=Purpose.TASK_CLOSED, place="Earlier Task", id="77", pasted=True),
            "Set it to done by hand: Earlier Task 77.",
        ),
        (
            e.DeliveryLeftToHand(marker="UP-1.2", purpose=Purpose.POPUP, about=1, why="It is too old."),
            "Could not be delivered: a greeting at the next visit. A person is asked. It is too old.",
        ),
        (REMEDY, "Offered: credit of $1,200.50; accepted. Until May."),
        (replace(REMEDY, accepted=False, note=""), "Offered: credit of $1,200.50; declined."),
        (replace(REMEDY, kind=RemedyKind.APOLOGY, amount=None, accepted=None), "Offered: apology. Until May."),
        (PROVEN, "Arrived: CommLog 90213."),
        (replace(PROVEN, why="A CommLog is written instead."), "Arrived: CommLog 90213. A CommLog is written instead."),
        (
            replace(PROVEN, pasted=True, id="", why="The key may not write."),
            "Pasted it by hand: CommLog. The key may not write.",
        ),
        (FIX, "Corrected what it is about: Long wait (was: nothing). She meant the wait."),
        (
            e.WentLate(step=Step.SPEAK, due=AT, told=None, told_role=None),
            "Late. Nobody has spoken with the patient. Nobody is left who could take it on; leaders and administrators "
            "were told.",
        ),
        (
            e.WentLate(step=Step.LEARN, due=AT, told=None, told_role=None),
            "Late. No cause is recorded. There was nobody above to tell.",
        ),
        (
            e.WentLate(step=Step.LEARN, due=AT, told=None, told_role=None, again=True),
            "Late. No cause is recorded. That was told before; only its time moved with the office's hours.",
        ),
        (
            e.WentLate(step=Step.SPEAK, due=AT, told=Person("4", "Rita"), told_role=Role.REGIONAL_MANAGER),
            "Late. Nobody has spoken with the patient. Rita was told.",
        ),
        (
            e.WentLate(step=Step.PLAN, due=AT, told=Person("4", "Rita"), told_role=Role.REGIONAL_MANAGER, moves=True),
            "Late. Nothing is offered or promised to the patient.",
        ),
        (
            e.Escalated(stage=Stage.REGION, to=Person("4", "Rita"), why="Late.", tried="Nobody has tried.", late=True),
            "The case went to Rita. With the regional manager. Nobody has tried.",
        ),
        (
            e.DueSoon(step=Step.ACCEPT, due=AT, told=Person("2", "Omar")),
            f"Due soon ({clock(AT)}). Nobody has said that they have it. Omar was reminded.",
        ),
        (
            e.AttemptLogged(way=Way.PHONE, note="", call_back_on=date(2026, 4, 10)),
            "Tried to reach the patient, by phone; they asked for a call on Apr 10 2026.",
        ),
        (
            e.PatientIdentified(patient_status=PatientStatus.KNOWN, patient=Patient("main", 7, "Dana Q"), why=""),
            "The patient is Dana Q, number 7 in Open Dental.",
        ),
        (
            e.PatientIdentified(patient_status=PatientStatus.NOT_A_PATIENT, patient=None, why="A visitor."),
            "It is not a patient. A visitor.",
        ),
        (
            e.PatientIdentified(patient_status=PatientStatus.UNKNOWN, patient=None, why=""),
            "Nobody knows who the patient is.",
        ),
        (
            e.Escalated(stage=Stage.REGION, to=Person("4", "Rita"), why="She asked for more.", tried="I called."),
            "Asked Rita to take it on. With the regional manager. She asked for more. Tried: I called.",
        ),
        (
            e.Escalated(stage=Stage.LEADERS, to=None, why="No region.", tried=""),
            "Asked whoever is there to take it on. With the leaders. No region.",
        ),
        (e.ReviewBack(), "The review is on the site again."),
        (e.ReviewBack(wanted=True), "The review is on the site again. It gets its public reply after all."),
    ],
)
def test_sentences_read_as_one_would_tell_them(fact: Any, words: str) -> None:
    assert told(fact) == words


def test_a_task_is_told_with_the_person_whom_it_is_for() -> None:
    whose = {"UP-1.2": "Omar Haddad", "UP-1.3": ""}
    facts = [e.TaskSeen(marker=marker, seen_at=AT) for marker in ("UP-1.2", "UP-1.3", "UP-1.4")]
    assert [sentence(Event(AT, AMENDS, fact), POLICY, NOBODY_HOME, whose) for fact in facts] == [
        "The Task to Omar Haddad was opened in Open Dental.",
        "The Task was opened in Open Dental.",
        "The Task was opened in Open Dental.",
    ]


@pytest.mark.parametrize("source", list(Source))
def test_every_source_says_where_the_report_was_found(source: Source) -> None:
    words = came_from(replace(REPORTED, source=source))
    assert words.endswith(".") == (source is not Source.DESK)
    assert came_from(replace(REPORTED, source=source, found=NOTE)) == "Written in Open Dental: Clinical note 77."


def test_author_is_named_with_the_role_and_amends_without_one() -> None:
    events = [Event(AT, OMAR, e.SteppedIn()), Event(AT, AMENDS, e.Closed())]
    assert [one.by for one in told_since(events, POLICY, NOBODY_HOME)] == ["Omar Haddad, office manager", "Amends"]
