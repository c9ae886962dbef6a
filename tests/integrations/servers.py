"""Servers on this machine that misbehave on purpose."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LOOPBACK = "127.0.0.1"


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Says:
    """One answer. `drop`: close without a word; `reset`: break the connection; `cut`: half of the body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    reset: bool = False
    cut: bool = False


Answer = Says | list[Any] | dict[str, Any] | Callable[[Asked], Any]


class StubServer:
    """Answers by method and path; what is not listed is 404. `asked` keeps every request in order."""

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.answers: dict[tuple[str, str], Answer] = {}
        self.asked: list[Asked] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
                pass

            def _serve(self) -> None:
                stub._serve(self)

            do_GET = do_POST = do_PUT = _serve  # noqa: N815  names that http.server calls

        class Http(ThreadingHTTPServer):
            daemon_threads = True

        self._http = Http((LOOPBACK, 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._http.server_address[1]}{self.base}"

    def on(self, method: str, path: str, answer: Answer) -> None:
        self.answers[method, path] = answer

    def bodies(self, method: str, path: str) -> list[Any]:
        return [asked.body for asked in self.asked if (asked.method, asked.path) == (method, path)]

    def queries(self, path: str) -> list[dict[str, str]]:
        return [asked.query for asked in self.asked if asked.path == path]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        target = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        is_json = "json" in handler.headers.get("Content-Type", "")
        body = json.loads(raw) if raw and is_json else dict(parse_qsl(raw.decode()))
        path = target.path.removeprefix(self.base).lstrip("/")
        asked = Asked(handler.command, path, dict(parse_qsl(target.query)), dict(handler.headers.items()), body)
        self.asked.append(asked)
        answer: Any = self.answers.get((handler.command, path), Says(404, f"{path} not found."))
        while callable(answer):
            answer = answer(asked)
        _write(handler, answer if isinstance(answer, Says) else Says(200, answer))

    def __enter__(self) -> "StubServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _write(handler: BaseHTTPRequestHandler, says: Says) -> None:
    if says.drop or says.reset:
        handler.close_connection = True
        if says.reset:
            break_off(handler.connection)
        return
    body = says.body if isinstance(says.body, bytes) else b"" if says.body is None else json.dumps(says.body).encode()
    handler.send_response(says.status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **says.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if says.cut else body)
    handler.close_connection = handler.close_connection or says.cut


def break_off(connection: socket.socket) -> None:
    """End a connection with a reset instead of a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def conversation(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A bare TCP server for one connection; gives its port. Whatever `talk` is not done with is closed at the end."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        opened: list[socket.socket] = []

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                opened.append(connection)
                try:
                    talk(connection)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for connection in opened:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
            thread.join()
