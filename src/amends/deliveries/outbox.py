"""Messages of the protocol become delivery rows, in the transaction of the event that caused them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from amends.cases.models import CaseRow
from amends.deliveries.models import UNFINISHED, Delivery, State
from amends.deliveries.telling import CHANNEL, SlackMessage, Told, leaders_are_on_slack, leaders_payload, slack_messages
from amends.practice.directory import NO_USER, Directory, OfficeEntry
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.messages import (
    ChartNote,
    ChartPopup,
    CloseTask,
    LeadersMessage,
    Message,
    Rechart,
    TaskMessage,
    Withdraw,
)
from amends.protocol.policy import Policy
from amends.protocol.wording import chart_text, close_text, leaders_text, popup_text, task_text
from amends.protocol.words import Role, Way

# Open Dental's own spelling of the ways (open-dental-api.md 3.1).
_MODE = {
    None: "None",
    Way.IN_PERSON: "In Person",
    Way.PHONE: "Phone",
    Way.VOICEMAIL: "Phone",
    Way.VIDEO: "None",
    Way.TEXT: "Text",
    Way.EMAIL: "Email",
    Way.LETTER: "Mail",
}


@dataclass(frozen=True)
class _Desk:
    """What every message of one event needs to be written down."""

    row: CaseRow
    office: OfficeEntry
    known: Directory
    policy: Policy
    now: datetime
    told: Told


_Telling = ChartNote | TaskMessage | CloseTask | ChartPopup | LeadersMessage | SlackMessage


def write(
    row: CaseRow,
    messages: Sequence[Message],
    *,
    case: Case,
    events: Sequence[Event],
    known: Directory,
    policy: Policy,
    now: datetime,
) -> int:
    """Writes a delivery row for each message and withdraws what is no longer needed; returns how many are new.

    `case` is the case with `events` in it, which are those of one command; `messages` are what they mean for others.
    """
    office = known.offices[str(row.office_id)]
    told = Told(
        row=row, office=office, known=known, policy=policy, case=case, events=events, messages=messages, now=now
    )
    desk = _Desk(row=row, office=office, known=known, policy=policy, now=now, told=told)
    telling: list[_Telling] = []
    for message in messages:
        match message:
            case Withdraw():
                _withdraw(row, message)
            case Rechart():
                _rechart(row, message)
            case _:
                telling.append(message)
    telling += slack_messages(told)
    if not telling:
        return 0
    last = 0
    if row.version > 1:
        last = Delivery.objects.filter(case=row).aggregate(last=Max("no"))["last"] or 0
    Delivery.objects.bulk_create([_delivery(desk, message, last + n) for n, message in enumerate(telling, start=1)])
    return len(telling)


def _withdraw(row: CaseRow, message: Withdraw) -> None:
    """Under the case's lock. What may have left is only marked: it ends withdrawn if it turns out not to be there."""
    stale = Delivery.objects.filter(case=row, purpose__in=[purpose.value for purpose in message.purposes])
    stale.filter(state__in=(State.WAITING, State.BY_HAND)).update(state=State.WITHDRAWN, why=message.why)
    stale.filter(state__in=(State.SENDING, State.UNKNOWN)).update(why=message.why)


def _rechart(row: CaseRow, message: Rechart) -> None:
    """Under the case's lock. One by one: what a payload holds is sealed."""
    patient = message.patient
    for delivery in Delivery.objects.filter(case=row, state__in=UNFINISHED, target=patient.database):
        if delivery.payload.get("PatNum"):
            delivery.payload = {**delivery.payload, "PatNum": patient.pat_num}
            delivery.save(update_fields=["payload"])


def _delivery(desk: _Desk, message: _Telling, no: int) -> Delivery:
    marker = f"{desk.row.number}.{no}"
    held = ""
    match message:
        case ChartNote():
            channel, target, payload = _chart(desk, message, marker)
            held = message.held
        case TaskMessage():
            channel, target, payload = _task(desk, message, marker)
        case CloseTask():
            channel, target, payload = _close(desk, message, marker)
        case ChartPopup():
            channel, target, payload = _popup(desk, message, marker)
        case SlackMessage():
            channel, target, payload = CHANNEL, message.target, message.payload
        case _:
            channel, target, payload = _leaders(desk, message)
    return Delivery(
        case=desk.row,
        office_id=desk.row.office_id,
        no=no,
        marker=marker,
        channel=channel,
        target=target,
        purpose=message.purpose.value,
        about=message.about,
        payload=payload,
        state=State.BY_HAND if held else State.WAITING,
        why=held,
        created_at=desk.now,
        due_at=(message.due_at if isinstance(message, SlackMessage) else None) or desk.now,
    )


def _chart(desk: _Desk, note: ChartNote, marker: str) -> tuple[str, str, dict[str, Any]]:
    channel = "open_dental.clinical_note" if note.clinical else "open_dental.commlog"
    return (
        channel,
        note.patient.database,
        {
            "PatNum": note.patient.pat_num,
            "name": note.patient.name,
            "text": chart_text(note, marker, desk.office.zone, desk.policy),
            "at": note.at.astimezone(UTC).isoformat(),
            "zone": desk.office.calendar.zone,
            "Mode_": _MODE[note.way],
            "SentOrReceived": "Received" if note.from_patient else "Sent",
        },
    )


def _task(desk: _Desk, task: TaskMessage, marker: str) -> tuple[str, str, dict[str, Any]]:
    person = desk.known.people.get(task.to.id)
    user = person.user_in(desk.office.open_dental) if person else NO_USER
    # A number of another database means nothing here.
    here = task.patient if task.patient and task.patient.database == desk.office.open_dental else None
    return (
        "open_dental.task",
        desk.office.open_dental,
        {
            "PatNum": here.pat_num if here else 0,
            "headline": task.headline[:255],
            "text": task_text(task, desk.row.number, marker, desk.office.zone, desk.policy),
            "to": task.to.name,
            "to_user_num": user.UserNum,
            "inbox": user.TaskListInBox,
        },
    )


def _close(desk: _Desk, close: CloseTask, marker: str) -> tuple[str, str, dict[str, Any]]:
    text = close_text(close, desk.row.number, marker, desk.office.zone, desk.policy)
    return "open_dental.task_close", desk.office.open_dental, {"TaskNum": int(close.task), "text": text}


def _popup(desk: _Desk, popup: ChartPopup, marker: str) -> tuple[str, str, dict[str, Any]]:
    return (
        "open_dental.popup",
        popup.patient.database,
        {
            "PatNum": popup.patient.pat_num,
            "name": popup.patient.name,
            "text": popup_text(popup, desk.row.number, marker),
            "ends": popup.ends.astimezone(UTC).isoformat(),
            "zone": desk.office.calendar.zone,
        },
    )


def _leaders(desk: _Desk, message: LeadersMessage) -> tuple[str, str, dict[str, Any]]:
    number = desk.row.number
    link = f"{settings.BASE_URL}/cases/{number}"
    on_slack = leaders_are_on_slack(desk.office)
    return (
        CHANNEL if on_slack else "slack.message",
        "leaders",
        {
            **(leaders_payload(desk.told) if on_slack else {}),
            "text": leaders_text(message, number, desk.office.name, desk.policy, link),
            "subject": f"{number} · {desk.office.name}",
            # All of them, also who is away: this is news and asks for nothing.
            "to": [leader.email for leader in desk.known.holders(Role.LEADER, desk.office)],
        },
    )
