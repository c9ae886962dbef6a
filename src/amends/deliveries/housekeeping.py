"""What keeps the promise beside the deliveries themselves: what was left lying, what is late, whether all is well.

Every process may do all of it at any time. Rows of a worker that died are swept by one statement, each deadline is told
by whoever holds its case, and the audit is made by one process for the whole group.
"""

import structlog

from amends.cases import ticker
from amends.deliveries import outages, pulses
from amends.deliveries.auditor import audit
from amends.deliveries.engine import Chore
from amends.deliveries.leasing import sweep

log = structlog.get_logger(__name__)

AUDIT, SWEEP, TICK = "audit", "sweep", "tick"  # the names of their pulses
AUDIT_EVERY = 300.0  # seconds


def sweep_up() -> bool:
    """Sweeps; True when a worker had left something."""
    swept = sweep()
    pulses.beat(SWEEP)
    return bool(swept)


def tell_deadlines() -> bool:
    """Tells every deadline that has passed; True when there was one."""
    outages.notice(TICK)
    told = ticker.tick()
    pulses.beat(TICK)
    return bool(told)


def audit_in_turn() -> bool:
    """Audits, if it is this process's turn, and tells the log what is not as it should be."""
    if not pulses.take_turn(AUDIT, AUDIT_EVERY):
        return False
    problems = audit()
    for problem in problems:
        log.error("audit.problem", what=problem.what, where=problem.where)
    pulses.end_turn(AUDIT, found=len(problems))
    return True


HOUSEKEEPING = (
    Chore("deliveries.sweep", 5.0, sweep_up),
    Chore("cases.tick", 5.0, tell_deadlines),
    Chore("deliveries.audit", 30.0, audit_in_turn),
)
