"""What is refused at the edges, one line each, and the rarer filters."""

import pytest
from tests.simulators.open_dental.caller import MOMENT, NOW

from amends.simulators.open_dental.text import write_dotnet


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("commlogs?Offset=-1", "Offset is invalid."),
        ("commlogs?Limit=-1", "Limit is invalid."),
        ("definitions?includeHidden=maybe", "includeHidden is invalid."),
        ("patients?clinicNums=north", "clinicNums is invalid."),
        ("popups", "PatNum is required."),
        ("tasks?TaskStatus=2", "TaskStatus is invalid."),
        ("procedurelogs?ProcStatus=2", "ProcStatus is invalid."),
    ],
)
def test_a_bad_parameter_is_named(practice, path, told):
    refused = practice.call("GET", f"/api/v1/{path}")
    assert (refused.status, refused.json) == (400, told)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "definitions", {"ItemName": "x" * 256, "category": "CommLogTypes"}, 400),
        ("POST", "patfields", {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "x"}, 400),
        ("PUT", "appointments/1/Confirm", {"confirmVal": "Perhaps"}, 404),
        ("POST", "procedurelogs/GroupNote", {"PatNum": 1001, "Note": "x"}, 400),
        ("POST", "procedurelogs/GroupNote", {"PatNum": 1001, "Note": "x", "ProcNums": [True]}, 400),
        ("POST", "procedurelogs/GroupNote", {"PatNum": 1002, "Note": "x", "ProcNums": [1]}, 404),
        ("PUT", "procedurelogs/1/GroupNote", {"Note": "x"}, 404),
        ("PUT", "tasks/1", {"DateTimeEntry": "soon"}, 400),
        ("POST", "tasks", {"TaskListNum": 501, "UserNum": True, "Descript": "x"}, 400),
        ("POST", "procnotes", {"PatNum": 1001, "ProcNum": 1, "Note": "x", "doAppendNote": "yes"}, 400),
        ("POST", "commlogs", {"PatNum": 1001, "Note": "x" * 16_800_001}, 400),
    ],
)
def test_a_bad_body_is_refused(practice, method, path, body, status):
    assert practice.call(method, f"/api/v1/{path}", body).status == status


def test_the_search_window_filters_by_everything_it_shows(practice):
    practice.call("PUT", "/_control/rows/patient/1004", {"PatStatus": "Archived"})
    practice.call("PUT", "/_control/rows/patient/1005", {"PatStatus": "Inactive"})
    row = practice.get("patients/1001").json

    def found(**query: object) -> set[int]:
        rows = practice.get("patients", clinicNums="1", Limit=1000, **query).json
        return {each["PatNum"] for each in rows}

    assert found(showArchived="true") - found() == {1004}
    assert found() - found(hideInactive="true") == {1005}
    assert {1001, 1002} & found(guarOnly="true") == {1001}
    assert 1001 in found(Phone=f"({row['HmPhone'][:3]}) {row['HmPhone'][3:]}")
    assert 1001 in found(Birthdate=row["Birthdate"], clinicAbbr="Maple Street")
    assert found(clinicAbbr="Harbor View") == set()


def test_an_appointment_is_confirmed_by_number_and_a_change_that_changes_nothing_leaves_no_trace(practice):
    number = practice.get("definitions", Category=2).json[0]["DefNum"]
    for _ in range(2):
        assert practice.put("appointments/1/Confirm", {"defNum": number}).status == 200
    assert len(practice.get("histappointments", AptNum=1).json) == 2


def test_a_broken_appointment_writes_no_commlog_where_the_office_does_not_want_it(practice):
    preference = practice.get("preferences", PrefName="BrokenApptCommLog").json[0]["PrefNum"]
    practice.call("PUT", f"/_control/rows/preference/{preference}", {"ValueString": "0"})
    before = len(practice.get("commlogs").json)
    practice.put("appointments/7/Break", {"sendToUnscheduledList": True})
    assert practice.get("appointments/7").json["AptStatus"] == "UnschedList"
    assert len(practice.get("commlogs").json) == before


def test_the_entry_time_and_the_level_can_be_set_alone(practice):
    assert practice.put("tasks/1", {"DateTimeEntry": NOW}).json["DateTimeEntry"] == NOW
    assert practice.put("tasks/1", {"PriorityDefNum": 0}).status == 200
    assert practice.put("popups/1", {"PopupLevel": "Family"}).json["PopupLevel"] == "Family"
    assert practice.put("popups/1", {"Description": "Prefers the room at the end."}).status == 200
    note = practice.post("tasknotes", {"TaskNum": 1, "UserNum": 1, "Note": "x"}).json
    moved = practice.put(f"tasknotes/{note['TaskNoteNum']}", {"DateTimeNote": "2026-03-01 08:00:00"}).json
    assert moved == {**note, "DateTimeNote": "2026-03-01 08:00:00"}
    assert practice.get("procnotes", ProcNum=1).json == []


def test_control_refuses_rows_and_columns_that_are_not_there(practice):
    for method, path, body in (
        ("PUT", "commlog/9999", {"Note": "x"}),
        ("PUT", "commlog/1", {"Notes": "x"}),
        ("DELETE", "commlog/9999", None),
        ("PUT", "commlog/1?customer_key=nobody", {"Note": "x"}),
        ("PUT", "commlog/1", [1]),
    ):
        assert practice.call(method, f"/_control/rows/{path}", body).status == 400
    broken = {"databases": {"demo-customer": {"commlog": [{"CommlogNum": 1}]}}}
    assert practice.call("PUT", "/_control/state", broken).status == 400
    assert practice.get("commlogs/1").status == 200


def test_a_backslash_keeps_the_next_letter():
    assert write_dotnet(MOMENT, r"H\h", MOMENT - MOMENT) == "19h"
