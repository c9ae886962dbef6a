"""What the pages of reviews ask of the database: a page of the wall, its counts, and what waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from amends.deliveries.models import UNFINISHED, Delivery, State, in_states
from amends.protocol.words import Purpose
from amends.reviews.models import STANDING, Queue, Reply, ReplyState, Review

PAGE = 30
# Never a figure of reviews that are gone, so of those without a reply there is none; and a copy is no review.
COUNTED = tuple(queue for queue in Queue if queue not in (Queue.NO_REPLY, Queue.SAME))

Rows = QuerySet[Review]
Replies = QuerySet[Reply]


@dataclass(frozen=True)
class Filters:
    """What the wall is narrowed to; `offices` None means every office of the group."""

    offices: list[str] | None
    queue: Queue | None = None
    site: str = ""
    stars: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a page of the wall ended: the review posted at `at` (aware) with the id `pk`."""

    at: datetime
    pk: int


@dataclass(frozen=True)
class Page:
    """Reviews, the newest first; `older` is where the next page goes on, None at the end."""

    rows: list[Review] = field(default_factory=list)
    older: Place | None = None


def page_of(filters: Filters, *, before: Place | None = None) -> Page:
    """One page of the wall, below `before`. The same review at two sites is on it once for each site."""
    rows = _narrowed(filters)
    queue = filters.queue
    rows = rows.filter(queue=queue.value) if queue is not None else rows.exclude(queue=Queue.SAME.value)
    if before is not None:
        rows = rows.filter(Q(posted_at__lt=before.at) | Q(posted_at=before.at, pk__lt=before.pk))
    found = list(rows.select_related("case", "reply").order_by("-posted_at", "-pk")[: PAGE + 1])
    if len(found) <= PAGE:
        return Page(found)
    last = found[PAGE - 1]
    return Page(found[:PAGE], older=Place(last.posted_at, last.pk))


def counts_of(filters: Filters) -> Mapping[Queue, int]:
    """How many reviews stand in each queue; the filters' own queue narrows nothing."""
    rows = _narrowed(filters).filter(queue__in=[queue.value for queue in COUNTED])
    counted = dict(rows.order_by().values("queue").annotate(count=Count("pk")).values_list("queue", "count"))
    return {queue: counted.get(queue.value, 0) for queue in COUNTED}


def _narrowed(filters: Filters) -> Rows:
    rows: Rows = Review.objects.all()
    if filters.offices is not None:
        rows = rows.filter(office_id__in=[int(office) for office in filters.offices])
    if filters.site:
        rows = rows.filter(site=filters.site)
    if filters.stars is not None:
        rows = rows.filter(stars=filters.stars)
    return rows


def review_at(pk: int) -> Review | None:
    """The review with its case and its newest reply."""
    return Review.objects.select_related("case", "reply", "maybe_same", "same_as").filter(pk=pk).first()


def standing_reply(review: Review) -> Reply | None:
    """The reply that is with the site, or that a person is to post there."""
    return review.replies.filter(state__in=STANDING).select_related("delivery", "sent_by").order_by("-pk").first()


def for_a_person(state: ReplyState, offices: Sequence[str] | None) -> Replies:
    """The replies of these offices that wait for a second look, or to be posted by hand: the oldest first."""
    rows = Reply.objects.filter(in_states(ReplyState.TO_APPROVE, ReplyState.BY_HAND), state=state.value)
    return _of(rows, offices)


def telling(offices: Sequence[str] | None) -> Replies:
    """Those from elsewhere that give something away, and that everybody can read or soon will: the oldest first."""
    rows = Reply.objects.filter(
        review__queue__in=(Queue.ELSEWHERE.value, Queue.WAITING.value),
        state__in=(ReplyState.LIVE.value, ReplyState.PENDING.value),
        foreign=True,
        kept=False,
        level="block",
    )
    return _of(rows, offices)


def still_public(rows: Replies, *, by_hand: bool = False) -> Replies:
    """Of these replies those that were taken down and are not off the site for certain.

    `by_hand`: only those that a person must delete there. A deletion is known by its marker: payloads are sealed.
    """
    ends = Delivery.objects.filter(in_states(*UNFINISHED), purpose=Purpose.REPLY.value, marker__contains="-")
    if by_hand:
        ends = ends.filter(state=State.BY_HAND)
    return rows.filter(state=ReplyState.TAKEN_DOWN.value, delivery__in=ends)


def to_delete(offices: Sequence[str] | None) -> Replies:
    """Those that a person must delete on the site: the oldest first."""
    return _of(still_public(Reply.objects.all(), by_hand=True), offices)


def stuck(offices: Sequence[str] | None, since: datetime) -> Replies:
    """Ours that the site has had since then without a word, and of which no open case takes care: the oldest first."""
    rows = Reply.objects.filter(
        Q(review__case=None) | Q(review__case__is_open=False),
        Q(foreign=False) | Q(kept=True),
        review__queue=Queue.WAITING.value,
        review__lost_since=None,
        state=ReplyState.PENDING.value,
        pending_since__lte=since,
    )
    return _of(rows, offices)


def refused(offices: Sequence[str] | None) -> Replies:
    """The newest ones that a site refused, and of which no open case takes care: the oldest first."""
    rows = Reply.objects.filter(
        Q(review__case=None) | Q(review__case__is_open=False),
        review__queue=Queue.REFUSED.value,
        review__reply=F("pk"),
    )
    return _of(rows, offices)


def at_the_wrong_office(offices: Sequence[str] | None) -> Rows:
    """Those of another office's profile that nothing but an open case of theirs keeps here: the oldest first."""
    rows = _narrowed(Filters(None if offices is None else list(offices)))
    kept = Reply.objects.filter(review=OuterRef("pk"), sent_at__isnull=False)
    rows = rows.filter(belongs_at__isnull=False, case__is_open=True).exclude(Exists(kept))
    return rows.order_by("pk")


def in_queue(queue: Queue, offices: list[str] | None) -> Rows:
    """The oldest reviews of a queue first: those that have waited longest."""
    rows = _narrowed(Filters(offices)).filter(queue=queue.value)
    return rows.select_related("case", "reply").order_by("posted_at", "pk")


def _of(rows: Replies, offices: Sequence[str] | None) -> Replies:
    if offices is not None:
        rows = rows.filter(review__office_id__in=[int(office) for office in offices])
    return rows.select_related("review__case", "review__reply", "written_by").order_by("pk")
