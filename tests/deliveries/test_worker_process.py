"""`amends worker` as a program of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.cases.story import opened
from tests.chaos.world import environment, until
from tests.conftest import make_cast

from amends.deliveries.models import Delivery, Pulse, State

PATIENCE = 120  # seconds until a test says that it waited in vain


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
