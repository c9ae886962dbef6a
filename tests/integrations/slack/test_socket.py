"""Socket Mode against the simulated Slack: held by one process, back by itself, and never in the way of the start."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.conftest import Cast, make_cast
from tests.ports import free_port
from tests.simulators.slack.driver import Slack

from amends.integrations.slack.inbound.socket import SocketHolder
from amends.integrations.slack.models import SlackInbound, SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.practice.models import Absence
from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import APP_TOKEN, BOT_TOKEN, TEAM_ID
from amends.simulators.slack.simulator import SlackSimulator


@pytest.fixture
def slack() -> Iterator[Slack]:
    simulator = SlackSimulator(clock=Clock(), rate_limit=False)
    server = Server(simulator)
    server.start()
    try:
        yield Slack(simulator, server)
    finally:
        server.stop()


@pytest.fixture
def workspace(own_threads: None, slack: Slack) -> Iterator[SlackWorkspace]:
    row = connect(make_cast(), f"{slack.server.url}/api/")
    yield row
    connection.close()


def connect(group: Cast, url: str) -> SlackWorkspace:
    row = SlackWorkspace.objects.create(
        name="Bluebell & Finch", api_url=url, bot_token=BOT_TOKEN, app_token=APP_TOKEN, timeout_seconds=30
    )
    for name, person in group.people.items():
        set_user(row, person, f"U0{name.upper()}", SlackPerson.How.TYPED)
    return row


@pytest.fixture
def holder(workspace: SlackWorkspace) -> Iterator[SocketHolder]:
    made = SocketHolder("one")
    yield made
    made.let_go_of_all()


def until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def noted(holder: SocketHolder) -> bool:
    holder.look()
    return row().connected_at is not None


def session(holder: SocketHolder) -> str | None:
    """Which of its sockets the holder speaks over."""
    (line,) = holder._lines.values()
    return line.handler.client.session_id()


def row() -> SlackInbound:
    return SlackInbound.objects.get()


def test_a_command_comes_over_the_socket_and_is_answered(
    slack: Slack, workspace: SlackWorkspace, holder: SocketHolder
) -> None:
    holder.look()
    assert row().connected_at is not None
    until(lambda: slack.sockets == 1, "the socket")
    told = slack.control("command", user="U0OMAR", channel="C0NORTH", command="/upset", text="away tomorrow")
    assert told["ok"]
    until(lambda: slack.messages, "the answer")
    assert slack.messages[0]["only_for"] == "U0OMAR"
    assert "Noted: away on" in slack.messages[0]["text"]
    assert Absence.objects.count() == 1
    assert SlackWorkspace.objects.get().team_id == TEAM_ID  # asked for, since nobody had entered it
    until(lambda: "U0OMAR" in slack.state["homes"], "the Home tab")


def test_one_process_holds_it_and_the_next_takes_over(
    slack: Slack, workspace: SlackWorkspace, holder: SocketHolder
) -> None:
    other = SocketHolder("other")
    try:
        holder.look()
        until(lambda: slack.sockets == 1, "the socket")
        other.look()
        assert (slack.sockets, row().held_by) == (1, "one")
        holder.let_go_of_all()
        assert (row().held_by, row().connected_at) == ("", None)
        other.look()
        assert row().held_by == "other"
        until(lambda: slack.sockets == 1, "the other one's socket")
    finally:
        other.let_go_of_all()


def test_a_process_that_died_is_followed_when_its_lease_has_run_out(
    slack: Slack, workspace: SlackWorkspace, holder: SocketHolder
) -> None:
    later = timezone.now() + timedelta(seconds=60)
    SlackInbound.objects.create(workspace=workspace, held_by="dead", held_until=later)
    holder.look()
    assert (row().held_by, slack.sockets) == ("dead", 0)
    SlackInbound.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    holder.look()
    assert row().held_by == "one"
    assert row().connected_at is not None


def test_who_lost_the_lease_hangs_up(slack: Slack, workspace: SlackWorkspace, holder: SocketHolder) -> None:
    holder.look()
    until(lambda: slack.sockets == 1, "the socket")
    SlackInbound.objects.update(held_by="other", held_until=timezone.now() + timedelta(seconds=60))
    holder.look()
    until(lambda: slack.sockets == 0, "the end of the socket")


def test_slack_that_is_down_is_said_and_called_again(workspace: SlackWorkspace, holder: SocketHolder) -> None:
    good = workspace.api_url
    SlackWorkspace.objects.update(api_url=f"http://127.0.0.1:{free_port()}/api/")
    holder.look()
    assert (row().connected_at, row().trouble) == (None, "Slack cannot be reached.")
    SlackWorkspace.objects.update(api_url=good)
    holder.look()
    assert row().trouble == ""
    assert row().connected_at is not None


def test_a_token_that_is_wrong_is_said(slack: Slack, workspace: SlackWorkspace, holder: SocketHolder) -> None:
    SlackWorkspace.objects.update(app_token="xapp-wrong")
    holder.look()
    assert row().trouble == "Slack does not accept the app token."
    SlackWorkspace.objects.update(app_token="")
    holder.look()
    assert row().held_by == ""


def test_a_line_that_breaks_comes_back(slack: Slack, workspace: SlackWorkspace, holder: SocketHolder) -> None:
    holder.look()
    until(lambda: slack.sockets == 1, "the socket")
    before = session(holder)
    slack.control("sockets", do="lose")
    until(lambda: slack.sockets == 1 and session(holder) != before, "the socket again")
    until(lambda: noted(holder), "the note of it")
    assert row().trouble == ""


def test_slack_asks_to_connect_anew(slack: Slack, workspace: SlackWorkspace, holder: SocketHolder) -> None:
    holder.look()
    until(lambda: slack.sockets == 1, "the socket")
    before = session(holder)
    slack.control("sockets", do="refresh_requested")
    until(lambda: slack.sockets == 1 and session(holder) != before, "the new socket")
    told = slack.control("command", user="U0OMAR", channel="C0NORTH", command="/upset", text="help")
    assert told["ok"]


def test_start_and_stop_wait_for_nobody(workspace: SlackWorkspace) -> None:
    SlackWorkspace.objects.update(api_url=f"http://127.0.0.1:{free_port()}/api/")
    holder = SocketHolder()
    holder.start()
    until(lambda: SlackInbound.objects.filter(trouble="Slack cannot be reached.").exists(), "the note of it")
    assert f":{os.getpid()}:" in row().held_by
    holder.stop()
    assert row().held_by == ""
