"""Who hears what in their direct messages: what asks something of them, while they may see the case; not at night."""

from datetime import time, timedelta

from tests.integrations.slack_world import World, world
from tests.protocol.cast import ONE_STAR

from amends.cases.actions import Done, perform
from amends.cases.ticker import tick
from amends.integrations.slack.outbound.models import SlackTaste
from amends.practice.away.said import say_away
from amends.practice.models import Post
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import CorrectableField, ReplyProblem, Trigger

__all__ = ["world"]

GRAVE = frozenset({Trigger.LAWYER})


def lines(world: World, *names: str) -> list[list[str]]:
    """What each of them read under their card, without the case's number."""
    users = [f"U0{name.upper()}" for name in names]
    return [[one.partition(": ")[2] for one in world.lines(world.direct(user))] for user in users]


def value(world: World, name: str) -> PersonValue:
    person = getattr(world.group, name)
    return PersonValue(id=str(person.pk), name=person.name)


def handed(world: World, case: Done, by: str, to: str) -> None:
    command = c.HandOver(to=value(world, to), why="I am at the other chair.")
    world.says(getattr(world.group, by), command, case)
    world.work(5)


# --- whose turn it is --------------------------------------------------------------------------------------------


def test_a_case_that_comes_back_is_said_in_its_thread(world: World) -> None:
    case = world.reported()
    world.work(5)
    handed(world, case, "omar", "ruth")
    assert lines(world, "omar", "ruth") == [[], []]  # it is new for her, which is a message of its own
    handed(world, case, "ruth", "omar")
    back = "Ruth Bellamy, office manager, handed it to Omar Haddad."
    assert lines(world, "omar", "ruth") == [[back], []]
    assert len(world.posted(world.direct("U0OMAR"))) == 1


def test_a_leader_who_had_heard_of_it_is_told_that_it_is_asked_of_them(world: World) -> None:
    case = world.reported(triggers=GRAVE)
    world.work(5)
    world.says(world.group.rita, c.AskLeaders(why="She wants all of it back."), case)
    world.work(5)
    assert lines(world, "lee", "sam") == [["Rita Lindqvist, regional manager, asked Lee Hartwell to take it on."], []]
    assert "She wants all of it back" not in str(world.slack.messages)


def test_a_refused_public_reply_is_said_to_who_has_the_case_and_to_nobody_else(world: World) -> None:
    case = world.reported(review=ONE_STAR)
    world.work(5)
    handed(world, case, "omar", "ruth")
    handed(world, case, "ruth", "omar")
    world.address(case)
    world.work(5)
    before = lines(world, "omar", "ruth")
    for command in (c.ReviewReplySent(), c.ReviewReplyRefused(problem=ReplyProblem.TEXT, reason="PERSONAL_INFO")):
        perform(command=command, by=AMENDS, case=case.row.pk)
    world.work(5)
    omar, ruth = lines(world, "omar", "ruth")
    assert omar == [*before[0], "The review site refused the public reply."]
    assert ruth == before[1]


# --- who may hear ------------------------------------------------------------------------------------------------


def test_what_leaders_say_reaches_who_has_the_case_and_leaders_alone(world: World) -> None:
    case = world.reported(triggers=GRAVE)
    world.work(5)
    handed(world, case, "omar", "ruth")
    world.says(world.group.sam, c.OfferCall(), case)
    world.says(world.group.sam, c.AskForCall(), case)
    world.work(5)
    said = ["Sam Okafor, leader, will call the patient.", "Sam Okafor, leader, asks to be called about this."]
    assert lines(world, "ruth", "lee", "omar", "sam") == [said, said, [], []]
    assert "Sam Okafor will call the patient" in world.card(world.direct("U0OMAR"))["text"]  # which disturbs nobody


def test_who_may_not_see_the_case_any_more_hears_nothing_of_it(world: World) -> None:
    case = world.reported()
    world.work(5)
    handed(world, case, "omar", "ruth")
    before = world.card(world.direct("U0OMAR"))["text"]
    Post.objects.get(person=world.group.omar).delete()
    world.says(world.group.ruth, c.Acknowledge(), case)
    world.says(world.group.lee, c.OfferCall(), case)
    world.work(5)
    assert world.card(world.direct("U0OMAR"))["text"] == before
    assert lines(world, "omar", "ruth") == [[], ["Lee Hartwell, leader, will call the patient."]]


