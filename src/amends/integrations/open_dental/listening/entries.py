"""Open Dental's rows as entries that may mean something for a case."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.utils import timezone

from amends.integrations.open_dental.clinical_note import PLACE as NOTE
from amends.integrations.open_dental.commlog import PLACE as COMMLOG
from amends.integrations.open_dental.rows import Commlog, Patient, ProcNote
from amends.protocol.chart_entry import ChartEntry
from amends.protocol.values import ChartRow
from amends.protocol.values import Patient as PatientValue
from amends.protocol.words import Moment, Source, Way

# Open Dental's words for how (open-dental-api.md 3.1), also as the numbers of ShortQuery (4.3).
_WAYS: Mapping[str, Way] = MappingProxyType(
    {
        **dict.fromkeys(("Email", "1"), Way.EMAIL),
        **dict.fromkeys(("Mail", "2"), Way.LETTER),
        **dict.fromkeys(("Phone", "3", "Phone and Text", "7"), Way.PHONE),
        **dict.fromkeys(("In Person", "InPerson", "4"), Way.IN_PERSON),
        **dict.fromkeys(("Text", "5", "Email and Text", "6"), Way.TEXT),
    }
)


def from_commlog(
    row: Commlog, patient: PatientValue, *, types: frozenset[int], happened_at: datetime | None
) -> ChartEntry:
    """A CommLog; `types` are the DefNums of upset patients, `happened_at` the instant of its `CommDateTime`."""
    way = _WAYS.get(row.Mode_.strip())
    return ChartEntry(
        row=ChartRow(database=patient.database, place=COMMLOG, id=str(row.CommlogNum)),
        patient=patient,
        text=row.Note,
        is_marked=row.CommType in types,
        way=way,
        moment=Moment.CHECKOUT if way is Way.IN_PERSON else Moment.AFTER,
        source=Source.COMMLOG,
        happened_at=not_later_than_now(happened_at),
    )


def from_note(row: ProcNote, patient: PatientValue, *, mark: str, happened_at: datetime | None) -> ChartEntry:
    """A clinical note; `mark` is the word that says that the patient was upset."""
    return ChartEntry(
        row=ChartRow(database=patient.database, place=NOTE, id=str(row.ProcNoteNum)),
        patient=patient,
        text=row.Note,
        is_marked=holds_mark(row.Note, mark),
        way=Way.IN_PERSON,
        moment=Moment.TREATMENT,
        source=Source.CLINICAL_NOTE,
        happened_at=not_later_than_now(happened_at),
    )


def holds_mark(text: str, mark: str) -> bool:
    """Whether the text holds the mark as a word of its own, in capital or small letters."""
    return re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", text, re.IGNORECASE) is not None


def not_later_than_now(moment: datetime | None) -> datetime:
    """Staff may date an entry as they like (open-dental-api.md 3.1); a case did not happen in the future."""
    now = timezone.now()
    return min(moment, now) if moment else now


def named(database: str, pat_num: int, row: Patient | None) -> PatientValue:
    """The patient as cases know them; by number alone where the row could not be read."""
    name = f"{row.Preferred or row.FName} {row.LName}".strip() if row else ""
    phone = (row.WirelessPhone or row.HmPhone or row.WkPhone) if row else ""
    return PatientValue(database=database, pat_num=pat_num, name=name or f"Patient {pat_num}", phone=phone)
