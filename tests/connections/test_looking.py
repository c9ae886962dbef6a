"""Looking at many at once: one that hangs, fails or waits for its turn holds nobody up."""

import threading
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pytest

from amends.connections.checks import REACHED, Check, Neighbor, State, works
from amends.connections.looking import look_at

FINE = works("there", "There", "It is there.")


def fine(key: str, *, far: bool = True) -> Neighbor:
    return Neighbor(key, key, lambda seconds: [FINE], far=far)


def found(neighbors: Sequence[Neighbor], **limits: float) -> dict[str, list[Check]]:
    return {neighbor.key: list(checks) for neighbor, checks in look_at(neighbors, **limits)}


def test_everybody_is_looked_at_once() -> None:
    names = [f"office-{number}" for number in range(40)]
    told = list(look_at([fine(name, far=number % 3 > 0) for number, name in enumerate(names)]))
    assert sorted(neighbor.key for neighbor, _ in told) == sorted(names)


@pytest.fixture
def begun() -> threading.Event:
    """Set once the neighbor that hangs is looked at."""
    return threading.Event()


@pytest.fixture
def hanging(begun: threading.Event) -> Iterator[Neighbor]:
    """A neighbor that answers only when the test is over."""
    over = threading.Event()

    def look(seconds: float) -> list[Check]:
        begun.set()
        return [FINE] if over.wait(60) else []

    yield Neighbor("hangs", "Hangs", look, far=True)
    over.set()


def test_one_that_hangs_is_told_as_such_and_the_others_come(
    hanging: Neighbor, begun: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr("amends.connections.looking.time", SimpleNamespace(monotonic=lambda: passed[0]))
    told = {}
    for neighbor, checks in look_at([hanging, fine("quick"), fine("near", far=False)], seconds=8, at_most=60):
        told[neighbor.key] = list(checks)
        if neighbor.key == "quick":
            assert begun.wait(60)
            passed[0] = 100  # time is up
    assert told["quick"] == told["near"] == [FINE]
    [check] = told["hangs"]
    assert (check.key, check.state, check.says) == (REACHED, State.DOWN, "No answer within 8 seconds.")


def test_whose_turn_does_not_come_is_left_out(
    hanging: Neighbor, begun: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.connections.looking._GRACE", 0.0)
    monkeypatch.setattr("amends.connections.looking._AT_ONCE", 1)
    near = Neighbor("near", "Near", lambda seconds: [FINE] if begun.wait(60) else [])
    assert list(found([hanging, fine("later"), near], at_most=0)) == ["near", "hangs"]


def test_a_near_one_is_looked_at_by_whoever_asks() -> None:
    threads: list[threading.Thread] = []

    def look(seconds: float) -> list[Check]:
        threads.append(threading.current_thread())
        return []

    found([Neighbor("near", "Near", look), Neighbor("far", "Far", look, far=True)])
    assert threading.current_thread() in threads
    assert len(set(threads)) == 2


@pytest.mark.parametrize("far", [True, False])
def test_a_fault_of_ours_in_one_check_is_told_and_hides_no_other(far: bool) -> None:
    def look(seconds: float) -> list[Check]:
        raise ZeroDivisionError("with something secret in it")

    told = found([Neighbor("broken", "Broken", look, far=far), fine("well")])
    assert told["well"] == [FINE]
    [check] = told["broken"]
    assert (check.state, check.says) == (State.DOWN, "Amends could not finish looking (ZeroDivisionError).")


def test_each_look_is_told_how_long_it_may_last() -> None:
    told: list[float] = []

    def look(seconds: float) -> list[Check]:
        told.append(seconds)
        return []

    found([Neighbor("far", "Far", look, far=True)], seconds=3)
    assert told == [3]
