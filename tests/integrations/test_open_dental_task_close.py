"""An earlier Task says once where the case went, and is done; what keeps it from that is told honestly."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.integrations.chart import MARKER, deliver, find
from tests.integrations.conftest import permissions
from tests.integrations.servers import Asked, Says, StubServer

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.open_dental.models import OpenDentalDatabase

pytestmark = pytest.mark.usefixtures("database")

CLOSING: dict[str, Any] = {"TaskNum": 77, "text": f"This case is with Rita – now.\nOmar Haddad [{MARKER}]"}
WRITTEN = f"This case is with Rita - now.\nOmar Haddad [{MARKER}]"
PROOF = Proof("77", "Earlier Task")


@dataclass
class EarlierTask:
    """Task 77 of Maple Street's Open Dental, as far as its version tells of it."""

    server: StubServer
    descript: str = "Call Dana back today. Case UP-1042. Ana Ruiz, team member, 2026-03-02 10:00 [UP-1042.2]"
    status: str = "Viewed"
    notes: list[str] = field(default_factory=list)
    gone: bool = False

    @property
    def row(self) -> dict[str, Any]:
        return {"TaskNum": 77, "Descript": self.descript, "TaskStatus": self.status}

    def be(self, version: str) -> None:
        """An office of that version answers."""
        number = tuple(int(part) for part in version.split("."))
        self.server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": f"{version}.0"}])
        self.server.on("GET", "tasks", self._many)
        if number >= (22, 4, 15):
            self.server.on("PUT", "tasks/77", self._change)
        if number >= (24, 4, 13):
            self.server.on("GET", "tasks/77", self._one)
        if number >= (24, 4, 22):
            self.server.on("GET", "tasknotes", self._noted)
            self.server.on("POST", "tasknotes", self._note)

    def _one(self, asked: Asked) -> Any:
        return Says(404, "Task not found.") if self.gone else self.row

    def _many(self, asked: Asked) -> Any:
        # Whatever the filter says, rows of others come too.
        others = [{"TaskNum": 770, "Descript": f"x {MARKER}", "TaskStatus": asked.query["TaskStatus"]}]
        return others if self.gone else [*others, self.row]

    def _noted(self, asked: Asked) -> Any:
        others = [{"TaskNoteNum": 900, "TaskNum": 770, "Note": f"of another Task {MARKER}"}]
        return [*others, *({"TaskNoteNum": n, "TaskNum": 77, "Note": text} for n, text in enumerate(self.notes, 1))]

    def _note(self, asked: Asked) -> Says:
        self.notes.append(asked.body["Note"])
        return Says(201, {"TaskNoteNum": len(self.notes)})

    def _change(self, asked: Asked) -> Any:
        if self.gone:
            return Says(404, "Task not found.")
        if "Descript" in asked.body:
            self.descript = asked.body["Descript"]
            self.status = "Viewed" if self.status == "Done" else self.status
        self.status = asked.body.get("TaskStatus", self.status)
        return self.row

    @property
    def written(self) -> list[tuple[str, Any]]:
        """Everything that was written, in order."""
        return [(asked.method, asked.body) for asked in self.server.asked if asked.method != "GET"]


@pytest.fixture
def task(server: StubServer) -> EarlierTask:
    task = EarlierTask(server)
    task.be("25.4.48")
    return task


NOTE = ("POST", {"TaskNum": 77, "UserNum": 1, "Note": WRITTEN})
DONE = ("PUT", {"TaskStatus": "Done"})


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_note_is_written_under_the_task_and_then_the_task_is_done(task: EarlierTask) -> None:
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [NOTE, DONE]
    assert find("task_close", CLOSING) == PROOF


@pytest.mark.parametrize("again", [1, 3])
def test_delivering_again_writes_nothing_twice(task: EarlierTask, again: int) -> None:
    for _ in range(1 + again):
        assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [NOTE, DONE]


def test_where_the_note_stands_already_only_the_status_is_written(task: EarlierTask) -> None:
    task.notes.append(WRITTEN)
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [DONE]


