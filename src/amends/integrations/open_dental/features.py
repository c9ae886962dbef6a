"""What an office's Open Dental and its key allow: which feature came with which version, and who may use it.

Pure: everything is decided from `Facts` that were read before (open-dental-api.md 2.2, 9).
"""

from dataclasses import dataclass
from enum import StrEnum

from .facts import Facts


class Feature(StrEnum):
    """One thing that Amends does in Open Dental, in words that fit after “cannot”."""

    READ = "read patients, appointments and CommLogs"
    COMMLOG_WRITE = "write CommLogs"
    COMMLOG_ONE = "read one CommLog by its number"
    COMMLOGS_BY_TIME = "read the CommLogs that changed lately"
    NOTES_READ = "read clinical notes"
    NOTE_WRITE = "append to clinical notes"
    TASKS_READ = "read Tasks"
    TASK_ONE = "read one Task by its number"
    TASK_WRITE = "write Tasks"
    TASK_TEXT_WRITE = "change the text of a Task"
    TASK_STATUS_WRITE = "set a Task to done"
    TASK_NOTES = "read the notes under a Task"
    TASK_NOTE_WRITE = "write notes under a Task"
    QUERIES = "run short queries"
    POPUP_WRITE = "write Popups that end by themselves"
    DEFINITION_WRITE = "create the CommLog type"
    HIST_APPOINTMENTS = "read what happened to appointments"


class Tier(StrEnum):
    """How much of an office's Open Dental Amends may use."""

    EVERYTHING = "everything"
    COMMLOGS = "commlogs"
    READING = "reading"
    NOTHING = "nothing"

    @property
    def sentence(self) -> str:
        """What it means, for people."""
        return _SENTENCES[self]


_SENTENCES = {
    Tier.EVERYTHING: "Amends writes CommLogs, clinical notes and Tasks.",
    Tier.COMMLOGS: "Amends writes CommLogs, also for clinical notes. A person is asked for Tasks, with the text ready.",
    Tier.READING: "Amends reads. A person is asked to write what must be written, with the text ready.",
    Tier.NOTHING: "Amends does not use Open Dental here. A person is asked for everything, with the text ready.",
}


@dataclass(frozen=True)
class _Needs:
    """`since`: the first version that has it. `certain`: not on an unknown version, for an older one would do harm."""

    since: str
    permission: str
    certain: bool = False


_READ_ALL, _COMM, _ALL_OTHERS = "ApiReadAll", "ApiComm", "ApiAllOthers"
_NEEDS = {
    Feature.READ: _Needs("21.1", _READ_ALL),
    Feature.COMMLOG_WRITE: _Needs("21.1", _COMM),
    Feature.COMMLOG_ONE: _Needs("25.1.13", _READ_ALL),
    Feature.COMMLOGS_BY_TIME: _Needs("25.1.13", _READ_ALL),
    Feature.NOTES_READ: _Needs("24.2.29", _READ_ALL),
    # Before it `doAppendNote` is not known, and the text of a clinician would be replaced (3.9).
    Feature.NOTE_WRITE: _Needs("24.2.29", _ALL_OTHERS, certain=True),
    Feature.TASKS_READ: _Needs("22.3.16", _READ_ALL),
    Feature.TASK_ONE: _Needs("24.4.13", _READ_ALL),
    Feature.TASK_WRITE: _Needs("22.3.17", _ALL_OTHERS),
    Feature.TASK_TEXT_WRITE: _Needs("22.4.15", _ALL_OTHERS),
    Feature.TASK_STATUS_WRITE: _Needs("24.2.10", _ALL_OTHERS),
    Feature.TASK_NOTES: _Needs("24.4.22", _READ_ALL),
    Feature.TASK_NOTE_WRITE: _Needs("24.4.22", _ALL_OTHERS),
    Feature.QUERIES: _Needs("21.2", "ApiQueries"),
    # Before it a Popup can never be removed again (3.12).
    Feature.POPUP_WRITE: _Needs("25.1.12", _COMM, certain=True),
    Feature.DEFINITION_WRITE: _Needs("22.1", "ApiSetup"),
    Feature.HIST_APPOINTMENTS: _Needs("23.1.30", _READ_ALL),
}


def permission_of(feature: Feature) -> str:
    """What a key needs for it, as Open Dental names it: "ApiComm"."""
    return _NEEDS[feature].permission


def too_old(feature: Feature, facts: Facts) -> bool:
    """Whether the version is the reason that it cannot be done."""
    needs = _NEEDS[feature]
    return needs.certain if not facts.version else facts.version < _parts(needs.since)


def not_allowed(feature: Feature, facts: Facts) -> bool:
    """Whether the key is known to lack the permission. Where Open Dental does not tell, the request itself will."""
    return facts.permissions is not None and _NEEDS[feature].permission.casefold() not in facts.permissions


def why_not(feature: Feature, facts: Facts) -> str:
    """What is missing and how to repair it, as a sentence for people; empty where nothing is."""
    needs = _NEEDS[feature]
    if too_old(feature, facts) and not facts.version:
        return (
            f"Amends cannot {feature} while the version of this office is not known: it needs {needs.since} or later. "
            f"Allow the permission {_READ_ALL} for its key in Open Dental's developer portal."
        )
    if too_old(feature, facts):
        return (
            f"Amends cannot {feature} before Open Dental {needs.since}. This office has {facts.version_text}. "
            "Update Open Dental."
        )
    if not_allowed(feature, facts):
        return (
            f"Amends cannot {feature}: the key lacks the permission {needs.permission}. "
            "Allow it for this key in Open Dental's developer portal."
        )
    return ""


def tier_of(facts: Facts) -> Tier:
    """How much may be used, as far as is known."""
    if facts.refused:
        return Tier.NOTHING

    def can(feature: Feature) -> bool:
        return not why_not(feature, facts)

    if not can(Feature.COMMLOG_WRITE):
        return Tier.READING if can(Feature.READ) else Tier.NOTHING
    return Tier.EVERYTHING if can(Feature.NOTE_WRITE) and can(Feature.TASK_WRITE) else Tier.COMMLOGS


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
