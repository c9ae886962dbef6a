"""A circuit breaker for one customer key: who asks an office that is offline is told so at once (5.3).

Silence three times in a row opens it. While it is open, one caller now and then asks a small question first; any
answer of the office closes it.
"""

import threading
import time
from collections.abc import Callable

from amends.deliveries.channel import OfficeOffline

SILENCES = 3
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 30.0


class Breaker:
    """Safe from any thread. `changed` is told True when the office went silent and False when it is back."""

    def __init__(
        self,
        *,
        changed: Callable[[bool], object] = lambda _: None,
        is_open: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._silences = 0
        self._open = is_open
        self._ask_at = 0.0
        self._pause = _FIRST_PAUSE
        self._asking = False
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the office counts as offline."""
        return self._open

    def pass_through(self, ask: Callable[[], bool]) -> None:
        """Returns where the office can be called. `ask` tells whether it answers; it is called now and then while the
        office is offline, by one caller at a time. Raises `OfficeOffline`, and what `ask` raises.
        """
        with self._lock:
            if not self._open:
                return
            if self._asking or self._clock() < self._ask_at:
                raise OfficeOffline("The office's Open Dental does not answer. Amends asks again in a moment.")
            self._asking = True
        try:
            answers = ask()
        finally:
            with self._lock:
                self._asking = False
                self._ask_at = self._clock() + self._pause
                self._pause = min(_LONGEST_PAUSE, self._pause * 2)
        if not answers:
            raise OfficeOffline("The office's Open Dental still does not answer.")
        self.heard()

    def ask_next(self) -> None:
        """Whoever calls next asks, whenever that was done last: somebody looks whether the office is back."""
        with self._lock:
            self._ask_at = 0.0

    def heard(self) -> None:
        """The office answered."""
        with self._lock:
            self._silences = 0
            was_open, self._open = self._open, False
            self._pause, self._ask_at = _FIRST_PAUSE, 0.0
        if was_open:
            self._changed(False)

    def silent(self) -> None:
        """The office did not answer."""
        with self._lock:
            self._silences += 1
            opens = not self._open and self._silences >= SILENCES
            self._open = self._open or opens
        if opens:
            self._changed(True)
