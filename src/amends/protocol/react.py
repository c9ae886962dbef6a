"""What an event means for others: the messages that must now go out."""

from dataclasses import replace
from datetime import timedelta

from amends.protocol import events as e
from amends.protocol.case import ASKING, Case, is_misplaced
from amends.protocol.events import Event
from amends.protocol.messages import (
    ChartNote,
    ChartPopup,
    CloseTask,
    LeadersMessage,
    Message,
    Rechart,
    TaskMessage,
    Withdraw,
)
from amends.protocol.notes import (
    account_note,
    attempt_note,
    conversation_note,
    joined,
    settled_note,
    story_notes,
)
from amends.protocol.policy import Policy
from amends.protocol.rules import still_here
from amends.protocol.rules.chain import ROLE_OF
from amends.protocol.values import Patient, Person, SentTask
from amends.protocol.wording import NOT_DONE, clock
from amends.protocol.words import (
    BEFORE_ADDRESSED,
    CHART_PURPOSES,
    MOVING_STEPS,
    SEVERE_TRIGGERS,
    CorrectableField,
    Purpose,
    Role,
    Stage,
    Step,
    Teller,
)

_WRITTEN_BY_SOMEBODY = (e.Reported, e.AccountAdded, e.AttemptLogged, e.ConversationRecorded)


def react(case: Case, event: Event, policy: Policy) -> list[Message]:
    """The messages for `event`, where `case` is the case with that event already in it."""
    return [
        *_because_of(case, event, policy),
        *still_here.told(case, event),
        *_stale_tasks(case, event),
        *_no_longer_asked(case, event),
    ]


def _because_of(case: Case, event: Event, policy: Policy) -> list[Message]:
    fact = event.fact
    if isinstance(fact, _WRITTEN_BY_SOMEBODY) and fact.found:
        return _people_told(case, event, policy) if isinstance(fact, e.Reported) else []
    match fact:
        case e.Reported():
            return [*account_note(case, case.accounts[0], policy), *_people_told(case, event, policy)]
        case e.AccountAdded(whose=Teller.PATIENT):
            return [*account_note(case, case.accounts[-1], policy)]
        case e.AttemptLogged():
            return [*attempt_note(case, case.attempts[-1], policy)]
        case e.ConversationRecorded():
            return [*conversation_note(case, case.conversations[-1], policy)]
        case e.AttemptsSettled():
            return [*settled_note(case, case.settled)]
        case e.HandedOver():
            ask = f"Handed over by {event.by.name}: {fact.why}"
            return [_no_longer(*ASKING), *_owner_task(case, event, policy, ask)]
        case e.Escalated(late=True):
            ask = joined(fact.why, fact.tried)
            return [
                _no_longer(*ASKING),
                *_owner_task(case, event, policy, ask, headline="Late: upset patient"),
                *_moved_on(case, event, policy),
            ]
        case e.Escalated():
            asker = f"{event.by.name} ({policy.roles[event.by.role]})"
            ask = joined(f"{asker} asks you to take this on: {fact.why}", fact.tried and f"Tried: {fact.tried}")
            return [_no_longer(*ASKING), *_owner_task(case, event, policy, ask)]
        case e.SteppedIn():
            return [_no_longer(*ASKING)]
        case e.PatientLeft():
            ask = f"The patient has left, {event.by.name} says. Please call them and record it."
            return [] if case.accepted else [_no_longer(Purpose.TASK), *_owner_task(case, event, policy, ask)]
        case e.CallOffered():
            who = event.by.name
            says = f"{who} (leader) will call the patient about this case. Please tell {who} what they should know."
            return _told_by_leader(case, event, Purpose.LEADER_CALLS, f"{who} will call the patient", says)
        case e.CallWanted():
            who = event.by.name
            says = f"{who} (leader) asks you to call them about this case."
            return _told_by_leader(case, event, Purpose.CALL_LEADER, f"Please call {who}", says)
        case e.Addressed():
            return [
                _no_longer(*ASKING, Purpose.LATE, Purpose.NOBODY_LEFT),
                _leaders_told(case, event, fact),
                *_popup(case, event, policy),
            ]
        case e.Reopened():
            ask = f"Opened again by {event.by.name}: {fact.why}"
            stale = Withdraw(purposes=(Purpose.LEADERS_TOLD,), why="The case was opened again.")
            again = [] if fact.stage is Stage.ADDRESSED else [stale]  # there, what the leaders heard still holds
            return [*again, *_owner_task(case, event, policy, ask)]
        case e.SetAside():
            # What the leaders or the privacy officer must hear at once they hear, whatever becomes of the case.
            aside = (*ASKING, Purpose.LATE, Purpose.NOBODY_LEFT, Purpose.LEADERS_TOLD, Purpose.POPUP)
            return [Withdraw(purposes=aside, why="The case was set aside.")]
        case e.FieldCorrected(field=CorrectableField.TRIGGERS):
            newly = (set(fact.value) - set(fact.was)) & SEVERE_TRIGGERS
            return [
                *(_leaders_now(case, event) if newly else []),
                *_privacy_task(case, event, fact.privacy_officer),
            ]
        case e.PatientIdentified(same_chart=False):
            return [*_moved_chart(case, policy), *_wrong_chart(case, event, fact.misplaced)]
        case e.PatientIdentified(merged=True, patient=Patient() as patient):
            return [Rechart(patient=patient)]
        case e.NoteLost():
            return _lost_note(case, fact, policy)
        case e.TaskDone():
            return _ask_what_was_said(case, event, fact, policy)
        case e.DeliveryProven() if is_misplaced(case, fact):
            return _wrong_chart(case, event, (f"{fact.place} {fact.id}",))
        case e.DueSoon():
            return [_due_soon_task(case, event, fact, policy)]
        case e.WentLate(moves=True):
            return []  # the case is with them now, which the next event says
        case e.WentLate(told=Person() as told, told_role=Role() as role):
            return [_late_task(case, event, told, role, policy, fact.step)]
        case e.WentLate(told=None) if fact.step in MOVING_STEPS:
            alarmed = (Role.LEADER, Role.ADMINISTRATOR)
            return [_leaders_line(case, event, Purpose.NOBODY_LEFT, to=role) for role in alarmed]
        case _:
            return []


