"""The page on which an administrator connects Google, in each of its states: axe, wide in light and narrow in dark."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_slack_set_up import looks_well

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]
Control = Callable[..., None]


@pytest.fixture
def google(demo: Demo) -> Iterator[Control]:
    """Changes the simulated Google's settings, and puts them back afterwards."""

    def settings(**changes: object) -> None:
        body = json.dumps(changes).encode()
        request = urllib.request.Request(f"{demo.google}/_control/settings", body, method="PUT")
        with urllib.request.urlopen(request, timeout=60):
            pass

    yield settings
    settings(auto_consent=False, approved=True)


@pytest.fixture
def page(demo: Demo, as_person: AsPerson) -> Page:
    opened = as_person("Alex Marsh")
    opened.goto(f"{demo.site}/connections/google")
    return opened


def test_the_page_of_a_group_that_is_connected(page: Page) -> None:
    page.locator("summary", has_text="1. Ask Google for access").click()
    expect(page.get_by_text("/connections/google/back")).to_be_visible()
    page.locator("summary", has_text="Disconnect").click()
    expect(page.get_by_label(re.compile("Maple Street")).first).to_have_value("Maple Street")
    expect(page.get_by_text("Not verified at Google")).to_be_visible()
    looks_well(page)


def test_what_is_wrong_with_the_form_is_said_where_it_stands(page: Page) -> None:
    page.get_by_label("Pub/Sub topic").fill("reviews")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("That is no topic")
    looks_well(page)


def test_consent_leads_to_google_and_back(page: Page, google: Control) -> None:
    google(auto_consent=True)
    page.get_by_role("link", name="Connect again").click()
    expect(page.get_by_text("Connected. 3 accounts")).to_be_visible()
    looks_well(page)


def test_another_tools_topic_is_named_before_it_is_replaced(page: Page) -> None:
    page.get_by_label("Fern Hollow Dental", exact=True).check()
    page.get_by_role("button", name="Read their profiles").click()
    page.get_by_role("button", name="Look again at Fern Hollow Dental").click()
    expect(page.get_by_text("Another tool is told:")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Have Google tell us of Fern Hollow Dental").click()
    expect(page.get_by_text("belongs to another tool. Nothing was changed.")).to_be_visible()
    page.get_by_label("Fern Hollow Dental", exact=True).uncheck()
    page.get_by_role("button", name="Read their profiles").click()
    expect(page.get_by_text("13 profiles found")).to_be_visible()


def test_a_google_that_has_not_approved_yet_says_so(demo: Demo, as_person: AsPerson, google: Control) -> None:
    page = as_person("Alex Marsh")
    page.goto(f"{demo.site}/connections/")
    card = page.locator("#connection-google_business-main")
    google(approved=False)
    card.get_by_role("button", name="Test now").click()
    expect(card.get_by_text("has not approved the access yet")).to_be_visible()
    looks_well(page)
