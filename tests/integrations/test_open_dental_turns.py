"""One customer key calls at one pace, whichever thread or process calls: whose turn it is stands in the database."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from amends.integrations.open_dental.models import KeyTurn
from amends.integrations.open_dental.pacing import LONGEST_PAUSE, Pacer, seconds_between
from amends.integrations.open_dental.turns import SharedTurns

LONG = 100.0  # seconds between two turns: so long that no slow machine sees one of them pass


class TestAmongAllProcesses:
    @pytest.fixture(autouse=True)
    def _database(self, committed: None) -> None:
        """Turns count when they are committed."""

    def test_a_turn_begins_when_the_one_before_has_had_its_time(self) -> None:
        turns = SharedTurns("key")
        assert turns.take(LONG, at_most=0) == 0
        wait = turns.take(LONG, at_most=150)
        assert wait is not None
        assert 50 < wait <= LONG

    def test_who_would_wait_too_long_takes_nobodys_turn(self) -> None:
        turns = SharedTurns("key")
        turns.take(LONG, at_most=0)
        before = KeyTurn.objects.get().free_at
        assert turns.take(LONG, at_most=20) is None
        assert KeyTurn.objects.get().free_at == before

    def test_two_databases_with_one_key_share_it_and_two_keys_do_not(self) -> None:
        SharedTurns("key").take(LONG, at_most=0)
        assert SharedTurns("key").take(LONG, at_most=20) is None
        assert SharedTurns("another").take(LONG, at_most=20) == 0

    def test_the_key_itself_is_told_nowhere(self) -> None:
        SharedTurns("cust-key").take(LONG, at_most=0)
        row = KeyTurn.objects.get()
        assert "cust-key" not in f"{row!r} {row} {row.digest}"

    def test_a_pause_is_everybodys(self) -> None:
        SharedTurns("key").pause(LONG)
        other = SharedTurns("key")
        assert other.is_paused()
        assert not SharedTurns("another").is_paused()
        assert other.take(1, at_most=20) is None
        wait = other.take(1, at_most=150)
        assert wait is not None
        assert 50 < wait <= LONG

    def test_a_shorter_pause_does_not_end_a_longer_one(self) -> None:
        turns = SharedTurns("key")
        turns.pause(LONG)
        turns.pause(0)
        assert turns.is_paused()

    def test_a_clock_that_was_set_back_stops_nobody(self) -> None:
        turns = SharedTurns("key")
        turns.take(LONG, at_most=0)
        KeyTurn.objects.update(free_at=9e9, paused_until=9e9)
        assert not turns.is_paused()
        assert turns.take(LONG, at_most=20) == 0
        assert turns.take(LONG, at_most=20) is None

    def test_inside_a_transaction_of_the_caller_it_refuses(self) -> None:
        with transaction.atomic(), pytest.raises(RuntimeError):
            SharedTurns("key").take(LONG, at_most=0)

    def test_no_turn_is_given_twice_to_threads(self) -> None:
        def take() -> None:
            for _ in range(5):
                assert SharedTurns("key").take(10, at_most=800) is not None
            connection.close()

        began = first_turn()
        together(take, 6)
        assert KeyTurn.objects.get().free_at >= began + 30 * 10

    def test_no_turn_is_given_twice_to_processes(self) -> None:
        began = first_turn()
        workers = [subprocess.Popen([sys.executable, "-c", TAKE_TEN], env=environment()) for _ in range(2)]
        assert [worker.wait(60) for worker in workers] == [0, 0]
        assert KeyTurn.objects.get().free_at >= began + 20 * 10

    def test_what_it_writes_is_as_safe_on_the_disk_afterwards_as_before(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL sets it for one transaction")
        SharedTurns("key").take(LONG, at_most=0)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)  # FULL


class TestWhileTheDatabaseIsLocked:
    @pytest.fixture
    def locked(self, monkeypatch: pytest.MonkeyPatch, committed: None) -> list[bool]:
        """While this holds something, the database answers that it is locked; each answer takes one off."""
        times: list[bool] = []
        run = SharedTurns._run

        def maybe(turns: SharedTurns, statement: str, **values: float) -> list[tuple[float]]:
            if times:
                times.pop()
                raise OperationalError("database is locked")
            return run(turns, statement, **values)

        monkeypatch.setattr(SharedTurns, "_run", maybe)
        monkeypatch.setattr("amends.integrations.open_dental.turns._LOCKED_AGAIN_AFTER", 0)
        return times

    def test_it_waits(self, locked: list[bool]) -> None:
        locked.extend([True, True])
        assert SharedTurns("key").take(LONG, at_most=60) == 0
        assert locked == []

    def test_it_never_skips_the_pace(self, locked: list[bool]) -> None:
        locked.append(True)
        assert SharedTurns("key").take(LONG, at_most=0) is None
        locked.append(True)
        assert SharedTurns("key").is_paused()
        locked.append(True)
        SharedTurns("key").pause(LONG)  # this process pauses all the same


class Time:
    """A clock that only sleeping moves. What is put into `meanwhile` happens in the next sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.meanwhile: list[Callable[[], object]] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        while self.meanwhile:
            self.meanwhile.pop()()
        self.now += seconds


