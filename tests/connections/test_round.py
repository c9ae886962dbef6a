"""A whole round as the engine makes it, with real threads, databases and simulators: what the page then shows."""

import re
from collections.abc import Iterator

import pytest
from tests.conftest import Cast, make_cast
from tests.connections.conftest import KEY, Run, connect
from tests.simulators.open_dental.caller import Practice
from tests.simulators.slack.driver import Slack

from amends.connections.models import LastKnown
from amends.connections.refresh import refresh_checks
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN
from amends.simulators.slack.simulator import SlackSimulator

OPEN_DENTAL, SLACK = "open_dental.main", "slack.main"


@pytest.fixture
def group(committed: None) -> Cast:
    return make_cast()


@pytest.fixture
def office(group: Cast, run: Run) -> Practice:
    office = run()
    connect(office)
    return office


@pytest.fixture
def slack(group: Cast) -> Iterator[Slack]:
    simulator = SlackSimulator(clock=Clock(), rate_limit=False)
    server = Server(simulator)
    server.start()
    workspace = SlackWorkspace.objects.create(
        key="main",
        name="Bluebell & Finch",
        api_url=f"{server.url}/api/",
        bot_token=BOT_TOKEN,
        leaders_channel="C0LEADERS",
    )
    for manager in (group.omar, group.ruth, group.rita):
        set_user(workspace, manager, f"U0{manager.pk}", SlackPerson.How.TYPED)
    yield Slack(simulator, server)
    server.stop()


def next_round() -> dict[str, str]:
    """The half minute is over; the state of every neighbor afterwards."""
    LastKnown.objects.update(taken_at=None)
    assert refresh_checks()
    return dict(LastKnown.objects.values_list("key", "state"))


def test_each_trouble_is_on_the_page_after_one_round_and_gone_after_the_next(office, slack, group, client_for):
    states = next_round()
    assert {states[OPEN_DENTAL], states[SLACK]} == {"works"}
    client = client_for(group.alex)
    page = client.get("/connections/").content.decode()
    assert "Open Dental takes the keys." in page
    office.set(customer_key=KEY, enabled=False)
    slack.control("revoke", token=BOT_TOKEN, revoked=True)
    states = next_round()
    assert {states[OPEN_DENTAL], states[SLACK]} == {"down"}
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/connections/").content.decode()).split())
    assert "Repair: Enter both keys again" in page
    assert "Repair: Install the app in Slack again" in page
    office.set(customer_key=KEY, enabled=True)
    slack.control("revoke", token=BOT_TOKEN, revoked=False)
    states = next_round()
    assert {states[OPEN_DENTAL], states[SLACK]} == {"works"}
    assert "Repair: Enter both keys again" not in client.get("/connections/").content.decode()


def test_test_now_asks_open_dental_at_once(office, group, client_for):
    next_round()
    office.set(customer_key=KEY, permissions=["ReadAll", "Comm", "Queries"])
    answer = client_for(group.alex).post(f"/connections/{OPEN_DENTAL}/test", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "CommLogs only." in page
    assert "Tasks: a person enters them, with the text ready." in page
