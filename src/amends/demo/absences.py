"""Who of the fictional group is away: an office that a neighbor covers today, and one that has nobody next."""

from datetime import datetime, timedelta

from amends.demo import staff
from amends.practice.away import said
from amends.practice.cover import midnight
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Absence, Person
from amends.protocol.hours import next_opening

_A_DAY = timedelta(days=1)
_AWAY, _COVER = "Henrik Dahl", "Priya Raman"  # Old Mill, Cedar Grove: both in Rita's region
_AWAY_NEXT, _THEIR_OFFICE = "Grace Okoro", "Harbor View"
_USUAL = ("Omar Haddad", "Ruth Bellamy")


def make_absences(now: datetime) -> None:
    """Says so once; again when the demo is started after those days are over."""
    if Absence.objects.filter(ends__gt=now).exists():
        return
    rita, away, cover = (_person(name) for name in (staff.REGIONS[0][2], _AWAY, _COVER))
    office = next(entry for entry in directory().offices.values() if entry.name == _THEIR_OFFICE)
    today = midnight(now.astimezone(office.zone).date(), office.zone)
    said.say_away(away, today, today + 5 * _A_DAY, cover=cover, by=away, now=now)
    begins = _next_open_day(office, now)
    said.say_away(_person(_AWAY_NEXT), begins, begins + _A_DAY, cover=None, by=rita, now=now)
    said.keep_routine(_person(_USUAL[0]), (), cover=_person(_USUAL[1]), now=now)


def _next_open_day(office: OfficeEntry, now: datetime) -> datetime:
    """The beginning of the first open date after today."""
    tomorrow = midnight(now.astimezone(office.zone).date() + _A_DAY, office.zone)
    return midnight(next_opening(office.calendar, tomorrow).date(), office.zone)


def _person(name: str) -> Person:
    return Person.objects.get(email=staff.email_of(name))
