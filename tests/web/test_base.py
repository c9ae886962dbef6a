"""The page around every page, and the pages for when something went wrong."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from amends.urls import urlpatterns as real


def broken(request: HttpRequest) -> HttpResponse:
    raise {"400": SuspiciousOperation, "403": PermissionDenied}.get(request.GET["as"], RuntimeError)("secret words")


class Breaking:
    """The site with one address more, which breaks as it is told."""

    urlpatterns = [path("broken", broken), *real]


def nav(answer) -> list[str]:
    inside = answer.content.decode().partition('<nav aria-label="Main">')[2].partition("</nav>")[0]
    return re.findall(r">([^<]+)</a>", inside)


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("ana", ["My work", "Huddle", "Handbook"]),
        ("omar", ["My work", "Cases", "Reviews", "Learning", "Huddle", "Deliveries", "Handbook"]),
        ("rita", ["My work", "Cases", "Reviews", "Learning", "Summary", "Offices", "Deliveries", "Handbook"]),
        ("lee", ["My work", "Cases", "Reviews", "Learning", "Summary", "Offices", "Deliveries", "Handbook"]),
        ("pia", ["My work", "Cases", "Reviews", "Handbook", "Access log"]),
        ("alex", ["My work", "Offices", "Deliveries", "Connections", "Setting up", "Handbook"]),
    ],
)
def test_the_head_leads_only_to_what_the_person_may_open(group, client_for, name, places):
    assert nav(client_for(group.people[name]).get("/handbook/")) == places


@pytest.mark.parametrize(("name", "may"), [("ana", True), ("lee", True), ("pia", False), ("alex", False)])
def test_report_is_offered_to_whom_may_report(group, client_for, name, may):
    assert ('id="new-report"' in client_for(group.people[name]).get("/handbook/").content.decode()) is may


def test_the_place_where_one_is_says_so(group, client_for):
    page = client_for(group.ana).get("/handbook/desk").content.decode()
    assert re.search(r'aria-current="page">Handbook<', page)
    assert page.count("aria-current") == 1


def test_a_stranger_sees_no_places(group, client):
    page = client.get("/sign-in").content.decode()
    assert "<nav" not in page
    assert "data-person" not in page


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(group, client_for):
    page = client_for(group.ana).get("/handbook/protocol").content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize(
    ("code", "words"), [("400", "could not be read"), ("403", "not for your role"), ("500", "broke")]
)
def test_a_page_for_what_went_wrong_says_what_happened_what_was_kept_and_what_next(group, settings, code, words):
    settings.ROOT_URLCONF = Breaking
    client = Client(raise_request_exception=False)
    client.force_login(group.ana)
    answer = client.get("/broken", {"as": code})
    page = answer.content.decode()
    assert answer.status_code == int(code)
    for part in (words, "What happened:", "What was kept:", "What next:"):
        assert part in page
    assert "secret words" not in page


def test_a_page_that_is_not_there_looks_like_one_that_is_not_yours(group, client_for):
    answer = client_for(group.ana).get("/nowhere")
    assert answer.status_code == 404
    assert "belongs to an office that is not yours" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words(group):
    client = Client(enforce_csrf_checks=True)
    client.force_login(group.ana)
    answer = client.post("/sign-out")
    assert answer.status_code == 403
    assert "too old to send" in answer.content.decode()


def test_too_many_tries_have_a_page(group, client):
    for _ in range(31):
        answer = client.post("/sign-in", {"login": group.ana.email, "password": "a wrong password"})
    assert answer.status_code == 429
    assert "Too many tries for now" in answer.content.decode()
