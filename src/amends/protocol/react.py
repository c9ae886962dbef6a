"""What an event means for others: the messages that must now go out."""

from dataclasses import replace
from datetime import timedelta

from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.fold import ASKING, is_misplaced
from amends.protocol.messages import (
    ChartNote,
    ChartPopup,
    LeadersMessage,
    Message,
    Rechart,
    Withdraw,
)
from amends.protocol.notes import (
    account_note,
    attempt_note,
    confirmation_note,
    conversation_note,
    joined,
    settled_note,
    story_notes,
)
from amends.protocol.policy import Policy
from amends.protocol.rules import still_here
from amends.protocol.tasks import (
    ask_what_was_said,
    confirm_task,
    did_not_hold_tasks,
    due_soon_task,
    late_task,
    moved_on,
    owner_task,
    privacy_task,
    promise_task,
    stale_tasks,
    to_change_task,
    told_by_leader,
    wrong_chart_task,
)
from amends.protocol.values import Patient, Person
from amends.protocol.words import (
    CHART_PURPOSES,
    MOVING_STEPS,
    SEVERE_TRIGGERS,
    CorrectableField,
    Purpose,
    ReplyProblem,
    Role,
    Stage,
    Teller,
)

_WRITTEN_BY_SOMEBODY = (e.Reported, e.AccountAdded, e.AttemptLogged, e.ConversationRecorded)


