"""Open hours of an office: what a deadline is counted in.

Hours are kept as wall-clock times and turned into instants day by day, because a day with a clock change has another
length than its clock shows. All reckoning is done in UTC: Python compares and subtracts two times of the same zone by
the clock face alone, which is an hour wrong across a change.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_WAIT_YEARS = 10

_END_OF_DAY = 24 * 60
_MOST_OPEN_MINUTES = LONGEST_WAIT_YEARS * 366 * _END_OF_DAY
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
# Far enough from both ends of the years that Python knows for ten years and a zone's offset to fit.
_FIRST_START = datetime(2, 1, 1, tzinfo=UTC)
_LAST_START = datetime(9988, 1, 1, tzinfo=UTC)


class HoursError(ValueError):
    """Open hours cannot answer this; the text is a sentence for a person."""


class CalendarError(HoursError):
    """This is no calendar; the text is a sentence for a person."""


class Window(NamedTuple):
    """A stretch of open time on the wall clock of one date, in minutes since midnight; 1440 is the end of the date."""

    opens: int
    closes: int


Windows = tuple[Window, ...]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """When an office is open: its zone, a week from Monday to Sunday, and dates whose hours are others.

    Windows may be given in any order; they are kept sorted, with touching ones joined.
    Raises `CalendarError` for an unknown zone, a week without seven days, a date given twice, or impossible windows.
    """

    zone: str
    weekly: tuple[Windows, ...] = ((),) * 7
    special: tuple[tuple[date, Windows], ...] = ()
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    week: timedelta = field(init=False, repr=False, compare=False)
    special_dates: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _special_hours: Mapping[date, Windows] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise CalendarError("A week needs the hours of seven days.")
        weekly = tuple(_in_order(windows, name) for name, windows in zip(WEEKDAYS, self.weekly, strict=True))
        special = tuple(sorted((day, _in_order(windows, day.isoformat())) for day, windows in self.special))
        hours = dict(special)
        if len(hours) != len(special):
            raise CalendarError("A special date is given twice.")
        open_minutes = sum(window.closes - window.opens for windows in weekly for window in windows)
        derived = {
            "weekly": weekly,
            "special": special,
            "tz": _zone(self.zone),
            "week": timedelta(minutes=open_minutes),
            "special_dates": tuple(hours),
            "_special_hours": hours,
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @classmethod
    def parse(cls, given: object) -> Self:
        """The calendar in the JSON form of `amends due`; keys that it does not know are passed over.

        Raises `CalendarError` with what is wrong and where.
        """
        if not isinstance(given, dict):
            raise CalendarError("The calendar must be an object with a zone and its hours.")
        zone = given.get("zone")
        if not isinstance(zone, str):
            raise CalendarError("The calendar needs a zone, such as America/New_York.")
        weekly, special = _object(given, "weekly"), _object(given, "special")
        for name in weekly:
            if name not in WEEKDAYS:
                raise CalendarError(f"{_shown(name)} is no weekday; the days are {', '.join(WEEKDAYS)}.")
        return cls(
            zone=zone,
            weekly=tuple(_windows(weekly.get(name, []), name) for name in WEEKDAYS),
            special=tuple((_date(name), _windows(value, name)) for name, value in special.items()),
        )

    def hours_of(self, day: date) -> Windows:
        """The wall-clock windows of this date, sorted; empty when it is closed."""
        special = self._special_hours.get(day)
        return self.weekly[day.weekday()] if special is None else special


def due(calendar: Calendar, start: datetime, open_minutes: int) -> datetime:
    """The earliest instant, in the office's zone, at which that much real time has passed in open hours since `start`.

    A total reached exactly at closing time is that closing instant. Zero minutes is `start` itself when the office
    is open, else the next opening. Raises `HoursError` for a start without offset, negative minutes, a calendar that
    is never open, or a total that is not reached within ten years.
    """
    if open_minutes < 0:
        raise HoursError("The open minutes cannot be negative.")
    reached = _utc(start)
    if not calendar.week and not any(windows for _, windows in calendar.special):
        raise HoursError("The calendar is never open.")
    too_late = HoursError("The office is not open for that long within ten years.")
    if open_minutes > _MOST_OPEN_MINUTES:
        raise too_late
    latest = _ten_years_after(reached)
    remaining = timedelta(minutes=open_minutes)
    # The day before, too: where the clock goes back over midnight, its hours run on into this date.
    day = _local_date(calendar, reached) - _ONE_DAY
    last_day = _local_date(calendar, latest)
    skip_from = day + 3 * _ONE_DAY
    while day <= last_day:
        if day >= skip_from and (not calendar.week or remaining > calendar.week):
            day, remaining = _skip(calendar, day, remaining, last_day)
        for opens, closes in _stretches(calendar.tz, calendar.hours_of(day), day):
            begins = max(reached, opens)
            if begins < closes:
                if remaining <= closes - begins:
                    if begins + remaining > latest:
                        raise too_late
                    return (begins + remaining).astimezone(calendar.tz)
                remaining -= closes - begins
                reached = closes
        day += _ONE_DAY
    raise too_late


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the office is open at this instant; an opening instant is open, a closing one is closed."""
    moment = _utc(at)
    today = _local_date(calendar, moment)
    return any(
        opens <= moment < closes
        for day in (today - _ONE_DAY, today, today + _ONE_DAY)
        for opens, closes in _stretches(calendar.tz, calendar.hours_of(day), day)
    )


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The first open instant from `at` on, in the office's zone: `at` itself when it is open. Raises as `due`."""
    return due(calendar, at, 0)


