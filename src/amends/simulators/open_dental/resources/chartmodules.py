"""The progress notes of a chart: one list of everything that happened to a patient (open-dental-api.md 3.9)."""

from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.resources import procnotes
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import us_time
from amends.simulators.serving import Response


def prog_notes(database: Database, patient: int) -> list[Row]:
    """Appointments, procedures, CommLogs and Tasks of one patient, oldest first. All values are texts."""
    lines = [
        *(
            _line(database, "Appointment", row["AptNum"], row["AptDateTime"], row["ProcDescript"], row["Note"], row)
            for row in database.where("appointment", "PatNum", patient)
        ),
        *(
            _procedure(database, row)
            for row in database.where("procedurelog", "PatNum", patient)
            if row["ProcStatus"] != "D"
        ),
        *(
            _line(database, "Commlog", row["CommlogNum"], row["CommDateTime"], _type(database, row), row["Note"], row)
            for row in database.where("commlog", "PatNum", patient)
        ),
        *(
            _line(database, "Task", row["TaskNum"], row["DateTimeEntry"], row["Descript"], "", row)
            for row in database.where("task", "KeyNum", patient)
            if row["ObjectType"] == "Patient"
        ),
    ]
    return [line for _, line in sorted(lines, key=lambda each: each[0])]


def _type(database: Database, row: Row) -> str:
    kind = database.get("definition", row["CommType"])
    return f"Comm - {kind['ItemName'] if kind else ''}"


def _procedure(database: Database, row: Row) -> tuple[str, Row]:
    code, note = database.get("procedurecode", row["CodeNum"]), procnotes.newest(database, row["ProcNum"])
    text = code["Descript"] if code else ""
    when = f"{row['ProcDate']} 00:00:00"
    return _line(database, "Procedure", row["ProcNum"], when, text, note["Note"] if note else "", row)


def _line(database: Database, kind: str, key: int, when: str, text: str, note: str, row: Row) -> tuple[str, Row]:
    user = database.get("userod", row.get("UserNum", 0))
    shown = {
        "ObjectType": kind,
        "PrimaryKey": str(key),
        "DateTime": us_time(when),
        "Description": text,
        "note": note,
        "User": user["UserName"] if user else "",
        "Signed": "",
        "ClinicNum": str(row.get("ClinicNum", 0)),
    }
    return when, shown


def _get(call: Call) -> Response:
    patient = call.patient(call.numbers[0])
    return call.page(prog_notes(call.database, patient["PatNum"]), lambda line: line)


METHODS = (Method("GET", "chartmodules", "{}/ProgNotes", "21.4", "ReadAll", _get),)
