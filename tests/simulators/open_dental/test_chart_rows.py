"""Procedures, their notes, appointments, popups, fields and the chart (open-dental-api.md 3.7 to 3.12)."""

from tests.simulators.open_dental.caller import NOW, service

FIRST, SECOND = "Filling placed.", "Patient upset afterwards."


def _note(practice, text, **more):
    return practice.post("procnotes", {"PatNum": 1001, "ProcNum": 1, "Note": text, **more})


def test_a_procedure_note_replaces_what_is_shown_and_keeps_the_row_before(running):
    practice = running(service())
    assert _note(practice, FIRST).status == 201
    assert _note(practice, SECOND).json["Note"] == SECOND
    rows = practice.get("procnotes", PatNum=1001, ProcNum=1).json
    assert [row["Note"] for row in rows] == [SECOND, FIRST]
    assert (rows[0]["UserNum"], rows[0]["isSigned"], rows[0]["EntryDateTime"]) == (0, "false", NOW)


def test_do_append_note_puts_the_previous_note_and_two_line_breaks_in_front(practice):
    _note(practice, FIRST)
    appended = _note(practice, SECOND, doAppendNote="true", isSigned="true").json
    assert (appended["Note"], appended["isSigned"]) == (f"{FIRST}  {SECOND}", "true")
    stored = practice.call("GET", "/_control/rows/procnote").json[-1]
    assert stored["Note"] == f"{FIRST}\r\n\r\n{SECOND}"


def test_appending_to_nothing_is_the_note_itself(practice):
    assert _note(practice, FIRST, doAppendNote="true").json["Note"] == FIRST


def test_old_offices_know_neither_appending_nor_reading(running):
    practice = running(service(version="22.4"))
    _note(practice, FIRST)
    assert _note(practice, SECOND, doAppendNote="true").json["Note"] == SECOND
    assert practice.get("procnotes").status == 400


def test_a_procedure_note_needs_the_patients_own_procedure(practice):
    assert practice.post("procnotes", {"PatNum": 1002, "ProcNum": 1, "Note": "x"}).status == 404
    assert practice.post("procnotes", {"PatNum": 1001, "ProcNum": 99999, "Note": "x"}).json == "Procedure not found."
    assert practice.get("procnotes", PatNum=1025).json == []


def test_a_deleted_procedure_stays_with_status_d(practice):
    rows = practice.get("procedurelogs", ProcStatus="D", ClinicNum=1).json
    assert len(rows) == 1
    assert practice.get(f"procedurelogs/{rows[0]['ProcNum']}").json["ProcStatus"] == "D"
    assert isinstance(rows[0]["ProcFee"], str)


def test_a_group_note_lies_over_several_procedures(practice):
    numbers = [row["ProcNum"] for row in practice.get("procedurelogs", PatNum=1001).json][:2]
    made = practice.post("procedurelogs/GroupNote", {"PatNum": 1001, "ProcNums": numbers, "Note": "Both done."})
    assert (made.status, made.json["ProcNums"], made.json["Note"]) == (201, numbers, "Both done.")
    number = made.json["ProcNum"]
    more = {"PatNum": 1001, "Note": "More.", "doAppendNote": "true"}
    assert practice.put(f"procedurelogs/{number}/GroupNote", more).status == 400
    practice.control("PUT", f"rows/procedurelog/{number}", {"IsLocked": True})
    changed = practice.put(f"procedurelogs/{number}/GroupNote", more)
    assert changed.json["Note"] == "Both done.  More."
    assert practice.put(f"procedurelogs/{number}/GroupNote", {**more, "PatNum": 1002}).json == "Patient not found."
    older = practice.put("procedurelogs/GroupNote", {"ProcNum": number, "Note": "Only this."})
    assert older.json["Note"] == "Only this."
    assert practice.get("procedurelogs/GroupNotes", PatNum=1001).json == [older.json]
    assert practice.call("DELETE", f"/api/v1/procedurelogs/{number}/GroupNote").status == 200
    assert practice.get("procedurelogs/GroupNotes", PatNum=1001).json == []


def test_older_group_notes_need_one_date_clinic_and_provider(running):
    practice = running(service(version="25.2.21"))
    rows = practice.get("procedurelogs", PatNum=1001).json
    body = {"PatNum": 1001, "ProcNums": [rows[0]["ProcNum"], rows[1]["ProcNum"]], "Note": "x"}
    assert rows[0]["ProcDate"] != rows[1]["ProcDate"]
    assert practice.post("procedurelogs/GroupNote", body).status == 400
    assert practice.post("procedurelogs/GroupNote", {**body, "ProcNums": [rows[0]["ProcNum"]]}).status == 201


def test_appointments_are_filtered_by_day_clinic_and_status(practice):
    today = practice.get("appointments", date="2026-03-02", ClinicNum=1).json
    assert len(today) == 8
    assert {row["ClinicNum"] for row in today} == {1}
    both = practice.get("appointments", dateStart="2026-03-01", dateEnd="2026-03-02", ClinicNum=1).json
    assert len(both) == 15
    broken = practice.get("appointments", AptStatus="Broken", ClinicNum=1).json
    assert [row["AptDateTime"][:10] for row in broken] == ["2026-03-01"]
    assert practice.get("appointments", date="02.03.2026").status == 400


