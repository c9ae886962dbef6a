"""The owner is away and nobody covers: what falls due meanwhile goes to who answers, and the rest is seen by them."""

import contextlib
import html
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.cases.acting import SPOKE, a_case, closed, does, everything_arrives
from tests.conftest import Cast, make_cast

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import actions, ticker
from amends.cases.models import CaseRow
from amends.deliveries.auditor import audit
from amends.deliveries.models import Delivery, State
from amends.practice.away.alone import left_with
from amends.practice.away.returning import give_back, return_cases
from amends.practice.away.said import BY_MISTAKE, keep_routine, say_away, say_back, say_sick, take_back
from amends.practice.directory import directory
from amends.practice.models import Absence, Person, Post
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.events import DeliveryProven, HandedOver, Paged, WentLate
from amends.protocol.words import Purpose, Role, Stage

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
TUESDAY = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # it begins at Maple Street
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def away(person: Person, ends: datetime, cover: Person | None = None, at: datetime = MONDAY) -> None:
    say_away(person, at, ends, cover=cover, by=person, now=at)


def owner(row: CaseRow) -> int | None:
    return CaseRow.system.get(pk=row.pk).owner_id


def work_of(client_for: ClientFor, person: Person) -> str:
    return html.unescape(client_for(person).get("/").content.decode())


def handed(row: CaseRow) -> list[HandedOver]:
    return [event.fact for event in actions.events_of(row.pk) if isinstance(event.fact, HandedOver)]


def left_alone() -> list[str]:
    """The numbers of the cases of which the audit says so."""
    return [one.where for one in audit() if one.what == "The owner of an open case is away, and nobody stands in."]


def test_what_is_due_before_the_owner_is_back_goes_to_the_second_manager_with_what_was_tried(
    group: Cast, client_for: ClientFor
) -> None:
    row = everything_arrives(does(group.omar, a_case(group), SPOKE))
    away(group.omar, MONDAY + 12 * DAY)
    assert return_cases(MONDAY) == 1
    assert return_cases(MONDAY) == 0
    [fact] = handed(row)
    assert (fact.to.name, fact.why) == ("Ruth Bellamy", "Omar Haddad is away, and nobody was named to cover.")
    assert fact.tried == "Spoke with the patient: Omar Haddad, by phone, Mar 2, 10:00 am."
    task = Delivery.objects.filter(case=row, purpose=Purpose.TASK, state=State.WAITING).get()
    assert task.payload["to"] == "Ruth Bellamy"
    assert fact.tried in task.payload["text"]
    assert row.number in work_of(client_for, group.ruth)
    assert fact.tried in html.unescape(client_for(group.ruth).get(f"/cases/{row.number}").content.decode())
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_who_says_sick_has_their_open_cases_handed_on_in_that_moment(
    group: Cast, client_for: ClientFor, django_capture_on_commit_callbacks: Callable
) -> None:
    row = a_case(group)
    with django_capture_on_commit_callbacks(execute=True):
        client_for(group.omar).post(f"/away/{group.omar.pk}/sick")
    assert owner(row) == group.ruth.pk
    later = MONDAY + BY_MISTAKE + MINUTE
    with django_capture_on_commit_callbacks(execute=True):
        say_back(group.omar, later)
    assert return_cases(later) == 0
    assert owner(row) == group.ruth.pk  # who has it keeps it


# --- said by mistake ---------------------------------------------------------------------------------------------


