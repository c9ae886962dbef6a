"""Open hours by property, against a slow reckoning that looks at every minute of the zone's clock."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from amends.protocol.hours import Calendar, HoursError, due, is_open, open_before, open_seconds_between, windows_on

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
SPAN_DAYS = 9

# Each with dates around its clock changes, and one far from any.
PLACES = [
    (zone, date.fromisoformat(day))
    for zone, days in {
        "America/New_York": "2026-03-05 2026-10-29 2026-07-01",
        "America/Los_Angeles": "2027-03-11 2027-11-04",
        "America/Phoenix": "2026-03-05",
        "America/Havana": "2026-03-05 2026-10-29",
        "America/Santiago": "2026-04-02 2026-09-03",
        "America/St_Johns": "2010-03-11 2010-11-04 2026-10-29",
        "Europe/London": "2026-03-26 2026-10-22",
        "Africa/Cairo": "2010-08-08 2014-05-12 2026-04-21 2026-10-27",
        "Africa/Casablanca": "2026-02-12 2026-03-19",
        "Asia/Kathmandu": "2026-03-05",
        "Atlantic/Azores": "2026-03-26 2026-10-22",
        "Australia/Lord_Howe": "2026-04-02 2026-10-01",
        "Pacific/Apia": "2011-12-27",
        "Pacific/Kwajalein": "1993-08-18",
    }.items()
    for day in days.split()
]


class Clock:
    """What a zone's clock shows at each minute from two days before `first` to some days after it."""

    def __init__(self, zone: str, first: date) -> None:
        self.start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
        self.faces: list[datetime] = []
        self.shown: dict[datetime, list[int]] = defaultdict(list)
        self.of_date: dict[date, list[int]] = defaultdict(list)
        tz = ZoneInfo(zone)
        for minute in range((SPAN_DAYS + 4) * 24 * 60):
            face = (self.start + minute * MINUTE).astimezone(tz).replace(tzinfo=None, fold=0)
            self.faces.append(face)
            self.shown[face].append(minute)
            self.of_date[face.date()].append(minute)

    def jump_past(self, face: datetime) -> int:
        return next(minute for minute, shown in enumerate(self.faces) if shown >= face)

    def opening(self, face: datetime) -> int:
        return self.shown[face][0] if face in self.shown else self.jump_past(face)

    def closing(self, face: datetime) -> int:
        return self.shown[face][-1] if face in self.shown else self.jump_past(face)

    def end_of(self, day: date) -> int:
        return self.of_date[day][-1] + 1 if day in self.of_date else self.opening(midnight(day))


@cache
def clock(zone: str, first: date) -> Clock:
    return Clock(zone, first)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a clock face


@dataclass(frozen=True)
class Office:
    """A calendar in JSON, and each open minute of nine days of it as the slow reckoning finds them."""

    given: dict[str, Any]
    clock: Clock
    open_minutes: list[int]

    @property
    def calendar(self) -> Calendar:
        return Calendar.parse(self.given)

    def is_open(self, at: datetime) -> bool:
        minute = (at - self.clock.start) // MINUTE
        index = bisect_left(self.open_minutes, minute)
        return index < len(self.open_minutes) and self.open_minutes[index] == minute

    def due(self, start: datetime, open_minutes: int) -> datetime | None:
        """Minute by minute; None where the nine days are not enough."""
        remaining = open_minutes * MINUTE
        minute = (start - self.clock.start) // MINUTE
        for opened in self.open_minutes[bisect_left(self.open_minutes, minute) :]:
            begins = max(start, self.clock.start + opened * MINUTE)
            length = self.clock.start + (opened + 1) * MINUTE - begins
            if remaining <= length:
                return begins + remaining
            remaining -= length
        return None


def open_minutes(clock: Clock, first: date, given: dict[str, Any]) -> list[int]:
    found: set[int] = set()
    for number in range(-1, SPAN_DAYS):
        day = first + timedelta(days=number)
        for opens, closes in given["special"].get(day.isoformat(), given["weekly"].get(WEEKDAYS[day.weekday()], [])):
            end = clock.end_of(day) if closes == "24:00" else clock.closing(face(day, closes))
            found.update(range(clock.opening(face(day, opens)), end))
    return sorted(found)


def face(day: date, text: str) -> datetime:
    hour, minute = text.split(":")
    return midnight(day) + timedelta(hours=int(hour), minutes=int(minute))


@st.composite
def windows(draw: st.DrawFn) -> list[list[str]]:
    # Quarters of an hour meet the edges of clock changes; other minutes fall inside them.
    minutes = st.one_of(st.integers(0, 96).map(lambda quarter: quarter * 15), st.integers(0, 1440))
    edges = sorted(draw(st.lists(minutes, max_size=6, unique=True)))
    texts = [f"{edge // 60:02}:{edge % 60:02}" for edge in edges]
    pairs = [[texts[n], texts[n + 1]] for n in range(0, len(texts) - 1, 2)]
    return draw(st.permutations(pairs))


