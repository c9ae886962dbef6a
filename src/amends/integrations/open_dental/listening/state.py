"""What one process knows of a database while it listens to it; all but the cursors may be lost without harm."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from amends.integrations.open_dental.models import Cursor, Ear, OpenDentalDatabase
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import read_moment
from amends.practice.directory import directory

# Changes are asked for again for so long: stamps are whole seconds, and a slow transaction commits behind its stamp.
OVERLAP = timedelta(minutes=3)


@dataclass(frozen=True)
class ServerTime:
    """The office's clock (naive) at a moment of this process's own clock (monotonic seconds)."""

    at: datetime
    told: float


@dataclass
class CountedVisits:
    """Completed visits of the days from first to last, as far as their pages were read: clinic and day by AptNum."""

    first: date
    last: date
    offset: int = 0
    visits: dict[int, tuple[int, date]] = field(default_factory=dict)


@dataclass
class Listening:
    """One database. `waiting` are entries that may still be written on: their stamp, and since when it stands."""

    database: OpenDentalDatabase
    ear: Ear
    clock: Callable[[], float] = time.monotonic
    server: ServerTime | None = None
    offset: int = 0
    after: tuple[datetime, int] | None = None
    newest: datetime | None = None
    round_from: datetime | None = None
    visits_begun: datetime | None = None
    visits_offset: int = 0
    counting: CountedVisits | None = None
    waiting: dict[int, tuple[datetime | None, float]] = field(default_factory=dict)
    task_states: dict[int, str] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The zone of the first office of this database; its server has one clock."""
        offices = directory().offices.values()
        return next((o.calendar.zone for o in offices if o.open_dental == self.database.key), "")

    def server_now(self) -> datetime | None:
        """The office's clock now (naive), as far as it was ever told."""
        if self.server is None:
            return None
        return self.server.at + timedelta(seconds=self.clock() - self.server.told)

    # ---- how far it was read

    def cursor(self, what: str) -> str:
        return Cursor.objects.filter(database=self.database, what=what).values_list("value", flat=True).first() or ""

    def move(self, what: str, value: str) -> None:
        Cursor.objects.update_or_create(database=self.database, what=what, defaults={"value": value})

    def time_cursor(self, what: str) -> datetime | None:
        return read_moment(self.cursor(what))

    def move_time(self, what: str, to: datetime) -> None:
        self.move(what, written(to))
