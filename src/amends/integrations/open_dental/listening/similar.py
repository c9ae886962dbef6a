"""Whether patients without a case came back as often as those with one: a few like each case's patient are looked at.

Similar are patients of the same office who were seen in the week before the case was told and who have no case. They
are followed from the day on which the case was addressed, for as long as its own patient is. Only two numbers of them
are kept. Which of them are taken is decided by the numbers alone, so that nobody chooses.
"""

import hashlib
from datetime import date, timedelta

from django.utils import timezone

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.policies import policy_for
from amends.integrations.open_dental.client import Budget, Query
from amends.integrations.open_dental.models import SimilarPatients
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.rows import Appointment
from amends.practice.directory import directory
from amends.protocol.case import Case
from amends.protocol.values import Patient
from amends.protocol.words import Stage

from .state import Listening

SO_MANY = 5
_SEEN_WITHIN = timedelta(days=7)
_CORRECTED_WITHIN = timedelta(days=14)  # a visit is often completed late
_NOTED_AT_ONCE = 100
_SECONDS = 60.0  # for all its requests: a key that may only read makes one in five seconds
_ENDED = (Stage.ADDRESSED.value, Stage.CLOSED.value)


def compare(listening: Listening, office: Office, budget: Budget) -> bool:
    """The next case whose days are over; True while there are more of them."""
    key, today = listening.database.key, timezone.now().date()
    offices = {int(one.id): one.ClinicNum for one in directory().offices.values() if one.open_dental == key}
    _note_ended(list(offices))
    due = SimilarPatients.objects.filter(similar=None, due_on__lte=today, case__office__in=list(offices))
    row = due.select_related("case").order_by("due_on", "pk").first()
    if row is None:
        return False
    case = actions.state_of(row.case_id)
    due_on = _due_on(case)
    if due_on is None or due_on > today:
        # It was opened again meanwhile, or set aside: it is followed anew once it has ended again.
        SimilarPatients.objects.filter(pk=row.pk).delete()
        return True
    row.addressed_on, row.due_on = _addressed_on(case), due_on
    row.similar, row.came_back = _compared(row.case, case, offices[int(case.office)], office)
    row.save()
    return due.exists()


def _note_ended(offices: list[int]) -> None:
    """Writes down since when the patients of newly ended cases are followed."""
    ended = CaseRow.system.filter(stage__in=_ENDED, office_id__in=offices, similar_patients=None)
    for pk in ended.exclude(patient_key="").order_by("-pk").values_list("pk", flat=True)[:_NOTED_AT_ONCE]:
        case = actions.state_of(pk)
        if (due_on := _due_on(case)) is not None:
            noted = {"addressed_on": _addressed_on(case), "due_on": due_on}
            SimilarPatients.objects.get_or_create(case_id=pk, defaults=noted)


def _addressed_on(case: Case) -> date:
    assert case.addressing is not None  # noqa: S101  only such are followed
    return case.addressing.at.astimezone(directory().offices[case.office].zone).date()


def _due_on(case: Case) -> date | None:
    """When it is known whether the patient came back; None for a case that has not ended."""
    if case.stage.value not in _ENDED or case.addressing is None or case.patient is None:
        return None
    return _addressed_on(case) + timedelta(days=_kept_days(case)) + _CORRECTED_WITHIN


def _kept_days(case: Case) -> int:
    return policy_for(case.policy).limits.kept_days


def _compared(row: CaseRow, case: Case, clinic: int, office: Office) -> tuple[int, int]:
    """How many similar patients were looked at, and how many of them came back."""
    assert case.patient is not None  # noqa: S101  only such are followed
    database, budget = case.patient.database, Budget(_SECONDS)
    told = case.opened_at.astimezone(directory().offices[case.office].zone).date()
    query: Query = {"dateStart": (told - _SEEN_WITHIN).isoformat(), "dateEnd": told.isoformat(), "ClinicNum": clinic}
    seen = {
        row.PatNum
        for row in office.client.rows("appointments", Appointment, {**query, "AptStatus": "Complete"}, budget)
        if _kept(row, told - _SEEN_WITHIN, told) and row.ClinicNum == clinic and row.PatNum
    }
    chosen = sorted(seen, key=lambda number: hashlib.sha256(f"{row.number} {number}".encode()).digest())
    keys = {number: actions.patient_key(Patient(database=database, pat_num=number, name="")) for number in chosen}
    upset = set(CaseRow.system.filter(patient_key__in=list(keys.values())).values_list("patient_key", flat=True))
    taken = [number for number in chosen if keys[number] not in upset][:SO_MANY]
    first = _addressed_on(case) + timedelta(days=1)
    last = _addressed_on(case) + timedelta(days=_kept_days(case))
    return len(taken), sum(_came_back(number, first, last, office, budget) for number in taken)


def _came_back(patient: int, first: date, last: date, office: Office, budget: Budget) -> bool:
    query: Query = {"PatNum": patient, "dateStart": first.isoformat(), "dateEnd": last.isoformat()}
    rows = office.client.rows("appointments", Appointment, query, budget)
    return any(row.PatNum == patient and _kept(row, first, last) for row in rows)


def _kept(row: Appointment, first: date, last: date) -> bool:
    return row.AptStatus == "Complete" and row.AptDateTime is not None and first <= row.AptDateTime.date() <= last
