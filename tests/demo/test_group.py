"""The fictional group is written once, and fits the simulators' world."""

from datetime import date

import pytest

from amends.access import Right, may
from amends.demo import patients, staff
from amends.demo.calendars import calendar_of
from amends.demo.group import make_group
from amends.demo.staff import members
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.directory import directory
from amends.practice.models import Group, Office, Person, Post
from amends.protocol.hours import Calendar
from amends.simulators.clock import Clock
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Settings
from amends.simulators.slack.workspace import seeded

OPEN_DENTAL, SLACK = "http://127.0.0.1:8001/api/v1/", "http://127.0.0.1:8002/api/"


@pytest.fixture
def bluebell(db: None) -> None:
    make_group(open_dental_url=OPEN_DENTAL, slack_url=SLACK)


@pytest.mark.usefixtures("bluebell")
def test_the_group_is_made_once_and_its_connections_follow_the_ports():
    before = _counted()
    make_group(open_dental_url="http://127.0.0.1:9001/api/v1/", slack_url="http://127.0.0.1:9002/api/")
    assert _counted() == before
    assert OpenDentalDatabase.objects.get().base_url == "http://127.0.0.1:9001/api/v1/"
    assert SlackWorkspace.objects.get().api_url == "http://127.0.0.1:9002/api/"


def _counted() -> tuple[str, int, int, int]:
    return Group.objects.get().revision, Office.objects.count(), Person.objects.count(), Post.objects.count()


@pytest.mark.usefixtures("bluebell")
def test_twelve_offices_in_three_regions_and_two_zones():
    offices = directory().offices.values()
    assert sorted(office.ClinicNum for office in offices) == list(range(1, 13))
    assert {(office.region, office.calendar.zone) for office in offices} == {
        ("North", "America/New_York"),
        ("Lakes", "America/New_York"),
        ("South", "America/Chicago"),
    }
    assert Person.objects.count() == len(members()) == 68


@pytest.mark.usefixtures("bluebell")
def test_who_answers_for_maple_street():
    known = directory()
    maple = next(office for office in known.offices.values() if office.name == "Maple Street")
    chain = known.chain(maple.id)
    assert chain.office_manager
    assert chain.regional_manager
    assert [chain.office_manager.name, chain.regional_manager.name] == ["Omar Haddad", "Rita Lindqvist"]
    assert [leader.name for leader in chain.leaders] == ["Lee Hartwell", "Sam Okafor"]
    assert chain.privacy_officer
    assert chain.privacy_officer.name == "Pia Sorensen"


@pytest.mark.usefixtures("bluebell")
def test_everybody_signs_in_with_the_same_password():
    ana = Person.objects.get(email="ana.ruiz@bluebellfinch.example")
    assert ana.check_password(staff.PASSWORD)
    assert set(Person.objects.values_list("password", flat=True)) == {ana.password}
    assert may(ana, Right.REPORT)
    assert not may(ana, Right.LIST_CASES)


@pytest.mark.parametrize("clinic", range(1, 13))
def test_holidays_are_found_for_any_year(clinic):
    calendar = Calendar.parse(calendar_of(clinic, staff.NEW_YORK, date(2026, 11, 24)))
    for closed in ("2026-11-26", "2027-01-01", "2027-05-31", "2027-07-04", "2027-09-06", "2026-12-25", "2028-11-23"):
        assert calendar.hours_of(date.fromisoformat(closed)) == ()
    assert len(calendar.hours_of(date(2026, 12, 24))) == 1
    assert calendar.hours_of(date(2026, 12, 1))


def test_the_people_and_patients_are_those_of_the_simulated_open_dental():
    (world,) = OpenDental(Settings()).databases.values()
    there = {row["PatNum"]: row for row in world.all("patient")}
    for number, name, phone in (*patients.ADULTS, *patients.CHILDREN):
        row = there[number]
        assert f"{row['Preferred'] or row['FName']} {row['LName']}" == name
        assert (row["WirelessPhone"], row["ClinicNum"]) == (phone, number // 1000)
    assert {clinic["ClinicNum"]: clinic["Description"] for clinic in world.all("clinic")} == {
        clinic: name for clinic, (name, *_) in enumerate(staff.OFFICES, start=1)
    }
    users = {row["UserNum"]: (row["UserName"], row["TaskListInBox"]) for row in world.all("userod")}
    for member in members():
        if member.UserNum:
            assert users[member.UserNum] == (member.name, member.TaskListInBox)


def test_the_people_of_slack_are_those_of_the_simulated_workspace():
    users = seeded(0, scopes=(), now=Clock().utc()).users
    assert {users[slack_id].real_name: slack_id for slack_id in staff.SLACK_IDS.values()} == staff.SLACK_IDS
