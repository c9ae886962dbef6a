"""The words of a message as the other system will show them. Pure, so that what is pasted by hand is the same text."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from amends.protocol.messages import ChartNote, ChartPopup, CloseTask, LeadersMessage, TaskMessage
from amends.protocol.policy import Policy
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Purpose, Role, Step

# What is not done, when the step is late.
NOT_DONE: Mapping[Step, str] = MappingProxyType(
    {
        Step.ACCEPT: "Nobody has said that they have it",
        Step.SPEAK: "Nobody has spoken with the patient",
        Step.PLAN: "Nothing is offered or promised to the patient",
        Step.PUT_RIGHT: "It is not put right",
        Step.TELL: "Something is not delivered",
        Step.REPLY: "The public reply is not live",
        Step.LEARN: "No cause is recorded",
        Step.KEEP_PROMISE: "A promise is still open",
        Step.CONFIRM: "Nobody has asked the patient whether it is fixed",
    }
)

# A number sign, also the two that plain text makes into one, that does not stand before a plain number ("tooth #14").
_HASH_WORD = re.compile(r"[#＃﹟](?![0-9 \n])")


def chart_text(note: ChartNote, marker: str, zone: ZoneInfo, policy: Policy) -> str:
    """The note, then who wrote it in which role and when (office time), and the marker that finds it again.

    Open Dental records every note of an integration under no user (open-dental-api.md 5.6), so the name is in the text.
    No "#word" of somebody's is in it: a clinical note that says `policy.chart.note_mark` opens a case, and this is the
    note of one that is open.
    """
    text = f"{note.text}\n{_signature(note.author, note.at, zone, policy)} [{marker}]"
    return _HASH_WORD.sub("# ", text)


def task_text(task: TaskMessage, number: str, marker: str, zone: ZoneInfo, policy: Policy) -> str:
    """The Task's description; it names the case, and its own marker only."""
    return f"{task.text}\nCase {number}. {_signature(task.author, task.at, zone, policy)} [{marker}]"


def close_text(close: CloseTask, number: str, marker: str, zone: ZoneInfo, policy: Policy) -> str:
    """What stands under a Task that is no longer needed; it names the case, and its own marker only."""
    return f"{close.text}\nCase {number}. {_signature(close.author, close.at, zone, policy)} [{marker}]"


def popup_text(popup: ChartPopup, number: str, marker: str) -> str:
    """What Open Dental shows to whoever opens the patient."""
    return f"{popup.text} See {number}. [{marker}]"


def page_text(number: str, office: str, link: str) -> str:
    """ "Please come now": the office, the case's number and a link, and nothing about the patient."""
    return f"Please come now: an upset patient is still here, at {office}. {number}\n{link}"


def leaders_text(message: LeadersMessage, number: str, office: str, policy: Policy, link: str) -> str:
    """One safe line: case, office, kind, severity, how resolved, time to contact, link. No patient, no free text."""
    about = policy.kinds_in_words(message.kinds)
    parts = [f"{number} · {office} · {about} · {policy.severities[message.severity]}"]
    if message.resolution is not None and message.addressed_by is not None:
        phrase = policy.resolutions.get(message.resolution, message.resolution)
        parts.append(f"Addressed by {_who(message.addressed_by, policy)}: {phrase}")
    else:
        owner = message.owner.name if message.owner else "nobody yet"
        if message.purpose is Purpose.NOBODY_LEFT:
            parts.append(f"{_why_now(message)}, and nobody is left who could take it on")
        if message.purpose is Purpose.REPLY_REFUSED:
            parts.append("The review site refused the public reply because of the practice's profile there")
        parts.append(f"{policy.stages[message.stage]} · {owner} has it")
    if message.minutes_to_contact is not None:
        parts.append(f"first contact after {in_hours(message.minutes_to_contact)}")
    parts.append(link)
    return "\n".join(parts)


def _why_now(message: LeadersMessage) -> str:
    """Why nobody may wait until somebody is back."""
    if message.late:
        return "Late"
    return "STILL HERE" if message.still_here else "Severe"


def in_hours(minutes: int) -> str:
    """A span as people say it: "25 min", "3 h 10 min", "2 days"."""
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes // (24 * 60)} days"


def named(patient: Patient | None) -> str:
    """The patient as a Task names them."""
    return patient.name if patient else "not in Open Dental"


def clock(moment: datetime | time) -> str:
    """The time as its zone's clock shows it and people say it: "3:15 pm"."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"


def _signature(author: Actor, at: datetime, zone: ZoneInfo, policy: Policy) -> str:
    return f"{_who(author, policy)}, {at.astimezone(zone):%Y-%m-%d %H:%M}"


def _who(author: Actor, policy: Policy) -> str:
    if author.role is Role.SYSTEM:
        return author.name
    return f"{author.name}, {policy.roles[author.role]}"
