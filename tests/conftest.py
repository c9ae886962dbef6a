"""The cast of every test, on a real database: Ana, Omar, Ruth, Rita, Lee, Sam, Pia, Nick and Alex."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import hypothesis
import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache as kept
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from tests.shares import Shares, turn
from tests.watched import pytest_runtest_protocol, pytest_sessionstart

from amends import clock
from amends.cases import schema as of_events
from amends.cases.policies import keep_current_policy
from amends.integrations.slack import schema as of_agreements
from amends.practice.models import Group, Office, OpenDentalUser, Person, Post, Region

# How long an example takes is a matter of the machine, and of `bench`. CI has the same examples at every run: it is to
# find what a change broke, and chance is for the people who change it.
_ANY_MACHINE = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("usual", **_ANY_MACHINE)  # type: ignore[arg-type]
hypothesis.settings.register_profile("ci", derandomize=True, **_ANY_MACHINE)  # type: ignore[arg-type]
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "usual")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Shares:
    return Shares(config, log)


__all__ = ["pytest_runtest_protocol", "pytest_sessionstart"]  # hooks


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=turn)


WEEKDAYS = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
KEPT = (of_events, of_agreements)  # whose triggers keep rows as they are
CALENDAR = {"zone": "America/New_York", "weekly": WEEKDAYS}


@dataclass(frozen=True)
class Cast:
    """Two offices in two regions, and everybody who matters."""

    maple: Office
    harbor: Office
    ana: Person  # front desk, Maple Street
    omar: Person  # office manager, Maple Street
    ruth: Person  # his cover
    rita: Person  # regional manager of Maple Street's region
    lee: Person  # leader
    sam: Person  # leader
    pia: Person  # privacy officer
    nick: Person  # front desk, Harbor View
    alex: Person  # administrator

    @property
    def people(self) -> dict[str, Person]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


def make_cast() -> Cast:
    """Writes the group into the database of the running test, with a statement for each table: thousands ask for it."""
    keep_current_policy()
    north, lakes = Region.objects.bulk_create([Region(name="North"), Region(name="Lakes")])
    maple, harbor = Office.objects.bulk_create(
        Office(name=name, region=region, calendar=CALENDAR, open_dental="main", ClinicNum=clinic)
        for name, region, clinic in (("Maple Street", north, 1), ("Harbor View", lakes, 2))
    )
    posts: list[Post] = []
    users: list[OpenDentalUser] = []

    def person(name: str, role: str, user_num: int = 0, inbox: int = 0, **place: object) -> Person:
        made = Person(email=f"{name.split()[0].lower()}@bluebellfinch.example", name=name, password=_password())
        posts.append(Post(person=made, role=role, **place))
        if user_num:
            users.append(OpenDentalUser(person=made, database="main", UserNum=user_num, TaskListInBox=inbox))
        return made

    cast = Cast(
        maple=maple,
        harbor=harbor,
        ana=person("Ana Ruiz", "team", 201, office=maple),
        omar=person("Omar Haddad", "office_manager", 101, 501, office=maple),
        ruth=person("Ruth Bellamy", "office_manager", 121, 521, office=maple, rank=1),
        rita=person("Rita Lindqvist", "regional_manager", 301, 601, region=north),
        lee=person("Lee Hartwell", "leader", 401, 701),
        sam=person("Sam Okafor", "leader", 402, 702, rank=1),
        pia=person("Pia Sorensen", "privacy_officer"),
        nick=person("Nick Tanaka", "team", 202, office=harbor),
        alex=person("Alex Marsh", "administrator"),
    )
    Person.objects.bulk_create(cast.people.values())
    Post.objects.bulk_create(posts)
    OpenDentalUser.objects.bulk_create(users)
    Group.objects.create(name="Bluebell & Finch Dental")  # at last: whoever remembers another group reads this one
    return cast


@cache
def _password() -> str:
    return make_password("correct horse battery")


@pytest.fixture
def group(db: None) -> Cast:
    """The cast, in a test whose transaction is rolled back."""
    return make_cast()


@pytest.fixture
def client_for() -> Callable[[Person], Client]:
    """A browser-like client in which this person is signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture(autouse=True)
def the_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that moves the machine's clock moves that of Amends, on PostgreSQL as well; `real_clock` leaves it."""
    if "real_clock" not in request.keywords:
        monkeypatch.setattr(clock, "now", lambda: timezone.now())


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Sign-in limits of one test do not reach the next."""
    yield
    kept.clear()


@pytest.fixture
def _kept_again(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for kept in KEPT:
            kept.create(None, editor)


@pytest.fixture
def committed(_kept_again: None, transactional_db: None) -> Iterator[None]:
    """For tests whose threads or processes must see each other's commits.

    The triggers that keep rows would refuse the emptying of the tables afterwards, so they are away for that long.
    """
    yield
    with connection.schema_editor() as editor:
        for kept in KEPT:
            kept.drop(None, editor)
