"""A program update touches every visit of an office: they are read page by page, and none is lost."""

from datetime import timedelta

import pytest
from tests.listening.world import DANA, World

from amends.deliveries.channel import RetryAfter
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.listening import visits
from amends.integrations.open_dental.office import office

MANY = 1_100  # more than a page in the same building


def touch_many(world: World) -> None:
    first = next(row for row in world.there.all("appointment") if row["PatNum"] == DANA)
    with world.simulator.lock:
        for _ in range(MANY):
            stamps = {"AptNum": 0, "AptStatus": "Complete", "DateTStamp": world.there.now()}
            world.there.insert("appointment", {**first, **stamps})


def turn(world: World) -> bool:
    return visits.listen(world.listening, office("main"), Budget(20))


def test_a_flood_is_read_page_by_page_and_gone_on_with_after_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()
    monkeypatch.setattr(visits, "note_visits", lambda key, rows: seen.update(row.AptNum for row in rows))
    touch_many(world)
    before, began = world.listening.time_cursor("visits"), world.listening.server_now()
    assert turn(world), "one page in one turn, so that others have theirs"
    rule = {"method": "GET", "path": "/appointments*", "times": 1, "then": "status:502"}
    world.simulator.faults.put({"rules": [rule]})
    with pytest.raises(RetryAfter):
        turn(world)
    assert world.listening.time_cursor("visits") == before, "not moved before the list was read to its end"
    read_before = len(seen)
    world.time.pass_by(minutes=10)
    assert not turn(world)
    assert 0 < len(seen) - read_before < MANY, "it went on where it was"
    complete = {row["AptNum"] for row in world.there.all("appointment") if row["AptStatus"] == "Complete"}
    assert len(seen & complete) >= MANY
    after = world.listening.time_cursor("visits")
    assert began
    assert after
    assert after <= began + timedelta(seconds=1), "what changed while it was read is read again"


def test_a_clock_set_back_in_the_middle_of_a_flood_leaves_no_hour_unheard(world: World) -> None:
    touch_many(world)
    assert turn(world)
    earlier = world.simulator.clock.now() - timedelta(hours=1)
    world.simulator.clock.put({"now": earlier.strftime("%Y-%m-%d %H:%M:%S")})
    world.chore("clock")
    while turn(world):
        pass
    now, heard_to = world.listening.server_now(), world.listening.time_cursor("visits")
    assert now
    assert heard_to
    assert heard_to <= now
