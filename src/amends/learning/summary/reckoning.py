"""The numbers of a summary: the only place where they are reckoned, from the figures of cases and watched actions.

What was *reported* in the days: cases, the first contact, the same issue twice, causes, the protocol's steps. What
*happened* in the days, whenever the case was reported: confirmed fixed, came back, replies live, how actions ended.
Days are those of the case's office, but for actions, whose watch ends at an instant of the group's zone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from amends.learning.models import CaseFigures, Outcome, WatchedAction, keys_in
from amends.learning.statistics.durations import median
from amends.learning.summary.period import Period
from amends.protocol.words import Stage, Step

A_DAY = 24 * 60  # minutes: so soon a case stands in the chart, and the leaders have heard
MOST_CAUSES = 3


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

    `causes` are the most frequent ones, each with the number of its cases.
    """

    cases: int = 0
    minutes_to_contact: int | None = None
    late: int = 0
    fixed: int = 0
    came_back: int = 0
    replies: int = 0
    twice: int = 0
    held: int = 0
    did_not_hold: int = 0
    causes: tuple[tuple[str, int], ...] = ()
    steps: tuple[StepCount, ...] = ()


class Row(NamedTuple):
    """What is read of a case that was reported in the days."""

    office: int
    minutes_to_contact: int | None
    spoken_with: bool
    was_late: bool
    is_repeat: bool
    causes: str
    with_patient: bool
    minutes_to_documented: int | None
    documented_late: bool | None
    addressed_on: date | None
    minutes_to_told: int | None
    told_late: bool | None
    late_steps: str
    has_review: bool
    reply_live: bool
    reply_excepted: bool
    minutes_to_closed: int | None
    accepted: bool


_COLUMNS = ["office_id", *Row._fields[1:-1], "case__accepted"]
Offices = Collection[int] | None


@dataclass(frozen=True)
class Reckoned:
    """All that was read of the days; `of` reckons it for the whole or for some offices, without another question."""

    rows: Sequence[Row]
    happened: dict[Figure, Sequence[int]]  # the office of each case, or of each action

    def of(self, offices: Collection[int] | None = None) -> Numbers:
        """The numbers of these offices; None for all that were read."""
        rows = self.rows if offices is None else [row for row in self.rows if row.office in offices]
        contacts = sorted(row.minutes_to_contact for row in rows if row.minutes_to_contact is not None)
        counts = {
            figure: len(found) if offices is None else sum(one in offices for one in found)
            for figure, found in self.happened.items()
        }
        return Numbers(
            cases=len(rows),
            minutes_to_contact=median(contacts),
            late=sum(row.was_late for row in rows),
            fixed=counts[Figure.FIXED],
            came_back=counts[Figure.CAME_BACK],
            replies=counts[Figure.REPLIES],
            twice=sum(row.is_repeat for row in rows),
            held=counts[Figure.HELD],
            did_not_hold=counts[Figure.DID_NOT_HOLD],
            causes=_causes(rows),
            steps=tuple(_count(step, rows) for step in ProtocolStep),
        )


def reckon(period: Period, offices: Offices, zone: ZoneInfo, now: datetime) -> Reckoned:
    """Reads what happened in these days at these offices (None: the whole group); six small questions."""
    late = past_a_day(now)
    cases = cases_of(Figure.CASES, period, offices).annotate(
        documented_late=ExpressionWrapper(late[ProtocolStep.DOCUMENTED], BooleanField()),
        told_late=ExpressionWrapper(late[ProtocolStep.LEADERS_TOLD], BooleanField()),
    )
    rows = [Row(*row) for row in cases.values_list(*_COLUMNS)]
    happened: dict[Figure, Sequence[int]] = {
        figure: list(cases_of(figure, period, offices).values_list("office_id", flat=True))
        for figure in (Figure.FIXED, Figure.CAME_BACK, Figure.REPLIES)
    }
    happened |= {
        figure: list(actions_of(figure, period, offices, zone).values_list("office_id", flat=True))
        for figure in (Figure.HELD, Figure.DID_NOT_HOLD)
    }
    return Reckoned(rows, happened)


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


