"""Watch rules at work: a new case that matches turns the action to *did not hold*, by itself; its days without one to
*held*.

What is to be compared is written down in the transaction of the case's events, and compared a moment later, each case
in a transaction of its own: a process may die in between and nothing is lost.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db import transaction

from amends import clock
from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow, pk_of
from amends.learning.models import Outcome, ToCompare, WatchedAction
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, CorrectiveAction
from amends.protocol.watch import Nearness, nearness

_COMPARED_AGAIN = (e.CausesRecorded, e.FieldCorrected, e.Reopened, e.TakenIn)
_ACTIONS = (
    e.ActionPlanned,
    e.ActionDone,
    e.ActionFailed,
    e.ActionHeld,
    e.ActionsHandedOver,
    e.CausesRecorded,
)
_COLUMNS = [field.name for field in WatchedAction._meta.concrete_fields if field.name not in ("id", "case", "no")]
_AT_ONCE = 50

log = structlog.get_logger(__name__)


def keep(done: Sequence[Done]) -> None:
    """Writes the watched actions of these cases, and which cases are to be compared with what is watched."""
    _write((one.row, one.case) for one in done if one.case.actions and _has(one, _ACTIONS))
    again = [ToCompare(case=one.row) for one in done if one.case.causes and _has(one, _COMPARED_AGAIN)]
    ToCompare.objects.bulk_create(again, ignore_conflicts=True)


def with_actions_of(person: Person) -> list[int]:
    """The cases (row ids) with corrective actions of this person that are still to be done or watched."""
    rows = WatchedAction.objects.filter(outcome=Outcome.WATCHING, owner=str(person.pk))
    return list(rows.order_by("case_id").values_list("case_id", flat=True).distinct())


def make_anew() -> None:
    """Writes the watched actions that there are from their events."""
    watched = CaseRow.system.filter(pk__in=WatchedAction.objects.values("case"))
    _write((row, actions.state_of(row.pk)) for row in watched.iterator(chunk_size=500))


def compare_cases() -> int:
    """Compares every case that waits for it with what is watched; returns how many."""
    compared = 0
    while waiting := list(ToCompare.objects.order_by("case").values_list("case_id", flat=True)[:_AT_ONCE]):
        for pk in waiting:
            with transaction.atomic():
                _compare(pk)
                ToCompare.objects.filter(case_id=pk).delete()
            compared += 1
    return compared


def end_watches(now: datetime | None = None) -> int:
    """Tells the cases whose actions' days are over that they held; returns how many did."""
    at = now or clock.now()
    held = 0
    for row in WatchedAction.objects.filter(outcome=Outcome.WATCHING, until__lte=at).order_by("until")[:500]:
        with transaction.atomic():
            held += _say(row.case_id, c.WatchEnded(no=row.no), at)
    return held


def near_misses(row: WatchedAction) -> list[tuple[CaseRow, Nearness]]:
    """Later cases that come near to what the action was to prevent, the newest first; repeats are not among them."""
    own = actions.state_of(row.case_id)
    action = next(one for one in own.actions if one.no == row.no)
    later = CaseRow.system.filter(opened_at__gt=row.due_at).exclude(pk=row.case_id).order_by("-pk")[:200]
    judged = ((other, nearness(action, own, actions.state_of(other.pk))) for other in later)
    return [(other, near) for other, near in judged if near not in (Nearness.NONE, Nearness.REPEAT)]


def _compare(pk: int) -> None:
    other_row = CaseRow.system.get(pk=pk)
    open_ones = WatchedAction.objects.filter(outcome=Outcome.WATCHING, due_at__lt=other_row.opened_at)
    for watched in list(open_ones.exclude(case_id=pk).order_by("case_id", "no")):
        # Locks in one order, so that two comparisons at once cannot wait for each other.
        for held in sorted((pk, watched.case_id)):
            actions.hold(held)
        own, other = actions.state_of(watched.case_id), actions.state_of(pk)
        action = next(one for one in own.actions if one.no == watched.no)
        if nearness(action, own, other) is Nearness.REPEAT:
            at = clock.now()
            _say(watched.case_id, c.ActionRepeated(no=watched.no, other=other_row.number), at)
            _say(pk, c.NoteRepeat(of=(watched.case.number,)), at)


def _say(case: int, command: c.Command, at: datetime) -> bool:
    """What the rules refuse is known already, or was decided otherwise meanwhile."""
    try:
        with transaction.atomic():
            actions.perform(command=command, by=AMENDS, case=case, at=at)
    except Refused:
        return False
    return True


def _write(cases: Iterable[tuple[CaseRow, Case]]) -> None:
    rows = [_row(row, case, action) for row, case in cases for action in case.actions if action.watch]
    if rows:
        WatchedAction.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "no"], update_fields=_COLUMNS
        )


def _row(case_row: CaseRow, case: Case, action: CorrectiveAction) -> WatchedAction:
    assert action.watch is not None  # noqa: S101  only those are kept
    assert action.watched_until is not None  # noqa: S101
    causes = action.watch.causes or case.causes
    return WatchedAction(
        case=case_row,
        no=action.no,
        office_id=int(case.office),
        what=action.what,
        owner=action.owner.id,
        causes=f",{','.join(causes)}," if causes else "",
        offices=f",{','.join(action.watch.offices)}," if action.watch.offices else "",
        due_at=action.due,
        until=action.watched_until,
        done_at=action.done_at,
        outcome=_outcome(action),
        failed_by_id=pk_of(action.failed_by) if action.failed_by else None,
    )


def _outcome(action: CorrectiveAction) -> Outcome:
    if action.failed_by:
        return Outcome.DID_NOT_HOLD
    return Outcome.HELD if action.held else Outcome.WATCHING


def _has(one: Done, kinds: tuple[type, ...]) -> bool:
    return any(isinstance(event.fact, kinds) for event in one.events)
