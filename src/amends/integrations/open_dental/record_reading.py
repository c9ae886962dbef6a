"""Reads one patient's record from Open Dental, in four requests (docs/integrations/open-dental.md)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from amends.deliveries.channel import Configuration, Permanent, RetryAfter

from .answers import KeyRefused
from .client import Budget, Query
from .features import Feature
from .office import Office
from .record import Record, balances_after, family_of, lost_of, visits_of, wishes_of
from .rows import Appointment, HistAppointment, Patient, Row

R = TypeVar("R", bound=Row)

SECONDS = 60.0
# A patient's own list is short. One that is longer is that of everybody, because the filter was ignored (2.9).
_MOST_PAGES = 5


def read_record(
    office: Office, pat_num: int, *, since: date, zone: str, before: Record | None, read_at: datetime
) -> Record:
    """The patient's record from `since` on; `zone` is the office's, `before` what was read last, `read_at` now (aware).

    What this Open Dental is too old for, or what the key may not read, stands in `not_told`. Raises `NotFound` where
    there is no such patient, and a `DeliveryError` where Open Dental cannot be read now: then nothing is known anew.
    """
    reading = _Reading(office, Budget(SECONDS), zone)
    patient = office.client.one(f"patients/{pat_num}", Patient, reading.budget)
    if patient.PatNum != pat_num:
        raise RetryAfter("Open Dental gave another patient than the one asked for.")
    from_then: Query = {"PatNum": pat_num, "dateStart": since.isoformat()}
    visits = reading.every("visits", "appointments", Appointment, from_then)
    lost = reading.every(
        "which visits were missed and which cancelled",
        "histappointments",
        HistAppointment,
        from_then,
        needs=Feature.HIST_APPOINTMENTS,
    )
    of_family: Query = {"Guarantor": patient.Guarantor}
    family = reading.every("the family", "patients/Simple", Patient, of_family) if patient.Guarantor else []
    do_not_call, do_not_text = wishes_of(patient)
    return Record(
        since=since,
        PatStatus=patient.PatStatus,
        do_not_call=do_not_call,
        do_not_text=do_not_text,
        visits=visits_of(pat_num, visits, since, reading.as_instant),
        lost=lost_of(pat_num, lost, since),
        family=family_of(patient, family),
        balances=balances_after(before.balances if before else (), patient, family, read_at),
        not_told=tuple(reading.not_told),
    )


@dataclass
class _Reading:
    """One reading of one patient; `not_told` collects in words what this Open Dental does not tell."""

    office: Office
    budget: Budget
    zone: str
    not_told: list[str] = field(default_factory=list)

    def every(self, what: str, path: str, shape: type[R], query: Query, *, needs: Feature = Feature.READ) -> list[R]:
        """Every row of a list, as it comes; none where Open Dental does not tell."""
        try:
            self.office.need(needs, self.budget)
            return self._pages(path, shape, query)
        except KeyRefused:
            raise
        except (Configuration, Permanent):
            self.not_told.append(what)
            return []

    def as_instant(self, moment: datetime) -> datetime | None:
        """What the server stamped, as an instant; None where neither its clock nor the office's zone is known."""
        try:
            return self.office.as_instant(moment, self.zone, self.budget)
        except Configuration:
            return None

    def _pages(self, path: str, shape: type[R], query: Query) -> list[R]:
        found: list[R] = []
        offset = 0
        for _ in range(_MOST_PAGES):
            page = self.office.client.page(path, shape, query, self.budget, offset=offset)
            found += page.rows
            if page.next_offset is None:
                return found
            offset = page.next_offset
        raise Permanent("Open Dental gave a list of everybody instead of one patient's.")
