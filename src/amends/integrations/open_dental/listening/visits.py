"""Completed visits: a patient whose case was addressed came back, so they were kept (open-dental-api.md 3.8)."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import Appointment
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Patient
from amends.protocol.words import Stage

from .state import OVERLAP, Listening

_LONGEST_CASE = timedelta(days=400)


def listen(listening: Listening, office: Office, budget: Budget) -> bool:
    """Appointments that changed since the last time; nothing while the office's clock is not known."""
    now = listening.server_now()
    if now is None:
        return False
    cursor = listening.time_cursor("visits") or now
    rows = office.client.rows("appointments", Appointment, {"DateTStamp": written(cursor)}, budget)
    note_visits(listening.database.key, rows)
    listening.move_time("visits", max(cursor, now - OVERLAP))
    return False


def note_visits(database: str, rows: Iterable[Appointment]) -> None:
    """Tells the cases of these patients that wait to hear whether they come back."""
    visits: dict[str, list[Appointment]] = {}
    for row in rows:
        if row.AptStatus == "Complete" and row.AptDateTime and row.PatNum:
            key = actions.patient_key(Patient(database=database, pat_num=row.PatNum, name=""))
            visits.setdefault(key, []).append(row)
    since = timezone.now() - _LONGEST_CASE - timedelta(days=current_policy().limits.kept_days)
    ended = CaseRow.system.filter(
        patient_key__in=visits, kept_on=None, stage__in=(Stage.ADDRESSED, Stage.CLOSED), opened_at__gte=since
    )
    for case in ended:
        for visit in sorted(visits[case.patient_key], key=lambda row: (row.AptDateTime, row.AptNum)):
            if visit.AptDateTime and _came_back(case.pk, visit):
                break


def _came_back(case: int, visit: Appointment) -> bool:
    assert visit.AptDateTime is not None  # noqa: S101  only such are kept
    command = c.PatientCameBack(visit=str(visit.AptNum), on=visit.AptDateTime.date())
    try:
        with transaction.atomic():
            actions.perform(command=command, by=AMENDS, case=case)
    except Refused:
        return False
    return True
