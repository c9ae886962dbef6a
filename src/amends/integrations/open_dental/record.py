"""What Open Dental's record says of one patient: the plain values that are kept. Pure; nothing is read here.

Times of visits are naive: those on the office's wall clock, as staff typed them. What the server stamped is an instant,
because its clock may be another one (open-dental-api.md 5.2). Only what the page shows is kept: no note, no address,
and no social security number.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from .rows import Appointment, HistAppointment, Patient, in_time

AsInstant = Callable[[datetime], datetime | None]

# What is no visit, and what is only a note on the schedule (open-dental-api.md 3.8).
_NO_VISIT = frozenset({"", "None", "Planned", "PtNote", "PtNoteCompleted"})
_LOST = frozenset({"Missed", "Cancelled", "Deleted"})
_DO_NOT_CALL = "DoNotCall"
_GONE = frozenset({"Deleted", "Archived"})
_MOST_BALANCES = 24


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        # What stands in a chart must not get into a log or a traceback by way of a representation.
        return iter(())


class Visit(_Value):
    """One appointment, `entered` when it was booked (aware). `at` at midnight: only the day is known; the other times
    are None where they are not known."""

    AptNum: int
    AptStatus: str
    at: datetime
    provider: str = ""
    procedures: str = ""
    arrived: datetime | None = None
    seated: datetime | None = None
    dismissed: datetime | None = None
    entered: AwareDatetime | None = None


class LostVisit(_Value):
    """An appointment as it stood when it was missed, cancelled or deleted (`HistApptAction`)."""

    AptNum: int
    at: datetime
    HistApptAction: str


class Relative(_Value):
    """Somebody of the same family, which is to say with the same guarantor."""

    PatNum: int
    name: str


class Balance(_Value):
    """What was open, in dollars, at every reading from the first to the last; None where it was not told."""

    first_read: AwareDatetime
    last_read: AwareDatetime
    own: Decimal | None = None
    family: Decimal | None = None


class Record(_Value):
    """One patient's record from `since` on. `not_told` names in words what this Open Dental does not tell."""

    since: date
    PatStatus: str = ""
    do_not_call: bool = False
    do_not_text: bool = False
    visits: tuple[Visit, ...] = ()
    lost: tuple[LostVisit, ...] = ()
    family: tuple[Relative, ...] = ()
    balances: tuple[Balance, ...] = ()
    not_told: tuple[str, ...] = ()


def visits_of(pat_num: int, rows: Iterable[Appointment], since: date, as_instant: AsInstant) -> tuple[Visit, ...]:
    """The patient's appointments from that day on, in order, each once and as it was changed last.

    The rows may hold anything: filters may be ignored and pages overlap (open-dental-api.md 2.6, 2.9). `as_instant`
    reads the server's clock; None where nobody knows how.
    """
    newest: dict[int, Appointment] = {}
    for row in rows:
        known = newest.get(row.AptNum)
        if known is None or in_time(row.DateTStamp) >= in_time(known.DateTStamp):
            newest[row.AptNum] = row
    visits = [
        _visit(row, row.AptDateTime, as_instant)
        for row in newest.values()
        if row.PatNum == pat_num
        and row.AptStatus not in _NO_VISIT
        and row.AptDateTime
        and row.AptDateTime.date() >= since
    ]
    return tuple(sorted(visits, key=lambda visit: (visit.at, visit.AptNum)))


def lost_of(pat_num: int, rows: Iterable[HistAppointment], since: date) -> tuple[LostVisit, ...]:
    """The patient's missed, cancelled and deleted appointments from that day on, in order; each by its last change."""
    last: dict[tuple[int, datetime], HistAppointment] = {}
    for row in rows:
        if (
            row.PatNum == pat_num
            and row.HistApptAction in _LOST
            and row.AptDateTime
            and row.AptDateTime.date() >= since
        ):
            place = (row.AptNum, row.AptDateTime)
            if place not in last or _changed(row) > _changed(last[place]):
                last[place] = row
    return tuple(
        LostVisit(AptNum=number, at=at, HistApptAction=row.HistApptAction)
        for (number, at), row in sorted(last.items(), key=lambda item: (item[0][1], item[0][0]))
    )


def family_of(patient: Patient, rows: Iterable[Patient]) -> tuple[Relative, ...]:
    """Everybody else with the same guarantor, by name; without those whose chart is archived or deleted."""
    others = {
        row.PatNum: Relative(PatNum=row.PatNum, name=_name(row))
        for row in rows
        if patient.Guarantor and row.Guarantor == patient.Guarantor and row.PatStatus not in _GONE
    }
    others.pop(patient.PatNum, None)
    return tuple(sorted(others.values(), key=lambda one: (one.name.casefold(), one.PatNum)))


def balances_after(
    before: Iterable[Balance], patient: Patient, rows: Iterable[Patient], read_at: datetime
) -> tuple[Balance, ...]:
    """The balances so far and the one just read (`read_at` aware). The family's stands in the row of its guarantor."""
    guarantor = next((row for row in (patient, *rows) if row.PatNum == patient.Guarantor), None)
    now = Balance(
        first_read=read_at,
        last_read=read_at,
        own=patient.EstBalance,
        family=guarantor.BalTotal if guarantor else None,
    )
    earlier = list(before)
    if earlier and (earlier[-1].own, earlier[-1].family) == (now.own, now.family):
        now = now.model_copy(update={"first_read": earlier.pop().first_read})
    return (*earlier, now)[-_MOST_BALANCES:]


def wishes_of(patient: Patient) -> tuple[bool, bool]:
    """Whether they are not to be called, and not to be sent texts (open-dental-api.md 3.7)."""
    methods = (patient.PreferContactMethod, patient.PreferConfirmMethod, patient.PreferRecallMethod)
    return _DO_NOT_CALL in methods, patient.TxtMsgOk == "No"


def _visit(row: Appointment, at: datetime, as_instant: AsInstant) -> Visit:
    return Visit(
        AptNum=row.AptNum,
        AptStatus=row.AptStatus,
        at=at,
        provider=row.provAbbr,
        procedures=" ".join(row.ProcDescript.split()),
        arrived=_on_that_day(row.DateTimeArrived, at),
        seated=_on_that_day(row.DateTimeSeated, at),
        dismissed=_on_that_day(row.DateTimeDismissed, at),
        entered=as_instant(row.SecDateTEntry) if row.SecDateTEntry else None,
    )


def _on_that_day(moment: datetime | None, visit: datetime) -> datetime | None:
    """None for midnight, which says that no time is known (open-dental-api.md 3.8), and for another day."""
    known = moment is not None and moment.time() != time() and moment.date() == visit.date()
    return moment if known else None


def _changed(row: HistAppointment) -> tuple[str, int]:
    return in_time(row.HistDateTStamp), row.HistApptNum


def _name(row: Patient) -> str:
    return f"{row.Preferred or row.FName} {row.LName}".strip() or f"Patient {row.PatNum}"
