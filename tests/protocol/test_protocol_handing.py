"""A desk that is handed over: its cases, also those above the giver's level, and the promises made at it."""

from dataclasses import replace
from datetime import timedelta

from tests.protocol.cast import ALEX, ANA, LEE, NOBODY, OMAR, RITA, RUTH, Story, closed, reported, spoken

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.deadline import deadline
from amends.protocol.messages import TaskMessage
from amends.protocol.rules.chain import takes_over
from amends.protocol.values import AMENDS, Chain
from amends.protocol.words import Purpose, Stage

CALL, NOTE = "A call on Friday", "A written estimate"


def promised(story: Story, *texts: str) -> Story:
    for text in texts:
        story.does(OMAR, c.MakePromise(text=text, owner=OMAR.person, due=story.now + timedelta(days=3)))
    return story


def test_a_promise_that_is_handed_over_stays_what_it_was_and_changes_its_owner():
    story = promised(spoken(), CALL, NOTE)
    before, due = story.case, story.due_at
    story.does(RITA, c.HandOverPromises(nos=(2,), to=RUTH.person, why="Omar has left."))
    assert story.case.promises == (before.promises[0], replace(before.promises[1], owner=RUTH.person))
    assert (story.case.owner, story.case.stage) == (before.owner, before.stage)
    assert deadline(story.case, story.policy, story.calendar) == due


def test_only_open_promises_are_handed_over_and_only_to_somebody_else():
    story = promised(spoken(), CALL, NOTE)
    story.does(OMAR, c.SettlePromise(no=1, kept=True))
    for nos in ((), (1,), (1, 2), (3,)):
        story.refuses(RITA, c.HandOverPromises(nos=nos, to=RUTH.person, why="left"), "Those promises are settled")
    story.refuses(RITA, c.HandOverPromises(nos=(2,), to=OMAR.person, why="left"), "Omar keeps them already")
    story.refuses(RITA, c.HandOverPromises(nos=(2,), to=RUTH.person, why=" "), "Write why")


def planned(story: Story, *whats: str) -> Story:
    for what in whats:
        story.does(OMAR, c.PlanAction(what=what, owner=OMAR.person, due=story.now + timedelta(days=3)))
    return story


def test_a_corrective_action_that_is_handed_over_changes_its_owner_alone_also_when_the_case_is_closed():
    for story in (spoken(), closed()):
        planned(story, "Estimates are printed", "The desk reads them aloud")
        before, due = story.case, deadline(story.case, story.policy, story.calendar)
        story.does(RITA, c.HandOverActions(nos=(2,), to=RUTH.person, why="Omar has left."))
        assert story.case.actions == (before.actions[0], replace(before.actions[1], owner=RUTH.person))
        assert (story.case.owner, story.case.stage) == (before.owner, before.stage)
        assert deadline(story.case, story.policy, story.calendar) == due


def test_who_takes_a_done_action_on_hears_that_it_did_not_hold():
    story = planned(closed(), "Estimates are printed")
    story.does(OMAR, c.FinishAction(no=1))
    story.does(RITA, c.HandOverActions(nos=(1,), to=RUTH.person, why="Omar has left."))
    story.does(AMENDS, c.ActionRepeated(no=1, other="UP-2"))
    assert {message.to for message in story.sent(Purpose.DID_NOT_HOLD)} == {RUTH.person, RITA.person}


def test_only_open_actions_are_handed_over_by_a_manager_and_only_to_somebody_else():
    story = planned(closed(), "Estimates are printed", "The desk reads them aloud")
    story.does(AMENDS, c.ActionRepeated(no=1, other="UP-2"))
    for nos in ((), (1,), (1, 2), (3,)):
        story.refuses(RITA, c.HandOverActions(nos=nos, to=RUTH.person, why="left"), "actions are settled")
    story.refuses(RITA, c.HandOverActions(nos=(2,), to=OMAR.person, why="left"), "Omar has them already")
    story.refuses(RITA, c.HandOverActions(nos=(2,), to=RUTH.person, why=" "), "Write why")
    story.refuses(ANA, c.HandOverActions(nos=(2,), to=RUTH.person, why="left"), "you cannot")


def test_who_answers_something_old_takes_a_case_from_nobody():
    old = c.Acknowledge(unless_taken=True)
    story = reported()
    story.does(OMAR, old)
    story.refuses(RUTH, old, "Omar has it already. You can take it over on its page.")
    story.refuses(OMAR, old, "You already have this case.")
    story.does(RUTH, c.Acknowledge())
    assert story.case.owner == RUTH.person


def test_a_closed_case_is_handed_over_while_a_promise_of_it_is_open():
    story = closed()
    story.refuses(RITA, c.HandOver(to=RUTH.person, why="left"), "not open any more")
    promised(story, CALL)
    story.does(RITA, c.HandOver(to=RUTH.person, why="Omar has left."))
    assert (story.case.owner, story.case.stage) == (RUTH.person, Stage.CLOSED)
    story.does(RUTH, c.SettlePromise(no=1, kept=True))
    story.refuses(RITA, c.HandOver(to=OMAR.person, why="back"), "not open any more")


def test_an_administrator_hands_over_at_every_level_and_does_nothing_else():
    story = reported()
    story.does(LEE, c.StepIn())
    story.refuses(OMAR, c.HandOver(to=RUTH.person, why="left"), "The case is with Lee now")
    story.does(ALEX, c.HandOver(to=RUTH.person, why="Lee has left."))
    assert (story.case.owner, story.case.stage, story.case.accepted) == (RUTH.person, Stage.LEADERS, False)
    story.refuses(ALEX, c.Acknowledge(), "As administrator you cannot")


def test_what_amends_hands_over_says_what_was_tried_and_what_a_person_does_is_told_by_them():
    story = spoken()
    story.does(AMENDS, c.HandOver(to=RUTH.person, why="Omar is away."))
    fact = story.events[-1].fact
    assert isinstance(fact, e.HandedOver)
    assert fact.tried.startswith("Spoke with the patient: Omar, by phone")
    [task] = [m for m in story.messages if isinstance(m, TaskMessage) and m.to == RUTH.person]
    assert f"Handed over by Amends: Omar is away. {fact.tried}" in task.text
    story.does(RUTH, c.HandOver(to=OMAR.person, why="He is back."))
    assert story.events[-1].fact == e.HandedOver(to=OMAR.person, why="He is back.")


def test_a_case_goes_to_its_level_then_above_then_below_and_last_to_who_was_late_with_it():
    chain = Chain(office=(OMAR.person, RUTH.person), region=(RITA.person,), leaders=(LEE.person,))
    case = reported().case
    assert takes_over(case, chain) == OMAR.person
    assert takes_over(case, Chain(region=(RITA.person,), leaders=(LEE.person,))) == RITA.person
    assert takes_over(replace(case, stage=Stage.LEADERS), replace(chain, leaders=())) == RITA.person
    assert takes_over(case, NOBODY) is None
    late = replace(case, were_late=(OMAR.person,))
    assert takes_over(late, chain) == RUTH.person
    assert takes_over(late, Chain(office=(OMAR.person,))) == OMAR.person
