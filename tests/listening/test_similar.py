"""Patients like those of the cases, without one: who is looked at, for how long, and what is kept of them."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.conftest import Cast
from tests.listening.test_visit_counts import today
from tests.listening.world import DANA, World

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.integrations.open_dental.models import SimilarPatients
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import Moment, PatientStatus, Way

__all__ = ["today"]


def book(world: World, patient: int, day: date, status: str = "Complete", clinic: int = 1) -> None:
    at = datetime.combine(day, datetime.min.time()) + timedelta(hours=10)
    values = {"PatNum": patient, "AptStatus": status, "ClinicNum": clinic, "AptDateTime": f"{at:%Y-%m-%d %H:%M:%S}"}
    with world.simulator.lock:
        world.there.insert("appointment", {**world.blank_appointment, "AptNum": 0, **values})


def a_case(group: Cast, days_ago: int, patient: int = DANA, *, addressed: bool = True) -> CaseRow:
    at, by = timezone.now() - timedelta(days=days_ago), actor_at(group.omar, str(group.maple.pk))
    report = c.Report(
        office=str(group.maple.pk),
        account="Waited.",
        moment=Moment.BEFORE,
        patient_status=PatientStatus.KNOWN,
        patient=Patient("main", patient, "Dana Quillfeather"),
    )
    row = actions.perform(command=report, by=by, at=at).row
    spoke = c.RecordConversation(way=Way.PHONE, note="Spoke.")
    put_right = c.MarkAddressed(resolution="explained")
    for command in (spoke, put_right) if addressed else (spoke,):
        actions.perform(command=command, by=by, case=row.pk, at=at + timedelta(minutes=10))
    return row


def told_on(row: CaseRow, group: Cast) -> date:
    return actions.state_of(row.pk).opened_at.astimezone(group_zone(group)).date()


def group_zone(group: Cast):
    from amends.practice.directory import directory

    return directory().offices[str(group.maple.pk)].zone


@pytest.fixture
def case(world: World, today: date, group: Cast) -> CaseRow:
    return a_case(group, 200)


def test_similar_patients_are_followed_for_the_same_days(world: World, case: CaseRow, group: Cast) -> None:
    day = told_on(case, group)
    for patient in (2001, 2002, 2003):
        book(world, patient, day - timedelta(days=2))
    book(world, 2001, day + timedelta(days=180))
    book(world, 2002, day + timedelta(days=181))  # too late
    book(world, 2003, day + timedelta(days=20), "Broken")
    book(world, 2004, day - timedelta(days=8))  # seen too long before
    book(world, 2005, day - timedelta(days=1), clinic=2)  # elsewhere
    book(world, DANA, day - timedelta(days=1))  # the case's own
    world.chore("similar")
    found = SimilarPatients.objects.get()
    assert (found.case_id, found.similar, found.came_back, found.is_counted) == (case.pk, 3, 1, False)
    assert found.addressed_on == day


def test_no_more_than_five_are_taken_and_always_the_same_ones(world: World, case: CaseRow, group: Cast) -> None:
    day = told_on(case, group)
    for patient in range(2001, 2021):
        book(world, patient, day)
        if patient % 2:
            book(world, patient, day + timedelta(days=30))
    world.chore("similar")
    first = SimilarPatients.objects.get()
    SimilarPatients.objects.all().delete()
    world.chore("similar")
    assert (first.similar, first.came_back) == (5, SimilarPatients.objects.get().came_back)


def test_who_has_a_case_is_similar_to_nobody(world: World, case: CaseRow, group: Cast) -> None:
    book(world, 2001, told_on(case, group))
    a_case(group, 3, patient=2001)
    world.chore("similar")
    assert SimilarPatients.objects.get(case=case).similar == 0


def test_nothing_is_asked_before_the_days_are_over_nor_of_a_case_that_was_opened_again(
    world: World, today: date, group: Cast
) -> None:
    young, again = a_case(group, 190), a_case(group, 210)
    world.chore("similar")
    assert SimilarPatients.objects.get(case=young).similar is None
    SimilarPatients.objects.filter(case=again).update(similar=None)
    by = actor_at(group.omar, str(group.maple.pk))
    actions.perform(command=c.Reopen(why="Again."), by=by, case=again.pk)
    world.chore("similar")
    assert not SimilarPatients.objects.filter(case=again).exists()
    a_case(group, 300, addressed=False)
    world.chore("similar")
    assert SimilarPatients.objects.count() == 1
