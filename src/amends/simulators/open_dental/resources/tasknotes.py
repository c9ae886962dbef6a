"""Notes under a Task (open-dental-api.md 3.5)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import Response

_SHOWN = ("TaskNoteNum", "TaskNum", "UserNum", "DateTimeNote", "Note")
_SINCE = "24.4.22"


def _show(row: Row) -> Row:
    return {name: row[name] for name in _SHOWN}


def _one(call: Call) -> Response:
    return call.one(_show(call.row("tasknote", call.numbers[0], "TaskNote")))


def _many(call: Call) -> Response:
    task, user = call.number_parameter("TaskNum"), call.number_parameter("UserNum")
    if task is not None:
        call.row("task", task, "Task")
    rows = call.database.all("tasknote") if task is None else call.database.where("tasknote", "TaskNum", task)
    found = (row for row in rows if user in (None, row["UserNum"]))
    return call.page(found, _show, nothing="TaskNote" if task else "")


def _post(call: Call) -> Response:
    values: Row = {"TaskNum": call.number("TaskNum"), "UserNum": call.number("UserNum")}
    values["Note"] = call.required_text("Note")
    task = call.row("task", values["TaskNum"], "Task")
    call.row("userod", values["UserNum"], "Userod")
    row = add(call.database, "tasknote", values)
    if call.settings.tasknote_touches_task:
        call.database.touch("task", task["TaskNum"])
    call.signal("Task", about="Task", key=task["TaskNum"])
    call.log_created("TaskNoteEdit", 0)
    return call.one(_show(row), status=201, key=row["TaskNoteNum"])


def _put(call: Call) -> Response:
    row = call.row("tasknote", call.numbers[0], "TaskNote")
    changes: Row = {"DateTimeNote": call.time("DateTimeNote", row["DateTimeNote"])}
    if call.has("Note"):
        changes["Note"] = call.required_text("Note")
    call.database.update("tasknote", row["TaskNoteNum"], changes)
    call.log("TaskNoteEdit", 0)
    return call.one(_show(row))


METHODS = (
    Method("GET", "tasknotes", "{}", _SINCE, "ReadAll", _one),
    Method("GET", "tasknotes", "", _SINCE, "ReadAll", _many, {"TaskNum": _SINCE, "UserNum": _SINCE}),
    Method("POST", "tasknotes", "", _SINCE, "AllOthers", _post),
    Method("PUT", "tasknotes", "{}", _SINCE, "AllOthers", _put),
)
