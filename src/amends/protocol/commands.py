"""What somebody or something may ask of a case. A command is a wish: `decide` turns it into events or refuses it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from amends.protocol.values import ChartRow, Patient, Person, Review, WatchRule
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
    Severity,
    Source,
    Teller,
    Trigger,
    Way,
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A patient is upset: opens a case. `happened_at` is None where nobody knows it closer than now.

    `found` is the entry of Open Dental that says so: then it is documented already. So it is below.
    """

    office: str
    account: str
    moment: Moment
    kinds: tuple[str, ...] = ()
    severity: Severity = Severity.UPSET
    triggers: frozenset[Trigger] = frozenset()
    patient_status: PatientStatus = PatientStatus.UNKNOWN
    patient: Patient | None = None
    still_here: bool = False
    source: Source = Source.DESK
    happened_at: datetime | None = None
    review: Review | None = None
    repeat_of: tuple[str, ...] = ()
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class AddAccount:
    text: str
    whose: Teller = Teller.PATIENT
    moment: Moment | None = None
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class Acknowledge:
    """I have it: the person who says so becomes the owner.

    `unless_taken`: only where nobody else has it. So says who answers something that may be old, a message in Slack.
    """

    unless_taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Come:
    """I'm coming, to a patient who is still here; it says "I have it" too, where the person may have the case."""


@dataclass(frozen=True, kw_only=True)
class SeePage:
    """I have seen that I am asked to come."""


@dataclass(frozen=True, kw_only=True)
class SayPatientLeft:
    """The patient is not here any more."""


@dataclass(frozen=True, kw_only=True)
class LogAttempt:
    """`call_back_on` is the day for which the patient asked to be called again."""

    way: Way
    note: str = ""
    call_back_on: date | None = None
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class RecordConversation:
    way: Way
    note: str
    heart: frozenset[Heart] = frozenset()
    found: ChartRow | None = None


@dataclass(frozen=True, kw_only=True)
class SettleAttempts:
    reason: NoContact
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OfferRemedy:
    kind: RemedyKind
    amount: Decimal | None = None
    note: str = ""
    accepted: bool | None = None


@dataclass(frozen=True, kw_only=True)
class MakePromise:
    text: str
    owner: Person
    due: datetime


@dataclass(frozen=True, kw_only=True)
class SettlePromise:
    """The promise was kept, or it was missed."""

    no: int
    kept: bool


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """To somebody who answers for the same step, such as a cover."""

    to: Person
    why: str


@dataclass(frozen=True, kw_only=True)
class HandOverPromises:
    """These promises to somebody else; the case itself stays with whoever has it."""

    nos: tuple[int, ...]
    to: Person
    why: str


@dataclass(frozen=True, kw_only=True)
class HandOverActions:
    """These corrective actions to somebody else, who sees to them and hears if they do not hold."""

    nos: tuple[int, ...]
    to: Person
    why: str


@dataclass(frozen=True, kw_only=True)
class AskRegion:
    why: str
    tried: str = ""


@dataclass(frozen=True, kw_only=True)
class AskLeaders:
    why: str
    tried: str = ""


@dataclass(frozen=True, kw_only=True)
class StepIn:
    """A leader takes the case."""


@dataclass(frozen=True, kw_only=True)
class MarkSeen:
    """A leader has seen what the leaders were told."""


@dataclass(frozen=True, kw_only=True)
class OfferCall:
    """A leader: "I'll call them". The case stays with whoever has it."""


@dataclass(frozen=True, kw_only=True)
class AskForCall:
    """A leader: "Call me about this"."""


@dataclass(frozen=True, kw_only=True)
class MarkAddressed:
    resolution: str
    note: str = ""
    change: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordConfirmation:
    """What the patient says, a while later, of whether it is fixed; *no* opens the case again."""

    answer: Fixed
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reopen:
    why: str


@dataclass(frozen=True, kw_only=True)
class PutAside:
    reason: AsideReason
    note: str = ""
    duplicate_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class TakeIn:
    """The other half of a merge: another case's accounts, and what they brought, become part of this one.

    `reply_link` is the link of the reply to that case's review where it is live already ("" without a link).
    """

    other: str
    accounts: tuple[str, ...]
    patient: Patient | None = None
    review: Review | None = None
    triggers: frozenset[Trigger] = frozenset()
    reply_link: str | None = None
    causes: tuple[str, ...] = ()
    involved: tuple[Person, ...] = ()
    repeat_of: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CorrectField:
    field: CorrectableField
    value: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class IdentifyPatient:
    """Who it was is now known, was wrong before, or cannot be known; the last also where nobody was known before."""

    patient_status: PatientStatus
    patient: Patient | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordCauses:
    causes: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TakeBackCauses:
    """These causes were recorded by mistake."""

    causes: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class NameInvolved:
    """Who was there or did the work that the case is about: all of them, in place of whoever was named before."""

    people: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class NoteRepeat:
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanAction:
    """Without a `watch` the action is watched for its case's causes, at its office, as long as the policy says."""

    what: str
    owner: Person
    due: datetime
    watch: WatchRule | None = None


