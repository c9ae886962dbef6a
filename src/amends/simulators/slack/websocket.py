"""The server's side of a WebSocket (RFC 6455), as much of it as Socket Mode needs: text, ping, pong, close."""

import base64
import contextlib
import hashlib
import socket
import struct
import threading
from io import BufferedIOBase

from amends.simulators.serving import Request

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_LARGEST_MESSAGE = 1024 * 1024
_CONTINUED, _TEXT, _CLOSE, _PING, _PONG = 0, 1, 8, 9, 10
_LONGEST_CONTROL = 125
NORMAL, PROTOCOL_ERROR, NOT_TEXT, NOT_UTF8, TOO_BIG = 1000, 1002, 1003, 1007, 1009


class _Broken(Exception):
    """The other side broke the protocol; `code` tells it how."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def upgrade(request: Request) -> tuple[tuple[str, str], ...] | None:
    """The headers of a 101 answer; None when the request is no WebSocket handshake."""
    key = request.header("sec-websocket-key").strip()
    asked = request.header("upgrade").lower() == "websocket" and "upgrade" in request.header("connection").lower()
    if request.method != "GET" or not asked or not key or request.header("sec-websocket-version").strip() != "13":
        return None
    digest = hashlib.sha1((key + _GUID).encode()).digest()  # noqa: S324  the protocol's own choice, not a secret
    return (
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", base64.b64encode(digest).decode()),
    )


class WebSocket:
    """One open connection. Any thread may send; one thread receives."""

    def __init__(self, reader: BufferedIOBase, connection: socket.socket) -> None:
        self._reader = reader
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, text: str) -> None:
        """One text message. Raises OSError when the connection is gone."""
        self._send(_TEXT, text.encode())

    def ping(self, payload: bytes = b"") -> None:
        """Ask whether the other side is there. Raises OSError."""
        self._send(_PING, payload)

    def close(self, code: int = NORMAL) -> None:
        """Say good-bye and hang up."""
        with contextlib.suppress(OSError):  # the other side may be quicker
            self._send(_CLOSE, struct.pack("!H", code))
        self.lose()

    def lose(self) -> None:
        """Hang up without a word."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was lost already

    def receive(self) -> str | None:
        """The next text message; None when the connection has ended. Pings are answered on the way."""
        try:
            return self._receive()
        except _Broken as broken:
            self.close(broken.code)
        except (OSError, ValueError):
            pass  # lost in mid-sentence
        return None

    def _receive(self) -> str | None:
        message = b""
        begun = False
        while True:
            last, kind, payload = self._frame()
            match kind:
                case 8:  # close
                    self.close()
                    return None
                case 9:  # ping
                    self._send(_PONG, payload)
                    continue
                case 10:  # pong
                    continue
                case 2:  # binary
                    raise _Broken(NOT_TEXT)
            if (kind == _CONTINUED) != begun or kind not in (_CONTINUED, _TEXT):
                raise _Broken(PROTOCOL_ERROR)
            begun = True
            message += payload
            if len(message) > _LARGEST_MESSAGE:
                raise _Broken(TOO_BIG)
            if last:
                try:
                    return message.decode()
                except UnicodeDecodeError as unreadable:
                    raise _Broken(NOT_UTF8) from unreadable

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._exactly(2)
        kind, length = first & 0x0F, second & 0x7F
        if first & 0x70 or not second & 0x80:  # an extension that was not agreed, or a client that does not mask
            raise _Broken(PROTOCOL_ERROR)
        if kind >= _CLOSE and (length > _LONGEST_CONTROL or not first & 0x80):
            raise _Broken(PROTOCOL_ERROR)
        if length == 126:
            (length,) = struct.unpack("!H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._exactly(8))
        if length > _LARGEST_MESSAGE:
            raise _Broken(TOO_BIG)
        mask = self._exactly(4)
        return bool(first & 0x80), kind, _unmasked(self._exactly(length), mask)

    def _exactly(self, size: int) -> bytes:
        read = self._reader.read(size)
        if len(read) < size:
            raise ConnectionError("The other side hung up.")
        return read

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size <= _LONGEST_CONTROL:
            head = struct.pack("!BB", 0x80 | kind, size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x80 | kind, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 127, size)
        with self._sending:
            self._connection.sendall(head + payload)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
