"""`amends worker` and the engine's setting: what cannot work is refused with its repair; what works delivers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.cases.story import opened
from tests.chaos.world import environment, until
from tests.cli.conftest import Home
from tests.conftest import make_cast

from amends.deliveries.models import Delivery, Pulse, State

PATIENCE = 60  # seconds until a test says that it waited in vain


def test_without_the_scaled_engine_there_are_no_workers(home: Home) -> None:
    home.run("worker").sentence("`amends serve` delivers by itself", "AMENDS_ENGINE=procrastinate")


@pytest.mark.parametrize("database", ["", "sqlite:///there.sqlite3"])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_scaled_engine_on_sqlite_is_refused_with_its_repair(home: Home, command: str, database: str) -> None:
    said = home.run(command, AMENDS_ENGINE="procrastinate", AMENDS_DATABASE=database)
    said.sentence("AMENDS_ENGINE=procrastinate needs PostgreSQL", "AMENDS_DATABASE")


def test_an_engine_that_does_not_exist_is_refused(home: Home) -> None:
    home.run("serve", AMENDS_ENGINE="celery").sentence("AMENDS_ENGINE", "'embedded' or 'procrastinate'")


@pytest.fixture
def worker(committed: None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "amends", "worker"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment() | {"AMENDS_ENGINE": "procrastinate"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "Amends works\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the scaled engine needs PostgreSQL")
def test_a_worker_delivers_keeps_house_and_stops_when_it_is_asked_to(worker: subprocess.Popen[str]) -> None:
    opened((group := make_cast()).maple, group.ana)
    # No Open Dental is connected, so that each delivery ends with a person.
    done = Delivery.objects.filter(state=State.BY_HAND)
    until(lambda: done.count() == 2, within=PATIENCE, what="both deliveries were worked on")
    kept = Pulse.objects.filter(done_at__isnull=False)
    until(lambda: set(kept.values_list("name", flat=True)) >= {"sweep", "tick", "audit"}, within=PATIENCE, what="kept")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    connection.close()
