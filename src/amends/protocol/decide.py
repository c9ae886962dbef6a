"""The rules' door: which events a command makes, or why it is refused.

`decide` is total and pure. It never closes a case with an open gate, because closing is not a command: the `Closed`
event is added here, when every gate is shut. Nor does a closed case keep a gate that opens later (the patient was
another one, a review joined, it happened before): then it is addressed again, and closes again by itself.
"""

from collections.abc import Sequence
from functools import reduce

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event, Fact
from amends.protocol.fold import evolve
from amends.protocol.gates import gates
from amends.protocol.rules import (
    being_late,
    confirming,
    correcting,
    ending,
    from_the_chart,
    hearing_back,
    leading,
    learning,
    passing_on,
    putting_right,
    reporting,
    speaking,
    still_here,
    the_review,
)
from amends.protocol.rules.asking import LONGEST_TEXT, MANAGERS, STAFF, Context, Refused
from amends.protocol.words import Stage

__all__ = ["LONGEST_TEXT", "MANAGERS", "STAFF", "Context", "Refused", "decide"]


def decide(case: Case, command: c.Command, context: Context) -> list[Event]:
    """The events that the command makes, in order. Raises `Refused`."""
    facts = list(_facts(case, command, context))
    after = reduce(evolve, _as_events(facts, context), case)
    facts += still_here.owner_asked(after, context)
    missing = next((gate for gate in gates(after) if gate.holds_open), None)
    if after.stage is Stage.CLOSED and missing:
        facts.insert(0, e.Reopened(why=missing.why, stage=Stage.ADDRESSED, owner=case.owner))
    elif after.stage is Stage.ADDRESSED and not missing:
        facts.append(e.Closed())
    return _as_events(facts, context)


def _as_events(facts: Sequence[Fact], context: Context) -> list[Event]:
    return [Event(context.now, context.by, fact) for fact in facts]


def _facts(case: Case, command: c.Command, context: Context) -> Sequence[Fact]:
    if isinstance(command, c.Report):
        return reporting.report(case, command, context)
    if case.stage is Stage.NEW:
        raise Refused("There is no such case yet.")
    match command:
        case c.AddAccount():
            return reporting.add_account(case, command, context)
        case c.Acknowledge():
            return speaking.acknowledge(case, command, context)
        case c.Come():
            return still_here.come(case, context)
        case c.SeePage():
            return still_here.see_page(case, context)
        case c.SayPatientLeft():
            return still_here.patient_left(case, context)
        case c.LogAttempt():
            return speaking.log_attempt(case, command, context)
        case c.RecordConversation():
            return speaking.record_conversation(case, command, context)
        case c.SettleAttempts():
            return speaking.settle_attempts(case, command, context)
        case c.OfferRemedy():
            return putting_right.offer_remedy(case, command, context)
        case c.MakePromise():
            return putting_right.make_promise(case, command, context)
        case c.SettlePromise():
            return putting_right.settle_promise(case, command, context)
        case c.MarkAddressed():
            return putting_right.mark_addressed(case, command, context)
        case c.RecordConfirmation():
            return confirming.record_confirmation(case, command, context)
        case c.HandOver():
            return passing_on.hand_over(case, command, context)
        case c.HandOverPromises():
            return passing_on.hand_over_promises(case, command, context)
        case c.HandOverActions():
            return passing_on.hand_over_actions(case, command, context)
        case c.AskRegion():
            return passing_on.ask_region(case, command, context)
        case c.AskLeaders():
            return passing_on.ask_leaders(case, command, context)
        case c.StepIn():
            return passing_on.step_in(case, context)
        case c.MarkSeen():
            return leading.mark_seen(case, context)
        case c.OfferCall():
            return leading.offer_call(case, context)
        case c.AskForCall():
            return leading.ask_for_call(case, context)
        case c.Reopen():
            return ending.reopen(case, command, context)
        case c.PutAside():
            return ending.put_aside(case, command, context)
        case c.TakeIn():
            return ending.take_in(case, command, context)
        case c.CorrectField():
            return correcting.correct_field(case, command, context)
        case c.IdentifyPatient():
            return correcting.identify_patient(case, command, context)
        case c.RecordCauses():
            return learning.record_causes(case, command, context)
        case c.TakeBackCauses():
            return learning.take_back_causes(case, command, context)
        case c.NameInvolved():
            return learning.name_involved(case, command, context)
        case c.NoteRepeat():
            return learning.note_repeat(case, command, context)
        case c.PlanAction():
            return learning.plan_action(case, command, context)
        case c.FinishAction():
            return learning.finish_action(case, command, context)
        case c.ActionRepeated():
            return learning.action_repeated(case, command, context)
        case c.WatchEnded():
            return learning.watch_ended(case, command, context)
        case c.DeclineAction():
            return learning.decline_action(case, command, context)
        case c.DeliveryProved():
            return hearing_back.delivery_proved(case, command, context)
        case c.DeliveryByHand():
            return hearing_back.delivery_by_hand(command, context)
        case c.DeliveryWithdrawn():
            return hearing_back.delivery_withdrawn(command, context)
        case c.ChartRowEdited():
            return from_the_chart.row_edited(case, command, context)
        case c.ChartRowUnmarked():
            return from_the_chart.row_unmarked(case, command, context)
        case c.ChartRowGone():
            return from_the_chart.row_gone(case, command, context)
        case c.PatientMerged():
            return from_the_chart.patient_merged(case, command, context)
        case c.TaskChanged():
            return from_the_chart.task_changed(case, command, context)
        case c.PatientCameBack():
            return from_the_chart.patient_came_back(case, command, context)
        case c.DeadlinePassed():
            asked = still_here.next_asked(case, command, context) or confirming.wanted(case, command, context)
            return asked or being_late.deadline_passed(case, command, context)
        case c.ReviewReplySent():
            return the_review.reply_sent(case, command, context)
        case c.ReviewReplyRefused():
            return the_review.reply_refused(case, command, context)
        case c.ReviewReplyGone():
            return the_review.reply_gone(case, command, context)
        case c.ReviewReplyLive():
            return the_review.reply_live(case, command, context)
        case c.ReviewEdited():
            return the_review.edited(case, command, context)
        case c.ReviewVanished():
            return the_review.vanished(case, context)
        case c.ReviewReturned():
            return the_review.returned(case, context)
        case c.ExceptReply():  # pragma: no branch  mypy proves the match complete
            return the_review.except_reply(case, command, context)
