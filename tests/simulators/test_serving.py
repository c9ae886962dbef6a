"""The server, the control and the state file that all simulators share."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from amends.simulators.clock import Clock, ClockError, read_offset, write_offset
from amends.simulators.faults import Fault, FaultError, Faults, read_rule
from amends.simulators.keeping import Keeper, read_state, write_state
from amends.simulators.serving import Request, Response, Router, Server, html_response, json_response, text_response
from amends.simulators.simulator import Simulator


class Counter(Simulator):
    """The smallest simulator: it counts what was posted."""

    name = "counter"
    base = "/api"

    def __init__(self, state_file: Path | None = None, faults: Faults | None = None) -> None:
        self.count = 0
        super().__init__(clock=Clock(), faults=faults, state_file=state_file)
        self.begin()

    def seed(self) -> None:
        self.count = 0

    def dump(self) -> dict[str, object]:
        return {"count": self.count}

    def load(self, state: Mapping[str, object]) -> None:
        self.count = int(str(state["count"]))

    def serve(self, request: Request) -> Response:
        if request.path == "/chat":
            return Response(status=101, headers=(("Upgrade", "chat"),), takeover=_echo)
        if request.path == "/page":
            return html_response("<p>Hello</p>")
        return self.under_faults(request, lambda: self._count(request))

    def _count(self, request: Request) -> Response:
        if request.method == "POST":
            self.count += 1
        return json_response({"count": self.count, "query": request.query, "size": len(request.body)})


def _echo(reader: object, connection: socket.socket) -> None:
    connection.sendall(b"hello " + connection.recv(100))


@pytest.fixture
def running() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(**settings: Any) -> Server:
        server = Server(Counter(**settings))
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


def _call(server: Server, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, None if body is None else json.dumps(body).encode())
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_one_connection_serves_many_requests(running):
    connection = http.client.HTTPConnection("127.0.0.1", running().port, timeout=60)
    for count in (1, 2, 3):
        connection.request("POST", "/api/x?a=1&a=2", b"12345")
        answer = json.loads(connection.getresponse().read())
        assert answer == {"count": count, "query": [["a", "1"], ["a", "2"]], "size": 5}
    connection.request("HEAD", "/page")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Length"], answer.read()) == (200, "12", b"")
    connection.close()


def test_a_body_may_come_in_chunks(running):
    connection = http.client.HTTPConnection("127.0.0.1", running().port, timeout=60)
    connection.request("POST", "/api/x", iter([b"abc", b"de"]), encode_chunked=True)
    assert json.loads(connection.getresponse().read())["size"] == 5
    connection.close()


def test_a_connection_may_be_taken_over(running):
    with socket.create_connection(("127.0.0.1", running().port), timeout=60) as plain:
        plain.sendall(b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += plain.recv(1)
        assert head.startswith(b"HTTP/1.1 101 ")
        plain.sendall(b"Ana")
        assert plain.recv(100) == b"hello Ana"


def test_it_listens_on_this_machine_only(running):
    assert running().url.startswith("http://127.0.0.1:")


def test_stopping_ends_connections_that_wait(running):
    server = running()
    waiting = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    waiting.sendall(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
    assert waiting.recv(10) == b"HTTP/1.1 2"
    server.simulator.close()
    server._http.hang_up()
    while waiting.recv(1000):
        pass
    waiting.close()


def test_a_nonsense_request_does_not_harm_the_next(running):
    server = running()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
        plain.sendall(b"nonsense\r\n\r\n")
        assert b"400" in plain.recv(1000)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
        plain.sendall(b"POST /api/x HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
        assert b"413" in plain.recv(1000)
    assert _call(server, "GET", "/api/x")[0] == 200


def test_late_work_is_done_late_and_forgotten_by_a_reset(running):
    waiting: list[Callable[[], None]] = []
    server = running(faults=Faults(later=lambda _, act: waiting.append(act)))
    rule = {"method": "POST", "path": "/x", "times": 1, "then": "late_commit:1"}
    _call(server, "PUT", "/_control/faults", {"rules": [rule]})
    with pytest.raises(ConnectionError):
        _call(server, "POST", "/api/x")
    assert json.loads(_call(server, "GET", "/api/x")[1])["count"] == 0
    waiting[0]()
    assert json.loads(_call(server, "GET", "/api/x")[1])["count"] == 1


def test_real_late_work_runs_in_a_thread_of_its_own():
    faults, done = Faults(), []
    faults.later(0.001, lambda: done.append(1))
    for timer in list(faults._timers):
        timer.join(60)
    assert done == [1]
    faults.later(1000, lambda: done.append(2))
    timer = next(iter(faults._timers))
    faults.clear()
    timer.join(60)
    assert done == [1]


@pytest.mark.parametrize(
    "rule",
    [
        "status:500",
        {"then": "status:9"},
        {"then": "late_commit"},
        {"then": "drop_before", "times": -1},
        {"then": "drop_before", "when": "now"},
        {"then": "drop_before", "path": 5},
        {},
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(rule):
    with pytest.raises(FaultError):
        read_rule(rule)


@pytest.mark.parametrize("body", [{"offline": "yes"}, {"latency_ms": -1}, {"latency_ms": True}, {"rules": {}}])
def test_switches_that_cannot_be_read_change_nothing(body):
    faults = Faults()
    faults.put({"offline": True})
    with pytest.raises(FaultError):
        faults.put(body)
    assert faults.offline


def test_a_rule_without_a_limit_stays_awake():
    faults = Faults()
    faults.put({"rules": [{"path": "commlogs", "then": "drop_before"}]})
    taken = [faults.take("GET", ("/api/v1/commlogs", "/commlogs")) for _ in range(3)]
    assert taken == [Fault("drop_before")] * 3
    assert faults.take("GET", ("/api/v1/tasks", "/tasks")) is None


def test_a_gateways_own_failure_has_a_body_too(running):
    server = running()
    for status, text in ((503, b'"Service Unavailable"'), (599, b'"Fault"')):
        _call(server, "PUT", "/_control/faults", {"rules": [{"path": "/", "times": 1, "then": f"status:{status}"}]})
        assert _call(server, "GET", "/api/x") == (status, text)


def test_latency_is_waited_for_and_cut_short_by_the_end(running):
    server = running()
    _call(server, "PUT", "/_control/faults", {"latency_ms": 1})
    assert _call(server, "GET", "/api/x")[0] == 200


@pytest.mark.parametrize(
    ("value", "text"),
    [("-05:00", "-05:00"), ("+0530", "+05:30"), ("Z", "+00:00"), (-5, "-05:00"), (-300, "-05:00"), (5.5, "+05:30")],
)
def test_offsets(value, text):
    assert write_offset(read_offset(value)) == text


@pytest.mark.parametrize("value", ["soon", None, True, "-25:00", 9000])
def test_offsets_that_cannot_be_read(value):
    with pytest.raises(ClockError):
        read_offset(value)


def test_a_time_with_an_offset_is_turned_into_office_time():
    clock = Clock()
    clock.put({"now": "2026-03-02T19:05:00Z"})
    assert clock.as_json()["now"] == "2026-03-02 14:05:00"
    with pytest.raises(ClockError):
        clock.put({"now": 5})
    clock.put({"now": None})
    assert clock.shift.total_seconds() == 0


def test_routes_take_parts_of_the_path_and_tell_404_from_405():
    router = Router()
    router.add("GET", "/tasks/{TaskNum}", lambda request: text_response(request.args["TaskNum"]))
    router.add("POST", "/bad", lambda request: json_response(request.json()))
    assert router.answer(Request("GET", "/tasks/5")).body == b"5"
    assert router.answer(Request("PUT", "/tasks/5")).status == 405
    assert router.answer(Request("GET", "/other")).status == 404
    assert router.answer(Request("POST", "/bad", body=b"{")).status == 400


def test_requests_read_forms_parameters_and_headers():
    request = Request("POST", "/", (("a", "1"),), {"x-name": "Ana"}, b"note=caf%C3%A9&empty=")
    assert request.form() == {"note": "café", "empty": ""}
    assert (request.parameter("a"), request.parameter("b", "-"), request.header("X-Name")) == ("1", "-", "Ana")


def test_state_is_kept_and_read_again(running, tmp_path):
    kept = tmp_path / "state.json"
    server = running(state_file=kept)
    _call(server, "POST", "/api/x")
    server.simulator.close()
    assert json.loads(kept.read_text())["state"] == {"count": 1}
    assert Counter(state_file=kept).count == 1


def test_a_change_is_saved_without_waiting_for_the_end(tmp_path):
    saved: list[int] = []
    path = tmp_path / "state.json"
    first, second = threading.Event(), threading.Event()

    def dump() -> object:
        saved.append(len(saved))
        (first if len(saved) == 1 else second).set()
        return saved

    keeper = Keeper(path, dump)
    keeper.start()
    assert first.wait(60)
    keeper.touch()
    assert second.wait(60)
    keeper.stop()
    assert json.loads(path.read_text()) == [0, 1, 2]


def test_a_state_file_is_replaced_as_one(tmp_path):
    path = tmp_path / "state.json"
    assert read_state(path) is None
    write_state(path, {"a": "é"})
    assert read_state(path) == {"a": "é"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_the_program_keeps_its_state_when_it_is_asked_to_end(tmp_path, name):
    kept = tmp_path / "state.json"
    command = [sys.executable, "-m", "amends.simulators", "open-dental", "--mode", "service", "--state", str(kept)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as program:
        assert program.stdout is not None
        port = int(program.stdout.readline().rstrip("/\n").rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        keys = {"Authorization": "ODFHIR demo-developer/demo-customer", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/commlogs", json.dumps({"PatNum": 1001, "Note": "UP-1.1"}), keys)
        assert connection.getresponse().read()
        connection.close()
        program.send_signal(name)
        assert program.wait(60) == 0
    assert "UP-1.1" in kept.read_text()
