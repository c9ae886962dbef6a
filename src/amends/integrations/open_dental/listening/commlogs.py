"""CommLogs that changed: by time from 25.1.13 on; before it by ShortQuery, else of the patients of open cases only."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.integrations.open_dental.answers import NotFound
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.commlog import PLACE
from amends.integrations.open_dental.features import Feature
from amends.integrations.open_dental.models import HeardEntry
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.payloads import written
from amends.integrations.open_dental.rows import Commlog, Patient, read_moment
from amends.practice.directory import directory
from amends.protocol.chart_entry import first_word
from amends.protocol.decide import MANAGERS
from amends.protocol.policy import Policy
from amends.protocol.values import Patient as PatientValue

from .entries import from_commlog, named
from .hearing import Heard, hear
from .state import OVERLAP, Listening

# A CommLog window may save itself every ten seconds while somebody writes (open-dental-api.md 3.1).
_WHILE_WRITING = timedelta(seconds=12)
_FINISHED = timedelta(seconds=2)
_ENDS_A_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_NAMES_A_CASE = re.compile(r"(?<![\w-])UP-\d+", re.IGNORECASE)
_PAGE = 100  # of a ShortQuery


def listen(listening: Listening, office: Office, budget: Budget) -> bool:
    """One page of what changed; True while there are more. What can never be heard is told on the ear."""
    if listening.server is None or not listening.ear.since:
        return False  # the office's clock comes first
    if office.can(Feature.COMMLOGS_BY_TIME, budget):
        _tell_lost(listening, office.known.comm_type.warning)
        return _by_time(listening, office, budget)
    if office.can(Feature.QUERIES, budget):
        _tell_lost(listening, office.known.comm_type.warning)
        return _by_query(listening, office, budget)
    _tell_lost(
        listening,
        f"{office.why_not(Feature.COMMLOGS_BY_TIME, budget)} Until then a new CommLog opens no case here; "
        "please report on the Report page. CommLogs of patients with an open case are read.",
    )
    return _of_patients(listening, office, budget)


def _by_time(listening: Listening, office: Office, budget: Budget) -> bool:
    cursor = _begin_round(listening)
    page = office.client.page("commlogs", Commlog, {"DateTStamp": written(cursor)}, budget, offset=listening.offset)
    _hear_all(listening, office, page.rows, budget)
    if page.next_offset is not None:
        listening.offset = page.next_offset
        return True
    _end_round(listening, cursor)
    return False


def _by_query(listening: Listening, office: Office, budget: Budget) -> bool:
    """As `_by_time`, by keys instead of offsets (open-dental-api.md 3.14, 4.4). No patient's words go into the SQL."""
    cursor = _begin_round(listening)
    types = ",".join(str(number) for number in sorted(office.known.comm_type.numbers)) or "-1"
    authors = ",".join(str(number) for number in sorted(_managers(listening.database.key))) or "-1"
    stamp, last = listening.after or (cursor, 0)
    at = written(stamp)
    rows = office.client.short_query(  # only numbers and a time of ours are put into it
        "SELECT CommlogNum, PatNum, CommDateTime, CommType, Note, Mode_, UserNum, DateTStamp, DateTEntry "  # noqa: S608
        "FROM commlog "
        f"WHERE (CommType IN ({types}) OR UserNum IN ({authors})) "
        f"AND (DateTStamp > '{at}' OR (DateTStamp = '{at}' AND CommlogNum > {last})) "
        f"ORDER BY DateTStamp, CommlogNum LIMIT {_PAGE}",
        Commlog,
        budget,
    )
    _hear_all(listening, office, rows, budget)
    if len(rows) >= _PAGE and rows[-1].DateTStamp:
        listening.after = (rows[-1].DateTStamp, rows[-1].CommlogNum)
        return True
    _end_round(listening, cursor)
    return False


def _of_patients(listening: Listening, office: Office, budget: Budget) -> bool:
    """The next open case's patient, one in each turn; what managers write about them counts."""
    offices = [int(o.id) for o in directory().offices.values() if o.open_dental == listening.database.key]
    cases = CaseRow.system.filter(is_open=True, office_id__in=offices).exclude(patient_key="").order_by("pk")
    case = cases.filter(pk__gt=listening.offset).first()
    if case is None:
        listening.offset = 0
        return False
    listening.offset = case.pk
    pat_num = _pat_num(case)
    if pat_num:
        _hear_all(listening, office, office.client.rows("commlogs", Commlog, {"PatNum": pat_num}, budget), budget)
    return True


def _pat_num(case: CaseRow) -> int:
    patient = actions.state_of(case.pk).patient
    return patient.pat_num if patient else 0


# ---- rounds -----------------------------------------------------------------------------------------------------


def _begin_round(listening: Listening) -> datetime:
    cursor = listening.time_cursor("commlogs") or read_moment(listening.ear.since)
    assert cursor is not None  # noqa: S101  `listen` waits for the ear's beginning
    if not listening.offset and not listening.after:
        listening.newest = None
        listening.round_from = listening.server.at if listening.server else None
    return cursor


