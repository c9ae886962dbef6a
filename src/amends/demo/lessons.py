"""The lessons of the demo: drafted from its stories as a manager's form drafts them, and read by some."""

from datetime import datetime, timedelta
from itertools import islice

from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.demo.place import Place, places
from amends.demo.times import open_after
from amends.handbook.models import Page
from amends.learning.lessons import writing
from amends.learning.lessons.drafting import draft
from amends.learning.lessons.models import LessonVersion
from amends.learning.lessons.writing import Written
from amends.learning.models import Outcome, WatchedAction
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.words import Stage

_MAPLE = 1  # ClinicNum
_HOW_MANY = 2
_PAGES = {
    "front_desk_manner": "desk",
    "wait_in_office": "desk",
    "not_told_of_delay": "desk",
    "not_listened": "listening",
}
_AN_HOUR = 60
_LATER = timedelta(minutes=25)


def make_lessons(now: datetime) -> None:
    """Two of Maple Street, the older one read by most, and one of each fix that held."""
    here = {place.office.id: place for place in places(directory()).values()}
    maple = next(place for place in here.values() if place.office.ClinicNum == _MAPLE)
    closed = CaseRow.system.filter(office=int(maple.office.id), stage=Stage.CLOSED).order_by("-pk")
    made = list(islice(filter(None, (_lesson(row, None, maple, now) for row in closed)), _HOW_MANY))
    for version in made[1:]:
        _read(version, [maple.desk.id, *(actor.id for actor in maple.clinicians[:2])], now)
    for row in WatchedAction.objects.filter(outcome=Outcome.HELD).select_related("case").order_by("pk"):
        place = here[str(row.office_id)]
        if fix := _lesson(row.case, row.no, place, now):
            _read(fix, [place.desk.id], now)


def _lesson(row: CaseRow, action: int | None, place: Place, now: datetime) -> LessonVersion | None:
    happened, we_do = draft(row, action, current_policy())
    if not (happened and we_do):
        return None
    slugs = [_PAGES[cause] for cause in row.causes.split(",") if cause in _PAGES]
    page = Page.objects.filter(slug__in=slugs).first()
    by = Person.objects.get(pk=int(place.manager.id))
    at = min(open_after(place.office.calendar, row.changed_at, _AN_HOUR), now)
    return writing.begin(Written(happened, we_do, page), office=row.office_id, case=row, action=action, by=by, at=at)


def _read(version: LessonVersion, people: list[str], now: datetime) -> None:
    for person in Person.objects.filter(pk__in=[int(one) for one in people]):
        writing.note_read(version, person, at=min(version.at + _LATER, now))
