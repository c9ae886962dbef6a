"""The huddle in a real browser: read in one tap, written anew, one sheet on paper; each page by axe's rules."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import problems
from tests.browser.test_handbook import pages_of

from amends.learning.lessons.models import LONGEST

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]


def is_well(page: Page) -> None:
    assert problems(page) == [], page.url
    viewport = page.viewport_size
    assert viewport is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], page.url


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True)])
def test_a_fix_is_copied_to_another_office(demo: Demo, as_person: AsPerson, width: int, dark: bool) -> None:
    page = as_person("Lee Hartwell", width=width, dark=dark)
    page.goto(f"{demo.site}/learning/library")
    is_well(page)
    page.get_by_role("link", name="Copy to my office").first.click()
    is_well(page)
    page.get_by_label("Office", exact=True).select_option(label="Foxglove")
    page.get_by_role("button", name="Go on").click()
    is_well(page)
    page.get_by_role("link", name="Make a lesson for Foxglove").click()
    is_well(page)
    page.get_by_label("What happened?").fill("Tina waited.")
    page.get_by_role("button", name="Put it into the huddle").click()
    expect(page.locator(".error", has_text="“Tina” may be somebody's name")).to_be_visible()
    is_well(page)
    page.get_by_label("What happened?").fill(f"A patient waited at {width}.")
    page.get_by_role("button", name="Put it into the huddle").click()
    expect(page.get_by_text("It stands in the huddle of Foxglove now.")).to_be_visible()
    is_well(page)


def test_a_lesson_is_read_in_one_tap_written_anew_and_withdrawn(demo: Demo, as_person: AsPerson) -> None:
    ana, omar = as_person("Ana Ruiz", width=360, dark=True), as_person("Omar Haddad")
    ana.get_by_role("link", name="of your huddle").click()
    is_well(ana)
    ana.get_by_role("button", name="I have read it").first.click()
    expect(ana.get_by_text("Not read yet")).to_have_count(0)
    ana.goto(f"{demo.site}/")
    expect(ana.locator("#unread-lessons")).to_have_count(0)
    omar.goto(f"{demo.site}/huddle/")
    omar.get_by_role("link", name="Read by").first.click()
    expect(omar.get_by_text("Ana Ruiz")).to_be_visible()
    is_well(omar)
    omar.get_by_role("link", name="Write it anew").click()
    omar.get_by_label("What do we do now?").fill("We say it, and write it down.")
    omar.get_by_role("button", name="Save as a new version").click()
    expect(omar.get_by_role("heading", name="What it said before")).to_be_visible()
    is_well(omar)
    ana.reload()
    expect(ana.locator("#unread-lessons")).to_be_visible()
    omar.get_by_role("button", name="Withdraw it").click()
    expect(omar.get_by_text("Nobody is asked to read it.").last).to_be_visible()
    is_well(omar)
    ana.reload()
    expect(ana.locator("#unread-lessons")).to_have_count(0)


def test_the_sheet_is_one_page_on_letter_and_on_a4_also_with_the_longest_words(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Nick Tanaka")
    page.goto(f"{demo.site}/huddle/sheet")
    is_well(page)
    sentence = "Whenever something takes more than ten minutes we say so, and we say why. "

    def fill(letters: int, more: str) -> None:
        page.evaluate(
            "([words, more]) => { const list = document.querySelector('.wall-card');"
            "list.querySelectorAll('ol, p:not(.wall-lead, .wall-foot)').forEach((one) => one.remove());"
            "const made = document.createElement('ol'); made.className = 'wall-steps sheet ' + more;"
            "made.innerHTML = ('<li><h2>' + words + '</h2><p>' + words + '</p><p>Handbook: A page</p></li>').repeat(3);"
            "list.querySelector('.wall-lead').after(made); }",
            [(sentence * 5)[:letters], more],
        )

    for letters, more in ((LONGEST, "long"), (100, "")):
        fill(letters, more)
        assert pages_of(page.pdf(prefer_css_page_size=True)) == 1, letters
        assert pages_of(page.pdf(format="Letter")) == 1, letters
        assert pages_of(page.pdf(format="A4")) == 1, letters
