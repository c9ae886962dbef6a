"""Instants as whole nanoseconds since 1970 in UTC, which is what Google's times can tell (review-platforms.md 1.6)."""

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
DIGITS = (0, 3, 6, 9)


def of(moment: datetime) -> int:
    """The nanoseconds of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def read(text: str) -> int:
    """RFC 3339, with up to nine digits of a second and any offset. Raises ValueError."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time like 2026-03-02T14:05:00Z")
    zone = "+00:00" if found[3] in "Zz" else found[3]
    whole = datetime.fromisoformat(found[1].upper().replace(" ", "T") + zone)
    return of(whole) + int((found[2] or "").ljust(9, "0"))


def written(moment: int, digits: int | None = None) -> str:
    """RFC 3339 in UTC with `Z`. `digits` None: as few of 0, 3, 6, 9 as tell it whole; else exactly so many."""
    seconds, rest = divmod(moment, SECOND)
    fraction = f"{rest:09d}"
    if digits is None:
        digits = next(count for count in DIGITS if not fraction[count:].strip("0"))
    day = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{day}{'.' + fraction[:digits] if digits else ''}Z"
