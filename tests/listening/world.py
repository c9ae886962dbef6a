"""An office with its simulated Open Dental, and an ear that hears it, on a clock that only the test moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.deliveries.runner import run_one
from amends.integrations.channels import channel
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.listening.chores import CHORES
from amends.integrations.open_dental.listening.state import Listening
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.open_dental.office import Office, forget_offices, office
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.simulators.open_dental import staff
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.resources import procnotes
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.tables import Database
from amends.simulators.serving import Server

OMAR, RUTH, RITA, ANA, STRANGER = 101, 121, 301, 201, 1011
DANA, TESS = 1001, 1002


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._began = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> float:
        return self.passed

    def real(self) -> datetime:
        return self._began + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        self.passed += seconds

    def pass_by(self, **span: float) -> None:
        self.passed += timedelta(**span).total_seconds()


class World:
    """One database under the key `main`, heard by `round`."""

    def __init__(self, settings: Settings | None = None, *, key: str = "main") -> None:
        self.time = Time()
        settings = settings or Settings(mode=Mode.SERVICE)
        self.simulator = OpenDental(settings, real=self.time.real, wait=lambda _: None, monotonic=self.time)
        self.server = Server(self.simulator)
        self.server.start()
        self.row = OpenDentalDatabase.objects.create(
            key=key,
            name=key,
            mode=settings.mode.value,
            base_url=f"{self.server.url}/api/v1/",
            developer_key="demo-developer",
            customer_key="demo-customer",
            author_user_num=1,
        )
        forget_offices()
        self.listening = self.new_ear()
        self.blank_appointment = dict(next(iter(self.there.all("appointment"))))

    @property
    def office(self) -> Office:
        """Our side of it, which keeps its pace and its patience on the test's own clock."""
        speaking = office(self.row.key)
        client = speaking.client
        for way in client._routes.ways:
            if way.pacer._clock is not self.time:
                way.pacer.__init__(way.pacer.interval, clock=self.time, sleep=self.time.sleep)  # type: ignore[misc]
        client.breaker._clock = client._routes._clock = self.time
        return speaking

    def close(self) -> None:
        self.server.stop()
        forget_offices()

    @property
    def there(self) -> Database:
        """The office's database."""
        return next(iter(self.simulator.databases.values()))

    @property
    def upset_type(self) -> int:
        rows = (row for row in self.there.all("definition") if row["Category"] == 27)
        return next(int(row["DefNum"]) for row in rows if row["ItemName"].casefold() == "upset patient")

    # ---- hearing

    def new_ear(self) -> Listening:
        """What a process knows that was just started."""
        ear, _ = Ear.objects.get_or_create(database=self.row)
        return Listening(self.row, ear, clock=self.time)

    def restart(self) -> None:
        forget_offices()
        self.listening = self.new_ear()

    def chore(self, name: str) -> None:
        speaking = self.office
        speaking.facts(Budget(20))
        while CHORES[name].work(self.listening, speaking, Budget(20)):
            pass

    def round(self, *names: str) -> None:
        """Every chore once, or these."""
        for name in names or CHORES:
            self.chore(name)

    def begin(self) -> None:
        """The first round, after which everything is news."""
        self.round()
        self.time.pass_by(seconds=2)

    # ---- what people do at the office

    def commlog(self, note: str, *, patient: int = DANA, by: int = ANA, upset: bool = True, **values: Any) -> int:
        """Somebody saves a CommLog; its number. `UP-1001` in it stands for the first case, whatever its number is."""
        first = CaseRow.system.order_by("pk").first()
        note = note.replace("UP-1001", first.number) if first else note
        kind = values.pop("CommType", 0) or (self.upset_type if upset else self.upset_type - 1)
        row = {"PatNum": patient, "Note": note, "CommType": kind, "UserNum": by, "Mode_": "Phone"}
        with self.simulator.lock:
            made = staff.write(self.there, "commlog", {"SentOrReceived": "Received", **row, **values})
        return int(made["CommlogNum"])

    def change(self, table: str, key: int, **values: Any) -> None:
        with self.simulator.lock:
            staff.change(self.there, table, key, values)

    def delete(self, table: str, key: int) -> None:
        with self.simulator.lock:
            staff.remove(self.there, table, key)

    def note(self, text: str, *, by: int = STRANGER, procedure: int = 0) -> int:
        """A clinician saves a note on a procedure; the ProcNum."""
        with self.simulator.lock:
            row = self.there.get("procedurelog", procedure) or next(
                row for row in self.there.all("procedurelog") if row["PatNum"] == DANA
            )
            procnotes.create(self.there, row, text, user=by)
        return int(row["ProcNum"])

    def set_task(self, number: int, status: str) -> None:
        with self.simulator.lock:
            staff.change(self.there, "task", number, {"TaskStatus": status})

    # ---- what came of it

    def deliver(self) -> None:
        """Everything that waits reaches Open Dental; what goes elsewhere is passed over."""
        others = Delivery.objects.exclude(channel__startswith="open_dental.")
        others.update(due_at=self.time.real() + timedelta(days=9))
        while run_one(channel):
            pass

    @property
    def cases(self) -> list[Case]:
        return [actions.state_of(pk) for pk in CaseRow.system.order_by("pk").values_list("pk", flat=True)]

    @property
    def case(self) -> Case:
        (only,) = self.cases
        return only

    def facts(self) -> list[Fact]:
        pk = CaseRow.system.get().pk
        return [event.fact for event in actions.events_of(pk)]
