"""The rules: which events a command makes, or why it is refused.

`decide` is total and pure. It never closes a case with an open gate, because closing is not a command: the
`Closed` event is added here, when every gate is shut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case, evolve
from amends.protocol.deadline import current_step, deadline
from amends.protocol.events import Event, Fact
from amends.protocol.gates import gates
from amends.protocol.hours import Calendar
from amends.protocol.policy import Policy
from amends.protocol.values import Actor, Chain, Person
from amends.protocol.words import (
    BEFORE_ADDRESSED,
    CONVERSATION_WAYS,
    MONEY_REMEDIES,
    SEVERE_TRIGGERS,
    AsideReason,
    CorrectableField,
    Heart,
    Moment,
    NoContact,
    PatientStatus,
    ReplyException,
    Role,
    Severity,
    Source,
    Stage,
    Trigger,
)

LONGEST_TEXT = 20_000
MANAGERS = frozenset({Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER})
STAFF = MANAGERS | {Role.TEAM}

_STAGE_OF = {
    Role.OFFICE_MANAGER: Stage.OFFICE,
    Role.REGIONAL_MANAGER: Stage.REGION,
    Role.LEADER: Stage.LEADERS,
}
_RANK = {Stage.REPORTED: 0, Stage.OFFICE: 0, Stage.REGION: 1, Stage.LEADERS: 2}


class Refused(Exception):
    """The command does not fit the case or the person; the text is a sentence for that person."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks, when (aware), by which policy, in whose open hours, and who answers for the office now."""

    now: datetime
    by: Actor
    policy: Policy
    calendar: Calendar
    chain: Chain = Chain()


def decide(case: Case, command: c.Command, context: Context) -> list[Event]:
    """The events that the command makes, in order. Raises `Refused`."""
    facts = _facts(case, command, context)
    events = [Event(context.now, context.by, fact) for fact in facts]
    after = reduce(evolve, events, case)
    if after.stage is Stage.ADDRESSED and not any(gate.holds_open for gate in gates(after)):
        events.append(Event(context.now, context.by, e.Closed()))
    return events


def _facts(case: Case, command: c.Command, context: Context) -> Sequence[Fact]:  # noqa: C901  one arm a command
    if isinstance(command, c.Report):
        return _report(case, command, context)
    if case.stage is Stage.NEW:
        raise Refused("There is no such case yet.")
    match command:
        case c.AddAccount():
            return _add_account(case, command, context)
        case c.Acknowledge():
            return _acknowledge(case, context)
        case c.LogAttempt():
            return _log_attempt(case, command, context)
        case c.RecordConversation():
            return _record_conversation(case, command, context)
        case c.SettleAttempts():
            return _settle_attempts(case, command, context)
        case c.OfferRemedy():
            return _offer_remedy(case, command, context)
        case c.MakePromise():
            return _make_promise(case, command, context)
        case c.SettlePromise():
            return _settle_promise(case, command, context)
        case c.HandOver():
            return _hand_over(case, command, context)
        case c.AskRegion():
            return _ask_region(case, command, context)
        case c.AskLeaders():
            return _ask_leaders(case, command, context)
        case c.StepIn():
            return _step_in(case, context)
        case c.MarkAddressed():
            return _mark_addressed(case, command, context)
        case c.Reopen():
            return _reopen(case, command, context)
        case c.PutAside():
            return _put_aside(case, command, context)
        case c.TakeIn():
            return _take_in(case, command, context)
        case c.CorrectField():
            return _correct_field(case, command, context)
        case c.IdentifyPatient():
            return _identify_patient(case, command, context)
        case c.RecordCauses():
            return _record_causes(case, command, context)
        case c.NoteRepeat():
            return _note_repeat(case, command)
        case c.PlanAction():
            return _plan_action(case, command, context)
        case c.DeclineAction():
            return _decline_action(case, command, context)
        case c.DeliveryProved():
            return _delivery_proved(case, command, context)
        case c.DeliveryByHand():
            _only_amends(context)
            return [e.DeliveryLeftToHand(**vars(command))]
        case c.DeliveryWithdrawn():
            return [e.DeliveryDropped(**vars(command))]
        case c.DeadlinePassed():
            return _deadline_passed(case, command, context)
        case c.ReviewReplyLive():
            return _reply_live(case, command, context)
        case c.ExceptReply():
            return _except_reply(case, command, context)


