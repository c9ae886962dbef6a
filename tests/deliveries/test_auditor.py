"""The auditor finds each thing that would be forgotten, and nothing else."""

from datetime import timedelta

import pytest
from django.conf import settings
from tests.cases.story import by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock, Fault, OtherSide

from amends.cases import actions, ticker
from amends.cases.door import opened as door_opened
from amends.cases.models import CaseRow
from amends.deliveries.auditor import audit
from amends.deliveries.leasing import lease_next
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol.words import Purpose, Way


@pytest.fixture
def case(group: Cast, clock: Clock) -> actions.Done:
    return opened(group.maple, group.ana)


def found(clock: Clock) -> list[tuple[str, str]]:
    return [(problem.what, problem.where) for problem in audit(clock.now)]


def test_a_fresh_case_is_as_it_should_be(case: actions.Done, clock: Clock) -> None:
    assert audit() == []


def test_a_delivery_that_nobody_works_on(case: actions.Done, clock: Clock) -> None:
    clock.move(601)
    assert found(clock) == [
        ("A delivery is due and nobody works on it.", f"{case.number}.1"),
        ("A delivery is due and nobody works on it.", f"{case.number}.2"),
    ]


def test_a_note_that_waits_for_an_earlier_one_of_an_offline_office_is_no_problem(
    group: Cast, case: actions.Done, side: OtherSide, clock: Clock
) -> None:
    Delivery.objects.filter(channel="open_dental.task").update(state=State.WITHDRAWN)
    actions.perform(command=c.LogAttempt(way=Way.PHONE), by=by(group.omar, group.maple), case=case.row.pk)
    for _ in range(20):
        side.faults = [Fault("offline")]
        run_one(side.channel)
        clock.move(300)
        assert found(clock) == []


def test_a_delivery_that_was_left_while_it_was_being_sent(case: actions.Done, clock: Clock) -> None:
    leased = lease_next()
    assert leased is not None
    Delivery.objects.exclude(pk=leased.pk).update(state=State.WITHDRAWN)
    clock.move(2 * settings.LEASE_SECONDS + 600)
    assert found(clock) == []
    clock.move(1)
    assert found(clock) == [("A delivery was left while it was being sent.", leased.marker)]


def test_an_open_case_that_nothing_would_ever_move(case: actions.Done, clock: Clock) -> None:
    with door_opened():
        CaseRow.system.filter(pk=case.row.pk).update(due_at=None, alarm_at=None)
    assert found(clock) == []  # a delivery is under way, which will
    Delivery.objects.update(state=State.WITHDRAWN)
    assert found(clock) == [("An open case has no next deadline and nothing under way.", case.number)]


def test_what_is_only_good_to_have_moves_no_case(case: actions.Done, clock: Clock) -> None:
    with door_opened():
        CaseRow.system.filter(pk=case.row.pk).update(due_at=None, alarm_at=None)
    Delivery.objects.update(state=State.BY_HAND)
    assert found(clock) == []
    Delivery.objects.update(purpose=Purpose.POPUP)
    assert found(clock) == [("An open case has no next deadline and nothing under way.", case.number)]


def test_an_open_case_without_an_owner(case: actions.Done, clock: Clock) -> None:
    with door_opened():
        CaseRow.system.filter(pk=case.row.pk).update(owner=None)
    assert found(clock) == [("An open case has no owner: nobody answers for its office.", case.number)]


def test_a_deadline_that_passed_unnoticed(case: actions.Done, clock: Clock) -> None:
    Delivery.objects.update(state=State.WITHDRAWN)
    assert case.row.alarm_at is not None
    clock.now = case.row.alarm_at + timedelta(seconds=601)
    assert found(clock) == [("A deadline passed and the case was not told.", case.number)]
    ticker.tick()
    Delivery.objects.update(state=State.WITHDRAWN)
    assert found(clock) == []
