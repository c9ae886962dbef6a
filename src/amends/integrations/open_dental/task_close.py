"""`open_dental.task_close`: an earlier Task says where the case went, and is done (open-dental-api.md 3.3 to 3.5).

Payload: `payloads.TaskClosing`. Target: the key of the `OpenDentalDatabase`. Proof: the TaskNum.

These are two writes, and the first may have landed where the second did not. So `deliver` looks for its marker before
it writes, and may be repeated; `find` believes in nothing but both. A Task that is done or gone needs neither.
"""

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.marker import holds_marker

from .answers import NotFound
from .client import Budget
from .commlog import LOOKING_SECONDS, READING_SECONDS
from .features import Feature
from .office import Office, speaking_to
from .payloads import TaskClosing, read
from .rows import TaskNote, TaskRow
from .task import EARLY
from .texts import chart_text

PLACE = "Earlier Task"
# The column holds 65,535 bytes (open-dental-api.md 5.5).
FULL = 55_000
_DONE = "Done"
_PASSING = (RetryAfter, OfficeOffline, UnknownOutcome)


class TaskClose:
    """Writes under an earlier Task where the case went, and sets it to done."""

    name = "open_dental.task_close"

    def deliver(self, item: Outgoing) -> Proof:
        """Writes what is missing: the text, once, and then the status. Raises a `DeliveryError`."""
        entry = read(TaskClosing, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(READING_SECONDS)
            task = _unfinished(office, entry.TaskNum, budget)
            if task is not None:
                office.need(Feature.TASK_TEXT_WRITE, budget)
                _must_be_of(task, item.marker.rpartition(".")[0])
                if not _says(office, task, item.marker, budget):
                    _say(office, task, chart_text(entry.text), budget)
                _set_to_done(office, entry.TaskNum, budget)
            return Proof(str(entry.TaskNum), PLACE)

    def find(self, item: Outgoing) -> Proof | None:
        """There once the marker stands and the Task is done.

        An office that cannot be asked for one Task is not searched: the next `deliver` looks, and writes only what is
        missing.
        """
        entry = read(TaskClosing, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(LOOKING_SECONDS)
            if not office.can(Feature.TASK_ONE, budget):
                return None
            task = _one(office, entry.TaskNum, budget)
            if task is None or task.TaskStatus != _DONE or not _says(office, task, item.marker, budget):
                return None
            return Proof(str(entry.TaskNum), PLACE)


def _unfinished(office: Office, number: int, budget: Budget) -> TaskRow | None:
    """The Task as it is now; None where it is done or gone."""
    if office.can(Feature.TASK_ONE, budget):
        task = _one(office, number, budget)
        return task if task and task.TaskStatus != _DONE else None
    office.need(Feature.TASKS_READ, budget)
    # New ones first: a Task that is opened meanwhile is then seen twice, and not missed.
    for status in ("New", "Viewed"):
        rows = office.client.rows("tasks", TaskRow, {"TaskStatus": status, "DateTimeOriginal": EARLY}, budget)
        # A filter may be ignored (open-dental-api.md 2.9).
        found = next((row for row in rows if row.TaskNum == number and row.TaskStatus == status), None)
        if found:
            return found
    return None


def _one(office: Office, number: int, budget: Budget) -> TaskRow | None:
    try:
        return office.client.one(f"tasks/{number}", TaskRow, budget)
    except NotFound:
        return None


def _must_be_of(task: TaskRow, case: str) -> None:
    # Its number may have been typed by a person who wrote the Task by hand; nobody else's Task is to be set to done.
    if not holds_marker(task.Descript, case):
        raise Permanent(f"Task {task.TaskNum} does not name this case. Please look whether it is the right one.")


def _says(office: Office, task: TaskRow, marker: str, budget: Budget) -> bool:
    """Whether the text stands already, in the Task or under it: an office may have been updated in between."""
    if holds_marker(task.Descript, marker):
        return True
    if not office.can(Feature.TASK_NOTES, budget):
        return False
    notes = office.client.rows("tasknotes", TaskNote, {"TaskNum": task.TaskNum}, budget)
    return any(note.TaskNum == task.TaskNum and holds_marker(note.Note, marker) for note in notes)


def _say(office: Office, task: TaskRow, text: str, budget: Budget) -> None:
    if office.can(Feature.TASK_NOTES, budget):
        if not office.author_user_num:
            raise Configuration("No Open Dental user is chosen as the author of Tasks.")
        body = {"TaskNum": task.TaskNum, "UserNum": office.author_user_num, "Note": text}
        office.client.post("tasknotes", body, budget)
        return
    if len(task.Descript.encode()) > FULL:
        raise Permanent("The text of the earlier Task is so long that nothing can be added to it.")
    office.client.put(f"tasks/{task.TaskNum}", {"Descript": f"{task.Descript}\n{text}"}, budget)


def _set_to_done(office: Office, number: int, budget: Budget) -> None:
    """The text stands: what keeps the Task from being done is told as that, and not as if nothing was written."""
    try:
        office.need(Feature.TASK_STATUS_WRITE, budget)
        office.client.put(f"tasks/{number}", {"TaskStatus": _DONE}, budget)
    except NotFound:
        return  # deleted meanwhile
    except _PASSING:
        raise
    except DeliveryError as refused:
        why = f"The earlier Task says where the case went, but it is not set to done. {refused}"
        raise CannotTell(why) from refused
