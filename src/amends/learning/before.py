"""Happened before: the earlier cases that are like one, with what was done about them, in four kinds.

They are looked for among the newest cases of the same office and of the other offices that the person may look at, by
an index; so a panel asks the database as often and reads as much whatever is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amends.access import Right, scope
from amends.audit.models import record_look
from amends.cases import queries
from amends.cases.case_page_record import family_cases, record_part
from amends.cases.models import CaseRow
from amends.cases.steps import Desk, desk_for
from amends.cases.suggested import suggested_for
from amends.learning.account_words import account_of, digests_of
from amends.learning.before_elsewhere import elsewhere
from amends.learning.changes import Change, change_of
from amends.learning.models import CaseFigures, WatchedAction, keys_in
from amends.learning.suggesting.similar import Alike, indexed, similar
from amends.practice.directory import OfficeEntry
from amends.practice.models import Person
from amends.protocol.words import Stage

_FEW = 3  # of each kind
_LOOKED_AT = 400  # newest earlier cases of the office, and as many of the others
_LONG_AGO = timedelta(days=365)  # of other offices' cases
# Below this, accounts share no more than any two do; and one word in common is chance.
_ALIKE, _WORDS_ALIKE = 0.25, 2
_LIKELY = 2  # suggested causes that stand for those of a case which has none yet


@dataclass(frozen=True)
class Earlier:
    """One earlier case. `done` is its resolution, "" while it is open; `why` says in which way it is like this one."""

    row: CaseRow
    office: OfficeEntry
    is_elsewhere: bool
    done: str
    changes: tuple[Change, ...]
    why: str
    named: bool


@dataclass(frozen=True)
class Kind:
    """The cases that are like it in one way, the most telling first."""

    key: str
    title: str
    cases: tuple[Earlier, ...]


@dataclass(frozen=True)
class _Candidate:
    case: int
    causes: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """A case that is shown, before it is read."""

    case: int
    why: str = ""
    named: bool = False


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The earlier cases: as a part of the case's page, whose look is written down already, or as a page of its own."""
    desk = desk_for(cast(Person, request.user), number, Right.SEE_CASE)
    causes, are_likely = causes_of(desk)
    context = {
        "number": desk.row.number,
        "desk": desk,
        "kinds": happened_before(desk, causes, are_likely=are_likely),
        "elsewhere": elsewhere(desk, scope(desk.person, Right.SEE_CASE), causes),
        "said": _said(are_likely),
        "policy": desk.policy,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "learning/before_panel.html", context)
    record_look(desk.person, "before", case=desk.row.number, address=request.META.get("REMOTE_ADDR", ""))
    return render(request, "learning/before.html", context)


def happened_before(desk: Desk, causes: Sequence[str], *, are_likely: bool) -> list[Kind]:
    """What happened before that is like this case, of what its viewer may see: each case once, kinds without any left
    out. `causes` and whether they are only likely: `causes_of`."""
    mine = scope(desk.person, Right.SEE_CASE)
    here, elsewhere = _candidates(newest_here(desk)), _candidates(newest_elsewhere(desk, mine))
    words = digests_of(account_of(desk.case))
    alike = _alike(words, [*here, *elsewhere])
    said = _said(are_likely)
    found = {
        "patient": ("Same patient or family", _of_patient(desk, mine)),
        "here": (f"{said} at {desk.office.name}", _with_causes(here, causes, alike, desk)),
        "elsewhere": (f"{said} at another office", _with_causes(elsewhere, causes, alike, desk)),
        "words": ("Similar words", _in_words(alike, words)),
    }
    shown: dict[int, _Found] = {}
    kinds: dict[str, list[_Found]] = {}
    for key, (_, cases) in found.items():
        kinds[key] = _first_new(cases, shown)
        shown.update((one.case, one) for one in kinds[key])
    read = _read(desk, mine, shown)
    listed = (
        Kind(key, title, tuple(read[one.case] for one in kinds[key] if one.case in read))
        for key, (title, _) in found.items()
    )
    return [kind for kind in listed if kind.cases]


def _said(are_likely: bool) -> str:
    return "Perhaps the same cause" if are_likely else "Same cause"


def _first_new(cases: Iterable[_Found], shown: Mapping[int, _Found]) -> list[_Found]:
    new: dict[int, _Found] = {}
    for one in cases:
        if len(new) == _FEW:
            break
        if one.case not in shown:
            new.setdefault(one.case, one)
    return list(new.values())


# --- where they are looked for -----------------------------------------------------------------------------------


def newest_here(desk: Desk) -> QuerySet[CaseFigures]:
    """The earlier cases of the same office to look at, the newest first."""
    return _newest(CaseFigures.objects.filter(office=desk.row.office_id), desk)


