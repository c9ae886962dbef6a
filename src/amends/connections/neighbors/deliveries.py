"""What must reach other systems: whether the engine runs, what it cannot deliver, and what nobody works on."""

from datetime import datetime, timedelta

from django.conf import settings

from amends import clock
from amends.connections.checks import Check, Neighbor, down, partly, works
from amends.connections.models import LastKnown
from amends.deliveries.auditor import audit
from amends.deliveries.models import MOVING, Delivery, State, in_states

KEY = "deliveries"
NAME = "Deliveries"
QUIET = timedelta(minutes=2)  # the engine looks at every connection each half minute
_NAMED = 3


def neighbor() -> Neighbor:
    """The outbox as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: look(clock.now()))


def look(now: datetime) -> list[Check]:
    """Looks at the outbox and at whoever empties it."""
    return [_engine(now), _by_hand(), _audit(now)]


def _engine(now: datetime) -> Check:
    key, name = "engine", "Engine"
    repair = "Start the site: `amends serve` delivers, too."
    if settings.ENGINE != "embedded":
        repair = "Start a worker: `amends worker`."
    last = LastKnown.last_round()
    if last is None:
        return partly(key, name, "It has not run yet.", repair)
    if now - last > QUIET:
        return down(key, name, "It does not run: nothing is delivered, and no deadline is noticed.", repair)
    moving = Delivery.objects.filter(in_states(*MOVING)).count()
    return works(key, name, f"It runs. {moving} on their way." if moving else "It runs. Nothing is on its way.")


def _by_hand() -> Check:
    key, name = "by_hand", "By hand"
    count = Delivery.objects.filter(in_states(State.BY_HAND)).count()
    if not count:
        return works(key, name, "Nothing waits for a person.")
    says = f"{count} {'delivery waits' if count == 1 else 'deliveries wait'} for a person."
    repair = "Put right what is down here, then press “Try again” on Deliveries; or paste them by hand."
    return partly(key, name, says, repair)


def _audit(now: datetime) -> Check:
    key, name = "audit", "Audit"
    problems = audit(now)
    if not problems:
        return works(key, name, "Nothing is stuck, and each open case has somebody's turn.")
    shown = " ".join(f"{problem.where}: {problem.what}" for problem in problems[:_NAMED])
    more = f" And {len(problems) - _NAMED} more." if len(problems) > _NAMED else ""
    return partly(key, name, shown + more, "Run `amends verify` for the whole list; look into the log.")
