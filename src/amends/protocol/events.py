"""What happened to a case. An event is a fact: it is never changed, and the case is nothing but their fold."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from amends.protocol.values import Actor, ChartRow, Patient, Person, Review, WatchRule
from amends.protocol.words import (
    AsideReason,
    CorrectableField,
    Fixed,
    Heart,
    Moment,
    NoContact,
    PatientStatus,
    Purpose,
    RemedyKind,
    ReplyException,
    ReplyProblem,
    Role,
    Severity,
    Source,
    Stage,
    Step,
    Teller,
    Trigger,
    Way,
)


@dataclass(frozen=True, kw_only=True)
class Reported:
    office: str
    account: str
    moment: Moment
    kinds: tuple[str, ...]
    severity: Severity
    triggers: tuple[Trigger, ...]
    patient_status: PatientStatus
    patient: Patient | None
    still_here: bool
    source: Source
    happened_at: datetime
    review: Review | None
    repeat_of: tuple[str, ...]
    owner: Person | None
    stage: Stage
    policy: str
    privacy_officer: Person | None = None
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class AccountAdded:
    text: str
    whose: Teller
    moment: Moment
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Paged:
    """`to` is asked to come to a patient who is still here; None where nobody is left to be asked.

    `waited`: those who were asked before did not come in time.
    """

    to: Person | None
    role: Role | None
    waited: bool


@dataclass(frozen=True, kw_only=True)
class PageSeen:
    """`who` has seen that they are asked to come, `seen_at` as Amends or else Open Dental knows it."""

    who: Person
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class OnTheWay:
    """Somebody comes to the patient, and the case stays with whoever has it."""


@dataclass(frozen=True, kw_only=True)
class PatientLeft:
    """The patient is not here any more, so nobody need come."""


@dataclass(frozen=True, kw_only=True)
class AttemptLogged:
    way: Way
    note: str
    call_back_on: date | None = None
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationRecorded:
    way: Way
    note: str
    heart: tuple[Heart, ...]
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class AttemptsSettled:
    reason: NoContact
    note: str


@dataclass(frozen=True, kw_only=True)
class RemedyOffered:
    kind: RemedyKind
    amount: Decimal | None
    note: str
    accepted: bool | None


@dataclass(frozen=True, kw_only=True)
class PromiseMade:
    no: int
    text: str
    owner: Person
    due: datetime


@dataclass(frozen=True, kw_only=True)
class PromiseKept:
    no: int


@dataclass(frozen=True, kw_only=True)
class PromiseMissed:
    no: int


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """`tried`: what was done for the patient, where its owner can no more say so to who goes on.

    `stage`: the level at which `to` has it, where nobody had it before; None: it stays at its own.
    """

    to: Person
    why: str
    tried: str = ""
    stage: Stage | None = None


@dataclass(frozen=True, kw_only=True)
class PromisesHandedOver:
    nos: tuple[int, ...]
    to: Person
    why: str


@dataclass(frozen=True, kw_only=True)
class ActionsHandedOver:
    nos: tuple[int, ...]
    to: Person
    why: str


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """The case moved to the region or to the leaders; `to` is None where nobody is there to take it.

    `late`: nobody asked for it, a step was late; then it may also have moved to somebody else of the same level.
    """

    stage: Stage
    to: Person | None
    why: str
    tried: str
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class SteppedIn:
    """A leader took the case."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A leader has seen what the leaders were told."""


@dataclass(frozen=True, kw_only=True)
class CallOffered:
    """A leader will call the patient."""


@dataclass(frozen=True, kw_only=True)
class CallWanted:
    """A leader wants to be called about the case."""


@dataclass(frozen=True, kw_only=True)
class Addressed:
    resolution: str
    note: str
    change: str


@dataclass(frozen=True, kw_only=True)
class ConfirmationWanted:
    """The patient is to be asked whether it is fixed: by `to`, who answers at `stage`; None where nobody does."""

    to: Person | None
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class ConfirmationRecorded:
    answer: Fixed
    note: str


@dataclass(frozen=True, kw_only=True)
class Reopened:
    why: str
    stage: Stage
    owner: Person | None


@dataclass(frozen=True, kw_only=True)
class SetAside:
    reason: AsideReason
    note: str
    duplicate_of: str | None


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    other: str
    accounts: tuple[str, ...]
    review: Review | None


@dataclass(frozen=True, kw_only=True)
class FieldCorrected:
    field: CorrectableField
    value: tuple[str, ...]
    was: tuple[str, ...]
    why: str
    privacy_officer: Person | None = None


@dataclass(frozen=True, kw_only=True)
class PatientIdentified:
    """Who the patient is now; `misplaced` names the notes that stand in the chart of somebody else because of it.

    `merged`: Open Dental made one chart of two, so everything stands under the new number.
    """

    patient_status: PatientStatus
    patient: Patient | None
    why: str
    same_chart: bool = False
    misplaced: tuple[str, ...] = ()
    merged: bool = False


@dataclass(frozen=True, kw_only=True)
class CausesRecorded:
    causes: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class CausesTakenBack:
    """These causes were recorded by mistake; what else follows from them is a person's to correct."""

    causes: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class InvolvedNamed:
    """`people` are all who were there or did the work, in place of whoever was named before; it is nobody's fault."""

    people: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class RepeatNoted:
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ActionPlanned:
    no: int
    what: str
    owner: Person
    due: datetime
    watch: WatchRule | None = None


