"""The words of a card and of the lines under it: plain text, from coded keys, names of staff and numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from amends.protocol.card import Card, Change, Happening, Line, ReplyStands
from amends.protocol.policy import Policy
from amends.protocol.values import Actor, Person, Word
from amends.protocol.wording import in_hours
from amends.protocol.words import Role, Stage

_UNKNOWN_KEY = "Something else"  # never the key itself: only a table's own words may leave
_NAMES = 8


@dataclass(frozen=True, kw_only=True)
class CardWords:
    """Each a line of its own, "" or nothing where there is nothing to say."""

    headline: str
    about: str
    state: str
    contact: str
    reply: str
    cause: str
    changes: str
    said: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """All of them, without the empty ones."""
        lines = (self.headline, self.about, self.state, self.contact, self.reply, self.cause, self.changes, *self.said)
        return [line for line in lines if line]


def card_words(card: Card, number: str, office: str, policy: Policy) -> CardWords:
    """What the card says of the case with that number, at the office of that name."""
    kinds = _labels(card.kinds, policy.kinds) or "Not said"
    late = " · late" if card.late else ""
    return CardWords(
        headline=f"{number} · {office}",
        about=f"{kinds} · {policy.severities[card.severity]}",
        state=_state(card, policy) + late,
        contact=_contact(card),
        reply=_REPLIES[card.reply],
        cause=_cause(card, policy),
        changes=_changes(card),
        said=tuple(_said(card)),
    )


def line_words(line: Line, policy: Policy) -> str:
    """The happening in one sentence; of many that were late together, in two."""
    said = _line_words(line, policy)
    return f"{said} Amends did not run for a while: other cases may have become late as well." if line.others else said


def _line_words(line: Line, policy: Policy) -> str:
    who = line.by.name if line.by.role is Role.SYSTEM else f"{_who(line.by, policy)},"
    to = line.to.name if line.to else "nobody"
    match line.what:
        case Happening.LATE:
            return f"A step is late. {to} was told." if line.to else "A step is late. Nobody is above to be told."
        case Happening.DUE_SOON:
            return f"A step is due soon. {to} was reminded."
        case Happening.MOVED:
            return f"A step was late, so it is with {to} now."
        case Happening.HANDED_OVER:
            return f"{who} handed it to {to}."
        case Happening.ASKED:
            return f"{who} asked {to} to take it on."
        case Happening.ADDRESSED:
            return f"{who} put it right: {policy.resolutions.get(line.resolution or '', _UNKNOWN_KEY)}."
        case Happening.REPLY_LIVE:
            return "The public reply is live."
        case Happening.REPLY_REFUSED:
            return "The review site refused the public reply."
        case Happening.CLOSED:
            return "Closed: everything has its proof."
        case _:
            return f"{who} {_DID[line.what]}."


_DID: Mapping[Happening, str] = MappingProxyType(
    {
        Happening.TAKEN: "has it now",
        Happening.SPOKEN: "spoke with the patient",
        Happening.STEPPED_IN: "stepped in and has it now",
        Happening.LEADER_CALLS: "will call the patient",
        Happening.CALL_WANTED: "asks to be called about this",
        Happening.REOPENED: "opened it again",
        Happening.SET_ASIDE: "set it aside",
    }
)


_REPLIES: Mapping[ReplyStands, str] = MappingProxyType(
    {
        ReplyStands.NOT_ASKED: "",
        ReplyStands.WANTED: "Online review: not answered yet",
        ReplyStands.SENT: "Online review: the reply waits for the site",
        ReplyStands.LIVE: "Online review: answered",
        ReplyStands.EXCEPTED: "Online review: no reply, signed by a manager",
    }
)


def _state(card: Card, policy: Policy) -> str:
    if card.addressed_by and card.stage in (Stage.ADDRESSED, Stage.CLOSED):
        phrase = policy.resolutions.get(card.resolution or "", _UNKNOWN_KEY)
        closed = f"{policy.stages[card.stage]} · " if card.stage is Stage.CLOSED else ""
        return f"{closed}Addressed by {_who(card.addressed_by, policy)}: {phrase}"
    stage = policy.stages[card.stage]
    if card.stage in (Stage.SET_ASIDE, Stage.CLOSED):
        return stage
    if card.owner is None:
        return f"{stage} · nobody has it yet"
    return f"{stage} · {card.owner.name} has it" if card.accepted else f"{stage} · {card.owner.name} is asked"


def _contact(card: Card) -> str:
    if card.minutes_to_contact is not None:
        return f"First contact after {in_hours(card.minutes_to_contact)}"
    return ""


def _cause(card: Card, policy: Policy) -> str:
    named = tuple(dict.fromkeys(card.causes))
    return f"Cause{'' if len(named) == 1 else 's'}: {_labels(named, policy.causes)}" if named else ""


def _changes(card: Card) -> str:
    """Whether something changes, and not what: that is somebody's own words, which stay in the case."""
    match card.change:
        case Change.PLANNED if card.planned:
            day = f"{card.planned.due:%b} {card.planned.due.day}"
            return (
                f"So that it does not happen again: a change is planned by {day}, {card.planned.owner.name} sees to it"
            )
        case Change.PLANNED | Change.WRITTEN:
            return "So that it does not happen again: a change was written down. See the case"
        case Change.DONE:
            return "So that it does not happen again: the change is made. See the case"
        case Change.NOT_NEEDED:
            return "So that it does not happen again: no change is needed. The case says why"
        case Change.NONE_YET:
            done = card.addressed_by is not None and card.stage in (Stage.ADDRESSED, Stage.CLOSED)
            return "No change was written down yet" if done else ""
        case _:  # a card from before there was this
            return ""


def _said(card: Card) -> list[str]:
    told = []
    if card.seen_by:
        told.append(f"Seen by {_names(card.seen_by)}")
    if card.calling:
        told.append(f"{_names(card.calling)} will call the patient")
    if card.wants_call:
        told.append(f"{_names(card.wants_call)} asked to be called")
    return told


def _names(words: tuple[Word, ...]) -> str:
    people: list[Person] = [word.by for word in words]
    more = f" and {len(people) - _NAMES} more" if len(people) > _NAMES else ""
    return ", ".join(person.name for person in people[:_NAMES]) + more


def _labels(keys: tuple[str, ...], labels: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(labels.get(key, _UNKNOWN_KEY) for key in keys))


def _who(actor: Actor, policy: Policy) -> str:
    return actor.name if actor.role is Role.SYSTEM else f"{actor.name}, {policy.roles[actor.role]}"
