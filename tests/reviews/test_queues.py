"""Each review stands in exactly one queue, and in the right one after whatever happens to it, its reply or its case."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.acting import a_case
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.access import actor_at
from amends.cases import actions
from amends.deliveries.models import State
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.words import AsideReason, PatientStatus, ReplyException, Stage, Way
from amends.reviews import intake, queries, queues, replying
from amends.reviews.models import STANDING, Queue, Reply, ReplyState, Review
from amends.reviews.on_site import SiteReply, delivery_ended, seen_on_site
from amends.reviews.queries import Filters
from amends.reviews.queues import Facts, queue_of
from amends.reviews.wordings import shipped_pool

FACTS = st.builds(
    Facts,
    same=st.booleans(),
    maybe_same=st.booleans(),
    low=st.booleans(),
    lost=st.booleans(),
    standing=st.none() | st.sampled_from(STANDING),
    standing_is_foreign=st.booleans(),
    current=st.none() | st.sampled_from(list(ReplyState)),
    still_public=st.booleans(),
    stage=st.none() | st.sampled_from(list(Stage)),
    accepted=st.booleans(),
    excepted=st.booleans(),
)
SAFE = shipped_pool()["en"][0].filled(practice="Bluebell & Finch Dental", phone="(201) 555-0101")


@given(facts=FACTS)
def test_every_review_is_in_one_queue_whatever_is_true_of_it(facts: Facts) -> None:
    assert queue_of(facts) in Queue


@given(facts=FACTS)
def test_what_everybody_can_read_is_never_called_unanswered(facts: Facts) -> None:
    if facts.standing is ReplyState.LIVE and not facts.same and not facts.maybe_same:
        assert queue_of(facts) is (Queue.ELSEWHERE if facts.standing_is_foreign else Queue.LIVE)
    if queue_of(facts) in (Queue.LIVE, Queue.ELSEWHERE):
        assert facts.standing is ReplyState.LIVE


@given(facts=FACTS)
def test_nothing_is_ready_for_a_reply_before_its_case_is_put_right(facts: Facts) -> None:
    if queue_of(facts) is Queue.READY:
        assert facts.stage in (None, Stage.ADDRESSED, Stage.CLOSED, Stage.SET_ASIDE)
        assert facts.standing is None
        assert not facts.excepted or facts.stage is None


@pytest.mark.parametrize(
    ("facts", "queue"),
    [
        (Facts(), Queue.READY),
        (Facts(low=True), Queue.NEEDS_CASE),
        (Facts(low=True, current=ReplyState.DRAFT), Queue.READY),
        (Facts(low=True, lost=True), Queue.NO_REPLY),
        (Facts(stage=Stage.NEW), Queue.NEW),
        (Facts(stage=Stage.REPORTED), Queue.NEW),
        (Facts(stage=Stage.REPORTED, accepted=True), Queue.IN_PROGRESS),
        (Facts(stage=Stage.REGION), Queue.IN_PROGRESS),
        (Facts(stage=Stage.ADDRESSED), Queue.READY),
        (Facts(stage=Stage.ADDRESSED, lost=True), Queue.READY),
        (Facts(stage=Stage.ADDRESSED, excepted=True), Queue.NO_REPLY),
        (Facts(stage=Stage.CLOSED, lost=True), Queue.NO_REPLY),
        (Facts(stage=Stage.SET_ASIDE), Queue.READY),
        (Facts(current=ReplyState.REFUSED), Queue.REFUSED),
        (Facts(standing=ReplyState.BY_HAND), Queue.WAITING),
        (Facts(maybe_same=True, low=True), Queue.NEEDS_CASE),
        (Facts(same=True, stage=Stage.OFFICE), Queue.SAME),
    ],
)
def test_the_rule_by_value(facts: Facts, queue: Queue) -> None:
    assert queue_of(facts) is queue


def queue(review: Review) -> str:
    """As the wall has it; and it is what the rule says now."""
    review.refresh_from_db()
    assert review.queue == queue_of(queues.facts_of(review))
    return review.queue


def does(person: Person, review: Review, *commands: c.Command) -> None:
    for command in commands:
        actions.perform(command=command, by=actor_at(person, str(review.office_id)), case=review.case_id)


SPOKE = c.RecordConversation(way=Way.PHONE, note="They are glad that somebody called.")
PUT_RIGHT = c.MarkAddressed(resolution="apology")


def test_a_low_review_goes_through_the_queues_with_its_case(group: Cast, brings: Brings) -> None:
    review = brings()
    assert queue(review) == Queue.NEW
    does(group.omar, review, c.Acknowledge())
    assert queue(review) == Queue.IN_PROGRESS
    does(group.omar, review, SPOKE, PUT_RIGHT)
    assert queue(review) == Queue.READY
    draft = replying.write(review.pk, SAFE, group.omar)
    assert queue(review) == Queue.READY
    replying.send(draft.pk, group.omar, text=SAFE)
    assert queue(review) == Queue.WAITING
    Reply.objects.get(pk=draft.pk).review.refresh_from_db()
    shown = SiteReply(text=SAFE, at=datetime.fromisoformat("2100-01-01T00:00Z"), state="approved")
    seen_on_site(review, shown)
    assert queue(review) == Queue.LIVE
    taken = replying.take_down(draft.pk, group.omar, why="It names a day.")
    assert queue(review) == Queue.PUBLIC, "until it is off the site for certain"
    row = taken.delivery
    assert row
    row.state = State.PROVED
    row.save()
    delivery_ended(row)
    assert queue(review) == Queue.READY


def test_a_refused_reply_is_refused_until_somebody_begins_another(group: Cast, brings: Brings) -> None:
    review = brings(stars=5)
    draft = replying.write(review.pk, SAFE, group.omar)
    replying.send(draft.pk, group.omar, text=SAFE)
    Reply.objects.filter(pk=draft.pk).update(state=ReplyState.PENDING)  # the site has it
    shown = SiteReply(text=SAFE, at=datetime.fromisoformat("2100-01-01T00:00Z"), state="rejected", reason="REPETITIVE")
    seen_on_site(review, shown)
    assert queue(review) == Queue.REFUSED
    replying.write(review.pk, shipped_pool()["en"][1].filled(practice="B", phone="(201) 555-0101"), group.omar)
    assert queue(review) == Queue.READY


def test_a_foreign_reply_is_elsewhere_until_a_manager_keeps_it(group: Cast, brings: Brings) -> None:
    review = brings(stars=5)
    seen_on_site(review, SiteReply(text=SAFE, at=None, state="approved"))
    assert queue(review) == Queue.ELSEWHERE
    replying.keep_foreign(review.replies.get().pk, group.omar)
    assert queue(review) == Queue.LIVE


def test_signed_for_no_reply_is_without_a_reply(group: Cast, brings: Brings) -> None:
    review = brings()
    does(group.omar, review, SPOKE, PUT_RIGHT, c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note="A letter came."))
    assert queue(review) == Queue.NO_REPLY


def test_a_story_told_twice_stands_where_the_case_stands_that_took_it_in(group: Cast, brings: Brings) -> None:
    review, by = brings(), actor_at(group.omar, str(group.maple.pk))
    desk, phone = (a_case(group, patient_status=PatientStatus.UNKNOWN, patient=None) for _ in range(2))
    assert review.case_id
    actions.merge(duplicate=review.case_id, into=desk.pk, by=by)
    assert queue(review) == Queue.NEW
    actions.merge(duplicate=desk.pk, into=phone.pk, by=by)
    actions.perform(command=c.Acknowledge(), by=by, case=phone.pk)
    assert queue(review) == Queue.IN_PROGRESS
    for command in (SPOKE, PUT_RIGHT):
        actions.perform(command=command, by=by, case=phone.pk)
    assert queue(review) == Queue.READY


def test_a_case_set_aside_leaves_the_review_to_be_answered(group: Cast, brings: Brings) -> None:
    review = brings()
    does(group.omar, review, c.PutAside(reason=AsideReason.NOT_UPSET, note="A slip of the finger; they meant five."))
    assert queue(review) == Queue.READY


def test_the_same_review_twice_waits_for_a_person_and_then_counts_once(group: Cast, brings: Brings) -> None:
    first = brings(stars=5)
    again = brings(stars=5, site_id="", via="csv")
    assert queue(again) == Queue.NEEDS_CASE
    intake.settle_same(again, is_same=True, by=group.omar)
    assert (queue(again), queue(first)) == (Queue.SAME, Queue.READY)
    assert [one.pk for one in queries.page_of(Filters(None)).rows] == [first.pk]
    assert sum(queries.counts_of(Filters(None)).values()) == 1


def test_a_review_that_is_lost_and_comes_back(brings: Brings, now: datetime) -> None:
    review = brings(stars=5)
    intake.not_found([review.pk])
    assert queue(review) == Queue.NO_REPLY
    brings(stars=5, at=now + timedelta(hours=1))
    assert queue(review) == Queue.READY


def test_no_recommendation_is_as_low_as_few_stars(brings: Brings, now: datetime) -> None:
    long_ago = now - timedelta(days=80)
    assert queue(brings(stars=None, recommended=False, posted_at=long_ago)) == Queue.NEEDS_CASE
    assert queue(brings(stars=None, recommended=True, site_id="b", text="Fine", reviewer="B")) == Queue.READY


# --- the wall reads them from an index -----------------------------------------------------------------------------


@pytest.fixture
def many(brings: Brings, now: datetime) -> list[Review]:
    """Seventy five-star reviews, some of them in the same second."""
    return [
        brings(
            stars=5 if n % 3 else 4,
            site_id=f"s{n}",
            text=f"Word {n}",
            reviewer=f"R{n}",
            posted_at=now - timedelta(hours=n // 2),
        )
        for n in range(70)
    ]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(many: list[Review]) -> None:
    seen: list[int] = []
    before = None
    while True:
        page = queries.page_of(Filters(None, queue=Queue.READY), before=before)
        seen += [one.pk for one in page.rows]
        if page.older is None:
            break
        before = page.older
    assert sorted(seen) == sorted(one.pk for one in many)
    assert len(seen) == len(set(seen)) == 70


@pytest.mark.parametrize("stars", [None, 4, 5])
def test_the_counts_are_those_of_the_pages(many: list[Review], stars: int | None) -> None:
    filters = Filters(None, stars=stars)
    counted = queries.counts_of(filters)
    assert set(counted) == set(Queue) - {Queue.NO_REPLY, Queue.SAME}, "no figure of reviews that are gone"
    assert counted[Queue.READY] == sum(stars in (None, one.stars) for one in many)
    assert queries.counts_of(Filters([])) == dict.fromkeys(counted, 0)
