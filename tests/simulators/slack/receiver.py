"""An app of bare HTTP: keeps what it is sent, and answers as the test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier
from tests.simulators.slack.driver import Slack, until

from amends.simulators.slack.cast import SIGNING_SECRET

Answer = tuple[int, object]


@dataclass
class Got:
    """One request: its headers in lower case, its body, and whether Slack's own client takes its signature."""

    headers: dict[str, str]
    body: bytes

    @property
    def signed(self) -> bool:
        return SignatureVerifier(SIGNING_SECRET).is_valid_request(self.body, self.headers)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def payload(self) -> Any:
        text = self.body.decode()
        return json.loads(text if text.startswith("{") else self.form["payload"])


@dataclass
class Receiver:
    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Answer] = lambda got: (200, None)
    headers: dict[str, str] = field(default_factory=dict)

    def until(self, count: int) -> list[Got]:
        until(lambda: len(self.got) >= count, what=f"{count} requests")
        return self.got


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """Slack has hung up: that is its right."""


@contextmanager
def receiving(slack: Slack) -> Iterator[Receiver]:
    """A receiver that the workspace sends everything to."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.got.append(got)
            status, said = receiver.answer(got)
            text = b"" if said is None else said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/slack"
    slack.settings(request_url=receiver.url)
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
