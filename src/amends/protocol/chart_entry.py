"""What an entry that somebody wrote in Open Dental means for a case: the commands that follow from it.

Who never opens Amends is still within the protocol. A first word says it without doubt ("RESOLVED:"); otherwise the
type of the CommLog, the case's number and who wrote it decide. In doubt it is an account, which loses nothing.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.policy import Policy
from amends.protocol.rules.asking import MANAGERS
from amends.protocol.values import Actor, ChartRow, Patient
from amends.protocol.words import CONVERSATION_WAYS, Moment, PatientStatus, Role, Source, Stage, Teller, Way

# How people write that nobody answered, and how they write that somebody did: with both, somebody did.
_NOT_REACHED = re.compile(
    r"\b(lvm|lm|vm|voice ?mail|no answer|left (a )?(message|msg)|mailbox|not reached"
    r"|(did not|didn't|couldn't|could not|unable to|cannot|can't) (answer|reach|get through|pick up))\b",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\b(spoke|spoken|talked|met with|called (us |me )?back|returned (our|my) call|said|says|explained)\b",
    re.IGNORECASE,
)
_RESOLUTION = "noted"


@dataclass(frozen=True, kw_only=True)
class ChartEntry:
    """One entry as it stands in Open Dental.

    `is_marked`: it has the type, or the mark, of an upset patient. `way` is None where nobody said how it came about.
    `happened_at` is aware.
    """

    row: ChartRow
    patient: Patient
    text: str
    is_marked: bool
    way: Way | None
    moment: Moment
    source: Source
    happened_at: datetime


class FirstWord(Enum):
    RESOLVED = "resolved"
    ESCALATE = "escalate"
    TRIED = "tried"


def first_word(text: str, policy: Policy) -> FirstWord | None:
    """What the entry says with its first word; None for any other."""
    begins = text.strip().casefold()
    return next((word for word in FirstWord if begins.startswith(getattr(policy.chart, word.value))), None)


def names_case(text: str, number: str) -> bool:
    """Whether the text names this case and not one of its deliveries (`UP-1042`, not `UP-1042.7`)."""
    return re.search(rf"(?<![\w-]){re.escape(number)}(?!\w)(?![.-]\d)", text, re.IGNORECASE) is not None


def not_reached(entry: ChartEntry) -> bool:
    """Whether a manager's entry tells of a try, and not of a conversation."""
    if entry.way is not None and entry.way not in CONVERSATION_WAYS:
        return True
    return bool(_NOT_REACHED.search(entry.text)) and not _REACHED.search(entry.text)


def opening(entry: ChartEntry, office: str, by: Actor, policy: Policy) -> list[c.Command]:
    """The commands of an entry about a patient who has no open case; none where it is about no upset patient."""
    if not entry.is_marked:
        return []
    report = c.Report(
        office=office,
        account=_account(entry),
        moment=entry.moment,
        patient_status=PatientStatus.KNOWN,
        patient=entry.patient,
        source=entry.source,
        happened_at=entry.happened_at,
        found=entry.row,
    )
    word = first_word(entry.text, policy) if by.role in MANAGERS else None
    return [report, *(_managers(entry, by, policy, word) if word else [])]


def joining(
    entry: ChartEntry, case: Case, number: str, by: Actor, policy: Policy, covered: Collection[str] = ()
) -> list[c.Command]:
    """The commands of an entry about the patient of this open case; none where it is about something else.

    `covered` are the people (ids) for whom `by` covers: their cases are the author's as well.
    """
    named = names_case(entry.text, number)
    if by.role in MANAGERS:
        word = first_word(entry.text, policy)
        theirs = entry.is_marked and case.owner is not None and case.owner.id in {by.id, *covered}
        if word or named or theirs:
            return _managers(entry, by, policy, word, addressed=case.stage is Stage.ADDRESSED)
    return [account_of(entry)] if entry.is_marked or named else []


def account_of(entry: ChartEntry, whose: Teller = Teller.PATIENT) -> c.AddAccount:
    """The entry as one more account of what happened."""
    return c.AddAccount(text=_account(entry), whose=whose, moment=entry.moment, found=entry.row)


def _managers(
    entry: ChartEntry, by: Actor, policy: Policy, word: FirstWord | None, *, addressed: bool = False
) -> list[c.Command]:
    said = entry.text.strip()
    match word:
        case FirstWord.ESCALATE if not addressed:
            ask = c.AskRegion if by.role is Role.OFFICE_MANAGER else c.AskLeaders
            return [ask(why=_after_first_word(said))]
        case FirstWord.TRIED:
            return [_attempt(entry, said)]
        case FirstWord.RESOLVED if not addressed:
            resolution = _RESOLUTION if _RESOLUTION in policy.resolutions else next(iter(policy.resolutions))
            return [_conversation(entry, said), c.MarkAddressed(resolution=resolution, note=_after_first_word(said))]
        case _:
            return [_attempt(entry, said) if not_reached(entry) else _conversation(entry, said)]


def _attempt(entry: ChartEntry, said: str) -> c.Command:
    return c.LogAttempt(way=entry.way or Way.PHONE, note=said, found=entry.row)


def _conversation(entry: ChartEntry, said: str) -> c.Command:
    way = entry.way if entry.way in CONVERSATION_WAYS else Way.PHONE
    return c.RecordConversation(way=way, note=said, found=entry.row)


def _after_first_word(said: str) -> str:
    return said.partition(":")[2].strip() or said


def _account(entry: ChartEntry) -> str:
    return entry.text.strip() or f"{entry.row.place} without words."
