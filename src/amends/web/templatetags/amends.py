"""Times as people say them, in the office's zone, and labels of the policy. Builtins of every template."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from amends.protocol.wording import clock, in_hours

register = template.Library()
register.filter("clock", clock)
register.filter("in_hours", in_hours)

_A_WEEK = timedelta(days=7)
_SLACK_MESSAGE = re.compile(r"\bSlack (\d{10})\.\d{6}\b")


def spoken(moment: datetime, zone: tzinfo) -> str:
    """The moment in few words: the time alone when it is today there, the weekday within a week, else the date."""
    local, today = moment.astimezone(zone), timezone.now().astimezone(zone)
    days = (local.date() - today.date()).days
    if days == 0:
        return clock(local)
    if abs(days) < _A_WEEK.days:
        return f"{local:%a} {clock(local)}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%b} {local.day}{year}, {clock(local)}"


def exact(moment: datetime, zone: tzinfo) -> str:
    """ "Mon, Mar 2 2026, 3:15 pm EST" """
    local = moment.astimezone(zone)
    return f"{local:%a, %b} {local.day} {local.year}, {clock(local)} {local:%Z}"


def _time(moment: datetime, zone: tzinfo, words: str) -> SafeString:
    stamp = moment.astimezone(zone).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, exact(moment, zone), words)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


@register.filter
def office_time(moment: datetime | None, zone: tzinfo) -> str:
    """`{{ moment|office_time:zone }}`: the moment as it is said at the office, its exact stamp on hover."""
    return _time(moment, zone, spoken(moment, zone)) if moment else ""


@register.filter
def to_the_second(moment: datetime, zone: tzinfo) -> str:
    """`{{ page.at|to_the_second:zone }}`: "10:02:40 am" while every second counts."""
    local = moment.astimezone(zone)
    return _time(moment, zone, f"{local.hour % 12 or 12}:{local:%M:%S} {'am' if local.hour < 12 else 'pm'}")


@register.filter
def due_in(moment: datetime | None, zone: tzinfo) -> str:
    """`{{ due|due_in:zone }}`: "due in 40 min (3:15 pm)", or "late by 2 h (1:10 pm)" in the colour of lateness."""
    if moment is None:
        return ""
    at = _time(moment, zone, spoken(moment, zone))
    left = moment - timezone.now()
    if left < timedelta(0):
        return format_html('<span class="late">late by {} ({})</span>', in_hours(max(1, _minutes(-left))), at)
    if _minutes(left) == 0:
        return format_html("due now ({})", at)
    return format_html("due in {} ({})", in_hours(_minutes(left)), at)


@register.filter
def until(moment: datetime | None, zone: tzinfo) -> str:
    """`{{ ends|until:zone }}`: "today", "until Friday", "until Mar 20"; with the time where it ends within a day."""
    if moment is None:
        return ""
    local, today = moment.astimezone(zone), timezone.now().astimezone(zone).date()
    whole_days = local.time() == time.min
    last = local.date() - timedelta(days=1) if whole_days else local.date()
    at = "" if whole_days else f" {clock(local)}"
    if last <= today:
        return f"until{at}" if at else "today"
    if last - today < _A_WEEK:
        return f"until {last:%A}{at}"
    return f"until {last:%b} {last.day}{'' if last.year == today.year else f' {last.year}'}{at}"


@register.filter
def ago(moment: datetime | None) -> str:
    """`{{ moment|ago }}`: "12 min ago"; "just now" for less than a minute, and for a clock that is a little ahead."""
    if moment is None:
        return ""
    minutes = _minutes(timezone.now() - moment)
    return f"{in_hours(minutes)} ago" if minutes >= 1 else "just now"


@register.filter
def weekday(day: date, zone: tzinfo) -> str:
    """`{{ visit.day|weekday:zone }}`: "Mon, Mar 2", with the year where it is not this one there."""
    year = "" if day.year == timezone.now().astimezone(zone).year else f" {day.year}"
    return f"{day:%a, %b} {day.day}{year}"


@register.filter
def dollars(amount: Decimal) -> str:
    """`{{ balance.own|dollars }}`: "$1,250.00"; below zero "$20.00 credit"."""
    return f"${abs(amount):,.2f}{' credit' if amount < 0 else ''}"


@register.filter
def label(key: str, labels: Mapping[str, str]) -> str:
    """`{{ key|label:policy.kinds }}`: the words for a key; a key that this policy does not know shows as itself."""
    return labels.get(str(key), str(key))


@register.filter
def phone(number: str) -> str:
    """`{{ patient.phone|phone }}`: "(201) 555-0159"; a number of another shape stays as it was written."""
    digits = re.sub(r"\D", "", number)
    national = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if len(national) != 10 or re.search(r"[A-Za-z]", number):
        return number
    return f"({national[:3]}) {national[3:6]}-{national[6:]}"


@register.filter
def slack_time(words: str, zone: tzinfo) -> str:
    """`{{ proof|slack_time:zone }}`: "Slack 1795198384.000000" as "Slack, 1:13 pm". A Slack message's id is the second
    in which it was posted (`slack.md`); the printed record keeps it as it is."""
    return _SLACK_MESSAGE.sub(lambda ts: f"Slack, {spoken(datetime.fromtimestamp(int(ts[1]), UTC), zone)}", words)
