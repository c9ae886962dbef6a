"""The numbers of a summary: the only place where they are reckoned, from the figures of cases and watched actions.

What was *reported* in the days: cases, the first contact, the same issue twice, causes, the protocol's steps. What
*happened* in the days, whenever the case was reported: confirmed fixed, came back, replies live, how actions ended.
Days are those of the case's office, but for actions, whose watch ends at an instant of the group's zone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from amends.cases.policies import current_policy
from amends.learning.counting import total
from amends.learning.models import CaseFigures, Outcome, WatchedAction
from amends.learning.statistics.durations import median
from amends.learning.summary.period import Period
from amends.learning.tallies import Added, Cell, of_days
from amends.protocol.words import Step

A_DAY = 24 * 60  # minutes: so soon a case stands in the chart, and the leaders have heard
MOST_CAUSES = 3
_SHORT = 100  # days: of so few the figures themselves are read quicker than tallies


class Figure(StrEnum):
    """A number of the summary of which the cases can be listed."""

    CASES = "cases"
    FIXED = "fixed"
    CAME_BACK = "came_back"
    REPLIES = "replies"
    TWICE = "twice"
    DID_NOT_HOLD = "did_not_hold"
    HELD = "held"
    LATE = "late"


class ProtocolStep(StrEnum):
    """What the protocol asks of every case, as far as a clock can tell."""

    DOCUMENTED = "documented"
    MANAGER = "manager"
    SPOKEN = "spoken"
    ADDRESSED = "addressed"
    LEADERS_TOLD = "leaders_told"
    REVIEW_ANSWERED = "review_answered"
    LEARNED = "learned"


@dataclass(frozen=True, kw_only=True)
class StepCount:
    """How a step went in these cases: on time, late, or not done yet and not late either."""

    step: ProtocolStep
    on_time: int
    late: int
    not_yet: int


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of some offices in some days. `minutes_to_contact` is the median; None where nobody was spoken with.

    `fixed` are of those who `answered`, those who `came_back` of those who `could_return`, and live `replies` of the
    reviews that `awaited` one. `causes` are the most frequent ones, each with the number of its cases.
    """

    cases: int = 0
    minutes_to_contact: int | None = None
    late: int = 0
    fixed: int = 0
    answered: int = 0
    came_back: int = 0
    could_return: int = 0
    replies: int = 0
    awaited: int = 0
    twice: int = 0
    held: int = 0
    did_not_hold: int = 0
    causes: tuple[tuple[str, int], ...] = ()
    steps: tuple[StepCount, ...] = ()


class Pattern(NamedTuple):
    """What the protocol's steps are judged by, of the cases that are alike in it. `documented` and `told` say whether
    that was within a day: "on_time", "late", "not_yet"."""

    office_id: int
    was_late: bool
    is_repeat: bool
    with_patient: bool
    has_review: bool
    late_steps: str
    accepted: bool
    is_spoken_with: bool
    is_addressed: bool
    is_closed: bool
    has_cause: bool
    is_answered: bool
    documented: str
    told: str
    cases: int


class Against(StrEnum):
    """What a number of the summary is held against: those that it could have been."""

    ANSWERED = "answered"
    COULD_RETURN = "could_return"
    AWAITED = "awaited"
    ANSWERED_LATER = "answered_later"


Offices = Collection[int] | None
Counted = Callable[[Offices], Added]
By = Mapping[Figure | Against, Counter[int]]  # how many, by the office of each case, or of each action


@dataclass(frozen=True)
class Reckoned:
    """All that was read of the days; `of` reckons it for the whole or for some of these offices."""

    counted: Counted
    patterns: Sequence[Pattern]
    happened: By

    def of(self, offices: Collection[int] | None = None) -> Numbers:
        """The numbers of these offices; None for all that were read."""
        patterns = self.patterns if offices is None else [one for one in self.patterns if one.office_id in offices]
        counted = self.counted(offices)
        return Numbers(
            **_happened(self.happened, offices),
            cases=sum(one.cases for one in patterns),
            minutes_to_contact=median(counted.cell.minutes),
            late=sum(one.cases for one in patterns if one.was_late),
            twice=sum(one.cases for one in patterns if one.is_repeat),
            causes=_most_frequent(counted.causes),
            steps=tuple(_count(step, patterns) for step in ProtocolStep),
        )


def reckon(period: Period, offices: Offices, zone: ZoneInfo) -> Reckoned:
    """Reads what happened in these days at these offices (None: the whole group)."""
    alike = cases_of(Figure.CASES, period, offices).order_by().annotate(**_JUDGED).values(*Pattern._fields[:-1])
    patterns = [Pattern(**one) for one in alike.annotate(cases=Count("pk"))]
    return Reckoned(_counted(period, offices), patterns, _read_happened(period, offices, zone))


