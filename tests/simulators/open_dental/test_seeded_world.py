"""What every seeded world holds (commands.md, Simulators)."""

import pytest
from tests.simulators.open_dental.caller import MOMENT, NOW

from amends.simulators.clock import Clock
from amends.simulators.open_dental.tables import Database
from amends.simulators.open_dental.world import seed_world


@pytest.fixture
def world() -> Database:
    return _world(7)


def _world(seed: int) -> Database:
    clock = Clock(real=lambda: MOMENT)
    database = Database(clock)
    seed_world(database, seed=seed)
    return database


def test_the_same_seed_makes_the_same_world(world):
    assert _world(7).dump() == world.dump()
    assert _world(8).dump() != world.dump()


def test_every_clinic_has_two_of_one_family_and_today_in_every_state(world):
    for clinic in range(1, 13):
        patients = [row for row in world.all("patient") if row["ClinicNum"] == clinic]
        assert [row["PatNum"] for row in patients] == list(range(clinic * 1000 + 1, clinic * 1000 + 26))
        assert max(sum(row["Guarantor"] == each["PatNum"] for row in patients) for each in patients) > 1
        today = [
            row
            for row in world.all("appointment")
            if row["ClinicNum"] == clinic and row["AptDateTime"][:10] == NOW[:10]
        ]
        empty = "0001-01-01 00:00:00"
        states = {
            tuple(row[f"DateTime{what}"] != empty for what in ("Arrived", "Seated", "Dismissed")) for row in today
        }
        assert states == {(True, True, True), (True, True, False), (True, False, False), (False, False, False)}
        statuses = {row["ProcStatus"] for row in world.all("procedurelog") if row["ClinicNum"] == clinic}
        assert statuses == {"C", "TP", "D"}


def test_everybody_who_is_named_has_the_promised_numbers(world):
    users = {row["UserNum"]: (row["UserName"], row["TaskListInBox"]) for row in world.all("userod")}
    assert users[1] == ("Amends", 0)
    assert users[101] == ("Omar Haddad", 501)
    assert users[121] == ("Ruth Bellamy", 521)
    assert users[201] == ("Ana Ruiz", 0)
    assert users[202] == ("Nick Tanaka", 0)
    assert users[301] == ("Rita Lindqvist", 601)
    assert (users[401], users[402]) == (("Lee Hartwell", 701), ("Sam Okafor", 702))
    lists = {row["TaskListNum"] for row in world.all("tasklist")}
    assert {inbox for _, inbox in users.values() if inbox} <= lists


def test_there_are_the_types_the_priorities_and_an_old_task(world):
    names = {row["ItemName"] for row in world.all("definition") if row["Category"] == 27 and not row["IsHidden"]}
    assert {"Miscellaneous", "Upset patient"} <= names
    assert any(row["DateTimeOriginal"] < "2026-02-10" for row in world.all("task"))


def test_no_stamp_is_later_than_now(world):
    for table, column in (("patient", "DateTStamp"), ("appointment", "DateTStamp"), ("procedurelog", "DateTStamp")):
        assert all(row[column] <= NOW for row in world.all(table))


def test_every_clinic_has_recent_and_future_visits_and_one_whose_hours_nobody_kept(world):
    for clinic in range(1, 13):
        visits = [row for row in world.all("appointment") if row["ClinicNum"] == clinic]
        recent = [row for row in visits if "2026-02-24" < row["AptDateTime"] < "2026-03-01"]
        assert any(row["DateTimeArrived"] < row["AptDateTime"] < row["DateTimeSeated"] for row in recent)
        assert any(row["DateTimeArrived"].endswith(" 00:00:00") for row in recent)
        future = [row for row in visits if row["AptDateTime"] > "2026-03-04"]
        assert len(future) >= 3
        assert {row["AptStatus"] for row in future} == {"Scheduled"}
        actions = {row["HistApptAction"] for row in world.all("histappointment") if row["ClinicNum"] == clinic}
        assert actions == {"Created", "Missed", "Cancelled"}


def test_the_balance_of_a_guarantor_is_that_of_the_family_and_others_show_none(world):
    patients = list(world.all("patient"))
    assert any(row["BalTotal"] > row["EstBalance"] > 0 for row in patients)
    for row in patients:
        family = [each for each in patients if each["Guarantor"] == row["PatNum"]]
        assert row["BalTotal"] in (0.0, sum(each["EstBalance"] for each in family))


def test_somebody_in_every_clinic_wants_no_calls(world):
    shy = [row["ClinicNum"] for row in world.all("patient") if row["PreferContactMethod"] == "DoNotCall"]
    assert shy == list(range(1, 13))
