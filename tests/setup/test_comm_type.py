"""The CommLog type: found, chosen among several, created by one press that says so, or explained."""

import pytest
from tests.setup.conftest import Connect, Go, Start, kept
from tests.simulators.open_dental.caller import Practice, service

from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices, office
from amends.simulators.open_dental.permissions import DEFAULT, read_permissions

NAME = "Upset patient"


def used() -> int | None:
    """The number with which CommLogs are written now, by a process that has just started."""
    forget_offices()
    return office("main").comm_type(Budget(10))


def types(practice: Practice) -> list[str]:
    return [row["ItemName"] for row in practice.rows("definition") if row["Category"] == 27]


def rename(practice: Practice, name: str, **changes: object) -> None:
    number = practice.type_number(name)
    assert practice.call("PUT", f"/_control/rows/definition/{number}", changes).status == 200


@pytest.fixture
def without(start: Start) -> Practice:
    """An office that has no type of that name."""
    practice = start()
    rename(practice, NAME, ItemName="Compliment")
    return practice


def test_the_type_is_found_by_its_name(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    before = kept(practice)
    page = go("commlog-type")
    assert f"“{NAME}” was found." in page.text
    assert page.press("Save and go on").url == "/setup/try"
    assert used() == practice.type_number(NAME)
    assert kept(practice) == before


def test_another_type_can_be_chosen_and_holds_after_a_restart(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    number = practice.type_number("Financial")
    go("commlog-type").press("Save and go on", {"main-number": str(number)})
    assert used() == number
    assert OpenDentalDatabase.objects.get().comm_type_name == "Financial"
    assert "Financial" in go("summary").text


def test_miscellaneous_is_no_type_to_choose(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    offered = go("commlog-type").form("Save and go on").choices["main-number"]
    numbers = {value for value, _ in offered}
    assert str(practice.type_number("Miscellaneous")) not in numbers
    assert str(practice.type_number("Complaint (old)")) not in numbers  # hidden


def test_of_two_types_with_one_name_somebody_chooses_one(connect: Connect, practice: Practice, go: Go) -> None:
    rename(practice, "Financial", ItemName=" upset PATIENT ")
    connect(practice)
    numbers = sorted(row["DefNum"] for row in practice.rows("definition") if "upset" in row["ItemName"].casefold())
    page = go("commlog-type")
    assert f"Open Dental has 2 types named “{NAME}”." in page.text
    assert page.press("Save and go on").url == "/setup/try"
    assert used() is None
    go("commlog-type").press("Save and go on", {"main-number": str(numbers[0])})
    assert used() == numbers[0]


def test_without_the_type_one_press_that_says_so_creates_it_once(connect: Connect, without: Practice, go: Go) -> None:
    connect(without)
    before = kept(without)
    page = go("commlog-type")
    assert "This is the one thing that is written into Open Dental before the test" in page.text
    assert kept(without) == before
    page = page.press("Create it in Open Dental now")
    assert types(without).count(NAME) == 1
    assert f"“{NAME}” was found." in page.text
    assert used() == without.type_number(NAME)


def test_a_second_press_creates_no_second_type(connect: Connect, without: Practice, client, go: Go) -> None:
    connect(without)
    without.fault("late_commit:1", method="POST", path="/api/v1/definitions")
    page = go("commlog-type").press("Create it in Open Dental now")
    assert "Read Open Dental again in a minute" in page.text
    again = go("commlog-type").press("Create it in Open Dental now")
    assert "asked for a moment ago" in again.text
    without.late.happen()
    assert types(without).count(NAME) == 1
    assert f"“{NAME}” was found." in go("commlog-type").press("Read Open Dental again").text


def test_a_creation_that_was_refused_can_be_tried_again_at_once(connect: Connect, without: Practice, go: Go) -> None:
    connect(without)
    without.fault("status:429", method="POST", path="/api/v1/definitions")
    page = go("commlog-type").press("Create it in Open Dental now")
    assert "Nothing was created." in page.text
    page.press("Create it in Open Dental now")
    assert types(without).count(NAME) == 1


def test_without_the_permission_it_is_explained_in_four_steps(connect: Connect, start: Start, go: Go) -> None:
    practice = start(service(permissions=DEFAULT - {"Setup"}))
    rename(practice, NAME, ItemName="Compliment")
    connect(practice)
    page = go("commlog-type")
    assert not page.says("Create it in Open Dental now")
    assert "In Open Dental, open Setup, then Definitions." in page.text
    assert page.html.partition("create-main")[2].partition("</ol>")[0].count("<li>") == 4
    rename(practice, "Compliment", ItemName=NAME)
    assert f"“{NAME}” was found." in page.press("Read Open Dental again").text


def test_a_hidden_type_is_said_and_not_made_again(connect: Connect, practice: Practice, go: Go) -> None:
    rename(practice, NAME, IsHidden=True)
    connect(practice)
    page = go("commlog-type")
    assert "is hidden in Open Dental" in page.text
    assert not page.says("Create it in Open Dental now")


def test_where_types_cannot_be_read_the_number_is_typed(connect: Connect, start: Start, go: Go) -> None:
    practice = start(service(permissions=read_permissions("Comm")))
    connect(practice)
    page = go("commlog-type")
    assert "The types could not be read." in page.text
    refused = page.press("Save and go on", {"main-number": "a few"})
    assert refused.status == 422
    page.press("Save and go on", {"main-number": "393"})
    assert used() == 393


def test_without_open_dental_there_is_nothing_to_choose(go: Go) -> None:
    assert go("commlog-type").press("Go on").url == "/setup/try"


def test_a_database_that_is_not_there_is_not_there(client, alex) -> None:
    assert client.post("/setup/commlog-type/nothing/create").status_code == 404
