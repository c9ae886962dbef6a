"""The handbook as staff read, search and print it."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from amends.access import Right, may
from amends.cases.policies import current_policy
from amends.handbook.because import because, visible
from amends.handbook.limits import in_words
from amends.handbook.models import Topic
from amends.handbook.readers import is_for, read_at, to_read
from amends.handbook.reading import lowered, nested
from amends.handbook.search import Found, Text, search
from amends.handbook.shelf import Shown, may_arrange, may_edit, shelves, shown_page, shown_pages, unshown
from amends.handbook.shipped import offer
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.web.steps import STEPS

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class FoundPage:
    shown: Shown
    found: Found


@dataclass(frozen=True)
class Part:
    """One page within the print of a whole topic."""

    shown: Shown
    html: str


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The topics with their pages, and what a search (`q`) finds in them."""
    person = cast(Person, request.user)
    words = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    shown = shown_pages()
    context = {
        "shelves": shelves(shown),
        "words": words,
        "found": _found(shown, words),
        "unread": {one.page.pk for one in to_read(person)},
        "may_edit": may_edit(person),
        "hidden": unshown(shown) if may_arrange(person) else [],
    }
    return render(request, "handbook/index.html", context)


def _found(shown: list[Shown], words: str) -> list[FoundPage]:
    by_slug = {one.page.slug: one for one in shown}
    hits = search((Text(slug, one.title, one.html) for slug, one in by_slug.items()), words)
    return [FoundPage(by_slug[hit.key], hit) for hit in hits]


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page with its contents. `case` names the case from whose rail somebody came, and the way back to it."""
    shown, person = shown_page(slug), cast(Person, request.user)
    if shown is None:
        raise Http404
    return render(request, "handbook/page.html", {**about(shown, person), "back": _back(request, person)})


def about(shown: Shown, person: Person) -> dict[str, Any]:
    """What every page about a page of the handbook needs to know."""
    known = directory()
    zone = known.zone_of(str(person.pk))
    return {
        "shown": shown,
        "page": shown.page,
        "contents": nested(shown.headings),
        "zone": zone,
        "on": shown.of.at.astimezone(zone).date() if shown.of else None,
        "because": because(shown.of.cases if shown.of else (), person),
        "read_at": read_at(shown, person),
        "is_asked": is_for(shown, str(person.pk), known),
        "may_edit": may_edit(person) and not shown.page.live,
        "may_arrange": may_arrange(person),
        "may_see_readers": may(person, Right.SEE_READERS),
        "offered": offer(shown.page) if may_edit(person) else None,
    }


def _back(request: HttpRequest, person: Person) -> str:
    """The number of the case to go back to, if the person may open it."""
    return next(iter(visible([request.GET.get("case", "")[:20]], person)), "")


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """All pages of a topic, one after the other: to print it in one go."""
    chosen = get_object_or_404(Topic, slug=slug)
    pages = [one for one in shown_pages() if one.page.topic_id == chosen.pk]
    if not pages:
        raise Http404
    parts = [Part(one, lowered(one.html, one.page.slug)) for one in pages]
    return render(request, "handbook/topic.html", {"topic": chosen, "parts": parts})


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The protocol on one sheet for the wall, in big type, with the limits of the policy in force."""
    policy = current_policy()
    context = {"policy": policy, "limits": in_words(policy.limits), "steps": STEPS}
    return render(request, "handbook/card.html", context)
