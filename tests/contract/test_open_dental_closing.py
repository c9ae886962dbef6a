"""Earlier Tasks and Popups against the Open Dental simulator of every mode and version: each thing is there once."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from tests.contract.carrying import FAULTS, carry, look
from tests.contract.offices import KEY, OMAR, TASK, Office, connect, serve

from amends.deliveries.channel import CannotTell, Configuration, Outgoing, Proof
from amends.integrations.channels import channel
from amends.integrations.http import close_connections
from amends.integrations.marker import holds_marker
from amends.integrations.open_dental.client import OpenDentalClient
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices
from amends.simulators.open_dental.settings import Mode, Settings

pytestmark = pytest.mark.django_db

CLOSE, POPUP = "open_dental.task_close", "open_dental.popup"
numbers = count(1)


def a_task(there: Office) -> int:
    """A Task that Amends wrote into Omar's inbox."""
    case = f"UP-{next(numbers)}"
    text = f"Call back today.\nCase {case}. Ana Ruiz, today [{case}.2]"
    payload = {"PatNum": there.seen_today, "text": text, "to_user_num": OMAR, "inbox": 501}
    return int(channel(TASK).deliver(Outgoing(f"{case}.2", TASK, "main", payload)).id)


def closing(there: Office, task: int) -> Outgoing:
    case = task_row(there, task)["Descript"].rpartition("[")[2].partition(".")[0]
    marker = f"{case}.9"
    text = f"This case is with Rita – now.\nOmar Haddad, office manager [{marker}]"
    return Outgoing(marker, CLOSE, "main", {"TaskNum": task, "text": text}, sent_at=datetime.now(UTC))


def greeting(there: Office) -> Outgoing:
    marker = f"UP-{next(numbers)}.12"
    payload = {
        "PatNum": there.seen_today,
        "text": f"Next visit: please greet this patient. [{marker}]",
        "ends": (datetime.now(UTC) + timedelta(days=90)).isoformat(),
        "zone": "America/New_York",
    }
    return Outgoing(marker, POPUP, "main", payload, sent_at=datetime.now(UTC))


def task_row(there: Office, number: int) -> dict[str, Any]:
    return there.simulator.databases[KEY].tables["task"][number]


def times(there: Office, marker: str) -> int:
    """How often the marker stands in what people see."""
    texts = [row["Descript"] for row in there.rows("task")]
    texts += [row["Note"] for row in there.rows("tasknote")]
    texts += [row["Description"] for row in there.rows("popup") if not row["IsArchived"]]
    return sum(holds_marker(word, marker) for text in texts for word in text.split())


def writes_tasks(there: Office) -> bool:
    return there.settings.version != "22.4"


def writes_popups(there: Office) -> bool:
    return there.settings.version not in ("22.4", "24.4.51")


def close(there: Office, task: int, out: Outgoing) -> None:
    """Carries it; afterwards the Task is done and says why once, or nothing was written and a person is asked."""
    if not writes_tasks(there):
        with pytest.raises(Configuration, match=r"22\.4\.15"):
            carry(there, out)
        assert (task_row(there, task)["TaskStatus"], times(there, out.marker)) == ("New", 0)
        return
    assert carry(there, out) == (CLOSE, Proof(str(task), "Earlier Task"))
    assert (task_row(there, task)["TaskStatus"], times(there, out.marker)) == ("Done", 1)


