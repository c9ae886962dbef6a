"""What the rules know of one upset patient's one story: a value, made by `fold.py` and by nothing else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from amends.protocol import events as e
from amends.protocol.values import (
    Account,
    Addressing,
    Attempt,
    Confirmation,
    Conversation,
    CorrectiveAction,
    Here,
    Patient,
    Person,
    Promise,
    Proof,
    Remedy,
    ReplyExcepted,
    ReplyLive,
    Review,
    SentTask,
    Settled,
    Word,
)
from amends.protocol.words import (
    BEFORE_ADDRESSED,
    OPEN_STAGES,
    SEVERE_TRIGGERS,
    Moment,
    PatientStatus,
    Purpose,
    Severity,
    Source,
    Stage,
    Step,
    Trigger,
)


class Noted(NamedTuple):
    """A step of which it was noted, `at` that time, that it is late or nearly so; `due` in UTC, and the number of the
    promise where it is one (None: noted before there was a number, so any)."""

    step: Step
    due: datetime
    promise: int | None
    at: datetime


_BEGINNING = datetime.min.replace(tzinfo=UTC)
_NOT_HERE = Here()


@dataclass(frozen=True)
class Case:
    """Everything that the rules need to know of one upset patient's one story.

    `version` counts the events. `round_start` is the number of the event that last reopened the case: what was said
    and done before it does not count towards closing. `accepted` says that the owner knows and has taken it.
    `came_from` is the stage that had the case before it was addressed or set aside. `noted_late` holds the steps and
    deadlines that were found late, `late_for` the newest of them, `ever_late` the steps of all rounds; `warned`
    those of which somebody heard before. `were_late` are the owners of this round who were late; the first `anew` of
    them may have it again, since nobody was left. `alarmed_at` is when a step that moves the case was found late
    last. `tasks` ask an owner to take the case on, to be in time, or what was said. `seen_by` are the leaders who
    have seen what they were told last, `calling` the one who will call the patient, `wants_call` those who asked for
    a call. `reply_sent_at` is since when the public reply waits for the site, `reply_back_at` when one was refused or
    taken off last, or the review came back that was signed for as gone. `confirm_since` is when it became time, in this
    round, to ask the patient whether it is fixed.
    """

    version: int = 0
    stage: Stage = Stage.NEW
    office: str = ""
    policy: str = ""
    source: Source = Source.DESK
    opened_at: datetime = _BEGINNING
    happened_at: datetime = _BEGINNING
    stage_since: datetime = _BEGINNING
    changed_at: datetime = _BEGINNING
    moment: Moment = Moment.BEFORE
    kinds: tuple[str, ...] = ()
    severity: Severity = Severity.UPSET
    severe_since: datetime = _BEGINNING
    triggers: tuple[Trigger, ...] = ()
    still_here: bool = False
    here: Here = _NOT_HERE
    patient_status: PatientStatus = PatientStatus.UNKNOWN
    patient: Patient | None = None
    reporter: Person | None = None
    owner: Person | None = None
    accepted: bool = False
    round_start: int = 0
    round_since: datetime = _BEGINNING
    addressed_since: datetime = _BEGINNING
    came_from: Stage = Stage.REPORTED
    accounts: tuple[Account, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    settled: Settled | None = None
    remedies: tuple[Remedy, ...] = ()
    promises: tuple[Promise, ...] = ()
    addressing: Addressing | None = None
    set_aside: e.SetAside | None = None
    merged: tuple[str, ...] = ()
    review: Review | None = None
    review_lost_since: datetime | None = None
    reply_sent_at: datetime | None = None
    reply_back_at: datetime | None = None
    reply_live: ReplyLive | None = None
    reply_excepted: ReplyExcepted | None = None
    causes: tuple[str, ...] = ()
    involved: tuple[Person, ...] = ()
    repeat_of: tuple[str, ...] = ()
    actions: tuple[CorrectiveAction, ...] = ()
    no_action_because: str = ""
    proofs: tuple[Proof, ...] = ()
    tasks: tuple[SentTask, ...] = ()
    tasks_since: int = 0
    confirm_since: datetime | None = None
    confirmations: tuple[Confirmation, ...] = ()
    kept_on: date | None = None
    closed_at: datetime | None = None
    late_for: datetime | None = None
    noted_late: tuple[Noted, ...] = ()
    ever_late: tuple[Step, ...] = ()
    warned: tuple[Noted, ...] = ()
    were_late: tuple[Person, ...] = ()
    anew: int = 0
    alarmed_at: datetime = _BEGINNING
    seen_by: tuple[Word, ...] = ()
    calling: tuple[Word, ...] = ()
    wants_call: tuple[Word, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def held_at(self) -> Stage:
        """The stage that has the case, or had it before it was addressed or set aside."""
        return self.stage if self.stage in BEFORE_ADDRESSED else self.came_from

    @property
    def is_severe(self) -> bool:
        return self.severity is Severity.SEVERE

    @property
    def is_grave(self) -> bool:
        """Whether it has something of which the leaders hear at once."""
        return not SEVERE_TRIGGERS.isdisjoint(self.triggers)

    @property
    def last_conversation(self) -> Conversation | None:
        """The newest conversation of this round, if there was one."""
        return next((c for c in reversed(self.conversations) if c.seq > self.round_start), None)

    @property
    def round_settled(self) -> Settled | None:
        return self.settled if self.settled and self.settled.seq > self.round_start else None

    @property
    def first_conversation(self) -> Conversation | None:
        """The first conversation of this round, if there was one."""
        return next((c for c in self.conversations if c.seq > self.round_start), None)

    @property
    def is_spoken_to(self) -> bool:
        return self.last_conversation is not None or self.round_settled is not None

    @property
    def last_attempt(self) -> Attempt | None:
        return next((a for a in reversed(self.attempts) if a.seq > self.round_start), None)

    @property
    def has_plan(self) -> bool:
        """Whether something was offered or promised to the patient in this round."""
        offered = any(remedy.seq > self.round_start for remedy in self.remedies)
        return offered or any(promise.made_at >= self.round_since for promise in self.promises)

    @property
    def passed_over(self) -> tuple[Person, ...]:
        """Who was late, so that the case does not go to them again by itself while somebody else is left."""
        return self.were_late[self.anew :]

    @property
    def round_addressing(self) -> Addressing | None:
        return self.addressing if self.addressing and self.addressing.seq > self.round_start else None

    @property
    def round_confirmation(self) -> Confirmation | None:
        """What the patient answered in this round to the question whether it is fixed."""
        return next((one for one in reversed(self.confirmations) if one.seq > self.round_start), None)

    @property
    def to_confirm(self) -> bool:
        """Whether the patient is to be asked now whether it is fixed."""
        asked = self.confirm_since is not None and self.stage in (Stage.ADDRESSED, Stage.CLOSED)
        return asked and self.round_confirmation is None

    @property
    def owner_task(self) -> SentTask | None:
        """The Task that asks whoever has the case now to take it on, done or not; None while none has arrived."""
        theirs = (t for t in reversed(self.tasks) if t.purpose is Purpose.TASK and not t.closing)
        return next((t for t in theirs if t.about >= self.tasks_since), None)

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.kept is None)

    @property
    def open_actions(self) -> tuple[CorrectiveAction, ...]:
        """Those that are still to be done, or of which it is not known yet whether they held."""
        return tuple(action for action in self.actions if action.is_watched)


NEW = Case()
