"""Pushes and their retries, by the simulator's clock: after 10 s, then twice as long each time, to 10 min, for a week.

A rule of `/_control/faults` speaks of a push with the method `PUSH` and the path `/NEW_REVIEW` or `/UPDATED_REVIEW`.
"""

import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from amends.simulators.faults import Fault, Faults
from amends.simulators.google_business import moments, push
from amends.simulators.google_business.keys import Keys
from amends.simulators.google_business.push import Attempt, Notice
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.settings import Settings

FAULTS = (
    rf"lost|duplicate|out_of_order|unsigned|forged:(?:{'|'.join(push.FORGED)})|malformed:(?:{'|'.join(push.MALFORMED)})"
)
FIRST_PAUSE, LONGEST_PAUSE = 10 * moments.SECOND, 600 * moments.SECOND
KEPT_FOR = 7 * 24 * 60 * moments.MINUTE
REMEMBERED = 1000
_IDLE = 30.0


@dataclass
class Delivery:
    """One notice to one endpoint, with everything that was tried."""

    notice: Notice
    address: str
    fault: Fault | None = None  # of this delivery only, which is not tried again; else the rules are asked
    since: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    next_at: int | None = None
    pause: int = FIRST_PAUSE

    def as_json(self) -> Json:
        """What `GET /_control/deliveries` lists."""
        return {
            "type": self.notice.kind,
            "review": self.notice.review,
            "messageId": self.notice.number,
            "style": self.notice.style,
            "endpoint": self.address,
            "attempts": [attempt.as_json() for attempt in self.attempts],
            "acked": any(attempt.acked for attempt in self.attempts),
            "next_at": None if self.next_at is None else moments.written(self.next_at),
        }


class Deliveries:
    """Sends in a thread of its own, tries again, and remembers."""

    def __init__(
        self,
        *,
        settings: Callable[[], Settings],
        keys: Keys,
        faults: Faults,
        now: Callable[[], int],
        pause: Callable[[float], object],
    ) -> None:
        self._settings, self._keys, self._faults = settings, keys, faults
        self._now, self._pause = now, pause
        self._waiting: list[tuple[int, int, Delivery]] = []
        self._held: list[Delivery] = []
        self._log: deque[Delivery] = deque(maxlen=REMEMBERED)
        self._serial = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="google-pushes", daemon=True)

    def open(self) -> None:
        """Begin to send what waits."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what waits is forgotten."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def clear(self) -> None:
        """Forget what waits and what was."""
        with self._changed:
            self._waiting.clear()
            self._held.clear()
            self._log.clear()

    def wake(self) -> None:
        """The clock was moved: look again."""
        with self._changed:
            self._changed.notify_all()

    def post(self, notice: Notice, *, times: int = 1, fault: Fault | None = None) -> None:
        """Send to every endpoint, so many times."""
        for address in self._settings().push_endpoints:
            for _ in range(times):
                delivery = Delivery(notice, address, fault, since=self._now())
                with self._changed:
                    self._log.append(delivery)
                self._plan(delivery, self._now())

    def as_json(self) -> list[Json]:
        """Everything that was sent or is to be, oldest first."""
        with self._changed:
            return [delivery.as_json() for delivery in self._log]

    # ---- the work

    def _plan(self, delivery: Delivery, due: int) -> None:
        with self._changed:
            self._serial += 1
            delivery.next_at = due
            heapq.heappush(self._waiting, (due, self._serial, delivery))
            self._changed.notify_all()

    def _work(self) -> None:
        while (delivery := self._due()) is not None:
            self._deliver(delivery)

    def _due(self) -> Delivery | None:
        """The next one that is due, when it is; None at the end."""
        with self._changed:
            while not self._stopping:
                wait = _IDLE
                if self._waiting:
                    wait = (self._waiting[0][0] - self._now()) / moments.SECOND
                    if wait <= 0:
                        return heapq.heappop(self._waiting)[2]
                self._changed.wait(min(_IDLE, max(0.01, wait)))
            return None

    def _deliver(self, delivery: Delivery) -> None:
        paths = (f"/{delivery.notice.kind}",)
        if seconds := self._faults.seconds("PUSH", paths):
            self._pause(seconds)
        fault = delivery.fault or self._faults.take("PUSH", paths) or Fault("")
        if fault.kind == "out_of_order":
            with self._changed:
                delivery.next_at = None
                self._held.append(delivery)
            return
        attempts = [self._try(delivery, fault) for _ in range(2 if fault.kind == "duplicate" else 1)]
        self._remember(delivery, attempts)
        with self._changed:
            held, self._held = self._held, []
        for late in held:
            self._remember(late, [self._try(late, Fault(""))])

    def _remember(self, delivery: Delivery, attempts: list[Attempt]) -> None:
        with self._changed:
            delivery.attempts += attempts
            delivery.next_at = None
        due = self._now() + delivery.pause
        if delivery.fault is not None:
            return  # made wrong on purpose, once
        if not any(attempt.acked for attempt in attempts) and due - delivery.since < KEPT_FOR:
            delivery.pause = min(2 * delivery.pause, LONGEST_PAUSE)
            self._plan(delivery, due)

    def _try(self, delivery: Delivery, fault: Fault) -> Attempt:
        if self._faults.offline or fault.kind == "lost":
            return Attempt(delivery.address, None, "connection_failed", fault.kind or "offline")
        settings, how = self._settings(), ":".join((fault.kind, *fault.arguments))
        told = fault.arguments[0] if fault.arguments else ""
        body = delivery.notice.envelope(told if fault.kind == "malformed" else "")
        token = None
        if fault.kind != "unsigned":
            token = push.bearer(self._keys, settings, delivery.address, told if fault.kind == "forged" else "")
        return push.post(delivery.address, body, token, settings.ack_seconds, how)