# --- opening -----------------------------------------------------------------------------------------------------


def _report(case: Case, command: c.Report, context: Context) -> Sequence[Fact]:
    if case.stage is not Stage.NEW:
        raise Refused("This case is already reported. Add an account to it instead.")
    _only(context, STAFF | {Role.SYSTEM}, "report an upset patient")
    if not command.office:
        raise Refused("Choose the office.")
    account = _text(command.account, "Say in a sentence what happened.", context, command.source)
    _known_keys(command.kinds, context.policy.kinds, "kind")
    if (command.patient is not None) != (command.patient_status is PatientStatus.KNOWN):
        raise Refused("Choose the patient, or say that they are not a patient or not known.")
    happened_at = command.happened_at or context.now
    if happened_at > context.now + timedelta(minutes=5):
        raise Refused("It cannot have happened in the future. Look at the date and time.")
    owner, stage = _first_owner(command, context)
    severe = command.severity is Severity.SEVERE or bool(command.triggers & SEVERE_TRIGGERS)
    return [
        e.Reported(
            office=command.office,
            account=account,
            moment=command.moment,
            kinds=command.kinds,
            severity=Severity.SEVERE if severe else command.severity,
            triggers=tuple(sorted(command.triggers)),
            patient_status=command.patient_status,
            patient=command.patient,
            still_here=command.still_here,
            source=command.source,
            happened_at=happened_at,
            review=command.review,
            repeat_of=command.repeat_of,
            owner=owner,
            stage=stage,
            policy=context.policy.version,
            privacy_officer=context.chain.privacy_officer if Trigger.PRIVACY in command.triggers else None,
        )
    ]


def _first_owner(command: c.Report, context: Context) -> tuple[Person | None, Stage]:
    """The manager who reports keeps the case; otherwise the nearest one in the chain is asked."""
    if context.by.role in MANAGERS and command.source is not Source.REVIEW:
        return context.by.person, _STAGE_OF[context.by.role]
    chain = context.chain
    if chain.office_manager:
        return chain.office_manager, Stage.REPORTED
    if chain.regional_manager:
        return chain.regional_manager, Stage.REGION
    return (chain.leaders[0] if chain.leaders else None), Stage.LEADERS


def _add_account(case: Case, command: c.AddAccount, context: Context) -> Sequence[Fact]:
    _only(context, STAFF | {Role.SYSTEM}, "add to a case")
    if case.stage is Stage.SET_ASIDE:
        raise Refused("This case was set aside. Reopen it first.")
    text = _text(command.text, "Write what was said.", context)
    return [e.AccountAdded(text=text, whose=command.whose, moment=command.moment or case.moment)]


# --- with a manager ----------------------------------------------------------------------------------------------


def _acknowledge(case: Case, context: Context) -> Sequence[Fact]:
    _before_addressed(case)
    stage = _stage_for(case, context)
    if case.accepted and case.owner == context.by.person:
        raise Refused("You already have this case.")
    return [e.Acknowledged(stage=stage)]


def _taken(case: Case, context: Context) -> list[Fact]:
    """Who works on a case that waits for somebody has it: the `Acknowledged` that they did not bother to say."""
    _before_addressed(case)
    stage = _stage_for(case, context)
    if case.accepted and case.stage is stage:
        return []
    return [e.Acknowledged(stage=stage)]


def _stage_for(case: Case, context: Context) -> Stage:
    """The stage in which this person may act on the case."""
    _only(context, MANAGERS, "take a case on")
    stage = _STAGE_OF[context.by.role]
    if _RANK[stage] < _RANK[case.stage]:
        holder = case.owner.name if case.owner else "the next level"
        raise Refused(f"The case is with {holder} now. Add an account if you have something to say.")
    return stage


