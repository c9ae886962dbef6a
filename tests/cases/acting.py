"""Short ways to act on cases as the people of the cast do, for the tests of pages."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery, State
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Patient
from amends.protocol.words import Moment, PatientStatus, Purpose, Way

DANA = Patient("main", 1001, "Dana Quillfeather", "555-0142")
SPOKE = c.RecordConversation(way=Way.PHONE, note="We went through the bill together.")
PUT_RIGHT = c.MarkAddressed(resolution="corrected")
CAUSE = c.RecordCauses(causes=("estimate_wrong",))


def a_case(
    group: Cast, *, by: Person | None = None, office: Any = None, ago: timedelta = timedelta(0), **changes: Any
) -> CaseRow:
    """A case of Maple Street that Ana reported, unless the test says otherwise."""
    place = office or group.maple
    fields: dict[str, Any] = {
        "office": str(place.pk),
        "account": "The bill was twice the estimate.",
        "moment": Moment.CHECKOUT,
        "kinds": ("billing",),
        "patient_status": PatientStatus.KNOWN,
        "patient": DANA,
    } | changes
    actor = actor_at(by or group.ana, str(place.pk))
    return actions.perform(command=c.Report(**fields), by=actor, at=timezone.now() - ago).row


def does(person: Person, row: CaseRow, *commands: c.Command, at: datetime | None = None) -> CaseRow:
    """The person does these things, one after another; gives the case's row afterwards."""
    for command in commands:
        actions.perform(command=command, by=actor_at(person, str(row.office_id)), case=row.pk, at=at)
    return CaseRow.system.get(pk=row.pk)


def everything_arrives(row: CaseRow) -> CaseRow:
    """Every delivery that is on its way is proved, as the runner does it."""
    for delivery in Delivery.objects.filter(case=row, state=State.WAITING):
        Delivery.objects.filter(pk=delivery.pk).update(
            state=State.PROVED, proof_place="CommLog", proof_id=f"90{delivery.no}", proof_link="https://od.example/1"
        )
        proved = c.DeliveryProved(
            marker=delivery.marker,
            purpose=Purpose(delivery.purpose),
            about=delivery.about,
            place="CommLog",
            id=f"90{delivery.no}",
        )
        actions.perform(command=proved, by=AMENDS, case=row.pk)
    return CaseRow.system.get(pk=row.pk)


def its_task(row: CaseRow, **changed: datetime) -> CaseRow:
    """The Task is in the owner's inbox, and Open Dental says this of it (`seen_at`, `done_at`)."""
    task = Delivery.objects.filter(case=row, purpose=Purpose.TASK).latest("no")
    number = f"77{task.no}"
    if task.state == State.WAITING:
        Delivery.objects.filter(pk=task.pk).update(state=State.PROVED, proof_place="Task", proof_id=number)
        proved = c.DeliveryProved(marker=task.marker, purpose=Purpose.TASK, about=task.about, place="Task", id=number)
        actions.perform(command=proved, by=AMENDS, case=row.pk)
    actions.perform(command=c.TaskChanged(marker=task.marker, **changed), by=AMENDS, case=row.pk)
    return CaseRow.system.get(pk=row.pk)


def closed(group: Cast, **changes: Any) -> CaseRow:
    """A case that Omar put right and that closed by itself."""
    row = does(group.omar, a_case(group, **changes), SPOKE, CAUSE, PUT_RIGHT)
    return everything_arrives(row)
