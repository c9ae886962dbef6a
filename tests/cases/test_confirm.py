"""Asking the patient whether it is fixed, on the pages: nothing before its time, a card and a list once it is."""

import html
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.cases.acting import closed, does, everything_arrives
from tests.conftest import Cast

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import ticker
from amends.cases.models import CaseRow
from amends.cases.policies import keep_current_policy
from amends.deliveries.models import Delivery
from amends.learning.models import CaseFigures
from amends.practice.away.returning import return_cases
from amends.practice.away.said import say_away
from amends.practice.models import Office, Person, Post
from amends.protocol import commands as c
from amends.protocol.words import Fixed, Purpose, Stage

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # the day after it is asked begins at Maple Street
LIST = "Ask whether it is fixed"


def page_of(client_for: ClientFor, person: Person) -> str:
    return html.unescape(client_for(person).get("/").content.decode())


def section(page: str, heading: str) -> str:
    """The part of the page under the heading that begins so."""
    return page.split(f"<h2>{heading}")[1].split("<h2>")[0]


def away_from(begins: datetime, group: Cast, *, cover: Person | None) -> None:
    """Omar is away for a week."""
    say_away(group.omar, begins, begins + timedelta(days=7), cover=cover, by=group.omar, now=timezone.now())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def asked(group: Cast, clock: time_machine.Traveller) -> CaseRow:
    """A closed case of Omar's whose patient is to be asked now, a week later."""
    row = closed(group)
    clock.move_to(MONDAY + timedelta(days=7, hours=3))
    assert ticker.tick() == 1
    return CaseRow.system.get(pk=row.pk)


def test_nothing_is_shown_before_its_time(group: Cast, clock: time_machine.Traveller, client_for: ClientFor) -> None:
    row = closed(group)
    assert (row.due_at, row.to_confirm) == (None, False)
    assert row.alarm_at is not None
    clock.move_to(row.alarm_at - timedelta(seconds=1))
    assert ticker.tick() == 0
    assert LIST not in client_for(group.omar).get("/").content.decode()
    assert 'id="is-it-fixed"' not in client_for(group.omar).get(f"/cases/{row.number}").content.decode()


def test_owner_has_it_on_my_work_with_a_task_and_its_deadline(
    group: Cast, asked: CaseRow, client_for: ClientFor
) -> None:
    assert (asked.stage, asked.to_confirm, asked.is_open) == (Stage.CLOSED, True, False)
    page = client_for(group.omar).get("/").content.decode()
    mine = page.split(f"<h2>{LIST}</h2>")[1].split("<h2>")[0]
    assert f'id="to-confirm-{asked.number}"' in mine
    assert "due" in mine
    assert "Promises to keep" not in page
    assert LIST not in client_for(group.rita).get("/").content.decode()
    task = Delivery.objects.get(case=asked, purpose=Purpose.CONFIRM)
    assert task.payload["to"] == "Omar Haddad"
    assert "Nothing waits for you" not in page


def test_who_covers_for_the_owner_sees_what_is_to_be_asked(
    group: Cast, asked: CaseRow, clock: time_machine.Traveller, client_for: ClientFor
) -> None:
    away_from(TUESDAY, group, cover=group.ruth)
    assert "Covering for" not in page_of(client_for, group.ruth)
    clock.move_to(TUESDAY + timedelta(hours=10))
    covered = section(page_of(client_for, group.ruth), "Covering for Omar Haddad")
    assert f'id="covering-{asked.number}"' in covered
    assert "Is it fixed? due in" in " ".join(covered.split())
    assert asked.number not in page_of(client_for, group.rita)
    promise = c.MakePromise(
        text="A call.", owner=actor_at(group.omar, str(group.maple.pk)).person, due=TUESDAY + timedelta(days=4)
    )
    answered = c.RecordConfirmation(answer=Fixed.YES, note="")
    does(group.omar, asked, promise, answered)
    covered = section(page_of(client_for, group.ruth), "Covering for Omar Haddad")
    assert "Promise due in" in " ".join(covered.split())


def test_where_nobody_covers_whoever_is_asked_first_sees_it_and_has_it_within_a_minute(
    group: Cast, asked: CaseRow, clock: time_machine.Traveller, client_for: ClientFor
) -> None:
    away_from(TUESDAY, group, cover=None)
    clock.move_to(TUESDAY + timedelta(hours=10))
    seen = {name for name, one in group.people.items() if f'id="covering-{asked.number}"' in page_of(client_for, one)}
    assert seen == {"ruth"}
    assert return_cases(timezone.now()) == 1
    assert f'id="to-confirm-{asked.number}"' in section(page_of(client_for, group.ruth), LIST)
    assert asked.number not in page_of(client_for, group.omar)


