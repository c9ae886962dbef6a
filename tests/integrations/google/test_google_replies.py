"""A reply leaves once, ends live or with a person, and never lands over a newer one: whatever Google does meanwhile."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from tests.integrations.google.conftest import OTHER, SAFE, Story

from amends.audit.models import Incident
from amends.cases import actions
from amends.cases.models import EventRow
from amends.deliveries.models import Delivery, State
from amends.integrations.google_business import channel as reply_channel
from amends.integrations.google_business.models import GoogleConnection, GoogleLocation, GoogleRow
from amends.integrations.google_business.profiles import read_all_again
from amends.integrations.google_business.rereading import next_look
from amends.protocol.decide import Refused
from amends.reviews import replies, replying
from amends.reviews.checker.values import Level, Verdict
from amends.reviews.models import Reply, ReplyState, Review
from amends.reviews.on_site import SiteReply, seen_on_site

REPLY_PATH = "/v4/accounts/*/locations/*/reviews/*/reply"


@pytest.fixture
def review(story: Story) -> Review:
    return story.write(stars=1, text="Waited an hour and nobody said a word.")


def state_of(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


def row_of(reply: Reply) -> Delivery:
    assert reply.delivery is not None
    return Delivery.objects.get(pk=reply.delivery.pk)


def test_it_waits_as_pending_and_is_live_when_google_says_so(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    assert (story.shown(review), state_of(reply)) == (SAFE, ReplyState.PENDING)
    row = row_of(reply)
    assert row.proof_id
    assert (row.proof_place, row.proof_link) == ("Google", review.reply_url)
    story.google.control("moderate", review=review.site_id, state="APPROVED")
    assert story.hourly(hours=0.2)
    assert state_of(reply) == ReplyState.LIVE
    assert story.puts() == 1


@pytest.mark.parametrize(
    ("violation", "problem"),
    [("PERSONAL_INFO", "text"), ("LOCATION_SUSPENDED", "profile"), ("SOMETHING_NEW_THAT_GOOGLE_MADE_UP", "other")],
)
def test_a_refusal_keeps_googles_own_word(story: Story, review: Review, violation: str, problem: str) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, state="REJECTED", policyViolation=violation)
    story.hourly()
    assert (state_of(reply), reply.problem) == (ReplyState.REFUSED, violation)
    told = EventRow.objects.get(case=review.case_id, kind="ReplyRefused")
    assert json.loads(told.fact)["problem"] == problem


def test_googles_own_failure_sends_the_same_text_again_and_ends_in_the_end(story: Story, review: Review) -> None:
    reply = story.reply(review)
    for _ in range(4):
        story.deliver(seconds=120)
        story.google.control("moderate", review=review.site_id, state="REJECTED", policyViolation="MODERATION_ERROR")
        story.hourly()
    assert (state_of(reply), reply.problem) == (ReplyState.REFUSED, "MODERATION_ERROR")
    assert story.puts() == 4


def test_a_second_try_that_is_approved_is_live(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, state="REJECTED", policyViolation="MODERATION_ERROR")
    story.hourly()
    assert state_of(reply) == ReplyState.SENDING
    story.deliver(seconds=120)
    story.google.control("moderate", review=review.site_id, state="APPROVED")
    story.hourly()
    assert state_of(reply) == ReplyState.LIVE


def test_one_that_is_approved_before_its_own_proof_came_is_live_and_stays_so(story: Story, review: Review) -> None:
    story.google.faults("status_after:500", method="PUT", path=REPLY_PATH)
    reply = story.reply(review)
    story.work()
    story.google.control("moderate", review=review.site_id, state="APPROVED")
    story.google.control("edit", review=review.site_id, text="They answered.")
    story.poll()
    assert state_of(reply) == ReplyState.LIVE
    story.deliver()
    assert (state_of(reply), row_of(reply).state) == (ReplyState.LIVE, State.PROVED)
    assert story.puts() == 1


def test_a_refusal_of_the_first_try_does_not_end_the_second(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, state="REJECTED", policyViolation="MODERATION_ERROR")
    story.hourly()
    story.poll()
    assert state_of(reply) == ReplyState.SENDING


# --- bad days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "then",
    [
        *(
            "drop_before",
            "drop_after",
            "status:429",
            "status:503",
            "status:500",
            "status_after:500",
            "status_after:503",
        ),
        *("status:502", "status:409", "truncate", "late_commit:20:504", "late_commit:50:504"),
    ],
)
def test_a_bad_answer_ends_in_one_reply_and_never_in_none(story: Story, review: Review, then: str) -> None:
    story.google.faults(then, method="PUT", path=REPLY_PATH)
    reply = story.reply(review)
    story.deliver()
    assert (story.shown(review), state_of(reply)) == (SAFE, ReplyState.PENDING)
    assert story.puts() <= 2


@pytest.mark.parametrize("then", ["drop_before", "drop_after", "late_commit:50:504", "status_after:500", "status:500"])
def test_an_older_text_never_lands_over_a_newer_one(story: Story, review: Review, then: str) -> None:
    story.google.faults(then, method="PUT", path=REPLY_PATH)
    older = story.reply(review)
    story.work()
    newer = story.reply(review, OTHER)
    story.deliver()
    story.time.move(minutes=5)
    assert (story.shown(review), state_of(newer)) == (OTHER, ReplyState.PENDING)
    assert state_of(older) == ReplyState.REPLACED
    assert row_of(older).state in (State.WITHDRAWN, State.PROVED)


def test_an_older_one_that_still_waits_is_withdrawn(story: Story, review: Review) -> None:
    older, newer = story.reply(review), story.reply(review, OTHER)
    Delivery.objects.filter(pk=row_of(older).pk).update(state=State.WAITING, why="")  # as if it had been missed
    story.deliver()
    assert (story.shown(review), row_of(older).state) == (OTHER, State.WITHDRAWN)
    assert (state_of(older), state_of(newer)) == (ReplyState.REPLACED, ReplyState.PENDING)
    assert story.puts() == 1


@pytest.mark.parametrize("then", ["drop_before", "drop_after", "late_commit:50:504", "status:503", "status_after:500"])
def test_what_is_taken_down_stays_down(story: Story, review: Review, then: str) -> None:
    story.google.faults(then, method="PUT", path=REPLY_PATH)
    reply = story.reply(review)
    story.work()
    replying.take_down(reply.pk, story.group.lee, why="It tells who was here.")
    story.deliver()
    story.time.move(minutes=5)
    assert (story.shown(review), state_of(reply)) == ("", ReplyState.TAKEN_DOWN)
    assert not Delivery.objects.filter(state__in=(State.WAITING, State.UNKNOWN, State.BY_HAND)).filter(
        channel="google_business.reply"
    )


@pytest.mark.parametrize("then", ["drop_before", "drop_after", "late_commit:50:504", "status:503", "status_after:500"])
def test_a_deletion_that_is_late_takes_no_newer_reply_away(story: Story, review: Review, then: str) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.faults(then, method="DELETE", path=REPLY_PATH)
    replying.take_down(reply.pk, story.group.lee, why="It tells who was here.")
    story.work()
    newer = story.reply(review, OTHER)
    story.deliver()
    story.time.move(minutes=5)
    assert (story.shown(review), state_of(newer)) == (OTHER, ReplyState.PENDING)


def test_a_reply_of_somebody_else_is_not_deleted_with_ours(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("reply", review=review.site_id, comment="Come back any time.")
    replying.take_down(reply.pk, story.group.lee, why="It tells who was here.")
    story.deliver()
    assert story.shown(review) == "Come back any time."
    assert story.puts("DELETE") == 0


def test_a_reply_is_taken_down_with_its_review(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("delete", review=review.site_id)
    replying.take_down(reply.pk, story.group.lee, why="It tells who was here.")
    story.deliver()
    assert state_of(reply) == ReplyState.TAKEN_DOWN
    assert row_of(reply).state == State.PROVED


def test_a_review_that_is_deleted_meanwhile_ends_its_reply_and_asks_nobody(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.google.control("delete", review=review.site_id)
    story.deliver()
    review.refresh_from_db()
    assert review.lost_since is not None
    assert state_of(reply) == ReplyState.GONE
    assert row_of(reply).state == State.WITHDRAWN
    with pytest.raises(Refused, match="not on the site"):
        replying.take_down(reply.pk, story.group.lee, why="It tells who was here.")
    assert not Incident.objects.exists()


@pytest.mark.parametrize("before", [ReplyState.GONE, ReplyState.REFUSED])
def test_what_google_shows_after_all_is_live(story: Story, review: Review, before: ReplyState) -> None:
    reply = story.reply(review)
    story.deliver()
    Reply.objects.filter(pk=reply.pk).update(state=before)
    seen_on_site(review, SiteReply(text=SAFE, at=story.time.now, state="pending"))
    assert state_of(reply) == before
    seen_on_site(review, SiteReply(text=SAFE, at=story.time.now, state="approved"))
    assert state_of(reply) == ReplyState.LIVE


def test_a_reply_that_is_too_long_asks_a_person(story: Story, review: Review) -> None:
    text = SAFE + " Thank you." * 400
    reply = replying.write(review.pk, text, story.group.lee)
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.SENDING, sent_at=story.time.now, level="block")
    reply.refresh_from_db()
    reply.delivery = replies.delivery_of(reply, story.time.now)
    reply.save()
    story.deliver()
    assert state_of(reply) == ReplyState.BY_HAND
    assert "4096 bytes" in row_of(reply).why
    assert story.puts() == 0


@pytest.mark.parametrize(
    ("control", "body", "says"),
    [
        ("role", {"location": "lakeside", "lost": True}, "no role"),
        ("verify", {"location": "lakeside", "verified": False}, "not verified"),
    ],
)
def test_without_the_right_a_person_is_asked_with_the_reason(
    story: Story, review: Review, control: str, body: dict[str, object], says: str
) -> None:
    story.google.control(control, **body)
    reply = story.reply(review)
    story.deliver()
    assert state_of(reply) == ReplyState.BY_HAND
    assert says in row_of(reply).why


def test_an_access_that_has_expired_is_renewed_once(story: Story, review: Review) -> None:
    story.google.control("expire")
    reply = story.reply(review)
    story.deliver()
    assert state_of(reply) == ReplyState.PENDING


def test_an_access_that_was_taken_back_asks_a_person_and_says_so(story: Story, review: Review) -> None:
    story.google.control("revoke")
    reply = story.reply(review)
    story.deliver()
    assert state_of(reply) == ReplyState.BY_HAND
    assert "Connect Google again" in row_of(reply).why
    assert "Connect Google again" in GoogleConnection.objects.get().trouble


def test_google_away_is_waited_for(story: Story, review: Review) -> None:
    GoogleConnection.objects.update(reviews_url="http://127.0.0.1:9")
    reply = story.reply(review)
    story.work()
    assert row_of(reply).last_error == "Google cannot be reached."
    GoogleConnection.objects.update(reviews_url=story.google.server.url)
    story.deliver()
    assert state_of(reply) == ReplyState.PENDING


def test_without_a_connection_a_person_posts_it(story: Story, review: Review) -> None:
    GoogleLocation.objects.all().delete()
    reply = story.reply(review)
    story.deliver()
    assert "not connected" in row_of(reply).why


# --- before it leaves ------------------------------------------------------------------------------------------------


# --- whose word it is that it is live ---------------------------------------------------------------------------------


def test_nobody_says_that_it_is_live_where_google_says_it_itself(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    with pytest.raises(Refused, match="says itself"):
        replying.seen_live(reply.pk, story.group.omar)
    assert state_of(reply) == ReplyState.PENDING


@pytest.mark.parametrize(
    ("says", "ends"),
    [
        ({"state": "REJECTED", "policyViolation": "PRIVACY"}, ReplyState.REFUSED),
        ({"state": "PENDING"}, ReplyState.PENDING),
        ({"state": "APPROVED"}, ReplyState.LIVE),
    ],
)
def test_what_somebody_said_is_live_is_looked_for_once_google_is_connected_again(
    story: Story, review: Review, says: dict[str, str], ends: ReplyState
) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, **says)
    story.location.account.connection.refresh_token = ""
    story.location.account.connection.save()
    replying.seen_live(reply.pk, story.group.omar)
    assert state_of(reply) == ReplyState.LIVE

    connection = story.location.account.connection
    connection.refresh_token = "demo-refresh-token"
    connection.save()
    read_all_again(connection)
    story.poll()
    assert state_of(reply) == ends
    assert review.case_id is not None
    assert (actions.state_of(review.case_id).reply_live is not None) == (ends is ReplyState.LIVE)


def test_what_is_the_same_review_has_its_reply_at_the_other_one(story: Story, review: Review) -> None:
    """It was entered by hand, answered by hand, and found at Google once that was connected."""
    by_hand = Review.objects.create(
        office=story.group.maple,
        site="google",
        site_id="made:1",
        via="by_hand",
        stars=1,
        posted_at=review.posted_at,
        edited_at=review.posted_at,
        first_seen_at=review.posted_at,
        last_seen_at=review.posted_at,
    )
    reply = replying.write(by_hand.pk, SAFE, story.group.lee)
    replying.send(reply.pk, story.group.lee, text=SAFE)
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.PENDING)
    replying.seen_live(reply.pk, story.group.lee)
    Review.objects.filter(pk=review.pk).update(same_as=by_hand)
    story.google.reply(review.site_id, SAFE)
    story.google.control("moderate", review=review.site_id, state="REJECTED", policyViolation="PRIVACY")
    story.poll()
    assert state_of(reply) == ReplyState.REFUSED
    assert not review.replies.exists()


def test_what_the_checker_finds_since_keeps_it_in(
    story: Story, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = story.reply(review)
    monkeypatch.setattr(reply_channel, "verdict_for", lambda *_: Verdict(level=Level.BLOCK, findings=()))
    story.deliver()
    assert (story.shown(review), state_of(reply)) == ("", ReplyState.BY_HAND)
    assert "than when it was signed" in row_of(reply).why


def test_the_same_words_that_were_signed_later_keep_no_earlier_reply_in(story: Story, review: Review) -> None:
    other = story.write(stars=2, text="The phone rang and rang.")
    first = story.reply(review)
    story.time.move(seconds=1)
    Reply.objects.create(review=other, text=SAFE, state=ReplyState.LIVE, written_at=story.time(), sent_at=story.time())
    story.deliver()
    assert (story.shown(review), state_of(first)) == (SAFE, ReplyState.PENDING)


def test_what_was_signed_in_spite_of_a_finding_goes_out(
    story: Story, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = story.reply(review)
    Reply.objects.filter(pk=reply.pk).update(level="block")
    monkeypatch.setattr(reply_channel, "verdict_for", lambda *_: Verdict(level=Level.BLOCK, findings=()))
    story.deliver()
    assert state_of(reply) == ReplyState.PENDING


def test_somebody_elses_reply_is_seen_before_it_is_replaced(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.time.move(seconds=30)
    story.google.control("reply", review=review.site_id, comment="Call us!")
    story.deliver()
    assert (story.shown(review), state_of(reply)) == ("Call us!", ReplyState.REPLACED)
    foreign = review.replies.get(foreign=True)
    assert foreign.text == "Call us!"
    newer = story.reply(review, OTHER)
    story.deliver()
    assert (story.shown(review), state_of(newer)) == (OTHER, ReplyState.PENDING)


def test_white_space_of_googles_own_is_the_same_text(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.google.control("reply", review=review.site_id, comment=SAFE.replace(". ", ".\n\n"))
    story.deliver()
    assert state_of(reply) == ReplyState.PENDING
    assert story.puts() == 0


def test_profiles_take_ten_edits_a_minute(story: Story, review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter([None, 0.0])

    class Taken:
        def __init__(self, of: str) -> None:
            assert review.location in of

        def take(self, interval: float, *, at_most: float) -> float | None:
            return next(turns)

    monkeypatch.setattr(reply_channel, "SharedTurns", Taken)
    reply = story.reply(review)
    story.work()
    row = row_of(reply)
    assert (row.state, row.due_at - story.time.now) == (State.WAITING, timedelta(seconds=6))
    story.deliver()
    assert state_of(reply) == ReplyState.PENDING


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_a_waiting_reply_is_looked_for_less_and_less(story: Story) -> None:
    since, looks, at = story.time.now, [], None
    for _ in range(30):
        at = next_look(since, at)
        looks.append((at - since) / timedelta(minutes=1))
    assert looks[:6] == [10, 30, 60, 120, 180, 240]
    assert looks[25:] == [1440, 2880, 4320, 5760, 7200]
    late = next_look(since, since + timedelta(hours=5, minutes=59))
    assert late - since == timedelta(hours=6)


def test_it_is_looked_for_once_each_time(story: Story, review: Review) -> None:
    story.reply(review)
    story.deliver()
    assert not story.hourly(hours=0.1)
    assert story.hourly(hours=0.1)
    assert not story.hourly(hours=0.01)
    assert story.hourly(hours=30 * 24)
    assert not story.hourly(hours=0.5)


def test_a_look_that_fails_comes_again(story: Story, review: Review) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, state="APPROVED")
    story.google.faults("status:503", method="GET", path="/v4/accounts/*/locations/*/reviews/*")
    story.hourly(hours=0.2)
    assert state_of(reply) == ReplyState.PENDING
    story.hourly(hours=0.5)
    assert state_of(reply) == ReplyState.LIVE


def test_a_review_that_is_gone_while_its_reply_waits_is_lost(story: Story, review: Review) -> None:
    story.reply(review)
    story.deliver()
    story.google.control("delete", review=review.site_id)
    story.hourly()
    review.refresh_from_db()
    assert review.lost_since is not None


def test_settling_is_what_the_waits_rest_on() -> None:
    assert settings.SETTLE_SECONDS == 60  # late commits of these tests come before it


# --- what Google does not tell ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("older", [True, False])
def test_where_google_tells_no_state_a_person_says_that_it_is_live(story: Story, review: Review, older: bool) -> None:
    reply = story.reply(review)
    story.deliver()
    if older:
        story.google.settings(review_reply_state=False)
    else:
        story.google.control("moderate", review=review.site_id, state="REVIEW_REPLY_STATE_UNSPECIFIED")
    story.hourly()
    assert state_of(reply) == ReplyState.PENDING
    assert reply.steps.filter(what="untold").exists()
    replying.seen_live(reply.pk, story.group.omar)
    story.poll()
    assert state_of(reply) == ReplyState.LIVE


def test_what_the_practice_deleted_and_wrote_again_at_google_is_not_deleted_by_amends(
    story: Story, review: Review
) -> None:
    reply = story.reply(review)
    story.deliver()
    story.google.control("moderate", review=review.site_id, state="APPROVED")
    story.hourly()
    seen_on_site(review, None)
    assert state_of(reply) == ReplyState.TAKEN_DOWN
    GoogleRow.objects.all().delete()
    story.poll()
    story.deliver()
    assert (story.shown(review), state_of(reply), story.puts("DELETE")) == (SAFE, ReplyState.LIVE, 0)


def test_what_the_copy_of_google_tells_reaches_the_case_of_the_review_that_was_there_first(
    story: Story, review: Review
) -> None:
    by_hand = Review.objects.create(
        office=story.group.maple,
        site="google",
        site_id="made:1",
        via="by_hand",
        stars=5,
        posted_at=review.posted_at,
        edited_at=review.posted_at,
        first_seen_at=review.posted_at,
        last_seen_at=review.posted_at,
    )
    Review.objects.filter(pk=review.pk).update(same_as=by_hand, case=None)
    story.google.control("edit", review=review.site_id, stars=2, text="And nobody called.")
    story.poll()
    by_hand.refresh_from_db()
    assert (by_hand.stars, by_hand.text, by_hand.case is None) == (2, "And nobody called.", False)
    reply = replying.write(by_hand.pk, SAFE, story.group.lee)
    replying.send(reply.pk, story.group.lee, text=SAFE, early="They asked for a word in public at once.")
    story.google.control("delete", review=review.site_id)
    story.poll()
    by_hand.refresh_from_db()
    assert (by_hand.lost_since is None, state_of(reply)) == (False, ReplyState.GONE)
    assert EventRow.objects.filter(case=by_hand.case_id, kind="ReviewLost").exists()
