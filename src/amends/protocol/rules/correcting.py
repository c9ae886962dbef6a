"""Corrections: what was entered wrongly stays in the story, and the case goes on with what is right."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.gates import in_words
from amends.protocol.rules.asking import (
    AMENDS_ITSELF,
    MANAGERS,
    Context,
    Refused,
    known_keys,
    not_set_aside,
    only,
    past,
    text,
)
from amends.protocol.rules.reporting import patient_or_none
from amends.protocol.values import Patient
from amends.protocol.words import (
    CHART_PURPOSES,
    SEVERE_TRIGGERS,
    CorrectableField,
    Moment,
    PatientStatus,
    Role,
    Severity,
    Stage,
    Trigger,
)


def correct_field(case: Case, command: c.CorrectField, context: Context) -> Sequence[Fact]:
    _may_correct(case, context)
    try:
        value = _checked_value(case, command, context)
    except (ValueError, OverflowError) as wrong:  # no such member of an enumeration, no such date
        raise Refused("That is not a possible value.") from wrong
    if value == _value_of(case, command.field):
        raise Refused("That is what the case says already.")
    why = text(command.why, context, "Write why it is corrected.")
    if command.field is CorrectableField.TRIGGERS:
        return [triggers_corrected(case, {Trigger(one) for one in value}, why, context)]
    return [e.FieldCorrected(field=command.field, value=value, was=_value_of(case, command.field), why=why)]


def triggers_corrected(case: Case, triggers: Collection[Trigger], why: str, context: Context) -> Fact:
    """The fact that these are the case's triggers now; a new privacy concern names the privacy officer."""
    new_privacy = Trigger.PRIVACY in triggers and Trigger.PRIVACY not in case.triggers
    return e.FieldCorrected(
        field=CorrectableField.TRIGGERS,
        value=tuple(sorted(triggers)),
        was=case.triggers,
        why=why,
        privacy_officer=context.chain.privacy_officer if new_privacy else None,
    )


def _checked_value(case: Case, command: c.CorrectField, context: Context) -> tuple[str, ...]:
    if command.field is CorrectableField.KINDS:
        return known_keys(command.value, context.policy.kinds, "kind")
    if command.field is CorrectableField.TRIGGERS:
        return tuple(sorted({Trigger(one) for one in command.value}))
    (one,) = command.value
    if command.field is CorrectableField.HAPPENED_AT:
        return (_written(past(datetime.fromisoformat(one), context)),)
    if command.field is CorrectableField.MOMENT:
        return (Moment(one),)
    if Severity(one) is not Severity.SEVERE and set(case.triggers) & SEVERE_TRIGGERS:
        raise Refused("A case with a severe trigger is severe. Correct the triggers first.")
    return (Severity(one),)


def _value_of(case: Case, field: CorrectableField) -> tuple[str, ...]:
    match field:
        case CorrectableField.KINDS:
            return case.kinds
        case CorrectableField.SEVERITY:
            return (case.severity,)
        case CorrectableField.MOMENT:
            return (case.moment,)
        case CorrectableField.HAPPENED_AT:
            return (_written(case.happened_at),)
        case CorrectableField.TRIGGERS:  # pragma: no branch  mypy proves the match complete
            return case.triggers


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def identify_patient(case: Case, command: c.IdentifyPatient, context: Context) -> Sequence[Fact]:
    _may_correct(case, context)
    patient_or_none(command)
    # That nobody can tell is an answer of whoever looked, also where nobody was known before.
    answered = command.patient_status is PatientStatus.UNKNOWN and command.why.strip()
    if command.patient == case.patient and command.patient_status is case.patient_status and not answered:
        raise Refused("That is what the case says already.")
    why = text(command.why, context, "Write why the patient is corrected." if case.patient else None)
    return [identified(case, command.patient_status, command.patient, why)]


def identified(case: Case, status: PatientStatus, patient: Patient | None, why: str) -> Fact:
    """The fact of who the patient is now, with what it means for the notes that are written already."""
    same_chart = bool(patient and case.patient and patient.has_chart_of(case.patient))
    written = (in_words(proof) for proof in case.proofs if proof.purpose in CHART_PURPOSES)
    return e.PatientIdentified(
        patient_status=status,
        patient=patient,
        why=why,
        same_chart=same_chart,
        misplaced=() if same_chart else tuple(written),
    )


def _may_correct(case: Case, context: Context) -> None:
    own = context.by.role is Role.TEAM and case.reporter == context.by.person and case.stage is Stage.REPORTED
    if not own:
        only(context, MANAGERS | AMENDS_ITSELF, "correct a case")
    not_set_aside(case)
