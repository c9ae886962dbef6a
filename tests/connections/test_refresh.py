"""What is known is kept: true within a round, with the time since when, by one process at a time."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.deliveries.other_side import Clock

from amends.connections import refresh
from amends.connections.checks import REACHED, Check, Neighbor, State, down, works
from amends.connections.models import LastKnown

pytestmark = pytest.mark.django_db

UP = works(REACHED, "Reached", "It answers.")
AWAY = down(REACHED, "Reached", "No answer.", "Look at the network.")


class Group:
    """Neighbors whose state a test sets; `looks` counts who was looked at."""

    def __init__(self, *keys: str) -> None:
        self.checks: dict[str, Sequence[Check]] = {key: [UP] for key in keys}
        self.every: dict[str, timedelta] = {}
        self.looks: list[str] = []

    def everybody(self, *, thorough: bool = False) -> list[Neighbor]:
        usual = timedelta(seconds=25)
        return [Neighbor(key, key, self._look(key), every=self.every.get(key, usual)) for key in self.checks]

    def _look(self, key: str):
        def look(seconds: float) -> Sequence[Check]:
            self.looks.append(key)
            return self.checks[key]

        return look


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Group:
    group = Group("slack", "people")
    monkeypatch.setattr(refresh, "everybody", group.everybody)
    return group


def known(key: str = "slack") -> LastKnown:
    return LastKnown.objects.get(key=key)


def test_a_round_looks_at_everybody_and_keeps_what_was_found(group: Group, clock: Clock) -> None:
    assert refresh.refresh_checks()
    assert group.looks == ["slack", "people"]
    row = known()
    assert (row.state, row.since, row.answered_at) == (State.WORKS, clock(), clock())
    assert [check.says for check in row.checks] == ["It answers."]


def test_trouble_shows_after_the_next_round_and_goes_by_itself(group: Group, clock: Clock) -> None:
    refresh.refresh_checks()
    answered = clock()
    clock.move(30)
    group.checks["slack"] = [AWAY]
    refresh.refresh_checks()
    broke = clock()
    clock.move(30)
    refresh.refresh_checks()
    assert (known().state, known().since, known().answered_at) == (State.DOWN, broke, answered)
    assert known().checks[0].repair == "Look at the network."
    clock.move(30)
    group.checks["slack"] = [UP]
    refresh.refresh_checks()
    assert (known().state, known().since, known().checks[0].repair) == (State.WORKS, clock(), "")


def test_two_processes_do_not_look_twice_in_one_round(group: Group, clock: Clock) -> None:
    refresh.refresh_checks()
    clock.move(2)
    assert not refresh.refresh_checks()
    assert len(group.looks) == 2


def test_a_round_follows_the_other_though_the_clock_of_the_housekeeping_is_not_exact(
    group: Group, clock: Clock
) -> None:
    refresh.refresh_checks()
    clock.move(29)
    assert refresh.refresh_checks()


def test_who_wants_to_be_looked_at_seldom_is(group: Group, clock: Clock) -> None:
    group.every["slack"] = timedelta(minutes=5)
    refresh.refresh_checks()
    group.looks.clear()
    for _ in range(10):
        clock.move(30)
        refresh.refresh_checks()
    assert (group.looks.count("people"), group.looks.count("slack")) == (10, 1)


def test_of_many_those_seen_longest_ago_come_first(group: Group, clock: Clock) -> None:
    refresh.refresh_checks()
    clock.move(10)
    assert refresh.look_now("slack")
    clock.move(30)
    group.looks.clear()
    refresh.refresh_checks()
    assert group.looks == ["people", "slack"]


def test_look_now_looks_though_the_round_was_just_now(group: Group, clock: Clock) -> None:
    refresh.refresh_checks()
    group.checks["slack"] = [AWAY]
    assert refresh.look_now("slack")
    assert known().state == State.DOWN
    assert not refresh.look_now("nosuch")


def test_look_now_before_the_first_round_is_not_taken_for_a_running_engine(group: Group, clock: Clock) -> None:
    refresh.look_now("slack")
    assert LastKnown.last_round() is None
    refresh.refresh_checks()
    assert LastKnown.last_round() == clock()


def test_a_slow_look_does_not_overwrite_a_newer_one(group: Group, clock: Clock) -> None:
    """A round begins, hangs on the network; meanwhile somebody repairs it and presses “Test now”."""
    began = clock()
    clock.move(5)
    refresh.look_now("slack")
    refresh.keep(group.everybody()[0], [AWAY], began)
    assert known().state == State.WORKS


def test_who_is_gone_is_forgotten(group: Group, clock: Clock) -> None:
    refresh.refresh_checks()
    del group.checks["slack"]
    refresh.refresh_checks()
    assert [row.key for row in LastKnown.objects.all()] == ["people"]


def test_nothing_is_kept_about_one_that_never_answered(group: Group) -> None:
    group.checks["slack"] = [AWAY]
    refresh.refresh_checks()
    assert known().answered_at is None
