"""Reading a calendar: what is kept, and what is refused with which words."""

from datetime import date
from typing import Any

import pytest

from amends.protocol.hours import Calendar, CalendarError, Window


def test_windows_come_in_any_order_and_touching_ones_join() -> None:
    parts = [["13:00", "17:00"], ["08:00", "12:00"], ["12:00", "13:00"]]
    office = Calendar.parse({"zone": "Etc/UTC", "weekly": {"wed": parts}})
    assert office == Calendar.parse({"zone": "Etc/UTC", "weekly": {"wed": [["08:00", "17:00"]]}})
    assert office.weekly[2] == (Window(opens=8 * 60, closes=17 * 60),)


def test_a_calendar_made_from_typed_values_is_the_one_that_is_read() -> None:
    hours = (Window(480, 720), Window(780, 1020))
    made = Calendar(
        zone="America/New_York",
        weekly=(hours, hours, hours, hours, hours, (), ()),
        special=((date(2026, 12, 25), ()), (date(2026, 12, 24), hours[:1])),
    )
    both = [["08:00", "12:00"], ["13:00", "17:00"]]
    read = Calendar.parse(
        {
            "zone": "America/New_York",
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), both),
            "special": {"2026-12-24": [["08:00", "12:00"]], "2026-12-25": []},
        }
    )
    assert made == read
    assert hash(made) == hash(read)
    assert made.hours_of(date(2026, 12, 24)) == hours[:1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekly": ((),) * 6},
        {"special": ((date(2026, 1, 1), ()), (date(2026, 1, 1), (Window(0, 60),)))},
        {"weekly": ((Window(600, 600),), *[()] * 6)},
        {"weekly": ((Window(-1, 600),), *[()] * 6)},
        {"weekly": ((Window(600, 1441),), *[()] * 6)},
    ],
    ids=["six days", "date twice", "empty", "before midnight", "after midnight"],
)
def test_a_calendar_that_cannot_be_is_never_made(wrong: Any) -> None:
    with pytest.raises(CalendarError):
        Calendar(zone="America/New_York", **wrong)


def test_unknown_keys_are_passed_over_and_missing_ones_mean_closed() -> None:
    assert Calendar.parse({"zone": "Etc/UTC", "colour": "blue"}) == Calendar(zone="Etc/UTC")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "object"),
        ([], "object"),
        ({}, "zone"),
        ({"zone": 5}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "America"}, "America"),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"zone": "a\0b"}, "zone"),
        ({"zone": "\ud800"}, "zone"),
        ({"zone": "x" * 5000}, "zone"),
        ({"zone": "Etc/UTC", "weekly": []}, "weekly"),
        ({"zone": "Etc/UTC", "weekly": None}, "weekly"),
        ({"zone": "Etc/UTC", "special": 3}, "special"),
        ({"zone": "Etc/UTC", "weekly": {"monday": []}}, "monday"),
        ({"zone": "Etc/UTC", "weekly": {"Mon": []}}, "Mon"),
        ({"zone": "Etc/UTC", "weekly": {"mon": None}}, "mon"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00"]]}}, "two times"),
        ({"zone": "Etc/UTC", "weekly": {"mon": ["08:00-12:00"]}}, "two times"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["8:00", "12:00"]]}}, "8:00"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "24:01"]]}}, "24:01"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "12:60"]]}}, "12:60"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "12:00\n"]]}}, "no time"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "٠٩:٠٠"]]}}, "no time"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [[8, 12]]}}, "8 is no time"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["09:00", "09:00"]]}}, "close"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["17:00", "09:00"]]}}, "close"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["24:00", "24:00"]]}}, "close"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "12:00"], ["11:59", "13:00"]]}}, "overlap"),
        ({"zone": "Etc/UTC", "weekly": {"mon": [["08:00", "12:00"], ["08:00", "12:00"]]}}, "overlap"),
        ({"zone": "Etc/UTC", "special": {"2026-02-30": []}}, "2026-02-30"),
        ({"zone": "Etc/UTC", "special": {"20260228": []}}, "20260228"),
        ({"zone": "Etc/UTC", "special": {"2026-W10-1": []}}, "2026-W10-1"),
        ({"zone": "Etc/UTC", "special": {"2026-02-28": [["09:00", "08:00"]]}}, "2026-02-28"),
    ],
)
def test_what_is_no_calendar_is_refused_with_what_is_wrong(given: object, says: str) -> None:
    with pytest.raises(CalendarError, match=says):
        Calendar.parse(given)
