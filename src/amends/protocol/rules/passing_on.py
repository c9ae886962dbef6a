"""Handing a case to somebody else: a cover, the region, the leaders."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import (
    MANAGERS,
    Context,
    Refused,
    before_addressed,
    not_set_aside,
    only,
    still_open,
    text,
)
from amends.protocol.rules.being_late import what_was_tried
from amends.protocol.rules.chain import stage_for, stage_where
from amends.protocol.words import BEFORE_ADDRESSED, Role, Stage

# An administrator hands over the desk of somebody who left; Amends itself, what its owner can see to no more.
_WHATEVER_THE_LEVEL = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
_GO_ON = "Write why, so that they can go on."
_WHY = "Write what keeps you from putting it right."


def hand_over(case: Case, command: c.HandOver, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS | _WHATEVER_THE_LEVEL, "hand a case over")
    # Somebody must keep what was promised, and ask the patient whether it is fixed.
    if case.stage is not Stage.CLOSED or not (case.open_promises or case.to_confirm):
        still_open(case)
    if case.stage in BEFORE_ADDRESSED and context.by.role not in _WHATEVER_THE_LEVEL:
        stage_for(case, context)
    if case.owner == command.to:
        raise Refused(f"{command.to.name} already has this case.")
    # Amends hands over for somebody who is not there to tell.
    tells = context.by.role is Role.SYSTEM and case.stage in BEFORE_ADDRESSED
    tried = what_was_tried(case, context) if tells else ""
    stage = stage_where(command.to, case, context.chain) if tells and case.owner is None else None
    return [e.HandedOver(to=command.to, why=text(command.why, context, _GO_ON), tried=tried, stage=stage)]


def hand_over_promises(case: Case, command: c.HandOverPromises, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS | _WHATEVER_THE_LEVEL, "hand a promise over")
    not_set_aside(case)
    others = {promise.no for promise in case.open_promises if promise.owner != command.to}
    if not command.nos or not others.issuperset(command.nos):
        raise Refused(f"Those promises are settled, or {command.to.name} keeps them already.")
    nos = tuple(sorted(set(command.nos)))
    return [e.PromisesHandedOver(nos=nos, to=command.to, why=text(command.why, context, _GO_ON))]


def hand_over_actions(case: Case, command: c.HandOverActions, context: Context) -> Sequence[Fact]:
    """At whatever stage of the case: its actions are done, and watched, long after it."""
    only(context, MANAGERS | _WHATEVER_THE_LEVEL, "hand a corrective action over")
    others = {action.no for action in case.open_actions if action.owner != command.to}
    if not command.nos or not others.issuperset(command.nos):
        raise Refused(f"Those corrective actions are settled, or {command.to.name} has them already.")
    nos = tuple(sorted(set(command.nos)))
    return [e.ActionsHandedOver(nos=nos, to=command.to, why=text(command.why, context, _GO_ON))]


def ask_region(case: Case, command: c.AskRegion, context: Context) -> Sequence[Fact]:
    only(context, {Role.OFFICE_MANAGER}, "ask the regional manager")
    before_addressed(case)
    if case.stage in (Stage.REGION, Stage.LEADERS):
        raise Refused(f"This case is already with {case.owner.name if case.owner else 'the next level'}.")
    region = context.chain.regional_manager
    if region in (None, context.by.person):
        return [_to_leaders(command, context)]
    why = text(command.why, context, _WHY)
    return [e.Escalated(stage=Stage.REGION, to=region, why=why, tried=text(command.tried, context))]


def ask_leaders(case: Case, command: c.AskLeaders, context: Context) -> Sequence[Fact]:
    only(context, {Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER}, "ask the leaders")
    before_addressed(case)
    region = context.chain.regional_manager
    if context.by.role is Role.OFFICE_MANAGER and region not in (None, context.by.person):
        raise Refused(f"Ask {region.name} first; the leaders come after the region.")
    if case.stage is Stage.LEADERS:
        raise Refused("This case is already with the leaders.")
    return [_to_leaders(command, context)]


def _to_leaders(command: c.AskRegion | c.AskLeaders, context: Context) -> Fact:
    # Nobody may hand a case to nobody: it would have no owner, and no one would hear of it.
    leader = next((leader for leader in context.chain.leaders if leader != context.by.person), None)
    if leader is None:
        raise Refused(
            "Nobody is named above you, so the case stays where it is. "
            "Ask an administrator to name a regional manager or a leader."
        )
    why = text(command.why, context, _WHY)
    return e.Escalated(stage=Stage.LEADERS, to=leader, why=why, tried=text(command.tried, context))


def step_in(case: Case, context: Context) -> Sequence[Fact]:
    only(context, {Role.LEADER}, "step in")
    before_addressed(case)
    if case.owner == context.by.person and case.accepted:
        raise Refused("You already have this case.")
    return [e.SteppedIn()]
