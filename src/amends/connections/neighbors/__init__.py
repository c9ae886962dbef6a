"""The only list of what is looked at; the checks of each neighbor lie in a file of its own."""

from amends.connections.checks import Neighbor
from amends.connections.neighbors import (
    backups,
    database,
    deliveries,
    email,
    google,
    open_dental,
    people,
    review_tools,
    settings,
    slack,
)


def first() -> list[Neighbor]:
    """What everything else rests on: the settings, and the database, which need not be there to be looked at."""
    return [settings.neighbor(), database.neighbor()]


def everybody(*, thorough: bool = False) -> list[Neighbor]:
    """Everything that Amends needs, in the order in which people read it; reads our own database.

    A `thorough` look also reads again what seldom changes.
    """
    leaders = slack.neighbors() or [email.neighbor()]
    ours = [deliveries.neighbor(), people.neighbor(), *first(), backups.neighbor()]
    reviews = [*google.neighbors(), *review_tools.neighbors()]
    return [*open_dental.neighbors(thorough=thorough), *leaders, *reviews, *ours]
