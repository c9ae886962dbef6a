"""Who was at an office in some days, with their visits: asked for when somebody looks who may have written a review.

Never an exception and never a long wait: there is what could be read, with what is wrong; who looks again goes on where
the last reading ended. Times are those on the office's wall clock, naive.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from amends.deliveries.channel import DeliveryError

from .answers import NotFound
from .client import Budget, Query
from .office import Office, office
from .rows import Appointment, Patient

SECONDS = 8.0
FRESH = timedelta(minutes=10)
# With fewer names missing than this, they are asked for one by one.
_FEW = 5


@dataclass(frozen=True, repr=False)
class NearPatient:
    """A patient with their visits of those days; `family` are names of others under the same guarantor."""

    patient: Patient
    visits: tuple[Appointment, ...]
    family: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As staff call them."""
        of = self.patient
        return f"{of.Preferred or of.FName} {of.LName}".strip() or f"Patient {of.PatNum}"

    @property
    def phone(self) -> str:
        return self.patient.WirelessPhone or self.patient.HmPhone or self.patient.WkPhone


@dataclass(frozen=True, repr=False)
class Near:
    """What was found; `trouble` is a sentence for people, empty while all is well."""

    patients: tuple[NearPatient, ...] = ()
    trouble: str = ""


@dataclass
class _Kept:
    """What was read for one clinic and span of days, and how far the list of its patients was read."""

    begun: datetime
    visits: list[Appointment] | None = None
    names: dict[int, Patient] = field(default_factory=dict)
    list_offset: int | None = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_Key = tuple[str, int, date, date]
_kept: dict[_Key, _Kept] = {}
_lock = threading.Lock()


def patients_near(
    database_key: str,
    clinic_num: int,
    first: date,
    last: date,
    *,
    seconds: float = SECONDS,
    now: Callable[[], datetime] = timezone.now,
) -> Near:
    """The patients with an appointment at the clinic from `first` to `last`. `clinic_num` 0: an office without clinics.

    What was read is kept for ten minutes, in this process's memory alone.
    """
    kept = _keep((database_key, clinic_num, first, last), now())
    if not kept.lock.acquire(timeout=seconds):
        return Near(trouble="Open Dental has not answered yet. Look again in a moment.")
    try:
        return _read(kept, database_key, clinic_num, first, last, Budget(seconds))
    finally:
        kept.lock.release()


def forget_near() -> None:
    """Forget everything that was read: between tests."""
    with _lock:
        _kept.clear()


def _keep(key: _Key, now: datetime) -> _Kept:
    with _lock:
        for old in [one for one, kept in _kept.items() if now - kept.begun > FRESH]:
            del _kept[old]
        return _kept.setdefault(key, _Kept(now))


def _read(kept: _Kept, database_key: str, clinic_num: int, first: date, last: date, budget: Budget) -> Near:
    trouble = ""
    try:
        od = office(database_key)
        if kept.visits is None:
            kept.visits = _visits(od, clinic_num, first, last, budget)
        _learn_names(kept, od, clinic_num, budget)
    except DeliveryError as error:
        trouble = f"Not everybody could be read yet. {error}"
    return Near(tuple(_patients(kept)), trouble)


def _visits(od: Office, clinic_num: int, first: date, last: date, budget: Budget) -> list[Appointment]:
    days: Query = {"dateStart": first.isoformat(), "dateEnd": last.isoformat()}
    query: Query = {**days, **({"ClinicNum": clinic_num} if clinic_num else {})}
    return [
        row
        for row in od.client.rows("appointments", Appointment, query, budget)
        # /appointments ignores what it does not know (open-dental-api.md 2.9), so all is filtered here again.
        if row.PatNum
        and row.AptDateTime
        and first <= row.AptDateTime.date() <= last
        and clinic_num in (0, row.ClinicNum)
    ]


def _learn_names(kept: _Kept, od: Office, clinic_num: int, budget: Budget) -> None:
    """First the clinic's list, page by page, then the few that are missing, one by one. What was learned stays."""
    missing = {row.PatNum for row in kept.visits or ()} - kept.names.keys()
    while clinic_num and len(missing) > _FEW and kept.list_offset is not None:
        page = od.client.page("patients/Simple", Patient, {"ClinicNum": clinic_num}, budget, offset=kept.list_offset)
        kept.names |= {row.PatNum: row for row in page.rows}
        kept.list_offset = page.next_offset
        missing -= kept.names.keys()
    for pat_num in sorted(missing):
        kept.names[pat_num] = _patient(od, pat_num, budget)


def _patient(od: Office, pat_num: int, budget: Budget) -> Patient:
    try:
        return od.client.one(f"patients/{pat_num}", Patient, budget)
    except NotFound:
        return Patient(PatNum=pat_num)


def _patients(kept: _Kept) -> Iterable[NearPatient]:
    """Those whose name is known, by number."""
    visits: dict[int, list[Appointment]] = {}
    for row in kept.visits or ():
        visits.setdefault(row.PatNum, []).append(row)
    families: dict[int, list[Patient]] = {}
    for patient in kept.names.values():
        families.setdefault(patient.Guarantor, []).append(patient)
    for pat_num, theirs in sorted(visits.items()):
        known = kept.names.get(pat_num)
        if known is not None and (known.FName or known.LName):
            relatives = families.get(known.Guarantor, []) if known.Guarantor else []
            family = tuple(f"{one.FName} {one.LName}".strip() for one in relatives if one.PatNum != pat_num)
            yield NearPatient(known, tuple(theirs), family)
