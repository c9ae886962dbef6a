"""What all simulators share: a lock around the state, the clock, the faults, `/_control/…` and the state file."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path

from amends.simulators.clock import Clock, ClockError
from amends.simulators.faults import FaultError, Faults
from amends.simulators.keeping import Keeper, read_state
from amends.simulators.serving import DROPPED, BodyError, Request, Response, Router, json_response

_CLOCK_KEYS = ("now", "utc_offset")
_FAULT_KEYS = ("offline", "latency_ms", "rules")


class Simulator(ABC):
    """A base to build on. A subclass gives `name`, `base`, `seed`, `dump`, `load` and `serve`, and calls `begin` once.

    Every request for the outside system's own API goes through `under_faults`, which takes `lock` around the work.
    Code outside of it (pages) takes `lock` itself and calls `changed` after a change.
    """

    name = "simulator"
    base = ""  # where the API begins, for example /api/v1; rules of faults may leave it out

    def __init__(self, *, clock: Clock, faults: Faults | None = None, state_file: Path | None = None) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.lock = threading.RLock()
        self._state_file = state_file
        self._keeper = Keeper(state_file, self.kept) if state_file else None
        self._closing = threading.Event()
        self._control = self._control_routes()

    # ---- given by the subclass

    @abstractmethod
    def seed(self) -> None:
        """Make the world new, around the clock's now."""

    @abstractmethod
    def dump(self) -> dict[str, object]:
        """The whole state, JSON-able, and a copy: it is written after the lock was given back."""

    @abstractmethod
    def load(self, state: Mapping[str, object]) -> None:
        """Take over what `dump` gave."""

    @abstractmethod
    def serve(self, request: Request) -> Response:
        """Anything but `/_control/…`."""

    def failure(self, status: int) -> Response:
        """The body of a `status:N` fault, in the outside system's own shape."""
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Fault"
        return json_response(phrase, status=status)

    # ---- life

    def begin(self) -> None:
        """Read the state file when it holds something, else make the world. Raises ValueError for a file of others."""
        kept = read_state(self._state_file) if self._state_file else None
        if kept is None:
            self.seed()
            return
        if not isinstance(kept, dict) or kept.get("simulator") != self.name:
            raise ValueError(f"{self._state_file} is not a state file of {self.name}.")
        self.clock.restore(kept["clock"])
        self.load(kept["state"])

    def open(self) -> None:
        """The server starts."""
        if self._keeper:
            self._keeper.start()

    def close(self) -> None:
        """The server has stopped."""
        self._closing.set()
        self.faults.clear()
        if self._keeper:
            self._keeper.stop()

    def changed(self) -> None:
        """Something in the state has changed: save it soon."""
        if self._keeper:
            self._keeper.touch()

    def kept(self) -> dict[str, object]:
        """What the state file holds."""
        with self.lock:
            return {"simulator": self.name, "clock": self.clock.kept(), "state": self.dump()}

    # ---- requests

    def answer(self, request: Request) -> Response:
        """Control or the simulator's own."""
        if request.path.startswith("/_control/"):
            try:
                return self._control.answer(request)
            except (ClockError, FaultError, BodyError) as bad:
                return json_response(str(bad), status=400)
        return self.serve(request)

    def under_faults(self, request: Request, act: Callable[[], Response]) -> Response:
        """Do `act` under the lock, with the latency and the fault that are switched on for this request."""
        below = request.path.removeprefix(self.base) if self.base else request.path
        then = self.faults.take(request.method, (request.path, below))
        if self.faults.latency_ms:
            self._closing.wait(self.faults.latency_ms / 1000)
        if then is None:
            return self._do(request, act)
        kind, _, amount = then.partition(":")
        match kind:
            case "status":
                return self._failing(int(amount))
            case "drop_before":
                return DROPPED
            case "late_commit":
                self.faults.later(float(amount), lambda: self._do_late(request, act))
                return DROPPED
        response = self._do(request, act)
        match kind:
            case "status_after":
                return self._failing(int(amount))
            case "truncate":
                return Response(response.status, response.body, response.content_type, response.headers, truncate=True)
        return DROPPED

    def _failing(self, status: int) -> Response:
        response = self.failure(status)
        if status != HTTPStatus.TOO_MANY_REQUESTS:
            return response
        return Response(status, response.body, response.content_type, (*response.headers, ("Retry-After", "1")))

    def _do(self, request: Request, act: Callable[[], Response]) -> Response:
        with self.lock:
            response = act()
        if request.method not in ("GET", "HEAD"):
            self.changed()
        return response

    def _do_late(self, request: Request, act: Callable[[], Response]) -> None:
        self._do(request, act)

    # ---- control

    def _control_routes(self) -> Router:
        routes = Router()
        routes.add("GET", "/_control/clock", lambda request: json_response(self.clock.as_json()))
        routes.add("PUT", "/_control/clock", self._put_clock)
        routes.add("GET", "/_control/faults", lambda request: json_response(self.faults.as_json()))
        routes.add("PUT", "/_control/faults", self._put_faults)
        routes.add("GET", "/_control/state", lambda request: json_response(self.state()))
        routes.add("PUT", "/_control/state", self._put_state)
        routes.add("POST", "/_control/reset", self._reset)
        self.add_control(routes)
        return routes

    def add_control(self, routes: Router) -> None:  # noqa: B027  not every simulator has more to control
        """A subclass may add control routes of its own."""

    def state(self) -> dict[str, object]:
        """What `GET /_control/state` answers: the state, with the clock and the faults beside it."""
        with self.lock:
            return {**self.dump(), "clock": self.clock.as_json(), "faults": self.faults.as_json()}

    def _put_clock(self, request: Request) -> Response:
        body = control_body(request, _CLOCK_KEYS)
        with self.lock:
            self.clock.put(body)
        self.changed()
        return json_response(self.clock.as_json())

    def _put_faults(self, request: Request) -> Response:
        self.faults.put(control_body(request, _FAULT_KEYS))
        return json_response(self.faults.as_json())

    def _put_state(self, request: Request) -> Response:
        body = control_body(request, None)
        with self.lock:
            self.load({key: value for key, value in body.items() if key not in ("clock", "faults")})
        self.changed()
        return json_response(self.state())

    def _reset(self, request: Request) -> Response:
        """A new world, faults off, real time; with `now` and `utc_offset` the world is made around that moment."""
        body = control_body(request, _CLOCK_KEYS)
        with self.lock:
            before = self.clock.kept()
            self.clock.reset()
            try:
                self.clock.put(body)
            except ClockError:
                self.clock.restore(before)
                raise
            self.faults.clear()
            self.seed()
        self.changed()
        return json_response(self.clock.as_json())


def control_body(request: Request, keys: tuple[str, ...] | None) -> dict[str, object]:
    """The object in the body of a control request, {} for none. Raises BodyError, also for a key not in `keys`."""
    body = request.json()
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise BodyError("The body is a JSON object.")
    for key in body:
        if keys is not None and key not in keys:
            raise BodyError(f'"{key}" is not known here; known: {", ".join(keys)}.')
    return body
