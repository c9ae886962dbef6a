"""A real group set up in a browser, from `amends init` on an empty home to the start, as the README promises."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import wait_for
from tests.browser.test_every_page import problems
from tests.ports import free_port

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
WHO = ("--group", "Bluebell & Finch Dental", "--name", "Alex Marsh", "--email", "alex@bluebellfinch.example")
PEOPLE = (
    ("Omar Haddad", "omar", "Office manager", None),
    ("Ana Ruiz", "ana", "Team member", None),
    ("Rita Lindqvist", "rita", "Regional manager", "Maple Street"),
    ("Lee Hartwell", "lee", "Leader", None),
)


@dataclass(frozen=True)
class Place:
    """A new home with its site, and a simulated Open Dental beside it."""

    site: str
    open_dental: str

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What Open Dental holds."""
        with urllib.request.urlopen(f"{self.open_dental}/_control/rows/{table}", timeout=60) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def counts(self) -> dict[str, int]:
        return {table: len(self.rows(table)) for table in ("commlog", "task", "definition", "procnote", "popup")}


def environment(home: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DJANGO_"))}
    return {**inherited, "AMENDS_HOME": str(home), "AMENDS_FIRST_PASSWORD": PASSWORD}


@contextmanager
def running(arguments: list[str], log: Path, says: str, env: dict[str, str]) -> Iterator[None]:
    """A command of Amends, from its first words to the end of the block."""
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "amends", *arguments], stdout=out, stderr=out, env=env)
    try:
        wait_for(lambda: says in log.read_text() or process.poll() is not None, 300)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.send_signal(2)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("first-run")
    env = environment(folder / "home")
    done = subprocess.run(
        [sys.executable, "-m", "amends", "init", "--home", str(folder / "home"), *WHO],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "/setup and sign in as alex@bluebellfinch.example" in done.stdout, done.stderr
    site, open_dental = free_port(), free_port()
    with ExitStack() as all_of_it:
        simulate = ["simulate", "open-dental", "--port", str(open_dental), "--mode", "service"]
        all_of_it.enter_context(running(simulate, folder / "open-dental.log", "http://", env))
        serve = ["serve", "--listen", f"127.0.0.1:{site}"]
        all_of_it.enter_context(running(serve, folder / "site.log", "Amends answers at", env))
        yield Place(f"http://127.0.0.1:{site}", f"http://127.0.0.1:{open_dental}")


@pytest.fixture
def page(place: Place, browser: Browser) -> Iterator[Page]:
    """Alex's page; fails the test on any script or CSP error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    opened, errors = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert [error for error in errors if "422" not in error] == []


@pytest.fixture
def looks_well(page: Page) -> Callable[[], None]:
    """The page passes axe, wide in light and narrow in dark, and does not scroll sideways."""

    def check() -> None:
        for width, scheme in ((1440, "light"), (320, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert problems(page) == [], f"{page.url} at {width} px in {scheme}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{page.url} scrolls sideways at {width} px"
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")

    return check


def enter(page: Page, name: str, email: str, role: str, where: str | None) -> None:
    """Gives one user of Open Dental access, on the part of the list that shows them."""
    entry = page.locator("fieldset.entry").filter(has=page.locator("legend", has_text=f"{name} (user"))
    entry.get_by_label("E-mail").fill(f"{email}@bluebellfinch.example")
    entry.get_by_label("Role", exact=True).select_option(label=role)
    if where:
        entry.get_by_label("Where", exact=True).select_option(label=where)


def go_through_people(page: Page, looks_well: Callable[[], None]) -> dict[str, str]:
    """Every part of the list; the one-time passwords by e-mail."""
    passwords: dict[str, str] = {}
    looks_well()
    while True:
        for name, email, role, where in PEOPLE:
            if page.locator("legend", has_text=f"{name} (user").count():
                enter(page, name, email, role, where)
        onward = page.get_by_role("button", name=re.compile("^Save and (show the next part|go on)$"))
        is_last = onward.inner_text() == "Save and go on"
        onward.click()
        page.wait_for_load_state()
        if page.get_by_role("heading", name="One-time passwords").count():
            looks_well()
            for row in page.locator("tbody tr").all():
                passwords[row.locator("td").first.inner_text()] = row.locator("code").inner_text()
            page.get_by_role("link", name="I have noted them, go on").click()
            page.wait_for_load_state()
        if is_last:
            return passwords


def test_a_group_is_set_up_from_nothing(place: Place, page: Page, looks_well: Callable[[], None]) -> None:
    before = place.counts()
    page.goto(f"{place.site}/setup")
    page.fill("#id_login", "alex@bluebellfinch.example")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/open-dental")
    looks_well()

    page.goto(f"{place.site}/connections/slack")  # may be done at any time
    expect(page.get_by_role("link", name="Make it for Socket Mode")).to_be_visible()
    expect(page.get_by_role("heading", name="Try it")).to_have_count(0)
    looks_well()
    page.goto(f"{place.site}/setup/open-dental")

    page.get_by_role("link", name="Connect Open Dental").click()
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator(".error-summary")).to_be_focused()
    looks_well()
    page.get_by_label("API Service (on").check()
    page.get_by_label("Address").fill(place.open_dental.removeprefix("http://"))
    page.get_by_label("Developer key").fill("demo-developer")
    page.get_by_label("Customer key").fill("wrong")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("heading", name="The test did not get through")).to_be_visible()
    looks_well()
    page.get_by_label("Customer key").fill("demo-customer")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("heading", name="What the test found")).to_be_visible()
    looks_well()
    page.get_by_role("button", name="It is right, go on").click()

    page.wait_for_url("**/setup/offices")
    looks_well()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/setup/hours")
    looks_well()
    page.get_by_label("Friday").fill("8 am - 3 pm")
    page.reload()
    expect(page.get_by_label("Friday")).to_have_value("8 am - 3 pm")  # nothing typed is lost
    page.get_by_role("button", name="Save and go on").click()

    page.wait_for_url("**/setup/people")
    passwords = go_through_people(page, looks_well)
    assert len(passwords) == len(PEOPLE)
    page.wait_for_url("**/setup/inboxes")
    expect(page.get_by_text("Omar Haddad (501)").first).to_be_visible()
    looks_well()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/setup/commlog-type")
    looks_well()
    page.get_by_role("button", name="Save and go on").click()

    page.wait_for_url("**/setup/try")
    page.goto(f"{place.site}/setup/")  # leaving and coming back goes on here
    page.wait_for_url("**/setup/try")
    looks_well()
    page.get_by_label("Office").select_option(label="Maple Street")
    page.get_by_label("Search the test patient").fill("Umber")
    page.get_by_role("button", name="Search").click()
    looks_well()
    page.locator("label.patient").first.click()
    page.get_by_role("button", name="Show what would be written").click()
    shown = page.locator("pre.paste").all_inner_texts()
    looks_well()
    assert place.counts() == before
    page.get_by_role("button", name="Write these two now").click()
    expect(page.get_by_text("Open Dental gave it the number").first).to_be_visible()
    assert place.counts() == {**before, "commlog": before["commlog"] + 1, "task": before["task"] + 1}
    assert " ".join(place.rows("commlog")[-1]["Note"].split()) == " ".join(shown[0].split())
    page.get_by_role("button", name="I have seen it, go on").click()
    page.wait_for_url("**/setup/summary")
    looks_well()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"{place.site}/")

    page.get_by_text("Alex Marsh").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.goto(f"{place.site}/sign-in")
    page.fill("#id_login", "ana@bluebellfinch.example")
    page.fill("#id_password", passwords["ana@bluebellfinch.example"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{place.site}/")
    expect(page.get_by_role("link", name="Report")).to_be_visible()
