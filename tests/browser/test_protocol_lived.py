"""The protocol lived through in a browser, with both neighbours running: what the README promises."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo, wait_for

pytestmark = pytest.mark.browser
AsPerson = Callable[..., Page]


def report(page: Page, demo: Demo, *, moment: str = "At checkout", told: str, patient: int = 0) -> str:
    """Reports through the form as somebody at the desk would; the case's number."""
    page.goto(f"{demo.site}/report")
    page.locator("#schedule label.chip").nth(patient).click()
    page.locator("label.chip", has_text=moment).first.click()
    page.get_by_label("What happened?").fill(told)
    page.locator("label.chip", has_text="Billing surprise").click()
    page.get_by_role("button", name="Report it").click()
    page.wait_for_url(re.compile(r"/report/UP-\d+/told"))
    found = re.search(r"UP-\d+", page.url)
    assert found
    return found[0]


def speak_and_address(page: Page, demo: Demo, number: str) -> None:
    """Records the call and marks the case addressed, as the manager who has it."""
    page.goto(f"{demo.site}/cases/{number}")
    page.locator("label.chip", has=page.get_by_text("By phone", exact=True)).click()
    page.get_by_label("What was said?").fill("Apologized and went through the estimate line by line; they were glad.")
    page.get_by_role("button", name="I spoke with the patient").click()
    page.wait_for_load_state()
    page.locator("label.chip", has_text="Bill or record corrected").click()
    page.locator("label.chip", has_text="Estimate differed from the bill").click()
    page.get_by_role("button", name=re.compile("addressed|put right", re.IGNORECASE)).first.click()
    page.wait_for_load_state()


def closed(page: Page, demo: Demo, number: str) -> None:
    """Waits until the case has closed itself and every step of the rail shows that it is done."""

    def is_closed() -> bool:
        page.goto(f"{demo.site}/cases/{number}")
        return page.locator(".tag.stage", has_text="Closed").count() > 0

    wait_for(is_closed)
    assert page.locator(".rail .step.now").count() == 0
    assert page.locator(".rail .step.next").count() == 0
    assert page.locator(".rail .step.done").count() >= 6


def test_ana_reports_omar_puts_it_right_and_the_case_closes_itself(demo: Demo, as_person: AsPerson) -> None:
    ana = as_person("Ana Ruiz")
    number = report(ana, demo, told="Was quoted 80 and is billed 240; nobody had told them.")
    commlog = wait_for(lambda: demo.commlogs(f"[{number}.1]"))
    assert len(commlog) == 1
    assert "Ana Ruiz" in commlog[0]["Note"]
    task = wait_for(lambda: demo.tasks(f"[{number}.2]"))
    assert [row["TaskListNum"] for row in task] == [501]

    omar = as_person("Omar Haddad")
    omar.locator("a.work-item", has_text=number).click()
    omar.get_by_role("button", name="I have it").click()
    omar.wait_for_load_state()
    speak_and_address(omar, demo, number)
    wait_for(lambda: [row for row in demo.commlogs(number) if "Spoke with the patient" in row["Note"]])
    line = wait_for(lambda: [text for text in demo.slack_texts() if number in text])
    assert len(line) == 1
    assert "Bill or record corrected" in line[0]
    name = omar.get_by_role("heading", level=1).inner_text()
    assert not set(re.findall(r"\w+", line[0])) & set(name.split())
    closed(omar, demo, number)
    assert len(demo.commlogs(f"[{number}.1]")) == 1


def test_omar_cannot_put_it_right_and_rita_does(demo: Demo, as_person: AsPerson) -> None:
    number = report(as_person("Ana Ruiz"), demo, told="Wants a refund of the whole crown.", patient=1)
    omar = as_person("Omar Haddad")
    omar.goto(f"{demo.site}/cases/{number}")
    omar.get_by_role("button", name="I have it").click()
    omar.wait_for_load_state()
    omar.get_by_role("link", name="Ask the regional manager").click()
    omar.get_by_label(re.compile("why|keeps you", re.IGNORECASE)).first.fill("More than I may give.")
    omar.get_by_role("button", name=re.compile("Ask")).first.click()
    omar.wait_for_load_state()
    assert wait_for(lambda: [row for row in demo.tasks(number) if row["TaskListNum"] == 601])

    rita = as_person("Rita Lindqvist")
    expect(rita.locator("a.work-item", has_text=number)).to_be_visible()
    rita.goto(f"{demo.site}/cases/{number}")
    rita.get_by_role("button", name="I have it").click()
    rita.wait_for_load_state()
    speak_and_address(rita, demo, number)
    closed(rita, demo, number)
    assert any("Rita Lindqvist" in text and number in text for text in demo.slack_texts())


def test_what_happened_during_treatment_is_appended_to_a_clinical_note(demo: Demo, as_person: AsPerson) -> None:
    number = report(as_person("Ana Ruiz"), demo, moment="During treatment", told="The numbing wore off.", patient=2)
    written = wait_for(lambda: demo.clinical_notes(f"[{number}.1]") or demo.commlogs(f"[{number}.1]"))
    assert len(written) == 1
