"""Procedures, their codes, and notes over a group of them (open-dental-api.md 3.9)."""

from amends.simulators.open_dental import cast
from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError, not_found
from amends.simulators.open_dental.enums import PROC_STATUS
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.resources import procnotes
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.serving import Response

_SHOWN = (
    *("ProcNum", "PatNum", "AptNum", "ProcDate", "ProcFee", "Surf", "ToothNum", "ToothRange", "Priority", "priority"),
    *("ProcStatus", "ProvNum", "provAbbr", "Dx", "dxName", "PlannedAptNum", "ClinicNum", "CodeNum", "procCode"),
    *("descript", "UnitQty", "BaseUnits", "DateTStamp", "serverDateTime", "PlaceService", "ClaimNote", "DateEntryC"),
    *("DateTP", "SiteNum", "ProcTime", "ProcTimeEnd", "Prosthesis", "DateOriginalProsth", "IsDateProsthEst"),
    *("Prognosis", "IsLocked", "BillingNote", "Discount", "SecDateEntry"),
)


def show(database: Database, row: Row) -> Row:
    """A procedure as the API shows it, with the texts of its code and its provider."""
    code, provider = database.get("procedurecode", row["CodeNum"]), database.get("provider", row["ProvNum"])
    names = {name: database.get("definition", row[name]) for name in ("Priority", "Dx")}
    shown = {
        **row,
        "priority": names["Priority"]["ItemName"] if names["Priority"] else "",
        "dxName": names["Dx"]["ItemName"] if names["Dx"] else "",
        "serverDateTime": database.now(),
        "provAbbr": provider["Abbr"] if provider else "",
        "procCode": code["ProcCode"] if code else "",
        "descript": code["Descript"] if code else "",
    }
    return {name: shown[name] for name in _SHOWN}


def _one(call: Call) -> Response:
    return call.one(show(call.database, call.row("procedurelog", call.numbers[0], "Procedure")))


def _many(call: Call) -> Response:
    tests = call.equal_numbers("PatNum", "AptNum", "CodeNum", "PlannedAptNum", "ClinicNum")
    status, after = call.choice_parameter("ProcStatus", PROC_STATUS[1:]), call.time_parameter("DateTStamp")
    if status is not None:
        tests.append(("ProcStatus", status))
    patient = call.number_parameter("PatNum")
    if patient is None:
        rows = call.stamped_after("procedurelog", after)
    else:
        of_patient = call.database.where("procedurelog", "PatNum", patient)
        rows = (row for row in of_patient if call.is_after(row["DateTStamp"], after))
    found = (row for row in rows if all(row[name] == value for name, value in tests))
    return call.page(found, lambda row: show(call.database, row), nothing="Procedure" if patient else "")


# ---- group notes


def _group(database: Database, row: Row) -> Row:
    note = procnotes.newest(database, row["ProcNum"])
    return {
        **{name: row[name] for name in ("PatNum", "ProvNum", "ProcNum")},
        "ProcNums": [item["ProcNum"] for item in database.all("procgroupitem") if item["GroupNum"] == row["ProcNum"]],
        "Note": note["Note"] if note else "",
        "isSigned": bool(note and note["isSigned"]),
    }


def _group_row(call: Call, number: int) -> Row:
    row = call.row("procedurelog", number, "Procedure")
    if row["CodeNum"] != cast.GROUP_NOTE_CODE or row["ProcStatus"] == "D":
        raise not_found("GroupNote")
    return row


def _group_notes(call: Call) -> Response:
    patient = call.number_parameter("PatNum")
    if patient is None:
        raise RefusedError(400, "PatNum is required.")
    call.patient(patient)
    rows = call.database.where("procedurelog", "PatNum", patient)
    found = (row for row in rows if row["CodeNum"] == cast.GROUP_NOTE_CODE and row["ProcStatus"] != "D")
    return call.page(found, lambda row: _group(call.database, row), nothing="GroupNote")


