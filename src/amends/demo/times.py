"""Moments of the history, found backwards from now and forwards from a start, all in an office's open hours."""

from datetime import UTC, date, datetime, timedelta

from amends.protocol.hours import Calendar, closing_on, due, open_before, windows_on

_LONGEST_BACK = 60  # days
_DAY = timedelta(days=1)


def open_ago(calendar: Calendar, now: datetime, minutes: int) -> datetime:
    """The latest instant (UTC) since which the office was open for so many minutes until `now`."""
    found = open_before(calendar, now, minutes, since=now - _LONGEST_BACK * _DAY)
    if found is None:
        raise ValueError("The office was not open for that long.")
    return found


def past_days(calendar: Calendar, now: datetime) -> list[date]:
    """Open dates whose last closing has passed, the newest first."""
    today = now.astimezone(calendar.tz).date()
    days = (today - back * _DAY for back in range(_LONGEST_BACK))
    return [day for day in days if (closing := closing_on(calendar, day)) and closing.astimezone(UTC) <= now]


def before_closing(calendar: Calendar, day: date, minutes: int) -> datetime:
    """So many minutes of the clock before that open date's last closing (UTC), but never before its opening."""
    windows = windows_on(calendar, day)
    return max(windows[-1][1].astimezone(UTC) - timedelta(minutes=minutes), windows[0][0].astimezone(UTC))


def open_after(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """When so many open minutes have passed since `start` (UTC)."""
    return due(calendar, start, minutes).astimezone(UTC)


def same_day(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """As `open_after`, but earlier where it would be after the closing of the open date in which `start` lies."""
    then = open_after(calendar, start, minutes)
    opening = due(calendar, start, 0)
    closing = closing_on(calendar, opening.astimezone(calendar.tz).date())
    if closing is None or then < closing.astimezone(UTC) or closing.astimezone(UTC) - start < timedelta(minutes=4):
        return then
    return start + (closing.astimezone(UTC) - start) / 2
