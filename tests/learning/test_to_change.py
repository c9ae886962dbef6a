"""Whoever is to see to a corrective action hears of it, has it on My work, and may open it and say that it is done."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, a_case, does
from tests.conftest import Cast

from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.learning.models import WatchedAction
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import Person as Named
from amends.protocol.words import Purpose

ClientFor = Callable[[Person], Client]
WHAT = "Print every estimate before work starts."


def planned(group: Cast, owner: Person, what: str = WHAT, *, days: float = 3) -> CaseRow:
    """A case of Maple Street with a change that the owner sees to, planned by Omar."""
    now = timezone.now()
    row = does(group.omar, a_case(group, ago=timedelta(days=20)), SPOKE, CAUSE, PUT_RIGHT)
    plan = c.PlanAction(what=what, owner=Named(str(owner.pk), owner.name), due=now + timedelta(days=days))
    return does(group.omar, row, plan, at=now - timedelta(days=10))


def work_of(client: Client) -> str:
    return client.get("/").content.decode()


def test_whoever_sees_to_it_is_told_and_nobody_else(group: Cast) -> None:
    planned(group, group.omar)
    assert not Delivery.objects.filter(purpose=Purpose.TO_CHANGE.value).exists()
    row = planned(group, group.ana)
    (told,) = Delivery.objects.filter(purpose=Purpose.TO_CHANGE.value)
    assert (told.case, told.payload["to"]) == (row, "Ana Ruiz")
    assert "Omar Haddad asks you to see to this change" in told.payload["text"]
    assert row.patient_name not in str(told.payload)
    assert WHAT not in str(told.payload)


def test_it_stands_on_their_work_with_its_date_until_it_is_done(group: Cast, client_for: ClientFor) -> None:
    row, ana = planned(group, group.ana), client_for(group.ana)
    overdue = planned(group, group.ana, "Hang the sheet.", days=-2)
    text = work_of(ana)
    assert "Changes to see to" in text
    assert text.index("Hang the sheet.") < text.index(WHAT)
    assert "late by 2 d" in text.partition("Hang the sheet.")[2].partition(WHAT)[0]
    assert WHAT not in work_of(client_for(group.omar))
    for case in (row, overdue):
        page = ana.get(f"/learning/{case.number}/1")
        assert page.status_code == 200
        assert "Near misses" not in page.content.decode()
        assert "Make a lesson" not in page.content.decode()
        assert ana.post(f"/learning/{case.number}/1/done").status_code == 303
    assert "Changes to see to" not in work_of(ana)
    assert not WatchedAction.objects.filter(done_at=None).exists()


def test_others_of_the_team_may_not_open_it(group: Cast, client_for: ClientFor) -> None:
    row = planned(group, group.omar)
    ana = client_for(group.ana)
    assert ana.get(f"/learning/{row.number}/1").status_code == 404
    assert ana.post(f"/learning/{row.number}/1/done").status_code == 404
    assert ana.get("/learning/UP-999999/1").status_code == 404


def test_who_has_no_right_to_the_case_opens_only_the_change_and_without_names(
    group: Cast, client_for: ClientFor
) -> None:
    row = planned(group, group.nick, "Call Dana Quillfeather before she comes.")
    nick = client_for(group.nick)
    assert "Quillfeather" not in work_of(nick)
    text = nick.get(f"/learning/{row.number}/1").content.decode()
    assert "A corrective action" in text
    assert "Quillfeather" not in text
    assert f'href="/cases/{row.number}"' not in text
    assert nick.get(f"/cases/{row.number}").status_code == 404
    assert nick.post(f"/learning/{row.number}/1/done").status_code == 303
    assert WatchedAction.objects.get().done_at is not None


def test_only_people_who_may_carry_it_are_offered(group: Cast, client_for: ClientFor) -> None:
    row = does(group.omar, a_case(group), SPOKE, CAUSE)
    form = client_for(group.omar).get(reverse("case_act", args=[row.number, "plan"])).content.decode()
    offered = form.partition('name="owner"')[2].partition("</select>")[0]
    assert "Ana Ruiz" in offered
    assert "Rita Lindqvist" in offered
    for nobody in (group.alex, group.pia, group.nick):
        assert nobody.name not in offered
