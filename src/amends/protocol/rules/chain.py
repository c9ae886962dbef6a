"""Who answers at which level, and who may act on a case that is at one."""

from amends.protocol.case import Case
from amends.protocol.rules.asking import MANAGERS, Context, Refused, only
from amends.protocol.values import Chain, Person
from amends.protocol.words import Role, Stage

STAGE_OF = {
    Role.OFFICE_MANAGER: Stage.OFFICE,
    Role.REGIONAL_MANAGER: Stage.REGION,
    Role.LEADER: Stage.LEADERS,
}
ROLE_OF = {
    Stage.REPORTED: Role.OFFICE_MANAGER,
    Stage.OFFICE: Role.OFFICE_MANAGER,
    Stage.REGION: Role.REGIONAL_MANAGER,
    Stage.LEADERS: Role.LEADER,
}
_LEVELS = (Stage.OFFICE, Stage.REGION, Stage.LEADERS)


def level_of(case: Case) -> Stage:
    """The level that has the case, or had it until it was addressed."""
    return Stage.OFFICE if case.held_at is Stage.REPORTED else case.held_at


def nearest(chain: Chain, level: Stage) -> tuple[Person | None, Stage]:
    """Who answers now at this level, or above it, or failing that below it; (None, leaders) for an empty chain."""
    answering = {
        Stage.OFFICE: chain.office_manager,
        Stage.REGION: chain.regional_manager,
        Stage.LEADERS: chain.leaders[0] if chain.leaders else None,
    }
    here = _LEVELS.index(level)
    for stage in (*_LEVELS[here:], *reversed(_LEVELS[:here])):
        person = answering[stage]
        if person:
            return person, stage
    return None, Stage.LEADERS


def takes_over(case: Case, chain: Chain) -> Person | None:
    """Who has the case when its owner can see to it no more; None for an empty chain.

    Who a new case of its level would go to, but nobody who was late with it while anybody else answers. A case that
    nobody has is of no level yet.
    """
    answering = (chain.office, chain.region, chain.leaders)
    here = _LEVELS.index(level_of(case)) if case.owner else 0
    people = [person for level in (*answering[here:], *reversed(answering[:here])) for person in level]
    return next((person for person in people if person not in case.passed_over), next(iter(people), None))


def stage_where(person: Person, case: Case, chain: Chain) -> Stage | None:
    """The stage of the level at which this person answers first; None where the case is at that level already."""
    levels = zip(_LEVELS, (chain.office, chain.region, chain.leaders), strict=True)
    level = next((level for level, people in levels if person in people), None)
    return None if level is level_of(case) else level


def above(case: Case, chain: Chain) -> tuple[Person, Role] | None:
    """The next level over the one that has the case, passing over its owner; anybody at all where it has none."""
    ladder = [(chain.regional_manager, Role.REGIONAL_MANAGER), *((leader, Role.LEADER) for leader in chain.leaders)]
    if case.owner is None:
        ladder.insert(0, (chain.office_manager, Role.OFFICE_MANAGER))
    elif level_of(case) is not Stage.OFFICE:
        del ladder[0]
    return next(((person, role) for person, role in ladder if person and person != case.owner), None)


def next_in_chain(case: Case, chain: Chain) -> tuple[Person, Role, Stage] | None:
    """Who has the case when its owner was late, in which role and stage; None where nobody is left.

    Never a level below the one that has it, and never somebody who was late in this round already.
    """
    answering = {
        Role.OFFICE_MANAGER: chain.office,
        Role.REGIONAL_MANAGER: chain.region,
        Role.LEADER: chain.leaders,
    }
    level = level_of(case)
    lowest = _LEVELS.index(level) if case.owner else 0
    for role, people in answering.items():
        stage = STAGE_OF[role]
        for person in people:
            if _LEVELS.index(stage) >= lowest and person != case.owner and person not in case.passed_over:
                return person, role, case.stage if stage is level else stage
    return None


def is_above(case: Case, role: Role) -> bool:
    """Whether the case is at a higher level than that of this manager."""
    return _LEVELS.index(STAGE_OF[role]) < _LEVELS.index(level_of(case))


def stage_for(case: Case, context: Context) -> Stage:
    """The stage in which this manager may act on a case that is not addressed; refuses one from a lower level.

    The owner is never refused: somebody higher up may have handed the case back down. Nor is whoever was late with it,
    until the next in the chain has taken it on: the patient hears from the first of them.
    """
    only(context, MANAGERS, "take a case on")
    stage = STAGE_OF[context.by.role]
    me = context.by.person
    free = case.owner in (None, me) or (not case.accepted and me in case.were_late)
    if not free and is_above(case, context.by.role):
        holder = case.owner.name if case.owner else "nobody"
        raise Refused(f"The case is with {holder} now. Add an account if you have something to say.")
    return stage
