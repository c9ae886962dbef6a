"""Open hours as people type and read them: "8 am - 12 pm, 1 pm - 5:30 pm"."""

import re
from collections.abc import Iterable
from itertools import groupby, pairwise

from amends.protocol.hours import WEEKDAYS, Window, Windows

CLOSED = "closed"

_HOUR = 60
_NOON, _END_OF_DAY = 12 * _HOUR, 24 * _HOUR
_APART = re.compile(r"\s*(?:,|;|\n|\band\b|&|\+)\s*", re.IGNORECASE)
_DASH = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(a\.?m\.?|p\.?m\.?|a|p)?", re.IGNORECASE)


class TypedWrong(ValueError):
    """This is no list of open hours; the text is a sentence for the person who typed it."""


def read_windows(typed: str) -> Windows:
    """The windows that were typed, sorted, touching ones joined; none for an empty text or "closed".

    A time needs am or pm, or two digits for the hour: "1:00" after lunch means the afternoon to people and the night to
    a clock. Raises `TypedWrong`.
    """
    text = typed.strip().strip(".").strip()
    if not text or text.casefold() == CLOSED:
        return ()
    windows = sorted(_window(part) for part in _APART.split(text) if part)
    for earlier, later in pairwise(windows):
        if later.opens < earlier.closes:
            raise TypedWrong(f"{show_window(earlier)} and {show_window(later)} overlap.")
    return _joined(windows)


def show_windows(windows: Windows) -> str:
    """The windows as `read_windows` reads them again."""
    return ", ".join(show_window(window) for window in windows) or CLOSED


def show_window(window: Window) -> str:
    """ "8 am - 12 pm" """
    return f"{_show(window.opens)} - {'midnight' if window.closes == _END_OF_DAY else _show(window.closes)}"


def show_week(weekly: Iterable[Windows]) -> str:
    """ "Mon-Thu 8 am - 5 pm; Fri 8 am - 12 pm", Monday first, without the closed days."""
    parts = []
    for windows, named in groupby(zip(WEEKDAYS, weekly, strict=True), key=lambda pair: pair[1]):
        names = [name.capitalize() for name, _ in named]
        if windows:
            parts.append(f"{names[0]}{f'–{names[-1]}' if names[1:] else ''} {show_windows(windows)}")
    return "; ".join(parts) or "never open"


def _show(minute: int) -> str:
    hour, past = divmod(minute, _HOUR)
    return f"{hour % 12 or 12}{f':{past:02d}' if past else ''} {'am' if minute < _NOON else 'pm'}"


def _joined(windows: list[Window]) -> Windows:
    joined: list[Window] = []
    for window in windows:
        if joined and joined[-1].closes == window.opens:
            joined[-1] = Window(joined[-1].opens, window.closes)
        else:
            joined.append(window)
    return tuple(joined)


def _window(part: str) -> Window:
    ends = _DASH.split(part.strip())
    if len(ends) != 2:
        raise TypedWrong(f"“{part[:40]}” is no time from and to, such as 8 am - 12 pm.")
    opens, closes = _minute(ends[0]), _minute(ends[1])
    if closes == 0:
        closes = _END_OF_DAY  # "12:00 am" and "midnight" after an opening are the end of that day
    if opens == _END_OF_DAY or opens >= closes:
        raise TypedWrong(f"“{part[:40]}” closes before it opens.")
    return Window(opens, closes)


def _minute(typed: str) -> int:
    text = typed.strip()
    if text.casefold() == "noon":
        return _NOON
    if text.casefold() == "midnight":
        return 0
    found = _TIME.fullmatch(text)
    if found is None:
        raise TypedWrong(f"“{text[:40]}” is no time, such as 8 am or 13:30." if text else "A time is missing.")
    hour, past, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1].casefold()
    if past >= _HOUR or hour > (12 if half else 24) or (half and not hour) or (hour == 24 and past):
        raise TypedWrong(f"“{text}” is no time of the day.")
    if half:
        return (hour % 12) * _HOUR + past + (_NOON if half == "p" else 0)
    if len(found[1]) < 2 or found[2] is None:
        raise TypedWrong(f"“{text}” could be morning or afternoon. Write am or pm, or 24 hours as in 08:00.")
    return hour * _HOUR + past
