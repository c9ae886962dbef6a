"""A running simulator with what a test needs to drive it: bare HTTP with a token, and the control routes."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from amends.simulators.google_business.cast import ACCESS_TOKEN
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.serving import Server

Json = dict[str, Any]
MORNING = datetime(2026, 9, 2, 14, 5, tzinfo=UTC)


def until(come_true: Callable[[], object], *, what: str, within: float = 60) -> None:
    """Waits for something that another thread does; an error when it does not come."""
    deadline = time.monotonic() + within
    while not come_true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within:g} s in vain for {what}")
        time.sleep(0.01)


@dataclass
class Answer:
    """One answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Json:
        return dict(self.json["error"])

    @property
    def refusal(self) -> tuple[int, str]:
        """The HTTP status and Google's name for it."""
        assert self.error["code"] == self.status
        return self.status, self.error["status"]

    @property
    def detail(self) -> Json:
        return dict(self.error["details"][0])

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Google:
    simulator: GoogleBusinessSimulator
    server: Server
    token: str | None = ACCESS_TOKEN

    def http(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = "",
        language: str = "",
        **query: object,
    ) -> Answer:
        """One call of an API; `token` None: without one."""
        headers = {"Accept_Language": language} if language else {}
        bearer = self.token if token == "" else token
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return self.http(method, path + asked, None if body is None else json.dumps(body), **headers)

    def get(self, path: str, **query: object) -> Json:
        answer = self.http("GET", path + (f"?{urlencode(query, doseq=True)}" if query else ""), **self.bearer)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def form(self, path: str, /, **fields: str) -> Answer:
        """A form as a browser or an OAuth client sends it."""
        return self.http("POST", path, urlencode(fields), Content_Type="application/x-www-form-urlencoded")

    def control(self, name: str, /, **body: object) -> Json:
        answer = self.http("POST", f"/_control/{name}", json.dumps(body))
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def settings(self, **changes: object) -> Json:
        answer = self.http("PUT", "/_control/settings", json.dumps(changes))
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def faults(self, *then: str, method: str = "*", path: str = "/", times: int | None = 1, **switches: object) -> None:
        rules = [{"method": method, "path": path, "times": times, "then": one} for one in then]
        answer = self.http("PUT", "/_control/faults", json.dumps({"rules": rules, **switches}))
        assert answer.status == 200, answer.text

    def move_clock(self, **by: float) -> None:
        now = (self.simulator.clock.utc() + timedelta(**by)).isoformat()
        assert self.http("PUT", "/_control/clock", json.dumps({"now": now})).status == 200

    @property
    def state(self) -> Json:
        return dict(self.http("GET", "/_control/state").json)

    @property
    def deliveries(self) -> list[Json]:
        return list(self.http("GET", "/_control/deliveries").json["deliveries"])

    # ---- the seeded world

    @property
    def accounts(self) -> list[str]:
        """Their names: the person's, the group's, and the one that a vendor listens to."""
        return [one["name"] for one in self.get("/v1/accounts")["accounts"]]

    def location(self, code: str = "maple-street") -> str:
        """The long name of a location."""
        found = next(one for one in self.state["locations"] if one["store_code"] == code)
        return f"accounts/{found['account']}/locations/{found['id']}"

    def reviews(self, location: str, **query: object) -> list[Json]:
        """All pages."""
        found: list[Json] = []
        while True:
            page = self.get(f"/v4/{location}/reviews", **query)
            found += page.get("reviews", [])
            if "nextPageToken" not in page:
                return found
            query["pageToken"] = page["nextPageToken"]

    def write(self, code: str = "lakeside", **given: object) -> str:
        """A review of the public; its name."""
        told = {"stars": 2, "text": "Waited.", "reviewer": "Jen M", **given}
        return str(self.control("reviews", location=code, **told)["name"])

    def review(self, name: str) -> Json:
        return self.get(f"/v4/{quote(name)}")

    def reply(self, name: str, comment: object = "Thank you.") -> Answer:
        return self.call("PUT", f"/v4/{name}/reply", {"comment": comment})
