"""The program is killed again and again while the network is bad: nothing is lost and nothing is written twice."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.cases.story import by, opened
from tests.chaos.world import AUTHOR, OpenDentalServer, Worker, bad_minutes, shown_notes, until, written
from tests.conftest import Cast, make_cast

from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import MOVING, Delivery, State
from amends.integrations.open_dental.models import Mode, OpenDentalDatabase
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import Moment, Way

CASES = 84  # each two deliveries, and every second one a third
KILLS = 6


@pytest.fixture
def open_dental() -> Iterator[OpenDentalServer]:
    server = OpenDentalServer()
    yield server
    server.stop()


def seen_patients(open_dental: OpenDentalServer) -> list[int]:
    """Patients whose treatment was completed today: there is a clinical note to append to."""
    visits = [row for row in open_dental.tables()["appointment"] if row["AptStatus"] == "Complete"]
    latest = max(row["AptDateTime"][:10] for row in visits)
    return sorted({row["PatNum"] for row in visits if row["AptDateTime"].startswith(latest)})


def connect(open_dental: OpenDentalServer) -> None:
    OpenDentalDatabase.objects.create(
        key="main",
        name="Bluebell & Finch",
        mode=Mode.SERVICE,
        base_url=f"{open_dental.url}/api/v1/",
        developer_key="demo-developer",
        customer_key="demo-customer",
        author_user_num=AUTHOR,
    )


def open_cases(group: Cast, patients: list[int], chance: random.Random, count: int) -> None:
    omar = by(group.omar, group.maple)
    for _ in range(count):
        patient = Patient("main", chance.choice(patients), "Marisol Quintero")
        moment = chance.choice([Moment.TREATMENT, Moment.CHECKOUT])
        case = opened(group.maple, group.ana, patient=patient, moment=moment).row.pk
        if chance.random() < 0.5:
            actions.perform(command=c.LogAttempt(way=Way.PHONE, note="No answer."), by=omar, case=case)


def proved() -> int:
    return Delivery.objects.filter(state=State.PROVED).count()


def test_killed_again_and_again_it_loses_nothing_and_writes_nothing_twice(
    committed: None, open_dental: OpenDentalServer
) -> None:
    chance = random.Random(20260302)
    group = make_cast()
    connect(open_dental)
    patients = seen_patients(open_dental)
    before = open_dental.tables()
    share = CASES // (KILLS + 1)
    for _ in range(KILLS):
        open_cases(group, patients, chance, share)
        open_dental.faults(**bad_minutes(chance))
        worker = Worker()
        enough = min(proved() + chance.randrange(4, 24), Delivery.objects.count())
        try:
            until(lambda enough=enough: proved() >= enough, within=20, what=f"{enough} proved deliveries")  # type: ignore[misc]  # bound at once
        finally:
            worker.kill()
    open_cases(group, patients, chance, CASES - KILLS * share)
    open_dental.faults()
    worker = Worker()
    try:
        resting = Delivery.objects.exclude(state__in=MOVING)
        until(lambda: resting.count() == Delivery.objects.count(), within=40, what="every delivery at rest")
    finally:
        worker.stop()

    rows = list(Delivery.objects.order_by("pk"))
    after = open_dental.tables()
    times = written(after, [row.marker for row in rows])
    assert len(rows) >= 200
    assert {row.marker: times[row.marker] for row in rows if row.state == State.PROVED and times[row.marker] != 1} == {}
    assert [row.marker for row in rows if row.state == State.BY_HAND and not row.why] == []
    by_hand = [row for row in rows if row.state == State.BY_HAND]
    assert {row.marker: times[row.marker] for row in by_hand if times[row.marker] > (row.sent_at is not None)} == {}
    assert {row.state for row in rows} <= {State.PROVED, State.BY_HAND}
    assert len([row for row in rows if row.state == State.PROVED]) > len(rows) * 0.9
    # Nobody's words in the chart are lost: an appended note begins with what was there.
    shown = shown_notes(after)
    for procedure, note in shown_notes(before).items():
        assert "".join(shown[procedure].split()).startswith("".join(note.split()))
    kept = {row["CommlogNum"]: row for row in after["commlog"]}
    assert [row for row in before["commlog"] if kept[row["CommlogNum"]] != row] == []
    assert verify().problems == ()
    assert CaseRow.system.count() == CASES
    connection.close()
