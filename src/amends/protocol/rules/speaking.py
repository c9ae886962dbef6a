"""Taking a case on and speaking with the patient."""

from collections.abc import Sequence
from datetime import date, timedelta

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import MANAGERS, STAFF, Context, Refused, before_addressed, only, text
from amends.protocol.rules.chain import stage_for
from amends.protocol.words import (
    ATTEMPT_WAYS,
    CONVERSATION_WAYS,
    Heart,
    NoContact,
    PatientStatus,
    Role,
    Stage,
)


def acknowledge(case: Case, command: c.Acknowledge, context: Context) -> Sequence[Fact]:
    before_addressed(case)
    stage = stage_for(case, context)
    if case.accepted and case.owner == context.by.person:
        raise Refused("You already have this case.")
    if command.unless_taken and case.accepted and case.owner:
        raise Refused(f"{case.owner.name} has it already. You can take it over on its page.")
    return [e.Acknowledged(stage=stage)]


def taken(case: Case, context: Context) -> list[Fact]:
    """Who works on a case that waits for somebody has it: the `Acknowledged` that they did not bother to say."""
    before_addressed(case)
    stage = stage_for(case, context)
    if case.accepted and case.stage is stage:
        return []
    return [e.Acknowledged(stage=stage)]


def log_attempt(case: Case, command: c.LogAttempt, context: Context) -> Sequence[Fact]:
    only(context, STAFF, "log an attempt")
    if command.way not in ATTEMPT_WAYS:
        raise Refused("Choose how you tried: by phone, voicemail, text, e-mail, letter or in person.")
    note = text(command.note, context, found=bool(command.found))
    attempt = e.AttemptLogged(
        way=command.way, note=note, call_back_on=_asked_for(case, command, context), found=command.found
    )
    if context.by.role is Role.TEAM:
        before_addressed(case)
        return [attempt]
    return [*taken(case, context), attempt]


def _asked_for(case: Case, command: c.LogAttempt, context: Context) -> date | None:
    """The day for which the patient asked; refuses one that is over, or that the protocol does not wait for."""
    day = command.call_back_on
    if day is None:
        return None
    zone, limit = context.calendar.tz, context.policy.limits.wait_calendar_days
    if day < context.now.astimezone(zone).date():
        raise Refused("The day for which they asked is over. Look at the date.")
    if day > case.round_since.astimezone(zone).date() + timedelta(days=limit):
        raise Refused(
            f"The protocol waits {limit} days at most for a day that the patient asks for, counted from the report. "
            "Agree on an earlier one, or log the attempt without it."
        )
    return day


def record_conversation(case: Case, command: c.RecordConversation, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "record the conversation; a manager speaks with the patient")
    if command.way not in CONVERSATION_WAYS:
        raise Refused("A voicemail, e-mail or letter is an attempt. A conversation has two sides.")
    note = text(command.note, context, "Write in a sentence what was said.", found=bool(command.found))
    heart = tuple(tick for tick in Heart if tick in command.heart)
    spoken = e.ConversationRecorded(way=command.way, note=note, heart=heart, found=command.found)
    if case.stage in (Stage.ADDRESSED, Stage.CLOSED):
        return [spoken]  # a follow-up call belongs to the story and changes nothing else
    return [*taken(case, context), spoken]


def settle_attempts(case: Case, command: c.SettleAttempts, context: Context) -> Sequence[Fact]:
    had = taken(case, context)
    note = text(command.note, context)
    match command.reason:
        case NoContact.ATTEMPTS_MADE:
            _enough_attempts(case, context)
        case NoContact.ASKED_NOT_TO if not note:
            raise Refused("Write how the patient asked not to be contacted.")
        case NoContact.NO_WAY if case.patient_status is PatientStatus.KNOWN:
            raise Refused("The patient is known, so there is a way. Log the attempts, or say that they asked for none.")
        case _:
            pass
    return [*had, e.AttemptsSettled(reason=command.reason, note=note)]


def _enough_attempts(case: Case, context: Context) -> None:
    limits, zone = context.policy.limits, context.calendar.tz
    attempts = [a for a in case.attempts if a.seq > case.round_start]
    days = {a.at.astimezone(zone).date() for a in attempts}
    ways = {a.way for a in attempts}
    if len(attempts) < limits.attempts or len(days) < limits.attempt_days or len(ways) < limits.attempt_ways:
        raise Refused(
            f"The protocol asks for {limits.attempts} attempts over at least {limits.attempt_days} days and in "
            f"{limits.attempt_ways} ways. So far: {len(attempts)} on {len(days)} days in {len(ways)} ways."
        )
