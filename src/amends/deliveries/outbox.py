"""Messages of the protocol become delivery rows, in the transaction of the event that caused them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from amends.cases.models import CaseRow
from amends.deliveries import outages
from amends.deliveries.models import UNFINISHED, Delivery, Outage, State
from amends.deliveries.telling import (
    CHANNEL,
    ROOTS,
    SlackMessage,
    Told,
    by_email_from,
    leaders_payload,
    link_to,
    slack_channels,
    slack_messages,
    slack_user,
)
from amends.deliveries.ways import PERSON, Direct, by_email_instead, direct
from amends.practice.directory import NO_USER, Directory
from amends.protocol.case import Case
from amends.protocol.events import Event
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
    case: Case
    events: Sequence[Event]
    messages: Sequence[Message]
    policy: Policy
    outage: Outage | None = None


_Telling = ChartNote | TaskMessage | CloseTask | ChartPopup | Direct | LeadersMessage | SlackMessage


def write(posts: Sequence[Post], *, known: Directory, now: datetime) -> int:
    """Writes a delivery row for each message and withdraws what is no longer needed; returns how many are new."""
    _withdraw(posts)
    channels = slack_channels([known.offices[key] for key in {str(post.row.office_id) for post in posts}])
    telling: list[tuple[Told, _Telling]] = []
    for post in posts:
        desk = _desk(post, known, channels.get(str(post.row.office_id), ()), now)
        for message in desk.messages:
            match message:
                case Withdraw():
                    pass  # done for all of them at once
                case Rechart():
                    _rechart(post.row, message)
                case LeadersMessage(to=Role.ADMINISTRATOR):
                    telling += ((desk, one) for one in _to_administrators(desk, message))
                case PageMessage():
                    person = known.people[message.to.id]
                    telling += ((desk, one) for one in direct(message, person, post.row.number, desk.office.name))
                case _:
                    telling.append((desk, message))
        telling += ((desk, one) for one in slack_messages(desk))
        telling += ((desk, one) for one in by_email_instead(desk))
    numbers = _last_numbers({desk.row.pk for desk, _ in telling if desk.row.version > 1})
    new = []
    for desk, one in telling:
        no = numbers[desk.row.pk] = numbers.get(desk.row.pk, 0) + 1
        new.append(_delivery(desk, one, no))
    Delivery.objects.bulk_create(new)
    return len(new)


def _desk(post: Post, known: Directory, channels: Sequence[str], now: datetime) -> Told:
    office = known.offices[str(post.row.office_id)]
    messages = post.messages
    if post.outage:
        messages = outages.told_once(messages, post.outage, office.zone)
    return Told(
        row=post.row,
        office=office,
        known=known,
        policy=post.policy,
        case=post.case,
        events=post.events,
        messages=messages,
        channels=channels,
        now=now,
        outage=post.outage,
    )


def _last_numbers(cases: set[int]) -> dict[int, int]:
    """case → the number of its last delivery; new cases have none and are not asked for."""
    if not cases:
        return {}
    rows = Delivery.objects.filter(case__in=cases).order_by()
    return dict(rows.values_list("case_id").annotate(last=Max("no")))


def _withdraw(posts: Sequence[Post]) -> None:
    """Under the cases' locks. What may have left is only marked: it ends withdrawn if it turns out not to be there."""
    cases: dict[Withdraw, list[int]] = {}
    for post in posts:
        for message in post.messages:
            if isinstance(message, Withdraw):
                cases.setdefault(message, []).append(post.row.pk)
    for message, rows in cases.items():
        stale = Delivery.objects.filter(case__in=rows, purpose__in=[purpose.value for purpose in message.purposes])
        stale.filter(state__in=(State.WAITING, State.BY_HAND)).update(state=State.WITHDRAWN, why=message.why)
        stale.filter(state__in=(State.SENDING, State.UNKNOWN)).update(why=message.why)


def _rechart(row: CaseRow, message: Rechart) -> None:
    """Under the case's lock. One by one: what a payload holds is sealed."""
    patient = message.patient
    for delivery in Delivery.objects.filter(case=row, state__in=UNFINISHED, target=patient.database):
        if delivery.payload.get("PatNum"):
            delivery.payload = {**delivery.payload, "PatNum": patient.pat_num}
            delivery.save(update_fields=["payload"])


def _delivery(desk: Told, message: _Telling, no: int) -> Delivery:
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


def _chart(desk: Told, note: ChartNote, marker: str) -> tuple[str, str, dict[str, Any]]:
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


def _task(desk: Told, task: TaskMessage, marker: str) -> tuple[str, str, dict[str, Any]]:
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


def _close(desk: Told, close: CloseTask, marker: str) -> tuple[str, str, dict[str, Any]]:
    text = close_text(close, desk.row.number, marker, desk.office.zone, desk.policy)
    return "open_dental.task_close", desk.office.open_dental, {"TaskNum": int(close.task), "text": text}


def _popup(desk: Told, popup: ChartPopup, marker: str) -> tuple[str, str, dict[str, Any]]:
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


def _to_administrators(desk: Told, message: LeadersMessage) -> Iterator[Direct | LeadersMessage]:
    """By every way that is set up: Slack to whom it knows, and one e-mail. Where there is none, My work tells them."""
    for person in desk.known.holders(Role.ADMINISTRATOR, desk.office):
        if user := slack_user(person.id):
            words = {"person": person.name, "text": _line(desk, message), "channel": user}
            yield Direct(message.purpose, message.about, "slack.message", words)
    if settings.EMAIL_HOST:
        yield message


def _line(desk: Told, message: LeadersMessage) -> str:
    number = desk.row.number
    return leaders_text(message, number, desk.office.name, desk.policy, link_to(number))


def _leaders(desk: Told, message: LeadersMessage) -> tuple[str, str, dict[str, Any]]:
    payload = {
        "text": _line(desk, message),
        "subject": f"{desk.row.number} · {desk.office.name}",
        # All of them, also who is away: this is news and asks for nothing.
        "to": [person.email for person in desk.known.holders(message.to, desk.office)],
    }
    if message.to is not Role.LEADER:
        return "email", "administrators", payload
    payload["by_email_from"] = by_email_from(message.purpose, desk.now)
    if message.purpose in ROOTS and desk.leaders_are_on_slack:
        return CHANNEL, "leaders", {**leaders_payload(desk), **payload}
    return "slack.message", "leaders", payload