def _log_attempt(case: Case, command: c.LogAttempt, context: Context) -> Sequence[Fact]:
    _only(context, STAFF, "log an attempt")
    note = _text(command.note, None, context)
    attempt = e.AttemptLogged(way=command.way, note=note)
    if context.by.role is Role.TEAM:
        _before_addressed(case)
        return [attempt]
    return [*_taken(case, context), attempt]


def _record_conversation(case: Case, command: c.RecordConversation, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "record the conversation; a manager speaks with the patient")
    if command.way not in CONVERSATION_WAYS:
        raise Refused("A voicemail, e-mail or letter is an attempt. A conversation has two sides.")
    note = _text(command.note, "Write in a sentence what was said.", context)
    heart = tuple(tick for tick in Heart if tick in command.heart)
    spoken = e.ConversationRecorded(way=command.way, note=note, heart=heart)
    if case.stage in (Stage.ADDRESSED, Stage.CLOSED):
        return [spoken]  # a follow-up call belongs to the story and changes nothing else
    return [*_taken(case, context), spoken]


def _settle_attempts(case: Case, command: c.SettleAttempts, context: Context) -> Sequence[Fact]:
    taken = _taken(case, context)
    note = _text(command.note, None, context)
    match command.reason:
        case NoContact.ATTEMPTS_MADE:
            _enough_attempts(case, context)
        case NoContact.ASKED_NOT_TO if not note:
            raise Refused("Write how the patient asked not to be contacted.")
        case NoContact.NO_WAY if case.patient_status is PatientStatus.KNOWN:
            raise Refused("The patient is known, so there is a way. Log the attempts, or say that they asked for none.")
        case _:
            pass
    return [*taken, e.AttemptsSettled(reason=command.reason, note=note)]


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


def _offer_remedy(case: Case, command: c.OfferRemedy, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "record a remedy")
    _not_set_aside(case)
    amount = command.amount
    if command.kind in MONEY_REMEDIES:
        if amount is None or not amount.is_finite() or amount <= 0:
            raise Refused("Write the amount of the credit or refund.")
        if amount >= Decimal(1_000_000) or amount != amount.quantize(Decimal("0.01")):
            raise Refused("The amount needs at most two decimals and must be under a million.")
    elif amount is not None:
        raise Refused("An amount belongs to a credit or a refund only.")
    note = _text(command.note, None, context)
    return [e.RemedyOffered(kind=command.kind, amount=amount, note=note, accepted=command.accepted)]


def _make_promise(case: Case, command: c.MakePromise, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "make a promise")
    _not_set_aside(case)
    text = _text(command.text, "Write what was promised.", context)
    if command.due < context.now:
        raise Refused("A promise needs a date that is still to come.")
    return [e.PromiseMade(no=len(case.promises) + 1, text=text, owner=command.owner, due=command.due)]


def _settle_promise(case: Case, command: c.SettlePromise, context: Context) -> Sequence[Fact]:
    _only(context, STAFF | {Role.SYSTEM}, "settle a promise")
    if command.no not in {promise.no for promise in case.open_promises}:
        raise Refused("That promise is already settled.")
    return [e.PromiseKept(no=command.no) if command.kept else e.PromiseMissed(no=command.no)]


# --- passing on --------------------------------------------------------------------------------------------------


def _hand_over(case: Case, command: c.HandOver, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "hand a case over")
    _open(case)
    if case.owner == command.to:
        raise Refused(f"{command.to.name} already has this case.")
    return [e.HandedOver(to=command.to, why=_text(command.why, "Write why, so that they can go on.", context))]


