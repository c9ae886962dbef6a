"""ShortQuery: read-only SQL over a copy of the tables that the statement names (open-dental-api.md 3.14, 4.4).

The copy is SQLite, so plain SQL of any office works; what only MySQL knows is an SQL error (400), as it would be for
a statement that an older office does not understand.
"""

import re
import sqlite3
from typing import Any

from amends.simulators.clock import WRITTEN
from amends.simulators.open_dental.blanks import columns
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import COLUMNS
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import KEYS, Database, Row
from amends.simulators.serving import Response, json_response

ROWS_PER_ANSWER = 100
_STEPS_AT_MOST = 5_000_000  # of SQLite's machine; a statement that never ends is an error
_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"[A-Za-z_]+")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?")


def _short_query(call: Call) -> Response:
    command = call.body.get("SqlCommand")
    if not isinstance(command, str) or not command.strip():
        raise RefusedError(400, "SqlCommand is required.")
    command = _COMMENT.sub(" ", command).strip()
    words = {word.upper() for word in _WORD.findall(command)}
    statements = [part.split(None, 1)[0].upper() for part in command.split(";") if part.strip()]
    if set(statements) != {"SELECT"} or any("SCHEMA" in word for word in words):
        raise RefusedError(401, "Query is not read-only.")
    call.log("UserQuery", 0, command)
    rows = _run(call, command.rstrip("; "), words)
    offset = call.number_parameter("Offset") or 0
    rest = call.settings.query_offset_gives_rest and offset > 0
    return json_response(rows[offset:] if rest else rows[offset : offset + ROWS_PER_ANSWER])


def _run(call: Call, command: str, words: set[str]) -> list[Row]:
    copy = sqlite3.connect(":memory:")
    try:
        copy.create_function("NOW", 0, call.database.now)
        utc = call.database.utc().strftime(WRITTEN)
        copy.create_function("UTC_TIMESTAMP", 0, lambda: utc)
        for table in KEYS:
            if table.upper() in words:
                _copy_table(copy, call.database, table)
        copy.execute("PRAGMA query_only = ON")
        steps = iter(range(_STEPS_AT_MOST // 1000))
        copy.set_progress_handler(lambda: next(steps, None) is None, 1000)
        cursor = copy.execute(command)
        names = [column[0] for column in cursor.description]
        return [{name: _raw(value) for name, value in zip(names, row, strict=True)} for row in cursor]
    except sqlite3.Error as wrong:
        raise RefusedError(400, f"Error in query: {wrong}") from wrong
    finally:
        copy.close()


def _copy_table(copy: sqlite3.Connection, database: Database, table: str) -> None:
    rows = list(database.all(table))
    seen = (column for row in rows for column in row)
    known = [column for column in dict.fromkeys((*columns(table), *seen)) if column != "userGroupNums"]
    named = ", ".join(f'"{column}" COLLATE NOCASE' for column in known)
    copy.execute(f'CREATE TABLE "{table}" ({named})')
    enums = COLUMNS.get(table, {})
    places = ", ".join("?" * len(known))
    copy.executemany(
        f'INSERT INTO "{table}" VALUES ({places})',  # noqa: S608  names of our own tables
        ([_number(row.get(column), enums.get(column)) for column in known] for row in rows),
    )


def _number(value: Any, enum: tuple[str, ...] | None) -> Any:
    """The database's form: enums and booleans are numbers."""
    if isinstance(value, bool):
        return int(value)
    if enum and value in enum:
        return enum.index(value)
    return value


def _raw(value: Any) -> Any:
    """Dates and datetimes come back with a T."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]}T{found[2] or '00:00:00'}" if found else value


METHODS = (Method("PUT", "queries", "ShortQuery", "21.2", "Queries", _short_query, {"Offset": "21.2"}),)
