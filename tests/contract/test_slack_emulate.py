"""Our Slack app against emulate, which nobody here wrote: scopes, triggers, archived channels, somebody else's message.

What emulate does not do stays with local-slack and our own simulator. It sends nothing (no command, press, form or
event), so what a person does is signed and posted here. It has no Socket Mode, no rates and no limits of blocks; a bot
that is no member may post, and a message in an archived channel may be changed. A trigger that is too old would need
three real seconds of waiting: one that was used, and one that never was, take the same way through the app.
"""

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast
from tests.contract.slack_emulators import EMULATE
from tests.integrations.servers import StubServer
from tests.integrations.slack.conftest import Inline
from tests.integrations.slack.slackbot import SECRET, Slackbot
from tests.ports import free_port
from tests.simulators.slack.driver import until

from amends.cases.models import CaseRow
from amends.deliveries.channel import Outgoing, Proof
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.integrations.channels import channel
from amends.integrations.slack.client import client_of
from amends.integrations.slack.inbound import afterwards, asking
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.models import SlackCard, SlackTrouble
from amends.integrations.slack.people import match, set_user
from amends.protocol import commands as c
from amends.protocol.words import Purpose

PROGRAM = os.environ.get(EMULATE, "")
pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="no emulate: python -m tests.contract.slack_emulators"),
    pytest.mark.skipif(
        bool(PROGRAM) and [name for _, name in socket.if_nameindex()] != ["lo"],
        reason="emulate listens on every interface, so it runs where there is only a loopback",
    ),
    pytest.mark.django_db,
]
BOT, DUMB, BLIND, OTHER = "xoxb-good", "xoxb-dumb", "xoxb-blind", "xoxp-other"
_ALL = (
    'chat:write, "channels:read", "channels:history", "channels:manage", "im:write", "im:history", "users:read", '
    '"users:read.email"'
)
_SEED = f"""
slack:
  team: {{name: Bluebell, domain: bluebell}}
  strict_scopes: true
  users:
    - {{name: amends, email: amends@bluebellfinch.example}}
    - {{name: omar, email: omar@bluebellfinch.example}}
    - {{name: lee, email: lee@bluebellfinch.example}}
  channels: [{{name: general}}, {{name: leaders}}]
  tokens:
    - {{token: {BOT}, user: amends, scopes: [{_ALL}]}}
    - {{token: {DUMB}, user: amends, scopes: ["users:read"]}}
    - {{token: {BLIND}, user: amends, scopes: [chat:write]}}
    - {{token: {OTHER}, user: lee, scopes: [{_ALL}]}}
"""


class Elsewhere:
    """What does not go to Slack arrives."""

    name = "elsewhere"

    def deliver(self, item: Outgoing) -> Proof:
        return Proof("1", "elsewhere")

    def find(self, item: Outgoing) -> Proof | None:
        return None


