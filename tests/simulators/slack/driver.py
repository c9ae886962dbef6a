"""A running simulator with what a test needs to drive it: Slack's own client, bare HTTP, the control routes."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient

from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN
from amends.simulators.slack.simulator import SlackSimulator

Json = dict[str, Any]
Start = Callable[..., "Slack"]
Refused = Callable[..., str]
MORNING = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)


def until(come_true: Callable[[], object], *, what: str, within: float = 60) -> None:
    """Waits for something that another thread does; an error when it does not come."""
    deadline = time.monotonic() + within
    while not come_true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within:g} s in vain for {what}")
        time.sleep(0.01)


@dataclass
class Slack:
    simulator: SlackSimulator
    server: Server
    client: WebClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.client_with(BOT_TOKEN)

    def client_with(self, token: str | None) -> WebClient:
        return WebClient(token=token, base_url=f"{self.server.url}/api/", retry_handlers=[], timeout=60)

    def http(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def form(self, name: str, /, *, token: str | None = BOT_TOKEN, **fields: str) -> dict[str, Any]:
        """One call as a bare form, the token among its fields."""
        body = urlencode({**fields, **({"token": token} if token else {})})
        answer = self.http("POST", f"/api/{name}", body, Content_Type="application/x-www-form-urlencoded")[2]
        return dict(json.loads(answer))

    def control(self, name: str, /, **body: object) -> dict[str, Any]:
        status, _, answer = self.http("POST", f"/_control/{name}", json.dumps(body))
        assert status == 200, answer
        return dict(json.loads(answer))

    def settings(self, **changes: object) -> dict[str, Any]:
        status, _, answer = self.http("PUT", "/_control/settings", json.dumps(changes))
        assert status == 200, answer
        return dict(json.loads(answer))

    def rule(self, kind: str, then: str, *, path: str = "/", times: int | None = 1) -> None:
        """One fault of what is sent to the app."""
        rules = [{"method": kind, "path": path, "times": times, "then": then}]
        assert self.http("PUT", "/_control/faults", json.dumps({"rules": rules}))[0] == 200

    def move_clock(self, seconds: float) -> None:
        now = (self.simulator.now() + timedelta(seconds=seconds)).isoformat()
        assert self.http("PUT", "/_control/clock", json.dumps({"now": now}))[0] == 200

    @property
    def sockets(self) -> int:
        return int(json.loads(self.http("GET", "/_control/sockets")[2])["connections"])

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        return list(json.loads(self.http("GET", "/_control/deliveries")[2])["deliveries"])

    def until_tried(self, times: int) -> None:
        """The first delivery was tried so often, and its next retry is planned."""

        def planned() -> bool:
            first = self.deliveries[0]
            return len(first["attempts"]) == times and bool(first["retry_at"])

        until(planned, what=f"a retry after {times} attempts")

    def faults(self, *then: str, path: str = "/", times: int = 1, **switches: object) -> None:
        rules = [{"path": path, "times": times, "then": one} for one in then]
        status, _, answer = self.http("PUT", "/_control/faults", json.dumps({"rules": rules, **switches}))
        assert status == 200, answer

    @property
    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.http("GET", "/_control/state")[2]))

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.state["messages"])
