"""CommLogs and the definitions of their types (open-dental-api.md 3.1, 3.2)."""

import pytest
from tests.simulators.open_dental.caller import NOW, service


def test_defaults_are_a_phone_call_sent_now_as_miscellaneous_by_nobody(practice):
    row = practice.post("commlogs", {"PatNum": 1001, "Note": "Upset."}).json
    assert row == {
        "CommlogNum": 37,
        "PatNum": 1001,
        "CommDateTime": NOW,
        "CommType": str(practice.type_number("Miscellaneous")),
        "commType": "Miscellaneous",
        "Note": "Upset.",
        "Mode_": "Phone",
        "SentOrReceived": "Sent",
        "UserNum": 0,
        "DateTStamp": NOW,
        "CommSource": "User",
        "ProgramNum": 0,
        "DateTEntry": NOW,
        "ReferralNum": 0,
    }


def test_the_type_by_name_wins_over_the_type_by_number(practice):
    number = practice.type_number("Financial")
    body = {"PatNum": 1001, "Note": "x", "CommType": str(number)}
    assert practice.post("commlogs", body).json["commType"] == "Financial"
    assert practice.post("commlogs", {**body, "commType": "Upset patient"}).json["commType"] == "Upset patient"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("commType", "No such type", "commType is invalid."),
        ("commType", "Complaint (old)", "commType is invalid."),
        ("CommType", 1, "CommType is invalid."),
        ("Mode_", 3, "Mode_ is invalid."),
        ("Mode_", "InPerson", "Mode_ is invalid."),
        ("SentOrReceived", "Both", "SentOrReceived is invalid."),
        ("CommDateTime", "2026-03-02T14:05:00", "CommDateTime format must be yyyy-MM-dd HH:mm:ss"),
        ("CommDateTime", "2026-02-30 14:05:00", "CommDateTime format must be yyyy-MM-dd HH:mm:ss"),
        ("PatNum", "many", "PatNum is invalid."),
        ("Note", 5, "Note is invalid."),
    ],
)
def test_a_bad_field_is_refused_and_nothing_is_written(practice, field, value, told):
    good = {"PatNum": 1001, "Note": "x"}
    refused = practice.post("commlogs", {**good, field: value})
    assert (refused.status, refused.json) == (400, told)
    assert len(practice.get("commlogs", PatNum=1001).json) == 1
    assert practice.post("commlogs", good).status == 201


def test_a_deleted_patient_takes_no_commlog(practice):
    practice.call("PUT", "/_control/rows/patient/1001", {"PatStatus": "Deleted"})
    refused = practice.post("commlogs", {"PatNum": 1001, "Note": "x"})
    assert (refused.status, refused.json) == (400, "Patient has been deleted")


def test_put_replaces_the_note_drops_the_signature_and_leaves_the_rest(practice):
    practice.call("PUT", "/_control/rows/commlog/1", {"Signature": "signed"})
    before = practice.get("commlogs/1").json
    changed = practice.put("commlogs/1", {"Note": "Corrected.", "Mode_": "Email", "PatNum": 1002}).json
    assert changed == {**before, "Note": "Corrected.", "DateTStamp": NOW}
    rows = practice.call("GET", "/_control/rows/commlog").json
    assert rows[0]["Signature"] == ""
    assert practice.put("commlogs/1", {"Mode_": "Email"}).json == "Note is required."
    assert practice.put("commlogs/99", {"Note": "x"}).status == 404


def test_the_stamp_moves_only_when_a_value_really_changes(practice):
    before = practice.get("commlogs/1").json
    assert practice.put("commlogs/1", {"Note": before["Note"]}).json["DateTStamp"] == before["DateTStamp"]
    assert practice.put("commlogs/1", {"Note": "Other."}).json["DateTStamp"] == NOW


def test_the_time_filter_is_after_and_not_at(running):
    for inclusive, found in ((False, 0), (True, 1)):
        practice = running(service(stamp_inclusive=inclusive))
        practice.post("commlogs", {"PatNum": 1001, "Note": "x"})
        assert len(practice.get("commlogs", DateTStamp=NOW).json) == found


def test_the_newest_come_first(practice):
    numbers = [row["CommlogNum"] for row in practice.get("commlogs").json]
    assert numbers == sorted(numbers, reverse=True)


def test_a_commlog_follows_its_patient_and_disappears_without_a_trace(practice):
    made = practice.post("commlogs", {"PatNum": 1001, "Note": "x"}).json["CommlogNum"]
    practice.call("PUT", f"/_control/rows/commlog/{made}", {"PatNum": 1002})
    assert made in [row["CommlogNum"] for row in practice.get("commlogs", PatNum=1002).json]
    assert made not in [row["CommlogNum"] for row in practice.get("commlogs", PatNum=1001).json]
    practice.call("DELETE", f"/_control/rows/commlog/{made}")
    assert practice.get(f"commlogs/{made}").status == 404


def test_definitions_hide_hidden_rows_and_ignore_the_category_by_name(practice):
    visible = practice.get("definitions", Category=27).json
    everything = practice.get("definitions", Category=27, includeHidden="true").json
    assert {row["isHidden"] for row in visible} == {"false"}
    assert [row["ItemName"] for row in everything if row["isHidden"] == "true"] == ["Complaint (old)"]
    assert {row["Category"] for row in practice.get("definitions", category="CommLogTypes").json} > {27, 33}


def test_a_type_is_created_by_the_name_of_its_category(practice):
    made = practice.post("definitions", {"ItemName": "Service recovery", "category": "CommLogTypes", "Category": 4})
    assert made.status == 201
    assert (made.json["Category"], made.json["category"], made.json["isHidden"]) == (27, "CommLogTypes", "false")
    assert practice.post("commlogs", {"PatNum": 1001, "Note": "x", "commType": "Service recovery"}).status == 201
    assert practice.post("definitions", {"ItemName": "x", "category": "27"}).json == "category is invalid."
    assert practice.post("definitions", {"category": "CommLogTypes"}).json == "ItemName is required."
