"""The simulator itself: the databases behind the customer keys, and what stands in front of them."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from amends.simulators.clock import Clock, real_utc
from amends.simulators.faults import Faults
from amends.simulators.open_dental import pages
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.permissions import seconds_between_requests
from amends.simulators.open_dental.pipeline import OFFLINE, customer_key, perform
from amends.simulators.open_dental.resources import TABLE
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.tables import KEYS, Database, Row
from amends.simulators.open_dental.throttle import Throttle
from amends.simulators.open_dental.versions import read_version
from amends.simulators.open_dental.world import seed_world
from amends.simulators.serving import DROPPED, BodyError, Request, Response, Router, json_response, text_response
from amends.simulators.simulator import Simulator, control_body

USUAL_OFFSET = timedelta(hours=-5)
DEVELOPER = "Demo Developer"


class OpenDental(Simulator):
    """Open Dental for one integrator and the offices of its customer keys, each with a database of its own.

    `real`, `monotonic` and `wait` are the outside clocks, which a test may replace.
    """

    name = "open-dental"
    base = "/api/v1"

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
        self.settings = settings
        self.databases: dict[str, Database] = {}
        super().__init__(clock=Clock(offset=offset, real=real), faults=faults, state_file=settings.state_file)
        self.throttle = Throttle(
            spacing=seconds_between_requests(settings.permissions),
            queue=settings.queue,
            clock=monotonic,
            wait=wait or self._closing.wait,
        )
        self._pages = pages.routes(self)
        self.begin()
        if settings.utc_offset is not None:
            self.clock.offset = settings.utc_offset

    # ---- state

    def seed(self) -> None:
        """A new world for every customer key, each from a seed of its own."""
        self.throttle.clear()
        self.databases = {}
        for place, key in enumerate(self.settings.customer_keys):
            self._seed_one(key, place)

    def _seed_one(self, key: str, place: int) -> None:
        database = Database(self.clock)
        seed_world(database, seed=self.settings.seed + place, clock=self.clock)
        self.databases[key] = database
        self._show_version(database)

    def _show_version(self, database: Database) -> None:
        """The flags win over what a state file says."""
        value = {"PrefName": "ProgramVersion", "ValueString": f"{self.settings.version}.0"}
        found = [row for row in database.all("preference") if row["PrefName"] == "ProgramVersion"]
        if found:
            database.update("preference", found[0]["PrefNum"], value)
        else:
            database.insert("preference", value)

    def dump(self) -> dict[str, object]:
        """`{"databases": {customer key: {table: [row, …]}}}`, rows as in the schema, enums as texts."""
        return {"databases": {key: database.dump() for key, database in self.databases.items()}}

    def load(self, state: Mapping[str, object]) -> None:
        """Take over what `dump` gave; a customer key that it does not know gets a new world. Raises BodyError."""
        databases = state.get("databases")
        if not isinstance(databases, dict):
            raise BodyError('The state has "databases".')
        loaded: dict[str, Database] = {}
        for key, tables in databases.items():
            loaded[key] = Database(self.clock)
            try:
                loaded[key].load(tables)
            except (KeyError, TypeError, ValueError, AttributeError) as wrong:
                raise BodyError(f"The tables of {key} cannot be read: {wrong!r}.") from wrong
            self._show_version(loaded[key])
        self.databases = loaded
        for place, key in enumerate(self.settings.customer_keys):
            if key not in self.databases:
                self._seed_one(key, place)

    # ---- requests

    def serve(self, request: Request) -> Response:
        """The API below `/api/v1/`, pages for people everywhere else."""
        if request.path != self.base and not request.path.startswith(self.base + "/"):
            with self.lock:
                return self._pages.answer(request)
        try:
            return self._door(request)
        except RefusedError as refused:
            return self._refusal(refused.status, refused.text)

    def _door(self, request: Request) -> Response:
        """Steps 1 to 3 of open-dental-api.md 6; the rest happens under the faults that are switched on."""
        remote = self.settings.mode is Mode.REMOTE
        if self.faults.offline and not remote:
            return DROPPED  # the program or the service on this machine is not running
        key = customer_key(request.header("Authorization"), self.settings.developer_key, self.settings.customer_keys)
        if remote:
            seconds = self.throttle.pass_through(key)
            if seconds is not None:
                return self._refusal(429, "Too many requests", ("Retry-After", str(seconds)))
            if self.faults.offline:
                raise RefusedError(400, OFFLINE)
        return self.under_faults(request, lambda: self._perform(request, key))

    def _perform(self, request: Request, key: str) -> Response:
        call = Call(
            database=self.databases[key],
            version=read_version(self.settings.version),
            settings=self.settings,
            base=request.server + self.base,
            developer=DEVELOPER,
            offset=self.clock.offset,
        )
        try:
            return perform(request, request.path.removeprefix(self.base), call, TABLE)
        except RefusedError as refused:
            return self._refusal(refused.status, refused.text)

    def failure(self, status: int) -> Response:
        """What a gateway says by itself."""
        texts = {429: "Too many requests", 504: "The request timed out.", 400: "An unexpected error occurred."}
        return self._refusal(status, texts.get(status, "Service failure."))

    def _refusal(self, status: int, text: str, *headers: tuple[str, str]) -> Response:
        if self.settings.bare_errors:
            bare = text_response(text, status=status)
            return Response(status, bare.body, bare.content_type, headers)
        return json_response(text, status=status, headers=headers)

    # ---- control of single rows

    def add_control(self, routes: Router) -> None:
        """Rows as staff change them by hand; `?customer_key=` chooses the office, without it the first."""
        routes.add("GET", "/_control/rows/{table}", self._get_rows)
        routes.add("PUT", "/_control/rows/{table}/{key}", self._put_row)
        routes.add("DELETE", "/_control/rows/{table}/{key}", self._delete_row)

    def _get_rows(self, request: Request) -> Response:
        with self.lock:
            table, _ = self._row_place(request)
            return json_response(list(self._chosen(request).all(table)))

    def _put_row(self, request: Request) -> Response:
        """Change the columns in the body, stamped as the database does."""
        body: Row = control_body(request, None)
        with self.lock:
            table, key = self._row_place(request)
            database = self._chosen(request)
            row = database.get(table, key)
            if row is None:
                raise BodyError(f"{table} has no row {key}.")
            unknown = sorted(set(body) - set(row))
            if unknown:
                raise BodyError(f"{table} has no column {unknown[0]}.")
            database.update(table, key, body)
            answer = json_response(row)
        self.changed()
        return answer

    def _delete_row(self, request: Request) -> Response:
        with self.lock:
            table, key = self._row_place(request)
            if self._chosen(request).get(table, key) is None:
                raise BodyError(f"{table} has no row {key}.")
            self._chosen(request).delete(table, key)
        self.changed()
        return Response()

    def _row_place(self, request: Request) -> tuple[str, int]:
        table, key = request.args["table"], request.args.get("key", "0")
        if table not in KEYS or not key.isdecimal():
            raise BodyError(f"There is no row {table} {key}; tables: {', '.join(KEYS)}.")
        return table, int(key)

    def _chosen(self, request: Request) -> Database:
        return self.database_of(request.parameter("customer_key"))

    def database_of(self, customer: str) -> Database:
        """The database of a customer key, the first one for an empty text. Raises BodyError."""
        key = customer or self.settings.customer_keys[0]
        if key not in self.databases:
            raise BodyError(f"There is no customer key {key}.")
        return self.databases[key]
