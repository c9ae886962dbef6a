"""Tasks and the lists that they lie in (open-dental-api.md 3.3, 3.4)."""

from datetime import timedelta
from typing import Any

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import TASK_LIST_STATUS, TASK_OBJECT, TASK_STATUS
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import NO_TIME, TIME_FORMAT
from amends.simulators.open_dental.world_people import normal_priority
from amends.simulators.serving import Response

USUAL_DAYS = 14  # what a list covers when DateTimeOriginal is not asked for
LONGEST_OVERRIDE = 256  # as the vendor says; the column holds one less
TASK_PRIORITIES = 33
_SHOWN = (
    *("TaskNum", "TaskListNum", "DateTask", "KeyNum", "Descript", "TaskStatus", "IsRepeating", "DateType", "FromNum"),
    *("ObjectType", "DateTimeEntry", "UserNum", "DateTimeFinished", "PriorityDefNum", "ReminderGroupId"),
    *("ReminderType", "ReminderFrequency", "DateTimeOriginal", "SecDateTEdit", "DescriptOverride", "IsReadOnly"),
)
_LIST_SHOWN = (
    *("TaskListNum", "Descript", "Parent", "DateTL", "IsRepeating", "DateType", "FromNum", "ObjectType"),
    *("DateTimeEntry", "TaskListStatus"),
)


def show(row: Row) -> Row:
    """A Task as the API shows it."""
    return {name: row[name] for name in _SHOWN}


def change(database: Database, row: Row, changes: Row, *, done_sets_finished: bool = True) -> bool:
    """Change a Task; Done keeps the moment, and anything else forgets it again. Whether anything changed."""
    status = changes.get("TaskStatus", row["TaskStatus"])
    if status != row["TaskStatus"]:
        finished = status == "Done" and done_sets_finished
        changes = {**changes, "DateTimeFinished": database.now() if finished else NO_TIME}
    return database.update("task", row["TaskNum"], changes)


def _one(call: Call) -> Response:
    return call.one(show(call.row("task", call.numbers[0], "Task")))


def _many(call: Call) -> Response:
    wanted: dict[str, Any] = {
        "TaskListNum": call.number_parameter("TaskListNum"),
        "ObjectType": call.choice_parameter("ObjectType", TASK_OBJECT),
        "KeyNum": call.number_parameter("KeyNum"),
        "TaskStatus": call.choice_parameter("TaskStatus", TASK_STATUS),
    }
    if wanted["KeyNum"] is not None and wanted["ObjectType"] is None:
        raise RefusedError(400, "ObjectType is required.")
    after = call.time_parameter("DateTimeOriginal")
    if after is None:
        after = (call.database.clock_now() - timedelta(days=USUAL_DAYS)).strftime(TIME_FORMAT)
    key, listed = wanted["KeyNum"], wanted["TaskListNum"]
    rows = call.database.all("task")
    if key is not None:
        rows = call.database.where("task", "KeyNum", key)
    elif listed is not None:
        rows = call.database.where("task", "TaskListNum", listed)
    tests = [(name, value) for name, value in wanted.items() if value is not None]
    found = (
        row
        for row in rows
        if all(row[name] == value for name, value in tests) and call.is_after(row["DateTimeOriginal"], after)
    )
    return call.page(found, show, nothing="Task" if wanted["KeyNum"] else "")


def _post(call: Call) -> Response:
    values: Row = {"TaskListNum": call.number("TaskListNum"), "Descript": call.required_text("Descript")}
    values["UserNum"] = call.number("UserNum")
    values |= _optional(call, {"ObjectType": "None", "KeyNum": 0})
    call.row("tasklist", values["TaskListNum"], "TaskList")
    call.row("userod", values["UserNum"], "Userod")
    _subject(call, values)
    if not call.settings.task_author_kept:
        values["UserNum"] = 1  # as in the vendor's own example (3.3)
    row = add(call.database, "task", {"PriorityDefNum": normal_priority(call.database), **values})
    call.signal("TaskPopup", about="Task", key=row["TaskNum"])
    call.log_created("TaskEdit", row["KeyNum"] if row["ObjectType"] == "Patient" else 0)
    return call.one(show(row), status=201, key=row["TaskNum"])


