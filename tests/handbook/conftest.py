"""Pages, cases and people's words for the tests of the handbook."""

from collections.abc import Callable

import pytest
from tests.conftest import Cast

from amends.cases import actions
from amends.handbook.models import Page, PageVersion
from amends.practice.models import Office, Person
from amends.protocol import commands as c
from amends.protocol.values import Actor
from amends.protocol.words import Moment, PatientStatus, Role


@pytest.fixture
def desk(group: Cast) -> Page:
    """The page "What to say at the desk", as it came with Amends."""
    return Page.objects.get(slug="desk")


@pytest.fixture
def case_at(group: Cast) -> Callable[[Office, Person], str]:
    """Reports an upset patient at an office, and gives the number of the case."""

    def reported(office: Office, by: Person) -> str:
        command = c.Report(
            office=str(office.pk),
            account="She was told one price and billed another.",
            moment=Moment.CHECKOUT,
            patient_status=PatientStatus.UNKNOWN,
        )
        return actions.perform(command=command, by=Actor(str(by.pk), by.name, Role.TEAM)).number

    return reported


def typed(version: PageVersion, **changed: object) -> dict[str, object]:
    """What the editor's form sends, begun from that version."""
    return {"seen": version.pk, "title": version.title, "text": version.text, "why": "", "cases": "", **changed}


def newest(page: Page) -> PageVersion:
    found = page.versions.order_by("-pk").first()
    assert found is not None
    return found
