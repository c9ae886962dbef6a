"""Single steps of the runner, each by its own example; `test_promise.py` mixes them all."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from tests.cases.story import TOBIAS, by, opened
from tests.conftest import Cast, make_cast
from tests.deliveries.other_side import COMMLOG, NOTE, TASK, Clock, Fault, Killed, OtherSide

from amends.cases import actions
from amends.deliveries.channel import Outgoing, Proof
from amends.deliveries.leasing import lease_next, sweep
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.words import AsideReason, Moment, PatientStatus, Way


@pytest.fixture
def note(group: Cast, clock: Clock) -> Delivery:
    """The one delivery that waits: a note in the chart (the Task is out of the way)."""
    done = opened(group.maple, group.ana)
    Delivery.objects.filter(case=done.row, channel=TASK).update(state=State.WITHDRAWN, why="Not in this test.")
    return Delivery.objects.get(case=done.row, channel=COMMLOG)


def run(side: OtherSide, *faults: str | Fault, look: str = "fine") -> None:
    side.faults = [Fault(fault) if isinstance(fault, str) else fault for fault in faults]
    side.look_faults = [look]
    assert run_one(side.channel)


def now_is(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def test_a_delivery_is_proved_and_its_case_is_told(note: Delivery, side: OtherSide) -> None:
    run(side)
    assert now_is(note) == State.PROVED
    proof = actions.state_of(note.case_pk).proofs[0]
    assert (proof.marker, proof.id, proof.place) == (note.marker, note.proof_id, "There")
    assert not run_one(side.channel)


def test_nothing_is_sent_while_nothing_is_due(note: Delivery, side: OtherSide, clock: Clock) -> None:
    clock.move(-1)
    assert not run_one(side.channel)


@pytest.mark.parametrize(("kind", "pause"), [("offline", 5), ("refused", 3), ("refused_for_days", 3600)])
def test_what_was_certainly_not_written_waits_and_is_tried_again(
    note: Delivery, side: OtherSide, clock: Clock, kind: str, pause: int
) -> None:
    run(side, kind)
    assert (now_is(note), note.due_at) == (State.WAITING, clock.now + timedelta(seconds=pause))
    assert note.sent_at is None
    clock.move(pause)
    run(side)
    assert (now_is(note), note.attempts) == (State.PROVED, 2)


def test_the_pause_doubles_up_to_five_minutes(note: Delivery, side: OtherSide, clock: Clock) -> None:
    pauses = []
    for _ in range(9):
        run(side, "offline")
        now_is(note)
        pauses.append((note.due_at - clock.now).total_seconds())
        clock.now = note.due_at
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_after_a_day_a_person_is_asked(note: Delivery, side: OtherSide, clock: Clock) -> None:
    clock.move(settings.GIVE_UP_SECONDS + 1)
    run(side, "offline")
    assert now_is(note) == State.BY_HAND
    assert note.why == "It was tried for 24 hours. The office is offline."
    last = actions.events_of(note.case_pk)[-1].fact
    assert isinstance(last, e.DeliveryLeftToHand)


@pytest.mark.parametrize("kind", ["permanent", "configuration"])
def test_a_refusal_for_good_goes_to_a_person_at_once(note: Delivery, side: OtherSide, kind: str) -> None:
    run(side, kind)
    assert now_is(note) == State.BY_HAND
    assert note.sent_at is None
    assert note.why


def test_a_channel_that_is_not_known_is_a_matter_for_a_person(note: Delivery) -> None:
    from amends.integrations.channels import channel

    Delivery.objects.filter(pk=note.pk).update(channel="carrier pigeon")
    run_one(channel)
    assert now_is(note) == State.BY_HAND


def test_another_channel_takes_over_and_the_reason_is_kept(group: Cast, side: OtherSide) -> None:
    done = opened(group.maple, group.ana, moment=Moment.TREATMENT)
    row = Delivery.objects.get(case=done.row, channel=NOTE)
    run(side, "instead")
    assert (now_is(row), row.channel, row.note) == (State.WAITING, COMMLOG, "Too old for clinical notes.")
    while run_one(side.channel):
        pass
    proof = actions.state_of(row.case_pk).proofs[0]
    assert (proof.marker, proof.why) == (row.marker, "Too old for clinical notes.")


@pytest.mark.parametrize("kind", ["unheard", "fault_after"])
def test_what_may_have_arrived_is_looked_for_and_not_sent_again(
    note: Delivery, side: OtherSide, clock: Clock, kind: str
) -> None:
    run(side, kind)
    assert now_is(note) == State.UNKNOWN
    clock.now = note.due_at
    run(side)
    assert now_is(note) == State.PROVED
    assert [what for what, _, _ in side.asked] == ["deliver", "find"]
    assert side.written[note.marker] == 1


def test_absence_proves_nothing_before_it_had_time_to_settle(note: Delivery, side: OtherSide, clock: Clock) -> None:
    # The request leaves 20 s after the lease and is heard of no more; it is written a whole minute later.
    run(side, Fault("late", reading=20, landing=60))
    looks = []
    while now_is(note) == State.UNKNOWN:
        clock.now = note.due_at
        looks.append((clock.now - (note.sent_at or clock.now)).total_seconds())
        run(side)
    assert looks == [2, 8, 60]
    assert (note.state, side.written[note.marker]) == (State.PROVED, 1)


def test_what_is_not_there_after_it_had_time_to_settle_is_sent_again(
    note: Delivery, side: OtherSide, clock: Clock
) -> None:
    run(side, "lost")
    while now_is(note) == State.UNKNOWN:
        clock.now = note.due_at
        run(side)
    assert (note.state, note.sent_at) == (State.WAITING, None)
    clock.now = note.due_at
    run(side)
    assert (now_is(note), side.written[note.marker]) == (State.PROVED, 1)


def test_what_is_not_there_after_a_day_of_tries_goes_to_a_person(note: Delivery, side: OtherSide, clock: Clock) -> None:
    clock.move(settings.GIVE_UP_SECONDS)
    run(side, "lost")
    clock.move(settings.SETTLE_SECONDS)
    run(side)
    assert now_is(note) == State.BY_HAND
    assert note.why == "It was sent, and it is not there. It timed out."
    assert note.sent_at is None


@pytest.mark.parametrize("look", ["offline", "refused", "timeout", "fault"])
def test_a_look_that_fails_is_repeated_before_anything_is_sent(
    note: Delivery, side: OtherSide, clock: Clock, look: str
) -> None:
    run(side, "unheard")
    clock.move(settings.SETTLE_SECONDS)
    run(side, look=look)
    assert now_is(note) == State.UNKNOWN
    clock.now = note.due_at
    run(side)
    assert (now_is(note), side.written[note.marker]) == (State.PROVED, 1)


@pytest.mark.parametrize("look", ["offline", "cannot_tell", "configuration"])
def test_a_person_is_asked_only_when_what_they_see_is_final(
    note: Delivery, side: OtherSide, clock: Clock, look: str
) -> None:
    clock.move(settings.GIVE_UP_SECONDS + 1)
    run(side, Fault("late", landing=50))
    clock.move(2)
    run(side, look=look)
    assert now_is(note) == State.UNKNOWN
    clock.now = (note.sent_at or clock.now) + timedelta(seconds=settings.SETTLE_SECONDS)
    Delivery.objects.filter(pk=note.pk).update(due_at=clock.now)
    run(side, look=look)
    assert now_is(note) == State.BY_HAND
    assert note.why.startswith("It may have arrived. ")
    assert note.sent_at is not None


def test_a_program_that_died_while_sending_is_noticed_and_the_delivery_looked_for(
    note: Delivery, side: OtherSide, clock: Clock
) -> None:
    with suppress(Killed):
        run(side, "killed_after")
    assert (now_is(note), sweep()) == (State.SENDING, 0)
    clock.move(settings.LEASE_SECONDS)
    assert (sweep(), now_is(note)) == (1, State.UNKNOWN)
    run(side)
    assert (now_is(note), side.written[note.marker]) == (State.PROVED, 1)


def test_what_a_dead_program_sent_at_its_last_moment_may_still_arrive(
    note: Delivery, side: OtherSide, clock: Clock
) -> None:
    with suppress(Killed):
        run(side, Fault("killed_late", reading=settings.LEASE_SECONDS - 1, landing=60))
    clock.move(1)
    sweep()
    while now_is(note) != State.PROVED:
        clock.now = max(clock.now, note.due_at)
        run(side)
    assert side.written[note.marker] == 1


def test_a_worker_that_lost_its_lease_writes_nothing_down(note: Delivery, side: OtherSide, clock: Clock) -> None:
    def somebody_else() -> None:
        clock.move(settings.LEASE_SECONDS)
        sweep()

    side.meanwhile = [somebody_else]
    run(side)
    assert now_is(note) == State.UNKNOWN
    assert actions.state_of(note.case_pk).proofs == ()
    run(side)
    assert (now_is(note), side.written[note.marker]) == (State.PROVED, 1)


def test_a_refusal_after_the_lease_was_lost_asks_nobody(note: Delivery, side: OtherSide, clock: Clock) -> None:
    def somebody_else() -> None:
        clock.move(settings.LEASE_SECONDS)
        sweep()

    side.meanwhile = [somebody_else]
    run(side, "permanent")
    assert now_is(note) == State.UNKNOWN
    assert not any(isinstance(event.fact, e.DeliveryLeftToHand) for event in actions.events_of(note.case_pk))


def test_a_later_note_of_the_case_waits_for_the_earlier_one(
    group: Cast, note: Delivery, side: OtherSide, clock: Clock
) -> None:
    omar = by(group.omar, group.maple)
    run(side, "offline")
    actions.perform(command=c.LogAttempt(way=Way.PHONE), by=omar, case=note.case_id)
    clock.move(4)
    assert not run_one(side.channel)
    clock.move(1)
    while run_one(side.channel):
        pass
    assert [marker for marker, _ in side.order] == [note.marker, f"{note.marker[:-1]}3"]


def test_other_cases_do_not_wait_for_it(group: Cast, note: Delivery, side: OtherSide) -> None:
    run(side, "offline")
    other = opened(group.maple, group.omar)  # an owner who reports gets no Task
    assert run_one(side.channel)
    assert Delivery.objects.get(case=other.row).state == State.PROVED


def test_the_note_of_a_wrong_patient_is_not_sent_once_that_is_known(
    group: Cast, note: Delivery, side: OtherSide
) -> None:
    corrected = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up.")
    actions.perform(command=corrected, by=by(group.omar, group.maple), case=note.case_id)
    assert (now_is(note), note.why) == (State.WITHDRAWN, "The patient was corrected.")
    while run_one(side.channel):
        pass
    assert note.marker not in side.written


@pytest.mark.parametrize("fault", ["lost", "offline", "permanent"])
def test_a_note_that_is_under_way_when_it_becomes_stale_is_not_sent_a_second_time(
    group: Cast, note: Delivery, side: OtherSide, clock: Clock, fault: str
) -> None:
    corrected = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up.")
    side.meanwhile = [
        lambda: actions.perform(command=corrected, by=by(group.omar, group.maple), case=note.case_id),
    ]
    run(side, fault)
    clock.move(settings.SETTLE_SECONDS)
    while run_one(side.channel):
        pass
    assert now_is(note) == State.WITHDRAWN
    assert note.marker not in side.written


def test_a_stale_note_that_did_arrive_is_proved_and_no_proof_of_the_right_chart(
    group: Cast, note: Delivery, side: OtherSide, clock: Clock
) -> None:
    corrected = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up.")
    side.meanwhile = [
        lambda: actions.perform(command=corrected, by=by(group.omar, group.maple), case=note.case_id),
    ]
    run(side)
    assert (now_is(note), note.why) == (State.PROVED, "")
    assert actions.state_of(note.case_pk).proofs == ()
    assert Delivery.objects.filter(case=note.case_id, purpose="wrong_chart").exists()


def test_what_nobody_needs_any_more_is_withdrawn_with_the_reason(group: Cast, clock: Clock) -> None:
    done = opened(group.maple, group.ana)
    aside = c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke between friends.")
    actions.perform(command=aside, by=by(group.omar, group.maple), case=done.row.pk)
    task = Delivery.objects.get(case=done.row, channel=TASK)
    assert (task.state, task.why) == (State.WITHDRAWN, "The case was set aside.")


def test_no_transaction_is_open_while_a_channel_speaks(committed: None) -> None:
    group = make_cast()
    opened(group.maple, group.ana)
    inside = []

    class Listening:
        name = COMMLOG

        def deliver(self, item: Outgoing) -> Proof:
            inside.append(connection.in_atomic_block)
            return Proof(id="1", place="There")

        def find(self, item: Outgoing) -> Proof | None:
            raise AssertionError("Nothing was unknown.")

    while run_one(lambda name: Listening()):
        pass
    assert inside == [False, False]


def test_a_lost_race_for_a_row_takes_the_next_one(group: Cast, note: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.deliveries import leasing

    opened(group.maple, group.omar)
    taken, real = [], leasing._take

    def take(row: Delivery, at: object) -> bool:
        taken.append(row.marker)
        if len(taken) == 1:
            Delivery.objects.filter(pk=row.pk).update(due_at=row.due_at + timedelta(seconds=1))  # somebody was quicker
        return real(row, at)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(leasing, "_take", take)
    leased = lease_next()
    assert leased is not None
    assert leased.marker == taken[1] != note.marker


def test_what_was_written_oddly_is_shown_to_a_person_and_never_sent_again_without_a_look(
    note: Delivery, side: OtherSide
) -> None:
    run(side, "written_oddly")
    assert now_is(note) == State.BY_HAND
    assert note.sent_at is not None, "so that another try looks first"
    assert side.written[note.marker] == 1
