"""Who is what where, and who answers for whom: the group as one frozen value that answers without a query.

Pure but for the clock, where no moment is named. `practice/directory.py` reads it and keeps it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from amends.practice import cover
from amends.practice.cover import Answer, Presence
from amends.practice.entries import OfficeEntry, PersonEntry, PostEntry
from amends.protocol.values import Chain
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Role, Stage

# At one office a person acts in the most telling of their roles.
_PRECEDENCE = (
    Role.LEADER,
    Role.REGIONAL_MANAGER,
    Role.OFFICE_MANAGER,
    Role.TEAM,
    Role.PRIVACY_OFFICER,
    Role.ADMINISTRATOR,
)
# Somebody answers for these, and so has them who covers for that person.
ANSWERING = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER, Role.PRIVACY_OFFICER)
_ANSWERS_AT = {
    Stage.REPORTED: Role.OFFICE_MANAGER,
    Stage.OFFICE: Role.OFFICE_MANAGER,
    Stage.REGION: Role.REGIONAL_MANAGER,
    Stage.LEADERS: Role.LEADER,
}

Roles = Mapping[str, tuple[Role, ...]]


@dataclass(frozen=True)
class Directory:
    """The group at one revision. Ids are texts, as in the events."""

    revision: str
    group: str
    accent: str
    offices: Mapping[str, OfficeEntry]
    regions: Mapping[str, str]
    people: Mapping[str, PersonEntry]
    posts: tuple[PostEntry, ...]

    @cached_property
    def _roles(self) -> dict[str, dict[str, tuple[Role, ...]]]:
        """person → office → every role that they have there of their own, the most telling first."""
        by_region: dict[str, list[str]] = {}
        for office in self.offices.values():
            by_region.setdefault(office.region_id, []).append(office.id)
        found: dict[str, dict[str, tuple[Role, ...]]] = {}
        for role in _PRECEDENCE:
            for post in self.posts:
                if post.role is role:
                    at = found.setdefault(post.person, {})
                    for office_id in self._places(post, by_region):
                        if role not in at.get(office_id, ()):
                            at[office_id] = (*at.get(office_id, ()), role)
        return found

    def _places(self, post: PostEntry, by_region: Mapping[str, list[str]]) -> list[str]:
        if post.office:
            return [post.office]
        return by_region.get(post.region, []) if post.region else list(self.offices)

    @cached_property
    def _desks(self) -> dict[str, list[str]]:
        """person → the offices to which a post of their own binds them."""
        found: dict[str, list[str]] = {}
        for post in self.posts:
            if post.office and post.office not in found.setdefault(post.person, []):
                found[post.person].append(post.office)
        return found

    def own_offices(self, person: str) -> list[str]:
        """The offices to which the person belongs; none for those of a region or the group."""
        return self._desks.get(person, [])

    def posts_of(self, person: str) -> Roles:
        """office → the roles that this person's posts give there, also of somebody inactive."""
        return self._roles.get(person, {})

    def zone_of(self, person: str) -> ZoneInfo:
        """The zone in which this person's days begin and end: that of their first office."""
        office = next(iter(self.posts_of(person)), next(iter(self.offices), None))
        return self.offices[office].zone if office else ZoneInfo("UTC")

    def own_roles_of(self, person: str) -> Roles:
        """office → the roles that an active person has there of their own, the most telling first."""
        entry = self.people.get(person)
        return self._roles.get(person, {}) if entry and entry.is_active else {}

    def roles_of(self, person: str, at: datetime | None = None) -> Roles:
        """office → every role of this person there at that moment (default now): their own first, then those of the
        people for whom they cover."""
        own, covered = self.own_roles_of(person), self.covered_roles_of(person, at)
        if not covered:
            return own
        return {
            office: tuple(dict.fromkeys((*own.get(office, ()), *covered.get(office, ()))))
            for office in {**own, **covered}
        }

    def covered_roles_of(self, person: str, at: datetime | None = None) -> Roles:
        """office → the roles in which this person covers for somebody at that moment, the most telling first."""
        found: dict[str, set[Role]] = {}
        for covered, offices in self.covered_by(person, at).items():
            for office in offices:
                found.setdefault(office, set()).update(self._roles[covered][office])
        return {
            office: tuple(role for role in _PRECEDENCE if role in held and role in ANSWERING)
            for office, held in found.items()
        }

    def acting_role(
        self, person: str, office: str, stage: Stage | None = None, at: datetime | None = None
    ) -> Role | None:
        """The role in which this person acts at the office, on a case at that stage; None for somebody without one.

        Who covers for somebody acts in that role where the case is at its level, and otherwise in their own: nobody
        lifts a case to another level by covering. The team has no say of its own in a case, so somebody of the team who
        covers acts in that role altogether.
        """
        roles = self.roles_of(person, at).get(office, ())
        covered = self.covered_roles_of(person, at).get(office, ()) if stage else ()
        level = _ANSWERS_AT.get(stage) if stage else None
        if level in covered:
            return level
        own = roles[0] if roles else None
        return covered[0] if covered and own is Role.TEAM else own

    def covered_by(self, person: str, at: datetime | None = None) -> Mapping[str, Mapping[str, Answer]]:
        """For whom this person covers at that moment (default now), at which offices, and in what way."""
        moment = at or timezone.now()
        found: dict[str, dict[str, Answer]] = {}
        for covered in cover.who_may_need(person, self.presences, self._named_by, moment):
            for office, roles in self.own_roles_of(covered).items():
                answer = cover.stand_in(covered, self.presences, moment, self.offices[office].zone)
                if answer and answer.person == person and not set(roles).isdisjoint(ANSWERING):
                    found.setdefault(covered, {})[office] = answer
        return found

    def covers(self, people: Iterable[PersonValue], office: str, at: datetime) -> dict[str, PersonValue]:
        """Who of these is away from the office at that moment and covered → who answers in their place."""
        answers = {person.id: self._stand_in(person.id, office, at) for person in people}
        return {
            person: self.people[answer.person].value
            for person, answer in answers.items()
            if answer and answer.covers_for
        }

    def _stand_in(self, person: str, office: str, at: datetime) -> Answer | None:
        answer = cover.stand_in(person, self.presences, at, self.offices[office].zone)
        # Only what somebody answers for passes on to a cover.
        covered = not set(self.own_roles_of(person).get(office, ())).isdisjoint(ANSWERING)
        return answer if answer and (answer.covers_for is None or covered) else None

    def alone_until(self, person: str, office: str, at: datetime) -> datetime | None:
        """When somebody who is away from the office at that moment, and for whom nobody stands in, is back; None for
        who is there or covered."""
        if self._stand_in(person, office, at):
            return None
        return cover.back_at(self.presences[person], at, self.offices[office].zone)

    def away_at(self, at: datetime) -> list[str]:
        """Everybody who may be away at that moment, in whichever zone."""
        return [person for person, presence in self.presences.items() if cover.may_be_away(presence, at)]

    @cached_property
    def _named_by(self) -> Mapping[str, list[str]]:
        return cover.named_by(self.presences)

    @cached_property
    def presences(self) -> Mapping[str, Presence]:
        """person → when they are there."""
        return {person.id: person.presence for person in self.people.values()}

    @cached_property
    def _people_by_user(self) -> dict[tuple[str, int], PersonEntry]:
        return {
            (database, user.UserNum): person
            for person in self.people.values()
            for database, user in person.users.items()
        }

    def person_of_user(self, database: str, user_num: int) -> PersonEntry | None:
        """Whose user that is in that Open Dental database; None for nobody of the group."""
        return self._people_by_user.get((database, user_num))

    def group_roles_of(self, person: str) -> frozenset[Role]:
        """The person's roles for the whole group; nothing for somebody who is inactive."""
        entry = self.people.get(person)
        if not (entry and entry.is_active):
            return frozenset()
        mine = (post for post in self.posts if post.person == person)
        return frozenset(post.role for post in mine if not (post.office or post.region))

    @cached_property
    def _holders(self) -> dict[tuple[Role, str | None, str | None], list[str]]:
        """role, office, region → the active people who have that post, in the order in which they answer."""
        found: dict[tuple[Role, str | None, str | None], list[str]] = {}
        for post in self.posts:
            if self.people[post.person].is_active:
                found.setdefault((post.role, post.office, post.region), []).append(post.person)
        return found

    def holders(self, role: Role, office: OfficeEntry) -> list[PersonEntry]:
        """Active people with this role for this office, there or away: its own first, its region's, the group's."""
        places = ((office.id, None), (None, office.region_id), (None, None))
        return [
            self.people[key]
            for key in dict.fromkeys(person for at, of in places for person in self._holders.get((role, at, of), ()))
        ]

    def staff(self, offices: Collection[str]) -> dict[str, str]:
        """id → name of the active people who have a post at one of these offices themselves, by name."""
        at = {post.person for post in self.posts if post.office in offices}
        names = {key: self.people[key].name for key in at if self.people[key].is_active}
        return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))

    def answers(self, role: Role, office: str, at: datetime | None = None) -> tuple[Answer, ...]:
        """Who answers in this role for the office at that moment (default now), and in whose place."""
        entry = self.offices[office]
        holders = [person.id for person in self.holders(role, entry)]
        return cover.who_answers(holders, self.presences, at or timezone.now(), entry.zone)

    def chain(self, office: str, at: datetime | None = None) -> Chain:
        """Who answers for the office at that moment (default now), nearest first."""
        moment = at or timezone.now()

        def level(role: Role) -> tuple[PersonValue, ...]:
            return tuple(self.people[answer.person].value for answer in self.answers(role, office, moment))

        # What the privacy officer must hear waits for them where nobody covers; it moves to no other level.
        officers = (*level(Role.PRIVACY_OFFICER), *_values(self.holders(Role.PRIVACY_OFFICER, self.offices[office])))
        return Chain(
            office=level(Role.OFFICE_MANAGER),
            region=level(Role.REGIONAL_MANAGER),
            leaders=level(Role.LEADER),
            privacy_officer=next(iter(officers), None),
        )


def _values(people: Iterable[PersonEntry]) -> tuple[PersonValue, ...]:
    return tuple(person.value for person in people)
