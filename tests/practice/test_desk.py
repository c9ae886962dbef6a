"""Handing over a whole desk: everything goes, once, also when it is interrupted; what cannot go is said."""

import html
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from tests.cases.acting import SPOKE, a_case, closed, does
from tests.conftest import Cast, make_cast

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.learning.models import WatchedAction
from amends.practice import desk, desk_page
from amends.practice.away.said import say_away
from amends.practice.directory import directory
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.events import ActionsHandedOver, HandedOver, PromisesHandedOver
from amends.protocol.values import AMENDS
from amends.protocol.values import Person as PersonValue

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
WHY = "Omar has left."


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def value(person: Person) -> PersonValue:
    return PersonValue(id=str(person.pk), name=person.name)


def promise(group: Cast, owner: Person) -> c.MakePromise:
    return c.MakePromise(text="A call", owner=value(owner), due=timezone.now() + timedelta(days=2))


def change(owner: Person) -> c.PlanAction:
    return c.PlanAction(what="Estimates are printed", owner=value(owner), due=timezone.now() + timedelta(days=10))


@pytest.fixture
def full(group: Cast) -> dict[str, CaseRow]:
    """Omar's desk: two cases, a closed one with his promise, a promise of his on a case that Rita has, and something
    that he is to change, from a case that is long done; what Ruth is to change there is hers."""
    asked = c.AskRegion(why="The refund is beyond my limit.")
    return {
        "new": a_case(group),
        "spoken": does(group.omar, a_case(group), SPOKE, promise(group, group.omar), promise(group, group.ruth)),
        "closed": does(group.omar, closed(group), promise(group, group.omar)),
        "ritas": does(group.omar, a_case(group), promise(group, group.omar), asked),
        "done": does(group.omar, closed(group), change(group.omar), change(group.ruth)),
    }


def handed(row: CaseRow) -> list[str]:
    facts = [event.fact for event in actions.events_of(row.pk)]
    handings = (HandedOver, PromisesHandedOver, ActionsHandedOver)
    return [type(fact).__name__ for fact in facts if isinstance(fact, handings)]


def owners(row: CaseRow) -> tuple[int | None, list[str]]:
    row.refresh_from_db()
    return row.owner_id, [promise.owner.id for promise in actions.state_of(row.pk).open_promises]


