"""A manager who never opens Amends: opening the Task is seeing it, setting it to done is coming."""

from datetime import timedelta

import pytest
from tests.cases.acting import a_case, does
from tests.conftest import Cast
from tests.listening.world import DANA, World

from amends.cases import ticker
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.practice.models import OpenDentalUser, Person, Post
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Purpose

PATIENT = Patient("main", DANA, "Dana Quillfeather")


@pytest.fixture
def waiting(world: World, group: Cast) -> World:
    """Ana's patient is still here; Omar and, after two minutes, Ruth have a Task in Open Dental."""
    a_case(group, patient=PATIENT, still_here=True, ago=timedelta(minutes=3))
    ticker.tick()
    world.deliver()
    return world


def value_of(person: Person) -> PersonValue:
    return PersonValue(str(person.pk), person.name)


def number(purpose: Purpose) -> int:
    return int(Delivery.objects.get(purpose=purpose.value).proof_id)


def later(world: World) -> None:
    world.time.pass_by(seconds=30)
    world.round()


def test_who_opens_the_task_has_seen_it(waiting: World) -> None:
    waiting.set_task(number(Purpose.PAGE_TASK), "Viewed")
    later(waiting)
    assert [bool(page.seen_at) for page in waiting.case.here.pages] == [False, True]
    assert waiting.case.still_here


def test_who_does_the_owners_task_comes(waiting: World, group: Cast) -> None:
    waiting.set_task(number(Purpose.TASK), "Done")
    later(waiting)
    assert waiting.case.here.coming == value_of(group.omar)
    waiting.deliver()
    done = [row["TaskNum"] for row in waiting.there.all("task") if row["TaskStatus"] == "Done"]
    assert number(Purpose.PAGE_TASK) in done, "nobody else need come"


def test_who_does_the_task_of_the_cover_comes_and_has_it(waiting: World, group: Cast) -> None:
    waiting.set_task(number(Purpose.PAGE_TASK), "Done")
    later(waiting)
    assert waiting.case.here.coming == waiting.case.owner == value_of(group.ruth)
    waiting.restart()
    later(waiting)
    assert waiting.case.owner == value_of(group.ruth)


def test_a_task_that_is_done_when_nobody_is_waited_for_says_no_more(waiting: World, group: Cast) -> None:
    does(group.ana, CaseRow.system.get(), c.SayPatientLeft())
    waiting.deliver()
    asks = Delivery.objects.filter(purpose=Purpose.TASK.value).latest("no")
    waiting.set_task(int(asks.proof_id), "Done")
    later(waiting)
    assert not waiting.case.accepted


def test_a_task_of_somebody_who_is_nobody_here_any_more_makes_nobody_come(waiting: World, group: Cast) -> None:
    Post.objects.filter(person=group.ruth).delete()
    OpenDentalUser.objects.filter(person=group.omar).delete()
    group.ruth.save()  # moves the group's revision
    for purpose in (Purpose.PAGE_TASK, Purpose.TASK):
        waiting.set_task(number(purpose), "Done")
    later(waiting)
    assert waiting.case.here.coming is None
    assert waiting.case.still_here