class Others:
    """Turns that other processes take as well: `waits` is what is told next, None for too long."""

    def __init__(self) -> None:
        self.waits: list[float | None] = []
        self.pauses: list[float] = []
        self.paused = [False]
        self.asked: list[float] = []

    def take(self, interval: float, *, at_most: float) -> float | None:
        self.asked.append(at_most)
        return self.waits.pop(0) if self.waits else 0.0

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def is_paused(self) -> bool:
        return self.paused.pop(0) if self.paused else False


class TestInOneProcess:
    def test_others_turns_are_waited_for_and_the_time_for_it_is_what_is_left(self) -> None:
        time, others = Time(), Others()
        pacer = Pacer(1.0, shared=others, clock=time, sleep=time.sleep)
        assert pacer.wait(5)
        others.waits = [2.5]
        assert pacer.wait(5)
        assert time.now == 3.5  # one second in its own queue, then the other processes
        assert others.asked == [5, 4]

    def test_too_many_others_are_no_turn(self) -> None:
        time, others = Time(), Others()
        others.waits = [None]
        assert not Pacer(1.0, shared=others, clock=time, sleep=time.sleep).wait(5)

    def test_a_pause_of_another_process_while_waiting_means_queueing_again(self) -> None:
        time, others = Time(), Others()
        others.waits, others.paused = [1.0, 3.0], [True, False]
        assert Pacer(1.0, shared=others, clock=time, sleep=time.sleep).wait(9)
        assert len(others.asked) == 2

    def test_a_pause_of_this_process_while_waiting_means_queueing_again(self) -> None:
        time, others = Time(), Others()
        pacer = Pacer(1.0, shared=others, clock=time, sleep=time.sleep)
        assert pacer.wait(5)
        time.meanwhile.append(lambda: pacer.pause(30))
        assert pacer.wait(60)
        assert time.now == 30
        assert others.pauses == [30]
        assert len(others.asked) == 2

    def test_a_pause_that_is_longer_than_it_may_wait_is_no_turn(self) -> None:
        time = Time()
        pacer = Pacer(1.0, clock=time, sleep=time.sleep)
        assert pacer.wait(5)
        time.meanwhile.append(lambda: pacer.pause(30))
        assert not pacer.wait(5)

    def test_an_absurd_pause_is_cut(self) -> None:
        time = Time()
        pacer = Pacer(1.0, clock=time, sleep=time.sleep)
        pacer.pause(1e9)
        assert pacer.wait(LONGEST_PAUSE)

    def test_without_an_interval_nobody_waits(self) -> None:
        time = Time()
        pacer = Pacer(0.0, clock=time, sleep=time.sleep)
        assert all(pacer.wait(0) for _ in range(100))
        assert time.now == 0


@pytest.mark.parametrize(
    ("permissions", "seconds"),
    [
        (None, 1.0),
        ({"apireadall"}, 5.0),
        (set(), 5.0),
        ({"apireadall", "apicomm"}, 1.0),
        ({"apireadall", "apienterprise"}, 0.5),
    ],
)
def test_the_pace_is_the_one_of_the_permissions(permissions: set[str] | None, seconds: float) -> None:
    assert seconds_between(None if permissions is None else frozenset(permissions)) == seconds


TAKE_TEN = """
import django
django.setup()
from amends.integrations.open_dental.turns import SharedTurns
for _ in range(10):
    assert SharedTurns("key").take(10, at_most=800) is not None
"""


def first_turn() -> float:
    """Makes the row, and tells when the next turn would begin."""
    SharedTurns("key").take(0, at_most=0)
    return KeyTurn.objects.get().free_at


def together(act: Callable[[], None], count: int) -> None:
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def environment() -> dict[str, str]:
    """That of a process on the database of the running test."""
    login = connection.settings_dict
    user = f"{login['USER']}@" if login["USER"] else ""
    port = f":{login['PORT']}" if login["PORT"] else ""
    server = f"postgresql://{user}{login['HOST']}{port}/{login['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "amends.settings",
        "AMENDS_SECRET_KEY": settings.SECRET_KEY,
        "AMENDS_SEALING_KEYS": ",".join(settings.SEALING_KEYS),
        "AMENDS_DATABASE": f"sqlite:///{login['NAME']}" if connection.vendor == "sqlite" else server,
    }
