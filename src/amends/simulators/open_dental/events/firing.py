"""The workers that fire: each subscription is looked at in its own rhythm and sent what has changed."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from amends.simulators.faults import Fault
from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.events.posting import post
from amends.simulators.open_dental.events.watching import changed_rows, patient
from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.open_dental.settings import Settings
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import NO_TIME, TIME_FORMAT
from amends.simulators.open_dental.versions import read_version

KEPT_FOR = timedelta(days=3)
ROWS_AT_ONCE = 1000
SPLIT_SINCE = "23.2.1"
WORKSTATION_SINCE = "22.4.28"
EVENT_TYPE_SINCE = "22.4.35"
_LOOK_EVERY = 0.25  # seconds
_REMEMBERED = 1000

Post = Callable[[str, Mapping[str, str], object], str]


@dataclass(frozen=True)
class Event:
    """One POST that is due."""

    office: str
    subscription: int
    url: str
    headers: dict[str, str]
    body: object

    def told(self, outcome: str) -> dict[str, object]:
        """A line of what was sent, without the rows and the key."""
        return {
            "SubscriptionNum": self.subscription,
            "office": self.office,
            "EndPointUrl": self.url,
            "Workstation": self.headers.get("Workstation", ""),
            "Event-Type": self.headers.get("Event-Type", ""),
            "rows": len(self.body) if isinstance(self.body, list) else 1,
            "outcome": outcome,
        }


class Firing:
    """All subscriptions of all offices. Nothing is sent while the lock is held: the receiver may ask back."""

    def __init__(self, office: OfficeSimulator, *, send: Post = post) -> None:
        self._office = office
        self._send = send
        self.sent: deque[dict[str, object]] = deque(maxlen=_REMEMBERED)
        self._held: dict[tuple[str, int], list[Event]] = {}
        self._next: dict[tuple[str, int], float] = {}
        self._busy: dict[tuple[str, int], threading.Thread] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    # ---- the rhythm

    def start(self) -> None:
        """Look in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Wait for what is on its way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        for thread in list(self._busy.values()):
            thread.join()

    def forget(self) -> None:
        """The world is made new: nothing was sent, and nothing is held back."""
        self.sent.clear()
        self._held.clear()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            for place in self._due(time.monotonic()):
                self._busy[place] = threading.Thread(target=self._poll_one, args=place, name=f"event {place[1]}")
                self._busy[place].start()

    def _due(self, moment: float) -> list[tuple[str, int]]:
        """Whose time has come; none that is still on its way."""
        self._busy = {place: thread for place, thread in self._busy.items() if thread.is_alive()}
        with self._office.lock:
            rhythm = {
                (name, number): int(row["PollingSeconds"])
                for name, database in self._office.offices.databases.items()
                for number, row in database.tables["apisubscription"].items()
                if row["WatchTable"]
            }
        following = {place: self._next.get(place, moment + seconds) for place, seconds in rhythm.items()}
        due = [place for place, when in following.items() if when <= moment and place not in self._busy]
        self._next = {**following, **{place: moment + rhythm[place] for place in due}}
        return due

    # ---- database events

    def poll(self, name: str) -> list[dict[str, object]]:
        """Every database subscription of one office, now. Returns what was sent."""
        with self._office.lock:
            numbers = list(self._office.offices.databases[name].tables["apisubscription"])
        return [line for number in numbers for line in self._poll_one(name, number)]

    def _poll_one(self, name: str, number: int) -> list[dict[str, object]]:
        with self._office.lock:
            database = self._office.offices.databases.get(name)
            row = database.get("apisubscription", number) if database else None
            if database is None or row is None or not row["WatchTable"]:
                return []
            start, now = row["DateTimeStart"], database.now()
            events = self._events(name, database, row, now)
        if events is None:
            return []
        told, arrived = self._send_all(events, row["WatchTable"])
        if arrived:
            with self._office.lock:
                if database.get("apisubscription", number) is row and row["DateTimeStart"] == start:
                    database.update("apisubscription", number, {"DateTimeStart": now})
            self._office.changed()
        return told

    def _events(self, name: str, database: Database, row: Row, now: str) -> dict[str, list[Event]] | None:
        """By workstation, what it sends now; None where nobody polls."""
        settings = self._office.offices.settings(row["CustomerKey"])
        machines = self._machines(database, row, settings)
        stopped = row["DateTimeStop"] not in (NO_TIME, "") and row["DateTimeStop"] <= now
        if not machines or stopped or row["DateTimeStart"] > now:
            return None
        call = self._call(database, row, settings)
        oldest = (database.clock_now() - KEPT_FOR).strftime(TIME_FORMAT)
        rows = changed_rows(call, row["WatchTable"], start=max(row["DateTimeStart"], oldest), before=now)
        size = ROWS_AT_ONCE if call.since(SPLIT_SINCE) else max(1, len(rows))
        parts = [rows[first : first + size] for first in range(0, len(rows), size)]
        kind = f"WatchTable: {row['WatchTable']}"
        return {machine: [self._event(name, row, call, machine, kind, part) for part in parts] for machine in machines}

    def _machines(self, database: Database, row: Row, settings: Settings) -> list[str]:
        """Who fires: the named machine, or every one. A name that is in no list is taken for a machine that is on."""
        if self._office.faults.offline or not settings.enabled:
            return []
        everybody = [str(each["CompName"]) for each in database.all("computer")]
        machines = [row["Workstation"]] if row["Workstation"] else everybody
        return [machine for machine in machines if machine not in settings.machines_off]

    # ---- events of the program's own windows

    def select_patient(self, name: str, number: int, workstation: str) -> list[dict[str, object]]:
        """Somebody opens a patient on a workstation. Sent once, whatever comes of it."""
        with self._office.lock:
            database = self._office.offices.databases[name]
            events = []
            for row in database.all("apisubscription"):
                settings = self._office.offices.settings(row["CustomerKey"])
                listening = row["UiEventType"] and row["Workstation"].casefold() in ("", workstation.casefold())
                if not listening or workstation in settings.machines_off or self._office.faults.offline:
                    continue
                call = self._call(database, row, settings)
                call.resource = "patients"
                shown = call.finish(patient(call, database.tables["patient"][number]))
                kind = f"UiEventType: {row['UiEventType']}"
                events.append(self._event(name, row, call, workstation, kind, shown))
        return [line for event in events for line in self._send_all({workstation: [event]}, "PatientSelected")[0]]

    # ---- sending

    def _call(self, database: Database, row: Row, settings: Settings) -> Call:
        return Call(
            database=database,
            version=read_version(settings.version),
            settings=settings,
            base="",
            developer="",
            customer=row["CustomerKey"],
        )

    def _event(self, name: str, row: Row, call: Call, machine: str, kind: str, body: object) -> Event:
        headers = {"Authorization": str(row["CustomerKey"])}
        if call.since(WORKSTATION_SINCE):
            headers["Workstation"] = machine
        if call.since(EVENT_TYPE_SINCE):
            headers["Event-Type"] = kind
        return Event(name, row["ApiSubscriptionNum"], row["EndPointUrl"], headers, body)

    def _send_all(self, by_machine: Mapping[str, list[Event]], kind: str) -> tuple[list[dict[str, object]], bool]:
        """Each machine sends its parts in order until one fails. Whether one machine got everything across."""
        told: list[dict[str, object]] = []
        arrived = False
        for events in by_machine.values():
            fine = True
            for event in events:
                outcome = self._send_one(event, kind, told)
                fine = outcome.startswith("2") or outcome in ("lost", "held")
                if not fine:
                    break
            arrived = arrived or fine
        self.sent.extend(told)
        return told, arrived

    def _send_one(self, event: Event, kind: str, told: list[dict[str, object]]) -> str:
        about = {"customer_key": event.headers["Authorization"]}
        fault = self._office.faults.take("EVENT", (f"/{kind}",), about) or Fault("")
        place = (event.office, event.subscription)
        if fault.kind == "out_of_order":
            self._held.setdefault(place, []).append(event)
            return "held"
        outcome = "lost" if fault.kind == "lost" else self._send(event.url, event.headers, event.body)
        told.append(event.told(outcome))
        if fault.kind == "duplicate":
            told.append(event.told(self._send(event.url, event.headers, event.body)))
        for late in self._held.pop(place, []):
            told.append(late.told(self._send(late.url, late.headers, late.body)))
        return outcome
