"""What is typed behind `/upset`, read without guessing. Pure.

    /upset                                  report an upset patient
    /upset away today                       away for the rest of today
    /upset away until friday cover ruth     away from today through Friday, and Ruth covers
    /upset away monday to 2026-03-06        away from Monday through that day
    /upset back                             back again
    /upset help

Anything else is the beginning of a report, of which only that it was typed is told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_A_DAY = timedelta(days=1)
_LONGEST_AHEAD = timedelta(days=2 * 366)
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {name[:letters]: n for n, name in enumerate(_NAMES) for letters in (3, 4, 5, len(name))}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNTIL = frozenset({"until", "till", "til", "through", "thru", "to"})
_COVER = frozenset({"cover", "cover:", "covered", "covers", "covering"})
_MENTION = re.compile(r"<@([A-Z0-9]+)(\|[^>]*)?>")


@dataclass(frozen=True)
class ReportAsked:
    """A report; `typed` says that there were words behind the command, and not which."""

    typed: bool


@dataclass(frozen=True)
class HelpAsked:
    pass


@dataclass(frozen=True)
class BackSaid:
    pass


@dataclass(frozen=True)
class AwaySaid:
    """Away from one date through another; `cover` is a name as it was typed or a mention, "" for nobody."""

    first: date
    last: date
    cover: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """A sentence for the person. It repeats nothing that was typed."""

    why: str


Wish = ReportAsked | HelpAsked | BackSaid | AwaySaid | NotUnderstood


def wish_of(text: str, today: date) -> Wish:
    """What the words behind `/upset` ask for, on that date of the person. Total: never raises."""
    words = text.replace(",", " ").split()
    match [word.casefold() for word in words]:
        case []:
            return ReportAsked(typed=False)
        case ["help" | "?"]:
            return HelpAsked()
        case ["back"]:
            return BackSaid()
        case ["away", *_]:
            return _away(words[1:], today)
        case _:
            return ReportAsked(typed=True)


def _away(words: Sequence[str], today: date) -> Wish:
    lower = [word.casefold() for word in words]
    at = next((n for n, word in enumerate(lower) if word in _COVER), len(words))
    named = words[at + 1 :]
    if named and lower[at] == "covered" and lower[at + 1] == "by":
        named = named[1:]
    if at < len(words) and not named:
        return NotUnderstood("Name who covers, such as “cover ruth”.")
    dates = lower[:at]
    if dates[:1] == ["from"]:
        dates = dates[1:]
    begins: date | None
    ends: date | None
    match dates:
        case []:
            return NotUnderstood("Say until when, such as “away today” or “away until friday”.")
        case [until, day] if until in _UNTIL:
            begins, ends = today, _day(day, today, today)
        case [day]:
            begins = ends = _day(day, today, today)
        case [first, until, last] if until in _UNTIL:
            begins = _day(first, today, today)
            ends = _day(last, today, begins or today)
        case _:
            begins = ends = None
    if begins is None or ends is None:
        return NotUnderstood("Those days are not clear. Say today, tomorrow, a weekday, or a date such as 2026-03-06.")
    if ends - today > _LONGEST_AHEAD:
        return NotUnderstood("At most two years ahead. Look at the year.")
    if begins < today:
        return NotUnderstood("That day is over.")
    if ends < begins:
        return NotUnderstood("The last day comes before the first.")
    return AwaySaid(begins, ends, " ".join(named))


def _day(word: str, today: date, not_before: date) -> date | None:
    """The date that a word means; a weekday is the first one of that name from `not_before` on."""
    try:
        if word == "today":
            return today
        if word == "tomorrow":
            return today + _A_DAY
        if word in _DAYS:
            return not_before + (_DAYS[word] - not_before.weekday()) % 7 * _A_DAY
        return date.fromisoformat(word) if _ISO.fullmatch(word) else None
    except (ValueError, OverflowError):
        return None


def mentioned(cover: str) -> str:
    """The Slack user whom a mention names; "" where it is a name."""
    found = _MENTION.fullmatch(cover)
    return found[1] if found else ""


def whose_name(typed: str, people: Mapping[str, str]) -> list[str]:
    """The keys of the people (key → full name) whom these words may mean; one only where nobody else can be meant.

    Somebody's whole name means them, also where it begins another's. Otherwise each word must begin a word of the name.
    """
    words = typed.casefold().split()
    whole = [key for key, name in people.items() if name.casefold().split() == words]
    if len(whole) == 1 or not words:
        return whole
    return [
        key
        for key, name in people.items()
        if all(any(part.startswith(word) for part in name.casefold().split()) for word in words)
    ]
