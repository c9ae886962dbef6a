"""The database: whether it answers, is of this version, lies on a disk with room, and has the same time."""

from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from tests.connections.says import by_key, states

from amends.connections.checks import State
from amends.connections.neighbors import database

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the file of SQLite")
GIB = 1024**3
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch):
    """How much is free on the disk."""

    def free(size: float) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100 * GIB, 0, size))

    free(10 * GIB)
    return free


def test_a_good_database_has_nothing_to_repair(room) -> None:
    last = "disk" if connection.vendor == "sqlite" else "clock"
    assert states(database.look()) == {"answers": "works", "version": "works", last: "works"}


def test_a_database_that_does_not_answer_is_the_only_thing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OperationalError("password for user amends: hunter2")

    monkeypatch.setattr(connection, "ensure_connection", refused)
    told = by_key(database.look())
    assert list(told) == ["answers"]
    assert "AMENDS_DATABASE" in told["answers"].repair
    assert "hunter2" not in told["answers"].says


@on_sqlite
def test_a_file_that_is_missing_is_told_and_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "amends.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    told = by_key(database.look())
    assert list(told) == ["answers"]
    assert (str(file) in told["answers"].says, "amends init" in told["answers"].repair) == (True, True)
    assert not file.exists()


@pytest.mark.parametrize(("applied", "repair"), [({("cases", "0001_initial"): None}, "--upgrade"), ({}, "amends init")])
def test_an_older_or_empty_database_says_the_command(
    monkeypatch: pytest.MonkeyPatch, applied: dict[tuple[str, str], None], repair: str
) -> None:
    class Executor:
        def __init__(self, connection: object) -> None:
            self.loader = self.graph = self
            self.applied_migrations = applied

        def leaf_nodes(self) -> list[tuple[str, str]]:
            return [("cases", "0002")]

        def migration_plan(self, targets: list[tuple[str, str]]) -> list[tuple[str, str]]:
            return targets

    monkeypatch.setattr(database, "MigrationExecutor", Executor)
    told = by_key(database.look())
    assert told["version"].state is State.DOWN
    assert repair in told["version"].repair


@on_sqlite
@pytest.mark.parametrize(("free", "state"), [(10 * GIB, State.WORKS), (1 * GIB, State.PARTLY), (0.1 * GIB, State.DOWN)])
def test_a_disk_without_room_is_told_before_it_is_full(room, free: float, state: State) -> None:
    room(free)
    assert by_key(database.look())["disk"].state is state


@on_sqlite
def test_a_network_drive_is_no_place_for_sqlite(room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("server:/share / nfs4 rw 0 0\n")
    monkeypatch.setattr(database, "_MOUNTS", mounts)
    told = by_key(database.look())["disk"]
    assert (told.state, "PostgreSQL" in told.repair) == (State.DOWN, True)


MOUNTS = """\
overlay / overlay rw 0 0
/dev/sda1 /srv ext4 rw 0 0
//nas/share /srv/amends\\040data cifs rw 0 0
/dev/sdb1 /srv/amends xfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/amends/var/amends.sqlite3", "xfs"),
        ("/srv/amends data/amends.sqlite3", "cifs"),
        ("/srv/amendsother/a", "ext4"),
        ("/home/a", "overlay"),
    ],
)
def test_the_nearest_mount_tells_the_kind_of_disk(path: str, kind: str) -> None:
    assert database.filesystem_of(Path(path), MOUNTS) == kind


def test_where_mounts_are_not_told_nothing_is_said_against_the_disk() -> None:
    assert database.filesystem_of(Path("/srv/a"), "") == ""


@pytest.mark.parametrize(
    ("ahead", "took", "state"),
    [
        (0.2, 0.4, State.WORKS),
        (3, 4, State.WORKS),
        (-10, 0, State.PARTLY),
        (12, 1, State.PARTLY),
        (3600, 1, State.DOWN),
    ],
)
def test_clocks_that_differ_are_told_and_a_slow_answer_is_not_taken_for_it(
    ahead: float, took: float, state: State
) -> None:
    assert database.clock_check(timedelta(seconds=ahead), timedelta(seconds=took)).state is state
