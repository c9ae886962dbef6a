"""Several processes share the work, and what went wrong at one place stays there."""

from datetime import timedelta

import pytest
from tests.integrations.google.conftest import Story

from amends.deliveries.channel import RetryAfter
from amends.deliveries.models import Delivery, State
from amends.integrations.channels import channel
from amends.integrations.google_business import chores, polling
from amends.integrations.google_business.models import GoogleLocation, GoogleReread
from amends.integrations.google_business.rereading import claim
from amends.reviews import replying
from amends.reviews.models import Reply, Review


@pytest.fixture
def reply(story: Story) -> Reply:
    """One that waits for Google."""
    sent = story.reply(story.write(stars=1))
    story.deliver()
    sent.refresh_from_db()
    return sent


def test_a_profile_that_another_process_has_taken_meanwhile_is_left(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.time.move(minutes=5)
    [stale] = GoogleLocation.objects.filter(office__isnull=False)
    assert chores._read_one(stale)
    assert not chores._read_one(stale)


def test_two_processes_never_look_for_one_reply_at_a_time(story: Story, reply: Reply) -> None:
    assert claim(reply, story.time.now)
    assert claim(reply, story.time.now + timedelta(hours=1))
    real, calls = GoogleReread.objects.filter, []

    def late(**asked: object):
        calls.append(asked)
        if len(calls) == 2:  # the other process notes its look in between
            real(reply=reply).update(looked_at=story.time.now + timedelta(hours=3))
        return real(**asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GoogleReread.objects, "filter", late)
        assert not claim(reply, story.time.now + timedelta(hours=2))
        GoogleReread.objects.all().delete()
        patch.setattr(GoogleReread.objects, "filter", lambda **asked: real(pk=0))
        assert claim(reply, story.time.now)
        assert not claim(reply, story.time.now), "the other one was quicker by a moment"


def test_a_reply_of_a_profile_that_is_gone_is_not_looked_for(story: Story, reply: Reply) -> None:
    GoogleLocation.objects.update(office=None)
    assert not story.hourly()


def test_a_push_during_a_reading_that_fails_stands(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def pushed(location: GoogleLocation, client: object) -> None:
        chores.hurry({location.name})
        raise RetryAfter("Google asked for a pause.", 3000.0)

    monkeypatch.setattr(chores, "read", pushed)
    story.time.move(minutes=5)
    assert chores.read_reviews()
    story.location.refresh_from_db()
    assert story.location.due_at == story.time.now


def test_a_trouble_that_lasts_keeps_its_beginning(story: Story) -> None:
    story.google.control("role", location="lakeside", lost=True)
    story.poll()
    since = story.location.trouble_since
    story.time.move(hours=1)
    story.poll()
    assert story.location.trouble_since == since is not None


def test_what_a_file_brought_is_never_asked_for_by_name(story: Story) -> None:
    review = story.write()
    story.google.control("delete", review=review.site_id)
    Review.objects.filter(pk=review.pk).update(site_id="made:1")
    story.poll()
    review.refresh_from_db()
    assert (review.lost_since, story.location.trouble) == (None, "")


def test_of_very_many_that_are_missing_the_rest_waits(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_MOST_MISSING", 1)
    reviews = [story.write(reviewer=f"Jen {number}", text=f"No. {number}") for number in range(3)]
    for review in reviews:
        story.google.control("delete", review=review.site_id)
    story.poll()
    assert Review.objects.filter(lost_since__isnull=False).count() == 1
    story.time.move(days=1)
    story.poll()
    story.time.move(days=1)
    story.poll()
    assert Review.objects.filter(lost_since__isnull=False).count() == 3


def test_a_look_for_a_deletion_waits_for_what_may_still_arrive(story: Story, reply: Reply) -> None:
    replying.take_down(reply.pk, story.group.lee, why="It tells too much.")
    story.work()
    reply.refresh_from_db()
    assert reply.delivery is not None
    put = Delivery.objects.get(marker=f"reply:{reply.pk}.1")
    Delivery.objects.filter(pk=put.pk).update(state=State.UNKNOWN, sent_at=story.time.now)
    item = Delivery.objects.get(pk=reply.delivery.pk).outgoing
    with pytest.raises(RetryAfter, match="brings the reply back"):
        channel("google_business.reply").find(item)
    story.google.control("delete", review=reply.review.site_id)
    assert channel("google_business.reply").find(item) is not None
    assert channel("google_business.reply").find(put.outgoing) is None
