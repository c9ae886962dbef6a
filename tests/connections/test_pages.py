"""The Connections page: what is known at once, without asking anybody; a test when somebody presses it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.cases.story import opened
from tests.conftest import Cast
from tests.connections.conftest import Look

from amends.connections import pages, refresh
from amends.connections.checks import REACHED, Check, Neighbor, down, works
from amends.connections.models import LastKnown
from amends.connections.neighbors import everybody, open_dental
from amends.deliveries.models import Delivery, State
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.models import Group, Person, Post

PAGE, TEST = "/connections/", "/connections/slack.main/test"
HTMX = {"HX-Request": "true"}
WELL = works(REACHED, "Reached", "Slack answers.")
AWAY = down(REACHED, "Reached", "Slack did not answer.", "Look at <the> network; run `amends doctor`.")


class Slack:
    """Slack as a test wants it; the page must not look at it by itself."""

    def __init__(self) -> None:
        self.checks: Sequence[Check] = [WELL]
        self.looks = 0

    def look(self, seconds: float) -> Sequence[Check]:
        self.looks += 1
        return self.checks


@pytest.fixture
def slack(group: Cast, monkeypatch: pytest.MonkeyPatch) -> Slack:
    """The group with one neighbor far away and one at home."""
    SlackWorkspace.objects.create(key="main", name="Bluebell & Finch")
    slack = Slack()
    neighbors = [
        Neighbor("people", "People and offices", lambda seconds: [works("managers", "Managers", "All there.")]),
        Neighbor("slack.main", "Slack: Bluebell & Finch", slack.look, far=True),
    ]
    for module in (pages, refresh):
        monkeypatch.setattr(module, "everybody", lambda **_: neighbors)
    return slack


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_before_the_first_look_the_page_says_so_and_asks_nobody(group, slack, client_for):
    page = words(client_for(group.alex).get(PAGE))
    assert "Nothing has been looked at yet." in page
    assert "Not looked at yet." in page
    assert slack.looks == 0


def test_the_page_shows_what_is_known_and_asks_nobody(group, slack, client_for):
    refresh.refresh_checks()
    page = words(client_for(group.alex).get(PAGE))
    assert slack.looks == 1
    assert "Everything works." in page
    assert "Slack answers." in page


def test_trouble_comes_first_with_since_when_and_its_repair(group, slack, client_for):
    at = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)  # five past two at the offices
    with time_machine.travel(at, tick=False):
        slack.checks = [AWAY]
        refresh.refresh_checks()
    with time_machine.travel(at + timedelta(seconds=50), tick=False):
        answer = client_for(group.alex).get(PAGE)
    page = words(answer)
    assert "Needs you: Slack: Bluebell &amp; Finch." in page
    assert "Down since 2:05 pm" in page
    assert "Repair: Look at &lt;the&gt; network; run amends doctor ." in page
    assert b"<code>amends doctor</code>" in answer.content
    assert page.index("Slack did not answer.") < page.index("People and offices")


def test_an_engine_that_does_not_run_is_told_above_all(group, slack, client_for):
    refresh.refresh_checks()
    LastKnown.objects.update(taken_at=timezone.now() - timedelta(minutes=10))
    refresh.look_now("slack.main")  # a test by hand does not make the rest any newer
    assert "This is old: nobody has looked since" in words(client_for(group.alex).get(PAGE))


def test_the_page_asks_again_by_itself_for_its_cards_only(group, slack, client_for):
    refresh.refresh_checks()
    answer = client_for(group.alex).get(PAGE, headers=HTMX)
    assert b"<html" not in answer.content
    assert "Slack answers." in words(answer)


def test_test_now_looks_and_answers_with_the_card(group, slack, client_for):
    slack.checks = [AWAY]
    refresh.refresh_checks()
    slack.checks = [WELL]
    answer = client_for(group.alex).post(TEST, headers=HTMX)
    assert answer.content.strip().startswith(b"<section")
    assert "Slack answers." in words(answer)
    assert "tested just now: works." in words(answer)
    assert LastKnown.objects.get(key="slack.main").state == "works"


def test_test_now_works_without_javascript(group, slack, client_for):
    slack.checks = [AWAY]
    client = client_for(group.alex)
    answer = client.post(TEST)
    assert (answer.status_code, answer["Location"]) == (303, "/connections/#connection-slack-main")
    page = words(client.get(PAGE))
    assert "Slack: Bluebell &amp; Finch, tested just now: down." in page
    assert "Slack did not answer." in page


def test_what_is_not_there_cannot_be_tested(group, slack, client_for):
    assert client_for(group.alex).post("/connections/nosuch/test").status_code == 404


def test_what_waits_for_a_neighbor_stands_beside_it_and_leads_to_deliveries(group, slack, client_for):
    refresh.refresh_checks()
    opened(group.maple, group.ana)
    first, second = Delivery.objects.order_by("no")
    for row in (first, second):
        row.channel, row.target = "slack.message", "leaders"
        row.save()
    client = client_for(group.alex)
    assert "2 deliveries wait " in words(client.get(PAGE)) + " "
    first.state = State.BY_HAND
    first.save()
    assert "2 deliveries wait, 1 of them for a person" in words(client.get(PAGE))
    second.state, second.target = State.PROVED, "main"
    second.save()
    answer = client.get(PAGE)
    assert "1 delivery waits for a person" in words(answer)
    assert b'<a href="/deliveries/">1 delivery' in answer.content


def test_an_administrator_of_a_region_sees_the_page_and_counts_what_is_theirs(group, slack, client_for):
    Post.objects.filter(person=group.alex).update(region=group.harbor.region)
    group.alex.save()
    opened(group.maple, group.ana)
    Delivery.objects.update(channel="slack.message", target="main")
    assert "deliver" not in words(client_for(group.alex).get(PAGE)).partition("Slack:")[2].partition("Amends")[0]


@pytest.mark.parametrize("name", ["ana", "omar", "rita", "lee", "pia"])
def test_for_everybody_else_there_is_no_such_page(group, slack, client_for, name):
    client = client_for(group.people[name])
    assert client.get(PAGE).status_code == 404
    assert client.post(TEST).status_code == 404
    assert slack.looks == 0
    assert "Connections" not in words(client.get("/"))


def test_the_head_leads_an_administrator_there(group, client_for):
    assert b'<a href="/connections/"' in client_for(group.alex).get("/").content


def test_while_a_group_has_no_office_yet_its_administrator_sees_the_page(db, client_for):
    Group.objects.create(name="Bluebell & Finch Dental")
    alex = Person.objects.create(name="Alex Marsh", email="alex@bluebellfinch.example")
    Post.objects.create(person=alex, role="administrator")
    client = client_for(alex)
    assert client.get(PAGE).status_code == 200
    assert b'<a href="/connections/"' in client.get("/").content
    alex.is_active = False
    alex.save()
    assert client.get(PAGE).status_code != 200


def test_what_needs_a_person_leads_an_administrator_to_the_connections_and_nobody_else(group, client_for):
    opened(group.maple, group.ana)
    Delivery.objects.update(state=State.BY_HAND)
    link = b'<a href="/connections/">'
    for sentence in (b"What is down, and how to repair it: " + link, b"The repair stands on " + link):
        assert sentence in client_for(group.alex).get("/deliveries/").content
    assert link not in client_for(group.omar).get("/deliveries/").content


def test_every_neighbor_has_its_own_place_on_the_page(group):
    SlackWorkspace.objects.create(key="main", name="Bluebell & Finch")
    keys = [neighbor.key for neighbor in everybody()]
    assert len({pages.anchor(key) for key in keys}) == len(keys)


# ---- a practice under another name


@pytest.fixture
def moved(group: Cast, row: OpenDentalDatabase, look: Look, monkeypatch: pytest.MonkeyPatch) -> OpenDentalDatabase:
    """The keys of Maple Street open what once had another title."""
    look()
    OpenDentalDatabase.objects.update(practice={**OpenDentalDatabase.objects.get().practice, "title": "Fairmeadow"})

    def everybody(**_: bool) -> list[Neighbor]:
        [there] = open_dental.neighbors()
        return [Neighbor(there.key, there.name, there.look)]  # looks in this thread, which sees what the test wrote

    for module in (pages, refresh):
        monkeypatch.setattr(module, "everybody", everybody)
    return row


SAME = "/connections/open_dental.main/same-practice"


def test_a_practice_with_a_new_name_is_accepted_by_a_press(group, moved, client_for):
    client = client_for(group.alex)
    assert client.post(SAME).status_code == 404, "nobody has seen that it was moved"
    client.post("/connections/open_dental.main/test")
    assert f'action="{SAME}"' in client.get(PAGE).content.decode()
    assert client_for(group.omar).post(SAME).status_code == 404
    assert client.post(SAME).status_code == 303
    page = client.get(PAGE).content.decode()
    assert SAME not in page
    assert "Open Dental takes the keys." in page
    assert client.post(SAME).status_code == 404
