"""Who is asked by a Task in each Open Dental database, and into which inbox. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from amends.practice.directory import Directory, PersonEntry, UserEntry
from amends.protocol.words import Role
from amends.setup.databases import Database

_ASKED = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER, Role.PRIVACY_OFFICER)


@dataclass(frozen=True)
class Asked:
    """Somebody who may get a Task in one database. `found` is the inbox that Open Dental tells, 0 for none."""

    person: PersonEntry
    database: Database
    user: UserEntry
    found: int

    @property
    def key(self) -> str:
        return f"{self.database.key}-{self.person.id}"

    @property
    def inbox(self) -> int:
        """The inbox that is used: the entered one, else the found one; 0 for none."""
        return self.user.TaskListInBox or self.found


def asked_in(database: Database, known: Directory, found: Mapping[int, int]) -> list[Asked]:
    """Everybody who may get a Task in this database, office managers first."""
    offices = [one for one in known.offices.values() if one.open_dental == database.key and one.is_active]
    people = {person.id: person for role in _ASKED for office in offices for person in known.holders(role, office)}
    return [
        Asked(person, database, user, found.get(user.UserNum, 0) if user.UserNum else 0)
        for person in people.values()
        for user in (person.user_in(database.key),)
    ]