def windows_on(calendar: Calendar, day: date) -> tuple[Stretch, ...]:
    """When this date is really open, as (opens, closes) in the office's zone, sorted, after both clock changes.

    An opening that the clock skips is at the jump; one that it shows twice is at the first, a closing at the last.
    """
    stretches = _stretches(calendar.tz, calendar.hours_of(day), day)
    return tuple((opens.astimezone(calendar.tz), closes.astimezone(calendar.tz)) for opens, closes in stretches)


def closing_on(calendar: Calendar, day: date) -> datetime | None:
    """The last closing instant of this date in the office's zone; None when the date is closed."""
    windows = windows_on(calendar, day)
    return windows[-1][1] if windows else None


def open_seconds_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Real seconds of open time from `start` to `end`, exact to microseconds; 0 when `end` is not after `start`."""
    reached, until = _utc(start), _utc(end)
    total = timedelta()
    day, last_day = _local_date(calendar, reached) - _ONE_DAY, _local_date(calendar, until) + _ONE_DAY
    while day <= last_day:
        for opens, closes in _stretches(calendar.tz, calendar.hours_of(day), day):
            begins, ends = max(reached, opens), min(until, closes)
            if begins < ends:
                total += ends - begins
                reached = ends
        day += _ONE_DAY
    return total.total_seconds()


def open_before(calendar: Calendar, end: datetime, open_minutes: int, *, since: datetime) -> datetime | None:
    """The latest instant (UTC) with so many open minutes left until `end`; None where it does not lie after `since`."""
    reached, begun, left = _utc(end), _utc(since), timedelta(minutes=open_minutes)
    day, first_day = _local_date(calendar, reached) + _ONE_DAY, _local_date(calendar, begun) - _ONE_DAY
    while day >= first_day:
        for opens, closes in reversed(_stretches(calendar.tz, calendar.hours_of(day), day)):
            ends = min(closes, reached)
            if opens < ends:
                if left <= ends - opens:
                    return ends - left if ends - left > begun else None
                left -= ends - opens
                reached = opens
        day -= _ONE_DAY
    return None


def _skip(calendar: Calendar, day: date, remaining: timedelta, last_day: date) -> tuple[date, timedelta]:
    """Pass over what needs no reckoning by the day: whole ordinary weeks, or all days up to the next special one."""
    index = bisect_left(calendar.special_dates, day)
    next_special = min((*calendar.special_dates[index : index + 1], last_day + _ONE_DAY))
    if not calendar.week:
        return next_special, remaining
    ordinary_until = min(next_special, _next_clock_change(calendar.tz, day, last_day))
    # An instant is left over, so that a total that ends with a week ends at that week's last closing.
    weeks = min((ordinary_until - day).days // 7, (remaining - _INSTANT) // calendar.week)
    return (day + 7 * weeks * _ONE_DAY, remaining - weeks * calendar.week) if weeks > 0 else (day, remaining)


def _next_clock_change(zone: ZoneInfo, day: date, last_day: date) -> date:
    """The first date from `day` on whose hours a clock change may touch; the day after `last_day` if there is none."""
    margin = 2 * _ONE_DAY  # a change is known by its UTC date, and offsets reach fifteen hours
    for year in range((day - margin).year, last_day.year + 1):
        for change in _clock_changes(zone, year):
            if change >= day - margin:
                return change - margin
    return last_day + _ONE_DAY


@lru_cache(maxsize=4096)
def _clock_changes(zone: ZoneInfo, year: int) -> tuple[date, ...]:
    """The UTC dates of this year in which the zone's offset changes. No zone has ever changed twice in three days."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    midnights = [first + day * _ONE_DAY for day in range(367)]
    offsets = [midnight.astimezone(zone).utcoffset() for midnight in midnights]
    changed = [before != after for before, after in pairwise(offsets)]
    return tuple(midnight.date() for midnight, differs in zip(midnights, changed, strict=False) if differs)


