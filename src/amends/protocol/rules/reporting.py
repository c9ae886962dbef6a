"""How a case begins, and what else is told about it."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import (
    AMENDS_ITSELF,
    MANAGERS,
    STAFF,
    Context,
    Refused,
    known_keys,
    not_set_aside,
    only,
    past,
    text,
)
from amends.protocol.rules.chain import STAGE_OF, nearest
from amends.protocol.values import Person
from amends.protocol.words import SEVERE_TRIGGERS, PatientStatus, Severity, Source, Stage, Trigger


def report(case: Case, command: c.Report, context: Context) -> Sequence[Fact]:
    if case.stage is not Stage.NEW:
        raise Refused("This case is already reported. Add an account to it instead.")
    only(context, STAFF | AMENDS_ITSELF, "report an upset patient")
    if not command.office:
        raise Refused("Choose the office.")
    account = text(command.account, context, "Say in a sentence what happened.", found=bool(command.found))
    kinds = known_keys(command.kinds, context.policy.kinds, "kind")
    patient_or_none(command)
    if command.source is Source.REVIEW and command.review is None:
        raise Refused("Say which review it was, so that it gets its answer.")
    owner, stage = _first_owner(command, context)
    severe = command.severity is Severity.SEVERE or bool(command.triggers & SEVERE_TRIGGERS)
    return [
        e.Reported(
            office=command.office,
            account=account,
            moment=command.moment,
            kinds=kinds,
            severity=Severity.SEVERE if severe else command.severity,
            triggers=tuple(sorted(command.triggers)),
            patient_status=command.patient_status,
            patient=command.patient,
            still_here=command.still_here,
            source=command.source,
            happened_at=past(command.happened_at or context.now, context),
            review=command.review,
            repeat_of=tuple(dict.fromkeys(command.repeat_of)),
            owner=owner,
            stage=stage,
            policy=context.policy.version,
            privacy_officer=context.chain.privacy_officer if Trigger.PRIVACY in command.triggers else None,
            found=command.found,
        )
    ]


def patient_or_none(command: c.Report | c.IdentifyPatient) -> None:
    if (command.patient is not None) != (command.patient_status is PatientStatus.KNOWN):
        raise Refused("Choose the patient, or say that they are not a patient or not known.")


def _first_owner(command: c.Report, context: Context) -> tuple[Person | None, Stage]:
    """The manager who reports keeps the case; otherwise the nearest one in the chain is asked."""
    if context.by.role in MANAGERS and command.source is not Source.REVIEW:
        return context.by.person, STAGE_OF[context.by.role]
    owner, stage = nearest(context.chain, Stage.OFFICE)
    return owner, Stage.REPORTED if stage is Stage.OFFICE else stage


def add_account(case: Case, command: c.AddAccount, context: Context) -> Sequence[Fact]:
    only(context, STAFF | AMENDS_ITSELF, "add to a case")
    not_set_aside(case)
    said = text(command.text, context, "Write what was said.", found=bool(command.found))
    moment = command.moment or case.moment
    return [e.AccountAdded(text=said, whose=command.whose, moment=moment, found=command.found)]
