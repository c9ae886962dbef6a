"""Setting up the tools that send reviews here, for administrators: addresses with secrets, and locations to offices."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, may_for_group
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.reviews.bringing import tools
from amends.reviews.bringing.models import ReviewTool, ToolPlace

_NOT_OURS = "none"
_LONGEST_SECRET = 500


@require_safe
def review_tools(request: HttpRequest) -> HttpResponse:
    """Both tools: how each is set up, what was heard, and its locations."""
    _administrator(request)
    rows = {row.key: row for row in ReviewTool.objects.all()}
    known = directory()
    context = {
        "tools": [_shown(key, label, rows.get(key)) for key, label in ReviewTool.Key.choices],
        "offices": [office for office in known.offices.values() if office.is_active],
    }
    return render(request, "bringing/tools.html", context)


@require_POST
def secret(request: HttpRequest, tool: str) -> HttpResponse:
    """A new secret: the first one begins with the tool."""
    _administrator(request)
    _known(tool)
    row = tools.new_secret(tool, timezone.now())
    said = "The old address works for a day more." if row.old_secret else "Enter its address in the tool now."
    messages.success(request, f"{row} has a new address. {said}")
    return _to_page(tool)


@require_POST
def signing(request: HttpRequest, tool: str) -> HttpResponse:
    """With a signing secret only signed bodies are taken; an empty one ends that."""
    _administrator(request)
    row = get_object_or_404(ReviewTool, key=tool)
    row.signing_secret = request.POST.get("signing_secret", "").replace("\x00", "").strip()[:_LONGEST_SECRET]
    row.save(update_fields=["signing_secret"])
    messages.success(
        request,
        f"{row}: only signed messages are taken." if row.signing_secret else f"{row}: no signature is asked for.",
    )
    return _to_page(tool)


@require_POST
def stop(request: HttpRequest, tool: str) -> HttpResponse:
    """Ends with the tool: its address opens nothing any more. Its locations are kept for another time."""
    _administrator(request)
    row = get_object_or_404(ReviewTool, key=tool)
    row.secret = row.old_secret = ""
    row.save(update_fields=["secret", "old_secret"])
    messages.success(request, f"{row} is not listened to any more.")
    return _to_page(tool)


@require_POST
def place_is(request: HttpRequest, place: int) -> HttpResponse:
    """Which office a location is, or that it is none of the group's."""
    _administrator(request)
    row = get_object_or_404(ToolPlace.objects.select_related("tool"), pk=place)
    chosen = request.POST.get("office", "")
    office = directory().offices.get(chosen)
    if office is None and chosen != _NOT_OURS:
        messages.warning(request, "Choose an office from the list.")
        return _to_page(row.tool.key)
    taken = tools.is_office(row, office.id if office else None, timezone.now())
    which = office.name if office else "none of ours"
    messages.success(request, f"{row} is {which}.{f' {taken} reviews that waited came in.' if taken else ''}")
    return _to_page(row.tool.key)


def _shown(key: str, label: str, row: ReviewTool | None) -> dict[str, Any]:
    places = (
        list(row.places.annotate(waits=Count("waiting")).order_by("-is_ours", "office", "name", "ref")) if row else []
    )
    listens = bool(row and row.secret)
    return {
        "key": key,
        "label": label,
        "row": row,
        "listens": listens,
        "address": f"{settings.BASE_URL}{reverse(f'hook_{key}', args=[row.secret])}" if row and listens else "",
        "places": places,
        "unmapped": sum(place.office_id is None and place.is_ours for place in places),
    }


def _known(tool: str) -> None:
    if tool not in ReviewTool.Key.values:
        raise Http404


def _administrator(request: HttpRequest) -> None:
    if not may_for_group(cast(Person, request.user), Right.SET_UP):
        raise Http404


def _to_page(tool: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('review_tools')}#{tool}", status=303)
