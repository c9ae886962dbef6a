"""Maple Street's simulated Open Dental, which a test breaks and repairs while Amends looks at it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.conftest import Cast
from tests.connections.says import by_key
from tests.simulators.open_dental.caller import Practice, service

from amends.connections.checks import Check
from amends.connections.neighbors import open_dental
from amends.integrations.http import close_connections
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices
from amends.simulators.open_dental.settings import Settings

KEY = "demo-customer"
Look = Callable[..., dict[str, Check]]
Run = Callable[..., Practice]


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts a simulated office, by default as good as they come, on the clock of Maple Street."""
    started: list[Practice] = []

    def start(settings: Settings | None = None) -> Practice:
        practice = Practice(settings or service())
        started.append(practice)
        offset = f"{datetime.now(ZoneInfo('America/New_York')):%z}"
        for key in practice.office.offices.keys:
            practice.set(customer_key=key, utc_offset=f"{offset[:3]}:{offset[3:]}")
        return practice

    yield start
    for practice in started:
        practice.server.stop()
    close_connections()
    forget_offices()


@pytest.fixture
def office(run: Run) -> Practice:
    return run()


def connect(practice: Practice, **changes: object) -> OpenDentalDatabase:
    """Amends is connected to it, as `main`, and has heard it."""
    values = {"developer_key": "demo-developer", "customer_key": KEY, "author_user_num": 1}
    row = OpenDentalDatabase.objects.create(
        key="main",
        name="Maple Street",
        base_url=f"{practice.server.url}/api/v1/",
        **{"mode": "service", **values, **changes},
    )
    Ear.objects.create(database=row, heard_at=timezone.now())
    return row


@pytest.fixture
def row(group: Cast, office: Practice) -> OpenDentalDatabase:
    return connect(office)


@pytest.fixture
def look(row: OpenDentalDatabase, monkeypatch: pytest.MonkeyPatch) -> Look:
    """One look as the housekeeping does it, half a minute after the last, or a `thorough` one: checks by their keys."""
    monkeypatch.setattr(open_dental, "_JUST_READ", timedelta(0))

    def looked(*, thorough: bool = False) -> dict[str, Check]:
        [neighbor] = open_dental.neighbors(thorough=thorough)
        return by_key(neighbor.look(8.0))

    return looked
