"""The Offices page: who answers for each office, where nobody does, and how the offices do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, offices_with
from amends.cases.queries import Figures, figures_of, newest_event
from amends.paging import paged
from amends.practice.away.coverage import Gap, gaps_ahead
from amends.practice.cover import Answer
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol.hours import HoursError, is_open, next_opening, open_seconds_between
from amends.protocol.words import Role

PAGE = 50
QUIET = timedelta(days=28)
_CONTACTS = timedelta(days=30)
_GAP_DAYS = 8  # today and a week


@dataclass(frozen=True)
class Answering:
    """Somebody who answers, and for whom they cover until when."""

    name: str
    covers_for: str
    until: datetime | None


@dataclass(frozen=True)
class Line:
    """One office. `opens` is when it opens next, None while it is open: `answering` is of then."""

    office: OfficeEntry
    opens: datetime | None
    answering: list[Answering]
    above: list[Answering]
    gaps: list[Gap]
    figures: Figures
    contact_minutes: int | None
    is_quiet: bool
    may_edit: bool


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Fifty at a time; those for which nobody answers come first, then by name.

    By htmx only the list, and nothing (204) while it is as `v` says.
    """
    person, known, now = cast(Person, request.user), directory(), timezone.now()
    mine = set(offices_with(person, Right.SEE_OFFICES, known))
    if not mine:
        raise Http404
    # With the minute, since people come and go, and offices open and close, by the clock.
    v = f"{newest_event()}.{known.revision}.{now:%H%M}"
    refresh = request.headers.get("HX-Request") == "true"
    if refresh and request.GET.get("v") == v:
        return HttpResponse(status=204)
    entries = [office for office in known.offices.values() if office.id in mine and office.is_active]
    region = request.GET.get("region", "")
    regions = {office.region_id: office.region for office in entries}
    shown = [office for office in entries if office.region_id == region] if region in regions else entries
    moments = {office.id: _moment(office, now) for office in shown}
    answers = {office.id: known.answers(Role.OFFICE_MANAGER, office.id, moments[office.id]) for office in shown}
    shown.sort(key=lambda office: (bool(answers[office.id]), office.name))
    page = paged(request.GET, "page", len(shown), size=PAGE)
    on_page = shown[page.start : page.end]
    figures = figures_of([office.id for office in on_page], now=now, contacts_since=now - _CONTACTS)
    may_edit = set(offices_with(person, Right.EDIT_HOURS, known))
    context = {
        "again": urlencode({"region": region, "page": page.number, "v": v}),
        "lines": [
            Line(
                office=office,
                opens=None if is_open(office.calendar, now) else moments[office.id],
                answering=_in_words(answers[office.id], known),
                above=_above(office, moments[office.id], known),
                gaps=list(gaps_ahead(office, known, now=now, days=_GAP_DAYS)),
                figures=figures[office.id],
                contact_minutes=_contact(office, figures[office.id]),
                is_quiet=_is_quiet(figures[office.id], now),
                may_edit=office.id in may_edit,
            )
            for office in on_page
        ],
        "uncovered": sum(not answers[office.id] for office in shown),
        "count": len(shown),
        "regions": regions if len(regions) > 1 else {},
        "region": region,
        "newest": page.newest,
        "older": page.older,
    }
    return render(request, "practice/offices_list.html" if refresh else "practice/offices.html", context)


def _moment(office: OfficeEntry, now: datetime) -> datetime:
    """Now, or when the office opens next: who is off on Sundays leaves no gap on a Sunday."""
    try:
        return next_opening(office.calendar, now)
    except HoursError:  # never open again: nobody is missing there
        return now


def _in_words(answers: tuple[Answer, ...], known: Directory) -> list[Answering]:
    return [
        Answering(
            name=known.people[answer.person].name,
            covers_for=known.people[answer.covers_for].name if answer.covers_for else "",
            until=answer.until,
        )
        for answer in answers
    ]


def _above(office: OfficeEntry, at: datetime, known: Directory) -> list[Answering]:
    """Who is asked where nobody answers at the office."""
    region = known.answers(Role.REGIONAL_MANAGER, office.id, at)
    return _in_words(region or known.answers(Role.LEADER, office.id, at), known)


def _contact(office: OfficeEntry, figures: Figures) -> int | None:
    """The median of open minutes from report to the first conversation; None without any."""
    spans = [open_seconds_between(office.calendar, reported, spoken) for reported, spoken in figures.contacts]
    return round(median(spans) / 60) if spans else None


def _is_quiet(figures: Figures, now: datetime) -> bool:
    return figures.newest is None or figures.newest < now - QUIET
