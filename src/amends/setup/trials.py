"""The two entries of the test, a CommLog and a Task: what exactly they would be, and their way into Open Dental."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from amends.cases.policies import current_policy
from amends.deliveries.channel import Configuration, DeliveryError, Outgoing, UnknownOutcome
from amends.integrations.channels import channel
from amends.integrations.marker import TRIAL_CASE
from amends.integrations.open_dental import commlog, task
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.office import Office, speaking_to
from amends.integrations.open_dental.payloads import ChartEntry, TaskEntry, read
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol.messages import ChartNote, TaskMessage
from amends.protocol.values import Actor, Patient
from amends.protocol.wording import chart_text, task_text
from amends.protocol.words import Purpose, Role
from amends.setup.models import Trial

COMMLOG, TASK = commlog.CommLog.name, task.Task.name
_NOTE = (
    "This is a test of the connection with Amends. The patient was not upset, and nothing needs to be done. "
    "It may be deleted."
)
_ASK = "This is a test of the connection with Amends. Nothing needs to be done. Please set it to done."
_HEADLINE = "Test of Amends, please ignore"


@dataclass(frozen=True)
class LeftOut:
    """An entry that cannot be written at this office, and why."""

    what: str
    why: str


class ChangedError(DeliveryError):
    """It would no longer be what was shown, so nothing was sent."""


def prepare(office: OfficeEntry, patient: Patient, by: Person) -> list[LeftOut]:
    """Makes a new run of this patient at this office and keeps what it would write; writes nothing in Open Dental.

    What cannot be written comes back with its reason.
    """
    run = (Trial.objects.aggregate(last=Max("run"))["last"] or 0) + 1
    left_out: list[LeftOut] = []
    with transaction.atomic():
        Trial.objects.filter(sent_at__isnull=True, proof="").delete()
        rows = [
            Trial.objects.create(
                run=run, channel=name, database=office.open_dental, office=office.id, payload={}, shown={}, by=by
            )
            for name in (COMMLOG, TASK)
        ]
    for row in rows:
        try:
            row.payload = _payload(row, office, patient, by)
            row.shown = _body(row)
        except DeliveryError as wrong:
            left_out.append(LeftOut("CommLog" if row.channel == COMMLOG else "Task", str(wrong)))
            row.delete()
        else:
            row.save()
    return left_out


def current() -> list[Trial]:
    """The entries of the latest run."""
    last = Trial.objects.aggregate(last=Max("run"))["last"]
    rows = Trial.objects.filter(run=last).order_by("pk") if last else []
    return [row for row in rows if row.shown]


def send(row: Trial) -> None:
    """Writes the entry once, whatever happens; how it went stands on its row.

    After an unknown outcome it is looked for before anything is sent again, and not before the first could have
    landed (docs/decisions/0004).
    """
    now = timezone.now()
    if row.proof or (row.sent_at and now - row.sent_at < timedelta(seconds=settings.SETTLE_SECONDS)):
        return
    before = row.sent_at
    if not Trial.objects.filter(pk=row.pk, proof="", sent_at=before).update(sent_at=now, trouble=""):
        return  # another press is at it
    ours = Trial.objects.filter(pk=row.pk)
    item = Outgoing(row.marker, row.channel, row.database, row.payload, sent_at=before)
    try:
        proof = channel(row.channel).find(item) if before else None
    except DeliveryError as wrong:
        ours.update(sent_at=before, trouble=str(wrong)[:400])
        return
    try:
        if proof is None:
            if _body(row) != row.shown:
                raise ChangedError("It would look different now. Choose the patient again to see it.")
            proof = channel(row.channel).deliver(item)
    except UnknownOutcome as wrong:
        ours.update(trouble=str(wrong)[:400])
    except DeliveryError as wrong:
        ours.update(sent_at=None, trouble=str(wrong)[:400])
    else:
        ours.update(proof=proof.id, trouble="")


def proved() -> Sequence[Trial]:
    """Every entry that arrived, the latest last."""
    return list(Trial.objects.exclude(proof="").order_by("pk"))


def _body(row: Trial) -> Mapping[str, Any]:
    with speaking_to(row.database) as speaking:
        return _BODIES[row.channel](row, speaking, Budget(commlog.READING_SECONDS))


def _commlog_body(row: Trial, speaking: Office, budget: Budget) -> dict[str, object]:
    return commlog.body(speaking, read(ChartEntry, row.payload, row.marker), budget)


def _task_body(row: Trial, speaking: Office, budget: Budget) -> dict[str, object]:
    return task.body(speaking, read(TaskEntry, row.payload, row.marker), budget)


_BODIES = {COMMLOG: _commlog_body, TASK: _task_body}


def _payload(row: Trial, office: OfficeEntry, patient: Patient, by: Person) -> dict[str, Any]:
    author = Actor(id=str(by.pk), name=by.name, role=Role.ADMINISTRATOR)
    return (_note if row.channel == COMMLOG else _ask)(row, office, patient, author)


def _note(row: Trial, office: OfficeEntry, patient: Patient, author: Actor) -> dict[str, Any]:
    now = timezone.now()
    note = ChartNote(
        purpose=Purpose.ACCOUNT,
        about=0,
        patient=patient,
        clinical=False,
        text=_NOTE,
        way=None,
        from_patient=True,
        at=now,
        author=author,
    )
    return {
        "PatNum": patient.pat_num,
        "name": patient.name,
        "text": chart_text(note, row.marker, office.zone, current_policy()),
        "at": now.isoformat(),
        "zone": office.calendar.zone,
        "Mode_": "None",
        "SentOrReceived": "Received",
    }


def _ask(row: Trial, office: OfficeEntry, patient: Patient, author: Actor) -> dict[str, Any]:
    known = directory()
    manager = known.chain(office.id).office_manager
    if manager is None:
        raise Configuration(f"{office.name} has no office manager yet, so nobody would get it.")
    ask = TaskMessage(
        purpose=Purpose.TASK,
        about=0,
        to=manager,
        role=Role.OFFICE_MANAGER,
        patient=patient,
        headline=_HEADLINE,
        text=_ASK,
        author=author,
        at=timezone.now(),
    )
    user = known.people[manager.id].user_in(office.open_dental)
    return {
        "PatNum": patient.pat_num,
        "headline": ask.headline,
        "text": task_text(ask, TRIAL_CASE, row.marker, office.zone, current_policy()),
        "to": manager.name,
        "to_user_num": user.UserNum,
        "inbox": user.TaskListInBox,
        "name": patient.name,
    }
