"""Fixes that held: corrective actions that were done, and through whose watch nothing of the kind happened, for other
offices to copy.

Everybody who manages an office may read them. So none is shown whose words name somebody, and the case behind one only
to those who may open it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from django.http import QueryDict

from amends.cases.models import CaseRow
from amends.cases.queries import has_key
from amends.learning.lessons.patient_free import people_of, people_of_each, what_tells
from amends.learning.models import Outcome, WatchedAction, keys_in
from amends.paging import Paged, paged
from amends.practice.directory import Directory

_AT_MOST = 30  # open cases to choose from


@dataclass(frozen=True)
class Fix:
    """One change that held: what, where, against which causes, for how many days until when."""

    what: str
    number: str
    no: int
    office: str
    causes: str
    days: int
    until: date
    zone: tzinfo
    is_open_to_me: bool


@dataclass(frozen=True)
class Library:
    """One page of the fixes, the newest first. `unshown`: so many more held on it whose words name somebody."""

    fixes: tuple[Fix, ...]
    unshown: int
    page: Paged


def fixes(cause: str, mine: Sequence[str], known: Directory, labels: Mapping[str, str], asked: QueryDict) -> Library:
    """The fixes of the page that the address asks for (`page`), for one cause where one is given. `mine` are the
    offices whose cases this person may open."""
    rows = WatchedAction.objects.filter(outcome=Outcome.HELD).exclude(what="").select_related("case")
    if cause:
        rows = rows.filter(causes__contains=f",{cause},")
    page = paged(asked, "page", rows.count())
    newest = list(rows.order_by("-until", "-pk")[page.start : page.end])
    about = people_of_each([row.case for row in newest])
    shown = [row for row in newest if not what_tells(row.what, about[row.case_id])]
    return Library(tuple(_fix(row, mine, known, labels) for row in shown), len(newest) - len(shown), page)


def fix_of(case: CaseRow, no: int) -> WatchedAction | None:
    """The action with that number of that case, if it stands in the library."""
    row = WatchedAction.objects.filter(case=case, no=no, outcome=Outcome.HELD).exclude(what="").select_related("case")
    found = row.first()
    return found if found and not what_tells(found.what, people_of(found.case)) else None


def open_with_its_cause(row: WatchedAction, office: str) -> list[CaseRow]:
    """Open cases of that office with one of the causes of the fix, the newest first."""
    keys = keys_in(row.causes)
    cases = CaseRow.objects.within([office]).filter(is_open=True).exclude(pk=row.case_id).order_by("-pk")
    chosen = {case.pk: case for key in keys for case in cases.filter(has_key("causes", key))[:_AT_MOST]}
    return sorted(chosen.values(), key=lambda case: -case.pk)[:_AT_MOST]


def _fix(row: WatchedAction, mine: Sequence[str], known: Directory, labels: Mapping[str, str]) -> Fix:
    office = known.offices[str(row.office_id)]
    return Fix(
        what=row.what,
        number=row.case.number,
        no=row.no,
        office=office.name,
        causes=", ".join(labels.get(key, key) for key in keys_in(row.causes)),
        days=(row.until - max(row.due_at, row.done_at or row.due_at)).days,
        until=row.until.astimezone(office.zone).date(),
        zone=office.zone,
        is_open_to_me=office.id in mine,
    )
