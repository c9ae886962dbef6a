"""Who hears how a delivery ended, in the transaction that ends it: its case, by a command. What belongs to no case has
a hearer, registered for its purpose by whoever writes such deliveries; without one the row is all that there is.
"""

from collections.abc import Callable

from django.db import transaction

from amends.cases import actions
from amends.deliveries.channel import Proof
from amends.deliveries.models import Delivery
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import Purpose

Hearer = Callable[[Delivery], None]
_hearers: dict[Purpose, Hearer] = {}


def hears_of(purpose: Purpose, hearer: Hearer) -> None:
    """From now on `hearer` is given each delivery without a case and with this purpose that ends, as it then stands:
    proved, with its proof and with the person who vouches for it, or by hand, with the reason. What it raises undoes
    the end, so it writes down what it must and speaks to nobody.
    """
    _hearers[purpose] = hearer


def hold(row: Delivery) -> None:
    """Locks what a delivery belongs to until the transaction ends, so that two ends of it do not cross."""
    if row.case_id is None:
        Delivery.objects.select_for_update().get(pk=row.pk)
    else:
        actions.hold(row.case_id)


def proved(row: Delivery, proof: Proof, *, by: Actor, why: str = "", pasted: bool = False) -> None:
    """Tells that it is there; the row is written already. Raises `protocol.decide.Refused` where its case refuses."""
    if row.case_id is None:
        _heard(row)
        return
    command = c.DeliveryProved(
        marker=row.marker,
        purpose=Purpose(row.purpose),
        about=row.about,
        place=proof.place,
        id=proof.id,
        link=proof.link,
        why=why,
        pasted=pasted,
        patient=row.chart_of,
    )
    actions.perform(command=command, by=by, case=row.case_id)


def needs_a_person(row: Delivery, why: str) -> None:
    """Tells that nobody but a person can do it; the row is written already."""
    if row.case_id is None:
        _heard(row)
    else:
        command = c.DeliveryByHand(marker=row.marker, purpose=Purpose(row.purpose), about=row.about, why=why)
        actions.perform(command=command, by=AMENDS, case=row.case_id)


def _heard(row: Delivery) -> None:
    hearer = _hearers.get(Purpose(row.purpose))
    if hearer:
        with transaction.atomic():
            row.refresh_from_db()
            hearer(row)
