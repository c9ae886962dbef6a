"""A reply from draft to live: checked, signed, sent once, and live only when the site or a person says so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.conftest import Cast
from tests.deliveries.other_side import OtherSide
from tests.reviews.conftest import Brings

from amends.access import actor_at
from amends.audit.models import Incident, close_incident
from amends.cases import actions
from amends.cases.models import EventRow
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.words import ReplyProblem, Role, Way
from amends.reviews import editor, replying, sites
from amends.reviews.models import Reply, ReplyState, Review
from amends.reviews.on_site import SiteReply, delivery_ended, seen_on_site
from amends.reviews.work import may_look

SAFE = (
    "Thank you for taking the time to share this. Privacy rules keep us from discussing anything here. "
    "We would like to hear more: please call our office manager."
)
OTHER = "We value every word of feedback. For privacy we say no more in public. Please call us so that we can listen."
TELLS = "Thank you. We are sorry about your crown last Tuesday, and we have refunded you $120."
HEDGES = SAFE + " We are sorry for your experience with us."


def put_right(group: Cast, review: Review) -> None:
    by = actor_at(group.omar, str(group.maple.pk))
    for command in (
        c.RecordConversation(way=Way.PHONE, note="They are glad that somebody called."),
        c.MarkAddressed(resolution="apology"),
    ):
        actions.perform(command=command, by=by, case=review.case_id)


@pytest.fixture
def review(group: Cast, brings: Brings) -> Review:
    """One star on Google, and its case is put right."""
    review = brings()
    put_right(group, review)
    return review


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> OtherSide:
    return OtherSide()


def sent(review: Review, person: Person, text: str = SAFE, **words: str) -> Reply:
    reply = replying.write(review.pk, text, person)
    return replying.send(reply.pk, person, text=text, **words)


def delivered(side: OtherSide) -> None:
    while run_one(side.channel):
        pass


def state(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


def delivery_of(reply: Reply) -> Delivery:
    """The delivery that the reply waits for now."""
    row = Reply.objects.select_related("delivery").get(pk=reply.pk).delivery
    assert row
    return row


def kinds(review: Review) -> list[str]:
    return list(EventRow.objects.filter(case=review.case_id).order_by("seq").values_list("kind", flat=True))


def shown(text: str = SAFE, status: str = "approved", **changes: object) -> SiteReply:
    return SiteReply(**{"text": text, "at": datetime.fromisoformat("2100-01-01T00:00Z"), "state": status, **changes})  # type: ignore[arg-type]


# --- writing and signing -------------------------------------------------------------------------------------------


def test_a_draft_keeps_its_text_and_its_verdict_at_every_edit(group: Cast, review: Review) -> None:
    first = replying.write(review.pk, TELLS, group.omar)
    assert first.level == "block"
    assert {"treatment", "money", "dates"} <= {finding["category"] for finding in first.findings}
    again = replying.write(review.pk, SAFE, group.omar)
    assert (again.pk, again.level in ("pass", "note")) == (first.pk, True)
    assert replying.write(review.pk, SAFE, group.ruth).pk == first.pk, "the same text is no edit"
    steps = list(again.steps.order_by("pk").values_list("what", "level", "text"))
    assert [step[0] for step in steps] == ["written", "written"]
    assert steps[0][2] == TELLS


def test_an_empty_or_endless_text_is_no_reply(group: Cast, review: Review) -> None:
    for text, why in ((" \x00", "Write the reply first"), ("a" * 20_001, "longer than any")):
        with pytest.raises(Refused, match=why):
            replying.write(review.pk, text, group.omar)


def test_team_members_write_no_replies(group: Cast, review: Review) -> None:
    with pytest.raises(Refused, match="written by managers"):
        replying.write(review.pk, SAFE, group.ana)


def test_a_safe_reply_is_sent_by_its_writer(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    assert (reply.state, reply.sent_by) == (ReplyState.SENDING, group.omar)
    row = delivery_of(reply)
    assert (row.case, row.channel, row.payload["text"]) == (None, "google_business.reply", SAFE)
    assert "UP-" not in row.payload["text"], "nothing of ours stands in public"


def test_what_is_found_is_signed_by_somebody_else(group: Cast, review: Review) -> None:
    reply = replying.write(review.pk, HEDGES, group.omar)
    assert reply.level == "warn"
    with pytest.raises(Refused, match="a second person"):
        replying.send(reply.pk, group.omar, text=HEDGES)
    replying.ask_approval(reply.pk, group.omar)
    assert state(reply) == "to_approve"
    assert replying.send(reply.pk, group.rita, text=HEDGES).sent_by == group.rita


def test_whoever_changed_a_word_is_a_writer_too(group: Cast, review: Review) -> None:
    replying.write(review.pk, HEDGES, group.omar)
    reply = replying.write(review.pk, HEDGES + " Thank you.", group.rita)
    for person in (group.omar, group.rita):
        with pytest.raises(Refused, match="a second person"):
            replying.send(reply.pk, person, text=reply.text)
    replying.send(reply.pk, group.lee, text=reply.text)


def test_a_disclosure_goes_out_only_by_the_privacy_officer_with_a_reason(group: Cast, review: Review) -> None:
    reply = replying.write(review.pk, TELLS, group.omar)
    with pytest.raises(Refused, match="privacy officer"):
        replying.send(reply.pk, group.lee, text=TELLS, reason="I own the place.")
    with pytest.raises(Refused, match="Write why"):
        replying.send(reply.pk, group.pia, text=TELLS)
    signed = replying.send(reply.pk, group.pia, text=TELLS, reason="They signed an authorization.")
    assert signed.reason == "They signed an authorization."
    assert signed.steps.get(what="sent").note == "They signed an authorization."


def test_nobody_signs_what_was_changed_behind_them(group: Cast, review: Review) -> None:
    reply = replying.write(review.pk, SAFE, group.omar)
    replying.write(review.pk, OTHER, group.rita)
    with pytest.raises(Refused, match="changed the text meanwhile"):
        replying.send(reply.pk, group.omar, text=SAFE)


def test_it_is_checked_again_when_it_is_sent(group: Cast, review: Review) -> None:
    reply = replying.write(review.pk, SAFE, group.omar)
    Reply.objects.filter(pk=reply.pk).update(text=TELLS)  # as if the checker had learned something since
    with pytest.raises(Refused, match="privacy officer"):
        replying.send(reply.pk, group.omar, text=TELLS)


def test_not_before_the_case_is_put_right(group: Cast, brings: Brings) -> None:
    review = brings()
    reply = replying.write(review.pk, SAFE, group.omar)
    with pytest.raises(Refused, match="not put right yet"):
        replying.send(reply.pk, group.omar, text=SAFE)
    early = replying.send(reply.pk, group.rita, text=SAFE, early="The press has called.")
    assert early.early == "The press has called."


def test_a_review_without_a_case_is_answered_at_once(group: Cast, brings: Brings, side: OtherSide) -> None:
    review = brings(stars=5, text="Lovely.")
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown())
    assert state(reply) == "live"


# --- on its way ----------------------------------------------------------------------------------------------------


def test_with_the_site_is_not_live_and_live_is_what_the_site_says(group: Cast, review: Review, side: OtherSide) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    assert (state(reply), kinds(review)[-1]) == ("pending", "ReplySent")
    for status in ("pending", ""):
        seen_on_site(review, shown(status=status))
        assert state(reply) == "pending"
    seen_on_site(review, shown(SAFE.replace(" ", "\n", 1)))
    seen_on_site(review, shown())
    assert (state(reply), kinds(review).count("ReplyWentLive")) == ("live", 1)


@pytest.mark.parametrize("problem", [ReplyProblem.TEXT, ReplyProblem.PROFILE, ReplyProblem.OTHER])
def test_a_refused_reply_is_written_anew(group: Cast, review: Review, side: OtherSide, problem: ReplyProblem) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown(status="rejected", problem=problem, reason="SOMETHING_NEW"))
    assert (state(reply), reply.problem, kinds(review)[-1]) == ("refused", "SOMETHING_NEW", "ReplyRefused")
    seen_on_site(review, shown(status="rejected", problem=problem, reason="SOMETHING_NEW"))
    assert kinds(review).count("ReplyRefused") == 1
    another = sent(review, group.omar, OTHER)
    assert another.pk != reply.pk


def test_where_no_channel_is_a_person_posts_it_and_their_word_counts(
    group: Cast, brings: Brings, side: OtherSide, client_for: Callable[[Person], object]
) -> None:
    review = brings(site="yelp", site_id="y-1", location="", reply_url="https://yelp.example/reply")
    put_right(group, review)
    reply = sent(review, group.omar)
    row = delivery_of(reply)
    assert (row.channel, row.paste_text, row.payload["link"]) == ("review.by_hand", SAFE, "https://yelp.example/reply")
    Delivery.objects.filter(pk=row.pk).update(state=State.BY_HAND, why="No connection to this site.")
    by_hand.pasted(row.pk, group.omar)
    assert (state(reply), reply.posted_by) == ("live", group.omar)
    assert kinds(review)[-2:] == ["ReplySent", "ReplyWentLive"]


def test_what_somebody_posted_at_a_site_that_amends_reads_is_live_when_the_site_says_so(
    group: Cast, review: Review
) -> None:
    reply = sent(review, group.omar)
    Delivery.objects.filter(pk=delivery_of(reply).pk).update(state=State.BY_HAND, why="The role was lost.")
    by_hand.pasted(delivery_of(reply).pk, group.omar)
    assert state(reply) == "pending"
    seen_on_site(review, shown())
    assert state(reply) == "live"


def test_a_person_may_have_seen_it_where_the_site_does_not_say(group: Cast, review: Review, side: OtherSide) -> None:
    reply = sent(review, group.omar)
    with pytest.raises(Refused, match="does not wait for the site"):
        replying.seen_live(reply.pk, group.omar)
    delivered(side)
    replying.seen_live(reply.pk, group.omar)
    assert (state(reply), kinds(review)[-1]) == ("live", "ReplyWentLive")


def test_nobodys_word_takes_the_place_of_the_sites(
    group: Cast, review: Review, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "_readers", [lambda one: one.site == "google"])
    reply = sent(review, group.omar)
    delivered(side)
    with pytest.raises(Refused, match="says itself"):
        replying.seen_live(reply.pk, group.omar)
    assert (state(reply), kinds(review)[-1]) == ("pending", "ReplySent")


def test_what_a_person_saw_and_the_site_does_not_show_waits_again(group: Cast, review: Review, side: OtherSide) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    replying.seen_live(reply.pk, group.omar)
    seen_on_site(review, shown(status="pending"))
    assert (state(reply), kinds(review)[-2:]) == ("pending", ["ReplyGone", "ReplySent"])
    seen_on_site(review, shown())
    seen_on_site(review, shown(status="pending"))
    assert state(reply) == "live", "the site itself said so"


def test_a_delivery_that_nobody_can_make_asks_a_person(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    row = delivery_of(reply)
    row.state, row.why = State.BY_HAND, "The profile lost its owner."
    row.save()
    delivery_ended(row)
    assert (state(reply), reply.steps.order_by("pk").last().note) == ("by_hand", "The profile lost its owner.")  # type: ignore[union-attr]


def test_a_second_reply_takes_the_first_ones_place(group: Cast, review: Review, side: OtherSide) -> None:
    first = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown())
    second = sent(review, group.omar, OTHER)
    assert state(first) == "live", "until the other one is there"
    delivered(side)
    assert (state(first), state(second)) == ("replaced", "pending")
    seen_on_site(review, shown(SAFE))
    assert state(second) == "pending", "a page that was read late shows the first one still"


# --- taken down, and from elsewhere --------------------------------------------------------------------------------


def test_taking_down_deletes_it_and_opens_an_incident_that_keeps_what_was_public(
    group: Cast, review: Review, side: OtherSide, now: datetime
) -> None:
    reply = sent(review, group.omar)
    with pytest.raises(Refused, match="Write what is wrong"):
        replying.take_down(reply.pk, group.omar, why=" ")
    delivered(side)
    seen_on_site(review, shown())
    replying.take_down(reply.pk, group.omar, why="It names a tooth.")
    incident = Incident.objects.get()
    assert (incident.shown, incident.where, incident.what) == (SAFE, "Google", "It names a tooth.")
    assert incident.public_since is not None
    assert incident.public_until is None, "it may still be read"
    assert incident.due_at - incident.opened_at == timedelta(days=60)
    assert incident.case == review.case.number  # type: ignore[union-attr]
    assert kinds(review)[-1] == "ReplyGone"
    row = delivery_of(reply)
    assert row.payload["delete"] is True
    delivered(side)
    assert state(reply) == "taken_down"
    assert Incident.objects.get().public_until is not None
    with pytest.raises(Refused, match="not on the site"):
        replying.take_down(reply.pk, group.omar, why="Again.")
    close_incident(incident.pk, by=group.pia, disposition="Told the patient.", at=now)
    incident.refresh_from_db()
    assert (incident.closed_by_name, incident.disposition) == ("Pia Sorensen", "Told the patient.")


def test_what_was_taken_down_and_stands_there_still_is_taken_down_again(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    replying.take_down(reply.pk, group.omar, why="A slip.")
    seen_on_site(review, shown())
    assert Delivery.objects.filter(purpose="reply").count() == 2, "it is on its way off"
    delivered(side)
    seen_on_site(review, shown())
    assert Delivery.objects.filter(purpose="reply").count() == 3
    assert state(reply) == "taken_down"
    seen_on_site(review, None)


def test_a_reply_that_waits_to_leave_does_not_leave_once_it_is_taken_down(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    first = delivery_of(reply).pk
    replying.take_down(reply.pk, group.omar, why="A slip.")
    assert Delivery.objects.get(pk=first).state == State.WITHDRAWN
    assert Incident.objects.get().public_since is None


def test_only_managers_take_a_reply_down(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    with pytest.raises(Refused, match="Only managers"):
        replying.take_down(reply.pk, group.ana, why="A slip.")


def test_a_reply_that_nobody_here_wrote_is_found_and_shown_and_answers_nothing_by_itself(
    group: Cast, review: Review
) -> None:
    seen_on_site(review, shown("Sorry to hear that! Call us."))
    review.refresh_from_db()
    found = review.reply
    assert found
    assert found.foreign
    assert found.state == "live"
    assert found.level
    assert "ReplyWentLive" not in kinds(review)
    seen_on_site(review, shown("Sorry to hear that! Call us."))
    assert review.replies.count() == 1
    replying.keep_foreign(found.pk, group.omar)
    assert kinds(review)[-1] == "ReplyWentLive"
    with pytest.raises(Refused, match="no reply from elsewhere"):
        replying.keep_foreign(sent(review, group.omar, OTHER).pk, group.omar)


def test_a_reply_from_elsewhere_that_tells_something_cannot_be_kept(group: Cast, review: Review) -> None:
    seen_on_site(review, shown(TELLS))
    review.refresh_from_db()
    with pytest.raises(Refused, match="gives something away"):
        replying.keep_foreign(review.reply_id or 0, group.omar)
    replying.take_down(review.reply_id or 0, group.omar, why="Another tool wrote it.")
    assert Incident.objects.get().shown == TELLS


def test_a_reply_from_elsewhere_that_is_refused_is_nothing(review: Review) -> None:
    seen_on_site(review, shown("Spam.", status="rejected"))
    assert review.replies.count() == 0


def test_a_reply_from_elsewhere_that_waits_for_the_site_answers_when_it_is_kept_and_live(
    group: Cast, review: Review
) -> None:
    seen_on_site(review, shown("Call us, please.", status="pending"))
    found = review.replies.get()
    assert (found.state, found.foreign) == ("pending", True)
    replying.keep_foreign(found.pk, group.omar)
    assert "ReplyWentLive" not in kinds(review), "nobody can read it yet"
    seen_on_site(review, shown("Call us, please."))
    assert kinds(review)[-1] == "ReplyWentLive"


def test_a_reply_from_elsewhere_goes_live_without_answering_until_somebody_lets_it_stay(review: Review) -> None:
    seen_on_site(review, shown("Call us, please.", status="pending"))
    seen_on_site(review, shown("Call us, please."))
    assert review.replies.get().state == "live"
    assert "ReplyWentLive" not in kinds(review)


@pytest.mark.parametrize("again", [True, False])
def test_what_others_wrote_is_never_sent_again_and_its_refusal_asks_nobody(review: Review, again: bool) -> None:
    seen_on_site(review, shown("Call us, please."))
    seen_on_site(review, shown("Call us, please.", status="rejected", again=again))
    assert review.replies.get().state == "refused"
    assert Delivery.objects.filter(purpose="reply").count() == 0
    assert "ReplyRefused" not in kinds(review)


def test_a_draft_stays_before_its_writer_when_something_else_appears_on_the_site(group: Cast, review: Review) -> None:
    draft = replying.write(review.pk, SAFE, group.omar)
    for _ in range(2):
        seen_on_site(review, shown("Automatic: sorry!"))
    review.refresh_from_db()
    assert (review.reply, review.replies.filter(foreign=True).count()) == (draft, 1)


def test_another_reply_in_the_place_of_ours_opens_the_question_again(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown())
    seen_on_site(review, shown("Automatic: sorry!"))
    assert (state(reply), kinds(review)[-1]) == ("replaced", "ReplyGone")


def test_a_live_reply_that_is_gone_is_missed_and_a_pending_one_may_just_not_show(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, None)
    assert state(reply) == "pending"
    seen_on_site(review, shown())
    seen_on_site(review, None)
    assert (state(reply), kinds(review)[-1]) == ("taken_down", "ReplyGone")


# --- what the site does not take -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "It must stand as it is."])
def test_more_than_google_takes_is_refused_with_its_bytes_whoever_signs(
    group: Cast, review: Review, reason: str
) -> None:
    text = SAFE + " ¡Gracias!" * 400
    says = f"Google takes 4096 bytes in a reply, and this one has {len(text.encode())}. Shorten it"
    for person in (group.omar, group.pia):
        reply = replying.write(review.pk, text, person)
        with pytest.raises(Refused, match=says):
            replying.send(reply.pk, person, text=text, reason=reason, early=reason)
        with pytest.raises(Refused, match=says):
            replying.ask_approval(reply.pk, person)
    assert any(one["why"].startswith(says) for one in reply.findings)
    assert state(reply) == ReplyState.DRAFT


def test_only_google_counts(group: Cast, brings: Brings) -> None:
    review = brings(site="yelp", site_id="y", stars=5)
    text = SAFE + " We mean it." * 400
    reply = replying.write(review.pk, text, group.omar)
    assert all("bytes" not in one["why"] for one in reply.findings)
    assert state(replying.ask_approval(reply.pk, group.omar)) == ReplyState.TO_APPROVE


# --- what comes back, and what outlives its reply ------------------------------------------------------------------


def test_what_somebody_deleted_on_the_site_and_put_back_is_live_again_and_nothing_is_deleted(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown())
    seen_on_site(review, None)
    assert state(reply) == "taken_down"
    seen_on_site(review, shown())
    assert (state(reply), kinds(review)[-1]) == ("live", "ReplyWentLive")
    assert not Delivery.objects.filter(marker__startswith=f"reply:{reply.pk}-").exists()


def test_what_is_put_back_is_live_when_the_site_says_so(group: Cast, review: Review, side: OtherSide) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown())
    seen_on_site(review, None)
    seen_on_site(review, shown(status="rejected"))
    assert state(reply) == "taken_down"
    seen_on_site(review, shown(status="pending"))
    assert (state(reply), kinds(review)[-1]) == ("pending", "ReplySent")
    seen_on_site(review, shown())
    assert state(reply) == "live"


def test_a_foreign_reply_that_comes_back_is_elsewhere_again(group: Cast, review: Review) -> None:
    seen_on_site(review, shown())
    (found,) = review.replies.all()
    for status in ("approved", "pending"):
        seen_on_site(review, None)
        seen_on_site(review, shown(status=status))
        assert state(found) == ("live" if status == "approved" else "pending")
    assert "ReplySent" not in kinds(review), "nobody here wrote it"


def by_hand_at(review: Review, person: Person, side: OtherSide, *, sent_before: bool = False) -> Reply:
    """A reply that a person is asked to post; `sent_before`: it may have arrived by itself."""
    reply = sent(review, person)
    row = delivery_of(reply)
    row.state, row.why = State.BY_HAND, "It may have arrived."
    row.sent_at = datetime.fromisoformat("2026-03-02T15:00Z") if sent_before else None
    row.save()
    delivery_ended(row)
    assert state(reply) == "by_hand"
    return reply


@pytest.mark.parametrize(("status", "ends"), [("approved", "live"), ("pending", "pending"), ("", "pending")])
def test_what_the_site_shows_nobody_need_post(
    group: Cast, review: Review, side: OtherSide, status: str, ends: str
) -> None:
    reply = by_hand_at(review, group.omar, side)
    seen_on_site(review, shown(status=status))
    assert (state(reply), delivery_of(reply).state) == (ends, State.PROVED)


def test_what_the_site_refuses_nobody_need_post(group: Cast, review: Review, side: OtherSide) -> None:
    reply = by_hand_at(review, group.omar, side)
    row = delivery_of(reply)
    seen_on_site(review, shown(status="rejected", reason="SOME", again=True))
    row.refresh_from_db()
    assert (state(reply), row.state) == ("sending", State.WITHDRAWN)
    reply = by_hand_at(review, group.omar, side)
    seen_on_site(review, shown(status="rejected", reason="PRIVACY"))
    assert (state(reply), delivery_of(reply).state) == ("refused", State.WITHDRAWN)


def test_a_by_hand_delivery_that_may_have_arrived_ends_with_its_reply(
    group: Cast, review: Review, side: OtherSide
) -> None:
    older = by_hand_at(review, group.omar, side, sent_before=True)
    sent(review, group.omar, OTHER)
    assert delivery_of(older).state == State.WITHDRAWN


def test_what_has_ended_is_not_asked_of_a_person_and_nobodys_word_brings_it_back(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    row = delivery_of(reply)
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.REPLACED)
    row.state = State.BY_HAND
    row.save()
    delivery_ended(row)
    assert (state(reply), delivery_of(reply).state) == ("replaced", State.WITHDRAWN)
    row.state, row.proved_by = State.PROVED, group.omar
    row.save()
    delivery_ended(row)
    assert state(reply) == "replaced"


def test_what_is_read_on_the_site_stays_live_when_its_delivery_is_given_up(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = sent(review, group.omar)
    row = delivery_of(reply)
    seen_on_site(review, shown())
    row.state = State.BY_HAND
    row.save()
    delivery_ended(row)
    assert (state(reply), delivery_of(reply).state) == ("live", State.WITHDRAWN)


# --- a site that does not tell -------------------------------------------------------------------------------------


def test_where_the_site_tells_no_state_a_person_says_that_it_is_live(
    group: Cast, review: Review, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "_readers", [lambda _: True])
    reply = sent(review, group.omar)
    delivered(side)
    with pytest.raises(Refused, match="says itself"):
        replying.seen_live(reply.pk, group.omar)
    for _ in range(2):
        seen_on_site(review, shown(status=""))
    assert reply.steps.filter(what="untold").count() == 1
    replying.seen_live(reply.pk, group.omar)
    assert state(reply) == "live"
    seen_on_site(review, shown(status=""))
    assert state(reply) == "live"
    seen_on_site(review, shown(status="pending"))
    assert state(reply) == "pending", "it tells by now"
    with pytest.raises(Refused, match="says itself"):
        replying.seen_live(reply.pk, group.omar)


# --- since when it was public ----------------------------------------------------------------------------------------


def incident() -> Incident:
    return Incident.objects.get()


def test_what_has_not_left_was_never_public(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert incident().public_since is None


def test_what_may_have_arrived_may_have_been_public_since_then(group: Cast, review: Review) -> None:
    reply = sent(review, group.omar)
    left = datetime.fromisoformat("2026-03-02T15:00Z")
    Delivery.objects.filter(pk=delivery_of(reply).pk).update(state=State.UNKNOWN, sent_at=left)
    replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert incident().public_since == left


def test_what_a_person_was_asked_to_post_may_have_been_public_since_it_was_signed(
    group: Cast, review: Review, side: OtherSide
) -> None:
    reply = by_hand_at(review, group.omar, side)
    replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert incident().public_since == reply.sent_at


def test_it_was_public_from_the_first_moment_that_is_known(group: Cast, review: Review, side: OtherSide) -> None:
    reply = sent(review, group.omar)
    delivered(side)
    seen_on_site(review, shown(), at=reply.sent_at + timedelta(days=2) if reply.sent_at else None)
    reply.refresh_from_db()
    replying.take_down(reply.pk, group.omar, why="It names a day.")
    assert reply.pending_since
    assert incident().public_since is not None
    assert incident().public_since <= reply.pending_since  # type: ignore[operator]


# --- a privacy officer who is somebody else, too ---------------------------------------------------------------------


def test_whoever_is_also_the_privacy_officer_lets_a_disclosure_pass(group: Cast, review: Review) -> None:
    Post.objects.create(person=group.rita, role=Role.PRIVACY_OFFICER)
    reply = replying.write(review.pk, TELLS, group.omar)
    with pytest.raises(Refused, match="privacy officer"):
        replying.send(reply.pk, group.lee, text=TELLS, reason="I own the place.")
    replying.ask_approval(reply.pk, group.omar)
    reply.refresh_from_db()
    assert [may_look(reply, person) for person in (group.rita, group.pia, group.lee)] == [True, True, False]
    checked = editor.checked(Review.objects.get(pk=review.pk), TELLS, actor_at(group.rita, str(group.maple.pk)))
    assert checked
    assert (checked.doing.send, checked.doing.reason) == (True, True)
    with pytest.raises(Refused, match="Write why"):
        replying.send(reply.pk, group.rita, text=TELLS)
    assert replying.send(reply.pk, group.rita, text=TELLS, reason="They signed an authorization.").sent_by == group.rita


def test_the_privacy_officer_of_another_office_lets_nothing_pass_here(group: Cast, review: Review) -> None:
    Post.objects.create(person=group.rita, role=Role.PRIVACY_OFFICER, office=group.harbor)
    reply = replying.write(review.pk, TELLS, group.omar)
    with pytest.raises(Refused, match="privacy officer"):
        replying.send(reply.pk, group.rita, text=TELLS, reason="They signed an authorization.")
