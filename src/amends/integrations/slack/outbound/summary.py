"""Monday's summary and a leader's day: counts, coded keys and names of offices and staff, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from amends.cases.actions import state_of
from amends.cases.models import CaseRow, EventRow, number_of
from amends.practice.directory import Directory
from amends.protocol.card import Card, card_of
from amends.protocol.words import Role

_MOST_CASES = 15


@dataclass(frozen=True, kw_only=True)
class OfficeCount:
    """The cases of an office, or of a region, by its name."""

    name: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class CauseCount:
    """A cause by its key: its cases, and how many changes about it are under way."""

    cause: str
    cases: int
    changes: int


@dataclass(frozen=True, kw_only=True)
class StepCount:
    """A step of the protocol in words of ours, and in how many cases it was done on time, late, and not yet."""

    name: str
    on_time: int
    late: int
    not_yet: int


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days from `first`, a Monday. `minutes_to_contact` is the median; None where nobody was spoken with.

    `amends.learning.summary` reckons it; a summary that was written before there were the later numbers has none.
    """

    first: date
    cases: int
    minutes_to_contact: int | None
    late: int
    offices: tuple[OfficeCount, ...]
    more_offices: int
    closed: int | None = None
    fixed: int = 0
    came_back: int = 0
    replies: int = 0
    twice: int = 0
    held: int = 0
    did_not_hold: int = 0
    causes: tuple[CauseCount, ...] = ()
    steps: tuple[StepCount, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DayCase:
    number: str
    office: str
    policy: str
    card: Card


@dataclass(frozen=True, kw_only=True)
class Day:
    """The cases that were addressed since the last such message, the newest first; `more` of them are not listed."""

    cases: tuple[DayCase, ...]
    more: int


def day_for(person: str, since: datetime, until: datetime, known: Directory) -> Day:
    """What was addressed meanwhile at the offices that this person leads."""
    offices = [int(office) for office, roles in known.own_roles_of(person).items() if Role.LEADER in roles]
    addressed = EventRow.objects.filter(
        kind="Addressed", at__gte=since, at__lt=until, case__in=CaseRow.system.filter(office_id__in=offices)
    )
    numbers = sorted(set(addressed.values_list("case_id", flat=True)), reverse=True)
    return Day(
        cases=tuple(_day_case(pk, known) for pk in numbers[:_MOST_CASES]), more=max(0, len(numbers) - _MOST_CASES)
    )


def _day_case(pk: int, known: Directory) -> DayCase:
    case = state_of(pk)
    office = known.offices[case.office].name
    return DayCase(number=number_of(pk), office=office, policy=case.policy, card=card_of(case))
