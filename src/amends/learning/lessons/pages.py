"""The huddle of an office as everybody there reads and prints it, and one lesson with who has read it."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, offices_with
from amends.learning.lessons import writing
from amends.learning.lessons.huddle import HUDDLE, cards, newest, readers
from amends.learning.lessons.models import Lesson
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person
from amends.web.asked import page_after, row_number

_PRINTED = 3  # lessons on one sheet, also with the longest words
_BIG = 600  # so many letters fit it in the biggest type


@require_safe
def huddle(request: HttpRequest) -> HttpResponse:
    """The lessons of one office, the newest first; `all` shows the older ones, too."""
    person = cast(Person, request.user)
    office, offices = _office(request, person)
    versions = newest(office.id)
    asked = versions if "all" in request.GET else versions[:HUDDLE]
    shown = cards(list(asked), person)
    context = {
        "office": office,
        "offices": offices,
        "cards": shown,
        "older": versions.count() - len(shown),
        "is_mine": office.id in directory().own_offices(str(person.pk)),
        "may_see_readers": office.id in offices_with(person, Right.SEE_READERS),
    }
    return render(request, "lessons/huddle.html", context)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The newest lessons on one sheet in big type."""
    person = cast(Person, request.user)
    office, _ = _office(request, person)
    today = timezone.now().astimezone(office.zone).date()
    shown = cards(list(newest(office.id)[:_PRINTED]), person)
    letters = sum(len(card.version.happened) + len(card.version.we_do) for card in shown)
    context = {"office": office, "today": today, "cards": shown, "is_long": letters > _BIG}
    return render(request, "lessons/sheet.html", context)


@require_safe
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """One lesson as it reads now, with what it said before; for managers, who has read it."""
    person = cast(Person, request.user)
    return render(request, "lessons/lesson.html", about(lesson_for(pk, person, Right.SEE_HUDDLE), person))


def about(found: Lesson, person: Person) -> dict[str, Any]:
    """What the page of a lesson needs to know."""
    office = str(found.office_id)
    version = writing.newest_of(found)
    (card,) = cards([version], person)
    earlier = found.versions.select_related("by").exclude(pk=version.pk).order_by("-no")
    return {
        "lesson": found,
        "card": card,
        "earlier": earlier,
        "readers": readers(version) if office in offices_with(person, Right.SEE_READERS) else None,
        "may_write": office in offices_with(person, Right.SEE_LEARNING) and not found.withdrawn_at,
        "case": found.case if str(found.case.office_id) in offices_with(person, Right.SEE_CASE) else None,
        "is_mine": office in directory().own_offices(str(person.pk)),
    }


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has read the version that they had before them (`version`); a newer one stays to be read."""
    person = cast(Person, request.user)
    found = lesson_for(pk, person, Right.SEE_HUDDLE)
    version = found.versions.filter(no=row_number(request.POST.get("version", ""))).first()
    if version:
        writing.note_read(version, person)
    return HttpResponseRedirect(page_after(request, reverse("huddle:lesson", args=[pk])), status=303)


def lesson_for(pk: int, person: Person, right: Right) -> Lesson:
    """The lesson, if the person has this right at its office; else Http404."""
    found = Lesson.objects.select_related("case", "withdrawn_by").filter(pk=pk).first()
    if found is None or str(found.office_id) not in offices_with(person, right):
        raise Http404
    return found


def _office(request: HttpRequest, person: Person) -> tuple[OfficeEntry, list[OfficeEntry]]:
    """The office that was asked for, else one's own, else the first; and all that the person may choose."""
    known = directory()
    may = offices_with(person, Right.SEE_HUDDLE, known)
    first = next((one for one in [*known.own_offices(str(person.pk)), *may] if one in may), "")
    asked = request.GET.get("office", first)
    if asked not in may:
        raise Http404
    return known.offices[asked], [known.offices[one] for one in may]
