"""A clinical note is appended to the right procedure, or a CommLog takes over."""

from typing import Any

import pytest
from tests.integrations.chart import ENTRY, MARKER, deliver, find, note, procedure
from tests.integrations.servers import Says, StubServer

from amends.deliveries.channel import (
    CannotTell,
    Proof,
    UnknownOutcome,
    UseInstead,
)

pytestmark = pytest.mark.usefixtures("database")


def test_a_note_is_appended_and_never_replaces(visit: StubServer) -> None:
    assert deliver("clinical_note", ENTRY) == Proof("51", "Clinical note")
    assert visit.bodies("POST", "procnotes") == [
        {"PatNum": 4127, "ProcNum": 300, "Note": ENTRY["text"], "doAppendNote": "true"}
    ]
    assert visit.queries("appointments") == [{"PatNum": "4127", "date": "2026-03-02"}]
    assert find("clinical_note", ENTRY) == Proof("51", "Clinical note")


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([procedure(1), procedure(3), procedure(2)], 3),
        ([procedure(1), procedure(9, "TP")], 1),
        ([procedure(1, "TP"), procedure(2, "EC")], 2),
        ([procedure(1), procedure(2, IsLocked="true"), procedure(3, "D"), procedure(4, procCode="~GRP~")], 1),
        ([procedure(1), procedure(2, AptNum=0, ProcDate="2026-03-02")], 2),
        ([procedure(1), procedure(2, PatNum=4128)], 1),
        ([procedure(1, AptNum=9, ProcDate="2026-03-01")], 1),
        ([procedure(1, AptNum=0, ProcDate="2026-03-01")], None),
        ([procedure(1, "TP", AptNum=0)], None),
        ([procedure(1, "D"), procedure(2, IsLocked="True"), procedure(3, procCode="~GRP~")], None),
        ([], None),
    ],
)
def test_the_procedure_of_that_visit_is_chosen(visit: StubServer, rows: list[Any], chosen: int | None) -> None:
    visit.on("GET", "procedurelogs", rows)
    visit.on("GET", "procnotes", [])
    visit.on("POST", "procnotes", lambda asked: Says(201, note(51, asked.body["Note"])))
    if chosen is None:
        with pytest.raises(UseInstead) as caught:
            deliver("clinical_note", ENTRY)
        assert caught.value.channel == "open_dental.commlog"
        return
    deliver("clinical_note", ENTRY)
    assert visit.bodies("POST", "procnotes")[0]["ProcNum"] == chosen


@pytest.mark.parametrize("status", ["Broken", "UnschedList", "Planned", "PtNote"])
def test_a_visit_that_did_not_happen_is_no_visit(visit: StubServer, status: str) -> None:
    visit.on(
        "GET",
        "appointments",
        [{"AptNum": 9, "PatNum": 4127, "AptStatus": status, "AptDateTime": "2026-03-02 13:00:00"}],
    )
    visit.on("GET", "procedurelogs", [procedure(300, "TP")])
    with pytest.raises(UseInstead):
        deliver("clinical_note", ENTRY)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("preferences", [{"PrefName": "ProgramVersion", "ValueString": "22.4.30.0"}]),
        ("preferences", [{"PrefName": "ProgramVersion", "ValueString": "24.2.28.0"}]),
        ("preferences", []),
        ("securityperms", [{"Permission": "ApiComm", "HasPermission": "true"}]),
        ("procnotes", [note(50, "x" * 60_000)]),
    ],
)
def test_where_a_note_cannot_be_appended_a_commlog_takes_over(visit: StubServer, path: str, answer: Any) -> None:
    visit.on("GET", path, answer)
    with pytest.raises(UseInstead) as caught:
        deliver("clinical_note", ENTRY)
    assert caught.value.channel == "open_dental.commlog"
    assert visit.bodies("POST", "procnotes") == []


@pytest.mark.parametrize(
    "says", [Says(401, "no"), Says(400, "requires version 24.2.29"), Says(404, "Procedure not found.")]
)
def test_a_note_that_was_certainly_refused_becomes_a_commlog(visit: StubServer, says: Says) -> None:
    visit.on("POST", "procnotes", says)
    visit.on("GET", "securityperms", Says(400, "securityperms GET  is not a valid method."))
    with pytest.raises(UseInstead):
        deliver("clinical_note", ENTRY)


def test_a_note_that_replaced_the_clinicians_asks_for_a_person(visit: StubServer) -> None:
    replaced = note(51, ENTRY["text"], minute=1)
    visit.on("POST", "procnotes", lambda asked: Says(201, replaced))
    answers = iter([[note(50, "Crown prep.")], [replaced, note(50, "Crown prep.")]])
    visit.on("GET", "procnotes", lambda asked: next(answers))
    with pytest.raises(CannotTell, match="look at the chart"):
        deliver("clinical_note", ENTRY)


def test_a_note_written_between_our_look_and_our_write_is_no_trouble(visit: StubServer) -> None:
    theirs = note(51, "Corrected by the dentist.", minute=1)
    ours = note(52, f"Corrected by the dentist. {ENTRY['text']}", minute=2)
    visit.on("POST", "procnotes", lambda asked: Says(201, ours))
    answers = iter([[note(50, "Crown prep.")], [ours, theirs, note(50, "Crown prep.")]])
    visit.on("GET", "procnotes", lambda asked: next(answers))
    assert deliver("clinical_note", ENTRY).id == "52"


@pytest.mark.parametrize("after", [[], Says(504)])
def test_a_note_that_cannot_be_read_back_has_an_unknown_outcome(visit: StubServer, after: Any) -> None:
    answers = iter([[note(50, "Crown prep.")], after])
    visit.on("GET", "procnotes", lambda asked: next(answers))
    visit.on("POST", "procnotes", Says(201))
    with pytest.raises(UnknownOutcome):
        deliver("clinical_note", ENTRY)


def test_of_notes_that_repeat_a_marker_the_newest_counts(visit: StubServer) -> None:
    visit.on(
        "GET",
        "procnotes",
        [note(50, f"{MARKER}1"), note(51, MARKER, minute=1), note(52, f"{MARKER} UP-1042.8", minute=2)],
    )
    assert find("clinical_note", ENTRY) == Proof("52", "Clinical note")
    visit.on("GET", "procnotes", [note(50, f"{MARKER}1")])
    assert find("clinical_note", ENTRY) is None


def test_an_office_too_old_for_notes_was_never_written_to(visit: StubServer) -> None:
    visit.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "22.4.30.0"}])
    assert find("clinical_note", ENTRY) is None
