"""The page on which an administrator sets Slack up, in each of its states: axe, wide in light and narrow in dark."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import problems

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]
LEADERS = "C0LEADERS"


@pytest.fixture
def archive(demo: Demo) -> Iterator[Callable[[bool], None]]:
    """Archives the leaders' channel, and brings it back afterwards."""

    def control(archived: bool) -> None:
        body = json.dumps({"channel": LEADERS, "archived": archived}).encode()
        with urllib.request.urlopen(f"{demo.slack}/_control/archive", data=body, timeout=60):
            pass

    yield control
    control(False)


@pytest.fixture
def page(demo: Demo, as_person: AsPerson) -> Page:
    opened = as_person("Alex Marsh")
    opened.goto(f"{demo.site}/connections/slack")
    return opened


def looks_well(page: Page) -> None:
    for width, scheme in ((1440, "light"), (360, "dark"), (360, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert problems(page) == [], f"{page.url} at {width} px in {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"sideways at {width} px"


def test_the_app_is_made_with_one_press_and_says_what_it_may_do(page: Page) -> None:
    page.locator("summary", has_text="1. Make the app").click()
    page.locator("summary", has_text="What the app may do").click()
    expect(page.get_by_role("link", name="Make it for Socket Mode")).to_be_visible()
    expect(page.get_by_text("users:read.email")).to_be_visible()
    looks_well(page)


def test_a_wrong_token_is_said_where_it_stands_and_shown_nowhere(page: Page) -> None:
    page.get_by_label("Bot token").fill("xapp-not-that-one")
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("begins with xoxb-")
    assert "xapp-not-that-one" not in page.content()
    expect(page.get_by_label("The leaders' channel")).to_have_value(LEADERS)
    looks_well(page)


def test_a_test_message_is_posted_or_says_why_not(demo: Demo, page: Page, archive: Callable[[bool], None]) -> None:
    archive(True)
    page.get_by_role("button", name="Post a test message").click()
    expect(page.get_by_text("The channel is archived.")).to_be_visible()
    looks_well(page)
    archive(False)
    page.get_by_role("button", name="Post a test message").click()
    expect(page.get_by_text("Posted. Look into the channel.")).to_be_visible()
    assert any(text.startswith("This is a test from Amends") for text in demo.slack_texts())


def test_people_are_matched_found_and_confirmed(page: Page) -> None:
    page.get_by_role("button", name="Take away Omar Haddad").click()
    expect(page.get_by_text("Omar Haddad is matched with nobody.")).to_be_visible()
    to_be_confirmed = page.get_by_role("heading", name="To be confirmed")
    for _ in range(5):
        if to_be_confirmed.is_visible():
            break
        page.get_by_role("button", name="Find people").click()
        # Forty are looked up, one after the other.
        expect(page.get_by_text("by their e-mail address. Confirm each")).to_be_visible(timeout=60_000)
    expect(to_be_confirmed).to_be_visible()
    page.locator("summary", has_text="not matched").click()
    looks_well(page)
    page.get_by_role("button", name="Confirm Omar Haddad").click()
    expect(page.get_by_text("Omar Haddad is confirmed.")).to_be_visible()
    expect(page.get_by_role("heading", name="To be confirmed")).to_have_count(0)
    page.get_by_label("Name", exact=True).fill("omar")
    page.get_by_role("button", name="Search").click()
    entry = page.locator("li.match").filter(has_text="Omar Haddad")
    expect(entry).to_contain_text(re.compile("U0OMAR, confirmed"))
    looks_well(page)
    page.get_by_label("Name", exact=True).fill("nobody at all")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nobody of that name.")).to_be_visible()


def test_the_pages_beside_it_are_as_good(demo: Demo, page: Page, as_person: AsPerson) -> None:
    page.goto(f"{demo.site}/slack/channels")
    looks_well(page)
    for name, place in (("Lee Hartwell", "/slack/mine"), ("Pia Sorensen", "/slack/agreement")):
        theirs = as_person(name)
        theirs.goto(f"{demo.site}{place}")
        looks_well(theirs)
