"""Another token may be that of another workspace: nothing that stands in the former one is touched with it."""

from collections.abc import Iterator

import pytest
from tests.integrations.slack_world import LEADERS, World, world
from tests.simulators.slack.driver import Slack

from amends.connections.neighbors.slack import look
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.moving import keep_team, settle
from amends.integrations.slack.outbound.models import SlackAgreement, SlackCard, SlackChannel
from amends.protocol import commands as c
from amends.protocol.words import Purpose, Way
from amends.simulators.clock import Clock as SimulatorsClock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN, TEAM_ID
from amends.simulators.slack.simulator import SlackSimulator

__all__ = ["world"]

ELSEWHERE = "T0ELSEWHERE"


@pytest.fixture
def elsewhere(world: World) -> Iterator[Slack]:
    """A second Slack, in which the same ids mean other things."""
    simulator = SlackSimulator(clock=SimulatorsClock(real=world.clock), rate_limit=False)
    server = Server(simulator)
    server.start()
    yield Slack(simulator, server)
    server.stop()


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What auth.test says of whose the token is, newest first; an empty list is a Slack that is down."""
    teams = [TEAM_ID]

    class Answer(dict[str, object]):
        headers: dict[str, str] = {}

    class Client:
        def auth_test(self) -> Answer:
            if not teams:
                raise OSError("down")
            return Answer(team_id=teams[0])

    monkeypatch.setattr("amends.integrations.slack.moving.client_of", lambda workspace: Client())
    return teams


def another_token(world: World, url: str = "") -> SlackWorkspace:
    changes = {"api_url": f"{url}/api/"} if url else {}
    SlackWorkspace.objects.update(token_is_new=True, **changes)
    return SlackWorkspace.objects.get()


def a_card(world: World) -> object:
    settled = SlackWorkspace.objects.get()
    keep_team(settled, TEAM_ID)
    case = world.addressed()
    world.work()
    assert SlackCard.objects.get(target="leaders").team == TEAM_ID
    return case


def reopened(world: World, case: object) -> None:
    world.says(world.group.omar, c.Reopen(why="She called again."), case)  # type: ignore[arg-type]


def test_while_slack_is_down_nothing_is_said_and_nothing_changed(
    world: World, elsewhere: Slack, told: list[str]
) -> None:
    case = a_card(world)
    another_token(world, elsewhere.server.url)
    told.clear()
    reopened(world, case)
    world.work()
    assert elsewhere.messages == []
    assert SlackWorkspace.objects.get().team_id == TEAM_ID
    assert not Delivery.objects.filter(channel="slack.card", state=State.PROVED, purpose=Purpose.THREAD).exists()

    told[:] = [ELSEWHERE]  # it is back, and another one
    world.clock.move(3600)
    world.work(60)
    assert elsewhere.messages == []  # neither changed nor posted where it never was
    assert world.at_rest
    workspace = SlackWorkspace.objects.get()
    assert (workspace.team_id, workspace.token_is_new) == (ELSEWHERE, False)
    assert not SlackPerson.objects.exists()

    second = world.addressed()
    world.work()
    assert len([m for m in elsewhere.messages if m["channel"] == LEADERS]) == 1
    assert SlackCard.objects.get(case=second.row.pk, target="leaders").team == ELSEWHERE


def test_the_same_workspace_with_another_token_goes_on_as_before(world: World, told: list[str]) -> None:
    case = a_card(world)
    another_token(world)
    before = world.card()["text"]
    reopened(world, case)
    world.work(60)
    assert world.card()["text"] != before
    assert SlackPerson.objects.exists()
    assert not SlackWorkspace.objects.get().token_is_new


def test_back_in_the_former_workspace_its_cards_are_kept_true_again(
    world: World, elsewhere: Slack, told: list[str]
) -> None:
    case = a_card(world)
    before = world.card()["text"]
    former = world.workspace.api_url
    told[:] = [ELSEWHERE]
    settle(another_token(world, elsewhere.server.url))
    told[:] = [TEAM_ID]
    settle(another_token(world, former.removesuffix("/api/")))
    reopened(world, case)
    world.work(60)
    assert world.card()["text"] != before


def test_a_workspace_that_was_taken_out_and_another_one_put_in_shares_no_card(
    world: World, elsewhere: Slack, told: list[str]
) -> None:
    case = a_card(world)
    SlackWorkspace.objects.all().delete()
    SlackWorkspace.objects.create(
        name="Other",
        api_url=f"{elsewhere.server.url}/api/",
        bot_token=BOT_TOKEN,
        leaders_channel=LEADERS,
        token_is_new=True,
    )
    told[:] = [ELSEWHERE]
    reopened(world, case)
    world.work(60)
    assert [m for m in elsewhere.messages if m["thread"]] == []


def test_a_workspace_that_changes_in_the_middle_of_a_delivery_is_noticed(
    world: World, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_card(world)
    before = world.card()["text"]
    SlackCard.objects.update(team=ELSEWHERE)
    with monkeypatch.context() as changing:
        changing.setattr(
            "amends.integrations.slack.outbound.cards._card_at",
            lambda item: SlackCard.objects.filter(target=item.target).first(),
        )
        reopened(world, case)
        world.work()
    assert world.card()["text"] == before


def test_another_workspace_has_no_agreement_and_no_channels(world: World, told: list[str]) -> None:
    a_card(world)
    SlackWorkspace.objects.update(may_carry_patients=True)
    SlackChannel.objects.create(workspace=world.workspace, channel="C0NORTH", office=world.group.maple)
    told[:] = [ELSEWHERE]
    workspace = another_token(world)
    settle(workspace)
    assert not workspace.may_carry_patients
    assert not SlackWorkspace.objects.get().may_carry_patients
    assert not SlackChannel.objects.exists()
    assert SlackAgreement.objects.get().person_name == "Amends, because it is another workspace now"


def test_whose_a_token_is_that_was_exchanged_meanwhile_is_nobodys_word(world: World, told: list[str]) -> None:
    a_card(world)
    asked = another_token(world)
    SlackWorkspace.objects.update(bot_token="xoxb-newer")
    assert not keep_team(asked, ELSEWHERE)
    assert SlackWorkspace.objects.get().team_id == TEAM_ID


def test_connections_says_that_nobody_knows_yet_whose_it_is(world: World, told: list[str]) -> None:
    workspace = another_token(world)
    world.slack.faults("drop_before", path="/api/auth.test", times=5)
    found = {check.key: check for check in look(workspace, 6)}
    assert "has not told yet which workspace" in found["workspace"].says
    world.slack.faults()
    found = {check.key: check for check in look(workspace, 6)}
    assert "workspace" not in found
    assert SlackWorkspace.objects.get().team_id == TEAM_ID


def test_whoever_says_something_in_slack_settles_it_too(world: World, told: list[str]) -> None:
    from amends.integrations.slack.inbound.asking import client_of_said
    from amends.integrations.slack.inbound.said import Said

    workspace = another_token(world)
    assert client_of_said(Said(workspace.pk)) is not None
    assert not SlackWorkspace.objects.get().token_is_new


def test_slack_that_does_not_name_the_workspace_has_not_told(world: World, told: list[str]) -> None:
    told[:] = [""]
    workspace = another_token(world)
    world.addressed(still_here=True)
    world.says(world.group.omar, c.LogAttempt(way=Way.PHONE, note="No answer."), world.reported())
    world.work(10)
    assert world.slack.messages == []
    assert SlackWorkspace.objects.get().token_is_new
    assert workspace.token_is_new
