"""The one way out says honestly whether a request left."""

import logging
import socket

import pytest
from tests.integrations.servers import LOOPBACK, Says, StubServer, break_off, conversation
from tests.ports import free_port

from amends.integrations import http
from amends.integrations.http import MayHaveArrived, NeverLeft, RefusedAddress, send


def ask(url: str, path: str = "rows", **options: object) -> http.Answer:
    return send("POST", url, path, json={"Note": "secret text"}, allow_private=True, **options)  # type: ignore[arg-type]


def test_an_answer_comes_back_whole_whatever_its_status(server: StubServer) -> None:
    server.on("POST", "rows", Says(418, ["tea"], {"Retry-After": "7"}))
    answer = ask(server.url, query={"PatNum": 4127})
    assert (answer.status, answer.text, answer.retry_after) == (418, '["tea"]', 7.0)
    assert server.asked[0].query == {"PatNum": "4127"}
    assert server.asked[0].body == {"Note": "secret text"}


@pytest.mark.parametrize("told", ["", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_pause_that_is_no_number_is_unknown(server: StubServer, told: str) -> None:
    server.on("POST", "rows", Says(429, None, {"Retry-After": told} if told else {}))
    assert ask(server.url).retry_after is None


def test_nothing_listening_means_never_left() -> None:
    with pytest.raises(NeverLeft):
        ask(f"http://{LOOPBACK}:{free_port()}")


def test_no_connection_in_time_means_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_slow(*_: object, **__: object) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", too_slow)
    with pytest.raises(NeverLeft):
        ask("http://office.example")


def test_no_such_name_means_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> socket.socket:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(NeverLeft):
        ask("http://office.example")


def test_a_broken_handshake_means_never_left() -> None:
    with conversation(lambda connection: None) as port, pytest.raises(NeverLeft):
        ask(f"https://{LOOPBACK}:{port}")


@pytest.mark.parametrize(
    "says",
    [Says(drop=True), Says(reset=True), Says(200, ["a long enough body"], cut=True)],
    ids=["drop", "reset", "cut"],
)
def test_a_broken_answer_means_may_have_arrived(server: StubServer, says: Says) -> None:
    server.on("POST", "rows", says)
    with pytest.raises(MayHaveArrived):
        ask(server.url)


def test_no_answer_in_time_means_may_have_arrived() -> None:
    with conversation(lambda connection: _read_until_closed(connection)) as port, pytest.raises(MayHaveArrived):
        ask(f"http://{LOOPBACK}:{port}", read_seconds=0.05)


def _read_until_closed(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def test_a_reset_before_the_answer_means_may_have_arrived() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(10)
        break_off(connection)

    with conversation(talk) as port, pytest.raises(MayHaveArrived):
        ask(f"http://{LOOPBACK}:{port}")


def test_an_answer_that_is_no_http_means_may_have_arrived() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"220 mail.example ready\r\n\r\n")

    with conversation(talk) as port, pytest.raises(MayHaveArrived):
        ask(f"http://{LOOPBACK}:{port}")


def test_an_answer_that_is_too_large_is_not_read(server: StubServer) -> None:
    server.on("POST", "rows", Says(200, "x" * 5000))
    with pytest.raises(MayHaveArrived, match="larger than 1000"):
        ask(server.url, largest=1000)


def test_an_answer_that_does_not_end_is_given_up(server: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("POST", "rows", Says(200, ["row"]))
    times = iter([0.0, 1000.0])
    monkeypatch.setattr("amends.integrations.http.time.monotonic", lambda: next(times, 1000.0))
    with pytest.raises(MayHaveArrived, match="did not end"):
        ask(server.url)


def test_a_private_address_is_refused_before_anything_is_sent(server: StubServer) -> None:
    server.on("POST", "rows", ["row"])
    with pytest.raises(RefusedAddress):
        send("POST", server.url, "rows", json={}, allow_private=False)
    # Not even over a connection that somebody else was allowed to open.
    assert ask(server.url).status == 200
    with pytest.raises(RefusedAddress):
        send("POST", server.url, "rows", json={}, allow_private=False)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.1.1", False),
        ("224.0.0.1", False),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert http._is_public(address) is public


@pytest.mark.parametrize("url", ["ftp://office.example", "http://", "not an address", "http://a b"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NeverLeft):
        ask(url)


def test_a_header_that_would_break_the_request_never_leaves(server: StubServer) -> None:
    with pytest.raises(RefusedAddress):
        ask(server.url, headers={"Authorization": "ODFHIR a\r\nX: b/c"})
    assert server.asked == []


def test_no_redirection_is_followed(server: StubServer) -> None:
    server.on("POST", "rows", Says(302, None, {"Location": f"{server.url}/elsewhere"}))
    assert ask(server.url).status == 302
    assert len(server.asked) == 1


def test_no_cookie_is_carried_to_the_next_request(server: StubServer) -> None:
    server.on("POST", "rows", Says(200, [], {"Set-Cookie": "office=1; Path=/"}))
    ask(server.url)
    ask(server.url)
    assert all("Cookie" not in asked.headers for asked in server.asked)


def test_connections_are_used_again(server: StubServer) -> None:
    server.on("POST", "rows", [])
    for _ in range(3):
        ask(server.url)
    assert len(http._transports) == 1


def test_no_secret_in_errors_or_logs(server: StubServer, caplog: pytest.LogCaptureFixture) -> None:
    server.on("POST", "rows", Says(drop=True))
    with caplog.at_level(logging.DEBUG), pytest.raises(MayHaveArrived) as caught:
        ask(server.url, query={"LName": "Quillfeather"}, headers={"Authorization": "ODFHIR dev/cust-secret"})
    told = f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert caught.value.__suppress_context__
    for secret in ("Quillfeather", "cust-secret", "secret text"):
        assert secret not in told
