"""What leaders hear of no single case: the day of whoever wants one message a day, and Monday's summary.

Each is a delivery with a marker of its own (`summary:2026-03-09`), so that however many look, it is written once. The
numbers of the summary are reckoned in `amends.learning.summary`, which has it written here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from amends import clock
from amends.deliveries.telling import LEADERS
from amends.deliveries.ways import write_once
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user
from amends.practice.directory import Directory, directory
from amends.protocol.words import Purpose

from .messages import day_lines, week_lines
from .models import SlackTaste
from .places import PERSON
from .quiet import after_quiet_hours
from .summaries import CHANNEL, DAYS, WEEKS
from .summary import Week, day_for


def keep_notices(now: datetime | None = None) -> bool:
    """Writes down what is due; True when there was something."""
    if not SlackWorkspace.objects.exists():
        return False
    at = now or clock.now()
    wrote = [_write_digest(taste, at) for taste in _daily()]
    return any(wrote)


def write_week(marker: str, week: Week, leaders: Sequence[str], at: datetime) -> bool:
    """Has the leaders' channel told of the week; where Slack does not take it, these addresses are by e-mail."""
    payload = {"week": WEEKS.dump_python(week, mode="json"), **week_by_email(week, leaders)}
    return _write(marker, LEADERS, payload, at, at)


def week_by_email(week: Week, addresses: Sequence[str]) -> dict[str, Any]:
    """The payload of an e-mail that says the same."""
    return _by_email("The week: upset patients", week_lines(week), addresses, "summary")


def group_zone(known: Directory) -> ZoneInfo:
    """The zone in which most of the group's offices are; of several, the first by name."""
    zones = [office.calendar.zone for office in known.offices.values() if office.is_active]
    return ZoneInfo(max(sorted(set(zones)), key=zones.count)) if zones else ZoneInfo("UTC")


def _daily() -> list[SlackTaste]:
    return list(SlackTaste.objects.filter(how=SlackTaste.How.DAILY, person__is_active=True).select_related("person"))


def keep_taste(taste: SlackTaste, now: datetime | None = None) -> None:
    """Saves how somebody wants to hear of cases, and of each they hear once.

    Whoever leaves the daily message gets what waited for it as the last one; whoever begins with it hears in it of what
    is addressed from then on.
    """
    at, daily = now or clock.now(), SlackTaste.How.DAILY
    with transaction.atomic():
        before = SlackTaste.objects.select_for_update().filter(person_id=taste.person_id).first()
        was_daily = before is not None and before.how == daily
        if before and was_daily and taste.how != daily and _is_reached(before):
            _write_day(before, at)
        taste.told_at = before.told_at if before and was_daily and taste.how == daily else at
        taste.save()


def _write_digest(taste: SlackTaste, at: datetime) -> bool:
    zone = directory().zone_of(str(taste.person_id))
    local = at.astimezone(zone)
    today = datetime.combine(local.date(), taste.daily_at, zone).astimezone(UTC)
    if at < today or (taste.told_at and taste.told_at >= today) or not _is_reached(taste):
        return False
    with transaction.atomic():
        return _write_day(taste, at)


def _is_reached(taste: SlackTaste) -> bool:
    return bool(slack_user(str(taste.person_id)) or (settings.EMAIL_HOST and taste.person.email))


def _write_day(taste: SlackTaste, at: datetime) -> bool:
    """The message of what was addressed since the last one; False where there is nothing, or another was quicker."""
    known, person, since = directory(), str(taste.person_id), taste.told_at or at - timedelta(days=1)
    ours = SlackTaste.objects.filter(pk=taste.pk, told_at=taste.told_at, how=taste.how).update(told_at=at)
    day = day_for(person, since, at, known)
    # After a day without a case the next one begins here as well; but nobody is told.
    if not ours or not day.cases:
        return False
    payload = {
        "day": DAYS.dump_python(day, mode="json"),
        **_by_email("Today: upset patients", day_lines(day), [taste.person.email]),
    }
    due_at = after_quiet_hours(taste, at, known.zone_of(person))
    return _write(f"digest:{person}:{since:%y%m%d%H%M%S}", f"{PERSON}{person}", payload, at, due_at)


def _by_email(subject: str, lines: Sequence[str], addresses: Sequence[str], page: str = "cases") -> dict[str, Any]:
    """The same in an e-mail, for when Slack does not take it: no more is said there than in Slack."""
    text = "\n".join([*lines, f"{settings.BASE_URL}/{page}"])
    return {"subject": subject, "text": text, "to": [address for address in addresses if address]}


def _write(marker: str, target: str, payload: dict[str, Any], at: datetime, due_at: datetime) -> bool:
    payload = {**payload, "due": due_at.isoformat()}
    return write_once(marker, CHANNEL, target, Purpose.SUMMARY, payload, now=at, due=due_at)
