"""Open Dental's rows as typed values, read tolerantly (open-dental-api.md 2.5, 7).

Numbers may be numeric texts, booleans are texts in any case, 0001-01-01 is no date. What is not listed here is not
kept: a social security number goes no further than this file.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
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


def _money(value: object) -> Decimal | None:
    """An amount, which may be a number or a text; None for what is neither."""
    try:
        amount = Decimal(str(value).strip().replace(",", "")) if isinstance(value, str | int | float) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None


def _day(value: object) -> date | None:
    moment = read_moment(value)
    return moment.date() if moment else None


Number = Annotated[int, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Words = Annotated[str, BeforeValidator(_words)]
Moment = Annotated[datetime | None, BeforeValidator(read_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]
Money = Annotated[Decimal | None, BeforeValidator(_money)]


class Row(BaseModel):
    """Any row: unknown fields are dropped. `KEY` names its primary key, which is all that a representation shows."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    KEY: ClassVar[str]

    @property
    def key(self) -> object:
        """The value that tells this row from every other of its kind."""
        return getattr(self, self.KEY)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        # Names and notes must not get into a log or a traceback by way of a representation.
        yield self.KEY, self.key


class Commlog(Row):
    """open-dental-api.md 3.1. `UserNum` and what follows it are told from 25.1.13 on."""

    KEY = "CommlogNum"
    CommlogNum: Number
    PatNum: Number = 0
    CommType: Number = 0
    CommDateTime: Moment = None
    Note: Words = ""
    Mode_: Words = ""
    SentOrReceived: Words = ""
    UserNum: Number = 0
    DateTStamp: Moment = None
    DateTEntry: Moment = None
    CommSource: Words = ""


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
    ObjectType: Words = ""
    Descript: Words = ""
    TaskStatus: Words = ""
    UserNum: Number = 0
    DateTimeOriginal: Moment = None
    DateTimeFinished: Moment = None
    SecDateTEdit: Moment = None


class TaskList(Row):
    """open-dental-api.md 3.4"""

    KEY = "TaskListNum"
    TaskListNum: Number
    Descript: Words = ""
    Parent: Number = 0
    TaskListStatus: Words = ""


class TaskNote(Row):
    """open-dental-api.md 3.5"""

    KEY = "TaskNoteNum"
    TaskNoteNum: Number
    TaskNum: Number = 0
    UserNum: Number = 0
    DateTimeNote: Moment = None
    Note: Words = ""


class Inbox(Row):
    """A user and their inbox, from ShortQuery (open-dental-api.md 3.4)."""

    KEY = "UserNum"
    UserNum: Number
    UserName: Words = ""
    TaskListInBox: Number = 0


class Userod(Row):
    """open-dental-api.md 3.6"""

    KEY = "UserNum"
    UserNum: Number
    UserName: Words = ""
    EmployeeNum: Number = 0
    employeeName: Words = ""  # noqa: N815  # Open Dental's own spelling
    ProviderNum: Number = 0
    providerName: Words = ""  # noqa: N815  # Open Dental's own spelling
    ClinicNum: Number = 0
    emailAddress: Words = ""  # noqa: N815  # Open Dental's own spelling
    IsHidden: Truth = False


class Patient(Row):
    """open-dental-api.md 3.7. `BalTotal` is of the family, and 0 unless the patient is its guarantor."""

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
    Guarantor: Number = 0
    EstBalance: Money = None
    BalTotal: Money = None
    TxtMsgOk: Words = ""
    PreferContactMethod: Words = ""
    PreferConfirmMethod: Words = ""
    PreferRecallMethod: Words = ""
    DateTStamp: Moment = None
    serverDateTime: Moment = None  # noqa: N815  # Open Dental's own spelling


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
    DateTimeDismissed: Moment = None
    SecDateTEntry: Moment = None
    ProvNum: Number = 0
    provAbbr: Words = ""  # noqa: N815  # Open Dental's own spelling
    ProcDescript: Words = ""
    DateTStamp: Moment = None
    serverDateTime: Moment = None  # noqa: N815  # Open Dental's own spelling


class HistAppointment(Appointment):
    """What happened to an appointment, once for each change (open-dental-api.md 3.8)."""

    KEY = "HistApptNum"
    AptNum: Number = 0
    HistApptNum: Number
    HistUserNum: Number = 0
    HistDateTStamp: Moment = None
    HistApptAction: Words = ""


class Procedure(Row):
    """open-dental-api.md 3.9"""

    KEY = "ProcNum"
    ProcNum: Number
    PatNum: Number = 0
    AptNum: Number = 0
    ProcDate: Day = None
    ProcStatus: Words = ""
    ProcFee: Money = None
    procCode: Words = ""  # noqa: N815  # Open Dental's own spelling
    descript: Words = ""
    ClinicNum: Number = 0
    IsLocked: Truth = False
    DateTStamp: Moment = None


class ProcNote(Row):
    """open-dental-api.md 3.9"""

    KEY = "ProcNoteNum"
    ProcNoteNum: Number
    PatNum: Number = 0
    ProcNum: Number = 0
    EntryDateTime: Moment = None
    UserNum: Number = 0
    Note: Words = ""


class Clinic(Row):
    """open-dental-api.md 3.10"""

    KEY = "ClinicNum"
    ClinicNum: Number
    Description: Words = ""
    Abbr: Words = ""
    Phone: Words = ""
    City: Words = ""
    State: Words = ""


class Provider(Row):
    """open-dental-api.md 3.11"""

    KEY = "ProvNum"
    ProvNum: Number
    Abbr: Words = ""
    LName: Words = ""
    FName: Words = ""
    PreferredName: Words = ""
    IsSecondary: Truth = False
    IsHidden: Truth = False
    serverDateTime: Words = ""  # noqa: N815  # Open Dental's own spelling; as it comes, since it may carry its offset


class Popup(Row):
    """open-dental-api.md 3.12"""

    KEY = "PopupNum"
    PopupNum: Number
    PatNum: Number = 0
    Description: Words = ""
    PopupLevel: Words = ""
    DateTimeEntry: Moment = None
    DateTimeDisabled: Moment = None
    IsArchived: Truth = False


class PatField(Row):
    """open-dental-api.md 3.12"""

    KEY = "PatFieldNum"
    PatFieldNum: Number
    PatNum: Number = 0
    FieldName: Words = ""
    FieldValue: Words = ""
    SecDateTEdit: Moment = None


class SignalOd(Row):
    """A hint that something changed; there is none for CommLogs (open-dental-api.md 3.13)."""

    KEY = "SignalNum"
    SignalNum: Number
    SigDateTime: Moment = None
    FKey: Number = 0
    FKeyType: Words = ""
    IType: Words = ""
    serverDateTime: Moment = None  # noqa: N815  # Open Dental's own spelling


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