@lru_cache(maxsize=65536)
def _stretches(zone: ZoneInfo, windows: Windows, day: date) -> tuple[Stretch, ...]:
    """The windows of a date as instants in UTC, sorted; those that a clock change empties or joins are so."""
    stretches: list[Stretch] = []
    for window in windows:
        opens = _instant(zone, day, window.opens, closing=False)
        closes = _instant(zone, day, window.closes, closing=True)
        if stretches and opens <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], closes)
        elif opens < closes:
            stretches.append((opens, closes))
    return tuple(stretches)


def _instant(zone: ZoneInfo, day: date, minute: int, *, closing: bool) -> datetime:
    """The instant in UTC at which this zone's clock shows that minute of that date, by the rules of `windows_on`."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    first, last = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first == last:
        return first
    if last < first:
        return _jump(zone, last, first)
    # 24:00 ends its own date. Where the next date's first hour comes twice, the second midnight is not that end.
    if closing and (minute < _END_OF_DAY or (last - _INSTANT).astimezone(zone).date() == day):
        return last
    return first


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant of the one change of offset that lies after `before` and not after `after`."""
    old = before.astimezone(zone).utcoffset()
    seconds = range(1, int((after - before).total_seconds()) + 1)
    steps = bisect_left(
        seconds, True, key=lambda s: (before + timedelta(seconds=s)).astimezone(zone).utcoffset() != old
    )
    return before + timedelta(seconds=seconds[steps])


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise HoursError("The start needs an offset from UTC, such as -05:00 or Z.")
    if not _FIRST_START <= moment <= _LAST_START:
        raise HoursError("The start lies outside the years that can be reckoned.")
    return moment.astimezone(UTC)


def _local_date(calendar: Calendar, moment: datetime) -> date:
    return moment.astimezone(calendar.tz).date()


def _ten_years_after(moment: datetime) -> datetime:
    if (moment.month, moment.day) == (2, 29):  # no leap year comes ten years after another
        moment += _ONE_DAY
    return moment.replace(year=moment.year + LONGEST_WAIT_YEARS)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of zones and other files give OSError
        raise CalendarError(f"{_shown(name)} is no time zone that this machine knows.") from error


def _in_order(windows: Iterable[Window], where: str) -> Windows:
    """These windows sorted, touching ones joined. Raises `CalendarError` for empty, backward or overlapping ones."""
    joined: list[Window] = []
    for window in sorted(windows):
        opens, closes = window
        if not 0 <= opens < closes <= _END_OF_DAY:
            raise CalendarError(f"On {where} a window does not close after it opens.")
        if joined and opens < joined[-1].closes:
            raise CalendarError(f"On {where} two windows overlap.")
        if joined and opens == joined[-1].closes:
            joined[-1] = Window(joined[-1].opens, closes)
        else:
            joined.append(Window(opens, closes))
    return tuple(joined)


def _object(given: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise CalendarError(f"The calendar's {name} must be an object.")
    return value


def _windows(given: object, where: str) -> Windows:
    if not isinstance(given, list):
        raise CalendarError(f"The hours of {where} must be a list of windows.")
    return tuple(_window(pair, where) for pair in given)


def _window(pair: object, where: str) -> Window:
    if not isinstance(pair, list) or len(pair) != 2:
        raise CalendarError(f"On {where} each window must be a list of two times.")
    return Window(_minute(pair[0], where), _minute(pair[1], where))


def _minute(given: object, where: str) -> int:
    found = _TIME.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise CalendarError(f"On {where}, {_shown(given)} is no time; times are HH:MM from 00:00 to 24:00.")
    hour, minute = found.groups()
    return _END_OF_DAY if hour is None else int(hour) * 60 + int(minute)


def _date(given: str) -> date:
    try:
        if _DATE.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise CalendarError(f"{_shown(given)} is no date; special dates are YYYY-MM-DD.")


def _shown(given: object) -> str:
    return f"“{given:.40}”" if isinstance(given, str) else f"{given!r:.40}"
