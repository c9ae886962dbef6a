"""Watch rules: planted repeats are found, all of them; near misses are shown and turn nothing."""

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
    (action,) = story.case.actions
    story.refuses(AMENDS, c.WatchEnded(no=1), "not over yet")
    story.now = action.watched_until
    story.does(AMENDS, c.WatchEnded(no=1))
    assert story.case.actions[0].held
    for command in (c.WatchEnded(no=1), c.ActionRepeated(no=1, other="UP-1")):
        story.refuses(OMAR, command, "As .* you cannot say so; Amends itself does")


@given(
    told=st.integers(-10, 200),
    happened=st.integers(-10, 200),
    cause=st.booleans(),
    place=st.booleans(),
    aside=st.booleans(),
)
def test_only_cause_place_and_time_together_are_a_repeat(told, happened, cause, place, aside):
    own = addressed()
    start = own.now
    action = CorrectiveAction(1, "x", RITA.person, start, RULE)
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
    in_time = 0 <= happened < 90
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
    """Planned 101 days ago for 100 days ago, and watched for 90 days."""
    row = report(110)
    plan = c.PlanAction(
        what="Tell people of a delay.",
        owner=actor_at(group.omar, str(group.maple.pk)).person,
        due=now - timedelta(days=100),
        watch=WatchRule((), (str(group.maple.pk),), 90),
    )
    actions.perform(
        command=plan, by=actor_at(group.omar, str(group.maple.pk)), case=row.pk, at=now - timedelta(days=101)
    )
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


def test_through_its_days_without_a_repeat_it_held(watched: WatchedAction, report: Report) -> None:
    report(50, cause="pain_not_managed")
    compare_cases()
    assert end_watches() == 1
    assert outcome(watched) == Outcome.HELD
    assert end_watches() == 0
    report(50)
    compare_cases()
    assert outcome(watched) == Outcome.HELD, "what was decided stays; it is a near miss of its own"


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
