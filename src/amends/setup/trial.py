"""Try it: a test patient, exactly what would be written about them, and a button that writes these two and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from amends.audit.models import record_look
from amends.cases.forms import Words, one_line, pat_num_of
from amends.integrations.open_dental.schedule import FoundPatient, search_patients
from amends.practice.directory import OfficeEntry, directory
from amends.protocol.values import Patient
from amends.setup import databases as od
from amends.setup import trials
from amends.setup.models import Trial
from amends.setup.pages import administrators_only, page, person_of, to
from amends.setup.steps import Step

_SEARCH_SECONDS = 15.0
_SHORTEST_SEARCH = 2


class SearchForm(forms.Form):
    """An office and words to look for."""

    use_required_attribute = False
    office = forms.ChoiceField(label="Office", error_messages={"required": "Choose an office."})
    words = Words(
        label="Search the test patient",
        max_length=120,
        min_length=_SHORTEST_SEARCH,
        help_text="Last name, phone number or birthdate. Many offices keep a patient named “Test”.",
        error_messages={"required": "Type a name to search for.", "min_length": "Type at least two letters."},
    )

    def __init__(self, offices: Sequence[OfficeEntry], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker: it is
        field.choices = [(office.id, office.name) for office in offices]


@dataclass(frozen=True)
class Entry:
    """One entry as the page shows it: what it is, its lines, its text, and how far it has come."""

    what: str
    lines: Sequence[tuple[str, str]]
    text: str
    proof: str
    trouble: str
    in_doubt: bool


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def trial(request: HttpRequest) -> HttpResponse:
    """Choosing (`press` search, then show), and what would be written."""
    offices = [one for one in directory().offices.values() if one.open_dental and one.is_active]
    if request.method != "POST" or not offices:
        return _page(request, offices, SearchForm(offices))
    form = SearchForm(offices, request.POST)
    if request.POST.get("press") == "show":
        return _show(request, offices, form)
    if not form.is_valid():
        return _page(request, offices, form, status=422)
    office = next(one for one in offices if one.id == form.cleaned_data["office"])
    record_look(person_of(request), "search", address=request.META.get("REMOTE_ADDR", ""))
    found = search_patients(office.open_dental, office.ClinicNum, form.cleaned_data["words"], seconds=_SEARCH_SECONDS)
    return _page(request, offices, form, searched=True, patients=found.patients, trouble=found.trouble)


@require_POST
@administrators_only
def write(request: HttpRequest) -> HttpResponse:
    """Writes what is shown, each entry once."""
    rows = trials.current()
    for row in rows:
        trials.send(row)
    written = [row for row in trials.current() if row.proof]
    if written and len(written) == len(rows):
        messages.success(request, "Written. Please look at them in Open Dental.")
    return to(Step.TRIAL.url)


def _show(request: HttpRequest, offices: Sequence[OfficeEntry], form: SearchForm) -> HttpResponse:
    office = next((one for one in offices if one.id == request.POST.get("office")), None)
    pat_num = pat_num_of(request.POST.get("patient", ""))
    if office is None or pat_num is None:
        form.add_error("words", "Choose a patient from those found.")
        return _page(request, offices, form, status=422)
    name = one_line(request.POST.get(f"name_{pat_num}", "")) or f"Patient {pat_num}"
    patient = Patient(database=office.open_dental, pat_num=pat_num, name=name)
    left_out = trials.prepare(office, patient, person_of(request))
    for entry in left_out:
        messages.warning(request, f"No {entry.what}: {entry.why}")
    return to(Step.TRIAL.url)


def _page(
    request: HttpRequest,
    offices: Sequence[OfficeEntry],
    form: SearchForm,
    *,
    searched: bool = False,
    patients: Sequence[FoundPatient] = (),
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = [] if searched or status != 200 else trials.current()
    entries = [_entry(row) for row in rows]
    context = {
        "offices": offices,
        "form": form,
        "searched": searched,
        "patients": patients,
        "trouble": trouble,
        "entries": entries,
        "office": next((one for one in offices if rows and one.id == rows[0].office), None),
        "patient": rows[0].payload["name"] if rows else "",
        "all_written": bool(entries) and all(entry.proof for entry in entries),
        "in_doubt": any(entry.in_doubt for entry in entries),
        "settle": round(settings.SETTLE_SECONDS),
    }
    return page(request, Step.TRIAL, context, status=status)


def _entry(row: Trial) -> Entry:
    is_note = row.channel == trials.COMMLOG
    return Entry(
        what="CommLog" if is_note else "Task",
        lines=_note_lines(row) if is_note else _task_lines(row),
        text=row.shown["Note" if is_note else "Descript"],
        proof=row.proof,
        trouble=row.trouble,
        in_doubt=row.sent_at is not None and not row.proof,
    )


def _note_lines(row: Trial) -> list[tuple[str, str]]:
    number = row.shown.get("CommType")
    named = next((one.ItemName.strip() for one in od.comm_types(row.database).rows if one.DefNum == number), "")
    kind = f"{named or 'number'} ({number})" if number else "Miscellaneous, because no type is chosen"
    return [
        ("Patient", f"{row.payload['name']} (number {row.shown['PatNum']})"),
        ("Type", kind),
        ("Date and time", _spoken(row.shown["CommDateTime"])),
        ("Mode", row.shown["Mode_"]),
        ("Sent or received", row.shown["SentOrReceived"]),
    ]


def _task_lines(row: Trial) -> list[tuple[str, str]]:
    inbox, author = row.shown["TaskListNum"], row.shown["UserNum"]
    lists = {one.TaskListNum: one.Descript for one in od.task_lists(row.database).rows}
    users = {one.UserNum: one.UserName for one in od.users(row.database).rows}
    return [
        ("Inbox", f"{lists.get(inbox) or 'Task list'} (number {inbox})"),
        ("For", row.payload["to"]),
        ("Written by", f"{users.get(author) or 'User'} (number {author})"),
        ("Patient", f"{row.payload['name']} (number {row.shown['KeyNum']})"),
        ("Short text", row.shown["DescriptOverride"]),
    ]


def _spoken(written: str) -> str:
    """The office's own clock, as it will stand there."""
    moment = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.get_current_timezone())
    return f"{moment:%b} {moment.day}, {moment.year}, {moment:%H:%M}, on the office’s clock"
