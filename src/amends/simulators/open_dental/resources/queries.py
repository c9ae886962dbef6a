"""Queries: read-only SQL over a copy of the tables (open-dental-api.md 3.14, 4.4)."""

import re
import sqlite3
from typing import Any

from amends.simulators.open_dental.blanks import columns
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.dialect import Command, add_functions
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import KEYS, Row
from amends.simulators.serving import Response, json_response

ROWS_PER_ANSWER = 100
_STEPS_AT_MOST = 5_000_000  # of SQLite's machine; a statement that never ends is an error
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?")


def _short_query(call: Call) -> Response:
    rows = _rows(call)
    offset = call.number_parameter("Offset") or 0
    rest = call.settings.query_offset_gives_rest and offset > 0
    return json_response(rows[offset:] if rest else rows[offset : offset + ROWS_PER_ANSWER])


def _query(call: Call) -> Response:
    """The same SQL, its rows put on an SFTP server, which the simulator leaves out: it calls nobody outside."""
    for name in ("SftpAddress", "SftpUsername", "SftpPassword"):
        call.required_text(name)
    call.number("SftpPort", 22)
    _rows(call)
    return Response(status=201)


def _rows(call: Call) -> list[Row]:
    text = call.body.get("SqlCommand")
    if not isinstance(text, str) or not text.strip():
        raise RefusedError(400, "SqlCommand is required.")
    if "\0" in text:
        raise RefusedError(400, "Error in query: a null byte.")
    command = Command(text)
    if not command.only_reads():
        raise RefusedError(401, "Query is not read-only.")
    call.log("UserQuery", 0, text)
    words = command.words()
    named = {table: columns(table) for table in KEYS if table in words}
    try:
        copy = call.database.sql.of(call.database.tables, named)
        add_functions(copy, now=call.database.clock_now(), utc=call.database.utc())
        steps = iter(range(_STEPS_AT_MOST // 1000))
        copy.set_progress_handler(lambda: next(steps, None) is None, 1000)
        cursor = copy.execute(command.for_sqlite())
        names = [column[0] for column in cursor.description]
        return [_shown(names, row) for row in cursor]
    except sqlite3.Error as wrong:
        raise RefusedError(400, f"Error in query: {wrong}") from wrong


def _shown(names: list[str], row: tuple[Any, ...]) -> Row:
    return {name: _raw(value) for name, value in zip(names, row, strict=True) if name != "RowKey"}


def _raw(value: Any) -> Any:
    """Dates and datetimes come back with a T."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]}T{found[2] or '00:00:00'}" if found else value


METHODS = (
    Method("PUT", "queries", "ShortQuery", "21.2", "Queries", _short_query, {"Offset": "21.2"}),
    Method("POST", "queries", "", "21.1", "Queries", _query),
)
