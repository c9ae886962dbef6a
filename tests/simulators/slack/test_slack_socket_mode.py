"""Socket Mode: tickets, envelopes, acks, several connections, and connections that are lost."""

import base64
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from tests.simulators.slack.bolt import closed
from tests.simulators.slack.driver import Refused, Slack, until

from amends.simulators.slack.cast import APP_TOKEN, BOT_TOKEN
from amends.simulators.slack.websocket import _unmasked

UPSET = {"user": "U0RITA", "channel": "C0NORTH", "command": "/upset"}
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Bare:
    """A WebSocket client of this test's own: what it sends is as right or wrong as the test wants."""

    def __init__(self, slack: Slack, url: str, **headers: str) -> None:
        parts = urlsplit(url)
        self.connection = socket.create_connection(("127.0.0.1", slack.server.port), timeout=60)
        given = {
            "Host": "127.0.0.1",
            "Upgrade": "websocket",
            "Connection": "keep-alive, Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.reader = self.connection.makefile("rb")
        self.status = int(self.reader.readline().split()[1])
        while self.reader.readline().strip():
            pass

    def send(self, kind: int, payload: bytes, *, first: int = 0x80, masked: bool = True) -> None:
        size = len(payload)
        length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
        length = bytes([length[0] | (0x80 if masked else 0)]) + length[1:]
        mask = os.urandom(4)
        body = mask + bytes(one ^ mask[at % 4] for at, one in enumerate(payload)) if masked else payload
        self.connection.sendall(bytes([first | kind]) + length + body)

    def say(self, message: object) -> None:
        self.send(TEXT, json.dumps(message).encode())

    def frame(self) -> tuple[int, bytes]:
        head = self.reader.read(2)
        if len(head) < 2:
            return 0, b""
        size = head[1]
        if size == 126:
            (size,) = struct.unpack("!H", self.reader.read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.reader.read(8))
        return head[0] & 0x0F, self.reader.read(size)

    def message(self) -> Any:
        kind, payload = self.frame()
        assert kind == TEXT, (kind, payload)
        return json.loads(payload)

    def close(self) -> None:
        self.reader.close()
        self.connection.close()


@pytest.fixture
def connect(slack: Slack) -> Iterator[Any]:
    there: list[Bare] = []

    def connected(**headers: str) -> Bare:
        url = slack.client_with(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)["url"]
        there.append(Bare(slack, url, **headers))
        return there[-1]

    yield connected
    for one in there:
        one.close()


def test_only_the_app_token_opens_connections_and_only_that(slack: Slack, refused: Refused) -> None:
    assert refused(slack.client.apps_connections_open, app_token=BOT_TOKEN) == "not_allowed_token_type"
    assert refused(slack.client_with(APP_TOKEN).auth_test) == "not_allowed_token_type"
    assert refused(slack.client.apps_connections_open, app_token="xapp-other") == "invalid_auth"
    assert slack.form("apps.connections.open", token=APP_TOKEN)["error"] == "not_authed"  # in the header only
    slack.control("revoke", token=APP_TOKEN)
    assert refused(slack.client.apps_connections_open, app_token=APP_TOKEN) == "token_revoked"
    slack.control("revoke", token=APP_TOKEN, revoked=False)
    slack.settings(socket_mode=False)
    assert refused(slack.client.apps_connections_open, app_token=APP_TOKEN) == "access_denied"


def test_the_address_is_on_the_same_host_and_good_once(slack: Slack) -> None:
    url = slack.client.apps_connections_open(app_token=APP_TOKEN)["url"]
    assert url.startswith(f"ws://127.0.0.1:{slack.server.port}/link/?ticket=")
    first, second = Bare(slack, url), Bare(slack, url)
    assert (first.status, second.status) == (101, 403)
    hello = first.message()
    assert (hello["type"], hello["num_connections"], hello["connection_info"]) == ("hello", 1, {"app_id": "A0AMENDS"})
    first.close()
    second.close()


@pytest.mark.parametrize("headers", [{"Upgrade": "h2c"}, {"Sec_WebSocket_Version": "8"}, {"Sec_WebSocket_Key": ""}])
def test_what_is_no_handshake_is_refused(connect: Any, headers: dict[str, str]) -> None:
    assert connect(**headers).status == 400


def test_an_envelope_is_answered_with_a_payload(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    told: list[Any] = []
    acting = threading.Thread(target=lambda: told.append(slack.control("command", **UPSET)))
    acting.start()
    envelope = app.message()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/upset"
    app.send(TEXT, b"no json")
    app.say(["nothing"])
    app.say({"envelope_id": "another"})
    app.say({"envelope_id": envelope["envelope_id"], "payload": {"text": "hello"}})
    acting.join(60)
    assert (told[0]["transport"], told[0]["ok"], told[0]["answer"]) == ("socket", True, {"text": "hello"})
    assert slack.messages[0]["text"] == "hello"


def test_an_event_whose_ack_is_late_comes_again_with_its_number(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    slack.settings(ack_seconds=60)
    slack.rule("EVENT", "late_ack")
    told: list[Any] = []
    acting = threading.Thread(target=lambda: told.append(slack.control("open-home", user="U0OMAR")))
    acting.start()
    first = app.message()
    app.say({"envelope_id": first["envelope_id"]})
    second = app.message()
    app.say({"envelope_id": second["envelope_id"]})
    acting.join(60)
    assert told[0]["error"] == "http_timeout"
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert first["payload"] == second["payload"]
    assert first["envelope_id"] != second["envelope_id"]
    assert not second["accepts_response_payload"]
    until(lambda: slack.deliveries[0]["attempts"][-1]["ok"], what="the ack")


def test_the_same_envelope_may_come_twice(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    slack.settings(ack_seconds=0.05)
    slack.rule("COMMAND", "duplicate")
    told = slack.control("command", **UPSET)
    assert len(told["attempts"]) == 2
    assert app.message()["envelope_id"] == app.message()["envelope_id"]


def test_each_payload_goes_to_one_of_several_connections(slack: Slack, connect: Any) -> None:
    apps = [connect() for _ in range(3)]
    for app in apps:
        app.message()
    until(lambda: slack.sockets == 3, what="three sockets")
    slack.settings(ack_seconds=0.01)
    for number in range(6):
        slack.control("command", **UPSET, text=str(number))
    got = [[app.message()["payload"]["text"] for _ in range(2)] for app in apps]
    assert sorted(text for texts in got for text in texts) == list("012345")


def test_the_eleventh_connection_is_refused(slack: Slack, connect: Any) -> None:
    for _ in range(10):
        connect().message()
    assert connect().message()["reason"] == "too_many_websockets"
    assert slack.sockets == 10


def test_a_lost_connection_is_an_error_for_the_person(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    slack.rule("COMMAND", "lose_socket")
    told = slack.control("command", **UPSET)
    assert (told["ok"], told["error"]) == (False, "connection_failed")
    assert app.message()["payload"]["command"] == "/upset"
    assert app.frame() == (0, b"")  # not a word of farewell
    assert slack.sockets == 0
    assert not slack.control("command", **UPSET)["delivered"]


def test_an_app_that_is_not_connected_hears_of_an_event_by_its_retry(slack: Slack, connect: Any) -> None:
    slack.settings(socket_mode=True, ack_seconds=60)
    told = slack.control("open-home", user="U0OMAR")
    assert (told["delivered"], told["transport"], told["error"]) == (False, "none", "connection_failed")
    slack.until_tried(2)
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    slack.move_clock(60)
    envelope = app.message()
    assert (envelope["retry_attempt"], envelope["payload"]["event"]["type"]) == (2, "app_home_opened")
    app.say({"envelope_id": envelope["envelope_id"]})
    until(lambda: slack.deliveries[0]["attempts"][-1]["ok"], what="the ack")


def test_a_slack_that_goes_offline_loses_its_sockets(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    slack.faults(offline=True)
    assert app.frame() == (0, b"")


@pytest.mark.parametrize(("do", "ends"), [("warning", False), ("refresh_requested", True), ("link_disabled", True)])
def test_an_app_is_told_to_go(slack: Slack, connect: Any, do: str, ends: bool) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    assert slack.control("sockets", do=do)["connections"] == 1
    assert (app.message()["reason"], slack.settings()["socket_mode"]) == (do, False if do == "link_disabled" else None)
    if ends:
        assert app.frame()[0] == CLOSE
    assert slack.http("POST", "/_control/sockets", '{"do": "dance"}')[0] == 400


def test_slacks_own_client_comes_back_after_a_refresh_and_after_a_loss(slack: Slack) -> None:
    web = WebClient(base_url=f"{slack.server.url}/api/", retry_handlers=[])
    client = SocketModeClient(app_token=APP_TOKEN, web_client=web, ping_interval=0.2)
    heard: list[str] = []

    def listen(_: object, request: SocketModeRequest) -> None:
        heard.append(request.payload["text"])
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(listen)
    client.connect()
    try:
        for how in ("refresh_requested", "lose"):
            until(lambda: slack.sockets >= 1, what="a connection")
            before = client.session_id()
            slack.control("sockets", do=how)
            until(lambda before=before: client.session_id() != before and slack.sockets == 1, what="the next one")  # type: ignore[misc]
            until(lambda how=how: slack.control("command", **UPSET, text=how)["ok"], what="an ack")  # type: ignore[misc]
            assert how in heard
    finally:
        closed(client)


# ---- RFC 6455


def test_a_ping_is_answered_and_so_is_a_farewell(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    app.send(PONG, b"unasked")
    app.send(PING, b"there?")
    assert app.frame() == (PONG, b"there?")
    slack.simulator.sockets.ping()
    assert app.frame()[0] == PING
    app.send(CLOSE, struct.pack("!H", 1000))
    assert app.frame() == (CLOSE, struct.pack("!H", 1000))
    until(lambda: slack.sockets == 0, what="the end")


def test_a_message_may_come_in_parts_with_a_ping_between(slack: Slack, connect: Any) -> None:
    app = connect()
    app.message()
    until(lambda: slack.sockets == 1, what="the socket")
    slack.settings(ack_seconds=60)
    told: list[Any] = []
    acting = threading.Thread(target=lambda: told.append(slack.control("command", **UPSET, text="x" * 70_000)))
    acting.start()
    said = json.dumps({"envelope_id": app.message()["envelope_id"], "payload": {"text": "y" * 300}}).encode()
    app.send(TEXT, said[:20], first=0)
    app.send(PING, b"")
    app.send(0, said[20:])
    acting.join(60)
    assert told[0]["answer"] == {"text": "y" * 300}


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda app: app.send(TEXT, b"{}", masked=False), 1002),
        (lambda app: app.send(TEXT, b"{}", first=0xC0), 1002),
        (lambda app: app.send(0, b"{}"), 1002),
        (lambda app: app.send(3, b"{}"), 1002),
        (lambda app: app.send(PING, b"x" * 126), 1002),
        (lambda app: app.send(PING, b"", first=0), 1002),
        (lambda app: app.send(2, b"bytes"), 1003),
        (lambda app: app.send(TEXT, b"\xff\xfe"), 1007),
        (lambda app: app.connection.sendall(b"\x81\xff" + struct.pack("!Q", 1 << 40)), 1009),
        (lambda app: [app.send(TEXT if not n else 0, b"x" * 65_000, first=0) for n in range(17)], 1009),
    ],
)
def test_whoever_breaks_the_protocol_is_told_and_hung_up_on(slack: Slack, connect: Any, send: Any, code: int) -> None:
    app = connect()
    app.message()
    send(app)
    assert app.frame() == (CLOSE, struct.pack("!H", code))
    until(lambda: slack.sockets == 0, what="the end")


@given(st.binary(max_size=200), st.binary(min_size=4, max_size=4))
def test_masking_twice_is_not_masking(payload: bytes, mask: bytes) -> None:
    assert _unmasked(_unmasked(payload, mask), mask) == payload
    assert _unmasked(payload, mask) == bytes(one ^ mask[at % 4] for at, one in enumerate(payload))
