"""A case's story in plain words: every event as a sentence, with what it sent to other systems."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from amends.cases.forms_words import ANSWERS, ASIDES, EXCEPTIONS, HEARTS, NO_CONTACTS, REMEDIES
from amends.cases.rail import web_link
from amends.deliveries import in_words
from amends.deliveries.models import Delivery, State
from amends.practice.directory import Directory
from amends.protocol import events as e
from amends.protocol.events import Event, Fact
from amends.protocol.notes import joined
from amends.protocol.policy import Policy
from amends.protocol.values import ChartRow, Patient, Person
from amends.protocol.wording import NOT_DONE, clock
from amends.protocol.words import MOVING_STEPS, CorrectableField, PatientStatus, Purpose, Source, Teller

NOBODYS: Mapping[str, str] = MappingProxyType({})
_SOURCES: Mapping[Source, str] = MappingProxyType(
    {
        Source.DESK: "",
        Source.COMMLOG: "Found in a CommLog.",
        Source.CLINICAL_NOTE: "Found in a clinical note.",
        Source.REVIEW: "Found in an online review.",
        Source.SLACK: "Reported in Slack.",
        Source.API: "Reported by another program.",
    }
)


@dataclass(frozen=True)
class DeliveryLine:
    """One delivery as a page shows it: where it goes ("Task to Omar Haddad"), what it tells, and what became of it."""

    where: str
    what: str
    state: str
    is_proved: bool
    needs_person: bool
    link: str
    to: str = ""


@dataclass(frozen=True)
class Told:
    """One event of the story; it `echoes` when it only says that a delivery arrived, which stands with its cause."""

    seq: int
    at: datetime
    by: str
    words: str
    deliveries: list[DeliveryLine] = field(default_factory=list)
    echoes: bool = False


def story(events: Iterable[Event], deliveries: Iterable[Delivery], policy: Policy, known: Directory) -> list[Told]:
    """Every event in order, each with the deliveries that it caused. (That one arrived shows with its cause.)"""
    caused: dict[int, list[DeliveryLine]] = {}
    whose: dict[str, str] = {}
    for delivery in deliveries:
        caused.setdefault(delivery.about, []).append(delivery_line(delivery))
        whose[delivery.marker] = in_words.to(delivery)
    return [
        Told(
            seq,
            event.at,
            author(event, policy),
            sentence(event, policy, known, whose),
            caused.get(seq, []),
            _echoes(event.fact),
        )
        for seq, event in enumerate(events, start=1)
    ]


def told_since(events: Iterable[Event], policy: Policy, known: Directory) -> list[Told]:
    """What others did while a form lay open; nobody needs to know here what it sent."""
    return [Told(0, event.at, author(event, policy), sentence(event, policy, known)) for event in events]


def delivery_line(delivery: Delivery) -> DeliveryLine:
    """The delivery in words."""
    proved = delivery.state == State.PROVED
    state = in_words.STATES[delivery.state]
    if proved:
        state = f"{delivery.proof_place} {delivery.proof_id}".strip() or state
        if delivery.proved_by:
            state = f"{state}, pasted by {delivery.proved_by.name}"
    to = in_words.to(delivery)
    return DeliveryLine(
        where=f"{in_words.place(delivery)} to {to}" if to else in_words.place(delivery),
        what=in_words.PURPOSES[delivery.purpose],
        state=state,
        is_proved=proved,
        needs_person=delivery.state == State.BY_HAND,
        link=web_link(delivery.proof_link),
        to=to,
    )


def _echoes(fact: Fact) -> bool:
    return isinstance(fact, e.DeliveryProven) and not fact.pasted


def author(event: Event, policy: Policy) -> str:
    """Who brought the event, in the role that they had: "Omar Haddad, office manager"."""
    return f"{event.by.name}, {policy.roles[event.by.role]}" if event.by.id else event.by.name


def sentence(event: Event, policy: Policy, known: Directory, whose: Mapping[str, str] = NOBODYS) -> str:
    """What happened, as one would tell it; the author and the time stand beside it.

    `whose` names the person whom a Task is for, by the Task's marker.
    """
    return _of_people(event.fact, policy, known) or _of_record(event.fact, policy) or _of_systems(event.fact, whose)


def came_from(fact: e.Reported) -> str:
    """Where the report was found, as a sentence; "" where somebody told it at the desk."""
    if fact.found:
        return f"Written in Open Dental: {fact.found.place} {fact.found.id}."
    return _SOURCES[fact.source]


def _of_people(fact: Fact, policy: Policy, known: Directory) -> str:
    """What people did with the case and the patient."""
    match fact:
        case e.Reported():
            return _reported(fact, policy, known)
        case e.AccountAdded():
            teller = "The patient says" if fact.whose is Teller.PATIENT else "Noted inside"
            return f"{teller}{_in(fact.found)}: “{fact.text}”"
        case e.Acknowledged():
            return f"Has the case now. {policy.stages[fact.stage]}."
        case e.Paged():
            return _paged(fact, policy)
        case e.PageSeen():
            return f"{fact.who.name} has seen that they are asked to come."
        case e.OnTheWay():
            return "Comes to the patient; the case stays where it is."
        case e.PatientLeft():
            return "The patient has left. Nobody need come any more."
        case e.AttemptLogged():
            asked = f"they asked for a call on {_on(fact.call_back_on)}" if fact.call_back_on else "not reached"
            tried = f"Tried to reach the patient, {policy.ways[fact.way]}; {asked}{_in(fact.found)}."
            return _with(tried, fact.note)
        case e.ConversationRecorded():
            ticks = f" ({', '.join(HEARTS[tick].lower() for tick in fact.heart)})" if fact.heart else ""
            return f"Spoke with the patient {policy.ways[fact.way]}{ticks}{_in(fact.found)}: “{fact.note}”"
        case e.AttemptsSettled():
            return _with(f"Ended the attempts: {_lower(NO_CONTACTS[fact.reason])}.", fact.note)
        case e.RemedyOffered():
            return _remedy(fact)
        case e.PromiseMade():
            return f"Promised: “{fact.text}”, {fact.owner.name} by {_day(fact.due)}."
        case e.PromiseKept():
            return f"Promise {fact.no} was kept."
        case e.PromiseMissed():
            return f"Promise {fact.no} was missed."
        case e.HandedOver():
            return _with(f"Handed the case to {fact.to.name}.", joined(fact.why, fact.tried))
        case e.PromisesHandedOver():
            which = ", ".join(str(no) for no in fact.nos)
            many = "Promises" if len(fact.nos) > 1 else "Promise"
            return _with(f"{many} {which} handed to {fact.to.name}.", fact.why)
        case e.ActionsHandedOver():
            which = ", ".join(str(no) for no in fact.nos)
            many = "Corrective actions" if len(fact.nos) > 1 else "Corrective action"
            return _with(f"{many} {which} handed to {fact.to.name}.", fact.why)
        case e.Escalated(late=True):
            # The line before says what is late. (There is somebody: without, nothing moves.)
            return _with(f"The case went to {_name(fact.to)}. {policy.stages[fact.stage]}.", fact.tried)
        case e.Escalated():
            tried = f" Tried: {fact.tried}" if fact.tried else ""
            return _with(f"Asked {_name(fact.to)} to take it on. {policy.stages[fact.stage]}.", f"{fact.why}{tried}")
        case e.SteppedIn():
            return "Stepped in and has the case now."
        case e.Seen():
            return "Has seen what the leaders were told."
        case e.CallOffered():
            return "Will call the patient."
        case e.CallWanted():
            return "Wants to be called about this."
        case e.Addressed():
            change = f" What changes: {fact.change}" if fact.change else ""
            phrase = policy.resolutions.get(fact.resolution, fact.resolution)
            return _with(f"Put it right: {phrase}.", f"{fact.note}{change}".strip())
        case e.ConfirmationWanted():
            who = f" {fact.to.name} is asked to." if fact.to else ""
            return f"It is time to ask the patient whether it is fixed.{who}"
        case e.ConfirmationRecorded():
            return _with(f"Is it fixed? {ANSWERS[fact.answer]}.", fact.note)
        case _:
            return ""


def _of_record(fact: Fact, policy: Policy) -> str:
    """What was made of the case as a record."""
    match fact:
        case e.Reopened():
            return f"Opened again, {_lower(policy.stages[fact.stage])}: {fact.why}"
        case e.SetAside():
            other = f" ({fact.duplicate_of})" if fact.duplicate_of else ""
            return _with(f"Set aside: {_lower(ASIDES[fact.reason])}{other}.", fact.note)
        case e.TakenIn():
            told = " ".join(f"“{account}”" for account in fact.accounts)
            return f"Took in {fact.other}, the same story. {told}".strip()
        case e.FieldCorrected():
            return _corrected(fact, policy)
        case e.PatientIdentified():
            return _with(f"{_identified(fact.patient_status, fact.patient)}.", fact.why)
        case e.CausesRecorded():
            causes = ", ".join(policy.causes.get(cause, cause) for cause in fact.causes)
            return _with(f"What got in the way: {causes}.", fact.note)
        case e.CausesTakenBack():
            causes = ", ".join(policy.causes.get(cause, cause) for cause in fact.causes)
            return f"Not what got in the way after all: {causes}. {fact.why}"
        case e.InvolvedNamed():
            # Whom, only managers see, where they name them: the story is read by the whole office.
            return "Noted who was involved." if fact.people else "Nobody is named as involved any more."
        case e.RepeatNoted():
            return f"It happened before: {', '.join(fact.of)}."
        case e.ActionPlanned():
            watched = f" Watched for {fact.watch.days} days after that." if fact.watch else ""
            return f"Will be changed: “{fact.what}”, {fact.owner.name} by {_day(fact.due)}.{watched}"
        case e.ActionDone():
            return _with(f"Corrective action {fact.no} is done.", fact.note)
        case e.ActionFailed():
            corrected = " It had been said to have held; that is corrected." if fact.after_all else ""
            return f"Corrective action {fact.no} did not hold: it happened again in {fact.other}.{corrected}"
        case e.ActionHeld():
            return f"Corrective action {fact.no} held."
        case e.ActionDeclined():
            return f"Nothing will be changed: {fact.reason}"
        case e.ReplySent():
            return "Posted the public reply." if fact.by_hand else "The public reply is with the review site."
        case e.ReplyRefused():
            return f"The review site refused the public reply: {fact.reason}."
        case e.ReplyGone():
            return f"The public reply is off the site. {fact.why}"
        case e.ReplyWentLive():
            return "The public reply is live."
        case e.ReviewRewritten():
            return _rewritten(fact)
        case e.ReviewLost():
            return "The review is not on the site any more. It may come back."
        case e.ReviewBack():
            again = "The review is on the site again."
            return f"{again} It gets its public reply after all." if fact.wanted else again
        case e.ReplyWasExcepted():
            return _with(f"Signed that there will be no public reply: {_lower(EXCEPTIONS[fact.reason])}.", fact.note)
        case _:
            return ""


def _of_systems(fact: Fact, whose: Mapping[str, str]) -> str:
    """What other systems and the clock said."""
    match fact:
        case e.DeliveryProven(pasted=True, purpose=Purpose.TASK_CLOSED):
            return _with(f"Set it to done by hand: {fact.place} {fact.id}".rstrip() + ".", fact.why)
        case e.DeliveryProven(pasted=True):
            return _with(f"Pasted it by hand: {fact.place} {fact.id}".rstrip() + ".", fact.why)
        case e.DeliveryProven():
            return _with(f"Arrived: {fact.place} {fact.id}".rstrip() + ".", fact.why)
        case e.DeliveryLeftToHand():
            return _with(f"Could not be delivered: {in_words.PURPOSES[fact.purpose]}. A person is asked.", fact.why)
        case e.DeliveryDropped():
            return _with(f"No longer needed: {in_words.PURPOSES[fact.purpose]}.", fact.why)
        case e.AccountRewritten():
            return f"{fact.row.place} {fact.row.id} was changed in Open Dental. Now it says: “{fact.text}”"
        case e.MarkTakenBack():
            return (
                f"{fact.row.place} {fact.row.id} is not marked as an upset patient any more. "
                "If the case was a mistake, set it aside."
            )
        case e.NoteLost():
            lost = f"{fact.row.place} {fact.row.id} was deleted in Open Dental."
            return f"{lost} A person decides whether it is written again."
        case e.TaskSeen():
            return f"{_task(fact.marker, whose)} was opened in Open Dental."
        case e.TaskDone():
            return f"{_task(fact.marker, whose)} was set to done in Open Dental."
        case e.PatientKept():
            return f"The patient came back on {_on(fact.on)}."
        case e.DueSoon():
            return f"Due soon ({clock(fact.due)}). {NOT_DONE[fact.step]}. {fact.told.name} was reminded."
        case e.WentLate():
            return f"Late. {NOT_DONE[fact.step]}.{_who_heard(fact)}"
        case _:  # `Closed`; a test holds that no other fact comes this far
            return "Closed: everything has its proof."


def _rewritten(fact: e.ReviewRewritten) -> str:
    stars = "" if fact.stars == fact.was else f" It has {_stars(fact.stars)} now (before: {_stars(fact.was)})."
    return _with(f"The reviewer changed the review.{stars}", f"“{fact.text}”" if fact.text else "")


def _stars(stars: int | None) -> str:
    return "no stars" if stars is None else f"{stars} star{'' if stars == 1 else 's'}"


def _who_heard(fact: e.WentLate) -> str:
    if fact.again:
        return " That was told before; only its time moved with the office's hours."
    if fact.moves:
        return ""
    if fact.told:
        return f" {fact.told.name} was told."
    if fact.step in MOVING_STEPS:
        return " Nobody is left who could take it on; leaders and administrators were told."
    return " There was nobody above to tell."


def _reported(fact: e.Reported, policy: Policy, known: Directory) -> str:
    office = known.offices.get(fact.office)
    where = f" at {office.name}" if office else ""
    still = " The patient is still here." if fact.still_here else ""
    about = "".join(f"{_lower(policy.kinds.get(kind, kind))}; " for kind in fact.kinds)
    return (
        f"Reported an upset patient{where}{_in(fact.found)}. {policy.moments[fact.moment]}; {about}"
        f"{_lower(policy.severities[fact.severity])}.{still} “{fact.account}”"
    )


def _paged(fact: e.Paged, policy: Policy) -> str:
    if fact.to is None or fact.role is None:
        return "Nobody is left who could be asked to come."
    also = " too, since nobody has come" if fact.waited else ""
    return f"Asked {fact.to.name} ({policy.roles[fact.role]}) to come now{also}."


def _remedy(fact: e.RemedyOffered) -> str:
    amount = f" of ${fact.amount:,.2f}" if fact.amount is not None else ""
    answer = {True: "; accepted", False: "; declined", None: ""}[fact.accepted]
    return _with(f"Offered: {_lower(REMEDIES[fact.kind])}{amount}{answer}.", fact.note)


def _corrected(fact: e.FieldCorrected, policy: Policy) -> str:
    name, labels = {
        CorrectableField.KINDS: ("what it is about", policy.kinds),
        CorrectableField.SEVERITY: ("how upset they are", policy.severities),
        CorrectableField.MOMENT: ("when it happened", policy.moments),
        CorrectableField.HAPPENED_AT: ("the time when it happened", {}),
        CorrectableField.TRIGGERS: ("the serious facts", policy.triggers),
    }[fact.field]

    def read(value: tuple[str, ...]) -> str:
        return ", ".join(labels.get(one, one) for one in value) or "nothing"

    return _with(f"Corrected {name}: {read(fact.value)} (was: {read(fact.was)}).", fact.why)


def _identified(status: PatientStatus, patient: Patient | None) -> str:
    if patient:
        return f"The patient is {patient.name}, number {patient.pat_num} in Open Dental"
    return "It is not a patient" if status is PatientStatus.NOT_A_PATIENT else "Nobody knows who the patient is"


def _in(row: ChartRow | None) -> str:
    """Where it stands in Open Dental, where somebody wrote it there themselves."""
    return f" ({row.place} {row.id})" if row else ""


def _task(marker: str, whose: Mapping[str, str]) -> str:
    return f"The Task to {whose[marker]}" if whose.get(marker) else "The Task"


def _name(person: Person | None) -> str:
    return person.name if person else "whoever is there"


def _day(moment: datetime) -> str:
    # Days are promised as the end of a day in the office's zone; events keep that zone's offset.
    return _on(moment.date())


def _on(day: date) -> str:
    return f"{day:%b} {day.day} {day.year}"


def _lower(words: str) -> str:
    """The words inside a sentence; an abbreviation stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _with(told: str, note: str) -> str:
    return f"{told} {note}" if note else told
