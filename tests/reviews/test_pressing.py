"""What presses reaches whoever must do something about it, and stands first among what needs a person."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.deliveries import by_hand
from amends.practice.models import Person
from amends.reviews import replying
from amends.reviews.models import Queue, Reply, ReplyState, Review
from amends.reviews.on_site import SiteReply, delivery_ended, not_on_site, seen_on_site
from amends.reviews.pressing import replies_that_press
from amends.reviews.profile_troubles import profiles_to_see_to

SAFE = (
    "Thank you for taking the time to share this. Privacy rules keep us from discussing anything here. "
    "We would like to hear more: please call our office manager."
)
TELLS = "Thank you. We are sorry about your crown last Tuesday, and we have refunded you $120."
SignIn = Callable[[Person], Client]


def titles(person: Person) -> list[str]:
    return [one.title for one in replies_that_press(person)]


def queue(review: Review) -> str:
    review.refresh_from_db()
    return review.queue


@pytest.fixture
def pending(group: Cast, brings: Brings, now: datetime) -> Review:
    """Five stars without a case, whose reply Google has had since now."""
    review = brings(stars=5)
    reply = replying.write(review.pk, SAFE, group.omar)
    reply.state, reply.sent_at, reply.pending_since = ReplyState.PENDING, now, now
    reply.save()
    return review


def test_a_reply_from_elsewhere_that_tells_something_comes_first_and_to_the_privacy_officer(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    for number in range(7):
        harmless = brings(stars=5, site_id=f"h{number}", text=f"Good {number}.", reviewer=f"H {number}")
        seen_on_site(harmless, SiteReply(text=SAFE, at=None, state="approved"))
    bad = brings(stars=5, site_id="bad", text="My crown.", reviewer="B")
    seen_on_site(bad, SiteReply(text=TELLS, at=None, state="approved"))
    for person in (group.pia, group.omar):
        assert len(titles(person)) == 1
        assert "gives something away" in titles(person)[0]
        assert "Take it down" in titles(person)[0]
    assert not titles(group.rita)
    assert not titles(group.alex)
    shown = client_for(group.omar).get("/reviews").content.decode()
    assert shown.index("gives something away") < shown.index("May that reply stay?")
    assert shown.count("May that reply stay?") == 5
    assert "2 more in Answered elsewhere" in shown
    assert "gives something away" in client_for(group.pia).get("/").content.decode()
    replying.take_down(bad.replies.get().pk, group.pia, why="It tells of a crown.")
    assert not titles(group.pia)


def test_what_a_person_must_delete_is_public_until_somebody_says_that_it_is_gone(
    group: Cast, client_for: SignIn, brings: Brings
) -> None:
    review = brings(stars=5, site="yelp", location="", site_id="y1")
    reply = replying.write(review.pk, SAFE, group.omar)
    reply.state = ReplyState.LIVE
    reply.save()
    taken = replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert queue(review) == Queue.PUBLIC
    assert "Still public" in titles(group.omar)[0]
    shown = client_for(group.omar).get("/reviews").content.decode()
    assert "Still public: delete" in shown
    assert "Reply: taken down" not in shown
    assert taken.delivery
    by_hand.pasted(taken.delivery.pk, group.omar)
    assert not titles(group.omar)
    assert queue(review) == Queue.READY


def test_the_site_itself_may_show_that_it_is_gone(group: Cast, pending: Review) -> None:
    reply = pending.replies.get()
    taken = replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert queue(pending) == Queue.PUBLIC
    assert not titles(group.omar), "Amends is taking it off itself"
    row = taken.delivery
    assert row
    row.state = "by_hand"
    row.save()
    delivery_ended(row)
    assert titles(group.omar)
    seen_on_site(pending, SiteReply(text=SAFE, at=None, state="approved"))
    assert titles(group.omar)
    seen_on_site(pending, None)
    assert not titles(group.omar)
    assert queue(pending) == Queue.READY


def test_one_without_a_case_that_the_site_keeps_goes_to_the_manager_and_then_up(
    group: Cast, client_for: SignIn, pending: Review, now: datetime
) -> None:
    for days, manager, region in ((2, 0, 0), (3, 1, 0), (6, 1, 1)):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            assert (len(titles(group.omar)), len(titles(group.rita))) == (manager, region), days
            shown = client_for(group.omar).get("/reviews").content.decode()
            assert ("does not show it. Look there" in shown) == bool(manager)


def test_an_open_case_minds_its_own_deadline(group: Cast, brings: Brings, now: datetime) -> None:
    review = brings()
    Reply.objects.create(
        review=review, text=SAFE, state=ReplyState.PENDING, written_at=now, pending_since=now - timedelta(days=9)
    )
    assert review.case_id
    assert not titles(group.omar)


def test_a_review_that_is_gone_says_so_and_nothing_else(group: Cast, client_for: SignIn, brings: Brings) -> None:
    review = brings(stars=5)
    reply = replying.write(review.pk, SAFE, group.omar)
    replying.send(reply.pk, group.omar, text=SAFE)
    not_on_site(review.pk)
    shown = client_for(group.omar).get(f"/reviews/{review.pk}").content.decode()
    assert "The review is gone, nothing was sent" in shown
    for impossible in ("Post it", "I posted it", "take it down", "Send it"):
        assert impossible not in shown


def test_a_profile_that_is_not_in_order_is_on_the_administrators_my_work_until_another_reply_is_taken(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    for number in range(2):
        review = brings(stars=5, site_id=f"p{number}", text=f"Fine {number}.", reviewer=f"P {number}")
        reply = replying.write(review.pk, SAFE, group.omar)
        reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, "LOCATION_SUSPENDED", now
        reply.save()
    (told,) = profiles_to_see_to(group.alex)
    assert told.title == (
        "Replies are refused: the profile is suspended. Ask for a review of the suspension in Google Business Profile."
    )
    assert "Replies are refused: the profile is suspended" in client_for(group.alex).get("/").content.decode()
    assert profiles_to_see_to(group.omar) == []
    Reply.objects.update(state=ReplyState.LIVE)
    for one in Review.objects.all():
        one.save()
    assert profiles_to_see_to(group.alex) == []


def test_a_text_that_a_site_minds_is_no_matter_of_the_profile(group: Cast, brings: Brings, now: datetime) -> None:
    reply = replying.write(brings(stars=5).pk, SAFE, group.omar)
    reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, "OFF_TOPIC", now
    reply.save()
    assert profiles_to_see_to(group.alex) == []


def test_a_refused_reply_without_an_open_case_is_on_the_managers_my_work_with_what_to_change(
    group: Cast, brings: Brings, now: datetime
) -> None:
    review = brings(stars=5)
    reply = replying.write(review.pk, SAFE, group.omar)
    reply.state, reply.problem, reply.ended_at = ReplyState.REFUSED, "REPETITIVE", now
    reply.save()
    (told,) = titles(group.omar)
    assert told == (
        "The site refused the reply: REPETITIVE. The site says that it is like other replies. "
        "Choose another wording, and send it again."
    )
    assert not titles(group.rita)
    assert not titles(group.pia)
    replying.write(review.pk, SAFE + " Thank you.", group.omar)
    assert not titles(group.omar)


def test_a_refused_reply_of_an_open_case_is_the_cases_own(group: Cast, brings: Brings, now: datetime) -> None:
    review = brings()
    reply = replying.write(review.pk, SAFE, group.omar)
    reply.state, reply.ended_at = ReplyState.REFUSED, now
    reply.save()
    assert queue(review) == Queue.REFUSED
    assert not titles(group.omar)
