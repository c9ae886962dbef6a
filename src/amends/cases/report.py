"""The Report page: one screen, 20 seconds. Afterwards, who was told."""

import uuid
from typing import cast

import structlog
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from amends.access import Right, actor_at, case_for, offices_with
from amends.audit.models import record_look
from amends.cases import actions, queries
from amends.cases.case_page_parts import motion
from amends.cases.case_page_story import delivery_line
from amends.cases.forms import ReportForm, one_line
from amends.cases.forms_words import NOT_SAVED
from amends.cases.policies import current_policy
from amends.cases.steps import desk_for
from amends.cases.still_here import here_context
from amends.deliveries.models import MOVING
from amends.integrations.open_dental.schedule import FoundPatient, Schedule, search_patients, todays_patients
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol.commands import Report
from amends.protocol.decide import Refused
from amends.protocol.events import Reported
from amends.protocol.policy import Policy
from amends.protocol.wording import clock
from amends.protocol.words import CHART_PURPOSES, Purpose, Severity, Source
from amends.web.templatetags.amends import phone

log = structlog.get_logger(__name__)

_SHORTEST_SEARCH = 2
_NOT_NOTED = "Amends cannot write down who looks at the list, so it shows none. Tell your administrator."


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; and the report, which opens a case and goes on to who was told."""
    person = cast(Person, request.user)
    offices = _offices(person)
    policy = current_policy()
    if request.method != "POST":
        return _page(request, offices, _fresh(request, offices, policy))
    form = ReportForm(offices, policy, request.POST)
    if not form.is_valid():
        return _page(request, offices, form, status=422)
    # The person stands in it: a form's number that somebody else used already takes nothing away from this report.
    command, origin = form.command, f"web:{person.pk}:{form.cleaned_data['token']}"
    try:
        done = actions.perform(command=command, by=actor_at(person, command.office), origin=origin)
    except Refused as refused:
        return _page(request, offices, form, refused=str(refused), status=422)
    except DatabaseError:
        log.exception("report.not_saved")
        return _page(request, offices, form, refused=NOT_SAVED, status=503)
    if not done.events and not _same_story(done, command):
        return _page(request, offices, _as_another(request, offices, policy), refused=_sent_before(done), status=409)
    return HttpResponseRedirect(reverse("told", args=[done.number]), status=303)


@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """Part of a page: who is here today, or with `q` who was searched for. Open Dental's trouble is said calmly."""
    person = cast(Person, request.user)
    office = next((one for one in _offices(person) if one.id == request.GET.get("office")), None)
    if office is None:
        raise Http404
    words = one_line(request.GET.get("q", ""))
    searched = "q" in request.GET
    found = Schedule([], timezone.now(), "")
    if office.open_dental and (not searched or len(words) >= _SHORTEST_SEARCH):
        try:
            record_look(person, "search" if searched else "schedule", address=request.META.get("REMOTE_ADDR", ""))
        except DatabaseError:
            log.exception("look.not_saved")
            return _patients(request, office, Schedule([], timezone.now(), _NOT_NOTED), words, searched=searched)
        today = timezone.now().astimezone(office.zone).date()
        found = (
            search_patients(office.open_dental, office.ClinicNum, words)
            if searched
            else todays_patients(office.open_dental, office.ClinicNum, today)
        )
    return _patients(request, office, found, words, searched=searched)


def _patients(
    request: HttpRequest, office: OfficeEntry, found: Schedule, words: str, *, searched: bool
) -> HttpResponse:
    each = {patient.pat_num: patient for patient in reversed(found.patients)}
    shown = [_shown(patient) for patient in reversed(each.values())]
    context = {"patients": shown, "trouble": found.trouble, "office": office, "words": words, "searched": searched}
    return render(request, "cases/patients.html", context)


