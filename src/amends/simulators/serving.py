"""The HTTP server under every simulator: loopback only, one thread per connection, and free to misbehave.

A simulator is a `Simulator` (see `simulator.py`); this file turns bytes into a `Request`, asks it for a `Response`,
and writes that, with whatever the response says about the connection.
"""

import json
import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

LOOPBACK = "127.0.0.1"
JSON_TYPE = "application/json; charset=utf-8"
_SECONDS_BETWEEN_LOOKS = 0.01  # how soon a server notices that it is to stop
_LARGEST_BODY = 64 * 1024 * 1024


class BodyError(ValueError):
    """A request body that cannot be read; its text is a sentence."""


@dataclass(frozen=True)
class Request:
    """One request as it came in. `path` is decoded and without its query; `args` are the names in a route's pattern."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    args: Mapping[str, str] = field(default_factory=dict)
    server: str = ""  # http://host:port as the client wrote it

    def header(self, name: str) -> str:
        """One header, or an empty text."""
        return self.headers.get(name.lower(), "")

    def parameter(self, name: str, otherwise: str = "") -> str:
        """The first value of one query parameter."""
        return next((value for key, value in self.query if key == name), otherwise)

    def json(self) -> object:
        """The body as JSON; None when it is empty. Raises BodyError."""
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except ValueError as unreadable:  # also bytes that are not UTF-8
            raise BodyError("The body is not JSON.") from unreadable

    def form(self) -> dict[str, str]:
        """The body as `application/x-www-form-urlencoded`, the last value of each name. Raises BodyError."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        except UnicodeDecodeError as unreadable:
            raise BodyError("The body is not a form in UTF-8.") from unreadable


@dataclass(frozen=True)
class Response:
    """One answer, and what becomes of the connection: `drop` closes it without a word, `reset` with a reset (RST),
    `truncate` in mid-sentence.

    `takeover` receives the open connection after the head was written (101, for a WebSocket) and owns it until it
    returns: (reader, socket).
    """

    status: int = 200
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    reset: bool = False
    truncate: bool = False
    takeover: Callable[[BufferedIOBase, socket.socket], None] | None = None


DROPPED = Response(drop=True)
RESET = Response(reset=True)


def json_response(value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Any JSON value as an answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status=status, body=body, headers=headers)


def html_response(page: str, *, status: int = 200) -> Response:
    """A page for people."""
    return Response(status=status, body=page.encode(), content_type="text/html; charset=utf-8")


def text_response(text: str, *, status: int = 200) -> Response:
    """Bare text."""
    return Response(status=status, body=text.encode(), content_type="text/plain; charset=utf-8")


def redirect(place: str) -> Response:
    """Go and look there (after a form: 303)."""
    return Response(status=303, headers=(("Location", place),), content_type="text/plain; charset=utf-8")


Handler = Callable[[Request], Response]


class Router:
    """(method, path) to a handler. A part of a pattern in braces takes one part of the path: `/patients/{PatNum}`."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, tuple[str, ...], Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Send requests of this method whose path fits to `handler`; routes added earlier go first."""
        self._routes.append((method, tuple(pattern.strip("/").split("/")), handler))

    def answer(self, request: Request) -> Response:
        """The handler's answer; 404 when no path fits, 405 when only the method does not. A bad body is 400."""
        parts = tuple(request.path.strip("/").split("/"))
        seen = False
        for method, pattern, handler in self._routes:
            args = _match(pattern, parts)
            if args is None:
                continue
            seen = True
            if method == request.method or (method == "GET" and request.method == "HEAD"):
                try:
                    return handler(replace(request, args=args))
                except BodyError as bad:
                    return json_response(str(bad), status=400)
        return text_response("Wrong method.\n", status=405) if seen else text_response("Not found.\n", status=404)


def _match(pattern: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    args: dict[str, str] = {}
    for expected, part in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            args[expected[1:-1]] = part
        elif expected != part:
            return None
    return args


class Answering(Protocol):
    """What a server needs of a simulator."""

    name: str

    def answer(self, request: Request) -> Response:
        """One answer for one request; called from many threads."""

    def open(self) -> None:
        """The server starts."""

    def close(self) -> None:
        """The server has stopped: keep the state, forget what was still to come."""


class Server:
    """One simulator on one port of this machine (0: any free one)."""

    def __init__(self, simulator: Answering, *, port: int = 0) -> None:
        self.simulator = simulator
        self._http = _Http((LOOPBACK, port), simulator)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_SECONDS_BETWEEN_LOOKS,), name=simulator.name
        )

    @property
    def port(self) -> int:
        """The actual port."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://{LOOPBACK}:{self.port}"

    def _serve(self) -> None:
        self._http.serve_forever(_SECONDS_BETWEEN_LOOKS)

    def start(self) -> int:
        """Serve in the background; returns the actual port. Raises OSError when state cannot be kept."""
        self.simulator.open()
        self._thread.start()
        return self.port

    def stop(self) -> None:
        """End all connections, then let the simulator keep its state."""
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()
        self.simulator.close()

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM; call it from the main thread."""
        asked = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: asked.set())
        self.start()
        print(f"{self.simulator.name}: {self.url}/", flush=True)
        asked.wait()
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = False  # closing joins them, so that nothing is left behind
    request_queue_size = 1024  # a client of many offices opens all its connections at once

    def __init__(self, address: tuple[str, int], simulator: Answering) -> None:
        self.simulator = simulator
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Connection)

    def server_bind(self) -> None:
        """As the parent, without its reverse look-up of the host's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    def process_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)  # noqa: S101  a type, not a check
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)  # noqa: S101
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection that waits for its next request."""
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was quicker


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http
    raw_requestline: bytes

    def parse_request(self) -> bool:
        """As the parent, but a raw space inside the query is taken as it was meant."""
        words = self.raw_requestline.split(b" ")
        if len(words) > 3:
            self.raw_requestline = b" ".join((words[0], b"%20".join(words[1:-1]), words[-1]))
        return super().parse_request()

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True  # the client went away; that is its right

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Quiet: the pages show what happened."""

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            return
        target = urlsplit(self.path)
        response = self.server.simulator.answer(
            Request(
                method=self.command,
                path=unquote(target.path),
                query=tuple(parse_qsl(target.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
                server=f"http://{self.headers.get('Host') or f'{LOOPBACK}:{self.server.server_port}'}",
            )
        )
        self._write(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._write(text_response("The body is too large.\n", status=413))
            return None
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes:
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(chunks)

    def _write(self, response: Response) -> None:
        if response.drop or response.reset:
            self.close_connection = True
            if response.reset:
                self._reset()
            return
        self.wfile.write(self._head(response) + self._visible_body(response))
        if response.truncate:
            self.close_connection = True
        if response.takeover is not None:
            self.close_connection = True
            response.takeover(self.rfile, self.connection)

    def _reset(self) -> None:
        """Close so that the other side gets a reset: what is unsent is thrown away, and no word of farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _head(self, response: Response) -> bytes:
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        if response.takeover is None:
            if response.body:
                lines.append(f"Content-Type: {response.content_type}")
            if response.status not in (204, 304):
                lines.append(f"Content-Length: {len(response.body)}")
            if self.close_connection:
                lines.append("Connection: close")
        lines += [f"Date: {self.date_time_string()}", "Cache-Control: no-store"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _visible_body(self, response: Response) -> bytes:
        if self.command == "HEAD":
            return b""
        return response.body[: len(response.body) // 2] if response.truncate else response.body
