"""Open hours: one weekly form for all offices or for one of them. Open Dental does not tell them."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Office
from amends.protocol.hours import WEEKDAYS
from amends.setup import progress
from amends.setup.pages import administrators_only, page, person_of, to
from amends.setup.steps import Step
from amends.setup.weekly import DAY_NAMES, Day, days_of, in_words, is_told_wholly, with_week

_PARTS = {"opens": "Opens", "lunch_from": "Lunch from", "lunch_to": "Lunch to", "closes": "Closes"}
_TYPED = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p", "%H.%M", "%H")


class WeekForm(forms.Form):
    """Seven days with four times each."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, days: Mapping[str, Day]) -> None:
        super().__init__(data)
        for day in WEEKDAYS:
            for part, label in _PARTS.items():
                self.fields[f"{day}_{part}"] = forms.TimeField(
                    label=f"{DAY_NAMES[day]}: {label.lower()}",
                    required=False,
                    initial=getattr(days[day], part),
                    input_formats=_TYPED,
                    widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M"),
                    error_messages={"invalid": "Write a time such as 08:00 or 5:30 pm."},
                )

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Each day's name and its four fields with their short labels."""
        return [
            (DAY_NAMES[day], [(label, self[f"{day}_{part}"]) for part, label in _PARTS.items()]) for day in WEEKDAYS
        ]

    def clean(self) -> dict[str, Any]:
        self.weekly = {}
        for day in WEEKDAYS:
            times: dict[str, time | None] = {part: self.cleaned_data.get(f"{day}_{part}") for part in _PARTS}
            try:
                self.weekly[day] = Day(**{part: f"{at:%H:%M}" if at else "" for part, at in times.items()}).windows
            except ValueError as wrong:
                self.add_error(f"{day}_opens", f"{DAY_NAMES[day]} {wrong}")
        if not self.errors and not any(self.weekly.values()):
            raise forms.ValidationError("An office that is never open has no deadlines. Enter at least one day.")
        return self.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def hours(request: HttpRequest, office: str = "") -> HttpResponse:
    """The form: for every office, or with `office` for one."""
    known = [one for one in directory().offices.values() if one.is_active]
    chosen = next((one for one in known if one.id == office), None)
    if office and chosen is None:
        raise Http404
    if not known:
        return page(request, Step.HOURS, {"offices": []})
    start = chosen or known[0]
    if request.method != "POST":
        return _page(request, known, chosen, _begun(start, office), draft=progress.draft(Step.HOURS, part=office))
    form = WeekForm(request.POST, days=days_of(start.calendar))
    if request.POST.get("press") == "later" or not form.is_valid():
        progress.keep_draft(Step.HOURS, request.POST, person_of(request), part=office)
        if request.POST.get("press") == "later":
            messages.success(request, "Kept. The open hours are not changed yet.")
            return to(request.path)
        return _page(request, known, chosen, form, status=422)
    everybody = request.POST.get("press") == "all" or chosen is None
    _write([one.id for one in known] if everybody else [start.id], form.weekly)
    progress.drop_draft(Step.HOURS, part=office)
    messages.success(request, f"Saved for {f'{len(known)} offices' if everybody and len(known) > 1 else start.name}.")
    return to(reverse("setup:hours") if chosen else progress.go_on(Step.HOURS).url)


def _begun(start: OfficeEntry, part: str) -> WeekForm:
    days = days_of(start.calendar)
    typed = progress.typed_in(progress.draft(Step.HOURS, part=part))
    form = WeekForm(days=days)
    if typed is not None:
        form.initial = dict(progress.as_initial(WeekForm(typed, days=days)))
    return form


def _write(offices: list[str], weekly: Mapping[str, list[list[str]]]) -> None:
    with transaction.atomic():
        for office in Office.objects.filter(pk__in=offices):
            office.calendar = with_week(office.calendar, weekly)
            office.save()


def _page(
    request: HttpRequest,
    known: list[OfficeEntry],
    chosen: OfficeEntry | None,
    form: WeekForm,
    *,
    draft: object = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "offices": [(office, in_words(office.calendar)) for office in known],
        "office": chosen,
        "form": form,
        "draft": draft,
        "partly_told": chosen is not None and not is_told_wholly(chosen.calendar),
    }
    return page(request, Step.HOURS, context, status=status)
