"""Nobody is left who could take a case on: the administrators see it on My work for as long as it is so."""

import html
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.cases.acting import SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases import ticker
from amends.practice.away.said import say_away, say_back
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Severity

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def everybody_leaves(group: Cast) -> None:
    for person in (group.omar, group.ruth, group.rita, group.lee, group.sam):
        say_away(person, MONDAY - DAY, MONDAY + 3 * DAY, cover=None, by=person, now=MONDAY - DAY)


def told(client: Client) -> str:
    page = html.unescape(client.get("/").content.decode())
    return page.partition("Nobody is left who could take on ")[2].partition(".</strong>")[0]


@pytest.mark.parametrize("changes", [{"still_here": True}, {"severity": Severity.SEVERE}, {}])
def test_a_case_that_nobody_has_is_on_the_administrators_my_work_at_once(
    group: Cast, client_for: ClientFor, changes: Any
) -> None:
    everybody_leaves(group)
    row = a_case(group, **changes)
    assert told(client_for(group.alex)) == f"{row.number} at Maple Street"
    assert 'id="nobody-left" href="/offices"' in client_for(group.alex).get("/").content.decode()
    assert told(client_for(group.ana)) == ""
    say_back(group.ruth, MONDAY)
    does(group.ruth, row, c.Acknowledge())
    assert told(client_for(group.alex)) == ""


def test_a_late_case_of_which_nobody_is_left_is_there_until_somebody_goes_on_with_it(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    rows = [a_case(group) for _ in range(7)]
    everybody_leaves(group)
    clock.move_to(MONDAY + timedelta(hours=1, minutes=30))
    ticker.tick()
    assert told(client_for(group.alex)) == "", "in time still"
    clock.move_to(MONDAY + timedelta(hours=3))
    ticker.tick()
    named = [f"{row.number} at Maple Street" for row in rows]
    assert told(client_for(group.alex)) == f"{', '.join(named[:5])} and 2 more"
    say_back(group.omar, MONDAY + timedelta(hours=3))
    does(group.omar, rows[0], SPOKE)
    assert told(client_for(group.alex)) == f"{', '.join(named[1:6])} and 1 more"


def test_a_late_promise_of_which_nobody_above_could_be_told_is_no_such_case(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    row = does(group.lee, a_case(group), c.StepIn(), SPOKE)
    for person in (group.omar, group.ruth, group.rita, group.sam):
        say_away(person, MONDAY - DAY, MONDAY + 9 * DAY, cover=None, by=person, now=MONDAY - DAY)
    lee = PersonValue(id=str(group.lee.pk), name=group.lee.name)
    does(group.lee, row, c.MakePromise(text="A call.", owner=lee, due=MONDAY + timedelta(hours=2)))
    clock.move_to(MONDAY + timedelta(hours=8))
    ticker.tick()
    assert told(client_for(group.alex)) == ""
