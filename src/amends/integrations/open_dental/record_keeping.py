"""The kept copies of patients' records: a page shows what is kept and asks for more, a worker reads.

No page waits for Open Dental, and no transaction is open while it is read.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from pydantic import ValidationError

from amends.cases.actions import patient_key
from amends.deliveries.channel import DeliveryError
from amends.protocol.values import Patient

from .models import PatientRecord
from .office import speaking_to
from .record import Record
from .record_reading import SECONDS, read_record

Clock = Callable[[], datetime]

FRESH = timedelta(minutes=10)
AFTER_TROUBLE = timedelta(minutes=1)
KEPT_FOR = timedelta(days=400)
# Longer than a reading takes at most.
_LEASE = timedelta(seconds=2 * SECONDS + 30)
_CANDIDATES = 8
_MISTAKE = "Amends could not understand what Open Dental sent. The details are in its log."


@dataclass(frozen=True)
class KeptRecord:
    """What is kept of one patient. `record` and `read_at` are None while it was never read; `tried_at` tells when it
    could not be read, and `trouble` why; `is_wanted` that a reading is on its way."""

    record: Record | None = None
    read_at: datetime | None = None
    tried_at: datetime | None = None
    trouble: str = ""
    is_wanted: bool = False


def kept_record(patient: Patient) -> KeptRecord:
    """What is kept of the patient, at once."""
    key = patient_key(patient)
    return kept_under([key]).get(key, KeptRecord())


def kept_under(keys: Iterable[str]) -> dict[str, KeptRecord]:
    """What is kept of the patients with these keys, which their cases' rows have as well; nothing for the others."""
    return {row.patient_key: _kept(row) for row in PatientRecord.objects.filter(patient_key__in=set(keys))}


def want_record(patient: Patient, *, since: date, zone: str, now: Clock = timezone.now) -> None:
    """Asks for a reading that goes back to that day, unless what is kept does and is fresh, or one is on its way.
    `zone` is the office's.

    After trouble Open Dental is left alone for a minute.
    """
    key, at = patient_key(patient), now()
    row, is_new = PatientRecord.objects.get_or_create(
        patient_key=key,
        defaults={
            "database": patient.database,
            "PatNum": str(patient.pat_num),
            "zone": zone,
            "since": since,
            "wanted_at": at,
        },
    )
    rows = PatientRecord.objects.filter(pk=row.pk)
    if is_new:
        return
    if since < row.since:
        rows.filter(since__gt=since).update(since=since, wanted_at=at)
    elif row.wanted_at is None and _is_old(row, at):
        rows.filter(wanted_at__isnull=True).update(wanted_at=at)


def read_wanted_records(limit: int, *, now: Clock = timezone.now) -> int:
    """Reads the records that pages ask for, the longest wanted first; returns how many were tried.

    Several workers may call it at once: each reading is leased by one of them. Open Dental's trouble is kept for the
    page; anything else is kept as ours and raised.
    """
    for done in range(limit):
        row = _lease_next(now())
        if row is None:
            return done
        try:
            with speaking_to(row.database) as office:
                record = read_record(
                    office, int(row.PatNum), since=row.since, zone=row.zone, before=_record(row), read_at=now()
                )
        except DeliveryError as trouble:
            _finish(row, now(), trouble=str(trouble)[:300])
        except Exception:
            _finish(row, now(), trouble=_MISTAKE)
            raise
        else:
            _finish(row, now(), record=record)
    return limit


def forget_old_records(*, now: Clock = timezone.now) -> int:
    """Throws away the copies that no page asked for in 400 days; returns how many."""
    return PatientRecord.objects.filter(wanted_at__isnull=True, tried_at__lt=now() - KEPT_FOR).delete()[0]


def _kept(row: PatientRecord) -> KeptRecord:
    record = _record(row)
    return KeptRecord(
        record=record,
        read_at=row.read_at if record else None,
        tried_at=row.tried_at,
        trouble=row.trouble,
        is_wanted=row.wanted_at is not None,
    )


def _record(row: PatientRecord) -> Record | None:
    """The copy; None where there is none, or one of another shape, from another version of Amends."""
    if row.record is None:
        return None
    try:
        return Record.model_validate(row.record)
    except ValidationError:
        return None


def _is_old(row: PatientRecord, at: datetime) -> bool:
    return row.tried_at is None or at - row.tried_at >= (AFTER_TROUBLE if row.trouble else FRESH)


def _lease_next(at: datetime) -> PatientRecord | None:
    free = PatientRecord.objects.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at), wanted_at__isnull=False)
    for row in free.order_by("wanted_at", "pk")[:_CANDIDATES]:
        lease, until = secrets.token_urlsafe(16), at + _LEASE
        untouched = PatientRecord.objects.filter(pk=row.pk, lease=row.lease, wanted_at=row.wanted_at)
        if untouched.update(lease=lease, leased_until=until):
            row.lease = lease
            return row
    return None


def _finish(row: PatientRecord, at: datetime, *, record: Record | None = None, trouble: str = "") -> None:
    """Ends the lease and keeps what came of it; nothing is kept when the lease was lost meanwhile.

    Who wanted more while it was read (a day further back) still wants it.
    """
    changes: dict[str, object] = {"trouble": trouble, "tried_at": at, "lease": "", "leased_until": None}
    if record is not None:
        changes |= {"record": record.model_dump(mode="json"), "read_at": at}
    still = Case(When(wanted_at=row.wanted_at, then=Value(None)), default=F("wanted_at"))
    PatientRecord.objects.filter(pk=row.pk, lease=row.lease).update(wanted_at=still, **changes)
