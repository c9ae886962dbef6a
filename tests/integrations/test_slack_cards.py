"""One message for each case and place, kept true, whatever the network and the workspace do."""

import json
from typing import Any

import pytest
from tests.integrations.slack_world import LEADERS, NORTH, World, world

from amends.cases import actions
from amends.cases.ticker import tick
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson
from amends.integrations.slack.outbound.models import SlackCard, SlackChannel, SlackTrouble
from amends.protocol import commands as c
from amends.protocol.gates import gates
from amends.protocol.words import GateName, Purpose, Trigger
from amends.simulators.slack.cast import BOT_TOKEN

__all__ = ["world"]

LEADERS_TARGET = "leaders"
GRAVE = frozenset({Trigger.LAWYER})


def buttons(message: dict[str, Any]) -> list[str]:
    return [e["action_id"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]


def told(world: World, case: actions.Done) -> bool:
    state = actions.state_of(case.row.pk)
    return next(gate for gate in gates(state) if gate.name is GateName.LEADERS_TOLD).shut


def test_the_leaders_get_one_message_when_a_case_is_addressed(world: World) -> None:
    case = world.reported()
    world.work()
    assert world.posted(LEADERS) == []
    world.address(case)
    world.work()
    card = world.card()
    assert card["text"] == (
        f"{case.number} · Maple Street\nNot said · Upset\n"
        "Addressed by Omar Haddad, office manager: Bill or record corrected\nFirst contact after 1 h 30 min\n"
        "No change was written down yet"
    )
    assert buttons(card) == ["leader_seen", "leader_calls", "leader_wants_call", "open_case"]
    values = {e.get("value") for b in card["blocks"] if b["type"] == "actions" for e in b["elements"]}
    assert values == {case.number}
    proof = world.row(Purpose.LEADERS_TOLD)
    assert (proof.state, proof.proof_id) == (State.PROVED, card["ts"])
    assert told(world, case)
    assert world.lines() == []


def test_the_message_is_kept_true_in_place(world: World) -> None:
    case = world.addressed()
    world.work()
    ts = world.card()["ts"]
    world.says(world.group.lee, c.MarkSeen(), case)
    world.says(world.group.sam, c.MarkSeen(), case)
    world.says(world.group.lee, c.OfferCall(), case)
    world.says(world.group.sam, c.AskForCall(), case)
    world.says(world.group.omar, c.RecordCauses(causes=("estimate_wrong",)), case)
    world.work()
    card = world.card()
    assert card["ts"] == ts
    assert "\nCause: Estimate differed from the bill\nNo change was written down yet\n" in card["text"]
    assert "Seen by Lee Hartwell, Sam Okafor" in card["text"]
    assert "Lee Hartwell will call the patient\nSam Okafor asked to be called" in card["text"]
    assert "Seen by Lee Hartwell, Sam Okafor" in str(card["blocks"])
    assert buttons(card) == ["leader_seen", "leader_wants_call", "open_case"]
    assert world.lines() == [
        f"{case.number}: Lee Hartwell, leader, will call the patient.",
        f"{case.number}: Sam Okafor, leader, asks to be called about this.",
        f"{case.number}: Closed: everything has its proof.",
    ]
    assert world.at_rest


def test_a_grave_case_is_told_at_once_and_what_follows_is_a_change_that_proves_it(world: World) -> None:
    case = world.reported(triggers=GRAVE)
    world.work()
    first = world.card()
    assert "Reported · Omar Haddad is asked" in first["text"]
    assert not told(world, case)
    assert {world.direct("U0LEE"), world.direct("U0SAM")} != {""}
    assert [len(world.posted(world.direct(user))) for user in ("U0LEE", "U0SAM")] == [1, 1]
    world.address(case)
    world.work()
    card = world.card()
    assert card["ts"] == first["ts"]
    assert "Addressed by Omar Haddad" in card["text"]
    now, then = world.row(Purpose.LEADERS_NOW), world.row(Purpose.LEADERS_TOLD)
    assert now.proof_id == then.proof_id == card["ts"]
    assert now.proved_at
    assert then.proved_at
    assert now.proved_at < then.proved_at
    assert told(world, case)
    assert world.lines()[-1] == f"{case.number}: Omar Haddad, office manager, put it right: Bill or record corrected."


def test_the_change_that_proves_it_is_not_taken_for_made_while_it_is_not(world: World) -> None:
    case = world.reported(triggers=GRAVE)
    world.work()
    world.slack.faults("status:503", path="/api/chat.update", times=1000)
    world.address(case)
    world.work(60)
    assert not told(world, case)
    world.slack.faults()
    world.work(400)
    assert told(world, case)
    assert len(world.posted(LEADERS)) == 1


def test_a_newer_change_makes_an_older_one_that_waits_unnecessary(world: World) -> None:
    case = world.addressed()
    world.work()
    for person in (world.group.lee, world.group.sam):
        world.says(person, c.MarkSeen(), case)
    older, newer = world.rows(Purpose.CARD, target=LEADERS_TARGET)
    assert (older.state, older.why) == (State.WITHDRAWN, "A newer message says more.")
    assert newer.state == State.WAITING
    world.work()
    updates = [call for call in calls(world) if call["method"] == "chat.update" and call["arguments"]["ts"]]
    assert len([u for u in updates if u["arguments"]["channel"] == LEADERS]) == 1
    assert "Lee Hartwell, Sam Okafor" in world.card()["text"]


def calls(world: World) -> list[dict[str, Any]]:
    return list(json.loads(world.slack.http("GET", "/_control/calls")[2])["calls"])


@pytest.mark.parametrize(
    "fault", ["drop_after", "reset_after", "status_after:503", "truncate", "error_after:internal_error"]
)
def test_a_first_message_that_may_have_arrived_is_looked_for_and_not_posted_again(world: World, fault: str) -> None:
    case = world.reported()
    world.work()
    world.address(case)
    world.slack.faults(fault, path="/api/chat.postMessage", times=1)
    world.work(1)
    world.slack.faults()
    world.work(120)
    leaders = world.posted(LEADERS)
    assert len(leaders) == 1
    assert told(world, case)
    assert SlackCard.objects.get(target=LEADERS_TARGET).ts == leaders[0]["ts"]


@pytest.mark.parametrize("fault", ["drop_before", "status:503"])
def test_a_first_message_that_did_not_arrive_is_posted_after_it_had_time_to(world: World, fault: str) -> None:
    case = world.reported()
    world.work()
    world.address(case)
    world.slack.faults(fault, path="/api/chat.postMessage", times=1)
    world.work(3)
    assert world.posted(LEADERS) == []
    world.work(200)
    assert len(world.posted(LEADERS)) == 1
    assert told(world, case)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "status_after:503", "status:500"])
