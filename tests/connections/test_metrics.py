"""Figures for a collector and the sign of life for a balancer: who may read them, and that they name nobody."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings
from tests.cases.story import MARISOL, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Clock

from amends.deliveries import housekeeping, pulses
from amends.deliveries.models import Delivery, State

LINE = re.compile(r'(amends_[a-z_]+)(?:\{([a-z]+="[a-z_.]+"(?:,[a-z]+="[a-z_.]+")*)\})? (-?[0-9.e+]+|\+Inf)')


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def figures(client: Client) -> dict[tuple[str, str], float]:
    """name and labels → value, of a text in which every line is as the format has it."""
    answer = client.get("/metrics")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found, typed = {}, set()
    for line in answer.content.decode().splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("# HELP "):
            matched = LINE.fullmatch(line)
            assert matched, line
            assert matched[1] in typed
            found[matched[1], matched[2] or ""] = float(matched[3])
    return found


def test_the_figures_follow_what_is_there(group: Cast, client: Client, clock: Clock) -> None:
    nothing = figures(client)
    assert nothing["amends_cases_open", ""] == nothing["amends_cases_late", ""] == 0
    assert ("amends_audit_problems", "") not in nothing
    done = opened(group.maple, group.ana)
    opened(group.harbor, group.nick)
    Delivery.objects.filter(case=done.row, no=1).update(state=State.BY_HAND, why="It is so.")
    assert done.row.due_at
    clock.now = done.row.due_at + timedelta(seconds=40)
    housekeeping.sweep_up()
    housekeeping.audit_in_turn()
    clock.move(20)
    told = figures(client)
    assert told["amends_cases_open", ""] == told["amends_cases_late", ""] == 2
    assert told["amends_ticker_lag_seconds", ""] == 1860  # since the warning half an hour before
    assert told["amends_delivery_oldest_seconds", ""] > 60
    assert told["amends_deliveries", 'channel="open_dental.commlog",state="by_hand"'] == 1
    assert told["amends_deliveries", 'channel="open_dental.commlog",state="waiting"'] == 1
    assert told["amends_deliveries", 'channel="open_dental.task",state="waiting"'] == 2
    assert told["amends_audit_problems", ""] > 0
    assert told["amends_heartbeat_age_seconds", 'of="sweep"'] == 20
    assert told["amends_heartbeat_age_seconds", 'of="audit"'] == 20


def test_the_figures_name_nobody(group: Cast, client: Client) -> None:
    opened(group.maple, group.ana)
    text = client.get("/metrics").content.decode()
    names = {MARISOL.name, group.maple.name, "Maple", "UP-", *(person.name for person in group.people.values())}
    assert [name for name in names if name in text] == []


@pytest.mark.parametrize(
    ("said", "status"), [("", 403), ("Bearer wrong", 403), ("Bearer s3cret-é", 200), ("s3cret-é", 403)]
)
def test_with_a_token_nobody_reads_without_it(
    db: None, client: Client, settings: Settings, said: str, status: int
) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"metrics_token": "s3cret-é"})
    assert client.get("/metrics", headers={"Authorization": said}).status_code == status


@pytest.mark.parametrize(
    ("address", "behind_tls", "status"),
    [
        ("127.0.0.1", False, 200),
        ("::1", False, 200),
        ("127.0.0.1", True, 403),  # it may be anybody
        ("192.0.2.7", False, 403),
        ("", False, 403),
    ],
)
def test_without_a_token_only_this_machine_reads_and_only_with_nothing_in_front(
    db: None, client: Client, settings: Settings, address: str, behind_tls: bool, status: int
) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"behind_tls": behind_tls})
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_watchers_come_by_any_name_and_without_tls(db: None, client: Client, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(path, headers={"Host": "10.20.30.40:8000"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.get("/work", headers={"Host": "10.20.30.40:8000"}).status_code == 400
    assert client.post(path).status_code == 405


def test_the_sign_of_life_is_503_while_the_database_is_away(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("connection to server at db.internal failed")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_a_dead_mans_address_that_never_took_a_call_has_its_line(
    group: Cast, client: Client, clock: Clock, settings: Settings
) -> None:
    """An alarm on a line that is missing never sounds."""
    age = ("amends_heartbeat_age_seconds", 'of="dead_man"')
    assert age not in figures(client), "nobody waits for a call"
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"dead_man_url": "https://watch.example/abc"})
    assert figures(client)[age] == float("inf")
    pulses.end_turn("dead_man")
    clock.move(20)
    assert figures(client)[age] == 20