def newest_elsewhere(desk: Desk, mine: Sequence[str] | None) -> QuerySet[CaseFigures]:
    """Those of the other offices of `mine` (None: of the group)."""
    rows = CaseFigures.objects.filter(day__gte=(desk.case.opened_at - _LONG_AGO).date())
    if mine is None:
        return _newest(rows.exclude(office=desk.row.office_id), desk)
    return _newest(rows.filter(office__in=[int(office) for office in mine if office != desk.office.id]), desk)


def _newest(rows: QuerySet[CaseFigures], desk: Desk) -> QuerySet[CaseFigures]:
    return rows.filter(counts=True, case__lt=desk.row.pk).order_by("-day", "-case")[:_LOOKED_AT]


def _candidates(newest: QuerySet[CaseFigures]) -> list[_Candidate]:
    # First which they are, from an index alone; then only those are read.
    rows = CaseFigures.objects.filter(pk__in=newest.values("pk"))
    return [
        _Candidate(case, keys_in(causes), tuple((words or "").split()))
        for case, causes, words in rows.values_list("case_id", "causes", "case__account_words__words")
    ]


# --- in which way they are like it -------------------------------------------------------------------------------


def _of_patient(desk: Desk, mine: list[str] | None) -> Iterator[_Found]:
    """The newest others of the same patient, then of the family; what was set aside is another story, or this one."""
    for row in queries.others_of(desk.row, mine):
        if row.stage != Stage.SET_ASIDE:
            yield _Found(row.pk, _kinds(row, desk))
    for row in family_cases(record_part(desk), desk, mine):
        if row.stage != Stage.SET_ASIDE:
            yield _Found(row.pk, _kinds(row, desk), named=True)


def _kinds(row: CaseRow, desk: Desk) -> str:
    return queries.line(row, desk.known, desk.policy).kinds


def causes_of(desk: Desk) -> tuple[tuple[str, ...], bool]:
    """The causes of the case, or those that its words speak for; and whether they are only likely."""
    if desk.case.causes:
        return desk.case.causes, False
    return tuple(one.cause for one in suggested_for(desk)[:_LIKELY]), True


def _with_causes(
    candidates: Sequence[_Candidate], causes: Sequence[str], alike: Mapping[int, Alike[int]], desk: Desk
) -> list[_Found]:
    """First those with most of the causes, then with the most similar words, then the newest."""
    labels = desk.policy.causes

    def telling(one: _Candidate) -> tuple[int, float, int]:
        score = alike[one.case].score if one.case in alike else 0.0
        return sum(cause in one.causes for cause in causes), score, one.case

    having = [one for one in candidates if any(cause in one.causes for cause in causes)]
    return [
        _Found(one.case, ", ".join(labels.get(cause, cause) for cause in causes if cause in one.causes))
        for one in sorted(having, key=telling, reverse=True)[: 2 * _FEW]
    ]


def _alike(words: Mapping[str, str], candidates: Sequence[_Candidate]) -> dict[int, Alike[int]]:
    index = indexed({one.case: one.words for one in candidates})
    found = similar(tuple(words), index, most=4 * _FEW)
    return {one.key: one for one in found if one.score >= _ALIKE and len(one.stems) >= _WORDS_ALIKE}


def _in_words(alike: Mapping[int, Alike[int]], words: Mapping[str, str]) -> Iterator[_Found]:
    for one in alike.values():
        yield _Found(one.key, ", ".join(f"“{words[stem]}”" for stem in one.stems[:4]))


# --- what they were ----------------------------------------------------------------------------------------------


def _read(desk: Desk, mine: list[str] | None, shown: Mapping[int, _Found]) -> dict[int, Earlier]:
    """The cases to show, of those that the viewer may see, with what was done."""
    if not shown:
        return {}
    changes: dict[int, list[Change]] = {}
    labels, me = desk.policy.causes, desk.actor.id
    for watched in WatchedAction.objects.filter(case__in=shown).order_by("case", "no"):
        changes.setdefault(watched.case_id, []).append(change_of(watched, desk.known, labels, me, desk.now))
    rows = CaseRow.objects.within(mine).filter(pk__in=shown).select_related("figures")
    return {
        row.pk: Earlier(
            row=row,
            office=desk.known.offices[str(row.office_id)],
            is_elsewhere=row.office_id != desk.row.office_id,
            done=_done(row, desk),
            changes=tuple(changes.get(row.pk, ())),
            why=shown[row.pk].why,
            named=shown[row.pk].named,
        )
        for row in rows
    }


def _done(row: CaseRow, desk: Desk) -> str:
    # A case that was opened again keeps the resolution that did not last.
    if row.stage not in (Stage.ADDRESSED, Stage.CLOSED):
        return ""
    return desk.policy.resolutions.get(row.figures.resolution, row.figures.resolution)
