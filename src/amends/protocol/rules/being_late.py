"""What happens when a step is nearly late, and when it is: who hears of it, and to whom the case goes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.deadline import Due, alarms, who_can_do_it
from amends.protocol.events import Fact
from amends.protocol.rules.asking import AMENDS_ITSELF, Context, Refused, only
from amends.protocol.rules.chain import above, next_in_chain
from amends.protocol.values import Attempt, Conversation
from amends.protocol.wording import NOT_DONE, clock
from amends.protocol.words import MOVING_STEPS

# Amends notices within a minute what becomes late; what lies longer ago when it is noticed was moved there.
_JUST_NOW = timedelta(minutes=15)


def deadline_passed(case: Case, command: c.DeadlinePassed, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, "say so; Amends itself does")
    # In UTC: Python holds no local time of a repeated hour to be equal to the same instant in another zone.
    asked = command.due.astimezone(UTC)
    alarm = next((one for one in alarms(case, context.policy, context.calendar) if one.at == asked), None)
    if alarm is None or asked > context.now:
        raise Refused("That deadline does not stand any more.")
    if alarm.warns and alarm.due.at > context.now:  # after an outage nobody is warned of what is late already
        can = who_can_do_it(case, alarm.due)
        assert can is not None  # noqa: S101  nothing warns nobody
        at, told = alarm.due.at.astimezone(context.calendar.tz), context.covers.get(can.id, can)
        return [e.DueSoon(step=alarm.due.step, due=at, told=told, promise=alarm.due.promise)]
    return (_goes_on if alarm.due.step in MOVING_STEPS else _told_above)(case, alarm.due, context)


def _told_above(case: Case, late: Due, context: Context) -> Sequence[Fact]:
    again = late.was_late_before(case) is not None and context.now - late.at > _JUST_NOW
    person, role = (None, None) if again else above(case, context.chain) or (None, None)
    return [e.WentLate(step=late.step, due=late.at, told=person, told_role=role, promise=late.promise, again=again)]


def _goes_on(case: Case, late: Due, context: Context) -> Sequence[Fact]:
    """The case moves to the next in the chain; where nobody is left, leaders and administrators hear of that."""
    following = next_in_chain(case, context.chain)
    if following is None:
        return [e.WentLate(step=late.step, due=late.at, told=None, told_role=None)]
    to, role, stage = following
    owner = case.owner.name if case.owner else "nobody"
    return [
        e.WentLate(step=late.step, due=late.at, told=to, told_role=role, moves=True),
        e.Escalated(
            stage=stage,
            to=to,
            why=f"{NOT_DONE[late.step]}, and it was due {_said(late.at, context)}. It was with {owner}.",
            tried=what_was_tried(case, context),
            late=True,
        ),
    ]


def what_was_tried(case: Case, context: Context) -> str:
    """What was done for the patient in this round, in sentences for whoever goes on."""
    begun = case.round_start
    done = {
        "Tried to reach the patient": [_tried(one, context) for one in case.attempts if one.seq > begun],
        "Spoke with the patient": [_who_and_when(one, context) for one in case.conversations if one.seq > begun],
        "Offered": [one.kind.value for one in case.remedies if one.seq > begun],
        "Promised": [f"{one.text.rstrip('.')} ({one.owner.name})" for one in case.open_promises],
    }
    said = " ".join(f"{what}: {'; '.join(times)}." for what, times in done.items() if times)
    return said or "Nobody has tried to reach the patient yet."


def _tried(attempt: Attempt, context: Context) -> str:
    day = attempt.call_back_on
    asked = f" (they asked for a call on {day:%b} {day.day})" if day else ""
    return _who_and_when(attempt, context) + asked


def _who_and_when(one: Attempt | Conversation, context: Context) -> str:
    return f"{one.by.name}, {context.policy.ways[one.way]}, {_said(one.at, context)}"


def _said(moment: datetime, context: Context) -> str:
    local = moment.astimezone(context.calendar.tz)
    return f"{local:%b} {local.day}, {clock(local)}"
