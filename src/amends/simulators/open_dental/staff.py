"""What people do in the office with the program itself: the pages and control act through these.

Staff leave the traces that the program leaves: signals, the history of appointments, the list of deleted objects.
"""

from amends.simulators.open_dental.blanks import add, signal
from amends.simulators.open_dental.resources import tasks
from amends.simulators.open_dental.tables import KEYS, Database, Row

# Tables whose rows belong to a patient, and the column that says to whom.
_BELONGS = {
    **dict.fromkeys(("commlog", "appointment", "histappointment", "procedurelog"), "PatNum"),
    **dict.fromkeys(("procnote", "popup", "patfield", "securitylog"), "PatNum"),
}
_SIGNALS = {"definition": "Defs", "task": "Task", "tasklist": "TaskList", "appointment": "Appointment"}


def write(database: Database, table: str, values: Row) -> Row:
    """A new row; what is not given is filled in."""
    row = add(database, table, values)
    if table == "appointment":
        _history(database, row, "Created")
    _tell(database, table, row, "TaskPopup" if table == "task" else "")
    return row


def change(database: Database, table: str, key: int, changes: Row) -> Row:
    """Change columns of a row that is there; the stamp moves only when a value really changes."""
    row = database.tables[table][key]
    really = tasks.change(database, row, changes) if table == "task" else database.update(table, key, changes)
    if really and table == "appointment":
        _history(database, row, "Missed" if changes.get("AptStatus") == "Broken" else "Changed")
    if really:
        _tell(database, table, row)
    return row


def remove(database: Database, table: str, key: int) -> None:
    """A row that is there is gone. Of CommLogs and Tasks nothing is left (5.1), of appointments their history."""
    row = database.tables[table][key]
    database.delete(table, key)
    if table == "appointment":
        _history(database, row, "Deleted")
        add(database, "deletedobject", {"ObjectNum": key, "ObjectType": "Appointment"})
    _tell(database, table, row)


def open_task(database: Database, row: Row) -> None:
    """Somebody looks at a Task: a new one becomes Viewed."""
    if row["TaskStatus"] == "New":
        change(database, "task", row["TaskNum"], {"TaskStatus": "Viewed"})


def touch(database: Database, table: str, count: int | None = None) -> int:
    """The newest `count` rows (None: all) get a new stamp and keep their values. Returns how many."""
    keys = sorted(database.tables[table])
    chosen = keys if count is None else keys[max(0, len(keys) - count) :]
    for key in chosen:
        database.touch(table, key)
    return len(chosen)


def merge(database: Database, loser: int, winner: int) -> int:
    """Merge one patient into another: rows move with new stamps, the family too, and the loser is Archived.

    Returns how many rows moved.
    """
    moved = 0
    for table, column in _BELONGS.items():
        for row in [row for row in database.all(table) if row[column] == loser]:
            database.update(table, row[KEYS[table]], {column: winner})
            moved += 1
    for row in [row for row in database.where("task", "KeyNum", loser) if row["ObjectType"] == "Patient"]:
        change(database, "task", row["TaskNum"], {"KeyNum": winner})
        moved += 1
    guarantor = database.tables["patient"][winner]["Guarantor"]
    for row in list(database.where("patient", "Guarantor", loser)):
        database.update("patient", row["PatNum"], {"Guarantor": winner if guarantor == loser else guarantor})
    database.update("patient", loser, {"PatStatus": "Archived"})
    return moved


def _history(database: Database, row: Row, action: str) -> None:
    extra = {"HistUserNum": row["SecUserNumEntry"], "HistDateTStamp": database.now()}
    database.insert("histappointment", {**row, **extra, "HistApptAction": action, "ApptSource": "Default"})


def _tell(database: Database, table: str, row: Row, kind: str = "") -> None:
    if table in _SIGNALS:
        about = table.capitalize() if table in ("task", "appointment") else ""
        key = row[KEYS[table]] if about else 0
        signal(database, kind or _SIGNALS[table], about=about, key=key)
