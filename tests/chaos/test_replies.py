"""The program is killed while replies leave for Google on a bad day: each review ends with the last one signed."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.chaos.world import Simulated, Worker, rule, until
from tests.conftest import Cast, make_cast

from amends import clock
from amends.audit.verify import verify
from amends.deliveries.models import MOVING, Delivery, State
from amends.integrations.google_business.client import GoogleClient
from amends.integrations.google_business.connecting import client_for
from amends.integrations.google_business.models import GoogleAccount, GoogleConnection, GoogleLocation
from amends.integrations.google_business.polling import read
from amends.reviews import replying
from amends.reviews.models import STANDING, Reply, ReplyState, Review
from amends.reviews.wordings import shipped_pool

ROUNDS, REVIEWS = (6, 16) if connection.vendor == "sqlite" else (3, 8)
WRITES = ["drop_before", "drop_after", "late_commit:0.5:504", "status:500", "status_after:500", "status:503"]
READS = ["drop_before", "status:503", "truncate"]


class GoogleServer(Simulated):
    """The group's profiles. Replies wait for a decision; the quotas are not what is tested here."""

    def __init__(self) -> None:
        super().__init__("google-business", "--no-rate-limit")

    def write(self, location: str, number: int) -> None:
        self._call(
            "POST", "/_control/reviews", {"location": location, "stars": 1 + number % 5, "text": f"Nr {number}."}
        )

    def approve(self, review: str) -> None:
        self._call("POST", "/_control/moderate", {"review": review, "state": "APPROVED"})

    def bad_minutes(self, chance: random.Random) -> None:
        path = "/v4/accounts/*/locations/*/reviews/*"
        rules = [rule(chance.choice(["PUT", "DELETE"]), f"{path}/reply", chance.choice(WRITES)) for _ in range(12)]
        rules += [rule("GET", path, chance.choice(READS)) for _ in range(4)]
        self.faults(latency_ms=chance.choice([0, 5, 20]), rules=rules)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    server = GoogleServer()
    yield server
    server.stop()


def connect(google: GoogleServer, group: Cast) -> GoogleLocation:
    row = GoogleConnection.objects.create(
        client_id="demo-client-id",
        client_secret="demo-client-secret",
        refresh_token="demo-refresh-token",
        timeout_seconds=30,
        pace_seconds=0,
        edit_seconds=0,
        **GoogleConnection.at_one_address(google.url),
    )
    client = client_for(row)
    name = client.accounts()[-1].name
    account = GoogleAccount.objects.create(connection=row, name=name, chosen=True)
    place = f"{name}/{client.places(name)[0].name}"
    return GoogleLocation.objects.create(account=account, name=place, office=group.maple, due_at=clock.now())


class Leader:
    """Lee answers one review after the other, sometimes once more, and takes some of it down."""

    def __init__(self, group: Cast, chance: random.Random) -> None:
        self.lee, self.chance, self.written = group.lee, chance, 0

    def answers(self, review: Review) -> None:
        pool = shipped_pool()["en"]
        self.written += 1  # no two alike among the newest, which the checker would stop
        text = pool[self.written % len(pool)].filled(practice="Maple Street", phone="")
        reply = replying.write(review.pk, text, self.lee)
        replying.send(reply.pk, self.lee, text=text, early="They asked for a word in public at once.")

    def acts(self, reviews: list[Review]) -> None:
        for review in reviews:
            self.answers(review)
        for review in self.chance.sample(reviews, len(reviews) // 4):
            review.refresh_from_db()
            if self.chance.random() < 0.5:
                self.answers(review)
            elif review.reply_id:
                replying.take_down(review.reply_id, self.lee, why="It tells too much.")


def left() -> int:
    """Replies and deletions for which the worker has something left to do."""
    return Delivery.objects.filter(channel="google_business.reply", state__in=MOVING).count()


def test_each_review_ends_with_the_last_reply_that_was_signed(committed: None, google: GoogleServer) -> None:
    chance, group = random.Random(20261126), make_cast()
    location, leader = connect(google, group), Leader(group, chance)
    client = client_for(location.account.connection)
    read(location, client)
    seeded = list(Review.objects.values_list("pk", flat=True))
    ours = Review.objects.exclude(pk__in=seeded).order_by("pk")
    for number in range(ROUNDS):
        google.faults()
        for n in range(REVIEWS):
            google.write(location.name, number * REVIEWS + n)
        read(location, client)
        google.bad_minutes(chance)
        worker = Worker()
        try:
            leader.acts(list(ours.filter(reply=None)))
            enough = chance.randrange(REVIEWS)
            until(lambda enough=enough: left() <= enough, within=120, what=f"{enough} replies left")  # type: ignore[misc]  # bound at once
        finally:
            worker.kill()
    google.faults()
    worker = Worker()
    try:
        until(lambda: left() == 0, within=300, what="every reply with Google, or taken away")
    finally:
        worker.stop()
    assert ours.count() == ROUNDS * REVIEWS
    for review in ours:
        if client.review(review.site_id).review_reply:
            google.approve(review.site_id)
    read_all(location, client)
    for review in ours:
        last = review.replies.filter(sent_at__isnull=False).latest("pk")
        shown = client.review(review.site_id).review_reply
        gone = last.state == ReplyState.TAKEN_DOWN
        assert (shown.comment if shown else "") == ("" if gone else last.text), "the last word, and no other"
        assert last.state in (ReplyState.TAKEN_DOWN, ReplyState.LIVE)
        assert review.replies.filter(state__in=STANDING).count() == (not gone)
    assert not Reply.objects.filter(review__in=ours, foreign=True).exists(), "what we wrote is known as ours"
    assert not Delivery.objects.filter(channel="google_business.reply", state=State.BY_HAND).exists()
    assert verify().problems == ()
    connection.close()


def read_all(location: GoogleLocation, client: GoogleClient) -> None:
    location.refresh_from_db()
    location.listed_at = None
    read(location, client)
