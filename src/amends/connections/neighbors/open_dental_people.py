"""Who writes Tasks in one Open Dental database, and into whose inboxes they go."""

from collections.abc import Sequence
from dataclasses import dataclass

from amends.connections.checks import Check, partly, works
from amends.connections.neighbors.people import listed
from amends.deliveries.channel import DeliveryError
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.facts import Facts
from amends.integrations.open_dental.features import Feature, why_not
from amends.integrations.open_dental.office import Office
from amends.practice.directory import Directory, OfficeEntry, PostEntry, UserEntry
from amends.protocol.words import Role

_ASKED_BY_TASK = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER)
_BY_HAND = "A person enters Tasks, with the text ready."


@dataclass(frozen=True)
class Receiver:
    """Somebody who may be asked by a Task in this database."""

    name: str
    user: UserEntry


def receivers(known: Directory) -> dict[str, list[Receiver]]:
    """By database, every manager who may be asked by a Task at one of its offices."""
    offices = [office for office in known.offices.values() if office.is_active and office.open_dental]
    found: dict[str, dict[str, Receiver]] = {office.open_dental: {} for office in offices}
    for post in known.posts:
        person = known.people[post.person]
        if post.role not in _ASKED_BY_TASK or not person.is_active:
            continue
        for database in {office.open_dental for office in offices if _is_for(post, office)}:
            found[database][person.id] = Receiver(person.name, person.user_in(database))
    return {database: list(people.values()) for database, people in found.items()}


def _is_for(post: PostEntry, office: OfficeEntry) -> bool:
    if post.office:
        return post.office == office.id
    return post.region in (None, office.region_id)


def check_author(office: Office, facts: Facts, budget: Budget) -> Check:
    """The user who is the author of Tasks: chosen, and still there."""
    key, name = "author", "Author of Tasks"
    number = office.author_user_num
    if why_not(Feature.TASK_WRITE, facts):
        return works(key, name, "Not needed: no Tasks are written.")
    if not number:
        says = f"No Open Dental user is chosen. {_BY_HAND}"
        return partly(key, name, says, "Choose one in the group's file (author_user_num), and run `amends group`.")
    try:
        user = office.users(budget).get(number)
    except DeliveryError:
        return works(key, name, f"User {number}; its name could not be read just now.")
    if user is None:
        says = f"There is no user {number} in Open Dental, or it is hidden. {_BY_HAND}"
        return partly(key, name, says, "Show it again in Open Dental, or choose another in the group's file.")
    return works(key, name, f"{user}.")


def check_inboxes(office: Office, facts: Facts, asked: Sequence[Receiver], budget: Budget) -> Check:
    """Whether the inbox of everybody is known who may be asked by a Task."""
    key, name = "inboxes", "Task inboxes"
    if why_not(Feature.TASK_WRITE, facts):
        return works(key, name, "Not needed: no Tasks are written.")
    nobody = [one.name for one in asked if not one.user.UserNum]
    if nobody:
        says = f"{listed(nobody)}: no user in Open Dental is entered. {_BY_HAND}"
        return partly(key, name, says, "Enter their UserNum in the group's file, and run `amends group`.")
    unknown = [one for one in asked if not one.user.TaskListInBox]
    if unknown and why_not(Feature.QUERIES, facts):
        says = f"{listed([one.name for one in unknown])}: the inbox cannot be looked up without ApiQueries. {_BY_HAND}"
        return partly(
            key, name, says, "Enter their TaskListInBox in the group's file, or allow ApiQueries for the key."
        )
    try:
        found = office.inboxes(budget) if unknown else {}
    except DeliveryError:
        return works(key, name, "They could not be read just now.")
    without = [one.name for one in unknown if one.user.UserNum not in found]
    if without:
        says = f"{listed(without)}: no Task inbox. {_BY_HAND}"
        return partly(
            key, name, says, "Set one up in Open Dental (Tasks, Setup), or enter its number in the group's file."
        )
    return works(
        key, name, f"Known of {listed([one.name for one in asked])}." if asked else "Nobody is asked by a Task."
    )
