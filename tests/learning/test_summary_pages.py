"""The summary's page: whose it is, its numbers with how they are reckoned, and the cases behind each of them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from tests.cases.acting import PUT_RIGHT, SPOKE, a_case, closed, does
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.learning.models import CaseFigures
from amends.learning.summary.monday import tell_the_week
from amends.learning.summary.reckoning import Figure
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import WatchRule

ClientFor = Callable[[Person], Client]
TUESDAY = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 11, 30, tzinfo=UTC)


ODD_DAYS = {
    "first=x&last=y": "These are not two dates.",
    "first=2026-03-08&last=2026-03-02": "The last day is before the first.",
    "first=0001-01-01&last=0001-01-05": "These are not two dates.",
    "first=1980-01-01&last=1980-01-05": "These days are too far away.",
    "first=2020-01-01&last=2026-03-01": "More than five years do not fit.",
    "first=2026-01-01": "Choose both days.",
    "first=9999-12-30&last=9999-12-31": "These days are too far away.",
}


@pytest.fixture
def last_week(group: Cast) -> str:
    """A case of last week, closed, with a change that is watched; now it is Tuesday."""
    with time_machine.travel(TUESDAY - timedelta(days=7), tick=False):
        row = closed(group)
        plan = c.PlanAction(
            what="Read the estimate aloud.",
            owner=actor_at(group.omar, str(group.maple.pk)).person,
            due=TUESDAY + timedelta(days=1),
        )
        does(group.omar, row, plan, c.NoteRepeat(of=("UP-9",)))
        does(group.omar, a_case(group, office=group.maple), SPOKE, PUT_RIGHT)
    return row.number


def text(client: Client, address: str = "/summary") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_leader_sees_last_week_with_how_each_number_is_reckoned(
    group: Cast, last_week: str, client_for: ClientFor
) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        page = text(client_for(group.lee))
    assert "Last week" in page
    assert "Mar 2, 2026 to Mar 8, 2026" in page
    assert "The week before" in page
    assert "The same week a year ago" in page
    assert "Cases reported in these days, without those set aside." in page
    assert "Estimate differed from the bill</strong>: 1 case." in page
    assert "“Read the estimate aloud.” (Omar Haddad, Maple Street, <a" in page
    assert "Was the protocol followed?" in page


def test_what_is_being_changed_names_no_patient_and_says_where(
    group: Cast, last_week: str, client_for: ClientFor
) -> None:
    """The page is printed and handed to the owners."""
    with time_machine.travel(TUESDAY - timedelta(days=7), tick=False):
        plan = c.PlanAction(
            what="Call Dana Quillfeather before she comes.",
            owner=actor_at(group.omar, str(group.maple.pk)).person,
            due=TUESDAY + timedelta(days=1),
            watch=WatchRule((), (), 90),
        )
        does(group.omar, closed(group), plan)
    for person in (group.lee, group.rita):
        with time_machine.travel(TUESDAY, tick=False):
            page = text(client_for(person))
        assert "Quillfeather" not in page
        assert "“A corrective action” (Omar Haddad, the whole group, <a" in page


@pytest.mark.parametrize("figure", list(Figure))
def test_each_number_lists_its_cases(group: Cast, last_week: str, client_for: ClientFor, figure: Figure) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        page = text(client_for(group.lee), f"/summary/{figure.value}")
    assert (last_week in page) is (figure in (Figure.CASES, Figure.TWICE))


def test_the_number_of_late_steps_leads_to_exactly_those_cases(
    group: Cast, last_week: str, client_for: ClientFor
) -> None:
    CaseFigures.objects.filter(case__in=[row.pk for row in CaseRow.system.all() if row.number == last_week]).update(
        late_steps=",speak,learn,"
    )
    client = client_for(group.lee)
    with time_machine.travel(TUESDAY, tick=False):
        ways = re.findall(r'<td data-label="Late"><a href="([^"]+)">(\d+)', text(client))
        assert [(way.split("=")[-1], count) for way, count in ways] == [
            ("documented", "1"),
            ("spoken", "1"),
            ("leaders_told", "1"),
            ("learned", "1"),
        ]
        # Nothing of the other case has arrived anywhere in a week.
        cases = [re.findall(r'href="/cases/(UP-\d+)"', text(client, unescape(way))) for way, _ in ways]
        (other,) = [row.number for row in CaseRow.system.all() if row.number != last_week]
        assert cases == [[other], [last_week], [other], [last_week]]
        assert last_week not in text(client, "/summary/late?step=manager")
        assert client.get("/summary/late?step=nonsense").status_code == 404
        assert "Learned from, in time" in text(client, "/summary?first=2026-03-02&last=2026-03-08")


def test_any_days_and_nonsense_is_last_week_and_says_why(group: Cast, last_week: str, client_for: ClientFor) -> None:
    client = client_for(group.lee)
    with time_machine.travel(TUESDAY, tick=False):
        year = text(client, "/summary?first=2026-01-01&last=2026-03-31")
        assert "The 90 days before" in year
        for odd, why in ODD_DAYS.items():
            page = text(client, f"/summary?{odd}")
            assert "Mar 2, 2026 to Mar 8, 2026" in page, odd
            assert f"{why} This is last week." in page, odd
        assert "This is last week." not in text(client, "/summary?region=")
        assert "This is last week." not in text(client, "/summary?first=&last=")


def test_it_is_for_leaders_and_for_the_region_of_a_regional_manager(
    group: Cast, last_week: str, client_for: ClientFor
) -> None:
    for person in (group.ana, group.omar, group.pia, group.alex):
        assert client_for(person).get("/summary").status_code == 404
        assert client_for(person).get("/summary/cases").status_code == 404
    region = group.maple.region_id
    assert text(client_for(group.rita), f"/summary?region={region}")
    assert client_for(group.rita).get("/summary?region=999").status_code == 404
    assert client_for(group.lee).get("/summary/nonsense").status_code == 404


def test_without_slack_each_leader_has_it_once_by_e_mail(group: Cast, last_week: str, settings: Settings) -> None:
    assert tell_the_week(MONDAY) is False, "no mail server"
    settings.EMAIL_HOST = "mail.example.com"
    assert tell_the_week(MONDAY - timedelta(minutes=1)) is False
    assert tell_the_week(MONDAY) is True
    assert tell_the_week(MONDAY + timedelta(hours=1)) is False
    rows = Delivery.objects.filter(purpose="summary")
    assert {row.payload["to"][0] for row in rows} == {group.lee.email, group.sam.email} - {""}
    told = rows[0]
    assert told.channel == "email"
    assert "Upset patients: 2" in told.payload["text"]
    assert "Estimate differed from the bill: 1 · 1 change under way" in told.payload["text"]
    assert "/summary" in told.payload["text"]
    for secret in ("Dana", "Quillfeather", "twice the estimate", "Read the estimate"):
        assert secret not in told.payload["text"]
