"""Popups: a box shown when somebody opens the patient (open-dental-api.md 3.12)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import POPUP_LEVEL
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.open_dental.text import NO_TIME, us_time
from amends.simulators.serving import Response

_EXPIRY_SINCE = "25.1.12"


def _show(call: Call, row: Row) -> Row:
    names = ("PopupNum", "PatNum", "Description", "IsDisabled", "PopupLevel", "DateTimeEntry", "IsArchived")
    shown = {name: row[name] for name in (*names, "PopupNumArchive", "DateTimeDisabled")}
    if not call.since("25.1"):
        shown["DateTimeDisabled"] = us_time(row["DateTimeDisabled"])
    return shown


def _many(call: Call) -> Response:
    """The patient's own and those of the whole family and super-family, newest first."""
    number = call.number_parameter("PatNum")
    if number is None:
        raise RefusedError(400, "PatNum is required.")
    patient = call.patient(number)
    family = {row["PatNum"] for row in call.database.where("patient", "Guarantor", patient["Guarantor"])}
    if patient["SuperFamily"]:
        everybody = call.database.all("patient")
        family |= {row["PatNum"] for row in everybody if row["SuperFamily"] == patient["SuperFamily"]}
    rows = [row for row in call.database.all("popup") if row["PatNum"] in family and not row["IsArchived"]]
    return call.page(rows[::-1], lambda row: _show(call, row), nothing="Popup")


def _post(call: Call) -> Response:
    values: Row = {"PatNum": call.number("PatNum"), "Description": call.required_text("Description")}
    values["PopupLevel"] = call.choice("PopupLevel", POPUP_LEVEL, "Patient")
    if call.since(_EXPIRY_SINCE):
        values["DateTimeDisabled"] = call.time("DateTimeDisabled", NO_TIME)
    call.patient(values["PatNum"], to_write=True)
    row = add(call.database, "popup", values)
    call.log_created("PopupEdit", row["PatNum"])
    return call.one(_show(call, row), status=201, key=row["PopupNum"])


def _put(call: Call) -> Response:
    """A new description leaves an archived copy that points to the row that is shown.

    Which of the two keeps the number is told in two ways (3.12): the row that is shown, or the copy.
    """
    row = call.row("popup", call.numbers[0], "Popup")
    changes: Row = {
        "PopupLevel": call.choice("PopupLevel", POPUP_LEVEL, row["PopupLevel"]),
        "DateTimeDisabled": call.time("DateTimeDisabled", row["DateTimeDisabled"]),
    }
    if call.has("Description"):
        changes["Description"] = call.required_text("Description")
        if changes["Description"] != row["Description"]:
            row = _archived(call, row)
    call.database.update("popup", row["PopupNum"], changes)
    call.log("PopupEdit", row["PatNum"])
    return call.one(_show(call, row))


def _archived(call: Call, row: Row) -> Row:
    """Makes the archived copy; returns the row that goes on being shown."""
    copy = call.database.insert("popup", {name: value for name, value in row.items() if name != "PopupNum"})
    shown, archived = (copy, row) if call.settings.popup_edit_new_number else (row, copy)
    archive = {"IsArchived": True, "PopupNumArchive": shown["PopupNum"]}
    call.database.update("popup", archived["PopupNum"], archive)
    return shown


METHODS = (
    Method("GET", "popups", "", "21.4", "ReadAll", _many, {"PatNum": "21.4"}),
    Method("POST", "popups", "", "21.1", "Comm", _post),
    Method("PUT", "popups", "{}", _EXPIRY_SINCE, "Comm", _put),
)
