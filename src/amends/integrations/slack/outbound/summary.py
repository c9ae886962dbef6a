"""Monday's summary and a leader's day: counts, coded keys and names of offices and staff, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Min

from amends.cases.actions import state_of
from amends.cases.models import CaseRow, EventRow, number_of
from amends.practice.directory import Directory
from amends.protocol.card import Card, card_of
from amends.protocol.words import Role

_MOST_OFFICES = 20
_MOST_CASES = 15


@dataclass(frozen=True, kw_only=True)
class OfficeCount:
    name: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days from `first`, a Monday. `minutes_to_contact` is the median; None where nobody was spoken with."""

    first: date
    cases: int
    minutes_to_contact: int | None
    closed: int
    late: int
    offices: tuple[OfficeCount, ...]
    more_offices: int


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


def week_before(monday: date, zone: ZoneInfo, known: Directory) -> Week:
    """The seven days before this Monday."""
    first = monday - timedelta(days=7)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, monday))
    opened = CaseRow.system.filter(opened_at__gte=begin, opened_at__lt=end)
    counts: dict[str, int] = {}
    for office in opened.values_list("office_id", flat=True):
        counts[str(office)] = counts.get(str(office), 0) + 1
    offices = sorted((OfficeCount(name=known.offices[key].name, cases=n) for key, n in counts.items()), key=_most_first)
    return Week(
        first=first,
        cases=sum(counts.values()),
        minutes_to_contact=_median_contact(begin, end),
        closed=_cases_with("Closed", begin, end),
        late=_cases_with("WentLate", begin, end),
        offices=tuple(offices[:_MOST_OFFICES]),
        more_offices=max(0, len(offices) - _MOST_OFFICES),
    )


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


def _most_first(office: OfficeCount) -> tuple[int, str]:
    return -office.cases, office.name


def _cases_with(kind: str, begin: datetime, end: datetime) -> int:
    return EventRow.objects.filter(kind=kind, at__gte=begin, at__lt=end).values("case_id").distinct().count()


def _median_contact(begin: datetime, end: datetime) -> int | None:
    """Of the cases that were first spoken about in these days, in minutes from the report."""
    spoken = EventRow.objects.filter(
        kind="ConversationRecorded", case__in=CaseRow.system.filter(opened_at__gte=begin, opened_at__lt=end)
    )
    firsts = spoken.values("case_id").annotate(first=Min("at")).values_list("case__opened_at", "first")
    spans = [max(0.0, (first - opened).total_seconds() / 60) for opened, first in firsts]
    return int(median(spans)) if spans else None
