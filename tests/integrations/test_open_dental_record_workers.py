"""Many workers at once read each patient's record once: threads on a real database, counted by Open Dental itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from tests.integrations.servers import StubServer

from amends.integrations.open_dental.record_keeping import kept_record, read_wanted_records, want_record
from amends.protocol.values import Patient

PATIENTS = [Patient("main", number, "") for number in range(1, 13)]


@pytest.mark.usefixtures("committed", "database")
def test_many_workers_at_once_read_each_record_once(server: StubServer) -> None:
    for patient in PATIENTS:
        server.on("GET", f"patients/{patient.pat_num}", {"PatNum": patient.pat_num, "Guarantor": 0})
        want_record(patient, since=date(2025, 3, 2), zone="UTC")

    def work(_: int) -> int:
        try:
            return read_wanted_records(50)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        read_by_each = list(workers.map(work, range(4)))
    # A worker that lost every candidate to others goes home; whoever comes later finds the rest.
    assert sum(read_by_each) + work(0) == len(PATIENTS)
    asked = [asked.path for asked in server.asked if asked.path.startswith("patients/")]
    assert sorted(asked) == sorted(f"patients/{patient.pat_num}" for patient in PATIENTS)
    assert all(kept_record(patient).record for patient in PATIENTS)
