"""How many lines a second `amends due` answers, in one process and with its JSON."""

import io
import json
import random
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from amends.filters import due

LINES = 20_000
OFFICES = 200
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles")
WEEKS = (
    {name: [["08:00", "12:00"], ["13:00", "17:00"]] for name in ("mon", "tue", "wed", "thu", "fri")},
    {name: [["07:00", "19:00"]] for name in ("mon", "tue", "wed", "thu")} | {"sat": [["09:00", "14:00"]]},
)
HOLIDAYS = ("2026-01-01", "2026-05-25", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25")
# Most deadlines are hours away, some are days, and a few count for years.
TOTALS = (0, 60, 120, 240, 240, 480, 480, 960, 2_400, 4_800, 250_000)


def main() -> list[tuple[str, str]]:
    """Rows of name and value: one process, a year of starts, then the same with a calendar of its own on each line."""
    chance = random.Random(7)
    offices = [_calendar(chance, number) for number in range(OFFICES)]
    return [
        (f"due: {LINES:,} lines, {OFFICES} calendars", _lines_a_second(chance, offices)),
        (f"due: {LINES:,} lines, each with its own calendar", _lines_a_second(chance, [])),
    ]


def _lines_a_second(chance: random.Random, offices: list[dict[str, object]]) -> str:
    given = "".join(_line(chance, number, offices) for number in range(LINES))
    stdin, stdout = io.BytesIO(given.encode()), io.BytesIO()
    began = perf_counter()
    exit_code = due.run(stdin, stdout)
    took = perf_counter() - began
    if exit_code or stdout.getvalue().count(b"\n") != LINES:
        raise RuntimeError("A line of the benchmark was not answered.")
    return f"{LINES / took:,.0f} lines/s"


def _line(chance: random.Random, number: int, offices: list[dict[str, object]]) -> str:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(365 * 86_400))
    calendar = chance.choice(offices) if offices else _calendar(chance, number)
    line = {"id": number, "calendar": calendar, "start": start.isoformat(), "open_minutes": chance.choice(TOTALS)}
    return json.dumps(line) + "\n"


def _calendar(chance: random.Random, number: int) -> dict[str, object]:
    closed = date(2026, 1, 2) + timedelta(days=number % 365)
    special: dict[str, object] = {day: [] for day in (*HOLIDAYS, closed.isoformat())}
    special["2026-12-24"] = [["08:00", f"12:{number // 365 % 60:02}"]]
    return {"zone": chance.choice(ZONES), "weekly": chance.choice(WEEKS), "special": special}
