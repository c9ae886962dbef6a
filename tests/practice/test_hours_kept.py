"""An office's stored calendar: every change is the change that was asked for, and the deadlines follow at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.acting import SPOKE, a_case, closed, does
from tests.conftest import CALENDAR, WEEKDAYS, Cast, make_cast
from tests.practice.test_typed import windows

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.models import CaseRow, EventRow
from amends.cases.policies import policy_for
from amends.practice.hours import kept
from amends.practice.models import Office
from amends.protocol import commands as c
from amends.protocol.deadline import deadline
from amends.protocol.hours import Calendar, CalendarError, Window, Windows
from amends.protocol.words import Moment, Way

MONDAY = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 11:30 at Maple Street: two open hours have lunch in them
LONG_DAYS = (Window(7 * 60, 20 * 60),)

dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
zones = st.sampled_from(["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
names = st.sampled_from(["", "Thanksgiving Day", "Staff training"])
weeks = st.tuples(*[windows()] * 7)
edits = st.one_of(
    st.tuples(st.just("week"), zones, weeks),
    st.tuples(st.just("days"), st.dictionaries(dates, st.tuples(windows(), names), max_size=5)),
    st.tuples(st.just("ordinary"), dates),
)


@given(st.lists(edits, max_size=12), st.dictionaries(st.sampled_from(["note", "source"]), st.integers(), max_size=2))
def test_a_calendar_after_any_edits_is_what_the_edits_say(asked: list[Any], unknown: dict[str, int]) -> None:
    stored: kept.Stored = {"zone": "America/New_York", "weekly": {}, **unknown}
    zone, week = "America/New_York", ((),) * 7
    special: dict[date, tuple[Windows, str]] = {}
    for edit in asked:
        match edit:
            case "week", zone, week:
                stored = kept.with_week(stored, zone, week)
            case "days", days:
                stored = kept.with_days(stored, days)
                special |= days
            case "ordinary", day:
                stored = kept.without_day(stored, day)
                special.pop(day, None)
    expected = Calendar(zone, week, tuple((day, hours) for day, (hours, _) in special.items()))
    assert Calendar.parse(stored) == expected
    assert {day: kept.name_of(stored, day) for day in special} == {day: name for day, (_, name) in special.items()}
    assert unknown.items() <= stored.items()


@given(weeks, weeks)
def test_a_stamp_differs_when_the_calendar_does(one: tuple[Windows, ...], other: tuple[Windows, ...]) -> None:
    first, second = (kept.with_week({"zone": "UTC"}, "UTC", week) for week in (one, other))
    assert (kept.stamp(first) == kept.stamp(second)) == (first == second)


def test_names_that_somebody_else_wrote_into_the_file_do_no_harm():
    odd = {"zone": "UTC", "names": ["no", "object"]}
    assert kept.name_of(odd, date(2026, 3, 2)) == ""
    assert kept.name_of({"names": {"2026-03-02": 7}}, date(2026, 3, 2)) == ""
    assert kept.with_days(odd, {date(2026, 3, 2): ((), "Training")})["names"] == {"2026-03-02": "Training"}


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def long_days(stored: kept.Stored) -> kept.Stored:
    return kept.with_week(stored, stored["zone"], (LONG_DAYS,) * 7)


def due_by_the_rules(row: CaseRow) -> datetime | None:
    office = Office.objects.get(pk=row.office_id)
    case = actions.state_of(row.pk)
    due = deadline(case, policy_for(row.policy), Calendar.parse(office.calendar))
    return due.astimezone(UTC) if due else None


def test_open_cases_of_the_office_are_due_by_its_new_hours_and_no_event_says_so(group: Cast) -> None:
    mine = does(group.omar, a_case(group), c.LogAttempt(way=Way.PHONE))
    elsewhere = a_case(group, by=group.nick, office=group.harbor)
    finished = closed(group)
    owner, friday = actor_at(group.omar, str(group.maple.pk)).person, timezone.now() + timedelta(days=4)
    promised = does(group.omar, closed(group), c.MakePromise(text="A call", owner=owner, due=friday))
    events = EventRow.objects.count()
    before = {row.pk: row.due_at for row in CaseRow.system.all()}
    kept.change_hours(group.maple.pk, long_days)
    after = {row.pk: row.due_at for row in CaseRow.system.all()}
    changed = {pk for pk, due in after.items() if due != before[pk]}
    assert changed == {mine.pk, promised.pk}
    assert before[finished.pk] is None
    assert before[elsewhere.pk] is not None
    assert all(row.due_at == due_by_the_rules(row) for row in CaseRow.system.all())
    assert EventRow.objects.count() == events
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_hours_that_are_saved_anywhere_else_move_the_deadlines_too(group: Cast) -> None:
    """The group's file and every other page save the office itself."""
    row = a_case(group)
    group.maple.calendar = long_days(group.maple.calendar)
    group.maple.save()
    after = CaseRow.system.get(pk=row.pk)
    assert after.due_at == due_by_the_rules(after) != row.due_at


