"""Open hours of the twelve offices: lunch, a Saturday morning here and there, and the holidays of these years."""

from collections.abc import Iterator
from datetime import date, timedelta

Windows = list[list[str]]

_DAY: Windows = [["08:00", "12:00"], ["13:00", "17:00"]]
_LONG: Windows = [["07:00", "12:00"], ["12:45", "19:00"]]
_MORNING: Windows = [["08:00", "13:00"]]
_SATURDAY: Windows = [["09:00", "13:00"]]
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_OPEN_SATURDAYS = frozenset({2, 5, 8, 9})  # ClinicNum
_EARLY_FRIDAYS = frozenset({3, 7, 12})
_LONG_TUESDAYS = frozenset({1, 6, 10, 11})


def calendar_of(clinic: int, zone: str, today: date) -> dict[str, object]:
    """The calendar of an office in the form of `amends due`; special days from last year to the year after next."""
    weekly: dict[str, Windows] = dict.fromkeys(_WORKDAYS, _DAY)
    if clinic in _LONG_TUESDAYS:
        weekly["tue"] = _LONG
    if clinic in _EARLY_FRIDAYS:
        weekly["fri"] = _MORNING
    if clinic in _OPEN_SATURDAYS:
        weekly["sat"] = _SATURDAY
    special: dict[str, Windows] = {}
    names: dict[str, str] = {}
    for year in range(today.year - 1, today.year + 3):
        for day, name, windows in (*_closed(year), *_mornings_only(year)):
            if not windows or day.weekday() < len(_WORKDAYS):
                special[day.isoformat()], names[day.isoformat()] = windows, name
    return {"zone": zone, "weekly": weekly, "special": special, "names": names}


def _closed(year: int) -> Iterator[tuple[date, str, Windows]]:
    yield date(year, 1, 1), "New Year's Day", []
    yield _last_monday_of_may(year), "Memorial Day", []
    yield date(year, 7, 4), "Independence Day", []
    yield _nth(year, 9, 0, 1), "Labor Day", []
    yield _nth(year, 11, 3, 4), "Thanksgiving Day", []
    yield date(year, 12, 25), "Christmas Day", []


def _mornings_only(year: int) -> Iterator[tuple[date, str, Windows]]:
    yield _nth(year, 11, 3, 4) + timedelta(days=1), "Day after Thanksgiving", _MORNING
    yield date(year, 12, 24), "Christmas Eve", _MORNING
    yield date(year, 12, 31), "New Year's Eve", _MORNING


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    """The first, second… such weekday (Monday is 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
