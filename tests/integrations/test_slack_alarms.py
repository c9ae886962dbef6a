"""What people hear in Slack when nobody is there: offices without anybody, and cases that nobody is left to take on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.integrations.slack_world import World, world

from amends.deliveries import in_words
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson
from amends.integrations.slack.people import set_user
from amends.practice.away.check import check_coverage
from amends.practice.away.said import say_away
from amends.practice.models import GapTold, Person, Post
from amends.protocol.words import Purpose

__all__ = ["world"]

DAY = timedelta(days=1)
ALEX = "U0ANA"


@pytest.fixture(autouse=True)
def _no_mail(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    settings.BASE_URL = "https://amends.example"


def leave(*people: Person) -> None:
    now = timezone.now()
    for person in people:
        say_away(person, now - DAY, now + 3 * DAY, cover=None, by=person, now=now)


def told() -> set[str]:
    return set(GapTold.objects.exclude(told_at=None).values_list("person__name", flat=True))


def test_an_office_without_anybody_is_told_to_the_regional_manager_directly_and_once(world: World) -> None:
    grace = Person.objects.create(email="grace@bluebellfinch.example", name="Grace Okoro", password="!")
    Post.objects.create(person=grace, role="office_manager", office=world.group.harbor)
    leave(world.group.omar, world.group.ruth)
    for _ in range(20):
        check_coverage(timezone.now())
        world.work(60)
    (message,) = world.posted(world.direct("U0RITA"))
    assert message["text"] == (
        "Nobody answers today for Maple Street.\n"
        "Upset patients of today come to you until somebody there is back or covers.\n"
        "https://amends.example/offices"
    )
    (row,) = world.rows(Purpose.COVERAGE)
    assert (row.case, row.state) == (None, State.PROVED)
    assert told() == {"Rita Lindqvist"}, "Alex is reached by neither way, and has it on My work"


def test_who_gets_known_in_slack_meanwhile_is_told_then(world: World) -> None:
    leave(world.group.omar, world.group.ruth)
    check_coverage(timezone.now())
    assert world.group.alex.name not in told()
    set_user(world.workspace, world.group.alex, ALEX, SlackPerson.How.TYPED)
    check_coverage(timezone.now() + timedelta(minutes=6))
    assert world.group.alex.name in told()


def test_a_process_that_was_slow_writes_no_second_message(world: World) -> None:
    leave(world.group.omar, world.group.ruth)
    check_coverage(timezone.now())
    before = Delivery.objects.filter(purpose=Purpose.COVERAGE).count()
    GapTold.objects.update(told_at=None)
    check_coverage(timezone.now() + timedelta(minutes=6))
    assert Delivery.objects.filter(purpose=Purpose.COVERAGE).count() == before
    assert "Rita Lindqvist" in told()


def test_that_nobody_is_left_reaches_the_administrators_in_slack(world: World) -> None:
    set_user(world.workspace, world.group.alex, ALEX, SlackPerson.How.TYPED)
    leave(*(getattr(world.group, name) for name in ("omar", "ruth", "rita", "lee", "sam")))
    case = world.reported(still_here=True)
    world.work(60)
    (message,) = world.posted(world.direct(ALEX))
    assert "STILL HERE, and nobody is left who could take it on" in message["text"]
    assert case.row.patient_name not in message["text"]
    (direct,) = world.rows(Purpose.NOBODY_LEFT, target="person")
    assert in_words.how(direct).startswith("Walk to the person named here")
    assert in_words.to(direct) == world.group.alex.name
