"""The pages for people."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.simulators.open_dental.caller import NOW, service

from amends.simulators.open_dental.permissions import DEFAULT, NAMES


def _send(practice, place, /, **form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return practice.call("POST", place, urlencode(form).encode(), headers=headers)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?q=1001", "/patients/1001", "/commlogs/1", "/inboxes", "/inboxes/101", "/tasks/1", "/definitions"),
        *("/events", "/settings", "/faults"),
    ],
)
def test_every_page_says_that_it_is_a_simulator(practice, path):
    page = practice.call("GET", path, headers={})
    assert page.status == 200
    assert "This is a simulator" in page.text
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_commlog_written_at_the_desk_has_its_author(practice):
    kind = practice.type_number("Upset patient")
    form = {"UserNum": "201", "CommType": kind, "Mode_": "In Person", "SentOrReceived": "Received"}
    assert _send(practice, "/patients/1001/commlogs", Note="Left <angry>.", **form).status == 303
    row = practice.get("commlogs", PatNum=1001).json[0]
    assert (row["UserNum"], row["commType"], row["Mode_"], row["Note"]) == (
        201,
        "Upset patient",
        "In Person",
        "Left <angry>.",
    )
    assert "Left &lt;angry&gt;." in practice.call("GET", "/patients/1001", headers={}).text


def test_a_note_under_a_procedure_is_shown_in_the_chart(practice):
    assert _send(practice, "/patients/1001/procnotes", ProcNum="1", UserNum="1011", Note="Sore after.").status == 303
    assert practice.get("procnotes", PatNum=1001).json[0]["UserNum"] == 1011
    assert "Sore after." in practice.call("GET", "/patients/1001", headers={}).text


def test_opening_a_task_makes_it_viewed_and_it_can_be_done_with_a_note(practice):
    practice.call("GET", "/tasks/1", headers={})
    assert practice.get("tasks/1").json["TaskStatus"] == "Viewed"
    _send(practice, "/tasks/1", UserNum="101", Note="Called her.")
    _send(practice, "/tasks/1", TaskStatus="Done")
    assert practice.get("tasks/1").json["TaskStatus"] == "Done"
    assert [row["Note"] for row in practice.get("tasknotes", TaskNum=1).json] == ["Called her."]


def test_faults_are_switched_by_hand(practice):
    _send(practice, "/faults", latency_ms="0", method="POST", path="/commlogs", times="2", then="status:503")
    faults = practice.call("GET", "/_control/faults").json
    assert faults["rules"] == [{"method": "POST", "path": "/commlogs", "times": 2, "then": "status:503"}]
    assert _send(practice, "/faults", then="explode").status == 400
    _send(practice, "/faults", offline="on", keep="on")
    assert practice.call("GET", "/_control/faults").json["offline"] is True
    assert "status:503" in practice.call("GET", "/faults", headers={}).text


def test_a_patient_without_procedures_has_no_form_for_a_note(practice):
    for row in practice.get("procedurelogs", PatNum=1001).json:
        practice.call("PUT", f"/_control/rows/procedurelog/{row['ProcNum']}", {"ProcStatus": "D"})
    assert "There is no procedure to write under." in practice.call("GET", "/patients/1001", headers={}).text


def test_an_empty_note_is_not_added_and_a_viewed_task_stays_viewed(practice):
    practice.call("GET", "/tasks/1", headers={})
    _send(practice, "/tasks/1", UserNum="101", Note=" ")
    page = practice.call("GET", "/tasks/1", headers={}).text
    assert "Viewed" in page
    assert "None yet." in page


def test_what_is_not_there_is_said(practice):
    assert practice.call("GET", "/patients/77", headers={}).status == 400
    assert practice.call("GET", "/nowhere", headers={}).status == 404
    assert practice.call("GET", "/?office=nobody", headers={}).status == 400
    assert practice.call("DELETE", "/inboxes", headers={}).status == 405


def test_another_office_is_chosen_and_stays_chosen(running):
    practice = running(service(customer_keys=("north", "south")))
    page = practice.call("GET", "/?office=south", headers={}).text
    assert "/patients/1001?office=south" in page
    assert '<option value="south" selected>' in page


# ---- CommLogs


def _form(practice, **changes):
    kind = practice.type_number("Upset patient")
    form = {"UserNum": 201, "CommType": kind, "Mode_": "In Person", "SentOrReceived": "Received", "Note": "Very ups"}
    return {**form, **changes}


def test_a_half_typed_commlog_saves_itself_and_is_finished_in_the_same_row(practice):
    first = _send(practice, "/patients/1001/commlogs", **_form(practice, act="autosave"))
    place = first.headers["Location"]
    assert place == "/commlogs/37"
    assert "Very ups" in practice.call("GET", place, headers={}).text
    practice.instants.utc += timedelta(seconds=10)
    assert _send(practice, place, **_form(practice, Note="Very upset about", act="autosave")).status == 303
    practice.instants.utc += timedelta(seconds=5)
    done = _send(practice, place, **_form(practice, Note="Very upset about the wait."))
    assert done.headers["Location"] == "/patients/1001"
    (row,) = [row for row in practice.get("commlogs", PatNum=1001).json if row["CommlogNum"] == 37]
    assert (row["Note"], row["DateTEntry"], row["DateTStamp"]) == (
        "Very upset about the wait.",
        NOW,
        "2026-03-02 14:05:15",
    )


def test_a_commlog_gets_another_type_author_and_time_and_the_stamp_moves(practice):
    before = practice.get("commlogs/1").json
    form = _form(practice, UserNum=101, Mode_="Phone", CommDateTime="2026-03-01 09:00:00", Note=before["Note"])
    _send(practice, "/commlogs/1", **form)
    assert practice.get("commlogs/1").json == {
        **before,
        "UserNum": 101,
        "CommType": str(form["CommType"]),
        "commType": "Upset patient",
        "CommDateTime": "2026-03-01 09:00:00",
        "DateTStamp": NOW,
    }


def test_saving_what_is_there_moves_nothing(practice):
    before = practice.get("commlogs/1").json
    same = {name: before[name] for name in ("UserNum", "CommType", "Mode_", "SentOrReceived", "CommDateTime", "Note")}
    _send(practice, "/commlogs/1", **same)
    assert practice.get("commlogs/1").json == before


def test_a_deleted_commlog_is_gone(practice):
    assert _send(practice, "/commlogs/1/delete").headers["Location"] == "/patients/1001"
    assert practice.get("commlogs/1").status == 404
    assert practice.call("GET", "/commlogs/1", headers={}).status == 400


@pytest.mark.parametrize(
    "change",
    [{"Mode_": "Pigeon"}, {"SentOrReceived": ""}, {"CommDateTime": "yesterday"}, {"UserNum": 9}, {"CommType": 9}],
)
def test_a_commlog_that_makes_no_sense_is_not_written(practice, change):
    assert _send(practice, "/patients/1001/commlogs", **_form(practice, **change)).status == 400
    assert len(practice.rows("commlog")) == 36


# ---- clinical notes, patients, types


def test_a_clinician_writes_after_the_note_that_is_there(practice):
    for note, more in (("Filling placed.", {}), ("Sore after.", {"append": "on"}), ("Only this.", {})):
        _send(practice, "/patients/1001/procnotes", ProcNum=1, UserNum=1011, Note=note, **more)
    stored = [row["Note"] for row in practice.rows("procnote") if row["ProcNum"] == 1]
    assert stored == ["Filling placed.", "Filling placed.\r\n\r\nSore after.", "Only this."]


def test_two_patients_are_merged_by_hand(practice):
    assert _send(practice, "/patients/1001/merge", into=1004).headers["Location"] == "/patients/1004"
    assert practice.get("patients/1001").json["PatStatus"] == "Archived"
    for into in (1001, 77, "x"):
        assert _send(practice, "/patients/1001/merge", into=into).status == 400


def test_types_are_renamed_hidden_and_added_by_hand(practice):
    number = practice.type_number("Upset patient")
    _send(practice, f"/definitions/{number}", ItemName="Unhappy", IsHidden="on")
    _send(practice, "/definitions", ItemName="Upset patient")
    rows = {row["DefNum"]: row for row in practice.get("definitions", Category=27, includeHidden="true").json}
    assert (rows[number]["ItemName"], rows[number]["isHidden"]) == ("Unhappy", "true")
    assert practice.type_number("Upset patient") != number
    assert _send(practice, "/definitions", ItemName=" ").status == 400


# ---- settings, clock, faults, events


def _shown(practice, **changes):
    """The settings form as the page shows it for a newest office in Service mode, with changes."""
    ticked = {"enabled": "on", "econnector": "on", **{f"may {name}": "on" for name in DEFAULT}}
    form = {"mode": "service", "od_version": "25.4.48", "queue": "3", "machines_off": "", **ticked, **changes}
    return {name: value for name, value in form.items() if value is not None}


def test_settings_are_switched_by_hand_for_all_or_for_one(running):
    practice = running(service(customer_keys=("north", "south")))
    _send(practice, "/settings", **_shown(practice, od_version="24.4.51", stamp_inclusive="on"))
    told = practice.control("GET", "settings").json
    assert (told["od_version"], told["stamp_inclusive"], told["customer_keys"]) == ("24.4.51", True, {})
    one = {"enabled": None, "may Comm": None, "utc_offset": "-08:00", "office": "", "od_version": "24.4.51"}
    _send(practice, "/settings?office=south", **_shown(practice, **one, stamp_inclusive="on"))
    assert practice.control("GET", "settings").json["customer_keys"]["south"] == {
        "enabled": False,
        "permissions": [name for name in NAMES if name not in ("Comm", "Enterprise")],
        "utc_offset": "-08:00",
    }
    assert "These hold for south." in practice.call("GET", "/settings?office=south", headers={}).text
    bad = _shown(practice, utc_offset="soon", office="", queue="")
    assert _send(practice, "/settings?office=south", **bad).status == 400


def test_the_clock_is_set_by_hand(practice):
    _send(practice, "/clock", now="2026-07-01 09:00:00", utc_offset="-04:00")
    assert practice.control("GET", "clock").json == {"now": "2026-07-01 09:00:00", "utc_offset": "-04:00"}
    assert "2026-07-01 09:00:00" in practice.call("GET", "/", headers={}).text
    assert _send(practice, "/clock", now="noon").status == 400


def test_a_fault_for_one_page_of_one_office_is_switched_by_hand(practice):
    form = {"then": "status:400", "path": "/patients", "times": "", "page": "3", "customer_key": "demo-customer"}
    _send(practice, "/faults", **form, text="Something unexpected.")
    (rule,) = practice.control("GET", "faults").json["rules"]
    assert rule == {
        "method": "*",
        "path": "/patients",
        "times": None,
        "then": "status:400",
        "text": "Something unexpected.",
        "customer_key": "demo-customer",
        "page": "3",
    }
    page = practice.call("GET", "/faults", headers={}).text
    assert "Something unexpected." in page
    assert "page 3" in page


def test_who_listens_and_what_was_sent_is_shown(practice):
    body = {"EndPointUrl": "http://127.0.0.1:1/", "Workstation": "FRONTDESK1", "WatchTable": "Patient"}
    practice.post("subscriptions", {**body, "PollingSeconds": 3600})
    practice.control("PUT", "rows/patient/1005", {"Preferred": "Kit"})
    practice.instants.utc += timedelta(seconds=1)
    practice.control("POST", "events/poll")
    page = practice.call("GET", "/events", headers={}).text
    assert "http://127.0.0.1:1/" in page
    assert "failed: ConnectionRefusedError" in page
