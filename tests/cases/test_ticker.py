"""Deadlines are told once each, and one office's trouble does not silence the others."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.migrations import Migration
from tests.cases.story import by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock

from amends.cases import actions, ticker
from amends.cases.apps import dues_again
from amends.cases.door import opened as opened_door
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.words import Purpose, Stage, Step, Way


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def late(case: int) -> list[Step]:
    return [event.fact.step for event in actions.events_of(case) if isinstance(event.fact, e.WentLate)]


def test_a_deadline_that_passed_is_told_once(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    assert done.row.due_at is not None
    clock.now = done.row.due_at - timedelta(seconds=1)
    assert (ticker.tick(), ticker.tick()) == (1, 0)
    assert Delivery.objects.get(case=done.row, purpose=Purpose.DUE_SOON).payload["to"] == "Omar Haddad"
    clock.move(1)
    assert (ticker.tick(), ticker.tick(), ticker.tick(clock.now)) == (1, 0, 0)
    assert late(done.row.pk) == [Step.ACCEPT]
    assert CaseRow.system.get().late_for == done.row.due_at


def test_a_late_case_is_the_next_ones_and_everybody_concerned_hears_of_it(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    assert done.row.due_at is not None
    clock.now = done.row.due_at
    assert ticker.tick() == 1
    row = CaseRow.system.get()
    assert (row.owner, row.accepted, row.stage) == (group.ruth, False, Stage.REPORTED), "another manager of the office"
    assert row.due_at is not None
    assert row.due_at > clock.now
    sent = {(one.purpose, one.payload["to"]) for one in Delivery.objects.filter(about=row.version)}
    assert sent == {(Purpose.TASK, "Ruth Bellamy"), (Purpose.LATE, "Omar Haddad")}
    clock.now = row.due_at
    assert ticker.tick() == 1
    assert (CaseRow.system.get().owner, CaseRow.system.get().stage) == (group.rita, Stage.REGION)


def test_where_nobody_is_left_leaders_and_administrators_hear_of_it_without_the_patient(
    group: Cast, clock: Clock, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    case = opened(group.maple, group.ana).row
    for _ in range(60):
        clock.move(3_600)
        ticker.tick()
    alarms = Delivery.objects.filter(case=case, purpose=Purpose.NOBODY_LEFT)
    assert {one.channel: one.payload["to"] for one in alarms} == {
        "slack.message": [group.lee.email, group.sam.email],
        "email": [group.alex.email],
    }
    for one in alarms:
        assert "nobody is left who could take it on" in one.payload["text"]
        assert case.patient_name not in str(one.payload)
    settings.EMAIL_HOST = ""
    before = alarms.count()
    clock.move(7 * 86_400)
    while ticker.tick():
        pass
    assert {one.channel for one in list(alarms.order_by("no"))[before:]} <= {"slack.message"}


def test_an_update_with_new_rules_reckons_again_when_open_cases_are_due(group: Cast, clock: Clock) -> None:
    case = opened(group.maple, group.ana).row
    right = CaseRow.system.get().alarm_at

    def forget() -> None:
        with opened_door():
            CaseRow.system.filter(pk=case.pk).update(alarm_at=None)

    for name, expected in (("0005_reported", None), ("0006_the_next_in_the_chain", right)):
        forget()
        update = Migration(name, "cases")
        dues_again(plan=[(update, False)])
        assert CaseRow.system.get().alarm_at == expected
    forget()
    dues_again(plan=[(update, True)])
    assert CaseRow.system.get().alarm_at is None, "on the way back nothing is reckoned"


def test_a_late_step_does_not_hide_the_promise_behind_it(group: Cast, clock: Clock) -> None:
    case = opened(group.maple, group.ana).row.pk
    omar = by(group.omar, group.maple)
    actions.perform(command=c.RecordConversation(way=Way.PHONE, note="Heard."), by=omar, case=case)
    promise = c.MakePromise(text="A call with the result.", owner=omar.person, due=clock.now + timedelta(days=30))
    actions.perform(command=promise, by=omar, case=case)
    for _ in range(60):
        clock.move(86_400)
        ticker.tick()
    assert set(late(case)) == {Step.PUT_RIGHT, Step.ACCEPT, Step.KEEP_PROMISE}
    assert late(case).count(Step.KEEP_PROMISE) == 1


def test_a_case_that_moved_in_this_moment_is_passed_over(
    group: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = opened(group.maple, group.ana)
    clock.move(7 * 3600)
    real = actions.perform

    def perform(**words: object) -> object:
        if isinstance(words["command"], c.DeadlinePassed):
            real(command=c.Acknowledge(), by=by(group.omar, group.maple), case=done.row.pk)
        return real(**words)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(actions, "perform", perform)
    assert ticker.tick() == 0
    assert late(done.row.pk) == []


def test_an_office_without_any_open_hours_does_not_keep_the_others_from_being_told(group: Cast, clock: Clock) -> None:
    closed, other = opened(group.maple, group.ana), opened(group.harbor, group.nick)
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}
    group.maple.save()
    clock.move(7 * 86_400)
    while ticker.tick():
        pass
    assert (late(closed.row.pk), late(other.row.pk)) == ([], [Step.ACCEPT])
