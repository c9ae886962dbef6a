"""A patient who is still here: who is asked to come, when, and what ends it."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol.cast import (
    ALEX,
    ANA,
    CHAIN,
    DANA,
    LEE,
    MONDAY,
    NICK,
    NOBODY,
    OMAR,
    PIA,
    POLICY,
    RITA,
    RUTH,
    SAM,
    SPEAK,
    Story,
    proof_of,
    reported,
)

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.deadline import alarm
from amends.protocol.messages import LeadersMessage, PageMessage
from amends.protocol.rules.still_here import page_due, unseen
from amends.protocol.values import AMENDS, Actor, Chain, Person
from amends.protocol.wording import leaders_text, page_text
from amends.protocol.words import PAGE_PURPOSES, AsideReason, Moment, NoContact, Purpose, Role, Severity, Stage, Way

BOTH = replace(CHAIN, office=(OMAR.person, RUTH.person))


def still_here(by: Actor = ANA, *, chain: Chain = BOTH, **changes: Any) -> Story:
    return reported(by, chain=chain, still_here=True, **changes)


def ticks(story: Story) -> list[Any]:
    """What the ticker does now, once; nothing where it is not time."""
    due = alarm(story.case, story.policy, story.calendar)
    return story.does(AMENDS, c.DeadlinePassed(due=due)) if due and due <= story.now else []


def asked(story: Story) -> list[str]:
    return [person.name for person in story.case.here.asked]


def task_of(story: Story, purpose: Purpose) -> str:
    """The marker of the newest Task of this purpose, which has arrived."""
    story.proves(purpose)
    tasks = [str(task.marker) for task in story.case.tasks if task.purpose is purpose]
    return tasks[-1]


# --- who is asked, and when -----------------------------------------------------------------------------------------


def test_the_owner_is_asked_at_once_by_every_way():
    story = still_here()
    assert story.events[1].fact == e.Paged(to=OMAR.person, role=Role.OFFICE_MANAGER, waited=False)
    assert [m.to for m in story.sent(Purpose.PAGE)] == [OMAR.person]
    assert len(story.sent(Purpose.TASK)) == 1
    assert story.sent(Purpose.PAGE_TASK) == [], "who has the owner's Task gets no second one"


def test_after_two_minutes_the_cover_and_after_five_the_region_and_then_nobody():
    story = still_here()
    assert story.alarm == "Mon 02 10:02"
    assert ticks(story.later(seconds=119)) == []
    story.later(seconds=1)
    assert ticks(story) == [e.Paged(to=RUTH.person, role=Role.OFFICE_MANAGER, waited=True)]
    assert ticks(story) == []
    assert story.alarm == "Mon 02 10:05"
    story.later(minutes=3)
    assert ticks(story) == [e.Paged(to=RITA.person, role=Role.REGIONAL_MANAGER, waited=True)]
    assert asked(story) == ["Omar", "Ruth", "Rita"]
    assert story.alarm == story.due, "only the deadline is left"
    assert story.case.owner == OMAR.person, "asking moves nothing"
    assert [m.to.name for m in story.sent(Purpose.PAGE_TASK)] == ["Ruth", "Rita"]
    assert "Omar and Ruth did not answer" in story.sent(Purpose.PAGE_TASK)[-1].text


def test_the_minutes_are_those_of_the_wall_clock():
    story = Story(chain=BOTH, now=MONDAY + timedelta(hours=1, minutes=59))  # a minute before the lunch break
    story.does(ANA, c.Report(office="maple", account="Left waiting.", moment=Moment.CHECKOUT, still_here=True))
    assert story.alarm == "Mon 02 12:01"


def test_a_ticker_that_was_away_asks_one_after_another():
    story = still_here().later(hours=1)
    names = []
    while facts := ticks(story):
        names += [fact.to.name for fact in facts if isinstance(fact, e.Paged) and fact.to]
    assert names == ["Ruth", "Rita"]
    assert any(isinstance(event.fact, e.WentLate) for event in story.events), "the deadline counts beside it"


def test_where_nobody_else_is_at_the_office_the_region_comes_first():
    story = still_here(chain=CHAIN).later(minutes=2)
    ticks(story)
    assert asked(story) == ["Omar", "Rita"]
    assert ticks(story.later(minutes=3)) == [e.Paged(to=None, role=None, waited=True)]
    assert page_due(story.case, story.policy) is None


def test_leaders_are_asked_only_where_nobody_answers_for_the_region():
    story = still_here(chain=replace(BOTH, region=())).later(minutes=5)
    ticks(story)
    assert ticks(story) == [e.Paged(to=LEE.person, role=Role.LEADER, waited=True)]


def test_an_office_without_anybody_says_so_at_once():
    story = still_here(chain=NOBODY)
    assert story.events[1].fact == e.Paged(to=None, role=None, waited=False)
    assert page_due(story.case, story.policy) is None
    assert story.sent(Purpose.PAGE) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"still_here": True}, "STILL HERE"), ({"severity": Severity.SEVERE}, "Severe"), ({}, "")],
)
def test_where_nobody_is_there_and_the_patient_cannot_wait_leaders_and_administrators_hear_at_once(
    changes: dict[str, Any], says: str
) -> None:
    story = reported(chain=NOBODY, **changes)
    lines = [m for m in story.sent(Purpose.NOBODY_LEFT) if isinstance(m, LeadersMessage)]
    assert [line.to for line in lines] == ([Role.LEADER, Role.ADMINISTRATOR] if says else [])
    for line in lines:
        text = leaders_text(line, "UP-1", "Maple Street", POLICY, "https://amends.example/cases/UP-1")
        assert f"{says}, and nobody is left who could take it on" in text
        assert DANA.name not in text
    assert reported(chain=CHAIN, **changes).sent(Purpose.NOBODY_LEFT) == []


def test_who_reported_it_is_not_asked_to_come():
    story = reported(RUTH, chain=BOTH, still_here=True)
    assert asked(story) == [], "the manager who reports is with the patient"
    story.does(RUTH, c.HandOver(to=OMAR.person, why="I am in a chair until noon."))
    assert asked(story) == ["Omar"]
    ticks(story.later(minutes=2))
    assert asked(story) == ["Omar", "Rita"]


def test_a_new_owner_is_asked_once():
    story = still_here()
    story.does(OMAR, c.HandOver(to=RUTH.person, why="In a chair."))
    assert asked(story) == ["Omar", "Ruth"]
    story.does(OMAR, c.HandOver(to=OMAR.person, why="Back again."))
    assert asked(story) == ["Omar", "Ruth"]
    assert ticks(story.later(minutes=2)) == [e.Paged(to=RITA.person, role=Role.REGIONAL_MANAGER, waited=True)]


def test_limits_out_of_order_ask_nobody_before_their_time():
    story = still_here()
    story.policy = replace(POLICY, limits=replace(POLICY.limits, here_cover_minutes=7, here_region_minutes=3))
    story.later(minutes=6)
    assert ticks(story) == []
    ticks(story.later(minutes=1))
    ticks(story)
    assert asked(story) == ["Omar", "Ruth", "Rita"]


@settings(deadline=None, max_examples=60)
@given(
    office=st.lists(st.sampled_from([OMAR, RUTH, NICK, RITA]), max_size=3, unique=True),
    region=st.lists(st.sampled_from([RITA, RUTH, LEE]), max_size=2, unique=True),
    leaders=st.lists(st.sampled_from([LEE, SAM, OMAR]), max_size=2, unique=True),
    minutes=st.lists(st.integers(0, 4), max_size=8),
)
def test_nobody_is_asked_twice_for_one_stay_and_the_office_goes_first(office, region, leaders, minutes):
    levels = [tuple(actor.person for actor in level) for level in (office, region, leaders)]
    chain = Chain(office=levels[0], region=levels[1], leaders=levels[2])
    story = still_here(chain=chain)
    for passed in minutes:
        story.later(minutes=passed)
        while any(isinstance(fact, e.Paged) for fact in ticks(story)):
            pass
    names = asked(story)
    assert len(names) == len(set(names))
    assert set(names) <= {person.name for person in (*chain.office, *chain.region, *chain.leaders)}
    at_office = {person.name for person in chain.office}
    assert [n in at_office for n in names[:2]] == sorted((n in at_office for n in names[:2]), reverse=True)


# --- seen -----------------------------------------------------------------------------------------------------------


def test_seen_and_coming_are_two_facts():
    story = still_here()
    assert unseen(story.case) == (OMAR.person,)
    story.later(seconds=30).does(OMAR, c.SeePage())
    assert story.case.here.pages[0].seen_at == story.now
    assert story.case.still_here
    story.refuses(OMAR, c.SeePage(), "Nothing of this is new to you")
    story.refuses(RUTH, c.SeePage(), "Nothing of this is new to you")


def test_who_opens_the_task_has_seen_it():
    story = still_here()
    ticks(story.later(minutes=2))
    seen_at = story.now + timedelta(seconds=20)
    marker = task_of(story, Purpose.PAGE_TASK)
    facts = story.does(AMENDS, c.TaskChanged(marker=marker, seen_at=seen_at))
    assert facts == [e.TaskSeen(marker=marker, seen_at=seen_at), e.PageSeen(who=RUTH.person, seen_at=seen_at)]
    facts = story.does(AMENDS, c.TaskChanged(marker=task_of(story, Purpose.TASK), seen_at=seen_at))
    assert facts[1:] == [e.PageSeen(who=OMAR.person, seen_at=seen_at)]


def test_a_task_that_asks_nobody_of_this_stay_shows_nothing_as_seen():
    story = still_here()
    stray = c.DeliveryProved(marker="UP-1.99", purpose=Purpose.PAGE_TASK, about=1, place="Task", id="77")
    story.does(AMENDS, stray)
    (seen,) = story.does(AMENDS, c.TaskChanged(marker="UP-1.99", seen_at=story.now))
    assert isinstance(seen, e.TaskSeen)
    assert unseen(story.case) == (OMAR.person,)


# --- coming, and the other ends -------------------------------------------------------------------------------------


def test_coming_is_having_it():
    story = still_here()
    ticks(story.later(minutes=2))
    story.proves(Purpose.PAGE_TASK)
    assert story.later(seconds=9).does(OMAR, c.Come()) == [e.Acknowledged(stage=Stage.OFFICE)]
    here = story.case.here
    assert (here.coming, here.ended_at, story.case.owner) == (OMAR.person, story.now, OMAR.person)
    assert story.withdrawn() == set(PAGE_PURPOSES)
    (close,) = story.sent(Purpose.TASK_CLOSED, story.newest)
    assert close.text == "Omar is with the patient.", "Ruth need not come, and her Task says so"
    story.refuses(RUTH, c.Come(), "Omar comes. Nobody else need come")
    story.refuses(RUTH, c.SeePage(), "Omar comes")


def test_who_is_not_the_owner_takes_it_by_coming():
    story = still_here()
    ticks(story.later(minutes=2))
    story.does(RUTH, c.Come())
    assert (story.case.owner, story.case.here.coming) == (RUTH.person, RUTH.person)


def test_who_comes_while_the_case_is_higher_up_leaves_it_there():
    story = still_here()
    story.does(OMAR, c.AskRegion(why="I am at the dentist myself."))
    assert asked(story) == ["Omar", "Rita"]
    assert story.does(OMAR, c.Come()) == [e.OnTheWay()]
    assert (story.case.owner, story.case.stage, story.case.here.coming) == (RITA.person, Stage.REGION, OMAR.person)
    assert not story.case.accepted


def test_a_manager_who_reports_and_comes_has_it_already():
    story = reported(OMAR, chain=BOTH, still_here=True)
    assert story.does(RUTH, c.Come()) == [e.OnTheWay()]
    assert story.newest == [], "nobody was asked, so nothing is withdrawn"


@pytest.mark.parametrize("by", [ANA, PIA, ALEX])
def test_only_managers_come(by):
    still_here().refuses(by, c.Come(), "you cannot come for the manager")


def test_the_patient_has_left_in_one_press():
    story = still_here()
    ticks(story.later(minutes=2))
    story.proves()
    assert story.does(ANA, c.SayPatientLeft()) == [e.PatientLeft()]
    assert not story.case.still_here
    assert story.withdrawn() == {*PAGE_PURPOSES, Purpose.TASK}
    (task,) = story.sent(Purpose.TASK, story.newest)
    assert "STILL HERE" not in task.text + task.headline
    assert "Please call them" in task.text
    closes = {close.text for close in story.sent(Purpose.TASK_CLOSED, story.newest)}
    assert closes == {"The patient has left. There is a new Task about calling them.", "Nobody need come any more."}
    story.refuses(ANA, c.SayPatientLeft(), "^Nobody else need come")
    assert story.due == "Mon 02 12:00", "the case goes on with the time that any other has"
    assert story.case.here.coming is None


def test_only_staff_says_that_the_patient_left():
    still_here().refuses(PIA, c.SayPatientLeft(), "you cannot say that the patient has left")


def test_a_manager_who_is_with_the_patient_gets_no_task_when_they_leave():
    story = reported(OMAR, chain=BOTH, still_here=True)
    story.does(ANA, c.SayPatientLeft())
    assert story.sent(Purpose.TASK) == []


ENDS = [
    (OMAR, c.Acknowledge()),
    (OMAR, SPEAK),
    (OMAR, c.LogAttempt(way=Way.PHONE)),
    (LEE, c.StepIn()),
    (OMAR, c.PutAside(reason=AsideReason.BY_MISTAKE, note="A slip.")),
    (OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="They said so.")),
]


@pytest.mark.parametrize(("by", "command"), ENDS)
def test_what_else_ends_it(by, command):
    story = still_here()
    ticks(story.later(minutes=2))
    story.does(by, command)
    assert not story.case.still_here
    assert page_due(story.case, story.policy) is None
    assert set(PAGE_PURPOSES) <= story.withdrawn()


def test_putting_it_right_ends_it_for_a_manager_who_reported():
    story = reported(OMAR, chain=BOTH, still_here=True)
    story.does(OMAR, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="They said so."))
    assert story.case.still_here
    story.does(OMAR, c.MarkAddressed(resolution="no_contact_wanted"))
    assert not story.case.still_here


def test_a_task_that_arrives_too_late_is_closed_at_once():
    story = still_here()
    ticks(story.later(minutes=2))
    (page_task,) = story.sent(Purpose.PAGE_TASK)
    story.does(OMAR, c.Come())
    story.does(AMENDS, proof_of(page_task, "UP-1.50"))
    (close,) = story.sent(Purpose.TASK_CLOSED, story.newest)
    assert close.text == "Omar is with the patient."


def test_a_page_task_that_is_done_asks_nobody_what_was_said():
    story = still_here()
    ticks(story.later(minutes=2))
    story.does(AMENDS, c.TaskChanged(marker=task_of(story, Purpose.PAGE_TASK), done_at=story.now))
    assert story.sent(Purpose.ASK) == []


def test_only_amends_asks_the_next():
    story = still_here().later(minutes=2)
    story.refuses(OMAR, c.DeadlinePassed(due=story.now), "Amends itself does")


# --- what leaves the house ------------------------------------------------------------------------------------------


def test_a_page_has_no_place_for_a_patient():
    story = still_here()
    (page,) = story.sent(Purpose.PAGE)
    text = page_text("UP-1", "Maple Street", "https://amends.example/cases/UP-1/come")
    for held in (text, repr([getattr(page, field.name) for field in fields(page)])):
        for identifier in (DANA.name, DANA.phone, str(DANA.pat_num), "bill"):
            assert identifier not in held
    assert {field.name: field.type for field in fields(PageMessage)} == {
        "purpose": Purpose,
        "about": int,
        "to": Person,
    }
