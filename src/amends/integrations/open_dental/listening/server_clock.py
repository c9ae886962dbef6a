"""The office's own clock: what is “after” is said in its time and never in ours (open-dental-api.md 5.1, 5.2)."""

from datetime import timedelta

from amends.deliveries.channel import RetryAfter
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.models import Ear
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import Provider, read_moment

from .state import OVERLAP, Listening, ServerTime

_JUMP = timedelta(minutes=1)


def ask_time(listening: Listening, office: Office, budget: Budget) -> bool:
    """Reads the server's time; the first time it begins the listening, and a clock set back sets the cursors back."""
    asked = listening.clock()
    rows = office.client.rows("providers", Provider, {"Limit": 1}, budget)
    now = next((moment for row in rows if (moment := read_moment(row.serverDateTime))), None)
    if now is None:
        raise RetryAfter("Open Dental does not tell its time.")
    expected, before = listening.server_now(), listening.server
    listening.server = ServerTime(now, asked)
    if not listening.ear.since:
        _begin_at(listening, written(now))
        listening.move_time("commlogs", now)
    elif expected and before and expected - now > _JUMP:
        # In autumn an hour comes twice: from where the clock stood right after it was set back.
        _set_back(listening, timedelta(seconds=asked - before.told))
    return False


def _begin_at(listening: Listening, since: str) -> None:
    listening.ear.since = since
    Ear.objects.filter(pk=listening.ear.pk).update(since=since)


def _set_back(listening: Listening, since_last_told: timedelta) -> None:
    assert listening.server is not None  # noqa: S101  just told
    earliest = listening.server.at - since_last_told - OVERLAP
    _begin_at(listening, min(listening.ear.since, written(earliest)))
    for what in ("commlogs", "visits"):
        at = listening.time_cursor(what)
        if at is not None and at > earliest:
            listening.move_time(what, earliest)
