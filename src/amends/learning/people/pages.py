"""The page about one person, for their regional manager and the leaders. Each look is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, own_offices_with
from amends.audit.models import record_look
from amends.audit.pages import home_zone
from amends.cases.policies import current_policy
from amends.learning import charts
from amends.learning.people import pattern
from amends.learning.people.pattern import Line, Pattern, pattern_of
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.policy import Policy

_LISTED_AT_MOST = 50


@dataclass(frozen=True)
class Row:
    """One cause or moment in words: how many of the person's cases, how many are usual, and what that means."""

    name: str
    count: int
    usual: str
    words: str
    speaks: bool


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Names by the alphabet, and the pattern of the one who was chosen. Anybody else's number looks like none."""
    person = cast(Person, request.user)
    known = directory()
    offices = own_offices_with(person, Right.SEE_PEOPLE, known)
    if not offices:
        raise Http404
    staff = known.staff(offices)
    typed = request.GET.get("q", "").strip()
    names = {key: name for key, name in staff.items() if typed.casefold() in name.casefold()}
    context = {
        "typed": typed,
        "names": names if len(names) <= _LISTED_AT_MOST else {},
        "too_many": len(names) > _LISTED_AT_MOST,
        "rules": pattern,
    }
    if chosen := request.GET.get("person", ""):
        if chosen not in staff:
            raise Http404
        whom = known.people[chosen].value
        record_look(person, "person", whom=whom, address=request.META.get("REMOTE_ADDR", ""))
        today = timezone.now().astimezone(home_zone(known)).date()
        found = pattern_of(chosen, [int(office) for office in offices], today)
        context["chosen"] = whom
        if found:
            context["found"] = _shown(found, current_policy(), today)
    return render(request, "learning/people.html", context)


def _shown(found: Pattern, policy: Policy, today: date) -> dict[str, object]:
    of = len(found.cases)
    return {
        "cases": of,
        "causes": [_row(line, policy.causes, of) for line in found.causes],
        "moments": [_row(line, policy.moments, of) for line in found.moments],
        "chart": charts.between([(one.day, one.pk) for one in found.cases], today),
    }


def _row(line: Line, labels: Mapping[str, str], of: int) -> Row:
    words = "Ordinary variation." if line.is_ordinary else "More than chance makes of it: ask what is behind it."
    return Row(labels.get(line.key, line.key), line.count, f"{line.usual:.1f} of {of}", words, not line.is_ordinary)
