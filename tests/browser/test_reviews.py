"""The wall, the page of a review and its editor in a real browser: read by axe, on a phone and on a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import problems

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]
PATIENCE = 60_000

NOTHING = (
    "Thank you for taking the time to share this. Privacy rules keep us from discussing anything here. "
    "We would like to hear more: please call our office manager."
)
LEVELS = {
    "Nothing was found": NOTHING,
    "This may go out": "Thank you for the kind words.",
    "A second person must look": NOTHING + " We are sorry for your experience with us.",
    "This would give something away": "We are glad that your crown feels better since Tuesday.",
}


def looks_good(page: Page, what: str) -> None:
    """By axe's rules wide in light and narrow in dark, and nothing scrolls sideways."""
    for width, theme in ((1440, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} scrolls sideways at {width}"
        assert problems(page) == [], f"{what} at {width} in {theme}"


def first_of(page: Page, demo: Demo, queue: str, saying: str = "") -> None:
    page.goto(f"{demo.site}/reviews?queue={queue}")
    page.locator("article.review", has_text=saying).locator("a.button").first.click()
    page.wait_for_url(re.compile(r"/reviews/\d+$"))


@pytest.mark.parametrize("queue", ["", "needs_case", "no_reply", "new"])
def test_the_wall_reads_well(demo: Demo, as_person: AsPerson, queue: str) -> None:
    page = as_person("Lee Hartwell")
    page.goto(f"{demo.site}/reviews?queue={queue}")
    looks_good(page, f"wall {queue}")


@pytest.mark.parametrize("queue", ["needs_case", "waiting", "refused", "elsewhere", "live", "no_reply"])
def test_a_review_reads_well_wherever_it_stands(demo: Demo, as_person: AsPerson, queue: str) -> None:
    page = as_person("Lee Hartwell")
    first_of(page, demo, queue)
    looks_good(page, queue)


def test_the_editor_reads_along_at_each_level(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Grace Okoro")
    first_of(page, demo, "ready")
    for words, text in LEVELS.items():
        page.locator("#id_text").fill(text)
        expect(page.locator("#verdict h3")).to_contain_text(words, timeout=PATIENCE)
        looks_good(page, words)
    expect(page.locator("#verdict mark").first).to_be_visible()
    expect(page.get_by_role("button", name="Ask the privacy officer")).to_be_visible()


def test_a_wording_is_one_tap_and_a_reload_loses_nothing(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Grace Okoro")
    first_of(page, demo, "ready")
    page.locator("#id_text").fill("")
    page.get_by_role("button", name="Use this one").first.click()
    expect(page.locator("#id_text")).to_have_value(re.compile(r"555-0102"))
    expect(page.locator("#verdict")).to_contain_text("This may go out", timeout=PATIENCE)
    chosen = page.locator("#id_text").input_value()
    page.reload()
    expect(page.locator("#id_text")).to_have_value(chosen)
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("#the-reply")).to_be_visible()


def test_who_it_might_be_comes_into_the_panel_and_not_into_the_reply(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Grace Okoro")
    # What else is in progress there depends on the day.
    first_of(page, demo, "in_progress", saying="Waited an hour for ten minutes of work")
    page.get_by_role("link", name="Look who it might be").click()
    panel = page.locator(".private")
    expect(panel.get_by_role("button", name="This is them").first).to_be_visible(timeout=PATIENCE)
    assert "Dunmore" in panel.inner_text()
    assert "Dunmore" not in page.locator("#reply-form").inner_text()
    looks_good(page, "the panel")


def test_the_pages_of_the_privacy_officer_read_well(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Pia Sorensen")
    expect(page.get_by_text("waits for your look").first).to_be_visible()
    for place in ("/", "/privacy/incidents", "/reviews"):
        page.goto(demo.site + place)
        looks_good(page, place)