def _people_told(case: Case, event: Event, policy: Policy) -> list[Message]:
    """Everybody who must hear of a new case."""
    ask = f"{case.accounts[0].text} Please speak with the patient and record it."
    officer = event.fact.privacy_officer if isinstance(event.fact, e.Reported) else None
    return [
        *_owner_task(case, event, policy, ask),
        *_leaders_now(case, event),
        *_privacy_task(case, event, officer),
    ]


# --- the chart ---------------------------------------------------------------------------------------------------


def _lost_note(case: Case, lost: e.NoteLost, policy: Policy) -> list[Message]:
    """The entry again, ready to be written once a person says so: somebody may have deleted it on purpose."""
    held = (
        f"{lost.row.place} {lost.row.id} was deleted in Open Dental. Write it again, "
        "or set the case aside where it was a mistake."
    )
    return [replace(note, held=held) for note in story_notes(case, policy) if _is_about(note, lost)]


def _is_about(note: ChartNote, lost: e.NoteLost) -> bool:
    return (note.purpose, note.about) == (lost.purpose, lost.about)


def _moved_chart(case: Case, policy: Policy) -> list[Message]:
    """The patient became known or was another one: the story goes into the right chart."""
    return [Withdraw(purposes=tuple(CHART_PURPOSES), why="The patient was corrected."), *story_notes(case, policy)]


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


# --- people ------------------------------------------------------------------------------------------------------


def _owner_task(case: Case, event: Event, policy: Policy, ask: str, headline: str = "Upset patient") -> list[Message]:
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
            headline=f"{'STILL HERE · ' if case.still_here else ''}{headline}: {_who(case.patient)}",
            text=f"{still_here}Upset patient: {_who(case.patient)}. About: {policy.kinds_in_words(case.kinds)}. "
            f"{policy.severities[case.severity]}. {ask}",
            author=event.by,
            at=event.at,
        )
    ]


def _stale_tasks(case: Case, event: Event) -> list[Message]:
    """Tasks that this very event made stale: each says where the case went, and is set to done."""

    def close(task: SentTask) -> CloseTask:
        page = task.purpose is Purpose.PAGE_TASK
        why = still_here.why_over(case) if page else _where_it_went(event)
        done = Purpose.TASK_CLOSED
        return CloseTask(purpose=done, about=case.version, task=task.id, text=why, author=event.by, at=event.at)

    return [close(task) for task in case.tasks if task.closing == case.version and task.done_at is None]


def _where_it_went(event: Event) -> str:
    match event.fact:
        case e.HandedOver(to=to) | e.Escalated(to=Person() as to):
            return f"This case is with {to.name} now, who has a Task of their own."
        case e.SteppedIn():
            return "A leader has taken this case on."
        case e.Addressed():
            return "This case is addressed. Nothing is left to do here."
        case e.ConversationRecorded():
            return "The conversation is recorded. Nothing is left to do here."
        case e.PatientLeft():
            return "The patient has left. There is a new Task about calling them."
        case e.SetAside():
            return "This case was set aside. Nothing is left to do here."
        case _:  # `Acknowledged`: somebody else has taken it on
            return f"{event.by.name} has taken this case on. Nothing is left to do here."


