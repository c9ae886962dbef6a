"""Handing over a whole desk when somebody leaves: every open case, every promise that is still to be kept, and every
corrective action that is still to be done or watched."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db import transaction

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import NOT_DONE, CaseRow, EventRow, number_of
from amends.practice.directory import directory_now, group_held
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Stage


@dataclass(frozen=True)
class OnTheDesk:
    """What lies on somebody's desk: cases (row ids) of theirs, and numbers of their promises and actions by case."""

    cases: tuple[int, ...]
    promises: dict[int, tuple[int, ...]]
    actions: dict[int, tuple[int, ...]]

    @property
    def all_cases(self) -> list[int]:
        """Every case of which something is theirs, in order."""
        return sorted({*self.cases, *self.promises, *self.actions})

    @property
    def is_empty(self) -> bool:
        return not self.all_cases

    @property
    def words(self) -> str:
        """Such as "3 cases and 1 promise"."""
        promises, actions = (sum(map(len, held.values())) for held in (self.promises, self.actions))
        return _in_words(len(self.cases), promises, actions)

    @property
    def offices(self) -> frozenset[str]:
        """The offices of all of it."""
        offices = CaseRow.system.filter(pk__in=self.all_cases).values_list("office_id", flat=True).distinct()
        return frozenset(str(office) for office in offices)


@dataclass(frozen=True)
class Handed:
    """What went to the other person, and what stayed with its reason: (case number, sentence)."""

    cases: int = 0
    promises: int = 0
    actions: int = 0
    stayed: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """What went, such as "3 cases and 1 promise"; "Nothing"."""
        return _in_words(self.cases, self.promises, self.actions)


def _in_words(*numbers: int) -> str:
    """How many cases, promises and corrective actions, without those of which there are none."""
    counted = zip(numbers, ("case", "promise", "corrective action"), strict=True)
    *most, last = [f"{n} {what}{'' if n == 1 else 's'}" for n, what in counted if n] or ["Nothing"]
    return f"{', '.join(most)} and {last}" if most else last


Finder = Callable[[Person], Iterable[int]]
_finders: list[Finder] = []


def find_actions_with(finder: Finder) -> None:
    """From now on `finder` names the cases (row ids) that may hold open corrective actions of a person."""
    _finders.append(finder)


def on_the_desk(person: Person) -> OnTheDesk:
    """What would have to be handed over if this person left now."""
    cases = CaseRow.system.filter(NOT_DONE, owner=person).order_by("pk").values_list("pk", flat=True)
    promises = {pk: numbers for pk in _may_hold_promises(person) if (numbers := _promises_in(pk, person))}
    may_hold = (pk for finder in _finders for pk in finder(person))
    return OnTheDesk(tuple(cases), promises, {pk: nos for pk in may_hold if (nos := _actions_in(pk, person))})


def hand_over(leaver: Person, to: Person, *, by: Person, why: str) -> Handed:
    """Hands everything to `to`, each case in a transaction of its own, so that it goes on where it was interrupted.

    Under the case's lock only what is still the leaver's is handed: nothing goes twice. What the rules refuse stays.
    """
    desk = on_the_desk(leaver)
    handed = Handed()
    stayed: list[tuple[str, str]] = []
    for pk in desk.all_cases:
        try:
            with transaction.atomic():
                one = _hand_one(pk, leaver, to, by, why)
        except Refused as refused:
            stayed.append((number_of(pk), str(refused)))
        else:
            handed = Handed(handed.cases + one.cases, handed.promises + one.promises, handed.actions + one.actions)
    return replace(handed, stayed=tuple(stayed))


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


def _hand_one(pk: int, leaver: Person, to: Person, by: Person, why: str) -> Handed:
    row = actions.hold(pk)
    office, known = str(row.office_id), directory_now()
    there = known.offices[office].name
    if not known.own_roles_of(str(to.pk)).get(office):  # who covers there has it for a time only
        raise Refused(f"{to.name} has no role at {there}. Choose somebody who has one.")
    if not known.roles_of(str(by.pk)).get(office):
        raise Refused(f"{by.name} has no role at {there}. An administrator can hand this over.")
    actor, receiver = actor_at(by, office, Stage(row.stage)), PersonValue(id=str(to.pk), name=to.name)
    promises, to_change = _promises_in(pk, leaver), _actions_in(pk, leaver)
    if promises:
        actions.perform(command=c.HandOverPromises(nos=promises, to=receiver, why=why), by=actor, case=pk)
    if to_change:
        actions.perform(command=c.HandOverActions(nos=to_change, to=receiver, why=why), by=actor, case=pk)
    theirs = row.owner_id == leaver.pk and (row.is_open or row.due_at is not None)
    if theirs:
        actions.perform(command=c.HandOver(to=receiver, why=why), by=actor, case=pk)
    return Handed(int(theirs), len(promises), len(to_change))


def _may_hold_promises(person: Person) -> Iterator[int]:
    """Cases in which this person may have promised something that is not done: few, found by their events' text."""
    made = EventRow.objects.filter(
        kind__in=("PromiseMade", "PromisesHandedOver"),
        case__in=CaseRow.system.filter(NOT_DONE),
        fact__contains=f'"id":"{person.pk}"',
    )
    yield from made.order_by("case_id").values_list("case_id", flat=True).distinct()


def _promises_in(case: int, person: Person) -> tuple[int, ...]:
    return tuple(promise.no for promise in actions.state_of(case).open_promises if promise.owner.id == str(person.pk))


def _actions_in(case: int, person: Person) -> tuple[int, ...]:
    return tuple(action.no for action in actions.state_of(case).open_actions if action.owner.id == str(person.pk))