def _ask_region(case: Case, command: c.AskRegion, context: Context) -> Sequence[Fact]:
    _only(context, {Role.OFFICE_MANAGER}, "ask the regional manager")
    _before_addressed(case)
    if case.stage in (Stage.REGION, Stage.LEADERS):
        raise Refused(f"This case is already with {case.owner.name if case.owner else 'the next level'}.")
    why = _text(command.why, "Write what keeps you from putting it right.", context)
    tried = _text(command.tried, None, context)
    region = context.chain.regional_manager
    if region is None:
        return [_to_leaders(why, tried, context)]
    return [e.Escalated(stage=Stage.REGION, to=region, why=why, tried=tried)]


def _ask_leaders(case: Case, command: c.AskLeaders, context: Context) -> Sequence[Fact]:
    _only(context, {Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER}, "ask the leaders")
    _before_addressed(case)
    if context.by.role is Role.OFFICE_MANAGER and context.chain.regional_manager:
        raise Refused(f"Ask {context.chain.regional_manager.name} first; the leaders come after the region.")
    if case.stage is Stage.LEADERS:
        raise Refused("This case is already with the leaders.")
    why = _text(command.why, "Write what keeps you from putting it right.", context)
    return [_to_leaders(why, _text(command.tried, None, context), context)]


def _to_leaders(why: str, tried: str, context: Context) -> Fact:
    leader = context.chain.leaders[0] if context.chain.leaders else None
    return e.Escalated(stage=Stage.LEADERS, to=leader, why=why, tried=tried)


def _step_in(case: Case, context: Context) -> Sequence[Fact]:
    _only(context, {Role.LEADER}, "step in")
    _before_addressed(case)
    if case.owner == context.by.person and case.accepted:
        raise Refused("You already have this case.")
    return [e.SteppedIn()]


# --- putting right and the end -----------------------------------------------------------------------------------


def _mark_addressed(case: Case, command: c.MarkAddressed, context: Context) -> Sequence[Fact]:
    taken = _taken(case, context)
    _known_keys((command.resolution,), context.policy.resolutions, "resolution")
    if not case.is_spoken_to:
        raise Refused("First record the conversation with the patient, or the end of the attempts to reach them.")
    note, change = _text(command.note, None, context), _text(command.change, None, context)
    return [*taken, e.Addressed(resolution=command.resolution, note=note, change=change)]


def _reopen(case: Case, command: c.Reopen, context: Context) -> Sequence[Fact]:
    _only(context, STAFF | {Role.SYSTEM}, "reopen a case")
    if case.stage not in (Stage.ADDRESSED, Stage.CLOSED, Stage.SET_ASIDE):
        raise Refused("This case is open.")
    why = _text(command.why, "Write why it is opened again.", context)
    stage = case.came_from if case.came_from in BEFORE_ADDRESSED else Stage.OFFICE
    return [e.Reopened(why=why, stage=stage, owner=case.owner)]


def _put_aside(case: Case, command: c.PutAside, context: Context) -> Sequence[Fact]:
    own_slip = (
        context.by.role is Role.TEAM
        and command.reason is AsideReason.BY_MISTAKE
        and case.reporter == context.by.person
        and case.stage is Stage.REPORTED
    )
    if not own_slip:
        _only(context, MANAGERS, "set a case aside")
    _open(case)
    if (command.duplicate_of is not None) != (command.reason is AsideReason.DUPLICATE):
        raise Refused("A duplicate needs the number of the other case.")
    needs = None if command.reason is AsideReason.DUPLICATE else "Write why, for those who look later."
    note = _text(command.note, needs, context)
    return [e.SetAside(reason=command.reason, note=note, duplicate_of=command.duplicate_of)]


def _take_in(case: Case, command: c.TakeIn, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS | {Role.SYSTEM}, "merge cases")
    _not_set_aside(case)
    if command.other in case.merged:
        raise Refused(f"{command.other} is already part of this case.")
    facts: list[Fact] = [e.TakenIn(other=command.other, accounts=command.accounts, review=command.review)]
    if command.patient and not case.patient:
        facts.append(
            e.PatientIdentified(
                patient_status=PatientStatus.KNOWN, patient=command.patient, why=f"Known from {command.other}."
            )
        )
    return facts


