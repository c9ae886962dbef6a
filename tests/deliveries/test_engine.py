"""The engine: real threads, woken by a nudge, outliving faults."""

from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Event

import pytest
from django.db import OperationalError
from tests.cases.story import opened
from tests.conftest import make_cast

from amends.deliveries import engine as engine_module
from amends.deliveries import runner
from amends.deliveries.channel import Outgoing, Proof
from amends.deliveries.engine import Chore, Engine
from amends.deliveries.models import Delivery, State

PATIENCE = 60  # seconds until a test says that it waited in vain


class There:
    """A channel that says when something was written."""

    name = "any"

    def __init__(self) -> None:
        self.written: Queue[str] = Queue()

    def deliver(self, item: Outgoing) -> Proof:
        self.written.put(item.marker)
        return Proof(id=item.marker, place="There")

    def find(self, item: Outgoing) -> Proof | None:
        raise AssertionError("Nothing was unknown.")

    def channel(self, name: str) -> "There":
        return self


@pytest.fixture
def there() -> There:
    return There()


Started = Callable[[], Engine]


@pytest.fixture
def started(committed: None, there: There) -> Iterator[Started]:
    engines = []

    def start() -> Engine:
        engine = Engine(there.channel, threads=2)
        engine.start()
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.stop()
        assert not any(thread.is_alive() for thread in engine._threads)


@pytest.fixture
def patient_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a nudge nothing would happen in the time of a test."""
    monkeypatch.setattr(engine_module, "_LOOK_EVERY", 600.0)


def test_a_nudge_delivers_at_once(started: Started, there: There, patient_looks: None) -> None:
    group = make_cast()
    started()
    done = opened(group.maple, group.ana)
    got = {there.written.get(timeout=PATIENCE), there.written.get(timeout=PATIENCE)}
    assert got == {f"{done.number}.1", f"{done.number}.2"}


def test_what_waits_from_before_is_delivered_at_the_start(started: Started, there: There) -> None:
    opened((group := make_cast()).maple, group.ana)
    started()
    assert there.written.get(timeout=PATIENCE)


def test_stopping_lets_the_current_delivery_finish(started: Started, there: There) -> None:
    opened((group := make_cast()).maple, group.omar)
    engine = started()
    there.written.get(timeout=PATIENCE)
    engine.stop()
    assert Delivery.objects.get().state == State.PROVED


def test_a_stopped_engine_is_not_nudged_any_more(started: Started, there: There) -> None:
    group = make_cast()
    engine = started()
    engine.stop()
    opened(group.maple, group.ana)
    with pytest.raises(Empty):
        there.written.get_nowait()
    started()  # a new one takes over
    assert there.written.get(timeout=PATIENCE)


@pytest.mark.parametrize("fault", [OperationalError("database or disk is full"), ZeroDivisionError("our own")])
def test_a_thread_outlives_a_fault(
    started: Started, there: There, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(engine_module, "_LOOK_EVERY", 0.01)
    failing, real = [fault] * 5, runner.run_one

    def run_one(channels: runner.Channels) -> bool:
        if failing:
            raise failing.pop()
        return real(channels)

    monkeypatch.setattr(engine_module, "run_one", run_one)
    opened((group := make_cast()).maple, group.ana)
    started()
    assert there.written.get(timeout=PATIENCE)
    assert not failing


def test_deliveries_step_back_while_people_wait_and_no_longer(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_STEP_BACK", 0.0)
    asked = iter([True, True, False])
    engine = Engine(there.channel, threads=0, people_wait=lambda: next(asked))
    engine._let_people_go_first()
    assert list(asked) == [], "it goes on as soon as nobody waits"
    always = Engine(there.channel, threads=0, people_wait=lambda: True)
    always._let_people_go_first()  # returns: a site that is always busy still delivers
    always._stopping.set()
    always._let_people_go_first()  # and one that stops does not wait either


def test_chores_are_done_again_and_again_whatever_becomes_of_the_others(committed: None, there: There) -> None:
    came: dict[str, Queue[int]] = {"broken": Queue(), "hangs": Queue(), "well": Queue()}
    over = Event()

    def broken() -> bool:
        came["broken"].put(1)
        raise ZeroDivisionError("our own")

    def hangs() -> bool:
        came["hangs"].put(1)
        return over.wait(PATIENCE)

    def well() -> bool:
        came["well"].put(1)
        return True

    chores = [Chore(work.__name__, 0.01, work) for work in (broken, hangs, well)]
    engine = Engine(there.channel, threads=0, chores=chores)
    engine.start()
    try:
        for _ in range(3):
            came["well"].get(timeout=PATIENCE)
        came["broken"].get(timeout=PATIENCE)
        came["hangs"].get(timeout=PATIENCE)
        assert came["hangs"].empty()
    finally:
        over.set()
        engine.stop()
    assert not any(thread.is_alive() for thread in engine._threads)


def test_stopping_does_not_wait_for_the_next_turn_of_a_chore(committed: None, there: There) -> None:
    done = Queue[int]()

    def work() -> bool:
        done.put(1)
        return True

    engine = Engine(there.channel, threads=0, chores=[Chore("daily", 86_400.0, work)])
    engine.start()
    done.get(timeout=PATIENCE)
    engine.stop()
    assert not any(thread.is_alive() for thread in engine._threads)