def test_a_change_is_repeated_until_it_is_known_to_be_there(world: World, fault: str) -> None:
    case = world.addressed()
    world.work()
    world.slack.faults(fault, path="/api/chat.update", times=2)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work(200)
    assert "Seen by Lee Hartwell" in world.card()["text"]
    assert world.at_rest


def test_a_message_that_somebody_deleted_is_posted_anew(world: World) -> None:
    case = world.addressed()
    world.work()
    gone = world.card()["ts"]
    world.slack.client.chat_delete(channel=LEADERS, ts=gone)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    card = world.card()
    assert card["ts"] != gone
    assert "Seen by Lee Hartwell" in card["text"]
    world.says(world.group.sam, c.MarkSeen(), case)
    world.work()
    assert world.card()["ts"] == card["ts"]


def test_a_line_whose_message_is_gone_stands_nowhere_else(world: World) -> None:
    case = world.addressed()
    world.work()
    world.slack.client.chat_delete(channel=LEADERS, ts=world.card()["ts"])
    SlackCard.objects.filter(target=LEADERS_TARGET).update(ts="")
    world.slack.faults("status:429:40", path="/api/chat.postMessage", times=1)
    world.says(world.group.lee, c.OfferCall(), case)
    world.work(120)
    assert len(world.posted(LEADERS)) == 1
    assert world.lines() == [f"{case.number}: Lee Hartwell, leader, will call the patient."]
    SlackCard.objects.filter(target=LEADERS_TARGET).delete()
    world.says(world.group.sam, c.AskForCall(), case)
    world.work(10)
    assert len(world.posted(LEADERS)) == 1
    assert len(world.lines()) == 1