def test_appointment_writes_answer_with_nothing_and_leave_history(practice):
    for part, body in (("Note", {"Note": "Arrives late."}), ("Confirm", {"confirmVal": "Confirmed"})):
        answer = practice.put(f"appointments/7/{part}", body)
        assert (answer.status, answer.text) == (200, "")
    row = practice.get("appointments/7").json
    assert (row["Note"], row["confirmed"], row["DateTStamp"]) == ("Arrives late.", "Confirmed", NOW)
    assert practice.put("appointments/7/Break", {}).json == "sendToUnscheduledList is required."
    assert practice.put("appointments/7/Break", {"sendToUnscheduledList": "false"}).status == 200
    assert practice.get("appointments/7").json["AptStatus"] == "Broken"
    actions = [row["HistApptAction"] for row in practice.get("histappointments", AptNum=7).json]
    assert actions == ["Created", "Changed", "Changed", "Missed"]
    assert "Broken appointment" in practice.get("commlogs", PatNum=row["PatNum"]).json[0]["Note"]


def test_patients_are_searched_by_the_beginning_of_a_name(practice):
    row = practice.get("patients/1001").json
    found = practice.get("patients", LName=row["LName"][:3].lower(), clinicNums="1").json
    assert row["PatNum"] in [each["PatNum"] for each in found]
    assert practice.get("patients", LName=row["LName"][1:]).json == []
    assert "Guarantor" not in found[0]
    assert "SSN" in found[0]
    simple = practice.get("patients/Simple", Guarantor=1001).json
    assert [each["PatNum"] for each in simple] == [1001, 1002, 1003]
    assert simple[0]["serverDateTime"] == NOW


def test_patients_that_changed_are_found_by_time(practice):
    assert practice.get("patients/Simple", DateTStamp="2026-03-01 00:00:00").json == []
    practice.call("PUT", "/_control/rows/patient/1005", {"Preferred": "Kit"})
    changed = practice.get("patients/Simple", DateTStamp="2026-03-01 00:00:00").json
    assert [row["PatNum"] for row in changed] == [1005]


def test_popups_come_with_the_familys_and_a_new_text_archives_the_old(practice):
    made = practice.post("popups", {"PatNum": 1002, "Description": "Greet her."}).json
    assert {row["PatNum"] for row in practice.get("popups", PatNum=1003).json} == {1001, 1002}
    body = {"Description": "Greet her by name.", "DateTimeDisabled": "2026-04-01 00:00:00"}
    changed = practice.put(f"popups/{made['PopupNum']}", body).json
    assert changed == {**made, **body}
    archived = practice.call("GET", "/_control/rows/popup").json[-1]
    assert (archived["IsArchived"], archived["PopupNumArchive"], archived["Description"]) == (
        True,
        made["PopupNum"],
        "Greet her.",
    )


def test_patient_fields_are_written_by_patient_and_name(practice):
    made = practice.post("patfields", {"PatNum": 1001, "FieldName": "Service recovery", "FieldValue": "open"})
    assert made.status == 201
    changed = practice.put("patfields", {"PatNum": 1001, "FieldName": "Service recovery", "FieldValue": "closed"}).json
    assert changed["FieldValue"] == "closed"
    assert practice.get("patfields", PatNum=1001, FieldName="service recovery").json == []
    assert practice.call("DELETE", f"/api/v1/patfields/{changed['PatFieldNum']}").status == 200
    assert practice.get(f"patfields/{changed['PatFieldNum']}").status == 404
    assert practice.put("patfields", {"PatNum": 1001, "FieldName": "x"}).status == 404


def test_the_chart_shows_a_new_commlog_in_american_time_and_texts_only(practice):
    practice.post("commlogs", {"PatNum": 1001, "Note": "Upset.", "commType": "Upset patient"})
    lines = practice.get("chartmodules/1001/ProgNotes").json
    line = next(each for each in lines if each["note"] == "Upset.")
    assert (line["ObjectType"], line["DateTime"]) == ("Commlog", "3/2/2026 2:05:00 PM")
    assert all(isinstance(value, str) for each in lines for value in each.values())


def test_clinics_can_be_switched_off(running):
    assert running(service(clinics_on=False)).get("clinics").json == []


def test_users_do_not_tell_their_inbox(practice):
    users = practice.get("userods").json
    assert users[0]["UserName"] == "Amends"
    assert all("TaskListInBox" not in row for row in users)
    assert 299 not in [row["UserNum"] for row in users]
    assert 299 in [row["UserNum"] for row in practice.get("userods", includeHidden="true").json]


def test_providers_tell_the_server_time_only_without_a_clinic(practice):
    assert practice.get("providers").json[0]["serverDateTime"] == NOW
    rows = practice.get("providers", ClinicNum=1).json
    assert [(row["IsSecondary"], row["serverDateTime"]) for row in rows] == [("false", ""), ("true", "")]
    assert practice.get("providers/11").json["LName"] == "Hale"
    assert practice.get("computers").json[0]["CompName"] == "FRONTDESK1"
