"""What the engine does with a channel, and everything that may happen to a request."""

from tests.contract.offices import Office

from amends.deliveries.channel import OfficeOffline, Outgoing, Proof, RetryAfter, UnknownOutcome, UseInstead
from amends.integrations.channels import channel


def carry(there: Office, out: Outgoing, *, tries: int = 6) -> tuple[str, Proof]:
    """As the engine does: look before sending again, and believe in an absence only when all has settled."""
    name, unknown = out.channel, False
    for _ in range(tries):
        try:
            if unknown:
                there.settle()
                proof = channel(name).find(out)
                if proof is not None:
                    return name, proof
                unknown = False
            return name, channel(name).deliver(out)
        except UnknownOutcome:
            unknown = True
        except UseInstead as instead:
            name = instead.channel
        except (RetryAfter, OfficeOffline):
            there.simulator.faults.offline = False
    raise AssertionError(f"{out.marker} was not delivered")


def look(name: str, out: Outgoing) -> Proof | None:
    """A look, repeated once: a server may hang up after an answer just when the next request is on its way."""
    try:
        return channel(name).find(out)
    except RetryAfter:
        return channel(name).find(out)


FAULTS = (
    *("late_commit:30", "drop_before", "drop_after", "truncate"),
    *("status:504", "status_after:504", "status_after:500", "status:429", "status:502"),
)
