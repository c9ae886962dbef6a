"""A world for each test of listening."""

from tests.listening.worlds import monday, world, world_of

__all__ = ["monday", "world", "world_of"]
