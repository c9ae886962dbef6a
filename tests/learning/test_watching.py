"""Watch rules: planted repeats are found, all of them; near misses are shown and turn nothing."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Cast
from tests.protocol.cast import ANA, OMAR, RITA, Story, addressed

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow, EventRow
from amends.deliveries.models import Delivery
from amends.learning.models import CaseFigures, Outcome, ToCompare, WatchedAction
from amends.learning.watching import compare_cases, end_watches, near_misses
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.fold import evolve
from amends.protocol.messages import TaskMessage
from amends.protocol.values import AMENDS, CorrectiveAction, WatchRule
from amends.protocol.watch import Nearness, nearness
from amends.protocol.words import AsideReason, Moment, Purpose

RULE = WatchRule(("wait_in_office",), ("maple",), 90)


# --- the rules -----------------------------------------------------------------------------------------------------


def planned(**changes: Any) -> Story:
    story = addressed()
    command = {"what": "Tell people of a delay.", "owner": RITA.person, "due": story.now + timedelta(days=7), **changes}
    story.does(OMAR, c.PlanAction(**command))
    return story


def test_an_action_is_watched_for_its_causes_at_its_office_where_nobody_says_otherwise():
    (action,) = planned().case.actions
    assert action.watch == WatchRule((), ("maple",), 90)
    assert (action.is_watched, action.watched_until) == (True, action.due + timedelta(days=90))


@pytest.mark.parametrize(
    ("watch", "why"),
    [
        (WatchRule(("nonsense",), (), 9), "Choose a cause"),
        (WatchRule((), (), 0), "1 to 730"),
        (WatchRule((), (), 731), "1 to 730"),
    ],
)
def test_a_watch_rule_that_means_nothing_is_refused(watch, why):
    story = addressed()
    due = story.now + timedelta(days=7)
    story.refuses(OMAR, c.PlanAction(what="x", owner=RITA.person, due=due, watch=watch), why)


def test_whoever_has_an_action_says_that_it_is_done():
    story = planned(owner=ANA.person)
    story.does(ANA, c.FinishAction(no=1, note="The sheet hangs there."))
    story.refuses(OMAR, c.FinishAction(no=1), "done already")
    story.refuses(OMAR, c.FinishAction(no=2), "no such corrective action")
    assert story.case.actions[0].done_at == story.now
    planned().refuses(ANA, c.FinishAction(no=1), "As .* you cannot say that a corrective action is done")


def test_a_repeat_is_told_to_whoever_had_the_action_and_to_the_region_once_each():
    for owner, told in ((OMAR.person, [OMAR.person, RITA.person]), (RITA.person, [RITA.person])):
        story = planned(owner=owner)
        story.does(AMENDS, c.ActionRepeated(no=1, other="UP-1009"))
        tasks = [message for message in story.newest if isinstance(message, TaskMessage)]
        assert [task.to for task in tasks] == told
        assert all("UP-1009" in task.text and task.patient is None for task in tasks)
        assert not story.case.actions[0].is_watched
        story.refuses(AMENDS, c.ActionRepeated(no=1, other="UP-1010"), "not open any more")


def test_an_action_held_when_its_days_are_over_and_not_before():
    story = planned()
    story.does(RITA, c.FinishAction(no=1))
    (action,) = story.case.actions
    story.refuses(AMENDS, c.WatchEnded(no=1), "not over yet")
    story.now = action.watched_until
    story.does(AMENDS, c.WatchEnded(no=1))
    assert story.case.actions[0].held
    story.refuses(AMENDS, c.WatchEnded(no=1), "not open any more")
    for command in (c.WatchEnded(no=1), c.ActionRepeated(no=1, other="UP-1")):
        story.refuses(OMAR, command, "As .* you cannot say so; Amends itself does")


def test_what_nobody_has_done_did_not_hold_yet_and_its_days_count_from_when_it_is_done():
    story = planned()
    (action,) = story.case.actions
    story.now = action.watched_until + timedelta(days=1)
    story.refuses(AMENDS, c.WatchEnded(no=1), "not done yet")
    story.does(RITA, c.FinishAction(no=1))
    (action,) = story.case.actions
    assert action.watched_until == story.now + timedelta(days=90)
    story.refuses(AMENDS, c.WatchEnded(no=1), "not over yet")
    story.now = action.watched_until
    story.does(AMENDS, c.WatchEnded(no=1))
    assert story.case.actions[0].held


def test_what_is_done_early_is_watched_from_its_date_as_it_was_planned():
    story = planned()
    due = story.case.actions[0].due
    story.does(RITA, c.FinishAction(no=1))
    assert story.case.actions[0].watched_until == due + timedelta(days=90)


def test_early_records_that_say_held_of_what_nobody_did_say_nothing():
    story = planned()
    held = e.Event(at=story.now, by=AMENDS, fact=e.ActionHeld(no=1))
    (action,) = evolve(story.case, held).actions
    assert (action.held, action.is_watched) == (False, True)


def test_a_repeat_that_is_found_later_corrects_that_it_held_and_says_so():
    story = planned()
    story.does(RITA, c.FinishAction(no=1))
    story.now = story.case.actions[0].watched_until
    story.does(AMENDS, c.WatchEnded(no=1))
    story.does(AMENDS, c.ActionRepeated(no=1, other="UP-1009"))
    (action,) = story.case.actions
    assert (action.held, action.failed_by, action.is_watched) == (False, "UP-1009", False)
    tasks = [message for message in story.newest if isinstance(message, TaskMessage)]
    assert [task.to for task in tasks] == [RITA.person]
    assert "It had been said to have held; that is corrected." in tasks[0].text
    story.refuses(AMENDS, c.ActionRepeated(no=1, other="UP-1010"), "not open any more")


@given(
    told=st.integers(-10, 200),
    happened=st.integers(-10, 200),
    cause=st.booleans(),
    place=st.booleans(),
    aside=st.booleans(),
    done=st.booleans(),
    failed=st.booleans(),
)
def test_only_cause_place_and_time_together_are_a_repeat(told, happened, cause, place, aside, done, failed):
    own = addressed()
    start = own.now
    action = CorrectiveAction(
        1, "x", RITA.person, start, RULE, done_at=start if done else None, failed_by="UP-9" if failed else ""
    )
    other = Story(now=start + timedelta(days=max(told, happened), hours=1))
    report = c.Report(
        office="maple" if place else "harbor",
        account="Waited.",
        moment=Moment.BEFORE,
        kinds=("wait",),
        happened_at=start + timedelta(days=happened, minutes=30),
    )
    other.does(RITA, report)
    if cause:
        other.does(RITA, c.RecordCauses(causes=("wait_in_office",)))
    if aside:
        other.does(RITA, c.PutAside(reason=AsideReason.BY_MISTAKE, note="x"))
    near = nearness(action, own.case, other.case)
    in_time = happened >= 0 and (happened < 90 or not (done or failed))
    assert (near is Nearness.REPEAT) == (cause and place and in_time and not aside)
    if near is not Nearness.NONE:
        assert max(told, happened) >= 0


# --- at work -------------------------------------------------------------------------------------------------------

Report = Callable[..., CaseRow]


@pytest.fixture
def now() -> datetime:
    return timezone.now().astimezone(UTC).replace(microsecond=0)


@pytest.fixture
def report(group: Cast, now: datetime) -> Report:
    """A case of so many days ago at an office (Maple Street), with its cause."""

    def make(
        days_ago: float, cause: str = "wait_in_office", office: Any = None, happened: float | None = None
    ) -> CaseRow:
        place = office or group.maple
        at = now - timedelta(days=days_ago)
        when = now - timedelta(days=days_ago if happened is None else happened)
        told = c.Report(
            office=str(place.pk), account="Waited.", moment=Moment.BEFORE, kinds=("wait",), happened_at=when
        )
        row = actions.perform(command=told, by=AMENDS, at=at).row
        if cause:
            by = actor_at(group.lee, str(place.pk))
            actions.perform(command=c.RecordCauses(causes=(cause,)), by=by, case=row.pk, at=at)
        return CaseRow.system.get(pk=row.pk)

    return make


@pytest.fixture
def watched(group: Cast, report: Report, now: datetime) -> WatchedAction:
    """Planned 101 days ago for 100 days ago, done then, and watched for 90 days."""
    row = report(110)
    plan = c.PlanAction(
        what="Tell people of a delay.",
        owner=actor_at(group.omar, str(group.maple.pk)).person,
        due=now - timedelta(days=100),
        watch=WatchRule((), (str(group.maple.pk),), 90),
    )
    by = actor_at(group.omar, str(group.maple.pk))
    actions.perform(command=plan, by=by, case=row.pk, at=now - timedelta(days=101))
    actions.perform(command=c.FinishAction(no=1), by=by, case=row.pk, at=now - timedelta(days=100))
    compare_cases()
    return WatchedAction.objects.get()


def outcome(watched: WatchedAction) -> str:
    watched.refresh_from_db()
    return watched.outcome


def test_a_planted_repeat_is_found_and_both_cases_know_of_each_other(
    group: Cast, watched: WatchedAction, report: Report
) -> None:
    again = report(50)
    assert outcome(watched) == Outcome.WATCHING
    assert compare_cases() == 1
    assert (outcome(watched), watched.failed_by) == (Outcome.DID_NOT_HOLD, again)
    assert actions.state_of(again.pk).repeat_of == (watched.case.number,)
    told = Delivery.objects.filter(purpose=Purpose.DID_NOT_HOLD.value, case=watched.case)
    assert {row.payload["to"] for row in told} == {"Omar Haddad", "Rita Lindqvist"}
    assert compare_cases() == 0
    assert CaseFigures.objects.get(case=again).is_repeat


def repeats_of(row: CaseRow) -> tuple[str, ...]:
    """What the case is a repeat of; its figures say the same."""
    of = actions.state_of(row.pk).repeat_of
    assert CaseFigures.objects.get(case=row).is_repeat == bool(of)
    return of


def test_every_case_within_the_days_is_a_repeat_though_the_action_failed_by_the_first(
    group: Cast, watched: WatchedAction, report: Report, now: datetime
) -> None:
    first, second, unclear = report(90), report(80), report(85, cause="")
    after, elsewhere = report(9), report(70, office=group.harbor)
    compare_cases()
    by = actor_at(group.omar, str(group.maple.pk))
    actions.perform(command=c.RecordCauses(causes=("wait_in_office",)), by=by, case=unclear.pk, at=now)
    for _ in range(2):
        ToCompare.objects.bulk_create((ToCompare(case=row) for row in CaseRow.system.all()), ignore_conflicts=True)
        compare_cases()
    assert (outcome(watched), watched.failed_by) == (Outcome.DID_NOT_HOLD, first)
    assert [repeats_of(row) for row in (first, second, unclear)] == [(watched.case.number,)] * 3
    assert [repeats_of(row) for row in (after, elsewhere)] == [(), ()]
    noted = EventRow.objects.filter(kind="RepeatNoted").values_list("case", flat=True)
    assert sorted(noted) == [first.pk, second.pk, unclear.pk], "each once"
    assert EventRow.objects.filter(kind="ActionFailed").count() == 1
    assert end_watches() == 0
    assert near_misses(watched) == [(elsewhere, Nearness.ELSEWHERE), (after, Nearness.SOON_AFTER)]


def test_what_nobody_did_has_the_days_that_were_planned_once_it_has_failed(
    group: Cast, report: Report, now: datetime
) -> None:
    row = report(110)
    by = actor_at(group.omar, str(group.maple.pk))
    watch = WatchRule((), (str(group.maple.pk),), 60)
    plan = c.PlanAction(what="Tell people.", owner=by.person, due=now - timedelta(days=100), watch=watch)
    actions.perform(command=plan, by=by, case=row.pk, at=now - timedelta(days=101))
    late, later, within = report(20), report(5), report(50, cause="")
    compare_cases()
    actions.perform(command=c.RecordCauses(causes=("wait_in_office",)), by=by, case=within.pk, at=now)
    compare_cases()
    watched = WatchedAction.objects.get()
    assert (outcome(watched), watched.failed_by) == (Outcome.DID_NOT_HOLD, late), "it was not done by then"
    assert [repeats_of(one) for one in (late, later, within)] == [(row.number,), (), (row.number,)]
    assert near_misses(watched) == []
    ToCompare.objects.create(case=row)
    compare_cases()
    assert repeats_of(later) == ()


def test_one_story_told_in_two_cases_is_no_repeat_of_itself_once_they_are_one(
    group: Cast, watched: WatchedAction, report: Report
) -> None:
    """Though it has the cause of the other from then on, and happened after the action's date."""
    into = report(50, cause="")
    actions.merge(duplicate=watched.case_id, into=into.pk, by=actor_at(group.omar, str(group.maple.pk)))
    compare_cases()
    assert actions.state_of(into.pk).causes == ("wait_in_office",)
    assert (repeats_of(into), outcome(watched)) == ((), Outcome.WATCHING)


