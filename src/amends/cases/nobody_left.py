"""The cases that nobody is left to take on, for the administrators: who do not see cases, but can see to the people."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from amends.cases.models import CaseRow, EventRow
from amends.practice.directory import Directory
from amends.protocol import events as e
from amends.protocol.words import BEFORE_ADDRESSED, Role

_AT_ONCE = 5
# As an event is written (`cases/codec.py`). Of a late promise nobody above may be told either, but the case is theirs.
# The same goes for what was told before its time moved with the office's hours.
_TOLD_NOBODY, _PROMISE, _AGAIN = '"told":null', '"step":"keep_promise"', '"again":true'
# After any of these somebody has it, or has done something for the patient.
_GOES_ON = (e.Acknowledged, e.AttemptLogged, e.ConversationRecorded, e.Escalated, e.HandedOver, e.OnTheWay, e.SteppedIn)


@dataclass(frozen=True)
class NobodyLeft:
    """How many there are, and the first of them as people say it: "UP-1042 at Maple Street"."""

    count: int
    named: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def nobody_left(person: str, known: Directory) -> NobodyLeft | None:
    """Those at this administrator's offices that have no owner or of which the alarm still holds; None for none."""
    offices = [office for office, roles in known.own_roles_of(person).items() if Role.ADMINISTRATOR in roles]
    if not offices:
        return None
    late = EventRow.objects.filter(case=OuterRef("pk"), kind=e.WentLate.__name__, fact__contains=_TOLD_NOBODY)
    late = late.exclude(fact__contains=_PROMISE).exclude(fact__contains=_AGAIN)
    later = EventRow.objects.filter(case=OuterRef("case"), seq__gt=OuterRef("seq"))
    alarm = late.filter(~Exists(later.filter(kind__in=[fact.__name__ for fact in _GOES_ON])))
    stages = [stage.value for stage in BEFORE_ADDRESSED]
    waiting = CaseRow.objects.within(offices).filter(is_open=True, stage__in=stages)
    rows = waiting.filter(Q(owner=None) | Q(due_at__lt=timezone.now()) & Exists(alarm))
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
    named = tuple(f"{row.number} at {known.offices[str(row.office_id)].name}" for row in rows[:_AT_ONCE])
    return NobodyLeft(rows.count(), named) if named else None
