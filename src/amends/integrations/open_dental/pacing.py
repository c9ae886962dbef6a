"""The pace at which one customer key may call: in turns that all processes share (open-dental-api.md 2.3)."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

REMOTE_SECONDS = 1.0
READ_ONLY_SECONDS = 5.0
ENTERPRISE_SECONDS = 0.5
# An office that asks for more is asked again after this: nobody can see whether the figure was a slip.
LONGEST_PAUSE = 300.0


def seconds_between(permissions: frozenset[str] | None) -> float:
    """The spacing that Remote mode asks of a key with these permissions (names in small letters; None: not told)."""
    if permissions is None:
        return REMOTE_SECONDS
    if "apienterprise" in permissions:
        return ENTERPRISE_SECONDS
    return READ_ONLY_SECONDS if permissions <= {"apireadall"} else REMOTE_SECONDS


class Turns(Protocol):
    """The turns of one key, shared with other processes (`turns.SharedTurns`)."""

    def take(self, interval: float, *, at_most: float) -> float | None:
        """Seconds until the turn that is now the caller's; None, without a turn, where that is more than `at_most`."""

    def pause(self, seconds: float) -> None:
        """Nobody's turn for so long, in any process."""

    def is_paused(self) -> bool:
        """Whether somebody paused meanwhile."""


class Pacer:
    """Hands out turns at least `interval` seconds apart. Threads of this process queue here, in their order; with
    `shared`, whose turn it is among all processes is asked after that.
    """

    def __init__(
        self,
        interval: float,
        *,
        shared: Turns | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval = interval
        self._shared = shared
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()
        self._paused_until = self._free_at
        self._lock = threading.Lock()

    def wait(self, at_most: float) -> bool:
        """Wait for this caller's turn; False, without a turn, where that takes longer than `at_most`.

        Not to be called inside a transaction: raises RuntimeError then.
        """
        end = self._clock() + at_most
        while True:
            turn = self._own_turn(end)
            if turn is None:
                return False
            self._sleep_until(turn)
            if self._paused_until > turn:
                continue  # the other side asked for a pause while this caller waited
            if self._shared is None:
                return True
            wait = self._shared.take(self.interval, at_most=end - self._clock())
            if wait is None:
                return False
            if wait <= 0:
                return True
            self._sleep(wait)
            if not self._shared.is_paused():
                return True

    def pause(self, seconds: float) -> None:
        """Nobody's turn for so long: the other side said that it was too much."""
        seconds = min(seconds, LONGEST_PAUSE)
        with self._lock:
            until = self._clock() + seconds
            self._free_at, self._paused_until = max(self._free_at, until), max(self._paused_until, until)
        if self._shared is not None:
            self._shared.pause(seconds)

    def _own_turn(self, end: float) -> float | None:
        with self._lock:
            turn = max(self._clock(), self._free_at)
            if turn > end:
                return None
            self._free_at = turn + self.interval
            return turn

    def _sleep_until(self, turn: float) -> None:
        left = turn - self._clock()
        if left > 0:
            self._sleep(left)
