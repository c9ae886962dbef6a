"""An office of the group with the people who act at it, as the history needs them."""

from dataclasses import dataclass
from functools import cached_property

from amends.demo import patients
from amends.practice.directory import Directory, OfficeEntry, PersonEntry
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Role

_FRONT_DESK = range(200, 300)  # UserNum


@dataclass(frozen=True)
class Place:
    """One office. `clinicians` are its assistant, hygienist and dentist; `cover` stands in for its manager."""

    office: OfficeEntry
    manager: Actor
    cover: Actor | None
    desk: Actor
    clinicians: tuple[Actor, ...]
    region: Actor
    leaders: tuple[Actor, ...]
    privacy: Actor

    @cached_property
    def adults(self) -> list[Patient]:
        return patients.adults_of(self.office.ClinicNum)

    @cached_property
    def children(self) -> list[Patient]:
        return patients.children_of(self.office.ClinicNum)


def places(known: Directory) -> dict[int, Place]:
    """Every office of the group by its ClinicNum."""
    return {office.ClinicNum: _place(known, office) for office in known.offices.values()}


def _place(known: Directory, office: OfficeEntry) -> Place:
    desk = [person for person in known.holders(Role.TEAM, office) if _is_front_desk(person, office)]
    managers = known.holders(Role.OFFICE_MANAGER, office)
    team = known.holders(Role.TEAM, office)
    return Place(
        office=office,
        manager=_actor(managers[0], Role.OFFICE_MANAGER),
        cover=_actor(managers[1], Role.OFFICE_MANAGER) if len(managers) > 1 else None,
        desk=_actor(desk[0], Role.TEAM),
        clinicians=tuple(_actor(person, Role.TEAM) for person in team if person not in desk),
        region=_actor(known.holders(Role.REGIONAL_MANAGER, office)[0], Role.REGIONAL_MANAGER),
        leaders=tuple(_actor(person, Role.LEADER) for person in known.holders(Role.LEADER, office)),
        privacy=_actor(known.holders(Role.PRIVACY_OFFICER, office)[0], Role.PRIVACY_OFFICER),
    )


def _is_front_desk(person: PersonEntry, office: OfficeEntry) -> bool:
    return person.user_in(office.open_dental).UserNum in _FRONT_DESK


def _actor(person: PersonEntry, role: Role) -> Actor:
    return Actor(id=person.id, name=person.name, role=role)
