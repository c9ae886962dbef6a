"""Turns of one customer key among all processes: one row of the database for each key, one statement for each turn.

The database's own clock decides on PostgreSQL; on SQLite all processes are on one machine and share its clock.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import OperationalError, connection, transaction

from .models import KeyTurn

log = structlog.get_logger(__name__)

_LOCKED_AGAIN_AFTER = 0.1
# Seconds. A moment further away was written by a clock that has been set back since: it binds nobody.
_TOO_FAR = 900.0

# A turn begins when the one before has had its time, and nobody's begins in a pause.
_TAKE = """
INSERT INTO {table} AS t (digest, free_at, paused_until) VALUES (%(digest)s, {now} + %(interval)s, 0)
ON CONFLICT (digest) DO UPDATE SET free_at = {begins} + %(interval)s WHERE {begins} - {now} <= %(at_most)s
RETURNING free_at - %(interval)s - {now}
"""
_PAUSE = """
INSERT INTO {table} AS t (digest, free_at, paused_until) VALUES (%(digest)s, {now}, {now} + %(seconds)s)
ON CONFLICT (digest) DO UPDATE SET paused_until = {later}({paused_until}, {now} + %(seconds)s)
"""
_PAUSED = "SELECT 1 FROM {table} AS t WHERE digest = %(digest)s AND {paused_until} > {now}"
_SANE = "CASE WHEN t.{column} > {now} + %(too_far)s THEN 0 ELSE t.{column} END"


class SharedTurns:
    """The turns of one customer key. While the database is locked it waits: the pace is kept in any case.

    Nothing here may be called inside a transaction: a turn counts when it is committed. Raises RuntimeError there.
    """

    def __init__(self, customer_key: str) -> None:
        # Two rows of OpenDentalDatabase with the same key share its turns; the key itself is told nowhere.
        self._digest = hashlib.sha256(customer_key.encode()).hexdigest()

    def take(self, interval: float, *, at_most: float) -> float | None:
        """See `pacing.Turns`."""
        until = time.monotonic() + at_most
        while True:
            try:
                rows = self._run(_TAKE, interval=interval, at_most=at_most)
            except OperationalError:
                connection.close_if_unusable_or_obsolete()
                if time.monotonic() >= until:
                    return None
                time.sleep(_LOCKED_AGAIN_AFTER)
            else:
                return max(0.0, float(rows[0][0])) if rows else None

    def pause(self, seconds: float) -> None:
        """See `pacing.Turns`. Where the database cannot be written, only this process pauses, and the log tells."""
        try:
            self._run(_PAUSE, seconds=seconds)
        except OperationalError:
            connection.close_if_unusable_or_obsolete()
            log.warning("open_dental.pause_not_shared")

    def is_paused(self) -> bool:
        """See `pacing.Turns`. True, too, while the database cannot tell."""
        try:
            return bool(self._run(_PAUSED))
        except OperationalError:
            connection.close_if_unusable_or_obsolete()
            return True

    def _run(self, statement: str, **values: float) -> list[tuple[float]]:
        everything: dict[str, float | str] = {"digest": self._digest, "too_far": _TOO_FAR, "now": time.time(), **values}
        with _light_commit(), transaction.atomic(durable=True), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL synchronous_commit TO off")
            cursor.execute(_in_dialect(statement), everything)
            return cursor.fetchall() if cursor.description else []


def _in_dialect(statement: str) -> str:
    if connection.vendor == "postgresql":
        now, later = "extract(epoch FROM clock_timestamp())::float8", "greatest"
    else:
        now, later = "%(now)s", "max"
    free_at, paused_until = (_SANE.format(column=column, now=now) for column in ("free_at", "paused_until"))
    begins = f"{later}({free_at}, {paused_until}, {now})"
    return statement.format(
        table=KeyTurn._meta.db_table, now=now, later=later, begins=begins, paused_until=paused_until
    )


@contextmanager
def _light_commit() -> Iterator[None]:
    """On SQLite, commits without waiting for the disk: a turn that is lost with the power harms nobody."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        (usual,) = cursor.fetchone()
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous={usual:d}")