@st.composite
def offices(draw: st.DrawFn) -> Office:
    zone, first = draw(st.sampled_from(PLACES))
    weekly = draw(st.dictionaries(st.sampled_from(WEEKDAYS), windows(), min_size=1))
    days = st.integers(0, SPAN_DAYS - 1).map(lambda number: (first + timedelta(days=number)).isoformat())
    special = draw(st.dictionaries(days, windows(), max_size=3))
    office: dict[str, Any] = {"zone": zone, "weekly": weekly, "special": special}
    return Office(office, clock(zone, first), open_minutes(clock(zone, first), first, office))


def starts(office: Office) -> st.SearchStrategy[datetime]:
    """Any instant of the nine days, and often one at the very edge of open time."""
    first = office.clock.start + timedelta(days=2)
    anywhere = st.timedeltas(timedelta(0), timedelta(days=SPAN_DAYS - 2)).map(lambda after: first + after)
    edges = [office.clock.start + minute * MINUTE for minute in office.open_minutes]
    edges = [edge for edge in edges if first <= edge < first + timedelta(days=SPAN_DAYS - 2)]
    if not edges:
        return anywhere
    near = st.sampled_from([timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1), MINUTE])
    return st.one_of(anywhere, st.builds(lambda edge, by: edge + by, st.sampled_from(edges), near))


TOTALS = st.one_of(st.just(0), st.integers(0, 600), st.integers(0, 9 * 24 * 60))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_due_is_what_counting_every_minute_finds(data: st.DataObject) -> None:
    office = data.draw(offices())
    start, total = data.draw(starts(office)), data.draw(TOTALS)
    expected = office.due(start, total)
    assume(expected is not None)
    found = due(office.calendar, start, total)
    assert found.astimezone(UTC) == expected
    assert str(found.tzinfo) == office.given["zone"]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_open_and_its_seconds_are_what_looking_at_every_minute_finds(data: st.DataObject) -> None:
    office = data.draw(offices())
    start, end = sorted((data.draw(starts(office)), data.draw(starts(office))))
    assert is_open(office.calendar, start) == office.is_open(start)
    lengths = [
        min(end, office.clock.start + (minute + 1) * MINUTE) - max(start, office.clock.start + minute * MINUTE)
        for minute in office.open_minutes
    ]
    expected = sum((length for length in lengths if length > timedelta(0)), timedelta())
    assert open_seconds_between(office.calendar, start, end) == expected.total_seconds()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_deadline_never_comes_earlier_for_a_later_start(data: st.DataObject) -> None:
    office = data.draw(offices())
    first, second = sorted((data.draw(starts(office)), data.draw(starts(office))))
    total = data.draw(TOTALS)
    assume(any(office.given["weekly"].values()))
    try:
        later = due(office.calendar, second, total)
    except HoursError:
        return
    # Compared in UTC: Python compares two times of one zone by the clock face.
    assert due(office.calendar, first, total).astimezone(UTC) <= later.astimezone(UTC)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_deadline_is_never_in_closed_time_unless_it_is_a_closing_instant(data: st.DataObject) -> None:
    office = data.draw(offices())
    start, total = data.draw(starts(office)), data.draw(TOTALS)
    try:
        found = due(office.calendar, start, total)
    except HoursError:
        return
    assert found.astimezone(UTC) >= start
    if total == 0:
        assert is_open(office.calendar, found)
    else:
        assert is_open(office.calendar, found.astimezone(UTC) - timedelta(microseconds=1))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), total=st.integers(1, 250_000))
@example(data=None, total=40 * 60 * 52)
def test_long_totals_are_open_time_to_the_microsecond(data: st.DataObject | None, total: int) -> None:
    """Whole weeks are passed over by arithmetic in `due` and counted day by day in `open_seconds_between`."""
    if data is None:
        weekly = {name: [["08:00", "12:00"], ["13:00", "17:00"]] for name in WEEKDAYS[:5]}
        calendar = Calendar.parse({"zone": "America/New_York", "weekly": weekly})
        start = datetime(2026, 1, 5, 13, tzinfo=UTC)
    else:
        office = data.draw(offices())
        years = st.integers(0, 700).map(lambda days: (date(2026, 1, 1) + timedelta(days=days)).isoformat())
        special = data.draw(st.dictionaries(years, windows(), max_size=6))
        calendar = Calendar.parse(office.given | {"special": office.given["special"] | special})
        start = data.draw(starts(office))
    try:
        found = due(calendar, start, total)
    except HoursError:
        return
    assert open_seconds_between(calendar, start, found) == total * 60
    assert is_open(calendar, found.astimezone(UTC) - timedelta(microseconds=1))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_open_time_counted_back_is_open_time_counted_forward(data: st.DataObject) -> None:
    office = data.draw(offices())
    since, end = sorted((data.draw(starts(office)), data.draw(starts(office))))
    minutes = data.draw(st.integers(1, 1_500))
    found = open_before(office.calendar, end, minutes, since=since)
    if found is None:
        assert open_seconds_between(office.calendar, since, end) <= minutes * 60
        return
    assert since < found < end
    assert open_seconds_between(office.calendar, found, end) == minutes * 60
    assert is_open(office.calendar, found), "the latest such instant"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_windows_of_a_date_are_apart_and_in_order(data: st.DataObject) -> None:
    office = data.draw(offices())
    day = data.draw(st.sampled_from(sorted(office.clock.of_date)))
    instants = [edge.astimezone(UTC) for window in windows_on(office.calendar, day) for edge in window]
    assert instants == sorted(set(instants))