def reckon_earlier(period: Period, offices: Offices, zone: ZoneInfo) -> Numbers:
    """The numbers with which others are compared: without lateness, causes and the protocol's steps."""
    counted = _counted(period, offices)(None)
    return Numbers(
        **_happened(_read_happened(period, offices, zone), None),
        cases=counted.cell.cases,
        minutes_to_contact=median(counted.cell.minutes),
        twice=cases_of(Figure.TWICE, period, offices).count(),
    )


def _counted(period: Period, offices: Offices) -> Counted:
    """Of some of the offices, or of all: their cases with causes and minutes. A short time is read from the figures, a
    long one from the tallies, which tell nothing of a single day."""
    if period.days > _SHORT:

        def tallied(some: Offices) -> Added:
            places = offices if some is None else some
            return of_days(None if places is None else list(places), period.first, period.last + timedelta(days=1))

        return tallied
    by_office: dict[int, Added] = defaultdict(Added)
    rows = cases_of(Figure.CASES, period, offices).order_by()
    for office, causes, minutes in rows.values_list("office_id", "causes", "minutes_to_contact"):
        by_office[office].add(causes, Cell(cases=1, minutes=[] if minutes is None else [minutes]))
    return lambda some: total(one for office, one in by_office.items() if some is None or office in some)


def _read_happened(period: Period, offices: Offices, zone: ZoneInfo) -> By:
    found: dict[Figure | Against, QuerySet[Any]] = {
        **{figure: cases_of(figure, period, offices) for figure in (Figure.FIXED, Figure.CAME_BACK, Figure.REPLIES)},
        **{figure: actions_of(figure, period, offices, zone) for figure in (Figure.HELD, Figure.DID_NOT_HOLD)},
        **{against: could_have_been(against, period, offices) for against in Against},
    }
    by_office = {key: rows.order_by().values_list("office_id").annotate(n=Count("pk")) for key, rows in found.items()}
    return {key: Counter(dict(rows)) for key, rows in by_office.items()}


def _happened(happened: By, offices: Collection[int] | None) -> dict[str, Any]:
    """How many of each, at these offices; those that happened are among those that could have."""
    counts = {
        key: sum(cases for office, cases in found.items() if offices is None or office in offices)
        for key, found in happened.items()
    }
    return {
        "fixed": counts[Figure.FIXED],
        "answered": counts[Figure.FIXED] + counts[Against.ANSWERED],
        "came_back": counts[Figure.CAME_BACK],
        "could_return": counts[Figure.CAME_BACK] + counts[Against.COULD_RETURN],
        "replies": counts[Figure.REPLIES],
        "awaited": counts[Figure.REPLIES] + counts[Against.AWAITED] + counts[Against.ANSWERED_LATER],
        "held": counts[Figure.HELD],
        "did_not_hold": counts[Figure.DID_NOT_HOLD],
    }


def could_have_been(against: Against, period: Period, offices: Offices) -> QuerySet[CaseFigures]:
    """The cases that a number of these days does not count and could have: patients who gave another answer; who were
    put right no longer ago than a return counts, and have not come back by then; reviews without a live reply, and
    those that got it later."""
    first, last = period.first, period.last
    kept_days = timedelta(days=current_policy().limits.kept_days)
    rows = CaseFigures.objects.filter(counts=True)
    match against:
        case Against.ANSWERED:
            rows = rows.filter(confirmed_on__range=(first, last)).exclude(confirmed="yes")
        case Against.COULD_RETURN:
            rows = rows.filter(with_patient=True, addressed_on__gte=first - kept_days, addressed_on__lt=last)
            rows = rows.filter(Q(kept_on=None) | Q(kept_on__gt=last))
        case Against.AWAITED:
            rows = _reported_by(last, rows.filter(has_review=True, replied_on=None, reply_excepted=False))
        case Against.ANSWERED_LATER:  # pragma: no branch  mypy proves the match complete
            rows = _reported_by(last, rows.filter(has_review=True, replied_on__gt=last))
    return rows if offices is None else rows.filter(office_id__in=offices)


def _reported_by(last: date, rows: QuerySet[CaseFigures]) -> QuerySet[CaseFigures]:
    # Not by the column itself: SQLite would look through all cases by their day, and not by what there is few of.
    return rows.annotate(reported=Coalesce("day", "day")).filter(reported__lte=last)


