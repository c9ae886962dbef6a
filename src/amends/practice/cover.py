"""Who answers while people are away. Pure, and total: whatever covers people name, each question has an answer.

Covers have covers. Who is away passes what waits for them on to their cover, who may be away too, and so on until
somebody is there. Nobody is asked twice on that way, so that people who cover for each other send nobody in circles.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_A_DAY = timedelta(days=1)
# So many absences and days off in a row are looked at: somebody who is off every day is never back.
_MOST_IN_A_ROW = 60


@dataclass(frozen=True)
class Away:
    """A time of absence, from `begins` to before `ends` (aware). Without a `cover` the person's usual one answers."""

    begins: datetime
    ends: datetime
    cover: str | None = None


@dataclass(frozen=True)
class Presence:
    """When a person is there. `absences` has what was said last first; `days_off` are weekdays, Monday is 0.

    `cover` is the usual one: on days off, and during absences for which nobody else was named.
    """

    absences: tuple[Away, ...] = ()
    days_off: frozenset[int] = frozenset()
    cover: str | None = None
    is_active: bool = True

    @property
    def covers(self) -> frozenset[str]:
        """Everybody who is named as a cover of this person, at any time."""
        named = {absence.cover for absence in self.absences} | {self.cover}
        return frozenset(cover for cover in named if cover)


@dataclass(frozen=True)
class Answer:
    """Somebody who answers. `path` leads from who would to who does: (Omar, Ruth) when Ruth covers for Omar.

    `until` is when the first of those on the way is back, None where everybody is there.
    """

    path: tuple[str, ...]
    until: datetime | None = None

    @property
    def person(self) -> str:
        return self.path[-1]

    @property
    def covers_for(self) -> str | None:
        """Whose place they take; None for their own."""
        return self.path[0] if len(self.path) > 1 else None


People = Mapping[str, Presence]
ALWAYS_THERE = Presence()


def who_answers(holders: Sequence[str], people: People, at: datetime, zone: ZoneInfo) -> tuple[Answer, ...]:
    """Who answers for these holders of one post, in their order: each who is there, else who stands in for them."""
    found: dict[str, Answer] = {}
    for holder in holders:
        answer = stand_in(holder, people, at, zone)
        if answer:
            found.setdefault(answer.person, answer)
    return tuple(found.values())


def stand_in(person: str, people: People, at: datetime, zone: ZoneInfo) -> Answer | None:
    """The person where they are there, else the first of their covers, and covers' covers, who is; None for nobody."""
    seen: set[str] = set()
    ahead = [Answer((person,))]
    while ahead:
        here = ahead.pop()
        presence = people.get(here.person)
        if here.person in seen or presence is None or not presence.is_active:
            continue
        seen.add(here.person)
        back = back_at(presence, at, zone)
        if back is None:
            return here
        until = min(back, here.until) if here.until else back
        ahead += [Answer((*here.path, cover), until) for cover in reversed(covers_at(presence, at))]
    return None


def is_away(presence: Presence, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the person is away at that instant, by the weekday in that zone."""
    return _ends(presence, at, zone) is not None


def back_at(presence: Presence, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When a person who is away at that instant is there again, as far as one looks; None for somebody who is there."""
    back = _ends(presence, at, zone)
    for _ in range(_MOST_IN_A_ROW):
        ends = _ends(presence, back, zone) if back else None
        if ends is None:
            break
        back = ends
    return back


def covers_at(presence: Presence, at: datetime) -> list[str]:
    """Who is asked while the person is away at that instant: who was named for it, then the usual cover."""
    named = [absence.cover for absence in presence.absences if absence.begins <= at < absence.ends]
    return list(dict.fromkeys(cover for cover in (*named, presence.cover) if cover))


def named_by(people: People) -> dict[str, list[str]]:
    """cover → everybody who names them, at any time."""
    found: dict[str, list[str]] = {}
    for person, presence in people.items():
        for name in presence.covers:
            found.setdefault(name, []).append(person)
    return found


def who_may_need(person: str, people: People, named: Mapping[str, Sequence[str]], at: datetime) -> list[str]:
    """Everybody for whom this person may stand in at that instant, in whichever zone; mostly few, and quickly known.

    `named` is `named_by(people)`. Whether they do is for `stand_in` to say.
    """
    found: dict[str, None] = {}
    ahead = [person]
    while ahead:
        for covered in named.get(ahead.pop(), ()):
            if covered not in found and covered != person and may_be_away(people[covered], at):
                found[covered] = None
                ahead.append(covered)
    return list(found)


def may_be_away(presence: Presence, at: datetime) -> bool:
    """Whether there is any zone in which the person is away at that instant."""
    weekday = at.astimezone(UTC).weekday()
    near = {(weekday - 1) % 7, weekday, (weekday + 1) % 7}
    return not near.isdisjoint(presence.days_off) or any(a.begins <= at < a.ends for a in presence.absences)


def _ends(presence: Presence, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When what keeps the person away at that instant ends (UTC); None where nothing does."""
    ends = [absence.ends.astimezone(UTC) for absence in presence.absences if absence.begins <= at < absence.ends]
    if presence.days_off and (local := at.astimezone(zone)).weekday() in presence.days_off:
        ends.append(midnight(local.date() + _A_DAY, zone))
    return max(ends, default=None)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of that date (UTC): at the jump where the clock skips it, the last one where it comes twice."""
    first = datetime.combine(day, time.min, zone)
    return max(first.astimezone(UTC), first.replace(fold=1).astimezone(UTC))


def loop(person: str, people: People, begins: datetime, ends: datetime, zone: ZoneInfo) -> tuple[datetime, str] | None:
    """The first moment from `begins` to before `ends` at which those who are asked first only pass on to each other.

    With it, who of them would pass on to somebody who was asked already. None where there is no such moment.
    """
    for moment in _moments(people, begins, ends, zone):
        asked: list[str] = []
        here: str | None = person
        while here and here not in asked:
            asked.append(here)
            presence = people.get(here, ALWAYS_THERE)
            away = is_away(presence, moment, zone)
            here = next(iter(covers_at(presence, moment)), None) if away else None
        if here:
            return moment, asked[-1]
    return None


def _moments(people: People, begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment of the span at which somebody may leave or return, in order: nothing changes between two of them."""
    changes = {begins.astimezone(UTC)}
    for presence in people.values():
        for absence in presence.absences:
            changes |= {absence.begins.astimezone(UTC), absence.ends.astimezone(UTC)}
    day = begins.astimezone(zone).date() + _A_DAY
    while midnight(day, zone) < ends:
        changes.add(midnight(day, zone))
        day += _A_DAY
    yield from sorted(moment for moment in changes if begins <= moment < ends)
