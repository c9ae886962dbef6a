"""What the delivery engine would have done with the rows of the past, in its own words and order.

Each function does what `deliveries.runner` or `deliveries.by_hand` does at the end of a delivery, at a past time: the
row and the case learn of it in one transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from amends.cases import actions
from amends.deliveries.by_hand import PLACES
from amends.deliveries.models import Delivery, State
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import QUIET_PURPOSES, Purpose

# Numbers as an Open Dental that has been in use for years gives them; each channel counts on from its own.
_FIRST_NUMBERS = {
    "open_dental.commlog": 88_100,
    "open_dental.task": 30_400,
    "open_dental.clinical_note": 57_200,
    "open_dental.popup": 1_900,
}
_NO_INBOX = "The person whom the Task is for has no Open Dental user in Amends."
_FIRST_SECONDS, _NEXT_SECONDS = 4, 3


class Engine:
    """The engine of the past: proves what waits, except for the cases that are left to the real one."""

    def __init__(self) -> None:
        self.left: set[int] = set()
        self._numbers = dict(_FIRST_NUMBERS)
        self._last: dict[int, datetime] = {}  # what follows from a delivery comes after it

    def run(self) -> None:
        """Works on everything that waits, and on what follows from it."""
        for row in _waiting().filter(case=None):  # what a reporter hears back: no case waits for it
            number = self._number(row, row.created_at)
            _change(row, state=State.PROVED, proof_place=PLACES[row.channel], proof_id=number, proved_at=row.created_at)
        while rows := list(_waiting().filter(case__isnull=False).exclude(case_id__in=self.left)):
            self._deliver(rows)

    def put_in_inboxes(self, case: int) -> None:
        """The Tasks of one case that waits otherwise: they were there before the next thing happened."""
        self._deliver(_waiting().filter(case_id=case, channel="open_dental.task"))

    def _deliver(self, rows: Iterable[Delivery]) -> None:
        begun: dict[int, int] = {}
        for row in rows:
            if row.purpose == Purpose.CARD and not _waiting().filter(pk=row.pk).exists():
                continue  # what arrived just before closed the case, and a newer message says so
            if row.purpose in QUIET_PURPOSES:  # after every step, so there at once, or the next step were earlier
                seconds = begun.get(row.case_pk, 0)
            else:
                seconds = begun[row.case_pk] = begun.get(row.case_pk, _FIRST_SECONDS - _NEXT_SECONDS) + _NEXT_SECONDS
            at = max(row.created_at + timedelta(seconds=seconds), self._last.get(row.case_pk, row.created_at))
            self._last[row.case_pk] = at
            if row.channel == "open_dental.task" and not row.payload["to_user_num"]:
                leave_to_hand(row, _NO_INBOX, at)
            else:
                prove(row, self._number(row, at), at)

    def _number(self, row: Delivery, at: datetime) -> str:
        if row.channel == "open_dental.task_close":
            return str(row.payload["TaskNum"])
        if row.channel not in self._numbers:
            return f"{int(at.timestamp())}.{row.pk % 1_000_000:06d}"  # Slack's own kind of id
        self._numbers[row.channel] += 1 + row.case_pk % 7
        return str(self._numbers[row.channel])


def prove(row: Delivery, number: str, at: datetime) -> None:
    """The other system had it at `at`, under this number."""
    with transaction.atomic():
        _change(row, state=State.PROVED, proof_place=PLACES[row.channel], proof_id=number, proved_at=at, sent_at=at)
        actions.perform(command=_proved(row, number), by=AMENDS, case=row.case_pk, at=at)


def leave_to_hand(row: Delivery, why: str, at: datetime) -> None:
    """It could not be delivered, so a person is asked."""
    with transaction.atomic():
        _change(row, state=State.BY_HAND, why=why, last_error=why)
        command = c.DeliveryByHand(marker=row.marker, purpose=Purpose(row.purpose), about=row.about, why=why)
        actions.perform(command=command, by=AMENDS, case=row.case_pk, at=at)


def paste(row: Delivery, by: Actor, number: str, at: datetime) -> actions.Done:
    """A person did it and says so."""
    with transaction.atomic():
        _change(
            row,
            state=State.PROVED,
            proof_place=PLACES[row.channel],
            proof_id=number,
            proved_at=at,
            proved_by=int(by.id),
        )
        command = _proved(row, number, pasted=True)
        return actions.perform(command=command, by=by, case=row.case_pk, at=at)


def wait_from(now: datetime) -> None:
    """What still waits is as good as written now: nobody has had the time to work on it."""
    _waiting().update(created_at=now, due_at=now)


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=State.WAITING).order_by("id")


def _change(row: Delivery, **changes: object) -> None:
    Delivery.objects.filter(pk=row.pk).update(attempts=1, **changes)


def _proved(row: Delivery, number: str, *, pasted: bool = False) -> c.DeliveryProved:
    return c.DeliveryProved(
        marker=row.marker,
        purpose=Purpose(row.purpose),
        about=row.about,
        place=PLACES[row.channel],
        id=number,
        pasted=pasted,
        why=row.why if pasted else row.note,
        patient=row.chart_of,
    )
