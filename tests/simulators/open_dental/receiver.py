"""Somebody who listens for events on this machine."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One event as it came."""

    path: str
    headers: dict[str, str]
    body: Any


class Receiver:
    """Remembers what comes and answers with `status`, or with those of `statuses` first."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.status = 200
        self.statuses: list[int] = []
        self.arrived = threading.Semaphore(0)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/events/?token=unguessable"

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805  the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.got.append(Received(self.path, dict(self.headers.items()), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                receiver.arrived.release()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Quiet."""

        return Handler
