"""Which Slack messages an event is worth: the case's card at every place that has it, and lines under it.

A place is a delivery's target: `leaders`, `channel:7` (a region's or an office's own), `person:12` (a direct message).
Payload of a card: `{"card", "number", "office", "policy", "buttons", "root", "asks", "text", "subject", "to"}`; of a
line `{"line", "number", "office", "policy", "text", "subject", "to"}`. Both hold nothing but `protocol.card` values:
whoever makes the message has no patient to tell of. `root`: where the place has no card yet, this may post it; else it
only changes the one that is there. `asks`: where it cannot be delivered, a person is asked to. `by_email_from` (ISO):
from then on a first message goes by e-mail where Slack cannot be reached; without it, it waits for Slack.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from django.conf import settings
from pydantic import TypeAdapter

from amends.access import Right, may_at
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
# What leaders hear in a direct message beside whoever has the case.
_FOR_LEADERS = frozenset({Happening.LATE, Happening.LEADER_CALLS, Happening.CALL_WANTED})
_OF_LATENESS = frozenset({Happening.LATE, Happening.MOVED, Happening.DUE_SOON})
_AT_ONCE = frozenset({Purpose.LEADERS_NOW, Purpose.NOBODY_LEFT})
_PATIENCE, _LITTLE_PATIENCE = timedelta(hours=1), timedelta(minutes=10)  # with a Slack that cannot be reached


class Places(Protocol):
    """What Slack knows of where a message may go."""

    def channels(self, offices: Collection[OfficeEntry]) -> Mapping[str, Sequence[str]]:
        """office → `leaders`, then the region's and the office's own; no offices where Slack is not set up."""

    def user(self, person: str) -> str | None:
        """This person's Slack user; None for somebody who has none."""

    def leaders(self, leaders: Sequence[str], *, grave: bool, now: datetime) -> Mapping[str, datetime]:
        """The leaders who want a message of their own about this, and when they may have it."""

    def quiet(self, leaders: Sequence[str], *, now: datetime) -> Mapping[str, datetime]:
        """Those of the leaders who have quiet hours now, and when those end."""


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

    @cached_property
    def leaders(self) -> list[str]:
        """The ids of the office's leaders."""
        return [leader.id for leader in self.known.holders(Role.LEADER, self.office)]


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
    known = _known(told) if told.case.version > len(told.events) else set()
    fresh: dict[str, datetime | None] = {f"person:{m.to.id}": None for m in tasks if places.user(m.to.id)}
    if heard:
        fresh |= {target: None for target in told.channels if target != LEADERS}
        grave = Purpose.LEADERS_NOW.value in heard
        mine = places.leaders(told.leaders, grave=grave, now=told.now)
        fresh |= {f"person:{key}": due for key, due in mine.items()}
    if heard:
        _no_longer_waiting(told.row, LEADERS)  # the leaders' first message is a row of its own, and waits for none
    others = sorted(known) if changes or heard else []  # to be reminded changes nothing for the others
    changed = [target for target in others if target not in fresh and not (target == LEADERS and heard)]
    asked = {f"person:{m.to.id}" for m in tasks}  # a leader who only hears of it is told by the leaders' own e-mail
    cards = [_card(told, target, root=True, due_at=due, alone=target in asked) for target, due in fresh.items()]
    cards += [_card(told, target, root=False) for target in changed]
    _no_longer_held(told, [one for one, due in fresh.items() if one in known and (due is None or due <= told.now)])
    lines = _lines(told, known, set(fresh), places)
    return [*(_instead_of_older(told.row, card) for card in cards), *lines]


def leaders_payload(told: Told) -> dict[str, Any]:
    """What the leaders' own message holds beside its text for e-mail and for a person."""
    return {**_card(told, LEADERS, root=True).payload, "asks": True}


def _known(told: Told) -> set[str]:
    """Where the card was sent before; of people, who may still see the case."""
    rows = Delivery.objects.filter(case=told.row, channel=CHANNEL, purpose__in=(*ROOTS, Purpose.CARD))
    targets = set(rows.exclude(state=State.WITHDRAWN).values_list("target", flat=True))
    return {target for target in targets if _may_see(told, target)}


def _may_see(told: Told, target: str) -> bool:
    person = _person_at(target)
    return not person or may_at(person, Right.SEE_CASE, told.office.id, told.known, told.now)


def _person_at(target: str) -> str:
    """Whose direct messages that place is; "" for a channel."""
    return target.removeprefix("person:") if target.startswith("person:") else ""


def _lines(told: Told, known: set[str], fresh: set[str], places: Places) -> list[SlackMessage]:
    """Under the cards that are there; under one that comes only now, why it comes, where the card does not say so."""
    heard = [
        (target, line)
        for line in lines_of(told.events)
        for target in sorted(known | fresh if line.what is Happening.DUE_SOON else known)
        if _hears(told, target, line)
    ]
    if not heard:
        return []
    quiet = {} if told.case.is_grave else places.quiet(told.leaders, now=told.now)
    return [
        _line(told, target, said, due_at=quiet.get(_person_at(target)))
        for target, line in heard
        if (said := _once(told, target, line))
    ]


def _hears(told: Told, target: str, line: Line) -> bool:
    """Whether this is said at that place. Directly only what asks something of that person, or what they were told of
    by a Task: the rest they see on the card.
    """
    person = _person_at(target)
    if line.what is Happening.DUE_SOON:  # of no interest but to who can still do it in time
        return line.to is not None and person == line.to.id
    if not person or person == line.by.id:
        return not person
    has_it = told.case.owner is not None and told.case.owner.id == person
    match line.what:
        case Happening.REOPENED:
            return True
        case Happening.REPLY_REFUSED:
            return has_it
        case _ if line.to is not None and line.to.id == person:
            return True
        case _:
            return line.what in _FOR_LEADERS and (has_it or person in told.leaders)


def _once(told: Told, target: str, line: Line) -> Line | None:
    """The line; of what became late in an outage only the first at each place, which says so of the others.

    The cards tell of them all: they are changed in place, which disturbs nobody.
    """
    if told.outage is None or line.what not in _OF_LATENESS:
        return line
    return replace(line, others=True) if outages.is_first(told.outage, f"place {target}") else None


def by_email_from(purpose: Purpose, at: datetime) -> str:
    """From when a message that was to leave at that moment goes by e-mail where Slack cannot be reached."""
    return (at + (_LITTLE_PATIENCE if purpose in _AT_ONCE else _PATIENCE)).isoformat()


def _card(told: Told, target: str, *, root: bool, due_at: datetime | None = None, alone: bool = False) -> SlackMessage:
    """`alone`: nothing else tells them, so that it does not wait for a Slack that cannot be reached."""
    card = card_of(told.case)
    words = card_words(card, told.row.number, told.office.name, told.policy)
    payload = {
        **_common(told, target, "\n".join([*words.lines, link_to(told.row.number)])),
        "card": CARDS.dump_python(card, mode="json"),
        "buttons": _buttons(told, target, card),
        "root": root,
        "asks": False,
    }
    if alone:
        payload["by_email_from"] = by_email_from(Purpose.CARD, told.now)
    return SlackMessage(purpose=Purpose.CARD, about=card.version, target=target, payload=payload, due_at=due_at)


def _line(told: Told, target: str, line: Line, *, due_at: datetime | None) -> SlackMessage:
    payload = {
        **_common(told, target, line_words(line, told.policy)),
        "line": LINES.dump_python(line, mode="json"),
    }
    about = told.case.version
    return SlackMessage(purpose=Purpose.THREAD, about=about, target=target, payload=payload, due_at=due_at)


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
    return "leaders" if person in told.leaders else ""


def _instead_of_older(row: CaseRow, card: SlackMessage) -> SlackMessage:
    """A newer card makes an older one that still waits unnecessary: it posts what that one would have, and when."""
    held = [one for one in _no_longer_waiting(row, card.target) if one.payload["root"]]
    if not held:
        return card
    payloads = [card.payload, *(one.payload for one in held)]
    by_email = [one["by_email_from"] for one in payloads if "by_email_from" in one]
    payload = {**card.payload, "root": True, **({"by_email_from": min(by_email)} if by_email else {})}
    due_at = card.due_at if card.payload["root"] else max(one.due_at for one in held)
    return replace(card, payload=payload, due_at=due_at)


def _no_longer_held(told: Told, targets: Sequence[str]) -> None:
    """Whoever is disturbed now hears first what their quiet hours held back: it would keep waiting what comes after."""
    if targets:
        held = Delivery.objects.filter(case=told.row, channel=CHANNEL, target__in=targets, purpose=Purpose.THREAD)
        held.filter(state=State.WAITING, due_at__gt=told.now).update(due_at=told.now)


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
