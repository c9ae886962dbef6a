"""The only place where a case changes.

`perform` is one transaction: the case's row locked, the rules asked, the events appended, the row refreshed, the search
row and the deliveries written. Nothing outside is called here; deliveries do that later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from amends.cases import codec, search
from amends.cases.door import opened
from amends.cases.models import CaseRow, EventRow, number_of
from amends.cases.policies import current_policy, policy_for
from amends.deliveries import outbox
from amends.practice.directory import Directory, directory_now, group_stays
from amends.protocol import commands as c
from amends.protocol.case import NEW, Case, evolve
from amends.protocol.deadline import alarm, deadline
from amends.protocol.decide import Context, decide
from amends.protocol.events import Event
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.policy import Policy
from amends.protocol.react import react
from amends.protocol.values import Actor, Patient
from amends.protocol.words import AsideReason, Role
from amends.sealing import blind

_SEARCHED = frozenset(
    {
        "Reported",
        "AccountAdded",
        "TakenIn",
        "AttemptLogged",
        "ConversationRecorded",
        "Addressed",
        "PatientIdentified",
        "AccountRewritten",
    }
)


class NoSuchCaseError(LookupError):
    """There is no case with that number."""


class CaseMovedError(Exception):
    """Somebody else acted on the case since the page was made; `since` is what they did."""

    def __init__(self, since: list[Event]) -> None:
        super().__init__("Somebody else acted on this case in the meantime.")
        self.since = since


@dataclass(frozen=True)
class Done:
    """What came of a command: the case's row and state, and the events that were appended (none for a repeat)."""

    row: CaseRow
    case: Case
    events: tuple[Event, ...]

    @property
    def number(self) -> str:
        return self.row.number


_nudges: list[Callable[[], None]] = []


def on_new_deliveries(wake: Callable[[], None]) -> None:
    """Registers what is called after a commit that wrote deliveries: the engine's alarm clock."""
    _nudges.append(wake)


def no_more_deliveries(wake: Callable[[], None]) -> None:
    """Takes back `on_new_deliveries`; nothing where it was not registered."""
    _nudges[:] = [registered for registered in _nudges if registered != wake]


def patient_key(patient: Patient) -> str:
    """The blind index of a patient: equal for the same patient, and silent without the key."""
    return blind(f"{patient.database}:{patient.pat_num}")


def perform(
    *,
    command: c.Command,
    by: Actor,
    case: int | None = None,
    seen: int | None = None,
    origin: str = "",
    at: datetime | None = None,
) -> Done:
    """Performs one command on the case with row id `case` (None to report a new one).

    `seen` is the version that the person looked at: if another person acted since, raises `CaseMovedError`.
    `origin` names where a report came from (a form's token, a CommLog); a second report of the same origin answers with
    the first one's case and writes nothing. Raises `protocol.decide.Refused` and `NoSuchCaseError`.
    """
    now = at or timezone.now()
    if case is None:
        return _report(command, by, origin, now)
    with transaction.atomic(), opened():
        row = hold(case)
        events = codec.from_rows(EventRow.objects.filter(case_id=case).order_by("seq"))
        if seen is not None:
            since = [event for event in events[seen:] if event.by.role is not Role.SYSTEM and event.by.id != by.id]
            if since:
                raise CaseMovedError(since)
        states = list(accumulate(events, evolve, initial=NEW))
        return _apply(row, states[-1], command, by, now)


def merge(*, duplicate: int, into: int, by: Actor, note: str = "", seen: int | None = None) -> Done:
    """Makes one story of two cases: `into` takes the other's accounts in, `duplicate` is set aside and points there."""
    with transaction.atomic(), opened():
        # Locks in one order, so that two merges at once cannot wait for each other.
        for pk in sorted((duplicate, into)):
            hold(pk)
        story = state_of(duplicate)
        aside = c.PutAside(reason=AsideReason.DUPLICATE, note=note, duplicate_of=number_of(into))
        perform(command=aside, by=by, case=duplicate, seen=seen)
        taken = c.TakeIn(
            other=number_of(duplicate),
            accounts=tuple(account.text for account in story.accounts),
            patient=story.patient,
            review=story.review,
            triggers=frozenset(story.triggers),
            reply_link=story.reply_live.link if story.reply_live else None,
        )
        return perform(command=taken, by=by, case=into)


def refresh_dues(office: int) -> int:
    """Reckons again when the cases of an office are due, after its hours were changed; returns how many now differ.

    To be called in the transaction that changed them. Nothing happened to the cases, so no event is written: their
    columns follow from their events and from the office's hours, and the hours are others now.
    """
    changed = 0
    with transaction.atomic(), opened():
        calendar = directory_now().offices[str(office)].calendar
        undone = CaseRow.system.filter(Q(is_open=True) | Q(due_at__isnull=False), office_id=office)
        for pk in undone.order_by("pk").values_list("pk", flat=True):
            row = hold(pk)
            try:
                due_at, alarm_at = _times(state_of(pk), policy_for(row.policy), calendar)
            except HoursError:  # never open again: what was due stays, and the ticker and `amends verify` say so
                continue
            if (due_at, alarm_at) != (row.due_at, row.alarm_at):
                row.due_at, row.alarm_at = due_at, alarm_at
                row.save(update_fields=["due_at", "alarm_at"])
                changed += 1
    return changed


