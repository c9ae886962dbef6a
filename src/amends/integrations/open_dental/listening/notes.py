"""Clinical notes that carry the mark: appended rows only, newest first, so they are read down to the last one known."""

from amends.cases.policies import current_policy
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.clinical_note import PLACE
from amends.integrations.open_dental.features import Feature
from amends.integrations.open_dental.models import HeardEntry
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.rows import ProcNote

from .commlogs import read_patient
from .entries import from_note, holds_mark, named
from .hearing import Heard, hear
from .state import Listening

_LARGEST = "SELECT MAX(ProcNoteNum) AS ProcNoteNum FROM procnote"


def listen(listening: Listening, office: Office, budget: Budget) -> bool:
    """What was noted since the last time. Nothing where the version or the permissions offer no way to ask for it."""
    if office.can(Feature.NOTES_READ, budget):
        _by_pages(listening, office, budget)
    elif office.can(Feature.QUERIES, budget):
        return _by_query(listening, office, budget)
    return False


def _by_pages(listening: Listening, office: Office, budget: Budget) -> None:
    last = int(listening.cursor("notes") or -1)
    fresh: dict[int, ProcNote] = {}
    offset: int | None = 0
    while offset is not None:
        page = office.client.page("procnotes", ProcNote, {}, budget, offset=offset)
        fresh |= {row.ProcNoteNum: row for row in page.rows if row.ProcNoteNum > last}
        reached = last < 0 or any(row.ProcNoteNum <= last for row in page.rows)
        offset = None if reached else page.next_offset
    if last >= 0:  # before the first time everything is history
        _hear_all(listening, office, fresh, budget)
    if fresh or last < 0:
        listening.move("notes", str(max(fresh, default=0)))


def _by_query(listening: Listening, office: Office, budget: Budget) -> bool:
    last = int(listening.cursor("notes") or -1)
    if last < 0:
        rows = office.client.short_query(_LARGEST, ProcNote, budget)
        listening.move("notes", str(max((row.ProcNoteNum for row in rows), default=0)))
        return False
    mark = current_policy().chart.note_mark.replace("'", "").replace("\\", "")
    rows = office.client.short_query(
        "SELECT ProcNoteNum, PatNum, ProcNum, EntryDateTime, UserNum, Note FROM procnote "  # noqa: S608  the group's word
        f"WHERE ProcNoteNum > {last} AND Note LIKE '%{mark}%' ORDER BY ProcNoteNum LIMIT 100",
        ProcNote,
        budget,
    )
    fresh = {row.ProcNoteNum: row for row in rows}
    _hear_all(listening, office, fresh, budget)
    if fresh:
        listening.move("notes", str(max(fresh)))
    return len(fresh) >= 100


def _hear_all(listening: Listening, office: Office, fresh: dict[int, ProcNote], budget: Budget) -> None:
    if not fresh:
        return
    mark, key = current_policy().chart.note_mark, listening.database.key
    procedures = [row.ProcNum for row in fresh.values()]
    heard = HeardEntry.objects.filter(database=listening.database, place=PLACE, number__in=procedures)
    known = dict(heard.values_list("number", "digest"))
    for number in sorted(fresh):
        row = fresh[number]
        if row.ProcNum not in known and not holds_mark(row.Note, mark):
            continue
        entry = from_note(row, named(key, row.PatNum, None), mark=mark, happened_at=None)
        if known.get(row.ProcNum) == Heard(listening.database, entry, row.ProcNum, row.UserNum, 0).digest:
            continue
        patient, clinic = read_patient(office, key, row.PatNum, budget)
        happened = row.EntryDateTime and office.as_instant(row.EntryDateTime, listening.zone, budget)
        entry = from_note(row, patient, mark=mark, happened_at=happened)
        hear(Heard(listening.database, entry, row.ProcNum, row.UserNum, clinic, happened))


def are_heard(office: Office, budget: Budget) -> str:
    """What keeps clinical notes from being heard, as a sentence; empty where nothing does."""
    if office.can(Feature.NOTES_READ, budget) or office.can(Feature.QUERIES, budget):
        return ""
    return office.why_not(Feature.NOTES_READ, budget)
