"""Reviews: one wall of them, in queues, with what needs a person at its top."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amends.access import Right, scope_or_404
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Person
from amends.reviews import queries
from amends.reviews.models import Queue, ReplyState, Review, Site
from amends.reviews.needed import Kind, needed
from amends.reviews.queries import Filters, Place
from amends.reviews.work import replies_to_look_at

# What an empty queue teaches.
EMPTY = {
    Queue.NEW: "A review with few stars opens a case by itself. It stands here until somebody says that they have it.",
    Queue.NEEDS_CASE: "Here a person must decide: is it the same review as another one, or does it need a case?",
    Queue.IN_PROGRESS: "Somebody is putting these right. The public reply comes after that.",
    Queue.READY: "What is put right, or needs no case, waits here for its public reply.",
    Queue.WAITING: "A reply that was sent is not public yet: sites look at each one first, mostly for ten minutes.",
    Queue.LIVE: "These have their reply, and everybody can read it.",
    Queue.REFUSED: "When a site refuses a reply, it stands here with the reason and what to change.",
    Queue.PUBLIC: "A reply that was taken down stands here until it is off the site for certain.",
    Queue.ELSEWHERE: "A reply that nobody wrote in Amends shows here, with what the privacy checker says of it.",
    Queue.NO_REPLY: "Here is what a manager has signed for, and what has nothing left to answer.",
    Queue.SAME: "Reviews that came in twice.",
}
_SAID_BY_QUEUE = (ReplyState.LIVE, ReplyState.REFUSED)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tab:
    """One queue. `count` is None where there is no figure."""

    label: str
    url: str
    count: int | None
    here: bool


@dataclass(frozen=True)
class Line:
    """One review as the wall shows it."""

    review: Review
    office: OfficeEntry
    owner: str
    queue: str

    @property
    def reply(self) -> str:
        """How the newest reply stands, where the queue does not say it: "to be posted by hand"."""
        reply = self.review.reply
        if reply is None or reply.state in _SAID_BY_QUEUE or self.review.queue == Queue.PUBLIC:
            return ""
        words = ReplyState(reply.state).label.lower()
        return f"live; another one: {words}" if self.review.queue == Queue.LIVE else words


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The newest first, thirty at a time; above them what waits for a person, and the queues with their counts."""
    person, known = cast(Person, request.user), directory()
    listed = scope_or_404(person, Right.SEE_REVIEWS)
    filters = _filters(request.GET, listed, known)
    page = queries.page_of(filters, before=_place(request.GET.get("before", "")))
    counts = queries.counts_of(filters)
    mine = list(known.offices.values()) if listed is None else [known.offices[office] for office in listed]
    narrowed = any(request.GET.get(name) for name in ("office", "region", "site", "stars"))
    context: dict[str, object] = {
        "lines": [line(review, known) for review in page.rows],
        "tabs": _tabs(request.GET, filters, counts),
        "to_look_at": [] if request.GET.get("before") else replies_to_look_at(person),
        "nothing": not sum(counts.values()) and not page.rows and not narrowed and filters.queue is None,
        "teaches": EMPTY[filters.queue] if filters.queue else "",
        "narrowed": narrowed,
        "queue": filters.queue,
        "now": timezone.now(),
        "older": _address(request.GET, before=_told(page.older)) if page.older else "",
        "newest": _address(request.GET) if request.GET.get("before") else "",
        **_choices(request.GET, mine),
    }
    if not request.GET.get("before") and not filters.queue:
        context |= _waiting(request.GET, needed(filters.offices, timezone.now()), known)
    return render(request, "reviews/wall.html", context)


def line(review: Review, known: Directory) -> Line:
    """The review in words, without another query."""
    owner = known.people.get(str(review.case.owner_id)) if review.case else None
    return Line(
        review=review,
        office=known.offices[str(review.office_id)],
        owner=owner.name if owner else "",
        queue=Queue(review.queue).label,
    )


def _waiting(asked: QueryDict, kinds: list[Kind], known: Directory) -> dict[str, object]:
    """What needs a person as the page shows it, and where the rest of it stands."""
    return {
        "needed": [(line(one.review, known), one.why) for kind in kinds for one in kind.first],
        "more": [
            Tab(kind.queue.label, _address(asked, queue=kind.queue.value), kind.more, here=False)
            for kind in kinds
            if kind.more
        ],
    }


def _filters(asked: QueryDict, listed: list[str] | None, known: Directory) -> Filters:
    mine = list(known.offices) if listed is None else listed
    offices = listed
    if (office := asked.get("office", "")) in mine:
        offices = [office]
    elif (region := asked.get("region", "")) in known.regions:
        offices = [one for one in mine if known.offices[one].region_id == region]
    queue, site, stars = (asked.get(name, "") for name in ("queue", "site", "stars"))
    return Filters(
        offices=offices,
        queue=Queue(queue) if queue in Queue.values else None,
        site=site if site in Site.values else "",
        stars=int(stars) if stars in ("1", "2", "3", "4", "5") else None,
    )


def _tabs(asked: QueryDict, filters: Filters, counts: Mapping[Queue, int]) -> list[Tab]:
    everything = Tab("All", _address(asked, queue=""), sum(counts.values()), filters.queue is None)
    return [
        everything,
        *(
            Tab(queue.label, _address(asked, queue=queue.value), counts.get(queue), filters.queue is queue)
            for queue in Queue
            if queue is not Queue.SAME or filters.queue is Queue.SAME
        ),
    ]


@dataclass(frozen=True)
class Choice:
    """One entry of a filter."""

    value: str
    label: str
    chosen: bool


def _choices(asked: QueryDict, mine: list[OfficeEntry]) -> dict[str, list[Choice]]:
    offices = {office.id: office.name for office in mine}
    regions = {office.region_id: office.region for office in mine}
    stars = {str(count): f"{count} star{'' if count == 1 else 's'}" for count in (1, 2, 3, 4, 5)}
    return {
        name: [Choice(value, label, asked.get(asked_as) == value) for value, label in labels.items()]
        for name, asked_as, labels in (
            ("offices", "office", offices if len(offices) > 1 else {}),
            ("regions", "region", regions if len(regions) > 1 else {}),
            ("sites", "site", dict(Site.choices)),
            ("stars", "stars", stars),
        )
    }


def _address(asked: QueryDict, **more: str) -> str:
    """The address of this wall in another place: its filters without empty ones, and what is changed."""
    kept = {name: asked.get(name, "") for name in asked if name != "before"} | more
    return f"?{urlencode({name: value for name, value in kept.items() if value})}"


def _told(place: Place) -> str:
    """The place as the address of a page tells it, to the microsecond."""
    return f"{(place.at - _BEGINNING) // timedelta(microseconds=1)}_{place.pk}"


def _place(typed: str) -> Place | None:
    """Where the page before ended, as its address tells; None for the beginning, and for what is no place."""
    at, _, pk = typed.partition("_")
    try:
        return Place(_BEGINNING + timedelta(microseconds=int(at)), int(pk)) if len(typed) < 40 else None
    except (ValueError, OverflowError):
        return None
