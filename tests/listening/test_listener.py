"""Processes share the databases; whoever dies is replaced; every trouble passes without a restart."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.conftest import Cast
from tests.integrations.servers import LOOPBACK
from tests.listening.world import World
from tests.listening.worlds import MakeWorld
from tests.ports import free_port

from amends.integrations.open_dental.listening import roster
from amends.integrations.open_dental.listening.listener import Listener
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices
from amends.simulators.open_dental.settings import Mode, Settings


@pytest.fixture
def ten(db: None) -> Iterator[None]:
    for n in range(10):
        OpenDentalDatabase.objects.create(key=f"d{n}", name=f"d{n}", base_url="http://127.0.0.1:1/api/v1/")
    yield
    forget_offices()


def held_by(holder: str) -> int:
    return Ear.objects.filter(holder=holder, held_until__gt=timezone.now()).count()


@pytest.mark.usefixtures("ten")
def test_first_process_has_all_and_the_second_its_half():
    assert len(roster.share("a")) == 10
    assert roster.share("b") == []
    assert len(roster.share("a")) == 10, "nobody else holds anything yet"
    Ear.objects.filter(pk=Ear.objects.order_by("-pk").values("pk")[:1]).update(held_until=None, holder="")
    assert len(roster.share("b")) == 1
    assert len(roster.share("a")) == 5
    assert len(roster.share("b")) == 5
    assert (held_by("a"), held_by("b")) == (5, 5)


@pytest.mark.usefixtures("ten")
def test_databases_of_a_process_that_died_are_taken_over():
    roster.share("a")
    later = timezone.now() + timedelta(seconds=61)
    assert len(roster.share("b", later)) == 10
    assert roster.share("a", later) == [], "who comes back takes nothing from who has it"


@pytest.mark.usefixtures("ten")
def test_no_database_has_two_holders_at_any_time():
    now = timezone.now()
    for second in range(0, 200, 10):
        at = now + timedelta(seconds=second)
        alive = ("a", "b", "c") if second <= 50 else ("a", "b")
        heard = [ear.pk for holder in alive for ear in roster.share(holder, at)]
        assert len(heard) == len(set(heard))
    assert sorted(heard) == sorted(Ear.objects.values_list("pk", flat=True)), "the dead one's part is heard again"


@pytest.mark.usefixtures("ten")
def test_process_that_stops_gives_its_databases_back_at_once():
    roster.share("a")
    roster.leave("a")
    assert len(roster.share("b")) == 10


@pytest.fixture
def listener(world_of: MakeWorld, group: Cast) -> tuple[World, Listener]:
    world = world_of(begin=False)
    made = Listener(threads=0, clock=world.time)
    made.share()
    return world, made


def turns(world: World, listener: Listener, seconds: float) -> int:
    """Every turn of the next seconds, each at its time; how many they were."""
    _ = world.office
    until = world.time.passed + seconds
    (pk,) = Ear.objects.values_list("pk", flat=True)
    taken = 0
    while (due := listener._turns[0][0]) <= until:
        world.time.passed = max(world.time.passed, due)
        listener._next()
        listener.turn(pk)
        taken += 1
    world.time.passed = until
    return taken


def test_commlog_is_a_case_within_five_seconds_in_the_same_building(listener: tuple[World, Listener]) -> None:
    world, ear = listener
    turns(world, ear, 10)
    world.commlog("She left in tears.")
    turns(world, ear, 5)
    assert len(world.cases) == 1
    assert Ear.objects.get().heard_at


def test_service_that_has_fallen_over_to_remote_is_asked_as_seldom_as_remote(listener: tuple[World, Listener]) -> None:
    world, ear = listener
    here, nowhere = world.row.base_url, f"http://{LOOPBACK}:{free_port()}/api/v1/"
    near, far = range(60, 200), range(3, 15)
    for base_url, through, as_often in ((here, "service", near), (nowhere, "remote", far), (here, "service", near)):
        OpenDentalDatabase.objects.update(base_url=base_url, remote_url=here)
        ear.share()
        turns(world, ear, 60)
        asked = turns(world, ear, 120)
        assert world.office.client.through == through
        assert asked in as_often


def test_commlog_is_a_case_within_sixty_five_seconds_through_the_vendor(world_of: MakeWorld) -> None:
    world = world_of(Settings(mode=Mode.REMOTE, queue=0), begin=False)
    ear = Listener(threads=0, clock=world.time)
    ear.share()
    turns(world, ear, 400)
    for n in range(5):
        world.commlog(f"She left in tears {n}", patient=1001 + n)  # no full stop: it must settle
        turns(world, ear, 65)
        assert len(world.cases) == n + 1


@pytest.mark.parametrize(
    "trouble",
    [
        {"offline": True},
        {"rules": [{"method": "*", "path": "/", "times": None, "then": "status:504"}]},
        {"rules": [{"method": "*", "path": "/", "times": None, "then": "status:429"}]},
        {"rules": [{"method": "*", "path": "/", "times": None, "then": "status:401"}]},
        {"rules": [{"method": "*", "path": "/", "times": None, "then": "drop_after"}]},
        {"rules": [{"method": "*", "path": "/commlogs", "times": None, "then": "truncate"}]},
    ],
    ids=lambda trouble: str(trouble.get("rules", [{"then": "offline"}])[0]["then"]),
)
def test_what_was_written_during_a_trouble_is_heard_after_it(
    listener: tuple[World, Listener], trouble: dict[str, object]
) -> None:
    world, ear = listener
    turns(world, ear, 10)
    world.simulator.faults.put(trouble)
    world.commlog("She left in tears.")
    turns(world, ear, 600)
    assert world.cases == [] or trouble.get("offline"), "offline is a matter of Remote mode"
    world.simulator.faults.put({})
    turns(world, ear, 60)
    assert len(world.cases) == 1
