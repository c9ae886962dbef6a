"""What will be changed, on the case's page: that it is done, and that it did not hold, said on both cases."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.cases.test_case_page import done, page_of
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import Moment


def case_at(group: Cast) -> CaseRow:
    report = c.Report(office=str(group.maple.pk), account="Waited.", moment=Moment.BEFORE)
    return actions.perform(command=report, by=AMENDS).row


def test_a_change_is_done_and_what_showed_that_it_did_not_hold_stands_on_both_cases(
    group: Cast, client_for: Callable[[Person], Client]
) -> None:
    omar, by = client_for(group.omar), actor_at(group.omar, str(group.maple.pk))
    first, again = case_at(group), case_at(group)
    plan = c.PlanAction(what="Tell people of a delay.", owner=by.person, due=timezone.now() + timedelta(days=3))
    row = actions.perform(command=plan, by=by, case=first.pk).row
    row = done(omar, row, "finish", no="1", note="It hangs at the desk.")
    assert "It hangs at the desk." in page_of(omar, row)
    actions.perform(command=c.ActionRepeated(no=1, other=again.number), by=AMENDS, case=first.pk)
    actions.perform(command=c.NoteRepeat(of=(first.number, "UP-999999")), by=AMENDS, case=again.pk)
    assert "This case showed that a change of" in page_of(omar, again)
    assert f"did not hold: it happened again in {again.number}" in page_of(omar, first)
