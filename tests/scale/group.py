"""A group of two hundred offices, each with a manager or two, and what everybody of it does in ninety days."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from amends.cases.policies import keep_current_policy
from amends.practice.models import Group, Office, Person, Post, Region, Routine
from amends.protocol.words import Role

OFFICES, REGIONS = 200, 10
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles")
_DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _DAY)


@dataclass(frozen=True)
class Span:
    """Somebody is away from `begins` to before `ends`."""

    begins: datetime
    ends: datetime


@dataclass
class People:
    """Who is what, as the simulation itself keeps it: the directory of Amends is what is tried here."""

    offices: list[Office] = field(default_factory=list)
    desk: Person = field(default_factory=Person)
    managers: dict[int, list[Person]] = field(default_factory=dict)  # by office
    regional: dict[int, Person] = field(default_factory=dict)  # by region
    leaders: list[Person] = field(default_factory=list)
    covers: dict[int, int] = field(default_factory=dict)  # person → their usual cover
    away: dict[int, list[Span]] = field(default_factory=dict)
    by_id: dict[int, Person] = field(default_factory=dict)

    def is_away(self, person: int, at: datetime) -> bool:
        return any(span.begins <= at < span.ends for span in self.away.get(person, ()))

    def back_at(self, person: int, at: datetime) -> datetime:
        """When somebody who is away at that moment is there again."""
        while ends := [span.ends for span in self.away.get(person, ()) if span.begins <= at < span.ends]:
            at = max(ends)
        return at

    def stand_in(self, person: int, at: datetime) -> int | None:
        """The person, or the first along their covers who is there."""
        asked: set[int] = set()
        while person not in asked:
            asked.add(person)
            if not self.is_away(person, at):
                return person
            if person not in self.covers:
                return None
            person = self.covers[person]
        return None

    def levels(self, office: Office, at: datetime) -> list[list[int]]:
        """Who answers for the office at that moment: its manager's level, the region's, the leaders'."""
        held = [
            [p.pk for p in self.managers[office.pk]],
            [self.regional[office.region_id].pk],
            [p.pk for p in self.leaders],
        ]
        return [
            list(dict.fromkeys(one for holder in holders if (one := self.stand_in(holder, at)) is not None))
            for holders in held
        ]


def make_group() -> People:
    """Writes it into the database of the running test."""
    keep_current_policy()
    made = People()
    with transaction.atomic():
        Group.objects.create(name="Larch & Heron Dental")
        regions = [Region.objects.create(name=f"Region {n}") for n in range(REGIONS)]
        for n in range(OFFICES):
            calendar = {"zone": ZONES[n % len(ZONES)], "weekly": _WEEK}
            made.offices.append(
                Office.objects.create(name=f"Office {n:03}", region=regions[n % REGIONS], calendar=calendar)
            )
        made.desk = _person(made, "Desk", Role.TEAM)
        Post.objects.bulk_create(Post(person=made.desk, role=Role.TEAM, office=office) for office in made.offices)
        for n, office in enumerate(made.offices):
            made.managers[office.pk] = [
                _person(made, f"Manager {office.pk} {rank}", Role.OFFICE_MANAGER, office=office, rank=rank)
                for rank in range(2 if n % 2 else 1)
            ]
        for region in regions:
            made.regional[region.pk] = _person(made, f"Regional {region.pk}", Role.REGIONAL_MANAGER, region=region)
        made.leaders = [_person(made, f"Leader {n}", Role.LEADER, rank=n) for n in range(2)]
        # Half of the offices with one manager, and of those with two, and some regions, have nobody who usually covers.
        covered = [made.managers[office.pk][0] for n, office in enumerate(made.offices) if n % 4 < 2]
        for level in (covered, list(made.regional.values())[: REGIONS // 2]):
            # Each covers for the one before, so that covers have covers.
            for person, cover in zip(level, [*level[1:], level[0]], strict=True):
                made.covers[person.pk] = cover.pk
                Routine.objects.create(person=person, days_off="", cover=cover)
    return made


def plan_absences(people: People, begins: datetime, days: int, chance: random.Random) -> list[tuple[int, Span]]:
    """Days on which people are away, in the order in which they begin: about one day in twenty for each manager."""
    found = []
    managers = [person for those in people.managers.values() for person in those]
    everybody = [*managers, *people.regional.values(), people.leaders[0]]  # the other leader is always there
    for person in everybody:
        day = chance.randrange(60)
        while day < days:
            length = chance.choice((1, 1, 1, 2, 5))
            first = begins + timedelta(days=day, minutes=chance.randrange(24 * 60))
            found.append((person.pk, Span(first, first + timedelta(days=length))))
            day += length + chance.randrange(20, 70)
    return sorted(found, key=lambda one: one[1].begins)


def _person(made: People, name: str, role: Role, **place: object) -> Person:
    address = f"{name.replace(' ', '').lower()}@larchheron.example"
    person = Person.objects.create(name=name, email=address, password="!")
    if role is not Role.TEAM:
        Post.objects.create(person=person, role=role, **place)
    made.by_id[person.pk] = person
    return person


BEGINNING = datetime(2026, 9, 14, 5, 0, tzinfo=UTC)  # a Monday; the clock goes back in November
