"""People: users of Open Dental with roles to choose, one-time passwords, and always somebody who administers."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.setup.conftest import Connect, Go, Start, kept
from tests.setup.page import Page
from tests.simulators.open_dental.caller import Practice, service

from amends.practice.directory import directory
from amends.practice.models import OpenDentalUser, Person, Post
from amends.simulators.open_dental.settings import Settings

OMAR, RUTH, ANA, RITA, LEE = 101, 121, 201, 301, 401


@pytest.fixture
def ready(connect: Connect, practice: Practice, go: Go) -> Practice:
    """Connected, with its clinics as offices."""
    connect(practice)
    go("offices").press("Save and go on", {"main-2-region": "Coast"})
    return practice


def part_with(go: Go, key: str, path: str = "people") -> Page:
    """The part of the list in which somebody stands."""
    page: Page = go(path)
    while f'name="{key}-name"' not in page.html:
        page = page.follow("The next part")
    return page


def save(page: Page, typed: dict[str, str | None]) -> Page:
    last = page.says("Save and go on")
    return page.press("Save and go on" if last else "Save and show the next part", typed)


def role(user: int, email: str, what: str, where: str = "", *, database: str = "main") -> dict[str, str | None]:
    key = f"{database}-{user}"
    typed: dict[str, str | None] = {f"{key}-email": email, f"{key}-role_0": what}
    return {**typed, f"{key}-place_0": where} if where else typed


def posts(name: str) -> list[tuple[str, str, int]]:
    rows = Post.objects.filter(person__name=name).order_by("role", "pk")
    return [(row.role, str(row.office or row.region or ""), row.rank) for row in rows]


def test_a_user_of_open_dental_becomes_a_person_at_the_office_of_their_clinic(ready: Practice, go: Go) -> None:
    before = kept(ready)
    page = part_with(go, f"main-{OMAR}")
    assert page.value(f"main-{OMAR}-name") == "Omar Haddad"
    assert page.value(f"main-{OMAR}-place_0") == "Maple Street"
    new = save(page, role(OMAR, "Omar@bluebellfinch.example", "Office manager"))
    assert "One-time passwords" in new.text
    password = re.findall(r"<code>(\S+)</code>", new.html)
    omar = Person.objects.get(email="omar@bluebellfinch.example")
    assert omar.check_password(password[0])
    assert posts("Omar Haddad") == [("office_manager", "Maple Street", 0)]
    assert list(omar.open_dental_users.values_list("database", "UserNum")) == [("main", OMAR)]
    assert password[0] not in go("people").html
    assert kept(ready) == before


def test_those_without_a_role_get_no_access(ready: Practice, go: Go) -> None:
    page = go("people")
    while page.says("Save and show the next part"):
        page = page.press("Save and show the next part")
    assert page.press("Save and go on").url == "/setup/inboxes"
    assert [person.name for person in Person.objects.all()] == ["Alex Marsh"]


def test_hidden_users_are_not_offered(ready: Practice, go: Go) -> None:
    page, seen = go("people"), ""
    while True:
        seen += page.text
        if "The next part" not in page.links:
            break
        page = page.follow("The next part")
    assert "Rita Lindqvist" in seen
    assert "Former Colleague" not in seen


@pytest.mark.parametrize(
    ("what", "where", "made"),
    [
        ("Team member", "Maple Street", ("team", "Maple Street", 0)),
        ("Office manager, stands in", "Harbor View", ("office_manager", "Harbor View", 1)),
        ("Regional manager", "Region Coast", ("regional_manager", "Coast", 0)),
        ("Regional manager", "Harbor View", ("regional_manager", "Coast", 0)),
        ("Leader", "Maple Street", ("leader", "", 0)),
        ("Privacy officer", "The whole group", ("privacy_officer", "", 0)),
        ("Administrator", "The whole group", ("administrator", "", 0)),
    ],
)
def test_every_role_finds_its_place(ready: Practice, go: Go, what: str, where: str, made: tuple[str, str, int]) -> None:
    save(part_with(go, f"main-{RITA}"), role(RITA, "rita@bluebellfinch.example", what, where))
    assert posts("Rita Lindqvist") == [made]


def test_somebody_may_have_several_roles_and_lose_one_again(ready: Practice, go: Go) -> None:
    key = f"main-{RITA}"
    typed = role(RITA, "rita@bluebellfinch.example", "Office manager", "Maple Street")
    save(part_with(go, key), {**typed, f"{key}-role_1": "Office manager", f"{key}-place_1": "Old Mill"})
    assert len(posts("Rita Lindqvist")) == 2
    key = f"person-{Person.objects.get(name='Rita Lindqvist').pk}"
    page = part_with(go, key)
    assert page.value(f"{key}-place_1") == "Old Mill"
    save(page, {f"{key}-role_0": "", f"{key}-role_2": "Leader"})
    assert posts("Rita Lindqvist") == [("leader", "", 0), ("office_manager", "Old Mill", 0)]


def test_saving_again_without_changes_changes_nobody(ready: Practice, go: Go) -> None:
    save(part_with(go, f"main-{OMAR}"), role(OMAR, "omar@bluebellfinch.example", "Office manager"))
    before = list(Post.objects.order_by("pk").values_list("pk", "person_id", "role", "rank"))
    save(go("people"), {})
    assert list(Post.objects.order_by("pk").values_list("pk", "person_id", "role", "rank")) == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({f"main-{OMAR}-role_0": "Office manager"}, "Enter an e-mail address: they sign in with it."),
        (role(OMAR, "omar", "Leader"), "This is not an e-mail address."),
        (role(OMAR, "o@x.example", "Team member", "The whole group"), "Choose the office at which they are."),
        ({**role(OMAR, "o@x.example", "Leader"), f"main-{OMAR}-name": ""}, "Enter the name."),
    ],
)
def test_a_refused_page_makes_nobody_and_keeps_what_was_typed(ready: Practice, go: Go, typed, says: str) -> None:
    page = part_with(go, f"main-{OMAR}")
    refused = save(page, {**typed, f"main-{RUTH}-email": "ruth@x.example", f"main-{RUTH}-role_0": "Team member"})
    assert refused.status == 422
    assert says in refused.text
    assert Person.objects.count() == 1
    later = part_with(go, f"main-{OMAR}")
    assert "kept, and not in effect yet" in later.text
    assert later.value(f"main-{RUTH}-email") == "ruth@x.example"


def test_people_who_are_not_in_open_dental_are_entered_by_hand(alex, go: Go) -> None:
    typed = {"new-name": "Pia Sorensen", "new-email": "pia@bluebellfinch.example", "new-role_0": "Privacy officer"}
    new = go("people").press("Save and go on", typed)
    assert "pia@bluebellfinch.example" in new.text
    assert posts("Pia Sorensen") == [("privacy_officer", "", 0)]
    assert new.follow("I have noted them, go on").url == "/setup/inboxes"


def test_the_last_administrator_cannot_be_taken_away(alex, go: Go) -> None:
    refused = go("people").press("Save and go on", {f"person-{alex.pk}-role_0": "Leader"})
    assert "Somebody must stay administrator of the whole group." in refused.text
    assert posts("Alex Marsh") == [("administrator", "", 0)]


def test_whoever_loses_every_role_cannot_sign_in_and_may_come_back(ready: Practice, go: Go) -> None:
    save(part_with(go, f"main-{OMAR}"), role(OMAR, "omar@bluebellfinch.example", "Office manager"))
    omar = Person.objects.get(name="Omar Haddad")
    save(go("people"), {f"person-{omar.pk}-role_0": ""})
    omar.refresh_from_db()
    assert not omar.is_active
    assert posts("Omar Haddad") == []
    save(go("people"), {f"person-{omar.pk}-role_0": "Leader"})
    omar.refresh_from_db()
    assert omar.is_active


def test_a_lost_password_is_made_again_only_for_those_who_never_signed_in(ready: Practice, go: Go) -> None:
    save(part_with(go, f"main-{OMAR}"), role(OMAR, "omar@bluebellfinch.example", "Office manager"))
    omar = Person.objects.get(name="Omar Haddad")
    again = go("people").press("Make a new one for Omar Haddad")
    (password,) = re.findall(r"<code>(\S+)</code>", again.html)
    omar.refresh_from_db()
    assert omar.check_password(password)
    page = go("people")
    Person.objects.filter(pk=omar.pk).update(last_login=timezone.now())
    refused = page.press("Make a new one for Omar Haddad")
    assert "has signed in already" in refused.text
    omar.refresh_from_db()
    assert omar.check_password(password)


def test_whoever_is_in_two_databases_is_one_person_with_two_numbers(connect: Connect, start: Start, go: Go) -> None:
    practice = start(Settings(mode=service().mode, customer_keys=("demo-customer", "other-customer")))
    connect(practice)
    connect(practice, name="Harbor Group", customer_key="other-customer")
    go("offices").press("Save and go on")
    save(part_with(go, f"main-{OMAR}"), role(OMAR, "omar@x.example", "Office manager"))
    typed = role(RUTH, "omar@x.example", "Team member", database="harbor-group")
    save(part_with(go, f"harbor-group-{RUTH}"), typed)
    omar = Person.objects.get(email="omar@x.example")
    assert {(user.database, user.UserNum) for user in omar.open_dental_users.all()} == {
        ("main", OMAR),
        ("harbor-group", RUTH),
    }
    assert [one[0] for one in posts(omar.name)] == ["office_manager", "team"]
    assert directory().person_of_user("harbor-group", OMAR) is None


def test_one_person_is_one_user_in_each_database(ready: Practice, go: Go) -> None:
    save(part_with(go, f"main-{OMAR}"), role(OMAR, "omar@x.example", "Office manager"))
    refused = save(part_with(go, f"main-{RUTH}"), role(RUTH, "omar@x.example", "Team member"))
    assert "is another user of this Open Dental already" in refused.text
    assert OpenDentalUser.objects.count() == 1


def test_users_that_cannot_be_read_are_said_and_read_again_when_asked(connect: Connect, start: Start, go: Go) -> None:
    practice = start()
    connect(practice)
    practice.fault("status:500", path="/api/v1/userods", times=1)
    page = go("people")
    assert "The users of Bluebell & Finch Dental could not be read." in page.text
    assert "Somebody new" in page.text
    assert go("people").press("Read Open Dental again").url == "/setup/people"
    assert "Omar Haddad" in part_with(go, f"main-{OMAR}").text


def test_without_permission_to_read_people_are_entered_by_hand(connect: Connect, start: Start, go: Go) -> None:
    connect(start(service(permissions=frozenset({"Comm"}))))
    page = go("people")
    assert "could not be read" in page.text
    page.press("Save and go on", {"new-name": "Lee", "new-email": "lee@x.example", "new-role_0": "Leader"})
    assert posts("Lee") == [("leader", "", 0)]


def test_a_new_person_can_sign_in_with_what_was_shown(ready: Practice, go: Go) -> None:
    new = save(part_with(go, f"main-{LEE}"), role(LEE, "lee@bluebellfinch.example", "Leader", "The whole group"))
    (password,) = re.findall(r"<code>(\S+)</code>", new.html)
    browser = Client()
    answer = browser.post("/sign-in", {"login": "lee@bluebellfinch.example", "password": password})
    assert answer.status_code == 302
    assert browser.get("/").status_code == 200
