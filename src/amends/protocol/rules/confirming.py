"""Asking the patient, a while after it was put right, whether it is fixed (docs/decisions/0026).

It is no gate: a case closes without it, and a closed case is asked about all the same. *No* opens it again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.hours import Calendar, HoursError, next_opening
from amends.protocol.policy import Policy
from amends.protocol.rules.asking import MANAGERS, Context, Refused, only, text
from amends.protocol.rules.ending import who_resumes
from amends.protocol.words import Fixed, NoContact, Role, Stage

# The coded phrase that ships for it; a group that words it otherwise has the end of the attempts, which says the same.
_NO_CONTACT_WANTED = "no_contact_wanted"
_NEEDED = {
    Fixed.PARTLY: "Write in a sentence what is still missing.",
    Fixed.NO: "Write in a sentence what is not fixed.",
}


def wanted_at(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When it becomes time to ask the patient (UTC), in open hours; None where nobody will ask, or has been asked to.

    An office that is never open again asks nobody.
    """
    days, done = policy.limits.confirm_calendar_days, case.round_addressing
    if not days or done is None or case.confirm_since or case.stage not in (Stage.ADDRESSED, Stage.CLOSED):
        return None
    if not _spoken_before(case, done.seq) or _asked_for_none(case, done.resolution):
        return None
    try:
        return next_opening(calendar, done.at.astimezone(UTC) + timedelta(days=days)).astimezone(UTC)
    except HoursError:
        return None


def _spoken_before(case: Case, addressed: int) -> bool:
    """Whether it was addressed with a conversation, and not because nobody could be reached."""
    return case.first_conversation is not None and case.first_conversation.seq < addressed


def _asked_for_none(case: Case, resolution: str) -> bool:
    settled = case.round_settled
    return resolution == _NO_CONTACT_WANTED or (settled is not None and settled.reason is NoContact.ASKED_NOT_TO)


def wanted(case: Case, command: c.DeadlinePassed, context: Context) -> list[Fact]:
    """The question for whoever has the case, or who answers instead; nothing where another deadline is meant."""
    at = wanted_at(case, context.policy, context.calendar)
    # In UTC: Python holds no local time of a repeated hour to be equal to the same instant in another zone.
    if context.by.role is not Role.SYSTEM or at != command.due.astimezone(UTC) or at > context.now:
        return []
    to, stage = who_resumes(case, context)
    return [e.ConfirmationWanted(to=to, stage=stage)]


def record_confirmation(case: Case, command: c.RecordConfirmation, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "record whether it is fixed; a manager asks the patient")
    if not case.to_confirm:
        raise Refused("It is not the time to ask the patient whether it is fixed, or the answer is recorded already.")
    note = text(command.note, context, _NEEDED.get(command.answer))
    facts: list[Fact] = [e.ConfirmationRecorded(answer=command.answer, note=note)]
    if command.answer is Fixed.NO:
        owner, stage = who_resumes(case, context)
        facts.append(e.Reopened(why=f"The patient says that it is not fixed: {note}", stage=stage, owner=owner))
    return facts
