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


def above(case: Case, chain: Chain) -> tuple[Person, Role] | None:
    """The next level over the one that has the case, passing over its owner; anybody at all where it has none."""
    ladder = [(chain.regional_manager, Role.REGIONAL_MANAGER), *((leader, Role.LEADER) for leader in chain.leaders)]
    if case.owner is None:
        ladder.insert(0, (chain.office_manager, Role.OFFICE_MANAGER))
    elif level_of(case) is not Stage.OFFICE:
        del ladder[0]
    return next(((person, role) for person, role in ladder if person and person != case.owner), None)


def is_above(case: Case, role: Role) -> bool:
    """Whether the case is at a higher level than that of this manager."""
    return _LEVELS.index(STAGE_OF[role]) < _LEVELS.index(level_of(case))


def stage_for(case: Case, context: Context) -> Stage:
    """The stage in which this manager may act on a case that is not addressed; refuses one from a lower level.

    The owner is never refused: somebody higher up may have handed the case back down.
    """
    only(context, MANAGERS, "take a case on")
    stage = STAGE_OF[context.by.role]
    free = case.owner is None or case.owner == context.by.person
    if not free and is_above(case, context.by.role):
        holder = case.owner.name if case.owner else "nobody"
        raise Refused(f"The case is with {holder} now. Add an account if you have something to say.")
    return stage
