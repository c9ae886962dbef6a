"""One office database in memory: rows by primary key, spelt as in the schema (open-dental-api.md 4.2).

Enums are kept as the API's texts and booleans as Python's; a query turns both into numbers.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from amends.simulators.clock import Clock
from amends.simulators.open_dental.sql_copy import SqlCopy
from amends.simulators.open_dental.text import TIME_FORMAT

# A row is a database row: columns of many types, read by name.
Row = dict[str, Any]

KEYS = {
    "definition": "DefNum",
    "userod": "UserNum",
    "clinic": "ClinicNum",
    "provider": "ProvNum",
    "usergroup": "UserGroupNum",
    "patient": "PatNum",
    "patientnote": "PatNum",
    "appointment": "AptNum",
    "histappointment": "HistApptNum",
    "procedurelog": "ProcNum",
    "procnote": "ProcNoteNum",
    "procgroupitem": "ProcGroupItemNum",
    "procedurecode": "CodeNum",
    "commlog": "CommlogNum",
    "task": "TaskNum",
    "tasklist": "TaskListNum",
    "tasknote": "TaskNoteNum",
    "popup": "PopupNum",
    "patfield": "PatFieldNum",
    "patfielddef": "PatFieldDefNum",
    "preference": "PrefNum",
    "signalod": "SignalNum",
    "securitylog": "SecurityLogNum",
    "computer": "ComputerNum",
    "apisubscription": "ApiSubscriptionNum",
    "deletedobject": "DeletedObjectNum",
}
# The column that the database sets by itself whenever another one really changes.
STAMPS = {
    "commlog": "DateTStamp",
    "task": "SecDateTEdit",
    "patient": "DateTStamp",
    "appointment": "DateTStamp",
    "procedurelog": "DateTStamp",
    "provider": "DateTStamp",
    "patfield": "SecDateTEdit",
    "deletedobject": "DateTStamp",
}
# Columns that are searched too often to walk the whole table.
INDEXED = {
    "commlog": ("PatNum",),
    "task": ("KeyNum", "TaskListNum"),
    "tasknote": ("TaskNum",),
    "procnote": ("PatNum",),
    "procedurelog": ("PatNum",),
    "appointment": ("PatNum",),
    "histappointment": ("AptNum",),
    "patient": ("Guarantor",),
    "patfield": ("PatNum",),
}


class Database:
    """The tables of one customer key. `offset` is the office's own offset from UTC; None: the common clock's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset: timedelta | None = None
        self._empty()
        self._journal: list[tuple[str, int, Row]] | None = None

    def _empty(self) -> None:
        self.tables: dict[str, dict[int, Row]] = {table: {} for table in KEYS}
        self._next = dict.fromkeys(KEYS, 1)
        self._index: dict[tuple[str, str], dict[int, set[int]]] = {
            (table, column): {} for table, columns in INDEXED.items() for column in columns
        }
        self._by_stamp: dict[str, list[tuple[str, int]]] = {table: [] for table in STAMPS}
        self.sql = SqlCopy()

    # ---- the clock

    def clock_now(self) -> datetime:
        """The office's local time, naive."""
        return self._clock.now(self.offset)

    def now(self) -> str:
        """The office's time as it is stored."""
        return self.clock_now().strftime(TIME_FORMAT)

    def utc(self) -> datetime:
        """The same moment in UTC."""
        return self._clock.utc()

    def utc_offset(self) -> timedelta:
        """What the office's clock is ahead of UTC."""
        return self._clock.offset if self.offset is None else self.offset

    # ---- reading

    def get(self, table: str, key: int) -> Row | None:
        """One row."""
        return self.tables[table].get(key)

    def all(self, table: str) -> Iterable[Row]:
        """All rows, oldest first."""
        return self.tables[table].values()

    def where(self, table: str, column: str, value: int) -> Iterator[Row]:
        """The rows whose indexed column has this value, oldest first."""
        rows = self.tables[table]
        return (rows[key] for key in sorted(self._index[table, column].get(value, ())))

    def stamped_from(self, table: str, moment: str) -> list[Row]:
        """The rows stamped at this moment or later, by key; it costs no more than there are of them."""
        stamps, rows = self._by_stamp[table], self.tables[table]
        return [rows[key] for key in sorted(key for _, key in stamps[bisect_left(stamps, (moment, 0)) :])]

    def preference(self, name: str) -> str:
        """The value of a preference, empty when there is none."""
        return next((str(row["ValueString"]) for row in self.all("preference") if row["PrefName"] == name), "")

    # ---- writing

    def insert(self, table: str, values: Mapping[str, Any]) -> Row:
        """A new row, stamped; its key is the next one unless it is given."""
        name = KEYS[table]
        key = int(values.get(name) or self._next[table])
        row: Row = {name: key, **values}
        row[name] = key
        if (stamp := STAMPS.get(table)) and stamp not in row:
            row[stamp] = self.now()
        if key in self.tables[table]:
            self._unfile(table, self.tables[table][key])
        self._note(table, key, {})
        self.tables[table][key] = row
        self._next[table] = max(self._next[table], key + 1)
        self._file(table, row)
        return row

    def update(self, table: str, key: int, changes: Mapping[str, Any]) -> bool:
        """Change a row; the stamp moves only when a stored value really changes. Whether it did."""
        row = self.tables[table][key]
        different = {column: value for column, value in changes.items() if row.get(column) != value}
        if not different:
            return False
        if (stamp := STAMPS.get(table)) and stamp not in different:
            different[stamp] = self.now()
        self._note(table, key, row)
        self._write(table, row, different)
        return True

    def touch(self, table: str, key: int) -> None:
        """A new stamp and the same values, as program updates and maintenance tools leave rows (5.1)."""
        self._write(table, self.tables[table][key], {STAMPS[table]: self.now()})

    def delete(self, table: str, key: int) -> None:
        """A row is gone without a trace."""
        self._unfile(table, self.tables[table].pop(key))

    def prefer(self, name: str, value: str) -> None:
        """Set a preference."""
        key = next((int(row["PrefNum"]) for row in self.all("preference") if row["PrefName"] == name), 0)
        if key:
            self.update("preference", key, {"ValueString": value})
        else:
            self.insert("preference", {"PrefName": name, "ValueString": value})

    @contextmanager
    def forgetting(self, columns: frozenset[str]) -> Iterator[None]:
        """What is written to these columns meanwhile is seen until the end and not kept (2.9)."""
        self._journal = []
        try:
            yield
            for table, key, before in reversed(self._journal):
                self._forget(table, key, before, columns)
        finally:
            self._journal = None

    def _forget(self, table: str, key: int, before: Row, columns: frozenset[str]) -> None:
        row, stamp = self.tables[table][key], STAMPS.get(table, "")
        lost = {column: before.get(column, type(row[column])()) for column in columns & set(row)}
        kept = {column: value for column, value in {**row, **lost}.items() if column != stamp}
        if all(before.get(column) == value for column, value in kept.items()):
            lost[stamp] = before[stamp]
        self._write(table, row, lost)

    def _note(self, table: str, key: int, before: Row) -> None:
        if self._journal is not None:
            self._journal.append((table, key, dict(before)))

    def _write(self, table: str, row: Row, changes: Row) -> None:
        self._unfile(table, row)
        row.update(changes)
        self._file(table, row)

    def _file(self, table: str, row: Row) -> None:
        key = int(row[KEYS[table]])
        for column in INDEXED.get(table, ()):
            self._index[table, column].setdefault(int(row[column]), set()).add(key)
        if stamp := STAMPS.get(table):
            insort(self._by_stamp[table], (str(row[stamp]), key))
        self.sql.touched(table, key)

    def _unfile(self, table: str, row: Row) -> None:
        key = int(row[KEYS[table]])
        for column in INDEXED.get(table, ()):
            self._index[table, column][int(row[column])].discard(key)
        if stamp := STAMPS.get(table):
            stamps = self._by_stamp[table]
            del stamps[bisect_left(stamps, (str(row[stamp]), key))]
        self.sql.touched(table, key)

    # ---- state

    def dump(self) -> dict[str, list[Row]]:
        """A copy of all tables as lists of rows."""
        return {table: [dict(row) for row in rows.values()] for table, rows in self.tables.items()}

    def copy_from(self, other: "Database") -> None:
        """Replace everything by what another database holds; afterwards each goes its own way."""
        self._empty()
        self.tables = {table: {key: dict(row) for key, row in rows.items()} for table, rows in other.tables.items()}
        self._next = dict(other._next)
        self._index = {at: {value: set(keys) for value, keys in of.items()} for at, of in other._index.items()}
        self._by_stamp = {table: list(stamps) for table, stamps in other._by_stamp.items()}

    def load(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Replace everything by what `dump` gave; tables that are missing become empty."""
        self._empty()
        for table, rows in tables.items():
            for row in rows:
                self.insert(table, row)
