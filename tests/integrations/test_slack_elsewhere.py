"""A place is another one by now: another channel is chosen, a person is another user, or it is not in use any more."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from pytest_django import Settings
from slack_sdk import WebClient
from tests.integrations.slack_world import LEADERS, NORTH, World, world

from amends.cases.actions import Done
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound import cards
from amends.integrations.slack.outbound.models import SlackCard, SlackChannel, SlackTrouble
from amends.integrations.slack.people import forget, set_user
from amends.protocol import commands as c
from amends.protocol.words import Purpose

__all__ = ["world"]

NICK = "U0NICK"


def matched_with(world: World, user: str) -> None:
    assert set_user(world.workspace, world.group.omar, user, SlackPerson.How.TYPED)


def forgotten(world: World) -> None:
    forget(SlackPerson.objects.get(person=world.group.omar))


def to_omar(world: World) -> str:
    return f"person:{world.group.omar.pk}"


def with_a_card(world: World) -> Done:
    """A case whose card stands in Omar's direct messages."""
    case = world.reported()
    world.work()
    return case


# --- another channel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("says", ["is_archived", "is_inactive", "channel_not_found", "not_in_channel"])
def test_an_open_case_goes_on_in_the_channel_that_was_chosen_instead(world: World, says: str) -> None:
    case = world.addressed()
    world.work()
    before = world.card()["text"]
    world.slack.faults(f"error:{says}", path="/api/chat.update", times=1)
    SlackWorkspace.objects.update(leaders_channel=NORTH)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    assert "Seen by Lee Hartwell" in world.card(NORTH)["text"]
    world.says(world.group.sam, c.OfferCall(), case)
    world.work()
    assert "Sam Okafor will call" in world.card(NORTH)["text"]
    assert world.lines(NORTH) == [f"{case.number}: Sam Okafor, leader, will call the patient."]
    assert (world.card()["text"], world.lines()) == (before, [])
    assert not SlackTrouble.objects.exists()


def test_a_case_whose_channel_is_shut_waits_for_it_while_no_other_is_chosen(world: World) -> None:
    case = world.addressed()
    world.work()
    world.slack.control("archive", channel=LEADERS, archived=True)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    assert not world.at_rest
    assert SlackTrouble.objects.get().says == "The channel is archived."
    world.slack.control("archive", channel=LEADERS, archived=False)
    world.work(400)
    assert "Seen by Lee Hartwell" in world.card()["text"]


def test_while_the_former_channel_takes_them_cases_stay_where_they_are(world: World) -> None:
    case = world.addressed()
    world.work()
    SlackWorkspace.objects.update(leaders_channel=NORTH)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    assert "Seen by Lee Hartwell" in world.card()["text"]
    assert world.posted(NORTH) == []


def test_a_channel_that_is_not_in_use_any_more_keeps_nothing_waiting(world: World) -> None:
    own = SlackChannel.objects.create(workspace=world.workspace, office=world.group.maple, channel=NORTH)
    case = world.addressed()
    world.work()
    target = f"channel:{own.pk}"
    own.delete()
    world.says(world.group.lee, c.OfferCall(), case)
    world.work()
    for purpose in (Purpose.CARD, Purpose.THREAD):
        gone = world.rows(purpose, target=target)[-1]
        assert (gone.state, gone.why) == (State.WITHDRAWN, "This Slack channel is not in use any more.")
    assert not SlackTrouble.objects.exists()
    assert SlackWorkspace.objects.get().last_error == ""


# --- another user ------------------------------------------------------------------------------------------------


def test_who_is_matched_anew_gets_the_next_message_and_the_former_user_no_more(world: World) -> None:
    case = with_a_card(world)
    former = world.direct("U0OMAR")
    before = world.card(former)["text"]
    matched_with(world, NICK)
    world.says(world.group.omar, c.Acknowledge(), case)
    world.work()
    mine = world.direct(NICK)
    assert "Omar Haddad has it" in world.card(mine)["text"]
    world.says(world.group.lee, c.OfferCall(), case)
    world.work()
    assert "Lee Hartwell will call" in world.card(mine)["text"]
    assert world.lines(mine) == [f"{case.number}: Lee Hartwell, leader, will call the patient."]
    assert (world.card(former)["text"], world.lines(former)) == (before, [])


