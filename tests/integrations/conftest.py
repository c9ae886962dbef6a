"""What the tests of integrations share."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.integrations.chart import note, procedure
from tests.integrations.clocks import let_nobody_wait
from tests.integrations.servers import Asked, Says, StubServer

from amends.integrations.http import close_connections
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices
from amends.integrations.open_dental.schedule import forget_schedules


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    let_nobody_wait(monkeypatch)
    yield
    close_connections()
    forget_offices()
    forget_schedules()


@pytest.fixture
def server() -> Iterator[StubServer]:
    with StubServer("/api/v1") as stub:
        yield stub


@pytest.fixture
def database(server: StubServer, db: None) -> OpenDentalDatabase:
    """Maple Street's database at the stub: everything allowed, the newest version, on New York time."""
    server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "25.4.48.0"}])
    server.on("GET", "securityperms", permissions(*EVERYTHING))
    server.on("GET", "providers", [{"ProvNum": 1, "serverDateTime": ""}])
    server.on("GET", "definitions", [definition(451, "Miscellaneous"), definition(612, " upset PATIENT ")])
    return OpenDentalDatabase.objects.create(
        key="main",
        name="Maple Street",
        mode="service",
        base_url=server.url,
        developer_key="dev-key",
        customer_key="cust-key",
        author_user_num=1,
        read_timeout_seconds=30,
    )


EVERYTHING = ("ApiReadAll", "ApiComm", "ApiAllOthers", "ApiQueries", "ApiSetup")


def permissions(*held: str) -> list[dict[str, object]]:
    return [{"Permission": name, "HasPermission": str(name in held)} for name in EVERYTHING]


def definition(number: int, name: str, *, hidden: str = "false", category: int = 27) -> dict[str, object]:
    return {"DefNum": number, "ItemName": name, "Category": category, "isHidden": hidden}


@pytest.fixture
def visit(server: StubServer) -> StubServer:
    """Dana was in the chair on 2 March; her clinician wrote a note; new notes are appended as Open Dental does it."""
    notes: list[dict[str, Any]] = [note(50, "Crown prep #14.\r\nNo complications.")]
    server.on(
        "GET",
        "appointments",
        [{"AptNum": 9, "PatNum": 4127, "AptStatus": "Complete", "AptDateTime": "2026-03-02 13:00:00"}],
    )
    server.on("GET", "procedurelogs", [procedure(300)])
    server.on("GET", "procnotes", lambda asked: list(reversed(notes)))

    def append(asked: Asked) -> Says:
        assert asked.body["doAppendNote"] == "true"
        notes.append(note(notes[-1]["ProcNoteNum"] + 1, f"{notes[-1]['Note']}\n\n{asked.body['Note']}"))
        return Says(201, notes[-1])

    server.on("POST", "procnotes", append)
    return server
