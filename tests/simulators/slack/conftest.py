"""Slack simulators on real ports."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from tests.simulators.slack.driver import MORNING, Slack

from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.simulator import SlackSimulator


@pytest.fixture
def start() -> Iterator[Callable[..., Slack]]:
    """Starts simulators with flags of the test's own; all are stopped at the end."""
    servers: list[Server] = []

    def started(*, rate_limit: bool = False, **flags: Any) -> Slack:
        simulator = SlackSimulator(clock=Clock(real=lambda: MORNING), rate_limit=rate_limit, **flags)
        server = Server(simulator)
        server.start()
        servers.append(server)
        return Slack(simulator, server)

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def slack(start: Callable[..., Slack]) -> Slack:
    return start()


@pytest.fixture
def refused() -> Callable[..., str]:
    """The error of a call that must be refused."""

    def error_of(method: Callable[..., object], /, **arguments: object) -> str:
        with pytest.raises(SlackApiError) as caught:
            method(**arguments)
        return str(caught.value.response["error"])

    return error_of
