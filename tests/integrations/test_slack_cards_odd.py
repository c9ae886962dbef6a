"""What seldom happens to the message of a case: told twice, not taken as it is, not answered as it should be."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient
from tests.cases.story import by
from tests.integrations.slack_world import World, world
from tests.protocol.cast import POLICY, addressed

from amends.cases.models import PolicyText
from amends.deliveries.channel import CannotTell, OfficeOffline
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound import cards
from amends.integrations.slack.outbound.messages import card_body, policy_of
from amends.protocol import commands as c
from amends.protocol.card import ReplyStands, card_of
from amends.protocol.words import Purpose, Severity, Stage

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


def shown(**changes: Any) -> str:
    """The section of a card as somebody sees it in the channel."""
    card = replace(card_of(addressed().case), **changes)
    body = card_body(card, number="UP-1", office="Maple", policy=POLICY, link="https://amends.example", buttons="")
    return str(body.blocks[0]["text"]["text"])


def test_what_a_review_was_answered_stands_in_the_blocks_as_well() -> None:
    assert "\nOnline review: answered\n" in shown(reply=ReplyStands.LIVE)


@pytest.mark.parametrize(
    ("mark", "changes"),
    [
        ("🔴", {"late": True, "stage": Stage.OFFICE}),
        ("🔴", {"late": True, "stage": Stage.ADDRESSED}),
        ("🔴", {"late": True, "stage": Stage.OFFICE, "severity": Severity.SEVERE}),
        ("🟠", {"stage": Stage.REPORTED, "severity": Severity.SEVERE}),
        ("🔵", {"stage": Stage.REPORTED}),
        ("🔵", {"stage": Stage.LEADERS}),
        ("🟢", {"stage": Stage.ADDRESSED, "severity": Severity.SEVERE}),
        ("✅", {"stage": Stage.CLOSED}),
        ("⚪", {"stage": Stage.SET_ASIDE}),
    ],
)
def test_red_is_for_what_is_late_and_for_nothing_else(mark: str, changes: dict[str, Any]) -> None:
    assert shown(**changes)[0] == mark
    assert ("· late" in shown(**changes)) == (mark == "🔴")


def test_a_planned_change_is_told_with_its_day_at_the_office(world: World) -> None:
    case = world.addressed()
    end_of_day = datetime(2026, 3, 13, 23, 59, tzinfo=ZoneInfo("America/New_York"))
    omar = by(world.group.omar, world.group.maple).person
    world.says(world.group.omar, c.PlanAction(what="A letter", owner=omar, due=end_of_day), case)
    world.work()
    assert "a change is planned by Mar 13, Omar Haddad sees to it" in world.card()["text"]
    world.says(world.group.omar, c.FinishAction(no=1), case)
    world.work()
    assert "the change is made. See the case" in world.card()["text"]
    assert "letter" not in str(world.card())
