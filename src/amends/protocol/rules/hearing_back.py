"""What deliveries and review sites say about a case."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import AMENDS_ITSELF, MANAGERS, STAFF, Context, Refused, only
from amends.protocol.words import Role

_OFFICERS = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
_ITSELF = "say so; Amends itself does"


def delivery_proved(case: Case, command: c.DeliveryProved, context: Context) -> Sequence[Fact]:
    if command.pasted:
        only(context, STAFF | _OFFICERS, "say that it was pasted")
    else:
        only(context, AMENDS_ITSELF, _ITSELF)
    if not 0 < command.about <= case.version:
        raise Refused("This case has sent no such message.")
    if command.marker in {proof.marker for proof in case.proofs}:
        raise Refused("That delivery is proved already.")
    return [e.DeliveryProven(**vars(command))]


def delivery_by_hand(command: c.DeliveryByHand, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    return [e.DeliveryLeftToHand(**vars(command))]


def delivery_withdrawn(command: c.DeliveryWithdrawn, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS | _OFFICERS | AMENDS_ITSELF, "withdraw a message")
    return [e.DeliveryDropped(**vars(command))]