@dataclass
class Emulate:
    """One running workspace, with Amends connected to it."""

    group: Cast
    row: SlackWorkspace
    port: int

    @property
    def client(self) -> WebClient:
        self.row.refresh_from_db()
        return client_of(self.row)

    def client_with(self, token: str) -> WebClient:
        return client_of(SlackWorkspace(bot_token=token, api_url=self.row.api_url, timeout_seconds=10))

    def user(self, name: str) -> str:
        found = self.client_with(BOT).users_lookupByEmail(email=f"{name}@bluebellfinch.example")
        return str(found["user"]["id"])

    def works(self) -> None:
        """The engine delivers what is due."""
        while run_one(lambda name: channel(name) if name.startswith("slack") else Elsewhere()):
            pass

    def told(self) -> list[dict[str, Any]]:
        """The leaders' channel, oldest first."""
        page = self.client_with(BOT).conversations_history(channel=self.row.leaders_channel, include_all_metadata=True)
        return [one for one in reversed(page["messages"]) if one.get("subtype") is None]

    def page(self) -> str:
        """What the emulator shows of its views."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", "/?tab=views")
            return line.getresponse().read().decode()
        finally:
            line.close()


@pytest.fixture
def slack(group: Cast, tmp_path: Path) -> Iterator[Emulate]:
    port, seed = free_port(), tmp_path / "seed.yaml"
    seed.write_text(_SEED)
    flags = ["start", "--service", "slack", "--port", str(port), "--seed", str(seed)]
    running = subprocess.Popen(["node", PROGRAM, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    row = SlackWorkspace(
        name="Bluebell",
        api_url=f"http://127.0.0.1:{port}/api/",
        bot_token=BOT,
        signing_secret=SECRET,
        pace_seconds=0,
        timeout_seconds=10,
    )
    try:
        until(lambda: answers(row), what="emulate")
        channels = client_of(row).conversations_list()["channels"]
        row.leaders_channel = next(one["id"] for one in channels if one["name"] == "leaders")
        row.team_id = client_of(row).auth_test()["team_id"]
        row.save()
        there = Emulate(group, row, port)
        set_user(row, group.omar, there.user("omar"), SlackPerson.How.TYPED)
        yield there
    finally:
        running.terminate()
        running.wait()


def answers(row: SlackWorkspace) -> bool:
    try:
        return bool(client_of(row).auth_test()["ok"])
    except (OSError, SlackApiError):
        return False


def addressed(slack: Emulate) -> CaseRow:
    row = does(slack.group.omar, a_case(slack.group), SPOKE, CAUSE, PUT_RIGHT)
    slack.works()
    return row


def leaders_told(row: CaseRow) -> Delivery:
    return Delivery.objects.get(case=row, purpose=Purpose.LEADERS_TOLD)


def test_a_case_has_one_message_that_is_kept_true_and_knows_no_patient(slack: Emulate) -> None:
    row = addressed(slack)
    (card,) = slack.told()
    does(slack.group.lee, row, c.MarkSeen())
    slack.works()
    (changed,) = slack.told()
    assert changed["ts"] == card["ts"] == leaders_told(row).proof_id
    assert "Seen by Lee Hartwell" in changed["text"]
    assert [block["type"] for block in changed["blocks"]] == ["section", "context", "actions"]
    assert changed["metadata"]["event_payload"] == {"marker": leaders_told(row).marker}
    assert row.patient_name not in str(changed)


def test_a_first_message_is_found_by_its_marker(slack: Emulate) -> None:
    row = addressed(slack)
    delivery = leaders_told(row)
    SlackCard.objects.all().delete()
    found = channel("slack.card").find(delivery.outgoing)
    assert found is not None
    assert found.id == delivery.proof_id


def test_a_missing_scope_is_told_in_words_and_heals(slack: Emulate) -> None:
    SlackWorkspace.objects.update(bot_token=DUMB)
    row = addressed(slack)
    assert leaders_told(row).state == State.BY_HAND
    assert "permission that it does not have" in leaders_told(row).why
    assert SlackTrouble.objects.filter(target="leaders").exists()
    SlackWorkspace.objects.update(bot_token=BOT)
    assert leaders_told(addressed(slack)).state == State.PROVED
    assert not SlackTrouble.objects.filter(target="leaders").exists()


def test_where_the_app_may_not_read_nobody_but_a_person_can_tell(slack: Emulate) -> None:
    row = addressed(slack)
    SlackCard.objects.all().delete()
    SlackWorkspace.objects.update(bot_token=BLIND)
    Delivery.objects.filter(pk=leaders_told(row).pk).update(state=State.UNKNOWN, lease="", leased_until=None)
    Delivery.objects.filter(pk=leaders_told(row).pk).update(sent_at=row.opened_at.replace(year=2025))
    slack.works()
    assert leaders_told(row).state == State.BY_HAND
    assert "may not read that channel" in leaders_told(row).why
    assert len(slack.told()) == 1


def test_an_archived_channel_falls_to_email_and_heals(slack: Emulate, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    slack.client.conversations_archive(channel=slack.row.leaders_channel)
    row = addressed(slack)
    assert (leaders_told(row).channel, leaders_told(row).note) == ("email", "The channel is archived.")
    slack.client.conversations_unarchive(channel=slack.row.leaders_channel)
    assert leaders_told(addressed(slack)).channel == "slack.card"
    assert len(slack.told()) == 1


def test_what_somebody_else_wrote_is_not_changed_and_the_message_is_posted_anew(slack: Emulate) -> None:
    row = addressed(slack)
    theirs = slack.client_with(OTHER).chat_postMessage(channel=slack.row.leaders_channel, text="Mine")["ts"]
    SlackCard.objects.update(ts=theirs)
    does(slack.group.lee, row, c.MarkSeen())
    slack.works()
    texts = [message["text"] for message in slack.told()]
    assert texts[1] == "Mine"
    assert "Seen by Lee Hartwell" in texts[2]


def test_a_manager_is_told_directly(slack: Emulate) -> None:
    row = a_case(slack.group)
    slack.works()
    card = SlackCard.objects.get(case=row)
    assert card.channel.startswith("D")
    does(slack.group.omar, row, c.Acknowledge())
    slack.works()
    history = slack.client.conversations_history(channel=card.channel)["messages"]
    assert [message["ts"] for message in history] == [card.ts]
    assert "manager_acknowledge" not in str(history)


def test_people_are_found_by_their_address_where_the_scope_is_there(slack: Emulate) -> None:
    slack.group.lee.email = "lee@bluebellfinch.example"
    found = match(slack.row, slack.group.lee, slack.client)
    assert found is not None
    assert (found.user_id, found.confirmed_at) == (slack.user("lee"), None)
    slack.group.sam.email = "nobody@bluebellfinch.example"
    assert match(slack.row, slack.group.sam, slack.client) is None
    with pytest.raises(SlackApiError, match="missing_scope"):
        match(slack.row, slack.group.lee, slack.client_with(BLIND))


@pytest.fixture
def omar(slack: Emulate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slackbot]:
    """Requests that Omar's Slack would send, to a site that sees to them at once."""
    for pool in ("_executor", "_urgent", "_keeper"):
        monkeypatch.setattr(afterwards, pool, Inline())
    SlackWorkspace.objects.update(may_carry_patients=True)
    with StubServer("/api") as answered:
        answered.on("POST", "respond", {"ok": True})
        yield Slackbot(answered)


