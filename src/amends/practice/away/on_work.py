"""What pages say about absences: somebody's own, for whom one covers, and offices for which nobody answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from amends.practice.away.coverage import Gap, gap_on, who_is_told
from amends.practice.away.people import answers_for_something
from amends.practice.cover import Answer, back_at, stand_in
from amends.practice.directory import Directory, PersonEntry
from amends.practice.models import CoverageGap

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AwayNow:
    """That a person is away now, and who covers; None for nobody."""

    who: PersonEntry
    until: datetime
    zone: ZoneInfo
    cover: PersonEntry | None
    needs_cover: bool
    may_come_back: bool


@dataclass(frozen=True)
class Covering:
    """For whom a person covers, and until when."""

    person: str
    name: str
    until: datetime | None
    zone: ZoneInfo


def away_now(person: str, known: Directory, now: datetime, zone: ZoneInfo) -> AwayNow | None:
    """None for somebody who is there, by the weekday in that zone.

    A day off that comes every week is nothing that one comes back from.
    """
    presence = known.people[person].presence
    until = back_at(presence, now, zone)
    if until is None:
        return None
    answer = stand_in(person, known.presences, now, zone)
    return AwayNow(
        who=known.people[person],
        until=until,
        zone=zone,
        cover=known.people[answer.person] if answer else None,
        needs_cover=answers_for_something(person, known),
        may_come_back=any(absence.begins <= now < absence.ends for absence in presence.absences),
    )


def covers_who_left(person: str, known: Directory, now: datetime) -> list[PersonEntry]:
    """Whom this person named as a cover, from now on or for every week, and who can sign in no more."""
    presence = known.people[person].presence
    named = [absence.cover for absence in presence.absences if absence.ends > now] + [presence.cover]
    return [known.people[key] for key in dict.fromkeys(named) if key and not known.people[key].is_active]


def who_named(cover: str, known: Directory, now: datetime) -> list[PersonEntry]:
    """Everybody active who named this person, who left, as a cover; by name."""
    everybody = (person for person in known.people.values() if person.is_active)
    return [one for one in everybody if cover in {left.id for left in covers_who_left(one.id, known, now)}]


def covering(covered: Mapping[str, Mapping[str, Answer]], known: Directory) -> list[Covering]:
    """`Directory.covered_by` in words, by name."""
    found = [_covering(person, offices, known) for person, offices in covered.items()]
    return sorted(found, key=lambda one: one.name)


def _covering(person: str, offices: Mapping[str, Answer], known: Directory) -> Covering:
    ends = [answer.until for answer in offices.values() if answer.until]
    zone = known.offices[next(iter(offices))].zone
    return Covering(person, known.people[person].name, min(ends, default=None), zone)


def gaps_to_see_to(person: str, offices: Iterable[str], known: Directory, now: datetime) -> list[Gap]:
    """Noticed gaps of today at these offices that last, for whoever has to see to them."""
    mine = set(offices)
    if not mine:
        return []
    noticed = CoverageGap.objects.filter(day__gte=(now - _A_DAY).date(), office__is_active=True)
    found = []
    for office, day in noticed.values_list("office_id", "day"):
        entry = known.offices.get(str(office))
        if entry is None or entry.id not in mine or day != now.astimezone(entry.zone).date():
            continue
        gap = gap_on(entry, day, known, now=now)
        if gap and person in {told.id for told in who_is_told(gap, known)}:
            found.append(gap)
    return sorted(found, key=lambda gap: gap.office.name)
