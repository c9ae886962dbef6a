"""What follows from a patient's record for one case: visits around the day, waits, what comes next, what is open. Pure.

Everything is said as Open Dental has it. A figure that its times do not carry is left out and never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from amends.protocol.wording import in_hours

from .record import Balance, Record, Relative, Visit

BEFORE, AFTER = timedelta(days=30), timedelta(days=14)
_LOST_AT_MOST = 5
# An arrival further than this from the time of the visit is another clock or a slip, and no wait.
_PLAUSIBLE = timedelta(hours=3)
_TO_COME = ("Scheduled", "ASAP")
_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "Complete": "completed",
        "Scheduled": "scheduled",
        "ASAP": "scheduled, would come sooner",
        "UnschedList": "taken off the schedule",
        "Broken": "missed or cancelled",
    }
)
_LOST: Mapping[str, str] = MappingProxyType(
    {
        "Missed": "missed",
        "Cancelled": "cancelled",
        "Deleted": "deleted from the schedule",
        "Broken": _STATUSES["Broken"],
    }
)
_STOP: Mapping[str, str] = MappingProxyType(
    {
        "Deceased": "Open Dental says that this patient has died. Stop all outreach.",
        "Archived": "This chart is archived: closed, or merged with another one. "
        "Stop outreach until you know which chart is theirs.",
        "Deleted": "This chart was deleted in Open Dental. Stop outreach until you know which chart is theirs.",
    }
)


@dataclass(frozen=True)
class Wait:
    """One step of a visit: "arrived", "seated" or "left", when, and how long after the step before it.

    For "arrived" the step before is the time of the visit, so that its minutes may be below zero: too early.
    """

    step: str
    at: time
    minutes: int | None

    @property
    def words(self) -> str:
        """The minutes as one would say them: "5 min early", "on time", "after 47 min"; "" where they are not known."""
        if self.minutes is None:
            return ""
        if self.step != "arrived":
            return f"after {in_hours(self.minutes)}"
        if self.minutes == 0:
            return "on time"
        return f"{in_hours(abs(self.minutes))} {'early' if self.minutes < 0 else 'late'}"


@dataclass(frozen=True)
class ShownVisit:
    """A visit in words. `time` is None where only the day is known. `booked_after` says of a visit to come whether it
    was booked after the incident, or is left over from before; None where that is not known."""

    day: date
    time: time | None
    status: str
    provider: str
    procedures: str
    waits: tuple[Wait, ...]
    booked_after: bool | None

    @property
    def waited(self) -> int | None:
        """Minutes from arriving to being seated."""
        return next((wait.minutes for wait in self.waits if wait.step == "seated"), None)


@dataclass(frozen=True)
class ShownLoss:
    """A visit that did not take place: "missed", "cancelled"."""

    day: date
    status: str


@dataclass(frozen=True)
class ShownBalance:
    """Dollars that are open now (below zero: a credit), and what they were at the first reading since the case opened,
    where that differs. None where it was not told."""

    own: Decimal | None
    family: Decimal | None
    was: Decimal | None = None
    was_at: datetime | None = None


@dataclass(frozen=True)
class Summary:
    """Everything that the page says. `visits` are those around the incident, the newest first; `last` and `next` may
    lie outside of that. `wishes` are sentences; so is `stop`, which says that and why nobody is to be contacted."""

    visits: tuple[ShownVisit, ...]
    last: ShownVisit | None
    next: ShownVisit | None
    lost: tuple[ShownLoss, ...]
    family: tuple[Relative, ...]
    balance: ShownBalance | None
    stop: str
    wishes: tuple[str, ...]
    not_told: tuple[str, ...]


def summary_of(record: Record, *, happened_at: datetime, opened_at: datetime, zone: ZoneInfo, now: datetime) -> Summary:
    """The record as it matters to a case. The instants are aware; `zone` is the office's."""
    incident, today = _wall(happened_at, zone), _wall(now, zone)
    losses = {(one.AptNum, one.at): one.HistApptAction for one in record.lost}

    def shown(visit: Visit) -> ShownVisit:
        entered = visit.entered if _is_to_come(visit, today) else None
        return _shown(visit, losses, today, booked_after=entered > happened_at if entered else None)

    first, end = incident.date() - BEFORE, incident.date() + AFTER
    around = [visit for visit in record.visits if first <= visit.at.date() <= end]
    came = [visit for visit in record.visits if _took_place(visit, today)]
    to_come = [visit for visit in record.visits if _is_to_come(visit, today)]
    return Summary(
        visits=tuple(shown(visit) for visit in reversed(around)),
        last=shown(came[-1]) if came else None,
        next=shown(to_come[0]) if to_come else None,
        lost=_lost(record, {visit.AptNum: visit.at for visit in around}),
        family=record.family,
        balance=_balance(record.balances, opened_at),
        stop=_STOP.get(record.PatStatus, ""),
        wishes=_wishes(record),
        not_told=record.not_told,
    )


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _shown(
    visit: Visit, losses: Mapping[tuple[int, datetime], str], now: datetime, *, booked_after: bool | None
) -> ShownVisit:
    return ShownVisit(
        day=visit.at.date(),
        time=visit.at.time() if _has_time(visit.at) else None,
        status=_status(visit, losses.get((visit.AptNum, visit.at), ""), now),
        provider=visit.provider,
        procedures=visit.procedures,
        waits=_waits(visit),
        booked_after=booked_after,
    )


