"""A database that refuses to write: a clear sentence, everything typed is kept, nothing is half written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from django.test import Client
from tests.cases.test_report import typed
from tests.conftest import Cast

from amends.cases.models import CaseRow, EventRow
from amends.practice.models import Person
from amends.web.middleware import ACTIVE_AT
from amends.web.sessions import SessionStore

ClientFor = Callable[[Person], Client]
STORY = "The bill was twice the <estimate> 😀."


@contextmanager
def full_disk() -> Iterator[None]:
    """Whatever would write is refused, as SQLite and PostgreSQL refuse it."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def ana(group: Cast, client_for: ClientFor) -> Client:
    client = client_for(group.ana)
    client.get("/handbook/")  # so that her session has noted the minute
    return client


def test_a_report_keeps_its_text_and_goes_through_once_there_is_room(group: Cast, ana: Client) -> None:
    with full_disk():
        answer = ana.post("/report", typed(group, account=STORY))
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "cannot save just now" in page
    assert "The bill was twice the &lt;estimate&gt; 😀." in page
    assert (CaseRow.system.count(), EventRow.objects.count()) == (0, 0)
    assert ana.post("/report", typed(group, account=STORY)).status_code == 303


def test_an_action_keeps_its_text_and_goes_through_once_there_is_room(
    group: Cast, ana: Client, client_for: ClientFor
) -> None:
    ana.post("/report", typed(group))
    row = CaseRow.system.get()
    omar = client_for(group.omar)
    fields = {"way": "phone", "note": STORY, "seen": str(row.version)}
    omar.get("/handbook/")
    with full_disk():
        answer = omar.post(f"/cases/{row.number}/act/conversation", fields)
    assert answer.status_code == 503
    assert "cannot save just now" in answer.content.decode()
    assert "The bill was twice the &lt;estimate&gt; 😀." in answer.content.decode()
    assert CaseRow.system.get().version == row.version
    assert omar.post(f"/cases/{row.number}/act/conversation", fields).status_code == 303


def test_the_minute_of_activity_is_remembered_when_it_cannot_be_written(group: Cast, ana: Client) -> None:
    session = ana.session
    session[ACTIVE_AT] -= 120
    session.save()
    with full_disk():
        assert ana.post("/report", typed(group, moment="")).status_code == 422
    assert ana.session[ACTIVE_AT] > session[ACTIVE_AT]


def test_a_session_that_was_ended_elsewhere_does_not_come_back(group: Cast, ana: Client) -> None:
    session = ana.session
    session[ACTIVE_AT] += 1
    ana.session.flush()
    with pytest.raises(UpdateError):
        session.save()
    assert SessionStore(session.session_key).get(ACTIVE_AT) is None


def test_todays_patients_are_not_shown_when_nobody_can_note_who_looked(group: Cast, ana: Client) -> None:
    with full_disk():
        answer = ana.get(f"/report/patients?office={group.maple.pk}")
    assert answer.status_code == 200
    assert "cannot write down who looks" in answer.content.decode()


def test_any_other_page_says_what_happened(group: Cast, ana: Client) -> None:
    ana.post("/report", typed(group))
    ana.raise_request_exception = False
    with full_disk():
        answer = ana.get(f"/cases/{CaseRow.system.get().number}")
    assert answer.status_code == 503
    assert "Amends cannot save just now" in answer.content.decode()
