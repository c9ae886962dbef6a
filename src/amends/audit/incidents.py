"""Privacy incidents, with the time that is left to tell those concerned, for the privacy officer."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, offices_with
from amends.audit.models import Incident, close_incident
from amends.practice.directory import Directory, directory
from amends.practice.models import Person

_AT_ONCE = 50


class DispositionForm(forms.Form):
    """What was decided and done about an incident."""

    use_required_attribute = False
    disposition = forms.CharField(
        label="What was decided and done?",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was decided, and who was told."},
    )


@dataclass(frozen=True)
class Shown:
    """One incident as the page shows it; `days` is how many are left of the sixty, below zero when they are over."""

    incident: Incident
    office: str
    zone: ZoneInfo
    days: int
    public: str
    form: DispositionForm | None = None

    @property
    def late_days(self) -> int:
        return -self.days


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Those that are open, the most urgent first, and those that have ended."""
    return _page(request, _allowed(request))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends an incident with what was decided about it."""
    known = _allowed(request)
    incident = Incident.objects.filter(pk=pk).first()
    if incident is None:
        raise Http404
    form = DispositionForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        return _page(request, known, refused=(pk, form))
    close_incident(pk, by=cast(Person, request.user), disposition=form.cleaned_data["disposition"], at=timezone.now())
    messages.success(request, "The incident has ended. Its record is kept.")
    answer = redirect("audit:incidents")
    answer.status_code = 303
    return answer


def open_incidents() -> int:
    """How many incidents are not decided yet."""
    return Incident.objects.filter(closed_at=None).count()


def _allowed(request: HttpRequest) -> Directory:
    known = directory()
    if not offices_with(cast(Person, request.user), Right.SEE_ACCESS_LOG, known):
        raise Http404
    return known


def _page(request: HttpRequest, known: Directory, refused: tuple[int, DispositionForm] | None = None) -> HttpResponse:
    now = timezone.now()
    rows = Incident.objects.all()
    context = {
        "open": [_shown(row, known, now, refused) for row in rows.filter(closed_at=None).order_by("due_at")],
        "ended": [
            _shown(row, known, now, None) for row in rows.exclude(closed_at=None).order_by("-closed_at")[:_AT_ONCE]
        ],
        "form": refused[1] if refused else None,
    }
    return render(request, "audit/incidents.html", context, status=422 if refused else 200)


def _shown(row: Incident, known: Directory, now: datetime, refused: tuple[int, DispositionForm] | None) -> Shown:
    office = known.offices.get(row.office)
    form = refused[1] if refused and refused[0] == row.pk else DispositionForm(prefix=str(row.pk))
    return Shown(
        incident=row,
        office=office.name if office else "",
        zone=office.zone if office else ZoneInfo("UTC"),
        days=(row.due_at - now).days,
        public=_how_long(row),
        form=None if row.closed_at else form,
    )


def _how_long(row: Incident) -> str:
    """How long it was public, or has been until now, in words; "" where it never was."""
    if row.public_since is None:
        return ""
    minutes = int(((row.public_until or timezone.now()) - row.public_since).total_seconds() // 60)
    days, hours = minutes // (24 * 60), minutes // 60
    if days:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
