"""A Task goes into the right inbox, and is found again however old it is."""

import pytest
from tests.integrations.chart import MARKER, TASK, deliver, find
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import (
    Configuration,
    Proof,
)
from amends.integrations.open_dental.models import OpenDentalDatabase

pytestmark = pytest.mark.usefixtures("database")


def test_a_task_goes_into_the_managers_inbox(server: StubServer) -> None:
    server.on("PUT", "queries/ShortQuery", [{"UserNum": 101, "UserName": "Omar Haddad", "TaskListInBox": 501}])
    server.on("POST", "tasks", Says(201, {"TaskNum": 77}))
    assert deliver("task", TASK, headline="Upset – “Dana”\n" + "x" * 300) == Proof("77", "Task")
    body = server.bodies("POST", "tasks")[0]
    override = body.pop("DescriptOverride")
    assert override.startswith('Upset - "Dana" xxx')
    assert len(override) <= 255
    assert body == {
        "TaskListNum": 501,
        "Descript": f"Call back today. {MARKER}",
        "UserNum": 1,
        "ObjectType": "Patient",
        "KeyNum": 4127,
    }


def test_a_task_about_nobody_is_looked_for_in_its_inbox(server: StubServer) -> None:
    server.on("POST", "tasks", Says(201, {"TaskNum": 77}))
    server.on("GET", "tasks", [{"TaskNum": 77, "Descript": f"Huddle {MARKER}"}])
    changes = {"PatNum": 0, "inbox": 601, "headline": ""}
    deliver("task", TASK, **changes)
    assert server.bodies("POST", "tasks") == [{"TaskListNum": 601, "Descript": TASK["text"], "UserNum": 1}]
    assert find("task", TASK, **changes) == Proof("77", "Task")
    assert server.queries("tasks")[-1] == {"TaskListNum": "601", "DateTimeOriginal": "2000-01-01 00:00:00"}


def test_a_task_is_found_among_all_of_the_patient_however_old(server: StubServer) -> None:
    server.on("GET", "tasks", [{"TaskNum": 1, "Descript": f"{MARKER}1"}, {"TaskNum": 2, "Descript": f"x {MARKER}"}])
    assert find("task", TASK) == Proof("2", "Task")
    assert server.queries("tasks") == [
        {"ObjectType": "Patient", "KeyNum": "4127", "DateTimeOriginal": "2000-01-01 00:00:00"}
    ]


def test_a_task_without_inbox_author_or_permission_is_a_matter_of_configuration(
    server: StubServer, database: OpenDentalDatabase
) -> None:
    server.on("POST", "tasks", Says(201, {"TaskNum": 77}))
    server.on(
        "PUT", "queries/ShortQuery", [{"UserNum": 102, "TaskListInBox": 502}, {"UserNum": 101, "TaskListInBox": 0}]
    )
    with pytest.raises(Configuration, match="inbox"):
        deliver("task", TASK)
    with pytest.raises(Configuration, match="no Open Dental user"):
        deliver("task", TASK, to_user_num=0)
    server.on("GET", "securityperms", [{"Permission": "ApiComm", "HasPermission": "true"}])
    OpenDentalDatabase.objects.update(author_user_num=2)
    with pytest.raises(Configuration, match="ApiAllOthers"):
        deliver("task", TASK, inbox=501)
    OpenDentalDatabase.objects.update(author_user_num=0)
    with pytest.raises(Configuration, match="author"):
        deliver("task", TASK, inbox=501)
    assert server.bodies("POST", "tasks") == []


def test_a_permission_that_was_granted_meanwhile_counts_at_the_next_try(server: StubServer) -> None:
    server.on("POST", "tasks", Says(201, {"TaskNum": 77}))
    server.on("GET", "securityperms", [{"Permission": "ApiComm", "HasPermission": "true"}])
    with pytest.raises(Configuration, match="ApiAllOthers"):
        deliver("task", TASK, inbox=501)
    server.on("GET", "securityperms", [{"Permission": "ApiAllOthers", "HasPermission": "true"}])
    assert deliver("task", TASK, inbox=501) == Proof("77", "Task")
