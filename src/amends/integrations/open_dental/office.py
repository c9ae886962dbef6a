"""One Open Dental database as the channels use it: what it is, what it allows, and its clock.

What is read here changes rarely and is kept for minutes, so that a delivery costs one or two requests.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone

from amends.deliveries.channel import Configuration, OfficeOffline, Permanent

from .client import Budget, Connection, OpenDentalClient, Query
from .models import Mode, OpenDentalDatabase
from .pacing import READ_ONLY_SECONDS, REMOTE_SECONDS, Pacer
from .rows import Definition, Inbox, Permission, Preference, ServerTime

T = TypeVar("T")

_MINUTES_10 = 600.0
_HOUR = 3600.0
_SEEN_AT_MOST_EVERY = timedelta(minutes=1)
_COMM_LOG_TYPES = 27
_INBOXES = "SELECT UserNum, UserName, TaskListInBox FROM userod WHERE IsHidden=0"


class Kept(Generic[T]):
    """A value read from the office and kept for some time. Two threads may read it twice; that does no harm."""

    def __init__(self, read: Callable[[Budget], T], seconds: float, clock: Callable[[], float]) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._value: tuple[float, T] | None = None

    def get(self, budget: Budget) -> T:
        """The value, read again when it is too old. Raises what the reading raises."""
        if self._value is None or self._clock() >= self._value[0]:
            self._value = (self._clock() + self._seconds, self._read(budget))
        return self._value[1]

    def forget(self) -> None:
        """Reads it again the next time."""
        self._value = None


class Office:
    """One database: its client and the few facts that every delivery asks for."""

    def __init__(
        self,
        client: OpenDentalClient,
        *,
        comm_type_name: str = "Upset patient",
        author_user_num: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.author_user_num = author_user_num
        self.warnings: set[str] = set()
        self._comm_type_name = comm_type_name
        self.version = Kept(self._read_version, _MINUTES_10, clock)
        self.permissions = Kept(self._read_permissions, _MINUTES_10, clock)
        self.comm_type = Kept(self._read_comm_type, _MINUTES_10, clock)
        self.utc_offset = Kept(self._read_utc_offset, _HOUR, clock)
        self.inboxes = Kept(self._read_inboxes, _MINUTES_10, clock)

    def forget(self) -> None:
        """Reads every fact again: what was wrong may be repaired before somebody presses “Try again”."""
        for kept in (self.version, self.permissions, self.comm_type, self.utc_offset, self.inboxes):
            kept.forget()

    def allows(self, permission: str, budget: Budget) -> bool:
        """Whether the key has a permission ("ApiAllOthers"); True where Open Dental does not tell."""
        known = self.permissions.get(budget)
        return known is None or permission.casefold() in known

    def on_its_clock(self, at: datetime, zone: str, budget: Budget) -> datetime:
        """An aware instant as this office's server writes it, naive (open-dental-api.md 5.2).

        The server's own offset is measured, because some servers run on UTC. Where it agrees with the office's zone
        today, the zone decides, so that an instant before a clock change is right too. Raises what a GET raises.
        """
        try:
            local = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            local = None
        measured = self.utc_offset.get(budget)
        if local is not None and measured in (None, datetime.now(UTC).astimezone(local).utcoffset()):
            return at.astimezone(local).replace(tzinfo=None)
        if measured is None:
            raise Configuration("The office has no time zone, and its Open Dental does not tell its time.")
        return (at.astimezone(UTC) + measured).replace(tzinfo=None)

    def _read_version(self, budget: Budget) -> tuple[int, ...]:
        try:
            rows = self.client.rows("preferences", Preference, {"PrefName": "ProgramVersion"}, budget)
        except (Configuration, Permanent):
            return ()  # a key that may not read: as if it were the oldest
        text = next((row.ValueString for row in rows if row.PrefName == "ProgramVersion"), "")
        return tuple(int(part) for part in re.findall(r"\d+", text))

    def _read_permissions(self, budget: Budget) -> frozenset[str] | None:
        try:
            rows = self.client.rows("securityperms", Permission, {}, budget)
        except (Configuration, Permanent):
            return None  # added in 22.2; the request that needs the permission will tell
        if not rows:
            return None
        held = frozenset(row.Permission.casefold() for row in rows if row.HasPermission)
        if held <= {"apireadall"} and self.client.pacer.interval:
            self.client.pacer.interval = READ_ONLY_SECONDS
        return held

    def _read_comm_type(self, budget: Budget) -> int | None:
        # By number: ?category=CommLogTypes is ignored and gives other categories (open-dental-api.md 3.2).
        query: Query = {"Category": _COMM_LOG_TYPES, "includeHidden": "true"}
        try:
            rows = self.client.rows("definitions", Definition, query, budget)
        except (Configuration, Permanent):
            rows = []  # a key may be allowed to write CommLogs and nothing else
        wanted = self._comm_type_name.strip().casefold()
        numbers = [
            row.DefNum
            for row in rows
            if row.Category == _COMM_LOG_TYPES and not row.isHidden and row.ItemName.strip().casefold() == wanted
        ]
        self.warnings.clear()
        if len(numbers) == 1:
            return numbers[0]
        found = "more than one" if numbers else "no"
        self.warnings.add(
            f"Open Dental shows {found} CommLog type “{self._comm_type_name}”: CommLogs are written as Miscellaneous."
        )
        return None

    def _read_utc_offset(self, budget: Budget) -> timedelta | None:
        query: Query = {"Limit": 1, "DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz"}
        try:
            rows = self.client.rows("providers", ServerTime, query, budget)
        except (Configuration, Permanent):
            return None
        for row in rows:
            told = re.search(r"([+-])(\d\d):?(\d\d)$", row.serverDateTime.strip())
            if told:
                size = timedelta(hours=int(told[2]), minutes=int(told[3]))
                return -size if told[1] == "-" else size
        return None

    def _read_inboxes(self, budget: Budget) -> dict[int, int]:
        rows = self.client.short_query(_INBOXES, Inbox, budget)
        return {row.UserNum: row.TaskListInBox for row in rows if row.TaskListInBox}


_offices: dict[str, tuple[tuple[object, ...], Office]] = {}
_lock = threading.Lock()


def office(key: str) -> Office:
    """The database of that key, the same object for as long as its settings are the same.

    Raises `Configuration` where there is no such database.
    """
    return _office(_row(key))


def forget_offices() -> None:
    """Forget everything that was read: after an office changed something, and between tests."""
    with _lock:
        _offices.clear()


@contextmanager
def speaking_to(key: str) -> Iterator[Office]:
    """The database of that key; whether it answered is written on its row, at most once a minute while all is well.

    Raises `Configuration` where there is no such database.
    """
    row = _row(key)
    now = timezone.now()
    ours = OpenDentalDatabase.objects.filter(pk=row.pk)
    speaking = _office(row)
    try:
        yield speaking
    except (OfficeOffline, Configuration) as error:
        if isinstance(error, Configuration):
            speaking.forget()
        ours.update(last_error=str(error)[:300], last_error_at=now)
        raise
    if row.last_error or row.last_seen is None or now - row.last_seen > _SEEN_AT_MOST_EVERY:
        ours.update(last_seen=now, last_error="")


def _row(key: str) -> OpenDentalDatabase:
    row = OpenDentalDatabase.objects.filter(key=key).first()
    if row is None and not key:
        raise Configuration("This office has no Open Dental database in Amends.")
    if row is None:
        raise Configuration(f"No Open Dental database is set up under the name “{key}”.")
    return row


def _office(row: OpenDentalDatabase) -> Office:
    connection = Connection(
        row.base_url,
        row.developer_key,
        row.customer_key,
        read_seconds=row.read_timeout_seconds,
        # API Service and Local mode live on private addresses (open-dental-api.md 1)
        allow_private=row.mode != Mode.REMOTE or settings.ALLOW_PRIVATE_ADDRESSES,
    )
    wanted = (connection, row.mode, row.comm_type_name, row.author_user_num)
    with _lock:
        kept = _offices.get(row.key)
        if kept is None or kept[0] != wanted:
            pacer = Pacer(REMOTE_SECONDS if row.mode == Mode.REMOTE else 0.0)
            client = OpenDentalClient(connection, pacer)
            new = Office(client, comm_type_name=row.comm_type_name, author_user_num=row.author_user_num)
            kept = _offices[row.key] = (wanted, new)
        return kept[1]
