"""Saved views: filters of the list of cases that a person comes back to, under a name of theirs.

Words that were looked for are not kept: they are often the name of a patient.
"""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from amends.access import Right, scope_or_404
from amends.cases.models import SavedView
from amends.practice.models import Person

_FILTERS = (
    "office", "region", "stage", "kind", "cause", "severity", "source", "followed", "since", "until", "late", "mine",
)  # fmt: skip
_AT_MOST = 20


@dataclass(frozen=True)
class View:
    """One saved view with the address of its list; `is_shown` says that this is what the page shows."""

    pk: int
    name: str
    address: str
    is_shown: bool


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60)
    filters = forms.CharField(max_length=1_000)

    def __init__(self, sent: QueryDict) -> None:
        super().__init__({"name": sent.get("name"), "filters": filters_in(QueryDict(sent.get("filters", "")))})


def filters_in(asked: QueryDict) -> str:
    """The filters of an address in one order, so that the same filters are the same text; empty without any."""
    return urlencode([(name, asked[name]) for name in _FILTERS if asked.get(name)])


def views_of(person: Person, shown: str) -> list[View]:
    """The person's views by name; `shown` are the filters of the page."""
    rows = SavedView.objects.filter(person=person).order_by("name")
    return [View(row.pk, row.name, f"{reverse('cases')}?{row.filters}", row.filters == shown) for row in rows]


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the filters under this name; a view of the same name gives way."""
    person = cast(Person, request.user)
    scope_or_404(person, Right.LIST_CASES)
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Not saved: a view needs a name of at most 60 letters, and a filter.")
        return HttpResponseRedirect(reverse("cases"), status=303)
    name, filters = form.cleaned_data["name"], form.cleaned_data["filters"]
    with transaction.atomic():
        views = SavedView.objects.filter(person=person)
        is_new = not views.filter(name=name).exists()
        if is_new and views.count() >= _AT_MOST:
            messages.warning(request, f"Not saved: you have {_AT_MOST} views. Remove one first.")
        else:
            views.update_or_create(name=name, defaults={"person": person, "filters": filters})
            messages.success(request, f"Saved. “{name}” stands above your list from now on.")
    return HttpResponseRedirect(f"{reverse('cases')}?{filters}", status=303)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets one of the person's own views."""
    person = cast(Person, request.user)
    view = get_object_or_404(SavedView, pk=pk, person=person)
    view.delete()
    messages.success(request, f"“{view.name}” is no view of yours any more.")
    return HttpResponseRedirect(reverse("cases"), status=303)
