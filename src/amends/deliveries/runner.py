"""Works on one delivery after another and keeps the promise: nothing lost, nothing written twice.

    waiting ── lease ──► sending ── deliver ──► proved
                            │
                            ├─ certainly not written ──► waiting again, later
                            ├─ a person must ──────────► by hand
                            └─ may have been written ──► unknown ── find ──► proved
                                                            │
                                                            └─ not there after it had time to settle ──► waiting again

No transaction is open while a channel speaks to the other side.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from amends import clock
from amends.deliveries import endings
from amends.deliveries.channel import (
    CannotTell,
    Channel,
    DeliveryError,
    OfficeOffline,
    Proof,
    RetryAfter,
    UnknownOutcome,
    UseInstead,
)
from amends.deliveries.leasing import lease_next, let_go, let_wait
from amends.deliveries.models import Delivery, State
from amends.protocol.values import AMENDS
from amends.protocol.words import QUIET_PURPOSES

log = structlog.get_logger(__name__)

Channels = Callable[[str], Channel]
_LONGEST_WAIT = 300.0
_LONGEST_TOLD = 3600.0  # the other side may ask for more, but a person must hear of it within the day
_FIRST_LOOKS = (2.0, 8.0)  # seconds after sending: a quick answer for people; absence proves nothing this early


def run_one(channels: Channels) -> bool:
    """Works on the most urgent delivery, if there is one; True when there was."""
    row = lease_next()
    if row is None:
        return False
    with structlog.contextvars.bound_contextvars(delivery=row.marker, channel=row.channel):
        if row.state == State.UNKNOWN:
            _look(row, channels)
        else:
            _deliver(row, channels)
    return True


def _deliver(row: Delivery, channels: Channels) -> None:
    try:
        proof = channels(row.channel).deliver(row.outgoing)
    except (RetryAfter, OfficeOffline) as error:
        _send_later(row, error)
    except UseInstead as error:
        let_wait(row, channel=error.channel, note=str(error), due_at=clock.now())
    except UnknownOutcome as error:
        _unknown(row, str(error))
    except CannotTell as error:
        _to_a_person(row, str(error))  # written, but a person must see how
    except DeliveryError as error:
        _to_a_person(row, str(error), sent_at=None)  # certainly not written
    except Exception:
        # A fault of ours: what was sent before it is not known, so it is treated as if it had left.
        log.exception("delivery.fault")
        _unknown(row, "Amends itself failed while sending this; the log has the details.")
    else:
        _proved(row, proof)


def _look(row: Delivery, channels: Channels) -> None:
    began = clock.now()
    try:
        proof = channels(row.channel).find(row.outgoing)
    except CannotTell as error:
        _cannot_look(row, str(error), began)
    except (RetryAfter, OfficeOffline, UnknownOutcome) as error:
        _look_later(row, error)
    except DeliveryError as error:
        _cannot_look(row, f"It could not be looked for. {error}", began)
    except Exception:
        log.exception("delivery.look_fault")
        _look_later(row, UnknownOutcome("Amends itself failed while looking for this."))
    else:
        if proof is not None:
            _proved(row, proof)
        elif not _is_settled(row, began):
            _look_soon(row, began)
        elif _given_up(row, began):
            _to_a_person(row, f"It was sent, and it is not there. {row.last_error}", sent_at=None)
        else:
            # Absent after it had time to settle: it can be sent again without being written twice.
            let_wait(row, due_at=began + timedelta(seconds=_backoff(row.attempts)))


def _cannot_look(row: Delivery, why: str, began: datetime) -> None:
    # A person is asked when what they see is final, or they would write by hand what still arrives.
    if _is_settled(row, began):
        _to_a_person(row, f"It may have arrived. {why}")
    else:
        _look_soon(row, began)


def _look_soon(row: Delivery, now: datetime) -> None:
    let_go(row, due_at=_next_look(row.sent_at or now, now))


def _is_settled(row: Delivery, now: datetime) -> bool:
    return row.sent_at is None or now >= _settled_at(row.sent_at)


def _settled_at(sent_at: datetime) -> datetime:
    return sent_at + timedelta(seconds=settings.SETTLE_SECONDS)


def _next_look(sent_at: datetime, now: datetime) -> datetime:
    looks = [sent_at + timedelta(seconds=after) for after in _FIRST_LOOKS]
    return min([look for look in (*looks, _settled_at(sent_at)) if look > now], default=_settled_at(sent_at))


def _unknown(row: Delivery, why: str) -> None:
    # The lease may be much older than the request, which left at some moment before now: it settles from here on.
    now = clock.now()
    let_go(row, state=State.UNKNOWN, last_error=why, sent_at=now, due_at=_next_look(now, now))


def _send_later(row: Delivery, error: DeliveryError) -> None:
    now = clock.now()
    if _given_up(row, now):
        _to_a_person(row, _tried_for_long(error), sent_at=None)
    else:
        let_wait(row, last_error=str(error), due_at=now + _pause(row, error))


def _look_later(row: Delivery, error: DeliveryError) -> None:
    now = clock.now()
    if _given_up(row, now) and _is_settled(row, now):
        _to_a_person(row, f"It may have arrived. {_tried_for_long(error)}")
    else:
        let_go(row, last_error=str(error), due_at=now + _pause(row, error))


def _tried_for_long(error: DeliveryError) -> str:
    return f"It was tried for {settings.GIVE_UP_SECONDS / 3600:g} hours. {error}"


def _pause(row: Delivery, error: DeliveryError) -> timedelta:
    told = error.seconds if isinstance(error, RetryAfter) else None
    return timedelta(seconds=_backoff(row.attempts) if told is None else min(told, _LONGEST_TOLD))


def _backoff(attempts: int) -> float:
    return float(min(_LONGEST_WAIT, settings.RETRY_SECONDS * 2 ** min(max(attempts - 1, 0), 16)))


def _given_up(row: Delivery, now: datetime) -> bool:
    return now - row.created_at > timedelta(seconds=settings.GIVE_UP_SECONDS)


def _proved(row: Delivery, proof: Proof) -> None:
    """The row and its case learn of the proof together, or neither does and the next look finds it again."""
    with transaction.atomic():
        endings.hold(row)
        if not let_go(
            row,
            state=State.PROVED,
            proof_place=proof.place,
            proof_id=proof.id,
            proof_link=proof.link,
            proved_at=clock.now(),
            last_error="",
            why="",
        ):
            return  # the lease ran out and somebody else has it; they will find the same proof
        endings.proved(row, proof, by=AMENDS, why=row.note)


def _to_a_person(row: Delivery, why: str, **changes: object) -> None:
    with transaction.atomic():
        endings.hold(row)
        row.refresh_from_db(fields=["why"])
        if row.purpose in QUIET_PURPOSES:
            let_go(row, state=State.WITHDRAWN, why=row.why or why, last_error=why, **changes)
        elif row.why:
            let_go(row, state=State.WITHDRAWN, last_error=why, **changes)  # it was needed no longer meanwhile
        elif let_go(row, state=State.BY_HAND, why=why, last_error=why, **changes):
            log.warning("delivery.by_hand")
            endings.needs_a_person(row, why)
