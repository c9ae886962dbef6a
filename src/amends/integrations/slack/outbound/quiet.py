"""Quiet hours: when a message may reach somebody who does not want to be disturbed at night."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .models import SlackTaste


def after_quiet_hours(taste: SlackTaste, now: datetime, zone: ZoneInfo) -> datetime:
    """`now`, or the end of the quiet hours in which it falls."""
    begin, end = taste.quiet_from, taste.quiet_to
    if begin is None or end is None or not is_quiet(begin, end, now.astimezone(zone).time()):
        return now
    local = now.astimezone(zone)
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)


def is_quiet(begin: time, end: time, at: time) -> bool:
    """Whether the time of day lies from `begin` until `end`; over midnight where `begin` is the later one."""
    return begin <= at < end if begin <= end else at >= begin or at < end