def cases_of(figure: Figure, period: Period, offices: Offices) -> QuerySet[CaseFigures]:
    """The cases behind a number that counts cases."""
    days = (period.first, period.last)
    narrowed: dict[Figure, dict[str, Any]] = {
        Figure.CASES: {"day__range": days},
        Figure.TWICE: {"day__range": days, "is_repeat": True},
        Figure.LATE: {"day__range": days, "was_late": True},
        Figure.FIXED: {"confirmed_on__range": days, "confirmed": "yes"},
        Figure.CAME_BACK: {"kept_on__range": days},
        Figure.REPLIES: {"replied_on__range": days},
    }
    rows = CaseFigures.objects.filter(counts=True, **narrowed[figure])
    return rows if offices is None else rows.filter(office_id__in=offices)


def actions_of(figure: Figure, period: Period, offices: Offices, zone: ZoneInfo) -> QuerySet[WatchedAction]:
    """The corrective actions whose watch ended well in the days, or of which a case of the days showed the contrary."""
    begins, ends = period.span(zone)
    if figure is Figure.HELD:
        rows = WatchedAction.objects.filter(outcome=Outcome.HELD, until__gte=begins, until__lt=ends)
    else:
        days = (period.first, period.last)
        rows = WatchedAction.objects.filter(outcome=Outcome.DID_NOT_HOLD, failed_by__figures__day__range=days)
    return rows if offices is None else rows.filter(office_id__in=offices)


def changes_for(cause: str, offices: Offices, now: datetime) -> QuerySet[WatchedAction]:
    """What is being changed about a cause: its actions that are planned or watched, the newest first."""
    rows = WatchedAction.objects.filter(outcome=Outcome.WATCHING, until__gt=now, causes__contains=f",{cause},")
    return (rows if offices is None else rows.filter(office_id__in=offices)).order_by("-due_at")


def _most_frequent(causes: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent causes; of equally many, the first by its key."""
    return tuple(sorted(causes.items(), key=lambda one: (-one[1], one[0]))[:MOST_CAUSES])


def _count(step: ProtocolStep, patterns: Iterable[Pattern]) -> StepCount:
    found: Counter[str] = Counter()
    for one in patterns:
        found[_JUDGES[step](one)] += one.cases
    return StepCount(step=step, on_time=found["on_time"], late=found["late"], not_yet=found["not_yet"])


def _within_a_day(minutes: str) -> Case:
    return Case(
        When(**{f"{minutes}__lte": A_DAY}, then=Value("on_time")),
        When(**{f"{minutes}__gt": A_DAY}, then=Value("late")),
        default=Value("not_yet"),
    )


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


# What a pattern has besides columns of the figures.
_JUDGED = {
    "accepted": F("case__accepted"),
    "is_spoken_with": _whether(Q(minutes_to_contact__isnull=False) | Q(addressed_on__isnull=False)),
    "is_addressed": _whether(Q(addressed_on__isnull=False)),
    "is_closed": _whether(Q(minutes_to_closed__isnull=False)),
    "has_cause": _whether(~Q(causes="")),
    "is_answered": _whether(Q(reply_live=True) | Q(reply_excepted=True)),
    "documented": _within_a_day("minutes_to_documented"),
    "told": _within_a_day("minutes_to_told"),
}


def _by_the_clock(one: Pattern, done: bool, *steps: Step) -> str:
    """As the protocol's own deadlines say; what was late once is late, also when it was done afterwards."""
    if any(f",{step.value}," in one.late_steps for step in steps):
        return "late"
    return "on_time" if done else "not_yet"


def _is_learned_from(one: Pattern) -> bool:
    """Its cause is recorded; of what had happened before, closing proves that somebody also said what is changed."""
    return one.is_closed or (one.has_cause and not one.is_repeat)


# Each answers "" for cases of which the step is not asked (yet).
_JUDGES: dict[ProtocolStep, Callable[[Pattern], str]] = {
    ProtocolStep.DOCUMENTED: lambda one: one.documented if one.with_patient else "",
    ProtocolStep.MANAGER: lambda one: _by_the_clock(one, one.accepted or one.is_spoken_with, Step.ACCEPT),
    ProtocolStep.SPOKEN: lambda one: _by_the_clock(one, one.is_spoken_with, Step.SPEAK),
    ProtocolStep.ADDRESSED: lambda one: _by_the_clock(one, one.is_addressed, Step.PLAN, Step.PUT_RIGHT),
    ProtocolStep.LEADERS_TOLD: lambda one: one.told if one.is_addressed else "",
    ProtocolStep.REVIEW_ANSWERED: lambda one: _by_the_clock(one, one.is_answered, Step.REPLY) if one.has_review else "",
    ProtocolStep.LEARNED: lambda one: _by_the_clock(one, _is_learned_from(one), Step.LEARN) if one.is_addressed else "",
}
