"""A patient is still here: the manager's page shows it without a reload, and the desk sees who comes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo, wait_for
from tests.browser.test_every_page import problems

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]
PATIENCE = 60_000  # milliseconds until a test says that it waited in vain; pages ask every four seconds
# What the page's sound would be made of, counted instead of heard.
LISTEN = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""


def report(page: Page, demo: Demo, told: str) -> str:
    page.goto(f"{demo.site}/report")
    page.locator("#schedule label.chip").nth(2).click()
    page.locator("label.chip", has_text="At checkout").first.click()
    page.get_by_label("What happened?").fill(told)
    page.get_by_label("Still here: get a manager now").check()
    page.get_by_role("button", name="Report it").click()
    page.wait_for_url(re.compile(r"/report/UP-\d+/told"))
    return page.url.split("/")[-2]


def fits(page: Page) -> None:
    """The page has no fault that axe finds and nothing stands out of it, wide and narrow, light and dark."""
    for width, theme in ((1440, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert problems(page) == [], f"{width} {theme}"


def test_the_manager_sees_it_without_a_reload_and_the_desk_sees_who_comes(demo: Demo, as_person: AsPerson) -> None:
    omar, ana = as_person("Omar Haddad"), as_person("Ana Ruiz")
    omar.add_init_script(LISTEN)
    omar.goto(demo.site)
    omar.locator("#sound-offer").get_by_role("button", name="Turn on the sound").click()
    expect(omar.locator("#sound-offer")).to_be_hidden()
    omar.goto(f"{demo.site}/report")
    omar.get_by_label("What happened?").fill("Something of my own")
    proof = omar.evaluate("window.tones")

    number = report(ana, demo, "The bill is twice the estimate, and they will not leave.")
    notice = omar.locator(f"[data-asked='{number}']")
    expect(notice).to_be_visible(timeout=PATIENCE)
    wait_for(lambda: omar.evaluate("window.tones") > proof)
    expect(notice.get_by_role("button", name="Turn on the sound")).to_be_hidden()
    expect(omar.get_by_label("What happened?")).to_have_value("Something of my own")
    fits(omar)

    notice.get_by_text("Still here: please come now.").click()
    expect(ana.locator("#here")).to_contain_text("Seen", timeout=PATIENCE)
    fits(ana)
    notice.get_by_role("button", name="I’m coming").click()
    expect(omar.locator("#asked")).to_contain_text("They know now that you are coming.", timeout=PATIENCE)
    expect(omar.get_by_label("What happened?")).to_have_value("Something of my own")
    fits(omar)
    expect(ana.locator("#here")).to_contain_text("Omar Haddad is coming", timeout=PATIENCE)
    expect(ana.locator("#told")).to_contain_text("Omar Haddad has it.", timeout=PATIENCE)
    fits(ana)


def test_my_work_and_the_case_change_without_a_reload(demo: Demo, as_person: AsPerson) -> None:
    omar, ana = as_person("Omar Haddad"), as_person("Ana Ruiz")
    number = report(ana, demo, "They stand at the desk and want to know why.")
    expect(omar.locator(f"#mine-{number}")).to_contain_text("Still here", timeout=PATIENCE)
    omar.goto(f"{demo.site}/cases/{number}")
    expect(ana.locator("#here")).to_contain_text("Seen", timeout=PATIENCE)
    ana.get_by_role("button", name="The patient has left").click()
    expect(ana.locator("#here")).to_contain_text("Nobody need come any more")
    expect(omar.locator("#asked [data-asked]")).to_have_count(0, timeout=PATIENCE)
    expect(omar.locator("#tags")).not_to_contain_text("Still here", timeout=PATIENCE)
    omar.reload()
    omar.get_by_role("button", name="I have it").click()  # nothing new is left on his list for the tests that follow
    expect(omar.locator(".step.now")).to_contain_text("Speak with the patient", timeout=PATIENCE)


# What the notice asks, and what it would have asked.
COUNT = """() => {
  window.sent = window.held = 0;
  window.isHidden = false;
  Object.defineProperty(document, "hidden", { configurable: true, get: () => window.isHidden });
  document.addEventListener("htmx:beforeSend", (event) => { window.sent += event.target.id === "asked-again"; });
  document.addEventListener("htmx:beforeRequest", (event) => {
    window.held += event.target.id === "asked-again" && event.defaultPrevented;
  });
}"""
TURN = """(hidden) => {
  window.isHidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
  return window.sent;
}"""


def test_a_hidden_tab_asks_nothing_and_asks_at_once_when_it_is_looked_at(demo: Demo, as_person: AsPerson) -> None:
    omar = as_person("Omar Haddad")
    omar.evaluate(COUNT)
    wait_for(lambda: omar.evaluate("window.sent") > 0, 60)
    sent = omar.evaluate(TURN, True)
    wait_for(lambda: omar.evaluate("window.held") >= 2, 60)
    assert omar.evaluate("window.sent") == sent
    assert omar.evaluate(TURN, False) == sent + 1


def test_who_is_signed_off_for_being_idle_keeps_the_words_on_the_page(demo: Demo, as_person: AsPerson) -> None:
    ana = as_person("Ana Ruiz")
    ana.goto(f"{demo.site}/report")
    ana.get_by_label("What happened?").fill("Half a sentence")
    ana.route("**/asked*", lambda route: route.fulfill(status=200, headers={"HX-Redirect": "/sign-in?idle=1"}))
    expect(ana.locator("#asked-again")).to_have_count(0, timeout=PATIENCE)
    notice = ana.get_by_role("region", name="You are signed off")
    expect(notice).to_contain_text("will not tell you of a patient who is still here until you sign in again")
    expect(notice).to_contain_text("Copy what you typed first")
    expect(notice.get_by_role("link", name="Sign in again")).to_have_attribute("href", "/sign-in?idle=1")
    expect(ana.get_by_label("What happened?")).to_have_value("Half a sentence")
    assert ana.url == f"{demo.site}/report"
    fits(ana)


def test_a_case_with_half_a_note_stays_when_its_own_part_is_sent_to_sign_in(demo: Demo, as_person: AsPerson) -> None:
    """Every part that asks by itself is answered so after the sign-off; without words the page goes to sign in."""
    omar = as_person("Omar Haddad")
    omar.locator("a.work-item", has_text="Willa Saldana").click()  # a case with words to write on it
    omar.wait_for_url("**/cases/UP-*")
    case = omar.url
    omar.locator("details:has(form[data-draft] textarea)").evaluate_all("all => all.forEach(one => one.open = true)")
    field = omar.locator("form[data-draft] textarea:visible").first
    field.fill("Half a sentence")
    for part in ("**/rail?*", "**/asked*"):
        omar.route(part, lambda route: route.fulfill(status=200, headers={"HX-Redirect": "/sign-in?idle=1"}))
    with omar.expect_response(lambda answer: "/rail" in answer.url, timeout=PATIENCE):
        pass
    expect(omar.get_by_role("region", name="You are signed off")).to_be_visible(timeout=PATIENCE)
    expect(field).to_have_value("Half a sentence")
    omar.evaluate("sessionStorage.clear()")
    with omar.expect_request("**/sign-in?idle=1", timeout=PATIENCE):
        omar.goto(case)
