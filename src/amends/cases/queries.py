"""What the pages of cases ask of the database: what is open or fits a page costs, what is kept does not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from itertools import chain
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from amends.cases import search
from amends.cases.models import CaseRow, EventRow
from amends.deliveries.models import UNFINISHED, Delivery, State, in_states
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Office
from amends.protocol.policy import Policy
from amends.protocol.words import MINOR_PURPOSES, Severity, Source, Stage

PAGE = 50
# A page of a filtered list looks at no more rows than this; older ones are looked at on the next page.
WINDOW = 10_000
_FOUND_AT_ONCE = 500
_LATEST = 2_000
_MINE_AT_ONCE = 100
_EXCEPTIONS_AT_ONCE = 50
_OTHERS = 5
_A_WEEK = timedelta(days=7)

Rows = QuerySet[CaseRow]


class Followed(StrEnum):
    """What became of a patient who was followed after their case (`SimilarPatients`)."""

    ALL = "all"
    CAME_BACK = "yes"
    LOST = "no"


@dataclass(frozen=True)
class Filters:
    """What a list of cases is narrowed to; `offices` None means every office of the group."""

    offices: list[str] | None
    words: str = ""
    stage: Stage | None = None
    kind: str = ""
    severity: Severity | None = None
    source: Source | None = None
    late: bool = False
    owner: int | None = None
    causes: tuple[str, ...] = ()  # at least one of them
    # Told on these days of their own offices, the last one included, and not set aside: the cases of a chart's point.
    told: tuple[date, date] | None = None
    # Of the patients who are compared with similar ones without a case: all of them, who came back, or who did not.
    followed: Followed | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything but office and words narrows the list."""
        chosen = self.stage or self.kind or self.severity or self.source or self.late or self.owner
        return bool(chosen or self.causes or self.told or self.followed)


@dataclass(frozen=True)
class Page:
    """Cases, the newest first. `older` continues below that id, None at the end. `window_ended` says that the page is
    short because it stopped looking, not because there is nothing more."""

    rows: list[CaseRow] = field(default_factory=list)
    older: int | None = None
    window_ended: bool = False


@dataclass(frozen=True)
class Line:
    """One case as a list shows it."""

    row: CaseRow
    office: OfficeEntry
    kinds: str
    owner: str

    @property
    def is_new_for_owner(self) -> bool:
        return self.row.is_open and not self.row.accepted and self.row.stage != Stage.ADDRESSED

    @property
    def left(self) -> str:
        """What is left to do of a closed case, to stand before its deadline; "" for an open one."""
        if self.row.is_open or not self.row.due_at:
            return ""
        return "Is it fixed?" if self.row.to_confirm else "Promise"


def line(row: CaseRow, known: Directory, policy: Policy) -> Line:
    """The row in words, without another query."""
    owner = known.people.get(str(row.owner_id))
    return Line(
        row=row,
        office=known.offices[str(row.office_id)],
        kinds=policy.kinds_in_words(tuple(row.kinds.split(",")) if row.kinds else ()),
        owner=owner.name if owner else "",
    )


# --- the list ----------------------------------------------------------------------------------------------------


def page_of(filters: Filters, *, now: datetime, before: int | None = None) -> Page:
    """One page of the list, below the id `before`."""
    if filters.offices is not None and not filters.offices:
        return Page()
    rows = _narrowed(filters, now)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    floor = 0
    if filters.words:
        limit = _FOUND_AT_ONCE if filters.narrows else PAGE
        ids = search.find(filters.words, offices=filters.offices, before=before, limit=limit + 1)
        floor = ids[limit - 1] if len(ids) > limit else 0
        rows = rows.filter(pk__in=ids)
    elif _may_read_far(filters):
        floor = _floor(filters.offices, before)
    if floor:
        rows = rows.filter(pk__gte=floor)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    if len(found) > PAGE:
        return Page(found[:PAGE], older=found[PAGE - 1].pk)
    return Page(found, older=floor or None, window_ended=bool(floor))


def _may_read_far(filters: Filters) -> bool:
    """Whether an index cannot hand out the page in its order: rows may be read that do not fit."""
    several = filters.offices is not None and len(filters.offices) > 1
    # What is late is open, so there are few; days are found by their index.
    return (filters.narrows or several) and not filters.late and not filters.told


def _narrowed(filters: Filters, now: datetime) -> Rows:
    rows: Rows = CaseRow.objects.within(filters.offices)
    if filters.stage:
        rows = rows.filter(stage=filters.stage.value)
    if filters.kind:
        rows = rows.filter(has_key("kinds", filters.kind))
    if filters.causes:
        rows = rows.filter(reduce(or_, (has_key("causes", cause) for cause in filters.causes)))
    if filters.told:
        rows = rows.filter(_told_between(filters.offices, *filters.told)).exclude(stage=Stage.SET_ASIDE.value)
    if filters.followed:
        rows = rows.filter(similar_patients__is_counted=True, similar_patients__similar__gt=0)
        if filters.followed is not Followed.ALL:
            rows = rows.filter(kept_on__isnull=filters.followed is Followed.LOST)
    if filters.severity:
        rows = rows.filter(severity=filters.severity.value)
    if filters.source:
        rows = rows.filter(source=filters.source.value)
    if filters.late:
        rows = rows.filter(is_open=True, due_at__lt=now)
    if filters.owner:
        rows = rows.filter(owner_id=filters.owner)
    return rows


