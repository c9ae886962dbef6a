"""Values that commands and events share."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from amends.protocol.words import (
    Fixed,
    GateName,
    Moment,
    NoContact,
    Purpose,
    RemedyKind,
    ReplyException,
    Role,
    Teller,
    Way,
)


@dataclass(frozen=True)
class Person:
    """Somebody of the group, as they were called at the time; the same person under any name."""

    id: str
    name: str = field(compare=False)


@dataclass(frozen=True)
class Actor:
    """Who does something, and the role in which they do it."""

    id: str
    name: str
    role: Role

    @property
    def person(self) -> Person:
        return Person(id=self.id, name=self.name)


AMENDS = Actor(id="", name="Amends", role=Role.SYSTEM)


@dataclass(frozen=True)
class Patient:
    """A patient of one Open Dental database; `pat_num` means nothing without `database`."""

    database: str
    pat_num: int
    name: str
    phone: str = ""

    def has_chart_of(self, other: "Patient") -> bool:
        """Whether both mean the same chart, however they are called."""
        return (self.database, self.pat_num) == (other.database, other.pat_num)


@dataclass(frozen=True)
class ChartRow:
    """An entry that somebody wrote in Open Dental themselves; `id` means nothing outside `database`."""

    database: str
    place: str
    id: str


@dataclass(frozen=True)
class Review:
    """The public review that a case was born from or joined by."""

    site: str
    review_id: str
    stars: int | None = None
    link: str = ""


@dataclass(frozen=True)
class Account:
    """What somebody said happened; `seq` is the number of the event that brought it."""

    seq: int
    at: datetime
    by: Actor
    text: str
    whose: Teller
    moment: Moment


@dataclass(frozen=True)
class Attempt:
    seq: int
    at: datetime
    by: Actor
    way: Way
    note: str
    call_back_on: date | None = None


@dataclass(frozen=True)
class Conversation:
    seq: int
    at: datetime
    by: Actor
    way: Way
    note: str


@dataclass(frozen=True)
class Settled:
    """The end of the attempts without a conversation, and why that is the protocol's end of them."""

    seq: int
    at: datetime
    by: Actor
    reason: NoContact
    note: str


@dataclass(frozen=True)
class Remedy:
    seq: int
    by: Actor
    kind: RemedyKind
    amount: Decimal | None
    note: str
    accepted: bool | None


@dataclass(frozen=True)
class Promise:
    """Something that the patient was told will happen, by the end of `due`'s open hours."""

    no: int
    made_at: datetime
    text: str
    owner: Person
    due: datetime
    kept: bool | None = None


@dataclass(frozen=True)
class Addressing:
    """How it was put right: a coded phrase of the policy, and the words that stay inside."""

    seq: int
    at: datetime
    by: Actor
    resolution: str
    note: str
    change: str


@dataclass(frozen=True)
class Confirmation:
    """What the patient answered to the question whether it is fixed."""

    seq: int
    at: datetime
    by: Actor
    answer: Fixed
    note: str


@dataclass(frozen=True)
class Proof:
    """The other system has it. `pasted` is a person's word for it, with their name and the time."""

    marker: str
    purpose: Purpose
    about: int
    place: str
    id: str
    link: str
    at: datetime
    by: Actor
    pasted: bool
    why: str = ""


@dataclass(frozen=True)
class SentTask:
    """A Task that stands in somebody's inbox, and what Open Dental says of it.

    `closing` is the number of the event that made it stale: Amends then sets it to done itself. 0 while it stands.
    """

    marker: str
    purpose: Purpose
    about: int
    id: str
    seen_at: datetime | None = None
    done_at: datetime | None = None
    closing: int = 0

    @property
    def stands(self) -> bool:
        return self.done_at is None and not self.closing


@dataclass(frozen=True)
class Page:
    """Somebody who is asked to come to a patient who is still here; `to` is None where nobody was left to be asked.

    `seq` is the number of the event that asked. `waited`: those who were asked before did not come in time.
    """

    seq: int
    at: datetime
    to: Person | None
    role: Role | None
    waited: bool
    seen_at: datetime | None = None


@dataclass(frozen=True)
class Here:
    """A patient's stay in the office after the report: who was asked to come, and who said that they do.

    `ended` is the number of the event that ended the asking, `ended_at` its time; 0 and None while it lasts.
    """

    pages: tuple[Page, ...] = ()
    coming: Person | None = None
    ended: int = 0
    ended_at: datetime | None = None

    @property
    def asked(self) -> tuple[Person, ...]:
        """Everybody who was asked, in that order."""
        return tuple(page.to for page in self.pages if page.to)


@dataclass(frozen=True)
class Word:
    """Somebody's word, and when they gave it: that they have seen it, that they will call."""

    by: Person
    at: datetime


@dataclass(frozen=True)
class ReplyLive:
    at: datetime
    link: str


@dataclass(frozen=True)
class ReplyExcepted:
    at: datetime
    by: Actor
    reason: ReplyException
    note: str


@dataclass(frozen=True)
class WatchRule:
    """The causes, offices and days in which a new case means that the action did not hold.

    No causes: those of the action's own case. No offices: the whole group. `days` (of 24 hours) count from its date,
    or from when it was done where that was later.
    """

    causes: tuple[str, ...]
    offices: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class CorrectiveAction:
    """What will be changed by `due`, and whether that held. `failed_by` is the case that showed that it did not."""

    no: int
    what: str
    owner: Person
    due: datetime
    watch: WatchRule | None = None  # None: planned before there were such rules
    done_at: datetime | None = None
    failed_by: str = ""
    held: bool = False

    @property
    def watched_until(self) -> datetime | None:
        """The end of its days; while it is not done, the earliest at which they can end."""
        if self.watch is None:
            return None
        begins = max(self.due, self.done_at) if self.done_at else self.due
        return begins + timedelta(days=self.watch.days)

    @property
    def is_watched(self) -> bool:
        """Whether its end is still open."""
        return self.can_fail and not self.held

    @property
    def can_fail(self) -> bool:
        """Whether a case may still show that it did not hold; what was said to have held is corrected by one."""
        return self.watch is not None and not self.failed_by


@dataclass(frozen=True)
class Chain:
    """Who answers for an office now: for each level the people who are there or cover for somebody who is not.

    First in each stands who is asked first; a level may be empty, and one person may stand at several.
    """

    office: tuple[Person, ...] = ()
    region: tuple[Person, ...] = ()
    leaders: tuple[Person, ...] = ()
    privacy_officer: Person | None = None

    @property
    def office_manager(self) -> Person | None:
        """Who is asked first at the office; None where nobody answers."""
        return next(iter(self.office), None)

    @property
    def regional_manager(self) -> Person | None:
        """Who is asked first in the region; None where nobody answers."""
        return next(iter(self.region), None)


@dataclass(frozen=True)
class Gate:
    """One gate: shut with its proof, not needed and why, or still open and what is missing."""

    name: GateName
    needed: bool
    shut: bool
    why: str
    proof: Proof | None = None

    @property
    def holds_open(self) -> bool:
        return self.needed and not self.shut
