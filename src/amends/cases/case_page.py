"""The page of one case: the rail with the step that is now, the story, and everything that may be done with it."""

from dataclasses import replace
from typing import Any, cast

import structlog
from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseStopPolling

from amends.access import Right, case_for
from amends.audit.models import record_look
from amends.cases import actions
from amends.cases.case_page_parts import about, motion, parts, whole
from amends.cases.case_page_record import ask_for_record
from amends.cases.case_page_story import Told, told_since
from amends.cases.forms_act import Act
from amends.cases.forms_acts import ACTS
from amends.cases.forms_record import IdentifyPatient
from amends.cases.forms_words import NOT_SAVED
from amends.cases.steps import Desk, desk_for
from amends.cases.still_here import note_seen
from amends.practice.models import Person
from amends.protocol.decide import Refused
from amends.protocol.events import Fact
from amends.web.templatetags.amends import exact

log = structlog.get_logger(__name__)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page. Writes that the person looked."""
    desk = _desk(request, number, Right.SEE_CASE)
    _note_look(request, desk, "case")
    if note_seen(desk):
        desk = _desk(request, number, Right.SEE_CASE)
    ask_for_record(desk)
    return render(request, "cases/case.html", whole(desk))


@require_safe
def case_rail(request: HttpRequest, number: str) -> HttpResponse:
    """What has moved since the page was as `v` says: nothing (204), or the parts of the page that changed.

    A form in which somebody may be typing is never replaced. When another person's doing makes that form another one
    (`open` is not what it was), the page says so and asks no more.
    """
    row = case_for(cast(Person, request.user), number, Right.SEE_CASE)
    if request.GET.get("v") == motion(row):
        return HttpResponse(status=204)
    context = parts(_desk(request, number, Right.SEE_CASE))
    opened = request.GET.get("open", "")
    if opened and opened != context["open"]:
        mover = next(told.by for told in context["entries"] if not told.echoes)
        return HttpResponseStopPolling(render(request, "cases/moved.html", {**context, "mover": mover}).content)
    return render(request, "cases/rail_refresh.html", {**context, "keeps_form": bool(opened)})


@require_safe
def case_print(request: HttpRequest, number: str) -> HttpResponse:
    """The complete record in order, for paper."""
    desk = _desk(request, number, Right.SEE_CASE)
    _note_look(request, desk, "print")
    ask_for_record(desk)
    context = whole(desk)
    in_order = [(exact(told.at, desk.zone), told) for told in reversed(context["entries"])]
    read_at = context["record"] and context["record"].kept.read_at
    stamps = {"in_order": in_order, "read_exactly": exact(read_at, desk.zone) if read_at else ""}
    return render(request, "cases/print.html", {**context, **stamps})


@require_http_methods(["GET", "HEAD", "POST"])
def case_act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One action as a page of its own: its form, what was refused, and what somebody else did in the meantime."""
    desk = _desk(request, number, Right.ACT_ON_CASE)
    if action not in ACTS:
        raise Http404
    if request.method != "POST":
        form = ACTS[action](desk)
        form.initial.update({name: request.GET[name] for name in form.from_link if name in request.GET})
        return _act_page(request, desk, form)
    form = ACTS[action](desk, request.POST)
    if not form.is_valid():
        return _act_page(request, desk, form, status=422)
    try:
        _perform_once(desk, form)
    except Refused as refused:
        return _act_page(request, desk, form, status=422, refused=str(refused))
    except DatabaseError:
        log.exception("act.not_saved")
        return _act_page(request, desk, form, status=503, refused=NOT_SAVED)
    except actions.CaseMovedError as moved:
        desk = _desk(request, number, Right.ACT_ON_CASE)
        typed = request.POST.copy()
        typed["seen"] = str(desk.case.version)  # so that a second press goes through
        since = told_since(moved.since, desk.policy, desk.known)
        return _act_page(request, desk, ACTS[action](desk, typed), status=409, since=since)
    messages.success(request, form.said)
    return HttpResponseRedirect(reverse("case", args=[desk.row.number]), status=303)


class _PressedTwice(Exception):
    """All that the form asks for was done already, by the same person, since the page was made."""


def _perform_once(desk: Desk, form: Act) -> None:
    """Performs the form, but only once however often its button was pressed."""
    seen = form.cleaned_data["seen"]
    since = desk.events[seen:] if seen else ()
    mine = {_without_number(event.fact) for event in since if event.by.id == desk.actor.id}
    try:
        with transaction.atomic():
            form.perform()
            made = actions.events_of(desk.row.pk)[len(desk.events) :] if mine else []
            if made and all(_without_number(event.fact) in mine for event in made):
                raise _PressedTwice
    except _PressedTwice:
        return


def _without_number(fact: Fact) -> Fact:
    """Promises and corrective actions are numbered: the same one again differs in nothing else."""
    return cast(Fact, replace(cast(Any, fact), no=0)) if hasattr(fact, "no") else fact


def _act_page(
    request: HttpRequest,
    desk: Desk,
    form: Act,
    *,
    status: int = 200,
    refused: str = "",
    since: list[Told] | None = None,
) -> HttpResponse:
    context = {**about(desk), "act": form, "refused": refused, "since": since}
    if isinstance(form, IdentifyPatient):
        status_now = desk.case.patient_status.value
        context |= {"form": form, "chosen": form.chosen, "chosen_status": form.data.get("patient", status_now)}
    return render(request, "cases/act.html", context, status=status)


def _desk(request: HttpRequest, number: str, need: Right) -> Desk:
    return desk_for(cast(Person, request.user), number, need)


def _note_look(request: HttpRequest, desk: Desk, what: str) -> None:
    record_look(desk.person, what, case=desk.row.number, address=request.META.get("REMOTE_ADDR", ""))
