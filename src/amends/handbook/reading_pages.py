"""Read and understood: the button, and who has pressed it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, may
from amends.handbook.pages import about
from amends.handbook.readers import note_read, places, readings_of, versions_read
from amends.handbook.shelf import Shown, shown_page
from amends.practice.models import Person


@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """The person has read and understood the version that they had before them (`version`)."""
    shown = _shown(slug)
    if request.POST.get("version") == shown.version:
        note_read(shown, cast(Person, request.user))
        messages.success(request, "Noted: you have read it. Thank you.")
    else:
        messages.warning(request, "This page has changed since you opened it. Please read it once more.")
    return HttpResponseRedirect(reverse("handbook:page", args=[slug]), status=303)


@require_safe
def readers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has read the version of now and who is missing, office by office; of an earlier `version`, who read it."""
    person, shown = cast(Person, request.user), _shown(slug)
    if not may(person, Right.SEE_READERS):
        raise Http404
    version = request.GET.get("version", shown.version)
    if version != shown.version:
        return _of_earlier(request, shown, version, person)
    found = places(shown, person)
    # People, not posts: somebody may stand at two offices.
    read = {one.id for place in found for one, _ in place.read}
    missing = {one.id for place in found for one in place.missing}
    context = {**about(shown, person), "places": found, "read": len(read), "asked": len(read) + len(missing)}
    return render(request, "handbook/readers.html", context)


def _of_earlier(request: HttpRequest, shown: Shown, version: str, person: Person) -> HttpResponse:
    if version not in versions_read(shown.page, person):
        raise Http404
    readings = readings_of(shown.page, version, person)
    context = {**about(shown, person), "version": version, "readings": readings}
    return render(request, "handbook/readers_of_earlier.html", context)


def _shown(slug: str) -> Shown:
    shown = shown_page(slug)
    if shown is None:
        raise Http404
    return shown
