"""Service falls over to Remote where not one byte left, and never writes twice by it."""

from collections.abc import Iterator

import pytest
from tests.integrations.clocks import Time
from tests.integrations.servers import LOOPBACK, Says, StubServer
from tests.ports import free_port

from amends.deliveries.channel import Configuration, OfficeOffline, RetryAfter, UnknownOutcome
from amends.integrations.open_dental.client import Budget, Connection, OpenDentalClient
from amends.integrations.open_dental.pacing import Pacer
from amends.integrations.open_dental.route import Route, Routes
from amends.integrations.open_dental.rows import Patient


@pytest.fixture
def remote() -> Iterator[StubServer]:
    with StubServer("/api/v1") as stub:
        yield stub


@pytest.fixture(autouse=True)
def _both_know_dana(server: StubServer, remote: StubServer) -> None:
    for each, name in ((server, "Service"), (remote, "Remote")):
        each.on("GET", "patients/1", {"PatNum": 1, "FName": name})
        each.on("POST", "commlogs", Says(201, {"CommlogNum": 7}))


class Both:
    """A database that is reached through the Service, or else through Remote."""

    def __init__(self, service: str, remote: str) -> None:
        self.time, self.changes = Time(), list[str]()
        self.paced = Pacer(1.0, clock=self.time, sleep=self.time.sleep)
        ways = [
            Route(Connection(service, "dev-key", "cust-key", read_seconds=30), Pacer(0.0), "service"),
            Route(Connection(remote, "dev-key", "cust-key", read_seconds=30), self.paced, "remote"),
        ]
        self.client = OpenDentalClient(Routes(ways, changed=self.changes.append, clock=self.time))

    def read(self) -> str:
        return self.client.one("patients/1", Patient, Budget(10)).FName


def nobody() -> str:
    return f"http://{LOOPBACK}:{free_port()}"


def test_the_service_is_used_while_it_can_be_reached(server: StubServer, remote: StubServer) -> None:
    both = Both(server.url, remote.url)
    assert [both.read() for _ in range(3)] == ["Service"] * 3
    assert remote.asked == []
    assert both.time.now == 100.0  # it is not paced
    assert both.changes == []


def test_where_it_cannot_remote_takes_over_in_the_same_call_and_is_paced(remote: StubServer) -> None:
    both = Both(nobody(), remote.url)
    assert [both.read() for _ in range(3)] == ["Remote"] * 3
    assert both.client.post("commlogs", {}, Budget(10)).number("CommlogNum") == "7"
    assert both.time.now == 103.0
    assert both.changes == ["remote"]
    assert both.client.through == "remote"


def test_the_service_is_tried_again_after_a_minute(server: StubServer, remote: StubServer) -> None:
    both = Both(nobody(), remote.url)
    both.read()
    back = both.client._routes.ways[0].connection
    object.__setattr__(back, "base_url", server.url)  # it came back at the same address
    both.time.now = 159.0
    assert both.read() == "Remote"
    both.time.now = 161.0
    assert both.read() == "Service"
    assert both.changes == ["remote", "service"]
    assert both.client.through == "service"


def test_only_one_caller_at_a_time_tries_the_service_again(server: StubServer) -> None:
    both = Both(nobody(), server.url)
    both.read()
    both.time.now = 161.0
    routes = both.client._routes
    assert routes._to_try() == [0, 1]
    assert routes._to_try() == [1]


@pytest.mark.parametrize("says", [Says(drop=True), Says(reset=True), Says(504), Says(201, {"a": 1}, cut=True)])
def test_a_write_that_may_have_arrived_is_not_sent_the_other_way(
    server: StubServer, remote: StubServer, says: Says
) -> None:
    server.on("POST", "commlogs", says)
    with pytest.raises(UnknownOutcome):
        Both(server.url, remote.url).client.post("commlogs", {}, Budget(10))
    assert remote.asked == []


def test_an_answer_of_any_kind_is_an_answer(server: StubServer, remote: StubServer) -> None:
    server.on("GET", "patients/1", Says(401, "Key disabled"))
    with pytest.raises(Configuration):
        Both(server.url, remote.url).read()
    assert remote.asked == []


def test_where_neither_can_be_reached_the_office_is_offline() -> None:
    both = Both(nobody(), nobody())
    with pytest.raises(OfficeOffline):
        both.read()
    assert both.client._routes._to_try() == [1]  # the Service is left alone for a minute


def test_who_must_wait_for_remote_longer_than_may_be_is_told_so(remote: StubServer) -> None:
    both = Both(nobody(), remote.url)
    both.paced.pause(60)
    with pytest.raises(RetryAfter, match="come first"):
        both.read()
    assert remote.asked == []


def test_an_address_that_is_none_is_not_passed_over(remote: StubServer) -> None:
    with pytest.raises(Configuration):
        Both("nonsense", remote.url).read()
    assert remote.asked == []
