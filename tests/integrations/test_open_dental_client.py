"""The client pages, keeps the pace, and tells what certainly was not written from what may have been."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from tests.integrations.servers import LOOPBACK, Asked, Says, StubServer
from tests.ports import free_port

from amends.deliveries.channel import Configuration, OfficeOffline, RetryAfter, UnknownOutcome
from amends.integrations.open_dental.client import Budget, Connection, OpenDentalClient
from amends.integrations.open_dental.pacing import Pacer
from amends.integrations.open_dental.route import Route, Routes
from amends.integrations.open_dental.rows import Appointment, Commlog, Definition, Inbox, Patient

AT_TWO = datetime.fromisoformat("2026-03-02 14:05:00")  # naive, as Open Dental writes it


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def client(server: StubServer) -> OpenDentalClient:
    return client_of(Connection(server.url, "dev-key", "cust-key", read_seconds=30), Pacer(0))


def client_of(connection: Connection, pacer: Pacer) -> OpenDentalClient:
    return OpenDentalClient(Routes([Route(connection, pacer)]))


def budget() -> Budget:
    return Budget(10)


def paged(rows: list[dict[str, object]], size: int) -> object:
    return lambda asked: rows[int(asked.query.get("Offset", 0)) :][:size]


def test_keys_travel_in_the_header_and_nowhere_else(server: StubServer, client: OpenDentalClient) -> None:
    server.on("GET", "commlogs", [])
    client.rows("commlogs", Commlog, {"PatNum": 4127}, budget())
    asked = server.asked[0]
    assert asked.headers["Authorization"] == "ODFHIR dev-key/cust-key"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.query == {"PatNum": "4127"}
    assert "cust-key" not in repr(Connection(server.url, "dev-key", "cust-key"))


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 250, 1000, 1001])
def test_all_pages_are_read_and_each_row_once(server: StubServer, client: OpenDentalClient, count: int) -> None:
    for size in (100, 1000):
        rows: list[dict[str, object]] = [{"CommlogNum": n, "Note": f"note {n}"} for n in range(count)]
        server.on("GET", "commlogs", paged(rows, size))  # type: ignore[arg-type]
        found = client.rows("commlogs", Commlog, {"PatNum": 4127}, budget())
        assert [row.CommlogNum for row in found] == list(range(count))


def test_a_row_that_goes_away_between_two_pages_hides_no_other(server: StubServer, client: OpenDentalClient) -> None:
    rows: list[dict[str, object]] = [{"CommlogNum": n} for n in range(150)]

    def answer(asked: Asked) -> list[dict[str, object]]:
        page = rows[int(asked.query.get("Offset", 0)) :][:100]
        if len(rows) == 150:
            rows.pop(0)
        return page

    server.on("GET", "commlogs", answer)
    assert len(client.rows("commlogs", Commlog, {}, budget())) == 150


def test_a_server_that_ignores_the_offset_does_not_keep_the_client_for_ever(
    server: StubServer, client: OpenDentalClient
) -> None:
    server.on("GET", "definitions", [{"DefNum": n} for n in range(100)])
    assert len(client.rows("definitions", Definition, {}, budget())) == 100


def test_a_list_that_is_not_found_is_empty(server: StubServer, client: OpenDentalClient) -> None:
    server.on("GET", "commlogs", Says(404, "Commlogs not found."))
    assert client.rows("commlogs", Commlog, {}, budget()) == []


@pytest.mark.parametrize("body", [{"not": "a list"}, "text", [{"Note": "no key"}], ["no row"], b"<html>", b""])
def test_an_answer_that_cannot_be_read_is_asked_for_again(
    server: StubServer, client: OpenDentalClient, body: object
) -> None:
    server.on("GET", "commlogs", Says(200, body))
    with pytest.raises(RetryAfter):
        client.rows("commlogs", Commlog, {}, budget())


@pytest.mark.parametrize(
    ("body", "headers", "number"),
    [
        ({"CommlogNum": 90213}, {}, "90213"),
        ({"CommlogNum": "90213"}, {"Location": "https://x/api/v1/commlogs/1"}, "90213"),
        (None, {"Location": "https://x/api/v1/commlogs/90213"}, "90213"),
        ({"CommlogNum": 0}, {"Location": "https://x/api/v1/commlogs/90213/"}, "90213"),
        (None, {}, ""),
        (b"<html>", {}, ""),
        ([1], {"Location": "https://x/api/v1/commlogs"}, ""),
    ],
)
def test_the_number_of_a_new_row_is_read_wherever_it_is(
    server: StubServer, client: OpenDentalClient, body: object, headers: dict[str, str], number: str
) -> None:
    server.on("POST", "commlogs", Says(201, body, headers))
    assert client.post("commlogs", {}, budget()).number("CommlogNum") == number


@pytest.mark.parametrize("says", [Says(drop=True), Says(reset=True), Says(201, {"a": "bc"}, cut=True), Says(504)])
def test_a_write_without_a_whole_answer_has_an_unknown_outcome(
    server: StubServer, client: OpenDentalClient, says: Says
) -> None:
    server.on("POST", "commlogs", says)
    server.on("GET", "commlogs", says)
    with pytest.raises(UnknownOutcome):
        client.post("commlogs", {}, budget())
    with pytest.raises(RetryAfter):
        client.rows("commlogs", Commlog, {}, budget())


def test_a_write_that_never_left_is_offline() -> None:
    client = client_of(Connection(f"http://{LOOPBACK}:{free_port()}", "d", "c"), Pacer(0))
    with pytest.raises(OfficeOffline):
        client.post("commlogs", {}, budget())


@pytest.mark.parametrize(
    ("url", "developer", "customer"), [("nonsense", "d", "c"), ("http://x", "", "c"), ("", "d", "")]
)
def test_what_is_not_set_up_is_a_matter_of_configuration(url: str, developer: str, customer: str) -> None:
    client = client_of(Connection(url, developer, customer), Pacer(0))
    with pytest.raises(Configuration):
        client.post("commlogs", {}, budget())


def test_a_private_address_can_be_forbidden(server: StubServer) -> None:
    client = client_of(Connection(server.url, "d", "c", allow_private=False), Pacer(0))
    with pytest.raises(Configuration):
        client.one("patients/1", Patient, budget())


@pytest.mark.parametrize("later_offsets_give_everything", [True, False])
def test_a_short_query_is_read_to_its_end(
    server: StubServer, client: OpenDentalClient, later_offsets_give_everything: bool
) -> None:
    rows = [{"UserNum": n, "TaskListInBox": 500 + n} for n in range(1, 251)]

    def answer(asked: Asked) -> list[dict[str, int]]:
        rest = rows[int(asked.query.get("Offset", 0)) :]
        return rest if later_offsets_give_everything and "Offset" in asked.query else rest[:100]

    server.on("PUT", "queries/ShortQuery", answer)
    assert len(client.short_query("SELECT 1", Inbox, budget())) == 250


def test_one_key_calls_once_a_second_and_waits_no_longer_than_it_may() -> None:
    time = Time()
    pacer = Pacer(1.0, clock=time, sleep=time.sleep)
    assert [pacer.wait(5) for _ in range(3)] == [True, True, True]
    assert time.now == 102.0
    pacer.pause(10)
    assert not pacer.wait(5)
    assert time.now == 102.0
    assert pacer.wait(10)
    assert time.now == 112.0


def test_too_many_requests_make_everybody_pause(server: StubServer) -> None:
    time = Time()
    client = client_of(Connection(server.url, "d", "c"), Pacer(1.0, clock=time, sleep=time.sleep))
    server.on("POST", "commlogs", Says(429, "Too many requests", {"Retry-After": "30"}))
    with pytest.raises(RetryAfter) as caught:
        client.post("commlogs", {}, budget())
    assert caught.value.seconds == 30
    with pytest.raises(RetryAfter, match="Other requests"):
        client.post("commlogs", {}, budget())
    assert len(server.asked) == 1


def test_rows_are_read_tolerantly_and_keep_no_social_security_number() -> None:
    row = Patient.model_validate(
        {"PatNum": "4127", "LName": None, "FName": "Dana", "SSN": "078051120", "Birthdate": "0001-01-01", "New": 1}
    )
    assert (row.PatNum, row.LName, row.FName, row.Birthdate) == (4127, "", "Dana", None)
    assert "078051120" not in repr(row.model_dump())


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-03-02 14:05:00", AT_TWO),
        ("2026-03-02T14:05:00", AT_TWO),
        ("3/2/2026 2:05:00 PM", AT_TWO),
        ("0001-01-01 00:00:00", None),
        ("1/1/0001 12:00:00 AM", None),
        ("soon", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_times_are_read_in_every_form(told: object, moment: datetime | None) -> None:
    row = Appointment.model_validate({"AptNum": 1, "AptDateTime": told})
    assert row.AptDateTime == moment


@pytest.mark.parametrize(
    ("told", "hidden"),
    [("true", True), ("True", True), (True, True), (1, True), ("false", False), ("", False), (None, False)],
)
def test_truth_is_read_in_every_form(told: object, hidden: bool) -> None:
    assert Definition.model_validate({"DefNum": 1, "isHidden": told}).isHidden is hidden


@pytest.mark.parametrize(
    ("told", "number"), [(" 12 ", 12), ("12.0", 12), (12.0, 12), ("", 0), (None, 0), ("x", 0), ("-3", -3)]
)
def test_numbers_are_read_in_every_form(told: object, number: int) -> None:
    assert Commlog.model_validate({"CommlogNum": 1, "PatNum": told}).PatNum == number


def test_a_day_is_read() -> None:
    assert Patient.model_validate({"PatNum": 1, "Birthdate": "1984-05-06"}).Birthdate == date(1984, 5, 6)
