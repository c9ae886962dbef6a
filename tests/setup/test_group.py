"""The one way of writing a group, from a file and from the pages: whole or not at all, and again without harm."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from tests.conftest import CALENDAR, Cast

from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.slack.models import SlackWorkspace
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


@pytest.mark.django_db
def test_a_new_office_has_joined_on_its_own_day_and_stays_as_old_as_it_is() -> None:
    with time_machine.travel(datetime(2026, 3, 12, 2, 0, tzinfo=UTC), tick=False):
        write_group(wanted("Omar"))
    office = Office.objects.get()
    assert office.joined_on == directory().offices[str(office.pk)].joined_on == date(2026, 3, 11)
    for joined_on in (office.joined_on, None):
        Office.objects.update(joined_on=joined_on)
        write_group(wanted("Omar"))
        assert Office.objects.get().joined_on == joined_on


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


CONNECTION = {"base_url": "http://x:30223/api/v1/", "developer_key": "d", "customer_key": "c", "mode": "service"}


@pytest.mark.django_db
def test_what_a_file_does_not_mention_stays_as_it_is() -> None:
    write_group(wanted("Omar", open_dental=CONNECTION, slack={"bot_token": "t", "leaders_channel": "C1"}))
    office, omar = Office.objects.get(), Person.objects.get()
    office.calendar = {**CALENDAR, "special": {"2026-12-25": []}, "names": {"2026": "x"}}
    office.phone, office.email = "201 555 0100", "office@maple.example"
    office.save()
    OpenDentalUser.objects.create(person=omar, database="main", UserNum=101, TaskListInBox=501)
    OpenDentalDatabase.objects.update(remote_url="https://r.example/", author_user_num=7, name="Our Open Dental")
    SlackWorkspace.objects.update(api_url="https://s.example/api/")
    shorter = {"name": "Maple", "calendar": {name: CALENDAR[name] for name in ("zone", "weekly")}}
    less = wanted("Omar", regions=[{"name": "North", "offices": [shorter]}])
    moved = {**CONNECTION, "base_url": "http://y:30223/api/v1/"}
    for file in (less, wanted("Omar", open_dental=moved, slack={"bot_token": "u", "leaders_channel": "C1"})):
        write_group(file)
        office.refresh_from_db()
        assert (office.phone, office.ClinicNum, office.open_dental) == ("201 555 0100", 1, "main")
        assert office.email == "office@maple.example"
        assert office.calendar["special"] == {"2026-12-25": []}
        assert office.calendar["names"] == {"2026": "x"}
        user, database = OpenDentalUser.objects.get(), OpenDentalDatabase.objects.get()
        assert (user.UserNum, user.TaskListInBox) == (101, 501)
        assert (database.remote_url, database.author_user_num) == ("https://r.example/", 7)
        assert (database.mode, database.name) == ("service", "Our Open Dental")
        assert SlackWorkspace.objects.get().api_url == "https://s.example/api/"
    assert database.base_url == moved["base_url"]
    assert SlackWorkspace.objects.get().bot_token == "u"


@pytest.mark.django_db
def test_what_a_file_mentions_is_changed_also_to_nothing() -> None:
    write_group(wanted("Omar", open_dental=CONNECTION))
    OpenDentalUser.objects.create(person=Person.objects.get(), database="main", UserNum=101, TaskListInBox=501)
    file = wanted("Omar").model_dump(exclude_unset=True)
    file["people"][0]["TaskListInBox"] = 502
    write_group(GroupIn.model_validate(file))
    assert OpenDentalUser.objects.values_list("UserNum", "TaskListInBox").get() == (101, 502)
    file["people"][0]["UserNum"] = 0
    file["regions"][0]["offices"][0]["ClinicNum"] = 0
    write_group(GroupIn.model_validate(file))
    assert not OpenDentalUser.objects.exists()
    assert Office.objects.get().ClinicNum == 0


@pytest.mark.django_db
def test_an_office_of_another_open_dental_is_not_moved_by_a_file() -> None:
    write_group(wanted("Omar"))
    assert Office.objects.get().open_dental == ""
    Office.objects.update(open_dental="harbor-group")
    write_group(wanted("Omar", open_dental=CONNECTION))
    assert Office.objects.get().open_dental == "harbor-group"
    assert OpenDentalDatabase.objects.get().key == "main"


@pytest.mark.django_db
def test_a_file_cannot_give_the_keys_of_another_database() -> None:
    OpenDentalDatabase.objects.create(key="harbor", name="Harbor", developer_key="d", customer_key="c")
    with pytest.raises(GroupError, match="These two keys are those of Harbor already"):
        write_group(wanted("Omar", open_dental=CONNECTION))
    assert not Office.objects.exists()
