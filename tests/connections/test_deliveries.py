"""Deliveries, the engine and the backups, as the administrator must know them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.cases.story import opened
from tests.conftest import Cast
from tests.connections.says import by_key

from amends.connections.checks import Check, State
from amends.connections.models import Backup, LastKnown
from amends.connections.neighbors import backups, deliveries
from amends.deliveries.models import Delivery
from amends.deliveries.models import State as DeliveryState

pytestmark = pytest.mark.django_db


def told() -> dict[str, Check]:
    return by_key(deliveries.look(timezone.now()))


def the_engine_ran(ago: timedelta) -> None:
    LastKnown.objects.update_or_create(key="people", defaults={"taken_at": timezone.now() - ago})


def test_an_engine_that_never_ran_is_not_yet_down() -> None:
    assert (told()["engine"].state, told()["engine"].says) == (State.PARTLY, "It has not run yet.")


def test_an_engine_that_stopped_is_down_until_it_runs_again() -> None:
    the_engine_ran(timedelta(minutes=5))
    assert (told()["engine"].state, "amends serve" in told()["engine"].repair) == (State.DOWN, True)
    the_engine_ran(timedelta(seconds=20))
    assert told()["engine"].state is State.WORKS


def test_what_waits_for_a_person_is_counted_until_it_is_done(group: Cast) -> None:
    opened(group.maple, group.ana)
    assert told()["by_hand"].state is State.WORKS
    first = Delivery.objects.earliest("no")
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.BY_HAND)
    assert (told()["by_hand"].state, told()["by_hand"].says) == (State.PARTLY, "1 delivery waits for a person.")
    Delivery.objects.update(state=DeliveryState.BY_HAND)
    assert told()["by_hand"].says == "2 deliveries wait for a person."
    Delivery.objects.update(state=DeliveryState.PROVED)
    assert told()["by_hand"].state is State.WORKS


def test_what_is_stuck_is_named_without_the_patient(group: Cast) -> None:
    opened(group.maple, group.ana)
    Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
    check = told()["audit"]
    says = f"{Delivery.objects.earliest('no').marker}: A delivery is due and nobody works on it."
    assert (check.state, says in check.says, "Marisol" in check.says) == (State.PARTLY, True, False)


@pytest.mark.parametrize(
    ("days", "state", "says"),
    [
        (0, State.WORKS, "Less than a day old."),
        (1, State.WORKS, "1 day old."),
        (6.9, State.WORKS, "6 days old."),
        (7.1, State.PARTLY, "The last one is 7 days old."),
        (40, State.PARTLY, "The last one is 40 days old."),
    ],
)
def test_the_last_backup_counts(days: float, state: State, says: str) -> None:
    for older in (days + 3, days):
        Backup.objects.create(at=timezone.now() - timedelta(days=older))
    check = backups.look(timezone.now())
    assert (check.state, check.says) == (state, says)


def test_a_group_without_any_backup_is_told() -> None:
    check = backups.look(timezone.now())
    assert (check.state, "amends backup FILE" in check.repair) == (State.PARTLY, True)


def test_a_demo_needs_no_backup(settings: Settings) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"demo": True})
    assert backups.look(timezone.now()).state is State.WORKS
