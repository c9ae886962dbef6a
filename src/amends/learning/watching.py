"""Watch rules at work: a case that matches turns the action to *did not hold*, by itself, whenever it is told or its
cause is found; the days without one, once it is done, to *held*. Every case that matches is noted as a repeat, the
first and those after it.

What is to be compared is written down in the transaction of the case's events, and compared a moment later, each case
in a transaction of its own: a process may die in between and nothing is lost.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from amends import clock
from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow, number_of, pk_of
from amends.learning.models import CaseFigures, Outcome, ToCompare, WatchedAction, keys_in
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, CorrectiveAction
from amends.protocol.watch import SOON_AFTER, Nearness, nearness

_COMPARED_AGAIN = (e.CausesRecorded, e.FieldCorrected, e.Reopened, e.TakenIn)
_ACTIONS = (
    e.ActionPlanned,
    e.ActionDone,
    e.ActionFailed,
    e.ActionHeld,
    e.ActionsHandedOver,
    e.CausesRecorded,
    e.CausesTakenBack,
)
_COLUMNS = [field.name for field in WatchedAction._meta.concrete_fields if field.name not in ("id", "case", "no")]
_AT_ONCE = 50
MOST_NEAR = 200

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
    """Tells the cases whose actions are done, and their days over, that they held; returns how many did."""
    at = now or clock.now()
    held = 0
    over = WatchedAction.objects.filter(outcome=Outcome.WATCHING, until__lte=at, done_at__isnull=False)
    for row in over.order_by("until")[:500]:
        with transaction.atomic():
            held += _say(row.case_id, c.WatchEnded(no=row.no), at)
    return held


def near_misses(row: WatchedAction, offices: Sequence[str] | None = None) -> list[tuple[CaseRow, Nearness]]:
    """Later cases that come near to what the action was to prevent, the newest first; repeats are not among them.

    Of these offices; None means of the whole group. At most the newest `MOST_NEAR` are judged.
    """
    own = actions.state_of(row.case_id)
    action = next(one for one in own.actions if one.no == row.no)
    later = _may_be_near(row, own)
    if offices is not None:
        later = later.filter(office_id__in=[int(office) for office in offices])
    judged = ((other, nearness(action, own, actions.state_of(other.pk))) for other in later.order_by("-pk")[:MOST_NEAR])
    return [(other, near) for other, near in judged if near not in (Nearness.NONE, Nearness.REPEAT)]


def _may_be_near(row: WatchedAction, own: Case) -> QuerySet[CaseRow]:
    """The cases among which all are that come near to the action, or repeat what it was to prevent; few besides."""
    here, in_time = _here(row), _in_time(row)
    figures = CaseFigures.objects.filter(counts=True)
    if not row.is_open:
        figures = figures.filter(happened_at__lte=row.until + SOON_AFTER)
    same_cause = any_of("causes", keys_in(row.causes)) & (here | in_time)
    undecided = Q(causes="") & any_of("kinds", own.kinds) & here & in_time
    near = figures.filter(same_cause | undecided).values("case")
    known = [pk for pk in (row.case_id, row.failed_by_id) if pk]
    return CaseRow.system.filter(pk__in=near, opened_at__gt=row.due_at).exclude(pk__in=known)


def _here(row: WatchedAction) -> Q:
    """Figures of the offices at which something was to change."""
    places = [int(office) for office in keys_in(row.offices)]
    return Q(office__in=places) if places else Q()


def _in_time(row: WatchedAction) -> Q:
    """Figures of what happened within the days of the action."""
    begun = Q(happened_at__gt=row.due_at)
    return begun if row.is_open else begun & Q(happened_at__lte=row.until)


def any_of(column: str, keys: Iterable[str]) -> Q:
    """Whether one of the keys stands in the column of figures or watched actions; never, without keys."""
    return reduce(or_, (Q(**{f"{column}__contains": f",{key},"}) for key in keys), Q(pk__in=()))


def _compare(pk: int) -> None:
    """Compares a case with what is watched elsewhere, and what it has planned itself with the cases that came later."""
    other = actions.state_of(pk)
    # Every outcome is named, since the index begins with it: most actions are those whose days are long over.
    within = Q(outcome__in=Outcome.values, until__gte=other.happened_at)
    to_do = Q(outcome=Outcome.WATCHING, done_at=None)
    in_time = WatchedAction.objects.filter(within | to_do, due_at__lt=other.happened_at)
    for watched in list(in_time.filter(any_of("causes", other.causes)).order_by("case_id", "no")):
        _judge(watched, pk)
    for watched in list(WatchedAction.objects.filter(case=pk).order_by("no")):
        _compare_with_later(watched)


def _compare_with_later(watched: WatchedAction) -> None:
    """What is watched may follow the causes of its own case, which may be found only after it has happened again."""
    same = any_of("causes", keys_in(watched.causes)) & _here(watched) & _in_time(watched)
    later = CaseFigures.objects.filter(same, counts=True, case__opened_at__gt=watched.due_at)
    for other in list(later.order_by("case").values_list("case_id", flat=True)):
        _judge(watched, other)


def _judge(watched: WatchedAction, pk: int) -> None:
    """Says that the action did not hold, and that the case is a repeat, if it is one: of the first case that shows it
    the action hears, and each of them is a repeat."""
    if pk == watched.case_id:
        return
    # Locks in one order, so that two comparisons at once cannot wait for each other.
    for held in sorted((pk, watched.case_id)):
        actions.hold(held)
    own, other = actions.state_of(watched.case_id), actions.state_of(pk)
    action = next(one for one in own.actions if one.no == watched.no)
    is_one_story = number_of(watched.case_id) in other.merged
    if is_one_story or nearness(action, own, other) is not Nearness.REPEAT:
        return
    at = clock.now()
    _say(watched.case_id, c.ActionRepeated(no=watched.no, other=number_of(pk)), at)
    _say(pk, c.NoteRepeat(of=(number_of(watched.case_id),)), at)


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
