"""The handbook in a real browser: every page of it by axe's rules, two writers at once, and what comes out on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import problems

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]

READ = [
    "", "?q=voicemail", "?q=nothingatall", "protocol", "desk", "listening", "still-here", "emergency", "writing-down",
    "in-public", "reviews", "privacy", "topics/upset", "card", "desk/history", "protocol/history",
]  # fmt: skip
WRITTEN = ["new", "desk/edit", "desk/readers", "desk/place"]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (360, False), (360, True)])
def test_every_page_passes_axe_and_fits(demo: Demo, as_person: AsPerson, width: int, dark: bool) -> None:
    page = as_person("Rita Lindqvist", width=width, dark=dark)
    for place in [*READ, *WRITTEN]:
        answer = page.goto(f"{demo.site}/handbook/{place}")
        assert answer is not None
        assert answer.status == 200, place
        for more in page.locator("main details").all():
            more.evaluate("(one) => { one.open = true }")
        assert problems(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_a_page_is_read_written_by_two_and_restored(demo: Demo, as_person: AsPerson) -> None:
    lee, rita = as_person("Lee Hartwell"), as_person("Rita Lindqvist", width=360, dark=True)
    for page in (lee, rita):
        page.goto(f"{demo.site}/handbook/listening/edit")
    expect(rita.get_by_text("Lee Hartwell has this page open, too")).to_be_visible()
    text = rita.get_by_role("textbox", name="Text").input_value()
    lee.get_by_role("textbox", name="Text").fill(text + "\n\n## Also\n\nBreathe.")
    lee.get_by_role("button", name="Preview").click()
    expect(lee.get_by_text("Nothing is saved yet")).to_be_visible()
    assert problems(lee) == []
    lee.get_by_role("button", name="Publish").click()
    expect(lee.get_by_role("heading", name="Also")).to_be_visible()
    rita.get_by_role("textbox", name="Text").fill(text + "\n\nSit down.")
    rita.get_by_role("button", name="Publish").click()
    expect(rita.get_by_text("Lee Hartwell saved this page while you were writing")).to_be_visible()
    assert problems(rita) == []
    expect(rita.get_by_role("textbox", name="Text")).to_have_value(text + "\n\nSit down.")
    rita.get_by_role("button", name="Keep as a draft").click()
    expect(rita.get_by_text("The draft is kept")).to_be_visible()
    assert problems(rita) == []
    lee.get_by_role("link", name="History").click()
    assert problems(lee) == []
    lee.get_by_role("link", name=re.compile("^Version 1")).click()
    lee.get_by_role("button", name="Publish this text again").click()
    expect(lee.get_by_role("heading", name="Also")).to_have_count(0)
    lee.get_by_role("button", name="I have read and understood it").click()
    expect(lee.get_by_text("You have read and understood this version")).to_be_visible()
    lee.goto(f"{demo.site}/handbook/listening/readers")
    assert problems(lee) == []


def test_what_was_typed_before_somebody_published_is_still_there_and_overwrites_nothing(
    demo: Demo, as_person: AsPerson
) -> None:
    rita, lee = as_person("Rita Lindqvist"), as_person("Lee Hartwell")
    for page in (rita, lee):
        page.goto(f"{demo.site}/handbook/privacy/edit")
    rita.get_by_role("textbox", name="Text").press_sequentially("Mine. ")
    lee.get_by_role("textbox", name="Text").fill("Theirs.")
    lee.get_by_role("button", name="Publish").click()
    rita.reload()
    expect(rita.get_by_role("textbox", name="Text")).to_have_value(re.compile("Mine. "))
    rita.get_by_role("button", name="Publish").click()
    expect(rita.get_by_text("Lee Hartwell saved this page while you were writing")).to_be_visible()
    expect(rita.get_by_role("textbox", name="Text")).to_have_value(re.compile("Mine. "))


def test_a_step_of_the_rail_leads_to_its_words_and_back(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Omar Haddad")
    page.locator("main a[href^='/cases/UP-']").first.click()
    case = page.url
    page.locator("#rail a", has_text="Speak with the patient").click()
    expect(page).to_have_url(re.compile("#spoken$"))
    expect(page.get_by_role("heading", name="3. Speak with the patient")).to_be_in_viewport()
    page.get_by_role("link", name="Back to case").click()
    expect(page).to_have_url(case)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_card_fits_one_sheet_also_with_the_longest_words(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Ana Ruiz")
    page.goto(f"{demo.site}/handbook/card")
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    longer = "within 12 open hours and 45 minutes"
    page.evaluate(
        "(words) => document.querySelectorAll('.wall-steps p > b').forEach((one) => { "
        "if (one.textContent.length > 15) one.textContent = words + ', and not later'; })",
        longer,
    )
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1


def test_a_page_prints_without_what_is_only_for_the_screen(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Ana Ruiz")
    page.goto(f"{demo.site}/handbook/desk")
    page.emulate_media(media="print")
    for hidden in ("nav", "aside", "form", ".head", ".foot"):
        for one in page.locator(hidden).all():
            assert not one.is_visible(), hidden
    expect(page.get_by_role("heading", name="Words that help")).to_be_visible()
    page.emulate_media(media="null")
    assert pages_of(page.pdf()) == 2
