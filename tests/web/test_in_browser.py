"""What only a browser can prove: drafts, keys, and that every page of the house passes axe in light and dark."""

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.browser.conftest import ARGUMENTS
from tests.cases.acting import a_case
from tests.conftest import Cast, make_cast
from tests.run import chromium

from amends.practice.models import Person

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium here"),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would refuse to touch the database beside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()  # beside a loop Django keeps other connections than without; these end here
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def cast(committed: None) -> Cast:
    return make_cast()


@pytest.fixture
def site(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The running site. (Not `live_server`, which empties the tables while the triggers still refuse it.)"""
    # The server's threads outlive the test for a moment, and would keep the test database open.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def open_as(site: str, browser: Browser) -> Iterator[Open]:
    """Opens an address as somebody (None: a stranger) in a browser of its own."""
    contexts = []

    def opened(person: Person | None, address: str, *, width: int = 1000, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light",
            base_url=site,
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(60_000)
        if person:
            client = Client()
            client.force_login(person)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"))


def tell(page: Page, story: str) -> None:
    for choice in ("I don’t know who", "At checkout"):
        page.locator("label.chip", has_text=choice).click()
    page.fill("#id_account", story)


def no_answer(route: Route) -> None:
    """What is sent gets no page back."""
    if route.request.method == "POST":
        route.fulfill(status=204)
    else:
        route.continue_()


def test_what_is_typed_survives_a_reload_and_goes_when_it_was_sent(cast: Cast, open_as: Open) -> None:
    page = open_as(cast.ana, "/report")
    tell(page, "She waited an hour.")
    page.reload()
    assert page.input_value("#id_account") == "She waited an hour."
    assert page.locator("input[name=moment][value=checkout]").is_checked()
    page.locator("form[data-draft] button.primary").click()
    page.wait_for_url("**/told")
    assert drafts(page) == 0
    page.goto("/report")
    assert page.input_value("#id_account") == ""


def test_a_report_whose_answer_never_came_is_sent_again_as_the_same_until_a_word_changes(
    cast: Cast, open_as: Open
) -> None:
    page = open_as(cast.ana, "/report")
    tell(page, "She waited an hour.")
    token = page.input_value("input[name=token]")
    page.route("**/report", no_answer)
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("form[data-draft] button.primary").click()
    page.goto("/report")
    assert page.input_value("#id_account") == "She waited an hour."
    assert page.input_value("input[name=token]") == token
    page.fill("#id_account", "She waited two hours.")
    assert page.input_value("input[name=token]") != token


def test_signing_out_in_one_tab_forgets_the_drafts_of_every_tab(cast: Cast, open_as: Open) -> None:
    page = open_as(cast.ana, "/report")
    tell(page, "Half a story")
    assert drafts(page) == 1
    other = page.context.new_page()
    other.goto("/handbook/")
    other.locator("details.me summary").click()
    other.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    assert drafts(page) == 0
    assert "Half a story" not in page.evaluate("JSON.stringify([sessionStorage, localStorage])")


def test_a_refused_form_has_the_focus_on_what_is_to_be_mended(cast: Cast, open_as: Open) -> None:
    page = open_as(cast.ana, "/report")
    page.locator("form[data-draft] button.primary").click()
    expect(page.locator(".error-summary")).to_be_focused()


def test_n_opens_a_report_but_not_while_typing_and_can_be_switched_off(cast: Cast, open_as: Open) -> None:
    page = open_as(cast.ana, "/handbook/")
    page.locator("#q").press("n")
    assert page.input_value("#q") == "n"
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/report")
    page.goto("/handbook/")
    page.locator("details.me summary").click()
    page.locator("[data-key-switch]").click()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.url.endswith("/handbook/")


def test_nobody_sees_a_page_again_with_back_after_signing_out(cast: Cast, open_as: Open) -> None:
    page = open_as(cast.ana, "/handbook/desk")
    page.goto("/sign-out")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/sign-in**")
    page.goto("/handbook/desk")
    assert "/sign-in" in page.url


STRANGERS = ("/sign-in", "/sign-in/inactive", "/nowhere")
ANYBODYS = ("/handbook/", "/handbook/?q=review", "/handbook/protocol", "/handbook/desk", "/me/password")
MORE = ("/me/second-step", "/sign-out", "/deliveries/", "/nowhere")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_every_page_of_the_house_passes_axe_and_fits(cast: Cast, open_as: Open, width: int, scheme: str) -> None:
    visits = [(None, address) for address in STRANGERS] + [(cast.omar, address) for address in (*ANYBODYS, *MORE)]
    visits.append((cast.pia, "/privacy/"))
    pages: dict[int | None, Page] = {}
    found = []
    for person, address in visits:
        key = person.pk if person else None
        if key not in pages:
            pages[key] = open_as(person, address, width=width, scheme=scheme)
        page = pages[key]
        page.goto(address)
        result = Axe().run(page, options={"runOnly": RULES}).response
        found += [(address, wrong["id"], wrong["nodes"][0]["html"]) for wrong in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((address, "wider than the window", ""))
    assert not found


def test_the_list_of_cases_keeps_itself_up_to_date_and_disturbs_nobody(cast: Cast, open_as: Open) -> None:
    shown = [a_case(cast).number for _ in range(30)]
    page = open_as(cast.lee, "/cases")
    middle = page.locator(f"#{shown[10]}")
    middle.focus()
    page.evaluate("scrollTo(0, 200)")
    new = a_case(cast).number
    expect(page.locator(f"#{new}")).to_be_visible(timeout=30_000)
    expect(middle).to_be_focused()
    assert page.evaluate("scrollY") == 200

    page.focus("#q")
    held = a_case(cast).number
    with page.expect_response("**/asked*", timeout=60_000):
        pass  # the page goes on asking, and only the list waits
    page.evaluate("htmx.trigger('#cases-again', 'look')")
    page.wait_for_timeout(300)
    assert page.locator(f"#{held}").count() == 0
    page.evaluate("document.activeElement.blur()")
    expect(page.locator(f"#{held}")).to_be_visible(timeout=30_000)

    page.evaluate(f"getSelection().selectAllChildren(document.getElementById('{held}'))")
    selected = a_case(cast).number
    page.evaluate("htmx.trigger('#cases-again', 'look')")
    page.wait_for_timeout(300)
    assert page.evaluate("String(getSelection())") == held
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator(f"#{selected}")).to_be_visible(timeout=30_000)
