"""Whoever reported a case hears, once, what is planned after it closed: because of the case itself, or of another one
with its cause at an office where that is to change. What was planned before is told when it closes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from amends.access import Right, offices_with
from amends.cases.actions import Done
from amends.cases.models import CaseRow, HeardBack, HeardChange, number_of
from amends.deliveries.telling import link_to
from amends.deliveries.ways import write_to_slack
from amends.learning.models import WatchedAction
from amends.learning.to_change import said
from amends.learning.watching import any_of
from amends.practice.directory import directory_now
from amends.practice.models import Person
from amends.protocol import events as e
from amends.protocol.events import Event
from amends.protocol.words import Purpose, Stage

_RECENT = timedelta(days=90)  # since it closed: who reported the same cause long ago does not wait for news


def keep(done: Sequence[Done]) -> None:
    """Writes down who is to hear of the corrective actions that were planned; a follower of the cases."""
    for one in done:
        for event in one.events:
            if isinstance(event.fact, e.ActionPlanned):
                _tell(one, event, event.fact)


def _tell(one: Done, event: Event, planned: e.ActionPlanned) -> None:
    hearers: dict[int, int] = {}  # person → the case that they reported
    for person, case in (*_of_itself(one), *_of_its_cause(one, event, planned)):
        hearers.setdefault(person, case)
    for knows in (event.by.id, planned.owner.id):
        hearers.pop(int(knows or 0), None)
    if not hearers:
        return
    action = WatchedAction.objects.select_related("case").get(case=one.row, no=planned.no)
    # Who reported the case itself may read its words, unless they have another post since.
    own, known, office = [who for who, case in hearers.items() if case == one.row.pk], directory_now(), one.case.office
    reporters = Person.objects.filter(pk__in=own)
    may_see = {person.pk for person in reporters if office in offices_with(person, Right.SEE_CASE, known)}
    words = {may: said(action, may_see_case=may) for may in {person in may_see for person in hearers}}
    new = [
        HeardChange(
            case_id=case,
            person_id=person,
            of=one.row,
            no=planned.no,
            what=words[person in may_see],
            planned_at=event.at,
        )
        for person, case in hearers.items()
    ]
    HeardChange.objects.bulk_create(new)
    for change in new:
        _tell_on_slack(change)


def _of_itself(one: Done) -> Iterator[tuple[int, int]]:
    """The reporter of the case, where it was closed before."""
    closes_now = any(isinstance(event.fact, e.Closed) for event in one.events)
    if one.case.stage is Stage.CLOSED and not closes_now and one.row.reporter_id:
        yield one.row.reporter_id, one.row.pk


def _of_its_cause(one: Done, event: Event, planned: e.ActionPlanned) -> list[tuple[int, int]]:
    """Who reported other cases that closed not long ago, with what this is to prevent; the newest first."""
    if planned.watch is None:
        return []
    causes = planned.watch.causes or one.case.causes
    rows = HeardBack.objects.filter(closed_at__gte=event.at - _RECENT, case__stage=Stage.CLOSED.value)
    rows = rows.filter(any_of("case__figures__causes", causes)).exclude(case=one.row)
    if planned.watch.offices:
        rows = rows.filter(case__office__in=[int(office) for office in planned.watch.offices])
    return list(rows.order_by("-closed_at", "-case").values_list("person_id", "case_id"))


def _tell_on_slack(change: HeardChange) -> None:
    """That something changes, and where it stands; what it is are somebody's words, which stay inside."""
    known, person = directory_now(), str(change.person_id)
    if person not in known.people:
        return
    row = CaseRow.system.get(pk=change.case_id)
    number = number_of(change.case_id)
    write_to_slack(
        known.people[person],
        Purpose.HEARD_BACK,
        f"news:{number_of(change.of_id)}.{change.no}.{person}",
        f"{number}, {known.offices[str(row.office_id)].name}: something changes because of what you reported. "
        f"My work says what. Thank you for speaking up.\n{link_to(number)}",
        now=change.planned_at,
    )