@dataclass(frozen=True, kw_only=True)
class ActionDone:
    """What was to be changed is changed."""

    no: int
    note: str


@dataclass(frozen=True, kw_only=True)
class ActionFailed:
    """It happened again after the action's date, within its watch rule: in the case `other`. `told` hears of it.

    `after_all`: it had been said to have held, which this corrects.
    """

    no: int
    other: str
    told: Person | None
    after_all: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionHeld:
    """The action's days are over, and it did not happen again."""

    no: int


@dataclass(frozen=True, kw_only=True)
class ActionDeclined:
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryProven:
    marker: str
    purpose: Purpose
    about: int
    place: str
    id: str
    link: str
    pasted: bool
    why: str
    patient: Patient | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryLeftToHand:
    marker: str
    purpose: Purpose
    about: int
    why: str


@dataclass(frozen=True, kw_only=True)
class DeliveryDropped:
    marker: str
    purpose: Purpose
    about: int
    why: str


@dataclass(frozen=True, kw_only=True)
class AccountRewritten:
    """Somebody changed the entry in Open Dental; what was told first stays, and this is how it reads now."""

    row: ChartRow
    text: str


@dataclass(frozen=True, kw_only=True)
class MarkTakenBack:
    """The entry is not marked as an upset patient any more; people decide what that means for the case."""

    row: ChartRow


@dataclass(frozen=True, kw_only=True)
class NoteLost:
    """The entry that proved `purpose` of the event `about` was deleted in Open Dental."""

    row: ChartRow
    purpose: Purpose
    about: int


@dataclass(frozen=True, kw_only=True)
class TaskSeen:
    """The Task was opened in Open Dental, `seen_at` as Open Dental or else Amends knows it."""

    marker: str
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskDone:
    """The Task was set to done in Open Dental."""

    marker: str
    done_at: datetime


@dataclass(frozen=True, kw_only=True)
class PatientKept:
    """The patient came back: a visit after the case was addressed was completed."""

    visit: str
    on: date


@dataclass(frozen=True, kw_only=True)
class WentLate:
    """The step was not done by `due`; `told` is the next in the chain, None where there is nobody.

    `moves`: the case moves to them, as the `Escalated` after it says. `promise` is the number of the one that was not
    kept; None for other steps, and in early records. `again`: its lateness had been told, and then its due moved with
    the office's hours to another time that is past as well; so nobody is told.
    """

    step: Step
    due: datetime
    told: Person | None
    told_role: Role | None
    moves: bool = False
    promise: int | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class DueSoon:
    """The step is not done yet and is late after `due` (in the office's zone); `told` can still do it in time, or
    covers for who can. `promise` as in `WentLate`."""

    step: Step
    due: datetime
    told: Person
    promise: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReplySent:
    """An approved public reply is with the review site, which has not shown it yet; `by_hand`: somebody posted it."""

    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class ReplyRefused:
    """The review site refused the reply; `reason` is the site's own word for it."""

    problem: ReplyProblem
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReplyGone:
    """The reply does not stand on the site any more, or the one that waited there was taken back."""

    why: str


@dataclass(frozen=True, kw_only=True)
class ReviewRewritten:
    """The reviewer changed the review. `text` is what it says now, "" where only the stars changed."""

    stars: int | None
    was: int | None
    text: str


@dataclass(frozen=True, kw_only=True)
class ReviewLost:
    """The review is not on the site any more; it may come back."""


@dataclass(frozen=True, kw_only=True)
class ReviewBack:
    """The review is on the site again. `wanted`: it was signed for as gone, and is to get its reply after all."""

    wanted: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyWentLive:
    link: str


@dataclass(frozen=True, kw_only=True)
class ReplyWasExcepted:
    reason: ReplyException
    note: str


@dataclass(frozen=True, kw_only=True)
class Closed:
    """Every gate was shut."""


Fact = (
    Reported
    | AccountAdded
    | Acknowledged
    | Paged
    | PageSeen
    | OnTheWay
    | PatientLeft
    | AttemptLogged
    | ConversationRecorded
    | AttemptsSettled
    | RemedyOffered
    | PromiseMade
    | PromiseKept
    | PromiseMissed
    | HandedOver
    | PromisesHandedOver
    | ActionsHandedOver
    | Escalated
    | SteppedIn
    | Seen
    | CallOffered
    | CallWanted
    | Addressed
    | ConfirmationWanted
    | ConfirmationRecorded
    | Reopened
    | SetAside
    | TakenIn
    | FieldCorrected
    | PatientIdentified
    | CausesRecorded
    | CausesTakenBack
    | InvolvedNamed
    | RepeatNoted
    | ActionPlanned
    | ActionDone
    | ActionFailed
    | ActionHeld
    | ActionDeclined
    | DeliveryProven
    | DeliveryLeftToHand
    | DeliveryDropped
    | AccountRewritten
    | MarkTakenBack
    | NoteLost
    | TaskSeen
    | TaskDone
    | PatientKept
    | DueSoon
    | WentLate
    | ReplySent
    | ReplyRefused
    | ReplyGone
    | ReviewRewritten
    | ReviewLost
    | ReviewBack
    | ReplyWentLive
    | ReplyWasExcepted
    | Closed
)


@dataclass(frozen=True)
class Event:
    """One fact, when it was recorded (aware) and who brought it."""

    at: datetime
    by: Actor
    fact: Fact
