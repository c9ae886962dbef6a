"""Google Business simulators on real ports."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.simulators.google_business.driver import MORNING, Google

from amends.simulators.clock import Clock
from amends.simulators.google_business.settings import Settings
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.serving import Server


@pytest.fixture
def start() -> Iterator[Callable[..., Google]]:
    """Starts simulators with settings of the test's own; all are stopped at the end."""
    servers: list[Server] = []

    def started(**flags: Any) -> Google:
        own = {name: flags.pop(name) for name in ("seed", "state_file", "world_file") if name in flags}
        settings = Settings().changed({"rate_limit": False, **flags})
        simulator = GoogleBusinessSimulator(clock=Clock(real=lambda: MORNING), settings=settings, **own)
        server = Server(simulator)
        server.start()
        servers.append(server)
        return Google(simulator, server)

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def google(start: Callable[..., Google]) -> Google:
    return start()
