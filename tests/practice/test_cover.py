"""Whoever is away and whoever covers: somebody who is there answers, or nobody does, and nothing goes in circles."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.practice.cover import (
    Answer,
    Away,
    People,
    Presence,
    back_at,
    covers_at,
    is_away,
    loop,
    midnight,
    named_by,
    stand_in,
    who_answers,
    who_may_need,
)

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [NEW_YORK, ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Kiritimati")]
WEDNESDAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ["omar", "ruth", "grace", "rita", "lee", "sam"]

moments = st.integers(-14 * 24, 14 * 24).map(lambda hours: WEDNESDAY + timedelta(hours=hours))
names = st.sampled_from([*NAMES, "gone"])


@st.composite
def absences(draw: st.DrawFn) -> Away:
    begins = draw(moments)
    ends = begins + timedelta(hours=draw(st.integers(1, 10 * 24)))
    return Away(begins, ends, draw(st.none() | names))


presences = st.builds(
    Presence,
    absences=st.lists(absences(), max_size=3).map(tuple),
    days_off=st.frozensets(st.integers(0, 6), max_size=7),
    cover=st.none() | names,
    is_active=st.sampled_from([True, True, True, False]),
)
groups = st.lists(presences, min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda them: dict(zip(NAMES, them, strict=True))
)


def is_there(people: People, who: str, at: datetime, zone: ZoneInfo) -> bool:
    """The plain reckoning: nothing of what they said covers this instant."""
    presence = people[who]
    absent = any(a.begins.timestamp() <= at.timestamp() < a.ends.timestamp() for a in presence.absences)
    return presence.is_active and not absent and at.astimezone(zone).weekday() not in presence.days_off


def reached(people: People, who: str, at: datetime, zone: ZoneInfo, on_the_way: tuple[str, ...] = ()) -> Iterator[str]:
    """Everybody who is there and can be reached from one person, the nearer cover's people first."""
    if who not in people or who in on_the_way or not people[who].is_active:
        return
    if is_there(people, who, at, zone):
        yield who
        return
    for cover in covers_at(people[who], at):
        yield from reached(people, cover, at, zone, (*on_the_way, who))


@given(groups, st.sampled_from(NAMES), moments, st.sampled_from(ZONES))
def test_the_first_who_is_there_answers_and_nobody_only_when_nobody_can_be_reached(
    people: People, who: str, at: datetime, zone: ZoneInfo
) -> None:
    answer = stand_in(who, people, at, zone)
    assert (answer.person if answer else None) == next(reached(people, who, at, zone), None)


@given(groups, st.sampled_from(NAMES), moments, st.sampled_from(ZONES))
def test_each_on_the_way_is_away_and_named_the_next(people: People, who: str, at: datetime, zone: ZoneInfo) -> None:
    answer = stand_in(who, people, at, zone)
    if answer is None:
        return
    assert answer.path[0] == who
    assert is_there(people, answer.person, at, zone)
    assert len(set(answer.path)) == len(answer.path)
    for here, following in zip(answer.path, answer.path[1:], strict=False):
        assert not is_there(people, here, at, zone)
        assert following in people[here].covers
    assert answer.covers_for == (who if len(answer.path) > 1 else None)


@given(groups, st.sampled_from(NAMES), moments, st.sampled_from(ZONES), st.floats(0, 1))
def test_until_is_when_the_first_on_the_way_is_back(
    people: People, who: str, at: datetime, zone: ZoneInfo, share: float
) -> None:
    answer = stand_in(who, people, at, zone)
    if answer is None:
        return
    passed = answer.path[:-1]
    assert (answer.until is None) == (not passed)
    if answer.until is None or any(len(people[name].days_off) == 7 for name in passed):
        return
    between = at + (answer.until - at) * share * 0.999
    assert not any(is_there(people, name, between, zone) for name in passed)
    assert any(is_there(people, name, answer.until, zone) for name in passed)


@given(groups, st.lists(st.sampled_from(NAMES), unique=True), moments, st.sampled_from(ZONES))
def test_a_post_is_answered_by_those_of_its_holders_in_their_order_and_nobody_twice(
    people: People, holders: list[str], at: datetime, zone: ZoneInfo
) -> None:
    found = who_answers(holders, people, at, zone)
    expected = dict.fromkeys(next(reached(people, holder, at, zone), None) for holder in holders)
    assert [answer.person for answer in found] == [name for name in expected if name]


@given(groups, st.sampled_from(NAMES), moments, st.sampled_from(ZONES))
def test_whoever_stands_in_for_somebody_is_told_that_they_may_have_to(
    people: People, who: str, at: datetime, zone: ZoneInfo
) -> None:
    answer = stand_in(who, people, at, zone)
    if answer and answer.covers_for:
        assert who in who_may_need(answer.person, people, named_by(people), at)


@given(groups, st.sampled_from(NAMES), moments, st.integers(1, 20), st.integers(0, 20 * 24 * 60))
def test_a_loop_is_found_where_there_is_one_and_only_there(
    people: People, who: str, begins: datetime, days: int, minutes: int
) -> None:
    ends = begins + days * DAY
    found = loop(who, people, begins, ends, NEW_YORK)
    if found:
        moment, _ = found
        assert begins <= moment < ends
        assert _comes_back(people, who, moment)
    sampled = begins + timedelta(minutes=minutes)
    if sampled < ends and _comes_back(people, who, sampled):
        assert found
        assert found[0] <= sampled


