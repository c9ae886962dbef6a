"""Lists read no more than they show: pages by key, windows instead of counts, indexes for what is open."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.cases.acting import a_case, closed, does
from tests.conftest import Cast
from tests.plans import plan_of

from amends.access import actor_at
from amends.audit.verify import verify
from amends.cases import queries
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.cases.queries import Filters, page_of
from amends.deliveries.models import UNFINISHED, Delivery, State, in_states
from amends.practice.directory import directory
from amends.protocol import commands as c
from amends.protocol.words import AsideReason, PatientStatus, Severity, Source, Stage

EVERYWHERE = Filters(offices=None)


def numbers(filters: Filters, **more: Any) -> list[str]:
    return [row.number for row in page_of(filters, now=timezone.now(), **more).rows]


def every_page(filters: Filters) -> list[str]:
    """The whole list, page after page."""
    found, before = [], None
    while True:
        page = page_of(filters, now=timezone.now(), before=before)
        found += [row.number for row in page.rows]
        if page.older is None:
            return found
        assert before is None or page.older < before
        before = page.older


def test_pages_follow_each_other_without_gap_or_repeat(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    rows = [a_case(group).number for _ in range(5)]
    assert every_page(EVERYWHERE) == rows[::-1]
    first = page_of(EVERYWHERE, now=timezone.now())
    assert (len(first.rows), first.window_ended) == (2, False)


def test_a_page_that_fits_exactly_is_the_last(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for _ in range(2):
        a_case(group)
    assert page_of(EVERYWHERE, now=timezone.now()).older is None


def test_every_filter_narrows_the_list(group: Cast) -> None:
    plain = a_case(group, kinds=("billing", "wait", "pain"))
    severe = a_case(group, severity=Severity.SEVERE, kinds=("pain",), source=Source.SLACK)
    late = a_case(group, ago=timedelta(days=5), kinds=("treatment_plan",))
    away = a_case(group, by=group.nick, office=group.harbor, kinds=())
    taken = does(group.omar, a_case(group, kinds=("treatment",)), c.Acknowledge())
    aside = closed(group, kinds=("other",))
    everything = [row.number for row in (aside, taken, away, late, severe, plain)]
    assert numbers(EVERYWHERE) == everything
    maple, harbor = [str(group.maple.pk)], [str(group.harbor.pk)]
    assert numbers(Filters(offices=harbor)) == [away.number]
    assert numbers(Filters(offices=[*maple, *harbor])) == everything
    assert numbers(Filters(offices=[])) == []
    assert numbers(Filters(offices=None, stage=Stage.OFFICE)) == [taken.number]
    assert numbers(Filters(offices=maple, stage=Stage.CLOSED)) == [aside.number]
    assert numbers(Filters(offices=None, severity=Severity.SEVERE)) == [severe.number]
    assert numbers(Filters(offices=None, source=Source.SLACK)) == [severe.number]
    assert numbers(Filters(offices=None, late=True)) == [late.number]
    assert numbers(Filters(offices=None, owner=group.omar.pk, late=True)) == [late.number]
    assert numbers(Filters(offices=None, kind="pain")) == [severe.number, plain.number]
    assert numbers(Filters(offices=None, kind="billing")) == [plain.number]
    assert numbers(Filters(offices=None, kind="wait")) == [plain.number]
    assert numbers(Filters(offices=None, kind="treatment")) == [taken.number]  # and not treatment_plan


def test_words_are_searched_within_the_filters(group: Cast) -> None:
    first = a_case(group, account="The parrot in the waiting room bit her.")
    a_case(group, account="The bill was wrong.")
    second = a_case(group, account="A parrot again.", kinds=("pain",))
    assert numbers(Filters(offices=None, words="parrot")) == [second.number, first.number]
    assert numbers(Filters(offices=None, words="parrot", kind="pain")) == [second.number]
    assert numbers(Filters(offices=[str(group.harbor.pk)], words="parrot")) == []


def test_a_search_goes_on_over_pages(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries, "_FOUND_AT_ONCE", 3)
    rows = [a_case(group, account="A parrot.", kinds=("pain",) if n % 4 == 0 else ()).number for n in range(9)]
    assert every_page(Filters(offices=None, words="parrot")) == rows[::-1]
    assert every_page(Filters(offices=None, words="parrot", kind="pain")) == rows[::-4]


@pytest.mark.parametrize("scope", ["one", "several", "all"])
def test_a_filtered_page_stops_looking_and_says_so(group: Cast, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    monkeypatch.setattr(queries, "WINDOW", 3)
    rare = a_case(group, kinds=("pain",))
    for _ in range(5):
        a_case(group)
    maple, harbor = str(group.maple.pk), str(group.harbor.pk)
    filters = Filters(offices={"one": [maple], "several": [maple, harbor], "all": None}[scope], kind="pain")
    first = page_of(filters, now=timezone.now())
    assert (first.rows, first.window_ended) == ([], True)
    assert every_page(filters) == [rare.number]


def test_case_of_a_line_is_put_in_words(group: Cast) -> None:
    line = queries.line(a_case(group, kinds=("billing", "wait")), directory(), current_policy())
    assert (line.kinds, line.owner, line.office.name) == ("Billing surprise, Long wait", "Omar Haddad", "Maple Street")
    assert line.is_new_for_owner


def test_earlier_cases_of_the_same_patient_that_the_person_may_see(group: Cast) -> None:
    first = a_case(group)
    away = a_case(group, by=group.nick, office=group.harbor)
    a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN)
    last = a_case(group)
    assert [row.number for row in queries.others_of(last, None)] == [away.number, first.number]
    assert [row.number for row in queries.others_of(last, [str(group.maple.pk)])] == [first.number]
    assert queries.others_of(CaseRow.system.get(patient_key=""), None) == []


def test_promises_of_closed_cases_are_found_until_they_are_settled(group: Cast) -> None:
    row = a_case(group)
    owner = actor_at(group.omar, str(group.maple.pk)).person
    does(group.omar, row, c.MakePromise(text="A call", owner=owner, due=timezone.now() + timedelta(days=2)))
    assert queries.closed_of(group.omar.pk) == []  # it is open, so it is in the other list
    done = closed(group)
    does(group.omar, done, c.MakePromise(text="A call", owner=owner, due=timezone.now() + timedelta(days=2)))
    assert queries.closed_of(group.omar.pk) == [done]
    does(group.omar, done, c.SettlePromise(no=1, kept=True))
    assert queries.closed_of(group.omar.pk) == []


def test_a_promise_that_somebody_else_keeps_is_found_for_them(group: Cast) -> None:
    ana, ruth = (actor_at(one, str(group.maple.pk)).person for one in (group.ana, group.ruth))
    due = timezone.now() + timedelta(days=9)
    later = c.MakePromise(text="A call", owner=ana, due=due + timedelta(days=3))
    done, row = does(group.omar, closed(group), later), a_case(group)
    does(group.omar, row, c.MakePromise(text="A call", owner=ana, due=due))
    found = queries.kept_for_others(group.ana.pk)
    assert found == [row, done]
    first, second = (one.promise_due_at for one in found)
    assert first
    assert second
    assert first < second
    assert found[0].due_at
    assert found[0].due_at < first  # the case itself is due before
    assert queries.closed_of(group.omar.pk) == [done]
    assert queries.kept_for_others(group.nick.pk) == []
    does(group.omar, row, c.HandOverPromises(nos=(1,), to=ruth, why="Knows them."))
    does(group.omar, done, c.SettlePromise(no=1, kept=True))
    assert queries.kept_for_others(group.ana.pk) == []
    assert queries.kept_for_others(group.ruth.pk) == [row]
    does(group.omar, row, c.PutAside(reason=AsideReason.BY_MISTAKE, note="No."))
    assert queries.kept_for_others(group.ruth.pk) == []
    assert [problem for problem in verify().problems if "differs" in problem.what] == []


def test_deliveries_by_hand_are_counted(group: Cast) -> None:
    row = a_case(group)
    Delivery.objects.filter(case=row, no=1).update(state=State.BY_HAND)
    assert queries.by_hand_count(None) == 1
    assert queries.by_hand_count([str(group.maple.pk)]) == 1
    assert queries.by_hand_count([str(group.harbor.pk)]) == 0


# --- the cost --------------------------------------------------------------------------------------------------------


def test_what_is_open_is_found_by_the_partial_indexes(group: Cast) -> None:
    open_ones = CaseRow.system.filter(is_open=True)
    assert "case_open_by_owner" in plan_of(open_ones.filter(owner_id=1, due_at__isnull=False).order_by("due_at"))
    late = open_ones.filter(office_id__in=[1, 2], due_at__lt=timezone.now()).order_by("due_at")
    assert "case_open_by_office" in plan_of(late)
    left = CaseRow.system.filter(is_open=False, due_at__isnull=False)
    assert "case_promised" in plan_of(left.filter(owner_id=1).order_by("due_at"))
    assert "case_left_by_office" in plan_of(left.filter(office_id__in=[1, 2], due_at__lt=timezone.now()))
    promised = CaseRow.system.filter(promise_due_at__isnull=False, keepers__contains=",1,").order_by("promise_due_at")
    assert "case_keepers" in plan_of(promised)
    by_hand = Delivery.objects.filter(in_states(*UNFINISHED), state=State.BY_HAND)
    assert "delivery_unfinished" in plan_of(by_hand)
