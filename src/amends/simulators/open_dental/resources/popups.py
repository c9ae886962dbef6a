"""Popups: a box shown when somebody opens the patient (open-dental-api.md 3.12)."""

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
    family = {
        row["PatNum"]
        for row in call.database.all("patient")
        if row["Guarantor"] == patient["Guarantor"]
        or (row["SuperFamily"] and row["SuperFamily"] == patient["SuperFamily"])
    }
    rows = [row for row in call.database.all("popup") if row["PatNum"] in family and not row["IsArchived"]]
    return call.page(rows[::-1], lambda row: _show(call, row))


def _post(call: Call) -> Response:
    patient = call.patient(call.number("PatNum"), to_write=True)
    row = call.database.insert(
        "popup",
        {
            "PatNum": patient["PatNum"],
            "Description": call.required_text("Description"),
            "IsDisabled": False,
            "PopupLevel": call.choice("PopupLevel", POPUP_LEVEL, "Patient"),
            "UserNum": 0,
            "DateTimeEntry": call.database.now(),
            "IsArchived": False,
            "PopupNumArchive": 0,
            "DateTimeDisabled": call.time("DateTimeDisabled", NO_TIME) if call.since(_EXPIRY_SINCE) else NO_TIME,
        },
    )
    call.log_created("PopupEdit", patient["PatNum"])
    return call.one(_show(call, row), status=201, key=row["PopupNum"])


def _put(call: Call) -> Response:
    """A new description leaves an archived copy that points to the row, which keeps its number (the vendor)."""
    row = call.row("popup", call.numbers[0], "Popup")
    changes: Row = {
        "PopupLevel": call.choice("PopupLevel", POPUP_LEVEL, row["PopupLevel"]),
        "DateTimeDisabled": call.time("DateTimeDisabled", row["DateTimeDisabled"]),
    }
    if call.has("Description"):
        changes["Description"] = call.required_text("Description")
        if changes["Description"] != row["Description"]:
            copy = {name: value for name, value in row.items() if name != "PopupNum"}
            call.database.insert("popup", {**copy, "IsArchived": True, "PopupNumArchive": row["PopupNum"]})
    call.database.update("popup", row["PopupNum"], changes)
    call.log("PopupEdit", row["PatNum"])
    return call.one(_show(call, row))


METHODS = (
    Method("GET", "popups", "", "21.4", "ReadAll", _many, {"PatNum": "21.4"}),
    Method("POST", "popups", "", "21.1", "Comm", _post),
    Method("PUT", "popups", "{}", _EXPIRY_SINCE, "Comm", _put),
)
