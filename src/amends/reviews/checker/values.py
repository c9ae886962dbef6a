"""What goes into the checker and what comes out of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. Block: only the privacy officer may let it pass. Warn: a second person looks at it."""

    PASS = "pass"  # noqa: S105  no password
    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class Category(StrEnum):
    """The twenty rows of privacy-and-complaints-rules.md 1.5, in their order."""

    RELATIONSHIP = "relationship"
    DATES = "dates"
    TREATMENT = "treatment"
    MONEY = "money"
    INSURANCE = "insurance"
    CONTACT_MADE = "contact_made"
    RECORDS = "records"
    NAMES = "names"
    CONTACT_DETAILS = "contact_details"
    FAMILY = "family"
    INTERNAL_OUTCOME = "internal_outcome"
    ARGUMENT = "argument"
    INCENTIVE = "incentive"
    LIABILITY = "liability"
    IMPLIED_VISIT = "implied_visit"
    ECHO = "echo"
    PLATFORM_LIMITS = "platform_limits"
    PRIVATE_RECORD = "private_record"
    LANGUAGE = "language"
    MISSING_PARTS = "missing_parts"


@dataclass(frozen=True)
class Review:
    """The public review: what everybody can read already. `reviewer` is the display name."""

    reviewer: str = ""
    stars: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Practice:
    """What the practice publishes of itself, and the names of its people."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """The private side: what must never show in public. Dates are ISO, amounts decimal texts, notes free text;
    `contacts` are telephone numbers and e-mail addresses."""

    patient: str = ""
    family: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    insurers: tuple[str, ...] = ()
    notes: str = ""
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """Everything that a reply is judged against. `case` is None where no case is linked."""

    platform: str = "google"
    review: Review = field(default_factory=Review)
    practice: Practice = field(default_factory=Practice)
    case: Case | None = None
    recent_replies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `start` and `end` count characters (code points) of the reply; `text` is what stands there.

    A thing that is missing has an empty place at the end of the reply.
    """

    category: Category
    level: Level
    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """The answer about one reply: its worst level, and the findings in the order of the text."""

    level: Level
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, object]:
        """A value of texts, numbers, lists and mappings alone, in the shape of `amends check-reply`."""
        return {
            "level": self.level.value,
            "findings": [
                {
                    "category": found.category.value,
                    "level": found.level.value,
                    "start": found.start,
                    "end": found.end,
                    "text": found.text,
                    "why": found.why,
                }
                for found in self.findings
            ],
        }
