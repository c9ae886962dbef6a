"""Ten thousand changes of CommLogs with overlap, edits, deletions, faults and restarts: each upset one counts once."""

import random
from collections import Counter

import pytest
from tests.listening.world import World
from tests.listening.worlds import MakeWorld, monday, world_of

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.channel import DeliveryError
from amends.integrations.open_dental.models import HeardEntry
from amends.simulators.open_dental.settings import Mode, Settings

CHANGES = 10_000
__all__ = ["monday", "world_of"]  # fixtures
FAULTS = ("status:504", "status:429", "status:500", "drop_before", "drop_after", "truncate")


class Desks:
    """Everybody who writes CommLogs, and what they wrote: which ones stand as upset, and who deleted what."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.patients = [int(row["PatNum"]) for row in world.there.all("patient")][:60]
        self.upset: set[int] = set()
        self.others: list[int] = []
        self.deleted: set[int] = set()

    def change(self) -> None:
        kind = self.chance.choices(
            ["other", "upset", "edit", "touch", "unmark", "delete", "mark"], [50, 6, 20, 20, 1, 1, 1]
        )[0]
        patient, standing = self.chance.choice(self.patients), [*self.upset - self.deleted]
        match kind:
            case "other":
                self.others.append(self.world.commlog("Confirmed for Tuesday.", patient=patient, upset=False))
            case "upset":
                self.upset.add(self.world.commlog(f"Upset about {self.chance.random()}.", patient=patient))
            case "edit" if standing:
                row = self.chance.choice(standing)
                self.world.change("commlog", row, Note=f"Still upset about {self.chance.random()}.")
            case "touch" if self.others or standing:
                row = self.chance.choice(self.others or standing)
                self.world.change("commlog", row, DateTStamp=self.world.there.now())
            case "unmark" if standing:
                self.world.change("commlog", self.chance.choice(standing), CommType=self.world.upset_type - 1)
            case "delete" if standing:
                row = self.chance.choice(standing)
                self.deleted.add(row)
                self.world.delete("commlog", row)
            case "mark" if self.others:
                row = self.chance.choice(self.others)
                self.others.remove(row)
                self.world.change("commlog", row, CommType=self.world.upset_type)
                self.upset.add(row)


def hear(world: World, *, broken: str = "") -> None:
    """One turn; where it breaks, the next one goes on."""
    if broken:
        world.simulator.faults.put({"rules": [{"method": "GET", "path": "/", "times": 1, "then": broken}]})
    try:
        world.round("clock", "commlogs")
    except DeliveryError:
        world.time.pass_by(seconds=1)
    world.simulator.faults.put({})


@pytest.mark.parametrize("mode", [Mode.SERVICE, Mode.REMOTE])
def test_each_upset_commlog_is_exactly_one_entry_of_one_case(world_of: MakeWorld, mode: Mode) -> None:
    chance = random.Random(1042)
    world = world_of(Settings(mode=mode, stamp_inclusive=mode is Mode.REMOTE))
    desks = Desks(world, chance)
    heard_before_they_vanished: set[int] = set()
    for change in range(CHANGES // 2):
        desks.change()
        if change % 25 == 0:
            world.time.pass_by(seconds=chance.choice([1, 5, 20]))
            hear(world, broken=chance.choice(FAULTS) if chance.random() < 0.2 else "")
            heard_before_they_vanished |= set(HeardEntry.objects.values_list("number", flat=True)) & desks.upset
        if change % 800 == 0:
            world.restart()
    for _ in range(3):
        world.time.pass_by(seconds=20)
        hear(world)

    gone_unheard = desks.deleted - heard_before_they_vanished
    expected = {number for number in desks.upset - gone_unheard if _is_upset_or_was_heard(world, number)}
    heard = Counter(HeardEntry.objects.values_list("number", flat=True))
    assert set(heard) == expected
    assert max(heard.values()) == 1

    told: Counter[str] = Counter()
    for pk in CaseRow.system.values_list("pk", flat=True):
        for event in actions.events_of(pk):
            found = getattr(event.fact, "found", None)
            if found:
                told[found.id] += 1
    assert told == Counter({str(number): 1 for number in expected})


def _is_upset_or_was_heard(world: World, number: int) -> bool:
    """One whose type was taken away before anybody could hear it was never an upset patient."""
    row = world.there.get("commlog", number)
    upset_now = row is not None and row["CommType"] == world.upset_type
    return upset_now or HeardEntry.objects.filter(number=number).exists()
