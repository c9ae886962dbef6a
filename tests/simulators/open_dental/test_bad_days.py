"""Faults, the clock and the state file."""

import http.client
import json
from datetime import timedelta

import pytest
from tests.simulators.open_dental.caller import NOW, service

from amends.simulators.open_dental.settings import Mode, Settings

COMMLOG = {"PatNum": 1001, "Note": "UP-1042.7"}


def _written(practice) -> int:
    return len(practice.call("GET", "/_control/rows/commlog").json) - 36


@pytest.mark.parametrize(("then", "status", "written"), [("status:504", 504, 0), ("status_after:504", 504, 1)])
def test_a_gateway_may_give_up_before_or_after_the_write(practice, then, status, written):
    practice.fault(then, method="POST", path="/commlogs")
    assert practice.post("commlogs", COMMLOG).status == status
    assert _written(practice) == written
    assert practice.post("commlogs", COMMLOG).status == 201


@pytest.mark.parametrize(("then", "written"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_may_drop_before_or_after_the_write(practice, then, written):
    practice.fault(then, method="POST", path="/api/v1/commlogs")
    with pytest.raises(ConnectionError):
        practice.post("commlogs", COMMLOG)
    assert _written(practice) == written


def test_a_write_may_come_late_after_the_connection_was_lost(practice):
    practice.fault("late_commit:20", method="POST", path="/commlogs")
    with pytest.raises(ConnectionError):
        practice.post("commlogs", COMMLOG)
    assert [seconds for seconds, _ in practice.late.waiting] == [20.0]
    assert "UP-1042.7" not in practice.get("commlogs", PatNum=1001).text
    practice.late.happen()
    assert "UP-1042.7" in practice.get("commlogs", PatNum=1001).text


def test_an_answer_may_stop_in_mid_sentence(practice):
    practice.fault("truncate", method="POST", path="/commlogs")
    with pytest.raises(http.client.IncompleteRead):
        practice.post("commlogs", COMMLOG)
    assert _written(practice) == 1


def test_a_forced_429_says_when_to_come_back(practice):
    practice.fault("status:429")
    refused = practice.get("commlogs")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")


def test_rules_count_down_and_speak_of_one_method_and_path(practice):
    practice.fault("status:500", method="POST", path="/comm*", times=2)
    assert practice.get("commlogs").status == 200
    assert practice.post("tasks", {"TaskListNum": 501, "UserNum": 1, "Descript": "x"}).status == 201
    assert [practice.post("commlogs", COMMLOG).status for _ in range(3)] == [500, 500, 201]
    assert practice.call("GET", "/_control/faults").json["rules"][0]["times"] == 0


def test_faults_do_not_go_before_the_keys(practice):
    practice.fault("drop_before")
    assert practice.call("GET", "/api/v1/commlogs", headers={}).status == 401


def test_the_clock_moves_and_daylight_saving_changes_the_wall_only(practice):
    assert practice.call("GET", "/_control/clock").json == {"now": NOW, "utc_offset": "-05:00"}
    moved = practice.call("PUT", "/_control/clock", {"now": "2026-03-08 01:59:00"}).json
    assert moved == {"now": "2026-03-08 01:59:00", "utc_offset": "-05:00"}
    summer = practice.call("PUT", "/_control/clock", {"utc_offset": "-04:00"}).json
    assert summer == {"now": "2026-03-08 02:59:00", "utc_offset": "-04:00"}
    assert practice.post("commlogs", COMMLOG).json["DateTStamp"] == "2026-03-08 02:59:00"


def test_reset_makes_the_same_world_again(practice):
    before = practice.call("GET", "/_control/state").json
    practice.post("commlogs", COMMLOG)
    practice.fault("status:500")
    assert practice.call("POST", "/_control/reset").status == 200
    assert practice.call("GET", "/_control/state").json == before


def test_a_world_can_be_made_around_another_day(practice):
    practice.call("POST", "/_control/reset", {"now": "2026-07-01 09:00:00", "utc_offset": "-04:00"})
    assert len(practice.get("appointments", date="2026-07-01", ClinicNum=1).json) == 8


def test_what_control_does_not_know_is_refused_in_a_sentence(practice):
    for method, path, body in (
        ("PUT", "clock", {"time": "2026-03-02 14:05:00"}),
        ("PUT", "clock", {"now": "tomorrow"}),
        ("PUT", "faults", {"ofline": True}),
        ("PUT", "faults", {"rules": [{"method": "GET", "path": "/", "times": 1, "then": "explode"}]}),
        ("PUT", "state", {"rows": 1}),
        ("PUT", "rows/nothing/1", {}),
        ("POST", "reset", {"now": "later"}),
    ):
        refused = practice.call(method, f"/_control/{path}", body)
        assert (refused.status, refused.json.endswith((".", ")"))) == (400, True), path
    assert practice.call("GET", "/_control/clock").json["now"] == NOW


def test_a_state_can_be_taken_and_put_back(practice):
    before = practice.call("GET", "/_control/state").json
    practice.post("commlogs", COMMLOG)
    assert practice.call("PUT", "/_control/state", before).json == before
    assert _written(practice) == 0


def test_a_state_file_is_opened_again_under_other_flags(running, tmp_path):
    kept = tmp_path / "state.json"
    first = running(service(state_file=kept))
    number = first.post("commlogs", COMMLOG).json["CommlogNum"]
    first.call("PUT", "/_control/clock", {"now": "2026-03-05 09:00:00"})
    first.office.close()
    assert json.loads(kept.read_text())["simulator"] == "open-dental"
    second = running(
        Settings(mode=Mode.REMOTE, version="24.4.51", state_file=kept, customer_keys=("demo-customer", "new"))
    )
    assert second.get("preferences", PrefName="ProgramVersion").json[0]["ValueString"] == "24.4.51.0"
    assert number in [row["CommlogNum"] for row in second.get("commlogs", PatNum=1001).json]
    assert second.call("GET", "/_control/clock").json["now"] == "2026-03-05 09:00:00"
    assert second.call("GET", "/api/v1/clinics", headers={"Authorization": "ODFHIR demo-developer/new"}).status == 200


def test_the_offset_of_the_flags_wins_over_the_file(running, tmp_path):
    kept = tmp_path / "state.json"
    running(service(state_file=kept)).office.close()
    second = running(service(state_file=kept, utc_offset=timedelta(hours=-8)))
    assert second.call("GET", "/_control/clock").json == {"now": "2026-03-02 11:05:00", "utc_offset": "-08:00"}


def test_a_state_file_of_something_else_is_refused(running, tmp_path):
    kept = tmp_path / "state.json"
    kept.write_text('{"simulator": "slack"}')
    with pytest.raises(ValueError, match="not a state file of open-dental"):
        running(service(state_file=kept))