def test_a_question_that_is_late_stands_with_the_level_above(
    group: Cast, asked: CaseRow, clock: time_machine.Traveller, client_for: ClientFor
) -> None:
    assert asked.due_at
    clock.move_to(asked.due_at)
    assert asked.number not in page_of(client_for, group.rita)
    clock.move_to(asked.due_at + timedelta(minutes=1))
    late = section(page_of(client_for, group.rita), "Late, or nobody has it")
    assert f'id="others-{asked.number}"' in late
    assert "Is it fixed?" in late
    assert "late by" in late
    assert "Omar Haddad" in late
    for other in (group.omar, group.nick, group.pia):
        assert f'id="others-{asked.number}"' not in page_of(client_for, other)
    does(group.omar, asked, c.RecordConfirmation(answer=Fixed.YES, note=""))
    assert f'id="others-{asked.number}"' not in page_of(client_for, group.rita)


def test_who_has_no_post_there_any_more_reads_no_name(group: Cast, asked: CaseRow, client_for: ClientFor) -> None:
    post = Post.objects.get(person=group.omar)
    post.office = group.harbor
    post.save()
    page = page_of(client_for, group.omar)
    assert LIST not in page
    assert asked.patient_name not in page


def test_no_on_the_page_opens_the_case_again(group: Cast, asked: CaseRow, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    page = client.get(f"/cases/{asked.number}").content.decode()
    assert "Is it fixed?" in page
    assert "opens the case again" in page
    address = f"/cases/{asked.number}/act/confirm"
    refused = client.post(address, {"seen": asked.version, "answer": "no", "note": ""})
    assert refused.status_code == 422
    assert "Write in a sentence what is not fixed." in refused.content.decode()
    assert client.post(address, {"seen": asked.version, "answer": "", "note": "x"}).status_code == 422
    assert client.post(address, {"seen": asked.version, "answer": "no", "note": "It still hurts."}).status_code == 303
    row = CaseRow.system.get(pk=asked.pk)
    assert (row.stage, row.to_confirm, row.owner) == (Stage.OFFICE, False, group.omar)
    page = client.get(f"/cases/{asked.number}").content.decode()
    assert "It is time to ask the patient whether it is fixed. Omar Haddad is asked to." in page
    assert "Is it fixed? No. It still hurts." in page
    note = Delivery.objects.get(case=asked, purpose=Purpose.CONFIRMATION)
    assert (note.channel, "It still hurts." in note.payload["text"]) == ("open_dental.commlog", True)
    assert CaseFigures.objects.get(case=row).confirmed == "no"
    assert [one for one in verify().problems if one.where == row.number] == []


@pytest.mark.parametrize(("answer", "kept"), [(Fixed.YES, "yes"), (Fixed.PARTLY, "partly"), (Fixed.NOT_REACHED, "")])
def test_answer_is_kept_among_the_figures(group: Cast, asked: CaseRow, answer: Fixed, kept: str) -> None:
    row = everything_arrives(does(group.omar, asked, c.RecordConfirmation(answer=answer, note="Said so.")))
    assert (row.stage, row.to_confirm, row.due_at, row.alarm_at) == (Stage.CLOSED, False, None, None)
    assert CaseFigures.objects.get(case=row).confirmed == kept


def test_team_member_sees_the_question_and_has_no_form(group: Cast, asked: CaseRow, client_for: ClientFor) -> None:
    page = client_for(group.ana).get(f"/cases/{asked.number}").content.decode()
    assert "Omar Haddad’s turn." in page
    assert "/act/confirm" not in page


def test_other_hours_move_the_question_of_a_closed_case(group: Cast, clock: time_machine.Traveller) -> None:
    keep_current_policy()
    row = closed(group)
    office = Office.objects.get(pk=group.maple.pk)
    office.calendar = {**office.calendar, "special": {date(2026, 3, 9).isoformat(): []}}
    office.save()
    moved = CaseRow.system.get(pk=row.pk).alarm_at
    assert moved is not None
    assert row.alarm_at is not None
    assert moved.date() == date(2026, 3, 10)
    assert [one for one in verify().problems if one.where == row.number] == []
