"""What may be told of a case where no patient information may go, such as Slack.

`Card` is the only thing from which such a message is made. It holds enumerations, coded keys, names of staff, numbers
and times; no field of it could hold what somebody wrote or who the patient is, so no mistake further on can tell it.
A coded key becomes words only by the policy's own table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Event, Fact
from amends.protocol.values import Actor, Person, Word
from amends.protocol.words import CorrectableField, Severity, Stage


class ReplyStands(StrEnum):
    """How the public reply stands, where the case has a review."""

    NOT_ASKED = "not_asked"
    WANTED = "wanted"
    SENT = "sent"
    LIVE = "live"
    EXCEPTED = "excepted"


class Change(StrEnum):
    """What changes so that it does not happen again, as far as it may be told: never in somebody's words."""

    NONE_YET = "none_yet"
    WRITTEN = "written"
    PLANNED = "planned"
    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Who sees to a change, and the day until which, by the calendar of the office."""

    owner: Person
    due: date


@dataclass(frozen=True, kw_only=True)
class Card:
    """A case as it stands after its event `version`. `minutes_to_contact` is None until somebody spoke with them.

    `planned` is the change that is due first of those that are not made yet. `change` is None in a card that was
    written before it told of that.
    """

    version: int
    kinds: tuple[str, ...]
    severity: Severity
    stage: Stage
    owner: Person | None
    accepted: bool
    spoken_to: bool
    late: bool
    addressed_by: Actor | None
    resolution: str | None
    minutes_to_contact: int | None
    causes: tuple[str, ...]
    change: Change | None = None
    planned: Planned | None = None
    reply: ReplyStands = ReplyStands.NOT_ASKED
    seen_by: tuple[Word, ...]
    calling: tuple[Word, ...]
    wants_call: tuple[Word, ...]


def card_of(case: Case) -> Card:
    """The case without what was said and without the patient."""
    spoken, done = case.first_conversation, case.round_addressing
    return Card(
        version=case.version,
        kinds=case.kinds,
        severity=case.severity,
        stage=case.stage,
        owner=case.owner,
        accepted=case.accepted,
        spoken_to=case.is_spoken_to,
        late=case.late_for is not None and case.is_open,
        addressed_by=done.by if done else None,
        resolution=done.resolution if done else None,
        minutes_to_contact=max(0, int((spoken.at - case.round_since).total_seconds() // 60)) if spoken else None,
        causes=case.causes,
        change=_change(case),
        planned=_planned(case),
        reply=_reply(case),
        seen_by=case.seen_by,
        calling=case.calling,
        wants_call=case.wants_call,
    )


def _change(case: Case) -> Change:
    if case.actions:
        return Change.DONE if all(action.done_at for action in case.actions) else Change.PLANNED
    if case.round_addressing and case.round_addressing.change:
        return Change.WRITTEN
    return Change.NOT_NEEDED if case.no_action_because else Change.NONE_YET


def _planned(case: Case) -> Planned | None:
    to_do = [action for action in case.actions if action.done_at is None]
    first = min(to_do, key=lambda action: action.due, default=None)
    return Planned(owner=first.owner, due=first.due.date()) if first else None


def _reply(case: Case) -> ReplyStands:
    if case.review is None:
        return ReplyStands.NOT_ASKED
    if case.reply_live:
        return ReplyStands.LIVE
    if case.reply_excepted:
        return ReplyStands.EXCEPTED
    return ReplyStands.SENT if case.reply_sent_at else ReplyStands.WANTED


class Happening(StrEnum):
    """What is worth a line under the card."""

    TAKEN = "taken"
    SPOKEN = "spoken"
    HANDED_OVER = "handed_over"
    ASKED = "asked"
    STEPPED_IN = "stepped_in"
    LATE = "late"
    MOVED = "moved"
    DUE_SOON = "due_soon"
    LEADER_CALLS = "leader_calls"
    CALL_WANTED = "call_wanted"
    ADDRESSED = "addressed"
    REOPENED = "reopened"
    SET_ASIDE = "set_aside"
    REPLY_LIVE = "reply_live"
    REPLY_REFUSED = "reply_refused"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One happening: who brought it, `to` whom it went, and the coded phrase of how it was put right.

    `others`: Amends did not run, and other cases became late as well, of which no line of their own tells.
    """

    what: Happening
    by: Actor
    to: Person | None = None
    resolution: str | None = None
    others: bool = False


def lines_of(events: Iterable[Event]) -> list[Line]:
    """What these events are worth under the card, in order."""
    return [line for event in events for line in _line(event)]


def _line(event: Event) -> list[Line]:
    match event.fact:
        case e.Acknowledged():
            return [Line(what=Happening.TAKEN, by=event.by)]
        case e.ConversationRecorded():
            return [Line(what=Happening.SPOKEN, by=event.by)]
        case e.HandedOver(to=to):
            return [Line(what=Happening.HANDED_OVER, by=event.by, to=to)]
        case e.Escalated(late=True, to=moved_to):
            return [Line(what=Happening.MOVED, by=event.by, to=moved_to)]
        case e.Escalated(to=asked):
            return [Line(what=Happening.ASKED, by=event.by, to=asked)]
        case e.SteppedIn():
            return [Line(what=Happening.STEPPED_IN, by=event.by)]
        case e.DueSoon(told=told):
            return [Line(what=Happening.DUE_SOON, by=event.by, to=told)]
        case e.WentLate(moves=False, again=False, told=told):
            return [Line(what=Happening.LATE, by=event.by, to=told)]
        case e.CallOffered():
            return [Line(what=Happening.LEADER_CALLS, by=event.by)]
        case e.CallWanted():
            return [Line(what=Happening.CALL_WANTED, by=event.by)]
        case e.Addressed(resolution=resolution):
            return [Line(what=Happening.ADDRESSED, by=event.by, resolution=resolution)]
        case e.Reopened():
            return [Line(what=Happening.REOPENED, by=event.by)]
        case e.SetAside():
            return [Line(what=Happening.SET_ASIDE, by=event.by)]
        case e.ReplyWentLive():
            return [Line(what=Happening.REPLY_LIVE, by=event.by)]
        case e.ReplyRefused():
            return [Line(what=Happening.REPLY_REFUSED, by=event.by)]
        case e.Closed():
            return [Line(what=Happening.CLOSED, by=event.by)]
        case _:
            return []


def changes_card(fact: Fact) -> bool:
    """Whether a card says something else after this."""
    match fact:
        case e.FieldCorrected(field=field):
            return field in (CorrectableField.KINDS, CorrectableField.SEVERITY, CorrectableField.TRIGGERS)
        case (
            e.Acknowledged()
            | e.ConversationRecorded()
            | e.AttemptsSettled()
            | e.HandedOver()
            | e.Escalated()
            | e.SteppedIn()
            | e.WentLate()
            | e.Seen()
            | e.CallOffered()
            | e.CallWanted()
            | e.Addressed()
            | e.Reopened()
            | e.SetAside()
            | e.TakenIn()
            | e.CausesRecorded()
            | e.CausesTakenBack()
            | e.ActionPlanned()
            | e.ActionDone()
            | e.ActionDeclined()
            | e.ReplySent()
            | e.ReplyRefused()
            | e.ReplyGone()
            | e.ReplyWentLive()
            | e.ReplyWasExcepted()
            | e.Closed()
        ):
            return True
        case _:
            return False
