"""Deadlines for any calendar: never in closed time, never earlier for a later start, and always found or refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.protocol.cast import ANA, OMAR, REPORT, SPEAK, Story

from amends.protocol import commands as c
from amends.protocol.deadline import after_open_days, promise_due, within_calendar_days
from amends.protocol.hours import Calendar, HoursError, Window, is_open
from amends.protocol.words import Way

ZONES = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Havana", "America/St_Johns", "Asia/Tokyo"]
# Around both clock changes of New York in 2026, and around the midnight change of St. John's in 2010.
BEGINNINGS = [datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 10, 29, tzinfo=UTC), datetime(2010, 11, 4, tzinfo=UTC)]

minutes = st.integers(0, 288).map(lambda n: n * 5)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> tuple[Window, ...]:
    edges = sorted(draw(st.sets(minutes, max_size=4)))
    return tuple(Window(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    first = draw(st.sampled_from(BEGINNINGS)).date()
    dates = draw(st.sets(st.integers(-2, 40), max_size=6))
    special = tuple((first + timedelta(days=n), draw(hours_of_a_day())) for n in dates)
    weekly = tuple(draw(hours_of_a_day()) for _ in range(7)) if draw(st.booleans()) else ((),) * 7
    return Calendar(zone=draw(st.sampled_from(ZONES)), weekly=weekly, special=special)


starts = st.builds(
    lambda first, seconds: first + timedelta(seconds=seconds),
    st.sampled_from(BEGINNINGS),
    st.integers(0, 12 * 24 * 3600),
)
later = st.integers(0, 4 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
brief = settings(max_examples=250, deadline=None)


def may_be_due(calendar: Calendar, at: datetime) -> bool:
    return is_open(calendar, at) or is_open(calendar, at - timedelta(microseconds=1))


def instant(find: Callable[..., datetime], *args: object) -> datetime | None:
    """What `find` answers in UTC, in which instants compare by time and not by the clock's face; None if refused."""
    try:
        return find(*args).astimezone(UTC)
    except HoursError:
        return None


# At 00:01 of this Sunday the clock of Newfoundland goes back to Saturday, into Sunday's hours: they began before.
BACK_OVER_MIDNIGHT = Calendar.parse(
    {"zone": "America/St_Johns", "weekly": {"sat": [["00:00", "23:05"]], "sun": [["00:00", "00:05"]]}}
)


@pytest.mark.parametrize("find", [after_open_days, within_calendar_days])
@given(calendar=calendars(), start=starts, days=st.integers(0, 12), wait=later)
@example(calendar=BACK_OVER_MIDNIGHT, start=datetime(2010, 11, 4, tzinfo=UTC), days=1, wait=timedelta(0))
@brief
def test_days_end_in_open_time_and_in_order(find, calendar, start, days, wait):
    due, next_due = instant(find, calendar, start, days), instant(find, calendar, start + wait, days)
    if due is None:
        assert next_due is None, "what is never open again is not open later"
        return
    assert due >= start
    assert may_be_due(calendar, due)
    assert next_due is None or next_due >= due
    local = start.astimezone(calendar.tz)
    assert instant(find, calendar, local, days) == due, "the zone in which the start is written says nothing"


@given(calendar=calendars(), made=starts, wait=later, day=st.integers(0, 800), more=st.integers(0, 20))
@brief
def test_promise_is_due_in_open_time_and_in_order(calendar, made, wait, day, more):
    promised = made + timedelta(days=day)
    due = instant(promise_due, calendar, made, promised)
    if due is None:
        return
    assert due > made
    assert may_be_due(calendar, due)
    further = instant(promise_due, calendar, made, promised + timedelta(days=more))
    assert further is not None
    assert further >= due
    made_later = instant(promise_due, calendar, made + wait, promised)
    assert made_later is None or made_later >= due


def case_due(calendar: Calendar, now: datetime, commands: list) -> datetime:
    story = Story(calendar=calendar, now=now)
    story.does(ANA, REPORT)
    for command in commands:
        story.does(OMAR, command)
    return story.due_at


@given(
    calendar=calendars(),
    start=starts,
    wait=later,
    commands=st.sampled_from(
        [
            [],
            [c.Acknowledge()],
            [c.LogAttempt(way=Way.PHONE)],
            [SPEAK],
            [SPEAK, c.MarkAddressed(resolution="corrected")],
        ]
    ),
)
@brief
def test_deadline_of_a_case_lies_in_open_time_and_in_order(calendar, start, wait, commands):
    due = instant(case_due, calendar, start, commands)
    if due is None:
        assert not calendar.week
        return
    assert may_be_due(calendar, due)
    after = instant(case_due, calendar, start + wait, commands)
    assert after is None or after >= due


def test_last_day_of_an_office_that_closes_for_good_is_found_years_ahead():
    last = Calendar(zone="America/New_York", special=((date(2035, 6, 1), (Window(540, 600),)),))
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert within_calendar_days(last, start, 365).date() == date(2035, 6, 1)
    with pytest.raises(HoursError):
        after_open_days(last, start, 1)