def _end_round(listening: Listening, cursor: datetime) -> None:
    """Everything up to the newest stamp was read, and to the time that the server told before the round began."""
    read_to = [moment for moment in (listening.newest, listening.round_from) if moment]
    unsettled = [stamp for stamp, _ in listening.waiting.values() if stamp]
    to = min([max(read_to, default=cursor) - OVERLAP, *(stamp - timedelta(seconds=1) for stamp in unsettled)])
    listening.offset, listening.after, listening.newest = 0, None, None
    if to > cursor:
        listening.move_time("commlogs", to)


def _tell_lost(listening: Listening, lost: str) -> None:
    if listening.ear.lost != lost:
        listening.ear.lost = lost
        listening.ear.save(update_fields=["lost"])


# ---- one by one ---------------------------------------------------------------------------------------------------


def _hear_all(listening: Listening, office: Office, rows: Iterable[Commlog], budget: Budget) -> None:
    rows = sorted(rows, key=lambda row: row.CommlogNum)  # as they were written; times may repeat in autumn
    if not rows:
        return
    policy, types = current_policy(), office.known.comm_type.numbers
    numbers = [row.CommlogNum for row in rows]
    heard = HeardEntry.objects.filter(database=listening.database, place=PLACE, number__in=numbers)
    known = dict(heard.values_list("number", "digest"))
    for row in rows:
        stamps = [moment for moment in (listening.newest, row.DateTStamp) if moment]
        listening.newest = max(stamps, default=None)
        if row.CommlogNum not in known and not _may_count(row, types, policy, listening):
            continue
        unread = _heard(listening, row, named(listening.database.key, row.PatNum, None), types, None)
        if known.get(row.CommlogNum) == unread.digest:
            listening.waiting.pop(row.CommlogNum, None)
        elif _is_settled(listening, row):
            patient, clinic = read_patient(office, listening.database.key, row.PatNum, budget)
            happened, written_at = (
                moment and office.as_instant(moment, listening.zone, budget)
                for moment in (row.CommDateTime, row.DateTEntry)
            )
            hear(_heard(listening, row, patient, types, happened, clinic, written_at))
            listening.waiting.pop(row.CommlogNum, None)


def _may_count(row: Commlog, types: frozenset[int], policy: Policy, listening: Listening) -> bool:
    """Cheap, for floods: whether an entry that was never heard could mean something."""
    if not row.PatNum:
        return False  # about a referral source (open-dental-api.md 3.1)
    created = row.DateTEntry or (row.CommDateTime if row.DateTStamp is None else None)
    since = read_moment(listening.ear.since)
    if created is None or (since and created < since):
        return False  # history: it was written before Amends began to listen
    return row.CommType in types or bool(_NAMES_A_CASE.search(row.Note)) or first_word(row.Note, policy) is not None


def _heard(
    listening: Listening,
    row: Commlog,
    patient: PatientValue,
    types: frozenset[int],
    happened_at: datetime | None,
    clinic: int = 0,
    written_at: datetime | None = None,
) -> Heard:
    return Heard(
        database=listening.database,
        entry=from_commlog(row, patient, types=types, happened_at=happened_at),
        number=row.CommlogNum,
        author=row.UserNum,
        clinic=clinic,
        written_at=written_at,
    )


def _is_settled(listening: Listening, row: Commlog) -> bool:
    """Whether nobody is still writing it: it has stood as it is for longer than a window needs to save itself again."""
    needed = _settling(row)
    stamp, since = listening.waiting.setdefault(row.CommlogNum, (row.DateTStamp, listening.clock()))
    if stamp != row.DateTStamp:
        stamp, since = listening.waiting[row.CommlogNum] = (row.DateTStamp, listening.clock())
    stood = timedelta(seconds=listening.clock() - since)
    server_now = listening.server_now()
    if row.DateTStamp and server_now:
        stood = max(stood, server_now - row.DateTStamp)
    return stood >= needed


def _settling(row: Commlog) -> timedelta:
    if row.DateTEntry and not row.UserNum:
        return timedelta(0)  # no person's window: a program wrote it, and the API tells user 0 (open-dental-api.md 5.6)
    return _FINISHED if _ENDS_A_SENTENCE.search(row.Note) else _WHILE_WRITING


def read_patient(office: Office, database: str, pat_num: int, budget: Budget) -> tuple[PatientValue, int]:
    """The patient as cases know them, and their ClinicNum. Raises what a GET raises; one who is gone has a number."""
    try:
        row = office.client.one(f"patients/{pat_num}", Patient, budget)
    except NotFound:
        return named(database, pat_num, None), 0
    return named(database, pat_num, row), row.ClinicNum


def _managers(database: str) -> set[int]:
    """UserNums of the people whose CommLogs may be conversations: managers, and whoever may cover for somebody."""
    known = directory()
    managers = {post.person for post in known.posts if post.role in MANAGERS}
    covers = {cover for presence in known.presences.values() for cover in presence.covers}
    users = (known.people[person].user_in(database).UserNum for person in managers | covers)
    return {number for number in users if number}