def _status(visit: Visit, loss: str, now: datetime) -> str:
    """The status in words. That something is marked as scheduled says little once its day has come."""
    if visit.AptStatus == "Broken":
        return _LOST.get(loss, _STATUSES["Broken"])
    if visit.AptStatus in _TO_COME and visit.at.date() <= now.date():
        is_today = visit.at.date() == now.date()
        if visit.dismissed:
            return "came and left, not marked as completed"
        if visit.seated or visit.arrived:
            here = "in the chair" if visit.seated else "waiting"
            return here if is_today else "came, not marked as completed"
        if not is_today or (_has_time(visit.at) and visit.at < now):
            return "still marked as scheduled"
    return _STATUSES.get(visit.AptStatus, visit.AptStatus)


def _waits(visit: Visit) -> tuple[Wait, ...]:
    """Each step whose time is known, with the minutes since the step before where both carry them."""
    waits = []
    before = visit.at if _has_time(visit.at) else None
    for step, at in (("arrived", visit.arrived), ("seated", visit.seated), ("left", visit.dismissed)):
        if at is not None:
            minutes = _minutes(before, at, is_arrival=step == "arrived")
            waits.append(Wait(step, at.time(), minutes))
        # Without an arrival nobody knows how long they sat there: the time of the visit is no arrival.
        before = at
    return tuple(waits)


def _minutes(before: datetime | None, at: datetime, *, is_arrival: bool) -> int | None:
    if before is None:
        return None
    # As the clock shows them: to the minute.
    span = at.replace(second=0, microsecond=0) - before.replace(second=0, microsecond=0)
    if is_arrival and abs(span) > _PLAUSIBLE:
        return None
    if not is_arrival and span < timedelta(0):
        return None
    return round(span.total_seconds() / 60)


def _has_time(moment: datetime) -> bool:
    return moment.time() != time()


def _took_place(visit: Visit, now: datetime) -> bool:
    came = visit.AptStatus == "Complete" or (visit.AptStatus in _TO_COME and (visit.arrived or visit.seated))
    return bool(came) and visit.at.date() <= now.date()


def _is_to_come(visit: Visit, now: datetime) -> bool:
    if visit.AptStatus not in _TO_COME or visit.arrived or visit.seated:
        return False
    return visit.at > now or (not _has_time(visit.at) and visit.at.date() >= now.date())


def _lost(record: Record, listed: Mapping[int, datetime]) -> tuple[ShownLoss, ...]:
    """The newest visits that did not take place, but for those that are listed with their status anyway."""
    lost = {(one.at, one.AptNum): one.HistApptAction for one in record.lost}
    for visit in record.visits:
        if visit.AptStatus == "Broken":
            lost.setdefault((visit.at, visit.AptNum), "Broken")
    others = [(at, action) for (at, number), action in sorted(lost.items()) if listed.get(number) != at]
    return tuple(ShownLoss(at.date(), _LOST.get(action, action)) for at, action in reversed(others[-_LOST_AT_MOST:]))


def _balance(balances: tuple[Balance, ...], opened_at: datetime) -> ShownBalance | None:
    if not balances or (balances[-1].own, balances[-1].family) == (None, None):
        return None
    now = balances[-1]
    first = next((one for one in balances if one.last_read >= opened_at), now)
    if first.own is None or now.own is None or first.own == now.own:
        return ShownBalance(now.own, now.family)
    return ShownBalance(now.own, now.family, was=first.own, was_at=first.last_read)


def _wishes(record: Record) -> tuple[str, ...]:
    wishes = []
    if record.do_not_call:
        wishes.append("Do not call: the patient's contact preference in Open Dental says so.")
    if record.do_not_text:
        wishes.append("Do not send texts: Open Dental says that the patient does not want them.")
    return tuple(wishes)
