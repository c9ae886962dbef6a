"""The huddle list of an office: its lessons as they read now, which of them a person has not read, and who has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from amends.handbook.readers import Place, by_office, place_of
from amends.handbook.shelf import shown_pages
from amends.learning.lessons.models import LessonReading, LessonVersion
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person

HUDDLE = 30  # lessons that an office's list shows and asks to read, the newest first; older ones have been talked about


@dataclass(frozen=True)
class Card:
    """One lesson as it reads now. `read_at` is None while this person has not read it, `page_title` "" without a page;
    `read` and `missing` count the people of the office."""

    version: LessonVersion
    office: OfficeEntry
    page_title: str
    read_at: datetime | None
    read: int
    missing: int


def newest(office: str) -> QuerySet[LessonVersion]:
    """What the lessons of this office say now, the newest first; withdrawn ones are not among them."""
    later = LessonVersion.objects.filter(lesson=OuterRef("lesson"), no__gt=OuterRef("no"))
    rows = LessonVersion.objects.filter(~Exists(later), lesson__office=int(office), lesson__withdrawn_at=None)
    return rows.select_related("lesson", "by", "page").order_by("-at", "-pk")


def cards(versions: Sequence[LessonVersion], reader: Person) -> list[Card]:
    """These versions as the reader sees them."""
    known, people = directory(), by_office(directory())
    titles = {shown.page.pk: shown.title for shown in shown_pages()}
    when = {(row.version_id, row.person_id): row.at for row in LessonReading.objects.filter(version__in=versions)}
    found = []
    for version in versions:
        office = known.offices[str(version.lesson.office_id)]
        asked = people.get(office.id, [])
        read = sum((version.pk, int(one.id)) in when for one in asked)
        read_at = when.get((version.pk, reader.pk))
        title = titles.get(version.page_id, "") if version.page_id else ""
        found.append(Card(version, office, title, read_at, read, len(asked) - read))
    return found


def unread(person: Person) -> int:
    """How many lessons of their own offices' huddles the person has not read."""
    count = 0
    for office in directory().own_offices(str(person.pk)):
        asked = list(newest(office).values_list("pk", flat=True)[:HUDDLE])
        count += len(asked) - LessonReading.objects.filter(version__in=asked, person=person).count()
    return count


def readers(version: LessonVersion) -> Place:
    """Who of its office has read this version, and who is missing."""
    known = directory()
    office = known.offices[str(version.lesson.office_id)]
    when = {str(row.person_id): row.at for row in version.readings.all()}
    return place_of(office.name, by_office(known).get(office.id, []), when)
