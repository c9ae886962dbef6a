"""The public review of a case: sent is not live, what comes back is written anew, and fewer stars open it again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.protocol.cast import (
    ANA,
    MAPLE_STREET,
    OMAR,
    ONE_STAR,
    PIA,
    POLICY,
    RITA,
    Story,
    addressed,
    closed,
    reported,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.card import Happening, ReplyStands, card_of, lines_of
from amends.protocol.deadline import after_open_days, within_calendar_days
from amends.protocol.decide import Refused
from amends.protocol.fold import evolve
from amends.protocol.messages import LeadersMessage, TaskMessage
from amends.protocol.reply import ReadyReply, Risk, may_send, may_write, needs
from amends.protocol.values import AMENDS
from amends.protocol.wording import leaders_text
from amends.protocol.words import Purpose, ReplyException, ReplyProblem, Role, Stage, Step

TEXT, PROFILE = (
    c.ReviewReplyRefused(problem=problem, reason=reason)
    for problem, reason in ((ReplyProblem.TEXT, "PERSONAL_INFO"), (ReplyProblem.PROFILE, "LOCATION_SUSPENDED"))
)
GONE = c.ReviewReplyGone(why="It named somebody.")


def answered_but_for_the_reply() -> Story:
    """Everything is done and has arrived but the public reply."""
    story = addressed(review=ONE_STAR)
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    story.proves()
    assert story.open_gates == ["review_answered"]
    return story


def test_a_reply_that_is_sent_is_not_live_yet():
    story = answered_but_for_the_reply()
    story.does(AMENDS, c.ReviewReplySent())
    assert story.open_gates == ["review_answered"]
    assert card_of(story.case).reply is ReplyStands.SENT
    story.does(AMENDS, c.ReviewReplyLive(link="https://reviews.example/1"))
    assert story.case.stage is Stage.CLOSED
    assert card_of(story.case).reply is ReplyStands.LIVE


def test_the_site_has_three_days_to_show_a_reply_and_then_the_region_hears():
    story = answered_but_for_the_reply()
    story.later(minutes=10).does(AMENDS, c.ReviewReplySent())
    sent = story.now
    assert story.due_at == within_calendar_days(MAPLE_STREET, sent, 3)
    story.now = story.due_at + timedelta(minutes=1)
    facts = story.does(AMENDS, c.DeadlinePassed(due=story.due_at))
    (late,) = [fact for fact in facts if isinstance(fact, e.WentLate)]
    assert (late.step, late.told) == (Step.REPLY, RITA.person)
    assert story.case.owner == OMAR.person, "nobody can make a site faster, so the case stays"


def test_a_refused_text_goes_back_to_the_manager_with_as_much_time_as_before():
    story = answered_but_for_the_reply()
    story.does(AMENDS, c.ReviewReplySent())
    story.later(days=1).does(AMENDS, TEXT)
    assert story.due_at == after_open_days(MAPLE_STREET, story.now, POLICY.limits.reply_open_days)
    (task,) = [message for message in story.newest if isinstance(message, TaskMessage)]
    assert (task.to, "PERSONAL_INFO" in task.text, "write another one" in task.text) == (OMAR.person, True, True)
    assert not [message for message in story.newest if isinstance(message, LeadersMessage)]
    assert story.case.stage is Stage.ADDRESSED
    assert lines_of(story.events[-1:])[0].what is Happening.REPLY_REFUSED


def test_a_profile_problem_is_told_to_the_administrators_as_well():
    story = answered_but_for_the_reply()
    story.does(AMENDS, c.ReviewReplySent())
    story.does(AMENDS, PROFILE)
    told = [message for message in story.newest if isinstance(message, LeadersMessage)]
    assert [(one.purpose, one.to) for one in told] == [(Purpose.REPLY_REFUSED, Role.ADMINISTRATOR)]
    assert "refused the public reply" in leaders_text(told[0], "UP-1", "Maple Street", POLICY, "https://a.example")
    (task,) = [message for message in story.newest if isinstance(message, TaskMessage)]
    assert "an administrator must repair" in task.text


def test_the_task_about_a_refused_reply_is_done_when_the_next_one_is_sent():
    story = answered_but_for_the_reply()
    story.does(AMENDS, TEXT)
    story.proves()
    assert [task for task in story.case.tasks if not task.closing and task.purpose is Purpose.TASK]
    story.does(AMENDS, c.ReviewReplySent())
    assert not [task for task in story.case.tasks if not task.closing and task.purpose is Purpose.TASK]


def test_a_reply_that_is_live_before_the_case_is_put_right_leaves_its_task_alone():
    story = reported(review=ONE_STAR)
    story.proves()
    story.does(AMENDS, c.ReviewReplyLive())
    assert [task.closing for task in story.case.tasks] == [0]


@pytest.mark.parametrize("by", [OMAR, RITA, PIA, AMENDS], ids=lambda actor: actor.name)
def test_a_reply_that_is_taken_down_opens_a_closed_case_until_another_one_is_live(by):
    story = closed(review=ONE_STAR)
    story.does(by, GONE)
    assert (story.case.stage, story.open_gates) == (Stage.ADDRESSED, ["review_answered"])
    story.does(AMENDS, c.ReviewReplyLive())
    assert story.case.stage is Stage.CLOSED


def test_what_stands_nowhere_cannot_be_taken_down():
    reported(review=ONE_STAR).refuses(OMAR, GONE, "No reply stands on the site")
    reported(review=ONE_STAR).refuses(ANA, GONE, "As .* you cannot say that the reply is off")


@pytest.mark.parametrize("begin", [addressed, closed])
def test_fewer_stars_after_it_was_put_right_open_the_case_again(begin):
    story = begin(review=ONE_STAR)
    story.does(AMENDS, c.ReviewEdited(stars=3, text="Better now."))
    assert story.case.review.stars == 3
    stage = story.case.stage
    assert stage is not Stage.OFFICE
    facts = story.later(days=2).does(AMENDS, c.ReviewEdited(stars=2))
    assert [type(fact) for fact in facts][:2] == [e.ReviewRewritten, e.Reopened]
    assert story.case.stage is Stage.OFFICE
    assert "addressed" in story.open_gates


def test_a_review_that_is_gone_keeps_its_case_as_it_was():
    story = answered_but_for_the_reply()
    story.does(AMENDS, c.ReviewVanished())
    assert story.open_gates == ["review_answered"]
    story.refuses(AMENDS, c.ReviewVanished(), "known already")
    story.later(days=1).does(AMENDS, c.ReviewReturned())
    story.refuses(AMENDS, c.ReviewReturned(), "not missing")
    assert story.case.review_lost_since is None


def signed_for(reason: ReplyException) -> Story:
    """Closed without a reply, because a manager signed for that while the review was gone."""
    story = answered_but_for_the_reply()
    story.does(AMENDS, c.ReviewVanished())
    story.does(OMAR, c.ExceptReply(reason=reason, note="It is nowhere to be seen."))
    assert story.case.stage is Stage.CLOSED
    return story


def test_a_review_that_was_signed_for_as_gone_gets_its_reply_when_it_comes_back():
    story = signed_for(ReplyException.REVIEW_GONE)
    facts = story.later(days=9).does(AMENDS, c.ReviewReturned())
    assert [type(fact) for fact in facts] == [e.Reopened, e.ReviewBack]
    assert (story.case.stage, story.open_gates) == (Stage.ADDRESSED, ["review_answered"])
    assert card_of(story.case).reply is ReplyStands.WANTED
    assert [message.to for message in story.newest if isinstance(message, TaskMessage)] == [OMAR.person]
    story.does(AMENDS, c.ReviewReplyLive())
    assert story.case.stage is Stage.CLOSED


def test_a_review_that_comes_back_while_its_case_is_open_gives_the_manager_as_much_time_as_before():
    story = addressed(review=ONE_STAR)
    story.does(AMENDS, c.ReviewVanished())
    story.does(OMAR, c.ExceptReply(reason=ReplyException.REVIEW_GONE, note="It is nowhere to be seen."))
    story.later(days=30).does(AMENDS, c.ReviewReturned())
    assert "review_answered" in story.open_gates
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    story.proves()
    assert story.due_at == after_open_days(MAPLE_STREET, story.now, POLICY.limits.reply_open_days)


@pytest.mark.parametrize("reason", [one for one in ReplyException if one is not ReplyException.REVIEW_GONE])
def test_what_was_signed_for_another_reason_holds_when_the_review_comes_back(reason):
    story = signed_for(reason)
    story.does(AMENDS, c.ReviewReturned())
    assert story.case.stage is Stage.CLOSED


def test_what_was_told_of_a_return_before_it_asked_for_a_reply_still_closes_its_case():
    story = signed_for(ReplyException.REVIEW_GONE)
    before = evolve(story.case, e.Event(story.now, AMENDS, e.ReviewBack()))
    assert (before.stage, before.reply_excepted is None) == (Stage.CLOSED, False)


@pytest.mark.parametrize(
    "command",
    [c.ReviewReplySent(), TEXT, GONE, c.ReviewEdited(stars=1), c.ReviewVanished(), c.ReviewReturned()],
    ids=lambda command: type(command).__name__,
)
def test_a_case_without_a_review_has_nothing_to_answer(command):
    addressed().refuses(AMENDS, command, "No review belongs to this case")


@pytest.mark.parametrize(
    "command",
    [TEXT, c.ReviewEdited(stars=1), c.ReviewVanished(), c.ReviewReturned()],
    ids=lambda command: type(command).__name__,
)
def test_only_amends_says_what_the_site_says(command):
    addressed(review=ONE_STAR).refuses(OMAR, command, "As .* you cannot say so; Amends itself does")


def test_the_card_tells_how_the_reply_stands():
    assert card_of(addressed().case).reply is ReplyStands.NOT_ASKED
    story = addressed(review=ONE_STAR)
    assert card_of(story.case).reply is ReplyStands.WANTED
    story.does(OMAR, c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note="Counsel."))
    assert card_of(story.case).reply is ReplyStands.EXCEPTED


# --- who lets a reply go out --------------------------------------------------------------------------------------


def ready(risk: Risk = Risk.PASS, writer: str = OMAR.id, **changes: Any) -> ReadyReply:
    return replace(ReadyReply(risk=risk, writers=frozenset({writer}), addressed=True), **changes)


@pytest.mark.parametrize("risk", [Risk.PASS, Risk.NOTE])
def test_a_manager_sends_their_own_harmless_words(risk):
    may_send(ready(risk), OMAR)
    assert needs(risk) == ""


def test_a_team_member_writes_no_public_reply():
    with pytest.raises(Refused, match="written by managers"):
        may_write(ANA)
    with pytest.raises(Refused, match="written by managers"):
        may_send(ready(), ANA)


def test_what_was_found_needs_a_second_person():
    with pytest.raises(Refused, match="a second person"):
        may_send(ready(Risk.WARN), OMAR)
    may_send(ready(Risk.WARN), RITA)
    assert needs(Risk.WARN) == "a second person"


def test_a_disclosure_needs_the_privacy_officer_and_a_reason():
    with pytest.raises(Refused, match="ask the privacy officer"):
        may_send(ready(Risk.BLOCK, reason="They agreed in writing."), RITA)
    with pytest.raises(Refused, match="Write why this may stand"):
        may_send(ready(Risk.BLOCK, reason="  "), PIA)
    may_send(ready(Risk.BLOCK, reason="They agreed in writing."), PIA)
    with pytest.raises(Refused, match="a second person"):
        may_send(ready(Risk.BLOCK, writer=PIA.id, reason="They agreed in writing."), PIA)
    assert needs(Risk.BLOCK) == "the privacy officer"


def test_before_the_case_is_put_right_only_by_signed_exception():
    with pytest.raises(Refused, match="not put right yet"):
        may_send(ready(addressed=False, early="The press has called."), OMAR)
    with pytest.raises(Refused, match="Write why the reply cannot wait"):
        may_send(ready(addressed=False), RITA)
    may_send(ready(addressed=False, early="The press has called."), RITA)
