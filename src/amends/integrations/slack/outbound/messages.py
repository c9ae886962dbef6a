"""The messages themselves: text and blocks, from values that can hold neither a patient nor what somebody wrote.

`text` is what a phone's lock screen and a screen reader tell, so it makes sense alone (slack.md 6).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from amends.cases.models import PolicyText
from amends.cases.policies import current_policy, policy_for
from amends.protocol.card import Card, Line
from amends.protocol.card_words import CardWords, card_words, line_words
from amends.protocol.policy import Policy
from amends.protocol.wording import in_hours
from amends.protocol.words import Severity, Stage

from .limits import cut, units
from .summary import CauseCount, Day, DayCase, Week

_LONGEST_LINE = 200  # before it is escaped, which may make five of one
_LONGEST_TEXT = 1900
# Colour helps to find a card; what it means stands beside it in words. Red is for what is late alone.
_LATE, _SEVERE, _OPEN = "🔴", "🟠", "🔵"
_MARKS = {Stage.ADDRESSED: "🟢", Stage.CLOSED: "✅", Stage.SET_ASIDE: "⚪"}
_BUTTONS = {
    "leaders": (
        ("leader_seen", "Seen"),
        ("leader_calls", "I'll call them"),
        ("leader_wants_call", "Call me about this"),
    ),
    "manager": (
        ("manager_acknowledge", "Acknowledge"),
        ("manager_spoke", "I spoke with them"),
        ("manager_ask_region", "Ask region"),
    ),
}


@dataclass(frozen=True)
class Body:
    """One message: what is shown, and what is told where blocks are not."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def card_body(card: Card, *, number: str, office: str, policy: Policy, link: str, buttons: str) -> Body:
    """The card of a case; `buttons` says whose: `leaders`, `manager` or "" for nobody's."""
    words = card_words(card, number, office, policy)
    blocks: list[dict[str, Any]] = [_section(_told(words, card))]
    if words.said:
        blocks.append({"type": "context", "elements": [_mrkdwn(_lines(words.said))]})
    blocks.append({"type": "actions", "elements": [*_actions(card, number, buttons), _open(number, link)]})
    return Body(_lines(words.lines), blocks)


def line_body(line: Line, *, number: str, policy: Policy) -> Body:
    """A line under a card."""
    told = _lines([line_words(line, policy)])
    return Body(f"{number}: {told}", [_section(told)])


def week_body(week: Week, link: str) -> Body:
    """Monday's summary."""
    return _listed(week_lines(week), link)


def week_lines(week: Week) -> list[str]:
    """The same as plain lines."""
    last = week.first + timedelta(days=6)
    contact = in_hours(week.minutes_to_contact) if week.minutes_to_contact is not None else "nobody was spoken with"
    held = week.held + week.did_not_hold
    return [
        f"The week from {week.first:%b} {week.first.day} to {last:%b} {last.day}",
        f"Upset patients: {week.cases} · a step was late: {week.late}",
        f"Median time to the first contact: {contact}",
        f"Confirmed fixed: {week.fixed} · came back: {week.came_back} · replies live: {week.replies}",
        f"The same issue twice: {week.twice} · changes that held: {week.held} of {held}",
        *(_cause_line(cause) for cause in week.causes),
        *(f"{step.name}: {step.on_time} on time, {step.late} late, {step.not_yet} not yet" for step in week.steps),
        *(f"{office.name}: {office.cases}" for office in week.offices),
        *([f"and {week.more_offices} offices more"] if week.more_offices else []),
    ]


def _cause_line(cause: CauseCount) -> str:
    """Only a table's own words may leave, never what somebody wrote about a change."""
    name = current_policy().causes.get(cause.cause, "Something else")
    changes = f"{cause.changes} change{'' if cause.changes == 1 else 's'} under way"
    return f"{name}: {cause.cases} · {changes if cause.changes else 'no change yet'}"


def day_body(day: Day, link: str) -> Body:
    """A leader's day: one line for each case."""
    return _listed(day_lines(day), link)


def day_lines(day: Day) -> list[str]:
    """The same as plain lines."""
    return [
        f"Upset patients put right since the last such message: {len(day.cases) + day.more}",
        *(_in_one_line(one) for one in day.cases),
        *([f"and {day.more} more"] if day.more else []),
    ]


