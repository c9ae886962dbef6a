"""What Slack sends to the app: signed, over HTTP or a socket, three seconds for the ack (slack.md 2, 3, 8).

A rule of `/_control/faults` speaks of a delivery by its kind as `method` (`COMMAND`, `ACTION`, `VIEW`, `SHORTCUT`,
`OPTIONS`, `EVENT`) and its name as path: `/upset`, an action_id, a callback_id, the type of an event.
"""

import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from amends.simulators.faults import Fault, Faults
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.sockets import Sockets

FAULTS = r"lost|late_ack|duplicate|out_of_order|forged|unsigned|stale:\d+|lose_socket"
_SOCKET_TYPES = {"COMMAND": "slash_commands", "EVENT": "events_api"}
_URLS = {"COMMAND": "commands", "EVENT": "events"}
_SOCKET_REASONS = {"http_timeout": "timeout"}  # as logs of real apps show: github.com/slackapi/bolt-js/issues/2487
_LONGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True)
class Parcel:
    """One payload. `kind` and `name` are what rules of faults and the log call it."""

    kind: str
    name: str
    payload: Json


@dataclass(frozen=True)
class Attempt:
    """One attempt, and what the app answered in its own time; `error` is empty or a reason of slack.md 10."""

    transport: str  # http, socket or none
    error: str = ""
    status: int | None = None
    body: object = None  # parsed JSON, a text, or None
    seconds: float = 0.0
    no_retry: bool = False
    retry_num: int = 0
    fault: str = ""

    def as_json(self) -> Json:
        """For the log and for who pressed the button by control."""
        return {
            "transport": self.transport,
            "ok": not self.error,
            "error": self.error,
            "status": self.status,
            "body": self.body,
            "ack_seconds": round(self.seconds, 4),
            "retry_num": self.retry_num,
            "fault": self.fault,
        }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 over `v0:{timestamp}:{body}` (slack.md 8)."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Courier:
    """Carries one parcel at a time for any number of threads. `settings` gives the app's set-up of the moment."""

    def __init__(
        self, settings: Callable[[], Settings], sockets: Sockets, faults: Faults, pause: Callable[[float], object]
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._faults = faults
        self._pause = pause
        self._held: list[Parcel] = []

    def clear(self) -> None:
        """Forget what was held back."""
        self._held.clear()

    def deliver(self, parcel: Parcel, *, retry_num: int = 0, reason: str = "") -> list[Attempt]:
        """All attempts that were made at once, the one that counts first: a `duplicate` makes two."""
        paths = ("/" + parcel.name.lstrip("/"),)
        if seconds := self._faults.seconds(parcel.kind, paths):
            self._pause(seconds)
        fault = self._faults.take(parcel.kind, paths) or Fault("")
        if self._faults.offline or fault.kind == "lost":
            return [Attempt("none", "connection_failed", retry_num=retry_num, fault=fault.kind or "offline")]
        if fault.kind == "out_of_order" and parcel.kind == "EVENT":
            self._held.append(parcel)
            return [Attempt("none", retry_num=retry_num, fault=fault.kind)]
        envelope = str(uuid.uuid4())
        attempts = [
            self._send(parcel, fault, envelope, retry_num, reason) for _ in range(2 if fault.kind == "duplicate" else 1)
        ]
        if parcel.kind == "EVENT":
            held, self._held = self._held, []
            attempts += [self._send(late, Fault("out_of_order"), str(uuid.uuid4()), 0, "") for late in held]
        return attempts

    def verify(self, payload: Json) -> Attempt:
        """Ask the address for events, over HTTP always."""
        return self._by_http(self._settings(), Parcel("EVENT", "url_verification", payload), Fault(""), (0, ""))

    def _send(self, parcel: Parcel, fault: Fault, envelope: str, retry_num: int, reason: str) -> Attempt:
        settings = self._settings()
        by_socket = settings.socket_mode or (settings.socket_mode is None and len(self._sockets) > 0)
        if by_socket:
            attempt = self._by_socket(settings, parcel, fault, envelope, (retry_num, reason))
        else:
            attempt = self._by_http(settings, parcel, fault, (retry_num, reason))
        if fault.kind == "late_ack" and not attempt.error:
            return replace(attempt, error="http_timeout")
        return attempt

    def _by_socket(
        self, settings: Settings, parcel: Parcel, fault: Fault, envelope: str, retry: tuple[int, str]
    ) -> Attempt:
        message: Json = {
            "envelope_id": envelope,
            "type": _SOCKET_TYPES.get(parcel.kind, "interactive"),
            "accepts_response_payload": parcel.kind != "EVENT",
            "payload": parcel.payload,
        }
        if parcel.kind == "EVENT":
            message |= {"retry_attempt": retry[0], "retry_reason": _SOCKET_REASONS.get(retry[1], retry[1])}
        ack = self._sockets.send(message, seconds=settings.ack_seconds, lose=fault.kind == "lose_socket")
        error = {"acked": "", "late": "http_timeout"}.get(ack.outcome, "connection_failed")
        transport = "none" if ack.outcome == "no_connection" else "socket"
        return Attempt(transport, error, None, ack.payload, ack.seconds, retry_num=retry[0], fault=fault.kind)

    def _by_http(self, settings: Settings, parcel: Parcel, fault: Fault, retry: tuple[int, str]) -> Attempt:
        url = settings.url(_URLS.get(parcel.kind, "interactivity"))
        if not url:
            return Attempt("none", "connection_failed", retry_num=retry[0], fault=fault.kind)
        body, kind = _written(parcel)
        headers = {"Content-Type": kind, **signed_headers(settings, body, fault)}
        if retry[0]:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return replace(_posted(url, body, headers, settings.ack_seconds), retry_num=retry[0], fault=fault.kind)


def signed_headers(settings: Settings, body: bytes, fault: Fault) -> dict[str, str]:
    """The two headers of slack.md 8, as the fault wants them. The time is the real one: the app knows no other."""
    if fault.kind == "unsigned":
        return {}
    age = int(fault.arguments[0]) if fault.kind == "stale" else 0
    timestamp = str(int(time.time()) + settings.clock_skew_seconds - age)
    secret = "forged-" + settings.signing_secret if fault.kind == "forged" else settings.signing_secret
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature(secret, timestamp, body)}


def _written(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == "EVENT":
        return json.dumps(parcel.payload).encode(), "application/json"
    fields = parcel.payload if parcel.kind == "COMMAND" else {"payload": json.dumps(parcel.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _posted(url: str, body: bytes, headers: dict[str, str], seconds: float) -> Attempt:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": "Slackbot 1.0 (simulated)", "Accept": "*/*", "Connection": "close", **headers}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    started = time.monotonic()
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read(_LONGEST_ANSWER)
    except TimeoutError:
        return Attempt("http", "http_timeout", seconds=time.monotonic() - started)
    except (OSError, http.client.HTTPException):
        return Attempt("http", "connection_failed", seconds=time.monotonic() - started)
    finally:
        connection.close()
    spent = time.monotonic() - started
    error = "http_timeout" if spent > seconds else "" if 200 <= answer.status < 300 else "http_error"
    no_retry = answer.getheader("X-Slack-No-Retry") == "1"
    return Attempt("http", error, answer.status, _read(text), spent, no_retry)


def _read(body: bytes) -> object:
    """JSON where it is, else the text; None for nothing."""
    text = body.decode(errors="replace").strip()
    if not text:
        return None
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return text
    return parsed
