"""The notes of a case for the patient's chart: short and factual (docs/decisions/0006)."""

from datetime import datetime

from amends.protocol.case import Case
from amends.protocol.messages import ChartNote
from amends.protocol.policy import Policy
from amends.protocol.values import Account, Actor, Attempt, Confirmation, Conversation, Settled
from amends.protocol.words import Fixed, Moment, NoContact, Purpose, Teller, Way

_SETTLED = {
    NoContact.ATTEMPTS_MADE: "Attempts to reach the patient ended without an answer.",
    NoContact.ASKED_NOT_TO: "The patient asked for no further contact about this.",
    NoContact.NO_WAY: "There is no way known to reach the person.",
}
_CONFIRMED = {
    Fixed.YES: "Asked the patient whether it is fixed: yes.",
    Fixed.PARTLY: "Asked the patient whether it is fixed: partly.",
    Fixed.NO: "Asked the patient whether it is fixed: no.",
    Fixed.NOT_REACHED: "Tried to ask the patient whether it is fixed; not reached.",
}


def story_notes(case: Case, policy: Policy) -> list[ChartNote]:
    """Every note that belongs into the chart of this case's patient."""
    said = (account for account in case.accounts if account.whose is Teller.PATIENT)
    return [
        *(note for account in said for note in account_note(case, account, policy)),
        *(note for attempt in case.attempts for note in attempt_note(case, attempt, policy)),
        *(note for conversation in case.conversations for note in conversation_note(case, conversation, policy)),
        *settled_note(case, case.settled),
        *(note for confirmation in case.confirmations for note in confirmation_note(case, confirmation)),
    ]


def account_note(case: Case, account: Account, policy: Policy) -> list[ChartNote]:
    """What the patient said. The note, where there is a chart for it."""
    said = (
        f"Patient upset. {policy.moments[account.moment]}. About: {policy.kinds_in_words(case.kinds)}. {account.text}"
    )
    return _note(
        case,
        Purpose.ACCOUNT,
        account.seq,
        said,
        author=account.by,
        at=case.happened_at if account is case.accounts[0] else account.at,
        clinical=account.moment is Moment.TREATMENT,
        from_patient=True,
    )


def attempt_note(case: Case, attempt: Attempt, policy: Policy) -> list[ChartNote]:
    """That somebody tried to reach them. The note, where there is a chart for it."""
    asked = f"they asked for a call on {attempt.call_back_on}" if attempt.call_back_on else "not reached"
    tried = joined(f"Tried to reach the patient, {policy.ways[attempt.way]}; {asked}.", attempt.note)
    return _note(case, Purpose.ATTEMPT, attempt.seq, tried, author=attempt.by, at=attempt.at, way=attempt.way)


def conversation_note(case: Case, talk: Conversation, policy: Policy) -> list[ChartNote]:
    """That somebody spoke with them. The note, where there is a chart for it."""
    said = f"Spoke with the patient {policy.ways[talk.way]}. {talk.note}"
    return _note(case, Purpose.CONVERSATION, talk.seq, said, author=talk.by, at=talk.at, way=talk.way)


def settled_note(case: Case, settled: Settled | None) -> list[ChartNote]:
    """That the attempts have ended, and why. The note, where there is a chart for it."""
    if settled is None:
        return []
    ended = joined(_SETTLED[settled.reason], settled.note)
    return _note(case, Purpose.SETTLED, settled.seq, ended, author=settled.by, at=settled.at)


def confirmation_note(case: Case, confirmation: Confirmation) -> list[ChartNote]:
    """What the patient said later of whether it is fixed. The note, where there is a chart for it."""
    said = joined(_CONFIRMED[confirmation.answer], confirmation.note)
    return _note(case, Purpose.CONFIRMATION, confirmation.seq, said, author=confirmation.by, at=confirmation.at)


def joined(sentence: str, note: str) -> str:
    """The sentence, and the note after it where there is one."""
    return f"{sentence} {note}" if note else sentence


def _note(
    case: Case,
    purpose: Purpose,
    about: int,
    text: str,
    *,
    author: Actor,
    at: datetime,
    way: Way | None = None,
    clinical: bool = False,
    from_patient: bool = False,
) -> list[ChartNote]:
    """The note, where there is a chart for it."""
    if case.patient is None:
        return []
    note = ChartNote(
        purpose=purpose,
        about=about,
        patient=case.patient,
        clinical=clinical,
        text=text,
        way=way,
        from_patient=from_patient,
        at=at,
        author=author,
    )
    return [note]
