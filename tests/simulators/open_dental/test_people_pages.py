"""The pages for people."""

from urllib.parse import urlencode

import pytest
from tests.simulators.open_dental.caller import service


def _send(practice, place, /, **form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return practice.call("POST", place, urlencode(form).encode(), headers=headers)


@pytest.mark.parametrize("path", ["/", "/?q=1001", "/patients/1001", "/inboxes", "/inboxes/101", "/tasks/1", "/faults"])
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
