"""The days that a summary is about, and those with which it compares them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_A_DAY, _A_WEEK, _52_WEEKS = timedelta(days=1), timedelta(days=7), timedelta(days=364)
LONGEST = 1_830  # days: five years


@dataclass(frozen=True)
class Period:
    """The dates from `first` to `last`, both among them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_a_week(self) -> bool:
        return self.days == 7

    def before(self) -> "Period":
        """As many days, right before these."""
        return self._moved(timedelta(days=self.days))

    def a_year_ago(self) -> "Period":
        """The same weekdays of a week 52 weeks before; of other days the same dates, February 28 for 29."""
        if self.is_a_week:
            return self._moved(_52_WEEKS)
        return Period(_last_year(self.first), _last_year(self.last))

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first instant to the first one after it, in that zone."""
        begins, ends = (datetime.combine(day, time(), zone) for day in (self.first, self.last + _A_DAY))
        return begins, ends

    def _moved(self, back: timedelta) -> "Period":
        return Period(self.first - back, self.last - back)


def _last_year(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def last_week(today: date) -> Period:
    """Monday to Sunday before the week in which `today` lies."""
    monday = today - timedelta(days=today.weekday()) - _A_WEEK
    return Period(monday, monday + 6 * _A_DAY)
