"""Try it: what is shown is what is written, nothing before the press, each entry once whatever goes wrong."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.setup.conftest import Connect, Go, Start, kept
from tests.setup.page import Page
from tests.simulators.open_dental.caller import Practice, service

from amends.audit.models import Look
from amends.cases.models import CaseRow
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.listening.chores import CHORES
from amends.integrations.open_dental.listening.state import Listening
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices, office
from amends.practice.models import Office, OpenDentalUser, Person, Post
from amends.setup import trials
from amends.setup.models import Trial
from amends.simulators.open_dental.permissions import read_permissions

OMAR = 101
WRITE = "Write these two now"


def prepare(connect: Connect, practice: Practice, go: Go) -> None:
    """Everything that comes before: the office with its manager, the author and the type."""
    connect(practice)
    go("offices").press("Save and go on")
    omar = Person.objects.create(email="omar@x.example", name="Omar Haddad")
    Post.objects.create(person=omar, role="office_manager", office=Office.objects.get(ClinicNum=1))
    OpenDentalUser.objects.create(person=omar, database="main", UserNum=OMAR)
    go("inboxes").press("Save and go on")
    go("commlog-type").press("Save and go on")


@pytest.fixture
def ready(connect: Connect, practice: Practice, go: Go) -> Practice:
    prepare(connect, practice, go)
    return practice


def choose(go: Go, *, words: str = "Morales") -> Page:
    """Searches at Maple Street and chooses the first who is found."""
    found = go("try").press("Search", {"office": "Maple Street", "words": words})
    (number, *_) = [value for value, _ in found.form("Show what would be written").choices["patient"]]
    return found.press("Show what would be written", {"patient": number})


def written(practice: Practice) -> dict[str, list[dict[str, Any]]]:
    """The entries of the test that are in Open Dental."""
    notes = [row for row in practice.rows("commlog") if "UP-0." in row["Note"]]
    return {"commlog": notes, "task": [row for row in practice.rows("task") if "UP-0." in row["Descript"]]}


def shown_texts(page: Page) -> list[str]:
    return re.findall(r'<pre class="paste">(.*?)</pre>', page.html, re.DOTALL)


def test_what_is_shown_is_what_is_written_and_nothing_before_the_press(ready: Practice, go: Go) -> None:
    before = kept(ready)
    page = choose(go)
    assert page.url == "/setup/try"
    for words in ("Upset patient", "Omar Haddad (number 501)", "Amends (number 1)", "Received"):
        assert words in page.text
    assert kept(ready) == before
    done = page.press(WRITE)
    (note,), (task,) = written(ready).values()
    assert f"CommLog {note['CommlogNum']}" in done.text
    assert f"Task {task['TaskNum']}" in done.text
    told = [" ".join(text.split()) for text in shown_texts(page)]
    assert told == [" ".join(note["Note"].split()), " ".join(task["Descript"].split())]
    assert (note["CommType"], note["SentOrReceived"]) == (ready.type_number("Upset patient"), "Received")
    assert (task["TaskListNum"], task["UserNum"], task["KeyNum"]) == (501, 1, note["PatNum"])
    moment = re.search(r"on the office’s clock", page.text)
    assert moment
    assert note["CommDateTime"][11:16] in page.text
    after = kept(ready)
    assert {name for name in after if after[name] != before[name]} <= {"commlog", "task", "signalod"}
    assert done.press("I have seen it, go on").url == "/setup/summary"


def test_a_second_press_writes_nothing_more(ready: Practice, go: Go, client: Client) -> None:
    choose(go).press(WRITE)
    client.post("/setup/try/write")
    assert [len(rows) for rows in written(ready).values()] == [1, 1]


@pytest.mark.parametrize("then", ["late_commit:1", "drop_after", "status:504"])
def test_what_may_have_been_written_is_looked_for_before_it_is_written_again(
    ready: Practice, go: Go, client: Client, then: str
) -> None:
    page = choose(go)
    ready.fault(then, method="POST", path="/api/v1/commlogs")
    page = page.press(WRITE)
    assert "It may be there." in page.text
    assert [len(rows) for rows in written(ready).values()][1] == 1
    client.post("/setup/try/write")  # too early: it might still land
    ready.late.happen()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        client.post("/setup/try/write")
    (note,) = written(ready)["commlog"]
    assert f"CommLog {note['CommlogNum']}" in go("try").text


def test_what_was_refused_is_said_and_can_be_pressed_again(ready: Practice, go: Go) -> None:
    page = choose(go)
    ready.fault("status:429", method="POST", path="/api/v1/tasks")
    page = page.press(WRITE)
    assert "Not written. Open Dental asked for a pause." in page.text
    done = page.press(WRITE)
    assert [len(rows) for rows in written(ready).values()] == [1, 1]
    assert "Open Dental gave it the number" in done.text


def test_what_changed_since_it_was_shown_is_not_written(ready: Practice, go: Go) -> None:
    page = choose(go)
    OpenDentalUser.objects.filter(UserNum=OMAR).update(TaskListInBox=0)
    for row in Trial.objects.filter(channel=trials.TASK):
        row.shown = {**row.shown, "TaskListNum": 599}
        row.save()
    page = page.press(WRITE)
    assert "It would look different now." in page.text
    assert [len(rows) for rows in written(ready).values()] == [1, 0]


def test_what_cannot_be_written_here_is_said_before(connect: Connect, start: Start, go: Go) -> None:
    practice = start(service(permissions=read_permissions("ReadAll,Comm")))
    prepare(connect, practice, go)
    page = choose(go)
    assert "No Task: Amends cannot write Tasks" in page.text
    page.press("Write this one now")
    assert [len(rows) for rows in written(practice).values()] == [1, 0]


def test_without_a_manager_there_is_no_task(ready: Practice, go: Go) -> None:
    Post.objects.filter(role="office_manager").delete()
    Office.objects.get(ClinicNum=1).save()  # what everybody remembers of the group is read again
    assert "Maple Street has no office manager yet" in choose(go).text


def test_the_search_is_looked_into_like_every_search(ready: Practice, go: Go) -> None:
    page = go("try").press("Search", {"office": "Maple Street", "words": "Morales"})
    assert "Morales" in page.text
    assert "Morales" not in page.url
    assert list(Look.objects.values_list("what", "person_name")) == [("search", "Alex Marsh")]
    assert "Nobody was found." in go("try").press("Search", {"words": "Nobodyatall"}).text
    assert go("try").press("Search", {"words": "M"}).status == 422


def test_an_office_that_is_offline_can_leave_the_test_out(ready: Practice, go: Go) -> None:
    ready.server.stop()
    page = go("try").press("Search", {"office": "Maple Street", "words": "Morales"})
    assert "Open Dental could not be searched." in page.text
    assert go("try").press("Leave the test out").url == "/setup/summary"


def test_a_patient_must_be_chosen_from_those_found(ready: Practice, go: Go) -> None:
    found = go("try").press("Search", {"office": "Maple Street", "words": "Morales"})
    assert found.press("Show what would be written").status == 422
    assert not Trial.objects.exists()


def test_another_patient_begins_anew_and_the_first_is_not_written(ready: Practice, go: Go) -> None:
    choose(go)
    first = Trial.objects.count()
    page = choose(go, words="Umber")
    assert Trial.objects.count() == first
    page.press(WRITE)
    assert [len(rows) for rows in written(ready).values()] == [1, 1]


def hear(practice: Practice, listening: Listening) -> None:
    """Half an hour later, everything that the office wrote is heard."""
    practice.instants.utc += timedelta(minutes=30)
    forget_offices()
    speaking = office("main")
    speaking.facts(Budget(20))
    for _ in range(2):
        for chore in CHORES.values():
            while chore.work(listening, speaking, Budget(20)):
                pass
        practice.instants.utc += timedelta(minutes=5)


def test_the_test_opens_no_case_though_its_type_does(ready: Practice, go: Go) -> None:
    ear = Ear.objects.create(database=OpenDentalDatabase.objects.get())
    listening = Listening(ear.database, ear, clock=lambda: ready.instants.utc.timestamp())
    hear(ready, listening)
    choose(go).press(WRITE)
    hear(ready, listening)
    assert not CaseRow.system.exists()
    mine = {"PatNum": 1001, "Note": "Waited an hour.", "commType": "Upset patient", "SentOrReceived": "Received"}
    assert ready.post("commlogs", mine).status == 201
    hear(ready, listening)
    assert CaseRow.system.count() == 1


def test_without_open_dental_there_is_nothing_to_try(go: Go) -> None:
    assert go("try").press("Go on").url == "/setup/summary"
