"""The ways to one Open Dental database, the best one first: API Service at the office, then Remote (1).

Only a request of which not one byte left goes the other way, so nothing is ever written twice by it.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from amends.deliveries.channel import Configuration, OfficeOffline, RetryAfter
from amends.integrations import http

from .answers import KeyRefused
from .pacing import Pacer

Query = Mapping[str, str | int]

# Where another way is left, the office's own network answers at once or not at all.
_CONNECT_SECONDS_WITH_ANOTHER_WAY = 1.5
_TRY_AGAIN_AFTER = 60.0


class Budget:
    """Time that several requests may take together."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds left, from 0."""
        return max(0.0, self._end - self._clock())


@dataclass(frozen=True)
class Connection:
    """Where one database is and the keys to it. The keys show in no representation."""

    base_url: str
    developer_key: str = field(repr=False)
    customer_key: str = field(repr=False)
    read_seconds: float = 65.0
    allow_private: bool = True


@dataclass(frozen=True)
class Request:
    """One request; `writing` tells whether it could change anything. Only its method and path show."""

    method: str
    path: str
    query: Query | None = field(default=None, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    writing: bool = False


@dataclass(frozen=True)
class Route:
    """One way: an address with its keys, and the pace that is asked for there. `name` is for the log."""

    connection: Connection
    pacer: Pacer
    name: str = ""

    def send(self, request: Request, budget: Budget, *, connect_seconds: float) -> http.Answer:
        """The answer, whatever its status. Raises what `http.send` raises, `RetryAfter` where it is not its turn in
        time, and `KeyRefused` without keys.
        """
        there = self.connection
        if not (there.developer_key and there.customer_key):
            raise KeyRefused("The keys of this Open Dental database are not set.")
        if not self.pacer.wait(at_most=budget.left()):
            raise RetryAfter("Other requests to this office come first.")
        answer = http.send(
            request.method,
            there.base_url,
            request.path,
            query=request.query,
            json=request.body,
            headers={
                "Authorization": f"ODFHIR {there.developer_key}/{there.customer_key}",
                "Content-Type": "application/json",
            },
            connect_seconds=min(connect_seconds, max(0.1, budget.left())),
            # What changes something is given its full time: to hurry it would only leave its outcome unknown.
            read_seconds=there.read_seconds if request.writing else max(0.1, min(there.read_seconds, budget.left())),
            allow_private=there.allow_private,
        )
        if answer.status == 429:
            self.pacer.pause(answer.retry_after or self.pacer.interval)
        return answer


class Routes:
    """All ways to one database. A way that cannot be reached is left alone for a minute, then tried again.

    `changed` is told the name of the way that is used from now on.
    """

    def __init__(
        self,
        ways: Sequence[Route],
        *,
        changed: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ways = tuple(ways)
        self._changed = changed
        self._clock = clock
        self._away_until = [0.0] * len(self.ways)
        self._used = 0
        self._lock = threading.Lock()

    @property
    def used(self) -> Route:
        """The way that was used last."""
        return self.ways[self._used]

    def send(self, request: Request, budget: Budget) -> http.Answer:
        """The answer of the first way that can be reached. Raises `OfficeOffline` where none can, `MayHaveArrived`
        where it left and no answer came, `Configuration` and `RetryAfter`.
        """
        unsent: http.NeverLeft | None = None
        for place in self._to_try():
            last = place == len(self.ways) - 1
            connect = http.CONNECT_SECONDS if last else _CONNECT_SECONDS_WITH_ANOTHER_WAY
            try:
                answer = self.ways[place].send(request, budget, connect_seconds=connect)
            except http.RefusedAddress as refused:
                raise Configuration(str(refused)) from None
            except http.NeverLeft as error:
                unsent = error
                self._leave_alone(place)
            except http.MayHaveArrived:
                self._reached(place)
                raise
            else:
                self._reached(place)
                return answer
        raise OfficeOffline(f"Open Dental cannot be reached. {unsent}") from None

    def _to_try(self) -> list[int]:
        """The ways that are not left alone, and always the last. Who tries a way again keeps the others off it."""
        with self._lock:
            now, last = self._clock(), len(self.ways) - 1
            places = [place for place in range(last) if self._away_until[place] <= now]
            for place in places:
                if place < self._used:
                    self._away_until[place] = now + _TRY_AGAIN_AFTER
            return [*places, last]

    def _leave_alone(self, place: int) -> None:
        with self._lock:
            self._away_until[place] = self._clock() + _TRY_AGAIN_AFTER

    def _reached(self, place: int) -> None:
        with self._lock:
            self._away_until[place] = 0.0
            before, self._used = self._used, place
        if before != place:
            self._changed(self.ways[place].name)
