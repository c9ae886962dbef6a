"""The privacy officer sees what was public and how long, how many days of the sixty are left, and ends each."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.conftest import Cast

from amends.audit.models import Incident, no_longer_public, open_incident
from amends.practice.models import Person

SignIn = Callable[[Person], Client]


@pytest.fixture
def opens(group: Cast) -> Callable[..., Incident]:
    """An incident of Maple Street, found now; public for an hour and a half."""

    def make(**changes: Any) -> Incident:
        now = timezone.now()
        usual: dict[str, Any] = {
            "by": group.omar,
            "office": group.maple.pk,
            "what": "It confirms a visit.",
            "where": "Google",
            "shown": "Thank you for visiting us!",
            "public_since": now - timedelta(minutes=90),
            "case": "UP-1001",
            "about": "reply 12",
            "at": now,
        }
        ended = changes.pop("ended", True)
        made = open_incident(**(usual | changes))
        if ended:
            no_longer_public(made.about, at=now)
        return made

    return make


def shown(client: Client, address: str = "/privacy/incidents") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_open_incident_with_its_clock(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    opens()
    pia = client_for(group.pia)
    told = shown(pia)
    assert "due in 59 days" in told
    assert "Public for 1 h 30 min" in told
    assert "Google, Maple Street" in told
    assert "Omar Haddad" in told
    assert "Thank you for visiting us!" in told
    assert "1 privacy incident waits for you." in shown(pia, "/privacy/")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=20), "20 min"),
        (timedelta(days=1, hours=2), "1 day "),
        (timedelta(days=3), "3 days"),
    ],
)
def test_how_long_it_was_public(
    group: Cast, client_for: SignIn, opens: Callable[..., Incident], span: timedelta, words: str
) -> None:
    opens(public_since=timezone.now() - span)
    assert f"Public for {words}" in shown(client_for(group.pia))


def test_what_may_still_be_read_says_so(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    opens(ended=False)
    told = shown(client_for(group.pia))
    assert "at the earliest until now) It may still be read." in told


def test_what_was_never_public_says_so(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    opens(public_since=None, office=999, case="")
    assert "It was never public." in shown(client_for(group.pia))


def test_sixty_days_that_are_over_are_late(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    opens(at=timezone.now() - timedelta(days=62))
    assert "late by 3 days" in shown(client_for(group.pia)) or "late by 2 days" in shown(client_for(group.pia))


def test_it_ends_with_what_was_decided(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    incident, pia = opens(), client_for(group.pia)
    address = f"/privacy/incidents/{incident.pk}/close"
    refused = pia.post(address, {f"{incident.pk}-disposition": " "})
    assert refused.status_code == 422
    assert "Write what was decided" in refused.content.decode()
    assert pia.post(address, {f"{incident.pk}-disposition": "A letter was sent."}).status_code == 303
    told = shown(pia)
    assert "A letter was sent." in told
    assert "Pia Sorensen" in told
    assert "No incident waits for you." in told
    assert "waits for you" not in shown(pia, "/privacy/")


def test_nobody_else_sees_or_ends_one(group: Cast, client_for: SignIn, opens: Callable[..., Incident]) -> None:
    incident = opens()
    address = f"/privacy/incidents/{incident.pk}/close"
    sent = {f"{incident.pk}-disposition": "Nothing."}
    for name in ("ana", "omar", "rita", "lee", "alex"):
        client = client_for(group.people[name])
        assert client.get("/privacy/incidents").status_code == 404
        assert client.post(address, sent).status_code == 404
    incident.refresh_from_db()
    assert incident.closed_at is None
    assert client_for(group.pia).post("/privacy/incidents/999/close", sent).status_code == 404
    assert client_for(group.pia).post(address, sent).status_code == 303
