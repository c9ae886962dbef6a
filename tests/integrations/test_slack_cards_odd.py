"""What seldom happens to the message of a case: told twice, not taken as it is, not answered as it should be."""

from typing import Any

import pytest
from slack_sdk import WebClient
from tests.integrations.slack_world import World, world

from amends.cases.models import PolicyText
from amends.deliveries.channel import CannotTell, OfficeOffline
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound import cards
from amends.integrations.slack.outbound.messages import policy_of
from amends.protocol import commands as c
from amends.protocol.words import Purpose

__all__ = ["world"]


def test_what_is_there_already_is_proved_without_a_word_to_slack(world: World) -> None:
    world.addressed()
    world.work()
    row = world.row(Purpose.LEADERS_TOLD)
    SlackWorkspace.objects.update(api_url="http://127.0.0.1:9/api/")
    for ask in (cards.SlackCards().deliver, cards.SlackCards().find):
        proof = ask(row.outgoing)
        assert proof is not None
        assert proof.id == row.proof_id


def test_a_line_under_a_message_is_not_looked_for(world: World) -> None:
    case = world.addressed()
    world.work()
    world.says(world.group.lee, c.OfferCall(), case)
    row = world.rows(Purpose.THREAD)[0]
    with pytest.raises(CannotTell, match="not looked for"):
        cards.SlackCards().find(row.outgoing)


def test_a_slack_that_cannot_be_reached_is_tried_again(world: World) -> None:
    SlackWorkspace.objects.update(api_url="http://127.0.0.1:9/api/")
    world.addressed()
    row = world.row(Purpose.LEADERS_TOLD)
    with pytest.raises(OfficeOffline, match="Slack cannot be reached"):
        cards.SlackCards().deliver(row.outgoing)
    world.work(3)
    assert world.row(Purpose.LEADERS_TOLD).state == State.WAITING
    SlackWorkspace.objects.update(api_url=world.workspace.api_url)
    world.work(60)
    assert world.row(Purpose.LEADERS_TOLD).state == State.PROVED


@pytest.mark.parametrize("who", ["we", "Slack"])
def test_what_does_not_fit_is_replaced_by_the_number_and_the_link(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    if who == "we":
        monkeypatch.setattr(cards, "message_problems", lambda text, blocks: ["It is too long."])
    case = world.reported()
    world.work()
    world.address(case)
    if who == "Slack":
        world.slack.faults("error:invalid_blocks", path="/api/chat.postMessage", times=1)
    world.work()
    assert world.card()["text"].splitlines()[0] == case.number
    assert len(world.card()["text"].splitlines()) == 2
    assert f"/cases/{case.number}" in world.card()["text"]
    assert world.row(Purpose.LEADERS_TOLD).state == State.PROVED


def test_a_message_without_a_number_is_looked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    post = WebClient.chat_postMessage

    def forgetful(self: WebClient, **arguments: Any) -> dict[str, Any]:
        post(self, **arguments)
        return {"ok": True, "channel": arguments["channel"]}

    world.addressed()
    with monkeypatch.context() as patch:
        patch.setattr(WebClient, "chat_postMessage", forgetful)
        world.work(1)
    assert Delivery.objects.filter(state=State.UNKNOWN, purpose=Purpose.LEADERS_TOLD).exists()
    world.work(90)
    assert world.row(Purpose.LEADERS_TOLD).proof_id == world.card()["ts"]


def test_a_card_of_a_lost_policy_is_told_in_the_words_of_the_one_in_force(world: World) -> None:
    case = world.addressed()
    now = policy_of(case.case.policy)
    PolicyText.objects.all().delete()
    assert policy_of("lost").kinds == now.kinds
