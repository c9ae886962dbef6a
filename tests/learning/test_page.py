"""The Learning page: what it says, whom it lets look, and where each point leads."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
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
from amends.practice.models import Office, Person
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


LONG, AGO = timedelta(days=219), timedelta(days=30)


@pytest.fixture
def thursday(group: Cast) -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 12, 17, 0, tzinfo=UTC), tick=False):
        yield


def keep(offices: list[Office], first: timedelta, last: timedelta, a_day: int = 40) -> None:
    """Visits of these offices, from so long ago until so long ago."""
    today = timezone.now().date()
    days = [today - first + timedelta(days=n) for n in range((first - last).days + 1)]
    counts = {(office.pk, day): a_day for office in offices for day in days}
    keep_visits(counts, offices=[one.pk for one in offices], first=days[0], last=days[-1])


def lead(text: str) -> list[str]:
    """What the rate chart says."""
    chart = text[text.index('aria-labelledby="rate-title"') :]
    return re.findall(r'<p class="lead[^"]*">([^<]+)</p>', chart[: chart.index("</section>")])


def in_table(text: str) -> list[list[str]]:
    chart = text[text.index('aria-labelledby="rate-title"') :]
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', chart[: chart.index("</section>")])
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in rows]


def test_weeks_in_which_one_office_was_not_read_are_judged_by_the_others(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    keep([group.maple], LONG, timedelta(days=1))
    keep([group.harbor], LONG, AGO)
    for office in (group.maple, group.harbor):
        many(group, 6, weeks=27, office=office, swing=2)
    for _ in range(20):
        a_case(group, by=group.lee, ago=timedelta(days=9))
    for _ in range(60):  # their visits are not known: they are shown, and say nothing
        a_case(group, by=group.lee, office=group.harbor, ago=timedelta(days=16))
    text = page(client_for(group.lee))
    loud, unread = lead(text)
    assert "Something was different: look at these cases." in loud
    assert re.fullmatch(r"Visits are not known of Harbor View since .+: there the others are judged alone\.", unread)
    assert [(row[0], row[-1]) for row in in_table(text)[-5:]] == [
        ("10", "5 judged, without Harbor View"),
        ("14", "7 judged, without Harbor View"),
        ("70", "5 judged, without Harbor View"),
        ("34", "27 judged, without Harbor View. Look here"),
        ("6", "Not over yet. 3 judged until yesterday, without Harbor View"),
    ]
    assert all(row[-1] == "" for row in in_table(text)[:-5])
    alone = in_table(page(client_for(group.lee), office=str(group.maple.pk)))
    assert [row[1:3] for row in in_table(text)[-5:-1]] == [row[1:3] for row in alone[-5:-1]]


def test_weeks_without_any_known_visits_are_shown_and_not_called_ordinary(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    keep([group.maple, group.harbor], LONG, AGO)
    many(group, 6, weeks=27, swing=2)
    text = page(client_for(group.lee))
    said, unread = lead(text)
    assert re.fullmatch(r"Ordinary variation in the \d+ weeks that could be judged\.", said)
    assert re.fullmatch(r"No visits are known since .+: not judged\.", unread)
    assert "Nothing to chase" not in said
    whole = [row for row in in_table(text) if "Not over yet" not in row[-1]]
    unknown = [row for row in whole if row[-1] == "Not judged"]
    assert len(unknown) in (3, 4, 5)
    assert whole[-len(unknown) :] == unknown
    assert all(int(row[0]) > 0 and row[1:] == ["not known", "", "", "Not judged"] for row in unknown)
    assert text.count(">?</text>") >= len(unknown)


def test_an_office_that_was_never_read_is_left_out_of_the_rates_and_named(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    keep([group.maple], LONG, timedelta(days=1))
    many(group, 6, weeks=27, swing=2)
    many(group, 30, weeks=20, office=group.harbor)
    said, unread = lead(page(client_for(group.lee)))
    assert said == "Ordinary variation. Nothing to chase."
    assert unread == "Visits are not known of Harbor View: the others are judged alone."


def test_an_office_that_is_closed_and_was_never_read_is_no_matter(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    keep([group.maple], LONG, timedelta(days=1))
    Office.objects.filter(pk=group.harbor.pk).update(is_active=False)
    many(group, 6, weeks=27, swing=2)
    text = page(client_for(group.lee))
    assert lead(text) == ["Ordinary variation. Nothing to chase."]
    assert "Cases for 1,000 completed visits" in text


def test_the_week_that_is_not_over_is_judged_by_its_own_visits(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    keep([group.maple, group.harbor], LONG, timedelta(days=1))
    for week in range(1, 25):
        for n in range(10):
            a_case(group, by=group.lee, ago=timedelta(days=3 + 7 * week - n % 5))
    for _ in range(13):  # a whole week may have as many; three days may not
        a_case(group, by=group.lee, ago=timedelta(days=2))
    a_case(group, by=group.lee, ago=timedelta(hours=1))
    text = page(client_for(group.lee))
    assert lead(text)[0] == (
        "Mar 9, 2026 so far: 13 cases, and up to 12 would be ordinary. Something is different: look at these cases."
    )
    cases, visits, _, ordinary, note = in_table(text)[-1]
    assert (cases, visits, ordinary) == ("14", "240", "up to 12")
    assert note == "Not over yet. 13 judged until yesterday. Look here"


def test_on_the_first_day_of_a_week_there_is_nothing_yet_to_judge_it_by(group: Cast, client_for: ClientFor) -> None:
    with time_machine.travel(datetime(2026, 3, 9, 17, 0, tzinfo=UTC), tick=False):
        keep([group.maple, group.harbor], LONG, timedelta(days=1))
        many(group, 10, weeks=26)
        for _ in range(30):
            a_case(group, by=group.lee, ago=timedelta(hours=1))
        text = page(client_for(group.lee))
    assert "so far" not in lead(text)[0]
    assert in_table(text)[-1] == ["30", "not known", "", "", "Not over yet"]


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


def test_what_was_chosen_is_said_above_the_charts(group: Cast, visits: None, client_for: ClientFor) -> None:
    text = page(client_for(group.lee), cause="estimate_wrong", source="desk", office=str(group.maple.pk))
    assert re.search(r'<p class="quiet">Maple Street, Estimate differed from the bill, [^,]+, \w+ \d', text)


def test_both_lines_of_the_hours_are_named(group: Cast, visits: None, client_for: ClientFor) -> None:
    does(group.lee, a_case(group, ago=timedelta(days=1)), SPOKE)
    assert {">half</text>", ">9 of 10</text>"} <= set(re.findall(r">[^<>]+</text>", page(client_for(group.lee))))


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


def test_offices_are_held_against_cases_and_visits_of_the_same_offices(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    """Many cases of an office whose visits are not known make nobody else look quiet."""
    keep([group.maple], LONG, timedelta(days=1), a_day=10)
    many(group, 10, weeks=20, office=group.harbor)
    for weeks in range(4, 24, 2):
        a_case(group, by=group.lee, ago=timedelta(weeks=weeks))
    assert "nothing logged" not in page(client_for(group.lee))


def test_visits_before_the_groups_first_case_make_no_office_look_quiet(
    group: Cast, thursday: None, visits: None, client_for: ClientFor
) -> None:
    many(group, 2, weeks=3)
    assert "nothing logged" not in page(client_for(group.lee))


def test_an_office_that_joined_lately_is_not_quiet_for_the_time_before(
    group: Cast, thursday: None, client_for: ClientFor
) -> None:
    group.harbor.joined_on = timezone.now().date() - timedelta(days=3)
    group.harbor.save()
    keep([group.maple, group.harbor], LONG, timedelta(days=1))
    many(group, 6, weeks=27, swing=2)
    text = page(client_for(group.lee))
    assert "nothing logged" not in text
    assert lead(text) == ["Ordinary variation. Nothing to chase."]
    visits = [row[1] for row in in_table(text)]
    assert (visits[:-1], visits[-1]) == (["280"] * (len(visits) - 1), "240"), "Monday to Wednesday of both"


def test_the_charts_of_an_office_begin_when_it_joined(group: Cast, thursday: None, client_for: ClientFor) -> None:
    group.harbor.joined_on = timezone.now().date() - timedelta(weeks=4)
    group.harbor.save()
    for office, weeks in ((group.maple, 20), (group.harbor, 3)):
        many(group, 6, weeks=weeks, office=office)
    maple, harbor = (in_table(page(client_for(group.lee), office=str(one.pk))) for one in (group.maple, group.harbor))
    assert len(harbor) <= 5 < 15 < len(maple)


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


def test_what_was_to_change_after_a_case_that_was_set_aside_is_no_change(
    group: Cast, watched: WatchedAction, client_for: ClientFor
) -> None:
    lee = client_for(group.lee)
    assert "Overdue: 1." in page(lee)
    does(group.omar, watched.case, c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke."))
    assert "No corrective action yet." in page(lee)
    does(group.omar, watched.case, c.Reopen(why="No joke after all."))
    assert "Overdue: 1." in page(lee)


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
