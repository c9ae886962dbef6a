"""Reading a patient's record against the Open Dental simulator: every mode, every age, every fault."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.contract.offices import Office, connect, serve

from amends.integrations.open_dental.models import PatientRecord
from amends.integrations.open_dental.office import forget_offices
from amends.integrations.open_dental.record_keeping import (
    KeptRecord,
    forget_old_records,
    kept_record,
    read_wanted_records,
    want_record,
)
from amends.protocol.values import Patient
from amends.simulators.open_dental.permissions import read_permissions
from amends.simulators.open_dental.settings import Mode, Settings

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
EVER = datetime.now(UTC) + timedelta(days=3650)


@pytest.fixture
def newest_office() -> Iterator[Office]:
    yield from serve(Settings(mode=Mode.SERVICE))


def read(there: Office, pat_num: int | None = None) -> KeptRecord:
    """The record after one round of the background's work."""
    patient = Patient("main", pat_num or there.seen_today, "")
    today: date = there.simulator.clock.now().date()
    want_record(patient, since=today - YEAR, zone="America/New_York")
    read_wanted_records(3)
    return kept_record(patient)


def test_visits_waits_family_and_balance_are_read(any_office: Office) -> None:
    connect(any_office)
    kept = read(any_office, 1001)
    assert (kept.trouble, kept.is_wanted) == ("", False)
    assert kept.record is not None
    chart = [row for row in any_office.rows("appointment") if row["PatNum"] == 1001]
    assert [visit.AptNum for visit in kept.record.visits] == [
        row["AptNum"] for row in sorted(chart, key=lambda row: row["AptDateTime"])
    ]
    today = kept.record.visits[-1]
    assert today.arrived
    assert today.seated
    assert today.entered is not None
    assert today.entered <= datetime.now(UTC)
    assert kept.record.balances[0].own == 0
    old = any_office.settings.version == "22.4"
    assert len(kept.record.family) == (0 if old else 2)
    assert len(kept.record.not_told) == (2 if old else 0)


def test_missed_visits_are_told_from_others(newest_office: Office) -> None:
    connect(newest_office)
    broken = next(row for row in newest_office.rows("appointment") if row["AptStatus"] == "Broken")
    record = read(newest_office, broken["PatNum"]).record
    assert record is not None
    assert [(lost.AptNum, lost.HistApptAction) for lost in record.lost] == [(broken["AptNum"], "Missed")]


@pytest.mark.parametrize("then", ["drop_before", "drop_after", "truncate", "status:504", "status:429", "status:500"])
@pytest.mark.parametrize("path", ["/patients", "/appointments", "/histappointments", "/patients/Simple"])
def test_any_fault_of_any_request_is_told_replaces_nothing_and_heals(
    newest_office: Office, path: str, then: str
) -> None:
    connect(newest_office)
    before = read(newest_office).record
    assert before is not None
    forget_offices()
    aged()
    rule = {"method": "GET", "path": f"{path}*", "times": 1, "then": then}
    newest_office.simulator.faults.put({"rules": [rule]})
    broken = read(newest_office)
    assert (broken.record, broken.is_wanted) == (before, False)
    assert broken.trouble != ""
    newest_office.simulator.faults.clear()
    aged()
    assert read(newest_office).trouble == ""


def aged() -> None:
    """What is kept is old, so that the next page asks again."""
    PatientRecord.objects.update(tried_at=datetime.now(UTC) - YEAR)


def test_an_office_that_is_offline_is_told_and_what_was_read_stays(any_office: Office) -> None:
    connect(any_office)
    before = read(any_office)
    aged()
    any_office.simulator.faults.offline = True
    after = read(any_office)
    assert (after.record, after.read_at) == (before.record, before.read_at)
    assert after.trouble != ""


@pytest.mark.parametrize("permissions", ["Comm", "ReadAll", "ReadAll,Comm"])
def test_what_the_key_may_read_is_enough(permissions: str) -> None:
    for there in serve(Settings(mode=Mode.SERVICE, permissions=read_permissions(permissions))):
        connect(there)
        kept = read(there)
        assert (kept.record is not None) is ("ReadAll" in permissions)
        assert ("permission" in kept.trouble) is ("ReadAll" not in permissions)


def test_a_patient_who_is_not_there_is_told(newest_office: Office) -> None:
    connect(newest_office)
    kept = read(newest_office, 999_999)
    assert kept.record is None
    assert "did not find" in kept.trouble


def test_nothing_is_left_of_a_record_that_nobody_looks_at(newest_office: Office) -> None:
    connect(newest_office)
    read(newest_office)
    assert forget_old_records(now=lambda: EVER) == 1
