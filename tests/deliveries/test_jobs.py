"""The scaled engine's nudge: a job in the delivery's transaction, which wakes a worker and leaves nothing behind."""

import asyncio
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import OperationalError, connection, transaction
from procrastinate import JobContext
from pytest_django import Settings
from tests.cases.story import opened
from tests.chaos.world import until
from tests.conftest import make_cast

from amends.cases.models import CaseRow
from amends.deliveries import jobs, nudges

pytestmark = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="procrastinate needs PostgreSQL")
PATIENCE = 60  # seconds until a test says that it waited in vain


def waiting() -> list[tuple[str, str]]:
    """Name and status of every job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs ORDER BY id")
        found: list[tuple[str, str]] = cursor.fetchall()
    return found


@pytest.fixture
def no_jobs(committed: None) -> Iterator[None]:
    """The tables of procrastinate are empty before and after."""

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

    empty()
    yield
    empty()


@pytest.fixture
def scaled(no_jobs: None, settings: Settings) -> None:
    settings.ENGINE = "procrastinate"


@pytest.fixture
def woken() -> Iterator[Event]:
    event = Event()
    nudges.on_nudge(event.set)
    yield event
    nudges.no_more_nudges(event.set)


@pytest.fixture
def bell(scaled: None) -> Iterator[jobs.Bell]:
    bell = jobs.Bell()
    bell.start()
    yield bell
    bell.stop()
    assert not bell._thread.is_alive()


def test_a_report_enqueues_one_nudge_with_its_deliveries(scaled: None, woken: Event) -> None:
    opened((group := make_cast()).maple, group.ana)
    assert waiting() == [("amends.nudge", "todo")]
    assert not woken.is_set(), "another process delivers"


def test_what_is_rolled_back_leaves_no_nudge(scaled: None) -> None:
    group = make_cast()
    with transaction.atomic():
        opened(group.maple, group.ana)
        transaction.set_rollback(True)
    assert waiting() == []


def test_a_nudge_that_cannot_be_enqueued_is_trouble_with_the_database_and_nothing_is_written(scaled: None) -> None:
    group = make_cast()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs RENAME TO somewhere_else")
    try:
        with pytest.raises(OperationalError, match="No nudge could be enqueued"):
            opened(group.maple, group.ana)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE somewhere_else RENAME TO procrastinate_jobs")
    assert not CaseRow.system.exists()


def test_the_embedded_engine_enqueues_nothing_and_is_woken_itself(no_jobs: None, woken: Event) -> None:
    opened((group := make_cast()).maple, group.ana)
    assert waiting() == []
    assert woken.is_set()


def test_the_bell_wakes_the_engine_of_its_process_and_the_job_is_gone(bell: jobs.Bell, woken: Event) -> None:
    opened((group := make_cast()).maple, group.ana)
    assert woken.wait(PATIENCE)
    nudged = ("amends.nudge", "todo"), ("amends.nudge", "doing")
    until(lambda: not set(nudged) & set(waiting()), within=PATIENCE, what="the job is gone")


def test_the_bell_outlives_a_database_that_is_away(scaled: None, woken: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = jobs._wait_for_jobs, [ConnectionError("away"), ConnectionError("still away")]

    async def wait_for_jobs() -> None:
        if failures:
            raise failures.pop()
        await real()

    monkeypatch.setattr(jobs, "_wait_for_jobs", wait_for_jobs)
    monkeypatch.setattr(jobs, "_START_AGAIN_AFTER", 0.01)
    bell = jobs.Bell()
    bell.start()
    opened((group := make_cast()).maple, group.ana)
    assert woken.wait(PATIENCE)
    assert not failures
    bell.stop()
    assert not bell._thread.is_alive()


def test_the_job_of_a_worker_that_was_killed_is_forgotten(scaled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        killed = cursor.fetchone()[0]
        jobs.enqueue()
        jobs.enqueue()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = "
            "(SELECT min(id) FROM procrastinate_jobs)",
            [killed],
        )

    asyncio.run(_forget())
    assert waiting() == [("amends.nudge", "todo")]


async def _forget() -> None:
    async with jobs._listening() as app:
        await jobs.forget_stalled(cast(JobContext, SimpleNamespace(app=app)), timestamp=0)
