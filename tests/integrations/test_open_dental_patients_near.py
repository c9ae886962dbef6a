"""Who was there in some days, with their visits: quickly, with a sentence when it cannot, and nothing for nobody."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.integrations.servers import Says, StubServer

from amends.integrations.open_dental.patients_near import Near, forget_near, patients_near

pytestmark = pytest.mark.usefixtures("database")
FIRST, LAST = date(2026, 2, 1), date(2026, 3, 2)
NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_near()
    yield
    forget_near()


def near(minutes: float = 0, *, clinic: int = 1, key: str = "main") -> Near:
    now: Callable[[], datetime] = lambda: NOON + timedelta(minutes=minutes)  # noqa: E731
    return patients_near(key, clinic, FIRST, LAST, now=now)


def visit(number: int, patient: int, **changes: Any) -> dict[str, Any]:
    row = {"AptNum": number, "PatNum": patient, "AptStatus": "Complete", "AptDateTime": "2026-02-20 09:00:00"}
    return {**row, "ClinicNum": 1, "ProcDescript": "Exam, Prophy", "provAbbr": "Dr H", **changes}


def patient(number: int, **changes: Any) -> dict[str, Any]:
    row = {"PatNum": number, "LName": f"Moss{number}", "FName": "Dana", "Preferred": "", "Guarantor": number}
    return {**row, "WirelessPhone": "2015550199", "SSN": "078051120", **changes}


@pytest.fixture
def clinic(server: StubServer) -> StubServer:
    """Eight patients with a visit each, and a list that knows them all and their families."""
    server.on("GET", "appointments", [visit(n, n) for n in range(1, 9)])
    server.on("GET", "patients/Simple", [patient(n, Guarantor=1 if n < 3 else n) for n in range(1, 12)])
    return server


def test_everybody_with_a_visit_comes_with_name_family_and_visits(clinic: StubServer) -> None:
    clinic.on("GET", "appointments", [*(visit(n, n) for n in range(1, 9)), visit(20, 2, AptStatus="Broken")])
    found = near()
    assert found.trouble == ""
    assert [one.patient.PatNum for one in found.patients] == list(range(1, 9))
    second = found.patients[1]
    assert (second.name, second.phone, second.family) == ("Dana Moss2", "2015550199", ("Dana Moss1",))
    assert [row.AptStatus for row in second.visits] == ["Complete", "Broken"]
    [asked] = clinic.queries("appointments")
    assert asked == {"dateStart": "2026-02-01", "dateEnd": "2026-03-02", "ClinicNum": "1"}


def test_a_filter_that_open_dental_ignores_is_kept_here(clinic: StubServer) -> None:
    others = [
        visit(1, 1),
        visit(2, 2, ClinicNum=2),
        visit(3, 3, AptDateTime="2026-03-03 09:00:00"),
        visit(4, 4, AptDateTime="0001-01-01 00:00:00"),
        visit(5, 0),
    ]
    clinic.on("GET", "appointments", others)
    clinic.on("GET", "patients/1", patient(1))
    assert [one.patient.PatNum for one in near().patients] == [1]


def test_an_office_without_clinics_is_asked_patient_by_patient(server: StubServer) -> None:
    server.on("GET", "appointments", [visit(1, 1, ClinicNum=0), visit(2, 2, ClinicNum=0)])
    server.on("GET", "patients/1", patient(1, Preferred="Dee", WirelessPhone="", HmPhone="2015550111"))
    server.on("GET", "patients/2", Says(404, "Patient not found"))
    [one] = near(clinic=0).patients
    assert (one.name, one.phone) == ("Dee Moss1", "2015550111")
    assert "ClinicNum" not in server.queries("appointments")[0]


def test_it_is_read_once_in_ten_minutes(clinic: StubServer) -> None:
    assert near(0) == near(9)
    asked = len(clinic.asked)
    near(11)
    assert len(clinic.asked) > asked


def test_trouble_is_a_sentence_and_the_next_look_goes_on(clinic: StubServer) -> None:
    clinic.on("GET", "patients/Simple", Says(400, "The office's eConnector is not running"))
    first = near()
    assert first.patients == ()
    assert first.trouble.startswith("Not everybody could be read yet.")
    clinic.on("GET", "patients/Simple", [patient(n) for n in range(1, 9)])
    # The office is left alone for a moment after it was away; what was read before stays.
    asked = len(clinic.queries("appointments"))
    near(1)
    assert len(clinic.queries("appointments")) == asked


def test_a_database_that_is_not_there_is_a_sentence() -> None:
    assert near(key="nowhere").trouble
    assert near(key="nowhere").patients == ()


def test_a_look_does_not_wait_for_another_that_hangs(clinic: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.integrations.open_dental import patients_near as module

    near()
    [kept] = module._kept.values()
    kept.lock.acquire()
    assert "Look again" in patients_near("main", 1, FIRST, LAST, seconds=0.01, now=lambda: NOON).trouble


def test_what_was_found_shows_no_name_in_a_log(clinic: StubServer) -> None:
    assert "Moss" not in repr(near())
    assert "Moss" not in repr(near().patients[0])