def react(case: Case, event: Event, policy: Policy) -> list[Message]:
    """The messages for `event`, where `case` is the case with that event already in it."""
    return [
        *_because_of(case, event, policy),
        *still_here.told(case, event),
        *stale_tasks(case, event),
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
            ask = joined(f"Handed over by {event.by.name}: {fact.why}", fact.tried)
            if not case.to_confirm:
                return [_no_longer(*ASKING), *owner_task(case, event, policy, ask)]
            ask = f"{ask} Please ask the patient whether it is fixed, and record the answer on the case."
            return [_no_longer(*ASKING, Purpose.CONFIRM), *owner_task(case, event, policy, ask)]
        case e.Escalated(late=True):
            ask = joined(fact.why, fact.tried)
            return [
                _no_longer(*ASKING),
                *owner_task(case, event, policy, ask, headline="Late: upset patient"),
                *moved_on(case, event, policy),
            ]
        case e.Escalated():
            asker = f"{event.by.name} ({policy.roles[event.by.role]})"
            ask = joined(f"{asker} asks you to take this on: {fact.why}", fact.tried and f"Tried: {fact.tried}")
            return [_no_longer(*ASKING), *owner_task(case, event, policy, ask)]
        case e.SteppedIn():
            return [_no_longer(*ASKING)]
        case e.PatientLeft():
            ask = f"The patient has left, {event.by.name} says. Please call them and record it."
            return [] if case.accepted else [_no_longer(Purpose.TASK), *owner_task(case, event, policy, ask)]
        case e.CallOffered():
            who = event.by.name
            says = f"{who} (leader) will call the patient about this case. Please tell {who} what they should know."
            return told_by_leader(case, event, Purpose.LEADER_CALLS, f"{who} will call the patient", says)
        case e.CallWanted():
            who = event.by.name
            says = f"{who} (leader) asks you to call them about this case."
            return told_by_leader(case, event, Purpose.CALL_LEADER, f"Please call {who}", says)
        case e.Addressed():
            return [
                _no_longer(*ASKING, Purpose.LATE, Purpose.NOBODY_LEFT),
                _leaders_told(case, event, fact),
                *_popup(case, event, policy),
            ]
        case e.ConfirmationWanted():
            return confirm_task(case, event, policy)
        case e.ConfirmationRecorded():
            return [_no_longer(Purpose.CONFIRM), *confirmation_note(case, case.confirmations[-1])]
        case e.Reopened():
            ask = f"Opened again by {event.by.name}: {fact.why}"
            stale = Withdraw(purposes=(Purpose.LEADERS_TOLD,), why="The case was opened again.")
            again = [] if fact.stage is Stage.ADDRESSED else [stale]  # there, what the leaders heard still holds
            return [*again, *owner_task(case, event, policy, ask)]
        case e.SetAside():
            # What the leaders or the privacy officer must hear at once they hear, whatever becomes of the case.
            aside = (*ASKING, Purpose.LATE, Purpose.NOBODY_LEFT, Purpose.LEADERS_TOLD, Purpose.POPUP)
            aside = (*aside, Purpose.CONFIRM) if case.confirm_since else aside
            return [Withdraw(purposes=aside, why="The case was set aside.")]
        case e.FieldCorrected(field=CorrectableField.TRIGGERS):
            newly = (set(fact.value) - set(fact.was)) & SEVERE_TRIGGERS
            return [
                *(_leaders_now(case, event) if newly else []),
                *privacy_task(case, event, fact.privacy_officer),
            ]
        case e.PatientIdentified(same_chart=False):
            return [*_moved_chart(case, policy), *wrong_chart_task(case, event, fact.misplaced)]
        case e.PatientIdentified(merged=True, patient=Patient() as patient):
            return [Rechart(patient=patient)]
        case e.NoteLost():
            return _lost_note(case, fact, policy)
        case e.TaskDone():
            return ask_what_was_said(case, event, fact, policy)
        case e.DeliveryProven() if is_misplaced(case, fact):
            return wrong_chart_task(case, event, (f"{fact.place} {fact.id}",))
        case e.PromiseMade():
            return promise_task(case, event, fact)
        case e.ActionPlanned():
            return to_change_task(case, event, fact)
        case e.ActionFailed():
            return did_not_hold_tasks(case, event, fact)
        case e.ReplyRefused():
            return _reply_refused(case, event, fact, policy)
        case e.DueSoon():
            return [due_soon_task(case, event, fact, policy)]
        case e.WentLate(moves=True):
            return []  # the case is with them now, which the next event says
        case e.WentLate(told=Person() as told, told_role=Role() as role):
            return [late_task(case, event, told, role, policy, fact.step)]
        case e.WentLate(told=None) if fact.step in MOVING_STEPS:
            return _nobody_left(case, event, late=True)
        case _:
            return []


def _reply_refused(case: Case, event: Event, fact: e.ReplyRefused, policy: Policy) -> list[Message]:
    """The manager writes another one, or waits until an administrator has repaired the practice's profile."""
    profile = fact.problem is ReplyProblem.PROFILE
    ask = (
        f"The review site refused the public reply ({fact.reason}). The practice's profile there has a problem, "
        "which an administrator must repair. Then send the reply again."
        if profile
        else f"The review site refused the public reply ({fact.reason}). Please write another one."
    )
    told = [_leaders_line(case, event, Purpose.REPLY_REFUSED, to=Role.ADMINISTRATOR)] if profile else []
    return [*owner_task(case, event, policy, ask, headline="Public reply refused"), *told]


def _people_told(case: Case, event: Event, policy: Policy) -> list[Message]:
    """Everybody who must hear of a new case."""
    ask = f"{case.accounts[0].text} Please speak with the patient and record it."
    officer = event.fact.privacy_officer if isinstance(event.fact, e.Reported) else None
    return [
        *owner_task(case, event, policy, ask),
        *_leaders_now(case, event),
        *_nobody_there(case, event),
        *privacy_task(case, event, officer),
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


# --- people ------------------------------------------------------------------------------------------------------


def _no_longer_asked(case: Case, event: Event) -> list[Message]:
    """It is known now what was said, so a question that has not left yet stays here."""
    answers = isinstance(event.fact, e.ConversationRecorded | e.AttemptsSettled)
    return [_no_longer(Purpose.ASK)] if answers and any(task.done_at for task in case.tasks) else []


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


def _leaders_now(case: Case, event: Event) -> list[Message]:
    if not case.is_grave:
        return []
    return [_leaders_line(case, event, Purpose.LEADERS_NOW)]


def _leaders_told(case: Case, event: Event, fact: e.Addressed) -> Message:
    return _leaders_line(case, event, Purpose.LEADERS_TOLD, resolution=fact.resolution)


def _nobody_there(case: Case, event: Event) -> list[Message]:
    """Nobody answers at any level, and the patient cannot wait until a deadline has passed."""
    if case.owner is not None or not (case.still_here or case.is_severe):
        return []
    return _nobody_left(case, event, late=False)


def _nobody_left(case: Case, event: Event, *, late: bool) -> list[Message]:
    line = _leaders_line(case, event, Purpose.NOBODY_LEFT)
    line = replace(line, late=late, still_here=case.still_here)
    return [replace(line, to=role) for role in (Role.LEADER, Role.ADMINISTRATOR)]


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