def _correct_field(case: Case, command: c.CorrectField, context: Context) -> Sequence[Fact]:
    _may_correct(case, context)
    value = _checked_value(case, command, context)
    was = _value_of(case, command.field)
    if value == was:
        raise Refused("That is what the case says already.")
    new_privacy = command.field is CorrectableField.TRIGGERS and Trigger.PRIVACY in value and Trigger.PRIVACY not in was
    return [
        e.FieldCorrected(
            field=command.field,
            value=value,
            was=was,
            why=_text(command.why, "Write why it is corrected.", context),
            privacy_officer=context.chain.privacy_officer if new_privacy else None,
        )
    ]


def _checked_value(case: Case, command: c.CorrectField, context: Context) -> tuple[str, ...]:
    value = command.value
    try:
        match command.field:
            case CorrectableField.KINDS:
                _known_keys(value, context.policy.kinds, "kind")
            case CorrectableField.SEVERITY:
                (one,) = value
                if Severity(one) is not Severity.SEVERE and set(case.triggers) & SEVERE_TRIGGERS:
                    raise Refused("A case with a severe trigger is severe. Correct the triggers first.")
            case CorrectableField.MOMENT:
                (one,) = value
                Moment(one)
            case CorrectableField.HAPPENED_AT:
                (one,) = value
                if datetime.fromisoformat(one) > context.now:
                    raise Refused("It cannot have happened in the future.")
            case CorrectableField.TRIGGERS:
                value = tuple(sorted({Trigger(one) for one in value}))
    except (ValueError, TypeError) as wrong:
        raise Refused("That is not a possible value.") from wrong
    return value


def _value_of(case: Case, field: CorrectableField) -> tuple[str, ...]:
    match field:
        case CorrectableField.KINDS:
            return case.kinds
        case CorrectableField.SEVERITY:
            return (case.severity,)
        case CorrectableField.MOMENT:
            return (case.moment,)
        case CorrectableField.HAPPENED_AT:
            return (case.happened_at.isoformat(),)
        case CorrectableField.TRIGGERS:
            return case.triggers


def _identify_patient(case: Case, command: c.IdentifyPatient, context: Context) -> Sequence[Fact]:
    _may_correct(case, context)
    if (command.patient is not None) != (command.patient_status is PatientStatus.KNOWN):
        raise Refused("Choose the patient, or say that they are not a patient or not known.")
    if command.patient == case.patient and command.patient_status is case.patient_status:
        raise Refused("That is what the case says already.")
    why = _text(command.why, "Write why the patient is corrected." if case.patient else None, context)
    return [e.PatientIdentified(patient_status=command.patient_status, patient=command.patient, why=why)]


def _may_correct(case: Case, context: Context) -> None:
    own = context.by.role is Role.TEAM and case.reporter == context.by.person and case.stage is Stage.REPORTED
    if not own:
        _only(context, MANAGERS | {Role.SYSTEM}, "correct a case")
    _not_set_aside(case)


# --- learning ----------------------------------------------------------------------------------------------------


def _record_causes(case: Case, command: c.RecordCauses, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "record the cause")
    _not_set_aside(case)
    if not command.causes:
        raise Refused("Choose at least one cause.")
    _known_keys(command.causes, context.policy.causes, "cause")
    if set(command.causes) <= set(case.causes) and not command.note:
        raise Refused("Those causes are recorded already.")
    return [e.CausesRecorded(causes=command.causes, note=_text(command.note, None, context))]


def _note_repeat(case: Case, command: c.NoteRepeat) -> Sequence[Fact]:
    _not_set_aside(case)
    if not set(command.of) - set(case.repeat_of):
        raise Refused("That repeat is noted already.")
    return [e.RepeatNoted(of=command.of)]


def _plan_action(case: Case, command: c.PlanAction, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "plan a corrective action")
    _not_set_aside(case)
    what = _text(command.what, "Write what will be changed.", context)
    return [e.ActionPlanned(no=len(case.actions) + 1, what=what, owner=command.owner, due=command.due)]


