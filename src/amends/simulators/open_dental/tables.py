"""One office database in memory: rows by primary key, spelt as in the schema (open-dental-api.md 4.2).

Enums are kept as the API's texts and booleans as Python's; a query turns both into numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from amends.simulators.clock import Clock
from amends.simulators.open_dental.text import TIME_FORMAT

# A row is a database row: columns of many types, read by name.
Row = dict[str, Any]

KEYS = {
    "definition": "DefNum",
    "userod": "UserNum",
    "clinic": "ClinicNum",
    "provider": "ProvNum",
    "patient": "PatNum",
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
    "preference": "PrefNum",
    "signalod": "SignalNum",
    "securitylog": "SecurityLogNum",
    "computer": "ComputerNum",
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
}
# Columns that are searched too often to walk the whole table.
INDEXED = {"commlog": "PatNum", "task": "KeyNum", "procnote": "PatNum", "procedurelog": "PatNum", "tasknote": "TaskNum"}

# Tables that may hold no row yet, so that a query still knows their columns.
COLUMNS_AT_FIRST_EMPTY = {
    "tasknote": ("TaskNum", "UserNum", "DateTimeNote", "Note"),
    "procgroupitem": ("ProcNum", "GroupNum"),
    "signalod": ("DateViewing", "SigDateTime", "FKey", "FKeyType", "IType", "RemoteRole", "MsgValue"),
    "securitylog": ("PermType", "UserNum", "LogDateTime", "LogText", "PatNum", "CompName", "LogSource"),
    "patfield": ("PatNum", "FieldName", "FieldValue", "SecUserNumEntry", "SecDateEntry", "SecDateTEdit"),
}


class Database:
    """The tables of one customer key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tables: dict[str, dict[int, Row]] = {table: {} for table in KEYS}
        self._next = dict.fromkeys(KEYS, 1)
        self._index: dict[str, dict[int, dict[int, None]]] = {table: {} for table in INDEXED}

    def now(self) -> str:
        """The office's time as it is stored."""
        return self._clock.now().strftime(TIME_FORMAT)

    def utc(self) -> datetime:
        """The same moment in UTC."""
        return self._clock.utc()

    def get(self, table: str, key: int) -> Row | None:
        """One row."""
        return self.tables[table].get(key)

    def all(self, table: str) -> Iterable[Row]:
        """All rows, oldest first."""
        return self.tables[table].values()

    def where(self, table: str, value: int) -> Iterator[Row]:
        """The rows whose indexed column has this value, oldest first."""
        rows = self.tables[table]
        return (rows[key] for key in self._index[table].get(value, ()))

    def insert(self, table: str, values: Mapping[str, Any]) -> Row:
        """A new row, stamped; its key is the next one unless it is given."""
        name = KEYS[table]
        key = int(values.get(name) or self._next[table])
        row: Row = {name: key, **values}
        row[name] = key
        if (stamp := STAMPS.get(table)) and stamp not in row:
            row[stamp] = self.now()
        self.tables[table][key] = row
        self._next[table] = max(self._next[table], key + 1)
        self._add_to_index(table, row)
        return row

    def update(self, table: str, key: int, changes: Mapping[str, Any]) -> bool:
        """Change a row; the stamp moves only when a stored value really changes. Whether it did."""
        row = self.tables[table][key]
        different = {column: value for column, value in changes.items() if row.get(column) != value}
        if not different:
            return False
        self._drop_from_index(table, row)
        row.update(different)
        if (stamp := STAMPS.get(table)) and stamp not in different:
            row[stamp] = self.now()
        self._add_to_index(table, row)
        return True

    def delete(self, table: str, key: int) -> None:
        """A row is gone without a trace."""
        self._drop_from_index(table, self.tables[table].pop(key))

    def _add_to_index(self, table: str, row: Row) -> None:
        if column := INDEXED.get(table):
            self._index[table].setdefault(int(row[column]), {})[int(row[KEYS[table]])] = None

    def _drop_from_index(self, table: str, row: Row) -> None:
        if column := INDEXED.get(table):
            self._index[table][int(row[column])].pop(int(row[KEYS[table]]), None)

    def dump(self) -> dict[str, list[Row]]:
        """A copy of all tables as lists of rows."""
        return {table: [dict(row) for row in rows.values()] for table, rows in self.tables.items()}

    def load(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Replace everything by what `dump` gave; tables that are missing become empty."""
        self.tables = {table: {} for table in KEYS}
        self._next = dict.fromkeys(KEYS, 1)
        self._index = {table: {} for table in INDEXED}
        for table, rows in tables.items():
            for row in rows:
                self.insert(table, row)
