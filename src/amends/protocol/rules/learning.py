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
from amends.protocol.values import CorrectiveAction, WatchRule

_LONGEST_WATCH = 730  # days
_DECIDED = "Whether that action holds is not open any more."


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


def take_back_causes(case: Case, command: c.TakeBackCauses, context: Context) -> Sequence[Fact]:
    """A finished case keeps one cause at least: it closed because it was known."""
    only(context, MANAGERS, "take back a cause")
    not_set_aside(case)
    causes = tuple(cause for cause in dict.fromkeys(command.causes) if cause in case.causes)
    if not causes:
        raise Refused("Choose a cause that is recorded.")
    if not case.is_open and set(causes) == set(case.causes):
        raise Refused("A closed case keeps a cause. Record the right one first.")
    return [e.CausesTakenBack(causes=causes, why=text(command.why, context, "Write why it is taken back."))]


def name_involved(case: Case, command: c.NameInvolved, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "name who was involved")
    not_set_aside(case)
    people = tuple(dict.fromkeys(command.people))
    if set(people) == set(case.involved):
        raise Refused("That is noted already." if people else "Choose who was involved.")
    return [e.InvolvedNamed(people=people)]


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
    due = to_come(command.due, context, "A corrective action").astimezone(context.calendar.tz)
    watch = _watch(command.watch or WatchRule((), (case.office,), context.policy.limits.watch_days), context)
    return [e.ActionPlanned(no=len(case.actions) + 1, what=what, owner=command.owner, due=due, watch=watch)]


def _watch(watch: WatchRule, context: Context) -> WatchRule:
    causes = known_keys(watch.causes, context.policy.causes, "cause")
    if not 1 <= watch.days <= _LONGEST_WATCH:
        raise Refused(f"Watch it for 1 to {_LONGEST_WATCH} days.")
    return WatchRule(causes, tuple(dict.fromkeys(watch.offices)), watch.days)


def finish_action(case: Case, command: c.FinishAction, context: Context) -> Sequence[Fact]:
    """Whoever it was given to says so, in whatever role; or a manager."""
    action = _action(case, command.no)
    if context.by.person != action.owner:
        only(context, MANAGERS, "say that a corrective action is done")
    if action.done_at:
        raise Refused("That is done already.")
    return [e.ActionDone(no=action.no, note=text(command.note, context))]


def action_repeated(case: Case, command: c.ActionRepeated, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, "say so; Amends itself does")
    """Also of one that was said to have held: a case may be told, or its cause be found, after the days were over."""
    action = _action(case, command.no)
    if not action.can_fail:
        raise Refused(_DECIDED)
    region = context.chain.region or context.chain.leaders
    told = region[0] if region else None
    return [e.ActionFailed(no=action.no, other=command.other, told=told, after_all=action.held)]


def watch_ended(case: Case, command: c.WatchEnded, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, "say so; Amends itself does")
    action = _action(case, command.no)
    if not action.is_watched:
        raise Refused(_DECIDED)
    if action.done_at is None:
        raise Refused("It is not done yet.")
    if action.watched_until is None or context.now < action.watched_until:
        raise Refused("Its days are not over yet.")
    return [e.ActionHeld(no=action.no)]


def _action(case: Case, no: int) -> CorrectiveAction:
    action = next((one for one in case.actions if one.no == no), None)
    if action is None:
        raise Refused("This case has no such corrective action.")
    return action


def decline_action(case: Case, command: c.DeclineAction, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "decide on a corrective action")
    not_set_aside(case)
    return [e.ActionDeclined(reason=text(command.reason, context, "Write why nothing is changed."))]
