"""Every event has its sentence, whatever is in it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.cases.case_page_story import sentence, told_since
from amends.practice.directory import Directory
from amends.protocol import events as e
from amends.protocol.events import Event, Fact
from amends.protocol.policy import shipped_policy
from amends.protocol.values import AMENDS, Actor, Patient, Person
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
            "Late. Nobody has spoken with the patient. There was nobody above to tell.",
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
    ],
)
def test_sentences_read_as_one_would_tell_them(fact: Any, words: str) -> None:
    assert told(fact) == words


def test_author_is_named_with_the_role_and_amends_without_one() -> None:
    events = [Event(AT, OMAR, e.SteppedIn()), Event(AT, AMENDS, e.Closed())]
    assert [one.by for one in told_since(events, POLICY, NOBODY_HOME)] == ["Omar Haddad, office manager", "Amends"]
