"""After an outage every late case moves on as ever, and nobody gets a message for each of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from tests.cases.story import a_report, by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock
from tests.integrations.slack_world import LEADERS, World, world

from amends.cases import actions, ticker
from amends.cases.models import CaseRow
from amends.deliveries import housekeeping, outages
from amends.deliveries.models import Delivery, Outage, OutageTold, Pulse
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.words import Purpose, Severity, Trigger

__all__ = ["world"]

OF_LATENESS = [Purpose.TASK, Purpose.DUE_SOON, Purpose.LATE, Purpose.NOBODY_LEFT]


def told_since(last: int) -> Counter[str]:
    """Who got how many messages about a late case since this delivery."""
    rows = Delivery.objects.filter(pk__gt=last, purpose__in=OF_LATENESS)
    return Counter(str(row.payload.get("to")) for row in rows)


def newest() -> int:
    return Delivery.objects.order_by("-pk").values_list("pk", flat=True)[0]


def late(case: int) -> int:
    return sum(isinstance(event.fact, e.WentLate) for event in actions.events_of(case))


@pytest.fixture
def missed(group: Cast, clock: Clock) -> list[int]:
    """Thirty cases whose deadline passed while Amends did not run; the newest is severe."""
    cases = [opened(group.maple, group.ana).row.pk for _ in range(29)]
    report = replace(a_report(group.maple), severity=Severity.SEVERE)
    cases.append(actions.perform(command=report, by=by(group.ana, group.maple)).row.pk)
    housekeeping.tell_deadlines()
    clock.move(3 * 3600)
    return cases


def test_each_person_hears_of_an_outage_once(missed: list[int], clock: Clock) -> None:
    before = newest()
    assert housekeeping.tell_deadlines()
    assert [late(case) for case in missed] == [1] * 30
    assert {row.owner.name for row in CaseRow.system.select_related("owner") if row.owner} == {"Ruth Bellamy"}
    assert told_since(before) == {"Ruth Bellamy": 1, "Omar Haddad": 1}
    (task,) = Delivery.objects.filter(pk__gt=before, purpose=Purpose.TASK)
    assert task.case_id == missed[-1], "the most urgent"
    assert "Amends did not run from Monday, 10:00 am to Monday, 1:00 pm" in task.payload["text"]
    assert "other cases may have become late as well" in task.payload["text"]


def test_what_becomes_late_afterwards_is_told_one_by_one(missed: list[int], clock: Clock) -> None:
    housekeeping.tell_deadlines()
    before = newest()
    for _ in range(300):
        clock.move(60)
        housekeeping.tell_deadlines()
    assert told_since(before)["Ruth Bellamy"] >= 29


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_untold(
    missed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = newest()
    monkeypatch.setitem(ticker._AT_ONCE, connection.vendor, 4)
    real = outages.told_once
    calls = iter(range(10))

    def killed(*given: object) -> object:
        if next(calls) == 6:
            raise KeyboardInterrupt
        return real(*given)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(outages, "told_once", killed)
    with pytest.raises(KeyboardInterrupt):
        housekeeping.tell_deadlines()
    monkeypatch.setattr(outages, "told_once", real)
    housekeeping.tell_deadlines()
    assert [late(case) for case in missed] == [1] * 30
    assert told_since(before) == {"Ruth Bellamy": 1, "Omar Haddad": 1}
    assert Outage.objects.count() == 1


def test_a_short_pause_is_no_outage_nor_is_the_first_start(group: Cast, clock: Clock) -> None:
    housekeeping.tell_deadlines()
    for _ in range(5):
        clock.now += outages.SHORTEST - timedelta(seconds=1)
        housekeeping.tell_deadlines()
    assert not Outage.objects.exists()


def test_where_nobody_is_left_the_leaders_hear_of_it_once(group: Cast, clock: Clock) -> None:
    for person in (group.omar, group.ruth, group.rita, group.lee, group.sam):
        if person is not group.lee:
            person.is_active = False
            person.save()
    for _ in range(5):
        opened(group.maple, group.ana)
    housekeeping.tell_deadlines()
    clock.move(3 * 86_400)
    before = newest()
    housekeeping.tell_deadlines()
    assert Delivery.objects.filter(pk__gt=before, purpose=Purpose.NOBODY_LEFT).count() == 1
    assert {told.hearer for told in OutageTold.objects.all()} == {"role leader", "role administrator"}


def test_processes_that_start_at_once_notice_one_outage(committed: None, clock: Clock) -> None:
    Pulse.objects.create(name=housekeeping.TICK, done_at=clock.now - timedelta(hours=2))
    together = Barrier(4)

    def notice(_: int) -> None:
        together.wait()
        try:
            outages.notice(housekeeping.TICK)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(notice, range(4)))
    assert Outage.objects.count() == 1


def test_slack_hears_of_an_outage_by_one_line_at_each_place(world: World) -> None:
    """Cards are changed in place, which disturbs nobody; a line is a notification."""
    housekeeping.tell_deadlines()
    cases = [world.reported(triggers=frozenset({Trigger.LAWYER})) for _ in range(10)]
    for case in cases:
        world.says(world.group.omar, c.Acknowledge(), case)
    world.work(60)
    before = {channel: len(world.lines(channel)) for channel in (LEADERS, world.direct("U0OMAR"))}
    world.clock.move(26 * 3600)
    housekeeping.tell_deadlines()
    world.work(120)
    assert [late(case.row.pk) for case in cases] == [1] * 10
    late_lines = {channel: world.lines(channel)[count:] for channel, count in before.items()}
    (told,) = late_lines[LEADERS]
    assert "so it is with Ruth Bellamy now" in told
    assert "other cases may have become late as well" in told
    assert late_lines[world.direct("U0OMAR")] == []
    assert len(world.posted(world.direct("U0RUTH"))) == 1, "the card of the most urgent"
    for case in cases:
        world.says(world.group.ruth, c.Acknowledge(), case)
    world.work(120)
    assert len(world.lines(LEADERS)) == before[LEADERS] + 11, "what people do is told of each"


def test_a_manager_hears_in_slack_of_late_replies_and_causes_once(world: World) -> None:
    housekeeping.tell_deadlines()
    cases = [world.reported() for _ in range(5)]
    world.work(30)
    for case in cases:
        world.address(case)
    world.work(60)
    before = {channel: len(world.lines(channel)) for channel in (LEADERS, world.direct("U0OMAR"))}
    world.clock.move(9 * 86_400)
    housekeeping.tell_deadlines()
    world.work(120)
    assert all(late(case.row.pk) for case in cases)
    for channel, count in before.items():
        assert len(world.lines(channel)) == count + 1
        assert "other cases may have become late as well" in world.lines(channel)[-1]