def test_the_marker_of_another_delivery_is_not_taken_for_this_one(task: EarlierTask) -> None:
    task.notes.append(f"This case is with Ruth now. [{MARKER}1]")
    deliver("task_close", CLOSING)
    assert task.written == [NOTE, DONE]


@pytest.mark.parametrize("version", ["22.4.15", "24.4.12", "24.4.21", "25.4.48"])
@pytest.mark.parametrize("over", ["done", "gone"])
def test_a_task_that_is_done_or_gone_needs_nothing(task: EarlierTask, version: str, over: str) -> None:
    task.be(version)
    task.status, task.gone = ("Done", False) if over == "done" else ("New", True)
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == []


def test_a_task_that_is_deleted_before_its_status_is_written_needs_nothing(task: EarlierTask) -> None:
    task.server.on("PUT", "tasks/77", Says(404, "Task not found."))
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [NOTE, DONE]


@pytest.mark.parametrize("version", ["24.4.21", "25.4.48"])
@pytest.mark.parametrize("descript", ["Order gloves.", "Call back. Case UP-10421. [UP-10421.2]", ""])
def test_a_task_that_does_not_name_the_case_is_left_alone(task: EarlierTask, version: str, descript: str) -> None:
    task.be(version)
    task.descript = descript  # somebody mistyped the number of the Task that they wrote by hand
    with pytest.raises(Permanent, match="Task 77 does not name this case"):
        deliver("task_close", CLOSING)
    assert task.written == []


# --- older offices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["24.2.10", "24.4.12", "24.4.13", "24.4.21"])
@pytest.mark.parametrize("status", ["New", "Viewed"])
def test_before_task_notes_the_text_is_added_to_the_task_itself_and_the_status_comes_last(
    task: EarlierTask, version: str, status: str
) -> None:
    task.be(version)
    task.status, before = status, task.descript
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [("PUT", {"Descript": f"{before}\n{WRITTEN}"}), DONE]
    assert (task.descript, task.status) == (f"{before}\n{WRITTEN}", "Done")


@pytest.mark.parametrize("version", ["24.4.12", "24.4.21"])
def test_before_task_notes_the_text_is_added_once(task: EarlierTask, version: str) -> None:
    task.be(version)
    task.descript = f"{task.descript} {WRITTEN}"
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [DONE]


def test_an_office_that_was_updated_in_between_is_not_told_twice(task: EarlierTask) -> None:
    task.descript = f"{task.descript} {WRITTEN}"
    assert deliver("task_close", CLOSING) == PROOF
    assert task.written == [DONE]


@pytest.mark.parametrize("version", ["22.4.15", "24.2.9"])
def test_an_office_that_is_too_old_for_the_status_asks_a_person_for_it_and_adds_its_text_once(
    task: EarlierTask, version: str
) -> None:
    task.be(version)
    before = task.descript
    for _ in range(2):
        with pytest.raises(CannotTell, match=r"not set to done.*24\.2\.10"):
            deliver("task_close", CLOSING)
    assert task.written == [("PUT", {"Descript": f"{before}\n{WRITTEN}"})]
    task.status = "Done"  # a person did it
    assert deliver("task_close", CLOSING) == PROOF


@pytest.mark.parametrize("version", ["22.3.10", "22.4.14"])
def test_an_office_that_is_older_still_asks_a_person_for_everything(task: EarlierTask, version: str) -> None:
    task.be(version)
    with pytest.raises(Configuration, match="before Open Dental 22"):
        deliver("task_close", CLOSING)
    assert task.written == []


def test_a_task_without_room_is_left_as_it_is(task: EarlierTask) -> None:
    task.be("24.4.21")
    task.descript += "é" * 30_000
    with pytest.raises(Permanent, match="so long"):
        deliver("task_close", CLOSING)
    assert task.written == []


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "missing"), [(("ApiReadAll", "ApiComm"), "ApiAllOthers"), (("ApiComm", "ApiAllOthers"), "ApiReadAll")]
)
def test_without_the_permission_a_person_is_asked(task: EarlierTask, held: tuple[str, ...], missing: str) -> None:
    task.server.on("GET", "securityperms", permissions(*held))
    with pytest.raises(Configuration, match=missing):
        deliver("task_close", CLOSING)
    assert task.written == []


