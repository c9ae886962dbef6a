"""Completed visits are counted by office and day: page by page, corrected late, and far back without hurry."""

from datetime import date, datetime, timedelta

import pytest
from tests.conftest import Cast
from tests.listening.world import DANA, World

from amends.deliveries.channel import RetryAfter
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.listening import visit_counts
from amends.integrations.open_dental.models import VisitCount
from amends.integrations.open_dental.office import office
from amends.practice.models import Office


@pytest.fixture
def today(world: World) -> date:
    """The office's own date. Nothing was read yet, and no appointment is there but those of the test."""
    from amends.integrations.open_dental.models import Cursor

    Cursor.objects.filter(what__startswith="visits.").delete()
    VisitCount.objects.all().delete()
    with world.simulator.lock:
        for row in list(world.there.all("appointment")):
            world.there.delete("appointment", row["AptNum"])
    now = world.listening.server_now()
    assert now
    return now.date()


def book(world: World, day: date, clinic: int, status: str = "Complete", count: int = 1) -> None:
    with world.simulator.lock:
        for n in range(count):
            at = datetime.combine(day, datetime.min.time()) + timedelta(hours=9, minutes=n % 300)
            values = {
                "PatNum": DANA,
                "AptStatus": status,
                "ClinicNum": clinic,
                "AptDateTime": f"{at:%Y-%m-%d %H:%M:%S}",
            }
            blank = world.blank_appointment
            world.there.insert("appointment", {**blank, "AptNum": 0, **values})


def counted(place: Office) -> dict[date, int]:
    return {row.day: row.completed for row in VisitCount.objects.filter(office=place, completed__gt=0)}


def test_completed_visits_are_counted_at_their_own_office_and_day_and_others_are_not(
    world: World, today: date, group: Cast
) -> None:
    yesterday, before = today - timedelta(days=1), today - timedelta(days=2)
    book(world, yesterday, 1, count=3)
    book(world, before, 2, count=2)
    for status in ("Scheduled", "Broken", "UnschedList", "PtNote"):
        book(world, yesterday, 1, status)
    book(world, today, 1)
    book(world, yesterday, 99)
    world.chore("visits.recent")
    assert counted(group.maple) == {yesterday: 3}
    assert counted(group.harbor) == {before: 2}
    assert VisitCount.objects.count() == 2 * 14, "a day without visits is known as well"


def test_what_is_completed_or_corrected_late_is_read_again_the_next_day(world: World, today: date, group: Cast) -> None:
    day = today - timedelta(days=10)
    book(world, day, 1)
    world.chore("visits.recent")
    book(world, day, 1, count=2)
    world.chore("visits.recent")
    assert counted(group.maple) == {day: 1}, "once a day"
    tomorrow = world.simulator.clock.now() + timedelta(days=1)
    world.simulator.clock.put({"now": tomorrow.strftime("%Y-%m-%d %H:%M:%S")})
    world.chore("clock")
    world.chore("visits.recent")
    assert counted(group.maple) == {day: 3}


@pytest.mark.parametrize("days", [13, 14, 15, 30, 90])
def test_after_a_time_without_the_office_every_day_of_it_is_read(
    world: World, today: date, group: Cast, days: int
) -> None:
    """Also what was completed late on the last days before it."""
    world.chore("visits.recent")
    late, within = today - timedelta(days=5), today + timedelta(days=days // 2)
    book(world, late, 1, count=2)
    book(world, within, 1, count=3)
    later = world.simulator.clock.now() + timedelta(days=days)
    world.simulator.clock.put({"now": later.strftime("%Y-%m-%d %H:%M:%S")})
    world.chore("clock")
    turns = 1
    while visit_counts.count_recent(world.listening, office("main"), Budget(20)):
        turns += 1
    known = set(VisitCount.objects.filter(office=group.maple).values_list("day", flat=True))
    assert known == {today + timedelta(days=n) for n in range(-14, days)}
    assert counted(group.maple) == {late: 2, within: 3}
    assert turns == 1 + (days > 15) + (days > 30) * 4, "fourteen new days at a time"


def test_pages_are_read_one_in_a_turn_and_nothing_is_kept_before_the_last(
    world: World, today: date, group: Cast
) -> None:
    day = today - timedelta(days=3)
    book(world, day, 1, count=1_100)
    od = office("main")
    assert visit_counts.count_recent(world.listening, od, Budget(20))
    assert not VisitCount.objects.exists()
    rule = {"method": "GET", "path": "/appointments*", "times": 1, "then": "status:502"}
    world.simulator.faults.put({"rules": [rule]})
    with pytest.raises(RetryAfter):
        visit_counts.count_recent(world.listening, od, Budget(20))
    world.time.pass_by(minutes=1)
    while visit_counts.count_recent(world.listening, od, Budget(20)):
        pass
    assert counted(group.maple) == {day: 1_100}


def test_the_years_before_are_read_a_week_in_each_turn_until_their_end_and_gone_on_with_after_a_restart(
    world: World, today: date, group: Cast
) -> None:
    long_ago = today - timedelta(days=100)
    book(world, long_ago, 1, count=4)
    for _ in range(5):
        world.chore("visits.back")
    assert not counted(group.maple)
    assert VisitCount.objects.filter(office=group.maple).count() == 5 * 7
    world.restart()
    world.chore("clock")
    for _ in range(10):
        world.chore("visits.back")
    assert counted(group.maple) == {long_ago: 4}
    world.listening.move(visit_counts.BACK, (today - timedelta(days=5 * 365 + 2 + 92)).isoformat())
    known = VisitCount.objects.count()
    world.chore("visits.back")
    assert VisitCount.objects.count() == known, "the end"


def test_what_was_before_an_office_joined_is_not_kept_and_what_was_before_all_of_them_is_not_read(
    world: World, today: date, group: Cast
) -> None:
    long_ago = today - timedelta(days=60)
    Office.objects.update(joined_on=long_ago)
    group.harbor.joined_on = today - timedelta(days=3)
    group.harbor.save()
    for clinic, days in ((1, 59), (1, 62), (2, 2), (2, 5)):
        book(world, today - timedelta(days=days), clinic)
    world.chore("visits.recent")
    for _ in range(20):
        world.chore("visits.back")
    assert counted(group.maple) == {today - timedelta(days=59): 1}
    assert counted(group.harbor) == {today - timedelta(days=2): 1}
    assert VisitCount.objects.filter(office=group.maple).count() == 60
    assert VisitCount.objects.filter(office=group.harbor).count() == 3
    assert world.listening.cursor(visit_counts.BACK) == (today - timedelta(days=63)).isoformat()


def test_nothing_is_asked_while_the_offices_clock_is_not_known(world: World, today: date) -> None:
    world.listening.server = None
    od = office("main")
    assert not visit_counts.count_recent(world.listening, od, Budget(20))
    assert not visit_counts.count_back(world.listening, od, Budget(20))
    assert not VisitCount.objects.exists()


def test_a_database_without_clinics_is_one_office(world: World, today: date, group: Cast) -> None:
    Office.objects.exclude(pk=group.maple.pk).update(open_dental="")
    group.maple.ClinicNum = 0
    group.maple.save()
    yesterday = today - timedelta(days=1)
    book(world, yesterday, 0, count=2)
    book(world, yesterday, 5, count=1)
    world.chore("visits.recent")
    assert counted(group.maple) == {yesterday: 3}
