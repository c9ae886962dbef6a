"""Learning on a phone and on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]


def test_on_a_phone_a_chart_begins_with_what_is_newest(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Lee Hartwell", width=360, height=740)
    page.goto(f"{demo.site}/learning/")
    left = page.evaluate(
        "() => [...document.querySelectorAll('.chart-frame')].map("
        "(one) => [one.scrollWidth > one.clientWidth, one.scrollWidth - one.clientWidth - one.scrollLeft])"
    )
    assert left
    assert all(is_wider and rest < 2 for is_wider, rest in left)


def test_on_paper_the_numbers_and_all_causes_stand_open(demo: Demo, as_person: AsPerson) -> None:
    page = as_person("Lee Hartwell")
    page.goto(f"{demo.site}/learning/")
    assert not page.locator("details table").first.is_visible()
    page.emulate_media(media="print")
    tables = page.locator(".learning details table").all()
    assert len(tables) >= 3
    assert all(table.is_visible() for table in tables)
    assert not page.locator(".learning form").first.is_visible()
