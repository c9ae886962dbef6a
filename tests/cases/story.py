"""Short ways to tell a story through the one door, `actions.perform`."""

from datetime import datetime

from amends.access import actor_at
from amends.cases import actions
from amends.practice.models import Office, Person
from amends.protocol import commands as c
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Moment, PatientStatus

MARISOL = Patient("main", 41, "Marisol Quintero", "(555) 010-0141")
TOBIAS = Patient("main", 42, "Tobias Wendell", "555-010-0142")


def by(person: Person, office: Office) -> Actor:
    return actor_at(person, str(office.pk))


def a_report(
    office: Office,
    account: str = "Waited an hour and nobody said a word.",
    *,
    patient: Patient | None = MARISOL,
    moment: Moment = Moment.CHECKOUT,
) -> c.Report:
    return c.Report(
        office=str(office.pk),
        account=account,
        moment=moment,
        patient=patient,
        patient_status=PatientStatus.KNOWN if patient else PatientStatus.UNKNOWN,
    )


def opened(
    office: Office,
    person: Person,
    account: str = "Waited an hour and nobody said a word.",
    *,
    patient: Patient | None = MARISOL,
    moment: Moment = Moment.CHECKOUT,
    at: datetime | None = None,
) -> actions.Done:
    """A new case, reported by this person."""
    command = a_report(office, account, patient=patient, moment=moment)
    return actions.perform(command=command, by=by(person, office), at=at)