def _decline_action(case: Case, command: c.DeclineAction, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "decide on a corrective action")
    _not_set_aside(case)
    return [e.ActionDeclined(reason=_text(command.reason, "Write why nothing is changed.", context))]


# --- what Amends itself and the channels say -----------------------------------------------------------------------


def _delivery_proved(case: Case, command: c.DeliveryProved, context: Context) -> Sequence[Fact]:
    if command.pasted:
        _only(context, STAFF | {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}, "say that it was pasted")
    else:
        _only_amends(context)
    if command.marker in {proof.marker for proof in case.proofs}:
        raise Refused("That delivery is proved already.")
    return [e.DeliveryProven(**vars(command))]


def _deadline_passed(case: Case, command: c.DeadlinePassed, context: Context) -> Sequence[Fact]:
    _only_amends(context)
    due = deadline(case, context.policy, context.calendar)
    if due is None or due != command.due or due > context.now or case.late_for == due:
        raise Refused("That deadline does not stand any more.")
    told, role = _next_level(case, context.chain)
    return [e.WentLate(step=current_step(case), due=due, told=told, told_role=role)]


def _next_level(case: Case, chain: Chain) -> tuple[Person | None, Role | None]:
    """Who hears that a step is late: the level above the one that has the case."""
    if case.stage in (Stage.REPORTED, Stage.OFFICE) and chain.regional_manager not in (None, case.owner):
        return chain.regional_manager, Role.REGIONAL_MANAGER
    leader = next((leader for leader in chain.leaders if leader != case.owner), None)
    return (leader, Role.LEADER) if leader else (None, None)


def _reply_live(case: Case, command: c.ReviewReplyLive, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS | {Role.SYSTEM}, "say that the reply is live")
    _has_review(case)
    if case.reply_live:
        raise Refused("The reply is live already.")
    return [e.ReplyWentLive(link=command.link)]


def _except_reply(case: Case, command: c.ExceptReply, context: Context) -> Sequence[Fact]:
    _only(context, MANAGERS, "sign for a review without a reply")
    _has_review(case)
    needs = "Write what stands in the way of a reply; it is signed with your name."
    return [e.ReplyWasExcepted(reason=ReplyException(command.reason), note=_text(command.note, needs, context))]


# --- what several rules need ---------------------------------------------------------------------------------------


def _only(context: Context, roles: frozenset[Role] | set[Role], what: str) -> None:
    if context.by.role not in roles:
        role = context.policy.roles[context.by.role]
        raise Refused(f"As {role} you cannot {what}.")


def _only_amends(context: Context) -> None:
    _only(context, {Role.SYSTEM}, "say so; Amends itself does")


def _open(case: Case) -> None:
    if not case.is_open:
        raise Refused("This case is not open any more. Reopen it first.")


def _before_addressed(case: Case) -> None:
    _open(case)
    if case.stage is Stage.ADDRESSED:
        raise Refused("This case is already addressed. Reopen it if the patient is still upset.")


def _not_set_aside(case: Case) -> None:
    if case.stage is Stage.SET_ASIDE:
        raise Refused("This case was set aside. Reopen it first.")


def _has_review(case: Case) -> None:
    if case.review is None:
        raise Refused("No review belongs to this case.")


def _known_keys(keys: tuple[str, ...], labels: object, what: str) -> None:
    for key in keys:
        if key not in labels:  # type: ignore[operator]
            raise Refused(f"Choose a {what} from the list; “{key[:40]}” is not on it.")


def _text(raw: str, needed: str | None, context: Context, source: Source = Source.DESK) -> str:
    """The text without NULs and outer space; refuses an empty one where `needed` says why, and an endless one."""
    text = raw.replace("\x00", "").strip()
    if not text and needed:
        raise Refused(needed)
    if len(text) > LONGEST_TEXT:
        raise Refused(
            f"That is {len(text):,} characters; {LONGEST_TEXT:,} is the most. Keep what matters and attach the rest "
            "in Open Dental."
        )
    return text
