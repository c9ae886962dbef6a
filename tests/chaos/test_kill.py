"""The program is killed again and again while the network is bad: nothing is lost and nothing is written twice."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE
from tests.cases.story import by, opened
from tests.chaos.world import (
    OpenDentalServer,
    SlackServer,
    Tables,
    Worker,
    at_rest,
    bad_minutes,
    bad_minutes_of_slack,
    connect,
    everything_is_there_once,
    seen_patients,
    shown_notes,
    until,
)
from tests.conftest import Cast, make_cast

from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery, State
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import Moment, Purpose, Way

# Each case has two deliveries, every second one a third, and three more when it is addressed: over 2,000 on the usual
# database, and enough on the other to see that it is the same.
CASES, KILLS = (480, 15) if connection.vendor == "sqlite" else (56, 6)


@pytest.fixture
def open_dental() -> Iterator[OpenDentalServer]:
    server = OpenDentalServer()
    yield server
    server.stop()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer()
    yield server
    server.stop()


def open_cases(group: Cast, patients: list[int], chance: random.Random, count: int) -> list[int]:
    """Reports `count` new cases; gives their row ids."""
    omar, cases = by(group.omar, group.maple), []
    for _ in range(count):
        patient = Patient("main", chance.choice(patients), "Marisol Quintero")
        moment = chance.choice([Moment.TREATMENT, Moment.CHECKOUT])
        case = opened(group.maple, group.ana, patient=patient, moment=moment).row.pk
        if chance.random() < 0.5:
            actions.perform(command=c.LogAttempt(way=Way.PHONE, note="No answer."), by=omar, case=case)
        cases.append(case)
    return cases


def address(group: Cast, cases: list[int]) -> None:
    """Omar speaks with each patient and puts it right, so the leaders are told."""
    omar = by(group.omar, group.maple)
    for case in cases:
        for command in (SPOKE, CAUSE, PUT_RIGHT):
            actions.perform(command=command, by=omar, case=case)


def test_killed_again_and_again_it_loses_nothing_and_writes_nothing_twice(
    committed: None, open_dental: OpenDentalServer, slack: SlackServer
) -> None:
    chance = random.Random(20260302)
    group = make_cast()
    connect(open_dental, slack)
    patients = seen_patients(open_dental)
    before = open_dental.tables()
    share = CASES // (KILLS + 1)
    cases: list[int] = []
    for _ in range(KILLS):
        address(group, cases[-share:])
        cases += open_cases(group, patients, chance, share)
        open_dental.faults(**bad_minutes(chance))
        slack.faults(**bad_minutes_of_slack(chance))
        worker = Worker()
        # Counted at rest, not proved: on a bad day some are left to a person, and waiting for those would be in vain.
        enough = min(at_rest() + chance.randrange(20, 120), Delivery.objects.count())
        try:
            until(lambda enough=enough: at_rest() >= enough, within=300, what=f"{enough} deliveries at rest")  # type: ignore[misc]  # bound at once
        finally:
            worker.kill()
    address(group, cases[-share:])
    cases += open_cases(group, patients, chance, CASES - KILLS * share)
    open_dental.faults()
    slack.faults()
    worker = Worker()
    try:
        until(lambda: at_rest() == Delivery.objects.count(), within=400, what="every delivery at rest")
    finally:
        worker.stop()

    after, posted = open_dental.tables(), slack.posted()
    assert Delivery.objects.count() >= 4 * CASES
    everything_is_there_once(after, posted)
    earlier_tasks_are_done(after)
    leaders_were_told(posted, times=KILLS * share)
    nobodys_words_are_lost(before, after)
    assert verify().problems == ()
    assert CaseRow.system.count() == CASES
    connection.close()


def earlier_tasks_are_done(after: Tables) -> None:
    """A Task that nobody need work on any more says so and is done: neither without the other."""
    status = {row["TaskNum"]: row["TaskStatus"] for row in after["task"]}
    closed = Delivery.objects.filter(purpose=Purpose.TASK_CLOSED, state=State.PROVED)
    assert {status[int(row.proof_id)] for row in closed} == {"Done"}


def leaders_were_told(posted: dict[str, list[str]], *, times: int) -> None:
    """Each addressed case once, in Slack; or a person was asked to, and nothing is in Slack."""
    told = {row.marker: row for row in Delivery.objects.filter(purpose=Purpose.LEADERS_TOLD)}
    assert len(told) == times
    lines = set(Delivery.objects.filter(purpose=Purpose.THREAD).values_list("marker", flat=True))
    assert {marker: found for marker, found in posted.items() if marker not in lines} == {
        marker: [row.proof_id] for marker, row in told.items() if row.state == State.PROVED
    }


def nobodys_words_are_lost(before: Tables, after: Tables) -> None:
    """An appended note begins with what was there."""
    shown = shown_notes(after)
    for procedure, note in shown_notes(before).items():
        assert "".join(shown[procedure].split()).startswith("".join(note.split()))
    kept = {row["CommlogNum"]: row for row in after["commlog"]}
    assert [row for row in before["commlog"] if kept[row["CommlogNum"]] != row] == []
