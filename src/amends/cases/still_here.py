"""A patient who is still here: who is asked to come, on every page of theirs, and what the reporter sees of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from amends.access import Right, actor_at, case_for, offices_with
from amends.audit.models import record_look
from amends.cases import actions, queries
from amends.cases.models import CaseRow
from amends.cases.steps import Desk, desk_for
from amends.deliveries.by_hand import PLACES
from amends.deliveries.models import MOVING, Delivery, State
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.decide import Refused
from amends.protocol.policy import Policy
from amends.protocol.rules.still_here import page_due, unseen
from amends.protocol.values import Page
from amends.protocol.words import PAGE_PURPOSES, Purpose, Role, Stage

_WAYS = {"Task": "Open Dental"}


@dataclass(frozen=True)
class Asked:
    """One person who is asked to come: in which role, when, by which ways, and how far they are."""

    name: str
    role: str
    at: datetime
    ways: str
    waited: bool
    seen_at: datetime | None
    coming_at: datetime | None


@dataclass(frozen=True)
class HereNow:
    """What the reporter needs to know at a glance; `other` comes without having been asked.

    `everybody_asked`: nobody else will be asked, so somebody must be fetched.
    """

    asked: tuple[Asked, ...]
    is_over: bool
    other: str
    coming_at: datetime | None
    everybody_asked: bool


def here_now(case: Case, deliveries: Iterable[Delivery], policy: Policy) -> HereNow | None:
    """Who was asked to come to the patient of this case; None where nobody was, since nobody had to."""
    here = case.here
    if not here.pages:
        return None
    deliveries = list(deliveries)
    return HereNow(
        asked=tuple(_asked(page, case, deliveries, policy) for page in here.pages if page.to),
        is_over=not case.still_here,
        other=here.coming.name if here.coming and here.coming not in here.asked else "",
        coming_at=here.ended_at if here.coming else None,
        everybody_asked=case.still_here and page_due(case, policy) is None,
    )


def _asked(page: Page, case: Case, deliveries: list[Delivery], policy: Policy) -> Asked:
    assert page.to is not None and page.role is not None  # noqa: S101, PT018  a page to nobody has no line
    ways = [PLACES[one.channel] for one in deliveries if _asks(one, page) and one.state in (*MOVING, State.PROVED)]
    return Asked(
        name=page.to.name,
        role="covers" if page.waited and page.role is Role.OFFICE_MANAGER else policy.roles[page.role],
        at=page.at,
        ways=_ways_in_words([_WAYS.get(way, way) for way in ways]),
        waited=page.waited,
        seen_at=page.seen_at,
        coming_at=case.here.ended_at if case.here.coming == page.to else None,
    )


def _ways_in_words(sent: list[str]) -> str:
    """Nobody knows whether a page of theirs is open somewhere, so the notice on it is promised to nobody."""
    return f"by {', '.join(sent)}; on screen if Amends is open" if sent else "only on screen, if Amends is open"


def _asks(delivery: Delivery, page: Page) -> bool:
    """Whether this delivery asks that person to come: their page, or the Task that the owner got just before it."""
    if delivery.purpose in PAGE_PURPOSES:
        return delivery.about == page.seq
    owners = delivery.purpose == Purpose.TASK and delivery.about < page.seq
    return owners and page.to is not None and delivery.payload["to"] == page.to.name


# --- on every page of whoever is asked ---------------------------------------------------------------------------


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Who is asked to come sees it on every page: nothing (204) while it is what the page shows already (`v`)."""
    rows = _rows(cast(Person, request.user))
    if _shown(rows) == request.GET.get("v", ""):
        return HttpResponse(status=204)
    return _banner(request, rows)


def _rows(person: Person) -> list[CaseRow]:
    rows = queries.still_here_for(person.pk)
    if not rows:
        return rows
    mine = offices_with(person, Right.ACT_ON_CASE)
    return [row for row in rows if str(row.office_id) in mine]


def _shown(rows: list[CaseRow]) -> str:
    return ",".join(row.number for row in rows)


def _banner(request: HttpRequest, rows: list[CaseRow], said: str = "", number: str = "") -> HttpResponse:
    known = directory()
    lines = [(row, known.offices[str(row.office_id)], known.people.get(str(row.reporter_id))) for row in rows]
    context = {"lines": lines, "v": _shown(rows), "said": said, "number": number}
    return render(request, "cases/asked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def come(request: HttpRequest, number: str) -> HttpResponse:
    """Where the link in an e-mail or a Slack message leads: one button. And the press of it, from any page."""
    person = cast(Person, request.user)
    if request.method != "POST":
        desk = desk_for(person, number, Right.SEE_CASE)
        record_look(person, "case", case=desk.row.number, address=request.META.get("REMOTE_ADDR", ""))
        note_seen(desk)
        deliveries = queries.deliveries_of(desk.row.pk)
        context = {**here_context(desk, deliveries), "row": desk.row, "office": desk.office, "number": desk.row.number}
        return render(request, "cases/come.html", context)
    row = case_for(person, number, Right.ACT_ON_CASE)
    refused = _perform(person, row, c.Come())
    said = refused or "They know now that you are coming."
    page = reverse("case", args=[row.number])
    by_htmx = request.headers.get("HX-Request") == "true"
    if by_htmx and urlsplit(request.headers.get("HX-Current-URL", "")).path != page:
        return _banner(request, _rows(person), said, row.number)  # what they are doing there stays
    messages.add_message(request, messages.WARNING if refused else messages.SUCCESS, said)
    return HttpResponseClientRedirect(page) if by_htmx else HttpResponseRedirect(page, status=303)


@require_POST
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody who is asked to come has touched what says so."""
    person = cast(Person, request.user)
    _perform(person, case_for(person, number, Right.ACT_ON_CASE), c.SeePage())
    return HttpResponse(status=204)


@require_POST
def patient_left(request: HttpRequest, number: str) -> HttpResponse:
    """One press; then the page from which it came."""
    person = cast(Person, request.user)
    row = case_for(person, number, Right.ACT_ON_CASE)
    refused = _perform(person, row, c.SayPatientLeft())
    if refused:
        messages.warning(request, refused)
    back = "told" if request.POST.get("back") == "told" else "case"
    return HttpResponseRedirect(reverse(back, args=[row.number]), status=303)


def here_context(desk: Desk, deliveries: Iterable[Delivery]) -> dict[str, object]:
    """What `here.html` needs: who was asked, and what this person may press."""
    may_act = desk.office.id in offices_with(desk.person, Right.ACT_ON_CASE, desk.known)
    return {
        "here": here_now(desk.case, deliveries, desk.policy),
        "may_come": may_act and desk.may(c.Come()),
        "may_say_left": may_act and desk.may(c.SayPatientLeft()),
        "zone": desk.zone,
    }


def note_seen(desk: Desk) -> bool:
    """Who is asked to come and has the case before them has seen it; True where that is news."""
    if desk.actor.person not in unseen(desk.case):
        return False
    return not _perform(desk.person, desk.row, c.SeePage())


def _perform(person: Person, row: CaseRow, command: c.Command) -> str:
    """Why it was refused; "" where it was not."""
    by = actor_at(person, str(row.office_id), Stage(row.stage))
    try:
        actions.perform(command=command, by=by, case=row.pk)
    except Refused as refused:
        return str(refused)
    return ""
