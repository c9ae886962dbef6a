"""Users, patients, their notes and fields, and clinics: what can be written (open-dental-api.md 3.6 to 3.12)."""

import pytest
from tests.simulators.open_dental.caller import NOW, service

USER = {"UserName": "Service Recovery", "UserGroupNum": 2, "Password": "Harbor7view"}
PATIENT = {"LName": "Quill", "FName": "Tamsin", "Birthdate": "1990-04-05", "WirelessPhone": "2015550177"}


def test_a_user_is_made_and_the_answer_repeats_the_password(practice):
    made = practice.post("userods", USER)
    assert (made.status, made.json["Password"], made.json["userGroupNums"]) == (201, "Harbor7view", [2])
    assert "Harbor7view" not in practice.get("userods").text
    assert practice.post("userods", USER).json == "UserName is already in use."
    groups = {row["UserGroupNum"] for row in practice.get("usergroups").json}
    attached = [row for row in practice.get("usergroupattaches").json if row["UserNum"] == made.json["UserNum"]]
    assert {row["UserGroupNum"] for row in attached} <= groups
    assert len(attached) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"UserName": "Space "}, 400),
        ({"UserName": ""}, 400),
        ({"Password": "short1A"}, 400),
        ({"Password": "nodigitshere"}, 400),
        ({"UserGroupNum": 77}, 404),
    ],
)
def test_a_user_that_cannot_be_is_refused(practice, change, status):
    before = len(practice.get("userods").json)
    assert practice.post("userods", {**USER, **change}).status == status
    assert len(practice.get("userods").json) == before


def test_a_user_is_changed(practice):
    body = {"IsHidden": "true", "userGroupNums": [2, 4], "ProviderNum": 12, "ClinicNum": 2, "EmployeeNum": 5}
    changed = practice.put("userods/201", body).json
    assert {name: changed[name] for name in body} == body
    assert changed["providerName"] == "Joan Pike"
    assert 201 not in [row["UserNum"] for row in practice.get("userods").json]
    assert practice.put("userods/201", {"userGroupNums": []}).status == 400
    assert practice.put("userods/201", {"ClinicNum": 77}).status == 404


def test_a_patient_is_made_as_their_own_guarantor_and_not_twice(practice):
    made = practice.post("patients", PATIENT)
    row = made.json
    assert (made.status, row["Guarantor"], row["PatStatus"]) == (201, row["PatNum"], "Patient")
    assert (row["BillingType"], row["SecDateEntry"], row["DateTStamp"]) == ("Standard Account", NOW[:10], NOW)
    assert practice.post("patients", PATIENT).json == "Patient already exists."
    assert practice.post("patients", {**PATIENT, "Birthdate": "1991-04-05", "WirelessPhone": ""}).status == 201
    assert practice.post("patients", {"LName": "Quill"}).json == "FName is required."


def test_an_empty_text_clears_a_field_but_not_a_name(practice):
    before = practice.get("patients/1001").json
    changed = practice.put("patients/1001", {"Email": "", "LName": "", "TxtMsgOk": "No", "Guarantor": 1004}).json
    assert changed == {**before, "Email": "", "TxtMsgOk": "No", "Guarantor": 1004, "DateTStamp": NOW}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"PatStatus": "Deleted"}, 400),
        ({"PatStatus": 3}, 400),
        ({"Birthdate": "05.04.1990"}, 400),
        ({"PriProv": 77}, 404),
        ({"Guarantor": 77}, 404),
        ({"BillingType": "Barter"}, 400),
        ({"PreferContactMethod": "Pigeon"}, 400),
    ],
)
def test_a_patient_is_not_changed_to_what_makes_no_sense(practice, change, status):
    before = practice.get("patients/1001").json
    assert practice.put("patients/1001", change).status == status
    assert practice.get("patients/1001").json == before


