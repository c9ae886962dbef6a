"""What was pasted is found once, and a chart that got another number takes along only what is for a chart."""

from tests.cases.story import MARISOL, TOBIAS, opened
from tests.conftest import Cast

from amends.cases import actions
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import Purpose


def test_what_does_not_wait_for_a_person_is_not_proved_by_a_look(group: Cast) -> None:
    case = opened(group.maple, group.ana, patient=MARISOL).row.pk
    note = Delivery.objects.get(case=case, purpose=Purpose.ACCOUNT)
    by_hand.seen_there(note.pk, number="90213")
    note.refresh_from_db()
    assert (note.state, note.proof_id) == (State.WAITING, "")


def test_merged_chart_takes_along_only_what_is_for_a_chart(group: Cast) -> None:
    case = opened(group.maple, group.ana, patient=MARISOL).row.pk
    task = Delivery.objects.get(case=case, purpose=Purpose.TASK)
    task.payload = {**task.payload, "PatNum": 0}
    task.save()
    actions.perform(command=c.PatientMerged(patient=TOBIAS), by=AMENDS, case=case)
    told = {row.purpose: row.payload["PatNum"] for row in Delivery.objects.filter(case=case)}
    assert told == {Purpose.ACCOUNT: TOBIAS.pat_num, Purpose.TASK: 0}
