"""A case is the fold of its events: `reduce(evolve, events, NEW)` and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from amends.protocol import events as e
from amends.protocol.case import NEW, Case, Noted
from amends.protocol.events import Event
from amends.protocol.values import (
    Account,
    Addressing,
    Attempt,
    ChartRow,
    Confirmation,
    Conversation,
    CorrectiveAction,
    Page,
    Promise,
    Proof,
    Remedy,
    ReplyExcepted,
    ReplyLive,
    SentTask,
    Settled,
    Word,
)
from amends.protocol.words import (
    CHART_PURPOSES,
    MOVING_STEPS,
    CorrectableField,
    Moment,
    Purpose,
    Severity,
    Stage,
    Teller,
    Trigger,
)

# Tasks that ask whoever has the case for something.
ASKING = frozenset({Purpose.TASK, Purpose.DUE_SOON, Purpose.ASK})
_CONFIRM = frozenset({Purpose.CONFIRM})
# After these nobody need do what an earlier Task asked for.
_MOVES_ON = (e.HandedOver, e.Escalated, e.SteppedIn, e.Addressed, e.SetAside, e.PatientLeft)
# After these nobody need write the public reply, which is all that an addressed case asks for by a Task.
_ANSWERS_REVIEW = (e.ReplySent, e.ReplyWentLive, e.ReplyWasExcepted)
# Whoever does one of these goes to the patient, where that one is still here.
_COMES = (e.Acknowledged, e.OnTheWay, e.SteppedIn)


def evolve(case: Case, event: Event) -> Case:
    """The case after one more event. Total: any event may follow any case, since facts are not argued with."""
    after = _apply(_one_event_later(case, event.at), event)
    took_over = isinstance(event.fact, e.Acknowledged) and case.owner not in (None, after.owner)
    if took_over or isinstance(event.fact, _MOVES_ON):
        after = replace(after, tasks=_stale(after, ASKING | _CONFIRM), tasks_since=after.version)
    elif isinstance(event.fact, _ANSWERS_REVIEW) and case.stage is Stage.ADDRESSED:
        after = replace(after, tasks=_stale(after, ASKING))
    elif after.is_spoken_to:
        after = replace(after, tasks=_stale(after, frozenset({Purpose.ASK})))
    if case.to_confirm and not after.to_confirm:
        after = replace(after, tasks=_stale(after, _CONFIRM))
    if after.is_severe and not case.is_severe:
        after = replace(after, severe_since=event.at)
    if case.still_here and not after.still_here:
        after = _nobody_need_come(after, event)
    moved = after.stage is not case.stage or after.owner != case.owner or after.accepted != case.accepted
    return replace(after, stage_since=event.at) if moved else after


def _one_event_later(case: Case, at: datetime) -> Case:
    """As `replace` would make it, without asking all fifty fields anew: every event of every fold begins here."""
    later = object.__new__(Case)
    later.__dict__.update(case.__dict__, version=case.version + 1, changed_at=at)
    return later


def _stale(case: Case, purposes: frozenset[Purpose]) -> tuple[SentTask, ...]:
    """The case's Tasks, where nobody need do any more what those with these purposes ask for."""
    stale = (task.stands and task.purpose in purposes for task in case.tasks)
    return tuple(replace(t, closing=case.version) if over else t for t, over in zip(case.tasks, stale, strict=True))


def fold(events: Iterable[Event]) -> Case:
    """The case that these events, in their order, make."""
    return reduce(evolve, events, NEW)


