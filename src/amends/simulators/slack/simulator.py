"""The Slack simulator itself: who may call, which method, how fast, with which fault; and the page."""

import copy
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.faults import Fault
from amends.simulators.serving import (
    DROPPED,
    BodyError,
    Request,
    Response,
    Router,
    json_response,
    redirect,
    text_response,
)
from amends.simulators.simulator import Simulator, control_body
from amends.simulators.slack import cast, control, page
from amends.simulators.slack.arguments import Arguments, Json, read_arguments, read_token
from amends.simulators.slack.call import Call
from amends.simulators.slack.methods import METHODS, WITHOUT_TOKEN
from amends.simulators.slack.pacing import Pacing
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.workspace import Workspace, restored, seeded

CALLS_REMEMBERED = 1000


class SlackSimulator(Simulator):
    """One workspace with one installed app. `scopes` None: those of the state file, or else the default ones."""

    name = "slack"
    base = "/api"
    own_faults = r"(?:error|error_after):[a-z_]+"

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        bot_token: str = cast.BOT_TOKEN,
        scopes: Iterable[str] | None = None,
        rate_limit: bool = True,
        state_file: Path | None = None,
    ) -> None:
        super().__init__(clock=clock, state_file=state_file)
        self.workspace = Workspace()
        self._seed = seed
        self._bot_token = bot_token
        self._scopes = None if scopes is None else tuple(scopes)
        self._pacing = Pacing() if rate_limit else None
        self._calls: deque[Json] = deque(maxlen=CALLS_REMEMBERED)
        self._pages = self._page_routes()
        self.begin()

    # ---- state

    def seed(self) -> None:
        """The group's workspace, without messages."""
        scopes = cast.SCOPES if self._scopes is None else self._scopes
        self.workspace = seeded(self._seed, scopes=scopes, now=self.clock.utc())
        self._calls.clear()
        if self._pacing:
            self._pacing.clear()

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
        """A call below `/api/`, or a page."""
        if not request.path.startswith("/api/"):
            return self._pages.answer(request)
        if self.faults.offline:
            return DROPPED
        return self.under_faults(request, partial(self._call, request))

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
            self._authenticate(read_token(request, arguments))
        if name == "chat.postMessage" and self._pacing:
            self._pacing.spend(arguments.text("channel"), self.clock.utc())
        answer = method(Call(self.workspace, arguments, self.clock.utc(), request.server))
        self.changed()
        return json_response(answer, headers=(("X-OAuth-Scopes", ",".join(self.workspace.scopes)),))

    def _authenticate(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token in self.workspace.revoked:
            raise SlackError("token_revoked")
        if token != self._bot_token:
            raise SlackError("invalid_auth")

    # ---- control

    def add_control(self, routes: Router) -> None:
        """The acts of `control.py`, and what was called."""
        for name, (act, keys) in control.ACTS.items():
            routes.add("POST", f"/_control/{name}", partial(self._control_act, act, keys))
        routes.add("GET", "/_control/calls", lambda request: json_response({"calls": list(self._calls)}))

    def _control_act(self, act: control.Act, keys: tuple[str, ...], request: Request) -> Response:
        body = control_body(request, keys)
        with self.lock:
            answer = act(self.workspace, body, self.clock.utc())
        self.changed()
        return json_response(answer)

    # ---- pages

    def _page_routes(self) -> Router:
        routes = Router()
        routes.add("GET", "/", self._show_channel)
        routes.add("GET", "/archives/{channel}", self._show_channel)
        routes.add("GET", "/archives/{channel}/{message}", self._show_message)
        routes.add("POST", "/archives/{channel}", self._write)
        routes.add("GET", "/home/{user}", self._show_home)
        return routes

    def _show_channel(self, request: Request) -> Response:
        with self.lock:
            first = next(iter(self.workspace.channels), "")
            return page.channel_page(self.workspace, request.args.get("channel", first), offset=self.clock.offset)

    def _show_message(self, request: Request) -> Response:
        return redirect(f"/archives/{request.args['channel']}#{request.args['message']}")

    def _show_home(self, request: Request) -> Response:
        with self.lock:
            return page.home_page(self.workspace, request.args["user"])

    def _write(self, request: Request) -> Response:
        """A person writes on the page."""
        channel = request.args["channel"]
        try:
            with self.lock:
                control.say(self.workspace, {**request.form(), "channel": channel}, self.clock.utc())
        except BodyError as bad:
            return text_response(f"{bad}\n", status=400)
        self.changed()
        return redirect(f"/archives/{channel}")
