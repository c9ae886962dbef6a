"""A client of the simulator in tests: plain http.client, one connection per call, nothing of ours in between."""

import http.client
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from amends.simulators.faults import Faults
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.serving import Server

# Monday, 2 March 2026, 14:05 in the office (five hours behind UTC).
MOMENT = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)
NOW = "2026-03-02 14:05:00"
KEYS = "ODFHIR demo-developer/demo-customer"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Instants:
    """The clocks outside the simulator: real time that stands still, seconds that pass when somebody waits."""

    def __init__(self) -> None:
        self.utc = MOMENT
        self.seconds = 1000.0
        self.waits: list[float] = []

    def real(self) -> datetime:
        return self.utc

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


class Late:
    """Collects work that is to come late, until a test lets it happen."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def __call__(self, seconds: float, act: Any) -> None:
        self.waiting.append((seconds, act))

    def happen(self) -> None:
        for _, act in self.waiting:
            act()
        self.waiting.clear()


class Practice:
    """One running simulator and a way to call it."""

    def __init__(self, settings: Settings) -> None:
        self.instants = Instants()
        self.late = Late()
        self.office = OpenDental(
            settings,
            faults=Faults(later=self.late),
            real=self.instants.real,
            monotonic=self.instants.monotonic,
            wait=self.instants.wait,
        )
        self.server = Server(self.office)
        self.server.start()

    def call(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None, **query: Any
    ) -> Answer:
        """Any request; a body is sent as JSON. `query` becomes the query string."""
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        sent = {"Authorization": KEYS, **({} if body is None else {"Content-Type": "application/json"})}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            payload = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path + asked, payload, sent if headers is None else headers)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", f"/api/v1/{path}", **query)

    def post(self, path: str, body: object) -> Answer:
        return self.call("POST", f"/api/v1/{path}", body)

    def put(self, path: str, body: object, **query: Any) -> Answer:
        return self.call("PUT", f"/api/v1/{path}", body, **query)

    def fault(self, then: str, *, method: str = "*", path: str = "/", times: int | None = 1, **more: Any) -> None:
        """Switch on one rule."""
        rule = {"method": method, "path": path, "times": times, "then": then, **more}
        assert self.call("PUT", "/_control/faults", {"rules": [rule]}).status == 200

    def set(self, *, customer_key: str = "", **changes: Any) -> dict[str, Any]:
        """Change settings while it runs, of one customer key or of all."""
        asked = f"?customer_key={customer_key}" if customer_key else ""
        answer = self.call("PUT", f"/_control/settings{asked}", changes)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def control(self, method: str, path: str, body: object = None, **query: Any) -> Answer:
        """Any other act below `/_control/`."""
        return self.call(method, f"/_control/{path}", body, **query)

    def rows(self, table: str, **query: Any) -> list[dict[str, Any]]:
        """The rows of a table as they are stored."""
        return list(self.control("GET", f"rows/{table}", **query).json)

    def get_as(self, key: str, path: str) -> Answer:
        """A GET with another customer key."""
        return self.call("GET", f"/api/v1/{path}", headers={"Authorization": f"ODFHIR demo-developer/{key}"})

    def type_number(self, name: str) -> int:
        """The DefNum of a type of CommLogs."""
        rows = self.get("definitions", Category=27, includeHidden="true").json
        return int(next(row["DefNum"] for row in rows if row["ItemName"] == name))


def service(**changes: Any) -> Settings:
    """Settings of a test that is not about the mode: no throttle."""
    return Settings(**{"mode": Mode.SERVICE, **changes})
