"""One row for each thing that must reach another system. The row is the truth; threads and queues are only nudges."""

from django.db import models
from django.db.models import BooleanField, F, Func, Q

from amends.cases.models import CaseRow
from amends.deliveries.channel import Outgoing
from amends.practice.models import Office, Person
from amends.protocol.values import Patient
from amends.protocol.words import CHART_PURPOSES, MINOR_PURPOSES
from amends.sealing import SealedJSONField


class State(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    PROVED = "proved"
    UNKNOWN = "unknown"
    BY_HAND = "by_hand"
    WITHDRAWN = "withdrawn"


MOVING = (State.WAITING, State.SENDING, State.UNKNOWN)
UNFINISHED = (*MOVING, State.BY_HAND)
LEASABLE = (State.WAITING, State.UNKNOWN)


class _InStates(Func):
    output_field = BooleanField()


def in_states(*states: models.TextChoices) -> Func:
    """ "In one of these states", in the very words of a partial index's condition.

    SQLite does not see the condition of an index in bound parameters, and would read every delivery there ever was.
    """
    words = ", ".join(f"'{state.value}'" for state in states)
    return _InStates(F("state"), template=f"%(expressions)s IN ({words})")


class Delivery(models.Model):
    """See `docs/architecture.md`, Deliveries.

    `note` says why a channel was exchanged. `why` says why a person is asked or why it was withdrawn; on a row that is
    sending or unknown it says that it is no longer needed, so that it is not sent again if it did not arrive.

    What belongs to no case has no `case`, a marker that whoever writes it makes (`summary:2026-03-09`), and a hearer
    (`endings.py`). It waits for no other. Without an `office` it is the whole group's and asks nobody by hand.
    """

    case = models.ForeignKey(CaseRow, null=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, db_index=False)
    no = models.PositiveIntegerField(default=0)
    marker = models.CharField(max_length=32, unique=True)
    channel = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=16)
    about = models.PositiveIntegerField()
    payload = SealedJSONField()  # its texts name the patient
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=22, blank=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    note = models.TextField(blank=True)
    why = models.TextField(blank=True)
    proof_place = models.CharField(max_length=40, blank=True)
    proof_id = models.CharField(max_length=120, blank=True)
    proof_link = models.TextField(blank=True)
    proved_at = models.DateTimeField(null=True)
    proved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "no"), name="delivery_once"),)
        indexes = (
            models.Index(fields=("due_at",), condition=Q(state__in=("waiting", "unknown")), name="delivery_due"),
            models.Index(fields=("leased_until",), condition=Q(state__in=("sending",)), name="delivery_leased"),
            models.Index(
                fields=("office", "id"),
                condition=Q(state__in=("waiting", "sending", "unknown", "by_hand")),
                name="delivery_unfinished",
            ),
        )

    def __str__(self) -> str:
        return self.marker

    @property
    def outgoing(self) -> Outgoing:
        """What a channel sees of this row."""
        return Outgoing(
            marker=self.marker, channel=self.channel, target=self.target, payload=self.payload, sent_at=self.sent_at
        )

    @property
    def case_pk(self) -> int:
        """The case to which it belongs, for whoever knows that it has one. Raises `LookupError`."""
        if self.case_id is None:
            raise LookupError(f"{self.marker} belongs to no case.")
        return self.case_id

    @property
    def chart_of(self) -> Patient | None:
        """The patient in whose chart this writes; None for what goes elsewhere."""
        if self.purpose not in CHART_PURPOSES:
            return None
        return Patient(self.target, self.payload["PatNum"], self.payload["name"])

    @property
    def is_minor(self) -> bool:
        """Whether a person may leave it until there is time: no case waits for it."""
        return self.purpose in MINOR_PURPOSES

    @property
    def was_never_sent(self) -> bool:
        """Whether Amends has not tried at all: it waits for a person's word before it writes."""
        return self.attempts == 0 and self.sent_at is None

    @property
    def paste_text(self) -> str:
        """The ready text for a person who does it by hand."""
        return str(self.payload.get("text", ""))


class Outage(models.Model):
    """A time in which nothing of Amends ran: what became late in it is told to each person once (`outages.py`)."""

    began_at = models.DateTimeField(unique=True)
    ended_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class OutageTold(models.Model):
    """Who has heard of an outage: `person 12`, `role leader`, or a conversation in Slack: `place channel:7`."""

    outage = models.ForeignKey(Outage, on_delete=models.CASCADE, related_name="told")
    hearer = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("outage", "hearer"), name="outage_told_once"),)

    def __str__(self) -> str:
        return f"{self.outage_id} {self.hearer}"


class Pulse(models.Model):
    """Something that is done for the whole group by one of its processes, and when: see `pulses.py`."""

    name = models.CharField(max_length=40, primary_key=True)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(default=0)  # problems at the last time, or why it came to nothing

    def __str__(self) -> str:
        return self.name
