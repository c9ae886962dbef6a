"""The pace at which one customer key may call (open-dental-api.md 2.3)."""

import threading
import time
from collections.abc import Callable

REMOTE_SECONDS = 1.0
READ_ONLY_SECONDS = 5.0
ENTERPRISE_SECONDS = 0.5


def seconds_between(permissions: frozenset[str] | None) -> float:
    """The spacing that Remote mode asks of a key with these permissions (names in small letters; None: not told)."""
    if permissions is None:
        return REMOTE_SECONDS
    if "apienterprise" in permissions:
        return ENTERPRISE_SECONDS
    return READ_ONLY_SECONDS if permissions <= {"apireadall"} else REMOTE_SECONDS


class Pacer:
    """Hands out turns at least `interval` seconds apart, to the threads of this process."""

    def __init__(
        self,
        interval: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval = interval
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()
        self._lock = threading.Lock()

    def wait(self, at_most: float) -> bool:
        """Wait for this caller's turn; False, at once and without a turn, where that takes longer than `at_most`."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._free_at)
            if turn - now > at_most:
                return False
            self._free_at = turn + self.interval
        if turn > now:
            self._sleep(turn - now)
        return True

    def pause(self, seconds: float) -> None:
        """Nobody's turn for so long: the other side said that it was too much."""
        with self._lock:
            self._free_at = max(self._free_at, self._clock() + seconds)
