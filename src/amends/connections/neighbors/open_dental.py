"""Stub until the client is there."""

from amends.connections.checks import Neighbor

PREFIX = "open_dental."
ALLOWED = "allowed"


def neighbors() -> list[Neighbor]:
    return []