def past_a_day(now: datetime) -> Mapping[ProtocolStep, Q]:
    """For each step that has a day: the cases in which it is late. What is not done is judged as if done now."""
    ago = now - timedelta(minutes=A_DAY + 1)  # figures keep whole minutes, rounded down
    documented = Q(minutes_to_documented__gt=A_DAY) | Q(minutes_to_documented=None, case__opened_at__lte=ago)
    return {
        ProtocolStep.DOCUMENTED: Q(with_patient=True) & documented,
        ProtocolStep.LEADERS_TOLD: Q(minutes_to_told__gt=A_DAY) | Q(minutes_to_told=None, addressed_at__lte=ago),
    }


def changes_for(cause: str, offices: Offices, now: datetime) -> list[int]:
    """What is being changed about a cause at these offices: the watched actions (row ids) that are to be done, or were
    and are watched, the newest first."""
    under_way = Q(done_at=None) | Q(until__gt=now)
    rows = WatchedAction.objects.filter(under_way, outcome=Outcome.WATCHING, causes__contains=f",{cause},")
    rows = rows.exclude(case__stage=Stage.SET_ASIDE.value).order_by("-due_at", "-pk")
    places = None if offices is None else {str(office) for office in offices}
    # In Python: a large group has more offices than SQLite takes alternatives.
    return [row for row, where in rows.values_list("pk", "offices") if _is_at(where, places)]


def _is_at(where: str, places: Collection[str] | None) -> bool:
    """Whether an action that is watched there (",1,2,"; everywhere without any) is watched at one of the places."""
    return places is None or not where or any(one in places for one in keys_in(where))


def _causes(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    """The most frequent causes; of equally many, the first by its key."""
    found = Counter(cause for row in rows for cause in keys_in(row.causes))
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST_CAUSES])


def _count(step: ProtocolStep, rows: Iterable[Row]) -> StepCount:
    found = Counter(filter(None, (_JUDGES[step](row) for row in rows)))
    return StepCount(step=step, on_time=found["on_time"], late=found["late"], not_yet=found["not_yet"])


def _by_the_clock(row: Row, done: bool, *steps: Step) -> str:
    """As the protocol's own deadlines say; what was late once is late, also when it was done afterwards."""
    return _judged(_was_late(row, *steps), done)


def _judged(late: bool | None, done: bool) -> str:
    if late:
        return "late"
    return "on_time" if done else "not_yet"


def _was_late(row: Row, *steps: Step) -> bool:
    return any(f",{step.value}," in row.late_steps for step in steps)


def _is_learned_from(row: Row) -> bool:
    """Its cause is recorded; of what had happened before, closing proves that somebody also said what is changed."""
    return row.minutes_to_closed is not None or (bool(row.causes) and not row.is_repeat)


# Each answers "" for a case of which the step is not asked (yet).
_JUDGES: dict[ProtocolStep, Callable[[Row], str]] = {
    ProtocolStep.DOCUMENTED: lambda row: (
        _judged(row.documented_late, row.minutes_to_documented is not None) if row.with_patient else ""
    ),
    ProtocolStep.MANAGER: lambda row: _by_the_clock(row, row.accepted or row.spoken_with, Step.ACCEPT),
    ProtocolStep.SPOKEN: lambda row: _by_the_clock(row, row.spoken_with, Step.SPEAK),
    ProtocolStep.ADDRESSED: lambda row: _by_the_clock(row, row.addressed_on is not None, Step.PLAN, Step.PUT_RIGHT),
    ProtocolStep.LEADERS_TOLD: lambda row: (
        _judged(row.told_late, row.minutes_to_told is not None) if row.addressed_on else ""
    ),
    ProtocolStep.REVIEW_ANSWERED: lambda row: (
        _by_the_clock(row, row.reply_live or row.reply_excepted, Step.REPLY) if row.has_review else ""
    ),
    ProtocolStep.LEARNED: lambda row: (
        _by_the_clock(row, _is_learned_from(row), Step.LEARN)
        if row.addressed_on or _was_late(row, Step.LEARN)  # it may have been before it was opened again
        else ""
    ),
}
