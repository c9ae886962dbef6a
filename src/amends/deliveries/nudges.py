"""A nudge says that there may be something to deliver. It may be lost: the row is the truth, and is found without it.

The embedded engine is woken in its own process, after the commit. The scaled one by a job that is enqueued in the same
transaction (`jobs.py`), so that a worker on another machine is woken, and only for what was committed.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

_sleepers: list[Callable[[], None]] = []


def on_nudge(wake: Callable[[], None]) -> None:
    """Registers what is called when this process is nudged."""
    _sleepers.append(wake)


def no_more_nudges(wake: Callable[[], None]) -> None:
    """Takes back `on_nudge`; nothing where it was not registered."""
    _sleepers[:] = [registered for registered in _sleepers if registered != wake]


def nudge() -> None:
    """To be called in the transaction that wrote deliveries or made them due."""
    if settings.ENGINE == "procrastinate":
        from amends.deliveries import jobs  # procrastinate has no place in a process that does not need it

        jobs.enqueue()
    else:
        transaction.on_commit(wake)


def wake() -> None:
    """Wakes the engine of this process, if it has one."""
    for sleeper in _sleepers:
        sleeper()
