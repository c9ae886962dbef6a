"""The next days of an office as its deadlines count them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from amends.practice.hours.kept import name_of
from amends.protocol.hours import Calendar, windows_on

DAYS_AHEAD = 14
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayAhead:
    """One date: when it is really open (local times), for how long, and what is out of the ordinary."""

    day: date
    windows: tuple[tuple[datetime, datetime], ...]
    minutes: int
    name: str
    clock_change: str


def days_ahead(stored: Mapping[str, Any], now: datetime, days: int = DAYS_AHEAD) -> list[DayAhead]:
    """Today at the office and the days after it. Raises `protocol.hours.CalendarError` for what is no calendar."""
    calendar = Calendar.parse(stored)
    today = now.astimezone(calendar.tz).date()
    return [_day(calendar, stored, today + n * _A_DAY) for n in range(days)]


def _day(calendar: Calendar, stored: Mapping[str, Any], day: date) -> DayAhead:
    windows = windows_on(calendar, day)
    # In UTC: Python subtracts two times of one zone by the clock's face.
    open_for = sum((closes.astimezone(UTC) - opens.astimezone(UTC) for opens, closes in windows), timedelta())
    return DayAhead(
        day=day,
        windows=windows,
        minutes=int(open_for.total_seconds() // 60),
        name=name_of(stored, day) or ("Special day" if day in calendar.special_dates else ""),
        clock_change=_clock_change(calendar, day),
    )


def _clock_change(calendar: Calendar, day: date) -> str:
    """ "The clock goes forward one hour." on a date that is shorter or longer than others; else ""."""
    begins, ends = (datetime.combine(one, time.min, calendar.tz) for one in (day, day + _A_DAY))
    longer = ends.astimezone(UTC) - begins.astimezone(UTC) - _A_DAY
    if not longer:
        return ""
    minutes = abs(int(longer.total_seconds() // 60))
    by = "one hour" if minutes == 60 else f"{minutes} minutes"
    return f"The clock goes {'back' if longer > timedelta() else 'forward'} {by}."
