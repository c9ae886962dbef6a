"""The twin of every delivery: a person pastes the ready text and says so, or asks for another try."""

import structlog
from django.db import transaction

from amends import clock
from amends.access import actor_at
from amends.deliveries import endings, nudges
from amends.deliveries.channel import Proof
from amends.deliveries.models import Delivery, State
from amends.practice.models import Person
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS

log = structlog.get_logger(__name__)

PLACES = {
    "open_dental.commlog": "CommLog",
    "open_dental.clinical_note": "Clinical note",
    "open_dental.task": "Task",
    "open_dental.task_close": "Earlier Task",
    "open_dental.popup": "Popup",
    "slack.message": "Slack",
    "slack.card": "Slack",
    "slack.summary": "Slack",
    "google_business.reply": "Google",
    "review.by_hand": "Review site",
    "email": "E-mail",
}


class NotWaiting(Exception):
    """The delivery is not by hand any more: somebody was quicker, or it is no longer needed."""


def pasted(delivery_id: int, person: Person, *, number: str = "") -> None:
    """The person's word that they did it, with the other system's number where they know it.

    An earlier Task has the number that it had.
    Raises `NotWaiting`, and `protocol.decide.Refused` for somebody who may not say so.
    """
    with transaction.atomic():
        row = _waiting(delivery_id)
        proof_id = str(row.payload.get("TaskNum") or number[:120])
        Delivery.objects.filter(pk=row.pk).update(
            state=State.PROVED,
            proof_place=PLACES[row.channel],
            proof_id=proof_id,
            proved_at=clock.now(),
            proved_by=person,
        )
        by = actor_at(person, str(row.office_id))
        endings.proved(row, Proof(proof_id, PLACES[row.channel]), by=by, why=row.why, pasted=True)


def seen_there(delivery_id: int, *, number: str) -> None:
    """What a person was asked to do was found done, so nobody need say so. Nothing if it is settled.

    Nor where the case refuses: the row stays with its person, and whoever listens goes on to what else is new.
    """
    try:
        _proved_there(delivery_id, number)
    except NotWaiting:
        return
    except Refused as refused:
        log.warning("deliveries.seen_there", delivery=delivery_id, refused=str(refused))


def _proved_there(delivery_id: int, number: str) -> None:
    with transaction.atomic():
        row = _waiting(delivery_id)
        place = PLACES[row.channel]
        Delivery.objects.filter(pk=row.pk).update(
            state=State.PROVED, proof_place=place, proof_id=number, proved_at=clock.now(), why=""
        )
        endings.proved(row, Proof(number, place), by=AMENDS, why="Somebody did it in Open Dental.")


def try_again(delivery_id: int, person: Person, *, not_there: bool = False) -> Delivery:
    """Lets the engine try, looking first where the last try may have arrived. Raises `NotWaiting`.

    `not_there` is the person's word that they looked and it did not arrive: it is then sent again without a look.
    """
    with transaction.atomic():
        row = _waiting(delivery_id)
        actor_at(person, str(row.office_id))
        now = clock.now()
        row.state = State.UNKNOWN if row.sent_at and not not_there else State.WAITING
        row.due_at, row.created_at, row.attempts, row.why = now, now, 0, ""
        row.save(update_fields=["state", "due_at", "created_at", "attempts", "why"])
        nudges.nudge()
        return row


def _waiting(delivery_id: int) -> Delivery:
    row = Delivery.objects.filter(pk=delivery_id).first()
    if row:
        endings.hold(row)  # a row that is by hand changes only under its lock
        row.refresh_from_db()
    if row is None or row.state != State.BY_HAND:
        raise NotWaiting("Somebody has already dealt with this.")
    return row
