"""Who is here today, and who is searched for: the patients that the Report page offers.

Never an exception and never a long wait: a page shows what there is, and says what is wrong. Times are those on the
office's wall clock, naive, as staff see them in Open Dental.
"""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from amends.deliveries.channel import DeliveryError

from .answers import NotFound
from .client import Budget, Query
from .office import Office, office
from .rows import Appointment, Patient, in_time

SECONDS = 3.0
FRESH = timedelta(seconds=60)
_NAMES_FRESH = timedelta(minutes=10)
_AFTER_TROUBLE = timedelta(seconds=15)
# With fewer names missing than this, they are asked for one by one.
_FEW = 5
_FOUND_AT_MOST = 25
_ON_THE_BOOK = ("Scheduled", "Complete", "ASAP")
_GONE = ("Deleted", "Archived")  # Archived is also the losing side of a merge (open-dental-api.md 3.7)


@dataclass(frozen=True)
class FoundPatient:
    """A patient to choose. `when`, `arrived` and `seated` are of today's appointment, None where there is none."""

    pat_num: int
    name: str
    birthdate: date | None = None
    phone: str = ""
    when: datetime | None = None
    arrived: datetime | None = None
    seated: datetime | None = None


@dataclass(frozen=True)
class Schedule:
    """What was found. `read_at` is when (aware); `trouble` a sentence for people, empty while all is well."""

    patients: list[FoundPatient]
    read_at: datetime
    trouble: str = ""


@dataclass
class _Kept:
    """What one clinic's page needs, between two readings."""

    day: date | None = None
    schedule: Schedule | None = None
    again_at: datetime | None = None
    names: dict[int, Patient] = field(default_factory=dict)
    list_offset: int | None = 0
    list_begun: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept: dict[tuple[str, int], _Kept] = {}
_lock = threading.Lock()


def todays_patients(
    database_key: str,
    clinic_num: int,
    day: date,
    *,
    seconds: float = SECONDS,
    now: Callable[[], datetime] = timezone.now,
) -> Schedule:
    """The appointments of the clinic that day, in their order, with names. `clinic_num` 0: an office without clinics.

    Read at most once a minute. When Open Dental cannot be read, what was read last that day, with the trouble.
    """
    with _lock:
        kept = _kept.setdefault((database_key, clinic_num), _Kept())
    # A second reader waits for the first and finds its answer; not longer than for an answer of its own.
    if not kept.lock.acquire(timeout=seconds):
        return _last(kept, day, now(), "Open Dental has not answered yet.")
    try:
        if kept.day == day and kept.schedule and kept.again_at and now() < kept.again_at:
            return kept.schedule
        if kept.day != day:
            kept.names.clear()
        return _read_day(kept, database_key, clinic_num, day, seconds, now)
    finally:
        kept.lock.release()


def search_patients(
    database_key: str,
    clinic_num: int,
    words: str,
    *,
    seconds: float = SECONDS,
    now: Callable[[], datetime] = timezone.now,
) -> Schedule:
    """Patients by the start of a name, by phone, or by birthdate; at most 25. Nothing typed, nothing found."""
    budget = Budget(seconds)
    found: dict[int, Patient] = {}
    trouble = ""
    try:
        client = office(database_key).client
        for path, query in _questions(words, clinic_num):
            found |= {row.PatNum: row for row in client.rows(path, Patient, query, budget)}
    except DeliveryError as error:
        trouble = str(error)
    patients = sorted((row for row in found.values() if row.PatStatus not in _GONE), key=_by_name)
    return Schedule([_found(row) for row in patients[:_FOUND_AT_MOST]], now(), trouble)


def forget_schedules() -> None:
    """Forget everything that was read: between tests."""
    with _lock:
        _kept.clear()


def _read_day(
    kept: _Kept, database_key: str, clinic_num: int, day: date, seconds: float, now: Callable[[], datetime]
) -> Schedule:
    budget = Budget(seconds)
    try:
        od = office(database_key)
        appointments = _appointments(od, clinic_num, day, budget)
    except DeliveryError as error:
        kept.again_at = now() + _AFTER_TROUBLE
        kept.schedule, kept.day = _last(kept, day, now(), str(error)), day
        return kept.schedule
    trouble = _learn_names(kept, od, clinic_num, {row.PatNum for row in appointments}, budget, now())
    patients = [_with_times(kept.names.get(row.PatNum), row) for row in appointments]
    kept.schedule, kept.day = Schedule(patients, now(), trouble), day
    kept.again_at = now() + (_AFTER_TROUBLE if trouble else FRESH)
    return kept.schedule


