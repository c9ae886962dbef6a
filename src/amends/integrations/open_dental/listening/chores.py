"""What is asked of a database, and how often: by the way that leads there now, one request after another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.models import Mode
from amends.integrations.open_dental.office import Office

from . import commlogs, notes, reread, server_clock, similar, tasks, visit_counts, visits
from .state import Listening

# A chore answers whether there is more of it to do at once.
Work = Callable[[Listening, Office, Budget], bool]


@dataclass(frozen=True)
class Chore:
    """`remote` and `near` are seconds between two times: through the vendor's servers, and in the same building."""

    work: Work
    remote: float
    near: float

    def every(self, through: str) -> float:
        return self.remote if through == Mode.REMOTE else self.near


# In this order where several are due: the clock begins the listening, and upset patients come before all else.
CHORES: Mapping[str, Chore] = MappingProxyType(
    {
        "clock": Chore(server_clock.ask_time, remote=300, near=60),
        "commlogs": Chore(commlogs.listen, remote=40, near=2),
        "notes": Chore(notes.listen, remote=60, near=4),
        "tasks": Chore(tasks.listen, remote=120, near=10),
        "visits": Chore(visits.listen, remote=300, near=60),
        "reread": Chore(reread.reread, remote=3600, near=3600),
        "visits.recent": Chore(visit_counts.count_recent, remote=600, near=600),
        "similar": Chore(similar.compare, remote=60, near=10),
        "visits.back": Chore(visit_counts.count_back, remote=30, near=10),
    }
)
# While an entry may still be written on, it is looked at again this soon (seconds).
SETTLING = Chore(commlogs.listen, remote=12, near=2)
# A chore with more to do lets the others of its database have their turn between its pages (seconds).
MORE = Chore(commlogs.listen, remote=2, near=0.05)


@dataclass
class Schedule:
    """When each chore of one database is due, in seconds of this process's clock."""

    due: dict[str, float]

    @classmethod
    def beginning(cls, now: float) -> "Schedule":
        """Everything is due now, in the order of the chores."""
        return cls(dict.fromkeys(CHORES, now))

    def next(self) -> tuple[str, float]:
        """The chore that is due first, and when."""
        name = min(self.due, key=lambda one: self.due[one])
        return name, self.due[name]

    def next_of(self, now: float) -> str | None:
        """The most important chore that is due; None while none is."""
        return next((name for name in CHORES if self.due[name] <= now), None)

    def done(self, name: str, now: float, *, through: str, more: bool, settling: bool) -> None:
        """It was done `through` that way (an API Service may have fallen over to Remote); `more` of it is there, or
        entries are `settling`."""
        chore = CHORES[name]
        if more:
            chore = MORE
        elif settling and name == "commlogs":
            chore = SETTLING
        self.due[name] = now + chore.every(through)

    def put_off(self, now: float, seconds: float) -> None:
        """Nothing is asked for so long: the office is away, or wants a pause."""
        self.due = {name: max(at, now + seconds) for name, at in self.due.items()}
