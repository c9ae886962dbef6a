"""A SQLite copy of the tables that queries have named, so that a query costs what it reads and not what is stored."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from amends.simulators.open_dental.enums import NUMBERS

_MONEY = frozenset({"ProcFee"})  # texts in the API
_NOT_COLUMNS = frozenset({"userGroupNums"})  # rows of another table, which the API shows as a list


class SqlCopy:
    """Made when the first query comes; a table is copied once and then followed row by row."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._columns: dict[str, list[str]] = {}
        self._stale: dict[str, set[int]] = {}

    def touched(self, table: str, key: int) -> None:
        """A row was written or deleted."""
        if (stale := self._stale.get(table)) is not None:
            stale.add(key)

    def close(self) -> None:
        """Nothing will be asked any more."""
        if self._connection is not None:
            self._connection.close()

    def of(
        self, tables: Mapping[str, Mapping[int, dict[str, Any]]], columns: Mapping[str, Iterable[str]]
    ) -> sqlite3.Connection:
        """The connection, with those of the `tables` up to date whose `columns` are given."""
        if self._connection is None:
            # Requests come in threads of their own, one at a time.
            self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA query_only = OFF")
        for table, known in columns.items():
            if table not in self._columns:
                self._make(self._connection, table, tables[table], known)
            self._follow(self._connection, table, tables[table])
        self._connection.execute("PRAGMA query_only = ON")
        return self._connection

    def _make(
        self, connection: sqlite3.Connection, table: str, rows: Mapping[int, dict[str, Any]], known: Iterable[str]
    ) -> None:
        seen = (column for row in rows.values() for column in row)
        names = [column for column in dict.fromkeys((*known, *seen)) if column not in _NOT_COLUMNS]
        named = ", ".join(f'"{column}" COLLATE NOCASE' for column in names)
        connection.execute(f'CREATE TABLE "{table}" (RowKey INTEGER PRIMARY KEY, {named})')
        self._columns[table], self._stale[table] = names, set(rows)

    def _follow(self, connection: sqlite3.Connection, table: str, rows: Mapping[int, dict[str, Any]]) -> None:
        columns, numbers, stale = self._columns[table], NUMBERS.get(table, {}), sorted(self._stale[table])
        places = ", ".join("?" * (len(columns) + 1))
        connection.executemany(
            f'REPLACE INTO "{table}" VALUES ({places})',  # noqa: S608  names of our own tables
            (
                [key, *(_raw(column, rows[key].get(column), numbers.get(column)) for column in columns)]
                for key in stale
                if key in rows
            ),
        )
        connection.executemany(
            f'DELETE FROM "{table}" WHERE RowKey = ?',  # noqa: S608
            ([key] for key in stale if key not in rows),
        )
        self._stale[table].clear()


def _raw(column: str, value: Any, numbers: Mapping[str, int] | None) -> Any:
    """The database's form: enums and booleans are numbers, money is a number too (3.14)."""
    if isinstance(value, bool):
        return int(value)
    if numbers and value in numbers:
        return numbers[value]
    return float(value) if column in _MONEY else value