def test_that_a_step_is_late_is_said_to_who_was_late_and_not_to_who_had_the_case_before(world: World) -> None:
    case = world.reported()
    world.work(5)
    handed(world, case, "omar", "ruth")
    handed(world, case, "ruth", "omar")
    world.address(case)
    world.work(5)
    world.clock.move(40 * 86_400)
    for _ in range(5):
        tick()
        world.work(5)
    (omar,), (ruth,) = lines(world, "omar")[-1:], lines(world, "ruth")
    assert "A step is late. Rita Lindqvist was told." in omar
    assert ruth == []


def test_who_covers_reads_why_the_case_comes_to_them(world: World) -> None:
    case = world.reported()
    world.work(5)
    assert case.row.alarm_at
    now = world.clock.now
    say_away(world.group.omar, now, now + timedelta(days=3), cover=world.group.ruth, by=world.group.omar, now=now)
    world.clock.now = case.row.alarm_at  # half an hour before it is late
    tick()
    world.work(5)
    assert lines(world, "omar", "ruth") == [[], ["A step is due soon. Ruth Bellamy was reminded."]]
    assert len(world.posted(world.direct("U0RUTH"))) == 1


# --- quiet hours -------------------------------------------------------------------------------------------------


def test_in_a_leaders_quiet_hours_a_line_waits_for_their_end(world: World) -> None:
    SlackTaste.objects.create(person=world.group.lee, how=SlackTaste.How.INSTANT)
    case = world.addressed()  # half past eleven
    world.work(5)
    assert len(world.posted(world.direct("U0LEE"))) == 1
    SlackTaste.objects.update(quiet_from=time(9), quiet_to=time(14))
    world.says(world.group.sam, c.OfferCall(), case)
    world.work(5)
    assert lines(world, "lee") == [[]]
    assert len(world.lines()) == 1  # the channel is for everybody
    world.clock.move(3 * 3600)
    world.work(5)
    assert lines(world, "lee") == [["Sam Okafor, leader, will call the patient."]]


def test_a_grave_case_breaks_through_quiet_hours(world: World) -> None:
    SlackTaste.objects.create(person=world.group.lee, quiet_from=time(9), quiet_to=time(14))
    case = world.reported(triggers=GRAVE)
    world.work(5)
    world.says(world.group.sam, c.OfferCall(), case)
    world.work(5)
    assert lines(world, "lee") == [["Sam Okafor, leader, will call the patient."]]


def held_line(world: World) -> Done:
    """A case of which a line waits until Lee's quiet hours are over."""
    SlackTaste.objects.create(person=world.group.lee, how=SlackTaste.How.INSTANT)
    case = world.addressed()
    world.work(5)
    SlackTaste.objects.update(quiet_from=time(9), quiet_to=time(14))
    world.says(world.group.sam, c.OfferCall(), case)
    world.work(5)
    assert lines(world, "lee") == [[]]
    return case


def test_what_is_asked_of_a_leader_at_once_is_kept_waiting_by_no_line(world: World) -> None:
    case = held_line(world)
    world.says(world.group.ana, c.Reopen(why="She called again."), case)
    world.says(world.group.rita, c.AskLeaders(why="She wants all of it back."), case)
    world.work(5)
    assert "Lee Hartwell is asked" in world.card(world.direct("U0LEE"))["text"]
    held = ["Sam Okafor, leader, will call the patient.", "Ana Ruiz, team member, opened it again."]
    assert lines(world, "lee") == [held]


def test_what_turns_out_to_be_grave_is_kept_waiting_by_no_line(world: World) -> None:
    case = held_line(world)
    named = c.CorrectField(field=CorrectableField.TRIGGERS, value=("lawyer",), why="She named one.")
    world.says(world.group.omar, named, case)
    world.work(5)
    assert lines(world, "lee") == [["Sam Okafor, leader, will call the patient."]]
    assert world.at_rest
