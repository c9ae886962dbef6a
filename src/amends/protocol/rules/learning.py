"""Why it happened, whether it happened before, and what will be changed."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import (
    AMENDS_ITSELF,
    MANAGERS,
    Context,
    Refused,
    known_keys,
    not_set_aside,
    only,
    text,
    to_come,
)


def record_causes(case: Case, command: c.RecordCauses, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "record the cause")
    not_set_aside(case)
    if not command.causes:
        raise Refused("Choose at least one cause.")
    causes = known_keys(command.causes, context.policy.causes, "cause")
    note = text(command.note, context)
    if set(causes) <= set(case.causes) and not note:
        raise Refused("Those causes are recorded already.")
    return [e.CausesRecorded(causes=causes, note=note)]


def note_repeat(case: Case, command: c.NoteRepeat, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS | AMENDS_ITSELF, "note a repeat")
    not_set_aside(case)
    new = tuple(number for number in dict.fromkeys(command.of) if number not in case.repeat_of)
    if not new:
        raise Refused("That repeat is noted already.")
    return [e.RepeatNoted(of=new)]


def plan_action(case: Case, command: c.PlanAction, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "plan a corrective action")
    not_set_aside(case)
    what = text(command.what, context, "Write what will be changed.")
    due = to_come(command.due, context, "A corrective action")
    return [e.ActionPlanned(no=len(case.actions) + 1, what=what, owner=command.owner, due=due)]


def decline_action(case: Case, command: c.DeclineAction, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "decide on a corrective action")
    not_set_aside(case)
    return [e.ActionDeclined(reason=text(command.reason, context, "Write why nothing is changed."))]
