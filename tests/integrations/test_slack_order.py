"""A change that lands late puts no older state over a newer one for good: every card ends at the newest truth."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.integrations.slack_world import LEADERS, World, world

from amends.cases import actions
from amends.cases.policies import policy_for
from amends.deliveries.leasing import lease_next, sweep
from amends.integrations.slack.outbound.messages import card_body
from amends.integrations.slack.outbound.models import SlackCard
from amends.protocol import commands as c
from amends.protocol.card import card_of
from amends.protocol.decide import Refused
from amends.protocol.words import Trigger

__all__ = ["world"]

GRAVE = frozenset({Trigger.LAWYER})
UPDATE = "/api/chat.update"


class Late:
    """What the simulator does late, by the clock of the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waits: list[tuple[datetime, Callable[[], None]]] = []
        self.landed = 0
        world.slack.simulator.faults.later = self._keep

    def _keep(self, seconds: float, act: Callable[[], None]) -> None:
        self._waits.append((self._world.clock() + timedelta(seconds=seconds), act))

    def work(self, seconds: int, *, stride: int = 1) -> None:
        """Lets the engine deliver for so long, looking every `stride` seconds, and what is late land in its time."""
        for _ in range(0, seconds, stride):
            self._land()
            self._world.work(1)
            self._world.clock.move(stride - 1)

    def _land(self) -> None:
        ripe = [one for one in self._waits if one[0] <= self._world.clock()]
        self._waits = [one for one in self._waits if one not in ripe]
        for _, act in ripe:
            act()
            self.landed += 1


def newest(case: actions.Done) -> str:
    state = actions.state_of(case.row.pk)
    policy = policy_for(state.policy)
    return card_body(
        card_of(state), number=case.number, office="Maple Street", policy=policy, link="", buttons="leaders"
    ).text


def shown(world: World, case: actions.Done, channel: str = LEADERS) -> str:
    (card,) = [message for message in world.posted(channel) if case.number in message["text"]]
    return str(card["text"])


def test_an_older_change_that_lands_over_a_newer_one_is_put_right(world: World) -> None:
    late = Late(world)
    case = world.addressed()
    late.work(5)
    world.slack.faults("late_commit:40", path=UPDATE, times=1)
    world.says(world.group.lee, c.MarkSeen(), case)
    late.work(10)  # made again meanwhile
    assert "Seen by Lee Hartwell" in shown(world, case)
    world.says(world.group.sam, c.MarkSeen(), case)
    late.work(5)
    assert shown(world, case) == newest(case)  # at once
    late.work(28)
    assert late.landed == 1
    assert "Sam Okafor" not in shown(world, case)  # the older one has landed
    late.work(40)
    assert shown(world, case) == newest(case)
    assert world.at_rest


def test_a_change_that_proves_something_is_not_believed_while_an_older_one_may_land(world: World) -> None:
    late = Late(world)
    case = world.reported(triggers=GRAVE)
    late.work(5)
    world.slack.faults("late_commit:50", path=UPDATE, times=1)
    world.says(world.group.lee, c.MarkSeen(), case)
    late.work(1)
    told = actions.state_of(case.row.pk).proofs
    world.says(world.group.omar, c.Acknowledge(), case)
    late.work(30)
    assert shown(world, case) == newest(case)
    assert SlackCard.objects.get(case=case.row, target="leaders").version < actions.state_of(case.row.pk).version
    late.work(60)
    assert shown(world, case) == newest(case)
    assert world.at_rest
    assert len(actions.state_of(case.row.pk).proofs) >= len(told)


def test_only_what_an_older_change_could_spoil_is_shown_twice(world: World) -> None:
    late = Late(world)
    case = world.addressed()
    late.work(5)
    world.slack.faults("drop_after", path=UPDATE, times=1)
    world.says(world.group.lee, c.MarkSeen(), case)
    late.work(10)
    assert world.at_rest  # the same twice spoils nothing, so nobody waits for it
    world.clock.move(60)
    world.says(world.group.sam, c.MarkSeen(), case)
    late.work(2)
    assert world.at_rest


def test_who_died_while_changing_a_card_lets_nobody_overtake_what_it_sent(world: World) -> None:
    case = world.addressed()
    world.work()
    world.says(world.group.lee, c.MarkSeen(), case)
    row = lease_next()
    assert row is not None
    world.says(world.group.sam, c.MarkSeen(), case)
    world.work()
    assert "Sam Okafor" not in shown(world, case)  # one in flight for a case and place
    world.clock.move(600)
    sweep()
    world.work(300)
    assert shown(world, case) == newest(case)
    assert world.at_rest


COMMANDS: list[tuple[str, Any]] = [
    ("lee", c.MarkSeen()),
    ("sam", c.MarkSeen()),
    ("lee", c.OfferCall()),
    ("sam", c.AskForCall()),
    ("omar", c.RecordCauses(causes=("estimate_wrong",))),
    ("ana", c.Reopen(why="She called again.")),
    ("omar", c.Acknowledge()),
]
FAULTS = st.one_of(
    st.none(),
    st.integers(1, 55).map("late_commit:{}".format),
    st.integers(1, 55).map("late_commit:{}:503".format),
    st.sampled_from(["drop_before", "drop_after", "status:503", "status:429:7", "truncate"]),
)
STEPS = st.lists(st.tuples(st.sampled_from(COMMANDS), FAULTS, st.integers(1, 3), st.integers(0, 40)), max_size=6)


@pytest.mark.parametrize("triggers", [frozenset(), GRAVE])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@example(steps=[(COMMANDS[0], "late_commit:50", 1, 5), (COMMANDS[1], None, 1, 1), (COMMANDS[3], None, 1, 1)])
@example(steps=[(COMMANDS[0], "late_commit:50", 3, 9), (COMMANDS[1], "late_commit:30", 2, 3)])
@given(steps=STEPS)
def test_whatever_lands_when_the_card_ends_at_the_newest_truth_and_is_one(
    world: World, triggers: frozenset[Trigger], steps: list[tuple[tuple[str, Any], str | None, int, int]]
) -> None:
    late = Late(world)
    case = world.reported(triggers=triggers)
    if not triggers:
        world.address(case)
    late.work(3)
    for (name, command), fault, times, seconds in steps:
        world.slack.faults(*([fault] if fault else []), path=UPDATE, times=times)
        try:
            world.says(getattr(world.group, name), command, case)
        except Refused:
            continue
        late.work(seconds)
    world.slack.faults()
    late.work(500, stride=10)  # the longest pause between two tries, and the time in which something may land
    assert world.at_rest
    assert shown(world, case) == newest(case)
