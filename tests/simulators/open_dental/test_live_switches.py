"""What can be changed while the simulator runs: `/_control/settings`, for one customer key or for all."""

import pytest
from tests.simulators.open_dental.caller import NOW, service

from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.switches import SWITCHES

COMMLOG = {"PatNum": 1001, "Note": "Upset."}


@pytest.fixture
def two(running):
    """Two offices, north and south, each with a database of its own."""
    return running(service(customer_keys=("north", "south")))


def test_all_that_can_be_changed_is_told(practice):
    told = practice.control("GET", "settings").json
    assert told["mode"] == "service"
    assert told["od_version"] == "25.4.48"
    assert "Enterprise" not in told["permissions"]
    assert (told["enabled"], told["econnector"], told["office"], told["customer_keys"]) == (True, True, "", {})
    assert not any(told[name] for name in SWITCHES)


def test_a_version_is_changed_for_one_office_and_the_other_stays(two):
    assert two.get_as("north", "tasks/1").status == 200
    told = two.set(customer_key="north", od_version="22.4")
    assert told["od_version"] == "22.4"
    assert "version" in two.get_as("north", "tasks/1").json
    assert two.get_as("south", "tasks/1").status == 200
    versions = [two.get_as(key, "preferences?PrefName=ProgramVersion").json[0] for key in ("north", "south")]
    assert [row["ValueString"] for row in versions] == ["22.4.0", "25.4.48.0"]


def test_a_change_for_all_wins_over_what_one_was_given_before(two):
    two.set(customer_key="north", permissions=["ReadAll"])
    told = two.set(permissions="ReadAll,Comm")
    assert (told["permissions"], told["customer_keys"]) == (["ReadAll", "Comm"], {})


def test_permissions_go_and_come_back(practice):
    assert practice.post("commlogs", COMMLOG).status == 201
    practice.set(permissions=["ReadAll"])
    assert practice.post("commlogs", COMMLOG).status == 401
    assert practice.get("commlogs").status == 200
    practice.set(permissions=["ReadAll", "Comm"])
    assert practice.post("commlogs", COMMLOG).status == 201


def test_a_key_is_disabled_and_enabled_again(two):
    two.set(customer_key="south", enabled=False)
    assert two.get_as("south", "commlogs").json == "Customer key is disabled."
    assert two.get_as("south", "commlogs").status == 401
    assert two.get_as("north", "commlogs").status == 200
    two.set(customer_key="south", enabled=True)
    assert two.get_as("south", "commlogs").status == 200


def test_an_econnector_is_down_for_one_office_in_remote_mode_only(running):
    practice = running(Settings(mode=Mode.REMOTE, customer_keys=("north", "south")))
    practice.set(customer_key="north", econnector=False)
    refused = practice.get_as("north", "clinics")
    assert (refused.status, refused.json) == (400, "The office's eConnector is not running")
    assert practice.get_as("south", "clinics").status == 200
    practice.set(customer_key="north", mode="service")
    assert practice.get_as("north", "clinics").status == 200


def test_the_mode_changes_page_and_spacing(running):
    practice = running(service())
    assert len(practice.get("patients/Simple").json) == 300
    practice.set(mode="remote", queue=0)
    assert len(practice.get("patients/Simple").json) == 100
    assert practice.get("patients/Simple").status == 429


def test_one_world_is_served_in_every_mode_below_its_own_address(practice):
    assert len(practice.call("GET", "/remote/api/v1/patients/Simple").json) == 100
    assert len(practice.call("GET", "/local/api/v1/patients/Simple").json) == 300
    made = practice.call("POST", "/remote/api/v1/commlogs", COMMLOG)
    assert made.headers["Location"] == f"{practice.server.url}/remote/api/v1/commlogs/{made.json['CommlogNum']}"
    assert practice.get(f"commlogs/{made.json['CommlogNum']}").json == made.json
    practice.fault("status:503", mode="service", times=None)
    assert practice.call("GET", "/service/api/v1/clinics").status == 503
    assert practice.call("GET", "/remote/api/v1/clinics").status == 200


def test_a_key_is_moved_to_another_offices_database(two):
    before = [two.get_as(key, "definitions?Category=27").json[0]["DefNum"] for key in ("north", "south")]
    assert before[0] != before[1]
    two.set(customer_key="south", od_version="24.4.51")
    two.set(customer_key="north", office="south")
    assert two.get_as("north", "definitions?Category=27").json[0]["DefNum"] == before[1]
    assert two.get_as("north", "preferences?PrefName=ProgramVersion").json[0]["ValueString"] == "24.4.51.0"
    two.set(customer_key="north", office="")
    assert two.get_as("north", "definitions?Category=27").json[0]["DefNum"] == before[0]


