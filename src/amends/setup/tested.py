"""What the last test of one Open Dental found: those checks of Connections that have to do with the way there."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from amends.connections.checks import Check, State
from amends.connections.models import LastKnown
from amends.connections.neighbors.open_dental import PREFIX, neighbors
from amends.connections.neighbors.open_dental_use import ALLOWED
from amends.connections.refresh import keep

# These are what later steps are about, or begin by themselves.
_LATER = frozenset({"author", "inboxes", "comm_type", "hearing"})
# A dozen requests, at the pace that Remote mode gives to a key that may only read (open-dental-api.md 2.3).
_SECONDS = 60.0


def look_now(key: str) -> Sequence[Check]:
    """Tests one database, reading only; what was found is kept for every page that tells it."""
    neighbor = next(one for one in neighbors(thorough=True) if one.key == f"{PREFIX}{key}")
    LastKnown.objects.get_or_create(key=neighbor.key)
    began = timezone.now()
    keep(neighbor, neighbor.look(_SECONDS), began)
    return last_tests().get(key, ())


def last_tests() -> Mapping[str, Sequence[Check]]:
    """What was found last, by the key of the database; nothing of one that was never tested."""
    return {
        row.key.removeprefix(PREFIX): [check for check in row.checks if check.key not in _LATER]
        for row in LastKnown.objects.filter(key__startswith=PREFIX, checked_at__isnull=False)
    }


def gets_through(checks: Sequence[Check]) -> bool:
    """Whether a test got through, with keys that are good for something."""
    return bool(checks) and all(check.state is not State.DOWN for check in checks)


def in_short(checks: Sequence[Check]) -> str:
    """One sentence: what is wrong with the way there, else what is allowed."""
    telling = [check for check in checks if check.state is State.DOWN] + [
        check for check in checks if check.key == ALLOWED
    ]
    return telling[0].says if telling else "Not tested yet."
