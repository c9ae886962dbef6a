"""The spacing of requests in Remote mode, per customer key (open-dental-api.md 2.3)."""

import math
import threading
import time
from collections.abc import Callable


class Throttle:
    """One request per so many seconds for each key. A few wait for their turn, more are refused (U: vendor silent)."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, wait: Callable[[float], object]) -> None:
        self._clock = clock
        self._wait = wait
        self._free: dict[str, float] = {}
        self._waiting: dict[str, int] = {}
        self._lock = threading.Lock()

    def pass_through(self, key: str, *, spacing: float, queue: int) -> int | None:
        """Wait for this key's turn and return None, or return at once after how many whole seconds to try again."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._free.get(key, now))
            if turn > now and self._waiting.get(key, 0) >= queue:
                return max(1, math.ceil(turn - now))
            self._free[key] = turn + spacing
            if turn <= now:
                return None
            self._waiting[key] = self._waiting.get(key, 0) + 1
        self._wait(turn - now)
        with self._lock:
            self._waiting[key] -= 1
        return None

    def clear(self) -> None:
        """Forget what was sent before."""
        with self._lock:
            self._free.clear()