def _last(kept: _Kept, day: date, now: datetime, trouble: str) -> Schedule:
    if kept.schedule is not None and kept.day == day:
        return replace(kept.schedule, trouble=trouble)
    return Schedule([], now, trouble)


def _appointments(od: Office, clinic_num: int, day: date, budget: Budget) -> list[Appointment]:
    query: Query = {"date": day.isoformat(), **({"ClinicNum": clinic_num} if clinic_num else {})}
    rows = [
        row
        for row in od.client.rows("appointments", Appointment, query, budget)
        # /appointments ignores what it does not know (open-dental-api.md 2.9), so all is filtered here again.
        if row.AptDateTime
        and row.AptDateTime.date() == day
        and row.AptStatus in _ON_THE_BOOK
        and clinic_num in (0, row.ClinicNum)
    ]
    return sorted(rows, key=lambda row: (in_time(row.AptDateTime), row.AptNum))


def _learn_names(kept: _Kept, od: Office, clinic_num: int, wanted: set[int], budget: Budget, now: datetime) -> str:
    """Fill in the names of these patients as far as the time allows; returns the trouble.

    First the clinic's list, page by page, begun anew every ten minutes; then the few that are missing, one by one.
    What was learned stays, and the next reading goes on where this one ended: a long list may fail half way, and at
    one request a second it takes longer than a page may wait.
    """
    if kept.list_begun is None or now - kept.list_begun > _NAMES_FRESH:
        kept.list_begun, kept.list_offset = now, 0
    missing = wanted - kept.names.keys()
    try:
        while clinic_num and len(missing) > _FEW and kept.list_offset is not None:
            query = {"ClinicNum": clinic_num}
            page = od.client.page("patients/Simple", Patient, query, budget, offset=kept.list_offset)
            kept.names |= {row.PatNum: row for row in page.rows}
            kept.list_offset = page.next_offset
            missing -= kept.names.keys()
        for pat_num in sorted(missing):
            kept.names[pat_num] = _patient(od, pat_num, budget)
    except DeliveryError as error:
        return f"Some names could not be read yet. {error}"
    return ""


def _patient(od: Office, pat_num: int, budget: Budget) -> Patient:
    try:
        return od.client.one(f"patients/{pat_num}", Patient, budget)
    except NotFound:
        return Patient(PatNum=pat_num)


def _questions(words: str, clinic_num: int) -> Iterable[tuple[str, Query]]:
    text = " ".join(words.split())
    digits = re.sub(r"\D", "", text)
    clinic: Query = {"ClinicNum": clinic_num} if clinic_num else {}
    born = _birthdate(text)
    if not text:
        return
    if born is not None:
        yield "patients/Simple", {"Birthdate": born.isoformat(), **clinic}
    elif len(digits) >= 7 and not re.search(r"[^\d\s()+./-]", text):
        yield "patients", {"Phone": digits[-10:], **({"clinicNums": clinic_num} if clinic_num else {})}
    else:
        for first, last in _names(text):
            query = {name: value for name, value in (("LName", last), ("FName", first)) if value}
            yield "patients/Simple", {**query, **clinic}


def _names(text: str) -> list[tuple[str, str]]:
    if "," in text:
        last, _, first = (part.strip() for part in text.partition(","))
        return [(first, last)]
    first, _, last = text.partition(" ")
    return [(first, last)] if last else [("", first), (first, "")]


def _birthdate(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  # a date has no zone
        except ValueError:
            continue
    return None


def _by_name(row: Patient) -> tuple[str, str, int]:
    return row.LName.casefold(), row.FName.casefold(), row.PatNum


def _found(row: Patient) -> FoundPatient:
    return FoundPatient(
        pat_num=row.PatNum,
        name=f"{row.Preferred or row.FName} {row.LName}".strip() or f"Patient {row.PatNum}",
        birthdate=row.Birthdate,
        phone=row.WirelessPhone or row.HmPhone or row.WkPhone,
    )


def _with_times(row: Patient | None, visit: Appointment) -> FoundPatient:
    patient = _found(row or Patient(PatNum=visit.PatNum))
    return replace(
        patient, when=visit.AptDateTime, arrived=_told(visit.DateTimeArrived), seated=_told(visit.DateTimeSeated)
    )


def _told(moment: datetime | None) -> datetime | None:
    """None for the day at midnight, which means that no time is known (open-dental-api.md 3.8)."""
    return None if moment is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment
