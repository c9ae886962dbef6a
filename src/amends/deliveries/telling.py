"""Which Slack messages an event is worth: the case's card at every place that has it, and lines under it.

A place is a delivery's target: `leaders`, `channel:7` (a region's or an office's own), `person:12` (a direct message).
Payload of a card: `{"card", "number", "office", "policy", "buttons", "root", "asks", "text", "subject", "to"}`; of a
line `{"line", "number", "office", "policy", "text", "subject", "to"}`. Both hold nothing but `protocol.card` values:
whoever makes the message has no patient to tell of. `root`: where the place has no card yet, this may post it; else it
only changes the one that is there. `asks`: where it cannot be delivered, a person is asked to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from pydantic import TypeAdapter

from amends.cases.models import CaseRow
from amends.deliveries import outages
from amends.deliveries.models import Delivery, Outage, State
from amends.practice.directory import Directory, OfficeEntry
from amends.protocol.card import Card, Happening, Line, card_of, changes_card, lines_of
from amends.protocol.card_words import card_words, line_words
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.messages import LeadersMessage, Message, TaskMessage
from amends.protocol.policy import Policy
from amends.protocol.words import Purpose, Role

CHANNEL = "slack.card"
LEADERS = "leaders"
CARDS: TypeAdapter[Card] = TypeAdapter(Card)
LINES: TypeAdapter[Line] = TypeAdapter(Line)
ROOTS = (Purpose.LEADERS_NOW, Purpose.LEADERS_TOLD)  # the leaders' first message of a case
MANAGERS_TASKS = frozenset({Purpose.TASK, Purpose.LATE, Purpose.DUE_SOON})
# In a direct message only what asks something of that person; the rest they see on the card.
_FOR_A_PERSON = frozenset({Happening.LATE, Happening.REOPENED, Happening.LEADER_CALLS, Happening.CALL_WANTED})
_OF_LATENESS = frozenset({Happening.LATE, Happening.MOVED, Happening.DUE_SOON})


class Places(Protocol):
    """What Slack knows of where a message may go."""

    def channels(self, offices: Collection[OfficeEntry]) -> Mapping[str, Sequence[str]]:
        """office → `leaders`, then the region's and the office's own; no offices where Slack is not set up."""

    def user(self, person: str) -> str | None:
        """This person's Slack user; None for somebody who has none."""

    def leaders(self, leaders: Sequence[str], *, grave: bool, now: datetime) -> Mapping[str, datetime]:
        """The leaders who want a message of their own about this, and when they may have it."""


_places: list[Places] = []


def slack_is_here(places: Places) -> None:
    """Registers where Slack messages may go."""
    _places[:] = [places]


@dataclass(frozen=True, kw_only=True)
class SlackMessage:
    """One row: a card, or a line under it. `due_at` is None for at once."""

    purpose: Purpose
    about: int
    target: str
    payload: dict[str, Any]
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of one command, as far as Slack must know."""

    row: CaseRow
    office: OfficeEntry
    known: Directory
    policy: Policy
    case: Case
    events: Sequence[Event]
    messages: Sequence[Message]
    channels: Sequence[str]
    now: datetime
    outage: Outage | None = None

    @property
    def leaders_are_on_slack(self) -> bool:
        return LEADERS in self.channels


def slack_user(person: str) -> str | None:
    """This person's Slack user, where Slack is set up and they have one."""
    return next((user for places in _places if (user := places.user(person))), None)


def slack_channels(offices: Collection[OfficeEntry]) -> Mapping[str, Sequence[str]]:
    """office → the Slack channels that hear of its cases; asked once for many cases."""
    return next((places.channels(offices) for places in _places), {})


def slack_messages(told: Told) -> list[SlackMessage]:
    """Every card that must be posted or changed, and every line; nothing where Slack is not set up.

    The leaders' own first message is not among them: it is that of `LeadersMessage`, which proves that they were told.
    """
    tasks = [m for m in told.messages if isinstance(m, TaskMessage) and m.purpose in MANAGERS_TASKS]
    heard = {m.purpose.value for m in told.messages if isinstance(m, LeadersMessage) and m.purpose in ROOTS}
    changes = any(changes_card(event.fact) for event in told.events)
    if not tasks and not heard and not changes:
        return []
    places = next(iter(_places), None)
    if not places or not told.channels:
        return []
    known = _known(told.row) if told.case.version > len(told.events) else set()
    fresh: dict[str, datetime | None] = {f"person:{m.to.id}": None for m in tasks if places.user(m.to.id)}
    if heard:
        fresh |= {target: None for target in told.channels if target != LEADERS}
        grave = Purpose.LEADERS_NOW.value in heard
        leaders = [leader.id for leader in told.known.holders(Role.LEADER, told.office)]
        fresh |= {f"person:{key}": due for key, due in places.leaders(leaders, grave=grave, now=told.now).items()}
    if heard:
        _no_longer_waiting(told.row, LEADERS)  # the leaders' first message is a row of its own, and waits for none
    others = sorted(known) if changes or heard else []  # to be reminded changes nothing for the others
    changed = [target for target in others if target not in fresh and not (target == LEADERS and heard)]
    cards = [_card(told, target, root=True, due_at=due) for target, due in fresh.items()]
    cards += [_card(told, target, root=False) for target in changed]
    heard_at = ((target, line) for line in lines_of(told.events) for target in sorted(known) if _hears(target, line))
    lines = [_line(told, target, said) for target, line in heard_at if (said := _once(told, target, line))]
    return [*(_instead_of_older(told.row, card) for card in cards), *lines]


def leaders_payload(told: Told) -> dict[str, Any]:
    """What the leaders' own message holds beside its text for e-mail and for a person."""
    return {**_card(told, LEADERS, root=True).payload, "asks": True}


def _known(row: CaseRow) -> set[str]:
    """Where the card was sent before."""
    rows = Delivery.objects.filter(case=row, channel=CHANNEL, purpose__in=(*ROOTS, Purpose.CARD))
    return set(rows.exclude(state=State.WITHDRAWN).values_list("target", flat=True))


def _hears(target: str, line: Line) -> bool:
    if line.what is Happening.DUE_SOON:  # of no interest but to who can still do it in time
        return line.to is not None and target == f"person:{line.to.id}"
    if not target.startswith("person:"):
        return True
    return line.what in _FOR_A_PERSON and target != f"person:{line.by.id}"


def _once(told: Told, target: str, line: Line) -> Line | None:
    """The line; of what became late in an outage only the first at each place, which says so of the others.

    The cards tell of them all: they are changed in place, which disturbs nobody.
    """
    if told.outage is None or line.what not in _OF_LATENESS:
        return line
    return replace(line, others=True) if outages.is_first(told.outage, f"place {target}") else None


def _card(told: Told, target: str, *, root: bool, due_at: datetime | None = None) -> SlackMessage:
    card = card_of(told.case)
    words = card_words(card, told.row.number, told.office.name, told.policy)
    payload = {
        **_common(told, target, "\n".join([*words.lines, link_to(told.row.number)])),
        "card": CARDS.dump_python(card, mode="json"),
        "buttons": _buttons(told, target, card),
        "root": root,
        "asks": False,
    }
    purpose = Purpose.CARD
    return SlackMessage(purpose=purpose, about=card.version, target=target, payload=payload, due_at=due_at)


def _line(told: Told, target: str, line: Line) -> SlackMessage:
    payload = {
        **_common(told, target, line_words(line, told.policy)),
        "line": LINES.dump_python(line, mode="json"),
    }
    return SlackMessage(purpose=Purpose.THREAD, about=told.case.version, target=target, payload=payload)


def _common(told: Told, target: str, text: str) -> dict[str, Any]:
    number, office = told.row.number, told.office.name
    person = told.known.people.get(target.removeprefix("person:"))
    return {
        "number": number,
        "office": office,
        "policy": told.case.policy,
        "text": text,
        "subject": f"{number} · {office}",
        "to": [person.email] if person and person.email else [],
    }


def _buttons(told: Told, target: str, card: Card) -> str:
    """Whose buttons stand under the card: those of the leaders, of the manager who has the case, or of nobody."""
    person = target.removeprefix("person:")
    if target == LEADERS:
        return "leaders"
    if target == person:
        return ""
    if card.owner is not None and card.owner.id == person:
        return "manager"
    return "leaders" if person in {one.id for one in told.known.holders(Role.LEADER, told.office)} else ""


def _instead_of_older(row: CaseRow, card: SlackMessage) -> SlackMessage:
    """A newer card makes an older one that still waits unnecessary: it posts what that one would have, and when."""
    held = [one.due_at for one in _no_longer_waiting(row, card.target) if one.payload["root"]]
    if not held or card.payload["root"]:
        return card
    return replace(card, payload={**card.payload, "root": True}, due_at=max(held))


def _no_longer_waiting(row: CaseRow, target: str) -> list[Delivery]:
    """Withdraws the cards for this place that have not left yet."""
    older = Delivery.objects.filter(case=row, channel=CHANNEL, target=target, purpose=Purpose.CARD, state=State.WAITING)
    waiting = list(older)
    if waiting:
        older.update(state=State.WITHDRAWN, why="A newer message says more.")
    return waiting


def link_to(number: str) -> str:
    """The case's page, behind sign-in."""
    return f"{settings.BASE_URL}/cases/{number}"
