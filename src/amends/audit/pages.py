"""The access log: who looked at which case and at whom, for the privacy officer."""

from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amends.access import Right, offices_with
from amends.audit.incidents import open_incidents
from amends.audit.models import Look
from amends.cases.models import number_of, pk_of
from amends.practice.directory import Directory, directory
from amends.practice.models import Person

_PAGE = 100

# What a look was, in words. Whoever records another kind adds it here; an unknown one shows as itself.
WHAT = {
    "case": "Opened the case",
    "delivery": "Read a text to be pasted",
    "before": "Looked for earlier cases like it",
    "print": "Opened the print view",
    "export": "Exported a list",
    "schedule": "Looked at the day's schedule",
    "search": "Searched for a patient",
    "who": "Looked for who wrote a review",
    "person": "Looked at what their cases have in common",
}


@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Looks at cases and people, the newest first; `case`, `person` (who looked) and `whom` narrow them, `before`
    continues below that row."""
    known = directory()
    if not offices_with(cast(Person, request.user), Right.SEE_ACCESS_LOG, known):
        raise Http404
    case, person, whom, before = (request.GET.get(name, "").strip() for name in ("case", "person", "whom", "before"))
    rows = Look.objects.order_by("-pk")
    if case:
        pk = pk_of(case)
        rows = rows.filter(case=number_of(pk)) if pk else rows.none()
    if person:
        rows = rows.filter(person=person[:20]) if person.isdecimal() else rows.none()
    if whom:
        rows = rows.filter(whom=whom[:20]) if whom.isdecimal() else rows.none()
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: _PAGE + 1])
    chosen = urlencode({name: value for name, value in (("case", case), ("person", person), ("whom", whom)) if value})
    return render(
        request,
        "audit/looks.html",
        {
            "open_incidents": open_incidents(),
            "looks": page[:_PAGE],
            "what": WHAT,
            "case": case,
            "chosen": person,
            "narrowed": bool(case or person or whom),
            "people": known.people.values(),
            "zone": home_zone(known),
            "older": f"?{chosen}&before={page[_PAGE - 1].pk}" if len(page) > _PAGE else "",
            "newest": f"?{chosen}" if before else "",
        },
    )


def home_zone(known: Directory) -> ZoneInfo:
    """The zone of most of the group's offices, for pages that belong to no office."""
    zones = [office.calendar.zone for office in known.offices.values()]
    return ZoneInfo(max(sorted(set(zones)), key=zones.count)) if zones else ZoneInfo("UTC")
