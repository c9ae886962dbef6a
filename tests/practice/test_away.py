"""Away in three taps, back in one; loops are refused in words, and gaps are said when they are made."""

import html
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.cases.acting import a_case
from tests.conftest import Cast, make_cast

from amends.practice.away.on_work import who_named
from amends.practice.away.people import manages, people_of, possible_covers
from amends.practice.away.said import CannotBe, keep_routine, say_away, say_back, take_back
from amends.practice.cover import midnight
from amends.practice.directory import directory
from amends.practice.models import Absence, Office, Person, Post, Routine
from amends.protocol.policy import shipped_policy

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
DAY = timedelta(days=1)
FRIDAY_NIGHT = datetime(2026, 3, 7, 5, 0, tzinfo=UTC)  # midnight there
NEW_YORK = ZoneInfo("America/New_York")
TITLES = shipped_policy().roles


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def page_of(client: Client, address: str = "/away") -> str:
    return html.unescape(client.get(address).content.decode())


def answers(office: Office) -> list[str]:
    return [person.name for person in directory().chain(str(office.pk)).office]


# --- for oneself -------------------------------------------------------------------------------------------------


def test_sick_today_and_back_again_are_one_press_each(group: Cast, client_for: ClientFor) -> None:
    keep_routine(group.omar, (), cover=group.ruth, now=MONDAY)
    omar = client_for(group.omar)
    assert "You are in" in page_of(omar)
    assert omar.post(f"/away/{group.omar.pk}/sick").status_code == 303
    page = page_of(omar)
    assert "You are away today" in page
    assert "Ruth Bellamy covers for you." in page
    assert answers(group.maple) == ["Ruth Bellamy"]
    absence = Absence.objects.get()
    assert (absence.begins, absence.ends) == (MONDAY, midnight(date(2026, 3, 3), NEW_YORK))
    assert omar.post(f"/away/{group.omar.pk}/back")["Location"] == "/"
    assert answers(group.maple) == ["Omar Haddad", "Ruth Bellamy"]
    assert "Welcome back." in omar.get("/").content.decode()


