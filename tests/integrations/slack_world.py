"""The group with a Slack workspace on this machine, a clock that only moves when told to, and an engine to turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.cases.story import a_report, by
from tests.conftest import Cast
from tests.deliveries.other_side import Clock
from tests.simulators.slack.driver import Slack

from amends.cases import actions
from amends.deliveries.channel import Channel, Outgoing, Proof
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.integrations.channels import channel
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.practice.models import Office, Person
from amends.protocol import commands as c
from amends.protocol.words import Purpose, Way
from amends.simulators.clock import Clock as SimulatorsClock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN
from amends.simulators.slack.simulator import SlackSimulator

LEADERS, NORTH = "C0LEADERS", "C0NORTH"
IN_SLACK = {"lee": "U0LEE", "sam": "U0SAM", "rita": "U0RITA", "omar": "U0OMAR", "ruth": "U0RUTH"}


class _Elsewhere:
    """Everything that does not go to Slack arrives."""

    name = "elsewhere"

    def deliver(self, item: Outgoing) -> Proof:
        return Proof("90213", "elsewhere")

    def find(self, item: Outgoing) -> Proof | None:
        return None


@dataclass
class World:
    group: Cast
    slack: Slack
    clock: Clock
    workspace: SlackWorkspace

    def says(self, person: Person, command: c.Command, case: actions.Done | None = None) -> actions.Done:
        pk = case.row.pk if case else None
        return actions.perform(command=command, by=by(person, self.group.maple), case=pk)

    def reported(self, *, office: Office | None = None, **changes: Any) -> actions.Done:
        command = c.Report(**{**vars(a_report(office or self.group.maple)), **changes})
        return actions.perform(command=command, by=by(self.group.ana, self.group.maple))

    def addressed(self, **changes: Any) -> actions.Done:
        case = self.reported(**changes)
        return self.address(case)

    def address(self, case: actions.Done) -> actions.Done:
        self.clock.move(5400)
        self.says(self.group.omar, c.RecordConversation(way=Way.PHONE, note="We went through the bill."), case)
        return self.says(self.group.omar, c.MarkAddressed(resolution="corrected", note="She is content."), case)

    def channels(self, name: str) -> Channel:
        return channel(name) if name.startswith("slack") else _Elsewhere()

    def work(self, seconds: int = 30) -> None:
        """Lets the engine deliver for so long."""
        for _ in range(seconds):
            while run_one(self.channels):
                pass
            self.clock.move(1)

    def posted(self, channel: str) -> list[dict[str, Any]]:
        """The messages of a channel, oldest first, lines under others left out."""
        return [m for m in self.slack.messages if m["channel"] == channel and not m["thread"]]

    def card(self, channel: str = LEADERS) -> dict[str, Any]:
        (only,) = self.posted(channel)
        return only

    def lines(self, channel: str = LEADERS) -> list[str]:
        return [m["text"] for m in self.slack.messages if m["channel"] == channel and m["thread"]]

    def direct(self, user: str) -> str:
        """The id of the app's conversation with this person."""
        channels = self.slack.state["channels"]
        found = (one["id"] for one in channels if one["kind"] == "im" and user in one["members"])
        return next(found, "")

    def rows(self, purpose: Purpose, **fields: Any) -> list[Delivery]:
        return list(Delivery.objects.filter(purpose=purpose, **fields).order_by("pk"))

    def row(self, purpose: Purpose, **fields: Any) -> Delivery:
        return Delivery.objects.get(purpose=purpose, **fields)

    @property
    def at_rest(self) -> bool:
        return not Delivery.objects.filter(
            channel="slack.card", state__in=(State.WAITING, State.SENDING, State.UNKNOWN)
        ).exists()


@contextmanager
def a_world(group: Cast, clock: Clock) -> Iterator[World]:
    simulator = SlackSimulator(clock=SimulatorsClock(real=clock), rate_limit=False)
    server = Server(simulator)
    server.start()
    try:
        workspace = SlackWorkspace.objects.create(
            name="Bluebell", api_url=f"{server.url}/api/", bot_token=BOT_TOKEN, leaders_channel=LEADERS
        )
        for name, user in IN_SLACK.items():
            set_user(workspace, getattr(group, name), user, SlackPerson.How.TYPED)
        yield World(group, Slack(simulator, server), clock, workspace)
    finally:
        server.stop()


@pytest.fixture
def world(group: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    with a_world(group, clock) as made:
        yield made
