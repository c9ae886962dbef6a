"""A hundred thousand deadlines past due at once: `python -m bench.overdue sqlite 100000`, `… postgresql 100000 4`.

On PostgreSQL it makes and drops a database of its own, `amends_bench_overdue`, on the server that the tests use.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

DATABASE = "amends_bench_overdue"
PREPARE = """
import django, sys
django.setup()
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
from bench import world
call_command("migrate", verbosity=0)
world.make_group()
world.late(int(sys.argv[1]))
"""
TICK = """
import django, sys
django.setup()
from bench.units import spent
from amends.cases import ticker
from amends.logs import configure_logs
configure_logs("ERROR")
spent()
print("ready", flush=True)
sys.stdin.readline()
before = spent()
told = ticker.tick()
after = spent()
print(told, after[0] - before[0], after[1] - before[1], flush=True)
"""
CHECK = """
import django
django.setup()
from django.db.models import Count
from amends.cases.models import CaseRow, EventRow
late = EventRow.objects.filter(kind="WentLate")
print(late.count(), late.values("case").distinct().count(), CaseRow.system.filter(alarm_at__isnull=False).count())
"""


def main(database: str, cases: int, processes: int) -> list[tuple[str, str]]:
    """Rows of name and value. Raises AssertionError when a deadline was told twice or never."""
    with bench_home(database) as environment:
        subprocess.run([sys.executable, "-c", PREPARE, str(cases)], env=environment, check=True)
        tickers = [
            subprocess.Popen(
                [sys.executable, "-c", TICK], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for _ in range(processes)
        ]
        for ticker in tickers:
            assert ticker.stdout
            ticker.stdout.readline()
        began = time.perf_counter()
        for ticker in tickers:
            assert ticker.stdin
            ticker.stdin.write("go\n")
            ticker.stdin.flush()
        said = [ticker.communicate()[0].split() for ticker in tickers]
        seconds = time.perf_counter() - began
        told = [int(words[0]) for words in said]
        ours, servers = (sum(float(words[place]) for words in said) / cases * 1000 for place in (1, 2))
        checked = subprocess.run([sys.executable, "-c", CHECK], env=environment, check=True, capture_output=True)
        events, once, left = map(int, checked.stdout.split())
        assert sum(told) == events == once == cases, (told, events, once, left)
    name = f"{cases:,} deadlines past due, {database}, {processes} process{'es' if processes > 1 else ''}"
    spent = f"processor time a case: {ours:.2f} ms" + (f", of the database {servers:.2f} ms" if servers else "")
    load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    return [(name, f"{seconds:.1f} s, {cases / seconds:,.0f} a second, each once; {spent}; {load}")]


@contextmanager
def bench_home(database: str) -> Iterator[dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        environment = kept | {
            "DJANGO_SETTINGS_MODULE": "amends.settings",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "AMENDS_HOME": folder,
            "AMENDS_SECRET_KEY": "bench",
            "AMENDS_SEALING_KEYS": Fernet.generate_key().decode(),
        }
        if database == "sqlite":
            yield environment
            return
        import psycopg

        server = os.environ.get("TEST_POSTGRESQL_URL", "postgresql:///postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            connection.execute(f"CREATE DATABASE {DATABASE}")
            try:
                login = connection.info
                host = f"?host={login.host}" if login.host.startswith("/") else ""
                address = "" if host else f"{login.user}:{login.password}@{login.host}:{login.port}"
                yield environment | {
                    "AMENDS_DATABASE": f"postgresql://{address}/{DATABASE}",
                    "AMENDS_ENGINE": "procrastinate",
                }
            finally:
                connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    for name, value in main(sys.argv[1], int(sys.argv[2]), int((*sys.argv, "1")[3])):
        print(f"{name:<70} {value}")