def test_every_case_and_every_promise_goes_with_its_event(group: Cast, full: dict[str, CaseRow]) -> None:
    on_it = desk.on_the_desk(group.omar)
    assert on_it.words == "3 cases, 3 promises and 1 corrective action"
    done = desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    assert done == desk.Handed(cases=3, promises=3, actions=1)
    ruth = str(group.ruth.pk)
    assert owners(full["new"]) == (group.ruth.pk, [])
    assert owners(full["spoken"]) == (group.ruth.pk, [ruth, ruth])
    assert owners(full["closed"]) == (group.ruth.pk, [ruth])
    assert owners(full["ritas"]) == (group.rita.pk, [ruth])
    assert owners(full["done"]) == (group.omar.pk, [])
    assert {name: handed(row) for name, row in full.items()} == {
        "new": ["HandedOver"],
        "spoken": ["PromisesHandedOver", "HandedOver"],
        "closed": ["PromisesHandedOver", "HandedOver"],
        "ritas": ["PromisesHandedOver"],
        "done": ["ActionsHandedOver"],
    }
    assert [action.owner.id for action in actions.state_of(full["done"].pk).actions] == [ruth, ruth]
    assert list(WatchedAction.objects.filter(case=full["done"]).values_list("owner", flat=True)) == [ruth, ruth]
    assert desk.on_the_desk(group.omar).is_empty
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_a_second_time_nothing_goes(group: Cast, full: dict[str, CaseRow]) -> None:
    desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    before = {name: handed(row) for name, row in full.items()}
    assert desk.hand_over(group.omar, group.rita, by=group.rita, why=WHY) == desk.Handed()
    assert {name: handed(row) for name, row in full.items()} == before


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4, 5, 6, 7])
def test_what_was_interrupted_goes_on_where_it_stopped(
    group: Cast, full: dict[str, CaseRow], fails_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[c.Command] = []

    def failing(**wanted: Any) -> actions.Done:
        asked.append(wanted["command"])
        if len(asked) == fails_at:
            raise OperationalError("database or disk is full")
        return perform(**wanted)

    perform = actions.perform
    with monkeypatch.context() as broken:
        broken.setattr(actions, "perform", failing)
        with pytest.raises(OperationalError):
            desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    assert desk.on_the_desk(group.omar).is_empty
    assert [len(handed(full[name])) for name in ("new", "spoken", "closed", "ritas", "done")] == [1, 2, 2, 1, 1]


def test_two_who_hand_the_same_desk_over_at_once_hand_nothing_twice(committed: None) -> None:
    group = make_cast()
    rows = [a_case(group) for _ in range(8)]
    begin = Barrier(2)

    def hand(to: Person) -> int:
        try:
            begin.wait()
            return desk.hand_over(group.omar, to, by=group.rita, why=WHY).cases
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        went = sum(threads.map(hand, (group.ruth, group.rita)))
    assert went == len(rows)
    assert [handed(row) for row in rows] == [["HandedOver"]] * len(rows)


def test_what_came_to_somebody_else_meanwhile_is_left_alone(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk was read, then Ruth took one of its cases on: it stays hers."""
    row = a_case(group)
    seen = desk.on_the_desk(group.omar)
    does(group.ruth, row, c.Acknowledge())
    monkeypatch.setattr(desk, "on_the_desk", lambda person: seen)
    assert desk.hand_over(group.omar, group.rita, by=group.rita, why=WHY) == desk.Handed()
    assert owners(row)[0] == group.ruth.pk


def test_what_the_rules_refuse_stays_and_says_why_and_an_administrator_can(group: Cast) -> None:
    row = a_case(group)
    does(group.lee, row, c.StepIn())
    does(group.lee, row, c.HandOver(to=value(group.omar), why="Yours after all."))
    other = a_case(group)
    done = desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    assert (done.cases, [number for number, _ in done.stayed]) == (1, [row.number])
    assert "The case is with Omar Haddad now" in done.stayed[0][1]
    assert owners(other)[0] == group.ruth.pk
    assert desk.hand_over(group.omar, group.ruth, by=group.alex, why=WHY) == desk.Handed(cases=1)
    assert actions.events_of(row.pk)[-1].by == actor_at(group.alex, str(group.maple.pk))


def test_nothing_goes_to_somebody_who_could_not_open_it(group: Cast) -> None:
    row = a_case(group)
    done = desk.hand_over(group.omar, group.nick, by=group.rita, why=WHY)
    assert done.stayed == ((row.number, "Nick Tanaka has no role at Maple Street. Choose somebody who has one."),)
    assert owners(row)[0] == group.omar.pk
    assert desk.hand_over(group.omar, group.ruth, by=group.nick, why=WHY).stayed[0][1].startswith("Nick Tanaka")


def test_who_only_covers_there_takes_nothing_on_for_good(group: Cast) -> None:
    row = a_case(group)
    say_away(group.ruth, MONDAY, MONDAY + timedelta(days=2), cover=group.nick, by=group.ruth, now=MONDAY)
    assert desk.hand_over(group.omar, group.nick, by=group.rita, why=WHY).cases == 0
    assert owners(row)[0] == group.omar.pk


def test_what_is_to_be_changed_keeps_somebody_on_their_desk_until_it_is_known_whether_it_held(group: Cast) -> None:
    row = does(group.omar, closed(group), change(group.omar), c.FinishAction(no=1))
    again = a_case(group).number
    assert not desk.make_inactive(group.omar)
    actions.perform(command=c.ActionRepeated(no=1, other=again), by=AMENDS, case=row.pk)
    desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)  # the case of today
    assert desk.make_inactive(group.omar)


def test_only_an_empty_desk_lets_somebody_go(group: Cast) -> None:
    a_case(group)
    assert not desk.make_inactive(group.omar)
    assert Person.objects.get(pk=group.omar.pk).is_active
    desk.hand_over(group.omar, group.ruth, by=group.rita, why=WHY)
    assert desk.make_inactive(group.omar)
    assert not Person.objects.get(pk=group.omar.pk).is_active


# --- the page ----------------------------------------------------------------------------------------------------


def press(client: Client, leaver: Person, to: Person, **more: str) -> Any:
    return client.post(f"/away/{leaver.pk}/desk", {"to": str(to.pk), "why": WHY, **more})


def test_the_page_says_what_lies_there_and_lets_the_person_go(
    group: Cast, full: dict[str, CaseRow], client_for: ClientFor
) -> None:
    rita, omar = client_for(group.rita), client_for(group.omar)
    page = rita.get(f"/away/{group.omar.pk}/desk").content.decode()
    assert "On it: 3 cases, 3 promises and 1 corrective action." in page
    answer = press(rita, group.omar, group.ruth, leaves="on")
    assert answer.status_code == 303
    said = html.unescape(rita.get("/away").content.decode())
    assert "3 cases, 3 promises and 1 corrective action went to Ruth Bellamy." in said
    story = html.unescape(client_for(group.ruth).get(f"/cases/{full['done'].number}").content.decode())
    assert f"Corrective action 1 handed to Ruth Bellamy. {WHY}" in story
    assert "Omar Haddad can sign in no more." in said
    assert omar.get("/").status_code == 302  # to the sign-in page
    assert full["new"].number in client_for(group.ruth).get("/").content.decode()


def offered(client: Client, leaver: Person) -> list[str]:
    page = client.get(f"/away/{leaver.pk}/desk")
    return [label for _, label in page.context["form"].fields["to"].choices][1:]


def test_only_who_can_take_something_is_offered_and_of_what_only_a_part(group: Cast, client_for: ClientFor) -> None:
    """Nick manages Harbor View alone: he is offered for what is there, after those who can take everything."""
    group.harbor.region = group.maple.region
    group.harbor.save()
    Post.objects.create(person=group.nick, role="office_manager", office=group.harbor)
    alex = client_for(group.alex)
    assert any("Nick" in label for label in offered(alex, group.omar)), "on an empty desk anybody may be named"
    a_case(group)
    assert not any("Nick" in label for label in offered(alex, group.omar))
    Post.objects.create(person=group.omar, role="office_manager", office=group.harbor)
    at_harbor = a_case(group, by=group.nick, office=group.harbor)
    does(group.alex, at_harbor, c.HandOver(to=value(group.omar), why="Yours."))
    *everything, nick, ruth = offered(alex, group.omar)
    assert nick == "Nick Tanaka, office manager of Harbor View; only for Harbor View"
    assert ruth == "Ruth Bellamy, office manager of Maple Street; only for Maple Street"
    assert everything
    assert not any("only" in label for label in everything)
    page = html.unescape(press(alex, group.omar, group.nick, leaves="on").content.decode())
    assert "1 case went to Nick Tanaka." in page
    assert "has no role at Maple Street. Choose somebody who has one." in page
    assert "Somebody higher up" not in page
    assert "Nick" not in "".join(offered(alex, group.omar))


def test_many_offices_are_counted_and_not_all_named(group: Cast) -> None:
    known = directory()
    five = [replace(known.offices[str(group.maple.pk)], id=str(n), name=f"Office {n}") for n in range(1, 6)]
    named = replace(known, offices={office.id: office for office in five})
    assert desk_page._named(["4", "3", "2", "1"], named) == "Office 1, Office 2, Office 3, Office 4"
    assert desk_page._named(list("54321"), named) == "Office 1, Office 2, Office 3 and 2 more offices"


def test_where_nobody_can_take_it_the_page_says_whom_to_ask(group: Cast, client_for: ClientFor) -> None:
    a_case(group)
    for post in Post.objects.exclude(person__in=(group.omar, group.alex)):
        post.delete()
    page = client_for(group.alex).get(f"/away/{group.omar.pk}/desk").content.decode()
    assert "Nobody else has a role where this is." in page
    assert "Hand everything over" not in page


def test_a_refused_press_keeps_what_was_typed(group: Cast, client_for: ClientFor) -> None:
    a_case(group)
    answer = client_for(group.rita).post(f"/away/{group.omar.pk}/desk", {"to": "", "why": "Moves to the coast."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose who takes everything on." in page
    assert "Moves to the coast." in page


def test_what_stayed_is_listed_and_nobody_is_let_go(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    does(group.lee, row, c.StepIn())
    does(group.lee, row, c.HandOver(to=value(group.omar), why="Yours after all."))
    answer = press(client_for(group.rita), group.omar, group.ruth, leaves="on")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{row.number}: The case is with Omar Haddad now." in page
    assert Person.objects.get(pk=group.omar.pk).is_active


def test_the_desk_of_somebody_who_is_inactive_already_can_be_cleared(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    group.omar.is_active = False
    group.omar.save()
    assert press(client_for(group.rita), group.omar, group.ruth).status_code == 303
    assert owners(row)[0] == group.ruth.pk
    assert "cannot sign in any more" in client_for(group.rita).get(f"/away/{group.omar.pk}/desk").content.decode()


def test_nobody_hands_over_their_own_desk_or_that_of_somebody_beside_them(group: Cast, client_for: ClientFor) -> None:
    for person, other in ((group.omar, group.omar), (group.omar, group.ruth), (group.alex, group.alex)):
        assert client_for(person).get(f"/away/{other.pk}/desk").status_code == 404
    Post.objects.create(person=group.omar, role="team", office=group.harbor)
    assert client_for(group.rita).get(f"/away/{group.omar.pk}/desk").status_code == 404
    assert client_for(group.lee).get(f"/away/{group.omar.pk}/desk").status_code == 200
