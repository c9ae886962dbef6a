"""Running simulators; each test gets its own world."""

from collections.abc import Callable, Iterator

import pytest
from tests.simulators.open_dental.caller import Practice, service

from amends.simulators.open_dental.settings import Settings


@pytest.fixture
def running() -> Iterator[Callable[[Settings], Practice]]:
    """Start a simulator with given settings; all are stopped at the end."""
    started: list[Practice] = []

    def start(settings: Settings) -> Practice:
        started.append(Practice(settings))
        return started[-1]

    yield start
    for practice in started:
        practice.server.stop()


@pytest.fixture
def practice(running: Callable[[Settings], Practice]) -> Practice:
    """The newest version in Service mode with all permissions."""
    return running(service())
