"""The engine: threads that deliver, and one for each chore. In the site's own process, or in workers of their own."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, close_old_connections, connection

from amends.deliveries import nudges
from amends.deliveries.runner import Channels, run_one

log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0  # seconds: rows of another process, and rows whose time comes, have nobody who nudges
_STEP_BACK, _STEPS_BACK = 0.02, 50  # seconds, times: a second at most


@dataclass(frozen=True)
class Chore:
    """Something that is done again and again beside the deliveries, `every` so many seconds, in a thread of its own.

    What it answers does not matter: True or False says whether there was anything to do.
    """

    name: str
    every: float
    work: Callable[[], bool]


class Engine:
    """Starts and stops the threads. `channels` finds a channel by name.

    While `people_wait` (a page is being made), deliveries step back for a moment, never for good.
    """

    def __init__(
        self,
        channels: Channels,
        *,
        threads: int,
        people_wait: Callable[[], bool] = lambda: False,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._channels = channels
        self._people_wait = people_wait
        self._stopping = threading.Event()
        self._work = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._run, name=f"deliveries-{n}", daemon=True) for n in range(threads)
        ]
        self._threads += [
            threading.Thread(target=self._see_to, args=(chore,), name=chore.name, daemon=True) for chore in chores
        ]

    def start(self) -> None:
        nudges.on_nudge(self.nudge)
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """There may be something to deliver: wakes a thread for each of the usual two deliveries of an event."""
        self._work.release(2)

    def stop(self, timeout: float = 10.0) -> None:
        """Lets each thread finish what it is sending, for at most `timeout` seconds each."""
        nudges.no_more_nudges(self.nudge)
        self._stopping.set()
        self._work.release(len(self._threads))
        for thread in self._threads:
            thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._let_people_go_first()
            if not self._guarded("deliveries.run", lambda: run_one(self._channels)):
                self._work.acquire(timeout=_LOOK_EVERY)
        connection.close()

    def _let_people_go_first(self) -> None:
        for _ in range(_STEPS_BACK):
            if not self._people_wait() or self._stopping.wait(_STEP_BACK):
                return

    def _see_to(self, chore: Chore) -> None:
        while not self._stopping.is_set():
            self._guarded(chore.name, chore.work)
            self._stopping.wait(chore.every)
        connection.close()

    def _guarded(self, what: str, work: Callable[[], bool]) -> bool:
        """A thread outlives a database that is away or full: it says so, waits a little, and goes on."""
        try:
            close_old_connections()
            return work()
        except DatabaseError as error:
            log.error(f"{what}.database", error=type(error).__name__)
        except Exception:
            log.exception(f"{what}.fault")
        self._stopping.wait(_LOOK_EVERY)
        return False
