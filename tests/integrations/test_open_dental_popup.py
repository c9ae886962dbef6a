"""A Popup ends by itself, on the office's clock; where it could not end it is not written."""

from typing import Any

import pytest
from tests.integrations.chart import MARKER, deliver, find
from tests.integrations.conftest import permissions
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)

pytestmark = pytest.mark.usefixtures("database")

GREETING: dict[str, Any] = {
    "PatNum": 4127,
    "name": "Dana Quillfeather",
    "text": f"Next visit – please greet this patient. See UP-1042. [{MARKER}]",
    "ends": "2026-07-02T03:30:00+00:00",  # the evening before in New York
    "zone": "America/New_York",
}
WRITTEN = f"Next visit - please greet this patient. See UP-1042. [{MARKER}]"


def popup(number: int, **changes: object) -> dict[str, object]:
    return {"PopupNum": number, "PatNum": 4127, "Description": WRITTEN, "IsArchived": "false", **changes}


def test_a_popup_is_written_for_the_patient_alone_and_ends_on_the_offices_clock(server: StubServer) -> None:
    server.on("POST", "popups", Says(201, popup(31)))
    assert deliver("popup", GREETING) == Proof("31", "Popup")
    assert server.bodies("POST", "popups") == [
        {
            "PatNum": 4127,
            "Description": WRITTEN,
            "PopupLevel": "Patient",
            "DateTimeDisabled": "2026-07-01 23:30:00",
        }
    ]


@pytest.mark.parametrize("version", ["22.4", "24.4.51", "25.1.11", ""])
def test_a_popup_that_could_not_end_is_not_written(server: StubServer, version: str) -> None:
    server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": version}])
    with pytest.raises(Configuration, match=r"could never be taken away again.*25\.1\.12"):
        deliver("popup", GREETING)
    assert server.bodies("POST", "popups") == []


def test_without_the_permission_a_person_is_asked(server: StubServer) -> None:
    server.on("GET", "securityperms", permissions("ApiReadAll", "ApiAllOthers"))
    with pytest.raises(Configuration, match="ApiComm") as refused:
        deliver("popup", GREETING)
    assert "never be taken away" not in str(refused.value)
    assert server.bodies("POST", "popups") == []


def test_a_number_that_the_answer_does_not_tell_is_looked_up(server: StubServer) -> None:
    server.on("POST", "popups", Says(201))
    server.on("GET", "popups", [popup(31)])
    assert deliver("popup", GREETING).id == "31"


@pytest.mark.parametrize("looking", [[], Says(504)])
def test_a_number_that_cannot_be_learned_is_an_unknown_outcome(server: StubServer, looking: Any) -> None:
    server.on("POST", "popups", Says(201))
    server.on("GET", "popups", looking)
    with pytest.raises(UnknownOutcome):
        deliver("popup", GREETING)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (popup(31), True),
        (popup(31, PatNum=4128), False),  # of a relative
        (popup(31, IsArchived="True"), False),  # a copy of what it was
        (popup(31, Description=f"Greet. [{MARKER}1]"), False),
    ],
)
def test_a_popup_is_found_by_its_whole_marker_among_those_of_the_patient(
    server: StubServer, row: dict[str, object], found: bool
) -> None:
    server.on("GET", "popups", [popup(7, Description="Allergic to latex"), row])
    assert find("popup", GREETING) == (Proof("31", "Popup") if found else None)
    assert server.queries("popups") == [{"PatNum": "4127"}]


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(400, "The office's eConnector is not running"), OfficeOffline),
        (Says(400, "Patient has been deleted"), Permanent),
        (Says(404, "Patient not found."), Permanent),
        (Says(429, "Too many requests"), RetryAfter),
        (Says(504), UnknownOutcome),
        (Says(drop=True), UnknownOutcome),
    ],
)
def test_the_channel_says_honestly_what_happened(server: StubServer, says: Says, kind: type[DeliveryError]) -> None:
    server.on("POST", "popups", says)
    with pytest.raises(kind):
        deliver("popup", GREETING)
    assert len(server.bodies("POST", "popups")) == 1


def test_an_absence_that_could_not_be_looked_at_is_no_absence(server: StubServer) -> None:
    server.on("GET", "popups", Says(504))
    with pytest.raises(RetryAfter):
        find("popup", GREETING)


@pytest.mark.parametrize(("field", "value"), [("PatNum", 0), ("ends", "2026-07-02 03:30:00"), ("zone", None)])
def test_a_payload_that_is_wrong_is_refused_without_being_quoted(field: str, value: object) -> None:
    with pytest.raises(Permanent, match=field) as refused:
        deliver("popup", GREETING, **{field: value})
    assert "greet" not in str(refused.value)
