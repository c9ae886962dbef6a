"""Open hours of one office: the week, special days, holidays, copying, and the next fourteen days as they count."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from amends.access import Right, offices_with
from amends.practice.directory import OfficeEntry, directory
from amends.practice.hours import kept
from amends.practice.hours.ahead import days_ahead
from amends.practice.hours.forms import CopyForm, DaysForm, HolidaysForm, WeekForm
from amends.practice.hours.typed import show_windows
from amends.practice.models import Office, Person
from amends.protocol.hours import Calendar, CalendarError, Windows

_MEANWHILE = (
    "Somebody else changed these hours while you were writing. The next days show them as they are now; save again to "
    "have yours."
)


@dataclass(frozen=True)
class SpecialDay:
    """A date that is not like its weekday, in words."""

    day: date
    windows: Windows
    name: str

    @property
    def hours(self) -> str:
        return show_windows(self.windows)


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, office: int) -> HttpResponse:
    """The page; and its first form, which saves the week or only shows how it would count (`look`)."""
    entry = _office(request, office)
    stored = _stored(office)
    if request.method != "POST":
        return _page(request, entry)
    form = WeekForm(stored, request.POST)
    if not form.is_valid():
        return _page(request, entry, week=form, status=422)
    if "look" in request.POST:
        return _page(request, entry, week=form, ahead=form.applied_to(stored))
    try:
        kept.change_hours(office, form.applied_to, seen=form.cleaned_data["seen"])
    except kept.ChangedMeanwhile:
        typed = request.POST.copy()
        typed["seen"] = kept.stamp(_stored(office))  # so that a second press goes through
        return _page(request, entry, week=WeekForm(stored, typed), refused=_MEANWHILE, status=409)
    except CalendarError as wrong:
        return _page(request, entry, week=form, refused=str(wrong), status=422)
    return _done(request, office, "Saved. Deadlines of open cases are reckoned again.")


@require_POST
def add_days(request: HttpRequest, office: int) -> HttpResponse:
    """Other hours, or none, on one date or on several in a row."""
    entry = _office(request, office)
    form = DaysForm(entry, request.POST)
    if not form.is_valid():
        return _page(request, entry, special=form, status=422)
    try:
        kept.change_hours(office, lambda stored: kept.with_days(stored, form.days))
    except CalendarError as wrong:
        return _page(request, entry, special=form, refused=str(wrong), status=422)
    return _done(request, office, "Saved." if len(form.days) == 1 else f"Saved: {len(form.days)} days.")


@require_POST
def remove_day(request: HttpRequest, office: int, day: str) -> HttpResponse:
    """That date has the hours of its weekday again."""
    entry = _office(request, office)
    try:
        which = date.fromisoformat(day)
        kept.change_hours(office, lambda stored: kept.without_day(stored, which))
    except CalendarError as wrong:
        return _page(request, entry, refused=str(wrong), status=422)
    except ValueError:
        raise Http404 from None
    return _done(request, office, f"{which:%A, %B} {which.day} is an ordinary {which:%A} again.")


@require_http_methods(["GET", "HEAD", "POST"])
def public_holidays(request: HttpRequest, office: int) -> HttpResponse:
    """The public holidays of a place to choose from; those chosen become closed days of the office."""
    entry, refused = _office(request, office), ""
    place, data = (request.POST, request.POST) if request.method == "POST" else (request.GET, None)
    form = HolidaysForm(entry, _stored(office), place, data)
    if form.is_valid():
        try:
            kept.change_hours(office, lambda stored: kept.with_days(stored, form.chosen))
        except CalendarError as wrong:
            refused = str(wrong)
        else:
            count = len(form.chosen)
            return _done(request, office, f"Closed on {count} holiday{'' if count == 1 else 's'}.")
    context = {"office": entry, "form": form, "refused": refused}
    return render(request, "practice/holidays.html", context, status=422 if data else 200)


@require_POST
def copy(request: HttpRequest, office: int) -> HttpResponse:
    """Other offices of this person get the week, the special days to come, or both. Their zones stay."""
    entry = _office(request, office)
    form = CopyForm(_others(request, entry), request.POST)
    if not form.is_valid():
        return _page(request, entry, copying=form, status=422)
    what, stored = form.cleaned_data["what"], _stored(office)
    week = Calendar.parse(stored).weekly
    days = {one.day: (one.windows, one.name) for one in _specials(entry, stored)}

    def copied(other: kept.Stored) -> kept.Stored:
        with_week = kept.with_week(other, other["zone"], week) if "week" in what else other
        return kept.with_days(with_week, days) if "days" in what else with_week

    chosen = sorted(form.cleaned_data["offices"], key=int)  # locks in one order
    try:
        with transaction.atomic():
            for other in chosen:
                kept.change_hours(int(other), copied)
    except CalendarError as wrong:
        return _page(request, entry, copying=form, refused=str(wrong), status=422)
    return _done(request, office, f"Copied to {len(chosen)} office{'' if len(chosen) == 1 else 's'}.")


def _page(
    request: HttpRequest,
    entry: OfficeEntry,
    *,
    week: WeekForm | None = None,
    special: DaysForm | None = None,
    copying: CopyForm | None = None,
    ahead: kept.Stored | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    stored, others = _stored(int(entry.id)), _others(request, entry)
    context: dict[str, Any] = {
        "office": entry,
        "week": week or WeekForm(stored),
        "special": special or DaysForm(entry),
        "copying": (copying or CopyForm(others)) if others else None,
        "days": days_ahead(ahead or stored, timezone.now()),
        "not_saved": ahead is not None,
        "specials": _specials(entry, stored),
        "refused": refused,
    }
    return render(request, "practice/hours.html", context, status=status)


def _specials(entry: OfficeEntry, stored: kept.Stored) -> list[SpecialDay]:
    """Every special day from today on."""
    special = Calendar.parse(stored).special
    return [SpecialDay(day, windows, kept.name_of(stored, day)) for day, windows in special if day >= entry.today]


def _office(request: HttpRequest, office: int) -> OfficeEntry:
    """The office, if the person may change its hours; else Http404."""
    if str(office) not in offices_with(cast(Person, request.user), Right.EDIT_HOURS):
        raise Http404
    return directory().offices[str(office)]


def _others(request: HttpRequest, entry: OfficeEntry) -> dict[str, str]:
    mine = set(offices_with(cast(Person, request.user), Right.EDIT_HOURS)) - {entry.id}
    return {office.id: office.name for office in directory().offices.values() if office.id in mine}


def _stored(office: int) -> kept.Stored:
    stored: kept.Stored = Office.objects.values_list("calendar", flat=True).get(pk=office)
    return stored


def _done(request: HttpRequest, office: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("hours", args=[office]), status=303)
