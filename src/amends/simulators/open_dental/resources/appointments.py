"""Appointments and their history (open-dental-api.md 3.8)."""

from collections.abc import Iterable

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError, not_found
from amends.simulators.open_dental.enums import APT_STATUS, HIST_ACTION
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.world_people import commlog_types
from amends.simulators.serving import Response

_SHOWN = (
    *("serverDateTime", "AptNum", "PatNum", "AptStatus", "Pattern", "Confirmed", "confirmed", "TimeLocked", "Op"),
    *("Note", "ProvNum", "provAbbr", "ProvHyg", "AptDateTime", "NextAptNum", "UnschedStatus", "unschedStatus"),
    *("IsNewPatient", "ProcDescript", "ClinicNum", "IsHygiene", "DateTStamp", "DateTimeArrived", "DateTimeSeated"),
    *("DateTimeDismissed", "InsPlan1", "InsPlan2", "DateTimeAskedToArrive", "colorOverride", "AppointmentTypeNum"),
    *("SecUserNumEntry", "SecDateTEntry", "Priority", "PatternSecondary", "ItemOrderPlanned"),
)
_HISTORY = ("HistApptNum", "HistUserNum", "HistDateTStamp", "HistApptAction", "ApptSource")
_CONFIRMED = 2  # category of definitions


def show(database: Database, row: Row) -> Row:
    provider = database.get("provider", row["ProvNum"])
    names = {name: database.get("definition", row[name]) for name in ("Confirmed", "UnschedStatus")}
    shown = {
        **row,
        "serverDateTime": database.now(),
        "provAbbr": provider["Abbr"] if provider else "",
        "confirmed": names["Confirmed"]["ItemName"] if names["Confirmed"] else "",
        "unschedStatus": names["UnschedStatus"]["ItemName"] if names["UnschedStatus"] else "",
    }
    return {name: shown[name] for name in _SHOWN}


def _show_history(database: Database, row: Row) -> Row:
    shown = show(database, row)
    del shown["serverDateTime"]
    return {**{name: row[name] for name in _HISTORY}, **shown}


def _one(call: Call) -> Response:
    return call.one(show(call.database, call.row("appointment", call.numbers[0], "Appointment")))


def _filtered(call: Call, rows: Iterable[Row]) -> list[Row]:
    """The filters that appointments and their history share."""
    tests = call.equal_numbers("PatNum", "Op", "ClinicNum", "AppointmentTypeNum")
    status = call.choice_parameter("AptStatus", APT_STATUS)
    if status is not None:
        tests.append(("AptStatus", status))
    day = call.date_parameter("date")
    first = day or call.date_parameter("dateStart") or ""
    last = day or call.date_parameter("dateEnd") or "9999"
    return [
        row
        for row in rows
        if all(row[name] == value for name, value in tests) and first <= row["AptDateTime"][:10] <= last
    ]


def _many(call: Call) -> Response:
    after, patient = call.time_parameter("DateTStamp"), call.number_parameter("PatNum")
    if patient is None:
        rows = call.stamped_after("appointment", after)
    else:
        of_patient = call.database.where("appointment", "PatNum", patient)
        rows = (row for row in of_patient if call.is_after(row["DateTStamp"], after))
    nothing = "Appointment" if patient else ""
    return call.page(_filtered(call, rows), lambda row: show(call.database, row), nothing=nothing)


def _history(call: Call) -> Response:
    action, number = call.choice_parameter("HistApptAction", HIST_ACTION), call.number_parameter("AptNum")
    if number is None:
        rows = call.database.all("histappointment")
    else:
        rows = call.database.where("histappointment", "AptNum", number)
    found = (row for row in _filtered(call, rows) if action in (None, row["HistApptAction"]))
    return call.page(found, lambda row: _show_history(call.database, row))


def _put_note(call: Call) -> Response:
    row = call.row("appointment", call.numbers[0], "Appointment")
    note = "\r\n".join(part for part in (row["Note"], call.required_text("Note")) if part)
    _change(call, row, {"Note": note}, "Changed")
    return call.nothing()


def _put_confirm(call: Call) -> Response:
    row = call.row("appointment", call.numbers[0], "Appointment")
    statuses = [each for each in call.database.all("definition") if each["Category"] == _CONFIRMED]
    if call.has("defNum"):
        number = call.number("defNum")
        found = [each for each in statuses if each["DefNum"] == number]
    else:
        name = call.required_text("confirmVal").casefold()
        found = [each for each in statuses if each["ItemName"].casefold() == name]
    if not found:
        raise not_found("Definition")
    _change(call, row, {"Confirmed": found[0]["DefNum"]}, "Changed")
    return call.nothing()


def _put_break(call: Call) -> Response:
    row = call.row("appointment", call.numbers[0], "Appointment")
    if not call.has("sendToUnscheduledList"):
        raise RefusedError(400, "sendToUnscheduledList is required.")
    status = "UnschedList" if call.flag("sendToUnscheduledList") else "Broken"
    _change(call, row, {"AptStatus": status}, "Missed")
    if call.database.preference("BrokenApptCommLog") == "1":
        kind = commlog_types(call.database).get("Appointment Related", 0)
        note = f"Broken appointment for {row['ProcDescript']}, {row['AptDateTime']}"
        add(call.database, "commlog", {"PatNum": row["PatNum"], "CommType": kind, "Note": note})
    return call.nothing()


def _change(call: Call, row: Row, changes: Row, action: str) -> None:
    if not call.database.update("appointment", row["AptNum"], changes):
        return
    history = {"HistUserNum": 0, "HistDateTStamp": call.database.now(), "HistApptAction": action, "ApptSource": "API"}
    call.database.insert("histappointment", {**row, **history})
    call.signal("Appointment", about="Appointment", key=row["AptNum"])
    call.log("AppointmentEdit", row["PatNum"])


_FILTERS = {
    "PatNum": "21.4",
    "AptStatus": "22.4.28",
    "Op": "23.2.27",
    "AppointmentTypeNum": "24.4.22",
    **dict.fromkeys(("date", "dateStart", "dateEnd", "ClinicNum", "DateTStamp"), "21.1"),
}
_HISTORY_FILTERS = ("HistApptAction", "AptNum", "PatNum", "AptStatus", "ClinicNum", "date", "dateStart", "dateEnd")
METHODS = (
    Method("GET", "appointments", "{}", "21.1", "ReadAll", _one),
    Method("GET", "appointments", "", "21.1", "ReadAll", _many, _FILTERS),
    Method("PUT", "appointments", "{}/Note", "21.1", "Comm", _put_note),
    Method("PUT", "appointments", "{}/Confirm", "21.1", "Comm", _put_confirm),
    Method("PUT", "appointments", "{}/Break", "21.1", "Comm", _put_break),
    Method("GET", "histappointments", "", "23.1.30", "ReadAll", _history, dict.fromkeys(_HISTORY_FILTERS, "23.1.30")),
)