def come_body(text: str, number: str, link: str) -> Body:
    """ "Please come now", with the button of the page at `link`; only the first line, since no address is shown."""
    coming = {"type": "button", "action_id": "manager_comes", "text": _plain("I'm coming"), "value": number}
    buttons = [{**coming, "style": "primary"}, _open(number, link)]
    return Body(text, [_section(_line(text.splitlines()[0])), {"type": "actions", "elements": buttons}])


def minimal(number: str, link: str) -> Body:
    """What is sent where Slack does not take the whole: that there is something, and where (slack.md 11)."""
    told = _lines([number, link])
    return Body(told, [_section(told)])


def _in_one_line(one: DayCase) -> str:
    words = card_words(one.card, one.number, one.office, policy_of(one.policy))
    return f"{words.headline} · {words.about} · {words.state}"


def _listed(lines: list[str], link: str) -> Body:
    """Lines in as many sections as they need; the first stands out."""
    told = [_line(line) for line in lines]
    sections = [f"*{told[0]}*"]
    for line in told[1:]:
        if units(sections[-1]) + units(line) > _LONGEST_TEXT:
            sections.append(line)
        else:
            sections[-1] += f"\n{line}"
    blocks = [_section(section) for section in sections]
    blocks.append({"type": "actions", "elements": [_open("", link)]})
    return Body(_lines(lines), blocks)


def policy_of(version: str) -> Policy:
    """The policy that a case runs under; the one in force where its text is lost."""
    try:
        return policy_for(version)
    except PolicyText.DoesNotExist:
        return current_policy()


def escape(text: str) -> str:
    """The text as Slack shows it letter for letter: no mention, no link, no turning of what follows it (slack.md 6).

    Slack asks for these three to be replaced and no others. Line breaks and marks of direction are ours alone to set.
    """
    kept = "".join(
        " " if c in "\r\n\t" else c for c in text if unicodedata.category(c) not in _UNSEEN or c in "\r\n\t\u200d"
    )
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def _told(words: CardWords, card: Card) -> str:
    shown = (words.about, words.state, words.contact, words.reply, words.cause, words.changes)
    return f"{_mark(card)} *{_line(words.headline)}*\n{_lines(line for line in shown if line)}"


def _mark(card: Card) -> str:
    if card.late:
        return _LATE
    return _MARKS.get(card.stage, _SEVERE if card.severity is Severity.SEVERE else _OPEN)


_DONE = frozenset({Stage.ADDRESSED, Stage.CLOSED, Stage.SET_ASIDE})


def _actions(card: Card, number: str, buttons: str) -> list[dict[str, Any]]:
    hidden = set()
    if buttons == "manager":
        if card.stage in _DONE:
            return []
        hidden = {"manager_acknowledge"} if card.accepted else set()
        hidden |= {"manager_spoke"} if card.spoken_to else set()
        hidden |= {"manager_ask_region"} if card.stage in (Stage.REGION, Stage.LEADERS) else set()
    elif buttons == "leaders":
        hidden = {"leader_calls"} if card.calling or card.stage is Stage.SET_ASIDE else set()
        hidden |= {"leader_wants_call"} if card.owner is None else set()
    return [
        {"type": "button", "action_id": action, "text": _plain(label), "value": number}
        for action, label in _BUTTONS.get(buttons, ())
        if action not in hidden
    ]


def _open(number: str, link: str) -> dict[str, Any]:
    value = {"value": number} if number else {}
    return {"type": "button", "action_id": "open_case", "text": _plain("Open"), "url": link, **value}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}  # verbatim: no name or address in it becomes a link


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _lines(lines: Iterable[str]) -> str:
    kept: list[str] = []
    for line in map(_line, lines):
        if sum(map(units, kept)) + units(line) > _LONGEST_TEXT:
            break
        kept.append(line)
    return "\n".join(kept) or "-"


def _line(line: str) -> str:
    """Cut before it is escaped, so that no half of an `&amp;` is left."""
    return escape(cut(line, _LONGEST_LINE)) or "-"
