"""The Offices page: who answers now, where nobody does, and how each office does; few questions for many offices."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases.acting import SPOKE, a_case, does
from tests.conftest import CALENDAR, Cast

from amends.practice.away.said import say_away, say_sick
from amends.practice.hours import kept
from amends.practice.models import Office, Person, Post
from amends.practice.offices import PAGE

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def page_of(client: Client, address: str = "/offices") -> str:
    return html.unescape(client.get(address).content.decode())


def line(page: str, office: str) -> str:
    """One office's row as text."""
    (row,) = [row for row in page.split("<tr>") if f'<th scope="row">{office}' in row]
    return " ".join(re.sub(r"<[^>]+>", " ", row.split("</tr>")[0]).split())


def test_who_answers_now_and_for_whom_they_cover(group: Cast, client_for: ClientFor) -> None:
    rita = client_for(group.rita)
    assert "Omar Haddad Ruth Bellamy" in line(page_of(rita), "Maple Street")
    say_away(group.omar, MONDAY, MONDAY + 4 * DAY, cover=group.ana, by=group.omar, now=MONDAY)
    assert "Ana Ruiz , covering for Omar Haddad until Friday" in line(page_of(rita), "Maple Street")


def test_the_page_changes_without_a_reload_when_something_does(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    rita = client_for(group.rita)
    htmx = {"HX-Request": "true", "X-Amends-Refresh": "1"}

    def address(page: str) -> str:
        found = re.search(r'id="offices-again"[^>]*hx-get="([^"]+)"', page)
        assert found
        return found[1]

    again = address(page_of(rita, f"/offices?region={group.maple.region_id}&page=1"))
    assert f"region={group.maple.region_id}&page=1&v=" in again
    assert rita.get(again, headers=htmx).status_code == 204
    say_away(group.omar, MONDAY, MONDAY + DAY, cover=group.ana, by=group.omar, now=MONDAY)
    changed = html.unescape(rita.get(again, headers=htmx).content.decode())
    assert "<main" not in changed
    assert "Ana Ruiz , covering for Omar Haddad" in line(changed, "Maple Street")
    assert rita.get(address(changed), headers=htmx).status_code == 204
    a_case(group)
    assert rita.get(address(changed), headers=htmx).status_code == 200
    clock.move_to(MONDAY + DAY)  # nobody says anything, and Omar is back
    late = html.unescape(client_for(group.rita).get(address(changed), headers=htmx).content.decode())
    assert "Omar Haddad Ruth Bellamy" in line(late, "Maple Street")


def test_an_office_without_anybody_is_red_comes_first_and_names_who_is_asked(
    group: Cast, client_for: ClientFor
) -> None:
    page = page_of(client_for(group.lee))
    assert page.index('<th scope="row">Harbor View') < page.index('<th scope="row">Maple Street')
    assert '<strong class="late">Nobody</strong>' in page
    assert "Nobody answers for 1 of 2 offices." in page
    assert "Nobody ; Lee Hartwell is asked instead" in line(page, "Harbor View")
    for person in (group.omar, group.ruth):
        say_sick(person, by=person, now=MONDAY)
    assert "Nobody ; Rita Lindqvist is asked instead" in line(page_of(client_for(group.rita)), "Maple Street")


def test_a_gap_that_is_still_to_come_is_named(group: Cast, client_for: ClientFor) -> None:
    for person in (group.omar, group.ruth):
        say_away(person, MONDAY + 2 * DAY, MONDAY + 3 * DAY, cover=None, by=person, now=MONDAY)
    assert "Nobody on Wed, Mar 4" in line(page_of(client_for(group.rita)), "Maple Street")


def test_a_closed_office_says_when_it_opens_and_who_answers_then(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    say_away(group.omar, MONDAY + 5 * DAY, MONDAY + 6 * DAY, cover=None, by=group.omar, now=MONDAY)
    clock.move_to(MONDAY + 5 * DAY)  # Saturday: nobody is missing
    shown = line(page_of(client_for(group.rita)), "Maple Street")
    assert "Closed; opens Mon 8:00 am ." in shown
    assert "Omar Haddad" in shown
    assert "Nobody" not in shown


def test_figures_of_each_office(group: Cast, client_for: ClientFor, clock: time_machine.Traveller) -> None:
    late = a_case(group, ago=3 * DAY)
    for minutes in (30, 60, 240):
        clock.move_to(MONDAY)
        row = a_case(group)
        clock.move_to(MONDAY + timedelta(minutes=minutes))
        does(group.omar, row, SPOKE)
    clock.move_to(MONDAY + timedelta(minutes=300))
    shown = line(page_of(client_for(group.rita)), "Maple Street")
    assert shown.endswith("Ruth Bellamy 4 1 1 h last 5 h ago"), f"4 open, {late.number} late"


def test_first_contact_is_the_median_of_open_minutes(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    row = a_case(group)  # at 10:00; lunch is from 12 to 1
    clock.move_to(MONDAY + timedelta(hours=4))
    does(group.omar, row, SPOKE, SPOKE)
    assert " 3 h " in line(page_of(client_for(group.rita)), "Maple Street")
    clock.move_to(MONDAY + 31 * DAY)
    assert "none yet" in line(page_of(client_for(group.rita)), "Maple Street")


def test_a_quiet_office_is_named(group: Cast, client_for: ClientFor, clock: time_machine.Traveller) -> None:
    assert "Nothing reported yet" in line(page_of(client_for(group.rita)), "Maple Street")
    a_case(group)
    assert "last just now" in line(page_of(client_for(group.rita)), "Maple Street")
    clock.move_to(MONDAY + 28 * DAY)
    assert "last" in line(page_of(client_for(group.rita)), "Maple Street")
    clock.move_to(MONDAY + 28 * DAY + timedelta(seconds=1))
    assert "Quiet: nothing for 28 days" in line(page_of(client_for(group.rita)), "Maple Street")


def test_an_office_that_is_never_open_does_not_break_the_page(group: Cast, client_for: ClientFor) -> None:
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}
    group.maple.save()
    assert "Omar Haddad" in line(page_of(client_for(group.rita)), "Maple Street")


def test_many_offices_come_page_by_page_in_as_few_questions_as_one(group: Cast, client_for: ClientFor) -> None:
    rita = client_for(group.rita)
    page_of(rita)
    with CaptureQueriesContext(connection) as one:
        page_of(rita)
    made = [Office(name=f"Branch {n:02}", region=group.maple.region, calendar=CALENDAR) for n in range(PAGE)]
    Office.objects.bulk_create(made)
    group.maple.save()
    for office in made[:5]:
        a_case(group, by=group.rita, office=office)
    page_of(rita)
    with CaptureQueriesContext(connection) as many:
        first = page_of(rita)
    assert len(many) == len(one)
    assert first.count('<th scope="row">') == PAGE
    assert "Maple Street" not in first  # somebody is there, so it comes last
    assert page_of(rita, "/offices?page=2").count('<th scope="row">') == 1
    assert "Maple Street" in page_of(rita, "/offices?page=2")
    for odd in ("0", "99", "x", "-1", "²"):
        assert rita.get(f"/offices?page={odd}").status_code == 200


def test_leaders_may_look_at_one_region(group: Cast, client_for: ClientFor) -> None:
    lee = client_for(group.lee)
    lakes = page_of(lee, f"/offices?region={group.harbor.region_id}")
    assert "Harbor View" in lakes
    assert "Maple Street" not in lakes
    assert "All regions" not in page_of(client_for(group.rita))
    assert page_of(client_for(group.rita), f"/offices?region={group.harbor.region_id}").count('scope="row"') == 1


def test_hours_are_a_link_for_those_who_may_change_them(group: Cast, client_for: ClientFor) -> None:
    address = f"/offices/{group.maple.pk}/hours"
    assert address in page_of(client_for(group.rita))
    assert address in page_of(client_for(group.alex))
    assert address not in page_of(client_for(group.lee))


def test_inactive_offices_are_left_out(group: Cast, client_for: ClientFor) -> None:
    Office.objects.filter(pk=group.harbor.pk).update(is_active=False)
    Post.objects.filter(person=group.nick).delete()
    kept.change_hours(group.maple.pk, lambda now: {**now, "note": 1})
    assert "Harbor View" not in page_of(client_for(group.lee))
