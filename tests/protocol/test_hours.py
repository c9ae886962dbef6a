"""Open hours by example: one test for each promise of the section on `amends due`."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from amends.protocol.hours import (
    Calendar,
    HoursError,
    closing_on,
    due,
    is_open,
    next_opening,
    open_seconds_between,
    windows_on,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE_WEEK = {name: [["08:00", "12:00"], ["13:00", "17:00"]] for name in WEEKDAYS[:5]}
EVERY_HOUR = {name: [["00:00", "24:00"]] for name in WEEKDAYS}


def calendar(zone: str = "America/New_York", weekly: Any = OFFICE_WEEK, **special: Any) -> Calendar:
    dates = {name.strip("_").replace("_", "-"): windows for name, windows in special.items()}
    return Calendar.parse({"zone": zone, "weekly": weekly, "special": dates})


def due_text(office: Calendar, start: str, open_minutes: int) -> str:
    return due(office, datetime.fromisoformat(start), open_minutes).isoformat()


def hours_text(office: Calendar, day: str) -> list[tuple[str, str]]:
    return [(opens.isoformat(), closes.isoformat()) for opens, closes in windows_on(office, date.fromisoformat(day))]


# Counting


@pytest.mark.parametrize(
    ("start", "open_minutes", "expected"),
    [
        ("2026-03-06T16:30:00-05:00", 120, "2026-03-09T09:30:00-04:00"),
        ("2026-03-04T11:30:00-05:00", 60, "2026-03-04T13:30:00-05:00"),
        ("2026-03-04T07:00:00-05:00", 60, "2026-03-04T09:00:00-05:00"),
        ("2026-03-04T16:00:00-05:00", 60, "2026-03-04T17:00:00-05:00"),
        ("2026-03-04T16:00:00-05:00", 61, "2026-03-05T08:01:00-05:00"),
        ("2026-03-04T21:00:00Z", 60, "2026-03-04T17:00:00-05:00"),
        ("2026-03-05T02:45:00+05:45", 60, "2026-03-04T17:00:00-05:00"),
        ("2026-03-04T09:15:30.250001-05:00", 60, "2026-03-04T10:15:30.250001-05:00"),
        ("2026-03-04T16:59:59.999999-05:00", 1, "2026-03-05T08:00:59.999999-05:00"),
    ],
    ids=["clock change", "lunch", "before opening", "to closing", "past closing", "Z", "offset", "fraction", "carry"],
)
def test_due_counts_only_open_time(start: str, open_minutes: int, expected: str) -> None:
    assert due_text(calendar(), start, open_minutes) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-04T08:00:00-05:00", "2026-03-04T08:00:00-05:00"),
        ("2026-03-04T09:12:34.5-05:00", "2026-03-04T09:12:34.500000-05:00"),
        ("2026-03-04T12:00:00-05:00", "2026-03-04T13:00:00-05:00"),
        ("2026-03-04T17:00:00-05:00", "2026-03-05T08:00:00-05:00"),
        ("2026-03-06T17:00:00-05:00", "2026-03-09T08:00:00-04:00"),
    ],
    ids=["opening", "open", "closing for lunch", "closing", "weekend"],
)
def test_zero_minutes_is_the_start_when_open_else_the_next_opening(start: str, expected: str) -> None:
    assert due_text(calendar(), start, 0) == expected
    assert next_opening(calendar(), datetime.fromisoformat(start)).isoformat() == expected


def test_special_dates_replace_the_hours_of_that_date() -> None:
    office = calendar(_2026_12_24=[["08:00", "12:00"]], _2026_12_25=[], _2026_12_26=[["10:00", "11:00"]])
    assert due_text(office, "2026-12-24T11:00:00-05:00", 90) == "2026-12-26T10:30:00-05:00"
    assert due_text(office, "2026-12-24T11:00:00-05:00", 121) == "2026-12-28T08:01:00-05:00"


def test_a_calendar_may_be_open_on_special_dates_only() -> None:
    office = Calendar.parse({"zone": "America/New_York", "special": {"2031-05-01": [["09:00", "10:00"]]}})
    assert due_text(office, "2026-03-04T09:00:00-05:00", 60) == "2031-05-01T10:00:00-04:00"
    with pytest.raises(HoursError, match="ten years"):
        due(office, datetime(2026, 3, 4, tzinfo=UTC), 61)


def test_a_special_date_on_the_last_day_that_there_is_is_only_too_late() -> None:
    office = calendar(weekly={}, _9999_12_31=[["08:00", "24:00"]])
    with pytest.raises(HoursError, match="ten years"):
        due(office, datetime(2026, 3, 4, tzinfo=UTC), 0)


def test_midnight_between_two_open_days_is_no_closing() -> None:
    office = calendar(weekly={"mon": [["20:00", "24:00"]], "tue": [["00:00", "04:00"]]})
    assert due_text(office, "2026-03-03T00:00:00-05:00", 0) == "2026-03-03T00:00:00-05:00"
    assert due_text(office, "2026-03-02T22:00:00-05:00", 180) == "2026-03-03T01:00:00-05:00"


def test_twenty_four_hundred_is_the_end_of_its_date() -> None:
    office = calendar(weekly={"fri": [["18:00", "24:00"]]})
    assert due_text(office, "2026-01-02T23:00:00-05:00", 60) == "2026-01-03T00:00:00-05:00"
    assert hours_text(office, "2026-01-02") == [("2026-01-02T18:00:00-05:00", "2026-01-03T00:00:00-05:00")]


# Clock changes


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-07T12:00:00-05:00", "2026-03-08T13:00:00-04:00"),
        ("2026-10-31T12:00:00-04:00", "2026-11-01T11:00:00-05:00"),
    ],
)
def test_a_day_with_a_clock_change_has_its_real_length(start: str, expected: str) -> None:
    assert due_text(calendar(weekly=EVERY_HOUR), start, 24 * 60) == expected


@pytest.mark.parametrize(
    ("zone", "day", "hours", "expected"),
    [
        ("America/New_York", "2026-03-08", ["02:30", "05:00"], "03:00-04:00 to 05:00-04:00"),
        ("America/New_York", "2026-03-08", ["01:00", "02:30"], "01:00-05:00 to 03:00-04:00"),
        ("America/New_York", "2026-03-08", ["02:10", "02:50"], "closed"),
        ("America/New_York", "2026-03-08", ["02:00", "03:00"], "closed"),
        ("America/New_York", "2026-11-01", ["01:30", "05:00"], "01:30-04:00 to 05:00-05:00"),
        ("America/New_York", "2026-11-01", ["00:30", "01:30"], "00:30-04:00 to 01:30-05:00"),
        ("America/New_York", "2026-11-01", ["00:30", "01:00"], "00:30-04:00 to 01:00-05:00"),
        ("Australia/Lord_Howe", "2026-10-04", ["02:10", "04:00"], "02:30+11:00 to 04:00+11:00"),
        ("America/Santiago", "2026-09-06", ["00:15", "02:00"], "01:00-03:00 to 02:00-03:00"),
        ("America/Santiago", "2026-04-04", ["22:00", "23:30"], "22:00-03:00 to 23:30-04:00"),
        ("America/St_Johns", "2010-11-06", ["22:00", "23:01"], "22:00-02:30 to 23:01-03:30"),
        ("Pacific/Apia", "2011-12-30", ["08:00", "17:00"], "closed"),
        ("Pacific/Apia", "2011-12-30", ["00:00", "24:00"], "closed"),
        ("Pacific/Apia", "2011-12-29", ["08:00", "24:00"], "08:00-10:00 to 00:00+14:00"),
    ],
)
def test_windows_at_a_clock_change(zone: str, day: str, hours: list[str], expected: str) -> None:
    office = Calendar.parse({"zone": zone, "special": {day: [hours]}})
    times = [
        edge.isoformat(timespec="minutes")[11:]
        for window in windows_on(office, date.fromisoformat(day))
        for edge in window
    ]
    assert (" to ".join(times) or "closed") == expected


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("America/Havana", "2026-10-31", "2026-11-01T00:00:00-04:00"),
        ("America/St_Johns", "2010-11-06", "2010-11-07T00:00:00-03:30"),
        ("America/Santiago", "2026-04-04", "2026-04-05T00:00:00-04:00"),
        ("America/Santiago", "2026-09-05", "2026-09-06T01:00:00-03:00"),
    ],
    ids=["next date's first hour twice", "midnight twice", "last hour twice", "no midnight"],
)
def test_the_end_of_a_date_is_its_last_instant(zone: str, day: str, end: str) -> None:
    office = Calendar.parse({"zone": zone, "special": {day: [["12:00", "24:00"]]}})
    assert hours_text(office, day)[0][1] == end


def test_hours_that_a_clock_change_lays_over_each_other_count_once() -> None:
    office = calendar(_2026_11_01=[["00:30", "01:15"], ["01:45", "03:00"]])
    assert hours_text(office, "2026-11-01") == [("2026-11-01T00:30:00-04:00", "2026-11-01T03:00:00-05:00")]
    late = Calendar.parse(
        {
            "zone": "America/St_Johns",
            "special": {"2010-11-06": [["23:00", "24:00"]], "2010-11-07": [["00:00", "01:00"]]},
        }
    )
    # 23:00 to the first 00:01, 23:01 to 24:00 once more, and on to 01:00.
    assert due_text(late, "2010-11-06T22:00:00-02:30", 61 + 59 + 60) == "2010-11-07T01:00:00-03:30"


def test_hours_run_on_past_a_midnight_that_comes_twice() -> None:
    office = Calendar.parse({"zone": "America/St_Johns", "special": {"2010-11-06": [["22:00", "23:30"]]}})
    between = datetime.fromisoformat("2010-11-07T00:00:30-02:30")
    assert is_open(office, between)
    # In UTC: Python finds a time that its zone shows twice equal to none of another zone.
    assert due(office, between, 0).astimezone(UTC) == between
    assert open_seconds_between(office, between, between + timedelta(days=1)) == 29 * 60 + 30


def test_the_next_date_opens_at_the_first_midnight_of_two() -> None:
    office = Calendar.parse({"zone": "America/St_Johns", "special": {"2010-11-07": [["00:00", "01:00"]]}})
    start = datetime.fromisoformat("2010-11-06T23:10:00-03:30")
    assert is_open(office, start)
    assert open_seconds_between(office, start, start + timedelta(minutes=20)) == 20 * 60


def test_windows_that_meet_at_a_jump_are_one() -> None:
    office = calendar(_2026_03_08=[["01:00", "02:15"], ["02:20", "02:30"], ["02:45", "04:00"]])
    assert hours_text(office, "2026-03-08") == [("2026-03-08T01:00:00-05:00", "2026-03-08T04:00:00-04:00")]


# Long totals


@pytest.mark.parametrize("start", ["2026-05-01T17:00:00-04:00", "2026-05-04T08:00:00-04:00"])
def test_a_total_that_ends_with_a_week_ends_at_its_last_closing(start: str) -> None:
    assert due_text(calendar(), start, 8 * 40 * 60) == "2026-06-26T17:00:00-04:00"


@pytest.mark.parametrize("zone", ["America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("minutes", [300_000, 500_001, 730_002, 4_700_003])
def test_where_it_is_always_open_any_total_is_real_time(zone: str, minutes: int) -> None:
    start = datetime(2026, 1, 7, 15, 30, tzinfo=UTC)
    assert due(calendar(zone, EVERY_HOUR), start, minutes).astimezone(UTC) == start + timedelta(minutes=minutes)


def test_a_total_beyond_ten_years_is_refused() -> None:
    office, start = calendar("Etc/UTC", EVERY_HOUR), datetime(2026, 3, 4, tzinfo=UTC)
    ten_years = datetime(2036, 3, 4, tzinfo=UTC)
    minutes = int((ten_years - start).total_seconds()) // 60
    assert due(office, start, minutes) == ten_years
    for too_many in (minutes + 1, 10**30):
        with pytest.raises(HoursError, match="ten years"):
            due(office, start, too_many)


def test_ten_years_after_the_twenty_ninth_of_february_is_the_first_of_march() -> None:
    start = datetime(2024, 2, 29, tzinfo=UTC)
    minutes = int((datetime(2034, 3, 1, tzinfo=UTC) - start).total_seconds()) // 60
    assert due(calendar("Etc/UTC", EVERY_HOUR), start, minutes) == datetime(2034, 3, 1, tzinfo=UTC)


# Refusals


@pytest.mark.parametrize("weekly", [{}, {"mon": []}])
def test_a_calendar_that_is_never_open_is_refused(weekly: Any) -> None:
    with pytest.raises(HoursError, match="never open"):
        due(calendar(weekly=weekly, _2026_03_05=[]), datetime(2026, 3, 4, tzinfo=UTC), 0)


def test_hours_that_only_a_skipped_hour_holds_are_never_reached() -> None:
    office = calendar(weekly={}, _2026_03_08=[["02:00", "03:00"]])
    with pytest.raises(HoursError, match="ten years"):
        due(office, datetime(2026, 3, 4, tzinfo=UTC), 0)


def test_a_start_needs_an_offset_and_a_year_that_can_be_reckoned() -> None:
    with pytest.raises(HoursError, match="offset"):
        due(calendar(), datetime(2026, 3, 4, 9, 0), 1)  # noqa: DTZ001 - the refusal of just this
    for year in (1, 9999):
        with pytest.raises(HoursError, match="years"):
            due(calendar(), datetime(year, 1, 1, tzinfo=UTC), 1)


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(HoursError, match="negative"):
        due(calendar(), datetime(2026, 3, 4, tzinfo=UTC), -1)


# The other questions


def test_an_opening_instant_is_open_and_a_closing_one_closed() -> None:
    opens, closes = windows_on(calendar(), date(2026, 3, 4))[0]
    instant = timedelta(microseconds=1)
    assert [is_open(calendar(), at) for at in (opens - instant, opens, closes - instant, closes)] == [
        False,
        True,
        True,
        False,
    ]


def test_closing_on_is_the_last_closing_of_a_date() -> None:
    closing = closing_on(calendar(), date(2026, 3, 4))
    assert closing is not None
    assert closing.isoformat() == "2026-03-04T17:00:00-05:00"
    assert closing_on(calendar(), date(2026, 3, 7)) is None


def test_open_seconds_leave_out_what_is_closed() -> None:
    start = datetime.fromisoformat("2026-03-06T16:30:00.25-05:00")
    end = datetime.fromisoformat("2026-03-09T09:30:00-04:00")
    assert open_seconds_between(calendar(), start, end) == 2 * 3600 - 0.25
    assert open_seconds_between(calendar(), end, start) == 0
