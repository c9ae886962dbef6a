"""Whoever reported a case hears, once, what is planned after it closed: because of the case itself, or of another one
with its cause at an office where that is to change. What was planned before is told when it closes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from amends.access import Right, offices_with
from amends.cases.actions import Done, cases_taken_in
from amends.cases.heard_back import reporters
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
    hearers: dict[int, int] = {}  # person → the case that they reported, or that theirs is part of
    for person, case in (*_of_itself(one), *_of_its_cause(one, event, planned)):
        hearers.setdefault(person, case)
    for knows in (event.by.id, planned.owner.id):
        hearers.pop(int(knows or 0), None)
    if not hearers:
        return
    action = WatchedAction.objects.select_related("case").get(case=one.row, no=planned.no)
    # Who reported the case itself may read its words, unless they have another post since.
    own, known, office = [who for who, case in hearers.items() if case == one.row.pk], directory_now(), one.case.office
    people = Person.objects.filter(pk__in=own)
    may_see = {person.pk for person in people if office in offices_with(person, Right.SEE_CASE, known)}
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
    """Whoever reported the case, or one that is part of it, where it was closed before."""
    closes_now = any(isinstance(event.fact, e.Closed) for event in one.events)
    if one.case.stage is Stage.CLOSED and not closes_now:
        yield from ((person, one.row.pk) for person in reporters(one.row, cases_taken_in(one.case)))


def _of_its_cause(one: Done, event: Event, planned: e.ActionPlanned) -> list[tuple[int, int]]:
    """Who reported other cases that closed not long ago, with what this is to prevent; the newest first."""
    if planned.watch is None:
        return []
    causes, offices = planned.watch.causes or one.case.causes, [int(office) for office in planned.watch.offices]
    found: list[tuple[datetime, int, int]] = []
    for case in ("case", "part_of"):
        closed = {f"{case}__stage": Stage.CLOSED.value, **({f"{case}__office__in": offices} if offices else {})}
        rows = HeardBack.objects.filter(any_of(f"{case}__figures__causes", causes), **closed)
        rows = rows.filter(closed_at__gte=event.at - _RECENT).exclude(**{case: one.row})
        found += rows.values_list("closed_at", f"{case}_id", "person_id")
    return [(person, case) for _, case, person in sorted(found, reverse=True)]


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
