"""My work shows what waits for this person, and nothing that waits for somebody else."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, closed, does, everything_arrives, its_task
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.deliveries.models import Delivery, State
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import Purpose, Severity

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def page_of(client: Client) -> str:
    return client.get("/").content.decode()


def section(page: str, heading: str) -> str:
    """The part of the page under this heading."""
    assert f"<h2>{heading}</h2>" in page
    return page.split(f"<h2>{heading}</h2>")[1].split("<h2>")[0]


def test_owner_sees_the_nearest_deadline_first(group: Cast, client_for: ClientFor) -> None:
    slow = a_case(group)
    urgent = a_case(group, severity=Severity.SEVERE, still_here=True)
    mine = section(page_of(client_for(group.omar)), "Waits for you")
    assert mine.index(urgent.number) < mine.index(slow.number)
    assert "due in 15 min" in mine
    assert "Dana Quillfeather" in mine
    assert "Billing surprise" in mine
    assert "New for you" in mine
    assert "Still here" in mine
    assert "Maple Street" not in mine  # his only office


def test_late_is_said_in_words(group: Cast, client_for: ClientFor) -> None:
    a_case(group, ago=timedelta(days=3))
    assert 'class="late">late by' in page_of(client_for(group.omar))


def test_who_gets_a_case_because_it_was_late_sees_that(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group, ago=timedelta(days=3))
    actions.perform(command=c.DeadlinePassed(due=row.due_at), by=AMENDS, case=row.pk)  # type: ignore[arg-type]  # it has one
    assert "New for you: it was late" in section(page_of(client_for(group.ruth)), "Waits for you")
    assert "Waits for you" not in page_of(client_for(group.omar))


def test_managers_see_what_is_late_or_nobodys_at_their_offices_only(group: Cast, client_for: ClientFor) -> None:
    late = a_case(group, ago=timedelta(days=3))
    a_case(group)  # not late
    elsewhere = a_case(group, by=group.nick, office=group.harbor, ago=timedelta(days=3))
    assert late.owner_id == group.omar.pk
    rita = section(page_of(client_for(group.rita)), "Late, or nobody has it")
    assert rita.count('class="work-item"') == 1
    assert late.number in rita
    assert "Omar Haddad, not taken on yet" in rita
    lee = page_of(client_for(group.lee))
    assert late.number in lee
    assert elsewhere.number in lee
    assert "Harbor View" in lee
    assert late.number not in page_of(client_for(group.nick))


def test_a_case_that_nobody_has_is_shown_before_it_is_late(group: Cast, client_for: ClientFor) -> None:
    posts = list(Post.objects.exclude(person=group.ana))
    Post.objects.exclude(person=group.ana).delete()
    group.maple.save()
    nobodys = a_case(group)
    Post.objects.bulk_create(posts)
    group.maple.save()
    assert "Nobody has it" in section(page_of(client_for(group.omar)), "Late, or nobody has it")
    assert nobodys.number in page_of(client_for(group.omar))


def test_privacy_officer_is_not_asked_to_see_to_what_is_late(group: Cast, client_for: ClientFor) -> None:
    a_case(group, ago=timedelta(days=3))
    assert "Nothing waits for you." in page_of(client_for(group.pia))


def test_what_only_waits_for_a_delivery_does_not_wait_for_the_owner(group: Cast, client_for: ClientFor) -> None:
    does(group.omar, a_case(group), SPOKE, CAUSE, PUT_RIGHT)
    assert "Nothing waits for you." in page_of(client_for(group.omar))


def test_promise_of_a_closed_case_still_waits(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    owner = actor_at(group.omar, str(group.maple.pk)).person
    promise = c.MakePromise(text="A written estimate", owner=owner, due=timezone.now() + timedelta(days=1))
    does(group.omar, row, SPOKE, promise, CAUSE, PUT_RIGHT)
    everything_arrives(row)
    assert "Promise due in" in section(page_of(client_for(group.omar)), "Promises to keep")


def test_who_keeps_what_somebody_else_promised_hears_of_it_and_has_it_there(group: Cast, client_for: ClientFor) -> None:
    row, ana = a_case(group), actor_at(group.ana, str(group.maple.pk)).person
    due = timezone.now() + timedelta(days=9)
    does(group.omar, row, c.MakePromise(text="A written estimate", owner=ana, due=due))
    listed = section(page_of(client_for(group.ana)), "Promises to keep")
    assert row.number in listed
    assert "Promise due in" in listed
    told = Delivery.objects.get(case=row, purpose=Purpose.PROMISE)
    assert told.payload["to"] == "Ana Ruiz"
    assert "Omar Haddad promised the patient: “A written estimate” You keep it, by " in told.payload["text"]
    Post.objects.filter(person=group.ana).update(office=group.harbor)
    group.maple.save()
    assert "Promises to keep" not in page_of(client_for(group.ana))  # it could not be opened


def test_reporter_hears_how_it_goes_on_and_how_it_ended(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    ana = client_for(group.ana)
    assert "Omar Haddad, not taken on yet" in section(page_of(ana), "Your reports")
    does(group.omar, row, SPOKE, CAUSE, PUT_RIGHT)
    everything_arrives(row)
    assert "Closed" in section(page_of(ana), "Your reports")
    with time_machine.travel(MONDAY + timedelta(days=8)):
        assert "Your reports" not in page_of(client_for(group.ana))


def test_lists_say_when_the_task_was_seen_and_done(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    ana, omar = client_for(group.ana), client_for(group.omar)
    its_task(row, seen_at=MONDAY)
    assert re.search(r"Task seen .* in Open Dental", section(page_of(ana), "Your reports"))
    assert re.search(r"Task seen .* in Open Dental", section(page_of(omar), "Waits for you"))
    its_task(row, done_at=MONDAY)
    assert re.search(r"Task done .* in Open Dental", section(page_of(ana), "Your reports"))
    does(group.omar, row, c.AskRegion(why="Over my head."))
    assert "in Open Dental" not in page_of(ana), "the Task of the one who has it now is new"


def test_what_is_only_good_to_have_is_not_counted(group: Cast, client_for: ClientFor) -> None:
    row = its_task(a_case(group), seen_at=MONDAY)
    does(group.omar, row, c.AskRegion(why="Over my head."))
    Delivery.objects.filter(case=row, purpose=Purpose.TASK_CLOSED).update(state=State.BY_HAND)
    assert "needs a person" not in page_of(client_for(group.omar))


def test_nothing_waits_and_the_last_day_in_one_line(group: Cast, client_for: ClientFor) -> None:
    closed(group)
    closed(group, ago=timedelta(days=3))
    page = page_of(client_for(group.ruth))
    assert "Nothing waits for you." in page
    assert "In the last 24 hours: 1 reported, 2 closed." in page


def test_deliveries_that_need_a_person_are_counted_for_the_offices_concerned(
    group: Cast, client_for: ClientFor
) -> None:
    row = a_case(group)
    Delivery.objects.filter(case=row).update(state=State.BY_HAND)
    assert "2 deliveries need a person" in page_of(client_for(group.omar))
    assert "2 deliveries need a person" in page_of(client_for(group.alex))
    Delivery.objects.filter(case=row, no=1).update(state=State.PROVED)
    assert "1 delivery needs a person" in page_of(client_for(group.lee))
    assert "need" not in section(page_of(client_for(group.ana)), "Your reports")


def test_administrator_has_no_business_with_cases(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    page = page_of(client_for(group.alex))
    assert "Cases are not part of your role." in page
    assert row.number not in page


def test_lists_refresh_themselves_without_counting_as_activity(group: Cast, client_for: ClientFor) -> None:
    a_case(group)
    client = client_for(group.omar)
    whole = page_of(client)
    assert 'hx-trigger="every 4s, look"' in whole
    assert "X-Amends-Refresh" in whole
    part = client.get("/", headers={"HX-Request": "true", "X-Amends-Refresh": "1"}).content.decode()
    assert "<html" not in part
    assert "Waits for you" in part


def test_my_work_asks_as_little_for_many_cases_as_for_few(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    a_case(group)
    page_of(client)
    with CaptureQueriesContext(connection) as few:
        page_of(client)
    for _ in range(5):
        a_case(group)
    with CaptureQueriesContext(connection) as many:
        page_of(client)
    assert len(many) == len(few)
