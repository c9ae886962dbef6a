"""Every change of a lesson: a first version, a further one, its end. No version is changed: people have read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amends import clock
from amends.cases.models import CaseRow
from amends.handbook.models import Page
from amends.learning.lessons.models import Lesson, LessonReading, LessonVersion
from amends.practice.models import Person


class MovedError(Exception):
    """Somebody wrote another version since, or withdrew the lesson; `newest` is what it says now."""

    def __init__(self, newest: LessonVersion) -> None:
        super().__init__(newest)
        self.newest = newest


@dataclass(frozen=True)
class Written:
    """What a lesson says. `page` is where in the handbook it belongs, if anywhere."""

    happened: str
    we_do: str
    page: Page | None = None

    def is_in(self, version: LessonVersion) -> bool:
        return (self.happened, self.we_do, self.page) == (version.happened, version.we_do, version.page)


@transaction.atomic
def begin(
    written: Written, *, office: int, case: CaseRow, action: int | None, by: Person, at: datetime | None = None
) -> LessonVersion:
    """A new lesson of that office. The same once more adds nothing, so a button pressed twice does one thing."""
    for lesson in Lesson.objects.filter(office=office, case=case, action=action, withdrawn_at=None):
        newest = newest_of(lesson)
        if newest.by == by and written.is_in(newest):
            return newest
    return _add(Lesson.objects.create(office_id=office, case=case, action=action), 1, written, by, at)


@transaction.atomic
def write(lesson: Lesson, written: Written, *, seen: int, by: Person) -> LessonVersion:
    """A further version; `seen` is the number of the one that the writer began from. The same text adds none.

    Raises `MovedError`, and writes nothing, where somebody else wrote another since.
    """
    now = Lesson.objects.select_for_update().get(pk=lesson.pk)
    newest = newest_of(now)
    if written.is_in(newest) and not now.withdrawn_at:
        return newest
    if newest.no != seen or now.withdrawn_at:
        raise MovedError(newest)
    return _add(now, newest.no + 1, written, by, None)


def withdraw(lesson: Lesson, *, by: Person) -> None:
    """Takes the lesson out of the huddle and keeps all of it. Saying it again changes nothing."""
    Lesson.objects.filter(pk=lesson.pk, withdrawn_at=None).update(withdrawn_at=clock.now(), withdrawn_by=by)


def note_read(version: LessonVersion, person: Person, at: datetime | None = None) -> None:
    """The person has read this version. Saying it again changes nothing."""
    LessonReading.objects.get_or_create(version=version, person=person, defaults={"at": at or clock.now()})


def newest_of(lesson: Lesson) -> LessonVersion:
    """What the lesson says now."""
    return lesson.versions.select_related("by", "page", "lesson").latest("no")


def _add(lesson: Lesson, no: int, written: Written, by: Person, at: datetime | None) -> LessonVersion:
    version = LessonVersion.objects.create(
        lesson=lesson,
        no=no,
        happened=written.happened,
        we_do=written.we_do,
        page=written.page,
        by=by,
        at=at or clock.now(),
    )
    note_read(version, by, version.at)  # whoever wrote it knows what it says
    return version
