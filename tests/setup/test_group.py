"""The one way of writing a group, from a file and from the pages: whole or not at all, and again without harm."""

import pytest
from tests.conftest import CALENDAR, Cast

from amends.practice.directory import directory
from amends.practice.models import Office, OpenDentalUser, Person, Post
from amends.protocol.words import Role
from amends.setup.group import GroupError, GroupIn, OfficeIn, PersonIn, PostIn, write_group, write_office, write_person


def wanted(*managers: str, **changes: object) -> GroupIn:
    """One office with these managers, in their order."""
    people = [
        {
            "name": name,
            "email": f"{name.casefold()}@x.example",
            "posts": [{"role": "office_manager", "office": "Maple"}],
        }
        for name in managers
    ]
    offices = [{"name": "Maple", "calendar": CALENDAR, "ClinicNum": 1}]
    return GroupIn.model_validate(
        {"group": "Bluebell", "regions": [{"name": "North", "offices": offices}], "people": people, **changes}
    )


def first_manager() -> str:
    known = directory()
    (office,) = known.offices.values()
    manager = known.chain(office.id).office_manager
    return manager.name if manager else ""


@pytest.mark.django_db
def test_the_first_manager_of_an_office_in_the_file_answers() -> None:
    assert set(write_group(wanted("Omar", "Ruth"))) == {"omar@x.example", "ruth@x.example"}
    assert first_manager() == "Omar"
    assert write_group(wanted("Ruth", "Omar")) == {}
    assert first_manager() == "Ruth"
    assert Post.objects.count() == 2


@pytest.mark.django_db
def test_writing_the_same_again_moves_nobody() -> None:
    write_group(wanted("Omar", "Ruth"))
    before = list(Post.objects.order_by("pk").values_list("pk", "rank"))
    write_group(wanted("Omar", "Ruth"))
    assert list(Post.objects.order_by("pk").values_list("pk", "rank")) == before


def test_one_clinic_is_one_office(group: Cast) -> None:
    with pytest.raises(GroupError, match="Clinic 1 of this Open Dental is the office Maple Street already"):
        write_office(OfficeIn(name="Elm", calendar=CALENDAR, ClinicNum=1), region="North", database="main")
    assert write_office(OfficeIn(name="Elm", calendar=CALENDAR, ClinicNum=1), region="north", database="other").pk


def test_one_address_is_one_person(group: Cast) -> None:
    ana = PersonIn(name="Ana", email="OMAR@bluebellfinch.example", posts=[PostIn(role=Role.LEADER)])
    with pytest.raises(GroupError, match="is the address of Omar Haddad already"):
        write_person(ana, row=group.ana)


@pytest.mark.django_db
def test_a_file_in_which_two_people_are_one_user_changes_nothing() -> None:
    twins = wanted("Omar", "Ruth").model_dump()
    for person in twins["people"]:
        person["UserNum"] = 101
    with pytest.raises(GroupError, match="Open Dental user 101 is Omar already"):
        write_group(GroupIn.model_validate(twins))
    assert not Office.objects.exists()
    assert not Person.objects.exists()
    assert not OpenDentalUser.objects.exists()
