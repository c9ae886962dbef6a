"""What Open Dental does to text on its way in and out (open-dental-api.md 2.5, 3.9, 5.5), and .NET date formats."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from amends.simulators.clock import write_offset

LONGEST_TEXT = 65_535  # bytes of a MySQL `text` column
NO_DATE = "0001-01-01"
NO_TIME = "0001-01-01 00:00:00"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WHITESPACE = re.compile(r"\s{100,}")
_BLANK_LINES = re.compile(r"(?:\r\n[ \t]*){51,}")
# U+2600 to U+27FF, and most emoji, which lie beyond the first plane of Unicode.
_PICTURES = re.compile("[\u2600-\u27ff\U00010000-\U0010ffff]")
# Curly quotes, long dashes, ellipsis and hard space: UTF-8 read as a Windows code page (reported, 5.5).
_PUNCTUATION = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0]")


class TextTooLongError(ValueError):
    """More bytes than the column holds, where the office refuses instead of cutting."""


@dataclass(frozen=True)
class TextRules:
    """Which of the unconfirmed behaviours are on."""

    clean: bool = True
    line_ends_become_spaces: bool = True
    cut_long_text: bool = False
    garble_punctuation: bool = False

    def into_database(self, text: str, *, notes_of_procedure: bool = False) -> str:
        """The text as it is stored. Raises TextTooLongError."""
        if self.clean:
            text = _LINE_END.sub("\r\n", text.replace("\0", ""))
            if notes_of_procedure:
                text = _BLANK_LINES.sub("\r\n", text)
            text = _PICTURES.sub("\ufffd", _WHITESPACE.sub(" ", text))
        if self.garble_punctuation:
            text = _PUNCTUATION.sub(lambda found: found[0].encode().decode("cp1252", "replace"), text)
        stored = text.encode("utf-8", "replace")
        if len(stored) <= LONGEST_TEXT:
            return text
        if not self.cut_long_text:
            raise TextTooLongError
        return stored[:LONGEST_TEXT].decode("utf-8", "ignore")

    def out_of_database(self, text: str) -> str:
        """The text as an answer shows it."""
        return text.replace("\r\n", " ") if self.line_ends_become_spaces else text


def is_date(text: str) -> bool:
    """Whether a text is exactly `yyyy-MM-dd` and such a day exists."""
    return bool(_DATE.fullmatch(text)) and _exists(text, "%Y-%m-%d")


def is_time(text: str) -> bool:
    """Whether a text is exactly `yyyy-MM-dd HH:mm:ss` and such a moment exists."""
    return bool(_TIME.fullmatch(text)) and _exists(text, TIME_FORMAT)


def _exists(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007  office time has no zone
    except ValueError:
        return False
    return True


def us_time(moment: str) -> str:
    """`2026-03-02 14:05:00` as `3/2/2026 2:05:00 PM`, as some answers print it."""
    return write_dotnet(datetime.strptime(moment, TIME_FORMAT), "M/d/yyyy h:mm:ss tt", timedelta())  # noqa: DTZ007


_TOKENS = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f+|tt|t|zzz|zz|z")


def write_dotnet(moment: datetime, form: str, offset: timedelta) -> str:
    """A moment in a .NET custom format; `offset` is what `zzz` prints."""
    zone = write_offset(offset)
    hour = moment.hour % 12 or 12
    values = {
        "yyyy": f"{moment.year:04d}",
        "yy": f"{moment.year % 100:02d}",
        "MMMM": moment.strftime("%B"),
        "MMM": moment.strftime("%b"),
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "dddd": moment.strftime("%A"),
        "ddd": moment.strftime("%a"),
        "dd": f"{moment.day:02d}",
        "d": str(moment.day),
        "HH": f"{moment.hour:02d}",
        "H": str(moment.hour),
        "hh": f"{hour:02d}",
        "h": str(hour),
        "mm": f"{moment.minute:02d}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02d}",
        "s": str(moment.second),
        "tt": "AM" if moment.hour < 12 else "PM",
        "t": "A" if moment.hour < 12 else "P",
        "zzz": zone,
        "zz": zone[:3],
        "z": zone[0] + str(int(zone[1:3])),
    }

    def one(found: re.Match[str]) -> str:
        token = found[0]
        if token[0] in "'\"":
            return token[1:-1]
        if token[0] == "\\":
            return token[1:]
        return values.get(token) or "0" * len(token)  # fractions of a second are not kept

    return _TOKENS.sub(one, form)


def reformat(text: str, date_form: str, time_form: str, offset: timedelta) -> str:
    """A stored date or datetime in the formats that a request asked for; any other text unchanged."""
    if time_form and _TIME.fullmatch(text):
        return write_dotnet(datetime.strptime(text, TIME_FORMAT), time_form, offset)  # noqa: DTZ007
    if date_form and _DATE.fullmatch(text):
        return write_dotnet(datetime.strptime(text, "%Y-%m-%d"), date_form, offset)  # noqa: DTZ007
    return text
