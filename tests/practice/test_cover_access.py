"""Who covers has the rights for it for as long as it lasts: on every page, in every rule, and not a minute longer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import Http404
from django.test import Client
from django.utils import timezone
from tests.cases.acting import SPOKE, a_case, does
from tests.conftest import Cast

from amends.access import Right, actor_at, case_for, offices_with, scope
from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.practice.away.returning import return_cases
from amends.practice.away.said import keep_routine, say_away, say_back, say_sick
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.events import HandedOver, Reported
from amends.protocol.words import Role, Stage

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
DAY = timedelta(days=1)
TUESDAY = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # it begins at Maple Street


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def grace(group: Cast) -> Person:
    """Office manager of Harbor View, in another region than Maple Street."""
    made = Person.objects.create(email="grace@bluebellfinch.example", name="Grace Okoro", password="!")
    Post.objects.create(person=made, role="office_manager", office=group.harbor)
    return made


def away(person: Person, cover: Person | None, begins: datetime = MONDAY, ends: datetime = TUESDAY) -> None:
    say_away(person, begins, ends, cover=cover, by=person, now=timezone.now())


def test_a_cover_from_another_office_may_do_the_managers_work_there_while_it_lasts(
    group: Cast, grace: Person, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    maple = str(group.maple.pk)
    row = a_case(group)
    addresses = [f"/cases/{row.number}", f"/cases/{row.number}/print", f"/cases/{row.number}/act/conversation"]

    def may() -> bool:
        client = client_for(grace)  # signed in anew: the hours that pass would sign them off
        answers = {client.get(address).status_code for address in addresses}
        listed = row.number in client.get("/cases").content.decode()
        assert (answers == {200}) == listed == (maple in offices_with(grace, Right.ACT_ON_CASE))
        assert answers in ({200}, {404})
        return listed

    assert not may()
    away(group.omar, grace)
    assert may()
    assert actor_at(grace, maple).role is Role.OFFICE_MANAGER
    assert scope(grace, Right.LIST_CASES) is None  # both offices of the group
    clock.move_to(TUESDAY - timedelta(seconds=1))
    assert may()
    clock.move_to(TUESDAY)
    assert not may()
    with pytest.raises(Http404):
        actor_at(grace, maple)
    with pytest.raises(Http404):
        case_for(grace, row.number, Right.SEE_CASE)


def test_the_right_ends_with_coming_back_early(group: Cast, grace: Person) -> None:
    away(group.omar, grace)
    assert str(group.maple.pk) in offices_with(grace, Right.SEE_CASE)
    say_back(group.omar, timezone.now())
    assert str(group.maple.pk) not in offices_with(grace, Right.SEE_CASE)


def test_a_right_that_begins_tomorrow_is_no_right_today(group: Cast, grace: Person) -> None:
    away(group.omar, grace, TUESDAY, TUESDAY + DAY)
    assert str(group.maple.pk) not in offices_with(grace, Right.SEE_CASE)


def test_a_cover_gets_no_more_than_the_other_has(group: Cast, grace: Person, client_for: ClientFor) -> None:
    away(group.omar, grace)
    client = client_for(grace)
    for address in ("/offices", "/privacy/", f"/offices/{group.maple.pk}/hours"):
        assert client.get(address).status_code == 404
    Post.objects.filter(person=group.omar).delete()
    group.omar.save()
    assert str(group.maple.pk) not in offices_with(grace, Right.SEE_CASE)


def test_somebody_inactive_covers_for_nobody_and_is_covered_by_nobody(group: Cast, grace: Person) -> None:
    away(group.omar, grace)
    group.omar.is_active = False
    group.omar.save()
    assert str(group.maple.pk) not in offices_with(grace, Right.SEE_CASE)


def test_new_cases_go_to_who_covers_and_to_the_next_level_where_nobody_does(group: Cast, grace: Person) -> None:
    away(group.omar, grace)
    assert a_case(group).owner_id == grace.pk
    say_sick(grace, by=grace, now=timezone.now())
    assert a_case(group).owner_id == group.ruth.pk  # the office's second manager
    say_sick(group.ruth, by=group.ruth, now=timezone.now())
    row = a_case(group)
    assert (row.owner_id, row.stage) == (group.rita.pk, Stage.REGION)
    say_sick(group.rita, by=group.rita, now=timezone.now())
    assert (a_case(group).owner_id, a_case(group).stage) == (group.lee.pk, Stage.LEADERS)


def test_covers_of_covers_are_asked_in_turn(group: Cast, grace: Person) -> None:
    keep_routine(group.ruth, (), cover=grace, now=timezone.now())
    away(group.omar, group.ruth)
    assert a_case(group).owner_id == group.ruth.pk
    say_sick(group.ruth, by=group.rita, now=timezone.now())
    assert a_case(group).owner_id == grace.pk


def test_a_regional_manager_who_covers_at_an_office_does_not_lift_its_cases_to_the_region(group: Cast) -> None:
    Post.objects.filter(person=group.ruth).delete()
    away(group.omar, group.rita)
    row = a_case(group)
    assert (row.owner_id, row.stage) == (group.rita.pk, Stage.REPORTED)
    assert actor_at(group.rita, str(group.maple.pk), Stage(row.stage)).role is Role.OFFICE_MANAGER
    assert actor_at(group.rita, str(group.maple.pk), Stage.REGION).role is Role.REGIONAL_MANAGER


def test_an_office_manager_who_covers_for_the_region_acts_at_its_level_there_and_as_themselves_at_home(
    group: Cast, client_for: ClientFor
) -> None:
    region = does(group.omar, a_case(group), c.AskRegion(why="The refund is beyond my limit."))
    own = a_case(group)
    with pytest.raises(Refused, match="The case is with Rita"):
        does(group.ruth, region, c.Acknowledge())
    away(group.rita, group.ruth)
    client = client_for(group.ruth)
    assert client.post(f"/cases/{region.number}/act/acknowledge", {}).status_code == 303
    assert client.post(f"/cases/{own.number}/act/acknowledge", {}).status_code == 303
    taken = {row.number: (row.stage, row.owner_id) for row in CaseRow.system.all()}
    assert taken == {
        region.number: (Stage.REGION, group.ruth.pk),
        own.number: (Stage.OFFICE, group.ruth.pk),
    }


def test_somebody_of_the_team_who_covers_may_speak_with_the_patient(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    client = client_for(group.ana)
    said = {"way": "phone", "note": "We went through the bill together."}
    assert client.post(f"/cases/{row.number}/act/conversation", said).status_code == 422
    away(group.omar, group.ana)
    assert client.post(f"/cases/{row.number}/act/conversation", said).status_code == 303
    assert CaseRow.system.get(pk=row.pk).owner_id == group.ana.pk


def test_hand_over_offers_who_covers_and_says_who_is_away(group: Cast, grace: Person, client_for: ClientFor) -> None:
    row = a_case(group)
    away(group.ruth, None)
    away(group.omar, grace)
    page = client_for(group.rita).get(f"/cases/{row.number}/act/hand_over").content.decode()
    assert "Grace Okoro, office manager, covering for Omar Haddad" in page
    assert "Ruth Bellamy, office manager (away)" in page


# --- afterwards --------------------------------------------------------------------------------------------------


def test_a_case_that_a_cover_took_on_goes_back_when_the_cover_ends(
    group: Cast, grace: Person, clock: time_machine.Traveller
) -> None:
    away(group.omar, grace)
    row = does(grace, a_case(group), SPOKE)
    mine = a_case(group, by=group.nick, office=group.harbor)
    assert row.owner_id == mine.owner_id == grace.pk
    assert return_cases(timezone.now()) == 0
    clock.move_to(TUESDAY)
    assert return_cases(timezone.now()) == 1
    assert return_cases(timezone.now()) == 0
    row.refresh_from_db()
    assert (row.owner_id, row.accepted) == (group.omar.pk, False)
    assert CaseRow.system.get(pk=mine.pk).owner_id == grace.pk
    [handed] = [(ev.by.name, ev.fact) for ev in actions.events_of(row.pk) if isinstance(ev.fact, HandedOver)]
    why = "Grace Okoro does not answer for Maple Street any more."
    omar, tried = actor_at(group.omar, str(group.maple.pk)).person, "Spoke with the patient: Grace Okoro, by phone, "
    assert handed == ("Amends", HandedOver(to=omar, why=why, tried=f"{tried}Mar 2, 10:00 am."))
    assert [p for p in verify().problems if "differs" in p.what] == []


def test_a_cover_from_the_front_desk_of_the_same_office_keeps_no_case_either(
    group: Cast, clock: time_machine.Traveller
) -> None:
    away(group.omar, group.ana)
    row = a_case(group)
    assert row.owner_id == group.ana.pk
    assert return_cases(timezone.now()) == 0
    clock.move_to(TUESDAY)
    assert return_cases(timezone.now()) == 1
    assert CaseRow.system.get(pk=row.pk).owner_id == group.omar.pk


@pytest.mark.parametrize("role", [Role.TEAM, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_cases_of_a_manager_who_is_none_any_more_go_to_who_answers(group: Cast, role: Role) -> None:
    row = a_case(group)
    Post.objects.filter(person=group.omar).update(role=role)
    group.maple.save()
    assert return_cases(timezone.now()) == 1
    assert CaseRow.system.get(pk=row.pk).owner_id == group.ruth.pk


def test_cases_of_somebody_who_lost_their_post_or_left_go_to_who_answers(group: Cast) -> None:
    row = a_case(group)
    group.omar.is_active = False
    group.omar.save()
    assert return_cases(timezone.now()) == 1
    assert CaseRow.system.get(pk=row.pk).owner_id == group.ruth.pk
    Post.objects.filter(person=group.ruth).delete()
    group.ruth.save()
    assert return_cases(timezone.now()) == 1
    row.refresh_from_db()
    assert row.owner_id == group.rita.pk
    assert isinstance(actions.events_of(row.pk)[0].fact, Reported)


def test_where_nobody_at_all_answers_a_case_stays_with_whom_it_was(group: Cast) -> None:
    row = a_case(group)
    Post.objects.exclude(person=group.ana).delete()
    group.maple.save()
    assert return_cases(timezone.now()) == 0
    assert CaseRow.system.get(pk=row.pk).owner_id == group.omar.pk


def test_my_work_does_not_lead_to_what_one_may_not_open_any_more(
    group: Cast, grace: Person, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    away(group.omar, grace)
    row = a_case(group)
    assert row.number in client_for(grace).get("/").content.decode()
    clock.move_to(TUESDAY)
    assert row.number not in client_for(grace).get("/").content.decode()


def test_a_leader_who_covers_says_what_leaders_say_at_every_level(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    does(group.omar, row, c.AskRegion(why="She wants all of it back."))
    away(group.rita, group.lee)
    assert actor_at(group.lee, str(group.maple.pk), Stage.REGION).role is Role.REGIONAL_MANAGER
    lee = client_for(group.lee)
    page = lee.get(f"/cases/{row.number}").content.decode()
    for key in ("seen", "offer_call", "ask_for_call"):
        assert f"/act/{key}" in page
        lee.post(f"/cases/{row.number}/act/{key}", {"seen": actions.state_of(row.pk).version})
    case = actions.state_of(row.pk)
    assert [word.by.name for said in (case.seen_by, case.calling, case.wants_call) for word in said] == [
        "Lee Hartwell"
    ] * 3
    said = {event.by.role for event in actions.events_of(row.pk) if event.by.id == str(group.lee.pk)}
    assert said == {Role.LEADER}


def test_who_covers_for_a_leader_is_none(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    away(group.lee, group.ruth)
    assert "/act/seen" not in client_for(group.ruth).get(f"/cases/{row.number}").content.decode()