def test_sick_that_was_pressed_by_mistake_brings_back_what_nobody_worked_on(
    group: Cast, clock: time_machine.Traveller, django_capture_on_commit_callbacks: Callable
) -> None:
    untouched, worked_on = a_case(group), a_case(group)
    with django_capture_on_commit_callbacks(execute=True):
        say_sick(group.omar, by=group.omar, now=MONDAY)
    assert (owner(untouched), owner(worked_on)) == (group.ruth.pk, group.ruth.pk)
    everything_arrives(untouched)
    does(group.ruth, worked_on, SPOKE)
    clock.move_to(MONDAY + BY_MISTAKE)
    with django_capture_on_commit_callbacks(execute=True):
        say_back(group.omar, MONDAY + BY_MISTAKE)
    assert (owner(untouched), owner(worked_on)) == (group.omar.pk, group.ruth.pk)
    assert [fact.to.name for fact in handed(untouched)] == ["Ruth Bellamy", "Omar Haddad"]
    assert handed(untouched)[-1].why == "Omar Haddad is not away after all, and nobody has worked on it since."
    assert give_back(group.omar.pk, MONDAY, MONDAY + BY_MISTAKE) == 0
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_an_absence_that_is_taken_back_brings_them_back_too_unless_another_one_runs(
    group: Cast, django_capture_on_commit_callbacks: Callable
) -> None:
    row = a_case(group)
    with django_capture_on_commit_callbacks(execute=True):
        first = say_away(group.omar, MONDAY, TUESDAY, cover=None, by=group.omar, now=MONDAY)
        second = say_away(group.omar, MONDAY, TUESDAY + DAY, cover=None, by=group.omar, now=MONDAY)
    for absence, has_it in ((second, group.ruth), (first, group.omar)):
        with django_capture_on_commit_callbacks(execute=True):
            take_back(absence, MONDAY + MINUTE)
        assert owner(row) == has_it.pk


def test_who_has_no_post_there_any_more_or_is_away_again_gets_nothing_back(group: Cast) -> None:
    row = a_case(group)
    say_sick(group.omar, by=group.omar, now=MONDAY)
    return_cases(MONDAY)
    assert give_back(group.omar.pk, MONDAY, MONDAY) == 0
    say_back(group.omar, MONDAY)
    Post.objects.filter(person=group.omar).delete()
    assert give_back(group.omar.pk, MONDAY, MONDAY) == 0
    assert owner(row) == group.ruth.pk


