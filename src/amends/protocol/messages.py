"""What must be told to whom, as channel-neutral values. `react` makes them; the outbox turns them into deliveries."""

from dataclasses import dataclass
from datetime import datetime

from amends.protocol.values import Actor, Patient, Person
from amends.protocol.words import Purpose, Role, Severity, Stage, Way


@dataclass(frozen=True, kw_only=True)
class ChartNote:
    """A note for the patient's chart: short and factual, with its author and the time of what it tells.

    `held` says why a person decides whether it is written; "" where it just is.
    """

    purpose: Purpose
    about: int
    patient: Patient
    clinical: bool
    text: str
    way: Way | None
    from_patient: bool
    at: datetime
    author: Actor
    held: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskMessage:
    """An Open Dental Task in one person's inbox."""

    purpose: Purpose
    about: int
    to: Person
    role: Role
    patient: Patient | None
    headline: str
    text: str
    author: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CloseTask:
    """An earlier Task asks for what nobody need do any more: it says so and is set to done. `task` is its number."""

    purpose: Purpose
    about: int
    task: str
    text: str
    author: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ChartPopup:
    """A note that Open Dental shows to whoever opens the patient, until `ends`."""

    purpose: Purpose
    about: int
    patient: Patient
    text: str
    ends: datetime
    author: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PageMessage:
    """ "Please come now", to one person by every way of reaching them at once that is set up.

    It has no field that could hold free text or a patient.
    """

    purpose: Purpose
    about: int
    to: Person


@dataclass(frozen=True, kw_only=True)
class LeadersMessage:
    """One safe line for the leaders, or for the administrators. It has no field for free text or a patient.

    `late` and `still_here` say why nobody may wait where nobody is left; else both are False.
    """

    purpose: Purpose
    about: int
    office: str
    kinds: tuple[str, ...]
    severity: Severity
    stage: Stage
    owner: Person | None
    addressed_by: Actor | None
    resolution: str | None
    minutes_to_contact: int | None
    to: Role = Role.LEADER
    late: bool = False
    still_here: bool = False


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """Earlier messages of these purposes that have not left yet are no longer needed."""

    purposes: tuple[Purpose, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class Rechart:
    """The patient's chart has another number now: what is still on its way to the old one goes to this one."""

    patient: Patient


Message = ChartNote | TaskMessage | CloseTask | ChartPopup | PageMessage | LeadersMessage | Withdraw | Rechart
