"""A week of open hours between the form and the calendar of `amends due`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from amends.protocol.hours import WEEKDAYS, Calendar, Window

DAY_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_USUAL_DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
# Monday to Friday from 8 to 5, with an hour for lunch: only a first guess to change.
USUAL_WEEK: Mapping[str, list[list[str]]] = dict.fromkeys(WEEKDAYS[:5], _USUAL_DAY)

_MIDNIGHT = "00:00"  # as a closing time, the end of the day

Weekly = Mapping[str, list[list[str]]]


@dataclass(frozen=True)
class Day:
    """The hours of one weekday as people say them. Times are "HH:MM"; all are empty on a day that is closed."""

    opens: str = ""
    lunch_from: str = ""
    lunch_to: str = ""
    closes: str = ""

    @property
    def windows(self) -> list[list[str]]:
        """As the calendar has it. Raises `ValueError` with a sentence for hours that cannot be."""
        if not (self.opens or self.closes):
            if self.lunch_from or self.lunch_to:
                raise ValueError("has a lunch, but no opening and no closing time.")
            return []
        if not (self.opens and self.closes):
            raise ValueError("needs both an opening and a closing time; leave both empty when it is closed.")
        if bool(self.lunch_from) != bool(self.lunch_to):
            raise ValueError("needs both ends of the lunch; leave both empty when there is none.")
        closes = "24:00" if self.closes == _MIDNIGHT else self.closes
        times = [self.opens, self.lunch_from, self.lunch_to, closes] if self.lunch_from else [self.opens, closes]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError(f"is not in order: {' to '.join(times)}.")
        return [times[place : place + 2] for place in range(0, len(times), 2)]


def day_of(windows: tuple[Window, ...]) -> Day:
    """A day of a calendar. Of a day with more than one break only the longest is told."""
    if not windows:
        return Day()
    breaks = [(b.opens - a.closes, a.closes, b.opens) for a, b in pairwise(windows)]
    _, lunch_from, lunch_to = max(breaks, default=(0, 0, 0))
    return Day(
        opens=_time(windows[0].opens),
        lunch_from=_time(lunch_from) if breaks else "",
        lunch_to=_time(lunch_to) if breaks else "",
        closes=_time(windows[-1].closes),
    )


def days_of(calendar: Calendar) -> dict[str, Day]:
    """Every weekday of a calendar."""
    return {name: day_of(windows) for name, windows in zip(WEEKDAYS, calendar.weekly, strict=True)}


def is_told_wholly(calendar: Calendar) -> bool:
    """Whether the form can say all of the calendar's week: no day has more than one break."""
    return all(len(windows) <= 2 for windows in calendar.weekly)


def with_week(calendar: Mapping[str, Any], weekly: Weekly) -> dict[str, Any]:
    """The calendar (its JSON) with another week; its zone and special dates stay."""
    return {**calendar, "weekly": {day: windows for day, windows in weekly.items() if windows}}


def in_words(calendar: Calendar) -> str:
    """ "Mon-Fri 8:00 am-12:00 pm and 1:00 pm-5:00 pm"."""
    named = zip(WEEKDAYS, calendar.weekly, strict=True)
    parts = []
    for windows, days in groupby(named, key=lambda pair: pair[1]):
        names = [name.capitalize() for name, _ in days]
        if windows:
            span = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
            parts.append(f"{span} {' and '.join(f'{_said(w.opens)}–{_said(w.closes)}' for w in windows)}")
    return ", ".join(parts) or "never open"


def _time(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _said(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    clock = f"{hour % 12 or 12}:{minute:02d}" if minute else f"{hour % 12 or 12}"
    return f"{clock} {'am' if hour % 24 < 12 else 'pm'}"
