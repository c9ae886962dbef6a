"""Bringing a file in on a page: looked at first without writing a review, then brought in with one press.

The file itself is not kept, because it may name patients: only what its rows tell in public, sealed, and for a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any, cast
from uuid import UUID

import structlog
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from amends.access import Right, offices_with
from amends.cases.forms_words import NOT_SAVED
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person
from amends.reviews.bringing.column_map import ColumnMap, MapError, map_of
from amends.reviews.bringing.importing import Read, Rejected, Report, bring_rows, open_file
from amends.reviews.bringing.models import Upload
from amends.reviews.bringing.table import NotReadable
from amends.reviews.bringing.told_json import as_json, from_json
from amends.reviews.models import Site

log = structlog.get_logger(__name__)

MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 5_000
KEPT = timedelta(days=1)
_SHOWN = 200  # rejected rows on the page
_TOO_LONG = (
    f"The page takes {MOST_ROWS:,} rows and {MOST_BYTES // 1024 // 1024} MB at once. Divide the file, "
    "or ask your administrator to use amends import-reviews."
)


class UploadForm(forms.Form):
    """The file, and what it does not say itself."""

    use_required_attribute = False

    file = forms.FileField(
        label="CSV file",
        help_text="As your tool exports it. Columns with patients' names and phone numbers are not kept.",
        error_messages={"required": "Choose the file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    office = forms.ChoiceField(label="Office, where rows name none", required=False)
    site = forms.ChoiceField(
        label="Site, where rows name none", required=False, choices=[("", "They name it"), *Site.choices]
    )
    date_order = forms.ChoiceField(
        label="Dates in numbers",
        required=False,
        choices=[
            ("", "As in the United States, as far as that is certain"),
            ("mdy", "Month first"),
            ("dmy", "Day first"),
        ],
    )
    rating_scale = forms.TypedChoiceField(
        label="Best grade", required=False, coerce=int, choices=[(5, "5"), (10, "10")]
    )
    map = forms.FileField(
        label="Map",
        required=False,
        help_text="For a tool with names of its own: which column is what, which location which office (TOML or JSON).",
    )

    def __init__(self, offices: Sequence[OfficeEntry], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [("", "They name it"), *((office.name, office.name) for office in offices)]

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_TOO_LONG)
        return file

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        try:
            given = typed.get("map")
            mapped = map_of(given.read(), given.name) if given else ColumnMap()
            said = {name: typed[name] for name in ("office", "site", "date_order") if typed.get(name)}
            scale = {"rating_scale": 10} if typed.get("rating_scale") == 10 else {}
            typed["mapped"] = mapped.model_copy(update={**said, **scale})
        except MapError as wrong:
            self.add_error("map", str(wrong))
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
def review_import(request: HttpRequest) -> HttpResponse:
    """The form; and the file, which is read and told about. Nothing comes in yet."""
    person = cast(Person, request.user)
    offices = _offices(person)
    if request.method != "POST":
        return _form(request, UploadForm(offices))
    form = UploadForm(offices, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        upload = _look(person, form.cleaned_data["file"], form.cleaned_data["mapped"], offices)
    except NotReadable as why:
        form.add_error("file", str(why))
        return _form(request, form, status=422)
    except DatabaseError:
        log.exception("upload.not_saved")
        return _form(request, form, refused=NOT_SAVED, status=503)
    return HttpResponseRedirect(reverse("review_upload", args=[upload.pk]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def review_upload(request: HttpRequest, upload: UUID) -> HttpResponse:
    """What would come in, and the button; afterwards what came in. A second press brings nothing twice."""
    person = cast(Person, request.user)
    row = get_object_or_404(Upload, pk=upload, person=person)
    if request.method == "POST" and row.brought_at is None:
        try:
            _bring(row, _offices(person), timezone.now())
        except DatabaseError:
            log.exception("upload.not_brought")
            return _told(request, row, refused=NOT_SAVED, status=503)
    if request.method == "POST":
        return HttpResponseRedirect(reverse("review_upload", args=[row.pk]), status=303)
    return _told(request, row)


def forget_old(now: datetime) -> int:
    """Empties what was looked at a day ago and never brought in."""
    return Upload.objects.filter(at__lt=now - KEPT).delete()[0]


def _look(person: Person, file: "UploadedFile[Any]", mapped: ColumnMap, offices: Sequence[OfficeEntry]) -> Upload:
    """Reads the file whole, and keeps what can come in. Raises `NotReadable`."""
    now = timezone.now()
    raw = file.read()  # limited by the form; the file is read several times
    found = open_file(lambda: BytesIO(raw), mapped, offices=offices, at=now)
    rows = list(islice(found.rows(), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise NotReadable(_TOO_LONG)
    rejected: list[Rejected] = []
    counts = bring_rows(rows, rejects=rejected.append, dry_run=True, at=now)
    forget_old(now)
    return Upload.objects.create(
        person=person,
        name=(file.name or "file")[:200],
        at=now,
        rows=[
            {"line": row.line, "office": row.office, "told": as_json(row.told)} for row in rows if isinstance(row, Read)
        ],
        foreseen=Report(counts, found, dry_run=True).as_json(),
        rejected=[{"line": row.line, "why": row.why} for row in rejected],
    )


def _bring(row: Upload, offices: Sequence[OfficeEntry], now: datetime) -> None:
    """Takes in what was looked at, as far as the person still may. Two who press at once bring nothing twice."""
    mine = {office.id for office in offices}
    rows = [Read(one["line"], one["office"], from_json(one["told"])) for one in row.rows if one["office"] in mine]
    counts = bring_rows(rows, rejects=lambda _: None, at=now)
    Upload.objects.filter(pk=row.pk, brought_at=None).update(brought_at=now, rows=[], result=vars(counts))


def _offices(person: Person) -> list[OfficeEntry]:
    """Where the person may bring reviews in; Http404 for somebody who may nowhere."""
    known = directory()
    mine = offices_with(person, Right.BRING_REVIEWS, known)
    offices = [office for office in known.offices.values() if office.id in mine and office.is_active]
    if not offices:
        raise Http404
    return offices


def _form(request: HttpRequest, form: UploadForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "refused": refused, "most_rows": MOST_ROWS, "most_mb": MOST_BYTES // 1024 // 1024}
    return render(request, "bringing/import.html", context, status=status)


def _told(request: HttpRequest, row: Upload, *, refused: str = "", status: int = 200) -> HttpResponse:
    counts = row.result if row.brought_at else row.foreseen
    context = {
        "upload": row,
        "counts": counts,
        "rejected": row.rejected[:_SHOWN],
        "more": max(0, len(row.rejected) - _SHOWN),
        "anything": bool(row.foreseen["new"] + row.foreseen["known"]),
        "refused": refused,
    }
    return render(request, "bringing/upload.html", context, status=status)
