"""Makes of an entry what it means for a case, once: through the one door, in one transaction with the memory of it.

Nothing outside is called in here: everything that must be read was read before.
"""

import re
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy, policy_for
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.integrations.marker import TRIAL_CASE
from amends.integrations.open_dental.models import HeardEntry, OpenDentalDatabase
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.protocol import commands as c
from amends.protocol.chart_entry import ChartEntry, account_of, joining, opening
from amends.protocol.decide import STAFF, Refused
from amends.protocol.values import AMENDS, Actor, ChartRow
from amends.protocol.words import Stage, Teller
from amends.sealing import blind

log = structlog.get_logger(__name__)

_MARKER = re.compile(r"(?<![\w-])UP-\d+\.\d+(?!\w)(?![.-]\d)")


@dataclass(frozen=True)
class Heard:
    """An entry with what else decides about it.

    `number` tells it from every other of its place for good, `author` is its UserNum (0: nobody said), `clinic` the
    patient's ClinicNum. `written_at` is Open Dental's own stamp, which staff cannot change; None where it has none.
    """

    database: OpenDentalDatabase
    entry: ChartEntry
    number: int
    author: int
    clinic: int
    written_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Changes when anything of the entry changes that could matter."""
        entry = self.entry
        return blind(f"{entry.patient.pat_num}\x1f{entry.is_marked}\x1f{' '.join(entry.text.split())}")

    @property
    def origin(self) -> str:
        """Names the report in the case row, where the database itself refuses a second one."""
        return f"od:{self.database.pk}:{self.entry.source.value}:{self.number}"


def hear(heard: Heard) -> CaseRow | None:
    """The case for which the entry counts; None where it means nothing. To be called again as often as one likes."""
    if _is_ours(heard):
        return None
    with transaction.atomic():
        known = HeardEntry.objects.select_for_update().filter(
            database=heard.database, place=heard.entry.row.place, number=heard.number
        )
        before = known.first()
        return _follow(before, heard) if before else _first_time(heard)


def gone(case: int, row: ChartRow) -> None:
    """An entry that proved something of this case is not there any more."""
    _say(case, c.ChartRowGone(row=row))


def _first_time(heard: Heard) -> CaseRow | None:
    entry = heard.entry
    key = actions.patient_key(entry.patient)
    known = directory()
    mine = CaseRow.system.filter(patient_key=key, is_open=True).order_by("-pk").first()
    if mine is None:
        office = office_of(known, heard)
        if office is None:
            return None
        by = _author(known, heard, office, Stage.REPORTED)
        case = _perform_all(opening(entry, office.id, by, current_policy()), by, None, heard)
    else:
        row = actions.hold(mine.pk)
        by = _author(known, heard, known.offices[str(row.office_id)], Stage(row.stage))
        state = actions.state_of(row.pk)
        covered = known.covered_by(by.id, heard.written_at)
        theirs = [person for person, offices in covered.items() if str(row.office_id) in offices]
        case = _perform_all(joining(entry, state, row.number, by, policy_for(row.policy), theirs), by, row, heard)
    if case is not None:
        HeardEntry.objects.create(
            database=heard.database,
            place=entry.row.place,
            number=heard.number,
            row_id=int(entry.row.id),
            patient_key=key,
            digest=heard.digest,
            is_marked=entry.is_marked,
            case=case,
        )
    return case


def _perform_all(commands: list[c.Command], by: Actor, case: CaseRow | None, heard: Heard) -> CaseRow | None:
    """Performs them in order; where the rules refuse the first, what the entry says is kept as an account."""
    if not commands:
        return None
    for place, command in enumerate(commands):
        origin = "" if case else heard.origin
        try:
            with transaction.atomic():
                case = actions.perform(command=command, by=by, case=case.pk if case else None, origin=origin).row
        except Refused as refused:
            if case is None:
                raise
            log.info("open_dental.entry_refused", what=type(command).__name__, why=str(refused))
            if place == 0:
                actions.perform(command=account_of(heard.entry, Teller.TEAM), by=AMENDS, case=case.pk)
            break
    return case


def _follow(before: HeardEntry, heard: Heard) -> CaseRow:
    """What changed on an entry that counts already: its patient, its words, its mark."""
    if before.digest == heard.digest:
        return before.case
    entry, case = heard.entry, before.case_id
    was = ChartRow(database=entry.row.database, place=entry.row.place, id=str(before.row_id))
    key = actions.patient_key(entry.patient)
    if key != before.patient_key:
        _say(case, c.PatientMerged(patient=entry.patient))
    _say(case, c.ChartRowEdited(row=was, text=entry.text))
    if before.is_marked and not entry.is_marked:
        _say(case, c.ChartRowUnmarked(row=was))
    before.patient_key, before.digest, before.is_marked = key, heard.digest, entry.is_marked
    before.save(update_fields=["patient_key", "digest", "is_marked"])
    return before.case


def _say(case: int, command: c.Command) -> None:
    """What the rules refuse here is known already, or belongs to another chart by now: nothing is lost by it."""
    try:
        with transaction.atomic():
            actions.perform(command=command, by=AMENDS, case=case)
    except Refused as refused:
        log.info("open_dental.nothing_new", what=type(command).__name__, why=str(refused))


def _is_ours(heard: Heard) -> bool:
    """Whether Amends wrote it, or a person pasted what Amends asked them to: then it is that delivery's proof."""
    markers = _MARKER.findall(heard.entry.text)
    if markers and markers[-1].startswith(f"{TRIAL_CASE}."):
        return True
    for delivery in Delivery.objects.filter(marker__in=markers[-1:], target=heard.database.key):
        if delivery.state == State.BY_HAND:
            by_hand.seen_there(delivery.pk, number=heard.entry.row.id)
            return True
        return delivery.state != State.PROVED or delivery.proof_id in ("", heard.entry.row.id)
    return False


def office_of(known: Directory, heard: Heard) -> OfficeEntry | None:
    """Where the patient belongs: the office of their clinic, else one of the author's, else the first of the database.

    A patient may stand under no clinic, or under one that Amends does not have; they are upset all the same.
    """
    offices = [office for office in known.offices.values() if office.open_dental == heard.database.key]
    here = [office for office in offices if office.ClinicNum == heard.clinic]
    author = known.person_of_user(heard.database.key, heard.author)
    authors = [office for office in offices if author and office.id in known.roles_of(author.id)]
    active = [office for office in (*here, *authors, *offices) if office.is_active]
    return next(iter([*active, *offices]), None)


def _author(known: Directory, heard: Heard, office: OfficeEntry, stage: Stage) -> Actor:
    """The person who wrote it, in the role that they had then at this office, on a case at that stage.

    Who covered then wrote for whom they covered, also where the entry is heard of later. Amends where nobody of its
    staff wrote it.
    """
    person = known.person_of_user(heard.database.key, heard.author) if heard.author else None
    acting = known.acting_role(person.id, office.id, stage, heard.written_at) if person else None
    roles = (acting, *known.roles_of(person.id, heard.written_at).get(office.id, ())) if person else ()
    role = next((role for role in roles if role in STAFF), None)
    return Actor(id=person.id, name=person.name, role=role) if person and role else AMENDS
