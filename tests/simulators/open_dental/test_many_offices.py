"""Many small offices in one process: `--offices N`."""

import pytest
from tests.simulators.open_dental.caller import service

from amends.simulators.open_dental.command import _parser, main, read_settings


@pytest.fixture
def many(running):
    """Five hundred small offices."""
    return running(service(customer_keys=tuple(f"k-{place}" for place in range(1, 501)), small_worlds=True))


def test_the_flag_gives_each_office_a_key_of_its_own():
    settings = read_settings(_parser().parse_args(["--offices", "3", "--customer-key", "group"]))
    assert settings.customer_keys == ("group-1", "group-2", "group-3")
    assert settings.small_worlds
    assert read_settings(_parser().parse_args(["--offices", "2"])).customer_keys[-1] == "demo-customer-2"


def test_a_number_of_offices_that_makes_no_sense_is_refused(capsys):
    assert main(["--offices", "-1"]) == 2
    assert "--offices" in capsys.readouterr().err


def test_a_world_is_made_when_its_key_is_first_used(many):
    assert many.control("GET", "state").json["databases"] == {}
    assert many.get_as("k-500", "clinics").status == 200
    assert list(many.control("GET", "state").json["databases"]) == ["k-500"]
    assert many.get_as("k-501", "clinics").status == 401


def test_numbers_of_two_offices_are_the_same_and_mean_other_people(many):
    clinics = [many.get_as(key, "clinics").json for key in ("k-1", "k-2", "k-14")]
    assert [[row["ClinicNum"] for row in each] for each in clinics] == [[1]] * 3
    assert [each[0]["Abbr"] for each in clinics] == ["Maple Street", "Harbor View", "Harbor View 2"]
    people = [many.get_as(key, "patients/1001").json for key in ("k-1", "k-2")]
    assert people[0]["PatNum"] == people[1]["PatNum"]
    assert people[0]["Email"] != people[1]["Email"]
    managers = [{row["UserNum"]: row["UserName"] for row in many.get_as(key, "userods").json} for key in ("k-1", "k-2")]
    assert (managers[0][101], managers[1][101]) == ("Omar Haddad", "Grace Okoro")


def test_a_small_office_has_today_the_types_and_an_inbox(many):
    today = many.get_as("k-3", "appointments?date=2026-03-02").json
    assert len(today) == 8
    names = {row["ItemName"] for row in many.get_as("k-3", "definitions?Category=27").json}
    assert {"Miscellaneous", "Upset patient"} <= names
    assert 501 in [row["TaskListNum"] for row in many.get_as("k-3", "tasklists").json]


def test_worlds_that_were_used_are_kept_and_others_still_come_new(running, tmp_path):
    settings = service(customer_keys=("k-1", "k-2"), small_worlds=True, state_file=tmp_path / "state.json")
    first = running(settings)
    first.control("POST", "rows/commlog", {"PatNum": 1001, "Note": "UP-1.1"}, customer_key="k-2")
    first.server.simulator.close()
    again = running(settings)
    assert again.get_as("k-2", "commlogs").json[0]["Note"] == "UP-1.1"
    assert again.get_as("k-1", "commlogs").status == 200
