"""The other side of a delivery, with a clock that only moves when a test says so and faults that a test scripts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
    UseInstead,
)

COMMLOG = "open_dental.commlog"
NOTE = "open_dental.clinical_note"
TASK = "open_dental.task"


class Killed(BaseException):
    """The process ends here: nothing after this line happens."""


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, ten in the morning in New York

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Fault:
    """What happens to one request: it leaves `reading` seconds after it began, its answer takes `answering` more."""

    kind: str = "fine"
    reading: float = 0
    answering: float = 0
    landing: float = 0  # for "late": so long after it left it is written


@dataclass
class OtherSide:
    """Every channel of the other system at once: marker → how often it was written."""

    clock: Callable[[], datetime] = timezone.now
    move: Callable[[float], None] = lambda seconds: None
    faults: list[Fault] = field(default_factory=list)
    look_faults: list[str] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)
    order: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str, datetime]] = field(default_factory=list)
    late: list[tuple[datetime, str, str]] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def channel(self, name: str) -> "_Channel":
        """What the runner is given."""
        return _Channel(name, self)

    def has(self, marker: str) -> bool:
        self._land()
        return self.written[marker] > 0

    def write(self, marker: str, channel: str) -> None:
        self.written[marker] += 1
        self.order.append((marker, channel))

    def _land(self) -> None:
        ripe = [item for item in self.late if item[0] <= self.clock()]
        self.late = [item for item in self.late if item[0] > self.clock()]
        for _, marker, channel in sorted(ripe):
            self.write(marker, channel)

    def deliver(self, name: str, item: Outgoing) -> Proof:
        self.asked.append(("deliver", item.marker, self.clock()))
        fault = self.faults.pop(0) if self.faults else Fault()
        self.move(fault.reading)
        self._land()
        while self.meanwhile:
            self.meanwhile.pop()()
        self._before(fault, name)
        if fault.kind in ("late", "killed_late"):
            self.late.append((self.clock() + timedelta(seconds=fault.landing), item.marker, name))
        else:
            self.write(item.marker, name)
        self.move(fault.answering)
        self._after(fault)
        return Proof(id=f"{name}-{self.written[item.marker]}", place="There", link="")

    def _before(self, fault: Fault, name: str) -> None:
        """What ends a request before it is written."""
        match fault.kind:
            case "offline":
                raise OfficeOffline("The office is offline.")
            case "refused":
                raise RetryAfter("Too many requests.", seconds=3)
            case "refused_for_days":
                raise RetryAfter("Too many requests.", seconds=10 * 86_400)
            case "lost":
                self.move(fault.answering)
                raise UnknownOutcome("It timed out.")
            case "permanent":
                raise Permanent("The patient does not exist.")
            case "configuration":
                raise Configuration("No permission.")
            case "instead" if name == NOTE:
                raise UseInstead("Too old for clinical notes.", channel=COMMLOG)
            case "fault_before":
                raise ZeroDivisionError
            case "killed_before":
                raise Killed

    def _after(self, fault: Fault) -> None:
        """What keeps the answer from coming back."""
        match fault.kind:
            case "unheard" | "late":
                raise UnknownOutcome("It timed out.")
            case "written_oddly":
                raise CannotTell("It was written, but not as it should be. Please look.")
            case "fault_after":
                raise ZeroDivisionError
            case "killed_after" | "killed_late":
                raise Killed

    def find(self, name: str, item: Outgoing) -> Proof | None:
        self.asked.append(("find", item.marker, self.clock()))
        fault = self.look_faults.pop(0) if self.look_faults else "fine"
        match fault:
            case "offline":
                raise OfficeOffline("The office is offline.")
            case "refused":
                raise RetryAfter("Too many requests.")
            case "timeout":
                raise UnknownOutcome("It timed out.")
            case "cannot_tell":
                raise CannotTell("Nobody can look there.")
            case "configuration":
                raise Configuration("No permission to read.")
            case "fault":
                raise ZeroDivisionError
            case "killed":
                raise Killed
        there = self.has(item.marker)
        return Proof(id=f"{name}-{self.written[item.marker]}", place="There") if there else None


@dataclass
class _Channel:
    name: str
    side: OtherSide

    def deliver(self, item: Outgoing) -> Proof:
        return self.side.deliver(self.name, item)

    def find(self, item: Outgoing) -> Proof | None:
        return self.side.find(self.name, item)
