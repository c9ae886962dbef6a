"""`amends due`: open-hours arithmetic as a filter."""

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import IO

from amends.filters.lines import BadLine, Line, answer_lines
from amends.protocol.hours import Calendar, HoursError, due

_START = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2}(:[0-9]{2})?)?"
)


def run(stdin: IO[bytes], stdout: IO[bytes]) -> int:
    """Answer each `{"id", "calendar", "start", "open_minutes"}` with `{"id", "due"}`; returns the exit code."""
    return answer_lines(stdin, stdout, _answer)


def _answer(line: Line) -> dict[str, str]:
    try:
        calendar = _calendar(json.dumps(line.get("calendar"), sort_keys=True))
        return {"due": due(calendar, _start(line), _open_minutes(line)).isoformat()}
    except HoursError as error:
        raise BadLine(str(error)) from error


@lru_cache(maxsize=4096)
def _calendar(text: str) -> Calendar:
    return Calendar.parse(json.loads(text))


def _start(line: Line) -> datetime:
    given = line.get("start")
    if not isinstance(given, str) or not _START.fullmatch(given):
        raise BadLine("The start must be a date and time such as 2026-03-06T16:30:00-05:00.")
    try:
        return datetime.fromisoformat(given.upper())
    except ValueError as error:
        raise BadLine("The start is a date, time or offset that does not exist.") from error


def _open_minutes(line: Line) -> int:
    given = line.get("open_minutes")
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise BadLine("The open_minutes must be a whole number from 0.")
    return given
