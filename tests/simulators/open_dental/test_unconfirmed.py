"""What nobody could confirm about the real API: each switch, off and on (open-dental-api.md 10)."""

import pytest
from tests.simulators.open_dental.caller import NOW, service

from amends.simulators.open_dental.command import _parser, read_settings
from amends.simulators.open_dental.permissions import NAMES
from amends.simulators.open_dental.switches import SWITCHES, is_on

COMMLOG = {"PatNum": 1001, "Note": "Upset."}
TASK = {"TaskListNum": 501, "Descript": "Call.", "UserNum": 201}


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_a_flag_and_can_be_flipped_while_it_runs(practice, name):
    flags = read_settings(_parser().parse_args([f"--{name.replace('_', '-')}"]))
    assert [each for each in SWITCHES if is_on(flags, each)] == [name]
    assert practice.set(**{name: True})[name] is True
    assert practice.set(**{name: False})[name] is False


def test_errors_are_bare_text(practice):
    practice.set(bare_errors=True)
    assert practice.get("commlogs/99").text == "Commlog not found."


def test_commlogs_come_oldest_first(practice):
    assert [row["CommlogNum"] for row in practice.get("commlogs").json] == list(range(36, 0, -1))
    practice.set(oldest_first=True)
    assert [row["CommlogNum"] for row in practice.get("commlogs").json] == list(range(1, 37))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("commlogs?PatNum=1002", "Commlog not found."),
        ("tasks?ObjectType=Patient&KeyNum=1005", "Task not found."),
        ("tasknotes?TaskNum=1", "TaskNote not found."),
        ("procnotes?PatNum=1001", "ProcNote not found."),
        ("popups?PatNum=1009", "Popup not found."),
        ("patfields?PatNum=1001", "PatField not found."),
        ("procedurelogs/GroupNotes?PatNum=1001", "GroupNote not found."),
    ],
)
def test_an_empty_list_about_one_patient_is_404(practice, path, told):
    assert practice.get(path).json == []
    practice.set(empty_is_404=True)
    refused = practice.get(path)
    assert (refused.status, refused.json) == (404, told)
    assert practice.get("commlogs", DateTStamp=NOW).json == []


def test_a_created_row_comes_without_its_address(practice):
    assert "Location" in practice.post("commlogs", COMMLOG).headers
    practice.set(no_location=True)
    assert "Location" not in practice.post("commlogs", COMMLOG).headers


def test_a_done_task_keeps_no_moment(practice):
    practice.set(done_without_time=True)
    assert practice.put("tasks/1", {"TaskStatus": "Done"}).json["DateTimeFinished"] == "0001-01-01 00:00:00"


def test_the_author_of_a_task_is_lost(practice):
    assert practice.post("tasks", TASK).json["UserNum"] == 201
    practice.set(task_author_lost=True)
    assert practice.post("tasks", TASK).json["UserNum"] == 1


def test_a_task_note_touches_its_task(practice):
    note = {"TaskNum": 1, "UserNum": 101, "Note": "Called."}
    before = practice.get("tasks/1").json
    practice.post("tasknotes", note)
    assert practice.get("tasks/1").json == before
    practice.set(tasknote_touches_task=True)
    practice.post("tasknotes", note)
    assert practice.get("tasks/1").json == {**before, "SecDateTEdit": NOW}


def test_the_api_makes_signals_or_not(practice):
    practice.post("tasks", TASK)
    practice.set(no_api_signals=True)
    practice.post("tasks", TASK)
    signals = practice.get("signalods", SigDateTime="2026-03-02 14:00:00").json
    assert [(row["IType"], row["FKeyType"], row["serverDateTime"]) for row in signals] == [("TaskPopup", "Task", NOW)]


@pytest.mark.parametrize(("on", "needed"), [(False, "AllOthers"), (True, "Comm")])
def test_changing_a_commlog_needs_one_permission_or_another(practice, on, needed):
    practice.set(commlog_put_by_comm=on, permissions=[needed])
    assert practice.put("commlogs/1", {"Note": "x"}).status == 200
    practice.set(permissions=[name for name in NAMES if name != needed])
    assert practice.put("commlogs/1", {"Note": "y"}).status == 401


def test_other_fields_of_a_commlog_are_passed_over_or_refused(practice):
    body = {"Note": "x", "Mode_": "Email"}
    assert practice.put("commlogs/1", body).json["Mode_"] == "Phone"
    practice.set(commlog_put_strict=True)
    assert practice.put("commlogs/1", {**body, "Note": "y"}).json == "Mode_ cannot be changed."
    assert practice.get("commlogs/1").json["Note"] == "x"


def test_the_source_of_a_commlog_is_user_or_fhir(practice):
    assert practice.post("commlogs", COMMLOG).json["CommSource"] == "User"
    practice.set(commlog_source_fhir=True)
    assert practice.post("commlogs", COMMLOG).json["CommSource"] == "FHIR"


def test_a_popup_with_a_new_text_gets_a_new_number(practice):
    practice.set(popup_edit_new_number=True)
    changed = practice.put("popups/1", {"Description": "Greet her."}).json
    assert (changed["PopupNum"], changed["Description"], changed["IsArchived"]) == (2, "Greet her.", "false")
    assert [row["PopupNum"] for row in practice.get("popups", PatNum=1001).json] == [2]
    archived = practice.rows("popup")[0]
    assert (archived["IsArchived"], archived["PopupNumArchive"]) == (True, 2)


def test_curly_punctuation_arrives_garbled(practice):
    text = "“Upset” – she’s waiting…"
    assert practice.post("commlogs", {**COMMLOG, "Note": text}).json["Note"] == text
    practice.set(garble_punctuation=True)
    garbled = practice.post("commlogs", {**COMMLOG, "Note": text}).json["Note"]
    assert garbled.startswith("â€œUpsetâ€")
    assert practice.post("commlogs", {**COMMLOG, "Note": "plain"}).json["Note"] == "plain"


def test_the_text_filter_changes_while_it_runs(running):
    practice = running(service())
    practice.set(keep_line_ends=True)
    assert practice.post("commlogs", {**COMMLOG, "Note": "a\nb"}).json["Note"] == "a\r\nb"
    practice.set(no_text_filter=True)
    assert practice.post("commlogs", {**COMMLOG, "Note": "a\nb"}).json["Note"] == "a\nb"
    long = {**COMMLOG, "Note": "e" * 65_536}
    assert practice.post("commlogs", long).status == 400
    practice.set(cut_long_text=True)
    assert len(practice.post("commlogs", long).json["Note"]) == 65_535
