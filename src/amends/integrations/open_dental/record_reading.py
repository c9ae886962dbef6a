"""Reads one patient's record from Open Dental, in four requests (docs/integrations/open-dental.md)."""

from datetime import date, datetime
from typing import TypeVar

from amends.deliveries.channel import Configuration, Permanent, RetryAfter

from .client import Budget, Query
from .office import Office
from .record import Record, balances_after, family_of, lost_of, visits_of, wishes_of
from .rows import Appointment, HistAppointment, Patient, Row

R = TypeVar("R", bound=Row)

SECONDS = 60.0
# A patient's own list is short. One that is longer is that of everybody, because the filter was ignored (2.9).
_MOST_PAGES = 5


def read_record(office: Office, pat_num: int, since: date, *, before: Record | None, read_at: datetime) -> Record:
    """The patient's record from `since` on; `before` is what was read last, `read_at` now (aware).

    What this Open Dental is too old for, or what the key may not read, stands in `not_told`. Raises `NotFound` where
    there is no such patient, and a `DeliveryError` where Open Dental cannot be read now: then nothing is known anew.
    """
    budget = Budget(SECONDS)
    patient = office.client.one(f"patients/{pat_num}", Patient, budget)
    if patient.PatNum != pat_num:
        raise RetryAfter("Open Dental gave another patient than the one asked for.")
    not_told: list[str] = []

    def told(what: str, path: str, shape: type[R], query: Query) -> list[R]:
        try:
            return _every(office, path, shape, query, budget)
        except (Configuration, Permanent):
            not_told.append(what)
            return []

    from_then: Query = {"PatNum": pat_num, "dateStart": since.isoformat()}
    visits = told("visits", "appointments", Appointment, from_then)
    lost = told("which visits were missed and which cancelled", "histappointments", HistAppointment, from_then)
    of_family: Query = {"Guarantor": patient.Guarantor}
    family = told("the family", "patients/Simple", Patient, of_family) if patient.Guarantor else []
    ahead = office.utc_offset.get(budget)
    do_not_call, do_not_text = wishes_of(patient)
    return Record(
        since=since,
        PatStatus=patient.PatStatus,
        do_not_call=do_not_call,
        do_not_text=do_not_text,
        visits=visits_of(pat_num, visits, since),
        lost=lost_of(pat_num, lost, since),
        family=family_of(patient, family),
        balances=balances_after(before.balances if before else (), patient, family, read_at),
        server_ahead=None if ahead is None else round(ahead.total_seconds() / 60),
        not_told=tuple(not_told),
    )


def _every(office: Office, path: str, shape: type[R], query: Query, budget: Budget) -> list[R]:
    """Every row of a list that one patient can have. Raises `Permanent` where it is far too long for one."""
    found: list[R] = []
    offset = 0
    for _ in range(_MOST_PAGES):
        page = office.client.page(path, shape, query, budget, offset=offset)
        found += page.rows
        if page.next_offset is None:
            return found
        offset = page.next_offset
    raise Permanent("Open Dental gave a list of everybody instead of one patient's.")
