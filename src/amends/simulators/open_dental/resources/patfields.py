"""Fields that a practice adds to its patients, and what they are called (open-dental-api.md 3.12)."""

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
    values: Row = {"PatNum": call.number("PatNum"), "FieldName": call.required_text("FieldName")}
    values["FieldValue"] = call.text("FieldValue")
    patient, name = call.patient(values["PatNum"], to_write=True), values["FieldName"]
    if _find(call, patient["PatNum"], name):
        raise RefusedError(400, f"PatField {name} already exists for this patient.")
    row = add(call.database, "patfield", values)
    call.log_created("PatientFieldEdit", patient["PatNum"])
    return call.one(show(row), status=201, key=row["PatFieldNum"])


def _put(call: Call) -> Response:
    """By patient and name of the field; the row comes back from 25.3 on (9)."""
    number, name, value = call.number("PatNum"), call.required_text("FieldName"), call.text("FieldValue")
    row = _find(call, number, name)
    if row is None:
        raise not_found("PatField")
    call.database.update("patfield", row["PatFieldNum"], {"FieldValue": value})
    call.log("PatientFieldEdit", row["PatNum"])
    return call.one(show(row)) if call.since("25.3") else call.nothing()


def _delete(call: Call) -> Response:
    row = call.row("patfield", call.numbers[0], "PatField")
    call.database.delete("patfield", row["PatFieldNum"])
    call.log("PatientFieldEdit", row["PatNum"])
    return call.nothing()


# ---- the fields themselves

_DEFINED = ("PatFieldDefNum", "FieldName", "FieldType", "PickList", "ItemOrder", "IsHidden")


def _show_defined(row: Row) -> Row:
    return {name: row[name] for name in _DEFINED}


def _defined(call: Call) -> Response:
    return call.page(call.database.all("patfielddef"), _show_defined)


def _post_defined(call: Call) -> Response:
    values: Row = {"FieldName": _free_name(call, 0), "PickList": call.text("PickList")}
    values["FieldType"] = call.text("FieldType") or "Text"
    row = add(call.database, "patfielddef", {**values, "IsHidden": call.flag("IsHidden")})
    call.log_created("DefEdit", 0)
    return call.one(_show_defined(row), status=201, key=row["PatFieldDefNum"])


def _put_defined(call: Call) -> Response:
    """A field that is renamed is renamed on every patient too."""
    row = call.row("patfielddef", call.numbers[0], "PatFieldDef")
    changes: Row = {name: call.text(name) for name in ("FieldType", "PickList") if call.has(name)}
    if call.has("IsHidden"):
        changes["IsHidden"] = call.flag("IsHidden")
    if call.has("FieldName"):
        changes["FieldName"] = _free_name(call, row["PatFieldDefNum"])
        for field in [each for each in call.database.all("patfield") if each["FieldName"] == row["FieldName"]]:
            call.database.update("patfield", field["PatFieldNum"], {"FieldName": changes["FieldName"]})
    call.database.update("patfielddef", row["PatFieldDefNum"], changes)
    call.log("DefEdit", 0)
    return call.one(_show_defined(row))


def _free_name(call: Call, number: int) -> str:
    name = call.required_text("FieldName")
    others = (row for row in call.database.all("patfielddef") if row["PatFieldDefNum"] != number)
    if any(row["FieldName"] == name for row in others):
        raise RefusedError(400, f"PatFieldDef {name} already exists.")
    return name


def _delete_defined(call: Call) -> Response:
    row = call.row("patfielddef", call.numbers[0], "PatFieldDef")
    if any(each["FieldName"] == row["FieldName"] for each in call.database.all("patfield")):
        raise RefusedError(400, "PatFieldDef is in use.")
    call.database.delete("patfielddef", row["PatFieldDefNum"])
    call.log("DefEdit", 0)
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
    Method("GET", "patfielddefs", "", "22.4.9", "ReadAll", _defined),
    Method("POST", "patfielddefs", "", "23.3.26", "AllOthers", _post_defined),
    Method("PUT", "patfielddefs", "{}", "23.3.26", "AllOthers", _put_defined),
    Method("DELETE", "patfielddefs", "{}", "23.3.26", "AllOthers", _delete_defined),
)
