"""Writers of one process take turns, and a turn is always given back."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError
from pytest_django.plugin import DjangoDbBlocker

from amends.sqlite import base
from amends.sqlite.base import DatabaseWrapper


def wrapper(path: Path) -> DatabaseWrapper:
    """A connection of its own, as each thread has one."""
    settings: dict[str, Any] = {
        "ENGINE": "amends.sqlite",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.01},
        "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {},
    }
    made = DatabaseWrapper(settings, alias="turns")
    made.inc_thread_sharing()
    return made


@pytest.fixture(autouse=True)
def _own_turn(monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    monkeypatch.setattr(base, "_turn", threading.Lock())
    monkeypatch.setattr(base, "_LONGEST_WAIT", 0.01)
    with django_db_blocker.unblock():  # the files of these tests are their own
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "turns.sqlite3"
    made = sqlite3.connect(file)
    made.execute("CREATE TABLE said (words TEXT)")
    made.close()
    return file


@pytest.fixture
def one(path: Path) -> Iterator[DatabaseWrapper]:
    made = wrapper(path)
    yield made
    made.close()


@pytest.fixture
def other(path: Path) -> Iterator[DatabaseWrapper]:
    made = wrapper(path)
    yield made
    made.close()


@contextmanager
def writing(database: DatabaseWrapper) -> Iterator[None]:
    database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    yield


def says(database: DatabaseWrapper, words: str) -> None:
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES (%s)", [words])


def is_free() -> bool:
    free = base._turn.acquire(blocking=False)
    if free:
        base._turn.release()
    return free


def test_a_commit_gives_the_turn_back(one: DatabaseWrapper, other: DatabaseWrapper) -> None:
    for database, words in ((one, "first"), (other, "second")):
        with writing(database):
            says(database, words)
            assert not is_free()
            database.commit()
            database.set_autocommit(True)
        assert is_free()
    with one.cursor() as cursor:
        cursor.execute("SELECT words FROM said")
        assert cursor.fetchall() == [("first",), ("second",)]


def test_a_rollback_gives_the_turn_back(one: DatabaseWrapper) -> None:
    with writing(one):
        says(one, "never")
        one.rollback()
    assert is_free()
    with one.cursor() as cursor:
        cursor.execute("SELECT words FROM said")
        assert cursor.fetchall() == []


def test_closing_in_the_middle_gives_the_turn_back(one: DatabaseWrapper) -> None:
    with writing(one):
        says(one, "never")
        one.close()
    assert is_free()


def test_a_begin_that_fails_gives_the_turn_back(one: DatabaseWrapper, path: Path) -> None:
    elsewhere = sqlite3.connect(path, isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")  # another process
    with pytest.raises(OperationalError, match="locked"), writing(one):
        pass
    assert is_free()
    elsewhere.execute("ROLLBACK")
    elsewhere.close()


def test_who_waits_too_long_is_told_so_and_takes_nobodys_turn(one: DatabaseWrapper, other: DatabaseWrapper) -> None:
    with writing(one):
        with pytest.raises(OperationalError, match="database is locked"), writing(other):
            pass
        other.close()
        assert not is_free()
        says(one, "kept")
        one.commit()
    assert is_free()


def test_who_may_go_ahead_waits_in_no_queue(one: DatabaseWrapper, path: Path) -> None:
    with base._turn, base.ahead_of_others(60):  # another thread waits for its own transaction to begin
        one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        says(one, "ahead")
        one.commit()
        one.set_autocommit(True)
        assert not is_free()
    assert one.connection.execute("PRAGMA busy_timeout").fetchone() == (10,)


def test_who_may_go_ahead_tries_until_another_process_is_done(one: DatabaseWrapper, path: Path) -> None:
    elsewhere = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    elsewhere.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.2, elsewhere.execute, ("ROLLBACK",))  # much longer than SQLite waits here
    done.start()
    with base.ahead_of_others(60), writing(one):
        says(one, "kept")
        one.commit()
        one.set_autocommit(True)
    done.join()
    elsewhere.close()


def test_who_may_go_ahead_is_told_when_it_takes_too_long(one: DatabaseWrapper, path: Path) -> None:
    elsewhere = sqlite3.connect(path, isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    with base.ahead_of_others(0.01), pytest.raises(OperationalError, match="locked"), writing(one):
        pass
    elsewhere.close()
    with writing(one):  # and the next waits in the queue again
        assert not is_free()
        one.rollback()


def test_a_reader_needs_no_turn(one: DatabaseWrapper, other: DatabaseWrapper) -> None:
    with writing(one):
        says(one, "not yet")
        with other.cursor() as cursor:
            cursor.execute("SELECT words FROM said")
            assert cursor.fetchall() == []
        one.rollback()


def test_threads_that_write_at_once_all_get_their_turn(
    path: Path, one: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_LONGEST_WAIT", 20.0)
    together = threading.Barrier(8)
    failed: list[BaseException] = []

    def write(number: int) -> None:
        database = wrapper(path)
        try:
            together.wait()
            for turn in range(20):
                with writing(database):
                    says(database, f"{number}.{turn}")
                    database.commit()
                    database.set_autocommit(True)
        except OperationalError as error:
            failed.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with one.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT words) FROM said")
        assert cursor.fetchone() == (160,)
    assert failed == []
    assert is_free()
