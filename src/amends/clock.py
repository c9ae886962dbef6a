"""What time it is, for everything that several machines must agree on: leases, what is due, deadlines.

On PostgreSQL the database's clock decides, so that a machine whose own clock is wrong takes nobody's lease and leaves
nothing lying. On SQLite every process is on one machine and shares its clock.
"""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """This moment (UTC), also within a transaction: not when it began. Raises `DatabaseError`."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