def test_a_repeat_that_is_merged_into_another_case_makes_that_one_a_repeat(
    group: Cast, watched: WatchedAction, report: Report
) -> None:
    again, into = report(50), report(105)
    compare_cases()
    assert (repeats_of(again), repeats_of(into)) == ((watched.case.number,), ())
    actions.merge(duplicate=again.pk, into=into.pk, by=actor_at(group.omar, str(group.maple.pk)))
    compare_cases()
    assert repeats_of(into) == (watched.case.number,)
    assert not CaseFigures.objects.get(case=again).counts


@pytest.mark.parametrize(
    ("case", "near"),
    [
        ({"days_ago": 50, "cause": "pain_not_managed"}, None),
        ({"days_ago": 50, "office": "harbor"}, Nearness.ELSEWHERE),
        ({"days_ago": 99, "happened": 100.5}, Nearness.TOO_EARLY),
        ({"days_ago": 5}, Nearness.SOON_AFTER),
        ({"days_ago": 50, "cause": ""}, Nearness.CAUSE_OPEN),
        ({"days_ago": 105}, None),
    ],
)
def test_near_misses_are_shown_and_turn_nothing(
    group: Cast, watched: WatchedAction, report: Report, case: dict[str, Any], near: Nearness | None
) -> None:
    if "office" in case:
        case = {**case, "office": group.harbor}
    report(**case)
    compare_cases()
    assert outcome(watched) == Outcome.WATCHING
    assert [found for _, found in near_misses(watched)] == ([near] if near else [])
    assert not CaseFigures.objects.filter(is_repeat=True).exists()