def has_key(column: str, key: str) -> Q:
    """Whether the key is one of those in the column, which stand between commas."""
    return (
        Q(**{column: key})
        | Q(**{f"{column}__startswith": f"{key},"})
        | Q(**{f"{column}__endswith": f",{key}"})
        | Q(**{f"{column}__contains": f",{key},"})
    )


def _told_between(offices: Sequence[str] | None, first: date, last: date) -> Q:
    """Reported on one of these days, by the calendar of the case's own office."""
    known = directory().offices
    by_zone: dict[ZoneInfo, list[int]] = {}
    for office in known if offices is None else offices:
        by_zone.setdefault(known[office].zone, []).append(int(office))
    wanted = Q(pk__in=[])
    for zone, some in by_zone.items():
        begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        wanted |= Q(office_id__in=some, opened_at__gte=begins, opened_at__lt=ends)
    return wanted


def _floor(offices: Sequence[str] | None, before: int | None) -> int:
    """The lowest id that a filtered page looks at: `WINDOW` rows down, in the one office or in the group."""
    if offices is not None and len(offices) == 1:
        rows = CaseRow.objects.within(list(offices)).order_by("-pk")
        if before is not None:
            rows = rows.filter(pk__lt=before)
        return next(iter(rows.values_list("pk", flat=True)[WINDOW - 1 : WINDOW]), 0)
    top = before if before is not None else (CaseRow.system.aggregate(top=Max("pk"))["top"] or 0) + 1
    return max(top - WINDOW, 0)


# --- my work -----------------------------------------------------------------------------------------------------


def owned_by(person: int) -> list[CaseRow]:
    """The open cases in which this person has something to do: the new ones first, then the nearest deadline."""
    rows = CaseRow.system.filter(is_open=True, owner_id=person, due_at__isnull=False)
    return list(rows.order_by("accepted", "due_at")[:_MINE_AT_ONCE])


def covered_work(covered: Mapping[str, Iterable[str]]) -> list[CaseRow]:
    """What these people have to do at these offices, for whoever covers for them: open cases, then closed ones."""
    if not covered:
        return []
    theirs = Q()
    for person, offices in covered.items():
        theirs |= Q(owner_id=int(person), office_id__in=[int(office) for office in offices])
    rows = CaseRow.system.filter(theirs, due_at__isnull=False)
    open_ones = rows.filter(is_open=True).order_by("accepted", "due_at")[:_MINE_AT_ONCE]
    return [*open_ones, *rows.filter(is_open=False).order_by("due_at")[:_MINE_AT_ONCE]]


def kept_for_others(person: int) -> list[CaseRow]:
    """Any cases of others in which it is this person who keeps a promise, the nearest first."""
    rows = CaseRow.system.filter(promise_due_at__isnull=False, keepers__contains=f",{person},").exclude(owner_id=person)
    return list(rows.order_by("promise_due_at")[:_MINE_AT_ONCE])


def closed_of(person: int) -> list[CaseRow]:
    """Closed cases of this person of which something is left to do (`Line.left`), the nearest deadline first."""
    rows = CaseRow.system.filter(is_open=False, due_at__isnull=False, owner_id=person)
    return list(rows.order_by("due_at")[:_MINE_AT_ONCE])


def exceptions(offices: list[str] | None, *, besides: int, now: datetime) -> list[CaseRow]:
    """Cases of these offices that are late, or open and nobody has them, but for those of one person."""
    rows = CaseRow.objects.within(offices)
    open_ones, closed = rows.filter(is_open=True), rows.filter(is_open=False, due_at__isnull=False)
    late = (some.filter(due_at__lt=now).order_by("due_at")[:_EXCEPTIONS_AT_ONCE] for some in (open_ones, closed))
    nobodys = open_ones.filter(owner__isnull=True).order_by("due_at")[:_EXCEPTIONS_AT_ONCE]
    found = {row.pk: row for row in chain(*late, nobodys) if row.owner_id != besides}
    return sorted(found.values(), key=lambda row: row.due_at or now)


def reported_by(person: int, offices: Collection[str], *, now: datetime, limit: int = 8) -> list[CaseRow]:
    """The newest cases at these offices that this person reported and somebody else has: open, or ended within a
    week."""
    newest = CaseRow.system.filter(reporter_id=person).order_by("-pk")[: 3 * limit]
    rows = [row for row in newest if row.owner_id != person and str(row.office_id) in offices]
    return [row for row in rows if row.is_open or row.changed_at > now - _A_WEEK][:limit]