def test_an_office_gets_a_new_key_while_its_old_one_is_disabled(two):
    assert two.get_as("fresh", "clinics").status == 401
    two.set(customer_key="fresh", office="north")
    two.set(customer_key="north", enabled=False)
    assert two.get_as("fresh", "commlogs/1").status == 200
    assert two.get_as("north", "commlogs/1").status == 401
    assert two.control("PUT", "settings", {"office": ""}, customer_key="fresh").status == 400


def test_one_offices_clock_shows_another_hour_and_says_so(two):
    two.set(customer_key="north", utc_offset="+00:00")
    asked = "providers?DateTimeFormatString=yyyy-MM-dd%20HH:mm:ss%20zzz"
    shown = [two.get_as(key, asked).json[0]["serverDateTime"] for key in ("north", "south")]
    assert shown == ["2026-03-02 19:05:00 +00:00", f"{NOW} -05:00"]
    two.set(customer_key="north", utc_offset=None)
    assert two.get_as("north", "providers").json[0]["serverDateTime"] == NOW


def test_clinics_are_switched_off_and_every_number_is_0(practice):
    practice.set(no_clinics=True)
    assert practice.get("clinics").json == []
    row = practice.get("patients/1001").json
    assert (row["ClinicNum"], row["clinicAbbr"]) == (0, "")
    assert len(practice.get("appointments", date=NOW[:10], ClinicNum=0).json) == 8 * 12
    assert practice.get("preferences", PrefName="EasyNoClinics").json[0]["ValueString"] == "1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "cloud"),
        ("od_version", "19.1"),
        ("permissions", ["Everything"]),
        ("permissions", 5),
        ("enabled", "no"),
        ("econnector", 0),
        ("queue", -1),
        ("machines_off", "FRONTDESK1"),
        ("bare_errors", "yes"),
        ("office", "south"),
        ("utc_offset", "soon"),
        ("colour", "blue"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_nothing_changes(two, name, value):
    before = two.control("GET", "settings").json
    refused = two.control("PUT", "settings", {"queue": 7, name: value})
    assert (refused.status, refused.json.endswith(".")) == (400, True)
    assert two.control("GET", "settings").json == before


@pytest.mark.parametrize(
    ("key", "change"),
    [("nobody", {"enabled": False}), ("north", {"office": "nowhere"}), ("north", {"bare_errors": True})],
)
def test_one_key_is_changed_only_where_that_makes_sense(two, key, change):
    assert two.control("PUT", "settings", change, customer_key=key).status == 400
    assert two.get_as("north", "commlogs").status == 200


def test_settings_of_a_key_that_is_not_there_cannot_be_read(practice):
    assert practice.control("GET", "settings", customer_key="nobody").status == 400


def test_a_reset_brings_back_the_flags(two):
    two.set(customer_key="north", enabled=False, utc_offset="+02:00")
    two.set(od_version="22.4")
    two.control("POST", "reset")
    assert two.get_as("north", "tasks/1").status == 200
    assert two.control("GET", "settings").json["customer_keys"] == {}


def test_the_flags_and_not_the_switches_are_kept_for_the_next_start(running, tmp_path):
    kept = tmp_path / "state.json"
    first = running(service(state_file=kept))
    first.set(od_version="22.4", enabled=False)
    first.server.simulator.close()
    again = running(service(state_file=kept))
    assert again.get("tasks/1").status == 200


# ---- what staff do to definitions, patients and rows


def test_a_type_is_renamed_and_hidden_while_old_rows_keep_its_number(practice):
    number = practice.type_number("Upset patient")
    made = practice.post("commlogs", {**COMMLOG, "commType": "Upset patient"}).json
    practice.control("PUT", f"rows/definition/{number}", {"ItemName": "Unhappy patient"})
    assert practice.get(f"commlogs/{made['CommlogNum']}").json["commType"] == "Unhappy patient"
    assert practice.post("commlogs", {**COMMLOG, "commType": "Upset patient"}).status == 400
    practice.control("PUT", f"rows/definition/{number}", {"IsHidden": True})
    assert number not in [row["DefNum"] for row in practice.get("definitions", Category=27).json]
    assert practice.get(f"commlogs/{made['CommlogNum']}").json["CommType"] == str(number)
    signals = practice.get("signalods", SigDateTime="2026-03-02 14:00:00").json
    assert [row["IType"] for row in signals] == ["Defs", "Defs"]


def test_staff_write_rows_with_an_author_one_or_many(practice):
    kind = practice.type_number("Upset patient")
    values = {"PatNum": 1001, "CommType": kind, "UserNum": 201, "Note": "Left upset."}
    made = practice.control("POST", "rows/commlog", values)
    assert (made.status, made.json["CommlogNum"]) == (201, 37)
    row = practice.get("commlogs/37").json
    assert (row["UserNum"], row["commType"], row["DateTEntry"], row["Mode_"]) == (201, "Upset patient", NOW, "None")
    many = practice.control("POST", "rows/commlog", [values, {**values, "PatNum": 1002}]).json
    assert [row["CommlogNum"] for row in many] == [38, 39]


@pytest.mark.parametrize(
    "body", [[], "x", [1], {"Nothing": 1}, {"CommlogNum": 1, "PatNum": 1001}, {"CommlogNum": "2"}, None]
)
def test_a_new_row_that_cannot_be_is_refused(practice, body):
    assert practice.control("POST", "rows/commlog", body).status == 400
    assert len(practice.rows("commlog")) == 36


def test_a_merged_patient_is_archived_and_everything_moves_with_new_stamps(practice):
    task = {"TaskListNum": 501, "UserNum": 1, "Descript": "Call.", "ObjectType": "Patient", "KeyNum": 1001}
    number = practice.post("tasks", task).json["TaskNum"]
    visits = {row["AptNum"] for row in practice.get("appointments", PatNum=1001).json}
    commlogs = {row["CommlogNum"] for row in practice.get("commlogs", PatNum=1001).json}
    assert visits
    assert commlogs
    assert practice.control("POST", "merge", {"from": 1001, "into": 1004}).json["moved"] > len(visits)
    assert practice.get("patients/1001").json["PatStatus"] == "Archived"
    assert practice.get("appointments", PatNum=1001).json == []
    moved = [row for row in practice.get("commlogs", PatNum=1004).json if row["CommlogNum"] in commlogs]
    assert {row["DateTStamp"] for row in moved} == {NOW}
    assert visits <= {row["AptNum"] for row in practice.get("appointments", PatNum=1004).json}
    assert practice.get(f"tasks/{number}").json["KeyNum"] == 1004
    assert practice.get("patients/1002").json["Guarantor"] == 1004


def test_only_two_patients_can_be_merged(practice):
    for body in ({"from": 1001, "into": 9}, {"from": 1001, "into": 1001}, {"from": 1001}, {"from": True, "into": 1}):
        assert practice.control("POST", "merge", body).status == 400
    assert practice.get("patients/1001").json["PatStatus"] == "Patient"


def test_a_flood_moves_stamps_and_nothing_else(practice):
    before = practice.get("commlogs").json
    assert practice.control("POST", "touch", {"table": "commlog", "rows": 20}).json == {"touched": 20}
    flooded = practice.get("commlogs", DateTStamp="2026-03-02 14:00:00").json
    assert len(flooded) == 20
    assert flooded == [{**row, "DateTStamp": NOW} for row in before[:20]]
    assert practice.control("POST", "touch", {"table": "patient"}).json == {"touched": 300}
    assert practice.control("POST", "touch", {"table": "clinic"}).status == 400


def test_a_deleted_appointment_leaves_its_history(practice):
    practice.control("DELETE", "rows/appointment/7")
    assert practice.get("appointments/7").status == 404
    assert practice.get("histappointments", AptNum=7).json[-1]["HistApptAction"] == "Deleted"


def test_an_appointment_that_staff_break_or_write_leaves_history(practice):
    practice.control("PUT", "rows/appointment/7", {"AptStatus": "Broken"})
    made = practice.control("POST", "rows/appointment", {"PatNum": 1001, "AptDateTime": "2026-04-01 09:00:00"}).json
    actions = [row["HistApptAction"] for row in practice.get("histappointments", AptNum=7).json]
    assert actions == ["Created", "Missed"]
    assert practice.get("histappointments", AptNum=made["AptNum"]).json[0]["HistApptAction"] == "Created"
