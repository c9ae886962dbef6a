"""Open Dental's rows as typed values, read tolerantly (open-dental-api.md 2.5, 7).

Numbers may be numeric texts, booleans are texts in any case, 0001-01-01 is no date. What is not listed here is not
kept: a social security number goes no further than this file.
"""

import re
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _number(value: object) -> int:
    if isinstance(value, bool | int | float):
        return int(value)
    found = re.fullmatch(r"\s*([+-]?\d+)(?:\.0*)?\s*", value) if isinstance(value, str) else None
    return int(found[1]) if found else 0


def _truth(value: object) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.strip().casefold() in ("true", "1"))


def _words(value: object) -> str:
    return "" if value is None else str(value)


def read_moment(value: object) -> datetime | None:
    """A naive time on the office's clock; None for “none” (year 1), for what is missing, and for what is no time."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    for read in (datetime.fromisoformat, _american):
        try:
            moment = read(text)
        except ValueError:
            continue
        return None if moment.year <= 1 else moment.replace(tzinfo=None)
    return None


def _american(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007  # Open Dental tells no zone


def in_time(moment: datetime | None) -> str:
    """A key that sorts naive times, the missing ones first."""
    return moment.isoformat() if moment else ""


def _day(value: object) -> date | None:
    moment = read_moment(value)
    return moment.date() if moment else None


Number = Annotated[int, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Words = Annotated[str, BeforeValidator(_words)]
Moment = Annotated[datetime | None, BeforeValidator(read_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]


class Row(BaseModel):
    """Any row: unknown fields are dropped. `KEY` names its primary key."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    KEY: ClassVar[str]

    @property
    def key(self) -> object:
        """The value that tells this row from every other of its kind."""
        return getattr(self, self.KEY)


class Commlog(Row):
    """open-dental-api.md 3.1"""

    KEY = "CommlogNum"
    CommlogNum: Number
    PatNum: Number = 0
    CommType: Number = 0
    CommDateTime: Moment = None
    Note: Words = ""


class Definition(Row):
    """open-dental-api.md 3.2"""

    KEY = "DefNum"
    DefNum: Number
    ItemName: Words = ""
    Category: Number = 0
    isHidden: Truth = False  # noqa: N815  # Open Dental's own spelling


class TaskRow(Row):
    """open-dental-api.md 3.3"""

    KEY = "TaskNum"
    TaskNum: Number
    TaskListNum: Number = 0
    KeyNum: Number = 0
    Descript: Words = ""


class Inbox(Row):
    """A user and their inbox, from ShortQuery (open-dental-api.md 3.4)."""

    KEY = "UserNum"
    UserNum: Number
    UserName: Words = ""
    TaskListInBox: Number = 0


class Patient(Row):
    """open-dental-api.md 3.7"""

    KEY = "PatNum"
    PatNum: Number
    LName: Words = ""
    FName: Words = ""
    Preferred: Words = ""
    PatStatus: Words = ""
    Birthdate: Day = None
    HmPhone: Words = ""
    WkPhone: Words = ""
    WirelessPhone: Words = ""
    ClinicNum: Number = 0


class Appointment(Row):
    """open-dental-api.md 3.8"""

    KEY = "AptNum"
    AptNum: Number
    PatNum: Number = 0
    AptStatus: Words = ""
    AptDateTime: Moment = None
    ClinicNum: Number = 0
    DateTimeArrived: Moment = None
    DateTimeSeated: Moment = None


class Procedure(Row):
    """open-dental-api.md 3.9"""

    KEY = "ProcNum"
    ProcNum: Number
    PatNum: Number = 0
    AptNum: Number = 0
    ProcDate: Day = None
    ProcStatus: Words = ""
    procCode: Words = ""  # noqa: N815  # Open Dental's own spelling
    IsLocked: Truth = False


class ProcNote(Row):
    """open-dental-api.md 3.9"""

    KEY = "ProcNoteNum"
    ProcNoteNum: Number
    PatNum: Number = 0
    ProcNum: Number = 0
    EntryDateTime: Moment = None
    Note: Words = ""


class Preference(Row):
    """open-dental-api.md 3.13"""

    KEY = "PrefName"
    PrefName: Words
    ValueString: Words = ""


class Permission(Row):
    """open-dental-api.md 2.2"""

    KEY = "Permission"
    Permission: Words
    HasPermission: Truth = False


class ServerTime(Row):
    """Any row that tells the server's time, asked for with its offset (open-dental-api.md 2.5)."""

    KEY = "ProvNum"
    ProvNum: Number = 0
    serverDateTime: Words = ""  # noqa: N815  # Open Dental's own spelling
