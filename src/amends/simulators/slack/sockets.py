"""Socket Mode: the open connections of the app, the envelopes that travel on them, and their acks (slack.md 2).

Up to ten connections; each payload goes to one of them, in turn.
"""

import json
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from io import BufferedIOBase

from amends.simulators.serving import Request, Response, text_response
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.websocket import WebSocket, upgrade

CONNECTIONS_AT_MOST = 10
SECONDS_BETWEEN_PINGS = 10.0
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
_HOST = "applink-simulated"


@dataclass
class _Waiting:
    """One envelope that is under way."""

    on: WebSocket
    ended: threading.Event = field(default_factory=threading.Event)
    acked: bool = False
    payload: object = None


@dataclass(frozen=True)
class Ack:
    """What came of one envelope: `outcome` is `acked`, `late`, `lost` (the connection) or `no_connection`."""

    outcome: str
    payload: object = None
    seconds: float = 0.0


class Sockets:
    """All connections of the app."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, _Waiting] = {}
        self._turn = 0

    def __len__(self) -> int:
        with self._lock:
            return len(self._open)

    def ticket(self) -> str:
        """Good for one connection."""
        ticket = secrets.token_hex(12)
        with self._lock:
            self._tickets.add(ticket)
        return ticket

    def connect(self, request: Request) -> Response:
        """The answer to a handshake at `/link/`; the connection lives in its `takeover`."""
        headers = upgrade(request)
        if headers is None:
            return text_response("Only for a WebSocket.\n", status=400)
        with self._lock:
            if request.parameter("ticket") not in self._tickets:
                return text_response("This ticket is not known, or was used.\n", status=403)
            self._tickets.remove(request.parameter("ticket"))
        return Response(status=101, headers=headers, takeover=self._live)

    def send(self, envelope: Json, *, seconds: float, lose: bool = False) -> Ack:
        """Give one envelope to one connection and wait up to `seconds` for its ack; `lose`: hang up behind it."""
        started = time.monotonic()
        number = str(envelope["envelope_id"])
        text = json.dumps(envelope)
        while True:
            waiting = self._next(number)
            if waiting is None:
                return Ack("no_connection")
            try:
                waiting.on.send(text)
                break
            except OSError:
                self._forget(waiting.on)
        if lose:
            waiting.on.lose()
        waiting.ended.wait(seconds)
        with self._lock:
            self._waiting.pop(number, None)
        spent = time.monotonic() - started
        if waiting.acked:
            return Ack("acked", waiting.payload, spent)
        return Ack("lost" if waiting.ended.is_set() else "late", None, spent)

    def disconnect(self, reason: str) -> int:
        """Tell every connection to go; after anything but a `warning` hang up. Returns how many were told."""
        told = self._all()
        for one in told:
            self._tell(one, _farewell(reason))
            if reason != "warning":
                one.close()
        return len(told)

    def lose(self) -> int:
        """Lose every connection without a word."""
        lost = self._all()
        for one in lost:
            one.lose()
        return len(lost)

    def ping(self) -> None:
        """Ask every connection whether it is there."""
        for one in self._all():
            try:
                one.ping(b"Ping from " + _HOST.encode())
            except OSError:
                self._forget(one)

    # ---- one connection

    def _live(self, reader: BufferedIOBase, connection: socket.socket) -> None:
        channel = WebSocket(reader, connection)
        with self._lock:
            full = len(self._open) >= CONNECTIONS_AT_MOST
            if not full:
                self._open.append(channel)
            count = len(self._open)
        if full:
            self._tell(channel, _farewell("too_many_websockets"))
            channel.close()
            return
        self._tell(channel, _hello(count))
        while (text := channel.receive()) is not None:
            self._acknowledge(text)
        self._forget(channel)

    def _acknowledge(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return  # Slack ignores what it does not understand
        number = said.get("envelope_id") if isinstance(said, dict) else None
        with self._lock:
            waiting = self._waiting.get(number) if isinstance(number, str) else None
            if waiting is not None and not waiting.ended.is_set():
                waiting.acked, waiting.payload = True, said.get("payload")
                waiting.ended.set()

    def _next(self, number: str) -> _Waiting | None:
        with self._lock:
            if not self._open:
                return None
            self._turn += 1
            waiting = self._waiting[number] = _Waiting(self._open[self._turn % len(self._open)])
            return waiting

    def _forget(self, channel: WebSocket) -> None:
        with self._lock:
            if channel in self._open:
                self._open.remove(channel)
            for waiting in self._waiting.values():
                if waiting.on is channel:
                    waiting.ended.set()

    def _all(self) -> list[WebSocket]:
        with self._lock:
            return list(self._open)

    def _tell(self, channel: WebSocket, message: Json) -> None:
        try:
            channel.send(json.dumps(message))
        except OSError:
            self._forget(channel)


def _hello(count: int) -> Json:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 3600},
        "connection_info": {"app_id": cast.APP_ID},
    }


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
