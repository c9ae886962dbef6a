"""The simulated Google itself: who may call, which method, how often, with which fault; what is pushed; pages."""

import copy
import json
from collections import deque
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.faults import Fault
from amends.simulators.google_business import control, methods, moments, oauth, refusals, seeding
from amends.simulators.google_business.call import Call
from amends.simulators.google_business.consent import Consent
from amends.simulators.google_business.deliveries import FAULTS, Deliveries
from amends.simulators.google_business.keys import ISSUER, Keys
from amends.simulators.google_business.notices import NOTIFY_KEYS, Notices
from amends.simulators.google_business.pages import Pages
from amends.simulators.google_business.quotas import Quotas
from amends.simulators.google_business.refusals import GoogleError, Json
from amends.simulators.google_business.settings import NAMES, Settings
from amends.simulators.google_business.world import Review, World, restored
from amends.simulators.serving import DROPPED, BodyError, Request, Response, Router, json_response
from amends.simulators.simulator import Simulator, control_body

CALLS_REMEMBERED = 1000
_FIRST_PARTS = ("v1", "v4", "token", "revoke", "o", "oauth2", ".well-known")


class GoogleBusinessSimulator(Simulator):
    """One Cloud project and one Google account that manages the seeded profiles."""

    name = "google-business"
    base = "/v4"
    own_faults = FAULTS

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        settings: Settings | None = None,
        world_file: Path | None = None,
        state_file: Path | None = None,
    ) -> None:
        super().__init__(clock=clock, state_file=state_file)
        self.world = World()
        self._flags = settings or Settings()
        self.settings = self._flags
        self.keys = Keys()
        self.deliveries = Deliveries(
            settings=lambda: self.settings,
            keys=self.keys,
            faults=self.faults,
            now=self.now,
            pause=lambda seconds: self.pause(seconds),
        )
        self._seed = seed
        self._file = seeding.read_world_file(world_file) if world_file else None
        self._quotas = Quotas()
        self._calls: deque[Json] = deque(maxlen=CALLS_REMEMBERED)
        self.notices = Notices(self)
        self._consent = Consent(self)
        self._pages = Pages(self)
        self.begin()

    def now(self) -> int:
        """The simulator's clock, in nanoseconds."""
        return moments.of(self.clock.utc())

    # ---- life

    def open(self) -> None:
        """The server starts."""
        super().open()
        self.deliveries.open()

    def close(self) -> None:
        """The server has stopped."""
        self._closing.set()  # first, so that a slow push ends
        self.deliveries.close()
        super().close()

    # ---- state

    def seed(self) -> None:
        """The group with its reviews."""
        self.world = seeding.seeded(self._seed, now=self.now(), file=self._file)
        self.settings = self._flags
        self._calls.clear()
        self._quotas.clear()
        self.deliveries.clear()

    def dump(self) -> dict[str, object]:
        """Everything that is kept."""
        self.settle()
        return self.world.dump()

    def load(self, state: Mapping[str, object]) -> None:
        """Take over a state; what is missing stays as it is."""
        self.world = restored({**self.world.dump(), **copy.deepcopy(dict(state))})

    def settle(self) -> None:
        """Approve what has waited long enough, where replies are approved by themselves."""
        minutes = self.settings.approve_after_minutes
        if minutes is not None and self.world.approve(self.now() - round(minutes * moments.MINUTE)):
            self.changed()

    # ---- requests

    def serve(self, request: Request) -> Response:
        """A call of an API or of OAuth, or a page."""
        first = request.path.split("/")[1]
        if first not in _FIRST_PARTS:
            return self._pages.answer(request)
        if self.faults.offline:
            return DROPPED
        act = self._call if first in ("v1", "v4") else self._authorize
        return self.under_faults(request, partial(act, request))

    def failure(self, status: int, text: str = "") -> Response:
        """A fault in Google's shape."""
        return refusals.failing(status, text)

    def own_fault(self, fault: Fault, request: Request, act: object) -> Response:
        """What only makes sense for a push and was asked of a call."""
        return refusals.failing(500, f"{fault.kind} is a fault of a push.")

    def _call(self, request: Request) -> Response:
        name = ""
        try:
            method, names = methods.found(request)
            name, now = method.name, self.now()
            oauth.authenticate(self.world, request, now, method.service)
            self._refuse_by_project(method.service, now)
            self.settle()
            call = Call(
                self.world,
                self.settings,
                now,
                request,
                names,
                methods.read_parameters(request, method),
                lambda location: self._quotas.edit(location, now, self.settings),
            )
            response = json_response(method.act(call))
        except GoogleError as refused:
            response = refused.response(old=request.path.startswith("/v4"))
        called: Json = {"method": name, "verb": request.method, "path": request.path, "status": response.status}
        asked = {key: value for key, value in request.query if not key.endswith("_token")}
        self._calls.append({**called, "query": asked})
        return response

    def _refuse_by_project(self, service: str, now: int) -> None:
        self._quotas.query(service, now, self.settings)
        if service in self.settings.disabled_apis:
            host = f"{service}.googleapis.com"
            told = f"{host} has not been used in this project before or it is disabled."
            raise refusals.reason("PERMISSION_DENIED", told, "SERVICE_DISABLED", "googleapis.com", service=host)

    def _authorize(self, request: Request) -> Response:
        match request.method, request.path.rstrip("/"):
            case "POST", "/token" | "/oauth2/v4/token" | "/o/oauth2/token":
                return self._token(request)
            case "POST", "/revoke" | "/o/oauth2/revoke":
                return self._revoke(request)
            case "GET" | "POST", "/o/oauth2/v2/auth" | "/o/oauth2/auth":
                return self._consent.answer(request)
            case "GET", "/oauth2/v3/certs":
                return json_response(self.keys.as_json())
            case "GET", "/.well-known/openid-configuration":
                return json_response(_discovery(request.server))
        return refusals.envelope(404, "NOT_FOUND", "Requested entity was not found.", old=True)

    def _token(self, request: Request) -> Response:
        try:
            return json_response(oauth.token(self.world, self.settings, self.keys, request, self.now()))
        except oauth.OAuthError as refused:
            return refused.response()
        except BodyError as bad:
            return oauth.OAuthError("invalid_request", str(bad)).response()

    def _revoke(self, request: Request) -> Response:
        token = request.parameter("token") or request.form().get("token", "")
        if oauth.revoke(self.world, token):
            return json_response({})
        return oauth.OAuthError("invalid_token", "Token expired or revoked").response()

    def notify(self, kind: str, review: Review) -> None:
        """Tell of a review, where the account's setting asks for it."""
        self.notices.tell(kind, review)

    # ---- control

    def add_control(self, routes: Router) -> None:
        """The acts of `control.py`, the settings, what was called and what was pushed."""
        for name, (act, keys) in control.ACTS.items():
            routes.add("POST", f"/_control/{name}", partial(self._act, act, keys))
        routes.add("GET", "/_control/calls", lambda request: json_response({"calls": list(self._calls)}))
        routes.add(
            "GET", "/_control/deliveries", lambda request: json_response({"deliveries": self.deliveries.as_json()})
        )
        routes.add("GET", "/_control/settings", lambda request: json_response(self.settings.as_json()))
        routes.add("PUT", "/_control/settings", self._put_settings)
        routes.add("POST", "/_control/notify", self._send_notice)
        routes.add("POST", "/_control/rotate-key", lambda request: json_response({"kid": self.keys.rotate()}))

    def _act(self, act: control.Act, keys: tuple[str, ...], request: Request) -> Response:
        body = control_body(request, keys)
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError as broken:
            raise BodyError("There is half of a pair of UTF-16 in a text.") from broken
        return json_response(self.do(act, body))

    def do(self, act: control.Act, body: control.Body) -> Json:
        """One act of `control.py`. Raises BodyError."""
        with self.lock:
            self.settle()
            answer = act(self.world, body, self.now(), self.notify)
        self.changed()
        return answer

    def change_settings(self, body: Mapping[str, object]) -> None:
        """Raises BodyError."""
        with self.lock:
            self.settings = self.settings.changed(body)

    def _put_settings(self, request: Request) -> Response:
        self.change_settings(control_body(request, tuple(NAMES)))
        return json_response(self.settings.as_json())

    def _send_notice(self, request: Request) -> Response:
        return json_response(self.send_notice(control_body(request, NOTIFY_KEYS)))

    def send_notice(self, body: control.Body) -> Json:
        """A push on command. Raises BodyError."""
        with self.lock:
            return self.notices.command(body)

    def move_clock(self, body: control.Body) -> None:
        """As `PUT /_control/clock`. Raises ClockError."""
        with self.lock:
            self.clock.put(body)
        self.changed()
        self.deliveries.wake()

    def _put_clock(self, request: Request) -> Response:
        """As the parent; retries may be due."""
        response = super()._put_clock(request)
        self.deliveries.wake()
        return response


def _discovery(server: str) -> Json:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{server}/o/oauth2/v2/auth",
        "token_endpoint": f"{server}/token",
        "revocation_endpoint": f"{server}/revoke",
        "jwks_uri": f"{server}/oauth2/v3/certs",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