def last_day(offices: list[str] | None, now: datetime) -> tuple[int, int]:
    """How many cases of these offices were reported, and how many closed, in the last 24 hours."""
    since = now - timedelta(days=1)
    newest = CaseRow.objects.within(offices).order_by("-pk")[:_LATEST]
    counts = CaseRow.system.filter(pk__in=newest.values("pk")).aggregate(
        reported=Count("pk", filter=Q(opened_at__gte=since)),
        closed=Count("pk", filter=Q(stage=Stage.CLOSED.value, changed_at__gte=since)),
    )
    return counts["reported"], counts["closed"]


def by_hand_count(offices: list[str] | None) -> int:
    """How many deliveries of these offices wait for a person, but for those that can wait until there is time."""
    rows = Delivery.objects.filter(in_states(*UNFINISHED), state=State.BY_HAND).exclude(purpose__in=MINOR_PURPOSES)
    return (rows if offices is None else rows.filter(office_id__in=[int(office) for office in offices])).count()


def still_here_for(person: int) -> list[CaseRow]:
    """The cases in which this person is asked to come to a patient who is still here, the oldest first."""
    return list(CaseRow.system.filter(still_here=True, asked__contains=f",{person},").order_by("id"))


def newest_event() -> int:
    """The number of the newest event of the whole group: while it stays, nothing has happened anywhere.

    On PostgreSQL a lower number may be committed after a higher one; who compares looks again now and then.
    """
    return EventRow.objects.aggregate(newest=Max("pk"))["newest"] or 0


# --- one case ----------------------------------------------------------------------------------------------------


def others_of(row: CaseRow, offices: list[str] | None) -> list[CaseRow]:
    """The newest other cases of the same patient at these offices: what came before, and what is open."""
    if not row.patient_key:
        return []
    rows = CaseRow.objects.within(offices).filter(patient_key=row.patient_key).exclude(pk=row.pk)
    return list(rows.filter(Q(pk__lt=row.pk) | Q(is_open=True)).order_by("-pk")[:_OTHERS])


def of_patients(keys: list[str], offices: list[str] | None) -> list[CaseRow]:
    """The newest cases at these offices of patients with these blind keys, as of a family."""
    return list(CaseRow.objects.within(offices).filter(patient_key__in=keys).order_by("-pk")[:_OTHERS]) if keys else []


def keys_with_open_case(keys: Iterable[str], offices: list[str] | None) -> frozenset[str]:
    """Those of these blind keys of patients of whom a case is open at these offices."""
    rows = CaseRow.objects.within(offices).filter(patient_key__in=set(keys), is_open=True)
    return frozenset(rows.values_list("patient_key", flat=True))


def deliveries_of(case: int) -> list[Delivery]:
    """Everything of a case that must reach another system, in order."""
    return list(Delivery.objects.filter(case_id=case).select_related("proved_by").order_by("no"))


def motion_of(case: int) -> list[tuple[int, str]]:
    """Number and state of each delivery of a case: what a page compares to know whether something moved."""
    return list(Delivery.objects.filter(case_id=case).order_by("no").values_list("no", "state"))


# --- offices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How an office does: open and late cases, the newest report, and for each case of the last days that was spoken
    about when it was reported and when somebody first spoke with the patient."""

    open: int = 0
    late: int = 0
    newest: datetime | None = None
    contacts: tuple[tuple[datetime, datetime], ...] = ()


def figures_of(offices: list[str], *, now: datetime, contacts_since: datetime) -> dict[str, Figures]:
    """The figures of these offices, in three questions for all of them together."""
    counts = (
        CaseRow.objects.within(offices)
        .filter(is_open=True)
        .values("office_id")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        .values_list("office_id", "open", "late")
    )
    open_and_late = {office: (open_cases, late) for office, open_cases, late in counts}
    recent = CaseRow.objects.within(offices).filter(opened_at__gte=contacts_since)
    spoken = EventRow.objects.filter(kind="ConversationRecorded", case__in=recent).values("case_id")
    contacts: dict[int, list[tuple[datetime, datetime]]] = {}
    for office, opened, first in spoken.annotate(first=Min("at")).values_list(
        "case__office_id", "case__opened_at", "first"
    ):
        contacts.setdefault(office, []).append((opened, first))
    newest = CaseRow.system.filter(office=OuterRef("pk")).order_by("-opened_at").values("opened_at")[:1]
    found = Office.objects.filter(pk__in=[int(office) for office in offices]).annotate(newest=Subquery(newest))
    return {
        str(pk): Figures(*open_and_late.get(pk, (0, 0)), newest=at, contacts=tuple(contacts.get(pk, ())))
        for pk, at in found.values_list("pk", "newest")
    }
