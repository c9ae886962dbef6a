"""A CommLog has the right type, direction and time, and is found again."""

from typing import Any

import pytest
import time_machine
from tests.integrations.chart import ENTRY, MARKER, TASK, deliver, find
from tests.integrations.conftest import definition
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import (
    Configuration,
    Proof,
    UnknownOutcome,
)
from amends.integrations.open_dental.office import forget_offices, office

pytestmark = pytest.mark.usefixtures("database")


def test_a_commlog_is_written_with_its_type_on_the_office_clock(server: StubServer) -> None:
    server.on("POST", "commlogs", Says(201, {"CommlogNum": 90213}))
    assert deliver("commlog", ENTRY) == Proof("90213", "CommLog")
    assert server.bodies("POST", "commlogs") == [
        {
            "PatNum": 4127,
            "Note": f"Waited an hour.\nAna Ruiz {MARKER}",
            "CommDateTime": "2026-03-02 14:05:00",
            "CommType": 612,
            "Mode_": "In Person",
            "SentOrReceived": "Received",
        }
    ]


@pytest.mark.parametrize(
    ("today", "offset", "written"),
    [
        ("2026-03-20", "-04:00", "2026-03-02 14:05:00"),  # the zone holds, and it was winter then
        ("2026-03-20", "+00:00", "2026-03-02 19:05:00"),  # a server that runs on UTC
        ("2026-03-20", "-0700", "2026-03-02 12:05:00"),
        ("2026-03-20", "", "2026-03-02 14:05:00"),
    ],
)
def test_the_time_is_the_one_that_the_office_server_would_write(
    server: StubServer, today: str, offset: str, written: str
) -> None:
    server.on("GET", "providers", [{"ProvNum": 1, "serverDateTime": f"{today} 09:00:00 {offset}"}])
    server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
    with time_machine.travel(f"{today} 13:00:00Z"):
        deliver("commlog", ENTRY)
    assert server.bodies("POST", "commlogs")[0]["CommDateTime"] == written


def test_an_office_that_does_not_tell_its_time_is_taken_at_its_zone(server: StubServer) -> None:
    server.on("GET", "providers", Says(401, "no"))
    server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
    deliver("commlog", ENTRY)
    assert server.bodies("POST", "commlogs")[0]["CommDateTime"] == "2026-03-02 14:05:00"
    with pytest.raises(Configuration, match="time zone"):
        deliver("commlog", ENTRY, zone="Nowhere/Land")


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ([definition(451, "Miscellaneous")], "no CommLog type"),
        ([definition(1, "Upset patient"), definition(2, "upset patient")], "2 CommLog types"),
        ([definition(1, "Upset patient", hidden="true")], "is hidden"),
        ([definition(1, "Upset patient", category=33)], "no CommLog type"),
    ],
)
def test_without_one_type_of_that_name_the_type_is_left_to_open_dental_with_a_warning(
    server: StubServer, rows: list[dict[str, object]], warned: str
) -> None:
    server.on("GET", "definitions", rows)
    server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
    deliver("commlog", ENTRY)
    assert "CommType" not in server.bodies("POST", "commlogs")[0]
    assert warned in office("main").known.trouble


def test_what_seldom_changes_is_read_once(server: StubServer) -> None:
    server.on("POST", "commlogs", Says(201, {"CommlogNum": 1}))
    for _ in range(3):
        deliver("commlog", ENTRY)
    facts = ["securityperms", "preferences", "providers", "definitions"]
    assert [asked.path for asked in server.asked] == [*facts, "commlogs", "commlogs", "commlogs"]
    forget_offices()  # as after a restart
    deliver("commlog", ENTRY)
    assert [asked.path for asked in server.asked[7:]] == ["commlogs"]


def test_before_23_3_7_the_number_comes_from_location_or_from_looking(server: StubServer) -> None:
    server.on("POST", "commlogs", Says(201, None, {"Location": f"{server.url}/commlogs/90213"}))
    assert deliver("commlog", ENTRY).id == "90213"
    server.on("POST", "commlogs", Says(201))
    server.on("GET", "commlogs", [{"CommlogNum": 90214, "Note": MARKER}])
    assert deliver("commlog", ENTRY).id == "90214"


@pytest.mark.parametrize("looking", [[], Says(504)])
def test_a_number_that_cannot_be_learned_is_an_unknown_outcome(server: StubServer, looking: Any) -> None:
    server.on("POST", "commlogs", Says(201))
    server.on("POST", "tasks", Says(201))
    server.on("GET", "commlogs", looking)
    server.on("GET", "tasks", looking)
    for name, payload in (("commlog", ENTRY), ("task", {**TASK, "inbox": 501})):
        with pytest.raises(UnknownOutcome):
            deliver(name, payload)


def test_a_commlog_is_found_by_its_whole_marker_on_any_page(server: StubServer) -> None:
    rows = [{"CommlogNum": n, "Note": f"{MARKER}{n}"} for n in range(1, 150)]
    server.on("GET", "commlogs", lambda asked: rows[int(asked.query.get("Offset", 0)) :][:100])
    assert find("commlog", ENTRY) is None
    rows.append({"CommlogNum": 500, "Note": f"Waited an hour. Ana Ruiz {MARKER}"})
    assert find("commlog", ENTRY) == Proof("500", "CommLog")
    assert all(query["PatNum"] == "4127" for query in server.queries("commlogs"))
