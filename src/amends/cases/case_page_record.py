"""What Open Dental's record says, on the page of a case.

The page shows what is kept and asks for a fresh reading; Open Dental is never waited for. While one is on its way the
page looks now and then whether it is there, for a minute.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amends.access import Right
from amends.cases import queries
from amends.cases.actions import patient_key
from amends.cases.models import CaseRow
from amends.cases.steps import Desk, desk_for
from amends.integrations.open_dental.record_keeping import KeptRecord, kept_record, want_record
from amends.integrations.open_dental.record_summary import Summary, summary_of
from amends.practice.models import Person
from amends.protocol.values import Patient

log = structlog.get_logger(__name__)

# A page looks this often: every three seconds, for a minute.
FIRST_ASK, _LAST_ASK = 1, 20
# The last visit may lie further back than what is shown around the incident.
_LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True, repr=False)
class RecordPart:
    """The kept record and what follows from it for the case; `summary` is None while nothing was ever read."""

    kept: KeptRecord
    summary: Summary | None


def ask_for_record(desk: Desk) -> None:
    """Asks for a fresh reading where what is kept is old. A database that is full is no reason not to see the case."""
    patient = _in_open_dental(desk)
    if patient is None:
        return
    since = desk.case.happened_at.astimezone(desk.zone).date() - _LOOK_BACK
    try:
        want_record(patient, since=since, zone=desk.zone.key)
    except DatabaseError:
        log.exception("record.not_asked_for")


def record_part(desk: Desk) -> RecordPart | None:
    """The record as the page shows it; None where there is no patient, or no Open Dental to read."""
    patient = _in_open_dental(desk)
    if patient is None:
        return None
    kept, case = kept_record(patient), desk.case
    return RecordPart(
        kept,
        summary_of(kept.record, happened_at=case.happened_at, opened_at=case.opened_at, zone=desk.zone, now=desk.now)
        if kept.record
        else None,
    )


def family_cases(part: RecordPart | None, desk: Desk, offices: list[str] | None) -> list[CaseRow]:
    """Cases of the patient's family at these offices; the family is the one that the record tells."""
    if part is None or part.summary is None or desk.case.patient is None:
        return []
    database = desk.case.patient.database
    keys = [patient_key(Patient(database, relative.PatNum, "")) for relative in part.summary.family]
    return queries.of_patients(keys, offices)


@require_safe
def case_record(request: HttpRequest, number: str) -> HttpResponse:
    """Parts of the page, again: with `part=call` what to know before the call; else the question whether the reading is
    there (`asked` counts them), and once it is, or has not come in a minute, the record."""
    desk = desk_for(cast(Person, request.user), number, Right.SEE_CASE)
    part = record_part(desk)
    context = {"number": number, "case": desk.case, "zone": desk.zone, "record": part}
    if request.GET.get("part") == "call":
        return render(request, "cases/before_call.html", context)
    asked = _count(request.GET.get("asked", ""))
    if part is not None and part.kept.is_wanted and asked < _LAST_ASK:
        return render(request, "cases/record_poller.html", {**context, "asked": asked + 1})
    answer = render(request, "cases/record_refresh.html", {**context, "asked": None})
    answer["HX-Trigger-After-Settle"] = "record-read"
    return answer


def _in_open_dental(desk: Desk) -> Patient | None:
    patient = desk.case.patient
    return patient if patient and patient.database and patient.pat_num else None


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else _LAST_ASK
