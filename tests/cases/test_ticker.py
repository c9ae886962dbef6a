"""Deadlines are told once each, and one office's trouble does not silence the others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations import Migration
from structlog.testing import capture_logs
from tests.cases.story import a_report, by, opened
from tests.conftest import Cast, make_cast
from tests.deliveries.other_side import Clock

from amends.audit.verify import verify
from amends.cases import actions, codec, ticker
from amends.cases.apps import dues_again
from amends.cases.door import opened as opened_door
from amends.cases.models import CaseRow, EventRow, is_urgent, number_of
from amends.deliveries.models import Delivery
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.words import Purpose, Severity, Stage, Step, Way


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def late(case: int) -> list[Step]:
    return [event.fact.step for event in actions.events_of(case) if isinstance(event.fact, e.WentLate)]


def test_a_deadline_that_passed_is_told_once(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    assert done.row.due_at is not None
    clock.now = done.row.due_at - timedelta(seconds=1)
    assert (ticker.tick(), ticker.tick()) == (1, 0)
    assert Delivery.objects.get(case=done.row, purpose=Purpose.DUE_SOON).payload["to"] == "Omar Haddad"
    clock.move(1)
    assert (ticker.tick(), ticker.tick(), ticker.tick(clock.now)) == (1, 0, 0)
    assert late(done.row.pk) == [Step.ACCEPT]
    assert CaseRow.system.get().late_for == done.row.due_at


def test_a_late_case_is_the_next_ones_and_everybody_concerned_hears_of_it(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    assert done.row.due_at is not None
    clock.now = done.row.due_at
    assert ticker.tick() == 1
    row = CaseRow.system.get()
    assert (row.owner, row.accepted, row.stage) == (group.ruth, False, Stage.REPORTED), "another manager of the office"
    assert row.due_at is not None
    assert row.due_at > clock.now
    sent = {(one.purpose, one.payload["to"]) for one in Delivery.objects.filter(about=row.version)}
    assert sent == {(Purpose.TASK, "Ruth Bellamy"), (Purpose.LATE, "Omar Haddad")}
    clock.now = row.due_at
    assert ticker.tick() == 1
    assert (CaseRow.system.get().owner, CaseRow.system.get().stage) == (group.rita, Stage.REGION)


def test_where_nobody_is_left_leaders_and_administrators_hear_of_it_without_the_patient(
    group: Cast, clock: Clock, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    case = opened(group.maple, group.ana).row
    for _ in range(60):
        clock.move(3_600)
        ticker.tick()
    alarms = Delivery.objects.filter(case=case, purpose=Purpose.NOBODY_LEFT)
    assert {one.channel: one.payload["to"] for one in alarms} == {
        "slack.message": [group.lee.email, group.sam.email],
        "email": [group.alex.email],
    }
    for one in alarms:
        assert "nobody is left who could take it on" in one.payload["text"]
        assert case.patient_name not in str(one.payload)
    settings.EMAIL_HOST = ""
    before = alarms.count()
    clock.move(7 * 86_400)
    while ticker.tick():
        pass
    assert {one.channel for one in list(alarms.order_by("no"))[before:]} <= {"slack.message"}


def test_an_update_with_new_rules_reckons_again_when_open_cases_are_due(group: Cast, clock: Clock) -> None:
    case = opened(group.maple, group.ana).row
    right = CaseRow.system.get().alarm_at

    def forget() -> None:
        with opened_door():
            CaseRow.system.filter(pk=case.pk).update(alarm_at=None)

    for name, expected in (("0005_reported", None), ("0006_the_next_in_the_chain", right)):
        forget()
        update = Migration(name, "cases")
        dues_again(plan=[(update, False)])
        assert CaseRow.system.get().alarm_at == expected
    with opened_door():
        CaseRow.system.filter(pk=case.pk).update(keepers=",7,")
    dues_again(plan=[(Migration("0015_keepers", "cases"), False)])
    assert CaseRow.system.get().keepers == ""
    forget()
    dues_again(plan=[(update, True)])
    assert CaseRow.system.get().alarm_at is None, "on the way back nothing is reckoned"


def test_a_late_step_does_not_hide_the_promise_behind_it(group: Cast, clock: Clock) -> None:
    case = opened(group.maple, group.ana).row.pk
    omar = by(group.omar, group.maple)
    actions.perform(command=c.RecordConversation(way=Way.PHONE, note="Heard."), by=omar, case=case)
    promise = c.MakePromise(text="A call with the result.", owner=omar.person, due=clock.now + timedelta(days=30))
    actions.perform(command=promise, by=omar, case=case)
    for _ in range(60):
        clock.move(86_400)
        ticker.tick()
    assert set(late(case)) == {Step.PUT_RIGHT, Step.ACCEPT, Step.KEEP_PROMISE}
    assert late(case).count(Step.KEEP_PROMISE) == 1


def test_a_deadline_that_does_not_stand_any_more_is_passed_over(
    group: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, other = opened(group.maple, group.ana), opened(group.maple, group.ana)
    clock.move(7 * 3600)
    stale = clock.now - timedelta(minutes=1)

    def passed(row: CaseRow) -> c.DeadlinePassed:
        assert row.alarm_at
        return c.DeadlinePassed(due=stale if row.pk == moved.row.pk else row.alarm_at)

    monkeypatch.setattr(ticker, "_passed", passed)
    with capture_logs() as logs:
        assert ticker.tick() == 1
    assert (late(moved.row.pk), late(other.row.pk)) == ([], [Step.ACCEPT])
    assert logs == []


def test_the_most_urgent_come_first_and_then_whoever_waits_longest(
    group: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "_AT_ONCE", dict.fromkeys(ticker._AT_ONCE, 2))
    kinds = ("upset", "here", "upset", "severe", "upset", "severe", "here", "upset", "upset")
    urgent: list[int] = []
    usual: list[int] = []
    for kind in kinds:
        report = replace(
            a_report(group.maple),
            severity=Severity.SEVERE if kind == "severe" else Severity.UPSET,
            still_here=kind == "here",
        )
        pk = actions.perform(command=report, by=by(group.ana, group.maple)).row.pk
        (usual if kind == "upset" else urgent).append(pk)
        clock.move(60)
    clock.move(7 * 86_400)
    told: list[int] = []
    real = actions.perform_each

    def perform_each(**words: Any) -> Any:
        done, refused = real(**words)
        told.extend(one.row.pk for one in done)
        return done, refused

    monkeypatch.setattr(actions, "perform_each", perform_each)
    assert ticker.tick() == len(told)
    assert told[-len(usual) :] == usual
    assert set(told[: -len(usual)]) == set(urgent)
    assert all(late(pk) == [Step.ACCEPT] for pk in (*urgent, *usual))


def test_urgent_is_what_the_index_of_the_urgent_holds(group: Cast, clock: Clock) -> None:
    opened(group.maple, group.ana)
    plan = CaseRow.system.filter(is_urgent(), alarm_at__lte=clock.now).order_by("alarm_at").explain()
    if connection.vendor == "sqlite":  # the other database reads so few rows without any index
        assert "case_alarm_urgent" in plan


def test_offices_that_are_never_open_do_not_fill_the_batches(
    group: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "_AT_ONCE", dict.fromkeys(ticker._AT_ONCE, 2))
    never = [opened(group.maple, group.ana).row.pk for _ in range(5)]
    others = [opened(group.harbor, group.nick).row.pk for _ in range(3)]
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}
    group.maple.save()
    clock.move(7 * 86_400)
    with capture_logs() as logs:
        assert ticker.tick() == 3
    assert [line["case"] for line in logs] == [number_of(pk) for pk in never]
    assert [late(pk) for pk in (*never, *others)] == [[]] * 5 + [[Step.ACCEPT]] * 3


def test_many_processes_tell_each_deadline_once(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticker, "_AT_ONCE", dict.fromkeys(ticker._AT_ONCE, 3))
    group, at = make_cast(), datetime.now(UTC) - timedelta(days=7)
    cases = [opened(group.maple, group.ana, at=at).row.pk for _ in range(40)]

    def tick(_: int) -> int:
        try:
            return ticker.tick(at + timedelta(days=7))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(tick, range(4)))
    assert sum(told) == len(cases)
    assert [late(pk) for pk in cases] == [[Step.ACCEPT]] * len(cases)
    assert {problem.what for problem in verify().problems} == {"A delivery is due and nobody works on it."}


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="nobody holds a single case there")
def test_a_case_that_somebody_holds_is_told_when_they_are_done(committed: None) -> None:
    group, at = make_cast(), datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    held, free = (opened(group.maple, group.ana, at=at).row.pk for _ in range(2))

    def tick() -> int:
        try:
            return ticker.tick(at + timedelta(days=7))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.hold(held)
            assert pool.submit(tick).result() == 1
        assert (late(held), late(free)) == ([], [Step.ACCEPT])
        assert pool.submit(tick).result() == 1
    assert late(held) == [Step.ACCEPT]


def test_an_office_without_any_open_hours_does_not_keep_the_others_from_being_told(group: Cast, clock: Clock) -> None:
    closed, other = opened(group.maple, group.ana), opened(group.harbor, group.nick)
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}
    group.maple.save()
    clock.move(7 * 86_400)
    while ticker.tick():
        pass
    assert (late(closed.row.pk), late(other.row.pk)) == ([], [Step.ACCEPT])


def test_a_case_that_this_version_cannot_read_does_not_keep_the_others_from_being_told(
    group: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a newer process beside this one wrote an event that is not known here yet."""
    newer, without, fine = (opened(group.maple, group.ana) for _ in range(3))
    from_rows = codec.from_rows

    def of_an_older_version(rows: list[EventRow]) -> list[e.Event]:
        if rows[0].case_id == newer.row.pk:
            raise KeyError("Napped")
        return from_rows(rows)

    monkeypatch.setattr(codec, "from_rows", of_an_older_version)
    with opened_door():
        CaseRow.system.filter(pk=without.row.pk).update(policy="gone")
    clock.move(7 * 3600)
    with capture_logs() as logs:
        assert ticker.tick() == 1
    monkeypatch.undo()
    assert late(fine.row.pk) == [Step.ACCEPT]
    assert [(log["case"], log["error"]) for log in logs if log["event"] == "cases.tick.passed_over"] == [
        (newer.number, "KeyError"),
        (without.number, "DoesNotExist"),
    ]
    assert (late(newer.row.pk), late(without.row.pk)) == ([], [])
