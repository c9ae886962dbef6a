"""The protocol rail of one case: the same steps, in the same order and words, as the handbook's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from amends.protocol.case import Case
from amends.protocol.deadline import current_step, dues
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar
from amends.protocol.policy import Policy
from amends.protocol.values import Gate, SentTask
from amends.protocol.words import BEFORE_ADDRESSED, Stage, Step
from amends.web.steps import STEPS, RailStep


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"
    NOT_NEEDED = "not-needed"


STATES_IN_WORDS: Mapping[State, str] = MappingProxyType(
    {State.DONE: "Done", State.NOW: "Now", State.NEXT: "Next", State.NOT_NEEDED: "Not needed"}
)


@dataclass(frozen=True)
class ShownStep:
    """One step as the page shows it. `who` has it now (`due` is when, UTC), `proof` is what shuts it, `why` what is
    missing or why it is not needed, `task` the owner's Task in Open Dental where that matters for the step."""

    key: RailStep
    name: str
    state: State
    who: str = ""
    due: datetime | None = None
    proof: str = ""
    link: str = ""
    why: str = ""
    task: SentTask | None = None

    @property
    def state_in_words(self) -> str:
        return STATES_IN_WORDS[self.state]


_AT = MappingProxyType(
    {
        Step.ACCEPT: RailStep.MANAGER,
        Step.SPEAK: RailStep.SPOKEN,
        Step.PLAN: RailStep.ADDRESSED,
        Step.PUT_RIGHT: RailStep.ADDRESSED,
        Step.REPLY: RailStep.REVIEW_ANSWERED,
        Step.LEARN: RailStep.LEARNED,
    }
)


def rail(case: Case, policy: Policy, calendar: Calendar) -> list[ShownStep]:
    """The steps in order. Exactly one is *now* while the case is open, none afterwards."""
    by_name = {str(gate.name): gate for gate in gates(case)}
    now = _now(case)
    return [
        _manager(case, now, policy, calendar)
        if key is RailStep.MANAGER
        else _gate(case, key, by_name[key.value], now, policy, calendar)
        for key in (RailStep(name) for name in STEPS)
    ]


def _now(case: Case) -> RailStep | None:
    if not case.is_open:
        return None
    step = current_step(case)
    if step in _AT:
        return _AT[step]
    # Nobody's turn: what is still on its way to another system keeps the case open.
    return next((RailStep(gate.name.value) for gate in gates(case) if gate.holds_open), RailStep.LEADERS_TOLD)


def _manager(case: Case, now: RailStep | None, policy: Policy, calendar: Calendar) -> ShownStep:
    key, name = RailStep.MANAGER, STEPS[RailStep.MANAGER]
    holder = case.owner.name if case.owner else ""
    task = case.owner_task if case.owner_task and (case.owner_task.seen_at or case.owner_task.done_at) else None
    if now is key:
        why = f"{holder} has not said yet that they have it." if holder else "Nobody is named for this office yet."
        if late := [person.name for person in case.were_late if person != case.owner]:
            why = f"{why} It was late with {late[-1]}."
        return ShownStep(key, name, State.NOW, holder or "Nobody", _due(case, policy, calendar), why=why, task=task)
    if case.stage is Stage.SET_ASIDE and not case.accepted:
        return ShownStep(key, name, State.NOT_NEEDED, why="The case was set aside.")
    proof = f"{holder} has it" if case.is_open else f"{holder} had it"
    return ShownStep(key, name, State.DONE, holder, proof=proof, task=task)


def _gate(case: Case, key: RailStep, gate: Gate, now: RailStep | None, policy: Policy, calendar: Calendar) -> ShownStep:
    name = STEPS[key]
    task = _done_without_a_word(case) if key is RailStep.SPOKEN else None
    if now is key:
        waits_for_person = current_step(case) in _AT
        who = (case.owner.name if case.owner else "Nobody") if waits_for_person else "Amends"
        why = f"{gate.why}{_asked_for_a_day(case)}"
        return ShownStep(key, name, State.NOW, who, _due(case, policy, calendar), why=why, task=task)
    if gate.shut:
        link = gate.proof.link if gate.proof else ""
        if key is RailStep.REVIEW_ANSWERED and case.reply_live:
            link = case.reply_live.link
        return ShownStep(key, name, State.DONE, proof=gate.why, link=web_link(link))
    if not gate.needed:
        return ShownStep(key, name, State.NOT_NEEDED, why=gate.why)
    if case.stage is Stage.SET_ASIDE:
        return ShownStep(key, name, State.NOT_NEEDED, why="The case was set aside.")
    return ShownStep(key, name, State.NEXT, why=gate.why if _is_under_way(case, key) else "", task=task)


def _asked_for_a_day(case: Case) -> str:
    """That the patient asked to be called on another day, while that is waited for."""
    day = case.last_attempt.call_back_on if case.last_attempt and current_step(case) is Step.SPEAK else None
    return f" They asked for a call on {day:%A}, {day:%b} {day.day}." if day else ""


def _done_without_a_word(case: Case) -> SentTask | None:
    """The owner's Task, where they set it to done and nobody has recorded a conversation."""
    task = case.owner_task
    return task if task and task.done_at and not case.is_spoken_to and case.stage in BEFORE_ADDRESSED else None


def _is_under_way(case: Case, key: RailStep) -> bool:
    """Whether something of the step has happened already, so that what is missing is worth saying."""
    match key:
        case RailStep.DOCUMENTED:
            return True
        case RailStep.SPOKEN:
            return case.is_spoken_to
        case _:
            return case.stage not in BEFORE_ADDRESSED


def _due(case: Case, policy: Policy, calendar: Calendar) -> datetime | None:
    """When the current step is due (UTC); a promise has its own line elsewhere."""
    step = current_step(case)
    return next((due.at for due in dues(case, policy, calendar) if due.step is step), None)


def web_link(link: str) -> str:
    """The address, if it is one of the web; other systems and people write all sorts of things."""
    return link if link.startswith(("https://", "http://")) else ""
