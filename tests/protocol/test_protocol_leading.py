"""What a leader says to a case without taking it, and what that is worth later."""

from datetime import timedelta

import pytest
from tests.protocol.cast import LEE, MONDAY, NOBODY, OMAR, SAM, SPEAK, addressed, closed, reported, set_aside

from amends.protocol import commands as c
from amends.protocol.values import Word
from amends.protocol.words import Purpose, Role, Trigger


def test_each_leader_sees_it_once_and_the_others_know():
    story = addressed()
    story.does(LEE, c.MarkSeen())
    story.later(hours=1).does(SAM, c.MarkSeen())
    assert [(word.by.name, word.at) for word in story.case.seen_by] == [
        ("Lee", MONDAY + timedelta(hours=1)),
        ("Sam", MONDAY + timedelta(hours=2)),
    ]
    story.refuses(LEE, c.MarkSeen(), "You have said already that you have seen this")


def test_who_saw_the_alarm_has_not_seen_how_it_was_put_right():
    story = reported(triggers=frozenset({Trigger.LAWYER}))
    story.does(LEE, c.MarkSeen())
    story.does(OMAR, SPEAK)
    story.does(OMAR, c.MarkAddressed(resolution="corrected"))
    assert story.case.seen_by == ()
    assert story.does(LEE, c.MarkSeen())


def test_one_leader_calls_them_and_the_owner_hears_of_it():
    story = reported()
    story.does(LEE, c.OfferCall())
    (task,) = story.sent(Purpose.LEADER_CALLS)
    assert (task.to, task.role) == (OMAR.person, Role.OFFICE_MANAGER)
    assert task.headline == "Lee will call the patient: Dana Quillfeather"
    story.refuses(LEE, c.OfferCall(), "You have said already that you will call them")
    story.refuses(SAM, c.OfferCall(), "Lee has said already that they will call")
    assert (story.case.owner, story.case.calling) == (OMAR.person, (Word(LEE.person, MONDAY),))


def test_a_call_that_was_made_can_be_offered_again():
    story = reported()
    story.does(LEE, c.OfferCall())
    story.does(OMAR, SPEAK)
    assert [word.by for word in story.case.calling] == [LEE.person]
    story.does(LEE, SPEAK)
    assert story.case.calling == ()
    assert story.does(SAM, c.OfferCall())


def test_a_leader_who_asks_to_be_called_is_told_to_the_owner():
    story = closed()
    story.does(LEE, c.AskForCall())
    (task,) = story.sent(Purpose.CALL_LEADER)
    assert (task.to, task.text) == (OMAR.person, "Lee (leader) asks you to call them about this case.")
    story.refuses(LEE, c.AskForCall(), "You have asked already to be called")
    story.does(SAM, c.AskForCall())
    assert [word.by.name for word in story.case.wants_call] == ["Lee", "Sam"]


def test_a_leader_who_has_the_case_tells_nobody():
    story = reported()
    story.does(LEE, c.StepIn())
    story.refuses(LEE, c.AskForCall(), "You have this case yourself")
    story.does(LEE, c.OfferCall())
    assert story.sent(Purpose.LEADER_CALLS) == []


def test_nobody_can_call_where_nobody_has_the_case():
    story = reported(chain=NOBODY)
    story.refuses(LEE, c.AskForCall(), "Nobody has this case")
    story.does(LEE, c.OfferCall())
    assert story.sent(Purpose.LEADER_CALLS) == []


def test_case_that_opens_again_is_seen_and_called_about_anew():
    story = addressed()
    for command in (c.MarkSeen(), c.OfferCall(), c.AskForCall()):
        story.does(LEE, command)
    story.does(OMAR, c.Reopen(why="She called again."))
    assert (story.case.seen_by, story.case.calling, story.case.wants_call) == ((), (), ())


@pytest.mark.parametrize("make", [reported, addressed, closed, set_aside])
def test_what_leaders_say_moves_nothing(make):
    story = make()
    before = (story.case.stage, story.case.owner, story.case.accepted, story.due)
    story.does(LEE, c.MarkSeen())
    story.does(LEE, c.AskForCall())
    assert (story.case.stage, story.case.owner, story.case.accepted, story.due) == before
