"""What was changed, and the fixes that held, are listed to the end, thirty at a time."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from itertools import chain

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, SPOKE, a_case, does
from tests.conftest import Cast

from amends.learning.models import Outcome, WatchedAction
from amends.paging import PAGE, paged
from amends.practice.models import Person

ClientFor = Callable[[Person], Client]
A_DAY = timedelta(days=1)


def many(group: Cast, number: int, outcome: Outcome, *, due_in: timedelta, what: str) -> None:
    """So many actions of one case of Maple Street, the first of which is due first."""
    row, now = does(group.omar, a_case(group), SPOKE, CAUSE), timezone.now()
    WatchedAction.objects.bulk_create(
        WatchedAction(
            case=row,
            no=n + 1,
            office=group.maple,
            what=f"{what} {n}!",
            owner=str(group.omar.pk),
            causes=",estimate_wrong,",
            due_at=now + due_in + n * timedelta(minutes=1),
            until=now + due_in + 30 * A_DAY + n * timedelta(minutes=1),
            done_at=None if outcome == Outcome.WATCHING else now + due_in,
            outcome=outcome,
        )
        for n in range(number)
    )


def pages(client: Client, address: str) -> list[str]:
    """The page and all that follow it by *Older*."""
    found = []
    while address:
        text = unescape(client.get(address).content.decode())
        found.append(text)
        older = re.search(r'href="(\?[^"]*)" rel="next"', text)
        address = f"{address.partition('?')[0]}{older[1].partition('#')[0]}" if older else ""
    return found


def test_every_change_is_listed_once_what_is_overdue_first_and_all_overdue_are_counted(
    group: Cast, client_for: ClientFor
) -> None:
    many(group, 40, Outcome.WATCHING, due_in=-9 * A_DAY, what="Overdue")
    many(group, 25, Outcome.HELD, due_in=-90 * A_DAY, what="Held")
    many(group, 3, Outcome.WATCHING, due_in=9 * A_DAY, what="Planned")
    omar = client_for(group.omar)
    shown = pages(omar, "/learning/?cause=estimate_wrong&period=13w")
    listed = [re.findall(r">((?:Overdue|Held|Planned) \d+!)</a>", text) for text in shown]
    assert [len(one) for one in listed] == [PAGE, PAGE, 8]
    overdue, planned = [f"Overdue {n}!" for n in range(40)], [f"Planned {n}!" for n in (2, 1, 0)]
    assert list(chain.from_iterable(listed)) == [*overdue, *planned, *(f"Held {n}!" for n in range(24, -1, -1))]
    assert all("25 held, 0 did not hold, 43 still watched. Overdue: 40." in text for text in shown)
    assert all(
        "cause=estimate_wrong" in link for link in re.findall(r'href="(\?[^"]*)" rel="(?:first|next)"', shown[1])
    )
    assert 'href="?cause=estimate_wrong&period=13w#changes-title" rel="first"' in shown[1]
    assert 'rel="first"' not in shown[0]
    other = client_for(group.nick).get("/learning/")
    assert other.status_code == 404


def test_every_fix_that_held_is_listed_once(group: Cast, client_for: ClientFor) -> None:
    many(group, 2 * PAGE + 1, Outcome.HELD, due_in=-90 * A_DAY, what="Print it")
    shown = pages(client_for(group.omar), "/learning/library?cause=estimate_wrong")
    listed = [re.findall(r'data-label="Fix">(Print it \d+!)', text) for text in shown]
    assert [len(one) for one in listed] == [PAGE, PAGE, 1]
    assert list(chain.from_iterable(listed)) == [f"Print it {n}!" for n in range(2 * PAGE, -1, -1)]


@pytest.mark.parametrize(
    ("typed", "start"),
    [("", 0), ("0", 0), ("1", 0), ("2", PAGE), ("3", 2 * PAGE), ("4", 2 * PAGE), ("99999", 2 * PAGE), ("x", 0),
     ("-1", 0), ("123456", 0), ("²", 0)],
)  # fmt: skip
def test_a_page_that_is_not_there_is_the_nearest(typed: str, start: int) -> None:
    found = paged(QueryDict(f"page={typed}"), "page", 2 * PAGE + 1)
    assert (found.start, found.end) == (start, start + PAGE)
    assert bool(found.older) == (start < 2 * PAGE)


def test_an_empty_list_has_one_page() -> None:
    assert paged(QueryDict(), "page", 0).older == ""
