"""What an event must tell becomes rows, each with a marker of its own."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cases.story import MARISOL, a_report, by, opened
from tests.conftest import Cast

from amends.cases import actions
from amends.deliveries.models import Delivery
from amends.integrations.marker import holds_marker
from amends.practice.models import Office, Post
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import Moment, NoContact, Purpose, Trigger, Way


def only(case: actions.Done, purpose: Purpose) -> Delivery:
    return Delivery.objects.get(case=case.row, purpose=purpose)


def test_each_delivery_carries_its_own_marker_and_no_other(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    actions.perform(command=c.AddAccount(text="She called again."), by=by(group.ana, group.maple), case=done.row.pk)
    rows = list(Delivery.objects.order_by("no"))
    assert [row.marker for row in rows] == [f"{done.number}.{n}" for n in range(1, len(rows) + 1)]
    for row in rows:
        assert [other.marker for other in rows if holds_marker(row.paste_text, other.marker)] == [row.marker]


@pytest.mark.parametrize(
    ("moment", "channel"),
    [(Moment.TREATMENT, "open_dental.clinical_note"), (Moment.CHECKOUT, "open_dental.commlog")],
)
def test_the_account_goes_into_the_patients_chart(group: Cast, moment: Moment, channel: str) -> None:
    note = only(opened(group.maple, group.ana, moment=moment), Purpose.ACCOUNT)
    assert (note.channel, note.target) == (channel, "main")
    assert note.payload["PatNum"] == MARISOL.pat_num
    assert note.payload["SentOrReceived"] == "Received"
    assert note.payload["zone"] == "America/New_York"
    assert note.chart_of is not None
    assert note.chart_of.has_chart_of(MARISOL)


@pytest.mark.parametrize(
    ("way", "mode"), [(Way.PHONE, "Phone"), (Way.VOICEMAIL, "Phone"), (Way.TEXT, "Text"), (Way.LETTER, "Mail")]
)
def test_an_attempt_says_how_in_open_dentals_words(group: Cast, way: Way, mode: str) -> None:
    done = opened(group.maple, group.ana)
    actions.perform(command=c.LogAttempt(way=way), by=by(group.omar, group.maple), case=done.row.pk)
    note = only(done, Purpose.ATTEMPT)
    assert (note.payload["Mode_"], note.payload["SentOrReceived"]) == (mode, "Sent")


def test_the_manager_gets_a_task_in_their_inbox(group: Cast) -> None:
    task = only(opened(group.maple, group.ana), Purpose.TASK)
    assert (task.channel, task.target) == ("open_dental.task", "main")
    assert (task.payload["to_user_num"], task.payload["inbox"], task.payload["PatNum"]) == (101, 501, 41)
    assert task.chart_of is None


def test_a_patient_of_another_database_means_nothing_in_this_offices_inbox(group: Cast) -> None:
    abroad = Patient("lakes", 7, "Wren Halloran", "")
    task = only(opened(group.maple, group.ana, patient=abroad), Purpose.TASK)
    assert task.payload["PatNum"] == 0


def test_without_a_chart_only_people_are_told(group: Cast) -> None:
    done = opened(group.maple, group.ana, patient=None)
    assert set(Delivery.objects.filter(case=done.row).values_list("purpose", flat=True)) == {Purpose.TASK}


def test_an_owner_who_has_left_still_gets_a_row_that_a_person_can_see(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    Post.objects.filter(person=group.omar).delete()
    group.omar.is_active = False
    group.omar.save()
    Office.objects.update(open_dental="main")
    actions.perform(command=c.Acknowledge(), by=by(group.rita, group.maple), case=done.row.pk)
    assert only(done, Purpose.TASK).payload["to"] == "Omar Haddad"


def test_the_leaders_get_one_safe_line(group: Cast) -> None:
    command = a_report(group.maple, "Her jaw is numb since Tuesday.")
    done = actions.perform(
        command=c.Report(**{**vars(command), "triggers": frozenset({Trigger.INJURY})}),
        by=by(group.ana, group.maple),
    )
    line = only(done, Purpose.LEADERS_NOW)
    assert line.channel == "slack.message"
    told = str(line.payload)
    assert done.number in told
    assert "Maple Street" in told
    for secret in ("Marisol", "Quintero", "0141", "jaw", "numb", "41,"):
        assert secret not in told
    assert line.payload["to"] == [group.lee.email, group.sam.email]


def test_a_note_about_the_end_of_trying_goes_into_the_chart(group: Cast) -> None:
    began = timezone.now() - timedelta(days=3)
    done = opened(group.maple, group.ana, at=began)
    omar = by(group.omar, group.maple)
    settle = c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="By letter.")
    actions.perform(command=settle, by=omar, case=done.row.pk)
    assert "no further contact" in only(done, Purpose.SETTLED).paste_text
