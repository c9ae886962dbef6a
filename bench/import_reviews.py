"""How many rows a second `amends import-reviews` looks at, takes in and finds known, and with how much memory."""

import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench.overdue import bench_home
from bench.units import PREPARE

ROWS = 10_000
_TIMED = (
    "import resource, sys; from amends.cli import main; code = main(sys.argv[1:]); "
    "print('kilobytes', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
)
_AN_OFFICE = """
import django
django.setup()
from amends.practice.models import Office
print(Office.objects.first().name)
"""
_HEAD = "Review Date,Location,Source,Review ID,Reviewer,Rating,Review,Response,Patient Name\n"


def main(database: str = "sqlite", *, rows: int = ROWS) -> list[tuple[str, str]]:
    """Three rows: a dry run, the first time (reviews of last year, half of them with a reply), the same file again."""
    found = []
    with bench_home(database) as environment:
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
        office = [sys.executable, "-c", _AN_OFFICE]
        said = subprocess.run(office, env=environment, check=True, capture_output=True, text=True)
        path = Path(environment["AMENDS_HOME"]) / "reviews.csv"
        _write(path, said.stdout.strip(), rows)
        for name, more in (("looked at (--dry-run)", ["--dry-run"]), ("taken in", []), ("found known", [])):
            began = perf_counter()
            command = [sys.executable, "-c", _TIMED, "import-reviews", str(path), *more]
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            took = perf_counter() - began
            if done.returncode or f"{rows} rows read" not in done.stdout:
                raise RuntimeError(f"The file was not brought in: {done.stdout[-300:]}{done.stderr[-300:]}")
            memory = int(re.findall(r"kilobytes (\d+)", done.stdout)[0]) // 1024
            what = f"import-reviews: {rows:,} rows {name}, {database}"
            found.append((what, f"{rows / took:,.0f} rows/s, {memory} MB"))
    return found


def _write(path: Path, office: str, rows: int) -> None:
    with path.open("w") as file:
        file.write(_HEAD)
        for row in range(rows):
            day = f"2025-{row % 12 + 1:02}-{row % 28 + 1:02}"
            reply = "" if row % 2 else f"Thank you for your words {row}."
            file.write(f'{day},{office},Google,r-{row},Jo {row},{row % 5 + 1},"Row {row}, in some words.",{reply},X\n')


if __name__ == "__main__":
    for line in main(*sys.argv[1:2], rows=int(sys.argv[2]) if len(sys.argv) > 2 else ROWS):
        print(*line, sep="  ")
