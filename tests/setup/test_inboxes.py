"""Task inboxes: found where Open Dental tells them, chosen or typed where it does not; and who writes Tasks."""

import pytest
from tests.setup.conftest import KEY, Connect, Go, Start, kept
from tests.setup.page import Page
from tests.simulators.open_dental.caller import Practice, service

from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.practice.models import Office, OpenDentalUser, Person, Post
from amends.simulators.open_dental.permissions import read_permissions
from amends.simulators.open_dental.settings import Settings

OMAR, RUTH = 101, 121


def with_manager(go: Go, *, user: int = OMAR, database: str = "main", name: str = "Omar Haddad") -> Person:
    """The clinics are offices, and the first of this database has a manager with that user."""
    go("offices").press("Save and go on")
    person = Person.objects.create(email=f"{database}-{user}@x.example", name=name)
    office = Office.objects.filter(open_dental=database).order_by("ClinicNum").first()
    Post.objects.create(person=person, role="office_manager", office=office)
    if user:
        OpenDentalUser.objects.create(person=person, database=database, UserNum=user)
    return person


def test_the_inbox_is_found_and_stays_looked_up(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    omar = with_manager(go)
    before = kept(practice)
    page = go("inboxes")
    assert "Inbox: Omar Haddad (501)" in page.text
    assert page.value("author-main-user") == "Amends (1)"
    landed = page.press("Save and go on")
    assert landed.url == "/setup/commlog-type"
    assert "Every inbox is known" in landed.text
    user = OpenDentalUser.objects.get(person=omar)
    assert (user.UserNum, user.TaskListInBox) == (OMAR, 0)
    assert OpenDentalDatabase.objects.get().author_user_num == 1
    assert kept(practice) == before


def test_a_user_named_service_recovery_is_recommended(connect: Connect, practice: Practice, go: Go) -> None:
    assert practice.call("PUT", "/_control/rows/userod/1", {"UserName": "Service Recovery"}).status == 200
    connect(practice)
    with_manager(go)
    assert go("inboxes").value("author-main-user") == "Service Recovery (1)"


def test_without_the_permission_to_ask_the_inbox_is_chosen_from_a_list(connect: Connect, start: Start, go: Go) -> None:
    connect(start(service(permissions=read_permissions("ReadAll,Comm,AllOthers"))))
    omar = with_manager(go)
    page = go("inboxes")
    assert "The list below has this person’s name." in page.text
    assert page.value(f"main-{omar.pk}-inbox") == "Omar Haddad (501)"
    page.press("Save and go on", {f"main-{omar.pk}-inbox": "Ruth Bellamy (521)"})
    assert OpenDentalUser.objects.get(person=omar).TaskListInBox == 521
    assert "Inbox: Ruth Bellamy (521)" in go("inboxes").text


def test_a_manager_without_a_user_is_asked_for_one(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    ruth = with_manager(go, user=0, name="Ruth B.")
    page = go("inboxes")
    assert "No inbox is known." in page.text
    assert "No inbox: Ruth B." in page.press("Save and go on").text
    go("inboxes").press("Save and go on", {f"main-{ruth.pk}-user": "Ruth Bellamy (121)"})
    assert "Inbox: Ruth Bellamy (521)" in go("inboxes").text


def test_one_user_cannot_be_two_people(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    with_manager(go)
    ruth = with_manager(go, user=0, name="Ruth B.")
    refused = go("inboxes").press("Save and go on", {f"main-{ruth.pk}-user": "Omar Haddad (101)"})
    assert refused.status == 422
    assert "Open Dental user 101 is Omar Haddad already" in refused.text
    assert go("inboxes").value(f"main-{ruth.pk}-user") == "Omar Haddad (101)"


def test_numbers_are_typed_where_nothing_can_be_read(connect: Connect, start: Start, go: Go) -> None:
    connect(start(service(permissions=read_permissions("Comm,AllOthers"))))
    typed = {"new-name": "Maple Street", "new-zone": "Eastern (New York)", "new-database": "Bluebell & Finch Dental"}
    go("offices").press("Save and go on", {**typed, "new-clinic": "1"})
    assert list(Office.objects.values_list("open_dental", "ClinicNum")) == [("main", 1)]
    omar = Person.objects.create(email="omar@x.example", name="Omar Haddad")
    Post.objects.create(person=omar, role="office_manager", office=Office.objects.get())
    typed = {f"main-{omar.pk}-user": "101", f"main-{omar.pk}-inbox": "501", "author-main-user": "1"}
    go("inboxes").press("Save and go on", typed)
    assert list(OpenDentalUser.objects.values_list("UserNum", "TaskListInBox")) == [(101, 501)]
    refused = go("inboxes").press("Save and go on", {f"main-{omar.pk}-inbox": "many"})
    assert refused.status == 422


def test_the_same_number_in_two_databases_is_two_inboxes(connect: Connect, start: Start, go: Go) -> None:
    practice = start(Settings(mode=service().mode, customer_keys=(KEY, "other-customer")))
    for number, row in practice.office.database_of("other-customer").tables["userod"].items():
        row["TaskListInBox"] = 601 if number == OMAR else row["TaskListInBox"]
    connect(practice)
    connect(practice, name="Harbor Group", customer_key="other-customer")
    omar, grace = with_manager(go), with_manager(go, database="harbor-group", name="Grace Okoro")
    page = go("inboxes")
    assert "Omar Haddad Inbox: Omar Haddad (501)" in page.text
    assert "Grace Okoro Inbox: Rita Lindqvist (601)" in page.text
    page.press("Save and go on", {f"main-{omar.pk}-inbox": "Ruth Bellamy (521)"})
    assert OpenDentalUser.objects.get(person=omar).TaskListInBox == 521
    assert OpenDentalUser.objects.get(person=grace).TaskListInBox == 0


def test_what_is_kept_for_later_is_not_in_effect(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    omar = with_manager(go)
    page: Page = go("inboxes").press("Keep for later", {f"main-{omar.pk}-inbox": "Ruth Bellamy (521)"})
    assert OpenDentalUser.objects.get(person=omar).TaskListInBox == 0
    assert page.value(f"main-{omar.pk}-inbox") == "Ruth Bellamy (521)"


@pytest.mark.parametrize("version", ["22.4", "25.4.48"])
def test_where_no_tasks_are_allowed_the_page_says_what_becomes_of_them(
    connect: Connect, start: Start, go: Go, version: str
) -> None:
    connect(start(service(version=version, permissions=read_permissions("ReadAll,Comm"))))
    with_manager(go)
    page = go("inboxes")
    assert "ApiAllOthers" in page.text
    assert "given to a person" in page.text
    assert "No Tasks allowed" in page.text


def test_without_open_dental_there_is_nothing_to_choose(go: Go) -> None:
    page = go("inboxes")
    assert "Without Open Dental there are no Tasks" in page.text
    assert page.press("Go on").url == "/setup/commlog-type"
