"""The simulator itself: what stands in front of the offices behind the customer keys."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from amends.simulators.clock import Clock, real_utc
from amends.simulators.faults import Fault, Faults
from amends.simulators.open_dental import control, pages
from amends.simulators.open_dental.call import ALL_WELL, Call, RefusedError
from amends.simulators.open_dental.events import control as events
from amends.simulators.open_dental.events.firing import Firing
from amends.simulators.open_dental.offices import Offices
from amends.simulators.open_dental.permissions import seconds_between_requests
from amends.simulators.open_dental.pipeline import OFFLINE, customer_key, page_of, perform
from amends.simulators.open_dental.resources import TABLE
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.tables import Database
from amends.simulators.open_dental.throttle import Throttle
from amends.simulators.open_dental.versions import read_version
from amends.simulators.serving import DROPPED, Request, Response, Router, json_response, text_response
from amends.simulators.simulator import Simulator

USUAL_OFFSET = timedelta(hours=-5)
DEVELOPER = "Demo Developer"


class OpenDental(Simulator):
    """Open Dental for one integrator and the offices of its customer keys, each with a database of its own.

    `real`, `monotonic` and `wait` are the outside clocks, which a test may replace. The same world is served below
    `/remote/api/v1/`, `/service/api/v1/` and `/local/api/v1/` too, whatever mode the office is in.
    """

    name = "open-dental"
    base = "/api/v1"
    own_faults = r"ignore_filters(?::[\w,]+)?|overlap:\d+|not_stored:[\w,]+|lost|duplicate|out_of_order"
    own_conditions = ("customer_key", "mode", "page")

    def __init__(
        self,
        settings: Settings,
        *,
        faults: Faults | None = None,
        real: Callable[[], datetime] = real_utc,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        offset = USUAL_OFFSET if settings.utc_offset is None else settings.utc_offset
        self.firing = Firing(self)
        super().__init__(clock=Clock(offset=offset, real=real), faults=faults, state_file=settings.state_file)
        self.developer_key = settings.developer_key
        self.offices = Offices(settings, self.clock)
        self.pause = wait or self.pause
        self.throttle = Throttle(clock=monotonic, wait=self.pause)
        self._pages = pages.routes(self)
        self.begin()
        if settings.utc_offset is not None:
            self.clock.offset = settings.utc_offset

    @property
    def databases(self) -> dict[str, Database]:
        """The databases that were made so far, by customer key."""
        return self.offices.databases

    @property
    def sent_events(self) -> Sequence[Mapping[str, object]]:
        """What was sent to subscribers, the oldest first."""
        return self.firing.sent

    def database_of(self, customer: str) -> Database:
        """The database of a customer key, the first one for an empty text. Raises BodyError."""
        return self.offices.database(customer or self.offices.keys[0])

    # ---- state

    def seed(self) -> None:
        """A new world for every customer key."""
        self.throttle.clear()
        self.firing.forget()
        self.offices.seed()

    def dump(self) -> dict[str, object]:
        """`{"databases": {customer key: {table: [row, …]}}}`, rows as in the schema, enums as texts."""
        return {"databases": self.offices.dump()}

    def load(self, state: Mapping[str, object]) -> None:
        """Take over what `dump` gave. Raises BodyError."""
        self.offices.load(state.get("databases"))

    def open(self) -> None:
        """The server starts."""
        super().open()
        self.firing.start()

    def close(self) -> None:
        """The server has stopped."""
        self.firing.stop()
        super().close()
        with self.lock:
            self.offices.close()

    # ---- requests

    def serve(self, request: Request) -> Response:
        """The API below `/api/v1/`, pages for people everywhere else."""
        first, _, rest = request.path.removeprefix("/").partition("/")
        mode = first if first in list(Mode) else ""
        path = f"/{rest}" if mode else request.path
        if path != self.base and not path.startswith(self.base + "/"):
            with self.lock:
                return self._pages.answer(request)
        server = f"{request.server}/{mode}" if mode else request.server
        request = replace(request, path=path, server=server, args={"mode": mode})
        try:
            return self._door(request)
        except RefusedError as refused:
            return self._refusal(refused.status, refused.text)

    def _door(self, request: Request) -> Response:
        """Steps 1 to 3 of open-dental-api.md 6; the rest happens under the faults that are switched on."""
        if self.faults.offline and self._mode(request) is not Mode.REMOTE:
            return DROPPED  # the program or the service on this machine is not running
        key, settings = self._asking(request)
        if settings.mode is Mode.REMOTE:
            spacing = seconds_between_requests(settings.permissions)
            seconds = self.throttle.pass_through(key, spacing=spacing, queue=settings.queue)
            if seconds is not None:
                return self._refusal(429, "Too many requests", ("Retry-After", str(seconds)))
            if self.faults.offline or not settings.econnector:
                raise RefusedError(400, OFFLINE)
        about = {"customer_key": key, "mode": str(settings.mode), "page": str(page_of(request, settings.page_size))}
        return self.under_faults(request, lambda: self._perform(request, ALL_WELL), about)

    def _mode(self, request: Request) -> Mode:
        """The mode of this request, also where it comes with no good key."""
        try:
            return self._asking(request)[1].mode
        except RefusedError:
            return Mode(request.args["mode"] or self.offices.common.mode)

    def _asking(self, request: Request) -> tuple[str, Settings]:
        """Whose request this is, and how that key is set. 401 for a key that is not known or is switched off."""
        key = customer_key(request.header("Authorization"), self.developer_key)
        if not self.offices.knows(key):
            raise RefusedError(401, "Customer key is not valid or not assigned.")
        settings = self.offices.settings(key)
        if not settings.enabled:
            raise RefusedError(401, "Customer key is disabled.")
        return key, replace(settings, mode=Mode(request.args["mode"])) if request.args["mode"] else settings

    def _perform(self, request: Request, fault: Fault) -> Response:
        key, settings = self._asking(request)
        call = Call(
            database=self.offices.database(key),
            version=read_version(settings.version),
            settings=settings,
            base=request.server + self.base,
            developer=DEVELOPER,
            customer=key,
            fault=fault,
        )
        try:
            return perform(request, request.path.removeprefix(self.base), call, TABLE)
        except RefusedError as refused:
            return self._refusal(refused.status, refused.text)

    def own_fault(self, fault: Fault, request: Request, act: Callable[[], Response]) -> Response:
        """Answers that are plausible and wrong (2.6, 2.9)."""
        if fault.kind != "not_stored":
            return self._do(request, lambda: self._perform(request, fault))
        with self.lock:
            database = self.offices.database(self._asking(request)[0])
            with database.forgetting(frozenset(fault.arguments[0].split(","))):
                return self._do(request, act)

    def failure(self, status: int, text: str = "") -> Response:
        """What a gateway says by itself."""
        texts = {429: "Too many requests", 504: "The request timed out.", 400: "An unexpected error occurred."}
        return self._refusal(status, text or texts.get(status, "Service failure."))

    def _refusal(self, status: int, text: str, *headers: tuple[str, str]) -> Response:
        if self.offices.common.bare_errors:
            bare = text_response(text, status=status)
            return Response(status, bare.body, bare.content_type, headers)
        return json_response(text, status=status, headers=headers)

    # ---- control

    def add_control(self, routes: Router) -> None:
        """Settings, what staff change by hand, and events."""
        control.add_routes(self, routes)
        events.add_routes(self, self.firing, routes)
