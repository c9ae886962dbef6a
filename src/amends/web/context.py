"""What the base page of every page needs to know."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from amends.access import FOR_THE_GROUP, Right, may_for_group, offices_with
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol.words import Role

# What the head of the page leads to, and the right that it takes; None means everybody who is signed in.
_PLACES = (
    ("work", "My work", None),
    ("cases", "Cases", Right.LIST_CASES),
    ("reviews", "Reviews", Right.SEE_REVIEWS),
    ("learning:charts", "Learning", Right.SEE_LEARNING),
    ("huddle:list", "Huddle", Right.SEE_HUDDLE),
    ("summary:page", "Summary", Right.SEE_SUMMARY),
    ("offices", "Offices", Right.SEE_OFFICES),
    ("deliveries:list", "Deliveries", Right.SEE_DELIVERIES),
    ("connections:list", "Connections", Right.SEE_CONNECTIONS),
    ("setup:index", "Setting up", Right.SET_UP),
    ("handbook:index", "Handbook", None),
    ("audit:looks", "Access log", Right.SEE_ACCESS_LOG),
)

# Of those who belong to an office: whoever has many finds these under Learning.
_OF_AN_OFFICE = frozenset({"huddle:list"})


@dataclass(frozen=True)
class Place:
    url: str
    label: str
    here: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """For every template: `group`, `accent`, `revision`, `person`, `nav`, `leads`, `may_report`, `may_see_connections`,
    `demo` and `now`."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    known = directory()
    return {
        "group": known.group,
        "accent": known.accent,
        "revision": known.revision,
        "person": person,
        "nav": SimpleLazyObject(lambda: _nav(person, known, request.path)) if person else (),
        "leads": person is not None and _leads(person, known),
        "may_report": person is not None and bool(offices_with(person, Right.REPORT, known)),
        "may_see_connections": person is not None and bool(offices_with(person, Right.SEE_CONNECTIONS, known)),
        "demo": settings.CONFIGURATION.demo,
        "now": timezone.now(),
    }


def _leads(person: Person, known: Directory) -> bool:
    return any(Role.LEADER in roles for roles in known.own_roles_of(str(person.pk)).values())


def _nav(person: Person, known: Directory, path: str) -> list[Place]:
    return [
        Place(url=url, label=label, here=path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/")))
        for name, label, right in _PLACES
        if (right is None or _may(person, right, known))
        and (name not in _OF_AN_OFFICE or known.own_offices(str(person.pk)))
        for url in (reverse(name),)
    ]


def _may(person: Person, right: Right, known: Directory) -> bool:
    somewhere = right not in FOR_THE_GROUP and bool(offices_with(person, right, known))
    return somewhere or may_for_group(person, right, known)