def _apply(case: Case, event: Event) -> Case:
    fact, seq = event.fact, case.version
    match fact:
        case e.Reported():
            return _found(_reported(case, event, fact), event, fact.found, Purpose.ACCOUNT)
        case e.AccountAdded():
            account = Account(seq, event.at, event.by, fact.text, fact.whose, fact.moment)
            return _found(replace(case, accounts=(*case.accounts, account)), event, fact.found, Purpose.ACCOUNT)
        case e.Acknowledged():
            return replace(case, owner=event.by.person, stage=fact.stage, accepted=True, still_here=False)
        case e.Paged():
            page = Page(seq, event.at, fact.to, fact.role, fact.waited)
            return replace(case, here=replace(case.here, pages=(*case.here.pages, page)))
        case e.PageSeen():
            return _page_seen(case, fact)
        case e.OnTheWay() | e.PatientLeft():
            return replace(case, still_here=False)
        case e.AttemptLogged():
            attempt = Attempt(seq, event.at, event.by, fact.way, fact.note, fact.call_back_on)
            return _found(replace(case, attempts=(*case.attempts, attempt)), event, fact.found, Purpose.ATTEMPT)
        case e.ConversationRecorded():
            conversation = Conversation(seq, event.at, event.by, fact.way, fact.note)
            calling = tuple(word for word in case.calling if word.by != event.by.person)
            spoken = replace(case, conversations=(*case.conversations, conversation), still_here=False, calling=calling)
            return _found(spoken, event, fact.found, Purpose.CONVERSATION)
        case e.AttemptsSettled():
            return replace(case, settled=Settled(seq, event.at, event.by, fact.reason, fact.note))
        case e.RemedyOffered():
            remedy = Remedy(seq, event.by, fact.kind, fact.amount, fact.note, fact.accepted)
            return replace(case, remedies=(*case.remedies, remedy))
        case e.PromiseMade():
            promise = Promise(fact.no, event.at, fact.text, fact.owner, fact.due)
            return replace(case, promises=(*case.promises, promise))
        case e.PromiseKept():
            return _promise_settled(case, fact.no, kept=True)
        case e.PromiseMissed():
            return _promise_settled(case, fact.no, kept=False)
        case e.HandedOver():
            return replace(case, owner=fact.to, accepted=False, stage=fact.stage or case.stage)
        case e.PromisesHandedOver():
            promises = tuple(replace(p, owner=fact.to) if p.no in fact.nos else p for p in case.promises)
            return replace(case, promises=promises)
        case e.ActionsHandedOver():
            actions = tuple(replace(a, owner=fact.to) if a.no in fact.nos else a for a in case.actions)
            return replace(case, actions=actions)
        case e.Escalated():
            return replace(case, stage=fact.stage, owner=fact.to, accepted=False)
        case e.SteppedIn():
            return replace(case, stage=Stage.LEADERS, owner=event.by.person, accepted=True, still_here=False)
        case e.Seen():
            return replace(case, seen_by=(*case.seen_by, Word(event.by.person, event.at)))
        case e.CallOffered():
            return replace(case, calling=(*case.calling, Word(event.by.person, event.at)))
        case e.CallWanted():
            return replace(case, wants_call=(*case.wants_call, Word(event.by.person, event.at)))
        case e.Addressed():
            addressing = Addressing(seq, event.at, event.by, fact.resolution, fact.note, fact.change)
            addressed = replace(case, stage=Stage.ADDRESSED, addressing=addressing, addressed_since=event.at)
            # What the leaders saw said less.
            return replace(addressed, came_from=case.held_at, still_here=False, seen_by=())
        case e.ConfirmationWanted():
            return replace(case, confirm_since=event.at, owner=fact.to or case.owner, came_from=fact.stage)
        case e.ConfirmationRecorded():
            confirmation = Confirmation(seq, event.at, event.by, fact.answer, fact.note)
            return replace(case, confirmations=(*case.confirmations, confirmation))
        case e.Reopened():
            return _reopened(case, event, fact)
        case e.SetAside():
            aside = replace(case, stage=Stage.SET_ASIDE, came_from=case.held_at, set_aside=fact)
            return replace(aside, still_here=False)
        case e.TakenIn():
            accounts = tuple(Account(seq, event.at, event.by, t, Teller.TEAM, case.moment) for t in fact.accounts)
            return replace(
                case,
                accounts=(*case.accounts, *accounts),
                merged=(*case.merged, fact.other),
                review=case.review or fact.review,
                repeat_of=tuple(number for number in case.repeat_of if number != fact.other),
            )
        case e.FieldCorrected():
            return _corrected(case, fact)
        case e.PatientIdentified():
            # Proofs of another chart prove nothing about this one.
            proofs = tuple(p for p in case.proofs if fact.same_chart or p.purpose not in CHART_PURPOSES)
            return replace(case, patient_status=fact.patient_status, patient=fact.patient, proofs=proofs)
        case e.CausesRecorded():
            return replace(case, causes=tuple(dict.fromkeys((*case.causes, *fact.causes))))
        case e.CausesTakenBack():
            return replace(case, causes=tuple(cause for cause in case.causes if cause not in fact.causes))
        case e.InvolvedNamed():
            return replace(case, involved=fact.people)
        case e.RepeatNoted():
            return replace(case, repeat_of=tuple(dict.fromkeys((*case.repeat_of, *fact.of))))
        case e.ActionPlanned():
            action = CorrectiveAction(fact.no, fact.what, fact.owner, fact.due, fact.watch)
            return replace(case, actions=(*case.actions, action))
        case e.ActionDone():
            return _action_changed(case, fact.no, done_at=event.at)
        case e.ActionFailed():
            return _action_changed(case, fact.no, failed_by=fact.other, held=False)
        case e.ActionHeld():
            # In early records it was also said of what nobody had done, which says nothing.
            done = any(one.no == fact.no and one.done_at for one in case.actions)
            return _action_changed(case, fact.no, held=True) if done else case
        case e.ActionDeclined():
            return replace(case, no_action_because=fact.reason)
        case e.DeliveryProven():
            return _proven(case, event, fact)
        case e.AccountRewritten():
            account = Account(seq, event.at, event.by, fact.text, Teller.PATIENT, case.moment)
            return replace(case, accounts=(*case.accounts, account))
        case e.NoteLost():
            left = (p for p in case.proofs if (p.place, p.id) != (fact.row.place, fact.row.id))
            return replace(case, proofs=tuple(left))
        case e.TaskSeen():
            return _task_changed(case, fact.marker, lambda task: replace(task, seen_at=fact.seen_at))
        case e.TaskDone():
            return _task_changed(case, fact.marker, lambda task: replace(task, done_at=fact.done_at))
        case e.PatientKept():
            return replace(case, kept_on=fact.on)
        case e.WentLate():
            return _late(case, event, fact)
        case e.DueSoon():
            noted = Noted(fact.step, fact.due.astimezone(UTC), fact.promise, event.at)
            return replace(case, warned=(*case.warned, noted))
        case e.ReplySent():
            return replace(case, reply_sent_at=event.at)
        case e.ReplyRefused() | e.ReplyGone():
            return replace(case, reply_sent_at=None, reply_live=None, reply_back_at=event.at)
        case e.ReplyWentLive():
            return replace(case, reply_sent_at=None, reply_live=ReplyLive(event.at, fact.link))
        case e.ReviewRewritten():
            return replace(case, review=replace(case.review, stars=fact.stars) if case.review else None)
        case e.ReviewLost():
            return replace(case, review_lost_since=event.at)
        case e.ReviewBack():
            back = replace(case, review_lost_since=None)
            return replace(back, reply_excepted=None, reply_back_at=event.at) if fact.wanted else back
        case e.ReplyWasExcepted():
            return replace(case, reply_excepted=ReplyExcepted(event.at, event.by, fact.reason, fact.note))
        case e.Closed():
            return replace(case, stage=Stage.CLOSED, closed_at=event.at)
        case (
            e.DeliveryLeftToHand() | e.DeliveryDropped() | e.MarkTakenBack()
        ):  # pragma: no branch  mypy proves the match complete
            return case  # told in the timeline; the delivery row knows what a person still has to do


