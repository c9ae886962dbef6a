"""Listens to every database of this process's part: a few threads, and for each database its next turn.

One turn does one chore, which is one request or a few; so a slow office holds up nobody but itself, and the pace of a
key is kept by the time between its turns.
"""

import heapq
import threading
import time
from collections.abc import Callable
from functools import partial

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from amends.deliveries.channel import Configuration, DeliveryError, OfficeOffline, RetryAfter
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.models import Ear
from amends.integrations.open_dental.office import speaking_to

from . import roster
from .chores import CHORES, Schedule
from .state import Listening

log = structlog.get_logger(__name__)

_SHARE_EVERY = 10.0
_TURN_SECONDS = 20.0  # for all requests of one turn
# Both within a minute, so that a repair is noticed by then without a restart.
_WHILE_OFFLINE = 15.0
_WHILE_REFUSED = 30.0
_AFTER_A_FAULT = 30.0
_TELL_HEARD_EVERY = 20.0


class Listener:
    """Start it, and stop it. `holder` names this process among those that share the databases."""

    def __init__(self, *, threads: int, holder: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.holder = holder or roster.make_holder()
        self._clock = clock
        self._stopping = threading.Event()
        self._turns: list[tuple[float, int]] = []
        self._known: dict[int, tuple[Listening, Schedule]] = {}
        self._told: dict[int, float] = {}
        self._ready = threading.Condition()
        self._threads = [threading.Thread(target=self._run, name=f"listening-{n}", daemon=True) for n in range(threads)]
        self._threads.append(threading.Thread(target=self._share, name="listening-roster", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Lets each thread finish its turn, and gives the databases back."""
        self._stopping.set()
        with self._ready:
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(timeout)
        roster.leave(self.holder)

    # ---- which databases

    def _share(self) -> None:
        while not self._stopping.is_set():
            self._guarded("listening.share", self.share)
            self._stopping.wait(_SHARE_EVERY)
        connection.close()

    def share(self) -> None:
        """Takes part in the roster once: databases that came get their turns, those that went get none any more."""
        ears = {ear.pk: ear for ear in roster.share(self.holder)}
        now = self._clock()
        with self._ready:
            for pk in self._known.keys() - ears.keys():
                del self._known[pk]
            for pk, ear in ears.items():
                if pk in self._known:
                    self._known[pk][0].database = ear.database  # its settings may have been changed
                else:
                    listening = Listening(ear.database, ear, clock=self._clock)
                    self._known[pk] = (listening, Schedule.beginning(now))
                    heapq.heappush(self._turns, (now, pk))
            self._ready.notify_all()

    # ---- turns

    def _run(self) -> None:
        while not self._stopping.is_set():
            pk = self._next()
            if pk is not None:
                self._guarded("listening.turn", partial(self.turn, pk))
        connection.close()

    def _next(self) -> int | None:
        """The database whose turn it is; None when the listener stops."""
        with self._ready:
            while not self._stopping.is_set():
                now = self._clock()
                if self._turns and self._turns[0][0] <= now:
                    return heapq.heappop(self._turns)[1]
                self._ready.wait(self._turns[0][0] - now if self._turns else None)
        return None

    def turn(self, pk: int) -> None:
        """One chore of this database, and its next turn; none where another process has it by now."""
        known = self._known.get(pk)
        if known is None:
            return
        listening, schedule = known
        try:
            self._do_one(listening, schedule)
        except Exception:
            schedule.put_off(self._clock(), _AFTER_A_FAULT)
            raise
        finally:
            with self._ready:
                if pk in self._known:
                    heapq.heappush(self._turns, (schedule.next()[1], pk))
                    self._ready.notify()

    def _do_one(self, listening: Listening, schedule: Schedule) -> None:
        name = schedule.next_of(self._clock())
        if name is None:
            return
        try:
            with speaking_to(listening.database.key) as office:
                budget = Budget(_TURN_SECONDS)
                office.facts(budget)
                more = CHORES[name].work(listening, office, budget)
                through = office.client.through
        except DeliveryError as error:
            schedule.put_off(self._clock(), _pause(error))
            return
        schedule.done(name, self._clock(), through=through, more=more, settling=bool(listening.waiting))
        if name == "commlogs" and not more:
            self._tell_heard(listening.ear)

    def _tell_heard(self, ear: Ear) -> None:
        """For the pages: that CommLogs were heard, written down a few times a minute and not each time."""
        now = self._clock()
        if now - self._told.get(ear.pk, float("-inf")) >= _TELL_HEARD_EVERY:
            self._told[ear.pk] = now
            Ear.objects.filter(pk=ear.pk).update(heard_at=timezone.now())

    def _guarded(self, what: str, work: Callable[[], None]) -> None:
        """A thread outlives a database that is away or full, and a fault of ours: it says so and goes on."""
        try:
            close_old_connections()
            work()
        except DatabaseError as error:
            log.error(f"{what}.database", error=type(error).__name__)
            self._stopping.wait(1.0)
        except Exception:
            log.exception(f"{what}.fault")


def _pause(error: DeliveryError) -> float:
    match error:
        case RetryAfter(seconds=float() | int() as seconds):
            return float(seconds)
        case OfficeOffline():
            return _WHILE_OFFLINE
        case Configuration():
            return _WHILE_REFUSED
        case _:
            return _WHILE_OFFLINE
