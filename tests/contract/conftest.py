"""What the contract tests share: simulated offices, and a real one only where the environment names it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from tests.contract.offices import Office, RealOffice, real_office, serve
from tests.integrations.clocks import let_nobody_wait

from amends.integrations.http import close_connections
from amends.integrations.open_dental.office import forget_offices
from amends.integrations.open_dental.schedule import forget_schedules
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.versions import PROFILES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    there = real_office()
    for item in items:
        if item.get_closest_marker("real_office") is None:
            continue
        if there is None:
            item.add_marker(pytest.mark.skip(reason="no real office: AMENDS_CONTRACT_OPEN_DENTAL_URL and keys"))
        else:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1", there.host]))


@pytest.fixture(scope="module")
def a_monday() -> Iterator[None]:
    """Five past two at the offices: their today lasts as long as all tests of a file."""
    with time_machine.travel(datetime(2026, 3, 2, 19, 5, tzinfo=UTC)):
        yield


@pytest.fixture(scope="module", params=[(mode, version) for mode in Mode for version in PROFILES], ids=str)
def any_office(request: pytest.FixtureRequest, a_monday: None) -> Iterator[Office]:
    mode, version = request.param
    yield from serve(Settings(mode=mode, version=version))


@pytest.fixture
def newest_office(a_monday: None) -> Iterator[Office]:
    yield from serve(Settings(mode=Mode.SERVICE))


@pytest.fixture
def a_real_office(db: None) -> Iterator[RealOffice]:
    there = real_office()
    assert there is not None  # the test is skipped without
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)):  # its clock is the real one
        there.connect()
        yield there


@pytest.fixture(autouse=True)
def _nothing_is_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.node.get_closest_marker("real_office") is None:
        let_nobody_wait(monkeypatch)
    yield
    close_connections()
    forget_offices()
    forget_schedules()
