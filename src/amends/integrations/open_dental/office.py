"""One Open Dental database as the rest of Amends uses it: its client, what it allows, and its clock.

What it is changes rarely: it is read when the database is first spoken to, again after some time, and again when
Open Dental refused something, so that a repair is noticed without a restart. It is kept on the row of the database,
so that pages show it without asking and a start costs no request.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from amends.deliveries.channel import Configuration, OfficeOffline

from . import definitions, features
from .client import Budget, OpenDentalClient
from .connecting import client_for
from .facts import CommType, Fact, Facts, as_json, from_json
from .features import Feature, Tier
from .models import OpenDentalDatabase
from .pacing import seconds_between
from .reading import MINUTE, Knowledge
from .rows import Inbox, Userod

_SEEN_AT_MOST_EVERY = MINUTE
_INBOXES = "SELECT UserNum, UserName, TaskListInBox FROM userod WHERE IsHidden=0"
_PEOPLE_SECONDS = 600.0


class Office:
    """One database. Safe from any thread.

    `facts` is what was read before, `keep` is given whatever is read, `now` tells aware times.
    """

    def __init__(
        self,
        client: OpenDentalClient,
        *,
        comm_type_name: str = "Upset patient",
        author_user_num: int = 0,
        facts: Facts | None = None,
        keep: Callable[[Facts], object] = lambda _: None,
        now: Callable[[], datetime] = timezone.now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.author_user_num = author_user_num
        self.comm_type_name = comm_type_name
        self._keep = keep
        self._now = now
        self._clock = clock
        self._inboxes: tuple[float, dict[int, int]] | None = None
        self._users: tuple[float, dict[int, str]] | None = None
        known = facts or Facts()
        self._set_pace(known)
        self._knowledge = Knowledge(client, comm_type_name=comm_type_name, facts=known, keep=self._learned, now=now)

    # ---- what it is

    def facts(self, budget: Budget, *, no_older_than: timedelta | None = None) -> Facts:
        """Everything that is known, read where it is too old; `timedelta(0)` reads everything now.

        What the key may not read, and a key that is refused, is told in the facts. Raises `OfficeOffline` or
        `RetryAfter` where something that was never read cannot be read now.
        """
        return self._knowledge.have(budget, no_older_than=no_older_than)

    def ask(self, budget: Budget, *wanted: Fact) -> Facts:
        """Reads these facts now, whatever their age: does it answer, and has anything changed?

        A key that is refused is told in the facts. Raises `OfficeOffline` or `RetryAfter`, then some may be read.
        """
        return self._knowledge.ask(budget, *wanted)

    @property
    def known(self) -> Facts:
        """What was read last, without asking."""
        return self._knowledge.facts

    def adopt(self, facts: Facts) -> None:
        """Takes over what another process read later."""
        self._knowledge.adopt(facts)
        self._set_pace(self.known)

    def forget(self) -> None:
        """Reads every fact again the next time: what was wrong may be repaired meanwhile. At most every 30 seconds."""
        self._knowledge.forget()
        self._inboxes = self._users = None

    # ---- what it allows

    def can(self, feature: Feature, budget: Budget) -> bool:
        """Whether its version has the feature and its key the permission; True where that is not told.

        A no for lack of a permission is believed for a minute, one for the version for ten. Raises what `facts` does.
        """
        return not self.why_not(feature, budget)

    def why_not(self, feature: Feature, budget: Budget) -> str:
        """What is missing and how to repair it; empty where it can. Raises what `facts` raises."""
        facts = self._knowledge.have(budget, "permissions", "version")
        if features.too_old(feature, facts):
            facts = self._knowledge.have(budget, "version", no_older_than=10 * MINUTE)
        elif features.not_allowed(feature, facts):
            facts = self._knowledge.have(budget, "permissions", no_older_than=MINUTE)
        return features.why_not(feature, facts)

    def too_old(self, feature: Feature, budget: Budget) -> bool:
        """Whether it is of an older version, whatever the key may do. Raises what `facts` raises."""
        return features.too_old(feature, self._knowledge.have(budget, "version"))

    def need(self, feature: Feature, budget: Budget) -> None:
        """Raises `Configuration`, saying what is missing and the repair, where it cannot; else what `facts` raises."""
        missing = self.why_not(feature, budget)
        if missing:
            raise Configuration(missing)

    def tier(self, budget: Budget) -> Tier:
        """How much of it may be used. Raises what `facts` raises."""
        return features.tier_of(self._knowledge.have(budget, "permissions", "version"))

    # ---- its CommLog type and its people

    def comm_type(self, budget: Budget) -> int | None:
        """The DefNum to write CommLogs with; None: as Miscellaneous. Raises what `facts` raises."""
        believed = None if self.known.comm_type.warning else 10 * MINUTE
        return self._knowledge.have(budget, "comm_type", no_older_than=believed).comm_type.number

    def doubt_comm_type(self) -> None:
        """Open Dental did not take the number: it is read again the next time."""
        self._knowledge.doubt("comm_type")

    def use_comm_type(self, number: int, name: str) -> None:
        """CommLogs are written with this definition from now on, as a person chose; asks nothing."""
        self._knowledge.tell_comm_type(CommType(number=number, numbers=frozenset({number}), name=name))

    def create_comm_type(self, budget: Budget) -> None:
        """Adds the CommLog type to the office's definitions: only when a person says so.

        Raises `Configuration` where there is one or the key may not, and what a POST raises.
        """
        self.need(Feature.DEFINITION_WRITE, budget)
        definitions.create(self.client, budget, name=self.comm_type_name)
        self._knowledge.have(budget, "comm_type", no_older_than=timedelta(0))

    def users(self, budget: Budget) -> Mapping[int, str]:
        """`UserName` by `UserNum`, of users who are not hidden; kept for ten minutes. Raises what a GET raises."""
        kept = self._users
        if kept is None or self._clock() >= kept[0]:
            rows = self.client.rows("userods", Userod, {}, budget)
            found = {row.UserNum: row.UserName for row in rows if not row.IsHidden}
            kept = self._users = (self._clock() + _PEOPLE_SECONDS, found)
        return kept[1]

    def inboxes(self, budget: Budget) -> dict[int, int]:
        """`TaskListInBox` by `UserNum`, of users who have one; kept for ten minutes. Raises what a GET raises."""
        kept = self._inboxes
        if kept is None or self._clock() >= kept[0]:
            rows = self.client.short_query(_INBOXES, Inbox, budget)
            found = {row.UserNum: row.TaskListInBox for row in rows if row.TaskListInBox}
            kept = self._inboxes = (self._clock() + _PEOPLE_SECONDS, found)
        return kept[1]

    # ---- its clock

    def on_its_clock(self, at: datetime, zone: str, budget: Budget) -> datetime:
        """An aware instant as this office's server writes it, naive (open-dental-api.md 5.2).

        Raises what a GET raises, and `Configuration` where neither the zone nor the server's clock is known.
        """
        return at.astimezone(self._its_zone(zone, budget)).replace(tzinfo=None)

    def as_instant(self, moment: datetime, zone: str, budget: Budget) -> datetime:
        """A naive time of this office's server as an aware instant; of an hour that comes twice, the first.

        Raises what `on_its_clock` raises.
        """
        return moment.replace(tzinfo=self._its_zone(zone, budget)).astimezone(UTC)

    def _its_zone(self, name: str, budget: Budget) -> tzinfo:
        """The office's zone where the server's own offset agrees with it, so that an instant before a clock change is
        right too; otherwise the offset that was measured, because some servers run on UTC.
        """
        local = _zone(name)
        facts = self._knowledge.have(budget, "utc_offset")
        read_at = facts.read_at.get("utc_offset")
        if local is not None and read_at is not None and _offset(local, read_at) != _offset(local, self._now()):
            facts = self._knowledge.have(budget, "utc_offset", no_older_than=timedelta(0))  # the clocks changed
        if local is not None and facts.utc_offset in (None, _offset(local, self._now())):
            return local
        if facts.utc_offset is None:
            raise Configuration("The office has no time zone, and its Open Dental does not tell its time.")
        return fixed(facts.utc_offset)

    def _learned(self, facts: Facts) -> None:
        self._set_pace(facts)
        self._keep(facts)

    def _set_pace(self, facts: Facts) -> None:
        if self.client.pacer.interval:
            self.client.pacer.interval = seconds_between(facts.permissions)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


@dataclass
class _Known:
    """An office with the settings that it was made of, and what its row told last."""

    settings: tuple[object, ...]
    office: Office
    told: object


_offices: dict[str, _Known] = {}
_lock = threading.Lock()


def office(key: str) -> Office:
    """The database of that key, the same object for as long as its settings are the same.

    Raises `Configuration` where there is no such database.
    """
    return _office(_row(key))


def office_of(row: OpenDentalDatabase) -> Office:
    """As `office`, for a row that was just read."""
    return _office(row)


def known_facts(row: OpenDentalDatabase) -> Facts:
    """What was read last from this database by any process, for pages: without asking it."""
    return from_json(row.facts, of=_settings_of(row))


def moved_to(row: OpenDentalDatabase) -> str:
    """The practice that the keys open now, where that is not the one that they opened first; "" otherwise."""
    seen = row.practice
    return seen["now"] if seen.get("of") == _keys_of(row) and seen["now"] != seen["title"] else ""


def is_same_practice(key: str) -> None:
    """A person says that the practice only has a new name. Raises `Configuration` where there is no such database."""
    row = _row(key)
    if moved_to(row):
        OpenDentalDatabase.objects.filter(pk=row.pk).update(practice={**row.practice, "title": row.practice["now"]})


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
        _refuse_another_practice(row)
        yield speaking
    except (OfficeOffline, Configuration) as error:
        if isinstance(error, Configuration):
            speaking.forget()
        ours.update(last_error=str(error)[:300], last_error_at=now)
        raise
    in_trouble = row.last_error or row.offline_since is not None
    if in_trouble or row.last_seen is None or now - row.last_seen > _SEEN_AT_MOST_EVERY:
        ours.update(last_seen=now, last_error="", offline_since=None)


def _refuse_another_practice(row: OpenDentalDatabase) -> None:
    """A key may be moved to another database (2.1), where the same numbers are other patients."""
    other = moved_to(row)
    if other:
        raise Configuration(
            f"The keys of this database open “{other}” now, and not “{row.practice['title']}” as before: "
            "nothing is read or written there. Move the key back in Open Dental's developer portal."
        )


def _row(key: str) -> OpenDentalDatabase:
    row = OpenDentalDatabase.objects.filter(key=key).first()
    if row is None and not key:
        raise Configuration("This office has no Open Dental database in Amends.")
    if row is None:
        raise Configuration(f"No Open Dental database is set up under the name “{key}”.")
    return row


def _office(row: OpenDentalDatabase) -> Office:
    names = ("base_url", "remote_url", "mode", "developer_key", "customer_key", "read_timeout_seconds")
    settings = tuple(getattr(row, name) for name in (*names, "comm_type_name", "author_user_num"))
    with _lock:
        known = _offices.get(row.key)
        if known is None or known.settings != settings:
            new = _new_office(row)
            if known is not None:
                new.forget()  # somebody changed the settings, so what was read before may be wrong
            known = _offices[row.key] = _Known(settings, new, row.facts)
        elif known.told != row.facts:
            known.office.adopt(known_facts(row))
            known.told = row.facts
        return known.office


def _new_office(row: OpenDentalDatabase) -> Office:
    of = _settings_of(row)

    def keep(facts: Facts) -> None:
        OpenDentalDatabase.objects.filter(pk=row.pk).update(facts=as_json(facts, of=of))
        _note_practice(row, facts.practice)

    return Office(
        client_for(row),
        comm_type_name=row.comm_type_name,
        author_user_num=row.author_user_num,
        facts=known_facts(row),
        keep=keep,
    )


def _note_practice(row: OpenDentalDatabase, title: str) -> None:
    """Keeps which practice was opened first and now, for every process: only who has seen another one writes."""
    if not title or (row.practice.get("of"), row.practice.get("now")) == (_keys_of(row), title):
        return
    row.refresh_from_db(fields=["practice"])
    first = row.practice["title"] if row.practice.get("of") == _keys_of(row) else title
    row.practice = {"of": _keys_of(row), "title": first, "now": title}
    OpenDentalDatabase.objects.filter(pk=row.pk).update(practice=row.practice)


def _settings_of(row: OpenDentalDatabase) -> str:
    """Tells which keys and which type name something was read with, without telling the keys."""
    return _digest(row.developer_key, row.customer_key, row.comm_type_name)


def _keys_of(row: OpenDentalDatabase) -> str:
    return _digest(row.developer_key, row.customer_key)


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
