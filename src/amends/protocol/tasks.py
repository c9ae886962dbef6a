"""The Tasks that ask somebody for something, and the end of those that nobody need do any more."""

from dataclasses import replace

from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.messages import CloseTask, Message, TaskMessage
from amends.protocol.policy import Policy
from amends.protocol.rules import still_here
from amends.protocol.rules.chain import ROLE_OF
from amends.protocol.values import Person, SentTask
from amends.protocol.wording import NOT_DONE, clock, named
from amends.protocol.words import BEFORE_ADDRESSED, MOVING_STEPS, Purpose, Role, Step


def owner_task(case: Case, event: Event, policy: Policy, ask: str, headline: str = "Upset patient") -> list[Message]:
    """A Task for the owner, unless they did this themselves."""
    if case.owner is None or case.owner == event.by.person:
        return []
    here = "STILL HERE · " if case.still_here else ""
    please = "STILL HERE: please come now. " if case.still_here else ""
    about = f"{_about(case, policy)} {policy.severities[case.severity]}."
    text = f"{please}Upset patient: {named(case.patient)}. {about} {ask}"
    return [_task(case, event, Purpose.TASK, case.owner, f"{here}{headline}: {named(case.patient)}", text)]


def due_soon_task(case: Case, event: Event, soon: e.DueSoon, policy: Policy) -> Message:
    """A reminder for whoever can still do it in time."""
    moves = soon.step in MOVING_STEPS
    after = "the case goes to the next in the chain" if moves else "the level above hears of it"
    keepers = {promise.no: promise.owner for promise in case.promises}
    theirs = case.owner if soon.promise is None else keepers[soon.promise]
    cover = f" {theirs.name} is away, and you cover." if theirs and theirs != soon.told else ""
    text = f"{NOT_DONE[soon.step]}. It is due at {clock(soon.due)}.{cover} After that {after}. {_about(case, policy)}"
    return _task(case, event, Purpose.DUE_SOON, soon.told, f"Due soon: upset patient {named(case.patient)}", text)


def moved_on(case: Case, event: Event, policy: Policy) -> list[Message]:
    """Who was late hears that the case is not theirs any more."""
    if not case.were_late or case.owner is None:
        return []
    text = (
        f"A step was late, so this case is with {case.owner.name} now. Until they have taken it on, you may still "
        f"speak with the patient and go on with it. {_about(case, policy)}"
    )
    headline = f"Moved on: upset patient {named(case.patient)}"
    return [_task(case, event, Purpose.LATE, case.were_late[-1], headline, text)]


def late_task(case: Case, event: Event, told: Person, role: Role, policy: Policy, step: Step) -> Message:
    """The level above hears that a step is late."""
    holder = case.owner.name if case.owner else "nobody"
    text = f"{NOT_DONE[step]}, and that is late. {policy.stages[case.stage]}; owner: {holder}. {_about(case, policy)}"
    return _task(case, event, Purpose.LATE, told, f"Late: upset patient {named(case.patient)}", text, role=role)


def ask_what_was_said(case: Case, event: Event, done: e.TaskDone, policy: Policy) -> list[Message]:
    """The owner's Task is done and nobody has recorded a conversation: a Task that asks for it."""
    task = next((task for task in case.tasks if task.marker == done.marker), None)
    if task is None or task.closing or task.purpose is not Purpose.TASK or case.owner is None:
        return []
    if case.stage not in BEFORE_ADDRESSED or case.is_spoken_to:
        return []
    first_words = ", ".join(word.upper() for word in (policy.chart.resolved, policy.chart.tried, policy.chart.escalate))
    text = (
        "The Task about this upset patient is done, and no conversation is recorded yet. Please write a "
        f"CommLog for the patient that begins with {first_words}, or record it on the case."
    )
    headline = f"What was said? Upset patient: {named(case.patient)}"
    return [_task(case, event, Purpose.ASK, case.owner, headline, text)]


def confirm_task(case: Case, event: Event, policy: Policy) -> list[Message]:
    """A Task for whoever has the case: the patient is asked whether what was put right is fixed."""
    if case.owner is None:
        return []
    text = (
        "It is a while since this was put right. Please ask the patient whether it is fixed, and record the answer on "
        f"the case: yes, partly, no, or not reached. {_about(case, policy)}"
    )
    headline = f"Ask the patient whether it is fixed: {named(case.patient)}"
    return [_task(case, event, Purpose.CONFIRM, case.owner, headline, text)]


