"""What the matching reads and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Review:
    """One public review. `posted_at` keeps its offset: the day of the post is the day there (None: not known)."""

    reviewer: str = ""
    text: str = ""
    stars: float | None = None
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment, on a local day. `status` is Open Dental's AptStatus in lower case; times are local."""

    date: date
    status: str
    procedures: tuple[str, ...] = ()
    provider: str = ""
    arrived: time | None = None
    seated: time | None = None

    @property
    def wait(self) -> int | None:
        """Whole minutes from arrival to the chair; None where either is not known or they are the wrong way round."""
        if self.arrived is None or self.seated is None or self.seated < self.arrived:
            return None
        return (self.seated.hour - self.arrived.hour) * 60 + self.seated.minute - self.arrived.minute


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient of the office. `balance_change` is dollars around the visits; None where nobody knows."""

    number: int
    first: str = ""
    preferred: str = ""
    last: str = ""
    family: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    balance_change: Decimal | None = None
    open_case: bool | None = None


class Verdict(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient worth a look: `score` is 0..1 and means the same on every line; `reasons` are plain sentences."""

    number: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: at most five candidates, best first. It links nothing; that is a person's to do."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]
