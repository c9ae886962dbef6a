"""The people whom the protocol needs: each who is missing is named by office, and who is there by name."""

import pytest
from tests.conftest import CALENDAR, Cast
from tests.connections.says import by_key

from amends.connections.checks import Check, State
from amends.connections.neighbors.people import listed, look
from amends.practice.directory import directory
from amends.practice.models import Office, Person, Post, Region


def told() -> dict[str, Check]:
    return by_key(look(directory()))


@pytest.fixture
def whole(group: Cast) -> Cast:
    """The cast, and an office manager for Harbor View too."""
    Post.objects.create(person=group.ruth, role="office_manager", office=group.harbor)
    return group


def test_a_whole_group_has_nothing_to_repair(whole: Cast) -> None:
    assert {check.state for check in told().values()} == {State.WORKS}
    assert told()["leader"].says == "Lee Hartwell and Sam Okafor."
    assert told()["privacy_officer"].says == "Pia Sorensen."


def test_an_office_without_a_manager_is_named_and_cases_go_further_up(group: Cast) -> None:
    check = told()["managers"]
    assert (check.state, "Harbor View" in check.says, "Maple" in check.says) == (State.PARTLY, True, False)


def test_a_manager_who_left_is_none(whole: Cast) -> None:
    for person in (whole.omar, whole.ruth):
        person.is_active = False
        person.save()
    assert "Maple Street" in told()["managers"].says


def test_an_office_for_which_nobody_answers_is_down(group: Cast) -> None:
    group.lee.posts.get().delete()
    group.sam.posts.get().delete()
    check = told()["managers"]
    assert (check.state, check.says) == (State.DOWN, "Nobody at all answers for Harbor View.")


def test_an_office_that_is_closed_needs_nobody(group: Cast) -> None:
    group.harbor.is_active = False
    group.harbor.save()
    assert told()["managers"].says == "The office has one."


@pytest.mark.parametrize(("role", "who"), [("privacy_officer", ["pia"]), ("leader", ["lee", "sam"])])
def test_without_anybody_in_a_role_it_is_down(whole: Cast, role: str, who: list[str]) -> None:
    for name in who:
        whole.people[name].posts.get().delete()
    assert told()[role].state is State.DOWN


def test_somebody_for_one_region_only_leaves_the_others_without(whole: Cast) -> None:
    Post.objects.filter(person=whole.pia).update(region=Region.objects.get(name="North"))
    whole.pia.save()  # the directory is read again
    check = told()["privacy_officer"]
    assert (check.state, "Harbor View" in check.says) == (State.PARTLY, True)


def test_a_group_without_offices_says_what_to_do_first(db: None) -> None:
    Person.objects.create(name="Alex Marsh", email="alex@bluebellfinch.example")
    assert told()["offices"].state is State.DOWN


def test_of_many_offices_the_first_few_are_named(group: Cast) -> None:
    for number in range(9):
        Office.objects.create(name=f"Elm {number}", region=Region.objects.get(name="Lakes"), calendar=CALENDAR)
    assert "Elm 0, Elm 1, Elm 2, Elm 3, Elm 4 and 5 more" in told()["managers"].says


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_listed_as_people_say_them(names: list[str], words: str) -> None:
    assert listed(names) == words
