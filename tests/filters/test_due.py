"""`amends due`: its format, line by line. The arithmetic itself is proved in tests/protocol/test_hours*.py."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from amends.filters import due

OFFICE: dict[str, Any] = {
    "zone": "America/New_York",
    "weekly": {name: [["08:00", "12:00"], ["13:00", "17:00"]] for name in ("mon", "tue", "wed", "thu", "fri")},
    "special": {"2026-12-24": [["08:00", "12:00"]], "2026-11-26": []},
}
LINE: dict[str, Any] = {"id": 1, "calendar": OFFICE, "start": "2026-03-06T16:30:00-05:00", "open_minutes": 120}


def answers(*lines: dict[str, Any]) -> tuple[list[Any], int]:
    stdout = io.BytesIO()
    stdin = io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    exit_code = due.run(stdin, stdout)
    return [json.loads(line) for line in stdout.getvalue().splitlines()], exit_code


def answer(**changes: Any) -> Any:
    (found,), exit_code = answers(LINE | changes)
    assert exit_code == (2 if "error" in found else 0)
    return found


def test_the_documented_example() -> None:
    assert answer() == {"id": 1, "due": "2026-03-09T09:30:00-04:00"}


def test_lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_rest() -> None:
    found, exit_code = answers(LINE, LINE | {"id": 2, "open_minutes": -1}, LINE | {"id": 3, "open_minutes": 0})
    assert [line["id"] for line in found] == [1, 2, 3]
    assert found[1] == {"id": 2, "error": "The open_minutes must be a whole number from 0."}
    assert found[2]["due"] == "2026-03-06T16:30:00-05:00"
    assert exit_code == 2


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-04T14:00:00Z", "2026-03-04T11:00:00-05:00"),
        ("2026-03-04T14:00Z", "2026-03-04T11:00:00-05:00"),
        ("2026-03-04t14:00:00z", "2026-03-04T11:00:00-05:00"),
        ("2026-03-04T09:00:00.5-05:00", "2026-03-04T11:00:00.500000-05:00"),
        ("2026-03-04T09:00:00.123456-05:00", "2026-03-04T11:00:00.123456-05:00"),
        ("2026-03-04T09:00:00.123456789-05:00", "2026-03-04T11:00:00.123456-05:00"),
        ("2026-03-04T09:00:07-0500", "2026-03-04T11:00:07-05:00"),
        ("2026-03-04T19:45:00+05:45", "2026-03-04T11:00:00-05:00"),
    ],
)
def test_a_start_may_have_any_offset_seconds_and_fractions(start: str, expected: str) -> None:
    assert answer(start=start) == {"id": 1, "due": expected}


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("2026-03-04T09:00:00", "offset"),
        ("2026-03-04", "must be a date and time"),
        ("tomorrow", "must be a date and time"),
        ("", "must be a date and time"),
        (None, "must be a date and time"),
        (1772632800, "must be a date and time"),
        ("2026-W10-3T09:00:00Z", "must be a date and time"),
        ("2026-03-04T09Z", "must be a date and time"),
        ("2026-03-04T09:00:00Z\n", "must be a date and time"),
        ("٢٠٢٦-03-04T09:00:00Z", "must be a date and time"),
        ("2026-02-30T09:00:00Z", "does not exist"),
        ("2026-03-04T25:00:00Z", "does not exist"),
        ("2026-03-04T09:00:00+25:00", "does not exist"),
        ("0000-03-04T09:00:00Z", "does not exist"),
        ("0001-01-01T00:00:00+14:00", "years"),
        ("9999-12-31T23:59:59-12:00", "years"),
    ],
)
def test_a_start_that_cannot_be_read_is_an_error(start: object, says: str) -> None:
    assert says in answer(start=start)["error"]


@pytest.mark.parametrize("minutes", [-1, 1.5, 60.0, "60", None, True, [60]])
def test_open_minutes_that_are_no_whole_number_are_an_error(minutes: object) -> None:
    assert answer(open_minutes=minutes) == {"id": 1, "error": "The open_minutes must be a whole number from 0."}


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        (None, "object"),
        ({}, "zone"),
        (OFFICE | {"zone": "Mars/Olympus"}, "Mars/Olympus"),
        (OFFICE | {"weekly": {"funday": []}}, "funday"),
        ({"zone": "America/New_York"}, "never open"),
        ({"zone": "America/New_York", "special": {"2026-03-05": [["08:00", "09:00"]]}}, "ten years"),
    ],
)
def test_a_calendar_that_cannot_be_used_is_an_error(calendar: object, says: str) -> None:
    assert says in answer(calendar=calendar)["error"]


@pytest.mark.parametrize("missing", ["calendar", "start", "open_minutes"])
def test_a_missing_field_is_an_error_that_names_it(missing: str) -> None:
    (found,), exit_code = answers({name: value for name, value in LINE.items() if name != missing})
    assert missing in found["error"]
    assert exit_code == 2


def test_calendars_are_told_apart_by_what_they_say() -> None:
    changed = OFFICE | {"weekly": {"mon": [["10:00", "12:00"]]}}
    found, _ = answers(LINE, LINE | {"calendar": changed}, LINE)
    assert [line["due"] for line in found] == [
        "2026-03-09T09:30:00-04:00",
        "2026-03-09T12:00:00-04:00",
        "2026-03-09T09:30:00-04:00",
    ]


def test_it_runs_as_a_filter_of_its_own() -> None:
    program = "import sys; from amends.filters.due import run; sys.exit(run(sys.stdin.buffer, sys.stdout.buffer))"
    given = json.dumps(LINE) + "\nnonsense\n\n"
    done = subprocess.run([sys.executable, "-c", program], input=given.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 1, "due": "2026-03-09T09:30:00-04:00"},
        {"id": None, "error": "The line is not JSON."},
    ]
