"""Open Dental: where each database is, the keys to it, and a test that says in words what works."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amends.cases.forms import OneOf, Words
from amends.connections.pages import WORDS
from amends.integrations.open_dental.models import Mode, OpenDentalDatabase
from amends.practice.directory import directory
from amends.setup import databases as od
from amends.setup import progress
from amends.setup.addresses import REMOTE, address_of
from amends.setup.group import MAIN, database_with_keys
from amends.setup.pages import administrators_only, page, person_of, to
from amends.setup.steps import Step
from amends.setup.tested import gets_through, in_short, last_tests, look_now

_NEW = "new"
_LONGEST_KEY = 40  # of a database's short name, as offices and cases hold it


class DatabaseForm(forms.Form):
    """One Open Dental database. Keys are never shown again: a field left empty keeps the key that is there."""

    use_required_attribute = False
    name = Words(label="What do you call it?", max_length=100, error_messages={"required": "Give it a name."})
    mode = OneOf(dict(Mode.choices), label="How is it reached?", needed="Choose how it is reached.")
    base_url = Words(
        label="Address",
        required=False,
        max_length=200,
        help_text="For the API Service the name or address of the server, such as SERVER. Remote and Local need none.",
    )
    falls_back = forms.BooleanField(
        label="API Service only: go through Open Dental’s own servers (Remote) while it does not answer",
        required=False,
    )
    developer_key = Words(
        label="Developer key",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Paste the developer key."},
    )
    customer_key = Words(
        label="Customer key",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Paste the customer key of this office."},
    )

    def __init__(
        self, kept: Mapping[str, str], data: Mapping[str, Any] | None = None, *, of: str, **kwargs: Any
    ) -> None:
        """`kept` are the keys that are there already, by field; `of` is our key of the database, "" for a new one."""
        super().__init__(data, **kwargs)
        self.kept, self._of = kept, of
        for name in ("developer_key", "customer_key"):
            if kept.get(name):
                self.fields[name].required = False
                self.fields[name].label = f"{self.fields[name].label} (there is one; leave empty to keep it)"

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        try:
            typed["base_url"] = address_of(typed.get("mode", Mode.REMOTE), typed.get("base_url", ""))
        except ValueError as wrong:
            self.add_error("base_url", str(wrong))
        for name in ("developer_key", "customer_key"):
            typed[name] = "".join(typed.get(name, "").split()) or self.kept.get(name, "")
        same = database_with_keys(typed["developer_key"], typed["customer_key"], but=self._of)
        if same:
            self.add_error(
                "customer_key",
                f"These two keys are those of {same.name} already. Each Open Dental database has a customer key of its "
                f"own: paste the one of this database, or open {same.name} to change it.",
            )
        return typed


@require_safe
@administrators_only
def databases(request: HttpRequest) -> HttpResponse:
    """Every database, and how it is; without any, the way to the first."""
    known = od.databases()
    told = last_tests()
    listed = [(one, in_short(checks), gets_through(checks)) for one in known for checks in (told.get(one.key, ()),)]
    return page(request, Step.OPEN_DENTAL, {"databases": listed})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def database(request: HttpRequest, key: str = "") -> HttpResponse:
    """The form of one database (without `key` of a new one), and what its last test found."""
    row = OpenDentalDatabase.objects.filter(key=key).first() if key else OpenDentalDatabase(name=directory().group)
    if row is None:
        raise Http404
    part = key or _NEW
    kept_draft = progress.draft(Step.OPEN_DENTAL, part=part)
    typed_before = progress.typed_in(kept_draft)
    kept = {name: _first(typed_before, name) or getattr(row, name) for name in ("developer_key", "customer_key")}
    if request.method != "POST":
        return _page(request, row, _begun(row, kept, typed_before), draft=kept_draft)
    form = DatabaseForm(kept, request.POST, of=key)
    if not form.is_valid():
        typed = request.POST.copy()
        for name, there in kept.items():
            typed[name] = typed.get(name, "").strip() or (there if there != getattr(row, name) else "")
        progress.keep_draft(Step.OPEN_DENTAL, typed, person_of(request), part=part)
        return _page(request, row, form, status=422)
    wanted = form.cleaned_data
    for name in ("name", "mode", "base_url", "developer_key", "customer_key"):
        setattr(row, name, wanted[name])
    falls_back = wanted["falls_back"] and row.mode == Mode.SERVICE
    row.remote_url = (row.remote_url or REMOTE) if falls_back else ""
    row.key = row.key or _new_key(row.name)
    row.save()
    progress.drop_draft(Step.OPEN_DENTAL, part=part)
    return _tested(request, row, "is saved")


@require_POST
@administrators_only
def test(request: HttpRequest, key: str) -> HttpResponse:
    """Tries the way to one database, reading only."""
    row = OpenDentalDatabase.objects.filter(key=key).first()
    if row is None:
        raise Http404
    return _tested(request, row, "is as it was")


def _tested(request: HttpRequest, row: OpenDentalDatabase, became: str) -> HttpResponse:
    if gets_through(look_now(row.key)):
        od.forget_troubled(row.key)
        messages.success(request, f"{row.name} {became}, and the test got through. See below what is allowed.")
    else:
        messages.warning(request, f"{row.name} {became}. The test did not get through; see below why.")
    return to(f"{reverse('setup:database', args=[row.key])}#tested")


def _begun(row: OpenDentalDatabase, kept: Mapping[str, str], typed: Mapping[str, Any] | None) -> DatabaseForm:
    initial = {"name": row.name, "mode": row.mode, "base_url": "", "falls_back": False}
    if row.key:
        initial |= {"base_url": row.base_url, "falls_back": bool(row.remote_url)}
    form = DatabaseForm(kept, of=row.key, initial=initial)
    if typed is not None:
        form.initial = {**initial, **progress.as_initial(DatabaseForm(kept, typed, of=row.key))}
    return form


def _first(typed: Mapping[str, Any] | None, name: str) -> str:
    return str(typed.get(name) or "").strip() if typed is not None else ""


def _new_key(name: str) -> str:
    """A short name that no database had: the first is "main", which is what a group's file calls its one database."""
    taken = set(OpenDentalDatabase.objects.values_list("key", flat=True))
    base = (slugify(name) or "database")[: _LONGEST_KEY - 3].strip("-") if taken else MAIN
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken and key != _NEW)


def _page(
    request: HttpRequest, row: OpenDentalDatabase, form: DatabaseForm, *, draft: object = None, status: int = 200
) -> HttpResponse:
    checks = last_tests().get(row.key, ()) if row.key else ()
    context = {
        "database": row if row.key else None,
        "form": form,
        "draft": draft,
        "checks": checks,
        "reached": gets_through(checks),
        "words": WORDS,
        "others": OpenDentalDatabase.objects.exclude(pk=row.pk).exists(),
    }
    return page(request, Step.OPEN_DENTAL, context, template="database", status=status)
