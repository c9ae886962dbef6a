"""The cases behind the number of those in which a step of the protocol was late."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q, QuerySet

from amends.learning.models import CaseFigures
from amends.learning.summary.period import Period
from amends.learning.summary.reckoning import Figure, Offices, ProtocolStep, cases_of, past_a_day
from amends.protocol.words import Step


def late_in(step: ProtocolStep, period: Period, offices: Offices, now: datetime) -> QuerySet[CaseFigures]:
    """Cases reported in the days in which this step was late: those that `reckon` counts."""
    return cases_of(Figure.CASES, period, offices).filter({**_LATE, **past_a_day(now)}[step])


def _late(*steps: Step) -> Q:
    found = Q()
    for step in steps:
        found |= Q(late_steps__contains=f",{step.value},")
    return found


_LATE: Mapping[ProtocolStep, Q] = MappingProxyType(
    {
        ProtocolStep.MANAGER: _late(Step.ACCEPT),
        ProtocolStep.SPOKEN: _late(Step.SPEAK),
        ProtocolStep.ADDRESSED: _late(Step.PLAN, Step.PUT_RIGHT),
        ProtocolStep.REVIEW_ANSWERED: Q(has_review=True) & _late(Step.REPLY),
        ProtocolStep.LEARNED: _late(Step.LEARN),
    }
)
