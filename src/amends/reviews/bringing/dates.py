"""Dates as review tools write them. Two readings that are both possible are refused, never chosen between.

ISO; month/day/year with or without a time; "Mar 4, 2026"; "4 Mar 2026"; e-mail dates; seconds or milliseconds.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

from amends.reviews.bringing.names import NAMES
from amends.reviews.bringing.values import NotUsable, folded

_MONTHS: Mapping[str, int] = NAMES["months"]
_ZONES: Mapping[str, int] = NAMES["zones"]
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>[+-]\d{2}:?\d{2}|[a-z]{1,4})?\s*(?:\([^)]*\))?",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?:[^\W\d_]{2,10}\.?,? )?([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_FIRST = re.compile(r"(?:[^\W\d_]{2,10}\.?,? )?(\d{1,2})(?:st|nd|rd|th|\.)?[ -]([^\W\d_]{3,10})\.?,?[ -](\d{4})")
_BEFORE_TIME = re.compile(r"^\s*(?:,|t(?=\d)|at\b|a las\b|à\b)?\s*", re.IGNORECASE)
_UNREADABLE = "Its date cannot be read."
_FIRST_YEAR = 2000
_AHEAD = timedelta(days=1)


class Order(StrEnum):
    """What stands first in a date of numbers."""

    UNKNOWN = ""
    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


def moment_of(
    text: str, zone: tzinfo, now: datetime, order: Order = Order.UNKNOWN, *, slashes_are_us: bool = True
) -> datetime:
    """The moment, aware, in `zone`; a date without a time is the beginning of that day there. Raises `NotUsable`.

    With `order` unknown, 3/4/2026 is March 4 as long as `slashes_are_us`; other numbers need one possible reading.
    """
    words = " ".join(text.split())
    found = _by_number(words) or _by_words(words, zone, order, slashes_are_us)
    if found.year < _FIRST_YEAR or found > now + _AHEAD:
        raise NotUsable("Its date lies in the future." if found > now else "Its date lies before review sites began.")
    return found.astimezone(zone)


def is_day_first(text: str) -> bool:
    """Whether this is a date with slashes that can only have the day in front."""
    found = _NUMBERS.match(text.strip())
    return found is not None and found[2] == "/" and int(found[1]) > 12 >= int(found[3])


def _by_number(words: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    if not (words.isascii() and words.isdigit() and len(words) in (10, 13)):
        return None
    return datetime.fromtimestamp(int(words) / (1000 if len(words) == 13 else 1), UTC)


def _by_words(words: str, zone: tzinfo, order: Order, slashes_are_us: bool) -> datetime:
    (year, month, day), behind = _day(words, order, slashes_are_us)
    rest = _BEFORE_TIME.sub("", behind)
    time = _TIME.fullmatch(rest)
    if rest and time is None:
        raise NotUsable(_UNREADABLE)
    try:
        at = datetime(year, month, day, *_clock(time), tzinfo=_zone(time, zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError, KeyError):
        raise NotUsable(_UNREADABLE) from None


def _day(words: str, order: Order, slashes_are_us: bool) -> tuple[tuple[int, int, int], str]:
    """Year, month and day, and what stands behind them."""
    if found := _ISO.match(words):
        return (int(found[1]), int(found[3]), int(found[4])), words[found.end() :]
    if found := _NUMBERS.match(words):
        year = int(found[4]) if len(found[4]) == 4 else 2000 + int(found[4])
        us = order is Order.UNKNOWN and slashes_are_us and found[2] == "/"
        month, day = _month_and_day(int(found[1]), int(found[3]), Order.MONTH_FIRST if us else order, us=us)
        return (year, month, day), words[found.end() :]
    if found := _MONTH_FIRST.match(words):
        return (int(found[3]), _month(found[1]), int(found[2])), words[found.end() :]
    if found := _DAY_FIRST.match(words):
        return (int(found[3]), _month(found[2]), int(found[1])), words[found.end() :]
    raise NotUsable(_UNREADABLE)


def _month_and_day(first: int, second: int, order: Order, *, us: bool) -> tuple[int, int]:
    if order is Order.DAY_FIRST:
        return second, first
    if order is Order.MONTH_FIRST and not (us and first > 12):
        return first, second
    if first > 12 or first == second:
        return second, first
    if second > 12:
        return first, second
    raise NotUsable('Its date can be read in two ways. Say in a map which comes first: date_order = "mdy" or "dmy".')


def _month(word: str) -> int:
    plain = folded(word)
    for length in (4, 3):
        if plain[:length] in _MONTHS:
            return _MONTHS[plain[:length]]
    return 0


def _clock(found: re.Match[str] | None) -> tuple[int, int, int]:
    if found is None:
        return 0, 0, 0
    hour, half = int(found["hour"]), (found["half"] or "")[:1].casefold()
    if half and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(found["minute"]), int(found["second"] or 0)


def _zone(found: re.Match[str] | None, zone: tzinfo) -> tzinfo:
    name = (found["zone"] or "").casefold() if found else ""
    if not name:
        return zone
    if name[0] in "+-":
        minutes = int(name[1:3]) * 60 + int(name[-2:])
        return timezone(timedelta(minutes=minutes if name[0] == "+" else -minutes))
    return timezone(timedelta(hours=_ZONES[name]))