class TestEarlierTask:
    def test_when_all_is_well(self, any_office: Office) -> None:
        connect(any_office)
        task = a_task(any_office)
        out = closing(any_office, task)
        close(any_office, task, out)
        assert look(CLOSE, out) == (Proof(str(task), "Earlier Task") if writes_tasks(any_office) else None)

    @pytest.mark.parametrize("then", FAULTS)
    def test_when_both_writes_go_wrong(self, any_office: Office, then: str) -> None:
        connect(any_office)
        task = a_task(any_office)
        rules = [{"method": method, "path": "/", "times": 1, "then": then} for method in ("POST", "PUT")]
        any_office.simulator.faults.put({"rules": rules})
        close(any_office, task, closing(any_office, task))

    @pytest.mark.parametrize(("method", "path"), [("POST", "/tasknotes"), ("PUT", "/tasks/*")])
    @pytest.mark.parametrize("then", FAULTS)
    def test_when_one_write_goes_wrong(self, newest_office: Office, method: str, path: str, then: str) -> None:
        connect(newest_office)
        task = a_task(newest_office)
        newest_office.break_next(method, path, then)
        close(newest_office, task, closing(newest_office, task))

    @pytest.mark.parametrize("then", ["drop_before", "status:504", "status:429", "truncate"])
    def test_when_reading_goes_wrong(self, any_office: Office, then: str) -> None:
        connect(any_office)
        task = a_task(any_office)
        any_office.break_next("GET", "/", then, times=2)
        close(any_office, task, closing(any_office, task))

    def test_when_both_writes_and_both_looks_go_wrong(self, any_office: Office) -> None:
        connect(any_office)
        task = a_task(any_office)
        rules = [
            {"method": "POST", "path": "/tasknotes", "times": 1, "then": "late_commit:30"},
            {"method": "PUT", "path": "/tasks/*", "times": 1, "then": "status_after:504"},
            {"method": "GET", "path": "/tasknotes", "times": 1, "then": "status:504"},
            {"method": "GET", "path": "/tasks", "times": 1, "then": "drop_before"},
        ]
        any_office.simulator.faults.put({"rules": rules})
        close(any_office, task, closing(any_office, task))

    def test_when_the_office_is_offline(self, any_office: Office) -> None:
        connect(any_office)
        task = a_task(any_office)
        any_office.simulator.faults.offline = True
        close(any_office, task, closing(any_office, task))

    def test_when_the_program_is_killed_between_the_two_writes(
        self, any_office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect(any_office)
        task = a_task(any_office)
        out = closing(any_office, task)
        with monkeypatch.context() as patched:
            patched.setattr(OpenDentalClient, "put", killed)
            with pytest.raises(Killed if writes_tasks(any_office) else Configuration):
                channel(CLOSE).deliver(out)
        close_connections()
        forget_offices()
        assert look(CLOSE, out) is None
        assert task_row(any_office, task)["TaskStatus"] == "New"
        close(any_office, task, out)

    @pytest.mark.parametrize("over", ["done", "gone"])
    def test_a_task_that_needs_nothing_any_more(self, any_office: Office, over: str) -> None:
        connect(any_office)
        task = a_task(any_office)
        out = closing(any_office, task)
        tasks = any_office.simulator.databases[KEY]
        if over == "done":
            tasks.update("task", task, {"TaskStatus": "Done"})
        else:
            tasks.delete("task", task)
        assert channel(CLOSE).deliver(out) == Proof(str(task), "Earlier Task")
        assert times(any_office, out.marker) == 0

    @pytest.mark.parametrize("lost", ["status_after:504", "drop_after"])
    def test_what_the_manager_wrote_there_stays(self, newest_office: Office, lost: str) -> None:
        connect(newest_office)
        task = a_task(newest_office)
        out = closing(newest_office, task)
        descript = f"{task_row(newest_office, task)['Descript']}\r\nRing twice, before noon."
        newest_office.simulator.databases[KEY].update("task", task, {"Descript": descript})
        newest_office.break_next("PUT", "/tasks/*", lost)
        close(newest_office, task, out)
        assert task_row(newest_office, task)["Descript"] == descript


class Killed(BaseException):
    """The process ends here."""


def killed(*_: object, **__: object) -> None:
    raise Killed


# Between the versions that are shipped as profiles: no task notes yet, and before 24.2.10 no status either.
@pytest.mark.parametrize("version", ["24.2.10", "24.4.13"])
@pytest.mark.parametrize("then", ["", *FAULTS])
def test_before_task_notes_the_task_itself_says_it_once(version: str, then: str) -> None:
    for there in serve(Settings(mode=Mode.SERVICE, version=version)):
        connect(there)
        task = a_task(there)
        before = task_row(there, task)["Descript"]
        out = closing(there, task)
        if then:
            there.break_next("PUT", "/tasks/*", then)
        close(there, task, out)
        assert "".join(task_row(there, task)["Descript"].split()).startswith("".join(before.split()))


def test_before_24_2_10_the_task_says_it_once_and_a_person_sets_it_to_done() -> None:
    for there in serve(Settings(mode=Mode.SERVICE, version="23.1.30")):
        connect(there)
        task = a_task(there)
        out = closing(there, task)
        for _ in range(2):
            with pytest.raises(CannotTell, match=r"24\.2\.10"):
                carry(there, out)
        assert (task_row(there, task)["TaskStatus"], times(there, out.marker)) == ("New", 1)
        there.simulator.databases[KEY].update("task", task, {"TaskStatus": "Done"})
        assert carry(there, out)[1] == Proof(str(task), "Earlier Task")


def test_without_the_permission_nothing_is_written() -> None:
    for there in serve(Settings(mode=Mode.SERVICE)):
        connect(there)
        task = a_task(there)
        there.simulator.offices.change({"permissions": "ReadAll,Comm"}, KEY)
        forget_offices()
        OpenDentalDatabase.objects.update(facts={})
        out = closing(there, task)
        with pytest.raises(Configuration, match="ApiAllOthers"):
            channel(CLOSE).deliver(out)
        assert times(there, out.marker) == 0


def greet(there: Office, out: Outgoing) -> Proof | None:
    """Carries it; afterwards it is there once, or nothing was written and a person is asked."""
    if not writes_popups(there):
        with pytest.raises(Configuration, match="never be taken away"):
            carry(there, out)
        assert times(there, out.marker) == 0
        return None
    _, proof = carry(there, out)
    assert times(there, out.marker) == 1
    return proof


class TestPopup:
    def test_when_all_is_well(self, any_office: Office) -> None:
        connect(any_office)
        out = greeting(any_office)
        proof = greet(any_office, out)
        assert look(POPUP, out) == proof
        if proof is not None:
            row = any_office.simulator.databases[KEY].tables["popup"][int(proof.id)]
            assert (row["PatNum"], row["PopupLevel"]) == (out.payload["PatNum"], "Patient")
            left = datetime.fromisoformat(row["DateTimeDisabled"]) - any_office.simulator.clock.now()
            assert timedelta(days=89) < left < timedelta(days=91)

    @pytest.mark.parametrize("then", FAULTS)
    def test_when_the_write_goes_wrong(self, any_office: Office, then: str) -> None:
        connect(any_office)
        any_office.break_next("POST", "/popups", then)
        greet(any_office, greeting(any_office))

    @pytest.mark.parametrize("then", ["drop_before", "status:504", "status:429", "truncate"])
    def test_when_the_look_goes_wrong_too(self, any_office: Office, then: str) -> None:
        connect(any_office)
        rules = [
            {"method": "POST", "path": "/popups", "times": 1, "then": "late_commit:30"},
            {"method": "GET", "path": "/popups", "times": 2, "then": then},
        ]
        any_office.simulator.faults.put({"rules": rules})
        greet(any_office, greeting(any_office))

    def test_one_that_a_relative_has_or_that_was_changed_is_another(self, newest_office: Office) -> None:
        connect(newest_office)
        out = greeting(newest_office)
        proof = greet(newest_office, out)
        assert proof is not None
        database = newest_office.simulator.databases[KEY]
        row = dict(database.tables["popup"][int(proof.id)])
        database.update("popup", int(proof.id), {"IsArchived": True})
        assert look(POPUP, out) is None
        patients = database.tables["patient"]
        relative = next(each for each in patients.values() if each["PatNum"] != row["PatNum"])
        database.update("patient", relative["PatNum"], {"Guarantor": patients[row["PatNum"]]["Guarantor"]})
        database.insert("popup", {**row, "PatNum": relative["PatNum"], "PopupNum": 0})
        assert look(POPUP, out) is None
