"""Making a lesson of a case or of a corrective action, writing a further version, and taking it out of the huddle."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from amends.access import Right, offices_with
from amends.cases.actions import state_of
from amends.cases.models import CaseRow, pk_of
from amends.cases.policies import current_policy
from amends.learning.lessons import writing
from amends.learning.lessons.drafting import draft
from amends.learning.lessons.forms import LessonForm, begun_from
from amends.learning.lessons.library import fix_of
from amends.learning.lessons.models import LessonVersion
from amends.learning.lessons.pages import lesson_for
from amends.learning.lessons.patient_free import people_of
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.web.asked import row_number

_FORM = ("GET", "HEAD", "POST")


@require_http_methods(_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """A lesson of the case that `case` names, and of its corrective action `action`, for the huddle of `office`.

    The case is one of the person's offices, or the action one that anybody may copy.
    """
    person = cast(Person, request.user)
    known = directory()
    may = offices_with(person, Right.SEE_LEARNING, known)
    case, action = _source(request, may)
    own = str(case.office_id)
    first = next((one for one in (request.GET.get("office", own), own, *may) if one in may), None)
    if first is None:
        raise Http404
    about = people_of(case)
    offices = {office: known.offices[office].name for office in may}
    if request.method != "POST":
        happened, we_do = draft(case, action, current_policy())
        form = LessonForm(about, offices, initial={"office": first, "happened": happened, "we_do": we_do})
        return _form(request, form)
    form = LessonForm(about, offices, request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    chosen = form.cleaned_data.get("office") or first
    made = writing.begin(form.written, office=int(chosen), case=case, action=action, by=person)
    messages.success(request, f"It stands in the huddle of {known.offices[chosen].name} now.")
    return _saved(made)


def _source(request: HttpRequest, may: list[str]) -> tuple[CaseRow, int | None]:
    """The case, and the number of its action if one was meant. Raises Http404."""
    pk = pk_of(request.GET.get("case", ""))
    case = CaseRow.system.filter(pk=pk).first() if pk else None
    action = row_number(request.GET.get("action", "")) or None
    if case is None:
        raise Http404
    if str(case.office_id) in may:
        known = action is None or action in {one.no for one in state_of(case.pk).actions}
    else:
        known = action is not None and fix_of(case, action) is not None
    if not known:
        raise Http404
    return case, action


@require_http_methods(_FORM)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A further version of the lesson: everybody at the office is asked to read it anew."""
    person = cast(Person, request.user)
    lesson = lesson_for(pk, person, Right.SEE_LEARNING)
    if lesson.withdrawn_at:
        raise Http404
    about, newest = people_of(lesson.case), writing.newest_of(lesson)
    if request.method != "POST":
        return _form(request, LessonForm(about, {}, initial=begun_from(newest)), newest=newest)
    form = LessonForm(about, {}, request.POST)
    if not form.is_valid():
        return _form(request, form, newest=newest, status=422)
    try:
        made = writing.write(lesson, form.written, seen=form.cleaned_data["seen"] or 0, by=person)
    except writing.MovedError as moved:
        typed = request.POST.copy()
        typed["seen"] = str(moved.newest.no)  # so that a second press goes through
        again = LessonForm(about, {}, typed)
        return _form(request, again, newest=moved.newest, moved=moved.newest, status=409)
    messages.success(request, f"It reads so from now on, as version {made.no}.")
    return _saved(made)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The lesson is not for the huddle any more."""
    person = cast(Person, request.user)
    writing.withdraw(lesson_for(pk, person, Right.SEE_LEARNING), by=person)
    messages.success(request, "Withdrawn. It is kept, and nobody is asked to read it.")
    return HttpResponseRedirect(reverse("huddle:lesson", args=[pk]), status=303)


def _form(
    request: HttpRequest,
    form: LessonForm,
    *,
    newest: LessonVersion | None = None,
    moved: LessonVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "newest": newest, "moved": moved}
    return render(request, "lessons/edit.html", context, status=status)


def _saved(made: LessonVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("huddle:lesson", args=[made.lesson_id]), status=303)
