"""What all simulators share: a lock around the state, the clock, the faults, `/_control/…` and the state file."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

from amends.simulators.clock import Clock, ClockError
from amends.simulators.faults import NOTHING, About, Fault, FaultError, Faults
from amends.simulators.keeping import Keeper, read_state
from amends.simulators.serving import DROPPED, RESET, BodyError, Request, Response, Router, json_response

_CLOCK_KEYS = ("now", "utc_offset")
_FAULT_KEYS = ("offline", "latency_ms", "rules")


class Simulator(ABC):
    """A base to build on. A subclass gives `name`, `base`, `seed`, `dump`, `load` and `serve`, and calls `begin` once.

    Every request for the outside system's own API goes through `under_faults`, which takes `lock` around the work.
    Code outside of it (pages) takes `lock` itself and calls `changed` after a change.
    """

    name = "simulator"
    base = ""  # where the API begins, for example /api/v1; rules of faults may leave it out
    own_faults = ""  # a pattern of `then` that only this simulator knows
    own_conditions: tuple[str, ...] = ()  # what its rules may ask besides

    def __init__(self, *, clock: Clock, faults: Faults | None = None, state_file: Path | None = None) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.faults.own, self.faults.conditions = self.own_faults, self.own_conditions
        self.lock = threading.RLock()
        self._state_file = state_file
        self._keeper = Keeper(state_file, self.kept) if state_file else None
        self._closing = threading.Event()
        self.pause: Callable[[float], object] = self._closing.wait  # cut short by the end; a test may replace it
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

    def failure(self, status: int, text: str = "") -> Response:
        """The answer of a `status:N` fault, in the outside system's own shape and, without `text`, its own words."""
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Fault"
        return json_response(text or phrase, status=status)

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

    def under_faults(self, request: Request, act: Callable[[], Response], about: About = NOTHING) -> Response:
        """Do `act` under the lock, with the latency and the fault that are switched on for this request."""
        paths = (request.path, request.path.removeprefix(self.base) if self.base else request.path)
        seconds = self.faults.seconds(request.method, paths, about)
        if seconds:
            self.pause(seconds)
        fault = self.faults.take(request.method, paths, about)
        return self._do(request, act) if fault is None else self._fail(fault, request, act)

    def _fail(self, fault: Fault, request: Request, act: Callable[[], Response]) -> Response:
        match fault.kind:
            case "status":
                return self._failing(fault.number(0) or 500, fault.text, fault.number(1))
            case "status_after":
                self._do(request, act)
                return self._failing(fault.number(0) or 500, fault.text)
            case "drop_before":
                return DROPPED
            case "reset_before":
                return RESET
            case "drop_after":
                self._do(request, act)
                return DROPPED
            case "reset_after":
                self._do(request, act)
                return RESET
            case "late_commit":
                self.faults.later(float(fault.arguments[0]), lambda: self._do_late(request, act))
                status = fault.number(1)
                return DROPPED if status is None else self._failing(status, fault.text)
            case "truncate":
                return replace(self._do(request, act), truncate=True)
            case "half_body":
                response = self._do(request, act)
                return replace(response, body=response.body[: len(response.body) // 2])
        return self.own_fault(fault, request, act)

    def own_fault(self, fault: Fault, request: Request, act: Callable[[], Response]) -> Response:
        """A `then` of `own_faults`."""
        raise NotImplementedError(fault.kind)

    def _failing(self, status: int, text: str, seconds: int | None = None) -> Response:
        response = self.failure(status, text)
        if status != HTTPStatus.TOO_MANY_REQUESTS and seconds is None:
            return response
        wait = 1 if seconds is None else seconds
        return replace(response, headers=(*response.headers, ("Retry-After", str(wait))))

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
