"""A role and a place as two choices of a form, and the post that they make. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from amends.practice.directory import Directory, OfficeEntry
from amends.protocol.policy import Labels
from amends.protocol.words import Role
from amends.setup.group import PostIn

WHOLE_GROUP = ""
_STANDS_IN = ":stands-in"
# Where several have the same role at one place, one answers first and the others stand in.
_WITH_COVER = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER)


@dataclass(frozen=True)
class Choice:
    """What is chosen: a role ("" for none, with `:stands-in` for cover) and a place (`office:3`, `region:1`, "")."""

    role: str = ""
    place: str = WHOLE_GROUP


def role_choices(labels: Labels) -> list[tuple[str, str]]:
    """Every role that somebody can have, the first for nobody."""
    found = [("", "No access to Amends")]
    for role in Role:
        if role is not Role.SYSTEM:
            label = labels[role][:1].upper() + labels[role][1:]
            found.append((role.value, label))
            if role in _WITH_COVER:
                found.append((f"{role}{_STANDS_IN}", f"{label}, stands in"))
    return found


def place_choices(known: Directory) -> list[tuple[str, str]]:
    """Every place at which somebody can be: offices, regions, the whole group."""
    offices = [(f"office:{office.id}", office.name) for office in known.offices.values() if office.is_active]
    in_use = {office.region_id for office in known.offices.values()}
    regions = [(f"region:{key}", f"Region {name}") for key, name in known.regions.items() if key in in_use]
    return [(WHOLE_GROUP, "The whole group"), *offices, *regions]


def chosen_of(known: Directory, person: str) -> list[Choice]:
    """The person's posts as choices."""
    ranks = ((post, post.rank > 0 and post.role in _WITH_COVER) for post in known.posts if post.person == person)
    return [
        Choice(
            role=f"{post.role}{_STANDS_IN if stands_in else ''}",
            place=f"office:{post.office}" if post.office else f"region:{post.region}" if post.region else WHOLE_GROUP,
        )
        for post, stands_in in ranks
    ]


def posts_of(choices: Iterable[Choice], known: Directory) -> tuple[list[PostIn], list[int | None]]:
    """The posts of these choices and their ranks (None: as it was), each once. Raises `ValueError` with a sentence."""
    found: dict[PostIn, int | None] = {}
    for choice in choices:
        if choice.role:
            name, _, stands_in = choice.role.partition(":")
            role = Role(name)
            post = _post(role, choice.place, known)
            found[post] = (1 if stands_in else 0) if role in _WITH_COVER else None
    return list(found), list(found.values())


def _post(role: Role, place: str, known: Directory) -> PostIn:
    kind, _, key = place.partition(":")
    office = known.offices.get(key) if kind == "office" else None
    region = known.regions.get(key, "") if kind == "region" else ""
    match role:
        case Role.TEAM | Role.OFFICE_MANAGER:
            office = office or _the_only_office(known)
            if office is None:
                raise ValueError("Choose the office at which they are.")
            return PostIn(role=role, office=office.name)
        case Role.REGIONAL_MANAGER:
            # Of the region in which the chosen office is: that is what was meant.
            return PostIn(role=role, region=region or (office.region if office else ""))
        case _:
            return PostIn(role=role, region=region)


def _the_only_office(known: Directory) -> OfficeEntry | None:
    offices = [office for office in known.offices.values() if office.is_active]
    return offices[0] if len(offices) == 1 else None