def test_a_key_that_may_only_read_still_sees_that_nothing_is_left_to_do(task: EarlierTask) -> None:
    task.server.on("GET", "securityperms", permissions("ApiReadAll"))
    task.status = "Done"
    assert deliver("task_close", CLOSING) == PROOF


def test_without_an_author_a_person_is_asked(task: EarlierTask) -> None:
    OpenDentalDatabase.objects.update(author_user_num=0)
    with pytest.raises(Configuration, match="author"):
        deliver("task_close", CLOSING)
    assert task.written == []


def test_a_payload_without_its_task_is_refused() -> None:
    with pytest.raises(Permanent, match="TaskNum"):
        deliver("task_close", CLOSING, TaskNum=0)


# --- what goes wrong -------------------------------------------------------------------------------------------------

TROUBLES: list[tuple[Says, type[DeliveryError]]] = [
    (Says(400, "The office's eConnector is not running"), OfficeOffline),
    (Says(429, "Too many requests", {"Retry-After": "3"}), RetryAfter),
    (Says(504), UnknownOutcome),
    (Says(drop=True), UnknownOutcome),
]


@pytest.mark.parametrize(("says", "kind"), TROUBLES)
def test_between_the_note_and_the_status_nothing_is_lost_and_the_note_is_not_written_again(
    task: EarlierTask, says: Says, kind: type[DeliveryError]
) -> None:
    task.server.on("PUT", "tasks/77", says)
    with pytest.raises(kind):
        deliver("task_close", CLOSING)
    assert find("task_close", CLOSING) is None
    task.be("25.4.48")
    assert deliver("task_close", CLOSING) == PROOF
    assert (task.notes, task.status) == ([WRITTEN], "Done")


@pytest.mark.parametrize(("says", "kind"), TROUBLES)
def test_a_note_that_could_not_be_written_is_told_so_and_the_status_is_left(
    task: EarlierTask, says: Says, kind: type[DeliveryError]
) -> None:
    task.server.on("POST", "tasknotes", says)
    with pytest.raises(kind):
        deliver("task_close", CLOSING)
    assert task.written == [NOTE]


@pytest.mark.parametrize("says", [Says(400, "TaskStatus is invalid."), Says(401, "A permission is missing.")])
def test_a_status_that_is_refused_for_good_is_told_without_denying_the_note(task: EarlierTask, says: Says) -> None:
    task.server.on("PUT", "tasks/77", says)
    with pytest.raises(CannotTell, match="says where the case went, but it is not set to done"):
        deliver("task_close", CLOSING)
    assert task.notes == [WRITTEN]


@pytest.mark.parametrize("path", ["tasks/77", "tasknotes"])
def test_nothing_is_written_where_the_reading_before_it_fails(task: EarlierTask, path: str) -> None:
    task.server.on("GET", path, Says(504))
    with pytest.raises(RetryAfter):
        deliver("task_close", CLOSING)
    task.status = "Done"
    with pytest.raises(RetryAfter):
        find("task_close", CLOSING)
    assert task.written == []


# --- looking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["New", "Viewed", "Done"])
@pytest.mark.parametrize("noted", [True, False])
def test_it_is_found_only_where_the_marker_stands_and_the_task_is_done(
    task: EarlierTask, status: str, noted: bool
) -> None:
    task.status, task.notes = status, [WRITTEN] if noted else []
    assert find("task_close", CLOSING) == (PROOF if noted and status == "Done" else None)
    task.notes, task.descript = [], f"{task.descript} {WRITTEN}" if noted else task.descript
    assert find("task_close", CLOSING) == (PROOF if noted and status == "Done" else None)


def test_a_task_that_is_gone_is_not_found(task: EarlierTask) -> None:
    task.gone = True
    assert find("task_close", CLOSING) is None


def test_an_office_that_cannot_be_asked_for_one_task_is_not_searched(task: EarlierTask) -> None:
    task.be("24.4.12")
    assert find("task_close", CLOSING) is None
    assert task.server.queries("tasks") == []
