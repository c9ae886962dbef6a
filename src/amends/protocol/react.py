"""What an event means for others: the messages that must now go out."""

from datetime import datetime

from amends.protocol import events as e
from amends.protocol.case import Case, is_misplaced
from amends.protocol.events import Event
from amends.protocol.messages import ChartNote, LeadersMessage, Message, TaskMessage, Withdraw
from amends.protocol.policy import Policy
from amends.protocol.values import Account, Actor, Attempt, Conversation, Patient, Person, Settled
from amends.protocol.words import (
    CHART_PURPOSES,
    SEVERE_TRIGGERS,
    CorrectableField,
    Moment,
    NoContact,
    Purpose,
    Role,
    Stage,
    Teller,
    Way,
)

_ROLE_OF = {
    Stage.REPORTED: Role.OFFICE_MANAGER,
    Stage.OFFICE: Role.OFFICE_MANAGER,
    Stage.REGION: Role.REGIONAL_MANAGER,
    Stage.LEADERS: Role.LEADER,
}
_SETTLED = {
    NoContact.ATTEMPTS_MADE: "Attempts to reach the patient ended without an answer.",
    NoContact.ASKED_NOT_TO: "The patient asked for no further contact about this.",
    NoContact.NO_WAY: "There is no way known to reach the person.",
}


def react(case: Case, event: Event, policy: Policy) -> list[Message]:
    """The messages for `event`, where `case` is the case with that event already in it."""
    fact = event.fact
    match fact:
        case e.Reported():
            return [
                *_account_note(case, case.accounts[0], policy),
                *_owner_task(case, event, policy, f"{fact.account} Please speak with the patient and record it."),
                *_leaders_now(case, event),
                *_privacy_task(case, event, fact.privacy_officer),
            ]
        case e.AccountAdded(whose=Teller.PATIENT):
            return _account_note(case, case.accounts[-1], policy)
        case e.AttemptLogged():
            return _attempt_note(case, case.attempts[-1], policy)
        case e.ConversationRecorded():
            return _conversation_note(case, case.conversations[-1], policy)
        case e.AttemptsSettled():
            return _settled_note(case, case.settled)
        case e.HandedOver():
            ask = f"Handed over by {event.by.name}: {fact.why}"
            return [_no_longer(Purpose.TASK), *_owner_task(case, event, policy, ask)]
        case e.Escalated():
            asker = f"{event.by.name} ({policy.roles[event.by.role]})"
            ask = _joined(f"{asker} asks you to take this on: {fact.why}", fact.tried and f"Tried: {fact.tried}")
            return [_no_longer(Purpose.TASK), *_owner_task(case, event, policy, ask)]
        case e.SteppedIn():
            return [_no_longer(Purpose.TASK)]
        case e.Addressed():
            return [_no_longer(Purpose.TASK, Purpose.LATE), _leaders_told(case, event, fact)]
        case e.Reopened():
            ask = f"Opened again by {event.by.name}: {fact.why}"
            stale = Withdraw(purposes=(Purpose.LEADERS_TOLD,), why="The case was opened again.")
            again = [] if fact.stage is Stage.ADDRESSED else [stale]  # there, what the leaders heard still holds
            return [*again, *_owner_task(case, event, policy, ask)]
        case e.SetAside():
            # What the leaders or the privacy officer must hear at once they hear, whatever becomes of the case.
            aside = (Purpose.TASK, Purpose.LATE, Purpose.LEADERS_TOLD)
            return [Withdraw(purposes=aside, why="The case was set aside.")]
        case e.FieldCorrected(field=CorrectableField.TRIGGERS):
            newly = (set(fact.value) - set(fact.was)) & SEVERE_TRIGGERS
            return [
                *(_leaders_now(case, event) if newly else []),
                *_privacy_task(case, event, fact.privacy_officer),
            ]
        case e.PatientIdentified(same_chart=False):
            return [*_moved_chart(case, policy), *_wrong_chart(case, event, fact.misplaced)]
        case e.DeliveryProven() if is_misplaced(case, fact):
            return _wrong_chart(case, event, (f"{fact.place} {fact.id}",))
        case e.WentLate(told=Person() as told, told_role=Role() as role):
            return [_late_task(case, event, told, role, policy)]
        case _:
            return []


# --- the chart ---------------------------------------------------------------------------------------------------


def _account_note(case: Case, account: Account, policy: Policy) -> list[Message]:
    said = (
        f"Patient upset. {policy.moments[account.moment]}. About: {policy.kinds_in_words(case.kinds)}. {account.text}"
    )
    return _note(
        case,
        Purpose.ACCOUNT,
        account.seq,
        said,
        author=account.by,
        at=case.happened_at if account is case.accounts[0] else account.at,
        clinical=account.moment is Moment.TREATMENT,
        from_patient=True,
    )


def _attempt_note(case: Case, attempt: Attempt, policy: Policy) -> list[Message]:
    tried = _joined(f"Tried to reach the patient, {policy.ways[attempt.way]}; not reached.", attempt.note)
    return _note(case, Purpose.ATTEMPT, attempt.seq, tried, author=attempt.by, at=attempt.at, way=attempt.way)


def _conversation_note(case: Case, talk: Conversation, policy: Policy) -> list[Message]:
    said = f"Spoke with the patient {policy.ways[talk.way]}. {talk.note}"
    return _note(case, Purpose.CONVERSATION, talk.seq, said, author=talk.by, at=talk.at, way=talk.way)


