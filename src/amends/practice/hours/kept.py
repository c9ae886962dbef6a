"""The stored calendar of an office, in the form of `amends due`, and how it is changed.

Beside the form's own keys it keeps `names`: why a special date has other hours ("Thanksgiving Day"). What is not known
here stays as it is.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from amends.practice.directory import group_held
from amends.practice.models import Office
from amends.protocol.hours import WEEKDAYS, Calendar, CalendarError, Windows

Stored = dict[str, Any]

LONGEST_NAME = 80
# Monday to Friday from 8 to 5, with an hour for lunch: of an office whose hours nobody has said yet.
USUAL_WEEK: Mapping[str, list[list[str]]] = {key: [["08:00", "12:00"], ["13:00", "17:00"]] for key in WEEKDAYS[:5]}


class ChangedMeanwhile(Exception):
    """Somebody else changed the hours since the page was made."""


def change_hours(office: int, change: Callable[[Stored], Stored], *, seen: str = "") -> None:
    """Changes the calendar of an office, and with it when its open cases are due: both or nothing.

    `seen` is the `stamp` of what the person looked at; raises `ChangedMeanwhile` where it is another by now, and
    `protocol.hours.CalendarError` for a calendar that is none or that is never open.
    """
    with transaction.atomic():
        group_held()
        row = Office.objects.get(pk=office)
        if seen and stamp(row.calendar) != seen:
            raise ChangedMeanwhile
        changed = change(dict(row.calendar))
        if not Calendar.parse(changed).week:
            raise CalendarError("The office would never be open. Write the hours of at least one day of the week.")
        if changed != row.calendar:
            row.calendar = changed
            row.save(update_fields=["calendar"])


def stamp(stored: Mapping[str, Any]) -> str:
    """A short text that is another one for another calendar."""
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()[:16]


def with_week(stored: Stored, zone: str, weekly: Iterable[Windows]) -> Stored:
    """The calendar with another zone and other weekly hours, Monday first."""
    days = {name: _pairs(windows) for name, windows in zip(WEEKDAYS, weekly, strict=True) if windows}
    return {**stored, "zone": zone, "weekly": days}


def with_days(stored: Stored, days: Mapping[date, tuple[Windows, str]]) -> Stored:
    """The calendar with other hours on these dates, each with its name ("" for none)."""
    special, names = dict(stored.get("special", {})), _names(stored)
    for day, (windows, name) in days.items():
        special[day.isoformat()] = _pairs(windows)
        names.pop(day.isoformat(), None)
        if name:
            names[day.isoformat()] = name[:LONGEST_NAME]
    return {**stored, "special": special, "names": names}


def without_day(stored: Stored, day: date) -> Stored:
    """The calendar in which that date has the hours of its weekday again."""
    key = day.isoformat()
    return {
        **stored,
        "special": {one: hours for one, hours in stored.get("special", {}).items() if one != key},
        "names": {one: name for one, name in _names(stored).items() if one != key},
    }


def name_of(stored: Mapping[str, Any], day: date) -> str:
    """Why that date has other hours; "" where nobody said."""
    name = _names(stored).get(day.isoformat(), "")
    return name if isinstance(name, str) else ""


def _names(stored: Mapping[str, Any]) -> dict[str, Any]:
    names = stored.get("names", {})
    return dict(names) if isinstance(names, dict) else {}


def _pairs(windows: Windows) -> list[list[str]]:
    return [[f"{minute // 60:02d}:{minute % 60:02d}" for minute in window] for window in windows]
