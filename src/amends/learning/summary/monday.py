"""Monday at half past seven: the page's numbers of last week, in Slack; by e-mail where there is no Slack.

Counts, coded keys and names of offices, and nothing else. Written once, however many look (docs/integrations/slack.md).
"""

from collections import Counter
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from amends import clock
from amends.deliveries import nudges
from amends.deliveries.models import Delivery
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound.notices import group_zone, week_by_email, write_week
from amends.integrations.slack.outbound.summary import CauseCount, OfficeCount, StepCount, Week
from amends.learning.summary.period import Period, last_week
from amends.learning.summary.reckoning import changes_for, reckon
from amends.learning.summary.words import STEP_NAMES
from amends.practice.directory import Directory, directory
from amends.practice.entries import PersonEntry
from amends.protocol.words import Purpose, Role

_MONDAY_AT = time(7, 30)
_STILL_NEWS = timedelta(days=2)  # after a weekend without power the summary comes later, or not at all
_MOST_OFFICES = 20


def tell_the_week(now: datetime | None = None) -> bool:
    """Has the leaders told of last week where it is time; True when there was something to write."""
    at, known = now or clock.now(), directory()
    zone = group_zone(known)
    today = at.astimezone(zone).date()
    period = last_week(today)
    monday = period.last + timedelta(days=1)
    due = datetime.combine(monday, _MONDAY_AT, zone)
    if not due <= at < due + _STILL_NEWS:
        return False
    marker = f"summary:{monday}"
    leaders = [person for key, person in known.people.items() if Role.LEADER in known.group_roles_of(key)]
    if SlackWorkspace.objects.exists():
        if Delivery.objects.filter(marker=marker).exists():
            return False
        return write_week(marker, week_of(period, known, at), [person.email for person in leaders], at)
    return _by_email(marker, period, known, leaders, at)


def week_of(period: Period, known: Directory, at: datetime) -> Week:
    """The numbers of the page, as they may leave the house."""
    reckoned = reckon(period, None, group_zone(known), at)
    numbers = reckoned.of()
    counts = Counter(row.office for row in reckoned.rows)
    offices = sorted((-cases, known.offices[str(key)].name) for key, cases in counts.items())
    return Week(
        first=period.first,
        cases=numbers.cases,
        minutes_to_contact=numbers.minutes_to_contact,
        late=numbers.late,
        fixed=numbers.fixed,
        came_back=numbers.came_back,
        replies=numbers.replies,
        twice=numbers.twice,
        held=numbers.held,
        did_not_hold=numbers.did_not_hold,
        causes=tuple(
            CauseCount(cause=key, cases=cases, changes=len(changes_for(key, None, at))) for key, cases in numbers.causes
        ),
        steps=tuple(
            StepCount(name=STEP_NAMES[one.step], on_time=one.on_time, late=one.late, not_yet=one.not_yet)
            for one in numbers.steps
        ),
        offices=tuple(OfficeCount(name=name, cases=-cases) for cases, name in offices[:_MOST_OFFICES]),
        more_offices=max(0, len(offices) - _MOST_OFFICES),
    )


def _by_email(marker: str, period: Period, known: Directory, leaders: list[PersonEntry], at: datetime) -> bool:
    """One e-mail for each leader: where one address is refused, the others still hear of it."""
    waiting = [person for person in leaders if person.email] if settings.EMAIL_HOST else []
    written = set(Delivery.objects.filter(marker__startswith=f"{marker}:").values_list("marker", flat=True))
    waiting = [person for person in waiting if f"{marker}:{person.id}" not in written]
    if not waiting:
        return False
    week = week_of(period, known, at)
    with transaction.atomic():
        for person in waiting:
            defaults = {
                "channel": "email",
                "purpose": Purpose.SUMMARY.value,
                "about": 0,
                "payload": week_by_email(week, [person.email]),
                "created_at": at,
                "due_at": at,
            }
            Delivery.objects.get_or_create(marker=f"{marker}:{person.id}", defaults=defaults)
        nudges.nudge()
    return True
