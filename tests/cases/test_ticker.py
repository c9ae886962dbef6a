"""Deadlines are told once each, and one office's trouble does not silence the others."""

from datetime import timedelta

import pytest
from tests.cases.story import by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock

from amends.cases import actions, ticker
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.words import Purpose, Step, Way


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
    assert ticker.tick() == 0
    clock.move(1)
    assert (ticker.tick(), ticker.tick(), ticker.tick(clock.now)) == (1, 0, 0)
    assert late(done.row.pk) == [Step.ACCEPT]
    assert Delivery.objects.get(case=done.row, purpose=Purpose.LATE).payload["to"] == "Rita Lindqvist"
    assert CaseRow.system.get().late_for == done.row.due_at


def test_a_late_step_does_not_hide_the_promise_behind_it(group: Cast, clock: Clock) -> None:
    case = opened(group.maple, group.ana).row.pk
    omar = by(group.omar, group.maple)
    actions.perform(command=c.RecordConversation(way=Way.PHONE, note="Heard."), by=omar, case=case)
    promise = c.MakePromise(text="A call with the result.", owner=omar.person, due=clock.now + timedelta(days=30))
    actions.perform(command=promise, by=omar, case=case)
    for _ in range(60):
        clock.move(86_400)
        ticker.tick()
    assert late(case) == [Step.PUT_RIGHT, Step.KEEP_PROMISE]
    assert CaseRow.system.get().alarm_at is None


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
    assert ticker.tick() == 1
    assert (late(closed.row.pk), late(other.row.pk)) == ([], [Step.ACCEPT])
