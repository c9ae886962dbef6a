"""Whatever happens at Google and in whatever order: Amends ends up with what the site shows, and the site with the last
word that somebody signed here, or a person is asked.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Cast
from tests.integrations.google.conftest import OTHER, SAFE, Moments, Story
from tests.simulators.google_business.driver import Google

from amends.deliveries.models import Delivery, State
from amends.integrations.google_business.chores import look_for_waiting_replies, read_reviews
from amends.integrations.google_business.models import GoogleAccount, GoogleConnection, GoogleLocation
from amends.protocol.decide import Refused
from amends.reviews import replying
from amends.reviews.models import ReplyState, Review
from amends.simulators.clock import Clock
from amends.simulators.google_business.settings import Settings
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.serving import Server

EXAMPLES = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def empty(time: Moments, tmp_path: Path) -> Iterator[Google]:
    """A Google with one profile, without a review."""
    world = tmp_path / "world.json"
    place = {"title": "Maple Street", "storeCode": "lakeside", "verified": True, "reviews": []}
    world.write_text(json.dumps({"group": "Bluebell & Finch Dental", "locations": [place]}))
    simulator = GoogleBusinessSimulator(
        clock=Clock(real=time), settings=Settings().changed({"rate_limit": False}), world_file=world
    )
    simulator.faults.later = time.later
    server = Server(simulator)
    server.start()
    yield Google(simulator, server)
    server.stop()


@contextmanager
def beginning(google: Google, group: Cast, time: Moments) -> Iterator[Story]:
    """An example of its own: nothing of it stays in the database, and Google begins anew."""
    time.late.clear()
    assert google.http("POST", "/_control/reset").status == 200
    google.settings(rate_limit=False)
    with transaction.atomic():
        connection = GoogleConnection.objects.create(
            client_id="demo-client-id",
            client_secret="demo-client-secret",
            refresh_token="demo-refresh-token",
            timeout_seconds=30,
            **GoogleConnection.at_one_address(google.server.url),
        )
        account = GoogleAccount.objects.create(connection=connection, name=google.accounts[1], chosen=True)
        location = GoogleLocation.objects.create(
            account=account, name=google.location("lakeside"), office=group.maple, due_at=time.now
        )
        yield Story(google, time, group, location)
        transaction.set_rollback(True)


# --- reviews ---------------------------------------------------------------------------------------------------------

FAULTS = ("status:503", "drop_before", "drop_after", "truncate")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "old", "edit", "delete", "hide", "show", "poll", "poll", "wait", "fault"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


def happens(story: Story, what: str, number: int) -> None:
    """One thing at Google, or one reading by Amends; `number` chooses among the reviews and more."""
    google, world = story.google, story.google.simulator.world
    there = [one for one in world.reviews.values() if not one.deleted and (one.hidden == (what == "show"))]
    some = world.review_name(there[number % len(there)]) if there else ""
    if what == "write":
        google.write("lakeside", stars=1 + number % 5, text=f"They said {number}.", reviewer=f"Jen {number}")
    elif what == "old":
        google.write("lakeside", stars=5, create_time=(story.time.now - timedelta(days=40 + number)).isoformat())
    elif what == "edit" and some:
        google.control("edit", review=some, stars=1 + number % 5, text=f"No, {number}.")
    elif what in ("delete", "hide", "show") and some:
        google.control(what, review=some)
    elif what == "fault":
        google.faults(FAULTS[number % len(FAULTS)], method="GET", path="/v4/accounts/*/locations/*/reviews")
    elif what == "wait":
        story.time.move(hours=number * 5)
    story.time.move(minutes=5)
    if what == "poll":
        read_reviews()


@EXAMPLES
@given(steps=STEPS)
def test_the_database_ends_as_the_site_is(empty: Google, group: Cast, time: Moments, steps: list[tuple[str, int]]):
    with beginning(empty, group, time) as story:
        for what, number in steps:
            happens(story, what, number)
        empty.faults()
        story.time.move(days=1, hours=1)
        read_reviews()
        shown = {one["name"]: one for one in empty.reviews(story.location.name)}
        kept = {one.site_id: one for one in Review.objects.filter(lost_since=None)}
        assert kept.keys() == shown.keys()
        for name, one in shown.items():
            stars = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE").index(one["starRating"])
            assert (kept[name].stars, kept[name].text) == (stars, one.get("comment", ""))
        for review in Review.objects.all():
            said = list(review.versions.order_by("pk").values_list("stars", "text"))
            assert said[-1] == (review.stars, review.text), "the newest version is what it says now"
            assert all(one != other for one, other in pairwise(said)), "no version twice in a row"


# --- replies ---------------------------------------------------------------------------------------------------------

WRITES = ("drop_before", "drop_after", "late_commit:20:504", "late_commit:55:504", "status:500", "status_after:500")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["send", "send", "take_down", "fault", "fault", "work", "wait", "approve", "reject", "poll"]),
        st.integers(0, 5),
    ),
    max_size=16,
)
PATH = "/v4/accounts/*/locations/*/reviews/*/reply"


def acts(story: Story, review: Review, what: str, number: int) -> None:
    google, leader = story.google, story.group.lee
    state = {"approve": "APPROVED", "reject": "REJECTED"}.get(what)
    try:
        if what == "send":
            story.reply(review, (SAFE, OTHER)[number % 2])
        elif what == "take_down":
            review.refresh_from_db()
            if review.reply:
                replying.take_down(review.reply.pk, leader, why="It tells too much.")
    except Refused:
        pass  # there is nothing to take down, or it is under way already
    if what == "fault":
        google.faults(WRITES[number], path=PATH, times=1 + number % 2)
    elif what == "wait":
        story.time.move(seconds=(1, 5, 30, 61, 600, 3700)[number])
    elif state and story.shown(review):
        violation = {"policyViolation": ("REPETITIVE", "MODERATION_ERROR")[number % 2]} if what == "reject" else {}
        google.control("moderate", review=review.site_id, state=state, **violation)
    elif what == "poll":
        story.time.move(minutes=5)
        read_reviews()
        look_for_waiting_replies()
    story.time.move(seconds=1)
    if what == "work":
        story.work()


@EXAMPLES
@given(steps=ACTS)
def test_the_site_ends_with_the_last_word(empty: Google, group: Cast, time: Moments, steps: list[tuple[str, int]]):
    """Never twice, never lost, never an older text over a newer one, and nothing that was taken down."""
    with beginning(empty, group, time) as story:
        story.poll()
        review = story.write(stars=1)
        for what, number in steps:
            acts(story, review, what, number)
        empty.faults()
        for _ in range(3):
            story.deliver(seconds=120)
            story.time.move(hours=25)
            read_reviews()
            look_for_waiting_replies()
        last = review.replies.filter(foreign=False, sent_at__isnull=False).order_by("pk").last()
        ours = Delivery.objects.filter(channel="google_business.reply")
        assert not ours.filter(state__in=(State.WAITING, State.SENDING, State.UNKNOWN)).exists()
        assert not review.replies.filter(foreign=True).exists(), "what we wrote is known as ours"
        assert not ours.filter(state=State.BY_HAND).exists(), "each of these bad days passes by itself"
        if last is None or last.state == ReplyState.TAKEN_DOWN:
            assert story.shown(review) == ""
        else:
            assert story.shown(review) == last.text
            assert last.state in (ReplyState.PENDING, ReplyState.LIVE, ReplyState.REFUSED)
            assert review.replies.filter(state__in=("sending", "by_hand", "pending", "live")).count() <= 1
