"""Offices to speak to: the simulator in every mode and of every age, and a real one where its keys are given."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from amends.integrations.marker import holds_marker
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.simulators.faults import Faults
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.serving import Server

KEY = "demo-customer"
COMMLOG, NOTE, TASK = "open_dental.commlog", "open_dental.clinical_note", "open_dental.task"
OMAR, AMENDS = 101, 1


@dataclass
class Office:
    """A simulated office. Writes that come late wait in `late` until somebody lets them happen."""

    settings: Settings
    late: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        faults = Faults(later=lambda _, act: self.late.append(act))
        self.simulator = OpenDental(self.settings, faults=faults, wait=lambda _: None)
        self.server = Server(self.simulator)

    def break_next(self, method: str, path: str, then: str, *, times: int = 1) -> None:
        rule = {"method": method, "path": path, "times": times, "then": then}
        self.simulator.faults.put({"rules": [rule]})

    def settle(self) -> None:
        """Everything that was under way has landed."""
        while self.late:
            self.late.pop(0)()

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.simulator.databases[KEY].tables[table].values())

    def times(self, name: str, marker: str) -> int:
        """How often the marker stands in what people see."""
        column = "Descript" if name == TASK else "Note"
        rows = self.rows({COMMLOG: "commlog", TASK: "task", NOTE: "procnote"}[name])
        if name == NOTE:
            rows = list({row["ProcNum"]: row for row in rows}.values())  # the newest of each procedure is shown
        return sum(holds_marker(word, marker) for row in rows for word in row[column].split())

    @property
    def seen_today(self) -> int:
        """A patient of Maple Street whose treatment was completed today."""
        day = self.simulator.clock.now().date().isoformat()
        rows = (row for row in self.rows("appointment") if row["ClinicNum"] == 1 and row["AptStatus"] == "Complete")
        return int(next(row["PatNum"] for row in rows if row["AptDateTime"].startswith(day)))


def serve(settings: Settings) -> Iterator[Office]:
    there = Office(settings)
    there.server.start()
    yield there
    there.server.stop()


def connect(there: Office) -> OpenDentalDatabase:
    there.simulator.faults.clear()
    return OpenDentalDatabase.objects.create(
        key="main",
        name="Bluebell & Finch",
        mode=str(there.settings.mode),
        base_url=f"{there.server.url}/api/v1/",
        developer_key=there.settings.developer_key,
        customer_key=KEY,
        author_user_num=AMENDS,
        read_timeout_seconds=30,
    )


@dataclass(frozen=True)
class RealOffice:
    """An office outside: its keys, and a patient to write about, 0 where nothing may be written.

    `AMENDS_CONTRACT_OPEN_DENTAL_URL`, `_DEVELOPER_KEY`, `_CUSTOMER_KEY` and, to write a CommLog, `_TEST_PATIENT`.
    """

    url: str
    developer_key: str = field(repr=False)
    customer_key: str = field(repr=False)
    patient: int = 0

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def connect(self) -> OpenDentalDatabase:
        return OpenDentalDatabase.objects.create(
            key="main",
            name="A real office",
            mode=Mode.REMOTE if self.host.endswith("opendental.com") else Mode.SERVICE,
            base_url=self.url,
            developer_key=self.developer_key,
            customer_key=self.customer_key,
        )


def real_office(environment: Mapping[str, str] = os.environ) -> RealOffice | None:
    """The office that the environment names; None where it names none."""
    name = "AMENDS_CONTRACT_OPEN_DENTAL_"
    url, developer, customer = (environment.get(name + part, "") for part in ("URL", "DEVELOPER_KEY", "CUSTOMER_KEY"))
    if not (url and developer and customer):
        return None
    return RealOffice(url, developer, customer, int(environment.get(name + "TEST_PATIENT") or 0))
