"""What offices of each version can do (open-dental-api.md 9)."""

from datetime import timedelta

import pytest
from tests.simulators.open_dental.caller import MOMENT, NOW, service

from amends.simulators.open_dental.text import write_dotnet
from amends.simulators.open_dental.versions import PROFILES

COMMLOG = {"PatNum": 1001, "Note": "Upset about the wait."}
PLAIN = ["CommlogNum", "PatNum", "CommDateTime", "CommType", "commType", "Note", "Mode_", "SentOrReceived"]


@pytest.mark.parametrize("version", PROFILES)
def test_the_program_version_is_told_with_a_fourth_part(running, version):
    rows = running(service(version=version)).get("preferences", PrefName="ProgramVersion").json
    assert [row["ValueString"] for row in rows] == [f"{version}.0"]


@pytest.mark.parametrize("version", ["22.4", "24.4.51"])
def test_before_25_1_13_commlogs_are_read_by_patient_only(running, version):
    practice = running(service(version=version))
    assert practice.get("commlogs").json == "PatNum is required."
    assert practice.get("commlogs", PatNum=1001, DateTStamp=NOW).json == "'DateTStamp' is not a valid parameter."
    assert practice.get("commlogs/1").status == 400
    assert list(practice.get("commlogs", PatNum=1001).json[0]) == PLAIN


@pytest.mark.parametrize("version", ["25.1.13", "25.2.21", "25.4.48"])
def test_from_25_1_13_commlogs_are_read_by_time(running, version):
    practice = running(service(version=version))
    assert practice.get("commlogs/1").status == 200
    assert practice.get("commlogs", DateTStamp=NOW).json == []
    assert practice.get("commlogs", DateTStamp="2026-03-01 00:00:00").json[0]["DateTEntry"] < NOW


@pytest.mark.parametrize(
    ("version", "answered"),
    [("22.4", []), ("24.4.51", PLAIN), ("25.1.13", PLAIN), ("25.2.21", None), ("25.4.48", None)],
)
def test_the_answer_to_a_new_commlog_grew_with_time(running, version, answered):
    made = running(service(version=version)).post("commlogs", COMMLOG)
    assert made.status == 201
    assert made.headers["Location"].endswith("/commlogs/37")
    if answered == []:
        assert made.text == ""
    elif answered:
        assert list(made.json) == answered
    else:
        assert made.json["UserNum"] == 0


@pytest.mark.parametrize(
    ("version", "status"), [("24.4.51", 400), ("25.1.13", 400), ("25.2.21", 200), ("25.4.48", 200)]
)
def test_commlogs_can_be_changed_from_25_2_21(running, version, status):
    answer = running(service(version=version)).put("commlogs/1", {"Note": "Corrected."})
    assert answer.status == status


@pytest.mark.parametrize(("version", "notes", "one", "change"), [("22.4", 400, 400, 400), ("24.4.51", 200, 200, 200)])
def test_tasknotes_one_task_and_changing_a_task_came_in_turn(running, version, notes, one, change):
    practice = running(service(version=version))
    assert practice.get("tasknotes").status == notes
    assert practice.get("tasks/1").status == one
    assert practice.put("tasks/1", {"TaskStatus": "Done"}).status == change


def test_a_filter_newer_than_the_office_is_passed_over_on_procedures(running):
    old = running(service(version="25.1.13")).get("procedurelogs", PatNum=1001, ProcStatus="D").json
    new = running(service(version="25.2.21")).get("procedurelogs", PatNum=1001, ProcStatus="D").json
    assert (len(old) > 0, new) == (True, [])


@pytest.mark.parametrize(
    ("path", "field", "since"),
    [
        ("userods", "userGroupNums", "25.1.13"),
        ("procedurelogs?PatNum=1001", "SecDateEntry", "25.2.21"),
        ("patients/1001", "FeeSched", "25.2.21"),
        ("appointments?PatNum=1001", "SecUserNumEntry", "25.1.13"),
    ],
)
def test_newer_fields_are_hidden_from_older_offices(running, path, field, since):
    for version in PROFILES[1:]:
        rows = running(service(version=version)).call("GET", f"/api/v1/{path}").json
        row = rows[0] if isinstance(rows, list) else rows
        assert (field in row) == (PROFILES.index(version) >= PROFILES.index(since))


def test_older_popups_print_no_date_the_american_way(running):
    popup = running(service(version="24.4.51")).get("popups", PatNum=1001).json[0]
    assert popup["DateTimeDisabled"] == "1/1/0001 12:00:00 AM"


def test_dates_come_in_the_format_that_was_asked_for(practice):
    row = practice.get("patients/Simple", Limit=1, DateTimeFormatString="yyyy-MM-dd HH:mm:ss zzz").json[0]
    assert row["serverDateTime"] == f"{NOW} -05:00"
    row = practice.get("patients/1001", DateFormatString="M/d/yy").json
    assert row["AdmitDate"] == "1/1/01"


def test_dotnet_formats_keep_quoted_words():
    assert write_dotnet(MOMENT, "ddd d MMM yyyy 'at' h:mm tt", timedelta()) == "Mon 2 Mar 2026 at 7:05 PM"
    assert write_dotnet(MOMENT, "yyyy-MM-ddTHH:mm:ss.fffz", timedelta()) == "2026-03-02T19:05:00.000+0"
