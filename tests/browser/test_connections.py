"""The administrator's page in a real browser: a key is disabled, tested, enabled, tested, without a reload."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def key(demo: Demo) -> Iterator[Callable[[bool], None]]:
    """Disables the demo's customer key, and enables it again."""

    def enable(enabled: bool) -> None:
        request = urllib.request.Request(
            f"{demo.open_dental}/_control/settings?customer_key=demo-customer",
            data=json.dumps({"enabled": enabled}).encode(),
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=60):
            pass

    yield enable
    enable(True)


def test_trouble_is_tested_and_heals_in_place(
    demo: Demo, as_person: Callable[..., Page], key: Callable[[bool], None]
) -> None:
    page = as_person("Alex Marsh")
    page.goto(f"{demo.site}/connections/")
    page.evaluate("window.before = true")
    card = page.locator("#connection-open_dental-main")
    press: Any = card.get_by_role("button", name=re.compile("Test now"))
    expect(card).to_contain_text("Works")
    key(False)
    press.click()
    expect(card).to_contain_text("Down since")
    expect(card).to_contain_text("Enter both keys again")
    expect(page.locator("#said-aloud")).to_contain_text("tested just now: down.")
    key(True)
    press.click()
    expect(card).to_contain_text("Open Dental takes the keys.")
    assert page.evaluate("window.before"), "the page was not loaded again"