def events_of(case: int) -> list[Event]:
    """Every event of a case, in order."""
    return codec.from_rows(EventRow.objects.filter(case_id=case).order_by("seq"))


def state_of(case: int) -> Case:
    """The case as its events make it. Raises `NoSuchCaseError`."""
    events = events_of(case)
    if not events:
        raise NoSuchCaseError(number_of(case))
    return list(accumulate(events, evolve, initial=NEW))[-1]


def hold(pk: int) -> CaseRow:
    """Locks a case's row until the transaction ends (SQLite holds its write lock anyway). Raises `NoSuchCaseError`.

    Whoever changes a case and its deliveries takes the case first: in one order, nobody waits for each other in a ring.
    """
    row = CaseRow.system.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NoSuchCaseError(number_of(pk))
    return row


def _report(command: c.Command, by: Actor, origin: str, now: datetime) -> Done:
    if not isinstance(command, c.Report):
        raise NoSuchCaseError("A new case begins with a report.")
    try:
        with transaction.atomic(), opened():
            group_stays()  # a case that nobody can lock yet: new open hours wait for it, or it for them
            return _apply(CaseRow(origin=origin or None), NEW, command, by, now)
    except IntegrityError:
        # The column is unique, so the database itself refuses the second report of one origin.
        known = CaseRow.system.filter(origin=origin).first() if origin else None
        if known is None:
            raise
        return Done(row=known, case=state_of(known.pk), events=())


def _apply(row: CaseRow, before: Case, command: c.Command, by: Actor, now: datetime) -> Done:
    known = directory_now()  # under the lock: what was read before it may be the state before a change
    policy = policy_for(row.policy) if row.policy else current_policy()
    office = known.offices.get(before.office or getattr(command, "office", ""))
    if office is None:
        raise NoSuchCaseError("There is no such office.")
    context = Context(now=now, by=by, policy=policy, calendar=office.calendar, chain=known.chain(office.id, now))
    events = decide(before, command, context)
    states = list(accumulate(events, evolve, initial=before))
    after = states[-1]
    for column, value in columns(after, policy, known).items():
        setattr(row, column, value)
    _append(row, before.version, events)
    if any(type(event.fact).__name__ in _SEARCHED for event in events):
        search.index(row.pk, after)
    messages = [
        message for state, event in zip(states[1:], events, strict=True) for message in react(state, event, policy)
    ]
    if outbox.write(row, messages, case=after, events=events, known=known, policy=policy, now=now):
        transaction.on_commit(nudge)
    return Done(row=row, case=after, events=tuple(events))


def columns(case: Case, policy: Policy, known: Directory) -> dict[str, object]:
    """Every column of the case row that follows from the events (all but id, origin and the chain's head)."""
    due_at, alarm_at = _times(case, policy, known.offices[case.office].calendar)
    task = case.owner_task
    return {
        "office_id": int(case.office),
        "stage": case.stage.value,
        "is_open": case.is_open,
        "severity": case.severity.value,
        "source": case.source.value,
        "kinds": ",".join(case.kinds),
        "causes": ",".join(case.causes),
        "owner_id": int(case.owner.id) if case.owner else None,
        "reporter_id": int(case.reporter.id) if case.reporter and case.reporter.id else None,
        "accepted": case.accepted,
        "still_here": case.still_here,
        "patient_name": case.patient.name if case.patient else "",
        "patient_key": patient_key(case.patient) if case.patient else "",
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "due_at": due_at,
        "alarm_at": alarm_at,
        "late_for": case.late_for,
        "version": case.version,
        "kept_on": case.kept_on,
        "task_seen_at": _in_utc(task.seen_at if task else None),
        "task_done_at": _in_utc(task.done_at if task else None),
        "policy": case.policy,
    }


def _times(case: Case, policy: Policy, calendar: Calendar) -> tuple[datetime | None, datetime | None]:
    """`due_at` and `alarm_at` of the case in these open hours."""
    return _in_utc(deadline(case, policy, calendar)), _in_utc(alarm(case, policy, calendar))


def _in_utc(moment: datetime | None) -> datetime | None:
    # Python holds no local time of a repeated hour to be equal to the same instant in another zone.
    return moment.astimezone(UTC) if moment else None


def _append(row: CaseRow, version: int, events: list[Event]) -> None:
    """Saves the row with its new chain head, then the events that belong to it."""
    rows = []
    for seq, event in enumerate(events, start=version + 1):
        rows.append(codec.to_row(seq, event, previous=row.head))
        row.head = rows[-1].hash
    row.save(force_insert=row.pk is None, force_update=row.pk is not None)
    for event_row in rows:
        event_row.case_id = row.pk
    EventRow.objects.bulk_create(rows)


def nudge() -> None:
    """Wakes the engine: there may be something to deliver."""
    for wake in _nudges:
        wake()