def _no_longer_asked(case: Case, event: Event) -> list[Message]:
    """It is known now what was said, so a question that has not left yet stays here."""
    answers = isinstance(event.fact, e.ConversationRecorded | e.AttemptsSettled)
    return [_no_longer(Purpose.ASK)] if answers and any(task.done_at for task in case.tasks) else []


def _ask_what_was_said(case: Case, event: Event, done: e.TaskDone, policy: Policy) -> list[Message]:
    """The owner's Task is done and nobody has recorded a conversation: a Task that asks for it."""
    task = next((task for task in case.tasks if task.marker == done.marker), None)
    if task is None or task.closing or task.purpose is not Purpose.TASK or case.owner is None:
        return []
    if case.stage not in BEFORE_ADDRESSED or case.is_spoken_to:
        return []
    first_words = ", ".join(word.upper() for word in (policy.chart.resolved, policy.chart.tried, policy.chart.escalate))
    return [
        TaskMessage(
            purpose=Purpose.ASK,
            about=case.version,
            to=case.owner,
            role=_owner_role(case),
            patient=case.patient,
            headline=f"What was said? Upset patient: {_who(case.patient)}",
            text="The Task about this upset patient is done, and no conversation is recorded yet. Please write a "
            f"CommLog for the patient that begins with {first_words}, or record it on the case.",
            author=event.by,
            at=event.at,
        )
    ]


def _popup(case: Case, event: Event, policy: Policy) -> list[Message]:
    if case.patient is None or not policy.limits.popup_days:
        return []
    return [
        ChartPopup(
            purpose=Purpose.POPUP,
            about=case.version,
            patient=case.patient,
            text="Next visit: please greet this patient personally and ask whether everything is well.",
            ends=event.at + timedelta(days=policy.limits.popup_days),
            author=event.by,
            at=event.at,
        )
    ]


def _due_soon_task(case: Case, event: Event, soon: e.DueSoon, policy: Policy) -> Message:
    return TaskMessage(
        purpose=Purpose.DUE_SOON,
        about=case.version,
        to=soon.told,
        role=_owner_role(case),
        patient=case.patient,
        headline=f"Due soon: upset patient {_who(case.patient)}",
        text=f"{NOT_DONE[soon.step]}. It is due at {clock(soon.due)}. {_when_late(soon.step)} "
        f"About: {policy.kinds_in_words(case.kinds)}.",
        author=event.by,
        at=event.at,
    )


def _when_late(step: Step) -> str:
    if step in MOVING_STEPS:
        return "After that the case goes to the next in the chain."
    return "After that the level above hears of it."


def _moved_on(case: Case, event: Event, policy: Policy) -> list[Message]:
    """Who was late hears that the case is not theirs any more."""
    if not case.were_late or case.owner is None:
        return []
    return [
        TaskMessage(
            purpose=Purpose.LATE,
            about=case.version,
            to=case.were_late[-1],
            role=_owner_role(case),
            patient=case.patient,
            headline=f"Moved on: upset patient {_who(case.patient)}",
            text=f"A step was late, so this case is with {case.owner.name} now. Until they have taken it on, you may "
            f"still speak with the patient and go on with it. About: {policy.kinds_in_words(case.kinds)}.",
            author=event.by,
            at=event.at,
        )
    ]


def _late_task(case: Case, event: Event, told: Person, role: Role, policy: Policy, step: Step) -> Message:
    holder = case.owner.name if case.owner else "nobody"
    return TaskMessage(
        purpose=Purpose.LATE,
        about=case.version,
        to=told,
        role=role,
        patient=case.patient,
        headline=f"Late: upset patient {_who(case.patient)}",
        text=f"{NOT_DONE[step]}, and that is late. {policy.stages[case.stage]}; owner: {holder}. "
        f"About: {policy.kinds_in_words(case.kinds)}.",
        author=event.by,
        at=event.at,
    )


def _told_by_leader(case: Case, event: Event, purpose: Purpose, headline: str, says: str) -> list[Message]:
    """A Task for the owner about what a leader said, unless they are that leader."""
    if case.owner is None or case.owner == event.by.person:
        return []
    return [
        TaskMessage(
            purpose=purpose,
            about=case.version,
            to=case.owner,
            role=_owner_role(case),
            patient=case.patient,
            headline=f"{headline}: {_who(case.patient)}",
            text=says,
            author=event.by,
            at=event.at,
        )
    ]


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


def _leaders_line(
    case: Case, event: Event, purpose: Purpose, resolution: str | None = None, to: Role = Role.LEADER
) -> LeadersMessage:
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
        to=to,
    )


def _no_longer(*purposes: Purpose) -> Withdraw:
    return Withdraw(purposes=purposes, why="The case moved on.")


def _owner_role(case: Case) -> Role:
    return ROLE_OF[case.held_at]


def _who(patient: Patient | None) -> str:
    return patient.name if patient else "not in Open Dental"
