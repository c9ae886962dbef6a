"""Whoever reported a case that is closed hears, once, of a change that is planned because of it or of its cause."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import CAUSE, DANA, PUT_RIGHT, SPOKE, a_case, closed, does, everything_arrives
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow, HeardBack, HeardChange, number_of
from amends.deliveries.models import Delivery
from amends.practice.models import Office, Person, Post
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, WatchRule
from amends.protocol.values import Person as Named
from amends.protocol.words import Purpose

ClientFor = Callable[[Person], Client]
WHAT = "The estimate is read aloud."
MORE = "It is closed, and since then more was planned."


def plan(
    owner: Person, what: str = WHAT, *, causes: tuple[str, ...] = (), offices: tuple[Office, ...] = ()
) -> c.Command:
    watch = WatchRule(causes, tuple(str(office.pk) for office in offices), 90)
    named = Named(str(owner.pk), owner.name)
    return c.PlanAction(what=what, owner=named, due=timezone.now() + timedelta(days=3), watch=watch)


def heard() -> set[tuple[str, int, str]]:
    """Who heard, in which case of theirs, and what."""
    rows = HeardChange.objects.select_related("person")
    return {(row.person.name, row.case_id, row.what) for row in rows}


def work_of(client: Client) -> str:
    return client.get("/").content.decode()


@pytest.fixture
def known_case(group: Cast) -> CaseRow:
    """Closed; Ana, who reported it, knows how."""
    row = closed(group)
    HeardBack.objects.update(got_it_at=timezone.now())
    return row


def test_what_is_planned_in_a_closed_case_is_told_to_its_reporter_once(
    group: Cast, known_case: CaseRow, client_for: ClientFor
) -> None:
    ana = client_for(group.ana)
    assert MORE not in work_of(ana)
    does(group.omar, known_case, plan(group.omar))
    page = work_of(ana)
    assert MORE in page
    assert page.count(WHAT) == 1
    assert "Thank you for speaking up." in page
    assert MORE not in work_of(client_for(group.omar))
    assert client_for(group.omar).post(f"/cases/{known_case.number}/got-it").status_code == 404
    assert MORE in work_of(ana), "only they themselves say so"
    assert ana.post(f"/cases/{known_case.number}/got-it").status_code == 303
    assert WHAT not in work_of(ana)
    does(group.omar, known_case, c.FinishAction(no=1))
    assert WHAT not in work_of(ana)
    does(group.omar, known_case, plan(group.omar, "The sheet is printed."))
    page = work_of(ana)
    assert "The sheet is printed." in page
    assert WHAT not in page


def test_together_with_the_end_of_the_case_it_is_told_once(group: Cast, client_for: ClientFor) -> None:
    row = closed(group)
    does(group.omar, row, plan(group.omar))
    page = work_of(client_for(group.ana))
    assert page.count(WHAT) == 1
    assert "Bill or record corrected." in page
    assert MORE not in page
    assert client_for(group.ana).post(f"/cases/{row.number}/got-it").status_code == 303
    assert WHAT not in work_of(client_for(group.ana))


def test_what_closes_a_case_or_is_planned_before_is_told_with_its_end(group: Cast) -> None:
    first = closed(group, by=group.omar)
    row = does(group.omar, a_case(group), SPOKE, CAUSE, PUT_RIGHT, c.NoteRepeat(of=(first.number,)))
    assert everything_arrives(row).stage == "addressed"
    assert does(group.omar, row, plan(group.omar)).stage == "closed"
    assert heard() == set()


def test_who_reported_the_same_cause_where_it_changes_hears_once_and_nobody_else(group: Cast) -> None:
    older, newer = closed(group), closed(group)
    other_cause = does(
        group.omar, a_case(group, by=group.ruth), SPOKE, c.RecordCauses(causes=("recall_contact",)), PUT_RIGHT
    )
    everything_arrives(other_cause)
    there = everything_arrives(
        does(group.lee, a_case(group, by=group.nick, office=group.harbor), SPOKE, CAUSE, PUT_RIGHT)
    )
    opened = does(group.omar, a_case(group, by=group.omar), SPOKE, CAUSE)
    does(group.omar, opened, plan(group.omar, offices=(group.maple,)))
    assert heard() == {("Ana Ruiz", newer.pk, WHAT)}
    assert older.pk != newer.pk
    does(group.omar, opened, plan(group.omar, "Everywhere."))
    assert heard() == {
        ("Ana Ruiz", newer.pk, WHAT),
        ("Ana Ruiz", newer.pk, "Everywhere."),
        ("Nick Tanaka", there.pk, "Everywhere."),
    }
    does(group.omar, opened, plan(group.omar, "Of waiting.", causes=("recall_contact",)))
    assert ("Ruth Bellamy", other_cause.pk, "Of waiting.") in heard()
    assert len(heard()) == 4


def test_who_may_not_open_the_other_case_reads_no_names_of_it(group: Cast) -> None:
    row = closed(group)
    telling = "Call Dana Quillfeather before she comes."
    does(group.omar, does(group.omar, a_case(group, by=group.omar), SPOKE, CAUSE), plan(group.omar, telling))
    does(group.omar, row, plan(group.omar, telling))
    assert heard() == {("Ana Ruiz", row.pk, "A corrective action"), ("Ana Ruiz", row.pk, telling)}


def test_who_has_a_post_elsewhere_now_reads_no_names_of_their_own_case_either(
    group: Cast, known_case: CaseRow, client_for: ClientFor
) -> None:
    does(group.omar, known_case, plan(group.omar, "Call Dana Quillfeather before she comes."))
    post = Post.objects.get(person=group.ana)
    post.office = group.harbor
    post.save()
    page = work_of(client_for(group.ana))
    assert MORE in page
    assert "Quillfeather" not in page
    does(group.omar, known_case, plan(group.omar, "Ask Dana Quillfeather how it was."))
    assert ("Ana Ruiz", known_case.pk, "A corrective action") in heard()
    ana = client_for(group.ana)
    assert ana.post(f"/cases/{known_case.number}/got-it").status_code == 303
    assert MORE not in work_of(ana)


def test_who_reported_what_is_part_of_the_case_or_of_one_with_its_cause_hears_too(group: Cast) -> None:
    row, duplicate = a_case(group, by=group.omar), a_case(group)
    actions.merge(duplicate=duplicate.pk, into=row.pk, by=actor_at(group.omar, str(group.maple.pk)))
    everything_arrives(does(group.omar, row, SPOKE, CAUSE, PUT_RIGHT))
    does(group.omar, row, plan(group.omar))
    assert heard() == {("Ana Ruiz", row.pk, WHAT)}
    other = does(group.omar, a_case(group, by=group.omar), SPOKE, CAUSE)
    does(group.omar, other, plan(group.omar, "Elsewhere.", offices=(group.harbor,)))
    does(group.omar, other, plan(group.omar, "Here.", offices=(group.maple,)))
    assert heard() == {("Ana Ruiz", row.pk, WHAT), ("Ana Ruiz", row.pk, "Here.")}


def test_who_plans_it_or_sees_to_it_knows(group: Cast, known_case: CaseRow) -> None:
    does(group.omar, known_case, plan(group.ana))
    own = closed(group, by=group.omar)
    does(group.omar, own, plan(group.ruth))
    assert heard() == {("Ana Ruiz", known_case.pk, WHAT)}, "of the second one, by its cause"


def test_after_a_quarter_of_a_year_nobody_waits_for_news_of_the_cause(group: Cast, known_case: CaseRow) -> None:
    HeardBack.objects.update(closed_at=timezone.now() - timedelta(days=91))
    does(group.omar, does(group.omar, a_case(group, by=group.omar), SPOKE, CAUSE), plan(group.omar))
    assert heard() == set()
    does(group.omar, known_case, plan(group.omar))
    assert heard() == {("Ana Ruiz", known_case.pk, WHAT)}


def test_on_slack_it_says_that_and_where_but_not_what(
    group: Cast, known_case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.deliveries.ways.slack_user", lambda person: "U0ANA")
    does(group.omar, known_case, plan(group.omar))
    told = Delivery.objects.get(purpose=Purpose.HEARD_BACK)
    assert (told.payload["channel"], told.payload["person"]) == ("U0ANA", "Ana Ruiz")
    assert told.payload["text"].startswith(f"{known_case.number}, Maple Street: something changes because of what you")
    for inside in (DANA.name, WHAT, "The bill was twice"):
        assert inside not in str(told.payload)
    assert str(HeardChange.objects.get()) == f"{number_of(known_case.pk)}.1"


def test_a_case_that_nobody_of_the_group_reported_tells_nobody(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cases.acting.actor_at", lambda person, office: AMENDS)
    row = a_case(group)
    monkeypatch.undo()
    row = everything_arrives(does(group.omar, row, SPOKE, CAUSE, PUT_RIGHT))
    assert row.stage == "closed"
    does(group.omar, row, plan(group.omar))
    assert heard() == set()
