"""What an event means for others: the messages that must now go out."""

from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.messages import ChartNote, LeadersMessage, Message, TaskMessage, Withdraw
from amends.protocol.policy import Policy
from amends.protocol.values import Account, Conversation, Patient, Person
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
                *_owner_task(case, event, policy),
                *_leaders_now(case, event),
                *_privacy_task(case, event, fact.privacy_officer),
            ]
        case e.AccountAdded(whose=Teller.PATIENT):
            return _account_note(case, case.accounts[-1], policy)
        case e.TakenIn():
            return []
        case e.AttemptLogged():
            return _attempt_note(case, event, policy)
        case e.ConversationRecorded():
            return _conversation_note(case, case.conversations[-1], policy)
        case e.AttemptsSettled():
            return _settled_note(case)
        case e.HandedOver() | e.Escalated():
            return [_no_longer(Purpose.TASK), *_owner_task(case, event, policy)]
        case e.SteppedIn() | e.Acknowledged():
            return [_no_longer(Purpose.TASK)] if isinstance(fact, e.SteppedIn) else []
        case e.Addressed():
            return [_no_longer(Purpose.LATE), _leaders_told(case, event, fact)]
        case e.Reopened():
            stale = Withdraw(purposes=(Purpose.LEADERS_TOLD,), why="The case was opened again.")
            return [stale, *_owner_task(case, event, policy)]
        case e.SetAside():
            return [
                Withdraw(
                    purposes=(Purpose.TASK, Purpose.LATE, Purpose.LEADERS_NOW, Purpose.LEADERS_TOLD, Purpose.PRIVACY),
                    why="The case was set aside.",
                )
            ]
        case e.FieldCorrected(field=CorrectableField.TRIGGERS):
            newly = (set(fact.value) - set(fact.was)) & SEVERE_TRIGGERS
            return [
                *(_leaders_now(case, event) if newly else []),
                *_privacy_task(case, event, fact.privacy_officer),
            ]
        case e.PatientIdentified():
            return _moved_chart(case, event, policy)
        case e.WentLate(told=Person() as told, told_role=Role() as role):
            return [_late_task(case, event, told, role, policy)]
        case _:
            return []


# --- the chart ---------------------------------------------------------------------------------------------------


def _account_note(case: Case, account: Account, policy: Policy) -> list[Message]:
    if case.patient is None:
        return []
    return [
        ChartNote(
            purpose=Purpose.ACCOUNT,
            about=account.seq,
            patient=case.patient,
            clinical=account.moment is Moment.TREATMENT,
            text=f"Patient upset. {policy.moments[account.moment]}. "
            f"About: {policy.kinds_in_words(case.kinds)}. {account.text}",
            way=None,
            from_patient=True,
            at=case.happened_at if account is case.accounts[0] else account.at,
            author=account.by,
        )
    ]


def _attempt_note(case: Case, event: Event, policy: Policy) -> list[Message]:
    attempt = case.attempts[-1]
    said = f" {attempt.note}" if attempt.note else ""
    text = f"Tried to reach the patient, {policy.ways[attempt.way]}; not reached.{said}"
    return _contact_note(case, Purpose.ATTEMPT, attempt.seq, text, attempt.way, event)


def _conversation_note(case: Case, conversation: Conversation, policy: Policy) -> list[Message]:
    if case.patient is None:
        return []
    return [
        ChartNote(
            purpose=Purpose.CONVERSATION,
            about=conversation.seq,
            patient=case.patient,
            clinical=False,
            text=f"Spoke with the patient {policy.ways[conversation.way]}. {conversation.note}",
            way=conversation.way,
            from_patient=False,
            at=conversation.at,
            author=conversation.by,
        )
    ]


def _settled_note(case: Case) -> list[Message]:
    settled = case.settled
    if settled is None or case.patient is None:
        return []
    note = f" {settled.note}" if settled.note else ""
    return [
        ChartNote(
            purpose=Purpose.SETTLED,
            about=settled.seq,
            patient=case.patient,
            clinical=False,
            text=_SETTLED[settled.reason] + note,
            way=None,
            from_patient=False,
            at=settled.at,
            author=settled.by,
        )
    ]


def _contact_note(case: Case, purpose: Purpose, about: int, text: str, way: Way, event: Event) -> list[Message]:
    if case.patient is None:
        return []
    return [
        ChartNote(
            purpose=purpose,
            about=about,
            patient=case.patient,
            clinical=False,
            text=text,
            way=way,
            from_patient=False,
            at=event.at,
            author=event.by,
        )
    ]


def _moved_chart(case: Case, event: Event, policy: Policy) -> list[Message]:
    """The patient became known or was another one: the story goes into the right chart.

    What had already been written elsewhere cannot be taken out through Open Dental's interface, so the owner is asked.
    """
    messages: list[Message] = [Withdraw(purposes=tuple(CHART_PURPOSES), why="The patient was corrected.")]
    for account in case.accounts:
        if account.whose is Teller.PATIENT:
            messages += _account_note(case, account, policy)
    for conversation in case.conversations:
        messages += _conversation_note(case, conversation, policy)
    messages += _settled_note(case)
    return messages


# --- people ------------------------------------------------------------------------------------------------------


def _owner_task(case: Case, event: Event, policy: Policy) -> list[Message]:
    """A Task for the owner, unless they did this themselves."""
    if case.owner is None or case.owner == event.by.person:
        return []
    still_here = "STILL HERE: please come now. " if case.still_here else ""
    return [
        TaskMessage(
            purpose=Purpose.TASK,
            about=case.version,
            to=case.owner,
            role=_ROLE_OF.get(case.stage, Role.OFFICE_MANAGER),
            patient=case.patient,
            headline=f"{'STILL HERE · ' if case.still_here else ''}Upset patient: {_who(case.patient)}",
            text=f"{still_here}Upset patient: {_who(case.patient)}. About: {policy.kinds_in_words(case.kinds)}. "
            f"{policy.severities[case.severity]}. {_ask(event, policy)}",
            author=event.by,
            at=event.at,
        )
    ]


def _ask(event: Event, policy: Policy) -> str:
    match event.fact:
        case e.HandedOver(why=why):
            return f"Handed over by {event.by.name}: {why}"
        case e.Escalated(why=why, tried=tried):
            return f"{event.by.name} ({policy.roles[event.by.role]}) asks you to take this on: {why}" + (
                f" Tried: {tried}" if tried else ""
            )
        case e.Reopened(why=why):
            return f"Opened again by {event.by.name}: {why}"
        case e.Reported(account=account):
            return f"{account} Please speak with the patient and record it."
        case _:
            return "Please speak with the patient and record it."


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
    spoken = case.last_conversation
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
        minutes_to_contact=int((spoken.at - case.round_since).total_seconds() // 60) if spoken else None,
    )


def _no_longer(purpose: Purpose) -> Withdraw:
    return Withdraw(purposes=(purpose,), why="The case moved on.")


def _who(patient: Patient | None) -> str:
    return patient.name if patient else "not in Open Dental"
