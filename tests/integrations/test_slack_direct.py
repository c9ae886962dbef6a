"""A direct message whose outcome is not known is looked for in the conversation, not under the person's id."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from slack_sdk.errors import SlackApiError
from tests.cases.story import by
from tests.integrations.slack_world import LEADERS, World, world

from amends.cases import actions
from amends.cases.actions import Done
from amends.cases.ticker import tick
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.models import SlackCard, SlackTaste, SlackTrouble
from amends.integrations.slack.outbound.notices import keep_notices
from amends.practice.away.said import say_away
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import Trigger
from amends.simulators.slack.cast import SCOPES

__all__ = ["world"]

LEFT_OPEN = pytest.mark.parametrize(
    "fault", ["drop_after", "reset_after", "status_after:503", "error_after:fatal_error"]
)
NEVER_THERE = pytest.mark.parametrize("fault", ["drop_before", "status:503"])
BOTH = pytest.mark.parametrize("fault", ["drop_after", "status_after:503", "drop_before", "status:503"])
DAY = timedelta(days=1)
GRAVE = frozenset({Trigger.LAWYER})


def breaks(world: World, fault: str, posts: int) -> None:
    """Each of the first `posts` goes wrong."""
    world.slack.faults(fault, path="/api/chat.postMessage", times=posts)


def to(world: World, user: str) -> list[dict[str, Any]]:
    channel = world.direct(user)
    return world.posted(channel) if channel else []


def withdrawn(world: World) -> list[str]:
    return [row.why for row in Delivery.objects.filter(state=State.WITHDRAWN)]


def is_kept_true(world: World, case: Done, user: str, person: Any) -> None:
    """The card that stands there is the one that is known, by the conversation's id, and follows the case."""
    (message,) = to(world, user)
    card = SlackCard.objects.get(target=f"person:{person.pk}")
    assert (card.channel, card.ts) == (world.direct(user), message["ts"])
    assert card.channel.startswith("D")
    world.says(world.group.sam, c.OfferCall(), case)
    world.work()
    (changed,) = to(world, user)
    assert changed["ts"] == message["ts"]
    assert "Sam Okafor will call the patient" in changed["text"]


def test_slack_takes_a_person_for_a_channel_to_post_and_not_to_read(world: World) -> None:
    assert world.slack.client.chat_postMessage(channel="U0OMAR", text="x")["channel"].startswith("D")
    with pytest.raises(SlackApiError) as refused:
        world.slack.client.conversations_history(channel="U0OMAR")
    assert refused.value.response["error"] == "channel_not_found"


@BOTH
def test_leaders_hear_of_a_grave_case_once_whatever_the_network_does(world: World, fault: str) -> None:
    breaks(world, fault, 4)  # the leaders' channel, two leaders, the manager
    case = world.reported(triggers=GRAVE)
    world.work(240)
    world.slack.faults()
    world.work(240)
    assert [len(to(world, user)) for user in ("U0LEE", "U0SAM", "U0OMAR")] == [1, 1, 1]
    assert withdrawn(world) == []
    is_kept_true(world, case, "U0LEE", world.group.lee)


@LEFT_OPEN
def test_a_managers_card_that_arrived_all_the_same_is_found_and_changed_in_place(world: World, fault: str) -> None:
    breaks(world, fault, 1)
    case = world.reported()
    world.work(120)
    assert withdrawn(world) == []
    is_kept_true(world, case, "U0OMAR", world.group.omar)


@NEVER_THERE
def test_a_managers_card_that_did_not_arrive_is_sent_once_after_the_look(world: World, fault: str) -> None:
    breaks(world, fault, 1)
    case = world.reported()
    world.work(3)
    assert to(world, "U0OMAR") == []
    world.work(200)
    assert withdrawn(world) == []
    is_kept_true(world, case, "U0OMAR", world.group.omar)


@BOTH
def test_please_come_now_arrives_once_and_is_left_to_nobody(world: World, fault: str) -> None:
    breaks(world, fault, 3)
    case = world.reported(still_here=True)
    world.work(240)
    asked = [m for m in to(world, "U0OMAR") if "still here" in m["text"]]
    assert len(asked) == 1
    assert case.number in asked[0]["text"]
    rows = Delivery.objects.filter(channel="slack.message")
    (row,) = (one for one in rows if one.payload["channel"] == "U0OMAR")
    assert (row.state, row.proof_id) == (State.PROVED, asked[0]["ts"])


