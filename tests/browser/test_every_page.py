"""Every page for every role: accessible by axe's rules, no sideways scrolling at 320 px, in light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]

PAGES = {
    "Ana Ruiz": [
        "/",
        "/report",
        "/reviews/new",
        "/huddle/",
        "/huddle/sheet",
        "/demo",
        "/me/password",
        "/me/second-step",
    ],
    "Omar Haddad": [
        "/",
        "/cases",
        "/cases?q=bill",
        "/cases?q=nothingatall",
        "/deliveries/",
        "/reviews/import",
        "/learning/",
        "/learning/library",
        "/huddle/",
        "case",
        "case before",
        "case act/causes",
        "case print",
    ],
    "Rita Lindqvist": ["/", "/cases", "/learning/?period=24m", "/learning/people", "person", "/summary"],
    "Lee Hartwell": [
        "/",
        "/cases",
        "/learning/",
        "/learning/?period=13w&cause=privacy",
        "action",
        "/deliveries/",
        "/summary",
        "/summary/cases",
    ],
    "Pia Sorensen": ["/", "/privacy/", "/cases"],
    "Alex Marsh": [
        "/setup/open-dental/main",
        "/setup/people?part=2",
        "/setup/inboxes",
        "/setup/summary",
        "/",
        "/deliveries/",
        "/connections/",
        "/reviews/tools",
    ],
}


def address(page: Page, demo: Demo, place: str) -> str:
    if place == "action":
        page.goto(f"{demo.site}/learning/")
        change = page.locator("main a[href^='/learning/UP-']").first.get_attribute("href")
        return f"{demo.site}{change}"
    if place == "person":
        page.goto(f"{demo.site}/learning/people?q=ruiz")
        chosen = page.locator("main a[href^='?person=']").get_attribute("href")
        return f"{demo.site}/learning/people{chosen}"
    if not place.startswith("case"):
        return demo.site + place
    page.goto(f"{demo.site}/cases")
    href = page.locator("a[href^='/cases/UP-']").first.get_attribute("href")
    more = place.removeprefix("case").strip()
    return f"{demo.site}{str(href).replace('/cases/', '/learning/') if more == 'before' else href}/{more}".rstrip("/")


def problems(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes_axe_and_fits(demo: Demo, as_person: AsPerson, name: str) -> None:
    """Wide in light, then narrow in dark: each rule of axe meets each page, each width and each theme."""
    page = as_person(name)
    for place in PAGES[name]:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        answer = page.goto(address(page, demo, place))
        assert answer is not None
        assert answer.status == 200, place
        if place == "/report":
            page.wait_for_selector("#schedule label.chip")
        assert problems(page) == [], place
        page.set_viewport_size({"width": 320, "height": 700})
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{place} scrolls sideways at 320 px"
        assert problems(page) == [], f"{place} at 320 px in dark"


def test_a_report_can_be_made_with_the_keyboard_alone(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Nick Tanaka")
    page.keyboard.press("n")
    page.wait_for_url(f"{demo.site}/report")
    page.get_by_label("What happened?").focus()
    page.keyboard.type("Waited an hour and nobody said why.")
    for field in ("moment", "patient"):
        page.locator(f"input[name='{field}']").first.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Report it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/told")


def test_a_form_with_nothing_in_it_says_what_to_mend_and_keeps_what_was_typed(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Ana Ruiz")
    page.goto(f"{demo.site}/report")
    page.locator("label.chip", has_text="Billing surprise").click()
    page.get_by_role("button", name="Report it").click()
    page.wait_for_selector(".error-summary")
    assert page.locator("input[name='kinds'][value='billing']").is_checked()
    assert problems(page) == []


@pytest.mark.parametrize("name", ["Lee Hartwell", "Rita Lindqvist"])
def test_the_head_is_one_line_for_whoever_has_all_places(demo: Demo, as_person: AsPerson, name: str) -> None:
    page = as_person(name)
    page.goto(f"{demo.site}/learning/")
    report = page.locator("#new-report").bounding_box()
    last = page.locator(".head nav a").last.bounding_box()
    assert report is not None
    assert last is not None
    assert abs(report["y"] + report["height"] / 2 - last["y"] - last["height"] / 2) < 10