def test_through_its_days_without_a_repeat_it_held(watched: WatchedAction, report: Report) -> None:
    report(50, cause="pain_not_managed")
    compare_cases()
    assert end_watches() == 1
    assert outcome(watched) == Outcome.HELD
    assert end_watches() == 0
    assert compare_cases() == 0
    assert outcome(watched) == Outcome.HELD


def test_a_repeat_whose_cause_is_found_after_the_days_corrects_that_it_held(
    group: Cast, watched: WatchedAction, report: Report, now: datetime
) -> None:
    other = report(12, cause="")
    compare_cases()
    assert end_watches() == 1
    assert near_misses(watched) == [(other, Nearness.CAUSE_OPEN)]
    by = actor_at(group.omar, str(group.maple.pk))
    actions.perform(command=c.RecordCauses(causes=("wait_in_office",)), by=by, case=other.pk, at=now)
    compare_cases()
    assert (outcome(watched), watched.failed_by) == (Outcome.DID_NOT_HOLD, other)
    assert actions.state_of(other.pk).repeat_of == (watched.case.number,)
    told = Delivery.objects.filter(purpose=Purpose.DID_NOT_HOLD.value, case=watched.case)
    assert {row.payload["to"] for row in told} == {"Omar Haddad", "Rita Lindqvist"}
    assert end_watches() == 0