def _comes_back(people: People, who: str, at: datetime) -> bool:
    """Following those who are asked first for more steps than there are people never ends."""
    here: str | None = who
    for _ in range(len(people) + 2):
        if here is None or here not in people or not is_away(people[here], at, NEW_YORK):
            return False
        here = next(iter(covers_at(people[here], at)), None)
    return True


def test_who_is_there_answers_for_themselves():
    assert stand_in("omar", {"omar": Presence()}, WEDNESDAY, NEW_YORK) == Answer(("omar",))


def test_ruth_covers_for_omar_until_friday():
    friday = WEDNESDAY + 2 * DAY
    people = {"omar": Presence(absences=(Away(WEDNESDAY, friday, "ruth"),)), "ruth": Presence()}
    assert stand_in("omar", people, WEDNESDAY, NEW_YORK) == Answer(("omar", "ruth"), friday)
    assert stand_in("omar", people, friday, NEW_YORK) == Answer(("omar",))


def test_covers_have_covers_and_the_first_to_be_back_ends_it():
    friday, thursday = WEDNESDAY + 2 * DAY, WEDNESDAY + DAY
    people = {
        "omar": Presence(absences=(Away(WEDNESDAY - DAY, friday, "ruth"),)),
        "ruth": Presence(absences=(Away(WEDNESDAY, thursday),), cover="grace"),
        "grace": Presence(),
    }
    assert stand_in("omar", people, WEDNESDAY, NEW_YORK) == Answer(("omar", "ruth", "grace"), thursday)


def test_the_usual_cover_answers_on_days_off_by_the_weekday_of_the_office():
    people = {"omar": Presence(days_off=frozenset({2}), cover="ruth"), "ruth": Presence()}
    answer = stand_in("omar", people, WEDNESDAY, NEW_YORK)
    assert answer == Answer(("omar", "ruth"), midnight(date(2026, 3, 5), NEW_YORK))
    kiritimati = ZoneInfo("Pacific/Kiritimati")  # Thursday there already
    assert stand_in("omar", people, WEDNESDAY, kiritimati) == Answer(("omar",))


def test_where_the_named_cover_is_away_the_usual_one_answers():
    people = {
        "omar": Presence(absences=(Away(WEDNESDAY, WEDNESDAY + DAY, "grace"),), cover="ruth"),
        "grace": Presence(absences=(Away(WEDNESDAY, WEDNESDAY + DAY),)),
        "ruth": Presence(),
    }
    answer = stand_in("omar", people, WEDNESDAY, NEW_YORK)
    assert answer
    assert answer.path == ("omar", "ruth")


def test_two_who_cover_for_each_other_are_a_loop_only_while_both_are_away():
    away = Away(WEDNESDAY, WEDNESDAY + 5 * DAY, "ruth")
    people = {"omar": Presence(absences=(away,)), "ruth": Presence(cover="omar", days_off=frozenset({4}))}
    found = loop("omar", people, away.begins, away.ends, NEW_YORK)
    assert found == (midnight(date(2026, 3, 6), NEW_YORK), "ruth")
    assert loop("omar", people, away.begins, WEDNESDAY + DAY, NEW_YORK) is None


def test_somebody_who_covers_for_themselves_is_a_loop():
    people = {"omar": Presence(absences=(Away(WEDNESDAY, WEDNESDAY + DAY, "omar"),))}
    assert loop("omar", people, WEDNESDAY, WEDNESDAY + DAY, NEW_YORK) == (WEDNESDAY, "omar")
    assert stand_in("omar", people, WEDNESDAY, NEW_YORK) is None


def test_absences_that_follow_each_other_are_one():
    weekend = Presence(absences=(Away(WEDNESDAY, WEDNESDAY + 2 * DAY),), days_off=frozenset({4, 5, 6}))
    assert back_at(weekend, WEDNESDAY, NEW_YORK) == midnight(date(2026, 3, 9), NEW_YORK)


def test_somebody_who_is_off_every_day_is_never_back_and_the_question_ends():
    never = Presence(days_off=frozenset(range(7)))
    back = back_at(never, WEDNESDAY, NEW_YORK)
    assert back
    assert back > WEDNESDAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Santiago", date(2026, 9, 6)),
        ("America/Goose_Bay", date(2010, 11, 7)),
        ("Europe/Lisbon", date(2026, 3, 29)),
    ],
)
def test_a_day_off_ends_whatever_the_clock_does_at_midnight(zone: str, day: date) -> None:
    """Santiago skips that midnight; Goose Bay had it twice."""
    where = ZoneInfo(zone)
    off = Presence(days_off=frozenset({(day - DAY).weekday()}))
    at = midnight(day, where) - timedelta(minutes=10)
    assert at.astimezone(where).date() == day - DAY
    assert back_at(off, at, where) == midnight(day, where)
    assert not is_away(off, midnight(day, where), where)


def test_a_long_row_of_covers_is_followed_to_its_end():
    days_off = frozenset({2})
    people = {str(n): Presence(days_off=days_off, cover=str(n + 1)) for n in range(3000)} | {"3000": Presence()}
    answer = stand_in("0", people, WEDNESDAY, NEW_YORK)
    assert answer
    assert answer.person == "3000"
