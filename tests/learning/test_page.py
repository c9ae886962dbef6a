"""The Learning page: what it says, whom it lets look, and where each point leads."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.integrations.open_dental.models import SimilarPatients
from amends.integrations.open_dental.visit_keeping import keep_visits
from amends.learning.models import ToTally, WatchedAction
from amends.learning.tallies import make_tallies
from amends.practice.models import Person
from amends.practice.parts_of_weeks import part_of
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, WatchRule
from amends.protocol.words import AsideReason

ClientFor = Callable[[Person], Client]


@pytest.fixture
def visits(group: Cast) -> None:
    today = timezone.now().date()
    days = [today - timedelta(days=n) for n in range(1, 220)]
    counts = {(office.pk, day): 40 for office in (group.maple, group.harbor) for day in days}
    keep_visits(counts, offices=[group.maple.pk, group.harbor.pk], first=days[-1], last=days[0])


def page(client: Client, **asked: str) -> str:
    answer = client.get("/learning/", asked)
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", unescape(answer.content.decode()))


def many(group: Cast, a_week: int, weeks: int = 20, office=None, swing: int = 0) -> None:
    """So many cases a week, in turn by the swing more and fewer."""
    for week in range(weeks):
        for n in range(a_week + (swing if week % 2 else -swing)):
            a_case(group, by=group.lee, office=office, ago=timedelta(days=7 * week + n % 5 + 1))


def test_a_stable_group_is_told_that_there_is_nothing_to_chase(
    group: Cast, visits: None, client_for: ClientFor
) -> None:
    # Up and down in turn: of weeks that are all the same, one case beyond a clock change makes a long run to one side.
    many(group, 6, weeks=27, swing=2)
    text = page(client_for(group.lee))
    assert "Ordinary variation. Nothing to chase." in text
    assert "Cases for 1,000 completed visits" in text


def test_without_visits_it_counts_and_says_so(group: Cast, client_for: ClientFor) -> None:
    many(group, 6)
    text = page(client_for(group.lee))
    assert "Visits are not known of Harbor View and Maple Street, so these are counts and not rates." in text
    maple = page(client_for(group.lee), office=str(group.maple.pk))
    assert "Visits are not known of Maple Street, so" in maple
    assert "for 1,000" not in text


def test_few_cases_are_judged_by_the_days_between_them(group: Cast, visits: None, client_for: ClientFor) -> None:
    rows = [a_case(group, by=group.lee, ago=timedelta(days=n)) for n in (5, 40, 70, 100, 135, 165)]
    text = page(client_for(group.lee))
    assert "Too few cases to judge a month by" in text
    assert "Days between cases" in text
    assert all(f"/cases/{row.number}" in text for row in rows[:-1])


def test_every_number_leads_to_exactly_its_cases(group: Cast, visits: None, client_for: ClientFor) -> None:
    many(group, 7, weeks=14)
    does(group.lee, a_case(group, ago=timedelta(days=30)), CAUSE)
    aside = a_case(group, ago=timedelta(days=31))
    does(group.lee, aside, c.PutAside(reason=AsideReason.NOT_UPSET, note="x"))
    client = client_for(group.lee)
    text = page(client, period="13w")
    rows = re.findall(
        r'<th scope="row"><a href="(/cases\?[^"]+)">[^<]+</a></th><td data-label="Cases">(\d+)</td>', text
    )
    assert len(rows) >= 13
    for address, count in rows:
        listed = set(re.findall(r'class="number" href="/cases/(UP-\d+)"', client.get(address).content.decode()))
        assert len(listed) == int(count), address
        assert aside.number not in listed
    causes = re.findall(r'href="(/cases\?[^"]*cause=[^"]*estimate_wrong[^"]*)"', text)
    assert len(causes) == 3  # of the cause, of its part of what can go wrong, and of its stage on the way
    for address in causes:
        answer = client.get(address).content.decode()
        assert len(set(re.findall(r"/cases/(UP-\d+)", answer))) == 1
        assert ("Any of" in answer) == ("%2C" in address)


def test_patients_kept_lead_to_their_cases(group: Cast, visits: None, client_for: ClientFor) -> None:
    lost, back, early = (a_case(group, ago=timedelta(days=n)) for n in (40, 41, 300))
    for row in (lost, back, early):
        days = {"addressed_on": timezone.now().date(), "due_on": timezone.now().date()}
        SimilarPatients.objects.create(case=row, similar=5, came_back=3, is_counted=True, **days)
    for row in (back, early):
        does(group.lee, row, SPOKE, PUT_RIGHT, at=timezone.now() - timedelta(days=9))
        came_back = c.PatientCameBack(visit="7", on=(timezone.now() - timedelta(days=2)).date())
        actions.perform(command=came_back, by=AMENDS, case=row.pk)
    ToTally.objects.create(office=group.maple, begins=part_of(lost.figures.day))
    client = client_for(group.lee)
    ways = dict(re.findall(r'<td data-label="(Followed|Came back)"><a href="([^"]+)">', page(client)))

    def opened(way: str) -> set[str]:
        return set(re.findall(r'class="number" href="/cases/(UP-\d+)"', client.get(ways[way]).content.decode()))

    assert opened("Followed") == {lost.number, back.number}
    assert opened("Came back") == {back.number}
    ways["Lost"] = ways["Came back"].replace("followed=yes", "followed=no")
    assert opened("Lost") == {lost.number}


def test_a_manager_sees_their_own_office_and_its_filters_cannot_reach_beyond(
    group: Cast, visits: None, client_for: ClientFor
) -> None:
    many(group, 2, weeks=4, office=group.harbor)
    a_case(group, ago=timedelta(days=2))
    omar = client_for(group.omar)
    for asked in ({}, {"office": str(group.harbor.pk)}, {"region": str(group.harbor.region_id)}):
        text = page(omar, **asked)
        assert "Harbor View" not in text
    assert ": 1 case." in page(omar)
    assert "Harbor View" in page(client_for(group.lee))


def test_nonsense_in_the_address_is_passed_over(group: Cast, client_for: ClientFor) -> None:
    text = page(client_for(group.lee), office="x", region="9999", cause="?", source="?", period="?")
    assert "Last 26 weeks" in text


def test_an_office_that_logs_nothing_against_its_visits_is_named(
    group: Cast, visits: None, client_for: ClientFor
) -> None:
    many(group, 6, weeks=12)
    text = page(client_for(group.lee))
    assert "Harbor View: nothing logged for" in text
    assert "Maple Street: nothing logged" not in text


@pytest.fixture
def watched(group: Cast) -> WatchedAction:
    row = does(group.omar, a_case(group, ago=timedelta(days=40)), CAUSE)
    by = actor_at(group.omar, str(group.maple.pk))
    now = timezone.now()
    plan = c.PlanAction(
        what="Print the estimate.",
        owner=by.person,
        due=now - timedelta(days=20),
        watch=WatchRule((), (str(group.maple.pk),), 90),
    )
    does(group.omar, row, plan, at=now - timedelta(days=39))
    return WatchedAction.objects.get()


def test_an_overdue_action_is_done_by_one_press(group: Cast, watched: WatchedAction, client_for: ClientFor) -> None:
    omar = client_for(group.omar)
    assert "Overdue: 1." in page(omar)
    answer = omar.post(f"/learning/{watched.case.number}/1/done", {"next": "/learning/?period=13w"})
    assert (answer.status_code, answer["Location"]) == (303, "/learning/?period=13w")
    text = page(omar)
    assert "Noted: it is done." in text
    assert "Overdue" not in text
    again = omar.post(f"/learning/{watched.case.number}/1/done", {"next": "https://elsewhere.example/"})
    assert again["Location"] == f"/learning/{watched.case.number}/1"
    assert "That is done already." in omar.get(again["Location"]).content.decode()


def test_near_misses_are_shown_with_why_to_whoever_may_see_them(
    group: Cast, watched: WatchedAction, client_for: ClientFor
) -> None:
    other = does(group.lee, a_case(group, by=group.lee, office=group.harbor, ago=timedelta(days=5)), CAUSE)
    address = f"/learning/{watched.case.number}/1"
    text = client_for(group.lee).get(address).content.decode()
    assert other.number in text
    assert "At an office for which nothing was to change" in text
    assert "Harbor View, told" in text.partition('id="near"')[2]
    assert other.number not in client_for(group.omar).get(address).content.decode()
    assert CaseRow.system.count() == 2


def test_tallies_change_nothing_of_what_is_shown(group: Cast, visits: None, client_for: ClientFor) -> None:
    many(group, 6, weeks=12)
    lee = client_for(group.lee)
    before = page(lee, period="24m")
    assert make_tallies() > 0
    assert page(lee, period="24m") == before
    assert make_tallies() == 0
