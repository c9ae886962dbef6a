"""The way from Slack to the Report page."""

from django.urls import reverse

from amends.cases.report import offices_to_report_at
from amends.practice.models import Person


def report_page(person: Person) -> str:
    """Its address, with the office filled in for whoever has one; of several the page asks which it is."""
    offices = offices_to_report_at(person)
    return f"{reverse('report')}?office={offices[0].id if len(offices) == 1 else ''}"
