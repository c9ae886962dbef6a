"""What is done beside the deliveries: by any process, and what is done for the group, by one of them at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from structlog.testing import capture_logs
from tests.cases.story import opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock

from amends.cases.models import HeardBack, number_of
from amends.deliveries import housekeeping, pulses
from amends.deliveries.engine import Chore
from amends.deliveries.leasing import lease_next
from amends.deliveries.models import Delivery, Outage, OutageTold, Pulse, State


def test_what_a_dead_worker_left_is_swept_and_the_heart_beats(group: Cast, clock: Clock) -> None:
    opened(group.maple, group.omar)
    assert not housekeeping.sweep_up()
    assert lease_next()
    clock.move(3600)
    assert housekeeping.sweep_up()
    assert Delivery.objects.get().state == State.UNKNOWN
    assert Pulse.objects.get(name=housekeeping.SWEEP).done_at == clock.now


def test_deadlines_are_told_and_the_heart_beats(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    assert not housekeeping.tell_deadlines()
    assert done.row.due_at
    clock.now = done.row.due_at
    assert housekeeping.tell_deadlines()
    assert Pulse.objects.get(name=housekeeping.TICK).done_at == clock.now


def test_a_heart_that_beats_often_is_not_written_down_each_time(group: Cast, clock: Clock) -> None:
    began = clock.now
    for _ in range(4):
        pulses.beat("tick")
        clock.move(5)
    assert Pulse.objects.get().done_at == began + timedelta(seconds=15)


def test_a_turn_that_came_to_nothing_says_why_until_one_is_well(group: Cast, clock: Clock) -> None:
    pulses.note_failure("other", 404)
    assert (Pulse.objects.get(name="other").found, pulses.last("other")) == (404, None)
    pulses.end_turn("other")
    assert (Pulse.objects.get(name="other").found, pulses.last("other")) == (0, clock.now)


def test_the_audit_is_made_once_a_period_and_its_problems_are_told(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.omar)
    assert housekeeping.audit_in_turn()
    assert Pulse.objects.get().found == 0
    clock.move(housekeeping.AUDIT_EVERY - 1)
    assert not housekeeping.audit_in_turn()
    clock.move(3600)
    with capture_logs() as logs:
        assert housekeeping.audit_in_turn()
    told = [line for line in logs if line["event"] == "audit.problem"]
    assert [line["where"] for line in told] == [f"{done.number}.1"] * Pulse.objects.get().found
    assert told


def test_of_processes_that_want_the_same_turn_one_gets_it(committed: None) -> None:
    together = Barrier(4)

    def in_turn(_: int) -> bool:
        together.wait(60)
        try:
            return pulses.take_turn("audit", 300)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(in_turn, range(4))) == [False, False, False, True]


@pytest.mark.parametrize("chore", housekeeping.HOUSEKEEPING, ids=lambda chore: chore.name)
def test_each_is_a_chore_of_the_engine(chore: Chore, group: Cast, clock: Clock) -> None:
    assert chore.work() in (True, False)
    assert Pulse.objects.get().done_at == clock.now


def test_rows_name_themselves() -> None:
    at = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)
    assert str(Outage(began_at=at, ended_at=at)) == "2026-03-02 15:04"
    assert str(OutageTold(outage_id=3, hearer="role leader")) == "3 role leader"
    assert str(Pulse(name="sweep")) == "sweep"
    assert str(HeardBack(case_id=7)) == number_of(7)
