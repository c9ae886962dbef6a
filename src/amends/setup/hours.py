"""Open hours: one week for the offices chosen. Open Dental does not tell it; the rest is on each office's own page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from amends.practice.directory import OfficeEntry, directory
from amends.practice.hours import kept
from amends.practice.hours.forms import Week, in_fields
from amends.practice.hours.typed import show_week
from amends.setup import progress
from amends.setup.pages import administrators_only, page, person_of, to
from amends.setup.steps import Step


class WeekForOffices(Week):
    """The first office's week, and which offices have it: at first those that have the same now."""

    offices = forms.MultipleChoiceField(
        label="For these offices",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one office."},
    )

    def __init__(self, known: Sequence[OfficeEntry], data: Mapping[str, Any] | None = None) -> None:
        weekly = known[0].calendar.weekly
        alike = [office.id for office in known if office.calendar.weekly == weekly]
        super().__init__(data, initial={**in_fields(weekly), "offices": alike})
        offices = self.fields["offices"]
        assert isinstance(offices, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        offices.choices = [(office.id, office.name) for office in known]


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def hours(request: HttpRequest) -> HttpResponse:
    """The form; "more" saves it and shows it again, for offices with another week."""
    known = [one for one in directory().offices.values() if one.is_active]
    if not known:
        return page(request, Step.HOURS, {"offices": []})
    if request.method != "POST":
        return _page(request, known, _begun(known), draft=progress.draft(Step.HOURS))
    form, press = WeekForOffices(known, request.POST), request.POST.get("press")
    if press == "later" or not form.is_valid():
        progress.keep_draft(Step.HOURS, request.POST, person_of(request))
        if press == "later":
            messages.success(request, "Kept. The open hours are not changed yet.")
            return to(request.path)
        return _page(request, known, form, status=422)
    chosen = sorted(form.cleaned_data["offices"], key=int)  # locks in one order
    with transaction.atomic():
        for office in chosen:
            kept.change_hours(int(office), lambda stored: kept.with_week(stored, stored["zone"], form.weekly))
    progress.drop_draft(Step.HOURS)
    messages.success(request, f"Saved for {len(chosen)} office{'' if len(chosen) == 1 else 's'}.")
    return to(request.path if press == "more" else progress.go_on(Step.HOURS).url)


def _begun(known: Sequence[OfficeEntry]) -> WeekForOffices:
    typed = progress.typed_in(progress.draft(Step.HOURS))
    form = WeekForOffices(known)
    if typed is not None:
        form.initial = dict(progress.as_initial(WeekForOffices(known, typed)))
    return form


def _page(
    request: HttpRequest, known: Sequence[OfficeEntry], form: WeekForOffices, *, draft: object = None, status: int = 200
) -> HttpResponse:
    offices = [(office, show_week(office.calendar.weekly)) for office in known]
    return page(request, Step.HOURS, {"offices": offices, "form": form, "draft": draft}, status=status)