def told_by_leader(case: Case, event: Event, purpose: Purpose, headline: str, says: str) -> list[Message]:
    """A Task for the owner about what a leader said, unless they are that leader."""
    if case.owner is None or case.owner == event.by.person:
        return []
    return [_task(case, event, purpose, case.owner, f"{headline}: {named(case.patient)}", says)]


def privacy_task(case: Case, event: Event, officer: Person | None) -> list[Message]:
    """A Task for the privacy officer, where there is one to be told."""
    if officer is None:
        return []
    text = "A privacy concern was recorded. Please look at the case and write down its disposition."
    headline = "Privacy concern raised by a patient"
    return [_task(case, event, Purpose.PRIVACY, officer, headline, text, role=Role.PRIVACY_OFFICER)]


def wrong_chart_task(case: Case, event: Event, notes: tuple[str, ...]) -> list[Message]:
    """A Task about notes in the chart of somebody else; Open Dental lets no other program take them out."""
    if not notes or case.owner is None:
        return []
    text = (
        f"The patient of this case was corrected, and these notes stand in another patient's chart: "
        f"{', '.join(notes)}. Please take them out there; the right chart gets them by itself."
    )
    task = _task(case, event, Purpose.WRONG_CHART, case.owner, "A note stands in the wrong chart", text)
    return [replace(task, patient=None)]


def promise_task(case: Case, event: Event, made: e.PromiseMade) -> list[Message]:
    """Whoever is to keep what was promised hears of it, unless they promised it themselves."""
    if made.owner == event.by.person:
        return []
    text = (
        f"{event.by.name} promised the patient: “{made.text}” You keep it, by {made.due:%b} {made.due.day}. It stands "
        "on My work in Amends; please say on the case when it is done."
    )
    headline = f"A promise to keep: {named(case.patient)}"
    return [_task(case, event, Purpose.PROMISE, made.owner, headline, text)]


def to_change_task(case: Case, event: Event, planned: e.ActionPlanned) -> list[Message]:
    """Whoever is to see to the action hears of it, unless they planned it themselves; without the patient, since they
    need have no right to the case."""
    if planned.owner == event.by.person:
        return []
    text = (
        f"{event.by.name} asks you to see to this change by {planned.due:%b} {planned.due.day}. It stands on My work "
        "in Amends; please say there when it is done."
    )
    task = _task(case, event, Purpose.TO_CHANGE, planned.owner, "A corrective action to see to", text)
    return [replace(task, patient=None)]


def did_not_hold_tasks(case: Case, event: Event, failed: e.ActionFailed) -> list[Message]:
    """Whoever had the action, and the level above, hear that it happened again."""
    action = next(one for one in case.actions if one.no == failed.no)
    corrects = "It had been said to have held; that is corrected. " if failed.after_all else ""
    text = (
        f"It happened again, in {failed.other}, after this was to be changed: “{action.what}” The action did not hold. "
        f"{corrects}Please look at both cases and decide what is changed now."
    )
    hearers = {person.id: person for person in (action.owner, failed.told) if person}
    about = Purpose.DID_NOT_HOLD
    tasks = [_task(case, event, about, to, "A corrective action did not hold", text) for to in hearers.values()]
    return [replace(task, patient=None) for task in tasks]


def stale_tasks(case: Case, event: Event) -> list[Message]:
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
        case e.ReplySent() | e.ReplyWentLive() | e.ReplyWasExcepted():
            return "The public reply is taken care of. Nothing is left to do here."
        case e.ConfirmationRecorded():
            return "The patient's answer is recorded. Nothing is left to do here."
        case e.Reopened():
            return "This case was opened again. Nothing is left to do here."
        case e.SetAside():
            return "This case was set aside. Nothing is left to do here."
        case _:  # `Acknowledged`: somebody else has taken it on
            return f"{event.by.name} has taken this case on. Nothing is left to do here."


def _task(
    case: Case, event: Event, purpose: Purpose, to: Person, headline: str, text: str, role: Role | None = None
) -> TaskMessage:
    """For somebody in that role, by default in that of whoever has the case."""
    return TaskMessage(
        purpose=purpose,
        about=case.version,
        to=to,
        role=role or ROLE_OF[case.held_at],
        patient=case.patient,
        headline=headline,
        text=text,
        author=event.by,
        at=event.at,
    )


def _about(case: Case, policy: Policy) -> str:
    return f"About: {policy.kinds_in_words(case.kinds)}."