def test_a_new_message_in_place_of_a_deleted_one_is_not_forgotten_over_a_pause(world: World) -> None:
    case = world.addressed()
    world.work()
    world.slack.client.chat_delete(channel=LEADERS, ts=world.card()["ts"])
    world.says(world.group.lee, c.MarkSeen(), case)
    world.slack.faults("status:429:5", path="/api/chat.postMessage", times=1)
    world.work()
    assert "Seen by Lee Hartwell" in world.card()["text"]


def test_slack_asks_for_a_pause_and_nobody_sends_there_before_it_is_over(world: World) -> None:
    case = world.reported()
    world.work()
    world.address(case)
    world.slack.faults("status:429:20", path="/api/chat.postMessage", times=1)
    world.work(2)
    asked = len(calls(world))
    assert world.posted(LEADERS) == []
    other = world.addressed()  # an hour and a half later
    world.work()
    assert len(calls(world)) > asked
    assert len(world.posted(LEADERS)) == 2
    assert told(world, other)


def test_a_channel_takes_one_message_a_second(world: World) -> None:
    world.addressed()
    world.addressed()
    world.addressed()
    world.work(1)
    assert len(world.posted(LEADERS)) == 1
    world.work(1)
    assert len(world.posted(LEADERS)) == 2
    world.work(2)
    assert len(world.posted(LEADERS)) == 3


# --- places of their own -----------------------------------------------------------------------------------------


def test_a_region_has_a_channel_of_its_own_with_the_messages_that_are_its(world: World) -> None:
    group = world.group
    SlackChannel.objects.create(workspace=world.workspace, region=group.maple.region, channel=NORTH)
    SlackChannel.objects.create(workspace=world.workspace, office=group.harbor, channel="C0LAKES")
    case = world.addressed()
    world.work()
    assert world.card(NORTH)["text"] == world.card(LEADERS)["text"]
    assert buttons(world.card(NORTH)) == ["open_case"]
    assert world.posted("C0LAKES") == []
    world.says(group.ana, c.Reopen(why="She called again."), case)
    world.work()
    assert "opened it again" in world.lines(NORTH)[0]
    assert "With the office manager · Omar Haddad is asked" in world.card(NORTH)["text"]


def test_a_manager_gets_their_cases_as_direct_messages_whose_buttons_fit(world: World) -> None:
    case = world.reported()
    world.work()
    omar = world.direct("U0OMAR")
    assert buttons(world.card(omar)) == ["manager_acknowledge", "manager_spoke", "manager_ask_region", "open_case"]
    world.says(world.group.omar, c.Acknowledge(), case)
    world.work()
    assert buttons(world.card(omar)) == ["manager_spoke", "manager_ask_region", "open_case"]
    assert world.lines(omar) == []
    world.says(world.group.omar, c.AskRegion(why="She wants all of it back."), case)
    world.work()
    assert buttons(world.card(omar)) == ["open_case"]
    rita = world.direct("U0RITA")
    assert buttons(world.card(rita)) == ["manager_acknowledge", "manager_spoke", "open_case"]
    assert "She wants all of it back" not in str(world.slack.messages)
    world.says(world.group.lee, c.OfferCall(), case)
    world.work()
    assert world.lines(rita) == [f"{case.number}: Lee Hartwell, leader, will call the patient."]


def test_who_is_asked_to_come_says_so_with_one_press(world: World) -> None:
    case = world.reported(still_here=True)
    world.work()
    asked = next(m for m in world.posted(world.direct("U0OMAR")) if "still here" in m["text"])
    assert buttons(asked) == ["manager_comes", "open_case"]
    assert f"/cases/{case.number}/come" in str(asked["blocks"])
    assert f"/cases/{case.number}/come" in asked["text"]
    assert "Marisol" not in str(asked)


