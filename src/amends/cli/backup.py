"""`amends backup FILE` and `amends restore FILE`: the whole database, safely while running, and back.

SQLite is copied with its own backup call; PostgreSQL by its own `pg_dump` and `pg_restore`. The sealing keys are not in
the file: they belong apart from it.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from amends.cli.started import start_django


def backup(argv: list[str]) -> int:
    """Writes the database into a new file."""
    target = _file(argv, "backup", "where to write; it must not exist")
    if target.exists():
        print(f"amends: {target} exists already; nothing was written.", file=sys.stderr)
        return 1
    if not start_django():
        return 1
    from django.db import connection

    if connection.vendor == "postgresql":
        failed = _postgresql("pg_dump", "--format=custom", f"--file={target}")
        if not failed:
            _note_it()
        return failed
    connection.ensure_connection()
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.touch(mode=0o600)  # patients' stories are in it
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.connection.backup(copy)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as wrong:
        unfinished.unlink(missing_ok=True)
        print(f"amends: {target} could not be written ({wrong}).", file=sys.stderr)
        return 1
    _note_it()
    print(f"Written to {target}. Keep the keys in amends.env apart from it.")
    return 0


def _note_it() -> None:
    """Leaves the time of this backup behind, for `amends doctor` and the Connections page."""
    from django.db import DatabaseError

    from amends.connections.models import Backup

    try:
        Backup.objects.create()
    except DatabaseError:
        # The backup is good. Before an upgrade there is no table yet, and a full disk has no room for the note.
        print("amends: the time of this backup could not be noted in the database.", file=sys.stderr)


def restore(argv: list[str]) -> int:
    """Puts a backup back into an empty database."""
    source = _file(argv, "restore", "the backup")
    if not source.is_file():
        print(f"amends: {source} is not there.", file=sys.stderr)
        return 1
    if not start_django():
        return 1
    from django.db import connection

    if connection.introspection.table_names():
        print("amends: the database is not empty; nothing was changed. Name an empty one.", file=sys.stderr)
        return 1
    if connection.vendor == "postgresql":
        return _postgresql("pg_restore", "--no-owner", f"--dbname={connection.settings_dict['NAME']}", str(source))
    with closing(sqlite3.connect(source)) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
            copy.execute("SELECT 1 FROM cases_eventrow LIMIT 1")
        except sqlite3.DatabaseError as wrong:
            sound = str(wrong)
        if sound != "ok":
            print(f"amends: {source} is damaged ({sound}); nothing was changed.", file=sys.stderr)
            return 1
        copy.backup(connection.connection)
    print("Restored. Run `amends verify` before people go back to work.")
    return 0


def _file(argv: list[str], name: str, meaning: str) -> Path:
    parser = argparse.ArgumentParser(prog=f"amends {name}", description=__doc__)
    parser.add_argument("file", type=Path, help=meaning)
    chosen: Path = parser.parse_args(argv).file
    return chosen


def _postgresql(program: str, *arguments: str) -> int:
    from django.db import connection

    login = connection.settings_dict
    environment = os.environ | {
        name: str(value)
        for name, value in (
            ("PGHOST", login["HOST"]),
            ("PGPORT", login["PORT"]),
            ("PGUSER", login["USER"]),
            ("PGPASSWORD", login["PASSWORD"]),
            ("PGDATABASE", login["NAME"]),
        )
        if value
    }
    try:
        return subprocess.run([program, *arguments], env=environment, check=False).returncode  # noqa: S603
    except FileNotFoundError:
        print(f"amends: {program} is not installed; it comes with PostgreSQL's client programs.", file=sys.stderr)
        return 1
