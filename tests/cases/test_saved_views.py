"""Saved views: one's own filters under a name; never the words that were looked for, never somebody else's."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.acting import a_case
from tests.conftest import Cast

from amends.cases.models import SavedView
from amends.cases.saved_views import filters_in
from amends.practice.models import Person
from amends.protocol.words import Severity

ClientFor = Callable[[Person], Client]


@pytest.fixture
def lee(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.lee)


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/cases{query}")
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page.split("<main")[1]


def save(client: Client, name: str, filters: str) -> str:
    """What the person is told after saving."""
    answer = client.post("/cases/views", {"name": name, "filters": filters}, follow=True)
    assert answer.redirect_chain[0][1] == 303
    page: str = answer.content.decode()
    return page


def test_a_view_brings_back_its_list_and_says_that_it_is_shown(group: Cast, lee: Client) -> None:
    a_case(group)
    severe = a_case(group, severity=Severity.SEVERE)
    assert "Your views" not in page_of(lee)
    assert "Save these filters as a view" in page_of(lee, "?severity=severe")
    assert "Severe ones" in save(lee, "Severe ones", "severity=severe")
    everything = page_of(lee)
    assert '<a href="/cases?severity=severe">Severe ones</a>' in everything
    assert '<a href="/cases" aria-current="page">All cases</a>' in everything
    shown = page_of(lee, "?severity=severe")
    assert '<a href="/cases?severity=severe" aria-current="page">Severe ones</a>' in shown
    assert shown.count('data-label="Case"') == 1
    assert severe.number in shown
    assert "Save these filters as a view" not in shown


def test_the_form_of_the_page_brings_back_the_same_view(group: Cast, lee: Client) -> None:
    """A browser sends every field of the form, empty ones too, and in the order of the page."""
    save(lee, "Late at Maple", f"office={group.maple.pk}&late=1")
    sent = urlencode({"q": "", "late": "1", "stage": "", "office": group.maple.pk, "since": ""})
    assert 'aria-current="page">Late at Maple</a>' in page_of(lee, f"?{sent}")


def test_views_are_ones_own(group: Cast, lee: Client, client_for: ClientFor) -> None:
    save(lee, "Severe ones", "severity=severe")
    view, omar = SavedView.objects.get(), client_for(group.omar)
    assert str(view) == "Severe ones"
    assert "Severe ones" not in page_of(omar)
    assert omar.post(f"/cases/views/{view.pk}/remove").status_code == 404
    assert "is no view of yours any more" in lee.post(f"/cases/views/{view.pk}/remove", follow=True).content.decode()
    assert not SavedView.objects.exists()


def test_the_same_name_again_replaces_the_view(group: Cast, lee: Client) -> None:
    save(lee, "Mine", "mine=1")
    save(lee, " Mine ", "mine=1&late=1")
    assert [(view.name, view.filters) for view in SavedView.objects.all()] == [("Mine", "late=1&mine=1")]


def test_a_place_for_twenty(group: Cast, lee: Client) -> None:
    for number in range(20):
        save(lee, f"View {number}", "late=1")
    assert "Remove one first" in save(lee, "One more", "mine=1")
    assert "Saved" in save(lee, "View 3", "mine=1")
    assert SavedView.objects.count() == 20


@pytest.mark.parametrize("sent", [{"name": "", "filters": "late=1"}, {"name": "x" * 61, "filters": "late=1"},
                                  {"name": "All", "filters": "q=Morales"}, {"name": "All"},
                                  {"name": "Long", "filters": "office=" + "é" * 200}])  # fmt: skip
def test_what_is_no_view_is_not_saved(group: Cast, lee: Client, sent: dict[str, str]) -> None:
    assert "Not saved" in lee.post("/cases/views", sent, follow=True).content.decode()
    assert not SavedView.objects.exists()


def test_words_looked_for_are_never_kept(group: Cast, lee: Client) -> None:
    save(lee, "Theirs", "q=Jennifer+Morales&late=1")
    assert SavedView.objects.get().filters == "late=1"


@given(st.dictionaries(st.sampled_from(["q", "late", "kind", "stage", "next", "csv", "office"]), st.text(max_size=9)))
def test_filters_are_read_as_they_were_written(asked: dict[str, str]) -> None:
    kept = filters_in(QueryDict(urlencode(asked)))
    assert filters_in(QueryDict(kept)) == kept
    assert QueryDict(kept).dict() == {
        name: said for name, said in asked.items() if said and name not in ("q", "next", "csv")
    }
