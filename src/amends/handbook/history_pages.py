"""What a page said before: every version with who, when and why, what changed in words, and the way back to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amends.cases.models import CaseRow
from amends.cases.policies import current_policy, policy_for
from amends.handbook import writing
from amends.handbook.because import Because, because
from amends.handbook.differences import Piece, differences
from amends.handbook.models import Page, PageVersion
from amends.handbook.readers import versions_read
from amends.handbook.reading import passages
from amends.handbook.shelf import live_text, may_edit, rendered
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.web.asked import row_number


@dataclass(frozen=True)
class Entry:
    """One version in the list, newest first; `is_now` is what readers see, `has_readers` whether the viewer may see who
    has read it."""

    version: PageVersion
    because: Because
    is_now: bool
    has_readers: bool


@dataclass(frozen=True)
class Settings:
    """An earlier version of the settings: when the first case ran under it, and what the page of now says otherwise."""

    version: str
    since: datetime
    changes: list[Piece]
    has_readers: bool


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of versions. Drafts are shown to those who write."""
    person, page = cast(Person, request.user), page_for(request, slug)
    context = {**_common(page, person), "entries": _entries(page, person)}
    if page.live:
        context["settings"] = _settings(page, person)
    return render(request, "handbook/history.html", context)


@require_safe
def version(request: HttpRequest, slug: str, row: int) -> HttpResponse:
    """One version as it read, and what it changed."""
    person, page = cast(Person, request.user), page_for(request, slug)
    shown = _row(page, row, person)
    before = page.versions.exclude(no=None).filter(pk__lt=row).order_by("-pk").first()
    now, newest = writing.published(page), writing.newest_of(page)
    context = {
        **_common(page, person),
        "version": shown,
        "html": rendered(shown.text),
        "because": because(shown.cases, person),
        "before": before,
        "changes": differences(before.text, shown.text) if before else [],
        "old_title": before.title if before and before.title != shown.title else "",
        "is_now": now == shown,
        "newest": newest,
    }
    return render(request, "handbook/version.html", context)


@require_POST
def restore(request: HttpRequest, slug: str, row: int) -> HttpResponse:
    """The text of that version becomes the newest one."""
    person, page = cast(Person, request.user), page_for(request, slug)
    if not may_edit(person):
        raise Http404
    chosen = _row(page, row, person)
    try:
        writing.restore(chosen, seen=row_number(request.POST.get("seen", "")), by=person)
    except writing.MovedError as moved:
        messages.warning(
            request, f"Nothing was changed: {moved.newest.author} saved this page since. Please look again."
        )
        return HttpResponseRedirect(reverse("handbook:history", args=[slug]), status=303)
    messages.success(request, "Restored as a new version.")
    return HttpResponseRedirect(reverse("handbook:page", args=[slug]), status=303)


def page_for(request: HttpRequest, slug: str) -> Page:
    """The page, if readers see it or the person writes the handbook; else Http404."""
    page = get_object_or_404(Page.objects.select_related("topic"), slug=slug)
    seen = page.is_shown and (page.live or page.versions.exclude(no=None).exists())
    if not seen and not may_edit(cast(Person, request.user)):
        raise Http404
    return page


def _common(page: Page, person: Person) -> dict[str, Any]:
    now = writing.published(page) or writing.newest_of(page)
    return {
        "page": page,
        "title": now.title if now else current_policy().name,
        "zone": directory().zone_of(str(person.pk)),
        "may_edit": may_edit(person) and not page.live,
    }


def _entries(page: Page, person: Person) -> list[Entry]:
    rows = page.versions.select_related("by").order_by("-pk")
    now = writing.published(page)
    shown = rows if may_edit(person) else rows.exclude(no=None)
    read = versions_read(page, person)
    return [Entry(row, because(row.cases, person), row == now, str(row.no) in read) for row in shown]


def _row(page: Page, row: int, person: Person) -> PageVersion:
    found = page.versions.select_related("by", "page").filter(pk=row).first()
    if found is None or (found.is_draft and not may_edit(person)):
        raise Http404
    return found


def _settings(page: Page, person: Person) -> list[Settings]:
    """The earlier settings that cases opened under, newest first, each with what the page of now says otherwise."""
    now = current_policy()
    lately = CaseRow.system.exclude(policy=now.version).values("policy").annotate(since=Min("opened_at"))
    says, read = _plain(live_text(page.slug, now)), versions_read(page, person)
    return [
        Settings(
            one["policy"],
            one["since"],
            differences(_plain(live_text(page.slug, policy_for(one["policy"]))), says),
            one["policy"] in read,
        )
        for one in lately.order_by("-since")[:20]
    ]


def _plain(html: str) -> str:
    return "\n".join(passage.text for passage in passages(html))