def _post_group_note(call: Call) -> Response:
    number, numbers = call.number("PatNum"), _numbers(call)
    note = call.required_text("Note", procedure_note=True)
    signed = call.flag("isSigned") and call.since("25.2.38")
    provider = call.number("ProvNum", 0) if call.since("25.3.36") else 0
    patient = call.patient(number, to_write=True)
    procedures = _grouped(call, patient, numbers)
    if provider:
        call.row("provider", provider, "Provider")
    first = procedures[0]
    values = {"PatNum": patient["PatNum"], "ProcDate": first["ProcDate"]}
    values |= {"ProcStatus": "EC", "ClinicNum": first["ClinicNum"], "CodeNum": cast.GROUP_NOTE_CODE}
    row = add(call.database, "procedurelog", {**values, "ProvNum": provider or first["ProvNum"]})
    for procedure in procedures:
        call.database.insert("procgroupitem", {"ProcNum": procedure["ProcNum"], "GroupNum": row["ProcNum"]})
    procnotes.create(call.database, row, note, signed=signed)
    call.log_created("ProcEdit", patient["PatNum"])
    return call.one(_group(call.database, row), status=201, key=row["ProcNum"])


def _numbers(call: Call) -> list[int]:
    numbers = call.body.get("ProcNums")
    if not isinstance(numbers, list) or not numbers:
        raise RefusedError(400, "ProcNums is required.")
    return [_number(each) for each in numbers]


def _grouped(call: Call, patient: Row, numbers: list[int]) -> list[Row]:
    rows = [call.row("procedurelog", each, "Procedure") for each in numbers]
    if any(row["PatNum"] != patient["PatNum"] for row in rows):
        raise not_found("Procedure")
    if not call.since("25.3.36") and len({(row["ProcDate"], row["ClinicNum"], row["ProvNum"]) for row in rows}) > 1:
        raise RefusedError(400, "Procedures must have the same date, clinic and provider.")
    return rows


def _number(value: object) -> int:
    if isinstance(value, bool) or not str(value).isdecimal():
        raise RefusedError(400, "ProcNums is invalid.")
    return int(str(value))


def _put_group_note(call: Call) -> Response:
    """Older pages name the note in the body, newer ones in the path; both are taken. Only a locked one is added to."""
    row = _group_row(call, call.numbers[0] if call.numbers else call.number("ProcNum"))
    if call.has("PatNum") and call.number("PatNum") != row["PatNum"]:
        raise not_found("Patient")
    before = procnotes.newest(call.database, row["ProcNum"])
    note = call.required_text("Note", procedure_note=True)
    if before and call.flag("doAppendNote") and call.since("25.2.38"):
        if not row["IsLocked"]:
            raise RefusedError(400, "doAppendNote is only valid for locked notes.")
        note = call.stored(procnotes.appended(before["Note"], note), "Note")
    procnotes.create(call.database, row, note, signed=call.flag("isSigned") and call.since("25.2.38"))
    call.log("ProcEdit", row["PatNum"])
    return call.one(_group(call.database, row))


def _delete_group_note(call: Call) -> Response:
    row = _group_row(call, call.numbers[0])
    call.database.update("procedurelog", row["ProcNum"], {"ProcStatus": "D"})
    call.log("ProcDelete", row["PatNum"])
    return call.nothing()


def _codes(call: Call) -> Response:
    names = ("CodeNum", "ProcCode", "Descript")
    return call.page(call.database.all("procedurecode"), lambda row: {name: row[name] for name in names})


_FILTERS = {
    "PatNum": "21.1",
    "DateTStamp": "21.1",
    "AptNum": "22.3.32",
    "ClinicNum": "23.3.13",
    "PlannedAptNum": "24.4.5",
    "ProcStatus": "25.2.21",
    "CodeNum": "25.2.21",
}
METHODS = (
    Method("GET", "procedurelogs", "{}", "23.3.13", "ReadAll", _one),
    Method("GET", "procedurelogs", "", "21.1", "ReadAll", _many, _FILTERS),
    Method("GET", "procedurelogs", "GroupNotes", "25.2.38", "ReadAll", _group_notes, {"PatNum": "25.2.38"}),
    Method("POST", "procedurelogs", "GroupNote", "22.2", "AllOthers", _post_group_note),
    Method("PUT", "procedurelogs", "GroupNote", "22.2.29", "AllOthers", _put_group_note),
    Method("PUT", "procedurelogs", "{}/GroupNote", "22.2.29", "AllOthers", _put_group_note),
    Method("DELETE", "procedurelogs", "{}/GroupNote", "22.3.8", "AllOthers", _delete_group_note),
    Method("GET", "procedurecodes", "", "21.1", "ReadAll", _codes),
)