def _reported(case: Case, event: Event, fact: e.Reported) -> Case:
    account = Account(case.version, event.at, event.by, fact.account, Teller.PATIENT, fact.moment)
    return replace(
        case,
        stage=fact.stage,
        office=fact.office,
        policy=fact.policy,
        source=fact.source,
        opened_at=event.at,
        happened_at=fact.happened_at,
        round_since=event.at,
        moment=fact.moment,
        kinds=fact.kinds,
        severity=fact.severity,
        triggers=fact.triggers,
        still_here=fact.still_here,
        patient_status=fact.patient_status,
        patient=fact.patient,
        reporter=event.by.person,
        owner=fact.owner,
        accepted=fact.stage is not Stage.REPORTED and fact.owner == event.by.person,
        accounts=(account,),
        review=fact.review,
        repeat_of=fact.repeat_of,
    )


def _found(case: Case, event: Event, row: ChartRow | None, purpose: Purpose) -> Case:
    """The case with the proof that stands in Open Dental already, where somebody wrote it there themselves."""
    if row is None:
        return case
    proof = Proof("", purpose, case.version, row.place, row.id, "", event.at, event.by, pasted=False)
    return replace(case, proofs=(*case.proofs, proof))


def _task_changed(case: Case, marker: str, change: Callable[[SentTask], SentTask]) -> Case:
    return replace(case, tasks=tuple(change(task) if task.marker == marker else task for task in case.tasks))


def _page_seen(case: Case, fact: e.PageSeen) -> Case:
    pages = (replace(page, seen_at=fact.seen_at) if page.to == fact.who else page for page in case.here.pages)
    return replace(case, here=replace(case.here, pages=tuple(pages)))


def _nobody_need_come(case: Case, event: Event) -> Case:
    """Somebody comes, or the patient is not here any more: what asked for it is stale."""
    coming = event.by.person if isinstance(event.fact, _COMES) else None
    here = replace(case.here, coming=coming, ended=case.version, ended_at=event.at)
    return replace(case, here=here, tasks=_stale(case, frozenset({Purpose.PAGE_TASK})))


