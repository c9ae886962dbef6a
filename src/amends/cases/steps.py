"""A case as it lies before one person: what they may do with it, and what of that fits the step that is now.

What is offered is what the rules would allow: each wish is put to `decide`, and a refusal takes it off the page. So no
rule is written a second time for showing, and the page cannot promise what the rules refuse.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils import timezone

from amends.access import Right, actor_at, case_for, says_it
from amends.cases.actions import events_of
from amends.cases.models import CaseRow
from amends.cases.policies import policy_for
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.deadline import current_step
from amends.protocol.decide import Context, Refused, decide
from amends.protocol.events import CausesRecorded, CausesTakenBack, Event
from amends.protocol.fold import fold
from amends.protocol.policy import Policy
from amends.protocol.rules.chain import STAGE_OF, level_of
from amends.protocol.values import Actor
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import (
    AsideReason,
    CorrectableField,
    Fixed,
    NoContact,
    PatientStatus,
    RemedyKind,
    ReplyException,
    Role,
    Stage,
    Step,
    Way,
)


@dataclass(frozen=True)
class RecordedCause:
    """A cause of the case by its name, who recorded it and when (aware)."""

    key: str
    name: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Desk:
    """One case and one person before it, at one moment (`now`, aware)."""

    person: Person
    actor: Actor
    row: CaseRow
    events: tuple[Event, ...]
    case: Case
    policy: Policy
    known: Directory
    now: datetime

    @property
    def office(self) -> OfficeEntry:
        return self.known.offices[self.case.office]

    @property
    def zone(self) -> ZoneInfo:
        return self.office.zone

    @cached_property
    def review_page(self) -> int | None:
        """The number of the review that this case takes care of; it is answered on its own page. None: only by hand."""
        return self.row.reviews.filter(same_as=None).order_by("pk").values_list("pk", flat=True).first()

    @cached_property
    def causes(self) -> list[RecordedCause]:
        """The causes as they are listed; of one that was taken back and recorded again, the latter."""
        first: dict[str, Event] = {}
        for event in self.events:
            match event.fact:
                case CausesRecorded(causes=causes):
                    first = {**dict.fromkeys(causes, event), **first}
                case CausesTakenBack(causes=causes):
                    first = {key: one for key, one in first.items() if key not in causes}
        names = self.policy.causes
        return [RecordedCause(key, names.get(key, key), first[key].by.name, first[key].at) for key in self.case.causes]

    @cached_property
    def context(self) -> Context:
        """What the rules need to know when this person asks for something now."""
        return Context(
            now=self.now,
            by=self.actor,
            policy=self.policy,
            calendar=self.office.calendar,
            chain=self.known.chain(self.office.id, self.now),
        )

    def may(self, command: c.Command) -> bool:
        """Whether the rules would allow it now."""
        try:
            decide(self.case, command, replace(self.context, by=says_it(command, self.actor, self.office.id)))
        except Refused:
            return False
        return True


def desk_for(person: Person, number: str, need: Right) -> Desk:
    """The case with that number before this person. Raises Http404 where they have no such right."""
    row = case_for(person, number, need)
    events = tuple(events_of(row.pk))
    return Desk(
        person=person,
        actor=actor_at(person, str(row.office_id), Stage(row.stage)),
        row=row,
        events=events,
        case=fold(events),
        policy=policy_for(row.policy),
        known=directory(),
        now=timezone.now(),
    )


_SOMEBODY = PersonValue(id="somebody", name="somebody")


def _tomorrow(desk: Desk) -> datetime:
    return desk.now + timedelta(days=1)


def _other_status(desk: Desk) -> c.Command:
    other = PatientStatus.NOT_A_PATIENT
    if desk.case.patient_status is other:
        other = PatientStatus.UNKNOWN
    return c.IdentifyPatient(patient_status=other, why="?")


def _an_end_of_attempts(desk: Desk) -> c.Command:
    return c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="?")


def _an_aside(desk: Desk) -> c.Command:
    # A team member may only take back their own slip; a manager may give any reason.
    return c.PutAside(reason=AsideReason.BY_MISTAKE, note="?")


def _first_open_promise(desk: Desk) -> c.Command:
    return c.SettlePromise(no=next((promise.no for promise in desk.case.open_promises), 0), kept=True)


def _others_involved(desk: Desk) -> c.Command:
    return c.NameInvolved(people=() if desk.case.involved else (_SOMEBODY,))


def _first_action_to_do(desk: Desk) -> c.Command:
    return c.FinishAction(no=next((one.no for one in desk.case.actions if one.done_at is None), 0))


# One wish of each kind, with values that no rule minds: only the person and the state of the case can refuse it.
WISHES: Mapping[str, Callable[[Desk], c.Command]] = MappingProxyType(
    {
        "acknowledge": lambda desk: c.Acknowledge(),
        "conversation": lambda desk: c.RecordConversation(way=Way.PHONE, note="?"),
        "attempt": lambda desk: c.LogAttempt(way=Way.PHONE),
        "settle": _an_end_of_attempts,
        "addressed": lambda desk: c.MarkAddressed(resolution=next(iter(desk.policy.resolutions))),
        "confirm": lambda desk: c.RecordConfirmation(answer=Fixed.YES),
        "remedy": lambda desk: c.OfferRemedy(kind=RemedyKind.APOLOGY),
        "promise": lambda desk: c.MakePromise(text="?", owner=_SOMEBODY, due=_tomorrow(desk)),
        "settle_promise": _first_open_promise,
        "ask_region": lambda desk: c.AskRegion(why="?"),
        "ask_leaders": lambda desk: c.AskLeaders(why="?"),
        "step_in": lambda desk: c.StepIn(),
        "seen": lambda desk: c.MarkSeen(),
        "offer_call": lambda desk: c.OfferCall(),
        "ask_for_call": lambda desk: c.AskForCall(),
        "hand_over": lambda desk: c.HandOver(to=_SOMEBODY, why="?"),
        "reply_live": lambda desk: c.ReviewReplyLive(),
        "except_reply": lambda desk: c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note="?"),
        "causes": lambda desk: c.RecordCauses(causes=(next(iter(desk.policy.causes)),), note="?"),
        "causes_back": lambda desk: c.TakeBackCauses(causes=desk.case.causes[:1], why="?"),
        "involved": _others_involved,
        "plan": lambda desk: c.PlanAction(what="?", owner=_SOMEBODY, due=_tomorrow(desk)),
        "finish": _first_action_to_do,
        "decline": lambda desk: c.DeclineAction(reason="?"),
        "repeat": lambda desk: c.NoteRepeat(of=("?",)),
        "account": lambda desk: c.AddAccount(text="?"),
        "patient": _other_status,
        "correct": lambda desk: c.CorrectField(
            field=CorrectableField.HAPPENED_AT, value=(desk.now.isoformat(),), why="?"
        ),
        "reopen": lambda desk: c.Reopen(why="?"),
        "set_aside": _an_aside,
    }
)

# What fits the step that is now: the first that is allowed is the open form, the others are buttons beside it.
_FITTING: Mapping[Step, tuple[str, ...]] = MappingProxyType(
    {
        Step.ACCEPT: ("acknowledge", "conversation", "attempt", "hand_over"),
        Step.SPEAK: ("conversation", "attempt", "settle", "ask_region", "ask_leaders"),
        Step.PLAN: ("addressed", "remedy", "promise", "ask_region", "ask_leaders"),
        Step.PUT_RIGHT: ("addressed", "remedy", "promise", "ask_region", "ask_leaders"),
        Step.TELL: (),
        Step.REPLY: ("reply_live", "except_reply"),
        Step.LEARN: ("causes", "involved", "plan", "decline"),
        Step.KEEP_PROMISE: (),
        Step.CONFIRM: (),
    }
)


@dataclass(frozen=True)
class Offers:
    """Keys of actions: the open form of the step ("" for none), the buttons beside it, and all the rest."""

    now: str
    beside: tuple[str, ...]
    more: tuple[str, ...]


def offers(desk: Desk) -> Offers:
    """What this person may do with this case now."""
    allowed = [key for key, wish in WISHES.items() if desk.may(wish(desk)) and not _is_idle(key, desk)]
    fitting = [key for key in _fitting(desk.case) if key in allowed]
    # A review that Amends has is answered on its own page; what is left here is to sign for no reply.
    elsewhere = current_step(desk.case) is Step.REPLY and desk.review_page is not None
    now = fitting[0] if fitting and _is_their_turn(desk) and not elsewhere else ""
    return Offers(
        now=now,
        beside=tuple(key for key in fitting if key != now),
        more=tuple(key for key in allowed if key not in fitting),
    )


def _fitting(case: Case) -> tuple[str, ...]:
    step = current_step(case)
    if not case.is_open:
        return ()
    # With a cause, what is still to be learned is what will be changed.
    return ("plan", "decline", "involved") if step is Step.LEARN and case.causes else _FITTING[step]


def _is_idle(key: str, desk: Desk) -> bool:
    """What the rules allow but nobody would look for now."""
    case, mine = desk.case, desk.case.owner == desk.actor.person
    match key:
        case "step_in":
            return mine  # a leader who has the case says "I have it"
        case "acknowledge":
            return desk.actor.role is Role.LEADER and not mine
        case "reply_live":
            return desk.review_page is not None
        case "plan" | "decline":
            return not case.repeat_of and case.stage not in (Stage.ADDRESSED, Stage.CLOSED)
        case _:
            return False


def _is_their_turn(desk: Desk) -> bool:
    """The owner's, or that of anybody who answers at the same level: a cover."""
    owner = desk.case.owner
    return owner is None or owner == desk.actor.person or STAGE_OF.get(desk.actor.role) is level_of(desk.case)
