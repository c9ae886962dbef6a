"""Who may say of whom that they are away, and who may be asked to cover."""

from collections.abc import Mapping

from amends.practice.directory import ANSWERING, Directory, PersonEntry, PostEntry
from amends.protocol.policy import Labels
from amends.protocol.words import Role

# Whoever stands higher at each of somebody's offices may say that they are away. Administrators may for everybody.
_RANK: Mapping[Role, int] = {
    Role.TEAM: 0,
    Role.OFFICE_MANAGER: 1,
    Role.REGIONAL_MANAGER: 2,
    Role.PRIVACY_OFFICER: 2,
    Role.LEADER: 3,
    Role.ADMINISTRATOR: 3,
}
_MANAGING = frozenset({Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER})
_ABOVE_OFFICES = frozenset({Role.REGIONAL_MANAGER, Role.LEADER, Role.PRIVACY_OFFICER})


def manages(manager: str, person: str, known: Directory) -> bool:
    """Whether the one is above the other at every office of theirs, by their posts; also of somebody inactive."""
    mine, theirs = known.roles_of(manager), known.posts_of(person)
    if any(Role.ADMINISTRATOR in roles for roles in mine.values()) and set(theirs) <= set(mine):
        return True
    return bool(theirs) and all(
        max((_RANK[role] for role in mine.get(office, ()) if role in _MANAGING), default=0)
        > max(_RANK[role] for role in roles)
        for office, roles in theirs.items()
    )


def people_of(manager: str, known: Directory) -> list[PersonEntry]:
    """Everybody active whom this person manages: those who answer for something first, then by name."""
    theirs = (
        person
        for person in known.people.values()
        if person.is_active and person.id != manager and manages(manager, person.id, known)
    )
    return sorted(theirs, key=lambda person: (not answers_for_something(person.id, known), person.name))


def answers_for_something(person: str, known: Directory) -> bool:
    """Whether anything waits for this person that another could be asked to do: then they need a cover."""
    return any(not set(roles).isdisjoint(ANSWERING) for roles in known.own_roles_of(person).values())


def possible_covers(person: str, known: Directory, titles: Labels, *, managers: bool = False) -> dict[str, str]:
    """Person → name and post, of everybody who may be asked to cover for this one; the nearest first.

    Who covers has the other's rights for as long. So people of the team are asked at their own office only (and not at
    all where it must be `managers`), and office managers within their region.
    """
    mine = [post for post in known.posts if post.person == person]
    found: dict[str, tuple[int, str]] = {}
    for post in (post for post in known.posts if not (managers and post.role is Role.TEAM)):
        entry, distance = known.people[post.person], _distance(post, mine, known)
        if distance is not None and entry.is_active and post.person != person:
            here = (distance, f"{entry.name}, {titles[post.role]}{_where(post, known)}")
            found[post.person] = min(found.get(post.person, here), here)
    return {key: label for key, (_, label) in sorted(found.items(), key=lambda item: item[1])}


def _distance(post: PostEntry, mine: list[PostEntry], known: Directory) -> int | None:
    """0 at the same office, 1 in the same region, 2 in the group; None for who cannot be asked."""
    offices = {one.office for one in mine if one.office}
    regions = {one.region for one in mine if one.region} | {known.offices[office].region_id for office in offices}
    roles = {one.role for one in mine}
    match post.role:
        case Role.TEAM:
            asked = any(one.office == post.office and one.role is Role.OFFICE_MANAGER for one in mine)
            return 0 if asked else None
        case Role.OFFICE_MANAGER if post.office:
            near = 1 if known.offices[post.office].region_id in regions else None
            return 0 if post.office in offices else near
        case Role.REGIONAL_MANAGER:
            far = None if roles.isdisjoint(_ABOVE_OFFICES) else 2
            return 1 if post.region in regions else far
        case Role.LEADER:
            return 2
        case Role.PRIVACY_OFFICER:
            return 2 if Role.PRIVACY_OFFICER in roles else None
        case _:
            return None


def _where(post: PostEntry, known: Directory) -> str:
    if post.office:
        return f" of {known.offices[post.office].name}"
    return f" of {known.regions[post.region]}" if post.region else ""
