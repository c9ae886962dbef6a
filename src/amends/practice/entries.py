"""Offices, people and posts as the directory holds them: frozen, with ids as texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from amends.practice.cover import Presence
from amends.protocol.hours import Calendar
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Role


@dataclass(frozen=True)
class OfficeEntry:
    id: str
    name: str
    region_id: str
    region: str
    calendar: Calendar
    phone: str
    email: str
    open_dental: str
    ClinicNum: int
    is_active: bool
    joined_on: date | None

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.tz

    @property
    def today(self) -> date:
        """The date at the office."""
        return timezone.now().astimezone(self.zone).date()


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
    is_active: bool
    users: Mapping[str, UserEntry]
    presence: Presence

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