def test_a_second_press_on_sick_says_nothing_new(group: Cast, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    for _ in range(2):
        omar.post(f"/away/{group.omar.pk}/sick")
    assert Absence.objects.count() == 1
    for _ in range(2):
        assert omar.post(f"/away/{group.omar.pk}/back").status_code == 303
    assert not Absence.objects.filter(ends__gt=MONDAY).exists()


def test_away_from_one_day_to_another_with_a_cover(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    omar = client_for(group.omar)
    typed = {"first": "2026-03-04", "last": "2026-03-06", "cover": str(group.ruth.pk)}
    assert omar.post("/away", typed).status_code == 303
    page = page_of(omar)
    assert "Wed, Mar 4" in page
    assert "Wed, Mar 4 to Fri, Mar 6</strong>; Ruth Bellamy covers" in page
    assert answers(group.maple) == ["Omar Haddad", "Ruth Bellamy"]
    wednesday = midnight(date(2026, 3, 4), NEW_YORK)
    clock.move_to(wednesday - timedelta(seconds=1))
    assert answers(group.maple) == ["Omar Haddad", "Ruth Bellamy"]
    clock.move_to(wednesday)
    assert answers(group.maple) == ["Ruth Bellamy"]
    clock.move_to(midnight(date(2026, 3, 7), NEW_YORK))
    assert answers(group.maple) == ["Omar Haddad", "Ruth Bellamy"]


def test_what_was_planned_can_be_taken_back(group: Cast, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    omar.post("/away", {"first": "2026-03-04", "last": "2026-03-06"})
    planned = Absence.objects.get()
    assert client_for(group.nick).post(f"/away/{group.nick.pk}/remove/{planned.pk}").status_code == 303
    assert Absence.objects.count() == 1  # it is not his
    assert omar.post(f"/away/{group.omar.pk}/remove/{planned.pk}").status_code == 303
    assert omar.post(f"/away/{group.omar.pk}/remove/{planned.pk}").status_code == 303
    assert not Absence.objects.exists()


def test_taking_back_what_has_begun_ends_it_now_and_what_is_over_stays(group: Cast) -> None:
    running = say_away(group.omar, MONDAY - DAY, MONDAY + DAY, cover=None, by=group.omar, now=MONDAY)
    take_back(running, MONDAY)
    running.refresh_from_db()
    assert running.ends == MONDAY
    take_back(running, MONDAY + DAY)
    running.refresh_from_db()
    assert running.ends == MONDAY


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"first": "2026-03-01", "last": "2026-03-06"}, "That day is over."),
        ({"first": "2026-03-06", "last": "2026-03-04"}, "The last day comes before the first."),
        ({"first": "2026-03-06", "last": "2126-03-04"}, "At most two years ahead."),
        ({"first": "2026-03-06", "last": ""}, "Choose a date."),
        ({"first": "2026-03-04", "last": "2026-03-06", "cover": "nobody"}, "Choose somebody from the list."),
    ],
)
def test_refused_days_keep_their_text(group: Cast, client_for: ClientFor, typed: dict[str, str], because: str) -> None:
    answer = client_for(group.omar).post("/away", typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert because in page
    assert all(f'value="{typed[name]}"' in page for name in ("first", "last") if typed[name])
    assert not Absence.objects.exists()


def test_the_front_desk_says_it_too_and_names_no_cover(group: Cast, client_for: ClientFor) -> None:
    ana = client_for(group.ana)
    assert "cover" not in page_of(ana).split("<main")[1].casefold().replace("away and cover", "")
    assert ana.post("/away", {"first": "2026-03-04", "last": "2026-03-04"}).status_code == 303
    assert ana.post(f"/away/{group.ana.pk}/weekly", {"usual-days_off": ["2"]}).status_code == 303
    assert Routine.objects.get(person=group.ana).days_off == "2"


# --- every week --------------------------------------------------------------------------------------------------


def test_days_off_come_every_week_and_the_usual_cover_answers(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    omar = client_for(group.omar)
    sent = {"usual-days_off": ["0", "2"], "usual-cover": str(group.ruth.pk)}
    assert omar.post(f"/away/{group.omar.pk}/weekly", sent).status_code == 303
    page = page_of(omar)
    assert "You are away today" in page
    assert "It is a day off that comes every week" in page
    assert "I am back" not in page
    seen = []
    for n in range(14):
        clock.move_to(MONDAY + n * DAY)
        seen.append(answers(group.maple)[0] == "Ruth Bellamy")
    assert seen == [True, False, True, False, False, False, False] * 2


def test_a_week_without_any_day_is_refused(group: Cast, client_for: ClientFor) -> None:
    sent = {"usual-days_off": [str(day) for day in range(7)]}
    answer = client_for(group.omar).post(f"/away/{group.omar.pk}/weekly", sent)
    assert answer.status_code == 422
    assert "can never be asked" in answer.content.decode()
    assert not Routine.objects.exists()


# --- loops -------------------------------------------------------------------------------------------------------


def test_two_who_are_away_together_cannot_cover_for_each_other(group: Cast, client_for: ClientFor) -> None:
    say_away(group.ruth, MONDAY + DAY, MONDAY + 3 * DAY, cover=group.omar, by=group.ruth, now=MONDAY)
    typed = {"first": "2026-03-02", "last": "2026-03-06", "cover": str(group.ruth.pk)}
    answer = client_for(group.omar).post("/away", typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "On Tuesday, March 3 Ruth Bellamy is away too" in page
    assert "nobody would answer. Choose another cover." in page
    assert f'<option value="{group.ruth.pk}" selected>' in page
    assert Absence.objects.count() == 1
    # Before and after her days it is no loop.
    say_away(group.omar, MONDAY - DAY, MONDAY + DAY, cover=group.ruth, by=group.omar, now=MONDAY)


@pytest.mark.parametrize("named", [True, False])
def test_a_loop_by_way_of_the_usual_cover_is_refused_too(group: Cast, client_for: ClientFor, named: bool) -> None:
    keep_routine(group.omar, (), cover=group.ruth, now=MONDAY)
    say_away(group.ruth, MONDAY, MONDAY + 5 * DAY, cover=group.omar, by=group.ruth, now=MONDAY)
    typed = {"first": "2026-03-03", "last": "2026-03-04", "cover": str(group.ruth.pk) if named else ""}
    answer = client_for(group.omar).post("/away", typed)
    assert answer.status_code == 422
    assert "Ruth Bellamy is away too" in html.unescape(answer.content.decode())
    assert not Absence.objects.filter(person=group.omar).exists()
    # Next week she is there.
    typed |= {"first": "2026-03-10", "last": "2026-03-11"}
    assert client_for(group.omar).post("/away", typed).status_code == 303


def test_a_loop_over_three_people_and_days_off_is_found(group: Cast) -> None:
    wednesday = midnight(date(2026, 3, 4), NEW_YORK)
    keep_routine(group.ruth, (2,), cover=group.rita, now=MONDAY)
    say_away(group.rita, MONDAY + 2 * DAY, MONDAY + 3 * DAY, cover=group.omar, by=group.rita, now=MONDAY)
    with pytest.raises(CannotBe, match="On Wednesday, March 4 Rita Lindqvist is away too"):
        say_away(group.omar, wednesday, wednesday + DAY, cover=group.ruth, by=group.omar, now=MONDAY)


def test_usual_covers_of_each_other_are_fine_until_both_are_off_on_the_same_day(group: Cast) -> None:
    keep_routine(group.omar, (4,), cover=group.ruth, now=MONDAY)
    keep_routine(group.ruth, (3,), cover=group.omar, now=MONDAY)
    with pytest.raises(CannotBe, match="On Friday, March 6 Omar Haddad is away too"):
        keep_routine(group.ruth, (3, 4), cover=group.omar, now=MONDAY)
    assert Routine.objects.get(person=group.ruth).days_off == "3"


def test_nobody_covers_for_themselves(group: Cast) -> None:
    with pytest.raises(CannotBe, match="cannot cover for themselves"):
        say_away(group.omar, MONDAY, MONDAY + DAY, cover=group.omar, by=group.omar, now=MONDAY)


def test_two_who_name_each_other_at_the_same_moment_do_not_make_a_loop(committed: None) -> None:
    group = make_cast()
    begin = Barrier(2)

    def say(person: Person, cover: Person) -> str:
        try:
            begin.wait()
            say_away(person, MONDAY, MONDAY + DAY, cover=cover, by=person, now=MONDAY)
        except CannotBe:
            return "refused"
        finally:
            connection.close()
        return "said"

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(say, *pair) for pair in ((group.omar, group.ruth), (group.ruth, group.omar))]
        assert sorted(one.result() for one in both) == ["refused", "said"]


# --- gaps that one makes -----------------------------------------------------------------------------------------


def test_who_leaves_an_office_without_anybody_is_told_so(group: Cast, client_for: ClientFor) -> None:
    say_away(group.ruth, MONDAY, MONDAY + 2 * DAY, cover=None, by=group.ruth, now=MONDAY)
    omar = client_for(group.omar)
    omar.post("/away", {"first": "2026-03-03", "last": "2026-03-06"})
    page = page_of(omar)
    assert "Nobody answers for Maple Street on Tuesday, March 3 and 1 more day." in page
    omar.post(f"/away/{group.omar.pk}/remove/{Absence.objects.filter(person=group.omar).get().pk}")
    omar.post("/away", {"first": "2026-03-05", "last": "2026-03-08"})
    assert "Nobody answers" not in page_of(omar)


@pytest.mark.parametrize("usual", [True, False])
def test_no_page_says_that_somebody_covers_who_has_left(group: Cast, client_for: ClientFor, usual: bool) -> None:
    if usual:
        keep_routine(group.omar, (), cover=group.ruth, now=MONDAY)
    named = None if usual else group.ruth
    say_away(group.omar, MONDAY, MONDAY + DAY, cover=named, by=group.omar, now=MONDAY)
    assert "Ruth Bellamy covers for you" in page_of(client_for(group.omar), "/")
    rita = client_for(group.rita)
    sent = {"to": str(group.lee.pk), "why": "Ruth has left.", "leaves": "on"}
    assert rita.post(f"/away/{group.ruth.pk}/desk", sent).status_code == 303
    told = page_of(rita)
    assert "Ruth Bellamy was to cover for Omar Haddad. Their My work asks them to choose somebody else." in told
    assert "Ruth Bellamy was to cover and has left, so nobody covers" in told
    omar = client_for(group.omar)
    for page in (page_of(omar), page_of(omar, "/"), page_of(rita, f"/away/{group.omar.pk}")):
        assert "Ruth Bellamy covers" not in page
        assert "as usual" not in page
    assert "Ruth Bellamy has left and covers no more." in page_of(omar)
    assert "Ruth Bellamy, whom you named as your cover, has left." in page_of(omar, "/")
    assert "Nobody answers for 1 of 1 office." in page_of(rita, "/offices")


def test_the_usual_cover_answers_where_who_was_named_has_left(group: Cast, client_for: ClientFor) -> None:
    keep_routine(group.omar, (), cover=group.rita, now=MONDAY)
    say_away(group.omar, MONDAY, MONDAY + DAY, cover=group.ruth, by=group.omar, now=MONDAY)
    group.ruth.is_active = False
    group.ruth.save()
    page = page_of(client_for(group.omar))
    assert "Ruth Bellamy was to cover and has left, Rita Lindqvist covers" in page
    assert "Rita Lindqvist covers for you." in page
    assert page.count("has left and covers no more") == 1


def test_a_cover_of_a_time_that_is_over_is_nobodys_business(group: Cast, client_for: ClientFor) -> None:
    say_away(group.omar, MONDAY - DAY, MONDAY + DAY, cover=group.ruth, by=group.omar, now=MONDAY - DAY)
    say_back(group.omar, MONDAY)
    group.ruth.is_active = False
    group.ruth.save()
    assert "has left" not in page_of(client_for(group.omar))
    assert who_named(str(group.ruth.pk), directory(), MONDAY) == []


# --- my people ---------------------------------------------------------------------------------------------------


def test_managers_see_who_of_theirs_is_away_this_week_and_the_next(group: Cast, client_for: ClientFor) -> None:
    say_away(group.omar, MONDAY + 9 * DAY, MONDAY + 11 * DAY, cover=group.ruth, by=group.omar, now=MONDAY)
    say_away(group.ruth, MONDAY + 15 * DAY, MONDAY + 16 * DAY, cover=None, by=group.ruth, now=MONDAY)
    say_away(group.nick, MONDAY, MONDAY + DAY, cover=None, by=group.nick, now=MONDAY)
    listed = page_of(client_for(group.rita)).split("Away this week and the next")[1].split("</ul>")[0]
    assert "Omar Haddad" in listed
    assert "Ruth Bellamy covers" in listed
    assert ">Ruth Bellamy<" not in listed
    assert "Nick Tanaka" not in listed  # of another region
    assert "Your people" not in page_of(client_for(group.ana))


def test_a_manager_says_it_for_somebody_of_theirs(group: Cast, client_for: ClientFor) -> None:
    rita = client_for(group.rita)
    typed = {"first": "2026-03-02", "last": "2026-03-03", "cover": str(group.ruth.pk)}
    assert rita.post(f"/away/{group.omar.pk}", typed)["Location"] == f"/away/{group.omar.pk}"
    assert Absence.objects.get().said_by == group.rita
    page = page_of(rita, f"/away/{group.omar.pk}")
    assert "Away until Tuesday" in page
    assert "Ruth Bellamy covers." in page
    assert rita.post(f"/away/{group.omar.pk}/back").status_code == 303
    assert answers(group.maple)[0] == "Omar Haddad"


def test_many_people_are_found_by_name(group: Cast, client_for: ClientFor) -> None:
    for n in range(40):
        made = Person.objects.create(email=f"p{n}@bluebellfinch.example", name=f"Helper Number{n}", password="!")
        Post.objects.create(person=made, role="team", office=group.maple)
    rita = client_for(group.rita)
    assert "Helper Number7" not in page_of(rita)
    found = page_of(rita, "/away?q=number7")
    assert "Helper Number7" in found
    assert "Helper Number8" not in found
    assert "Nobody of your people is called that." in page_of(rita, "/away?q=zebra")
    assert "And 10 more" in page_of(rita, "/away?q=helper")


def test_who_may_say_it_for_whom(group: Cast) -> None:
    known, people = directory(), group.people
    below = {
        name: {other for other, person in people.items() if manages(str(manager.pk), str(person.pk), known)}
        for name, manager in people.items()
    }
    assert below == {
        "ana": set(),
        "nick": set(),
        "pia": set(),
        "omar": {"ana"},
        "ruth": {"ana"},
        "rita": {"ana", "omar", "ruth"},
        "lee": {"ana", "nick", "omar", "ruth", "rita", "pia"},
        "sam": {"ana", "nick", "omar", "ruth", "rita", "pia"},
        "alex": set(people),
    }


def test_somebody_with_a_post_elsewhere_is_managed_by_who_stands_above_them_everywhere(group: Cast) -> None:
    Post.objects.create(person=group.omar, role="office_manager", office=group.harbor)
    assert group.omar.name not in {person.name for person in people_of(str(group.rita.pk), directory())}
    assert group.omar.name in {person.name for person in people_of(str(group.lee.pk), directory())}


def test_who_may_be_asked_to_cover_for_whom_the_nearest_first(group: Cast) -> None:
    known = directory()

    def covers(person: Person) -> list[str]:
        return [label.split(",")[0].split()[0] for label in possible_covers(str(person.pk), known, TITLES).values()]

    assert covers(group.omar) == ["Ana", "Ruth", "Rita", "Lee", "Sam"]
    assert covers(group.rita) == ["Omar", "Ruth", "Lee", "Sam"]
    assert covers(group.lee) == ["Rita", "Sam"]
    assert covers(group.pia) == ["Lee", "Rita", "Sam"]


# --- my work -----------------------------------------------------------------------------------------------------


def test_my_work_shows_the_cases_of_whom_one_covers_for_to_both(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    typed = {"first": "2026-03-02", "last": "2026-03-06", "cover": str(group.ruth.pk)}
    client_for(group.omar).post("/away", typed)
    ruth = page_of(client_for(group.ruth), "/")
    assert "Covering for Omar Haddad until Friday" in ruth
    assert row.number in ruth.split("Covering for Omar Haddad")[1]
    assert "Nothing waits for you." not in ruth
    omar = page_of(client_for(group.omar), "/")
    assert "You are away until Friday." in omar
    assert "Ruth Bellamy covers for you." in omar
    assert row.number in omar
    assert "I am back" in omar
    assert "Covering" not in page_of(client_for(group.rita), "/")


def test_the_case_says_beside_its_owner_that_they_are_away_and_who_covers(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    address = f"/cases/{row.number}"
    assert " away " not in page_of(client_for(group.rita), address)
    say_away(group.omar, MONDAY, FRIDAY_NIGHT, cover=group.ruth, by=group.omar, now=timezone.now())
    words = {
        group.rita: "Omar Haddad is away until Friday; Ruth Bellamy covers.",
        group.ruth: "Omar Haddad is away until Friday; you cover.",
        group.omar: "You are away until Friday; Ruth Bellamy covers.",
    }
    for person, said in words.items():
        assert said in page_of(client_for(person), address)
        assert said in page_of(client_for(person), f"{address}/rail?v=0")
    say_away(group.ruth, MONDAY, FRIDAY_NIGHT, cover=None, by=group.ruth, now=timezone.now())
    assert "Omar Haddad is away until Friday; nobody covers." in page_of(client_for(group.rita), address)


def test_the_page_says_for_whom_one_covers_now_and_until_when(group: Cast, client_for: ClientFor) -> None:
    assert "You cover now" not in page_of(client_for(group.ruth), "/away")
    say_away(group.omar, MONDAY, FRIDAY_NIGHT, cover=group.ruth, by=group.omar, now=timezone.now())
    for person, address, said in (
        (group.ruth, "/away", "You cover now"),
        (group.rita, f"/away/{group.ruth.pk}", "Covers now"),
    ):
        page = page_of(client_for(person), address)
        assert said in page
        assert "<li><strong>Omar Haddad</strong> until Friday</li>" in page
    assert "cover now" not in page_of(client_for(group.omar), "/away")


def test_a_late_case_of_whom_one_covers_for_stands_there_only_once(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group, ago=3 * DAY)
    say_away(group.omar, MONDAY, MONDAY + DAY, cover=group.ruth, by=group.omar, now=timezone.now())
    page = page_of(client_for(group.ruth), "/")
    assert page.count(f">{row.number}<") == 1
