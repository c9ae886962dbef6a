"""Looking at many neighbors at once, each for a limited time: one that hangs holds nobody up."""

import threading
import time
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue

import structlog
from django.db import connection

from amends.connections.checks import REACHED, Check, Neighbor, down

log = structlog.get_logger(__name__)

SECONDS = 8.0  # what one look may last
_AT_ONCE = 8
_GRACE = 1.0  # for a look that keeps to its time, but only just

Found = tuple[Neighbor, Sequence[Check]]


def look_at(neighbors: Sequence[Neighbor], *, seconds: float = SECONDS, at_most: float = SECONDS) -> Iterator[Found]:
    """Each neighbor with what was found, as it comes; far ones in threads of their own, eight at once.

    Ends after about `at_most` seconds: a look that was begun and has not come back is told as such, and a neighbor
    whose turn has not come by then is left out.
    """
    far = _Round([neighbor for neighbor in neighbors if neighbor.far], seconds)
    far.begin()
    for neighbor in neighbors:
        if not neighbor.far:
            yield neighbor, _look(neighbor, seconds)
    yield from far.found(until=time.monotonic() + at_most + _GRACE)


class _Round:
    """One round over the far neighbors."""

    def __init__(self, neighbors: Sequence[Neighbor], seconds: float) -> None:
        self._count = len(neighbors)
        self._seconds = seconds
        self._over = threading.Event()
        self._begun: dict[str, Neighbor] = {}
        self._waiting: SimpleQueue[Neighbor] = SimpleQueue()
        self._found: SimpleQueue[Found] = SimpleQueue()
        for neighbor in neighbors:
            self._waiting.put(neighbor)

    def begin(self) -> None:
        # Daemons: a name that is looked up for a minute must not keep the process from ending.
        for _ in range(min(_AT_ONCE, self._count)):
            threading.Thread(target=self._work, name="checks", daemon=True).start()

    def found(self, *, until: float) -> Iterator[Found]:
        told: set[str] = set()
        while len(told) < self._count:
            try:
                neighbor, checks = self._found.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            told.add(neighbor.key)
            yield neighbor, checks
        self._over.set()
        for key, neighbor in list(self._begun.items()):
            if key not in told:
                yield neighbor, [_no_answer(self._seconds)]

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                neighbor = self._waiting.get_nowait()
                self._begun[neighbor.key] = neighbor
                self._found.put((neighbor, _look(neighbor, self._seconds)))
        except Empty:
            return
        finally:
            connection.close()  # what was read of a neighbor may have been kept


def _look(neighbor: Neighbor, seconds: float) -> Sequence[Check]:
    try:
        return list(neighbor.look(seconds))
    except Exception as fault:
        # One check that fails by our own fault must not hide the others.
        log.exception("connections.fault", neighbor=neighbor.key)
        says = f"Amends could not finish looking ({type(fault).__name__})."
        return [down("fault", "Check", says, "Look into the log, and report it as a fault of Amends.")]


def _no_answer(seconds: float) -> Check:
    says = f"No answer within {seconds:.0f} seconds."
    return down(REACHED, "Reached", says, "Look at the network between this machine and that address.")
