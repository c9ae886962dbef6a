"""In which queue of the wall a review stands. One rule; the column `Review.queue` follows it at every change.

Who changes a review holds its row, and the rule then holds the case's. Who changes a case holds that first, so it waits
for no review: one that somebody else holds is looked at again afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.protocol.case import Case
from amends.protocol.words import BEFORE_ADDRESSED, Stage
from amends.reviews import queries
from amends.reviews.intake import case_of
from amends.reviews.models import STANDING, Queue, Reply, ReplyState, Review

_FIRST = (Stage.NEW, Stage.REPORTED)
_NOT_YET = BEFORE_ADDRESSED | {Stage.NEW}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the rule looks at. `still_public`: a reply was taken down and is not off the site for certain.

    `standing` is the reply that is with the site, or will soon be; `current` the newest one that was written. `stage`
    is None without a case; `accepted`: somebody has said that they have it; `excepted`: signed for no reply.
    """

    same: bool = False
    maybe_same: bool = False
    low: bool = False
    lost: bool = False
    standing: ReplyState | None = None
    standing_is_foreign: bool = False
    current: ReplyState | None = None
    still_public: bool = False
    stage: Stage | None = None
    accepted: bool = False
    excepted: bool = False


def queue_of(facts: Facts) -> Queue:
    """The one queue in which a review with these facts stands."""
    if facts.same:
        return Queue.SAME
    if facts.maybe_same:
        return Queue.NEEDS_CASE
    if facts.standing is ReplyState.LIVE:
        return Queue.ELSEWHERE if facts.standing_is_foreign else Queue.LIVE
    if facts.still_public:
        return Queue.PUBLIC
    if facts.standing is not None:
        return Queue.WAITING
    if facts.current is ReplyState.REFUSED:
        return Queue.REFUSED
    return _without_case(facts) if facts.stage is None else _with_case(facts, facts.stage)


def _without_case(facts: Facts) -> Queue:
    if facts.lost:
        return Queue.NO_REPLY
    # Who writes a reply has decided that it needs no case.
    return Queue.NEEDS_CASE if facts.low and facts.current is None else Queue.READY


def _with_case(facts: Facts, stage: Stage) -> Queue:
    if stage in _NOT_YET:
        return Queue.IN_PROGRESS if facts.accepted or stage not in _FIRST else Queue.NEW
    gone = facts.lost and stage is not Stage.ADDRESSED  # an addressed one is signed for on its case
    return Queue.NO_REPLY if facts.excepted or gone else Queue.READY


def facts_of(review: Review) -> Facts:
    """What the rule looks at, as the database has it. The case stays as it is until the transaction ends."""
    states = dict(review.replies.values_list("pk", "state"))
    standing = review.replies.filter(state__in=STANDING).order_by("-pk").first()
    row = case_of(review)
    case = actions.state_of(actions.hold(row.pk).pk) if row else None
    current = states.get(review.reply_id) if review.reply_id else None
    return Facts(
        same=review.same_as_id is not None,
        maybe_same=review.maybe_same_id is not None,
        low=current_policy().limits.is_low(review.stars, review.recommended),
        lost=review.lost_since is not None,
        standing=ReplyState(standing.state) if standing else None,
        standing_is_foreign=bool(standing and standing.foreign and not standing.kept),
        current=ReplyState(current) if current else None,
        still_public=queries.still_public(review.replies.all()).exists(),
        stage=case.stage if case else None,
        accepted=bool(case and case.accepted),
        excepted=bool(case and case.reply_excepted),
    )


def refresh(pk: int) -> Queue:
    """Puts the review into its queue, and says which that is."""
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).get(pk=pk)
        queue = queue_of(facts_of(review))
        if queue != review.queue:
            Review.objects.filter(pk=pk).update(queue=queue)
        return queue


def review_saved(instance: Review, **signal: object) -> None:
    """A review is new or was changed."""
    instance.queue = refresh(instance.pk)


def reply_saved(instance: Reply, **signal: object) -> None:
    """A reply is new or was changed."""
    instance.review.queue = refresh(instance.review_id)


def cases_changed(done: Sequence[Done]) -> None:
    """Cases were changed: their reviews, and those of the cases that they have taken in, may stand elsewhere now."""
    for one in done:
        if one.case.review:
            _case_changed(one.row, one.case)


def _case_changed(row: CaseRow, case: Case) -> None:
    wanted = Review.objects.filter(case__in=[row.pk, *actions.cases_taken_in(case)])
    mine = set(wanted.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    for pk in wanted.values_list("pk", flat=True):
        if pk in mine:
            refresh(pk)
        else:
            transaction.on_commit(partial(refresh, pk))