@BOTH
def test_a_leaders_day_arrives_once(world: World, fault: str) -> None:
    SlackTaste.objects.create(person=world.group.lee, how=SlackTaste.How.DAILY, daily_at=time(17))
    world.addressed()
    world.work()
    world.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    breaks(world, fault, 1)
    for _ in range(200):
        keep_notices()
        world.work(1)
    assert len(to(world, "U0LEE")) == 1
    assert Delivery.objects.get(marker__startswith="digest").state == State.PROVED


def test_a_conversation_that_may_not_be_read_is_shown(world: World) -> None:
    world.slack.control("scopes", scopes=[scope for scope in SCOPES if scope != "im:history"])
    breaks(world, "drop_after", 1)
    world.reported()
    world.work(120)
    trouble = SlackTrouble.objects.get()
    assert trouble.target == f"person:{world.group.omar.pk}"
    assert "may not read that channel" in trouble.says
    world.slack.faults()
    world.reported()  # the next one arrives
    world.work()
    assert not SlackTrouble.objects.exists()


# --- managers who are nobody in Slack ----------------------------------------------------------------------------


def mails() -> list[Delivery]:
    return list(Delivery.objects.filter(channel="email").order_by("pk"))


def test_a_manager_who_is_nobody_in_slack_gets_an_email_that_says_the_same(world: World, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    world.reported()
    assert mails() == []  # Omar has his in Slack
    SlackPerson.objects.filter(person=world.group.omar).delete()
    case = world.reported()
    (mail,) = mails()
    assert mail.payload["to"] == [world.group.omar.email]
    assert case.number in mail.payload["text"]
    assert f"/cases/{case.number}" in mail.payload["text"]
    for secret in ("Marisol", "Quintero", "Waited"):
        assert secret not in str(mail.payload)
    world.work()
    assert mails()[0].state == State.PROVED
    assert Delivery.objects.filter(case=case.row, channel="open_dental.task").exists()


def test_who_covers_is_reminded_in_slack_or_by_email_and_the_channels_hear_nothing_of_it(
    world: World, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    group = world.group
    case = world.reported()
    world.work()
    (before,) = to(world, "U0OMAR")
    quiet = len(world.posted(LEADERS)), len(world.lines())
    assert case.row.alarm_at
    world.clock.now = case.row.alarm_at
    tick()
    world.work()
    (card,) = to(world, "U0OMAR")
    assert card["text"] == before["text"]
    assert world.lines(world.direct("U0OMAR")) == [f"{case.number}: A step is due soon. Omar Haddad was reminded."]
    assert mails() == []
    say_away(group.omar, timezone.now(), timezone.now() + DAY, cover=group.rita, by=group.omar, now=timezone.now())
    SlackPerson.objects.filter(person=group.rita).delete()
    other = world.reported(still_here=False)
    actions.perform(command=c.HandOver(to=by(group.omar, group.maple).person, why="His."), by=AMENDS, case=other.row.pk)
    other.row.refresh_from_db()
    assert other.row.alarm_at
    Delivery.objects.filter(channel="email").delete()
    world.clock.now = other.row.alarm_at
    while tick():
        pass
    soon = [mail for mail in mails() if "due soon" in mail.payload["text"] and other.number in mail.payload["text"]]
    assert [mail.payload["to"] for mail in soon] == [[group.rita.email]]
    assert soon[0].payload["text"].startswith("A step is due soon. Rita Lindqvist was reminded.\n")
    assert (len(world.posted(LEADERS)), len(world.lines())) == quiet


def test_without_a_mail_server_an_address_or_slack_there_is_the_task_alone(world: World, settings: Settings) -> None:
    SlackPerson.objects.filter(person=world.group.omar).delete()
    world.reported()
    settings.EMAIL_HOST = "mail.example.com"
    SlackWorkspace.objects.all().delete()
    world.reported()
    assert mails() == []