def _settled_note(case: Case, settled: Settled | None) -> list[Message]:
    if settled is None:
        return []
    ended = _joined(_SETTLED[settled.reason], settled.note)
    return _note(case, Purpose.SETTLED, settled.seq, ended, author=settled.by, at=settled.at)


def _note(
    case: Case,
    purpose: Purpose,
    about: int,
    text: str,
    *,
    author: Actor,
    at: datetime,
    way: Way | None = None,
    clinical: bool = False,
    from_patient: bool = False,
) -> list[Message]:
    """The note, where there is a chart for it."""
    if case.patient is None:
        return []
    note = ChartNote(
        purpose=purpose,
        about=about,
        patient=case.patient,
        clinical=clinical,
        text=text,
        way=way,
        from_patient=from_patient,
        at=at,
        author=author,
    )
    return [note]


def _moved_chart(case: Case, policy: Policy) -> list[Message]:
    """The patient became known or was another one: the story goes into the right chart."""
    messages: list[Message] = [Withdraw(purposes=tuple(CHART_PURPOSES), why="The patient was corrected.")]
    for account in case.accounts:
        if account.whose is Teller.PATIENT:
            messages += _account_note(case, account, policy)
    for attempt in case.attempts:
        messages += _attempt_note(case, attempt, policy)
    for conversation in case.conversations:
        messages += _conversation_note(case, conversation, policy)
    return [*messages, *_settled_note(case, case.settled)]


def _wrong_chart(case: Case, event: Event, notes: tuple[str, ...]) -> list[Message]:
    """A Task about notes in the chart of somebody else; Open Dental lets no other program take them out."""
    if not notes or case.owner is None:
        return []
    return [
        TaskMessage(
            purpose=Purpose.WRONG_CHART,
            about=case.version,
            to=case.owner,
            role=_owner_role(case),
            patient=None,
            headline="A note stands in the wrong chart",
            text=f"The patient of this case was corrected, and these notes stand in another patient's chart: "
            f"{', '.join(notes)}. Please take them out there; the right chart gets them by itself.",
            author=event.by,
            at=event.at,
        )
    ]


def _joined(sentence: str, note: str) -> str:
    return f"{sentence} {note}" if note else sentence


# --- people ------------------------------------------------------------------------------------------------------


def _owner_task(case: Case, event: Event, policy: Policy, ask: str) -> list[Message]:
    """A Task for the owner, unless they did this themselves."""
    if case.owner is None or case.owner == event.by.person:
        return []
    still_here = "STILL HERE: please come now. " if case.still_here else ""
    return [
        TaskMessage(
            purpose=Purpose.TASK,
            about=case.version,
            to=case.owner,
            role=_owner_role(case),
            patient=case.patient,
            headline=f"{'STILL HERE · ' if case.still_here else ''}Upset patient: {_who(case.patient)}",
            text=f"{still_here}Upset patient: {_who(case.patient)}. About: {policy.kinds_in_words(case.kinds)}. "
            f"{policy.severities[case.severity]}. {ask}",
            author=event.by,
            at=event.at,
        )
    ]


def _late_task(case: Case, event: Event, told: Person, role: Role, policy: Policy) -> Message:
    holder = case.owner.name if case.owner else "nobody"
    return TaskMessage(
        purpose=Purpose.LATE,
        about=case.version,
        to=told,
        role=role,
        patient=case.patient,
        headline=f"Late: upset patient {_who(case.patient)}",
        text=f"A step is late. {policy.stages[case.stage]}; owner: {holder}. "
        f"About: {policy.kinds_in_words(case.kinds)}.",
        author=event.by,
        at=event.at,
    )


def _privacy_task(case: Case, event: Event, officer: Person | None) -> list[Message]:
    if officer is None:
        return []
    return [
        TaskMessage(
            purpose=Purpose.PRIVACY,
            about=case.version,
            to=officer,
            role=Role.PRIVACY_OFFICER,
            patient=case.patient,
            headline="Privacy concern raised by a patient",
            text="A privacy concern was recorded. Please look at the case and write down its disposition.",
            author=event.by,
            at=event.at,
        )
    ]


def _leaders_now(case: Case, event: Event) -> list[Message]:
    if not set(case.triggers) & SEVERE_TRIGGERS:
        return []
    return [_leaders_line(case, event, Purpose.LEADERS_NOW)]


def _leaders_told(case: Case, event: Event, fact: e.Addressed) -> Message:
    return _leaders_line(case, event, Purpose.LEADERS_TOLD, resolution=fact.resolution)


def _leaders_line(case: Case, event: Event, purpose: Purpose, resolution: str | None = None) -> LeadersMessage:
    spoken = case.first_conversation
    return LeadersMessage(
        purpose=purpose,
        about=case.version,
        office=case.office,
        kinds=case.kinds,
        severity=case.severity,
        stage=case.stage,
        owner=case.owner,
        addressed_by=event.by if resolution else None,
        resolution=resolution,
        minutes_to_contact=max(0, int((spoken.at - case.round_since).total_seconds() // 60)) if spoken else None,
    )


def _no_longer(*purposes: Purpose) -> Withdraw:
    return Withdraw(purposes=purposes, why="The case moved on.")


def _owner_role(case: Case) -> Role:
    return _ROLE_OF[case.held_at]


def _who(patient: Patient | None) -> str:
    return patient.name if patient else "not in Open Dental"
