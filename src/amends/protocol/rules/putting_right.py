"""What was offered and promised, and when the case is put right."""

from collections.abc import Sequence
from decimal import Decimal

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import (
    AMENDS_ITSELF,
    MANAGERS,
    STAFF,
    Context,
    Refused,
    known_keys,
    not_set_aside,
    only,
    text,
    to_come,
)
from amends.protocol.rules.speaking import taken
from amends.protocol.words import MONEY_REMEDIES

_A_CENT = Decimal("0.01")


def offer_remedy(case: Case, command: c.OfferRemedy, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "record a remedy")
    not_set_aside(case)
    return [
        e.RemedyOffered(
            kind=command.kind,
            amount=_amount(command),
            note=text(command.note, context),
            accepted=command.accepted,
        )
    ]


def _amount(command: c.OfferRemedy) -> Decimal | None:
    amount = command.amount
    if command.kind not in MONEY_REMEDIES:
        if amount is not None:
            raise Refused("An amount belongs to a credit or a refund only.")
        return None
    if amount is None or not amount.is_finite() or amount <= 0:
        raise Refused("Write the amount of the credit or refund.")
    # The size is asked first: `quantize` raises for a number too long to be written in cents.
    if amount >= 1_000_000 or amount != amount.quantize(_A_CENT):
        raise Refused("The amount needs at most two decimals and must be under a million.")
    return amount.quantize(_A_CENT)


def make_promise(case: Case, command: c.MakePromise, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "make a promise")
    not_set_aside(case)
    promised = text(command.text, context, "Write what was promised.")
    due = to_come(command.due, context, "A promise")
    return [e.PromiseMade(no=len(case.promises) + 1, text=promised, owner=command.owner, due=due)]


def settle_promise(case: Case, command: c.SettlePromise, context: Context) -> Sequence[Fact]:
    only(context, STAFF | AMENDS_ITSELF, "settle a promise")
    if command.no not in {promise.no for promise in case.open_promises}:
        raise Refused("That promise is already settled.")
    return [e.PromiseKept(no=command.no) if command.kept else e.PromiseMissed(no=command.no)]


def mark_addressed(case: Case, command: c.MarkAddressed, context: Context) -> Sequence[Fact]:
    had = taken(case, context)
    known_keys((command.resolution,), context.policy.resolutions, "resolution")
    if not case.is_spoken_to:
        raise Refused("First record the conversation with the patient, or the end of the attempts to reach them.")
    note, change = text(command.note, context), text(command.change, context)
    return [*had, e.Addressed(resolution=command.resolution, note=note, change=change)]
