"""A record is read once for all who ask, in the background; what is kept is sealed and survives trouble."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests.integrations.conftest import permissions
from tests.integrations.servers import Asked, Says, StubServer

from amends.integrations.open_dental import record_keeping
from amends.integrations.open_dental.models import OpenDentalDatabase, PatientRecord
from amends.integrations.open_dental.record import Record
from amends.integrations.open_dental.record_keeping import (
    AFTER_TROUBLE,
    FRESH,
    KEPT_FOR,
    KeptRecord,
    forget_old_records,
    kept_record,
    read_wanted_records,
    want_record,
)
from amends.protocol.values import Patient

pytestmark = pytest.mark.usefixtures("database")
DANA = Patient("main", 4127, "Dana Quillfeather")
SINCE = date(2025, 3, 2)
START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
NEVER = "0001-01-01 00:00:00"
OFFLINE = Says(400, "The office's eConnector is not running")


def appointment(number: int = 9, pat_num: int = 4127, **changes: Any) -> dict[str, Any]:
    row = {"AptNum": number, "PatNum": pat_num, "AptStatus": "Complete", "AptDateTime": "2026-03-02 14:00:00"}
    row |= {"provAbbr": "HALE1", "ProcDescript": "Crown,\n ceramic", "Note": "Nervous.", "SecDateTEntry": NEVER}
    return row | {"DateTimeArrived": "2026-03-02 13:55:00", "DateTimeSeated": "2026-03-02 14:42:00"} | changes


def patient(number: int = 4127, **changes: Any) -> dict[str, Any]:
    row = {"PatNum": number, "LName": "Quillfeather", "FName": "Dana", "SSN": "078051120", "Guarantor": 4127}
    return row | {"PatStatus": "Patient", "EstBalance": 184.5, "BalTotal": "402.10", "Address": "9 Elm Row"} | changes


@pytest.fixture(autouse=True)
def chart(server: StubServer) -> StubServer:
    """Dana was in the chair on 2 March; Bruno is of her family; filters are ignored, so others come too."""
    server.on("GET", "patients/4127", patient())
    server.on("GET", "appointments", [appointment(), appointment(10, 99)])
    server.on("GET", "histappointments", [])
    server.on("GET", "patients/Simple", [patient(), patient(4128, FName="Bruno"), patient(99, Guarantor=99)])
    return server


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def want(now: datetime = START, *, since: date = SINCE) -> None:
    want_record(DANA, since=since, zone="America/New_York", now=at(now))


def read(now: datetime = START) -> int:
    return read_wanted_records(3, now=at(now))


def asked_paths(server: StubServer) -> list[str]:
    return [asked.path for asked in server.asked if asked.path not in ("securityperms", "preferences", "providers")]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_record_is_read_in_four_requests_and_holds_only_what_is_shown(server: StubServer) -> None:
    want()
    assert read() == 1
    kept = kept_record(DANA)
    assert kept == KeptRecord(kept.record, read_at=START, tried_at=START)
    assert asked_paths(server) == ["patients/4127", "appointments", "histappointments", "patients/Simple"]
    assert server.queries("appointments") == [{"PatNum": "4127", "dateStart": "2025-03-02"}]
    assert server.queries("patients/Simple") == [{"Guarantor": "4127"}]
    record = kept.record
    assert record is not None
    assert [(visit.AptNum, visit.provider, visit.procedures) for visit in record.visits] == [
        (9, "HALE1", "Crown, ceramic")
    ]
    assert [relative.name for relative in record.family] == ["Bruno Quillfeather"]
    assert [(one.own, one.family) for one in record.balances] == [(Decimal("184.5"), Decimal("402.10"))]
    assert record.not_told == ()
    told = record.model_dump_json()
    assert not [word for word in ("078051120", "Nervous", "Elm Row") if word in told]


def test_at_rest_nobody_can_read_it() -> None:
    want()
    read()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM open_dental_patientrecord")
        stored = str(cursor.fetchall())
    assert not [word for word in ("'4127'", "'4128'", "Quillfeather", "Crown", "184.5") if word in stored]


def test_when_it_was_booked_is_read_on_the_servers_clock(server: StubServer) -> None:
    server.on("GET", "appointments", [appointment(SecDateTEntry="2026-02-02 15:00:00")])
    server.on("GET", "providers", [{"ProvNum": 1, "serverDateTime": "2026-03-02 20:00:00 +00:00"}])
    want()
    read()
    assert booked() == datetime(2026, 2, 2, 15, 0, tzinfo=UTC)


def test_when_it_was_booked_is_not_known_without_any_clock(server: StubServer) -> None:
    server.on("GET", "appointments", [appointment(SecDateTEntry="2026-02-02 15:00:00")])
    want_record(DANA, since=SINCE, zone="", now=at(START))
    read()
    assert booked() is None


def booked() -> datetime | None:
    record = kept_record(DANA).record
    assert record is not None
    return record.visits[0].entered


@pytest.mark.parametrize(
    ("path", "answer", "not_told"),
    [
        ("appointments", Says(401, "No permission."), "visits"),
        ("histappointments", Says(400, "histappointments GET  is not a valid method."), "which visits were missed"),
        ("patients/Simple", Says(400, "'Guarantor' is not a valid parameter."), "the family"),
    ],
)
def test_what_an_office_does_not_tell_is_named_and_the_rest_is_read(
    server: StubServer, path: str, answer: Says, not_told: str
) -> None:
    server.on("GET", path, answer)
    want()
    read()
    kept = kept_record(DANA)
    assert kept.trouble == ""
    assert kept.record is not None
    assert [told.startswith(not_told) for told in kept.record.not_told] == [True]
    assert kept.record.balances


def test_an_old_office_is_not_asked_for_what_it_does_not_have(server: StubServer) -> None:
    server.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "22.4.60.0"}])
    want()
    read()
    record = kept_record(DANA).record
    assert record is not None
    assert len(record.not_told) == 1
    assert "histappointments" not in asked_paths(server)


def test_a_list_of_everybody_is_not_read_to_its_end(server: StubServer) -> None:
    def everybody(asked: Asked) -> list[dict[str, Any]]:
        offset = int(asked.query.get("Offset", 0))
        return [appointment(number, number) for number in range(offset, offset + 100)]

    server.on("GET", "appointments", everybody)
    want()
    read()
    record = kept_record(DANA).record
    assert record is not None
    assert record.not_told == ("visits",)
    assert len(server.queries("appointments")) == 5


def test_a_patient_without_a_guarantor_has_no_family(server: StubServer) -> None:
    server.on("GET", "patients/4127", patient(Guarantor=0))
    want()
    read()
    record = kept_record(DANA).record
    assert record is not None
    assert (record.family, record.not_told) == ((), ())
    assert "patients/Simple" not in asked_paths(server)


# --- trouble ---------------------------------------------------------------------------------------------------------

TROUBLES = [
    (OFFLINE, "cannot be reached"),
    (Says(504), "504"),
    (Says(401, "Invalid key"), "refused the key"),
    (Says(404, "Patient not found."), "did not find"),
    (Says(429, "Too many requests", {"Retry-After": "0"}), "pause"),
    (Says(200, {"PatNum": 9}), "another patient"),
    (Says(200, {}, cut=True), "broke off"),
    (Says(200, b"<html>"), "cannot be read"),
]


@pytest.mark.parametrize(("answer", "words"), TROUBLES)
def test_trouble_is_told_with_its_time_and_what_was_read_stays(server: StubServer, answer: Says, words: str) -> None:
    want()
    read()
    before = kept_record(DANA).record
    server.on("GET", "patients/4127", answer)
    later = START + FRESH
    want(later)
    read(later)
    kept = kept_record(DANA)
    assert (kept.record, kept.read_at, kept.tried_at, kept.is_wanted) == (before, START, later, False)
    assert words in kept.trouble


@pytest.mark.parametrize("path", ["appointments", "histappointments", "patients/Simple"])
@pytest.mark.parametrize("answer", [OFFLINE, Says(502), Says(200, [], cut=True), Says(drop=True)], ids=str)
def test_a_reading_that_breaks_half_way_replaces_nothing(server: StubServer, path: str, answer: Says) -> None:
    want()
    read()
    before = kept_record(DANA).record
    server.on("GET", path, answer)
    want(START + FRESH)
    read(START + FRESH)
    kept = kept_record(DANA)
    assert kept.record == before
    assert kept.trouble != ""


def test_after_trouble_open_dental_is_left_alone_for_a_minute_and_heals(server: StubServer) -> None:
    server.on("GET", "patients/4127", OFFLINE)
    want()
    read()
    assert kept_record(DANA).record is None
    want(START + AFTER_TROUBLE / 2)
    assert not kept_record(DANA).is_wanted
    server.on("GET", "patients/4127", patient())
    want(START + AFTER_TROUBLE)
    read(START + AFTER_TROUBLE)
    kept = kept_record(DANA)
    assert kept.trouble == ""
    assert kept.record is not None


def test_a_database_that_is_not_set_up_is_a_trouble_and_no_fault() -> None:
    OpenDentalDatabase.objects.all().delete()
    want()
    assert read() == 1
    assert "No Open Dental database" in kept_record(DANA).trouble


def test_a_fault_of_ours_is_told_once_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> Record:
        raise ZeroDivisionError

    monkeypatch.setattr(record_keeping, "read_record", broken)
    want()
    with pytest.raises(ZeroDivisionError):
        read()
    kept = kept_record(DANA)
    assert not kept.is_wanted
    assert "could not understand" in kept.trouble


def test_a_copy_of_another_shape_is_none_and_is_read_again() -> None:
    want()
    read()
    PatientRecord.objects.update(record={"since": "no day"})
    assert kept_record(DANA).record is None
    assert kept_record(DANA).read_at is None
    want(START + FRESH)
    read(START + FRESH)
    assert kept_record(DANA).record is not None


# --- who asks, and who reads -----------------------------------------------------------------------------------------


def test_asking_costs_open_dental_nothing_while_the_copy_is_fresh(server: StubServer) -> None:
    want()
    read()
    asked = len(server.asked)
    want(START + FRESH - timedelta(seconds=1))
    assert read(START + FRESH - timedelta(seconds=1)) == 0
    assert len(server.asked) == asked
    want(START + FRESH)
    assert kept_record(DANA).is_wanted
    assert read(START + FRESH) == 1


def test_many_who_ask_are_one_reading() -> None:
    for _ in range(5):
        want()
    assert PatientRecord.objects.count() == 1
    assert read() == 1
    assert read() == 0


def test_an_older_incident_makes_the_reading_go_further_back(server: StubServer) -> None:
    want()
    read()
    want(START, since=date(2024, 1, 5))
    assert read() == 1
    want(START, since=date(2025, 1, 5))
    assert read() == 0
    assert [query["dateStart"] for query in server.queries("appointments")] == ["2025-03-02", "2024-01-05"]


def test_who_wants_more_while_it_is_read_still_wants_it(server: StubServer) -> None:
    want()
    row = record_keeping._lease_next(START)
    assert row is not None
    want(START + timedelta(seconds=1), since=date(2024, 1, 5))
    record_keeping._finish(row, START + timedelta(seconds=2), record=Record(since=row.since))
    assert kept_record(DANA).is_wanted
    assert read() == 1
    assert server.queries("appointments")[-1]["dateStart"] == "2024-01-05"


def test_one_worker_reads_what_another_does_not() -> None:
    want()
    first = record_keeping._lease_next(START)
    assert first is not None
    assert record_keeping._lease_next(START) is None
    assert read(START + timedelta(seconds=90)) == 0
    assert read(START + timedelta(seconds=600)) == 1, "a worker that died is replaced"
    record_keeping._finish(first, START + timedelta(seconds=601), trouble="Too late.")
    assert kept_record(DANA).trouble == "", "who lost the lease keeps nothing"


def test_a_row_that_was_finished_between_look_and_lease_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other worker takes it, reads it and is done, all after this one has seen it waiting."""
    want()
    token = secrets.token_urlsafe

    def other_worker_first(size: int) -> str:
        monkeypatch.setattr(secrets, "token_urlsafe", token)
        assert read() == 1
        return token(size)

    monkeypatch.setattr(secrets, "token_urlsafe", other_worker_first)
    assert record_keeping._lease_next(START) is None


def test_two_databases_never_mix(server: StubServer) -> None:
    want()
    want_record(Patient("elsewhere", 4127, "Somebody Else"), since=SINCE, zone="UTC", now=at(START))
    read()
    assert kept_record(Patient("elsewhere", 4127, "")).record is None
    assert kept_record(DANA).record is not None


def test_copies_that_nobody_looks_at_any_more_are_thrown_away() -> None:
    want()
    read()
    assert forget_old_records(now=at(START + KEPT_FOR)) == 0
    want(START + KEPT_FOR)
    assert forget_old_records(now=at(START + KEPT_FOR * 2)) == 0, "somebody waits for it"
    read(START + KEPT_FOR)
    assert forget_old_records(now=at(START + KEPT_FOR * 2 + timedelta(seconds=1))) == 1
    assert kept_record(DANA) == KeptRecord()


def test_a_key_that_may_not_read_is_told_once(server: StubServer) -> None:
    server.on("GET", "securityperms", permissions("ApiComm"))
    server.on("GET", "patients/4127", Says(401, "This key does not have the permission ApiReadAll."))
    want()
    read()
    kept = kept_record(DANA)
    assert kept.record is None
    assert "permission" in kept.trouble
    assert asked_paths(server) == ["patients/4127"]