def test_who_is_matched_with_nobody_is_written_to_no_more_until_they_are_again(world: World) -> None:
    case = with_a_card(world)
    before = world.card(world.direct("U0OMAR"))["text"]
    forgotten(world)
    world.says(world.group.omar, c.Acknowledge(), case)
    world.work()
    (change,) = world.rows(Purpose.CARD, target=to_omar(world), state=State.WITHDRAWN)
    assert change.why == "This person is not matched with anybody in Slack."
    assert world.card(world.direct("U0OMAR"))["text"] == before
    assert not SlackTrouble.objects.exists()
    matched_with(world, "U0OMAR")
    world.says(world.group.lee, c.OfferCall(), case)
    world.work()
    assert "Lee Hartwell will call" in world.card(world.direct("U0OMAR"))["text"]


def test_what_was_just_being_posted_for_the_former_user_is_changed_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = WebClient.chat_postMessage

    def meanwhile(self: WebClient, **arguments: Any) -> Any:
        answer = post(self, **arguments)
        matched_with(world, NICK)
        return answer

    case = world.reported()
    with monkeypatch.context() as patch:
        patch.setattr(WebClient, "chat_postMessage", meanwhile)
        world.work()
    before = world.card(world.direct("U0OMAR"))["text"]
    world.says(world.group.omar, c.Acknowledge(), case)
    world.work()
    assert world.card(world.direct("U0OMAR"))["text"] == before
    assert "Omar Haddad has it" in world.card(world.direct(NICK))["text"]


def test_who_is_matched_anew_in_the_middle_of_a_delivery_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = with_a_card(world)
    before = world.card(world.direct("U0OMAR"))["text"]
    matched_with(world, NICK)
    world.says(world.group.omar, c.Acknowledge(), case)
    with monkeypatch.context() as patch:
        patch.setattr(cards, "_card_at", lambda item: SlackCard.objects.filter(target=item.target).first())
        world.work(1)
    world.work(10)
    assert world.card(world.direct("U0OMAR"))["text"] == before
    assert "Omar Haddad has it" in world.card(world.direct(NICK))["text"]


@pytest.mark.parametrize("mail", [True, False])
def test_a_first_message_for_who_is_matched_with_nobody_meanwhile_goes_by_email(
    world: World, settings: Settings, mail: bool
) -> None:
    settings.EMAIL_HOST = "mail.example.com" if mail else ""
    world.reported()
    forgotten(world)
    world.work()
    (row,) = world.rows(Purpose.CARD)
    assert (row.channel, row.state) == (("email", State.PROVED) if mail else ("slack.card", State.WAITING))
    matched_with(world, "U0OMAR")
    world.work(60)
    assert Delivery.objects.get(pk=row.pk).state == State.PROVED


def test_a_direct_message_whose_outcome_is_not_known_is_not_looked_for_with_nobody(world: World) -> None:
    world.slack.faults("drop_after", path="/api/chat.postMessage", times=1)
    world.reported()
    world.work(1)
    forgotten(world)
    world.work(120)
    assert world.row(Purpose.CARD).state == State.WITHDRAWN
    assert not SlackTrouble.objects.exists()


def test_cards_of_the_version_before_stand_with_whoever_is_matched_now(world: World) -> None:
    case = with_a_card(world)
    SlackCard.objects.update(user="")
    before = import_module("amends.integrations.slack.migrations.0010_a_card_knows_its_user")
    before.stand_with_them(apps, None)
    world.says(world.group.omar, c.Acknowledge(), case)
    world.work()
    assert "Omar Haddad has it" in world.card(world.direct("U0OMAR"))["text"]


def test_trouble_with_a_former_user_is_over(world: World) -> None:
    world.slack.control("deactivate", user="U0OMAR", deleted=True)
    world.reported()
    world.work()
    assert SlackTrouble.objects.get().target == to_omar(world)
    matched_with(world, NICK)
    assert not SlackTrouble.objects.exists()
    world.work(60)
    assert len(world.posted(world.direct(NICK))) == 1
