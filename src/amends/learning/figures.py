"""The figures of a case, kept in the transaction of its events; `made_anew` proves that they follow from them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow
from amends.learning.models import CaseFigures, ToTally
from amends.practice.directory import directory_now
from amends.practice.parts_of_weeks import part_of
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.gates import proof_of
from amends.protocol.values import Confirmation
from amends.protocol.words import Fixed, Purpose, Stage

# Other events change none of the figures.
_CHANGING = (
    e.Reported,
    e.ConversationRecorded,
    e.AttemptsSettled,
    e.Addressed,
    e.Reopened,
    e.SetAside,
    e.TakenIn,
    e.FieldCorrected,
    e.PatientIdentified,
    e.CausesRecorded,
    e.CausesTakenBack,
    e.InvolvedNamed,
    e.RepeatNoted,
    e.PatientKept,
    e.ConfirmationRecorded,
    e.WentLate,
    e.ReplyWentLive,
    e.ReplyGone,
    e.ReplyRefused,
    e.ReplyWasExcepted,
    e.NoteLost,
    e.Closed,
)
_PROVING = frozenset({Purpose.ACCOUNT, Purpose.LEADERS_TOLD})
# No tally counts who was involved, whether the attempts were ended, nor whether a step was late or a note arrived; and
# after an outage the last two come in tens of thousands.
_UNTALLIED = (e.WentLate, e.DeliveryProven, e.InvolvedNamed, e.AttemptsSettled)
_COLUMNS = [field.name for field in CaseFigures._meta.concrete_fields if not field.primary_key]


def keep(done: Sequence[Done]) -> None:
    """Writes the figures of the cases whose events changed them."""
    changed = {one.row.pk: one for one in done if any(_changes(event.fact) for event in one.events)}
    if changed:
        offices = directory_now().offices  # once: after an outage thousands of cases are late together
        figures = [figures_of(one.row, one.case, offices[one.case.office].zone) for one in changed.values()]
        _save(figures)
        _tally_anew([one for one in figures if _is_tallied(changed[one.case_id])])


def _changes(fact: e.Fact) -> bool:
    return isinstance(fact, _CHANGING) or (isinstance(fact, e.DeliveryProven) and fact.purpose in _PROVING)


def _is_tallied(one: Done) -> bool:
    return any(_changes(event.fact) and not isinstance(event.fact, _UNTALLIED) for event in one.events)


def made_anew(row: CaseRow) -> CaseFigures:
    """The figures as the events make them, without writing them."""
    case = actions.state_of(row.pk)
    return figures_of(row, case, directory_now().offices[case.office].zone)


def make_anew(cases: Iterable[CaseRow]) -> int:
    """Writes the figures of these cases from their events; returns how many."""
    made = 0
    for some in _batched(cases, 500):
        write([made_anew(row) for row in some])
        made += len(some)
    return made


def figures_of(row: CaseRow, case: Case, zone: ZoneInfo) -> CaseFigures:
    """What charts count of the case as it stands; `zone` is its office's."""
    done, live = case.round_addressing, case.reply_live
    addressed = done.at if done else None
    answer = _answer(case)
    documented = proof_of(case, Purpose.ACCOUNT, case.accounts[0].seq)
    told = proof_of(case, Purpose.LEADERS_TOLD, done.seq) if done else None
    return CaseFigures(
        case_id=row.pk,
        office_id=int(case.office),
        day=case.opened_at.astimezone(zone).date(),
        happened_at=case.happened_at,
        counts=case.stage is not Stage.SET_ASIDE,
        source=case.source.value,
        severity=case.severity.value,
        kinds=_listed(case.kinds),
        causes=_listed(case.causes),
        moment=case.moment.value,
        involved=_listed(tuple(person.id for person in case.involved)),
        is_repeat=bool(case.repeat_of),
        with_patient=case.patient is not None,
        minutes_to_contact=_minutes(case.opened_at, case.conversations[0].at if case.conversations else None),
        minutes_to_addressed=_minutes(case.opened_at, addressed),
        minutes_to_closed=_minutes(case.opened_at, case.closed_at),
        minutes_to_reply=_minutes(addressed, live.at) if addressed and live else None,
        spoken_with=case.is_spoken_to,
        addressed_on=addressed.astimezone(zone).date() if addressed else None,
        addressed_at=addressed,
        resolution=done.resolution if done else "",
        has_review=case.review is not None,
        reply_live=live is not None,
        kept_on=case.kept_on,
        confirmed=answer.answer.value if answer else "",
        confirmed_on=answer.at.astimezone(zone).date() if answer else None,
        replied_on=live.at.astimezone(zone).date() if live else None,
        reply_excepted=case.reply_excepted is not None,
        minutes_to_documented=_minutes(case.opened_at, documented.at if documented else None),
        minutes_to_told=_minutes(addressed, told.at) if addressed and told else None,
        late_steps=_listed(case.ever_late),
        was_late=bool(case.ever_late),
    )


def write(figures: Sequence[CaseFigures]) -> None:
    """Writes these figures, and that the tallies which they stand in are to be made anew."""
    _save(figures)
    _tally_anew(figures)


def _save(figures: Sequence[CaseFigures]) -> None:
    CaseFigures.objects.bulk_create(figures, update_conflicts=True, unique_fields=["case"], update_fields=_COLUMNS)


def _tally_anew(figures: Sequence[CaseFigures]) -> None:
    parts = {(one.office_id, part_of(one.day)) for one in figures}
    ToTally.objects.bulk_create(ToTally(office_id=office, begins=begins) for office, begins in sorted(parts))


def _answer(case: Case) -> Confirmation | None:
    """What the patient said last of whether it is fixed; None where nobody has asked or reached them."""
    last = case.confirmations[-1] if case.confirmations else None
    return None if last and last.answer is Fixed.NOT_REACHED else last


def _batched(rows: Iterable[CaseRow], size: int) -> Iterator[list[CaseRow]]:
    """The rows in lists of at most that many."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def _minutes(since: datetime, until: datetime | None) -> int | None:
    return max(0, int((until - since).total_seconds() // 60)) if until else None


def _listed(keys: tuple[str, ...]) -> str:
    """ ",a,b,", so that one key can be looked for whole."""
    return f",{','.join(keys)}," if keys else ""
