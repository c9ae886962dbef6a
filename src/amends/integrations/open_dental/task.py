"""`open_dental.task`: one Task in a manager's inbox (open-dental-api.md 3.3, 3.4).

Payload: `payloads.TaskEntry`. Target: the key of the `OpenDentalDatabase`. Proof: the TaskNum.
"""

from collections.abc import Mapping

from amends.deliveries.channel import Configuration, Outgoing, Proof
from amends.integrations.marker import holds_marker

from .client import Budget
from .commlog import LOOKING_SECONDS, READING_SECONDS
from .features import Feature
from .looking import after_writing
from .office import Office, speaking_to
from .payloads import TaskEntry, read
from .rows import TaskRow
from .texts import chart_text, headline

PLACE = "Task"
# Without it Open Dental covers only the last 14 days. Not counted back from now: its clock is not ours.
EARLY = "2000-01-01 00:00:00"


class Task:
    """Puts a Task into an inbox, and finds it by its marker among the patient's Tasks or in that inbox."""

    name = "open_dental.task"

    def deliver(self, item: Outgoing) -> Proof:
        """POST once. Raises a `DeliveryError`."""
        entry = read(TaskEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(READING_SECONDS)
            number = office.client.post("tasks", body(office, entry, budget), budget).number("TaskNum")
            if number:
                return Proof(number, PLACE)
            return after_writing(lambda: _find(office, entry, item.marker), "the Tasks")

    def find(self, item: Outgoing) -> Proof | None:
        """Among all Tasks of the patient, of every age; for none, in the inbox."""
        entry = read(TaskEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            return _find(office, entry, item.marker)


def body(office: Office, entry: TaskEntry, budget: Budget) -> dict[str, object]:
    """What is sent, so that it can be shown before. Reads only; raises a `DeliveryError`."""
    if not office.author_user_num:
        raise Configuration("No Open Dental user is chosen as the author of Tasks.")
    office.need(Feature.TASK_WRITE, budget)
    made: dict[str, object] = {
        "TaskListNum": _inbox(office, entry, budget),
        "Descript": chart_text(entry.text),
        "UserNum": office.author_user_num,
    }
    if entry.PatNum:
        made |= {"ObjectType": "Patient", "KeyNum": entry.PatNum}
    if entry.headline:
        made["DescriptOverride"] = headline(entry.headline)
    return made


def _inbox(office: Office, entry: TaskEntry, budget: Budget) -> int:
    if entry.inbox:
        return entry.inbox
    if not entry.to_user_num:
        raise Configuration("The person whom the Task is for has no Open Dental user in Amends.")
    missing = office.why_not(Feature.QUERIES, budget)
    if missing:
        raise Configuration(f"The Task inbox of user {entry.to_user_num} is not known. {missing} Or enter its number.")
    number = office.inboxes(budget).get(entry.to_user_num)
    if number is None:
        raise Configuration(
            f"Open Dental user {entry.to_user_num} has no Task inbox. Set one up in Open Dental, or enter its number."
        )
    return number


def _find(office: Office, entry: TaskEntry, marker: str) -> Proof | None:
    budget = Budget(LOOKING_SECONDS)
    where: Mapping[str, str | int] = (
        {"ObjectType": "Patient", "KeyNum": entry.PatNum}
        if entry.PatNum
        else {"TaskListNum": _inbox(office, entry, budget)}
    )
    rows = office.client.rows("tasks", TaskRow, {**where, "DateTimeOriginal": EARLY}, budget)
    found = next((row for row in rows if holds_marker(row.Descript, marker)), None)
    return Proof(str(found.TaskNum), PLACE) if found else None
