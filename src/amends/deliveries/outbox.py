"""Messages of the protocol become delivery rows, in the transaction of the event that caused them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from amends.cases.models import CaseRow
from amends.deliveries import outages
from amends.deliveries.models import UNFINISHED, Delivery, Outage, State
from amends.deliveries.ways import PERSON, Direct, direct
from amends.practice.directory import NO_USER, Directory, OfficeEntry
from amends.protocol.messages import (
    ChartNote,
    ChartPopup,
    CloseTask,
    LeadersMessage,
    Message,
    PageMessage,
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
class Post:
    """What one case has to tell: messages that its newest events caused, in their order.

    `outage` is that in which it should have been told.
    """

    row: CaseRow
    messages: Sequence[Message]
    policy: Policy
    outage: Outage | None = None


@dataclass(frozen=True)
class _Desk:
    """What every message of one case needs to be written down."""

    row: CaseRow
    office: OfficeEntry
    known: Directory
    policy: Policy
    now: datetime


_Telling = ChartNote | TaskMessage | CloseTask | ChartPopup | Direct | LeadersMessage


def write(posts: Sequence[Post], *, known: Directory, now: datetime) -> int:
    """Writes a delivery row for each message and withdraws what is no longer needed; returns how many are new."""
    telling: list[tuple[Post, _Telling]] = []
    for post in posts:
        for message in _wanted(post, known):
            match message:
                case Withdraw():
                    _withdraw(post.row, message)
                case Rechart():
                    _rechart(post.row, message)
                case LeadersMessage(to=Role.ADMINISTRATOR) if not settings.EMAIL_HOST:
                    pass  # nothing reaches them but e-mail; the leaders' own message goes to a person where it has to
                case PageMessage():
                    office = known.offices[str(post.row.office_id)]
                    person = known.people[message.to.id]
                    telling += ((post, one) for one in direct(message, person, post.row.number, office.name))
                case _:
                    telling.append((post, message))
    numbers = _last_numbers({post.row.pk for post, _ in telling if post.row.version > 1})
    new = []
    for post, one in telling:
        no = numbers[post.row.pk] = numbers.get(post.row.pk, 0) + 1
        office = known.offices[str(post.row.office_id)]
        new.append(_delivery(_Desk(post.row, office, known, post.policy, now), one, no))
    Delivery.objects.bulk_create(new)
    return len(new)


def _wanted(post: Post, known: Directory) -> Sequence[Message]:
    if post.outage is None:
        return post.messages
    return outages.told_once(post.messages, post.outage, known.offices[str(post.row.office_id)].zone)


def _last_numbers(cases: set[int]) -> dict[int, int]:
    """case → the number of its last delivery; new cases have none and are not asked for."""
    if not cases:
        return {}
    rows = Delivery.objects.filter(case__in=cases).order_by()
    return dict(rows.values_list("case_id").annotate(last=Max("no")))


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
        case Direct():
            channel, target, payload = message.channel, PERSON, message.payload
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
        due_at=desk.now,
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
    number, people = desk.row.number, desk.known.holders(message.to, desk.office)
    link = f"{settings.BASE_URL}/cases/{number}"
    return (
        "slack.message" if message.to is Role.LEADER else "email",
        "leaders" if message.to is Role.LEADER else "administrators",
        {
            "text": leaders_text(message, number, desk.office.name, desk.policy, link),
            "subject": f"{number} · {desk.office.name}",
            # All of them, also who is away: this is news and asks for nothing.
            "to": [person.email for person in people],
        },
    )