@require_safe
def told(request: HttpRequest, number: str) -> HttpResponse:
    """Who was told of a report and whether they have seen it; by htmx what changed since `v`."""
    person = cast(Person, request.user)
    row = case_for(person, number, Right.SEE_CASE)
    shown = request.GET.get("v", "")
    # With the minute, for the time that is left.
    moved = motion(row)
    v = f"{moved} {timezone.now():%H%M}"
    if shown == v:
        return HttpResponse(status=204)
    desk = desk_for(person, number, Right.SEE_CASE)
    known, policy = desk.known, desk.policy
    deliveries = queries.deliveries_of(row.pk)
    owner = known.people.get(str(row.owner_id))
    note = next((one for one in deliveries if one.purpose in CHART_PURPOSES), None)
    task = next((one for one in reversed(deliveries) if one.purpose == Purpose.TASK), None)
    moving = any(one.state in MOVING for one in deliveries)
    context = {
        **here_context(desk, deliveries),
        "row": row,
        "number": row.number,
        "line": queries.line(row, known, policy),
        "owner": owner,
        "mine": row.owner_id == person.pk,
        "note": delivery_line(note) if note else None,
        "task": delivery_line(task) if task else None,
        # Often while something is on its way, then until somebody has it.
        "every": 2 if moving else 4 if row.is_open and not row.accepted else 0,
        "v": v,
        "moved": shown.partition(" ")[0] != moved,
        "found": row.source in (Source.COMMLOG, Source.CLINICAL_NOTE),
        "kinds": row.kinds.split(","),
        "severe": row.severity == Severity.SEVERE,
    }
    template = "cases/told_refresh.html" if request.headers.get("HX-Request") == "true" else "cases/told.html"
    return render(request, template, context)


def offices_to_report_at(person: Person) -> list[OfficeEntry]:
    """The active offices at which the person may report, by name."""
    known = directory()
    mine = offices_with(person, Right.REPORT, known)
    return [office for office in known.offices.values() if office.id in mine and office.is_active]


def _offices(person: Person) -> list[OfficeEntry]:
    offices = offices_to_report_at(person)
    if not offices:
        raise Http404
    return offices


def _fresh(request: HttpRequest, offices: list[OfficeEntry], policy: Policy) -> ReportForm:
    """The office is the one asked for, else the first. `?office=`, with none, asks which of several it is."""
    asked = request.GET.get("office")
    first = "" if asked == "" and len(offices) > 1 else offices[0].id
    office = asked if asked in {one.id for one in offices} else first
    return ReportForm(offices, policy, initial={"token": str(uuid.uuid4()), "office": office, "severity": "upset"})


def _same_story(done: actions.Done, command: Report) -> bool:
    """Whether a second press of the button tells what the first one told."""
    told = actions.events_of(done.row.pk)[0].fact
    return isinstance(told, Reported) and (told.account, told.patient) == (command.account.strip(), command.patient)


def _as_another(request: HttpRequest, offices: list[OfficeEntry], policy: Policy) -> ReportForm:
    """What was typed, as a form of its own: the next press reports another case."""
    typed = request.POST.copy()
    typed["token"] = str(uuid.uuid4())
    return ReportForm(offices, policy, typed)


def _sent_before(done: actions.Done) -> str:
    return (
        f"This form was sent before: that is {done.number}. What stands here now is different and was not saved. "
        f"Press “Report it” once more to report it as another case, or add it to {done.number}."
    )


def _page(
    request: HttpRequest, offices: list[OfficeEntry], form: ReportForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    chosen_office = form["office"].value()
    asks = chosen_office == "" and len(offices) > 1
    office = None if asks else next((one for one in offices if one.id == chosen_office), offices[0])
    context = {
        "form": form,
        "offices": offices,
        "office": office,
        "refused": refused,
        "chosen": form.chosen,
        "chosen_status": form.data.get("patient", ""),
    }
    return render(request, "cases/report.html", context, status=status)


def _shown(patient: FoundPatient) -> dict[str, object]:
    """A patient to tap: the name, and what tells them from another of that name."""
    seen = ""
    if patient.seated:
        seen = f"seated {clock(patient.seated)}"
    elif patient.arrived:
        seen = f"arrived {clock(patient.arrived)}"
    born = f"born {patient.birthdate:%b} {patient.birthdate.day}, {patient.birthdate.year}" if patient.birthdate else ""
    return {
        "pat_num": patient.pat_num,
        "name": patient.name,
        "phone": patient.phone,
        "when": clock(patient.when) if patient.when else "",
        "more": seen if patient.when else ", ".join(part for part in (born, phone(patient.phone)) if part),
    }
