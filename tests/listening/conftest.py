"""A world for each test of listening."""

from collections.abc import Callable, Iterator

import pytest
from tests.conftest import Cast
from tests.listening.world import World

from amends.simulators.open_dental.settings import Settings

MakeWorld = Callable[..., World]


@pytest.fixture
def world_of(group: Cast) -> Iterator[MakeWorld]:
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
