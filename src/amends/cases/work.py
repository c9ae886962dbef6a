"""My work: what waits for this person, the nearest deadline first."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, may_for_group, offices_with, scope
from amends.cases import queries
from amends.cases.heard_back import news_for, saved_by
from amends.cases.models import CaseRow
from amends.cases.nobody_left import nobody_left
from amends.cases.policies import current_policy
from amends.cases.work_besides import besides
from amends.practice.away.alone import left_with
from amends.practice.away.on_work import away_now, covering, covers_who_left, gaps_to_see_to
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.words import Role


@dataclass(frozen=True)
class Yesterday:
    """What the last 24 hours brought, for a page on which nothing waits."""

    reported: int
    closed: int


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The page; by htmx only its lists, and nothing (204) while they are as `v` says."""
    person = cast(Person, request.user)
    if not directory().offices:
        return _no_office_yet(request, person)
    known, policy, now = directory(), current_policy(), timezone.now()
    # With the minute, for the time that is left.
    v = f"{queries.newest_event()}.{known.revision}.{now:%H%M}"
    refresh = request.headers.get("HX-Request") == "true"
    if refresh and request.GET.get("v") == v:
        return HttpResponse(status=204)
    listed = scope(person, Right.LIST_CASES)
    manages = listed is None or bool(listed)
    offices = offices_with(person, Right.SEE_CASE, known)
    covered = {**left_with(str(person.pk), known, now), **known.covered_by(str(person.pk), now)}
    mine = [row for row in queries.owned_by(person.pk) if str(row.office_id) in offices]
    theirs = queries.covered_work(covered)
    left = [row for row in queries.closed_of(person.pk) if str(row.office_id) in offices]
    kept = [row for row in queries.kept_for_others(person.pk) if str(row.office_id) in offices]
    promised = [*(row for row in left if not row.to_confirm), *kept]
    others = queries.exceptions(listed, besides=person.pk, now=now) if manages and _answers(person) else []
    others = [row for row in others if row.pk not in {one.pk for one in theirs}]
    reported = queries.reported_by(person.pk, offices, now=now)
    delivered = scope(person, Right.SEE_DELIVERIES)
    also = besides(person)
    gaps = gaps_to_see_to(str(person.pk), offices_with(person, Right.SEE_OFFICES, known), known, now)
    alarm = nobody_left(str(person.pk), known)
    nothing = not (mine or theirs or left or kept or others or gaps or also or alarm)
    day = queries.last_day(offices, now) if nothing and offices else None

    def lines(rows: list[CaseRow]) -> list[queries.Line]:
        return [queries.line(row, known, policy) for row in rows]

    context = {
        "v": v,
        "answers": _answers(person),
        "away": away_now(str(person.pk), known, now, known.zone_of(str(person.pk))),
        "covers_who_left": covers_who_left(str(person.pk), known, now),
        "gaps": gaps,
        "nobody_left": alarm,
        "besides": also,
        "mine": lines(mine),
        "covering": [(one, lines(_owned(theirs, one.person))) for one in covering(covered, known)],
        "promised": lines(sorted(promised, key=lambda row: row.promise_due_at or row.due_at or now)),
        "to_confirm": lines([row for row in left if row.to_confirm]),
        "others": lines(others),
        "reported": lines(reported),
        "news": news_for(person.pk, offices),
        "saved": saved_by(person.pk, now),
        "by_hand": queries.by_hand_count(delivered) if delivered is None or delivered else 0,
        "nothing": nothing,
        "day": Yesterday(*day) if day else None,
        "several_offices": len(offices) > 1,
        "policy": policy,
        "sees_cases": bool(offices),
    }
    return render(request, "cases/work_lists.html" if refresh else "cases/work.html", context)


def _owned(rows: list[CaseRow], person: str) -> list[CaseRow]:
    return [row for row in rows if str(row.owner_id) == person]


def _no_office_yet(request: HttpRequest, person: Person) -> HttpResponse:
    """The group is being set up: its administrator goes on with that, everybody else comes back later."""
    if may_for_group(person, Right.SET_UP):
        return redirect("setup:index")
    return render(request, "cases/being_set_up.html")


_ANSWERING = frozenset({Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER})


def _answers(person: Person) -> bool:
    """Whether the person answers for any office: what is late there is theirs to see to."""
    roles = directory().roles_of(str(person.pk)).values()
    return any(_ANSWERING.intersection(held) for held in roles)
