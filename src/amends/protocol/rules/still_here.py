"""A patient who is still here: who is asked to come, who has seen it, who comes (docs/decisions/0014).

The minutes are those of the wall clock: somebody stands at the desk. Each time one more person is asked, and nothing
else changes: the owner stays, until somebody says that they have it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event, Fact
from amends.protocol.messages import Message, PageMessage, TaskMessage, Withdraw
from amends.protocol.policy import Policy
from amends.protocol.rules.asking import MANAGERS, STAFF, Context, Refused, only
from amends.protocol.rules.chain import ROLE_OF, is_above
from amends.protocol.rules.speaking import acknowledge
from amends.protocol.values import Person, SentTask
from amends.protocol.wording import named
from amends.protocol.words import PAGE_PURPOSES, Purpose, Role


def page_due(case: Case, policy: Policy) -> datetime | None:
    """When the next person is to be asked to come (UTC); None when nobody is."""
    pages = case.here.pages
    if not case.still_here or not pages or pages[-1].to is None:
        return None
    waits = (policy.limits.here_cover_minutes, policy.limits.here_region_minutes)
    done = sum(page.waited for page in pages)
    if done == len(waits):
        return None
    first = next(page for page in pages if page.to)  # before, there was nobody who could come
    return first.at.astimezone(UTC) + timedelta(minutes=max(waits[: done + 1]))


# --- the rules ---------------------------------------------------------------------------------------------------


def owner_asked(case: Case, context: Context) -> list[Fact]:
    """Asks the owner, whoever that is since what was just decided, unless they were asked before or have the case."""
    if not case.still_here or case.accepted or case.owner in case.here.asked:
        return []
    if case.owner is None:
        return [] if case.here.pages else [e.Paged(to=None, role=None, waited=False)]
    return [e.Paged(to=case.owner, role=ROLE_OF[case.held_at], waited=False)]


def next_asked(case: Case, command: c.DeadlinePassed, context: Context) -> list[Fact]:
    """One more person, where it is their time; nothing where another deadline is meant."""
    due = page_due(case, context.policy)
    # In UTC: Python holds no local time of a repeated hour to be equal to the same instant in another zone.
    if context.by.role is not Role.SYSTEM or due != command.due.astimezone(UTC) or due > context.now:
        return []
    to, role = _next(case, context)
    return [e.Paged(to=to, role=role, waited=True)]


def _next(case: Case, context: Context) -> tuple[Person | None, Role | None]:
    """First another one at the office, then the region; the leaders only where nobody answers for the region."""
    chain = context.chain
    office = [(person, Role.OFFICE_MANAGER) for person in chain.office]
    above = [(person, Role.REGIONAL_MANAGER) for person in chain.region]
    above = above or [(person, Role.LEADER) for person in chain.leaders[:1]]
    first_turn = not any(page.waited for page in case.here.pages)
    not_again = {*case.here.asked, case.reporter}
    ladder = [*office, *above] if first_turn else [*above, *office]
    return next(((person, role) for person, role in ladder if person not in not_again), (None, None))


def come(case: Case, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "come for the manager")
    _still_here(case)
    # The case may have moved up while they were on a call: they come all the same, and it stays where it is.
    if case.accepted or is_above(case, context.by.role):
        return [e.OnTheWay()]
    return acknowledge(case, c.Acknowledge(), context)


def see_page(case: Case, context: Context) -> Sequence[Fact]:
    me = context.by.person
    _still_here(case)
    if me not in unseen(case):
        raise Refused("Nothing of this is new to you.")
    return [e.PageSeen(who=me, seen_at=context.now)]


def patient_left(case: Case, context: Context) -> Sequence[Fact]:
    only(context, STAFF, "say that the patient has left")
    _still_here(case)
    return [e.PatientLeft()]


def _still_here(case: Case) -> None:
    if case.still_here:
        return
    who = f"{case.here.coming.name} comes. " if case.here.coming else ""
    raise Refused(f"{who}Nobody else need come any more.")


def unseen(case: Case) -> tuple[Person, ...]:
    """Who is asked to come and has not seen it."""
    return tuple(page.to for page in case.here.pages if page.to and not page.seen_at) if case.still_here else ()


def seen_in_task(case: Case, task: SentTask, seen_at: datetime) -> list[Fact]:
    """Who opened the Task that asks them to come has seen it."""
    who = case.owner if task == case.owner_task else None
    if task.purpose is Purpose.PAGE_TASK:
        who = next((page.to for page in case.here.pages if page.seq == task.about), None)
    return [e.PageSeen(who=who, seen_at=seen_at)] if who and who in unseen(case) else []


# --- what others hear of it --------------------------------------------------------------------------------------


def told(case: Case, event: Event) -> list[Message]:
    """The messages to somebody who is asked to come, and the end of those that are not needed any more."""
    messages: list[Message] = []
    if isinstance(event.fact, e.Paged) and event.fact.to and event.fact.role:
        to, role = event.fact.to, event.fact.role
        messages.append(PageMessage(purpose=Purpose.PAGE, about=case.version, to=to))
        if to != case.owner:  # who has a Task of their own already
            messages.append(_task(case, event, to, role))
    if case.here.pages and case.here.ended == case.version:
        messages.append(Withdraw(purposes=PAGE_PURPOSES, why=why_over(case)))
    return messages


def why_over(case: Case) -> str:
    """Why nobody else need come, as a sentence."""
    coming = case.here.coming
    return f"{coming.name} is with the patient." if coming else "Nobody need come any more."


def _task(case: Case, event: Event, to: Person, role: Role) -> Message:
    silent = " and ".join(person.name for person in case.here.asked if person != to)
    patient = named(case.patient)
    return TaskMessage(
        purpose=Purpose.PAGE_TASK,
        about=case.version,
        to=to,
        role=role,
        patient=case.patient,
        headline=f"STILL HERE · Upset patient: {patient}",
        text=f"STILL HERE: please come now. Upset patient: {patient}. {silent} did not answer.",
        author=event.by,
        at=event.at,
    )
