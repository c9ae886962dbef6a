"""Days and hours as reviews tell them ("last Tuesday", "in March", "at 2 pm"), from the day of the post."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from amends.reviews.matching.waits import _NUMBERS

_DAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "lun": 0, "mar": 1, "mie": 2, "jue": 3, "vie": 4, "sab": 5, "dom": 6,
}  # fmt: skip
_WEEKDAY = re.compile(
    r"\b(last |this past |this |past |el |este |el pasado |on )?(monday|tuesday|tues|wednesday|weds?"
    r"|thursday|thurs?|friday|saturday|sunday"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b( pasado)?"
)
_HABIT = re.compile(
    r"\b(?:every|each|open|closed|on)(?: on)? \w+days\b|\b(?:closed|open) (?:on )?\w+day|\bnext\b|\bpr[oó]ximo"
)
_MONTHS = (
    "january|jan|enero", "february|feb|febrero", "march|marzo", "april|apr|abril", "may|mayo", "june|jun|junio",
    "july|jul|julio", "august|aug|agosto", "september|sept|sep|septiembre", "october|oct|octubre",
    "november|nov|noviembre", "december|dec|diciembre",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_MONTH_DAY = re.compile(
    rf"\b({_MONTH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)|\b(?:el )?(\d{{1,2}})(?:st|nd|rd"
    rf"|th)? (?:de |of )?({_MONTH_NAMES})\b"
)
_NUMERIC = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b(?!/)")
_MONTH = re.compile(
    rf"\b(?:in|back in|this past|last|early|late|since|en|desde|a finales de|a principios de) ({_MONTH_NAMES})\b"
    rf"|\b(?:my|our|the) ({_MONTH_NAMES}) (?:visit|appointment|appt|cleaning|exam)"
)
_COUNT = (
    "|".join(sorted((re.escape(word) for word in _NUMBERS), key=len, reverse=True))
    + r"|\d{1,2}|few|several|unos?|unas?|pocos|varios"
)
_AGO = re.compile(
    rf"\b({_COUNT}) (day|week|month)s? (?:ago|back|earlier)|\bhace (?:como )?({_COUNT}) (dia|semana|mes)(?:e?s)?\b"
)
_UNITS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "month": 30, "mes": 30}
_WORDS: tuple[tuple[re.Pattern[str], int, int], ...] = tuple(
    (re.compile(pattern), earliest, latest)
    for pattern, earliest, latest in (
        (r"\bday before yesterday|\bantier\b|\banteayer|\bantes de ayer", 2, 2),
        (r"(?<!before )\byesterday|(?<!de )\bayer\b|\blast night|\banoche", 1, 1),
        (
            r"\btoday\b|\bthis (?:morning|afternoon|evening)|\btonight|\bearlier today|\bhoy\b"
            r"|\besta (?:manana|tarde)|\bjust (?:left|got home|walked out|got back|had)|\bacabo de salir",
            0,
            0,
        ),
        (r"\bthe other day|\bel otro dia", 1, 8),
        (r"\bthis week\b|\besta semana", 0, 6),
        (r"\blast week\b|\bla semana pasada", 1, 14),
        (r"\bthis month\b|\beste mes\b", 0, 30),
        (r"\blast month\b|\bel mes pasado", 1, 62),
        (r"\b(?:recent(?:ly)?|recientemente)\b", 0, 45),
        (r"\blast year\b|\bel ano pasado", 60, 730),
    )
)
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d{2}))? ?(a\.?m\b|p\.?m\b|o'?clock|de la manana|de la tarde)"
    r"|\b(\d{1,2}):(\d{2})\b"
    r"|\b(?:at|a las?|de las|para las) (\d{1,2})(?=\s*(?:$|[.,;!?)]|(?:and|but|on|for|with|y|pero|el"
    r"|con|yesterday|today|last|this)\b))"
    r"|\b(\d{1,2}) (?:appointment|appt)"
)
_MORNING = re.compile(
    r"\b(?:this|in the|that|yesterday|my|early|\w+day) morning|\bpor la manana|\besta manana"
    r"|\bfirst appointment of the day"
)
_AFTERNOON = re.compile(
    r"\b(?:this|in the|that|yesterday|my|late|\w+day) afternoon|\b(?:por|en) la tarde|\besta tarde|\bafter lunch"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from `first` to `last`, both of them in it, and the words that said so."""

    first: date
    last: date
    words: str
    weekday: bool = False  # "last Tuesday" may be the one before, too

    def far(self, day: date) -> int:
        """Days between `day` and the nearest of these; 0 inside."""
        return max((self.first - day).days, (day - self.last).days, 0)

    def a_week_before(self, day: date) -> bool:
        """Is `day` that weekday of the week before?"""
        return self.weekday and self.first <= day + timedelta(days=7) <= self.last


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the day between which the appointment was, and the words that said so."""

    first: int
    last: int
    words: str


def days_named(folded: str, posted: date, *, slack: int = 0) -> Days | None:
    """The most exact days that a text names, none of them after `posted`.

    `slack` days are added before, where the day of the post itself is not certain (a post in UTC).
    """
    found = [days for read in _READERS for days in read(folded, posted) if days.first <= posted]
    if not found:
        return None
    best = min(found, key=lambda days: ((days.last - days.first).days, days.first))
    return replace(best, first=best.first - timedelta(days=slack), last=min(best.last, posted))


def hours_named(folded: str) -> Hours | None:
    """The time of day that a text gives its appointment, or None."""
    for place in _CLOCK.finditer(folded):
        hour, minute = int(place[1] or place[4] or place[6] or place[7]), int(place[2] or place[5] or 0)
        half = (place[3] or "").replace(".", "")
        if hour > 23 or minute > 59 or (hour == 0 and not half):
            continue
        if (half in ("pm", "de la tarde") and hour < 12) or (half not in ("am", "de la manana") and 1 <= hour <= 6):
            hour += 12  # offices are open by day
        clock = hour * 60 + minute
        return Hours(clock - 45, clock + 45, f"{hour:02}:{minute:02}")
    if _MORNING.search(folded):
        return Hours(0, 12 * 60, "in the morning")
    if _AFTERNOON.search(folded):
        return Hours(12 * 60, 24 * 60, "in the afternoon")
    return None


def _by_words(folded: str, posted: date) -> Iterator[Days]:
    for pattern, earliest, latest in _WORDS:
        place = pattern.search(folded)
        if place is not None:
            yield _back(posted, latest, earliest, place.group().strip())


def _by_weekday(folded: str, posted: date) -> Iterator[Days]:
    if _HABIT.search(folded):
        return
    for place in _WEEKDAY.finditer(folded):
        back = (posted.weekday() - _DAYS[place[2][:3]]) % 7
        if not back and ("last" in (place[1] or "") or place[3] or "pasado" in (place[1] or "")):
            back = 7
        yield replace(_back(posted, back, back, place.group().strip()), weekday=True)


def _by_date(folded: str, posted: date) -> Iterator[Days]:
    for place in _MONTH_DAY.finditer(folded):
        yield from _on(posted, _MONTH_OF[place[1] or place[4]], int(place[2] or place[3]), place.group())
    for place in _NUMERIC.finditer(folded):
        yield from _on(posted, int(place[1]), int(place[2]), place.group())


def _by_month(folded: str, posted: date) -> Iterator[Days]:
    for place in _MONTH.finditer(folded):
        month = _MONTH_OF[place[1] or place[2]]
        year = posted.year if month <= posted.month else posted.year - 1
        first = date(year, month, 1)
        after = date(year + month // 12, month % 12 + 1, 1)
        yield Days(first, min(after - timedelta(days=1), posted), place.group())


def _by_ago(folded: str, posted: date) -> Iterator[Days]:
    for place in _AGO.finditer(folded):
        count, unit = place[1] or place[3], _UNITS[place[2] or place[4]]
        if count in ("few", "several", "unos", "unas", "pocos", "varios", "a couple", "couple", "a couple of"):
            yield _back(posted, 6 * unit, 2 * unit - unit // 2, place.group())
            continue
        days = _NUMBERS.get(count, 0) * unit if not count.isdigit() else int(count) * unit
        margin = 0 if unit == 1 and days < 4 else 1 if unit == 1 else unit // 2
        yield _back(posted, days + margin, max(days - margin, 0), place.group())


def _on(posted: date, month: int, day: int, words: str) -> Iterator[Days]:
    for year in (posted.year, posted.year - 1):
        try:
            that = date(year, month, day)
        except ValueError:
            continue
        if that <= posted:
            yield Days(that, that, words)
            return


def _back(posted: date, earliest: int, latest: int, words: str) -> Days:
    start = max(posted.toordinal() - earliest, 1)
    return Days(date.fromordinal(start), date.fromordinal(max(posted.toordinal() - latest, 1)), words)


_READERS: tuple[Callable[[str, date], Iterator[Days]], ...] = (_by_weekday, _by_date, _by_words, _by_ago, _by_month)
