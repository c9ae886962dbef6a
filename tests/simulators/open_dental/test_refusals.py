"""What is refused at the edges, one line each, and the rarer filters."""

from datetime import timedelta

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


def test_history_is_listed_without_an_appointment_and_filtered(practice):
    everything = practice.get("histappointments", Limit=1000).json
    missed = practice.get("histappointments", HistApptAction="Missed", ClinicNum=2).json
    assert 0 < len(missed) < len(everything)
    assert {(row["HistApptAction"], row["ClinicNum"]) for row in missed} == {("Missed", 2)}


def test_commlogs_about_a_referral_have_no_patient(practice):
    practice.control("POST", "rows/commlog", {"PatNum": 0, "ReferralNum": 4, "Note": "Thanked for the referral."})
    assert [row["ReferralNum"] for row in practice.get("commlogs", PatNum=0).json] == [4]
    assert practice.get("commlogs", PatNum=77).json == "Patient not found."


def test_popups_of_the_super_family_are_shown_too(practice):
    practice.post("popups", {"PatNum": 2001, "Description": "Cousin."})
    assert {row["PatNum"] for row in practice.get("popups", PatNum=1001).json} == {1001}
    for number in (1001, 2001):
        practice.control("PUT", f"rows/patient/{number}", {"SuperFamily": 1001})
    assert {row["PatNum"] for row in practice.get("popups", PatNum=1001).json} == {1001, 2001}


def test_a_task_may_be_given_another_subject_that_is_there(practice):
    about = practice.put("tasks/1", {"ObjectType": "Appointment", "KeyNum": 7}).json
    assert (about["ObjectType"], about["KeyNum"]) == ("Appointment", 7)
    assert practice.put("tasks/1", {"KeyNum": 99999}).json == "Appointment not found."
    assert practice.put("tasks/1", {"ObjectType": "Patient", "KeyNum": 77}).json == "Patient not found."


def test_a_group_note_may_name_its_provider(practice):
    body = {"PatNum": 1001, "ProcNums": [1], "Note": "Both done."}
    assert practice.post("procedurelogs/GroupNote", {**body, "ProvNum": 12}).json["ProvNum"] == 12
    assert practice.post("procedurelogs/GroupNote", {**body, "ProvNum": 77}).json == "Provider not found."


def test_numbers_may_be_taken_back_to_none(practice):
    assert practice.put("userods/201", {"ClinicNum": 0}).json["ClinicNum"] == 0
    assert practice.put("patients/1001", {"SecProv": 0}).json["secProvAbbr"] == ""
    made = practice.post(
        "patients", {"LName": "Quill", "FName": "Tam", "Guarantor": 1001, "BillingType": "Payment Plan"}
    )
    assert (made.json["Guarantor"], made.json["BillingType"]) == (1001, "Payment Plan")


def test_a_state_that_names_a_row_twice_has_the_later_one(practice):
    state = practice.control("GET", "state").json
    tables = state["databases"]["demo-customer"]
    tables["commlog"].append({**tables["commlog"][0], "PatNum": 1004, "Note": "Later."})
    assert practice.control("PUT", "state", state).status == 200
    assert practice.get("commlogs/1").json["Note"] == "Later."
    assert 1 in [row["CommlogNum"] for row in practice.get("commlogs", PatNum=1004).json]


def test_a_subscription_whose_start_was_moved_meanwhile_keeps_it(practice):
    body = {"EndPointUrl": "http://127.0.0.1:1/", "Workstation": "x", "WatchTable": "Patient", "PollingSeconds": 3600}
    number = practice.post("subscriptions", body).json["SubscriptionNum"]

    def move_meanwhile(*_: object) -> str:
        practice.put(f"subscriptions/{number}", {"DateTimeStart": "2026-03-01 00:00:00"})
        return "200"

    practice.office.firing._send = move_meanwhile
    practice.control("PUT", "rows/patient/1005", {"Preferred": "Kit"})
    practice.instants.utc += timedelta(seconds=1)
    assert len(practice.control("POST", "events/poll").json) == 1
    assert practice.get("subscriptions").json[0]["DateTimeStart"] == "2026-03-01 00:00:00"
