"""A check is a value: what it says survives being kept, and since when is counted from the change of its state."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amends.connections.checks import Check, State, carried_on, down, partly, works, worst

MONDAY = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
words = st.text(max_size=20)
moments = st.datetimes(timezones=st.just(UTC))
checks = st.builds(Check, words, words, st.sampled_from(State), words, words, st.none() | moments)


@given(checks)
def test_what_is_kept_comes_back(check: Check) -> None:
    assert Check.from_json(check.as_json()) == check


def test_the_worst_state_is_that_of_the_whole() -> None:
    assert worst([State.WORKS, State.DOWN, State.PARTLY]) is State.DOWN
    assert worst([State.PARTLY, State.WORKS]) is State.PARTLY
    assert worst([]) is State.WORKS


def test_a_state_that_stays_keeps_its_time_also_when_its_words_change() -> None:
    [first] = carried_on([down("key", "Key", "Refused.", "Renew it.")], [], MONDAY)
    [later] = carried_on([down("key", "Key", "Away.", "Wait.")], [first], MONDAY + timedelta(hours=1))
    assert (later.since, later.says) == (MONDAY, "Away.")


def test_a_state_that_changes_begins_anew() -> None:
    before = carried_on([works("key", "Key", "Taken."), partly("type", "Type", "Hidden.", "Show it.")], [], MONDAY)
    later = MONDAY + timedelta(hours=1)
    now = carried_on([down("key", "Key", "Refused.", "Renew it."), works("type", "Type", "There.")], before, later)
    assert [check.since for check in now] == [later, later]
