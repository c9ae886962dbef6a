"""Being away, cover, offices, their hours and a desk that is handed over: on a phone, as the managers who need them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import problems

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


def is_fine(page: Page) -> None:
    """It passes axe in light and dark, and does not scroll sideways."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert problems(page) == [], f"{page.url} in {scheme}"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], f"{page.url} scrolls sideways"


def go(page: Page, demo: Demo, place: str) -> None:
    answer = page.goto(demo.site + place)
    assert answer is not None
    assert answer.status == 200, place


def person_page(page: Page, demo: Demo, name: str) -> str:
    """Rita's way to the page of one of her people."""
    go(page, demo, "/away")
    page.get_by_role("link", name=name, exact=True).last.click()
    page.wait_for_url("**/away/*")
    return page.url.removeprefix(demo.site)


def test_who_is_sick_is_covered_and_everybody_sees_it_where_they_look(demo: Demo, as_person: AsPerson) -> None:
    omar, ruth = as_person("Omar Haddad", **PHONE), as_person("Ruth Bellamy", **PHONE)
    go(omar, demo, "/away")
    is_fine(omar)
    omar.get_by_role("button", name="I am sick today").click()
    expect(omar.get_by_role("heading", name="You are away")).to_be_visible()
    expect(omar.get_by_text("Ruth Bellamy covers for you.")).to_be_visible()
    is_fine(omar)

    go(ruth, demo, "/away")
    covering = ruth.locator("section", has=ruth.get_by_role("heading", name="You cover now"))
    expect(covering.get_by_text("Omar Haddad")).to_be_visible()
    is_fine(ruth)
    go(ruth, demo, "/")
    covered = ruth.locator("h2:has-text('Covering for Omar Haddad') + ol.work a[href^='/cases/UP-']")
    covered.first.click()
    ruth.wait_for_url("**/cases/UP-*")
    expect(ruth.locator("#open-card")).to_contain_text("Omar Haddad is away")
    expect(ruth.locator("#open-card")).to_contain_text("you cover")
    is_fine(ruth)

    go(omar, demo, "/away")
    omar.get_by_role("button", name="I am back").click()
    omar.wait_for_url(f"{demo.site}/")
    go(ruth, demo, "/away")
    expect(ruth.get_by_role("heading", name="You cover now")).to_have_count(0)


def test_days_away_are_planned_with_a_cover_and_taken_back(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Omar Haddad", **PHONE)
    go(page, demo, "/away")
    first = datetime.now(UTC).date() + timedelta(days=40)
    page.locator("#id_first").fill(first.isoformat())
    page.locator("#id_last").fill((first - timedelta(days=2)).isoformat())
    page.locator("#id_cover").first.select_option(label="Ruth Bellamy, office manager of Maple Street")
    page.get_by_role("button", name="I will be away").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_first")).to_have_value(first.isoformat())
    is_fine(page)
    page.locator("#id_last").fill((first + timedelta(days=4)).isoformat())
    page.get_by_role("button", name="I will be away").click()
    planned = page.locator(".absences > li", has_text="Ruth Bellamy covers")
    expect(planned).to_have_count(1)
    is_fine(page)
    planned.get_by_role("button").click()
    expect(planned).to_have_count(0)


def test_offices_and_their_hours_on_a_phone(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Rita Lindqvist", **PHONE)
    go(page, demo, "/offices")
    expect(page.get_by_text("covering for Henrik Dahl")).to_be_visible()
    is_fine(page)
    page.get_by_role("link", name="Open hours of Cedar Grove").click()
    is_fine(page)
    was = page.get_by_label("Friday").input_value()
    page.get_by_label("Friday").fill("8 - 5")
    page.get_by_role("button", name="Save the week").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Friday")).to_have_value("8 - 5")
    is_fine(page)
    page.get_by_label("Friday").fill("6 am - 7 am")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    is_fine(page)
    page.get_by_label("Friday").fill(was)
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("Saved. Deadlines of open cases")).to_be_visible()
    page.get_by_role("link", name="Add public holidays").click()
    page.wait_for_url("**/holidays")
    is_fine(page)


def test_a_whole_desk_is_handed_over_on_a_phone(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Rita Lindqvist", **PHONE)
    place = person_page(page, demo, "Priya Raman")
    is_fine(page)
    page.get_by_role("link", name="Priya Raman leaves or moves on").click()
    page.wait_for_url(f"**{place}/desk")
    is_fine(page)
    page.get_by_label("Why?").fill("")
    page.get_by_role("button", name="Hand everything over").click()
    expect(page.locator(".error-summary")).to_be_focused()
    is_fine(page)
    page.get_by_label("To whom?").select_option(label="Rita Lindqvist, regional manager of North")
    page.get_by_label("Why?").fill("Priya moves to another town.")
    page.get_by_role("button", name="Hand everything over").click()
    expect(page.get_by_text("Nothing lies on this desk.")).to_be_visible()
    expect(page.get_by_text("went to Rita Lindqvist")).to_be_visible()
    is_fine(page)