STEPS = st.lists(
    st.sampled_from(["sick", "back", "report", "ruth speaks", "omar speaks", "ruth accepts", "minutes", "round"]),
    min_size=3,
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
@example(steps=["report", "report", "sick", "ruth speaks", "back"])
@example(steps=["report", "sick", "minutes", "minutes", "back"])
def test_whatever_is_said_and_done_no_case_is_without_an_owner_and_none_that_was_worked_on_moves_back(
    group: Cast, clock: time_machine.Traveller, steps: list[str]
) -> None:
    now, cases = MONDAY, list[CaseRow]()
    with transaction.atomic():
        for step in steps:
            now += MINUTE
            clock.move_to(now)
            before = {row.pk: (owner(row), len(actions.events_of(row.pk))) for row in cases}
            match step:
                case "sick":
                    say_sick(group.omar, by=group.omar, now=now)
                    return_cases(now)
                case "back":
                    begun = min((one.said_at for one in Absence.objects.filter(ends__gt=now)), default=None)
                    say_back(group.omar, now)
                    if begun and now - begun <= BY_MISTAKE:
                        give_back(group.omar.pk, begun, now)
                case "report":
                    cases.append(a_case(group))
                case "minutes":
                    now += timedelta(minutes=10)
                case "round":
                    return_cases(now)
                case _:
                    who = group.ruth if step.startswith("ruth") else group.omar
                    command = c.Acknowledge() if step.endswith("accepts") else SPOKE
                    for row in cases[:1]:
                        with contextlib.suppress(Refused):
                            does(who, row, command)
            for row in cases:
                assert owner(row) is not None
                if step == "back" and row.pk in before and owner(row) != before[row.pk][0]:
                    events = actions.events_of(row.pk)
                    last = next(event for event in reversed(events[:-1]) if not isinstance(event.fact, DeliveryProven))
                    assert (last.by.role, type(last.fact)) == (Role.SYSTEM, HandedOver)
                    assert owner(row) == group.omar.pk
        transaction.set_rollback(True)


def test_an_absence_that_is_said_for_later_moves_nothing_yet(
    group: Cast, clock: time_machine.Traveller, django_capture_on_commit_callbacks: Callable
) -> None:
    row = does(group.omar, a_case(group), SPOKE)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        say_away(group.omar, TUESDAY, TUESDAY + 9 * DAY, cover=None, by=group.omar, now=MONDAY)
    assert callbacks == []
    assert return_cases(MONDAY) == 0
    clock.move_to(TUESDAY)
    assert return_cases(TUESDAY) == 1
    assert owner(row) == group.ruth.pk


def test_what_is_due_when_they_are_back_waits_and_who_is_asked_first_sees_it(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    """Thursday is its plan: nothing moves for a day off, back and forth."""
    row = does(group.omar, a_case(group), SPOKE)
    keep_routine(group.omar, (0,), cover=None, now=MONDAY)
    assert return_cases(MONDAY) == 0
    assert owner(row) == group.omar.pk
    pages = {name: work_of(client_for, person) for name, person in group.people.items()}
    assert {name for name, page in pages.items() if "Covering for Omar Haddad" in page} == {"ruth"}
    assert row.number in pages["ruth"]
    clock.move_to(MONDAY + 11 * MINUTE)
    assert left_alone() == []
    clock.move_to(TUESDAY)
    assert "Covering for" not in work_of(client_for, group.ruth)


def test_a_named_cover_keeps_the_cases_where_they_are(group: Cast, clock: time_machine.Traveller) -> None:
    row = does(group.omar, a_case(group), SPOKE)
    away(group.omar, MONDAY + 12 * DAY, cover=group.ruth)
    assert return_cases(MONDAY) == 0
    clock.move_to(MONDAY + 11 * MINUTE)
    assert left_alone() == []
    away(group.ruth, MONDAY + 3 * DAY, at=MONDAY + 11 * MINUTE)  # the cover leaves too, and has none
    assert return_cases(MONDAY + 11 * MINUTE) == 1
    assert owner(row) == group.rita.pk
    assert handed(row)[-1].why == "Omar Haddad is away, and so is who was to cover (Ruth Bellamy)."


def test_who_left_for_good_was_not_to_cover(group: Cast) -> None:
    row = a_case(group)
    away(group.omar, MONDAY + 12 * DAY, cover=group.ruth)
    away(group.ruth, MONDAY + 12 * DAY)
    Person.objects.filter(pk=group.ruth.pk).update(is_active=False)
    group.maple.save()
    assert return_cases(MONDAY) == 1
    assert handed(row)[-1].why == "Omar Haddad is away, and nobody was named to cover."


def test_it_goes_up_where_nobody_is_at_the_office_and_down_where_nobody_is_above(group: Cast) -> None:
    row = a_case(group)
    for person, to in ((group.omar, group.ruth), (group.ruth, group.rita), (group.rita, group.lee)):
        away(person, MONDAY + 12 * DAY)
        assert return_cases(MONDAY) == 1
        assert owner(row) == to.pk
    Post.objects.filter(person=group.sam).delete()
    say_back(group.rita, MONDAY)
    away(group.lee, MONDAY + 12 * DAY)
    assert return_cases(MONDAY) == 1
    assert owner(row) == group.rita.pk


def test_where_nobody_is_there_it_stays_the_audit_says_so_and_the_alarm_sounds_when_it_is_due(
    group: Cast, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    row = a_case(group)
    for person in (group.omar, group.ruth, group.rita, group.lee, group.sam):
        away(person, MONDAY + 12 * DAY)
    assert return_cases(MONDAY) == 0
    assert owner(row) == group.omar.pk
    assert left_alone() == []  # the worker has some minutes
    assert "Covering for" not in work_of(client_for, group.rita)
    clock.move_to(MONDAY + 11 * MINUTE)
    assert left_alone() == [row.number]
    assert row.due_at is not None
    clock.move_to(row.due_at)
    ticker.tick()
    [late] = [event.fact for event in actions.events_of(row.pk) if isinstance(event.fact, WentLate)]
    assert late.told is None
    say_back(group.sam, row.due_at)
    assert return_cases(row.due_at) == 1
    assert owner(row) == group.sam.pk
    assert left_alone() == []


def test_what_found_nobody_goes_to_the_first_who_is_back_and_a_patient_who_is_still_here_is_come_to(
    group: Cast, clock: time_machine.Traveller
) -> None:
    for person in (group.omar, group.ruth, group.rita, group.lee, group.sam):
        away(person, MONDAY + 12 * DAY)
    row = a_case(group, still_here=True)
    assert owner(row) is None
    assert return_cases(MONDAY) == 0
    back = MONDAY + 5 * MINUTE
    clock.move_to(back)
    say_back(group.ruth, back)
    assert return_cases(back) == 1
    after = CaseRow.system.get(pk=row.pk)
    assert (after.owner_id, after.stage, after.accepted) == (group.ruth.pk, Stage.OFFICE, False)
    [fact] = handed(row)
    assert fact.why == "Nobody answered for Maple Street when it was to be taken on."
    pages = [event.fact for event in actions.events_of(row.pk) if isinstance(event.fact, Paged)]
    assert [(page.to.name if page.to else None, page.role) for page in pages] == [
        (None, None),
        ("Ruth Bellamy", Role.OFFICE_MANAGER),
    ]
    task = Delivery.objects.get(case=row, purpose=Purpose.TASK)
    assert (task.payload["to"], "STILL HERE" in task.payload["headline"]) == ("Ruth Bellamy", True)
    assert after.alarm_at == back + 2 * MINUTE  # from when there was somebody who could come
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_what_found_nobody_goes_to_the_region_where_that_is_back_first(group: Cast) -> None:
    everybody = (group.omar, group.ruth, group.rita, group.lee, group.sam)
    for person in everybody:
        away(person, MONDAY + 12 * DAY)
    row = a_case(group)
    for person in (group.lee, group.rita):
        say_back(person, MONDAY)
    assert return_cases(MONDAY) == 1
    after = CaseRow.system.get(pk=row.pk)
    assert (after.owner_id, after.stage) == (group.rita.pk, Stage.REGION)


def test_a_promise_of_a_closed_case_is_not_left_with_who_is_away_either(
    group: Cast, django_capture_on_commit_callbacks: Callable
) -> None:
    done = closed(group)
    omar = actor_at(group.omar, str(group.maple.pk)).person
    soon, later = MONDAY + DAY, MONDAY + 20 * DAY
    waits = closed(group)
    for row, due in ((done, soon), (waits, later)):
        does(group.omar, row, c.MakePromise(text="A call", owner=omar, due=due))
    idle = closed(group)
    with django_capture_on_commit_callbacks(execute=True):
        absence = say_away(group.omar, MONDAY, MONDAY + 5 * DAY, cover=None, by=group.omar, now=MONDAY)
    assert [owner(row) for row in (done, waits, idle)] == [group.ruth.pk, group.omar.pk, group.omar.pk]
    assert set(left_with(str(group.ruth.pk), directory(), MONDAY)) == {str(group.omar.pk)}
    with django_capture_on_commit_callbacks(execute=True):
        take_back(absence, MONDAY + MINUTE)
    assert owner(done) == group.omar.pk
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_a_cover_stands_in_only_for_what_somebody_answers_for(group: Cast) -> None:
    away(group.ana, MONDAY + 2 * DAY, cover=group.omar)
    known, maple = directory(), str(group.maple.pk)
    assert known.alone_until(str(group.ana.pk), maple, MONDAY) == MONDAY + 2 * DAY
    assert known.alone_until(str(group.omar.pk), maple, MONDAY) is None


def test_two_workers_hand_nothing_on_twice(committed: None) -> None:
    group = make_cast()
    rows = [a_case(group) for _ in range(8)]
    begin = Barrier(3)

    def sees_to_it() -> int:
        try:
            begin.wait()
            return return_cases(MONDAY)
        finally:
            connection.close()

    def says_so() -> int:
        try:
            begin.wait()
            say_sick(group.omar, by=group.omar, now=MONDAY)
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(do) for do in (sees_to_it, sees_to_it, says_so)]
        for run in runs:
            run.result()
    assert [len(handed(row)) for row in rows] == [1] * len(rows)
    assert {owner(row) for row in rows} == {group.ruth.pk}
