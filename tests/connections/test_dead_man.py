"""The call that somebody outside waits for: only while all is well, once for the whole group, and never in the way."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs
from tests.cases.story import opened
from tests.conftest import Cast
from tests.connections.says import by_key
from tests.deliveries.other_side import Clock
from tests.integrations.servers import Says, StubServer

from amends.connections.checks import Check, State
from amends.connections.dead_man import say_that_all_is_well
from amends.connections.neighbors import deliveries
from amends.deliveries import housekeeping, pulses


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def watcher(settings: Settings) -> Iterator[StubServer]:
    """Whoever waits for the call."""
    with StubServer() as server:
        server.on("GET", "ping/abc", {"ok": True})
        url = f"{server.url}/ping/abc?from=us"
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"dead_man_url": url})
        yield server


def check() -> Check:
    """What `amends doctor` and Connections say of the address."""
    return by_key(deliveries.look(timezone.now()))["dead_man"]


def test_it_calls_every_two_minutes_while_the_audit_is_clean(group: Cast, clock: Clock, watcher: StubServer) -> None:
    assert not say_that_all_is_well(), "nobody has audited yet"
    for _ in range(40):
        housekeeping.audit_in_turn()
        say_that_all_is_well()
        clock.move(30)
    assert watcher.queries("ping/abc") == [{"from": "us"}] * 10
    assert set(watcher.asked[0].headers) <= {"Host", "Accept-Encoding"}, "it says nothing but that it came"


def test_it_is_silent_after_an_audit_that_found_something(group: Cast, clock: Clock, watcher: StubServer) -> None:
    opened(group.maple, group.ana)
    clock.move(3600)
    housekeeping.audit_in_turn()
    assert not say_that_all_is_well()
    assert watcher.asked == []


def test_it_is_silent_when_nobody_audits_any_more(group: Cast, clock: Clock, watcher: StubServer) -> None:
    housekeeping.audit_in_turn()
    clock.move(2 * housekeeping.AUDIT_EVERY)
    assert not say_that_all_is_well()
    assert watcher.asked == []


def test_a_second_process_does_not_call_again(group: Cast, clock: Clock, watcher: StubServer) -> None:
    housekeeping.audit_in_turn()
    assert pulses.take_turn("dead_man", 120), "the other process"
    assert not say_that_all_is_well()


def test_without_an_address_nothing_is_called(group: Cast, clock: Clock) -> None:
    housekeeping.audit_in_turn()
    assert not say_that_all_is_well()
    assert "dead_man" not in by_key(deliveries.look(timezone.now()))


@pytest.mark.parametrize(
    ("answer", "told", "shown"),
    [
        (Says(status=500), {"status": 500}, "The address answered 500"),
        (Says(status=302), {"status": 302}, "The address answered 302"),
        (Says(status=304), {"status": 304}, "The address answered 304"),
        (Says(reset=True), {"error": "MayHaveArrived"}, "The address did not answer"),
    ],
)
def test_a_call_that_fails_is_told_to_the_log_and_on_connections_and_harms_nothing(
    group: Cast, clock: Clock, watcher: StubServer, answer: Says, told: dict[str, object], shown: str
) -> None:
    assert check().says.startswith("Not called yet")
    watcher.on("GET", "ping/abc", answer)
    housekeeping.audit_in_turn()
    with capture_logs() as logs:
        assert not say_that_all_is_well()
    assert logs == [{"event": "dead_man.failed", "log_level": "warning", **told}]
    assert (check().state, check().says) == (State.PARTLY, f"{shown}: whoever watches takes Amends for dead.")
    clock.move(120)
    watcher.on("GET", "ping/abc", {"ok": True})
    assert say_that_all_is_well()
    assert (check().state, check().repair) == (State.WORKS, "")


@pytest.mark.parametrize("typed", ["watch.example/abc", "https://", "ftp://watch.example", "https://[watch/abc"])
def test_what_is_no_address_is_shown_and_harms_nothing(
    group: Cast, clock: Clock, settings: Settings, typed: str
) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"dead_man_url": typed})
    housekeeping.audit_in_turn()
    assert not say_that_all_is_well()
    assert (check().state, "AMENDS_DEAD_MAN_URL" in check().repair) == (State.DOWN, True)
