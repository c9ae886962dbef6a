"""The one way out: a single HTTP request, and an honest word on whether it left.

Everything outside is reached through `send` (Slack alone has a client of its own). It follows no redirect, retries
nothing, keeps no cookies, goes through no proxy, and reads no more than it was allowed. Its errors hold neither
query, nor body, nor header: those carry patients and keys.
"""

import ipaddress
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, cast

import httpx2

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
LARGEST_ANSWER = 16 * 1024 * 1024
# Idle connections are given up before any usual server does, so that a request seldom meets one that was just closed.
_LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3.0)


class HttpError(Exception):
    """Base of what may go wrong on the way; the text is a sentence without secrets."""


class NeverLeft(HttpError):
    """Not one byte of the request was sent: refused, no such name, no connection in time."""


class RefusedAddress(NeverLeft):
    """The address is not one that Amends may call: private where only public is allowed, or not an address."""


class MayHaveArrived(HttpError):
    """The request was sent, and no whole answer came back."""


class TimedOut(MayHaveArrived):
    """The request was sent, and no whole answer came within `after` seconds."""

    def __init__(self, why: str, after: float) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True)
class Answer:
    """What came back, whole. Header names are in lower case; the body shows in no representation."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def retry_after(self) -> float | None:
        """`Retry-After` in seconds; None where it is missing or a date."""
        try:
            return max(0.0, float(self.headers.get("retry-after", "")))
        except ValueError:
            return None


def send(
    method: str,
    base_url: str,
    path: str,
    *,
    query: Mapping[str, str | int] | None = None,
    json: object = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    largest: int = LARGEST_ANSWER,
    allow_private: bool = False,
) -> Answer:
    """One request, sent once; the answer whatever its status. Safe from any thread; connections are pooled.

    `read_seconds` limits each wait for bytes, and (with `connect_seconds`) the whole body. `largest` is in bytes.
    Without `allow_private`, an address that is not public is refused after its name is known and before anything is
    sent. `form` is a body as browsers send it, in place of `json`. Raises `NeverLeft` (also as `RefusedAddress`) or
    `MayHaveArrived`, and nothing else.
    """
    journey = _Journey(allow_private=allow_private)
    try:
        request = httpx2.Request(
            method,
            f"{base_url.rstrip('/')}/{path.lstrip('/')}",
            params=query or None,
            json=json,
            data=form,
            # Identity: what is counted against `largest` is what was sent, and no small answer can unfold into memory.
            headers={"Accept-Encoding": "identity", **(headers or {})},
            extensions={
                "timeout": httpx2.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds).as_dict(),
                "trace": journey.note,
            },
        )
        transport = _transport(request.url, allow_private)
        started = time.monotonic()
        response = transport.handle_request(request)
        try:
            body = _read(response, largest, started=started, seconds=connect_seconds + read_seconds)
        finally:
            response.close()
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, UnicodeError):
        raise RefusedAddress("The address or a header of this request is not valid.") from None
    except httpx2.TimeoutException:
        raise journey.error("no answer came in time", after=read_seconds) from None
    except httpx2.TransportError as failure:
        raise journey.error(_PLAIN.get(type(failure), "the connection failed")) from None
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def close_connections() -> None:
    """Close every pooled connection: at the end of a process, and after tests."""
    with _lock:
        transports = list(_transports.values())
        _transports.clear()
    for transport in transports:
        transport.close()


_PLAIN: dict[type[Exception], str] = {
    httpx2.ConnectError: "no connection could be made",
    httpx2.ReadError: "the connection broke",
    httpx2.RemoteProtocolError: "the answer broke off or is not HTTP",
}


class _Stream(Protocol):
    """What is used of a connection just made (httpcore2's `NetworkStream`)."""

    def get_extra_info(self, info: str) -> tuple[str, int]: ...
    def close(self) -> None: ...


class _Journey:
    """Follows one request through the transport's trace: whether it has left, and to where."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._left = False

    def note(self, event: str, details: Mapping[str, object]) -> None:
        """Called by the transport at each step (httpx2's `trace` extension)."""
        if event == "http11.send_request_headers.started":
            self._left = True
        elif event == "connection.connect_tcp.complete" and not self._allow_private:
            stream = cast("_Stream", details["return_value"])
            # The address really connected to: a name that resolves differently the second time cannot slip through.
            address = stream.get_extra_info("server_addr")
            if not _is_public(address[0]):
                stream.close()
                raise RefusedAddress("The address is a private one, which is not allowed here.")

    def error(self, why: str, *, after: float | None = None) -> HttpError:
        """What to raise for a failure at this point of the journey; `after` so many seconds of waiting."""
        if not self._left:
            return NeverLeft(f"Not sent: {why}.")
        sentence = f"The request was sent, but {why}."
        return MayHaveArrived(sentence) if after is None else TimedOut(sentence, after)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (inner or ip).is_global and not ip.is_multicast


def _read(response: httpx2.Response, largest: int, *, started: float, seconds: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        size += len(part)
        if size > largest:
            raise MayHaveArrived(f"The request was sent, but the answer is larger than {largest} bytes.")
        if time.monotonic() > started + seconds:
            raise TimedOut("The request was sent, but the answer did not end in time.", after=seconds)
        parts.append(part)
    return b"".join(parts)


_transports: dict[tuple[str, str, int | None, bool], httpx2.HTTPTransport] = {}
_lock = threading.Lock()


def _transport(url: httpx2.URL, allow_private: bool) -> httpx2.HTTPTransport:
    # A connection opened for a caller that may go to private addresses is never lent to one that may not.
    key = (url.scheme, url.host, url.port, allow_private)
    with _lock:
        if key not in _transports:
            _transports[key] = httpx2.HTTPTransport(verify=_trusted(), limits=_LIMITS)
        return _transports[key]


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts, read once: reading it takes longer than a request."""
    return httpx2.create_ssl_context()