def test_a_deleted_patient_cannot_be_changed_and_is_in_no_list(practice):
    practice.control("PUT", "rows/patient/1001", {"PatStatus": "Deleted"})
    assert practice.put("patients/1001", {"Email": ""}).json == "Patient has been deleted"
    assert practice.put("patientnotes/1001", {"Service": "x"}).status == 400
    assert 1001 not in [row["PatNum"] for row in practice.get("patients/Simple").json]
    assert 1001 not in [row["PatNum"] for row in practice.get("patients").json]


def test_the_notes_of_a_patient_are_replaced_one_by_one(practice):
    empty = {"PatNum": 1001, "Medical": "", "Service": "", "ICEName": "", "ICEPhone": ""}
    assert practice.get("patientnotes/1001").json == empty
    first = practice.put("patientnotes/1001", {"Service": "Mornings.", "ICEName": "Bruno"}).json
    assert first == {**empty, "Service": "Mornings.", "ICEName": "Bruno"}
    practice.put("patientnotes/1001", {"Service": ""})
    assert practice.get("patientnotes/1001").json == {**empty, "ICEName": "Bruno"}
    assert practice.get("patientnotes/77").status == 404


def test_fields_of_patients_are_defined_renamed_and_removed_when_nobody_uses_them(practice):
    names = [row["FieldName"] for row in practice.get("patfielddefs").json]
    assert names == ["Referred by", "Service recovery"]
    made = practice.post("patfielddefs", {"FieldName": "Greeting"})
    assert made.status == 201
    assert practice.post("patfielddefs", {"FieldName": "Greeting"}).status == 400
    number = made.json["PatFieldDefNum"]
    assert (
        practice.put(f"patfielddefs/{number}", {"FieldName": "Welcome", "IsHidden": "true"}).json["IsHidden"] == "true"
    )
    assert practice.put("patfielddefs/1", {"FieldName": "Sent by"}).status == 200
    assert practice.get("patfields", PatNum=1002).json[0]["FieldName"] == "Sent by"
    assert practice.call("DELETE", "/api/v1/patfielddefs/1").json == "PatFieldDef is in use."
    assert practice.call("DELETE", f"/api/v1/patfielddefs/{number}").status == 200
    assert practice.put(f"patfielddefs/{number}", {}).json == "PatFieldDef not found."


def test_patient_fields_that_changed_are_found_by_time(practice):
    practice.put("patfields", {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A friend"})
    found = practice.get("patfields", SecDateTEdit="2026-03-02 14:00:00").json
    assert [(row["PatNum"], row["FieldValue"]) for row in found] == [(1002, "A friend")]
    assert practice.get("patfields", SecDateTEdit=NOW).json == []


def test_a_changed_field_comes_back_from_25_3_on(running):
    body = {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A friend"}
    assert running(service(version="25.2.21")).put("patfields", body).text == ""
    assert running(service(version="25.4.48")).put("patfields", body).json["FieldValue"] == "A friend"


def test_a_clinic_is_changed_without_an_answer_and_hidden_ones_are_not_listed(practice):
    answer = practice.put("clinics/1", {"Phone": "2015550199", "BillingCity": "Millbrook"})
    assert (answer.status, answer.text) == (200, "")
    row = practice.get("clinics").json[0]
    assert (row["Phone"], row["BillingCity"]) == ("2015550199", "Millbrook")
    assert practice.put("clinics/1", {"Phone": "(201) 555"}).status == 400
    practice.put("clinics/2", {"IsHidden": "true"})
    assert [row["ClinicNum"] for row in practice.get("clinics").json] == [1, *range(3, 13)]


def test_a_search_for_what_nobody_here_has_finds_nobody(practice):
    for query in ({"SubscriberId": "x"}, {"Country": "US"}, {"invoiceNumber": "5"}, {"SiteNum": 3}):
        assert practice.get("patients", **query).json == []
    assert len(practice.get("patients", SiteNum=0, Limit=5).json) == 5
