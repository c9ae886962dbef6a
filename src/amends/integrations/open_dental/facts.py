"""What is known of one Open Dental database, as a value that is kept on its row: no secrets and no patients."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from .rows import Clinic

Fact = Literal["permissions", "version", "practice", "comm_type", "clinics", "utc_offset"]
# In this order: the permissions decide at which pace the rest may be read (open-dental-api.md 2.3).
# The practice is not among them: nothing that is read or written needs it, only who looks after the connection.
FACTS: tuple[Fact, ...] = ("permissions", "version", "comm_type", "clinics", "utc_offset")


class CommType(BaseModel):
    """The CommLog type of upset patients in this database.

    `number` is the DefNum to write with; None: CommLogs are written as Miscellaneous. `numbers` are all DefNums whose
    CommLogs are of the type, also where it is hidden or there are several. `warning` is a sentence, empty while all
    is well.
    """

    model_config = ConfigDict(frozen=True)

    number: int | None = None
    numbers: frozenset[int] = frozenset()
    name: str = ""
    warning: str = ""


class Facts(BaseModel):
    """`version` is empty and `permissions` None where Open Dental does not tell; `clinics` is empty where it has none.
    `practice` is the title of the practice, by which a key that was moved to another database is noticed.

    `permissions` are names in small letters. `read_at` tells when each fact was read, `troubles` what went wrong at
    its last reading, and `refused` is Open Dental's refusal of the key: sentences for people.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: tuple[int, ...] = ()
    permissions: frozenset[str] | None = None
    practice: str = ""
    comm_type: CommType = CommType()
    clinics: tuple[Clinic, ...] = ()
    utc_offset: timedelta | None = None
    read_at: Mapping[Fact, AwareDatetime] = {}
    refused: str = ""
    troubles: Mapping[Fact, str] = {}

    @property
    def trouble(self) -> str:
        """All troubles in words, each once; empty while all is well."""
        told = (self.refused, *self.troubles.values(), self.comm_type.warning)
        return " ".join(dict.fromkeys(text for text in told if text))

    @property
    def version_text(self) -> str:
        """ "25.4.48"; empty where it is not known."""
        return ".".join(str(part) for part in self.version[:3])

    @property
    def all_read_at(self) -> AwareDatetime | None:
        """Since when everything is known; None while something was never read."""
        return min(self.read_at.values()) if all(fact in self.read_at for fact in FACTS) else None


def version_parts(text: str) -> tuple[int, ...]:
    """ "25.4.48.0" as numbers that compare."""
    return tuple(int(part) for part in re.findall(r"\d+", text))


def newest(mine: Facts, theirs: Facts) -> Facts:
    """Of each fact what was read later: two processes read the same office, and neither must forget for the other."""
    newer = [fact for fact, at in theirs.read_at.items() if fact not in mine.read_at or at > mine.read_at[fact]]
    if not newer:
        return mine
    changes: dict[str, object] = {fact: getattr(theirs, fact) for fact in newer}
    changes["read_at"] = {**mine.read_at, **{fact: theirs.read_at[fact] for fact in newer}}
    troubles = {fact: text for fact, text in mine.troubles.items() if fact not in newer}
    changes["troubles"] = troubles | {fact: text for fact, text in theirs.troubles.items() if fact in newer}
    if "permissions" in newer:
        changes["refused"] = theirs.refused
    return mine.model_copy(update=changes)


def as_json(facts: Facts, *, of: str) -> dict[str, object]:
    """For the row of the database; `of` tells which keys and which type name it was read with."""
    return {**facts.model_dump(mode="json"), "of": of}


def from_json(value: Mapping[str, object], *, of: str) -> Facts:
    """What the row of the database tells; nothing where that was read with other keys or another type name."""
    if value.get("of") != of:
        return Facts()
    try:
        return Facts.model_validate(value)
    except ValidationError:
        return Facts()  # of another version of Amends: it is read again
