"""The Slack simulator itself: who may call, which method, how fast, with which fault; what goes to the app; pages."""

import copy
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.faults import Fault
from amends.simulators.serving import DROPPED, BodyError, Request, Response, Router, json_response
from amends.simulators.simulator import Simulator, control_body
from amends.simulators.slack import cast, control, delivery, events_of, manifest, payloads, responses
from amends.simulators.slack.acting import Acting
from amends.simulators.slack.arguments import Arguments, Json, read_arguments, read_token
from amends.simulators.slack.call import Call
from amends.simulators.slack.events import Deliveries
from amends.simulators.slack.methods import METHODS, WITH_APP_TOKEN, WITHOUT_TOKEN
from amends.simulators.slack.pacing import Pacing
from amends.simulators.slack.pages import Pages
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.settings import NAMES, Settings
from amends.simulators.slack.sockets import REASONS, Sockets
from amends.simulators.slack.workspace import Workspace, restored, seeded

CALLS_REMEMBERED = 1000
_RESPONSE_URLS = ("commands", "actions")


class SlackSimulator(Simulator):
    """One workspace with one installed app. `scopes` None: those of the state file, or else the default ones."""

    name = "slack"
    base = "/api"
    own_faults = rf"(?:error|error_after):[a-z_]+|{delivery.FAULTS}"

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        bot_token: str = cast.BOT_TOKEN,
        scopes: Iterable[str] | None = None,
        rate_limit: bool = True,
        settings: Settings | None = None,
        state_file: Path | None = None,
    ) -> None:
        super().__init__(clock=clock, state_file=state_file)
        self.workspace = Workspace()
        self._flags = replace(settings or Settings(), rate_limit=rate_limit)
        self.settings = self._flags
        self.sockets = Sockets()
        self.courier = delivery.Courier(lambda: self.settings, self.sockets, self.faults, lambda s: self.pause(s))
        self.deliveries = Deliveries(self.courier, self.sockets, self.now)
        self.acting = Acting(self)
        self._seed = seed
        self._bot_token = bot_token
        self._scopes = None if scopes is None else tuple(scopes)
        self._pacing = Pacing()
        self._calls: deque[Json] = deque(maxlen=CALLS_REMEMBERED)
        self._add_acts(self._control)
        self._pages = Pages(self)
        self.begin()

    def now(self) -> datetime:
        """The simulator's clock, aware, in UTC."""
        return self.clock.utc()

    # ---- life

    def open(self) -> None:
        """The server starts."""
        super().open()
        self.deliveries.open()

    def close(self) -> None:
        """The server has stopped."""
        self.sockets.lose()  # first, so that nobody waits for an ack any more
        self.deliveries.close()
        super().close()

    # ---- state

    def seed(self) -> None:
        """The group's workspace, without messages."""
        scopes = cast.SCOPES if self._scopes is None else self._scopes
        self.workspace = seeded(self._seed, scopes=scopes, now=self.clock.utc())
        self.settings = self._flags
        self._calls.clear()
        self._pacing.clear()
        self.deliveries.clear()

    def dump(self) -> dict[str, object]:
        """Everything that is kept."""
        return self.workspace.dump()

    def load(self, state: Mapping[str, object]) -> None:
        """Take over a state; what is missing stays as it is. A `--scopes` flag wins."""
        merged = {**self.dump(), **copy.deepcopy(dict(state))}
        self.workspace = restored(merged)
        if self._scopes is not None:
            self.workspace.scopes = list(self._scopes)

    # ---- the Web API

    def serve(self, request: Request) -> Response:
        """A call below `/api/`, a use of a response_url, a Socket Mode connection, or a page."""
        first = request.path.split("/")[1]
        if first not in ("api", "link", *_RESPONSE_URLS):
            return self._pages.answer(request)
        if self.faults.offline:
            return DROPPED
        if first == "link":
            return self.sockets.connect(request)
        act = self._call if first == "api" else self._respond
        return self.under_faults(request, partial(act, request))

    def _respond(self, request: Request) -> Response:
        number = request.path.rpartition("/")[2]
        response = responses.respond(self.workspace, number, request, self.now())
        self._calls.append({"method": "response_url", "arguments": {"number": number}, "outcome": response.status})
        return response

    def failure(self, status: int, text: str = "") -> Response:
        """A fault in Slack's shape: JSON below 500, a page above (slack.md 9)."""
        if status >= 500:
            return Response(status=status, body=b"<h1>Server Error</h1>\n", content_type="text/html; charset=utf-8")
        code = {200: "internal_error", 429: "ratelimited"}.get(status, "fatal_error")
        return json_response({"ok": False, "error": text or code}, status=status)

    def own_fault(self, fault: Fault, request: Request, act: Callable[[], Response]) -> Response:
        """An error in an answer with HTTP 200: `error` does nothing, `error_after` did the work (slack.md 11)."""
        if fault.kind == "error_after":
            self._do(request, act)
        return self.failure(200, fault.arguments[0])

    def _call(self, request: Request) -> Response:
        method = request.path.removeprefix("/api/").strip("/")
        arguments = Arguments({})
        outcome = "ok"
        try:
            arguments = read_arguments(request)
            response = self._perform(method, arguments, request)
        except SlackError as refused:
            outcome, response = refused.code, refused.response()
        self._calls.append(
            {
                "method": method,
                "arguments": {name: value for name, value in arguments.values.items() if name != "token"},
                "outcome": outcome,
            }
        )
        return response

    def _perform(self, name: str, arguments: Arguments, request: Request) -> Response:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if name not in WITHOUT_TOKEN:
            self._authenticate(name, request, arguments)
        now = self.now()
        if self.settings.rate_limit:
            self._pacing.call(name, arguments.text("channel"), now, limited=self.settings.history_limited)
        call = Call(self.workspace, arguments, now, request.server, self.settings, self.emit, self.sockets.ticket)
        answer = method(call)
        self.changed()
        return json_response(answer, headers=(("X-OAuth-Scopes", ",".join(self.workspace.scopes)),))

    def _authenticate(self, name: str, request: Request, arguments: Arguments) -> None:
        for_app = name in WITH_APP_TOKEN
        # An app-level token counts in the header only (docs.slack.dev/reference/methods/apps.connections.open).
        token = read_token(request, Arguments({}) if for_app else arguments)
        if not token:
            raise SlackError("not_authed")
        if token in self.workspace.revoked:
            raise SlackError("token_revoked")
        if token not in (self._bot_token, self.settings.app_token):
            raise SlackError("invalid_auth")
        if (token == self.settings.app_token) != for_app:
            raise SlackError("not_allowed_token_type")

    # ---- towards the app

    def subscribed(self, event: Json) -> bool:
        """Whether the app is sent this event: it has asked for it, and sees the channel in which it happens."""
        place = event.get("channel")
        channel = self.workspace.channels.get(place) if isinstance(place, str) else None
        if events_of.subscription(event, channel) not in self.settings.events:
            return False
        inside = event["type"] in ("message", "app_mention")
        return not inside or channel is None or cast.BOT_USER in channel.members

    def emit(self, event: Json) -> None:
        """Send an event soon, when the app has subscribed to it."""
        if self.subscribed(event):
            payload = payloads.event(self.workspace, event, self.now())
            self.deliveries.post(delivery.Parcel("EVENT", str(event["type"]), payload))

    # ---- control

    def add_control(self, routes: Router) -> None:
        """The acts of `control.py`, the app's set-up, what was called and what was sent."""
        for name, (act, keys) in control.ACTS.items():
            routes.add("POST", f"/_control/{name}", partial(self._control_act, act, keys))
        routes.add("GET", "/_control/calls", lambda request: json_response({"calls": list(self._calls)}))
        routes.add("GET", "/_control/deliveries", self._show_deliveries)
        routes.add("GET", "/_control/settings", lambda request: json_response(self.settings.as_json()))
        routes.add("PUT", "/_control/settings", self._put_settings)
        routes.add("POST", "/_control/manifest", self._check_manifest)
        routes.add("PUT", "/_control/manifest", self._install_manifest)
        routes.add("POST", "/_control/verify-url", self._verify_url)
        routes.add("GET", "/_control/sockets", lambda request: json_response({"connections": len(self.sockets)}))
        routes.add("POST", "/_control/sockets", self._end_sockets)

    def _add_acts(self, routes: Router) -> None:
        """What people do that the app hears of, each answered when the app has answered."""
        for name, (act, keys) in self.acting.acts.items():
            routes.add("POST", f"/_control/{name}", partial(self._act, act, keys))

    def _act(self, act: Callable[[control.Body, str], Json], keys: tuple[str, ...], request: Request) -> Response:
        return json_response(act(control_body(request, keys), request.server))

    def _control_act(self, act: control.Act, keys: tuple[str, ...], request: Request) -> Response:
        return json_response(self.do(act, control_body(request, keys)))

    def do(self, act: control.Act, body: control.Body) -> Json:
        """One act of `control.py`. Raises BodyError."""
        with self.lock:
            answer = act(self.workspace, body, self.now(), self.emit)
        self.changed()
        return answer

    def _show_deliveries(self, request: Request) -> Response:
        return json_response({"deliveries": self.deliveries.as_json()})

    def _put_settings(self, request: Request) -> Response:
        body = control_body(request, tuple(NAMES))
        with self.lock:
            self.settings = self.settings.changed(body)
        return json_response(self.settings.as_json())

    def _check_manifest(self, request: Request) -> Response:
        """Answers as `apps.manifest.validate` does."""
        errors = manifest.problems(control_body(request, None))
        return json_response({"ok": False, "error": "invalid_manifest", "errors": errors} if errors else {"ok": True})

    def _install_manifest(self, request: Request) -> Response:
        """Check it and set the app up by it, its scopes too; 400 when it is refused."""
        body = control_body(request, None)
        if errors := manifest.problems(body):
            return json_response({"ok": False, "error": "invalid_manifest", "errors": errors}, status=400)
        with self.lock:
            self.settings = manifest.installed(body, self.settings)
            self.workspace.scopes = manifest.bot_scopes(body)
        self.changed()
        return json_response({"ok": True, "settings": self.settings.as_json(), "scopes": self.workspace.scopes})

    def _verify_url(self, request: Request) -> Response:
        """Ask the address for events whether it is the app's (url_verification)."""
        control_body(request, ())
        challenge = secrets.token_hex(16)
        attempt = self.courier.verify(payloads.verification(challenge))
        body = attempt.body.get("challenge") if isinstance(attempt.body, dict) else attempt.body
        return json_response({"verified": not attempt.error and body == challenge, **attempt.as_json()})

    def _end_sockets(self, request: Request) -> Response:
        """`{"do": "lose"}` without a word, or one of `sockets.REASONS`."""
        what = control_body(request, ("do",)).get("do")
        if what == "lose":
            return json_response({"connections": self.sockets.lose()})
        if not isinstance(what, str) or what not in REASONS:
            raise BodyError(f'"do" is lose, {", ".join(REASONS)}.')
        if what == "link_disabled":
            self.settings = replace(self.settings, socket_mode=False)
        return json_response({"connections": self.sockets.disconnect(what)})

    def _put_faults(self, request: Request) -> Response:
        """As the parent; nothing stays connected to a Slack that is offline."""
        response = super()._put_faults(request)
        if self.faults.offline:
            self.sockets.lose()
        return response

    def _put_clock(self, request: Request) -> Response:
        """As the parent; retries may be due."""
        response = super()._put_clock(request)
        self.deliveries.wake()
        return response
