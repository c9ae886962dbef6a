"""The note of one procedure: append-only, the newest row is what is shown (open-dental-api.md 3.9)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, not_found
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.serving import Response

_SHOWN = ("ProcNoteNum", "PatNum", "ProcNum", "EntryDateTime", "UserNum", "Note", "SigIsTopaz", "isSigned")


def newest(database: Database, procedure: int) -> Row | None:
    """The row that people see as the note of a procedure."""
    patient = database.tables["procedurelog"][procedure]["PatNum"]
    rows = [row for row in database.where("procnote", "PatNum", patient) if row["ProcNum"] == procedure]
    return rows[-1] if rows else None


def appended(before: str, note: str) -> str:
    """The previous note and two line breaks in front of the new text."""
    return f"{before}\r\n\r\n{note}"


def create(database: Database, procedure: Row, note: str, *, signed: bool = False, user: int = 0) -> Row:
    """A new row for a procedure; earlier ones stay."""
    values = {"PatNum": procedure["PatNum"], "ProcNum": procedure["ProcNum"], "UserNum": user}
    return add(database, "procnote", {**values, "Note": note, "isSigned": signed})


def _show(row: Row) -> Row:
    return {name: row[name] for name in _SHOWN}


def _many(call: Call) -> Response:
    patient, procedure = call.number_parameter("PatNum"), call.number_parameter("ProcNum")
    if patient:
        call.patient(patient)
    rows = call.database.all("procnote") if patient is None else call.database.where("procnote", "PatNum", patient)
    found = (row for row in list(rows)[::-1] if procedure in (None, row["ProcNum"]))
    return call.page(found, _show, nothing="ProcNote" if patient else "")


def _post(call: Call) -> Response:
    patient_number, number = call.number("PatNum"), call.number("ProcNum")
    note = call.required_text("Note", procedure_note=True)
    newer = call.since("24.2.29")
    appends, signed = newer and call.flag("doAppendNote"), newer and call.flag("isSigned")
    patient = call.patient(patient_number, to_write=True)
    procedure = call.row("procedurelog", number, "Procedure")
    if procedure["PatNum"] != patient["PatNum"]:
        raise not_found("Procedure")
    before = newest(call.database, procedure["ProcNum"])
    if before and appends:
        note = call.stored(appended(before["Note"], note), "Note")
    row = create(call.database, procedure, note, signed=signed)
    call.log_created("ProcNoteFull", patient["PatNum"])
    return call.one(_show(row), status=201, key=row["ProcNoteNum"])


METHODS = (
    Method("GET", "procnotes", "", "24.2.29", "ReadAll", _many, {"PatNum": "24.2.29", "ProcNum": "24.2.29"}),
    Method("POST", "procnotes", "", "22.2", "AllOthers", _post),
)
