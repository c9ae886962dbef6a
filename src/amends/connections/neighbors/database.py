"""The database: whether it answers, is of this version, has room, and has the same time."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from amends.connections.checks import Check, Neighbor, State, down, partly, works

KEY = "database"
NAME = "Database"

_GIB = 1024**3
_ROOM_ENOUGH, _ROOM_AT_LEAST = 2 * _GIB, _GIB // 5
_CLOCKS_DIFFER, _CLOCKS_APART = timedelta(seconds=5), timedelta(minutes=1)
# SQLite's write-ahead log needs memory that all processes share: no file system over a network has that.
_OVER_A_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs"})
_MOUNTS = Path("/proc/self/mounts")


def neighbor() -> Neighbor:
    """The database as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: look())


def look() -> list[Check]:
    """Looks at the database; the rest is left out where it does not answer or is not of this version."""
    first = _answers()
    if first.state is State.DOWN:
        return [first]
    version = _migrations()
    if version.state is State.DOWN:
        return [first, version]
    if connection.vendor == "sqlite":
        return [first, version, _disk(Path(str(connection.settings_dict["NAME"])))]
    return [first, version, _clock()]


def _answers() -> Check:
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        if not file.exists():  # opening it would make an empty one
            says = f"There is no database at {file}."
            return down("answers", "Answers", says, "Run `amends init`, or name the right folder in AMENDS_HOME.")
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as wrong:
        says = f"The database does not answer ({type(wrong).__name__})."
        return down("answers", "Answers", says, "Look at AMENDS_DATABASE, and whether the database is running.")
    return works("answers", "Answers", _what_it_is())


def _what_it_is() -> str:
    if connection.vendor == "sqlite":
        return "SQLite answers, one file on this machine."
    major = connection.get_database_version()[0]
    return f"PostgreSQL {major} answers."


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting and not executor.loader.applied_migrations:
        return down("version", "Version", "The database is empty.", "Run `amends init`, or restore a backup into it.")
    if waiting:
        says = "The database is older than this version of Amends."
        return down("version", "Version", says, "Run `amends init --upgrade`, and start again.")
    return works("version", "Version", "It is of this version of Amends.")


def _disk(file: Path) -> Check:
    kind = filesystem_of(file.resolve(), _MOUNTS.read_text(encoding="utf-8") if _MOUNTS.exists() else "")
    if kind in _OVER_A_NETWORK:
        says = f"The file lies on a network drive ({kind}), where SQLite may lose what was written."
        return down("disk", "Disk", says, "Move the home to a disk of this machine, or use PostgreSQL.")
    free = shutil.disk_usage(file.parent).free
    says = f"{free / _GIB:.1f} GB are free."
    if free < _ROOM_AT_LEAST:
        return down("disk", "Disk", says, "Make room now: without it nothing can be reported.")
    if free < _ROOM_ENOUGH:
        return partly("disk", "Disk", says, "Make room on the disk of the database soon.")
    return works("disk", "Disk", says)


def filesystem_of(path: Path, mounts: str) -> str:
    """The kind of file system that an absolute path lies on, by the text of /proc/self/mounts; "" where unknown."""
    found = ("", "")
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        place = parts[1].replace("\\040", " ")
        if path.is_relative_to(place) and len(place) >= len(found[0]):
            found = (place, parts[2])
    return found[1]


def _clock() -> Check:
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        told = datetime.fromtimestamp(float(cursor.fetchone()[0]), UTC)
    return clock_check(told - before, timezone.now() - before)


def clock_check(ahead: timedelta, took: timedelta) -> Check:
    """How far the database's clock is ahead of ours, when asking it took so long."""
    apart = max(timedelta(0), -ahead, ahead - took)
    says = f"The clocks of the database and of this machine are {apart.total_seconds():.0f} seconds apart."
    repair = "Let both machines set their clocks by NTP: deadlines are counted on them."
    if apart > _CLOCKS_APART:
        return down("clock", "Clock", says, repair)
    if apart > _CLOCKS_DIFFER:
        return partly("clock", "Clock", says, repair)
    return works("clock", "Clock", "The database and this machine have the same time.")
