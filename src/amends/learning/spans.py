"""The periods of a chart: weeks, months or quarters of whole days, up to the one that today lies in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from amends.practice.parts_of_weeks import monday_of


class Grain(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Window(StrEnum):
    """How far back a page looks."""

    SEASON = "13w"
    HALF_YEAR = "26w"
    TWO_YEARS = "24m"
    FIVE_YEARS = "5y"


WINDOWS: Mapping[Window, str] = MappingProxyType(
    {
        Window.SEASON: "Last 13 weeks",
        Window.HALF_YEAR: "Last 26 weeks",
        Window.TWO_YEARS: "Last 24 months",
        Window.FIVE_YEARS: "Last 5 years",
    }
)
# The grains of a window, the finest first, and how many whole periods of each it shows.
_GRAINS: Mapping[Window, Mapping[Grain, int]] = MappingProxyType(
    {
        Window.SEASON: {Grain.WEEK: 13, Grain.MONTH: 3},
        Window.HALF_YEAR: {Grain.WEEK: 26, Grain.MONTH: 6},
        Window.TWO_YEARS: {Grain.MONTH: 24, Grain.QUARTER: 8},
        Window.FIVE_YEARS: {Grain.MONTH: 60, Grain.QUARTER: 20},
    }
)
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3}


@dataclass(frozen=True)
class Span:
    """The days from `first` up to, not including, `end`."""

    grain: Grain
    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def name(self) -> str:
        """ "Mar 2, 2026" for the week of that Monday, "Mar 2026", "Q1 2026"."""
        if self.grain is Grain.QUARTER:
            return f"Q{(self.first.month + 2) // 3} {self.first.year}"
        day = f" {self.first.day}," if self.grain is Grain.WEEK else ""
        return f"{self.first:%b}{day} {self.first.year}"


def spans_of(window: Window, today: date, *, since: date = date.min) -> dict[Grain, list[Span]]:
    """The spans of each grain, the oldest first; the last one is that of today and has not ended.

    Those that ended by `since` are left out, but for the one of today.
    """
    found = {}
    for grain, count in _GRAINS[window].items():
        back = [_back(grain, today, periods) for periods in range(count, -1, -1)]
        found[grain] = [span for span in back if span.end > min(since, today)]
    return found


def _back(grain: Grain, today: date, periods: int) -> Span:
    if grain is Grain.WEEK:
        first = monday_of(today) - timedelta(weeks=periods)
        return Span(grain, first, first + timedelta(weeks=1))
    size = _MONTHS[grain]
    month = today.year * 12 + (today.month - 1) // size * size - periods * size
    return Span(grain, _month(month), _month(month + size))


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
