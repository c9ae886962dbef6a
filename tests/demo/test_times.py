"""Moments counted backwards from now are the mirror of deadlines counted forwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.demo.calendars import calendar_of
from amends.demo.staff import CHICAGO, NEW_YORK
from amends.demo.times import before_closing, open_ago, past_days, same_day
from amends.protocol.hours import Calendar, is_open, open_seconds_between

CALENDARS = [
    Calendar.parse(calendar_of(clinic, zone, date(2026, 11, 24)))
    for clinic, zone in ((1, NEW_YORK), (3, NEW_YORK), (9, CHICAGO))
]
NOWS = st.datetimes(datetime(2026, 1, 10), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  in UTC below


@given(calendar=st.sampled_from(CALENDARS), now=NOWS, minutes=st.integers(0, 2000))
def test_open_ago_has_just_so_many_open_minutes_behind_it(calendar, now, minutes):
    since = open_ago(calendar, now, minutes)
    assert since <= now
    assert open_seconds_between(calendar, since, now) == minutes * 60


def test_an_office_that_is_never_open_has_no_such_moment():
    with pytest.raises(ValueError, match="not open for that long"):
        open_ago(Calendar(zone=NEW_YORK), datetime(2026, 11, 24, tzinfo=UTC), 10)


@given(calendar=st.sampled_from(CALENDARS), now=NOWS)
def test_past_days_were_open_and_are_over(calendar, now):
    days = past_days(calendar, now)
    assert days == sorted(days, reverse=True)
    assert all(before_closing(calendar, day, 30) <= now - timedelta(minutes=30) for day in days)


@given(calendar=st.sampled_from(CALENDARS), now=NOWS, minutes=st.integers(1, 300))
def test_same_day_is_later_and_hardly_ever_after_closing(calendar, now, minutes):
    then = same_day(calendar, now, minutes)
    assert now < then
    if is_open(calendar, now) and open_seconds_between(calendar, now, now + timedelta(hours=14)) > 600:
        assert then.astimezone(calendar.tz).date() == now.astimezone(calendar.tz).date()
