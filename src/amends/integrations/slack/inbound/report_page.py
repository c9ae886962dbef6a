"""The way from Slack to the Report page."""

from django.urls import reverse

from amends.access import Right, offices_with
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person


def offices_of(person: Person) -> list[OfficeEntry]:
    """The active offices at which the person may report, by name."""
    known = directory()
    mine = offices_with(person, Right.REPORT, known)
    return [office for office in known.offices.values() if office.id in mine and office.is_active]


def report_page(person: Person) -> str:
    """Its address, with the office filled in for whoever has one; of several the page asks which it is."""
    offices = offices_of(person)
    return f"{reverse('report')}?office={offices[0].id if len(offices) == 1 else ''}"
