"""`open_dental.clinical_note`: a text appended to the note of a procedure of that visit (open-dental-api.md 3.9).

Payload: `payloads.ChartEntry`, so that a CommLog can take over. Target: the key of the `OpenDentalDatabase`.
Proof: the ProcNoteNum. A note is never replaced: without `doAppendNote` the text of a clinician would vanish from
the chart, so offices that do not know it (before 24.2.29) get a CommLog instead.
"""

from datetime import date

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    Outgoing,
    Proof,
    UnknownOutcome,
    UseInstead,
)
from amends.integrations.marker import holds_marker

from .answers import NotFound
from .client import Budget
from .commlog import LOOKING_SECONDS, READING_SECONDS, CommLog
from .features import Feature
from .office import Office, speaking_to
from .payloads import ChartEntry, read
from .rows import Appointment, Procedure, ProcNote, in_time
from .texts import chart_text

PLACE = "Clinical note"
# The column holds 65,535 bytes, and an appended note repeats all earlier ones.
FULL = 55_000
_NO_VISIT = ("Broken", "UnschedList", "Planned", "PtNote", "PtNoteCompleted")
_GROUP_NOTE = "~GRP~"


class ClinicalNote:
    """Appends to a clinical note, and finds it by its marker among the patient's notes."""

    name = "open_dental.clinical_note"

    def deliver(self, item: Outgoing) -> Proof:
        """POST once, appending. Raises a `DeliveryError`; `UseInstead` where a CommLog must take over."""
        entry = read(ChartEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(READING_SECONDS)
            procedure = _procedure_for(office, entry, budget)
            before = _shown(_notes(office, entry.PatNum, budget, procedure))
            if len(before) > FULL:
                raise _instead("The clinical note of that visit is full.")
            body = {
                "PatNum": entry.PatNum,
                "ProcNum": procedure,
                "Note": chart_text(entry.text),
                "doAppendNote": "true",
            }
            try:
                created = office.client.post("procnotes", body, budget)
            except (Configuration, NotFound) as refused:
                raise _instead("Open Dental did not take it as a clinical note.") from refused
            number, note = created.number("ProcNoteNum"), str(created.row.get("Note", ""))
            if number and _appended(note, before, item.marker):
                return Proof(number, PLACE)
            return _check(office, entry.PatNum, procedure, before, item.marker)

    def find(self, item: Outgoing) -> Proof | None:
        """The newest note that holds the marker: a later one repeats what it was appended to."""
        entry = read(ChartEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(LOOKING_SECONDS)
            if office.too_old(Feature.NOTES_READ, budget):
                return None  # nothing was sent to such an office, and it could not be asked
            newest = _newest_with(_notes(office, entry.PatNum, budget), item.marker)
            return Proof(str(newest.ProcNoteNum), PLACE) if newest else None


def _instead(why: str) -> UseInstead:
    return UseInstead(f"{why} A CommLog is written instead.", channel=CommLog.name)


def _procedure_for(office: Office, entry: ChartEntry, budget: Budget) -> int:
    missing = office.why_not(Feature.NOTE_WRITE, budget) or office.why_not(Feature.NOTES_READ, budget)
    if missing:
        raise _instead(missing)
    day = office.on_its_clock(entry.at, entry.zone, budget).date()
    patient = {"PatNum": entry.PatNum}
    visits = office.client.rows("appointments", Appointment, {**patient, "date": day.isoformat()}, budget)
    procedures = office.client.rows("procedurelogs", Procedure, patient, budget)
    # Filters may be ignored and rows of others come back (open-dental-api.md 2.9), so both are filtered here again.
    numbers = {visit.AptNum for visit in visits if _was_visit(visit, entry.PatNum, day)}
    chosen = choose([row for row in procedures if row.PatNum == entry.PatNum], numbers, day)
    if chosen is None:
        raise _instead("No procedure of that visit can take a clinical note.")
    return chosen.ProcNum


def _was_visit(row: Appointment, pat_num: int, day: date) -> bool:
    when = row.AptDateTime
    return row.PatNum == pat_num and row.AptStatus not in _NO_VISIT and when is not None and when.date() == day


def choose(procedures: list[Procedure], visits: set[int], day: date) -> Procedure | None:
    """The procedure whose note is the one of that visit: the latest completed one of the visit or the day, or else
    the latest that the visit was for. Never a deleted, locked or group row.
    """

    def rank(row: Procedure) -> tuple[int, int] | None:
        if row.IsLocked or row.procCode == _GROUP_NOTE:
            return None
        of_visit = row.AptNum != 0 and row.AptNum in visits
        if row.ProcStatus == "C" and (of_visit or row.ProcDate == day):
            return (2, row.ProcNum)
        return (1, row.ProcNum) if of_visit and row.ProcStatus in ("EC", "TP") else None

    ranked = [(place, row) for row in procedures if (place := rank(row))]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _notes(office: Office, pat_num: int, budget: Budget, procedure: int | None = None) -> list[ProcNote]:
    query = {"PatNum": pat_num} if procedure is None else {"PatNum": pat_num, "ProcNum": procedure}
    rows = office.client.rows("procnotes", ProcNote, query, budget)
    mine = [row for row in rows if row.PatNum == pat_num and procedure in (None, row.ProcNum)]
    return sorted(mine, key=lambda row: (in_time(row.EntryDateTime), row.ProcNoteNum), reverse=True)


def _shown(notes: list[ProcNote]) -> str:
    return notes[0].Note if notes else ""


def _newest_with(notes: list[ProcNote], marker: str) -> ProcNote | None:
    return next((row for row in notes if holds_marker(row.Note, marker)), None)


def _appended(note: str, before: str, marker: str) -> bool:
    # White space in notes is not preserved (open-dental-api.md 2.5).
    return holds_marker(note, marker) and "".join(note.split()).startswith("".join(before.split()))


def _check(office: Office, pat_num: int, procedure: int, before: str, marker: str) -> Proof:
    """Written, but the answer does not show it: read it back."""
    try:
        notes = _notes(office, pat_num, Budget(LOOKING_SECONDS), procedure)
    except DeliveryError as trouble:
        raise UnknownOutcome(f"Written, but it could not be read back. {trouble}") from trouble
    ours = next((row for row in reversed(notes) if holds_marker(row.Note, marker)), None)
    if ours is None:
        raise UnknownOutcome("Open Dental says it was written, but it is not among the patient's notes.")
    # Somebody may have written a note between our look and our write: then ours was appended to theirs.
    earlier = notes[notes.index(ours) + 1 :]
    if not any(_appended(ours.Note, text, marker) for text in {before, _shown(earlier)}):
        raise CannotTell(
            f"The clinical note {ours.ProcNoteNum} was written, but the earlier note of that procedure no longer shows "
            "in front of it. Please look at the chart: both notes are still in its history."
        )
    return Proof(str(ours.ProcNoteNum), PLACE)
