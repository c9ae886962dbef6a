"""An office that is offline costs its callers nothing, and is back as soon as it answers a small question."""

import threading
from contextlib import suppress

import pytest
from tests.integrations.clocks import Time
from tests.integrations.servers import LOOPBACK, Says, StubServer
from tests.ports import free_port

from amends.deliveries.channel import Configuration, OfficeOffline, Permanent, RetryAfter, UnknownOutcome
from amends.integrations import http
from amends.integrations.open_dental.breaker import SILENCES, Breaker
from amends.integrations.open_dental.client import Budget, Connection, OpenDentalClient
from amends.integrations.open_dental.pacing import Pacer
from amends.integrations.open_dental.route import Route, Routes
from amends.integrations.open_dental.rows import Patient

OFFLINE = Says(400, "The office's eConnector is not running")
PROBE = ("GET", "preferences")


class There:
    """A client of the stub whose breaker runs on the test's clock."""

    def __init__(self, url: str) -> None:
        self.time, self.changes = Time(), list[bool]()
        self.breaker = Breaker(changed=self.changes.append, clock=self.time)
        route = Route(Connection(url, "dev-key", "cust-key", read_seconds=30), Pacer(0.0))
        self.client = OpenDentalClient(Routes([route]), self.breaker)

    def read(self) -> None:
        self.client.one("patients/1", Patient, Budget(10))

    def fail(self, times: int = SILENCES) -> None:
        for _ in range(times):
            with pytest.raises(OfficeOffline):
                self.read()


@pytest.fixture
def there(server: StubServer) -> There:
    server.on("GET", "patients/1", OFFLINE)
    server.on(*PROBE, OFFLINE)
    return There(server.url)


def test_after_three_silences_the_office_is_asked_only_now_and_then(there: There, server: StubServer) -> None:
    there.fail()
    assert there.changes == [True]
    there.fail(5)  # the first of them asks
    assert [asked.path for asked in server.asked] == ["patients/1"] * 3 + ["preferences"]
    there.time.now += 1
    there.fail()
    assert len(server.asked) == 4
    there.time.now += 1.5
    there.fail()
    assert len(server.asked) == 5
    assert there.changes == [True]  # it is told once


def test_it_is_asked_at_least_every_half_minute(there: There, server: StubServer) -> None:
    there.fail()
    for _ in range(20):
        there.time.now += 30.0
        there.fail(1)
    assert len(server.asked) == 3 + 20


def test_the_first_answer_of_the_office_ends_it_in_the_same_call(there: There, server: StubServer) -> None:
    there.fail()
    server.on(*PROBE, [{"PrefName": "ProgramVersion", "ValueString": "25.4.48.0"}])
    server.on("GET", "patients/1", {"PatNum": 1})
    there.read()
    assert there.changes == [True, False]
    assert not there.breaker.is_open


def test_a_write_is_not_sent_to_a_silent_office(there: There, server: StubServer) -> None:
    there.fail()
    with pytest.raises(OfficeOffline):
        there.client.post("commlogs", {}, Budget(10))
    assert server.bodies("POST", "commlogs") == []


@pytest.mark.parametrize("says", [Says(401, "Key disabled"), Says(404, "Patient not found."), Says(200, {"PatNum": 1})])
def test_any_answer_of_the_office_breaks_the_row(there: There, server: StubServer, says: Says) -> None:
    there.fail(SILENCES - 1)
    server.on("GET", "patients/1", says)
    with suppress(Configuration, Permanent):
        there.read()
    server.on("GET", "patients/1", OFFLINE)
    there.fail(SILENCES - 1)
    assert there.changes == []


@pytest.mark.parametrize("says", [Says(429, "Too many requests"), Says(503)])
def test_the_vendors_own_servers_say_nothing_about_the_office(there: There, server: StubServer, says: Says) -> None:
    there.fail(SILENCES - 1)
    server.on("GET", "patients/1", says)
    with pytest.raises(RetryAfter):
        there.read()
    server.on("GET", "patients/1", OFFLINE)
    there.fail(1)
    assert there.changes == [True]
    server.on(*PROBE, says)
    there.fail(1)
    assert there.breaker.is_open


@pytest.mark.parametrize("says", [Says(504), Says(400, "Office timeout")])
def test_an_office_that_lets_writes_time_out_is_silent_too(there: There, server: StubServer, says: Says) -> None:
    server.on("POST", "commlogs", says)
    for _ in range(SILENCES):
        with pytest.raises(UnknownOutcome):
            there.client.post("commlogs", {}, Budget(10))
    assert there.changes == [True]


@pytest.mark.parametrize(("seconds", "counts"), [(65.0, True), (1.0, False)])
def test_who_waited_long_in_vain_met_silence_and_who_was_in_a_hurry_did_not(
    there: There, monkeypatch: pytest.MonkeyPatch, seconds: float, counts: bool
) -> None:
    def in_vain(*_: object, **__: object) -> http.Answer:
        raise http.TimedOut("The request was sent, but no answer came in time.", seconds)

    monkeypatch.setattr(http, "send", in_vain)
    for _ in range(SILENCES):
        with pytest.raises(RetryAfter):
            there.read()
    assert there.breaker.is_open is counts


def test_a_connection_that_breaks_says_nothing(there: There, server: StubServer) -> None:
    server.on("GET", "patients/1", Says(drop=True))
    for _ in range(SILENCES * 2):
        with pytest.raises(RetryAfter):
            there.read()
    assert there.changes == []


def test_a_machine_that_is_off_is_silent() -> None:
    there = There(f"http://{LOOPBACK}:{free_port()}")
    there.fail()
    assert there.changes == [True]


def test_an_office_that_was_left_silent_is_asked_before_it_is_called(server: StubServer) -> None:
    server.on(*PROBE, OFFLINE)
    there = There(server.url)
    there.client.breaker = Breaker(is_open=True, changed=there.changes.append, clock=there.time)
    there.fail(1)
    assert [asked.path for asked in server.asked] == ["preferences"]


def test_only_one_caller_asks_at_a_time() -> None:
    breaker, asks, go = Breaker(is_open=True), threading.Event(), threading.Event()

    def ask() -> bool:
        asks.set()
        return go.wait(60)

    asking = threading.Thread(target=breaker.pass_through, args=(ask,))
    asking.start()
    assert asks.wait(60)
    with pytest.raises(OfficeOffline):
        breaker.pass_through(lambda: pytest.fail("somebody is asking already"))
    go.set()
    asking.join()
    breaker.pass_through(lambda: pytest.fail("it is back"))


def test_a_question_that_fails_leaves_it_open() -> None:
    breaker = Breaker(is_open=True)

    def ask() -> bool:
        raise RetryAfter("Other requests to this office come first.")

    with pytest.raises(RetryAfter):
        breaker.pass_through(ask)
    assert breaker.is_open
