"""Fields that a practice adds to its patients (open-dental-api.md 3.12)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError, not_found
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import Response

_SHOWN = ("PatFieldNum", "PatNum", "FieldName", "FieldValue", "SecDateTEdit", "SecDateEntry")


def show(row: Row) -> Row:
    return {name: row[name] for name in _SHOWN}


def _one(call: Call) -> Response:
    return call.one(show(call.row("patfield", call.numbers[0], "PatField")))


def _many(call: Call) -> Response:
    patient, name = call.number_parameter("PatNum"), call.parameters.get("FieldName")
    after = call.time_parameter("SecDateTEdit")
    rows = call.stamped_after("patfield", after)
    found = (row for row in rows if patient in (None, row["PatNum"]) and name in (None, row["FieldName"]))
    return call.page(found, show, nothing="PatField" if patient else "")


def _find(call: Call, patient: int, name: str) -> Row | None:
    rows = call.database.where("patfield", "PatNum", patient)
    return next((row for row in rows if row["FieldName"] == name), None)


def _post(call: Call) -> Response:
    patient = call.patient(call.number("PatNum"), to_write=True)
    name = call.required_text("FieldName")
    if _find(call, patient["PatNum"], name):
        raise RefusedError(400, f"PatField {name} already exists for this patient.")
    values = {"PatNum": patient["PatNum"], "FieldName": name, "FieldValue": call.text("FieldValue")}
    row = add(call.database, "patfield", values)
    call.log_created("PatientFieldEdit", patient["PatNum"])
    return call.one(show(row), status=201, key=row["PatFieldNum"])


def _put(call: Call) -> Response:
    """By patient and name of the field; the row comes back from 25.3 on (9)."""
    row = _find(call, call.number("PatNum"), call.required_text("FieldName"))
    if row is None:
        raise not_found("PatField")
    call.database.update("patfield", row["PatFieldNum"], {"FieldValue": call.text("FieldValue")})
    call.log("PatientFieldEdit", row["PatNum"])
    return call.one(show(row)) if call.since("25.3") else call.nothing()


def _delete(call: Call) -> Response:
    row = call.row("patfield", call.numbers[0], "PatField")
    call.database.delete("patfield", row["PatFieldNum"])
    call.log("PatientFieldEdit", row["PatNum"])
    return call.nothing()


METHODS = (
    Method("GET", "patfields", "{}", "22.4", "ReadAll", _one),
    Method(
        "GET",
        "patfields",
        "",
        "22.4.5",
        "ReadAll",
        _many,
        dict.fromkeys(("PatNum", "FieldName", "SecDateTEdit"), "22.4.5"),
    ),
    Method("POST", "patfields", "", "22.4", "AllOthers", _post),
    Method("PUT", "patfields", "", "22.4", "AllOthers", _put),
    Method("DELETE", "patfields", "{}", "22.4", "AllOthers", _delete),
)
