"""Cases: the list with its filters and search, and the same list as a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, case_for, scope_or_404
from amends.audit.models import record_look
from amends.cases import queries
from amends.cases.models import pk_of
from amends.cases.policies import current_policy
from amends.cases.queries import Filters, Followed, Line
from amends.cases.saved_views import filters_in, views_of
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol.policy import Policy
from amends.protocol.words import Severity, Source, Stage

SOURCES = {
    Source.DESK: "Desk or phone",
    Source.COMMLOG: "CommLog",
    Source.CLINICAL_NOTE: "Clinical note",
    Source.REVIEW: "Review",
    Source.SLACK: "Slack",
    Source.API: "Another program",
}
FOLLOWED = {
    Followed.ALL: "Everybody who was followed",
    Followed.CAME_BACK: "Came back",
    Followed.LOST: "Did not come back",
}
_LONGEST_SEARCH = 200
_COLUMNS = ("Case", "Office", "Stage", "Owner", "Severity", "Kinds", "Causes", "Source", "Reported", "Due", "Late")
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Choice:
    """One entry of a filter."""

    value: str
    label: str
    chosen: bool


@require_safe
def cases(request: HttpRequest) -> HttpResponseBase:
    """The newest cases first, fifty at a time; an exact number goes straight to its case.

    By htmx only the list, and nothing (204) while it is as `v` says.
    """
    person = cast(Person, request.user)
    known, policy, now = directory(), current_policy(), timezone.now()
    listed = scope_or_404(person, Right.LIST_CASES)
    # With the minute, for the time that is left.
    v = f"{queries.newest_event()}.{known.revision}.{now:%H%M}"
    refresh = request.headers.get("HX-Request") == "true"
    if refresh and request.GET.get("v") == v:
        return HttpResponse(status=204)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    if words and not refresh and _is_case(person, words):
        return HttpResponseRedirect(reverse("case", args=[words]))
    filters = _filters(request.GET, person, listed, known, policy, words)
    if "csv" in request.GET:
        record_look(person, "export", address=request.META.get("REMOTE_ADDR", ""))
        return _file(filters, known, policy, now)
    before = request.GET.get("before", "")
    kept = filters_in(request.GET)
    views = views_of(person, kept)
    page = queries.page_of(filters, now=now, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {
        "lines": [queries.line(row, known, policy) for row in page.rows],
        "page": page,
        "policy": policy,
        "now": now,
        "words": words,
        "filters": kept,
        "views": views,
        "view": next((one for one in views if one.is_shown), None),
        "several_offices": listed is None or len(listed) > 1,
        "since": _day(request.GET.get("since", "")),
        "until": _day(request.GET.get("until", "")),
        "older": _address(request.GET, before=str(page.older)) if page.older else "",
        "again": f"{reverse('cases')}{_address(request.GET, before=before, v=v)}",
        "newest": _address(request.GET) if before else "",
        "file": _address(request.GET, csv="1"),
        **_choices(request.GET, listed, known, policy),
    }
    return render(request, "cases/list_lines.html" if refresh else "cases/list.html", context)


def _is_case(person: Person, words: str) -> bool:
    """Whether the words are the number of a case that the person may see."""
    if pk_of(words) is None:
        return False
    try:
        case_for(person, words, Right.SEE_CASE)
    except Http404:
        return False
    return True


def _filters(
    asked: QueryDict, person: Person, listed: list[str] | None, known: Directory, policy: Policy, words: str
) -> Filters:
    kind = asked.get("kind", "")
    return Filters(
        offices=_offices(asked, listed, known),
        words=words,
        stage=_one(Stage, asked.get("stage", "")),
        kind=kind if kind in policy.kinds else "",
        severity=_one(Severity, asked.get("severity", "")),
        source=_one(Source, asked.get("source", "")),
        late="late" in asked,
        owner=person.pk if "mine" in asked else None,
        causes=_causes(asked, policy),
        told=_told(asked),
        followed=_one(Followed, asked.get("followed", "")),
    )


def _causes(asked: QueryDict, policy: Policy) -> tuple[str, ...]:
    """One cause, or several with commas between: the way from a part of Learning."""
    return tuple(cause for cause in asked.get("cause", "").split(",") if cause in policy.causes)


def _told(asked: QueryDict) -> tuple[date, date] | None:
    """The days from `since` to `until` on which the cases were told; None where nobody asks for days."""
    first, last = (_day(asked.get(name, "")) for name in ("since", "until"))
    return (first or date(2000, 1, 1), last or date(2999, 12, 31)) if first or last else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _offices(asked: QueryDict, listed: list[str] | None, known: Directory) -> list[str] | None:
    """The offices of the list: those that the person may list, within the office or region that they chose."""
    mine = list(known.offices) if listed is None else listed
    if (office := asked.get("office", "")) in mine:
        return [office]
    if (region := asked.get("region", "")) in known.regions:
        return [one for one in mine if known.offices[one].region_id == region]
    return listed


def _one(words: type[Word], typed: str) -> Word | None:
    """The word that was chosen; None for nothing, or for something that is no choice."""
    return words(typed) if typed in {word.value for word in words} else None


def _choices(asked: QueryDict, listed: list[str] | None, known: Directory, policy: Policy) -> dict[str, list[Choice]]:
    mine = [office for office in known.offices.values() if listed is None or office.id in listed]
    regions = {office.region_id: office.region for office in mine}
    stages = {key: label for key, label in policy.stages.items() if key != Stage.NEW}
    sources = {source.value: label for source, label in SOURCES.items()}
    several = _causes(asked, policy)
    cause = ",".join(several)
    some_causes = {cause: f"Any of {len(several)} causes"} if len(several) > 1 else {}
    return {
        name: [
            Choice(value, label, (cause if name == "cause" else asked.get(name)) == value)
            for value, label in labels.items()
        ]
        for name, labels in (
            ("office", {office.id: office.name for office in mine}),
            ("region", regions if len(regions) > 1 else {}),
            ("stage", stages),
            ("kind", policy.kinds),
            ("cause", {**some_causes, **policy.causes}),
            ("severity", policy.severities),
            ("source", sources),
            ("followed", FOLLOWED),
            ("late", {"1": "Late only"}),
            ("mine", {"1": "Mine only"}),
        )
    }


def _address(asked: QueryDict, **more: str) -> str:
    """The address of this list in another place: its filters without empty ones, and what is added."""
    kept = {name: asked.get(name) for name in asked if asked.get(name) and name not in ("before", "csv", "v")}
    return f"?{urlencode({**kept, **more})}"


# --- as a file -----------------------------------------------------------------------------------------------------


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _file(filters: Filters, known: Directory, policy: Policy, now: datetime) -> StreamingHttpResponse:
    """Every case of the list, without free text and without names of patients."""
    write = csv.writer(_Echo()).writerow
    rows = (write([cell(value) for value in row]) for row in _rows(filters, known, policy, now))
    name = f"cases-{now:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        rows,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(filters: Filters, known: Directory, policy: Policy, now: datetime) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    before: int | None = None
    while True:
        page = queries.page_of(filters, now=now, before=before)
        for row in page.rows:
            yield _row(queries.line(row, known, policy), policy, now)
        if page.older is None:
            return
        before = page.older


def _row(line: Line, policy: Policy, now: datetime) -> tuple[str, ...]:
    row, zone = line.row, line.office.zone
    causes = ", ".join(policy.causes.get(cause, cause) for cause in row.causes.split(",") if cause)
    return (
        row.number,
        line.office.name,
        policy.stages[row.stage],
        line.owner,
        policy.severities[row.severity],
        line.kinds,
        causes,
        SOURCES[Source(row.source)],
        row.opened_at.astimezone(zone).isoformat(timespec="minutes"),
        row.due_at.astimezone(zone).isoformat(timespec="minutes") if row.due_at else "",
        "late" if row.is_open and row.due_at and row.due_at < now else "",
    )


def cell(text: str) -> str:
    """The text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
