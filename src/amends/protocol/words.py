"""The fixed words of the protocol, as enumerations. Words that a group may change live in `protocol.toml`."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at an office. `SYSTEM` is Amends itself (a delivery proved, a deadline passed)."""

    TEAM = "team"
    OFFICE_MANAGER = "office_manager"
    REGIONAL_MANAGER = "regional_manager"
    LEADER = "leader"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Stage(StrEnum):
    NEW = "new"
    REPORTED = "reported"
    OFFICE = "office"
    REGION = "region"
    LEADERS = "leaders"
    ADDRESSED = "addressed"
    CLOSED = "closed"
    SET_ASIDE = "set_aside"


OPEN_STAGES = frozenset({Stage.REPORTED, Stage.OFFICE, Stage.REGION, Stage.LEADERS, Stage.ADDRESSED})
BEFORE_ADDRESSED = OPEN_STAGES - {Stage.ADDRESSED}


class Step(StrEnum):
    """The one thing that is due now; the order is the order of the rail."""

    ACCEPT = "accept"
    SPEAK = "speak"
    PLAN = "plan"
    PUT_RIGHT = "put_right"
    TELL = "tell"
    REPLY = "reply"
    LEARN = "learn"
    KEEP_PROMISE = "keep_promise"
    CONFIRM = "confirm"


# What one person of the chain does; where they do not, the next one has the case.
MOVING_STEPS = frozenset({Step.ACCEPT, Step.SPEAK, Step.PLAN, Step.PUT_RIGHT})


class Severity(StrEnum):
    MILD = "mild"
    UPSET = "upset"
    SEVERE = "severe"


class Moment(StrEnum):
    """When it happened; decides between CommLog and clinical note."""

    BEFORE = "before"
    TREATMENT = "treatment"
    CHECKOUT = "checkout"
    AFTER = "after"
    ONLINE = "online"


class Source(StrEnum):
    """How the case reached Amends."""

    DESK = "desk"
    COMMLOG = "commlog"
    CLINICAL_NOTE = "clinical_note"
    REVIEW = "review"
    SLACK = "slack"
    API = "api"


class Trigger(StrEnum):
    """Hard facts instead of a harm score (privacy-and-complaints-rules.md 9.3)."""

    INJURY = "injury"
    EMERGENCY_CARE = "emergency_care"
    WRONG_TOOTH = "wrong_tooth"
    DISCRIMINATION = "discrimination"
    THREAT = "threat"
    LAWYER = "lawyer"
    WRITTEN_DEMAND = "written_demand"
    PRIVACY = "privacy"


SEVERE_TRIGGERS = frozenset(Trigger) - {Trigger.PRIVACY}


class PatientStatus(StrEnum):
    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_A_PATIENT = "not_a_patient"


class Teller(StrEnum):
    """Whose words an account holds. Only the patient's go into the chart."""

    PATIENT = "patient"
    TEAM = "team"


