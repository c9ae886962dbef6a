"""What must reach other systems: whether the engine runs, what it cannot deliver, and what nobody works on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from amends import clock
from amends.connections.checks import Check, Neighbor, down, partly, works
from amends.connections.dead_man import DEAD_MAN, NO_ANSWER
from amends.connections.models import LastKnown
from amends.deliveries.auditor import audit
from amends.deliveries.models import MOVING, Delivery, Pulse, State, in_states

KEY = "deliveries"
NAME = "Deliveries"
QUIET = timedelta(minutes=2)  # the engine looks at every connection each half minute
_NAMED = 3


def neighbor() -> Neighbor:
    """The outbox as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: look(clock.now()))


def look(now: datetime) -> list[Check]:
    """Looks at the outbox and at whoever empties it."""
    return [_engine(now), _by_hand(), _audit(now), *_dead_man()]


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


def _dead_man() -> Iterator[Check]:
    """Whether the address that is called while all is well takes the calls; nothing where none is set."""
    url = settings.CONFIGURATION.dead_man_url
    if not url:
        return
    key, name = "dead_man", "Watched from outside"
    repair = "Set AMENDS_DEAD_MAN_URL to the very address that answers 200, without a redirect, and start again."
    if not _is_address(url):
        yield down(key, name, "AMENDS_DEAD_MAN_URL is no address: nobody outside is called.", repair)
        return
    pulse = Pulse.objects.filter(name=DEAD_MAN).first()
    if pulse and pulse.found:
        why = "The address did not answer" if pulse.found == NO_ANSWER else f"The address answered {pulse.found}"
        yield partly(key, name, f"{why}: whoever watches takes Amends for dead.", repair)
    elif pulse and pulse.done_at:
        yield works(key, name, "The address is called while all is well, and takes it.")
    else:
        yield works(key, name, "Not called yet: it is after an audit that finds nothing.")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
