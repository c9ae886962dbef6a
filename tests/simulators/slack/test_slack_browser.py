"""The pages in a real browser: accessible, no sideways scrolling, and what one types stays while the app changes it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.run import chromium
from tests.simulators.slack.bolt import CARD, MODAL, Bolt, over_http
from tests.simulators.slack.driver import Slack

pytestmark = pytest.mark.browser
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SLOW = 60_000.0  # milliseconds
NORTH = "/as/U0RITA/archives/C0NORTH"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def bolt(slack: Slack) -> Iterator[Bolt]:
    with over_http(slack) as there:
        yield there


@pytest.fixture
def page(slack: Slack, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=slack.server.url)
    context.set_default_timeout(SLOW)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1440, "light")])
def test_every_page_passes_axe_and_fits(slack: Slack, bolt: Bolt, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="UP-1", blocks=CARD)["ts"]
    slack.client.chat_postMessage(channel="C0NORTH", text="taken", thread_ts=ts)
    slack.client.chat_postEphemeral(channel="C0NORTH", user="U0RITA", text="a hint")
    slack.client.views_publish(user_id="U0RITA", view={"type": "home", "blocks": CARD})
    slack.rule("COMMAND", "lost")
    slack.control("command", user="U0RITA", channel="C0NORTH", command="/upset")
    for place in ("/", NORTH, "/as/U0RITA/home"):
        page.goto(place)
        fits(page, place)
    page.goto(NORTH)
    page.get_by_text("⋯").first.click()
    fits(page, "what one may do with a message")
    page.get_by_label("Message, or a /command").fill("/upset")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("What happened").fill("x")
    page.get_by_label("How bad").select_option("2")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Please say a little more.")).to_be_visible(timeout=SLOW)
    fits(page, "a modal with an error")


def fits(page: Page, place: str) -> None:
    found = Axe().run(page).response["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    assert told == [], place
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), place


def test_what_is_typed_stays_while_the_app_changes_the_modal(slack: Slack, bolt: Bolt, page: Page) -> None:
    page.goto(NORTH)
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    view = slack.client.views_open(trigger_id=trigger, view=MODAL)["view"]
    page.get_by_label("What happened").fill("They waited")  # it came by itself
    page.get_by_label("How bad").select_option("2")
    later = {**MODAL, "title": {"type": "plain_text", "text": "Report, again"}}
    slack.client.views_update(view_id=view["id"], view=later)
    expect(page.get_by_role("heading", name="Report, again")).to_be_visible(timeout=SLOW)
    assert page.get_by_label("What happened").input_value() == "They waited"
    assert page.get_by_label("How bad").input_value() == "2"
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW)


def test_enter_submits_a_modal_and_presses_no_button_in_it(slack: Slack, bolt: Bolt, page: Page) -> None:
    button = {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "n", "text": {"type": "plain_text", "text": "N"}}],
    }
    line = {**MODAL["blocks"][0], "element": {"type": "plain_text_input", "action_id": "text"}}
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    slack.client.views_open(trigger_id=trigger, view={**MODAL, "blocks": [button, line]})
    page.goto(NORTH)
    page.get_by_label("What happened").fill("They waited.")
    page.get_by_label("What happened").press("Enter")
    bolt.until_heard("submit")
    assert [one["kind"] for one in slack.deliveries] == ["VIEW"]


def test_a_button_with_an_address_opens_it_and_tells_the_app(slack: Slack, bolt: Bolt, page: Page) -> None:
    url = f"{slack.server.url}/home/U0RITA"
    link = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Open"}, "url": url}
    slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=[{"type": "actions", "elements": [link]}])
    page.goto(NORTH)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open").click()
    assert opened.value.url == url
    bolt.until_heard("take")
