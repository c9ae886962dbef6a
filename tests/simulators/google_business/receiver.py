"""An endpoint of bare HTTP: keeps what is pushed to it, reads its tokens by the published keys, answers as told."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from tests.simulators.google_business.driver import Google, until


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Got:
    """One push."""

    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return dict(json.loads(self.body)["message"])

    @property
    def data(self) -> str:
        return base64.b64decode(self.message["data"]).decode()

    @property
    def token(self) -> str:
        return self.headers["authorization"].removeprefix("Bearer ")

    @property
    def header(self) -> dict[str, Any]:
        return dict(json.loads(raw(self.token.split(".")[0])))

    @property
    def claims(self) -> dict[str, Any]:
        return dict(json.loads(raw(self.token.split(".")[1])))

    def signed(self, google: Google) -> bool:
        """Whether the token is RS256 by one of the published keys."""
        start, _, signature = self.token.rpartition(".")
        keys = {one["kid"]: one for one in google.http("GET", "/oauth2/v3/certs").json["keys"]}
        key = keys.get(self.header.get("kid", ""))
        if key is None or self.header["alg"] != "RS256":
            return False
        numbers = RSAPublicNumbers(int.from_bytes(raw(key["e"])), int.from_bytes(raw(key["n"])))
        try:
            numbers.public_key().verify(raw(signature), start.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


@dataclass
class Receiver:
    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], int] = lambda got: 204

    def until(self, count: int) -> list[Got]:
        until(lambda: len(self.got) >= count, what=f"{count} pushes")
        return self.got


@contextmanager
def receiving(google: Google) -> Iterator[Receiver]:
    """A receiver that the subscription pushes to; the group's account has its setting."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.got.append(got)
            self.send_response(receiver.answer(got))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/push?token=x"
    google.settings(push_endpoints=[receiver.url])
    body = {"pubsubTopic": "projects/amends-demo/topics/reviews", "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"]}
    path = f"/v1/{google.accounts[1]}/notificationSetting"
    assert google.call("PATCH", path, body, updateMask="pubsubTopic,notificationTypes").status == 200
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
