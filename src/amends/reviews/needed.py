"""What of the reviews no rule decides, so that a person must: the most urgent first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from amends.cases.policies import current_policy
from amends.reviews import queries
from amends.reviews.models import Queue, Reply, ReplyState, Review

AT_MOST = 5  # of each kind


@dataclass(frozen=True)
class Needed:
    """One review that needs a person, and why."""

    review: Review
    why: str


@dataclass(frozen=True)
class Kind:
    """What waits for one reason: the first few of it, how many more there are, and in which queue they stand."""

    queue: Queue
    first: list[Needed]
    more: int


def needed(offices: list[str] | None, now: datetime) -> list[Kind]:
    """Every kind of which something waits at these offices (None: all of the group)."""
    return [kind for kind in (make(offices, now) for make in _KINDS) if kind.first]


def tells(reply: Reply) -> str:
    """What is said of a public reply from elsewhere that gives something away."""
    found = [str(one["text"]) for one in reply.findings if one.get("text")]
    what = f" \u201c{found[0][:60]}\u201d" if found else ""
    return f"This public reply gives something away:{what or ' the privacy checker found it'}. Take it down."


def stuck_since(now: datetime, times: int = 1) -> datetime:
    """Since when at the latest the site has had a reply that takes too long; `times` the group's limit."""
    return now - timedelta(days=times * current_policy().limits.reply_stuck_calendar_days)


def _telling(offices: list[str] | None, now: datetime) -> Kind:
    return _of_replies(Queue.ELSEWHERE, queries.telling(offices), tells)


def _public(offices: list[str] | None, now: datetime) -> Kind:
    return _of_replies(Queue.PUBLIC, queries.to_delete(offices), still_public)


def still_public(reply: Reply) -> str:
    """What is said of a reply that was taken down and that a person must delete."""
    return f"Still public: delete the practice\u2019s reply on {reply.review.get_site_display()}, then say so."


def _refused(offices: list[str] | None, now: datetime) -> Kind:
    return _of_reviews(Queue.REFUSED, offices, lambda _: "The site refused the reply.")


def _stuck(offices: list[str] | None, now: datetime) -> Kind:
    return _of_replies(Queue.WAITING, queries.stuck(offices, stuck_since(now)), lambda _: takes_long())


def takes_long() -> str:
    """What is said of a reply that the site neither shows nor refuses."""
    days = current_policy().limits.reply_stuck_calendar_days
    return f"The site has had the reply for {days} days and does not show it. Look there, or write another text."


def _to_post(offices: list[str] | None, now: datetime) -> Kind:
    rows = queries.for_a_person(ReplyState.BY_HAND, offices)
    return _of_replies(Queue.WAITING, rows, lambda _: "The reply is ready; a person posts it on the site.")


def _elsewhere(offices: list[str] | None, now: datetime) -> Kind:
    rows = queries.in_queue(Queue.ELSEWHERE, offices)
    harmless = rows.exclude(pk__in=queries.telling(offices).values("review"))
    return _kind(Queue.ELSEWHERE, harmless, lambda _: "Somebody has answered it elsewhere. May that reply stay?")


def _undecided(offices: list[str] | None, now: datetime) -> Kind:
    return _of_reviews(Queue.NEEDS_CASE, offices, _asks)


def _asks(review: Review) -> str:
    return "Is it the same review as another one?" if review.maybe_same_id else "Does it need a case?"


_KINDS: Sequence[Callable[[list[str] | None, datetime], Kind]] = (
    _telling,
    _public,
    _refused,
    _stuck,
    _to_post,
    _elsewhere,
    _undecided,
)


def _of_replies(queue: Queue, rows: QuerySet[Reply], why: Callable[[Reply], str]) -> Kind:
    found = list(rows[: AT_MOST + 1])
    more = rows.count() - AT_MOST if len(found) > AT_MOST else 0
    return Kind(queue, [Needed(reply.review, why(reply)) for reply in found[:AT_MOST]], more)


def _of_reviews(queue: Queue, offices: list[str] | None, why: Callable[[Review], str]) -> Kind:
    return _kind(queue, queries.in_queue(queue, offices), why)


def _kind(queue: Queue, rows: QuerySet[Review], why: Callable[[Review], str]) -> Kind:
    found = list(rows[: AT_MOST + 1])
    more = rows.count() - AT_MOST if len(found) > AT_MOST else 0
    return Kind(queue, [Needed(review, why(review)) for review in found[:AT_MOST]], more)
