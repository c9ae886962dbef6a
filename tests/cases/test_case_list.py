"""The list of cases: scope first, then filters; and a file that no spreadsheet computes."""

import csv
import html
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.cases.acting import a_case, closed
from tests.conftest import Cast

from amends.audit.models import Look
from amends.cases import queries
from amends.cases.case_list import cell
from amends.practice.models import Office, Person
from amends.protocol.words import PatientStatus, Severity

ClientFor = Callable[[Person], Client]


@pytest.fixture
def omar(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.omar)


@pytest.fixture
def lee(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.lee)


def listed(client: Client, query: str = "") -> str:
    answer = client.get(f"/cases{query}")
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page.split("<main")[1]


@pytest.mark.parametrize("name", ["ana", "nick", "alex"])
def test_who_may_not_list_cases_finds_no_page(group: Cast, client_for: ClientFor, name: str) -> None:
    assert client_for(group.people[name]).get("/cases").status_code == 404


def test_a_manager_sees_the_cases_of_their_offices_and_leaders_all(group: Cast, omar: Client, lee: Client) -> None:
    here, there = a_case(group), a_case(group, by=group.nick, office=group.harbor)
    assert here.number in listed(omar)
    assert there.number not in listed(omar)
    assert there.number not in listed(omar, f"?office={group.harbor.pk}")
    page = listed(lee)
    assert page.index(there.number) < page.index(here.number)
    assert "Harbor View" in page


def test_filters_of_the_address_narrow_the_list_and_stay_chosen(group: Cast, lee: Client) -> None:
    a_case(group)
    severe = a_case(group, severity=Severity.SEVERE)
    there = a_case(group, by=group.nick, office=group.harbor, ago=timedelta(days=9))
    page = listed(lee, "?severity=severe")
    assert severe.number in page
    assert page.count('data-label="Case"') == 1
    assert '<option value="severe" selected>' in page
    for query in (f"?office={group.harbor.pk}", f"?region={group.harbor.region_id}", "?late=1", "?kind=billing&late=1"):
        page = listed(lee, query)
        assert there.number in page
        assert page.count('data-label="Case"') == 1
    assert there.number in listed(lee, "?mine=1")  # nobody else answers for Harbor View
    assert "No case fits." in listed(lee, "?mine=1&stage=closed")


def test_filters_that_make_no_sense_are_no_filters(group: Cast, lee: Client) -> None:
    row = a_case(group)
    query = "?office=999&region=x&stage=nonsense&kind=nonsense&severity=&source=9&before=zero"
    assert row.number in listed(lee, query)
    assert row.number in listed(lee, f"?before={'9' * 40}")


def test_an_exact_number_goes_straight_to_its_case(group: Cast, omar: Client) -> None:
    row, there = a_case(group), a_case(group, by=group.nick, office=group.harbor)
    assert omar.get(f"/cases?q={row.number.lower()}").headers["Location"].lower() == f"/cases/{row.number.lower()}"
    assert omar.get(f"/cases?q={row.number.removeprefix('UP-')}").status_code == 302
    assert "No case fits." in listed(omar, f"?q={there.number}")
    assert "No case fits." in listed(omar, "?q=UP-9999")


def test_words_of_the_story_and_beginnings_of_names_are_found(group: Cast, omar: Client) -> None:
    row = a_case(group, account="A parrot bit her.")
    a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN)
    for words in ("parrot", "quill", "PARROTS", "parrot\x00"):
        page = listed(omar, f"?q={words}")
        assert row.number in page
        assert page.count('data-label="Case"') == 1


def test_older_and_newest_keep_the_filters(group: Cast, lee: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    old, new = a_case(group), a_case(group)
    page = listed(lee, "?severity=upset&stage=")
    assert new.number in page
    assert f'href="?severity=upset&amp;before={new.pk}"' in page
    page = listed(lee, f"?severity=upset&before={new.pk}")
    assert old.number in page
    assert 'href="?severity=upset" rel="first"' in page


def test_a_page_that_stopped_looking_says_so(group: Cast, lee: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOW", 1)
    a_case(group, kinds=("pain",))
    a_case(group)
    page = listed(lee, "?kind=pain")
    assert "Nothing here among the newest cases" in page
    assert 'rel="next"' in page


def test_an_empty_list_teaches(group: Cast, lee: Client) -> None:
    assert "There are no cases yet." in listed(lee)


def test_the_file_holds_the_filtered_list_without_stories_or_names(
    group: Cast, lee: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    Office.objects.filter(pk=group.harbor.pk).update(name="=HYPERLINK(1)")
    group.harbor.refresh_from_db()
    group.harbor.save()
    late = a_case(group, ago=timedelta(days=9), severity=Severity.SEVERE)
    done = closed(group, severity=Severity.SEVERE)
    odd = a_case(group, by=group.nick, office=group.harbor, severity=Severity.SEVERE)
    a_case(group)
    answer = lee.get("/cases?severity=severe&csv=1")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streaming response
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Case"] for row in rows] == [odd.number, done.number, late.number]
    assert rows[0]["Office"] == "'=HYPERLINK(1)"
    assert (rows[1]["Causes"], rows[1]["Due"], rows[1]["Late"]) == ("Estimate differed from the bill", "", "")
    assert (rows[2]["Late"], rows[2]["Owner"]) == ("late", "Omar Haddad")
    assert "Quillfeather" not in text
    assert "estimate." not in text
    assert [look.what for look in Look.objects.all()] == ["export"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(f"x{text}") == f"x{text}"


def test_a_cause_that_does_not_exist_is_passed_over_in_the_menu_too(group: Cast, lee: Client) -> None:
    page = listed(lee, "?cause=wait_in_office,no_such_cause")
    assert '<option value="wait_in_office" selected>' in page


def test_the_list_asks_whether_something_moved_and_gets_only_what_did(group: Cast, lee: Client) -> None:
    first = a_case(group, severity=Severity.SEVERE)
    page = lee.get("/cases?severity=severe&q=").content.decode()
    again = html.unescape(page.split('id="cases-again" hidden hx-get="')[1].split('"')[0])
    by_htmx = {"HX-Request": "true"}
    assert lee.get(again, headers=by_htmx).status_code == 204
    other, second = a_case(group), a_case(group, severity=Severity.SEVERE)
    answer = lee.get(again, headers=by_htmx)
    part = answer.content.decode()
    assert "<h1>" not in part
    assert [number in part for number in (first.number, second.number, other.number)] == [True, True, False]
    assert lee.get(f"/cases?q={first.number}&v=0", headers=by_htmx).status_code == 200
