"""What the record says comes by itself into an open page, touches no form, and reads well on a phone."""

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
PATIENCE = 60_000  # milliseconds until a test says that it waited in vain


@pytest.fixture
def offline(demo: Demo) -> Iterator[Callable[[bool], None]]:
    """Takes the simulated Open Dental from the net, and brings it back at the end."""

    def switch(on: bool) -> None:
        body = json.dumps({"offline": on}).encode()
        request = urllib.request.Request(f"{demo.open_dental}/_control/faults", body, method="PUT")
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200

    yield switch
    switch(False)


def test_the_record_comes_by_itself_and_leaves_the_form_alone(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Omar Haddad")
    page.goto(demo.site)
    page.locator("a.work-item", has_text="Willa Saldana").click()  # who asked for another day
    words = page.locator("textarea").first
    words.fill("Spoke about the")
    expect(page.locator("#record")).to_contain_text("From Open Dental, read", timeout=PATIENCE)
    expect(page.locator("#before-call")).to_contain_text("Next visit", timeout=PATIENCE)
    expect(words).to_have_value("Spoke about the")
    page.wait_for_function("!document.querySelector('#record-poller').hasAttribute('hx-get')")
    for width, theme in ((1440, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert problems(page) == [], f"{width} {theme}"


def test_an_office_that_is_away_is_told_in_the_page(
    demo: Demo, as_person: AsPerson, offline: Callable[[bool], None]
) -> None:
    page = as_person("Omar Haddad")
    page.goto(f"{demo.site}/cases")
    offline(True)
    page.locator("a[href^='/cases/UP-']").last.click()
    # "again" where the day has brought a family into the page whose record was read before.
    expect(page.locator("#record")).to_contain_text(re.compile("could not be read( again)?"), timeout=PATIENCE)
    assert problems(page) == []
