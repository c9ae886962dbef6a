"""The corrective actions that somebody is to see to: on their My work, and open to them whatever else they may see."""

from collections.abc import Callable, Iterable

from django.urls import reverse

from amends.access import Right, offices_with
from amends.cases.work_besides import Besides
from amends.learning.lessons.patient_free import people_of, what_tells
from amends.learning.models import Outcome, WatchedAction
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol.words import Stage

_AT_MOST = 50
UNSAID = "A corrective action"


def to_change(person: Person) -> list[Besides]:
    """What this person is to change and has not said is done, the earliest date first."""
    rows = WatchedAction.objects.filter(owner=str(person.pk), done_at=None).exclude(case__stage=Stage.SET_ASIDE.value)
    theirs = rows.select_related("case").order_by("due_at", "pk")[:_AT_MOST]
    return besides_of(theirs, person, "Changes to see to", _asked)


def besides_of(
    rows: Iterable[WatchedAction], person: Person, heading: str, what: Callable[[WatchedAction], str]
) -> list[Besides]:
    """These corrective actions as My work shows them, with `what` of each; their cases are read already."""
    known = directory()
    offices = offices_with(person, Right.SEE_CASE, known)
    return [
        Besides(
            key=f"change-{row.case.number}-{row.no}",
            title=said(row, may_see_case=str(row.office_id) in offices),
            url=reverse("learning:action", args=[row.case.number, row.no]),
            office=known.offices[str(row.office_id)].name,
            what=what(row),
            since=row.due_at,
            zone=known.offices[str(row.office_id)].zone,
            heading=heading,
            due=row.due_at,
        )
        for row in rows
    ]


def _asked(row: WatchedAction) -> str:
    return "It did not hold; say whether it is done" if row.outcome == Outcome.DID_NOT_HOLD else "To be done"


def said(row: WatchedAction, *, may_see_case: bool) -> str:
    """What is to be changed; without its words for somebody who may not see the case, where they name somebody."""
    told = row.what and (may_see_case or not what_tells(row.what, people_of(row.case)))
    return row.what if told else UNSAID


def owner_of(row: WatchedAction, known: Directory) -> str:
    """The name of whoever sees to it."""
    owner = known.people.get(row.owner)
    return owner.name if owner else "Nobody"