def test_what_nobody_has_done_is_never_said_to_have_held(group: Cast, report: Report, now: datetime) -> None:
    row = report(110)
    by = actor_at(group.omar, str(group.maple.pk))
    plan = c.PlanAction(what="Tell people.", owner=by.person, due=now - timedelta(days=100))
    actions.perform(command=plan, by=by, case=row.pk, at=now - timedelta(days=101))
    assert end_watches(now) == 0
    actions.perform(command=c.FinishAction(no=1), by=by, case=row.pk, at=now)
    assert end_watches(now) == 0
    assert end_watches(now + timedelta(days=90)) == 1


def test_a_cause_of_its_own_case_that_is_found_late_is_watched_from_the_beginning(
    group: Cast, report: Report, now: datetime
) -> None:
    row = report(110, cause="")
    by = actor_at(group.omar, str(group.maple.pk))
    plan = c.PlanAction(what="Tell people.", owner=by.person, due=now - timedelta(days=100))
    actions.perform(command=plan, by=by, case=row.pk, at=now - timedelta(days=101))
    again = [report(60), report(50)]
    compare_cases()
    watched = WatchedAction.objects.get()
    assert outcome(watched) == Outcome.WATCHING
    actions.perform(command=c.RecordCauses(causes=("wait_in_office",)), by=by, case=row.pk, at=now)
    compare_cases()
    assert (outcome(watched), watched.failed_by) == (Outcome.DID_NOT_HOLD, again[0])
    assert [repeats_of(one) for one in again] == [(row.number,)] * 2


