"""Messages that belong to no case: each is one row with a key of its own, so it is written once and sent once.

The same promise as for deliveries: what may have arrived is looked for, and never just sent again.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from pydantic import TypeAdapter

from amends import clock
from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    RetryAfter,
    UnknownOutcome,
)
from amends.deliveries.telling import LEADERS
from amends.integrations.slack.answers import TROUBLE, error_of
from amends.integrations.slack.channel import EVENT_TYPE, SlackMessage, client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user
from amends.practice.directory import Directory, directory

from .messages import Body, day_body, week_body
from .models import SlackNotice, SlackTaste, SlackTrouble
from .pace import take_turn, wait_as_told
from .places import PERSON, place_of
from .quiet import after_quiet_hours
from .summary import Day, Week, day_for, week_before

log = structlog.get_logger(__name__)

_MONDAY_AT = time(7, 30)
_STILL_NEWS = timedelta(days=2)  # after a weekend without power the summary comes later, or not at all
_AGAIN_AFTER = timedelta(minutes=5)
_State = SlackNotice.State
_WEEK: TypeAdapter[Week] = TypeAdapter(Week)
_DAY: TypeAdapter[Day] = TypeAdapter(Day)


def keep_notices(now: datetime | None = None) -> bool:
    """Writes down what is due, and sends what waits; True when there was something to send."""
    if not SlackWorkspace.objects.exists():
        return False
    at = now or clock.now()
    _write_summary(at)
    _write_digests(at)
    return _send_next(at)


def group_zone(known: Directory) -> ZoneInfo:
    """The zone in which most of the group's offices are; of several, the first by name."""
    zones = [office.calendar.zone for office in known.offices.values() if office.is_active]
    return ZoneInfo(max(sorted(set(zones)), key=zones.count)) if zones else ZoneInfo("UTC")


# --- what is due -------------------------------------------------------------------------------------------------


def _write_summary(at: datetime) -> None:
    known = directory()
    zone = group_zone(known)
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    due = datetime.combine(monday, _MONDAY_AT, zone)
    key = f"summary:{monday}"
    if not due <= at < due + _STILL_NEWS or SlackNotice.objects.filter(key=key).exists():
        return
    week = week_before(monday, zone, known)
    _write(key, LEADERS, {"week": _WEEK.dump_python(week, mode="json")}, at, at)


def _write_digests(at: datetime) -> None:
    known = directory()
    for taste in SlackTaste.objects.filter(how=SlackTaste.How.DAILY, person__is_active=True):
        person = str(taste.person_id)
        zone = known.zone_of(person)
        local = at.astimezone(zone)
        key = f"digest:{person}:{local.date()}"
        if local.time() < taste.daily_at or SlackNotice.objects.filter(key=key).exists() or slack_user(person) is None:
            continue
        earlier = SlackNotice.objects.filter(key__startswith=f"digest:{person}:").order_by("-created_at").first()
        since = earlier.created_at if earlier else at - timedelta(days=1)
        day = day_for(person, since, at, known)
        payload = {"day": _DAY.dump_python(day, mode="json")}
        # A day without a case is written down too, so that the next one begins here; but nobody is told.
        state = _State.WAITING if day.cases else _State.SENT
        _write(key, f"{PERSON}{person}", payload, at, after_quiet_hours(taste, at, zone), state)


def _write(
    key: str, target: str, payload: dict[str, object], at: datetime, due_at: datetime, state: str = _State.WAITING
) -> None:
    """Once, also where two processes come to it together."""
    defaults = {"target": target, "payload": payload, "created_at": at, "due_at": due_at, "state": state}
    SlackNotice.objects.get_or_create(key=key, defaults=defaults)


# --- sending -----------------------------------------------------------------------------------------------------


