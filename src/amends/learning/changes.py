"""Corrective actions as the pages show them: what was to change, whether it is done, and whether it held."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import Count, Q
from django.http import QueryDict

from amends.cases.models import CaseRow, number_of
from amends.learning.models import Outcome, WatchedAction, keys_in
from amends.paging import Paged, paged
from amends.practice.directory import Directory
from amends.protocol.watch import Nearness
from amends.protocol.words import Stage

_NEAR = {
    Nearness.ELSEWHERE: "At an office for which nothing was to change",
    Nearness.TOO_EARLY: "It happened before the change was to be done",
    Nearness.SOON_AFTER: "Within thirty days after the watching ended",
    Nearness.CAUSE_OPEN: "The same kind; its cause is not recorded yet",
}


@dataclass(frozen=True)
class Change:
    """One corrective action. `failed_by` is the number of the case that showed that it did not hold, or empty."""

    row: WatchedAction
    office: str
    zone: tzinfo
    owner: str
    causes: str
    failed_by: str
    is_overdue: bool
    is_mine: bool

    @property
    def number(self) -> str:
        return number_of(self.row.case_id)

    @property
    def state(self) -> str:
        """ "Overdue", "To be done", "Watching", "Held" or "Did not hold"."""
        if self.row.outcome != Outcome.WATCHING:
            return self.row.get_outcome_display()
        if self.is_overdue:
            return "Overdue"
        return "To be done" if self.row.done_at is None else "Watching"


@dataclass(frozen=True)
class Changes:
    """One page of the changes, what is overdue first and then the newest; how all of them ended, and how many of all
    are overdue."""

    listed: tuple[Change, ...]
    counts: Mapping[str, int]
    overdue: int
    page: Paged

    @property
    def words(self) -> str:
        held, failed = self.counts[Outcome.HELD], self.counts[Outcome.DID_NOT_HOLD]
        watching = self.counts[Outcome.WATCHING]
        if not held + failed + watching:
            return "No corrective action yet. One is planned on the page of its case."
        said = f"{held} held, {failed} did not hold, {watching} still watched."
        return f"{said} Overdue: {self.overdue}." if self.overdue else said


def changes_of(
    offices: Sequence[int] | None,
    causes: str,
    known: Directory,
    labels: Mapping[str, str],
    me: str,
    now: datetime,
    asked: QueryDict,
) -> Changes:
    """The corrective actions from cases of these offices (None: of the group), of one cause where one is given; of them
    the page that the address asks for (`changes`). Those of cases that were set aside are none."""
    rows = WatchedAction.objects.exclude(case__stage=Stage.SET_ASIDE.value)
    if offices is not None:
        rows = rows.filter(office__in=offices)
    if causes:
        rows = rows.filter(causes__contains=f",{causes},")
    counts = Counter(dict(rows.order_by().values_list("outcome").annotate(n=Count("pk"))))
    is_overdue = Q(outcome=Outcome.WATCHING, done_at=None, due_at__lt=now)
    overdue = rows.filter(is_overdue).count()
    page = paged(asked, "changes", sum(counts.values()), "#changes-title")
    late = rows.filter(is_overdue).order_by("due_at", "pk")[page.start : page.end]
    others = rows.exclude(is_overdue).order_by("-due_at", "-pk")
    found = [*late, *others[max(0, page.start - overdue) : max(0, page.end - overdue)]]
    listed = tuple(change_of(row, known, labels, me, now) for row in found)
    return Changes(listed, counts, overdue, page)


def change_of(row: WatchedAction, known: Directory, labels: Mapping[str, str], me: str, now: datetime) -> Change:
    office, owner = known.offices[str(row.office_id)], known.people.get(row.owner)
    keys = keys_in(row.causes)
    return Change(
        row=row,
        office=office.name,
        zone=office.zone,
        owner=owner.name if owner else "",
        causes=", ".join(labels.get(key, key) for key in keys),
        failed_by=number_of(row.failed_by_id) if row.failed_by_id else "",
        is_overdue=row.done_at is None and row.outcome == Outcome.WATCHING and row.due_at < now,
        is_mine=row.owner == me,
    )


@dataclass(frozen=True)
class Near:
    """A case that came near to what an action was to prevent: where and when it was told, its causes, and how near."""

    number: str
    office: str
    at: datetime
    zone: tzinfo
    causes: str
    why: str


def near_of(row: CaseRow, how: Nearness, known: Directory, labels: Mapping[str, str]) -> Near:
    office = known.offices[str(row.office_id)]
    causes = ", ".join(labels.get(key, key) for key in row.causes.split(",") if key)
    return Near(row.number, office.name, row.opened_at, office.zone, causes, _NEAR[how])
