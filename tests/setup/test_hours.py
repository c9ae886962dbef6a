"""Open hours: a weekly form that says what the calendar says, for one office or for all in one press."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.setup.conftest import Go
from tests.setup.page import Page

from amends.practice.models import Office, Region
from amends.protocol.hours import WEEKDAYS, Calendar, Window
from amends.setup.weekly import USUAL_WEEK, Day, day_of, in_words, with_week

SPECIAL: dict[str, list[list[str]]] = {"2026-12-25": []}


@pytest.fixture
def offices(alex) -> list[Office]:
    """Two offices; the second closes for Christmas."""
    region = Region.objects.create(name="North")
    usual = {"zone": "America/New_York", "weekly": USUAL_WEEK}
    return [
        Office.objects.create(name="Harbor View", region=region, calendar=usual),
        Office.objects.create(
            name="Maple Street", region=region, calendar={**usual, "zone": "America/Chicago", "special": SPECIAL}
        ),
    ]


def week(office: Office) -> dict[str, Any]:
    office.refresh_from_db()
    return dict(office.calendar["weekly"])


def test_one_press_sets_the_hours_of_every_office_and_keeps_zones_and_holidays(offices, go: Go) -> None:
    typed = {"fri_opens": "7:30", "fri_lunch_from": "", "fri_lunch_to": "", "fri_closes": "1 pm"}
    page = go("hours").press("Use for all 2 offices", typed)
    assert page.url == "/setup/people"
    for office in offices:
        assert week(office)["fri"] == [["07:30", "13:00"]]
        assert week(office)["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]
    assert offices[1].calendar["special"] == SPECIAL
    assert [office.calendar["zone"] for office in offices] == ["America/New_York", "America/Chicago"]


def test_one_office_can_have_hours_of_its_own(offices, go: Go) -> None:
    harbor, maple = offices
    page = go(f"hours/{maple.pk}").press("Save for Maple Street", {"sat_opens": "09:00", "sat_closes": "12:00"})
    assert page.url == "/setup/hours"
    assert "Sat 9 am–12 pm" in page.text
    assert week(maple)["sat"] == [["09:00", "12:00"]]
    assert "sat" not in week(harbor)
    go(f"hours/{maple.pk}").press("Use for all 2 offices")
    assert week(harbor) == week(maple)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"mon_closes": ""}, "Monday needs both an opening and a closing time"),
        ({"mon_lunch_to": ""}, "Monday needs both ends of the lunch"),
        ({"mon_closes": "07:00"}, "Monday is not in order"),
        ({"mon_lunch_from": "18:00"}, "Monday is not in order"),
        ({"mon_opens": "", "mon_closes": ""}, "Monday has a lunch, but no opening"),
        ({"mon_opens": "soon"}, "Write a time such as 08:00 or 5:30 pm."),
        ({f"{day}_{part}": "" for day in WEEKDAYS for part in ("opens", "lunch_from", "lunch_to", "closes")}, "never"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_everything_still_there(offices, go: Go, typed, says: str) -> None:
    before = week(offices[0])
    page = go("hours").press("Use for all 2 offices", {"tue_opens": "09:00", **typed} if len(typed) < 9 else typed)
    assert page.status == 422
    assert says in page.text
    assert week(offices[0]) == before
    later = go("hours")
    assert "kept, and not in effect yet" in later.text
    if len(typed) < 9:
        assert later.value("tue_opens") == "09:00"


def test_hours_kept_for_later_are_not_in_effect(offices, go: Go) -> None:
    page: Page = go("hours").press("Keep for later", tue_opens="06:00")
    assert week(offices[0])["tue"][0][0] == "08:00"
    assert page.value("tue_opens") == "06:00"


def test_before_there_are_offices_the_page_says_so(go: Go) -> None:
    assert "There is no office yet." in go("hours").text


def test_an_office_that_is_not_there_is_not_there(offices, go: Go) -> None:
    assert go("hours/999999").status == 404
    assert go("hours/none").status == 404


MINUTES = st.integers(0, 24 * 60)


@given(st.lists(MINUTES, min_size=2, max_size=4, unique=True).map(sorted).filter(lambda times: len(times) != 3))
def test_a_day_with_at_most_one_break_goes_through_the_form_unchanged(times: list[int]) -> None:
    windows = tuple(Window(*times[place : place + 2]) for place in range(0, len(times), 2))
    calendar = Calendar(zone="UTC", weekly=(windows, *((),) * 6))
    again = Calendar.parse(with_week({"zone": "UTC"}, {"mon": day_of(calendar.weekly[0]).windows}))
    assert again == calendar


def test_a_day_that_is_closed_says_nothing() -> None:
    assert day_of(()) == Day()
    assert Day().windows == []


def test_of_several_breaks_the_longest_is_told() -> None:
    assert day_of((Window(480, 600), Window(610, 720), Window(780, 1020))) == Day("08:00", "12:00", "13:00", "17:00")


def test_hours_in_words() -> None:
    usual = Calendar.parse({"zone": "UTC", "weekly": {**USUAL_WEEK, "fri": [["08:00", "12:30"]]}})
    assert in_words(usual) == "Mon–Thu 8 am–12 pm and 1 pm–5 pm, Fri 8 am–12:30 pm"
    assert in_words(Calendar(zone="UTC")) == "never open"
