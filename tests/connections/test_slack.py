"""Slack as the administrator sees it, against the simulated workspace: each trouble has its repair, and heals."""

from collections.abc import Iterator

import pytest
from tests.connections.says import by_key, states
from tests.integrations.servers import LOOPBACK
from tests.ports import free_port
from tests.simulators.slack.driver import Slack

from amends.connections.checks import REACHED, Check, State
from amends.connections.neighbors.slack import look
from amends.integrations.slack.models import SlackWorkspace
from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN, SCOPES
from amends.simulators.slack.simulator import SlackSimulator

LEADERS = "C0LEADERS"
ALL = {REACHED: "works", "token": "works", "channel": "works", "looking": "works"}


@pytest.fixture
def slack() -> Iterator[Slack]:
    simulator = SlackSimulator(clock=Clock(), rate_limit=False)
    server = Server(simulator)
    server.start()
    yield Slack(simulator, server)
    server.stop()


@pytest.fixture
def row(slack: Slack) -> SlackWorkspace:
    return SlackWorkspace(
        key="main",
        name="Bluebell & Finch",
        api_url=f"{slack.server.url}/api/",
        bot_token=BOT_TOKEN,
        leaders_channel=LEADERS,
    )


def told(row: SlackWorkspace) -> dict[str, Check]:
    return by_key(look(row, 8.0))


def scopes(slack: Slack, *without: str) -> None:
    slack.control("scopes", scopes=[scope for scope in SCOPES if scope not in without])


def test_all_is_well_and_nothing_was_posted(slack: Slack, row: SlackWorkspace) -> None:
    before = slack.messages
    assert states(look(row, 8.0)) == ALL
    assert slack.messages == before


def test_a_token_that_was_taken_back_is_down_and_heals(slack: Slack, row: SlackWorkspace) -> None:
    slack.control("revoke", token=BOT_TOKEN, revoked=True)
    check = told(row)["token"]
    assert (check.state, "Install the app in Slack again" in check.repair) == (State.DOWN, True)
    slack.control("revoke", token=BOT_TOKEN, revoked=False)
    assert states(look(row, 8.0)) == ALL


def test_a_wrong_token_is_no_outage(slack: Slack, row: SlackWorkspace) -> None:
    row.bot_token = "xoxb-wrong"
    assert states(look(row, 8.0)) == {REACHED: "works", "token": "down"}
    row.bot_token = ""
    assert states(look(row, 8.0)) == {"token": "down"}


def test_an_archived_channel_is_down_and_heals(slack: Slack, row: SlackWorkspace) -> None:
    slack.control("archive", channel=LEADERS, archived=True)
    check = told(row)["channel"]
    assert (check.state, check.says) == (State.DOWN, "It is archived.")
    slack.control("archive", channel=LEADERS, archived=False)
    assert states(look(row, 8.0)) == ALL


@pytest.mark.parametrize("may_read", [True, False])
def test_an_app_that_is_no_member_is_told_to_be_invited_and_heals(
    slack: Slack, row: SlackWorkspace, may_read: bool
) -> None:
    scopes(slack, "chat:write.public", *([] if may_read else ["channels:read"]))
    slack.control("remove-bot", channel=LEADERS)
    check = told(row)["channel"]
    assert (check.state, "nvite the app" in check.repair) == (State.DOWN, True)
    slack.control("invite-bot", channel=LEADERS)
    assert states(look(row, 8.0)) == ALL


def test_an_app_that_may_post_in_every_public_channel_needs_no_invitation_but_to_look(
    slack: Slack, row: SlackWorkspace
) -> None:
    slack.control("remove-bot", channel=LEADERS)
    assert states(look(row, 8.0)) == {**ALL, "looking": "partly"}


def test_a_channel_that_does_not_exist_is_down(slack: Slack, row: SlackWorkspace) -> None:
    row.leaders_channel = "C0NOWHERE"
    assert told(row)["channel"].state is State.DOWN
    row.leaders_channel = ""
    assert told(row)["channel"].says == "No channel is chosen for the leaders."


def test_without_the_right_to_look_a_person_will_have_to(slack: Slack, row: SlackWorkspace) -> None:
    scopes(slack, "channels:history")
    check = told(row)["looking"]
    assert (check.state, "channels:history" in check.repair) == (State.PARTLY, True)


def test_without_the_right_to_post_it_is_down(slack: Slack, row: SlackWorkspace) -> None:
    scopes(slack, "chat:write", "chat:write.public")
    assert (told(row)["token"].state, "chat:write" in told(row)["token"].repair) == (State.DOWN, True)


@pytest.mark.parametrize("then", ["drop_before", "drop_after", "status:503", "truncate", "error:internal_error"])
def test_a_slack_in_trouble_is_down_and_says_nothing_of_posting(slack: Slack, row: SlackWorkspace, then: str) -> None:
    slack.faults(then)
    check = told(row)[REACHED]
    assert (check.state, "posted" in check.says) == (State.DOWN, False)
    assert states(look(row, 8.0)) == ALL


def test_trouble_in_the_middle_is_told_without_a_guess(slack: Slack, row: SlackWorkspace) -> None:
    slack.faults("drop_before", path="/conversations.info")
    assert states(look(row, 8.0)) == {REACHED: "works", "token": "works", "channel": "partly"}


def test_a_pause_is_no_trouble_that_somebody_must_repair(slack: Slack, row: SlackWorkspace) -> None:
    slack.faults("status:429")
    assert told(row)[REACHED].state is State.PARTLY


def test_no_connection_at_all_is_down(row: SlackWorkspace) -> None:
    row.api_url = f"http://{LOOPBACK}:{free_port()}/api/"
    assert states(look(row, 8.0)) == {REACHED: "down"}


def test_no_token_is_shown(slack: Slack, row: SlackWorkspace) -> None:
    for token in (BOT_TOKEN, "xoxb-wrong"):
        row.bot_token = token
        assert token not in " ".join(f"{check.says} {check.repair}" for check in look(row, 8.0))
