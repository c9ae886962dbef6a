"""The only place where a case changes.

`perform` is one transaction: the case's row locked, the rules asked, the events appended, the row refreshed, the search
row and the deliveries written. Nothing outside is called here; deliveries do that later.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from amends import clock
from amends.cases import codec, search
from amends.cases.door import opened
from amends.cases.models import CaseRow, EventRow, PolicyText, number_of, pk_of
from amends.cases.policies import current_policy, policy_for
from amends.deliveries import nudges, outbox
from amends.deliveries.models import Outage
from amends.practice.directory import Directory, directory_now, group_stays
from amends.protocol import commands as c
from amends.protocol.case import NEW, Case
from amends.protocol.deadline import alarm, deadline, first_promise_due
from amends.protocol.decide import Context, Refused, decide
from amends.protocol.events import Event, PageSeen
from amends.protocol.fold import evolve, fold
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.messages import Message
from amends.protocol.policy import Policy
from amends.protocol.react import react
from amends.protocol.values import Actor, Patient, Person
from amends.protocol.words import AsideReason, Role, Stage
from amends.sealing import CannotUnseal, blind

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

# Every column that an event may change.
_REFRESHED = [field.attname for field in CaseRow._meta.concrete_fields if field.attname not in ("id", "origin")]


# What an event or a policy raises that is damaged, or newer than this process; and hours without an opening.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, CannotUnseal, PolicyText.DoesNotExist)


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
    now = at or clock.now()
    if case is None:
        return _report(command, by, origin, now)
    with transaction.atomic(), opened():
        row = hold(case)
        events = codec.from_rows(EventRow.objects.filter(case_id=case).order_by("seq"))
        if seen is not None:
            others = [event for event in events[seen:] if event.by.role is not Role.SYSTEM and event.by.id != by.id]
            since = [event for event in others if not isinstance(event.fact, PageSeen)]  # a look is in nobody's way
            if since:
                raise CaseMovedError(since)
        known = directory_now()  # under the lock: what was read before it may be the state before a change
        change = _decided(row, fold(events), command, by, now, known)
        _write([change], known, now)
        return change.done


def perform_each(
    *,
    command: Callable[[CaseRow], c.Command],
    by: Actor,
    cases: models.QuerySet[CaseRow],
    at: datetime,
    missed_in: Callable[[CaseRow], Outage | None] = lambda row: None,
) -> tuple[list[Done], list[tuple[int, Exception]]]:
    """Performs a command on each of these cases, all in one transaction: what was done, and which were refused and why.

    Cases that somebody else holds at this moment are passed over. A refused one does not keep the others, nor does one
    that this version cannot read. `missed_in` tells in which outage it should have been done: then people hear of it
    once, and not once for each case.
    """
    changes: list[_Change] = []
    refused: list[tuple[int, Exception]] = []
    with transaction.atomic(), opened():
        rows = list(cases.select_for_update(skip_locked=True))
        known = directory_now()
        stories: dict[int, list[EventRow]] = {row.pk: [] for row in rows}
        for event_row in EventRow.objects.filter(case__in=stories).order_by("seq"):
            stories[event_row.case_id].append(event_row)
        for row in rows:
            outage = missed_in(row)  # of the row as it was
            try:
                before = fold(codec.from_rows(stories[row.pk]))
                changes.append(replace(_decided(row, before, command(row), by, at, known), outage=outage))
            except (Refused, *_UNREADABLE) as why:
                refused.append((row.pk, why))
        _write(changes, known, at)
    return [change.done for change in changes], refused


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
            causes=story.causes,
            involved=story.involved,
            repeat_of=tuple(number for number in story.repeat_of if number != number_of(into)),
        )
        return perform(command=taken, by=by, case=into)


def refresh_dues(office: int) -> int:
    """Reckons again when the cases of an office are due, after its hours were changed, and who keeps a promise, after
    an update that brought this; returns how many now differ.

    To be called in the transaction that changed them. Nothing happened to the cases, so no event is written: their
    columns follow from their events and from the office's hours, and the hours are others now.
    """
    changed = 0
    with transaction.atomic(), opened():
        calendar = directory_now().offices[str(office)].calendar
        timed = Q(is_open=True) | Q(due_at__isnull=False) | Q(alarm_at__isnull=False)
        undone = CaseRow.system.filter(timed, office_id=office)
        for pk in undone.order_by("pk").values_list("pk", flat=True):
            row = hold(pk)
            try:
                case = state_of(pk)
                times = _times(case, policy_for(row.policy), calendar)
            except HoursError:  # never open again: what was due stays, and the ticker and `amends verify` say so
                continue
            now = (*times, _keepers(case))
            if now != (row.due_at, row.alarm_at, row.promise_due_at, row.keepers):
                row.due_at, row.alarm_at, row.promise_due_at, row.keepers = now
                row.save(update_fields=["due_at", "alarm_at", "promise_due_at", "keepers"])
                changed += 1
    return changed


Follower = Callable[[Sequence[Done]], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """From now on `follower` is given what each transaction did to cases, in that transaction: what it writes is true
    exactly when the events are. It must be quick, and may not change a case."""
    _followers.append(follower)


def events_of(case: int) -> list[Event]:
    """Every event of a case, in order."""
    return codec.from_rows(EventRow.objects.filter(case_id=case).order_by("seq"))


def state_of(case: int) -> Case:
    """The case as its events make it. Raises `NoSuchCaseError`."""
    events = events_of(case)
    if not events:
        raise NoSuchCaseError(number_of(case))
    return fold(events)


def cases_taken_in(case: Case) -> list[int]:
    """The cases that this one has taken in, and those that they had taken in."""
    found: list[int] = []
    left = list(case.merged)
    while left:
        pk = pk_of(left.pop())
        if pk is not None and pk not in found:
            found.append(pk)
            left += state_of(pk).merged
    return found


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
            known = directory_now()
            change = _decided(CaseRow(origin=origin or None), NEW, command, by, now, known)
            _write([change], known, now)
            return change.done
    except IntegrityError:
        # The column is unique, so the database itself refuses the second report of one origin.
        first = CaseRow.system.filter(origin=origin).first() if origin else None
        if first is None:
            raise
        return Done(row=first, case=state_of(first.pk), events=())


@dataclass(frozen=True)
class _Change:
    """What a command makes of a case, decided and not yet written."""

    row: CaseRow
    before: Case
    after: Case
    events: list[Event]
    messages: list[Message]
    policy: Policy
    outage: Outage | None = None

    @property
    def done(self) -> Done:
        return Done(row=self.row, case=self.after, events=tuple(self.events))


def _decided(row: CaseRow, before: Case, command: c.Command, by: Actor, now: datetime, known: Directory) -> _Change:
    """Asks the rules and refreshes the row, in memory alone."""
    policy = policy_for(row.policy) if row.policy else current_policy()
    office = known.offices.get(before.office or getattr(command, "office", ""))
    if office is None:
        raise NoSuchCaseError("There is no such office.")
    context = Context(
        now=now,
        by=by,
        policy=policy,
        calendar=office.calendar,
        chain=known.chain(office.id, now),
        covers=known.covers(_who_has_to_act(before), office.id, now),
    )
    events = decide(before, command, context)
    states = list(accumulate(events, evolve, initial=before))
    for column, value in columns(states[-1], policy, known).items():
        setattr(row, column, value)
    messages = [
        message for state, event in zip(states[1:], events, strict=True) for message in react(state, event, policy)
    ]
    return _Change(row, before, states[-1], events, messages, policy)


def _who_has_to_act(case: Case) -> set[Person]:
    promised = (promise.owner for promise in case.open_promises)
    return {person for person in (case.owner, *promised) if person}


def _write(changes: list[_Change], known: Directory, now: datetime) -> None:
    """Writes what was decided: case rows and events, search rows, deliveries."""
    _append(changes)
    for change in changes:
        if any(type(event.fact).__name__ in _SEARCHED for event in change.events):
            search.index(change.row.pk, change.after)
    for follower in _followers:
        follower([change.done for change in changes])
    posts = [
        outbox.Post(change.row, change.after, change.events, change.messages, change.policy, change.outage)
        for change in changes
    ]
    if outbox.write(posts, known=known, now=now):
        nudges.nudge()


def columns(case: Case, policy: Policy, known: Directory) -> dict[str, object]:
    """Every column of the case row that follows from the events (all but id, origin and the chain's head)."""
    due_at, alarm_at, promise_due_at = _times(case, policy, known.offices[case.office].calendar)
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
        "asked": _asked(case),
        "patient_name": case.patient.name if case.patient else "",
        "patient_key": patient_key(case.patient) if case.patient else "",
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "due_at": due_at,
        "promise_due_at": promise_due_at,
        "keepers": _keepers(case),
        "alarm_at": alarm_at,
        "late_for": case.late_for,
        "version": case.version,
        "to_confirm": case.to_confirm,
        "kept_on": case.kept_on,
        "task_seen_at": _in_utc(task.seen_at if task else None),
        "task_done_at": _in_utc(task.done_at if task else None),
        "policy": case.policy,
    }


