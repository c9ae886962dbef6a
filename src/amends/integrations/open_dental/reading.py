"""Reads the facts of one Open Dental database and knows how long each is believed (open-dental-api.md 7)."""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from amends.deliveries.channel import Configuration, DeliveryError, OfficeOffline, Permanent, RetryAfter

from .answers import KeyRefused
from .client import Budget, OpenDentalClient, Query
from .definitions import read_comm_type
from .facts import FACTS, CommType, Fact, Facts, newest, version_parts
from .rows import Clinic, Permission, Preference, Provider

MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_LONGEST_TITLE = 100
_AGAIN_AT_MOST_EVERY = timedelta(seconds=30)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Knowledge:
    """What is known of one database; read again when it is too old. Safe from any thread: two threads may read the
    same fact twice, which does no harm.

    `facts` is what was read before, `keep` is given whatever is read, `now` tells aware times.
    """

    def __init__(
        self,
        client: OpenDentalClient,
        *,
        comm_type_name: str,
        facts: Facts,
        keep: Callable[[Facts], object],
        now: Callable[[], datetime],
    ) -> None:
        self.facts = facts
        self._client = client
        self._keep = keep
        self._now = now
        self._stale_before: dict[Fact, datetime] = {}
        self._forgotten_at = _NEVER
        self._lock = threading.Lock()
        self._read: Mapping[Fact, Callable[[Budget], object]] = {
            "permissions": self._permissions,
            "version": self._version,
            "practice": self._practice,
            "comm_type": lambda budget: read_comm_type(client, budget, name=comm_type_name, known=self.facts.comm_type),
            "clinics": self._clinics,
            "utc_offset": self._utc_offset,
        }

    def have(self, budget: Budget, *wanted: Fact, no_older_than: timedelta | None = None) -> Facts:
        """These facts (without any: all), read where they are too old.

        What the key may not read, and a key that is refused, is told in the facts. Raises `OfficeOffline` or
        `RetryAfter` where something that was never read cannot be read, or where the clock cannot.
        """
        before = self.facts
        try:
            for fact in wanted or FACTS:
                if not self._is_fresh(fact, no_older_than):
                    self._refresh(fact, budget)
        finally:
            if self.facts is not before:
                self._keep(self.facts)
        return self.facts

    def ask(self, budget: Budget, *wanted: Fact) -> Facts:
        """Reads these facts now, whatever their age, until the key turns out to be refused.

        Raises `OfficeOffline` or `RetryAfter` where one of them cannot be read, also where it was read before.
        """
        try:
            for fact in wanted:
                self._ask(fact, budget)
                if self.facts.refused:
                    break
        finally:
            self._keep(self.facts)
        return self.facts

    def adopt(self, facts: Facts) -> None:
        """Takes over what another process read later."""
        with self._lock:
            self.facts = newest(self.facts, facts)

    def forget(self) -> None:
        """Reads every fact again the next time; at most every 30 seconds, however often it is asked."""
        now = self._now()
        with self._lock:
            if not timedelta(0) <= now - self._forgotten_at < _AGAIN_AT_MOST_EVERY:
                self._forgotten_at = now
                self._stale_before.update(dict.fromkeys(FACTS, now))

    def doubt(self, fact: Fact) -> None:
        """Reads this fact again the next time."""
        with self._lock:
            self._stale_before[fact] = self._now()

    def tell_comm_type(self, chosen: CommType) -> None:
        """A person chose the CommLog type; later readings go on from that."""
        self._learn("comm_type", chosen)
        self._keep(self.facts)

    def _is_fresh(self, fact: Fact, no_older_than: timedelta | None) -> bool:
        facts = self.facts
        if facts.refused and fact != "permissions":
            return True  # nothing else can be read with a key that is refused
        read_at = facts.read_at.get(fact)
        if read_at is None or read_at <= self._stale_before.get(fact, _NEVER):
            return False
        believed = self._believed(fact) if no_older_than is None else no_older_than
        return timedelta(0) <= self._now() - read_at < believed

    def _believed(self, fact: Fact) -> timedelta:
        match fact:
            case "permissions" if self.facts.refused:
                return MINUTE
            case "comm_type":
                return MINUTE  # staff may rename or hide it at any time, and it decides what is heard
            case "utc_offset":
                return 60 * MINUTE  # so a change of the clocks is noticed within the hour
            case _:
                return _DAY

    def _refresh(self, fact: Fact, budget: Budget) -> None:
        try:
            self._ask(fact, budget)
        except (OfficeOffline, RetryAfter):
            # Old facts are better than none. Only the clock must be right before a time is written.
            if fact == "utc_offset" or fact not in self.facts.read_at:
                raise

    def _ask(self, fact: Fact, budget: Budget) -> None:
        before = getattr(self.facts, fact)
        try:
            self._learn(fact, self._read[fact](budget))
        except KeyRefused as refused:
            self._learn(fact, before, trouble=str(refused), refused=fact == "permissions")
        except (Configuration, Permanent) as untold:
            # A key may be allowed to write CommLogs and to read nothing; what was read before is still the best guess.
            self._learn(fact, before, trouble=str(untold))
        except (OfficeOffline, RetryAfter) as error:
            self._note(fact, error)
            raise

    def _learn(self, fact: Fact, value: object, *, trouble: str = "", refused: bool = False) -> None:
        changes: dict[str, object] = {fact: value}
        if fact == "permissions":
            changes["refused"] = trouble if refused else ""
        with self._lock:
            troubles = {other: text for other, text in self.facts.troubles.items() if other != fact}
            changes["troubles"] = troubles | ({fact: trouble} if trouble else {})
            changes["read_at"] = {**self.facts.read_at, fact: self._now()}
            self.facts = self.facts.model_copy(update=changes)

    def _note(self, fact: Fact, error: DeliveryError) -> None:
        with self._lock:
            self.facts = self.facts.model_copy(update={"troubles": {**self.facts.troubles, fact: str(error)}})

    # ---- one request each

    def _permissions(self, budget: Budget) -> frozenset[str] | None:
        rows = self._client.rows("securityperms", Permission, {}, budget)
        return frozenset(row.Permission.casefold() for row in rows if row.HasPermission) if rows else None

    def _version(self, budget: Budget) -> tuple[int, ...]:
        return version_parts(self._preference("ProgramVersion", budget))

    def _practice(self, budget: Budget) -> str:
        return self._preference("PracticeTitle", budget).strip()[:_LONGEST_TITLE]

    def _preference(self, name: str, budget: Budget) -> str:
        rows = self._client.rows("preferences", Preference, {"PrefName": name}, budget)
        return next((row.ValueString for row in rows if row.PrefName == name), "")

    def _clinics(self, budget: Budget) -> tuple[Clinic, ...]:
        return tuple(self._client.rows("clinics", Clinic, {}, budget))

    def _utc_offset(self, budget: Budget) -> timedelta | None:
        """As the server itself writes it (2.5)."""
        query: Query = {"Limit": 1, "DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz"}
        for row in self._client.rows("providers", Provider, query, budget):
            told = re.search(r"([+-])(\d\d):?(\d\d)$", row.serverDateTime.strip())
            if told:
                size = timedelta(hours=int(told[2]), minutes=int(told[3]))
                return -size if told[1] == "-" else size
        return None
