"""What a subscription can watch, and the rows that it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.resources import appointments, patfields, patients, practice
from amends.simulators.open_dental.tables import STAMPS, Row

UI_EVENTS = ("PatientSelected",)


@dataclass(frozen=True)
class Watched:
    """A value of WatchTable: since when it is known, and where its rows are (nowhere: none ever changes here)."""

    since: str
    table: str = ""
    resource: str = ""
    show: Callable[[Call, Row], Row] = lambda call, row: row


def patient(call: Call, row: Row) -> Row:
    """A patient as `GET /patients/{PatNum}` shows them."""
    return patients.full(call.database, row)


TABLES = {
    "Appointment": Watched(
        "22.1", "appointment", "appointments", lambda call, row: appointments.show(call.database, row)
    ),
    "AppointmentDeleted": Watched(
        "22.4.35", "deletedobject", "", lambda call, row: {"AptNum": row["ObjectNum"], **row}
    ),
    "Operatory": Watched("24.2.11"),
    "PatField": Watched("22.4.8", "patfield", "patfields", lambda call, row: patfields.show(row)),
    "Patient": Watched("22.1", "patient", "patients", patient),
    "Provider": Watched(
        "24.2.11",
        "provider",
        "providers",
        lambda call, row: {**practice.show_provider(row), "serverDateTime": call.database.now()},
    ),
    "Schedule": Watched("24.2.11"),
    "ToothInitial": Watched("24.4.30"),
}


def changed_rows(call: Call, watch_table: str, *, start: str, before: str) -> list[Row]:
    """What is sent of a table: rows stamped at or after `start` and before the moment of the poll."""
    watched = TABLES[watch_table]
    if not watched.table:
        return []
    call.resource, stamp = watched.resource, STAMPS[watched.table]
    rows = call.database.stamped_from(watched.table, start)
    return [call.finish(watched.show(call, row)) for row in rows if row[stamp] < before]
