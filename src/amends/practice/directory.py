"""Who is what where, as one frozen value that every request can ask without a query.

Each process keeps the directory in memory and reads it again when the group's `revision` has moved; saving anything
that it holds moves the revision in the same transaction (`models.Revised`).
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from amends.practice.models import Group, Office, OpenDentalUser, Person, Post, Region
from amends.protocol.hours import Calendar
from amends.protocol.values import Chain
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Role

# At one office a person acts in the most telling of their roles.
_PRECEDENCE = (
    Role.LEADER,
    Role.REGIONAL_MANAGER,
    Role.OFFICE_MANAGER,
    Role.TEAM,
    Role.PRIVACY_OFFICER,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True)
class OfficeEntry:
    id: str
    name: str
    region_id: str
    region: str
    calendar: Calendar
    phone: str
    open_dental: str
    ClinicNum: int
    is_active: bool

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.tz


@dataclass(frozen=True)
class UserEntry:
    """A person's user in one Open Dental database; `TaskListInBox` is 0 where it is to be looked up."""

    UserNum: int
    TaskListInBox: int


NO_USER = UserEntry(UserNum=0, TaskListInBox=0)


@dataclass(frozen=True)
class PersonEntry:
    id: str
    name: str
    email: str
    slack_id: str
    is_active: bool
    users: Mapping[str, UserEntry]

    def user_in(self, database: str) -> UserEntry:
        """Who they are in that Open Dental database; `NO_USER` where nobody said."""
        return self.users.get(database, NO_USER)

    @property
    def value(self) -> PersonValue:
        return PersonValue(id=self.id, name=self.name)


@dataclass(frozen=True)
class PostEntry:
    person: str
    role: Role
    office: str | None
    region: str | None
    rank: int = 0


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
        """person → office → every role that they have there, the most telling first."""
        by_region: dict[str, list[str]] = {}
        for office in self.offices.values():
            by_region.setdefault(office.region_id, []).append(office.id)
        found: dict[str, dict[str, tuple[Role, ...]]] = {}
        for role in _PRECEDENCE:
            for post in self.posts:
                if post.role is role:
                    at = found.setdefault(post.person, {})
                    for office_id in self._places(post, by_region):
                        at[office_id] = (*at.get(office_id, ()), role)
        return found

    def _places(self, post: PostEntry, by_region: Mapping[str, list[str]]) -> list[str]:
        if post.office:
            return [post.office]
        return by_region.get(post.region, []) if post.region else list(self.offices)

    @cached_property
    def _chains(self) -> dict[str, Chain]:
        return {office.id: self._make_chain(office) for office in self.offices.values()}

    def roles_of(self, person: str) -> Mapping[str, tuple[Role, ...]]:
        """office → every role of this person there, the most telling first; nothing for somebody who is inactive."""
        entry = self.people.get(person)
        return self._roles.get(person, {}) if entry and entry.is_active else {}

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

    def chain(self, office: str) -> Chain:
        """Who answers for the office, nearest first."""
        return self._chains[office]

    def holders(self, role: Role, office: OfficeEntry) -> list[PersonEntry]:
        """Active people with this role for this office: its own first, then its region's, then the group's."""
        mine = [p for p in self.posts if p.role is role and self.people[p.person].is_active]
        ordered = (
            [p for p in mine if p.office == office.id]
            + [p for p in mine if p.region == office.region_id]
            + [p for p in mine if p.office is None and p.region is None]
        )
        return [self.people[key] for key in dict.fromkeys(p.person for p in ordered)]

    def _make_chain(self, office: OfficeEntry) -> Chain:
        return Chain(
            office_manager=_first(self.holders(Role.OFFICE_MANAGER, office)),
            regional_manager=_first(self.holders(Role.REGIONAL_MANAGER, office)),
            leaders=tuple(person.value for person in self.holders(Role.LEADER, office)),
            privacy_officer=_first(self.holders(Role.PRIVACY_OFFICER, office)),
        )


def _first(people: Iterable[PersonEntry]) -> PersonValue | None:
    return next((person.value for person in people), None)


class _Kept:
    """The directory last read by this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.directory: Directory | None = None


_kept = _Kept()
_held: ContextVar[list[Directory] | None] = ContextVar("directory_held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Within the block the directory is asked for once: one request sees one state of the group."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def directory() -> Directory:
    """The directory as it is now: one small query, and a fresh reading only when something changed."""
    held_now = _held.get()
    if held_now is None:
        return _current()
    if not held_now:
        held_now.append(_current())
    return held_now[0]


def _current() -> Directory:
    revision = Group.objects.values_list("revision", flat=True).order_by("id").first()
    kept = _kept.directory
    if kept is not None and kept.revision == revision:
        return kept
    with _kept.lock:
        _kept.directory = _read()
        return _kept.directory


def _read() -> Directory:
    group = Group.objects.order_by("id").first() or Group(name="Amends", revision="")
    offices = Office.objects.select_related("region").order_by("name")
    users: dict[int, dict[str, UserEntry]] = {}
    for user in OpenDentalUser.objects.all():
        users.setdefault(user.person_id, {})[user.database] = UserEntry(user.UserNum, user.TaskListInBox)
    return Directory(
        revision=group.revision,
        group=group.name,
        accent=group.accent,
        offices={
            str(office.pk): OfficeEntry(
                id=str(office.pk),
                name=office.name,
                region_id=str(office.region_id),
                region=office.region.name,
                calendar=Calendar.parse(office.calendar),
                phone=office.phone,
                open_dental=office.open_dental,
                ClinicNum=office.ClinicNum,
                is_active=office.is_active,
            )
            for office in offices
        },
        regions={str(region.pk): region.name for region in Region.objects.order_by("name")},
        people={
            str(person.pk): PersonEntry(
                id=str(person.pk),
                name=person.name,
                email=person.email,
                slack_id=person.slack_id,
                is_active=person.is_active,
                users=users.get(person.pk, {}),
            )
            for person in Person.objects.order_by("name")
        },
        posts=tuple(
            PostEntry(
                person=str(post.person_id),
                role=Role(post.role),
                office=str(post.office_id) if post.office_id else None,
                region=str(post.region_id) if post.region_id else None,
                rank=post.rank,
            )
            for post in Post.objects.all()
        ),
    )
