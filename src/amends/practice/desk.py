"""Handing over a whole desk when somebody leaves: every open case, and every promise that is still to be kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow, EventRow, number_of
from amends.practice.directory import directory_now, group_held
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Stage

_NOT_DONE = Q(is_open=True) | Q(due_at__isnull=False)  # open, or closed with a promise to keep


@dataclass(frozen=True)
class OnTheDesk:
    """What lies on somebody's desk: cases (row ids) of theirs, and numbers of their promises by case."""

    cases: tuple[int, ...]
    promises: dict[int, tuple[int, ...]]

    @property
    def is_empty(self) -> bool:
        return not self.cases and not self.promises

    @property
    def promise_count(self) -> int:
        return sum(len(numbers) for numbers in self.promises.values())


@dataclass(frozen=True)
class Handed:
    """What went to the other person, and what stayed with its reason: (case number, sentence)."""

    cases: int = 0
    promises: int = 0
    stayed: tuple[tuple[str, str], ...] = ()


def on_the_desk(person: Person) -> OnTheDesk:
    """What would have to be handed over if this person left now."""
    cases = CaseRow.system.filter(_NOT_DONE, owner=person).order_by("pk").values_list("pk", flat=True)
    promises = {pk: numbers for pk in _may_hold_promises(person) if (numbers := _promises_in(pk, person))}
    return OnTheDesk(tuple(cases), promises)


def hand_over(leaver: Person, to: Person, *, by: Person, why: str) -> Handed:
    """Hands everything to `to`, each case in a transaction of its own, so that it goes on where it was interrupted.

    Under the case's lock only what is still the leaver's is handed: nothing goes twice. What the rules refuse stays.
    """
    desk = on_the_desk(leaver)
    cases = promises = 0
    stayed: list[tuple[str, str]] = []
    for pk in sorted({*desk.cases, *desk.promises}):
        try:
            with transaction.atomic():
                handed_case, handed_promises = _hand_one(pk, leaver, to, by, why)
        except Refused as refused:
            stayed.append((number_of(pk), str(refused)))
        else:
            cases += handed_case
            promises += handed_promises
    return Handed(cases, promises, tuple(stayed))


def make_inactive(person: Person) -> bool:
    """The person may sign in no more and answers for nothing; False, and nothing changes, while anything is theirs."""
    with transaction.atomic():
        group_held()
        person.refresh_from_db()
        if not on_the_desk(person).is_empty:
            return False
        person.is_active = False
        person.save(update_fields=["is_active"])
    return True


def _hand_one(pk: int, leaver: Person, to: Person, by: Person, why: str) -> tuple[bool, int]:
    row = actions.hold(pk)
    office, known = str(row.office_id), directory_now()
    for person in (to, by):
        if not known.roles_of(str(person.pk)).get(office):
            raise Refused(f"{person.name} has no role at {known.offices[office].name}.")
    actor, receiver = actor_at(by, office, Stage(row.stage)), PersonValue(id=str(to.pk), name=to.name)
    numbers = _promises_in(pk, leaver)
    if numbers:
        actions.perform(command=c.HandOverPromises(nos=numbers, to=receiver, why=why), by=actor, case=pk)
    theirs = row.owner_id == leaver.pk and (row.is_open or row.due_at is not None)
    if theirs:
        actions.perform(command=c.HandOver(to=receiver, why=why), by=actor, case=pk)
    return theirs, len(numbers)


def _may_hold_promises(person: Person) -> Iterator[int]:
    """Cases in which this person may have promised something that is not done: few, found by their events' text."""
    made = EventRow.objects.filter(
        kind__in=("PromiseMade", "PromisesHandedOver"),
        case__in=CaseRow.system.filter(_NOT_DONE),
        fact__contains=f'"id":"{person.pk}"',
    )
    yield from made.order_by("case_id").values_list("case_id", flat=True).distinct()


def _promises_in(case: int, person: Person) -> tuple[int, ...]:
    return tuple(promise.no for promise in actions.state_of(case).open_promises if promise.owner.id == str(person.pk))
