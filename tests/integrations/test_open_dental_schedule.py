"""The Report page gets today's patients quickly, and a sentence when it cannot."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.integrations.servers import Asked, Says, StubServer

from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.schedule import FoundPatient, Schedule, search_patients, todays_patients

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OFFLINE = Says(400, "The office's eConnector is not running")


def at(minutes: float) -> Callable[[], datetime]:
    return lambda: MORNING + timedelta(minutes=minutes)


def today(minutes: float = 0, *, clinic: int = 1, day: date = DAY) -> Schedule:
    return todays_patients("main", clinic, day, now=at(minutes))


def visit(number: int, patient: int, time: str = "09:00", **changes: Any) -> dict[str, Any]:
    row = {"AptNum": number, "PatNum": patient, "AptStatus": "Scheduled", "AptDateTime": f"2026-03-02 {time}:00"}
    never = "0001-01-01 00:00:00"
    return {**row, "ClinicNum": 1, "DateTimeArrived": never, "DateTimeSeated": never, **changes}


def patient(number: int, **changes: Any) -> dict[str, Any]:
    row = {"PatNum": number, "LName": f"Moss{number}", "FName": "Dana", "Preferred": "", "PatStatus": "Patient"}
    return {**row, "Birthdate": "1984-05-06", "HmPhone": "(555)010-0199", "SSN": "078051120", **changes}


@pytest.fixture
def clinic(server: StubServer) -> StubServer:
    """Seven patients today; the clinic's list knows them all."""
    server.on("GET", "appointments", [visit(n, n, f"{16 - n:02}:00") for n in range(1, 8)])
    server.on("GET", "patients/Simple", [patient(n) for n in range(1, 12)])
    return server


def test_todays_patients_come_in_the_order_of_the_day_with_their_names(clinic: StubServer) -> None:
    clinic.on(
        "GET",
        "appointments",
        [
            visit(2, 2, "14:00", DateTimeArrived="2026-03-02 13:52:00", DateTimeSeated="2026-03-02 00:00:00"),
            visit(1, 1, "09:00", AptStatus="Complete"),
        ],
    )
    clinic.on("GET", "patients/1", patient(1, Preferred="Dee", WirelessPhone="(555)010-0101"))
    clinic.on("GET", "patients/2", patient(2, Birthdate="0001-01-01"))
    schedule = today()
    assert schedule == Schedule(
        [
            FoundPatient(1, "Dee Moss1", date(1984, 5, 6), "(555)010-0101", when=local("09:00")),
            FoundPatient(2, "Dana Moss2", None, "(555)010-0199", when=local("14:00"), arrived=local("13:52")),
        ],
        MORNING,
    )
    assert clinic.queries("appointments") == [{"date": "2026-03-02", "ClinicNum": "1"}]