def _put(call: Call) -> Response:
    """Sparse; TaskListNum and UserNum are passed over in silence (2.9)."""
    row = call.row("task", call.numbers[0], "Task")
    changes = _optional(call, row)
    if call.has("Descript"):
        changes["Descript"] = call.required_text("Descript")
        if row["TaskStatus"] == "Done":
            changes["TaskStatus"] = "Viewed"
    if call.has("TaskStatus") and call.since("24.2.10"):
        changes["TaskStatus"] = call.choice("TaskStatus", TASK_STATUS, row["TaskStatus"])
    if "KeyNum" in changes or "ObjectType" in changes:
        _subject(call, {**row, **changes})
    if change(call.database, row, changes, done_sets_finished=call.settings.done_sets_finished):
        call.signal("Task", about="Task", key=row["TaskNum"])
    call.log("TaskEdit", row["KeyNum"] if row["ObjectType"] == "Patient" else 0)
    return call.one(show(row))


def _optional(call: Call, before: Row) -> Row:
    """The fields that POST and PUT share, checked; only those that were sent."""
    values: Row = {}
    if call.has("ObjectType"):
        values["ObjectType"] = call.choice("ObjectType", TASK_OBJECT, "None")
    if call.has("KeyNum"):
        values["KeyNum"] = call.number("KeyNum")
    if values.get("KeyNum") and values.get("ObjectType", before["ObjectType"]) == "None":
        raise RefusedError(400, "ObjectType is required.")
    if call.has("DateTimeEntry"):
        values["DateTimeEntry"] = call.time("DateTimeEntry", "")
    if call.has("PriorityDefNum"):
        values["PriorityDefNum"] = _priority(call)
    if call.has("DescriptOverride"):
        values["DescriptOverride"] = call.text("DescriptOverride")
        if len(values["DescriptOverride"]) > LONGEST_OVERRIDE:
            raise RefusedError(400, f"DescriptOverride cannot be longer than {LONGEST_OVERRIDE} characters.")
    return values


def _subject(call: Call, task: Row) -> None:
    """Whom or what a Task is about must be there."""
    if task.get("KeyNum") and task["ObjectType"] == "Patient":
        call.patient(task["KeyNum"])
    if task.get("KeyNum") and task["ObjectType"] == "Appointment":
        call.row("appointment", task["KeyNum"], "Appointment")


def _priority(call: Call) -> int:
    number = call.number("PriorityDefNum")
    row = call.database.get("definition", number)
    if number and (row is None or row["Category"] != TASK_PRIORITIES):
        raise RefusedError(400, "PriorityDefNum is invalid.")
    return number or normal_priority(call.database)


def _lists(call: Call) -> Response:
    status = call.choice_parameter("TaskListStatus", TASK_LIST_STATUS) or "Active"
    rows = (row for row in call.database.all("tasklist") if row["TaskListStatus"] == status)
    return call.page(rows, lambda row: {name: row[name] for name in _LIST_SHOWN})


_FILTERS = ("TaskListNum", "ObjectType", "KeyNum", "TaskStatus", "DateTimeOriginal")
METHODS = (
    Method("GET", "tasks", "{}", "24.4.13", "ReadAll", _one),
    Method("GET", "tasks", "", "22.3.16", "ReadAll", _many, dict.fromkeys(_FILTERS, "22.3.16")),
    Method("POST", "tasks", "", "22.3.17", "AllOthers", _post),
    Method("PUT", "tasks", "{}", "22.4.15", "AllOthers", _put),
    Method("GET", "tasklists", "", "22.3.15", "ReadAll", _lists, {"TaskListStatus": "22.3.15"}),
)