def test_what_changes_nothing_touches_nothing(group: Cast) -> None:
    row = a_case(group)
    revision = Office.objects.get(pk=group.maple.pk).calendar, CaseRow.system.get(pk=row.pk).changed_at
    kept.change_hours(group.maple.pk, lambda stored: stored)
    assert (Office.objects.get(pk=group.maple.pk).calendar, CaseRow.system.get(pk=row.pk).changed_at) == revision


def test_hours_that_somebody_else_changed_meanwhile_are_not_overwritten(group: Cast) -> None:
    seen = kept.stamp(CALENDAR)
    kept.change_hours(group.maple.pk, long_days, seen=seen)
    with pytest.raises(kept.ChangedMeanwhile):
        kept.change_hours(group.maple.pk, lambda stored: {**stored, "weekly": WEEKDAYS}, seen=seen)
    assert Calendar.parse(Office.objects.get(pk=group.maple.pk).calendar).weekly == (LONG_DAYS,) * 7


def test_an_office_that_would_never_be_open_is_refused_and_stays_as_it_was(group: Cast) -> None:
    with pytest.raises(CalendarError, match="would never be open"):
        kept.change_hours(group.maple.pk, lambda stored: kept.with_week(stored, "UTC", ((),) * 7))
    assert Office.objects.get(pk=group.maple.pk).calendar == CALENDAR


def test_hours_and_cases_that_change_at_the_same_time_agree_in_the_end(committed: None) -> None:
    """Reports, work and new hours meet in every order; afterwards each case is due by the hours that stand."""
    group = make_cast()
    known = [a_case(group).pk for _ in range(3)]
    begin = Barrier(4)

    def change() -> None:
        for n in range(12):
            kept.change_hours(group.maple.pk, long_days if n % 2 else lambda stored: {**stored, "weekly": WEEKDAYS})

    def report() -> None:
        for _ in range(12):
            office = str(group.maple.pk)
            command = c.Report(office=office, account="Waited an hour.", moment=Moment.CHECKOUT)
            actions.perform(command=command, by=actor_at(group.ana, office))

    def work() -> None:
        for n in range(12):
            by = actor_at(group.omar, str(group.maple.pk))
            actions.perform(command=c.LogAttempt(way=Way.PHONE), by=by, case=known[n % 3])

    def run(what: Any) -> None:
        try:
            begin.wait()
            what()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        for ended in [threads.submit(run, what) for what in (change, report, report, work)]:
            ended.result()
    rows = list(CaseRow.system.all())
    assert len(rows) == 27
    assert [row.number for row in rows if row.due_at != due_by_the_rules(row)] == []


def test_a_case_that_is_just_being_reported_keeps_its_hours_until_it_is_written(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can lock a case that is not there yet, so new hours wait for it, and then find it."""
    group = make_cast()
    tried: list[str] = []

    def change_impatiently() -> None:
        patience = {"postgresql": "SET lock_timeout = '100ms'", "sqlite": "PRAGMA busy_timeout = 100"}
        try:
            with connection.cursor() as cursor:
                cursor.execute(patience[connection.vendor])
            kept.change_hours(group.maple.pk, long_days)
            tried.append("changed")
        except OperationalError:
            tried.append("waits")
        finally:
            connection.close()

    def meanwhile(*args: Any) -> Any:
        with ThreadPoolExecutor(1) as other:
            other.submit(change_impatiently).result()
        return reckon(*args)

    reckon = actions.columns
    monkeypatch.setattr(actions, "columns", meanwhile)
    row = a_case(group)
    monkeypatch.undo()
    assert tried == ["waits"]
    kept.change_hours(group.maple.pk, long_days)
    assert CaseRow.system.get(pk=row.pk).due_at == due_by_the_rules(row)


def test_a_conversation_is_due_by_the_hours_of_the_moment(group: Cast) -> None:
    """What was settled before the change stays settled; what is next counts in the new hours."""
    row = does(group.omar, a_case(group), SPOKE)
    kept.change_hours(group.maple.pk, long_days)
    after = CaseRow.system.get(pk=row.pk)
    assert (after.version, after.head) == (row.version, row.head)
    assert after.due_at == due_by_the_rules(after)
