"""Completed visits: a patient whose case was addressed came back, so they were kept (open-dental-api.md 3.8)."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.integrations.open_dental.client import Budget, Query
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import Appointment
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Patient
from amends.protocol.words import Stage

from .state import OVERLAP, Listening

_COMPLETE = "Complete"
_LONGEST_CASE = timedelta(days=400)


def listen(listening: Listening, office: Office, budget: Budget) -> bool:
    """One page of the completed visits that changed since the last time; True while there are more.

    Nothing while the office's clock is not known. The cursor moves once a list was read to its end: to where the clock
    stood when it was begun, since what changed meanwhile may have shifted its pages (open-dental-api.md 5.1).
    """
    now = listening.server_now()
    if now is None:
        return False
    cursor = listening.time_cursor("visits") or now
    begun = min(listening.visits_begun or now, now)  # the clock may have been set back meanwhile
    # An office that does not know `AptStatus` sends the others too (open-dental-api.md 2.9).
    query: Query = {"DateTStamp": written(cursor), "AptStatus": _COMPLETE}
    page = office.client.page("appointments", Appointment, query, budget, offset=listening.visits_offset)
    note_visits(listening.database.key, page.rows)
    if page.next_offset is not None:
        listening.visits_begun, listening.visits_offset = begun, page.next_offset
        return True
    listening.visits_begun, listening.visits_offset = None, 0
    listening.move_time("visits", max(cursor, begun - OVERLAP))
    return False


def note_visits(database: str, rows: Iterable[Appointment]) -> None:
    """Tells the cases of these patients that wait to hear whether they come back."""
    visits: dict[str, list[Appointment]] = {}
    for row in rows:
        if row.AptStatus == _COMPLETE and row.AptDateTime and row.PatNum:
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
