"""The library of fixes that held, and the way of one of them to another office."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amends.access import Right, may, offices_with
from amends.cases import queries
from amends.cases.case_list import Choice
from amends.cases.models import CaseRow, pk_of
from amends.cases.policies import current_policy
from amends.learning.lessons.library import fix_of, fixes, open_with_its_cause
from amends.learning.models import WatchedAction
from amends.practice.directory import directory
from amends.practice.models import Person


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The fixes that held anywhere in the group, for one cause where `cause` names one."""
    person = cast(Person, request.user)
    if not may(person, Right.SEE_LEARNING):
        raise Http404
    known, policy = directory(), current_policy()
    cause = request.GET.get("cause", "")
    chosen = cause if cause in policy.causes else ""
    found = fixes(chosen, offices_with(person, Right.SEE_CASE, known), known, policy.causes, request.GET)
    causes = [Choice(key, label, key == chosen) for key, label in policy.causes.items()]
    return render(request, "lessons/library.html", {"library": found, "causes": causes, "chosen": chosen})


@require_safe
def copy(request: HttpRequest, number: str, no: int) -> HttpResponse:
    """Where the fix may go at one's own offices: to an open case with its cause, or into the huddle as a lesson."""
    person = cast(Person, request.user)
    known, policy = directory(), current_policy()
    mine = offices_with(person, Right.SEE_LEARNING, known)
    row = _fix(number, no) if mine else None
    if row is None:
        raise Http404
    others = [known.offices[one] for one in mine if one != str(row.office_id)]
    asked = request.GET.get("office", others[0].id if len(others) == 1 else "")
    office = next((one for one in others if one.id == asked), None)
    cases = open_with_its_cause(row, office.id) if office else []
    context = {
        "row": row,
        "number": row.case.number,
        "offices": [Choice(one.id, one.name, one is office) for one in others],
        "office": office,
        "lines": [queries.line(case, known, policy) for case in cases],
    }
    return render(request, "lessons/copy.html", context)


def _fix(number: str, no: int) -> WatchedAction | None:
    pk = pk_of(number)
    case = CaseRow.system.filter(pk=pk).first() if pk else None
    return fix_of(case, no) if case else None