def ask(slack: Emulate, omar: Slackbot, trigger: str) -> None:
    answer = omar.command("omar", user_id=slack.user("omar"), team_id=slack.row.team_id, trigger_id=trigger)
    assert answer.status_code == 200


def trigger_of(slack: Emulate) -> str:
    made = slack.client.api_call("views.generateTriggerId", json={"user_id": slack.user("omar")})
    return str(made["trigger_id"])


def modals(slack: Emulate) -> str:
    """Whose modals are open, as far as the emulator shows them: it tells only a title."""
    return slack.page().partition("Modals")[2]


def test_a_fresh_trigger_opens_the_form_and_it_is_filled(
    slack: Emulate, omar: Slackbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[object] = []
    monkeypatch.setattr(asking.log, "warning", lambda *said, **more: refused.append(said))
    ask(slack, omar, trigger_of(slack))
    assert "omar" in modals(slack)
    assert refused == []  # neither the opening nor the filling
    assert omar.told == []


@pytest.mark.parametrize("which", ["used", "never given"])
def test_where_a_trigger_opens_nothing_the_answer_goes_the_other_way(
    slack: Emulate, omar: Slackbot, which: str
) -> None:
    trigger = trigger_of(slack) if which == "used" else "1.2.abc"
    if which == "used":
        title = {"type": "plain_text", "text": "Taken"}
        slack.client.views_open(trigger_id=trigger, view={"type": "modal", "title": title, "blocks": []})
    ask(slack, omar, trigger)
    assert "Amends" not in modals(slack)
    assert omar.told == ["Report it here: one screen, 20 seconds."]


def test_the_home_tab_is_published(slack: Emulate, omar: Slackbot) -> None:
    row = a_case(slack.group)
    event = {"type": "app_home_opened", "user": slack.user("omar"), "tab": "home", "channel": "D1"}
    omar.open_home("omar", team_id=slack.row.team_id, event=event)
    assert row.number in slack.page()
    assert row.patient_name not in slack.page()
