"""What still keeps a case open, and the proof for what does not."""

from amends.protocol.case import Case
from amends.protocol.values import Gate, Proof
from amends.protocol.words import GateName, NoContact, PatientStatus, Purpose, Stage

_NO_CHART = "nobody knows who the patient is, so there is no chart to write in."
_NOT_A_PATIENT = "they are not a patient, so there is no chart to write in."
_SETTLED = {
    NoContact.ATTEMPTS_MADE: "All the attempts that the protocol asks for were made",
    NoContact.ASKED_NOT_TO: "They asked not to be contacted",
    NoContact.NO_WAY: "Nobody knows how to reach them",
}


def gates(case: Case) -> list[Gate]:
    """The six gates in the order of the rail. A case closes when none of them `holds_open`."""
    return [_documented(case), _spoken(case), _addressed(case), _leaders_told(case), _review(case), _learned(case)]


def proof_of(case: Case, purpose: Purpose, about: int) -> Proof | None:
    """The newest proof of one message, or None while there is none."""
    return next((p for p in reversed(case.proofs) if p.purpose is purpose and p.about == about), None)


def _documented(case: Case) -> Gate:
    name = GateName.DOCUMENTED
    if case.stage is Stage.NEW:
        return Gate(name, needed=True, shut=False, why="Nothing is reported yet.")
    if case.patient is None:
        no_chart = _no_chart(case)
        return Gate(name, needed=False, shut=False, why=no_chart[:1].upper() + no_chart[1:])
    proof = proof_of(case, Purpose.ACCOUNT, case.accounts[0].seq) if case.accounts else None
    if proof:
        return Gate(name, needed=True, shut=True, why=in_words(proof), proof=proof)
    return Gate(name, needed=True, shut=False, why="The note is on its way to Open Dental.")


def _spoken(case: Case) -> Gate:
    name = GateName.SPOKEN
    spoken = [c for c in reversed(case.conversations) if c.seq > case.round_start]
    settled = case.round_settled
    if spoken:
        said = f"{spoken[0].by.name} spoke with them"
    elif settled:
        said = _SETTLED[settled.reason]
    else:
        return Gate(name, needed=True, shut=False, why="Nobody has spoken with the patient yet.")
    if case.patient is None:
        return Gate(name, needed=True, shut=True, why=f"{said}; {_no_chart(case)}")
    proofs = [proof_of(case, Purpose.CONVERSATION, c.seq) for c in spoken]
    proofs += [proof_of(case, Purpose.SETTLED, settled.seq)] if settled else []
    proof = next((p for p in proofs if p), None)
    if proof:
        return Gate(name, needed=True, shut=True, why=f"{said} · {in_words(proof)}", proof=proof)
    return Gate(name, needed=True, shut=False, why=f"{said}; the note is on its way to Open Dental.")


def _addressed(case: Case) -> Gate:
    done = case.round_addressing
    if done is None:
        return Gate(GateName.ADDRESSED, needed=True, shut=False, why="It is not put right yet.")
    return Gate(GateName.ADDRESSED, needed=True, shut=True, why=f"By {done.by.name}")


def _leaders_told(case: Case) -> Gate:
    name, done = GateName.LEADERS_TOLD, case.round_addressing
    if done is None:
        return Gate(name, needed=True, shut=False, why="The leaders hear of it once it is addressed.")
    proof = proof_of(case, Purpose.LEADERS_TOLD, done.seq)
    if proof:
        return Gate(name, needed=True, shut=True, why=in_words(proof), proof=proof)
    return Gate(name, needed=True, shut=False, why="The message to the leaders is on its way.")


def _review(case: Case) -> Gate:
    name = GateName.REVIEW_ANSWERED
    if case.review is None:
        return Gate(name, needed=False, shut=False, why="No online review belongs to this case.")
    if case.reply_live:
        return Gate(name, needed=True, shut=True, why="The reply is live")
    if case.reply_excepted:
        return Gate(name, needed=True, shut=True, why=f"No reply; signed by {case.reply_excepted.by.name}")
    if case.reply_sent_at:
        return Gate(name, needed=True, shut=False, why="The public reply is with the site, which does not show it yet.")
    if case.reply_back_at:
        return Gate(name, needed=True, shut=False, why="No public reply stands on the site. One is needed.")
    return Gate(name, needed=True, shut=False, why="The public reply is not live yet.")


def _learned(case: Case) -> Gate:
    name = GateName.LEARNED
    if not case.causes:
        return Gate(name, needed=True, shut=False, why="No cause is recorded yet.")
    if case.repeat_of and not case.actions and not case.no_action_because:
        return Gate(name, needed=True, shut=False, why="It happened before: say what will be changed, or why nothing.")
    return Gate(name, needed=True, shut=True, why="Cause recorded")


def in_words(proof: Proof) -> str:
    """A proof in one short line: "CommLog 90213", or whose word it is."""
    if proof.pasted:
        return f"{proof.place}, pasted by {proof.by.name}"
    return f"{proof.place} {proof.id}".strip()


def _no_chart(case: Case) -> str:
    return _NOT_A_PATIENT if case.patient_status is PatientStatus.NOT_A_PATIENT else _NO_CHART
