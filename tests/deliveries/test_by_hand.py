"""A person does it instead of Amends, or lets Amends try again; the second person is told that it is done."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import Http404
from tests.cases.story import TOBIAS, by, opened
from tests.conftest import Cast, make_cast
from tests.deliveries.other_side import COMMLOG, Clock, Fault, OtherSide

from amends.cases import actions
from amends.cases.actions import state_of
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.words import PatientStatus


def left_to_hand(group: Cast, side: OtherSide) -> Delivery:
    done = opened(group.maple, group.ana)
    others = Delivery.objects.exclude(case=done.row, channel=COMMLOG).filter(state=State.WAITING)
    others.update(state=State.WITHDRAWN, why="Not in this test.")
    side.faults = [Fault("permanent")]
    run_one(side.channel)
    return Delivery.objects.get(case=done.row, channel=COMMLOG, state=State.BY_HAND)


@pytest.fixture
def row(group: Cast, side: OtherSide) -> Delivery:
    return left_to_hand(group, side)


def test_pasting_is_a_proof_with_the_persons_name(group: Cast, row: Delivery) -> None:
    by_hand.pasted(row.pk, group.omar, number="90213")
    row.refresh_from_db()
    assert (row.state, row.proof_id, row.proved_by) == (State.PROVED, "90213", group.omar)
    proof = state_of(row.case_pk).proofs[0]
    assert (proof.pasted, proof.by.name, proof.place, proof.id) == (True, "Omar Haddad", "CommLog", "90213")


def test_the_second_person_hears_that_it_is_done(group: Cast, row: Delivery) -> None:
    by_hand.pasted(row.pk, group.omar)
    with pytest.raises(by_hand.NotWaiting):
        by_hand.pasted(row.pk, group.ana)
    with pytest.raises(by_hand.NotWaiting):
        by_hand.try_again(row.pk, group.ana)


def test_a_delivery_that_does_not_exist_is_not_waiting(group: Cast) -> None:
    with pytest.raises(by_hand.NotWaiting):
        by_hand.pasted(987_654, group.ana)


def test_somebody_of_another_office_cannot_say_so(group: Cast, row: Delivery) -> None:
    for act in (by_hand.pasted, by_hand.try_again):
        with pytest.raises(Http404):
            act(row.pk, group.nick)
    row.refresh_from_db()
    assert row.state == State.BY_HAND


def test_a_refused_word_leaves_the_row_as_it_was(group: Cast, row: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise Refused("No.")

    monkeypatch.setattr(actions, "perform", refuse)
    with pytest.raises(Refused):
        by_hand.pasted(row.pk, group.omar)
    row.refresh_from_db()
    assert (row.state, row.proved_at) == (State.BY_HAND, None)


def test_another_try_of_what_never_left_is_sent_at_once(group: Cast, row: Delivery, side: OtherSide) -> None:
    assert by_hand.try_again(row.pk, group.omar).state == State.WAITING
    run_one(side.channel)
    row.refresh_from_db()
    assert (row.state, row.attempts, side.written[row.marker]) == (State.PROVED, 1, 1)


@pytest.mark.parametrize(("not_there", "first"), [(False, "find"), (True, "deliver")])
def test_another_try_of_what_may_have_arrived_looks_first_unless_a_person_did(
    group: Cast, side: OtherSide, clock: Clock, not_there: bool, first: str
) -> None:
    done = opened(group.maple, group.omar)
    side.faults = [Fault("lost")]
    run_one(side.channel)
    clock.move(60)
    side.look_faults = ["cannot_tell"]
    run_one(side.channel)
    row = Delivery.objects.get(case=done.row)
    assert row.state == State.BY_HAND
    side.asked.clear()
    by_hand.try_again(row.pk, group.omar, not_there=not_there)
    while run_one(side.channel):
        clock.move(10)
    assert side.asked[0][0] == first
    assert side.written[row.marker] == 1


def test_a_day_of_tries_begins_again(group: Cast, row: Delivery, clock: Clock) -> None:
    clock.move(200_000)
    again = by_hand.try_again(row.pk, group.omar)
    assert (again.created_at, again.attempts, again.why) == (clock.now, 0, "")


def test_one_paste_of_many_at_once_counts(committed: None, side: OtherSide) -> None:
    group = make_cast()
    row = left_to_hand(group, side)
    together = Barrier(6)

    def paste(_: int) -> str:
        together.wait()
        try:
            by_hand.pasted(row.pk, group.omar)
        except by_hand.NotWaiting:
            return "too late"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(6) as people:
        said = list(people.map(paste, range(6)))
    assert sorted(said) == ["done"] + ["too late"] * 5
    assert len(actions.state_of(row.case_pk).proofs) == 1


def test_a_paste_and_a_correction_at_once_do_not_wait_for_each_other_in_a_ring(
    committed: None, side: OtherSide
) -> None:
    group = make_cast()
    together = Barrier(2)

    def paste(row: Delivery) -> None:
        together.wait()
        try:
            by_hand.pasted(row.pk, group.omar)
        except by_hand.NotWaiting:
            pass  # the correction was first and withdrew it
        finally:
            connection.close()

    def correct(row: Delivery) -> None:
        together.wait()
        command = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up.")
        try:
            actions.perform(command=command, by=by(group.omar, group.maple), case=row.case_id)
        finally:
            connection.close()

    for _ in range(8):
        row = left_to_hand(group, side)
        with ThreadPoolExecutor(2) as people:
            for done in (people.submit(paste, row), people.submit(correct, row)):
                done.result()
        row.refresh_from_db()
        assert row.state in (State.PROVED, State.WITHDRAWN)