def local(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02 {time}:00")


def test_many_names_come_from_the_clinics_list_in_one_request(clinic: StubServer) -> None:
    assert [found.pat_num for found in today().patients] == [7, 6, 5, 4, 3, 2, 1]
    assert [asked.path for asked in clinic.asked] == ["appointments", "patients/Simple"]


def test_a_filter_that_open_dental_ignores_is_kept_here(clinic: StubServer) -> None:
    others: list[dict[str, Any]] = [
        visit(1, 1, ClinicNum=2),
        visit(2, 2, AptDateTime="2026-03-03 09:00:00"),
        visit(3, 3, AptStatus="Broken"),
        visit(4, 4, AptStatus="Planned"),
        visit(5, 5),
    ]
    clinic.on("GET", "appointments", others)
    clinic.on("GET", "patients/5", patient(5))
    assert [found.pat_num for found in today().patients] == [5]


def test_an_office_without_clinics_has_all_patients(clinic: StubServer) -> None:
    clinic.on("GET", "appointments", [visit(1, 1, ClinicNum=0)])
    clinic.on("GET", "patients/1", patient(1))
    assert [found.name for found in today(clinic=0).patients] == ["Dana Moss1"]
    assert clinic.queries("appointments") == [{"date": "2026-03-02"}]


def test_open_dental_is_asked_once_a_minute_and_for_each_name_once(clinic: StubServer) -> None:
    today(0)
    today(0.9)
    assert len(clinic.asked) == 2
    today(1.1)
    assert [asked.path for asked in clinic.asked[2:]] == ["appointments"]


def test_another_day_is_another_reading(clinic: StubServer) -> None:
    today(0)
    assert today(0.1, day=date(2026, 3, 3)).patients == []


def test_an_office_that_is_offline_shows_what_was_read_last_and_is_left_alone_for_a_moment(clinic: StubServer) -> None:
    before = today(0)
    clinic.on("GET", "appointments", OFFLINE)
    later = today(2)
    assert (later.patients, later.read_at) == (before.patients, MORNING)
    assert "eConnector" in later.trouble
    asked = len(clinic.asked)
    assert today(2.1) == later
    assert len(clinic.asked) == asked
    clinic.on("GET", "appointments", [])
    assert today(3) == Schedule([], at(3)())


def test_an_office_that_was_never_reached_has_nobody_and_says_why(clinic: StubServer) -> None:
    clinic.on("GET", "appointments", OFFLINE)
    schedule = today()
    assert schedule.patients == []
    assert "cannot be reached" in schedule.trouble
    assert todays_patients("elsewhere", 1, DAY).trouble != ""


def test_names_that_fail_half_way_are_read_on_from_there(clinic: StubServer) -> None:
    people = [patient(n) for n in range(101, 301)]
    clinic.on("GET", "appointments", [visit(n, n) for n in range(180, 210)])
    failing = [True]

    def listed(asked: Asked) -> Any:
        offset = int(asked.query.get("Offset", 0))
        if offset and failing.pop():
            failing.append(False)
            return Says(500)
        return people[offset:][:100]

    clinic.on("GET", "patients/Simple", listed)
    first = today(0)
    assert "names" in first.trouble
    assert {found.name for found in first.patients} >= {"Dana Moss180", "Patient 209"}
    second = today(1)
    assert second.trouble == ""
    assert {found.name for found in second.patients} == {f"Dana Moss{n}" for n in range(180, 210)}
    assert [query.get("Offset", "0") for query in clinic.queries("patients/Simple")] == ["0", "90", "90"]


def test_a_patient_who_is_gone_is_shown_by_number(clinic: StubServer) -> None:
    clinic.on("GET", "appointments", [visit(1, 99)])
    schedule = today()
    assert [found.name for found in schedule.patients] == ["Patient 99"]
    assert schedule.trouble == ""


def test_no_time_left_is_a_trouble_and_not_a_wait(clinic: StubServer) -> None:
    OpenDentalDatabase.objects.update(mode="remote")
    clinic.on("GET", "appointments", [])
    assert todays_patients("main", 1, DAY).trouble == ""
    schedule = todays_patients("main", 2, DAY, seconds=0.01)
    assert "Other requests" in schedule.trouble


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("mos", [("patients/Simple", {"LName": "mos"}), ("patients/Simple", {"FName": "mos"})]),
        ("Dana  Moss", [("patients/Simple", {"FName": "Dana", "LName": "Moss"})]),
        ("Moss, Dana", [("patients/Simple", {"FName": "Dana", "LName": "Moss"})]),
        ("Moss,", [("patients/Simple", {"LName": "Moss"})]),
        ("05/06/1984", [("patients/Simple", {"Birthdate": "1984-05-06"})]),
        ("1984-05-06", [("patients/Simple", {"Birthdate": "1984-05-06"})]),
        ("+1 (555) 010-0199", [("patients", {"Phone": "5550100199"})]),
        ("  ", []),
    ],
)
def test_words_become_the_right_question(server: StubServer, words: str, asked: list[Any]) -> None:
    found = search_patients("main", 1, words, now=at(0))
    assert found == Schedule([], MORNING)
    clinic = {"patients/Simple": {"ClinicNum": "1"}, "patients": {"clinicNums": "1"}}
    assert [(each.path, each.query) for each in server.asked] == [
        (path, {**query, **clinic[path]}) for path, query in asked
    ]


def test_a_search_gives_each_patient_once_in_order_and_nobody_who_is_gone(server: StubServer) -> None:
    rows = [
        patient(3, LName="Moss"),
        patient(1, LName="moss", FName="Ada"),
        patient(2, PatStatus="Archived"),
        patient(4, PatStatus="Inactive", LName="Alder"),
    ]
    server.on("GET", "patients/Simple", rows)
    assert [found.pat_num for found in search_patients("main", 0, "mos").patients] == [4, 1, 3]


def test_a_search_finds_at_most_25(server: StubServer) -> None:
    server.on("GET", "patients/Simple", [patient(n) for n in range(60)])
    assert len(search_patients("main", 1, "moss").patients) == 25


def test_a_search_that_fails_says_so_and_keeps_what_it_found(server: StubServer) -> None:
    server.on("GET", "patients/Simple", lambda asked: [patient(1)] if "LName" in asked.query else OFFLINE)
    schedule = search_patients("main", 1, "moss")
    assert [found.pat_num for found in schedule.patients] == [1]
    assert "eConnector" in schedule.trouble