CAUSES = ("wait_in_office", "pain_not_managed", "estimate_wrong")


@pytest.mark.parametrize("seed", range(6))
def test_in_a_world_with_planted_repeats_all_are_found_and_nothing_else_whenever_causes_are_recorded(
    group: Cast, report: Report, now: datetime, seed: int
) -> None:
    """Actions of two offices and three causes; among cases of all kinds some repeats, half of them with a cause that is
    recorded only when the days are over and the actions were said to have held."""
    chance, planned_by = random.Random(seed), {}
    for cause in CAUSES:
        for place in (group.maple, group.harbor):
            row, by = report(110, cause, place), actor_at(group.lee, str(place.pk))
            watch = WatchRule((), (str(place.pk),), 60)
            plan = c.PlanAction(what=cause, owner=by.person, due=now - timedelta(days=100), watch=watch)
            actions.perform(command=plan, by=by, case=row.pk, at=now - timedelta(days=101))
            actions.perform(command=c.FinishAction(no=1), by=by, case=row.pk, at=now - timedelta(days=100))
            planned_by[cause, place.pk] = row.number
    repeated, late = set(), []
    planted: dict[CaseRow, tuple[str, ...]] = {}
    for _ in range(8):
        cause, place = chance.choice(CAUSES), chance.choice((group.maple, group.harbor))
        happened = chance.choice([chance.uniform(41, 99), chance.uniform(101, 109), chance.uniform(1, 39)])
        told = chance.uniform(0, min(happened, 99))
        other = report(told, "", place, happened)
        late.append((other, cause, place, chance.random() < 0.5))
        planted[other] = ()
        if 40 < happened < 100:
            repeated.add((cause, place.pk))
            planted[other] = (planned_by[cause, place.pk],)
    for at_the_end in (False, True):
        for other, cause, place, waits in late:
            if waits is at_the_end:
                by = actor_at(group.lee, str(place.pk))
                actions.perform(command=c.RecordCauses(causes=(cause,)), by=by, case=other.pk, at=now)
        compare_cases()
        end_watches(now)
    failed = WatchedAction.objects.filter(outcome=Outcome.DID_NOT_HOLD)
    assert {(row.what, row.office_id) for row in failed} == repeated
    assert WatchedAction.objects.filter(outcome=Outcome.HELD).count() == 6 - len(repeated)
    assert {other: repeats_of(other) for other in planted} == planted


def test_near_misses_are_found_among_any_number_of_later_cases(
    group: Cast, watched: WatchedAction, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = report(50, office=group.harbor)
    monkeypatch.setattr("amends.learning.watching.MOST_NEAR", 3)
    for days in range(30, 35):
        report(days, cause="pain_not_managed", office=group.harbor)
        report(days - 25, office=group.harbor)  # the cause, but too late and elsewhere
    assert near_misses(watched) == [(near, Nearness.ELSEWHERE)]
    assert near_misses(watched, [str(group.maple.pk)]) == []


def test_what_two_processes_find_is_told_once(watched: WatchedAction, report: Report) -> None:
    again = report(50)
    compare_cases()
    ToCompare.objects.create(case=again)
    compare_cases()
    kinds = list(EventRow.objects.filter(case=watched.case).values_list("kind", flat=True))
    assert kinds.count("ActionFailed") == 1


def test_a_process_that_dies_before_it_compares_loses_nothing(
    watched: WatchedAction, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(50)

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("amends.learning.watching.nearness", dies)
        with pytest.raises(SystemExit):
            compare_cases()
    assert ToCompare.objects.count() == 1
    compare_cases()
    assert outcome(watched) == Outcome.DID_NOT_HOLD


def test_an_older_action_without_a_rule_is_watched_by_nobody() -> None:
    action = CorrectiveAction(1, "x", RITA.person, datetime(2026, 3, 2, tzinfo=UTC))
    assert (action.is_watched, action.watched_until) == (False, None)
    assert nearness(action, addressed().case, addressed().case) is Nearness.NONE
    fact = e.ActionPlanned(no=1, what="x", owner=RITA.person, due=action.due)
    assert fact.watch is None
