"""The only door from a person to an object. What is not allowed looks like what is not there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.http import Http404

from amends.cases.models import CaseRow, pk_of
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import Actor
from amends.protocol.words import Role, Stage


class Right(StrEnum):
    REPORT = "report"
    SEE_CASE = "see_case"
    ACT_ON_CASE = "act_on_case"
    LIST_CASES = "list_cases"
    SEE_HUDDLE = "see_huddle"
    SEE_LEARNING = "see_learning"
    SEE_DELIVERIES = "see_deliveries"
    SEE_ACCESS_LOG = "see_access_log"
    SEE_REVIEWS = "see_reviews"
    SEE_OFFICES = "see_offices"
    SEE_SUMMARY = "see_summary"
    SEE_PEOPLE = "see_people"
    EDIT_HOURS = "edit_hours"
    BRING_REVIEWS = "bring_reviews"
    SEE_CONNECTIONS = "see_connections"
    SET_UP = "set_up"
    EDIT_HANDBOOK = "edit_handbook"
    SEE_READERS = "see_readers"


_TEAM = frozenset({Right.REPORT, Right.SEE_CASE, Right.ACT_ON_CASE, Right.SEE_HUDDLE})
_MANAGER = _TEAM | {
    Right.LIST_CASES,
    Right.SEE_LEARNING,
    Right.SEE_DELIVERIES,
    Right.SEE_READERS,
    Right.SEE_REVIEWS,
    Right.BRING_REVIEWS,
}
_ABOVE = _MANAGER | {Right.SEE_OFFICES, Right.EDIT_HANDBOOK, Right.SEE_SUMMARY, Right.SEE_PEOPLE}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.TEAM: _TEAM,
    Role.OFFICE_MANAGER: _MANAGER,
    Role.REGIONAL_MANAGER: _ABOVE | {Right.EDIT_HOURS},
    Role.LEADER: _ABOVE,
    Role.PRIVACY_OFFICER: frozenset(
        {
            Right.SEE_CASE,
            Right.LIST_CASES,
            Right.SEE_REVIEWS,
            Right.SEE_ACCESS_LOG,
            Right.EDIT_HANDBOOK,
            Right.SEE_READERS,
        }
    ),
    # Keeps the connections, so sees what does not arrive; has no business with patients' stories.
    Role.ADMINISTRATOR: frozenset(
        {
            Right.SEE_DELIVERIES,
            Right.SEE_OFFICES,
            Right.EDIT_HOURS,
            Right.BRING_REVIEWS,
            Right.SEE_CONNECTIONS,
            Right.SET_UP,
        }
    ),
    Role.SYSTEM: frozenset(),
}


def offices_with(person: Person, right: Right, known: Directory | None = None) -> list[str]:
    """The offices at which the person has this right."""
    roles = (known or directory()).roles_of(str(person.pk))
    return [office for office, held in roles.items() if any(right in RIGHTS[role] for role in held)]


def own_offices_with(person: Person, right: Right, known: Directory) -> list[str]:
    """Those offices at which they have it by a post of their own: who covers for somebody does not get it."""
    roles = known.own_roles_of(str(person.pk))
    return [office for office, held in roles.items() if any(right in RIGHTS[role] for role in held)]


def may(person: Person, right: Right) -> bool:
    """Whether the person has this right at any office."""
    return bool(offices_with(person, right))


# These are about the group as a whole: who has the role for some of its offices does not have them.
FOR_THE_GROUP = frozenset({Right.SET_UP})


def may_at(person: str, right: Right, office: str, known: Directory, at: datetime) -> bool:
    """Whether the person with this id has this right at that office at that moment."""
    return any(right in RIGHTS[role] for role in known.roles_of(person, at).get(office, ()))


def may_for_group(person: Person, right: Right, known: Directory | None = None) -> bool:
    """Whether the person has this right for the whole group, also while it has no office yet."""
    return any(right in RIGHTS[role] for role in (known or directory()).group_roles_of(str(person.pk)))


def scope(person: Person, right: Right) -> list[str] | None:
    """The offices to ask for in a query; None where that is the whole group, so that no filter is needed."""
    known = directory()
    offices = offices_with(person, right, known)
    return None if len(offices) == len(known.offices) else offices


def scope_or_404(person: Person, right: Right) -> list[str] | None:
    """As `scope`; raises Http404 for somebody who has the right at no office."""
    listed = scope(person, right)
    if listed is not None and not listed:
        raise Http404
    return listed


def actor_at(person: Person, office: str, stage: Stage | None = None) -> Actor:
    """The person in the role in which they act at this office. Raises Http404 for somebody without one.

    `stage` is that of the case on which they act; see `Directory.acting_role`.
    """
    role = directory().acting_role(str(person.pk), office, stage)
    if role is None:
        raise Http404
    return Actor(id=str(person.pk), name=person.name, role=role)


_OF_LEADERS = c.MarkSeen | c.OfferCall | c.AskForCall


def says_it(command: c.Command, by: Actor, office: str) -> Actor:
    """Who asks for this at that office, in the role that it takes: what leaders say without taking a case on, a leader
    says as one, also while they cover for somebody at whose level the case is.
    """
    if isinstance(command, _OF_LEADERS) and Role.LEADER in directory().own_roles_of(by.id).get(office, ()):
        return replace(by, role=Role.LEADER)
    return by


def case_for(person: Person, number: str, need: Right) -> CaseRow:
    """The case, if there is one with that number and the person has the right where it happened; else Http404."""
    pk = pk_of(number)
    row = CaseRow.system.filter(pk=pk).first() if pk else None
    if row is None or str(row.office_id) not in offices_with(person, need):
        raise Http404
    return row
