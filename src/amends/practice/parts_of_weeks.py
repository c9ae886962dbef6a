"""Days in parts of which both weeks and months can be put together: a week, cut where a month begins."""

from datetime import date, timedelta
from functools import lru_cache


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def part_of(day: date) -> date:
    """The first day of the part that the day lies in."""
    return max(monday_of(day), day.replace(day=1))


def end_of_part(begins: date) -> date:
    """The day after the last one of the part that begins there."""
    return min(monday_of(begins) + timedelta(days=7), end_of_month(begins))


def end_of_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


@lru_cache(maxsize=1_000)  # pages of five years ask for the same eighty spans again and again
def parts_between(first: date, end: date) -> tuple[date, ...]:
    """The beginnings of all parts with a day in first … end (which is not one of them any more)."""
    found, begins = [], part_of(first)
    while begins < end:
        found.append(begins)
        begins = end_of_part(begins)
    return tuple(found)
