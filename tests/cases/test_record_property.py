"""Property 1 with the database: whatever is asked in whatever order, the record is whole."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.story import MARISOL, TOBIAS, a_report
from tests.conftest import Cast
from tests.deliveries.other_side import Clock, OtherSide

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import actions, ticker
from amends.cases.models import CaseRow
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.gates import gates
from amends.protocol.values import Person, Review
from amends.protocol.words import (
    AsideReason,
    CorrectableField,
    NoContact,
    PatientStatus,
    RemedyKind,
    ReplyException,
    Stage,
    Trigger,
    Way,
)

SOMEBODY = Person("7", "Ana Ruiz")
REVIEW = Review("google", "r-1", 1)
PEOPLE = st.sampled_from(["ana", "omar", "ruth", "rita", "lee", "sam"])
COMMANDS: list[Any] = [
    c.AddAccount(text="She called again."),
    c.Acknowledge(),
    c.LogAttempt(way=Way.PHONE, note="No answer."),
    c.LogAttempt(way=Way.TEXT),
    c.RecordConversation(way=Way.PHONE, note="Listened."),
    c.SettleAttempts(reason=NoContact.ASKED_NOT_TO),
    c.OfferRemedy(kind=RemedyKind.APOLOGY, accepted=True),
    c.SettlePromise(no=1, kept=True),
    c.AskRegion(why="Over my head."),
    c.AskLeaders(why="Over all our heads."),
    c.StepIn(),
    c.MarkSeen(),
    c.OfferCall(),
    c.AskForCall(),
    c.MarkAddressed(resolution="apology", note="She is content."),
    c.Reopen(why="Still upset."),
    c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."),
    c.CorrectField(field=CorrectableField.TRIGGERS, value=(Trigger.LAWYER,), why="She said so."),
    c.CorrectField(field=CorrectableField.KINDS, value=("wait",), why="Not the bill."),
    c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up."),
    c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="Nobody knows."),
    c.RecordCauses(causes=("wait_in_office",)),
    c.NameInvolved(people=(SOMEBODY,)),
    c.NameInvolved(people=()),
    c.NoteRepeat(of=("UP-1001",)),
    c.DeclineAction(reason="A one-off."),
    c.ReviewReplyLive(link="https://reviews.example/1"),
    c.ExceptReply(reason=ReplyException.REVIEW_GONE, note="It was taken down."),
]
STEPS = st.one_of(
    st.tuples(st.just("command"), PEOPLE, st.sampled_from(COMMANDS), st.integers(0, 1)),
    st.tuples(st.just("command"), PEOPLE, st.sampled_from(COMMANDS), st.integers(0, 1)),
    st.tuples(st.just("promise"), PEOPLE, st.integers(1, 20)),
    st.tuples(st.just("merge"), PEOPLE),
    st.tuples(st.just("wait"), st.sampled_from([60, 7200, 86_400, 700_000])),
    st.tuples(st.just("deliver")),
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=25))
def test_the_record_is_whole_whatever_was_asked(
    group: Cast, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]
) -> None:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    with transaction.atomic():
        cases = [_report(group, MARISOL), _report(group, None)]
        for step in steps:
            clock.move(1)
            try:
                with transaction.atomic():
                    _do(step, group, clock, cases)
            except Refused:
                pass
            _check(cases)
        wrong = [p for p in verify().problems if "nobody works on it" not in p.what and "deadline passed" not in p.what]
        assert wrong == []
        transaction.set_rollback(True)


def _report(group: Cast, patient: Any) -> int:
    command = c.Report(**{**vars(a_report(group.maple, patient=patient)), "review": REVIEW})
    return actions.perform(command=command, by=actor_at(group.ana, str(group.maple.pk))).row.pk


def _do(step: tuple[Any, ...], group: Cast, clock: Clock, cases: list[int]) -> None:
    def who(name: str) -> Any:
        return actor_at(group.people[name], str(group.maple.pk))

    match step:
        case ("command", name, command, which):
            actions.perform(command=command, by=who(name), case=cases[which])
        case ("promise", name, days):
            promise = c.MakePromise(text="A call.", owner=who(name).person, due=clock.now + timedelta(days=days))
            actions.perform(command=promise, by=who(name), case=cases[0])
        case ("merge", name):
            actions.merge(duplicate=cases[1], into=cases[0], by=who(name))
        case ("wait", seconds):
            clock.move(seconds)
            ticker.tick()
        case ("deliver",):
            from amends.deliveries.runner import run_one

            side = OtherSide(clock=clock)
            while run_one(side.channel):
                pass


def _check(cases: list[int]) -> None:
    for pk in cases:
        case, row = actions.state_of(pk), CaseRow.system.get(pk=pk)
        assert (row.version, row.stage, row.is_open) == (case.version, case.stage, case.is_open)
        assert row.owner_id == (int(case.owner.id) if case.owner else None)
        if case.stage is Stage.CLOSED:
            assert not any(gate.holds_open for gate in gates(case))
