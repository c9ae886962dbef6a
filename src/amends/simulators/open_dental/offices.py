"""The customer keys: how each is set, which database it selects, and the databases themselves."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from amends.simulators.clock import Clock
from amends.simulators.faults import Faults
from amends.simulators.open_dental.settings import Settings
from amends.simulators.open_dental.switches import OF_ALL_KEYS, OF_ONE_KEY, Changes, as_json, changed
from amends.simulators.open_dental.tables import Database
from amends.simulators.open_dental.world import seed_small_world, seed_world
from amends.simulators.serving import BodyError


class OfficeSimulator(Protocol):
    """What control and the pages need of the simulator."""

    clock: Clock
    faults: Faults
    lock: threading.RLock
    offices: "Offices"

    @property
    def sent_events(self) -> Sequence[Mapping[str, object]]:
        """What was sent to subscribers, the oldest first."""

    def database_of(self, customer: str) -> Database:
        """The database of a customer key, the first one for an empty text. Raises BodyError."""

    def changed(self) -> None:
        """Something was written."""


class Offices:
    """An office is named by the customer key that it was made for; a key may be moved to another one's database.

    What control changes is kept here and not in a state file, so that the flags win at the next start.
    """

    def __init__(self, flags: Settings, clock: Clock) -> None:
        self._flags = flags
        self._known = frozenset(flags.customer_keys)
        self._clock = clock
        self.databases: dict[str, Database] = {}
        self.common = flags
        self._own: dict[str, dict[str, object]] = {}  # name -> what differs from the common settings
        self._ready: dict[str, Settings] = {}

    # ---- settings

    @property
    def keys(self) -> tuple[str, ...]:
        """All customer keys: those of the start, and those that were given to an office later."""
        return tuple(dict.fromkeys((*self._flags.customer_keys, *self._own)))

    def knows(self, key: str) -> bool:
        """Whether this is a customer key."""
        return key in self._known or key in self._own

    def settings(self, key: str) -> Settings:
        """How a key is set now: its own permissions and the office that it selects."""
        ready = self._ready  # the one of before is thrown away by a change, and what is worked out here with it
        if key not in ready:
            own = self._of(key)
            if own.office:
                there = self._of(own.office)
                own = replace(there, office=own.office, permissions=own.permissions, enabled=own.enabled)
            ready[key] = own
        return ready[key]

    def _of(self, name: str) -> Settings:
        return changed(self.common, self._own.get(name, {}))

    def change(self, changes: Changes, key: str) -> None:
        """Change one key, or all of them with an empty text. A key that is new needs an office. Raises BodyError."""
        if key:
            self._change_one(changes, key)
        else:
            self._change_all(changes)
        self._ready = {}
        for name in self.databases:
            self._fit(name)

    def _change_one(self, changes: Changes, key: str) -> None:
        for name in OF_ALL_KEYS:
            if name in changes:
                raise BodyError(f'"{name}" is set for all customer keys at once: leave ?customer_key= out.')
        own = {**self._own.get(key, {}), **changes}
        if key not in self._known and not own.get("office"):
            raise BodyError(f'There is no customer key {key}; a new one needs the "office" whose database it selects.')
        if own.get("office") and own["office"] not in self._known:
            raise BodyError(f"There is no office of the customer key {own['office']}.")
        changed(self.common, own)
        self._own[key] = own

    def _change_all(self, changes: Changes) -> None:
        for name in OF_ONE_KEY:
            if name in changes:
                raise BodyError(f'"{name}" is set for one customer key: add ?customer_key=.')
        self.common = changed(self.common, changes)
        self._own = {
            key: {name: value for name, value in own.items() if name not in changes} for key, own in self._own.items()
        }

    def as_json(self, key: str) -> dict[str, object]:
        """One key's settings; without a key the common ones, and what differs from them under `customer_keys`."""
        if key:
            if not self.knows(key):
                raise BodyError(f"There is no customer key {key}.")
            return as_json(self.settings(key))
        return {**as_json(self.common), "customer_keys": {name: own for name, own in self._own.items() if own}}

    # ---- databases

    def database(self, key: str) -> Database:
        """The database that a key selects now. Raises BodyError for a key that is not there."""
        if not self.knows(key):
            raise BodyError(f"There is no customer key {key}.")
        name = self.settings(key).office or key
        if name not in self.databases:
            self._make(name)
        return self.databases[name]

    def seed(self) -> None:
        """New worlds, each from a seed of its own, and settings as at the start. Small worlds wait until first used."""
        self.common, self._own = self._flags, {}
        self._ready = {}
        self._take({})
        if not self._flags.small_worlds:
            self._make_missing()

    def close(self) -> None:
        """The end."""
        self._take({})

    def _take(self, databases: dict[str, Database]) -> None:
        for database in self.databases.values():
            database.sql.close()
        self.databases = databases

    def _make_missing(self) -> None:
        for name in self._flags.customer_keys:
            if name not in self.databases:
                self._make(name)

    def _make(self, name: str) -> None:
        place = self._flags.customer_keys.index(name)
        database = Database(self._clock)
        database.offset = self._of(name).own_offset
        if self._flags.small_worlds:
            seed_small_world(database, seed=self._flags.seed + place, place=place)
        else:
            seed_world(database, seed=self._flags.seed + place)
        self.databases[name] = database
        self._fit(name)

    def _fit(self, name: str) -> None:
        """The settings win over what a database says about itself."""
        database, settings = self.databases[name], self._of(name)
        database.offset = settings.own_offset
        database.prefer("ProgramVersion", f"{settings.version}.0")
        database.prefer("EasyNoClinics", "0" if settings.clinics_on else "1")

    def dump(self) -> dict[str, object]:
        """`{customer key: {table: [row, …]}}`, rows as in the schema, enums as texts."""
        return {name: database.dump() for name, database in self.databases.items()}

    def load(self, databases: object) -> None:
        """Take over what `dump` gave; a customer key that it does not know gets a new world. Raises BodyError."""
        if not isinstance(databases, dict):
            raise BodyError('The state has "databases".')
        loaded: dict[str, Database] = {}
        for name, tables in databases.items():
            loaded[name] = Database(self._clock)
            try:
                loaded[name].load(tables)
            except (KeyError, TypeError, ValueError, AttributeError) as wrong:
                raise BodyError(f"The tables of {name} cannot be read: {wrong!r}.") from wrong
        self._take(loaded)
        for name in loaded:
            self._fit(name)
        if not self._flags.small_worlds:
            self._make_missing()
