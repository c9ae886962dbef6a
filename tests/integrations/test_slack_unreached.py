"""Slack cannot be used: who is told by e-mail instead, and when; never where it may have been posted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.integrations.slack_world import LEADERS, World, world

from amends.cases.actions import Done
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.away.said import say_away
from amends.protocol import commands as c
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Purpose, Trigger
from amends.simulators.slack.cast import BOT_TOKEN

__all__ = ["world"]

GRAVE = frozenset({Trigger.LAWYER})
UNREACHED = "Slack cannot be reached."
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _by_email(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"


def unplug(world: World) -> None:
    SlackWorkspace.objects.update(api_url="http://127.0.0.1:9/api/")


def plug(world: World) -> None:
    SlackWorkspace.objects.update(api_url=world.workspace.api_url)


def wait(world: World, minutes: int) -> None:
    """Lets so much time pass, and the engine deliver what is due then."""
    world.clock.move(minutes * 60)
    world.work(3)


def ways(world: World, purpose: Purpose, target: str = "leaders") -> list[tuple[str, str, str]]:
    rows = world.rows(purpose, target=target)
    return [(row.channel, row.state, row.note) for row in rows if row.state != State.WITHDRAWN]


def to_omar(world: World) -> list[tuple[str, str, str]]:
    return ways(world, Purpose.CARD, f"person:{world.group.omar.pk}")


MAILED, WAITS = ("email", State.PROVED, UNREACHED), ("slack.card", State.WAITING, "")


def test_the_grave_few_wait_ten_minutes_for_slack_and_then_go_by_email(world: World) -> None:
    unplug(world)
    case = world.reported(triggers=GRAVE)
    world.work(3)
    wait(world, 9)
    assert ways(world, Purpose.LEADERS_NOW) == [WAITS]
    wait(world, 6)  # two tries are five minutes apart
    assert ways(world, Purpose.LEADERS_NOW) == [MAILED]
    row = world.row(Purpose.LEADERS_NOW)
    assert row.payload["to"] == [world.group.lee.email, world.group.sam.email]
    assert "Marisol" not in row.payload["text"]
    assert f"/cases/{case.number}" in row.payload["text"]


def test_a_leaders_own_message_is_no_second_email(world: World) -> None:
    unplug(world)
    world.reported(triggers=GRAVE)
    wait(world, 120)
    wait(world, 6)
    assert ways(world, Purpose.CARD, f"person:{world.group.lee.pk}") == [WAITS]
    plug(world)
    wait(world, 6)
    assert len(world.posted(world.direct("U0LEE"))) == 1


def test_what_is_addressed_and_a_managers_case_wait_for_an_hour(world: World) -> None:
    case = world.reported()
    unplug(world)
    world.work(3)
    assert to_omar(world) == [WAITS]
    world.address(case)  # after an hour and a half
    wait(world, 6)
    assert to_omar(world) == [MAILED]
    assert ways(world, Purpose.LEADERS_TOLD) == [WAITS]
    wait(world, 60)
    wait(world, 6)
    assert ways(world, Purpose.LEADERS_TOLD) == [MAILED]
    plug(world)
    world.says(world.group.lee, c.MarkSeen(), case)
    wait(world, 6)
    assert world.posted(LEADERS) == []  # what went by e-mail is not posted as well


def test_a_slack_that_is_back_in_time_is_used(world: World) -> None:
    unplug(world)
    world.reported(triggers=GRAVE)
    wait(world, 9)
    plug(world)
    wait(world, 6)
    assert len(world.posted(LEADERS)) == 1
    assert not Delivery.objects.filter(channel="email").exists()


def handed(world: World, case: Done, by: str, to: str) -> None:
    person = getattr(world.group, to)
    value = PersonValue(id=str(person.pk), name=person.name)
    world.says(getattr(world.group, by), c.HandOver(to=value, why="I am at the other chair."), case)


def test_what_changes_meanwhile_does_not_begin_to_wait_anew(world: World) -> None:
    unplug(world)
    case = world.reported()
    wait(world, 30)
    world.says(world.group.lee, c.OfferCall(), case)
    wait(world, 10)
    handed(world, case, "omar", "ruth")
    handed(world, case, "ruth", "omar")
    wait(world, 14)
    assert to_omar(world) == [WAITS]
    wait(world, 12)
    assert to_omar(world) == [MAILED]
    assert ways(world, Purpose.CARD, f"person:{world.group.ruth.pk}") == [WAITS]


def test_a_change_waits_for_slack(world: World) -> None:
    case = world.addressed()
    world.work()
    unplug(world)
    world.says(world.group.lee, c.MarkSeen(), case)
    wait(world, 120)
    wait(world, 6)
    assert not Delivery.objects.filter(channel="email").exists()
    plug(world)
    wait(world, 6)
    assert "Seen by Lee Hartwell" in world.card()["text"]


def test_what_may_have_been_posted_never_goes_by_email(world: World) -> None:
    world.slack.faults("status:503", path="/api/chat.postMessage", times=10_000)
    world.reported(triggers=GRAVE)
    for _ in range(30):
        wait(world, 5)
    assert not Delivery.objects.filter(channel="email").exists()
    assert ways(world, Purpose.LEADERS_NOW)[0][0] == "slack.card"


def test_without_a_mail_server_everything_waits_for_slack(world: World, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    unplug(world)
    world.reported(triggers=GRAVE)
    wait(world, 120)
    wait(world, 6)
    assert ways(world, Purpose.LEADERS_NOW) == [WAITS]
    assert to_omar(world) == [WAITS]


# --- nobody is left to take it on --------------------------------------------------------------------------------


def nobody_left(world: World) -> None:
    now = timezone.now()
    for name in ("omar", "ruth", "rita", "lee", "sam"):
        person = getattr(world.group, name)
        say_away(person, now - DAY, now + 3 * DAY, cover=None, by=person, now=now)
    world.reported(still_here=True)
    world.work(3)


BROKEN = {
    "revoked": "The app was removed from Slack.",
    "archived": "The channel is archived.",
    "not chosen": "No Slack channel is chosen for the leaders.",
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("mail", [True, False])
def test_that_nobody_is_left_reaches_the_leaders_where_slack_is_broken(
    world: World, settings: Settings, broken: str, mail: bool
) -> None:
    settings.EMAIL_HOST = "mail.example.com" if mail else ""
    match broken:
        case "revoked":
            world.slack.control("revoke", token=BOT_TOKEN, revoked=True)
        case "archived":
            world.slack.control("archive", channel=LEADERS, archived=True)
        case _:
            SlackWorkspace.objects.update(leaders_channel="")
    nobody_left(world)
    (row,) = world.rows(Purpose.NOBODY_LEFT, target="leaders")
    if mail:
        assert (row.channel, row.state, row.note) == ("email", State.PROVED, BROKEN[broken])
        assert row.payload["to"] == [world.group.lee.email, world.group.sam.email]
    else:
        assert (row.channel, row.state, row.why) == ("slack.message", State.BY_HAND, BROKEN[broken])


def test_that_nobody_is_left_waits_ten_minutes_for_slack(world: World) -> None:
    unplug(world)
    nobody_left(world)
    wait(world, 9)
    assert ways(world, Purpose.NOBODY_LEFT) == [("slack.message", State.WAITING, "")]
    wait(world, 6)
    assert ways(world, Purpose.NOBODY_LEFT) == [MAILED]