def _send_next(at: datetime) -> bool:
    # Whoever was sending has died: it may have arrived.
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    SlackNotice.objects.filter(state=_State.SENDING, sent_at__lt=at - lease).update(state=_State.UNKNOWN)
    row = (
        SlackNotice.objects.filter(state__in=(_State.WAITING, _State.UNKNOWN), due_at__lte=at)
        .order_by("due_at")
        .first()
    )
    if row is None:
        return False
    ours = SlackNotice.objects.filter(pk=row.pk, state=row.state, due_at=row.due_at)
    if row.state == _State.UNKNOWN:
        if ours.update(due_at=at + lease):
            _look(row, at)
    elif ours.update(state=_State.SENDING, sent_at=at):
        row.sent_at = at
        _deliver(row, at)
    return True


def _deliver(row: SlackNotice, at: datetime) -> None:
    try:
        ts = _post(row)
    except UnknownOutcome as unknown:
        _settle(row, _State.UNKNOWN, at + timedelta(seconds=settings.SETTLE_SECONDS), unknown)
    except (RetryAfter, OfficeOffline) as later:
        seconds = later.seconds if isinstance(later, RetryAfter) else None
        _later(row, later, at, timedelta(seconds=seconds) if seconds is not None else _AGAIN_AFTER)
    except Configuration as refused:
        SlackTrouble.objects.get_or_create(target=row.target, defaults={"says": str(refused)[:300], "since": at})
        _later(row, refused, at, _AGAIN_AFTER)  # it may be mended within the day
    except DeliveryError as refused:
        log.error("slack.notice_refused", key=row.key, why=str(refused))
        _settle(row, _State.GIVEN_UP, at, refused)
    else:
        SlackTrouble.objects.filter(target=row.target).delete()
        _sent(row, ts)


def _look(row: SlackNotice, at: datetime) -> None:
    try:
        place = place_of(row.target)
        item = Outgoing(row.key, "slack.message", place.workspace.key, {"channel": place.channel}, row.sent_at)
        found = SlackMessage().find(item)
    except CannotTell as cannot:
        log.warning("slack.notice_unknown", key=row.key)
        _settle(row, _State.GIVEN_UP, at, cannot)  # it may be there, and nobody needs it twice
    except DeliveryError as error:
        _later(row, error, at, _AGAIN_AFTER, state=_State.UNKNOWN)
    else:
        if found is not None:
            _sent(row, found.id)
        else:
            _settle(row, _State.WAITING, at)  # looked for when it could no longer arrive


def _post(row: SlackNotice) -> str:
    place, body = place_of(row.target), _body(row)
    take_turn(place.channel, place.workspace.pace_seconds)
    try:
        posted = client_of(place.workspace).chat_postMessage(
            channel=place.channel,
            text=body.text,
            blocks=body.blocks,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"marker": row.key}},
        )
    except TROUBLE as trouble:
        error = error_of(trouble)
        if isinstance(error, RetryAfter) and error.seconds is not None:
            wait_as_told(place.channel, error.seconds)
        raise error from None
    return str(posted.get("ts") or "")


def _body(row: SlackNotice) -> Body:
    if "week" in row.payload:
        return week_body(_WEEK.validate_python(row.payload["week"]), f"{settings.BASE_URL}/cases")
    return day_body(_DAY.validate_python(row.payload["day"]), f"{settings.BASE_URL}/cases")


def _later(row: SlackNotice, error: DeliveryError, at: datetime, pause: timedelta, state: str = _State.WAITING) -> None:
    given_up = at - row.created_at > timedelta(seconds=settings.GIVE_UP_SECONDS)
    _settle(row, _State.GIVEN_UP if given_up else state, at + pause, error)


def _settle(row: SlackNotice, state: str, due_at: datetime, error: DeliveryError | None = None) -> None:
    SlackNotice.objects.filter(pk=row.pk).update(state=state, due_at=due_at, last_error=str(error or "")[:300])


def _sent(row: SlackNotice, ts: str) -> None:
    SlackNotice.objects.filter(pk=row.pk).update(state=_State.SENT, ts=ts, last_error="")