@dataclass(frozen=True, kw_only=True)
class FinishAction:
    """What was to be changed is changed."""

    no: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionRepeated:
    """It happened again, in the case `other`, although the action's date is past."""

    no: int
    other: str


@dataclass(frozen=True, kw_only=True)
class WatchEnded:
    """The days of the action's watch rule are over."""

    no: int


@dataclass(frozen=True, kw_only=True)
class DeclineAction:
    """A repeat without a corrective action needs its reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryProved:
    """The other system has it. `patient` is the one in whose chart a note was written: it may be another one by now."""

    marker: str
    purpose: Purpose
    about: int
    place: str
    id: str
    link: str = ""
    pasted: bool = False
    why: str = ""
    patient: Patient | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryByHand:
    marker: str
    purpose: Purpose
    about: int
    why: str


@dataclass(frozen=True, kw_only=True)
class DeliveryWithdrawn:
    marker: str
    purpose: Purpose
    about: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ChartRowEdited:
    """The entry from which something of this case was taken says something else now."""

    row: ChartRow
    text: str


@dataclass(frozen=True, kw_only=True)
class ChartRowUnmarked:
    """The entry that opened or joined this case is not marked as an upset patient any more."""

    row: ChartRow


@dataclass(frozen=True, kw_only=True)
class ChartRowGone:
    """An entry that proved something of this case was deleted in Open Dental."""

    row: ChartRow


@dataclass(frozen=True, kw_only=True)
class PatientMerged:
    """Open Dental made one chart of two: everything of the patient stands under this number now."""

    patient: Patient


@dataclass(frozen=True, kw_only=True)
class TaskChanged:
    """What Open Dental says of a Task of ours: when it was seen and done, as far as it was."""

    marker: str
    seen_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PatientCameBack:
    """The patient's visit `visit` (its number in Open Dental) was completed `on` that day."""

    visit: str
    on: date


@dataclass(frozen=True, kw_only=True)
class DeadlinePassed:
    due: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewReplySent:
    """An approved reply is with the site, which has not shown it yet."""

    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewReplyRefused:
    """The site refused the reply; `reason` is its own word for it."""

    problem: ReplyProblem
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewReplyGone:
    """The reply is off the site, or will not come on it."""

    why: str


@dataclass(frozen=True, kw_only=True)
class ReviewEdited:
    """The reviewer changed the review; `text` is what it says now, "" where only the stars changed."""

    stars: int | None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewVanished:
    """The review is not on the site any more."""


@dataclass(frozen=True, kw_only=True)
class ReviewReturned:
    """The review is on the site again."""


@dataclass(frozen=True, kw_only=True)
class ReviewReplyLive:
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class ExceptReply:
    reason: ReplyException
    note: str


Command = (
    Report
    | AddAccount
    | Acknowledge
    | Come
    | SeePage
    | SayPatientLeft
    | LogAttempt
    | RecordConversation
    | SettleAttempts
    | OfferRemedy
    | MakePromise
    | SettlePromise
    | HandOver
    | HandOverPromises
    | HandOverActions
    | AskRegion
    | AskLeaders
    | StepIn
    | MarkSeen
    | OfferCall
    | AskForCall
    | MarkAddressed
    | RecordConfirmation
    | Reopen
    | PutAside
    | TakeIn
    | CorrectField
    | IdentifyPatient
    | RecordCauses
    | TakeBackCauses
    | NameInvolved
    | NoteRepeat
    | PlanAction
    | FinishAction
    | ActionRepeated
    | WatchEnded
    | DeclineAction
    | DeliveryProved
    | DeliveryByHand
    | DeliveryWithdrawn
    | ChartRowEdited
    | ChartRowUnmarked
    | ChartRowGone
    | PatientMerged
    | TaskChanged
    | PatientCameBack
    | DeadlinePassed
    | ReviewReplySent
    | ReviewReplyRefused
    | ReviewReplyGone
    | ReviewReplyLive
    | ReviewEdited
    | ReviewVanished
    | ReviewReturned
    | ExceptReply
)
