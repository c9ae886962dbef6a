"""Read and understood: what a person still has to read, and who at which office has read a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from amends import clock
from amends.access import Right, may, scope
from amends.handbook.models import Audience, Page, Reading
from amends.handbook.shelf import Shown, shown_pages
from amends.practice.directory import Directory, PersonEntry, directory
from amends.practice.models import Person
from amends.protocol.words import Role

_MANAGERS = frozenset({Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER})


@dataclass(frozen=True)
class Place:
    """The people of one office, or those who belong to none, as far as it is for them."""

    name: str
    read: tuple[tuple[PersonEntry, datetime], ...]
    missing: tuple[PersonEntry, ...]


def is_for(shown: Shown, person: str, known: Directory) -> bool:
    """Whether this person is asked to read the page."""
    match shown.page.audience:
        case Audience.EVERYBODY:
            return bool(known.posts_of(person)) or bool(known.group_roles_of(person))
        case Audience.MANAGERS:
            roles = {role for held in known.own_roles_of(person).values() for role in held}
            return not _MANAGERS.isdisjoint(roles | known.group_roles_of(person))
        case _:
            return False


def to_read(person: Person) -> list[Shown]:
    """The pages whose version of now this person is asked to read and has not read, in the handbook's order."""
    known = directory()
    mine = [shown for shown in shown_pages() if is_for(shown, str(person.pk), known)]
    done = set(Reading.objects.filter(person=person).values_list("page_id", "version"))
    return [shown for shown in mine if (shown.page.pk, shown.version) not in done]


def read_at(shown: Shown, person: Person) -> datetime | None:
    """When the person said that they have read this version."""
    row = Reading.objects.filter(page=shown.page, version=shown.version, person=person).first()
    return row.at if row else None


def note_read(shown: Shown, person: Person) -> None:
    """The person has read and understood the version of now. Saying it again changes nothing."""
    Reading.objects.get_or_create(page=shown.page, version=shown.version, person=person, defaults={"at": clock.now()})


def places(shown: Shown, viewer: Person) -> list[Place]:
    """Who has read the version of now and who is missing, at each office where the viewer may see it.

    Whoever sees the whole group also sees those who belong to no single office.
    """
    known, offices = directory(), scope(viewer, Right.SEE_READERS)
    when = {str(row.person_id): row.at for row in shown.page.readings.filter(version=shown.version)}
    at = {
        office: [one for one in people if is_for(shown, one.id, known)] for office, people in by_office(known).items()
    }
    found = [place_of(office.name, at.get(office.id, []), when) for office in known.offices.values()
             if office.is_active and (offices is None or office.id in offices)]  # fmt: skip
    if offices is None:
        found.append(place_of("Regions and group", at.get(None, []), when))
    return [place for place in found if place.read or place.missing]


def readings_of(page: Page, version: str, viewer: Person) -> list[Reading]:
    """Who said, and when, that they have read this version, of the people of the offices where the viewer may see it.

    Whoever sees the whole group also sees those who have left.
    """
    rows = page.readings.filter(version=version).select_related("person").order_by("person__name", "pk")
    offices = scope(viewer, Right.SEE_READERS)
    if offices is None:
        return list(rows)
    theirs = {post.person for post in directory().posts if post.office in offices}
    return [row for row in rows if str(row.person_id) in theirs]


def versions_read(page: Page, viewer: Person) -> set[str]:
    """The versions of which somebody said so, for a viewer who may see who did."""
    if not (page.is_shown and may(viewer, Right.SEE_READERS)):
        return set()
    return set(page.readings.values_list("version", flat=True))


def by_office(known: Directory) -> dict[str | None, list[PersonEntry]]:
    """office → who has a post there; None for the posts of a region or the group. Everybody stands once."""
    found: dict[str | None, list[PersonEntry]] = {}
    at_an_office = {post.person for post in known.posts if post.office}
    for post in known.posts:
        people, person = found.setdefault(post.office, []), known.people[post.person]
        belongs = post.office or post.person not in at_an_office
        if belongs and person.is_active and person not in people:
            people.append(person)
    return found


def place_of(name: str, asked: Iterable[PersonEntry], when: Mapping[str, datetime]) -> Place:
    """Those who are asked there, by whether they have read it; `when` (aware) is by the person's number."""
    in_order = sorted(asked, key=lambda one: one.name)
    read = tuple((one, when[one.id]) for one in in_order if one.id in when)
    return Place(name, read, tuple(one for one in in_order if one.id not in when))
