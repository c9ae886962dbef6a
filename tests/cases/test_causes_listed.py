"""Where causes are listed on a case, it says who recorded each and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases.models import CaseRow
from amends.practice.models import Person
from amends.protocol import commands as c

ClientFor = Callable[[Person], Client]
THURSDAY = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def two_causes(group: Cast) -> CaseRow:
    """Omar recorded the one, Ruth the other an hour later, and the first once more."""
    with time_machine.travel(THURSDAY, tick=False):
        row = does(group.omar, a_case(group), SPOKE, CAUSE, PUT_RIGHT)
        both = c.RecordCauses(causes=("estimate_wrong", "privacy"), note="Both.")
        return does(group.ruth, row, both, at=THURSDAY + HOUR)


def listed(text: str) -> list[str]:
    """The causes of the first list on the page, with who and when."""
    from_list = text.partition('<ul class="earlier"><li>')[2].partition("</ul>")[0]
    return [" ".join(part.split()) for part in _plain(from_list).split("|") if part.strip()]


def _plain(html: str) -> str:
    parts = html.replace("</li>", "|").split("<")
    return parts[0] + "".join(part.partition(">")[2] for part in parts[1:])


def test_rail_and_form_say_who_recorded_each_cause_and_when(
    group: Cast, two_causes: CaseRow, client_for: ClientFor
) -> None:
    omar = client_for(group.omar)
    for address in (reverse("case", args=[two_causes.number]), reverse("case_act", args=[two_causes.number, "causes"])):
        first, second = listed(omar.get(address).content.decode())
        assert first.startswith("Estimate differed from the bill Omar Haddad, ")
        assert "1:00 pm" in first
        assert "Ruth Bellamy, " in second
        assert "2:00 pm" in second
    form = omar.get(reverse("case_act", args=[two_causes.number, "causes"])).content.decode()
    assert "<h1>What got in the way?</h1>" in form


def test_the_form_that_takes_one_back_says_so_too(group: Cast, two_causes: CaseRow, client_for: ClientFor) -> None:
    address = reverse("case_act", args=[two_causes.number, "causes_back"])
    form = client_for(group.omar).get(address).content.decode()
    assert "Estimate differed from the bill (Omar Haddad, " in form
    assert "(Ruth Bellamy, " in form


def test_what_is_recorded_again_after_it_was_taken_back_is_whose_who_recorded_it_then(
    group: Cast, two_causes: CaseRow, client_for: ClientFor
) -> None:
    with time_machine.travel(THURSDAY + 2 * HOUR, tick=False):
        does(group.omar, two_causes, c.TakeBackCauses(causes=("estimate_wrong",), why="The wrong one."))
        does(group.ruth, two_causes, CAUSE)
    page = client_for(group.omar).get(reverse("case", args=[two_causes.number])).content.decode()
    assert "Omar" not in " ".join(listed(page))


def test_without_a_cause_nothing_is_listed(group: Cast, client_for: ClientFor) -> None:
    row = does(group.omar, a_case(group), SPOKE)
    form = client_for(group.omar).get(reverse("case_act", args=[row.number, "causes"])).content.decode()
    assert "Recorded so far" not in form
