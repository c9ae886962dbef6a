"""A world for each test of listening."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from tests.conftest import Cast
from tests.listening.world import World

from amends.simulators.open_dental.settings import Settings

MakeWorld = Callable[..., World]


@pytest.fixture
def monday() -> Iterator[None]:
    """Five past two at the office, so that its day does not end within a test."""
    with time_machine.travel(datetime(2026, 3, 2, 19, 5, tzinfo=UTC)):
        yield


@pytest.fixture
def world_of(monday: None, group: Cast) -> Iterator[MakeWorld]:
    """Makes a world with these settings of its simulator; it is heard from now on."""
    made: list[World] = []

    def make(settings: Settings | None = None, *, begin: bool = True, key: str = "main") -> World:
        world = World(settings, key=key)
        made.append(world)
        if begin:
            world.begin()
        return world

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(world_of: MakeWorld) -> World:
    return world_of()
