"""What one Open Dental database can be used for, from what was read of it: in words, with the repair. Asks nobody."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from amends.connections.checks import Check, down, partly, works
from amends.connections.neighbors.people import listed
from amends.integrations.open_dental.facts import Facts
from amends.integrations.open_dental.features import (
    Feature,
    Tier,
    not_allowed,
    permission_of,
    tier_of,
    too_old,
    why_not,
)
from amends.integrations.open_dental.models import Ear
from amends.practice.directory import OfficeEntry

ALLOWED = "allowed"
# What people ask for first: its name, and what becomes of it where it is missing.
_USES = {
    Feature.READ: ("Reading", "names are typed by hand, and nothing that staff write is noticed"),
    Feature.COMMLOG_WRITE: ("CommLogs", "a person pastes them, with the text ready"),
    Feature.NOTE_WRITE: ("Clinical notes", "a CommLog is written instead"),
    Feature.TASK_WRITE: ("Tasks", "a person enters them, with the text ready"),
    Feature.TASK_STATUS_WRITE: ("Closing Tasks", "managers set their old Tasks to done themselves"),
    Feature.COMMLOGS_BY_TIME: ("Noticing CommLogs", "what staff write opens a case late, or not at all"),
}
_TITLES = {
    Tier.EVERYTHING: "Everything",
    Tier.COMMLOGS: "CommLogs only",
    Tier.READING: "Reading only",
    Tier.NOTHING: "Nothing",
}
_SILENT_FOR = timedelta(minutes=5)
# A sentence that tells what to do; the texts of the client end with one.
_ADVICE = re.compile(r"(?<=[.”]) (?=(?:Add|Allow|Enter|Hide|Show|Update) )")


def allowed(facts: Facts) -> Check:
    """How much may be used: everything, CommLogs only, reading only, or nothing."""
    tier = tier_of(facts)
    says = f"{_TITLES[tier]}. {tier.sentence}"
    repair = "Give the key what is missing, in Open Dental's developer portal; or leave it so: no case is lost over it."
    match tier:
        case Tier.EVERYTHING:
            return works(ALLOWED, "Allowed", says)
        case Tier.NOTHING:
            return down(ALLOWED, "Allowed", says, repair)
        case _:
            return partly(ALLOWED, "Allowed", says, repair)


def missing(facts: Facts) -> list[Check]:
    """One check for each permission that the key lacks, with what becomes of each use."""
    lacking: dict[str, list[str]] = {}
    for feature, (name, instead) in _USES.items():
        if not_allowed(feature, facts) and not too_old(feature, facts):
            lacking.setdefault(permission_of(feature), []).append(f"{name}: {instead}.")
    return [
        partly(
            permission.lower(),
            permission,
            f"The key lacks this permission. {' '.join(uses)}",
            "Allow it for this key in Open Dental's developer portal.",
        )
        for permission, uses in lacking.items()
    ]


def version(facts: Facts) -> Check:
    """The version, and what it does not have yet."""
    key, name = "version", "Version"
    if not facts.version:
        says = "Open Dental does not tell its version: what an old one could do wrongly is left out."
        return partly(key, name, says, "Allow ApiReadAll for this key in Open Dental's developer portal; it is free.")
    old = [feature for feature in _USES if too_old(feature, facts)]
    if not old:
        return works(key, name, f"Open Dental {facts.version_text}.")
    lacks = "; ".join(f"{feature.value} ({_USES[feature][1]})" for feature in old)
    says = f"With Open Dental {facts.version_text} Amends cannot {lacks}."
    return partly(key, name, says, "Update Open Dental at the office; the stable version has all of it.")


def comm_type(facts: Facts) -> Check:
    """The CommLog type of upset patients: found, absent, several, hidden or renamed."""
    key, name, known = "comm_type", "CommLog type", facts.comm_type
    if known.warning:
        says, repair = in_two(known.warning)
        return partly(key, name, says, repair)
    if known.number is None:
        says = "It could not be read: CommLogs are written as Miscellaneous."
        return partly(key, name, says, "Allow ApiReadAll for this key in Open Dental's developer portal; it is free.")
    return works(key, name, f"“{known.name}” is number {known.number}.")


def clock(facts: Facts, places: Sequence[OfficeEntry]) -> Check:
    """The server's clock against the zones of the offices. One server may serve offices of several zones."""
    key, name = "clock", "Clock"
    if facts.utc_offset is None:
        return works(key, name, "Open Dental does not tell its time; that of the office's zone is used.")
    at = facts.read_at.get("utc_offset")
    offsets = {at.astimezone(place.zone).utcoffset() for place in places} if at else set()
    if not offsets or facts.utc_offset in offsets:
        return works(key, name, "The server's clock is that of the office.")
    if not facts.utc_offset:
        return works(key, name, "The server's clock is on UTC; Amends reckons with it.")
    hours = facts.utc_offset.total_seconds() / 3600
    offices = listed([place.name for place in places])
    says = f"The server's clock is at UTC{hours:+g}, which is not the time zone of {offices}."
    return partly(key, name, says, "Set the clock of the server right, or the time zone of the office in Amends.")


def hearing(ear: Ear | None, facts: Facts, now: datetime) -> Check:
    """Whether what the team writes in Open Dental is heard."""
    key, name = "hearing", "Listening"
    if not settings.CONFIGURATION.listen_threads:
        says = "It is switched off: what the team writes in Open Dental itself does not count."
        return partly(key, name, says, "Take AMENDS_LISTEN_THREADS=0 out of the settings, and start again.")
    if ear and ear.lost and ear.lost != facts.comm_type.warning:
        why = why_not(Feature.COMMLOGS_BY_TIME, facts)
        says, repair = in_two(ear.lost)
        # Why is told above, with the version or the permission; what it means for people is told here.
        return partly(key, name, ear.lost.removeprefix(why).strip() if why else says, repair)
    if ear is None or ear.heard_at is None:
        return works(key, name, "It begins within a minute, while the site runs.")
    if now - ear.heard_at > _SILENT_FOR:
        says = "Nothing was heard for some minutes."
        return partly(key, name, says, "It goes on by itself when all else here works.")
    return works(key, name, "What the team writes in Open Dental is heard.")


def in_two(text: str) -> tuple[str, str]:
    """What is so, and what to do about it: the client says both in one text."""
    parts = _ADVICE.split(text, maxsplit=1)
    if len(parts) == 1:
        return text, "Look at the setup of this key in Open Dental."
    advice, stop, rest = parts[1].partition(". ")
    return f"{parts[0]} {rest}".strip(), f"{advice}{stop.strip()}"
