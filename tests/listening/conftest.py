"""A world for each test of listening."""

from tests.listening.worlds import world, world_of

__all__ = ["world", "world_of"]