def test_a_late_step_is_told_directly(world: World) -> None:
    world.reported()
    world.work()
    world.clock.move(6 * 3600)
    tick()
    world.work()
    assert "· late" in world.card(world.direct("U0RUTH"))["text"]
    assert world.lines(world.direct("U0OMAR")) == []
    assert "Ruth Bellamy is asked" in world.card(world.direct("U0OMAR"))["text"]


def test_who_is_not_matched_gets_no_message_and_nothing_is_asked_of_anybody(world: World) -> None:
    SlackPerson.objects.filter(person=world.group.omar).delete()
    world.reported()
    assert not Delivery.objects.filter(channel="slack.card").exists()


# --- what is broken, shown and mended ----------------------------------------------------------------------------


def test_an_archived_channel_falls_to_email_and_is_shown(world: World, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    world.slack.control("archive", channel=LEADERS, archived=True)
    world.addressed()
    world.work()
    row = world.row(Purpose.LEADERS_TOLD)
    assert (row.channel, row.state, row.note) == ("email", State.PROVED, "The channel is archived.")
    trouble = SlackTrouble.objects.get()
    assert (trouble.target, trouble.says) == (LEADERS_TARGET, "The channel is archived.")
    world.slack.control("archive", channel=LEADERS, archived=False)
    world.addressed()
    world.work()
    assert len(world.posted(LEADERS)) == 1
    assert not SlackTrouble.objects.exists()


def test_a_removed_bot_falls_to_a_person_where_there_is_no_email(world: World) -> None:
    world.slack.control("scopes", scopes=["chat:write"])
    world.slack.control("remove-bot", channel=LEADERS)
    world.addressed()
    world.work()
    row = world.row(Purpose.LEADERS_TOLD)
    assert (row.state, row.why) == (State.BY_HAND, "The app is not a member of the channel: invite it.")
    assert "Addressed by Omar Haddad" in row.paste_text


def test_a_revoked_token_makes_changes_wait_until_it_is_mended(world: World) -> None:
    case = world.addressed()
    world.work()
    world.slack.control("revoke", token=BOT_TOKEN, revoked=True)
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    world.workspace.refresh_from_db()
    assert world.workspace.last_error == "The app was removed from Slack."
    assert not Delivery.objects.filter(channel="slack.card", state=State.BY_HAND).exists()
    world.slack.control("revoke", token=BOT_TOKEN, revoked=False)
    world.work(400)
    world.workspace.refresh_from_db()
    assert world.workspace.last_error == ""
    assert "Seen by Lee Hartwell" in world.card()["text"]


def test_a_person_who_left_slack_is_shown_and_nobody_else_is_asked(world: World) -> None:
    world.slack.control("deactivate", user="U0OMAR", deleted=True)
    world.reported()
    world.work()
    assert SlackTrouble.objects.get().target == f"person:{world.group.omar.pk}"
    (row,) = world.rows(Purpose.CARD)
    assert row.state == State.WAITING
    world.clock.move(100 * 3600)
    world.work()
    assert world.row(Purpose.CARD).state == State.WITHDRAWN


def test_after_a_message_left_to_a_person_no_change_posts_a_second_one(world: World) -> None:
    world.slack.control("scopes", scopes=["chat:write", "chat:write.public"])
    case = world.addressed()
    world.slack.faults("drop_after", path="/api/chat.postMessage", times=1000)
    world.work(120)
    assert world.row(Purpose.LEADERS_TOLD).state == State.BY_HAND
    world.slack.faults()
    world.says(world.group.lee, c.MarkSeen(), case)
    world.work()
    assert len(world.posted(LEADERS)) == 1
    (change,) = world.rows(Purpose.CARD, target=LEADERS_TARGET)
    assert (change.state, change.why) == (State.WITHDRAWN, "There is no message here that it could belong to.")
