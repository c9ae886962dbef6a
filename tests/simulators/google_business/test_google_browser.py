"""The pages in a real browser: accessible, no sideways scrolling, and what a person does there from end to end."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.run import chromium
from tests.simulators.google_business.driver import Google
from tests.simulators.google_business.receiver import receiving
from tests.simulators.google_business.test_google_oauth import ASKED

pytestmark = pytest.mark.browser
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
Start = Callable[..., Google]
SLOW = 60_000.0  # milliseconds


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
def page(google: Google, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=google.server.url)
    context.set_default_timeout(SLOW)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (360, "light"), (1440, "light")])
def test_every_page_passes_axe_and_fits(google: Google, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    name = google.write(text="W" * 200, media=[{"thumbnailUrl": "https://photos.example/t.jpg"}])
    google.control("hide", review=google.write())
    google.reply(name, "Thank you.")
    google.faults("status:503", path="/v1/")
    google.faults("late_commit:20:504", method="PUT", path="/v4/accounts/*/locations/*/reviews/*/reply")
    place, review = google.location("lakeside").rpartition("/")[2], name.rpartition("/")[2]
    with receiving(google) as endpoint:
        google.control("notify", review=name)
        endpoint.until(1)
    consent = f"/o/oauth2/v2/auth?{urlencode(ASKED)}"
    for path in ("/", f"/places/{place}", "/google", "/pushes", "/switches", f"/reply/{review}", consent):
        page.goto(path)
        for summary in page.locator("summary").all()[:4]:
            summary.click()
        fits(page, path)


def fits(page: Page, place: str) -> None:
    found = Axe().run(page).response["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    assert told == [], place
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), place


def test_a_person_writes_google_approves_and_the_public_reads_the_reply(google: Google, page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Lakeside").click()
    page.get_by_text("As one of the public").click()
    form = page.locator("section").filter(has=page.get_by_role("heading", name="Write a review"))
    form.get_by_label("1 star", exact=True).check()
    form.get_by_label("Your name").fill("Jen M")
    form.get_by_label("What happened").fill("My crown fell out twice.")
    form.get_by_role("button", name="Post the review").click()
    written = page.locator("article").filter(has_text="My crown fell out twice.").first
    expect(written).to_be_visible(timeout=SLOW)
    name = google.reviews(google.location("lakeside"))[0]["name"]
    google.reply(name, "We read every comment.")
    page.get_by_role("link", name="As Google").click()
    waiting = page.locator("article").filter(has_text="My crown fell out twice.").first
    waiting.get_by_role("button", name="Approve the reply").click()
    expect(waiting).to_have_count(0, timeout=SLOW)
    page.get_by_role("link", name="Places").click()
    page.get_by_role("link", name="Lakeside").click()
    expect(page.get_by_text("We read every comment.").first).to_be_visible(timeout=SLOW)
    assert google.review(name)["reviewReply"]["reviewReplyState"] == "APPROVED"


def test_the_consent_page_leads_back_to_another_address(google: Google, start: Start, page: Page) -> None:
    back = f"{start().server.url}/"  # another port is another origin
    page.goto(f"/o/oauth2/v2/auth?{urlencode({**ASKED, 'redirect_uri': back})}")
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{back}?**", timeout=SLOW)
    assert "code=" in page.url