def _asked(case: Case) -> str:
    """Who is asked to come now, each between commas."""
    return _between_commas(case.here.asked if case.still_here else ())


def _keepers(case: Case) -> str:
    """Who has something to keep that was promised, each between commas."""
    promises = () if case.stage is Stage.SET_ASIDE else case.open_promises
    return _between_commas(dict.fromkeys(promise.owner for promise in promises))


def _between_commas(people: Iterable[Person]) -> str:
    ids = ",".join(person.id for person in people)
    return f",{ids}," if ids else ""


_Times = tuple[datetime | None, datetime | None, datetime | None]


def _times(case: Case, policy: Policy, calendar: Calendar) -> _Times:
    """`due_at`, `alarm_at` and `promise_due_at` of the case in these open hours."""
    due_at, alarm_at = _in_utc(deadline(case, policy, calendar)), _in_utc(alarm(case, policy, calendar))
    return due_at, alarm_at, first_promise_due(case, policy, calendar)


def _in_utc(moment: datetime | None) -> datetime | None:
    # Python holds no local time of a repeated hour to be equal to the same instant in another zone.
    return moment.astimezone(UTC) if moment else None


def _append(changes: list[_Change]) -> None:
    """Saves the rows with their new chain heads, then the events that belong to them."""
    event_rows: list[tuple[CaseRow, EventRow]] = []
    for change in changes:
        for seq, event in enumerate(change.events, start=change.before.version + 1):
            event_row = codec.to_row(seq, event, previous=change.row.head)
            change.row.head = event_row.hash
            event_rows.append((change.row, event_row))
    CaseRow.system.bulk_create([change.row for change in changes if change.before is NEW])
    # One statement for many rows, each of which is locked and therefore there.
    held = [change.row for change in changes if change.before is not NEW]
    CaseRow.system.bulk_create(held, update_conflicts=True, unique_fields=["id"], update_fields=_REFRESHED)
    for row, event_row in event_rows:
        event_row.case_id = row.pk
    EventRow.objects.bulk_create([event_row for _, event_row in event_rows])