class Way(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    TEXT = "text"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    LETTER = "letter"


CONVERSATION_WAYS = (Way.IN_PERSON, Way.PHONE, Way.VIDEO, Way.TEXT)
ATTEMPT_WAYS = (Way.PHONE, Way.VOICEMAIL, Way.TEXT, Way.EMAIL, Way.LETTER, Way.IN_PERSON)


class Heart(StrEnum):
    """The call checklist (Hear, Empathize, Apologize, Respond, Thank)."""

    HEAR = "hear"
    EMPATHIZE = "empathize"
    APOLOGIZE = "apologize"
    RESPOND = "respond"
    THANK = "thank"


class RemedyKind(StrEnum):
    APOLOGY = "apology"
    EXPLANATION = "explanation"
    REDO = "redo"
    CREDIT = "credit"
    REFUND = "refund"
    REFERRAL = "referral"
    OTHER = "other"


MONEY_REMEDIES = frozenset({RemedyKind.CREDIT, RemedyKind.REFUND})


class NoContact(StrEnum):
    """Why the attempts to reach the patient ended without a conversation."""

    ATTEMPTS_MADE = "attempts_made"
    ASKED_NOT_TO = "asked_not_to"
    NO_WAY = "no_way"


class Fixed(StrEnum):
    """What came of asking the patient, a while after it was addressed, whether it is fixed."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_REACHED = "not_reached"


class AsideReason(StrEnum):
    DUPLICATE = "duplicate"
    NOT_UPSET = "not_upset"
    BY_MISTAKE = "by_mistake"


class ReplyProblem(StrEnum):
    """Why a review site refused a reply (review-platforms.md 1.7): who must do something about it."""

    TEXT = "text"  # the manager writes it anew
    PROFILE = "profile"  # an administrator repairs the practice's profile
    OTHER = "other"  # the site's word is shown as it is; the manager looks


class ReplyException(StrEnum):
    """The only reasons for a review without a public reply, each signed by a manager."""

    REVIEW_GONE = "review_gone"
    REPLY_REFUSED = "reply_refused"
    NO_REPLY_POSSIBLE = "no_reply_possible"
    LEGAL_HOLD = "legal_hold"


class Purpose(StrEnum):
    """What a message is for; together with the event it is about, this identifies its proof."""

    ACCOUNT = "account"
    ATTEMPT = "attempt"
    CONVERSATION = "conversation"
    SETTLED = "settled"
    TASK = "task"
    DUE_SOON = "due_soon"
    LATE = "late"
    NOBODY_LEFT = "nobody_left"
    PRIVACY = "privacy"
    WRONG_CHART = "wrong_chart"
    TASK_CLOSED = "task_closed"
    ASK = "ask"
    CONFIRM = "confirm"
    CONFIRMATION = "confirmation"
    POPUP = "popup"
    PAGE = "page"
    PAGE_TASK = "page_task"
    LEADER_CALLS = "leader_calls"
    CALL_LEADER = "call_leader"
    DID_NOT_HOLD = "did_not_hold"
    PROMISE = "promise"  # to whoever keeps what somebody else promised
    TO_CHANGE = "to_change"  # to whoever sees to a corrective action: what they are to change by when
    ACTION_LATE = "action_late"  # to whoever sees to a corrective action, or is above: belongs to no case
    REPLY_REFUSED = "reply_refused"
    REPLY = "reply"  # the public reply itself; belongs to a review, which may have no case
    LEADERS_NOW = "leaders_now"
    LEADERS_TOLD = "leaders_told"
    CARD = "card"
    THREAD = "thread"
    HEARD_BACK = "heard_back"  # to whoever reported the case: what became of it
    COVERAGE = "coverage"  # nobody answers for an office today: belongs to no case
    PRESS = "press"  # to whoever pressed a button in Slack: it was not done; belongs to no case
    SUMMARY = "summary"  # of the whole group's week, or of a leader's day: belongs to no case


CHART_PURPOSES = frozenset(
    {Purpose.ACCOUNT, Purpose.ATTEMPT, Purpose.CONVERSATION, Purpose.SETTLED, Purpose.CONFIRMATION}
)
# "Please come now": over as soon as somebody comes.
PAGE_PURPOSES = (Purpose.PAGE, Purpose.PAGE_TASK)
# News that was told elsewhere as well: where it cannot be delivered, nobody is asked to do it by hand.
QUIET_PURPOSES = frozenset(
    {
        Purpose.CARD,
        Purpose.THREAD,
        Purpose.COVERAGE,
        Purpose.PRESS,
        Purpose.SUMMARY,
        Purpose.HEARD_BACK,
        Purpose.ACTION_LATE,
    }
)
# Good to have, but no case waits for them and nobody needs them to go on.
MINOR_PURPOSES = frozenset({Purpose.TASK_CLOSED, Purpose.POPUP, *PAGE_PURPOSES, *QUIET_PURPOSES})


class GateName(StrEnum):
    DOCUMENTED = "documented"
    SPOKEN = "spoken"
    ADDRESSED = "addressed"
    LEADERS_TOLD = "leaders_told"
    REVIEW_ANSWERED = "review_answered"
    LEARNED = "learned"


class CorrectableField(StrEnum):
    KINDS = "kinds"
    SEVERITY = "severity"
    MOMENT = "moment"
    HAPPENED_AT = "happened_at"
    TRIGGERS = "triggers"
