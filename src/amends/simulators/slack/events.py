"""Events and their retries: at once, after a minute, after five more (slack.md 10), by the simulator's clock.

Whoever moves the clock need not wait. Interactions go once, unless `interactions_retried` says otherwise.
"""

import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.delivery import Attempt, Courier, Parcel
from amends.simulators.slack.sockets import SECONDS_BETWEEN_PINGS, Sockets

RETRIES_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
REMEMBERED = 1000


@dataclass
class Delivery:
    """One parcel with everything that was tried. `next_at` is the next retry, None when there is none."""

    parcel: Parcel
    attempts: list[Attempt] = field(default_factory=list)
    tries: int = 0  # those that count: a duplicate is one
    reason: str = ""  # why the last one failed
    next_at: datetime | None = None

    def as_json(self) -> Json:
        """What `GET /_control/deliveries` lists."""
        return {
            "kind": self.parcel.kind,
            "name": self.parcel.name,
            "payload": self.parcel.payload,
            "attempts": [attempt.as_json() for attempt in self.attempts],
            "retry_at": self.next_at.isoformat() if self.next_at else None,
        }


class Deliveries:
    """Sends now or soon, tries again, and remembers. `now` is the simulator's clock."""

    def __init__(self, courier: Courier, sockets: Sockets, now: Callable[[], datetime]) -> None:
        self._courier = courier
        self._sockets = sockets
        self._now = now
        self._later: list[tuple[datetime, int, Delivery]] = []
        self._log: deque[Delivery] = deque(maxlen=REMEMBERED)
        self._serial = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="slack-deliveries", daemon=True)

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
            self._later.clear()
            self._log.clear()
        self._courier.clear()

    def wake(self) -> None:
        """The clock was moved: look again."""
        with self._changed:
            self._changed.notify_all()

    def send(self, parcel: Parcel, *, again: bool) -> Delivery:
        """Send now and wait for the ack; `again`: what fails is retried later."""
        delivery = self._remembered(parcel)
        self._try(delivery, again=again)
        return delivery

    def post(self, parcel: Parcel) -> None:
        """Send soon, with retries."""
        self._plan(self._remembered(parcel), self._now())

    def as_json(self) -> list[Json]:
        """Everything that was sent or is to be, oldest first."""
        with self._changed:
            return [delivery.as_json() for delivery in self._log]

    # ---- the work

    def _remembered(self, parcel: Parcel) -> Delivery:
        delivery = Delivery(parcel)
        with self._changed:
            self._log.append(delivery)
        return delivery

    def _plan(self, delivery: Delivery, due: datetime) -> None:
        with self._changed:
            self._serial += 1
            delivery.next_at = due
            heapq.heappush(self._later, (due, self._serial, delivery))
            self._changed.notify_all()

    def _try(self, delivery: Delivery, *, again: bool) -> None:
        attempts = self._courier.deliver(delivery.parcel, retry_num=delivery.tries, reason=delivery.reason)
        counts = attempts[0]
        with self._changed:
            delivery.attempts += attempts
            delivery.next_at = None
        delivery.tries, delivery.reason = delivery.tries + 1, counts.error
        if counts.error and again and not counts.no_retry and delivery.tries <= len(RETRIES_AFTER):
            self._plan(delivery, self._now() + RETRIES_AFTER[delivery.tries - 1])

    def _work(self) -> None:
        while (delivery := self._due()) is not None:
            self._try(delivery, again=True)

    def _due(self) -> Delivery | None:
        """The next one that is due, when it is; None at the end. Pings the sockets while it waits."""
        with self._changed:
            while not self._stopping:
                if self._later and self._later[0][0] <= self._now():
                    return heapq.heappop(self._later)[2]
                wait = SECONDS_BETWEEN_PINGS
                if self._later:
                    wait = min(wait, max(0.01, (self._later[0][0] - self._now()).total_seconds()))
                if not self._changed.wait(wait) and wait == SECONDS_BETWEEN_PINGS:
                    self._sockets.ping()
            return None
