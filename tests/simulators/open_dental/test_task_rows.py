"""Tasks, their lists and their notes (open-dental-api.md 3.3 to 3.5)."""

import pytest
from tests.simulators.open_dental.caller import NOW, service

TASK = {"TaskListNum": 501, "UserNum": 1, "Descript": "Call Dana back today."}


def test_a_new_task_is_new_and_of_the_usual_priority(practice):
    made = practice.post("tasks", {**TASK, "ObjectType": "Patient", "KeyNum": "1001", "TaskStatus": "Done"})
    assert made.status == 201
    row = made.json
    assert (row["TaskStatus"], row["ObjectType"], row["KeyNum"]) == ("New", "Patient", 1001)
    assert (row["DateTimeOriginal"], row["DateTimeFinished"]) == (NOW, "0001-01-01 00:00:00")
    priorities = practice.get("definitions", Category=33).json
    assert row["PriorityDefNum"] == priorities[0]["DefNum"]
    assert practice.get(f"tasks/{row['TaskNum']}").json == row


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"TaskListNum": None}, 400, "TaskListNum is required."),
        ({"UserNum": None}, 400, "UserNum is required."),
        ({"Descript": ""}, 400, "Descript is required."),
        ({"KeyNum": 1001}, 400, "ObjectType is required."),
        ({"KeyNum": 9, "ObjectType": "Patient"}, 404, "Patient not found."),
        ({"KeyNum": 99999, "ObjectType": "Appointment"}, 404, "Appointment not found."),
        ({"TaskListNum": 9}, 404, "TaskList not found."),
        ({"UserNum": 9}, 404, "Userod not found."),
        ({"ObjectType": 1}, 400, "ObjectType is invalid."),
        ({"PriorityDefNum": 1}, 400, "PriorityDefNum is invalid."),
        ({"DescriptOverride": "x" * 257}, 400, "DescriptOverride cannot be longer than 256 characters."),
    ],
)
def test_a_bad_field_is_refused(practice, change, status, told):
    refused = practice.post("tasks", {**TASK, **change})
    assert (refused.status, refused.json) == (status, told)
    assert practice.post("tasks", TASK).status == 201


def test_a_list_covers_fourteen_days_unless_it_is_told_how_far_back(practice):
    usual = practice.get("tasks", TaskListNum=501).json
    everything = practice.get("tasks", TaskListNum=501, DateTimeOriginal="2020-01-01 00:00:00").json
    assert [row["Descript"] for row in usual] == ["Call back about the estimate."]
    assert len(everything) == 2


def test_tasks_are_found_by_their_object_list_and_status(practice):
    made = practice.post("tasks", {**TASK, "ObjectType": "Patient", "KeyNum": 1001}).json["TaskNum"]

    def found(**query: object) -> list[int]:
        return [row["TaskNum"] for row in practice.get("tasks", **query).json]

    assert found(ObjectType="Patient", KeyNum=1001) == [made]
    assert found(ObjectType="Appointment", KeyNum=1001) == []
    assert made in found(TaskListNum=501, TaskStatus="New")
    assert found(TaskStatus="Done") == []
    assert practice.get("tasks", KeyNum=1001).json == "ObjectType is required."
    assert practice.get("tasks", UserNum=1).json == "'UserNum' is not a valid parameter."


def test_a_task_cannot_be_moved_or_given_another_author(practice):
    before = practice.get("tasks/1").json
    assert practice.put("tasks/1", {"TaskListNum": 502, "UserNum": 5}).json == before


def test_done_keeps_the_moment_and_a_new_text_opens_the_task_again(practice):
    done = practice.put("tasks/1", {"TaskStatus": "Done"}).json
    assert (done["TaskStatus"], done["DateTimeFinished"], done["SecDateTEdit"]) == ("Done", NOW, NOW)
    again = practice.put("tasks/1", {"Descript": "Call again."}).json
    assert (again["TaskStatus"], again["Descript"]) == ("Viewed", "Call again.")


def test_done_can_leave_the_moment_empty(running):
    practice = running(service(done_sets_finished=False))
    assert practice.put("tasks/1", {"TaskStatus": "Done"}).json["DateTimeFinished"] == "0001-01-01 00:00:00"


def test_lists_are_active_unless_the_archived_are_asked_for(practice):
    active = {row["TaskListNum"]: row["Descript"] for row in practice.get("tasklists").json}
    assert (active[501], active[521], active[601]) == ("Omar Haddad", "Ruth Bellamy", "Rita Lindqvist")
    assert [row["TaskListNum"] for row in practice.get("tasklists", TaskListStatus="Archived").json] == [451]
    assert practice.get("tasklists", TaskListStatus="All").status == 400


def test_tasknotes_are_added_read_and_changed(practice):
    made = practice.post("tasknotes", {"TaskNum": 1, "UserNum": 1, "Note": "Handed over."})
    number = made.json["TaskNoteNum"]
    assert (made.status, made.json["DateTimeNote"]) == (201, NOW)
    changed = practice.put(f"tasknotes/{number}", {"Note": "Handed over to Ruth."}).json
    assert changed == {**made.json, "Note": "Handed over to Ruth."}
    assert practice.get("tasknotes", TaskNum=1, UserNum=1).json == [changed]
    assert practice.get("tasknotes", TaskNum=1, UserNum=2).json == []
    assert practice.get(f"tasknotes/{number}").json == changed
    assert practice.get("tasknotes", TaskNum=99).status == 404
    assert practice.post("tasknotes", {"TaskNum": 1, "UserNum": 1, "Note": " "}).json == "Note is required."
    assert practice.put(f"tasknotes/{number}", {"Note": ""}).status == 400


def test_a_new_task_is_a_signal_to_the_workstations(practice):
    assert practice.get("signalods").json == "SigDateTime is required."
    made = practice.post("tasks", TASK).json["TaskNum"]
    rows = practice.get("signalods", SigDateTime="2026-03-02 14:00:00").json
    assert [(row["IType"], row["FKeyType"], row["FKey"]) for row in rows] == [("TaskPopup", "Task", made)]
