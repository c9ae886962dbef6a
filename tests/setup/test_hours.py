"""Open hours: one week for the offices chosen, as on the page of each office."""

import re
from typing import Any

import pytest
from tests.setup.conftest import Go
from tests.setup.page import Page

from amends.practice.hours.kept import USUAL_WEEK
from amends.practice.models import Office, Region
from amends.protocol.hours import WEEKDAYS

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
    page = go("hours").press("Save and go on", fri="7:30 am - 1 pm")
    assert page.url == "/setup/people"
    for office in offices:
        assert week(office)["fri"] == [["07:30", "13:00"]]
        assert week(office)["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]
    assert offices[1].calendar["special"] == SPECIAL
    assert [office.calendar["zone"] for office in offices] == ["America/New_York", "America/Chicago"]


def test_the_offices_chosen_have_a_week_of_their_own_and_the_others_keep_theirs(offices, go: Go) -> None:
    harbor, maple = offices
    page = go("hours").press("Save, then another week", sat="9 am - noon", offices=str(maple.pk))
    assert page.url == "/setup/hours"
    assert "Sat 9 am - 12 pm" in page.text
    assert "Saved for 1 office." in page.text
    assert week(maple)["sat"] == [["09:00", "12:00"]]
    assert "sat" not in week(harbor)
    assert page.form("Save and go on").values["offices"] == [str(harbor.pk)]  # nobody undoes Maple Street by going on
    page.press("Save and go on", wed="closed")
    assert "wed" not in week(harbor)
    assert week(maple)["wed"] == [["08:00", "12:00"], ["13:00", "17:00"]]


def test_holidays_and_the_rest_are_on_the_page_of_each_office(offices, go: Go) -> None:
    page = go("hours").follow("Holidays and special days of Maple Street")
    assert page.url == f"/offices/{offices[1].pk}/hours"
    assert re.search(r"\w+day, December 25|Dec 25", page.text)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"mon": "8 am"}, "is no time from and to"),
        ({"mon": "8 am - 12 pm, 11 am - 5 pm"}, "overlap"),
        (dict.fromkeys(WEEKDAYS, ""), "never be open"),
        ({"offices": None}, "Choose at least one office."),
    ],
)
def test_hours_that_cannot_be_are_refused_with_everything_still_there(offices, go: Go, typed, says: str) -> None:
    before = week(offices[0])
    page = go("hours").press("Save and go on", {"tue": "9 am - 3 pm", **typed})
    assert page.status == 422
    assert says in page.text
    assert week(offices[0]) == before
    later = go("hours")
    assert "kept, and not in effect yet" in later.text
    assert later.value("tue") == typed.get("tue", "9 am - 3 pm")


def test_hours_kept_for_later_are_not_in_effect(offices, go: Go) -> None:
    page: Page = go("hours").press("Keep for later", tue="6 am - 7 am")
    assert week(offices[0])["tue"][0][0] == "08:00"
    assert page.value("tue") == "6 am - 7 am"


def test_before_there_are_offices_the_page_says_so(go: Go) -> None:
    assert "There is no office yet." in go("hours").text
