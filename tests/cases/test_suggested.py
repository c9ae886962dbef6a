"""Where causes are asked for, those that the account speaks for stand first, each with the words that do."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases.acting import CAUSE, SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases.models import CaseRow
from amends.practice.models import Person

ClientFor = Callable[[Person], Client]
WAITED = "Waited 50 minutes past the appointment in the lobby, and the bill was twice the estimate."


@pytest.fixture
def omar(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.omar)


def page_of(client: Client, row: CaseRow, more: str = "") -> str:
    answer = client.get(f"/cases/{row.number}{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def chips(page: str) -> list[str]:
    return re.findall(r'name="causes" value="(\w+)"', page)


@pytest.mark.parametrize("more", ["", "/act/addressed", "/act/causes"])
def test_likely_causes_stand_first_with_their_words_wherever_causes_are_asked_for(
    group: Cast, omar: Client, more: str
) -> None:
    row = does(group.omar, a_case(group, account=WAITED), SPOKE)
    page = page_of(omar, row, more)
    assert chips(page)[0] == "wait_in_office"
    assert "estimate_wrong" in chips(page)[1:3]
    assert len(chips(page)) == len(set(chips(page))) > 30
    first = re.search(r'chip-row suggested">(.*?)</div>', page, re.S)
    assert first
    assert len(re.findall(r"<label", first[1])) <= 3
    assert "“Waited" in first[1]
    assert "checked" not in first[1], "nothing is chosen without a person"


def test_one_tap_is_the_choice_and_the_same_field_as_any_other(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account=WAITED), SPOKE)
    first = chips(page_of(omar, row, "/act/causes"))[0]
    answer = omar.post(f"/cases/{row.number}/act/causes", {"causes": [first], "seen": ""})
    assert answer.status_code == 303
    assert CaseRow.system.get(pk=row.pk).causes == first


def test_what_the_case_has_already_is_not_suggested_again(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account=WAITED), SPOKE, CAUSE)
    page = page_of(omar, row, "/act/causes")
    assert "estimate_wrong" in chips(page)
    suggested = page.split('chip-row suggested">')[1].split("</div>")[0]
    assert chips(suggested)[0] == "wait_in_office"
    assert "estimate_wrong" not in chips(suggested)


def test_an_account_that_says_nothing_has_the_list_as_it_was(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account="Hm."), SPOKE)
    page = page_of(omar, row, "/act/causes")
    assert "suggested" not in page
    assert chips(page)[0] == "estimate_wrong"


def test_a_form_that_is_refused_keeps_what_was_tapped(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account=WAITED), SPOKE)
    answer = omar.post(f"/cases/{row.number}/act/addressed", {"causes": ["wait_in_office"], "seen": ""})
    assert answer.status_code == 422
    assert re.search(r'value="wait_in_office"[^>]*checked', answer.content.decode())
    answer = omar.post(f"/cases/{row.number}/act/causes", {"seen": ""})
    assert "Choose at least one cause." in answer.content.decode().split("chips")[1]


def test_words_of_an_account_are_shown_as_text(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account="<b>Waited</b> an hour <script>alert(1)</script> in the lobby"), SPOKE)
    page = page_of(omar, row, "/act/causes")
    assert "<script>alert" not in page
    assert "<b>Waited" not in page


def test_suggesting_asks_the_database_once(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group, account=WAITED), SPOKE)
    with CaptureQueriesContext(connection) as asked:
        page_of(omar, row)
    about = [query["sql"] for query in asked if "learning_" in query["sql"]]
    assert len(about) == 1, about
