"""What one thing costs in processor time, apart from what else runs on the machine: `python -m bench.units`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

TIMES = 300
PREPARE = """
import django
django.setup()
from django.core.management import call_command
from bench import world
call_command("migrate", verbosity=0)
world.make_group()
"""


def main(database: str) -> list[tuple[str, str]]:
    """Rows of name and value."""
    from bench.overdue import bench_home

    with bench_home(database) as environment:
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
        code = "import django\ndjango.setup()\nfrom bench import units\nunits.measure()"
        said = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    lines = [line.split("\t") for line in said.stdout.splitlines()]
    return [(f"{name}, {database}", value) for name, value in lines]


def spent() -> tuple[float, float]:
    """Seconds of processor time so far: of this process, and of PostgreSQL for this connection (0 on SQLite)."""
    own = time.process_time()
    if connection.vendor != "postgresql":
        return own, 0.0
    connection.ensure_connection()
    server = connection.connection.info.backend_pid
    words = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return own, (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> None:
    """Prints name and cost, with a tab between."""
    from bench.world import reports

    from amends.cases import actions
    from amends.deliveries.channel import Outgoing, Proof
    from amends.deliveries.leasing import lease_next
    from amends.deliveries.runner import run_one
    from amends.logs import configure_logs

    configure_logs("ERROR")

    class There:
        name = "any"

        def deliver(self, item: Outgoing) -> Proof:
            return Proof(id="1", place="There")

        def find(self, item: Outgoing) -> Proof | None:
            return None

    coming = reports(TIMES)

    def report() -> None:
        command, by = next(coming)
        actions.perform(command=command, by=by)

    _tell("A report, with its two deliveries", report, TIMES)
    _tell("A delivery, without the call to the other side", lambda: run_one(lambda name: There()), 2 * TIMES)
    _tell("A look for something to deliver, in vain", lease_next, TIMES)


def _tell(name: str, do: Callable[[], object], times: int) -> None:
    before = spent()
    for _ in range(times):
        do()
    ours, servers = ((after - then) / times * 1000 for after, then in zip(spent(), before, strict=True))
    print(f"{name}\t{ours:.1f} ms" + (f", of the database {servers:.2f} ms" if servers else ""))


if __name__ == "__main__":
    for name, value in main(sys.argv[1]):
        print(f"{name:<70} {value}")
