"""A machine whose clock is wrong, on PostgreSQL: the database's time decides. The other machine is another process."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from tests.cases.story import opened
from tests.chaos.world import environment
from tests.conftest import make_cast

from amends import clock
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.leasing import lease_next
from amends.deliveries.models import Delivery, State
from amends.integrations.open_dental.listening import roster
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.slack.outbound import pace

pytestmark = [
    pytest.mark.real_clock,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite there is one machine and one clock"),
]
WRONG_BY = (-600, 600)  # seconds
THERE = """
import sys, time_machine
from datetime import datetime, timedelta, UTC
with time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(sys.argv[1]))):
    import django
    django.setup()
    from amends.cases import ticker
    from amends.deliveries.leasing import lease_next, sweep
    from amends.integrations.open_dental.listening import roster
    from tests.cases.story import by, opened
    from amends.practice.models import Office, Person
    {does}
"""


def there(wrong_by: int, does: str) -> list[str]:
    """What a machine whose clock is wrong by so many seconds prints when it does this."""
    code = THERE.format(does=does.strip().replace("\n", "\n    "))
    done = subprocess.run(
        [sys.executable, "-c", code, str(wrong_by)],
        capture_output=True,
        text=True,
        env=environment() | {"AMENDS_LEASE_SECONDS": "60"},
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_clock_is_that_of_the_database_also_within_a_transaction(committed: None) -> None:
    first = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    second = clock.now()
    assert first < second
    assert first.utcoffset() == timedelta(0)
    assert abs(second - timezone.now()) < timedelta(minutes=1), "the database of a test is on this machine"


@pytest.mark.parametrize("wrong_by", WRONG_BY)
def test_a_wrong_clock_steals_no_running_lease_and_leaves_nothing_that_is_due(committed: None, wrong_by: int) -> None:
    opened((group := make_cast()).maple, group.ana)
    held = lease_next()
    assert held
    due = Delivery.objects.get(state=State.WAITING)
    did = there(wrong_by, "print(sweep())\nfor row in iter(lease_next, None): print(row.marker)")
    assert did == ["0", due.marker]
    held.refresh_from_db()
    assert held.state == State.SENDING


@pytest.mark.parametrize("wrong_by", WRONG_BY)
def test_what_a_machine_with_a_wrong_clock_writes_is_due_at_once_and_at_the_right_time(
    committed: None, wrong_by: int
) -> None:
    make_cast()
    before = clock.now()
    there(wrong_by, 'opened(Office.objects.get(name="Maple Street"), Person.objects.get(name="Ana Ruiz"))')
    assert before < CaseRow.system.get().opened_at < clock.now()
    assert lease_next()


@pytest.mark.parametrize("wrong_by", WRONG_BY)
def test_a_wrong_clock_tells_no_deadline_early_and_none_late(committed: None, wrong_by: int) -> None:
    group, now = make_cast(), clock.now()
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    group.maple.calendar = {"zone": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in days}}
    group.maple.save()
    first = opened(group.maple, group.ana, at=now).row
    assert first.alarm_at
    limit = first.alarm_at - now
    past = opened(group.maple, group.ana, at=now - limit - timedelta(seconds=300)).row.pk
    soon = opened(group.maple, group.ana, at=now - limit + timedelta(seconds=300)).row.pk
    assert there(wrong_by, "print(ticker.tick())") == ["1"]
    assert [type(event.fact).__name__ for event in actions.events_of(past)] == ["Reported", "DueSoon"]
    assert [type(event.fact).__name__ for event in actions.events_of(soon)] == ["Reported"]


@pytest.mark.parametrize("wrong_by", WRONG_BY)
def test_a_wrong_clock_takes_nobodys_ear(committed: None, wrong_by: int) -> None:
    OpenDentalDatabase.objects.create(key="main", name="Main", mode="service", base_url="http://127.0.0.1:1/api/v1/")
    roster.share("here")
    there(wrong_by, 'roster.share("there")')
    assert Ear.objects.get().holder == "here"


@pytest.mark.parametrize("wrong_by", WRONG_BY)
def test_a_wrong_clock_takes_no_turn_in_slack(committed: None, wrong_by: int) -> None:
    pace.take_turn("C0LEADERS", 300)
    takes = """
from amends.deliveries.channel import RetryAfter
from amends.integrations.slack.outbound.pace import take_turn
try:
    take_turn("C0LEADERS", 300)
except RetryAfter:
    print("waits")
"""
    assert there(wrong_by, takes) == ["waits"]
