"""The guided run as a whole: it goes on where it stopped, for the administrator only, also without any API."""

import html
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.conftest import Cast
from tests.setup.conftest import Connect, Go, kept
from tests.setup.page import Page
from tests.simulators.open_dental.caller import Practice

from amends.practice.models import Office, Person, Post
from amends.setup import progress
from amends.setup.models import Draft, Reading
from amends.setup.steps import Step
from amends.web.templatetags.amends import spoken


def test_a_group_without_an_office_sends_its_administrator_to_the_set_up(client: Client) -> None:
    assert Page.open(client, "/").url == "/setup/open-dental"


def test_everybody_else_sees_that_it_is_being_set_up(alex: Person) -> None:
    lee = Person.objects.create(email="lee@bluebellfinch.example", name="Lee Hartwell")
    Post.objects.create(person=lee, role="leader")
    browser = Client()
    browser.force_login(lee)
    page = Page.open(browser, "/")
    assert page.url == "/"
    assert "Amends is being set up" in page.text
    assert "Setting up" not in page.links
    assert browser.get("/setup/").status_code == 404


def test_with_an_office_the_administrator_has_my_work_and_a_way_to_the_set_up(group: Cast, client_for) -> None:
    page = Page.open(client_for(group.alex), "/")
    assert page.url == "/"
    assert page.links["Setting up"] == "/setup/"


def test_an_administrator_of_one_region_sets_nothing_up(group: Cast, client_for) -> None:
    Post.objects.filter(person=group.alex).delete()
    Post.objects.create(person=group.alex, role="administrator", region=group.maple.region)
    assert client_for(group.alex).get("/setup/").status_code == 404
    assert "Setting up" not in Page.open(client_for(group.alex), "/").links


def test_it_goes_on_where_it_stopped_and_every_step_can_be_seen_again(
    connect: Connect, practice: Practice, go: Go
) -> None:
    connect(practice).press("It is right, go on")
    assert go().url == "/setup/offices"
    go("offices").press("Save and go on")
    assert go().url == "/setup/hours"
    assert go("open-dental").status == 200
    assert go().url == "/setup/hours"
    for step in Step:
        progress.go_on(step)
    assert go().url == "/setup/summary"


def test_the_steps_say_where_one_is_and_how_each_stands(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    page = go("offices").press("Save and go on")
    assert "step 3 of 8" in page.text
    assert re.search(r'href="/setup/hours" aria-current="step"', page.html)
    for words in ("1 database connected", "12 offices", "12 offices have no office manager", "Nobody writes the Tasks"):
        assert words in page.text


def test_what_is_typed_goes_with_its_sealed_draft_when_it_is_in_effect(go: Go, alex: Person) -> None:
    go("offices").press("Keep for later", {"new-name": "Maple Street"})
    assert Draft.objects.get().by == alex
    go("offices").press("Save and go on", {"new-zone": "Eastern (New York)"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("step", "shown", "missed"),
    [
        ("people", "(user 1", "The users of Bluebell & Finch Dental could not be read again"),
        ("inboxes", "Amends (1)", "Not all could be read again"),
        ("commlog-type", "Upset patient", "The types could not be read again"),
    ],
)
def test_what_was_read_stays_where_a_later_reading_fails(
    connect: Connect, practice: Practice, go: Go, step: str, shown: str, missed: str
) -> None:
    connect(practice)
    go("offices").press("Save and go on")
    assert shown in go(step).html
    read_at = Reading.objects.latest("pk").read_at
    assert read_at
    practice.server.stop()
    page = go(step).press("Read Open Dental again")
    assert missed in html.unescape(page.html)
    assert f"as read at {spoken(read_at, ZoneInfo('America/New_York'))}" in page.text
    assert shown in page.html
    assert go(step).status == 200


def test_a_whole_run_writes_nothing_into_open_dental_before_the_test(
    connect: Connect, practice: Practice, go: Go
) -> None:
    before = kept(practice)
    connect(practice).press("It is right, go on")
    page = go("offices").press("Save and go on")
    page = page.press("Save and go on")
    while page.says("Save and show the next part"):
        page = page.press("Save and show the next part")
    page = page.press("Save and go on").press("Save and go on").press("Save and go on")
    assert page.url == "/setup/try"
    page = page.press("Leave the test out")
    assert page.press("Start").url == "/"
    assert kept(practice) == before


def test_an_office_with_no_api_at_all_is_set_up_by_hand(go: Go) -> None:
    page = go().press("Go on without Open Dental")
    page = page.press("Save and go on", {"new-name": "Maple Street", "new-zone": "Eastern (New York)"})
    page = page.press("Save and go on", {"sat": "9 am - 12:00"})
    typed = {"new-name": "Omar Haddad", "new-email": "omar@bluebellfinch.example", "new-role_0": "Office manager"}
    page = page.press("Save and go on", typed).follow("I have noted them, go on")
    page = page.press("Go on").press("Go on").press("Go on")
    assert page.url == "/setup/summary"
    for words in (
        "Not connected: everything by hand",
        "Patients’ names are typed",
        "No leader",
        "Neither Slack nor e-mail is set up",
    ):
        assert words in page.text
    assert page.press("Start").url == "/"
    assert Post.objects.filter(office=Office.objects.get(), role="office_manager").exists()
    assert go().url == "/setup/summary"
    assert "Started" in go().text


def test_the_summary_of_nothing_does_not_start(go: Go) -> None:
    page = go("summary")
    assert not page.says("Start")
    assert "Nobody can report an upset patient yet." in page.text


def test_a_group_that_came_from_a_file_stands_there_as_it_is(group: Cast, client_for) -> None:
    page = Page.open(client_for(group.alex), "/setup/summary")
    assert "2 offices" in page.text
    assert "No office manager: Harbor View" in page.text
    assert "Every inbox is known" not in page.text


@pytest.mark.parametrize("step", ["nothing", "summary/start"])
def test_a_step_that_is_none_is_not_there(client: Client, step: str) -> None:
    assert client.post(f"/setup/go-on/{step}").status_code == 404
    assert client.post("/setup/read-again/offices").status_code == 404
