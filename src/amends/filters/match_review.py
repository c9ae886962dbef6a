"""`amends match-review`: *who might this be?* as a filter."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import IO

from amends.filters.lines import BadLine, Line, answer_lines
from amends.reviews.matching.match import who_might_it_be
from amends.reviews.matching.values import Patient, Review, Visit

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DAY_ALONE = len("2026-03-04")  # all visits of that day may be meant
_YEARS = (1900, 2999)  # so that a week or a year before is a date, too
Given = Mapping[str, object]


def run(stdin: IO[bytes], stdout: IO[bytes]) -> int:
    """Answer each `{"id", "review", "patients"}` with `{"id", "verdict", "candidates"}`; returns the exit code."""
    return answer_lines(stdin, stdout, _answer)


def _answer(line: Line) -> dict[str, object]:
    for name in ("review", "patients"):
        if line.get(name) is None:  # left out or written otherwise, it must not pass for "nobody"
            raise BadLine(f"The line needs {'a review' if name == 'review' else 'patients'}.")
    match = who_might_it_be(_review(line), [_patient(given) for given in _rows(line, "patients", "patient")])
    return {
        "verdict": match.verdict.value,
        "candidates": [
            {"PatNum": one.number, "score": one.score, "reasons": list(one.reasons)} for one in match.candidates
        ],
    }


def _review(line: Line) -> Review:
    given = line.get("review")
    if not isinstance(given, dict):
        raise BadLine("The review must be an object.")
    stars = given.get("stars")
    if stars is not None and (not isinstance(stars, int | float) or isinstance(stars, bool)):
        raise BadLine("The stars must be a number.")
    return Review(_text(given, "reviewer"), _text(given, "text"), stars, _moment(_text(given, "posted_at")))


def _moment(given: str) -> datetime | None:
    if not given.strip():
        return None
    if not _MOMENT.fullmatch(given):
        raise BadLine("The posted_at must be a date and time such as 2026-03-04T20:11:00-05:00.")
    try:
        if len(given) == _DAY_ALONE:
            moment = datetime.combine(date.fromisoformat(given), time(23, 59))
        else:
            moment = datetime.fromisoformat(given.upper())
    except ValueError as error:
        raise BadLine("The posted_at is a date, time or offset that does not exist.") from error
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise BadLine("The posted_at must lie between 1900 and 2999.")
    return moment


def _patient(given: Given) -> Patient:
    number = given.get("PatNum")
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadLine("Each patient needs a PatNum, a whole number.")
    open_case = given.get("open_case")
    if open_case is not None and not isinstance(open_case, bool):
        raise BadLine("The open_case must be true or false.")
    return Patient(
        number,
        _text(given, "first"),
        _text(given, "preferred"),
        _text(given, "last"),
        _texts(given, "family"),
        tuple([_visit(row) for row in _rows(given, "visits", "visit")]),
        _money(given.get("balance_change")),
        open_case,
    )


def _visit(given: Given) -> Visit:
    day, status = given.get("date"), given.get("status")
    if not isinstance(day, str) or not isinstance(status, str):
        raise BadLine("Each visit needs a date and a status.")
    return Visit(
        _day(day),
        status.strip().lower(),
        _texts(given, "procedures"),
        _text(given, "provider"),
        _time(_text(given, "arrived"), "arrived"),
        _time(_text(given, "seated"), "seated"),
    )


@lru_cache(maxsize=16_384)
def _day(written: str) -> date:
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError as error:
        raise BadLine("The date of a visit is one that does not exist.") from error
    raise BadLine("The date of a visit must be written like 2026-03-03.")


@lru_cache(maxsize=8192)
def _time(written: str, name: str) -> time | None:
    """A time of day; Open Dental's midnight stands for "not known" (open-dental-api.md, AptDateTime)."""
    if not written.strip():
        return None
    read = _CLOCK.fullmatch(written.strip())
    if read is None or int(read[1]) > 23 or int(read[2]) > 59:
        raise BadLine(f"The {name} time of a visit must be written like 14:00.")
    clock = time(int(read[1]), int(read[2]))
    return clock if clock != time(0) else None


def _money(given: object) -> Decimal | None:
    if given is None or given == "":
        return None
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        try:
            amount = Decimal(str(given).strip())
        except InvalidOperation as error:
            raise BadLine("The balance_change must be an amount such as 120.00.") from error
        if amount.is_finite() and abs(amount) < 10**12:
            return amount
    raise BadLine("The balance_change must be an amount such as 120.00.")


def _rows(given: Given, name: str, one: str) -> list[Given]:
    rows = given.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise BadLine(f"The {name} must be a list.")
    for row in rows:
        if not isinstance(row, dict):
            raise BadLine(f"Each {one} must be an object.")
    return rows


def _text(given: Given, name: str) -> str:
    text = given.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise BadLine(f"The {name} must be text.")
    return text


def _texts(given: Given, name: str) -> tuple[str, ...]:
    texts = given.get(name)
    if texts is None:
        return ()
    if not isinstance(texts, list):
        raise BadLine(f"The {name} must be a list of texts.")
    for text in texts:
        if text is not None and not isinstance(text, str):
            raise BadLine(f"The {name} must be a list of texts.")
    return tuple(filter(None, texts))
