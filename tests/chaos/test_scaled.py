"""The scaled engine at its worst: see `tests/chaos/scaled.py`, of which this is the small version."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection  # noqa: F401  the condition below asks it
from tests.chaos.cluster import programs


# Once is enough: it has a database of its own.
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the scaled engine needs PostgreSQL")
@pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL on this machine")
def test_workers_sites_and_the_database_are_killed_and_everything_arrives_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.scaled", "--cases", "80", "--seconds", "40"],
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DJANGO_"))},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "80 cases reported" in done.stdout
    assert "'database': 1" in done.stdout
