"""An administrator in a group that has nothing yet, and simulated offices beside it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.setup.page import Page
from tests.simulators.open_dental.caller import Practice, service

from amends.cases.policies import keep_current_policy
from amends.integrations.http import close_connections
from amends.integrations.open_dental.office import forget_offices
from amends.integrations.open_dental.schedule import forget_schedules
from amends.practice.models import Group, Person, Post
from amends.simulators.open_dental.settings import Settings

KEY = "demo-customer"
Start = Callable[..., Practice]
Connect = Callable[..., Page]
Go = Callable[..., Page]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a simulated office, by default the newest with every permission, on New York's clock."""
    started: list[Practice] = []

    def begin(settings: Settings | None = None) -> Practice:
        practice = Practice(settings or service())
        started.append(practice)
        offset = f"{datetime.now(ZoneInfo('America/New_York')):%z}"
        for key in practice.office.offices.keys:
            practice.set(customer_key=key, utc_offset=f"{offset[:3]}:{offset[3:]}")
        return practice

    yield begin
    for practice in started:
        practice.server.stop()
    close_connections()
    forget_offices()
    forget_schedules()


@pytest.fixture
def practice(start: Start) -> Practice:
    return start()


@pytest.fixture
def alex(db: None) -> Person:
    """What `amends init` leaves behind: a group and its administrator."""
    keep_current_policy()
    Group.objects.create(name="Bluebell & Finch Dental")
    person = Person(email="alex@bluebellfinch.example", name="Alex Marsh")
    person.set_password("correct horse battery")
    person.save()
    Post.objects.create(person=person, role="administrator")
    return person


@pytest.fixture
def client(alex: Person) -> Client:
    """A browser in which Alex is signed in."""
    browser = Client()
    browser.force_login(alex)
    return browser


@pytest.fixture
def go(client: Client) -> Go:
    """Opens a page of the guided run."""

    def opened(step: str = "") -> Page:
        return Page.open(client, f"/setup/{step}")

    return opened


@pytest.fixture
def connect(go: Go) -> Connect:
    """Enters one Open Dental as the first page asks for it, and tests it."""

    def connected(practice: Practice, *, name: str = "Bluebell & Finch Dental", **changes: Any) -> Page:
        typed = {
            "name": name,
            "mode": "service",
            "base_url": f"127.0.0.1:{practice.server.port}",
            "developer_key": "demo-developer",
            "customer_key": KEY,
            **changes,
        }
        return go("open-dental/new").press("Save and test", typed)

    return connected


def kept(practice: Practice, key: str = KEY) -> dict[str, list[dict[str, Any]]]:
    """Everything that the office holds, but for its log of who asked."""
    tables = practice.call("GET", "/_control/state").json["databases"][key]
    return {name: rows for name, rows in tables.items() if name != "securitylog"}
