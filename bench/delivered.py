"""From the press on *Report it* until Open Dental has the note and the Task, and how soon the demo is ready."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Timing, Visitor

PORT = 8395
TIMES = 30


def main() -> list[tuple[str, str]]:
    """Rows of name and value."""
    return list(_rows())


def _rows() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        log = Path(folder) / "log"
        began = time.perf_counter()
        with log.open("w") as out:
            command = [sys.executable, "-m", "amends", "demo", "--home", f"{folder}/home", "--port", str(PORT)]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            while "Ctrl-C" not in log.read_text():
                time.sleep(0.01)
            yield "Demo ready, with its history", f"{time.perf_counter() - began:.1f} s"
            yield "Report until all its deliveries are proved", str(_until_proved(Path(folder) / "home"))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def _until_proved(home: Path) -> Timing:
    visitor = Visitor(PORT, "")
    chooser = visitor.get("/demo").decode()
    person = re.search(r'name="person" value="(\d+)">\s*<p><strong>Ana Ruiz', chooser)
    assert person, "Ana is not among the people to be"
    visitor.post("/demo", urlencode({"person": person[1]}), expected=302)
    office = re.search(r'name="office"[^>]*value="(\d+)"', visitor.get("/report").decode())
    assert office
    with sqlite3.connect(home / "amends.sqlite3", isolation_level=None) as database:
        database.execute("PRAGMA busy_timeout = 5000")
        began = time.perf_counter()
        seconds = sorted(_one(visitor, database, office[1]) for _ in range(TIMES))
        return Timing(tuple(seconds), time.perf_counter() - began)


def _one(visitor: Visitor, database: sqlite3.Connection, office: str) -> float:
    fields = {
        "office": office,
        "token": str(uuid.uuid4()),
        "patient": "1002",
        "name_1002": "Bruno Umber",
        "moment": "checkout",
        "severity": "upset",
        "account": "Nobody had told him that the plan changed.",
    }
    began = time.perf_counter()
    visitor.post("/report", urlencode(fields))
    newest = "SELECT count(*), sum(state = 'proved') FROM deliveries_delivery WHERE case_id = ?"
    (case,) = database.execute("SELECT max(id) FROM cases_caserow").fetchone()
    while True:
        count, proved = database.execute(newest, [case]).fetchone()
        if count == proved == 2:
            return time.perf_counter() - began
        time.sleep(0.005)