def is_misplaced(case: Case, fact: e.DeliveryProven) -> bool:
    """Whether this note was written in the chart of somebody who is not the patient of this case (any more)."""
    if fact.purpose not in CHART_PURPOSES or fact.patient is None:
        return False
    return case.patient is None or not fact.patient.has_chart_of(case.patient)


def _reopened(case: Case, event: Event, fact: e.Reopened) -> Case:
    resumed = replace(
        case,
        stage=fact.stage,
        owner=fact.owner,
        accepted=fact.owner == event.by.person,
        still_here=False,
        set_aside=None,
        closed_at=None,
    )
    if fact.stage is Stage.ADDRESSED:
        return replace(resumed, addressed_since=event.at)  # it stays put right; something of the record is missing
    if case.stage is Stage.SET_ASIDE and case.round_addressing is None:
        return resumed  # it was never addressed, so what was done so far still counts
    return replace(
        resumed,
        round_start=case.version,
        round_since=event.at,
        late_for=None,
        noted_late=(),
        warned=(),
        were_late=(),
        anew=0,
        confirm_since=None,
        seen_by=(),
        calling=(),
        wants_call=(),
    )


def _late(case: Case, event: Event, fact: e.WentLate) -> Case:
    due = fact.due.astimezone(UTC)
    ever = tuple(dict.fromkeys((*case.ever_late, fact.step)))
    late = Noted(fact.step, due, fact.promise, event.at)
    noted = replace(case, late_for=due, noted_late=(*case.noted_late, late), ever_late=ever)
    if fact.step not in MOVING_STEPS:
        return noted
    were_late = (*case.were_late, case.owner) if case.owner else case.were_late
    anew = case.anew if fact.told else len(were_late)
    return replace(noted, were_late=were_late, anew=anew, alarmed_at=event.at)


def _action_changed(case: Case, no: int, **changes: Any) -> Case:
    actions = tuple(replace(one, **changes) if one.no == no else one for one in case.actions)
    return replace(case, actions=actions)


def _promise_settled(case: Case, no: int, *, kept: bool) -> Case:
    promises = tuple(replace(p, kept=kept) if p.no == no else p for p in case.promises)
    return replace(case, promises=promises)


def _proven(case: Case, event: Event, fact: e.DeliveryProven) -> Case:
    if is_misplaced(case, fact):
        return case
    proof = Proof(
        marker=fact.marker,
        purpose=fact.purpose,
        about=fact.about,
        place=fact.place,
        id=fact.id,
        link=fact.link,
        at=event.at,
        by=event.by,
        pasted=fact.pasted,
        why=fact.why,
    )
    return _sent(replace(case, proofs=(*case.proofs, proof)), event, fact)


def _sent(case: Case, event: Event, fact: e.DeliveryProven) -> Case:
    """A Task stands in an inbox now, or was set to done there by Amends itself."""
    if fact.purpose is Purpose.TASK_CLOSED:
        return replace(case, tasks=tuple(replace(t, done_at=event.at) if t.id == fact.id else t for t in case.tasks))
    if fact.purpose not in (*ASKING, *_CONFIRM, Purpose.PAGE_TASK) or not fact.id.isdecimal():
        return case  # the last: a person may have pasted it and not its number
    # It may arrive after the case has moved on: then it is stale as soon as it is there.
    stands = case.still_here if fact.purpose is Purpose.PAGE_TASK else fact.about >= case.tasks_since
    stands = stands and (case.to_confirm or fact.purpose not in _CONFIRM)
    task = SentTask(fact.marker, fact.purpose, fact.about, fact.id, closing=0 if stands else case.version)
    return replace(case, tasks=(*case.tasks, task))


def _corrected(case: Case, fact: e.FieldCorrected) -> Case:
    match fact.field:
        case CorrectableField.KINDS:
            return replace(case, kinds=fact.value)
        case CorrectableField.SEVERITY:
            return replace(case, severity=Severity(fact.value[0]))
        case CorrectableField.MOMENT:
            return replace(case, moment=Moment(fact.value[0]))
        case CorrectableField.HAPPENED_AT:
            return replace(case, happened_at=datetime.fromisoformat(fact.value[0]))
        case CorrectableField.TRIGGERS:  # pragma: no branch  mypy proves the match complete
            triggers = tuple(Trigger(value) for value in fact.value)
            severity = Severity.SEVERE if set(triggers) - {Trigger.PRIVACY} else case.severity
            return replace(case, triggers=triggers, severity=severity)
