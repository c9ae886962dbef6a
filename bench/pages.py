"""The site as its users meet it: real processes, real sockets, rows on disk."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench import learning
from bench.load import Timing, Visitor, measure

ROOT = Path(__file__).parent.parent
Row = tuple[str, str]


@contextmanager
def home(database: str, cases: int) -> Iterator[dict[str, str]]:
    """A prepared database with so many cases; yields the environment that names it."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
        environment |= {"AMENDS_HOME": folder, "AMENDS_SECRET_KEY": "bench", "PYTHONPATH": str(ROOT)}
        environment["AMENDS_SEALING_KEYS"] = "YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggMTI="
        name = f"amends_bench_{cases}"
        if database == "postgresql":
            _sql(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
            environment["AMENDS_DATABASE"] = f"postgresql:///{name}"
        try:
            subprocess.run([sys.executable, "-m", "bench.prepare", str(cases)], env=environment, check=True)
            yield environment
        finally:
            if database == "postgresql":
                _sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _sql(*statements: str) -> None:
    import psycopg

    with psycopg.connect("postgresql:///postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def running(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`amends serve` until the block ends."""
    command = [sys.executable, "-m", "amends", "serve", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _answered(f"http://127.0.0.1:{port}/healthz")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answered(url: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def sessions(environment: dict[str, str]) -> dict[str, str]:
    """Signed-in sessions by person: the sign-in form has limits that a benchmark would meet."""
    command = [sys.executable, "-m", "bench.prepare", "sessions"]
    answer = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def pages(database: str, cases: int, port: int) -> Iterator[Row]:
    """Every page that people wait for, then reports, at one client and at eight."""
    with home(database, cases) as environment, running(environment, port) as server:
        known = sessions(environment)
        size = f"{database}, {cases:,} cases"
        manager, leader = Visitor(port, known["Manager 0"]), Visitor(port, known["Leader 0"])
        some_case = _first_case(leader.get("/cases"))
        visits: list[tuple[str, Visitor, Callable[[Visitor, int], object]]] = [
            ("My work", manager, lambda v, n: v.get("/")),
            ("Case", manager, lambda v, n: v.get(f"/cases/{_first_case(manager_cases)}")),
            (
                "Happened before, one office",
                manager,
                lambda v, n: v.get(f"/learning/{_first_case(manager_cases)}/before"),
            ),
            ("Happened before, whole group", leader, lambda v, n: v.get(f"/learning/{some_case}/before")),
            ("Cases, whole group", leader, lambda v, n: v.get("/cases")),
            ("Cases, one office", manager, lambda v, n: v.get("/cases")),
            ("Search, common word, group", leader, lambda v, n: v.get("/cases?q=waited")),
            ("Search, common word, one office", manager, lambda v, n: v.get("/cases?q=waited")),
            ("Search, rare word", leader, lambda v, n: v.get("/cases?q=koranithor")),
            ("Search, name by its beginning", leader, lambda v, n: v.get("/cases?q=abern")),
        ]
        manager_cases = manager.get("/cases")
        assert some_case
        for name, visitor, visit in visits:
            measure([visitor], 20, visit)
            yield f"{name} · {size}", str(measure([visitor], 200, visit))
        yield from learning.rows(leader, manager, size)
        yield from _questions(port, known, size)
        yield from _reports(port, known, size)
        yield f"Memory of the server · {size}", f"{_memory(server.pid):.0f} MB"


def _questions(port: int, known: dict[str, str], size: str) -> Iterator[Row]:
    """What every open page asks every four seconds, and is mostly answered with "nothing new"."""
    people = [Visitor(port, known[name]) for name in ("Manager 0", "Leader 0", "Desk 0", "Desk 1")]

    def ask(visitor: Visitor, n: int) -> bytes:
        return visitor.get("/asked", expected=204)

    measure(people, 50, ask)
    timing = measure(people, 500, ask)
    yield f"Asked to come? · {size}", f"{timing}: {timing.rate * 4:,.0f} open pages"


def _reports(port: int, known: dict[str, str], size: str) -> Iterator[Row]:
    for clients, times in ((1, 200), (8, 100)):
        desks = [Visitor(port, known[f"Desk {n}"]) for n in range(clients)]
        offices = [_office_of(desk.get("/report")) for desk in desks]
        by_desk = dict(zip(desks, offices, strict=True))

        def report(visitor: Visitor, n: int, by_desk: dict[Visitor, str] = by_desk) -> None:
            fields = {
                "office": by_desk[visitor],
                "token": str(uuid.uuid4()),
                "patient": "unknown",
                "moment": "checkout",
                "kinds": "billing",
                "severity": "upset",
                "account": f"The bill was twice the estimate and nobody explained it, number {n}.",
            }
            visitor.post("/report", urlencode(fields))

        measure(desks, 10, report)
        yield f"Report, {clients} client{'s' if clients > 1 else ''} · {size}", str(measure(desks, times, report))


def _first_case(page: bytes) -> str:
    found = re.search(rb"/cases/(UP-\d+)", page)
    assert found, "no case on the page"
    return found[1].decode()


def _office_of(page: bytes) -> str:
    found = re.search(rb'name="office"[^>]*value="(\d+)"', page) or re.search(rb'value="(\d+)"[^>]*name="office"', page)
    assert found, "no office on the report page"
    return found[1].decode()


def _memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


__all__ = ["Timing", "pages"]
