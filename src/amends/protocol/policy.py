"""`protocol.toml` read into a typed value. Its version is a digest of its text, kept on each case when it opens."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from amends.protocol.words import ATTEMPT_WAYS, Moment, Role, Severity, Stage, Trigger, Way


class PolicyError(ValueError):
    """The policy file cannot be used; the text says which entry and how to repair it."""


@dataclass(frozen=True)
class Limits:
    """The protocol's limits; see `protocol.toml` for what each one counts."""

    accept_open_minutes: int
    accept_severe_open_minutes: int
    region_accept_open_minutes: int
    speak_open_days: int
    speak_severe_open_minutes: int
    next_attempt_open_days: int
    resolve_calendar_days: int
    reply_open_days: int
    learn_open_days: int
    attempts: int
    attempt_days: int
    attempt_ways: int
    review_stars: int
    # Later than the first version of the file: a case that runs under an older text has these.
    kept_days: int = 180
    popup_days: int = 0
    plan_open_days: int = 3
    warn_open_minutes: int = 30
    wait_calendar_days: int = 30
    here_cover_minutes: int = 2
    here_region_minutes: int = 5
    reply_stuck_calendar_days: int = 3
    review_calendar_days: int = 30
    watch_days: int = 90
    confirm_calendar_days: int = 0
    confirm_open_days: int = 2

    def is_low(self, stars: int | None, recommended: bool | None) -> bool:
        """Whether a review says that somebody is upset: so few stars, or not recommended."""
        return stars <= self.review_stars if stars is not None else recommended is False


@dataclass(frozen=True)
class ChartWords:
    """What staff write in Open Dental so that Amends understands it, in small letters; compared without case.

    `note_mark` is always "#" and a word: no sentence has it by chance, and `wording.chart_text` can keep it out.
    """

    note_mark: str = "#upset"
    resolved: str = "resolved:"
    escalate: str = "escalate:"
    tried: str = "tried:"


Labels = Mapping[str, str]


@dataclass(frozen=True)
class Policy:
    """Limits and wordings of one group at one time. Labels map a key to the words that people see."""

    version: str
    name: str
    limits: Limits
    kinds: Labels
    resolutions: Labels
    causes: Labels
    roles: Labels
    stages: Labels
    triggers: Labels
    moments: Labels
    severities: Labels
    ways: Labels
    chart: ChartWords = ChartWords()

    def __hash__(self) -> int:
        return hash(self.version)

    def kinds_in_words(self, kinds: tuple[str, ...]) -> str:
        """The kinds as people read them; a key that this version does not know shows as itself."""
        return ", ".join(self.kinds.get(kind, kind) for kind in kinds) or "Not said"


# Tables whose keys the rules know, so a group may reword but not add or drop an entry.
_FIXED: Mapping[str, type[StrEnum]] = {
    "roles": Role,
    "stages": Stage,
    "triggers": Trigger,
    "moments": Moment,
    "severities": Severity,
    "ways": Way,
}
_FREE = ("kinds", "resolutions", "causes")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NOTE_MARK = re.compile(r"#[A-Za-z][A-Za-z0-9_-]+")

# Beyond these a limit is a slip of the keyboard, or can never be met.
_MOST_MINUTES = 10_000
_MOST_DAYS = 365
_MOST = {"attempts": 50, "attempt_days": 50, "attempt_ways": len(ATTEMPT_WAYS), "review_stars": 5}


def read_policy(text: str, *, stored: bool = False) -> Policy:
    """The policy in a TOML text. Raises `PolicyError` naming the entry that is wrong.

    `stored`: a text that some version of Amends has read before, perhaps a newer one that still runs beside this, or an
    older one. Entries that this version does not know are passed over, and words that it lacks are the shipped ones.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise PolicyError(f"The protocol file is not valid TOML: {wrong}.") from wrong
    return Policy(
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        name=_name(table.get("name", "Upset Patient Protocol")),
        limits=_limits(_known("limits", table.get("limits"), _names_of(Limits), stored)),
        chart=_chart_words(_known("open_dental", table.get("open_dental", {}), _names_of(ChartWords), stored)),
        **{name: _labels(name, _completed(name, table.get(name), stored)) for name in (*_FIXED, *_FREE)},
    )


def _names_of(kind: type[Limits | ChartWords]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


def _known(name: str, given: object, names: frozenset[str], stored: bool) -> object:
    """The table, of a stored text only what this version knows."""
    if not isinstance(given, dict):
        return given
    odd = sorted(set(given) - names)
    if odd and not stored:
        raise PolicyError(f"[{name}] has no entry {odd[0]}; look at its spelling.")
    return {key: value for key, value in given.items() if key in names}


def _completed(name: str, given: object, stored: bool) -> object:
    """The table of words, of a stored text with exactly the words of this version."""
    if not stored or name not in _FIXED or not isinstance(given, dict):
        return given
    shipped: Labels = getattr(shipped_policy(), name)
    return {key: given.get(key, label) for key, label in shipped.items()}


def _name(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise PolicyError("The name of the protocol must be words between quotes.")
    return given.strip()


def _table(name: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict) or not given:
        raise PolicyError(f"[{name}] is missing, empty or no table.")
    return given


def _limits(given: object) -> Limits:
    table = _table("limits", given)
    values: dict[str, int] = {}
    for field in fields(Limits):
        value, most = table.get(field.name, None if field.default is MISSING else field.default), _most(field.name)
        if type(value) is not int or not 0 <= value <= most:
            raise PolicyError(f"[limits] {field.name} must be a whole number from 0 to {most}; it is {value!r}.")
        values[field.name] = value
    return Limits(**values)


def _chart_words(given: object) -> ChartWords:
    if not isinstance(given, dict):
        raise PolicyError("[open_dental] is no table.")
    for name, word in given.items():
        if not isinstance(word, str) or not re.fullmatch(r"[#!-~]{3,20}", word):
            raise PolicyError(f"[open_dental] {name} needs one word of 3 to 20 plain characters between quotes.")
        if name == "note_mark" and not _NOTE_MARK.fullmatch(word):
            raise PolicyError('[open_dental] note_mark needs # and a word of letters right after it, such as "#upset".')
    return ChartWords(**{name: word.casefold() for name, word in given.items()})


def _most(name: str) -> int:
    return _MOST.get(name, _MOST_MINUTES if name.endswith("_minutes") else _MOST_DAYS)


def _labels(name: str, given: object) -> Labels:
    table = _table(name, given)
    for key in table:
        # Keys stand in lists, addresses and files, so they are plain.
        if not _KEY.fullmatch(key):
            raise PolicyError(f"[{name}] {key!r} is no key; use small letters, digits and underscores.")
    wrong = [key for key, label in table.items() if not isinstance(label, str) or not label.strip()]
    if wrong:
        raise PolicyError(f"[{name}] {wrong[0]} needs words between quotes.")
    if name in _FIXED:
        known = {member.value for member in _FIXED[name]}
        if odd := sorted(known.symmetric_difference(table)):
            raise PolicyError(f"[{name}] must have exactly the entries {sorted(known)}; look at {odd[0]}.")
    return MappingProxyType({key: str(label) for key, label in table.items()})


def shipped_text() -> str:
    """The text of the policy that ships."""
    return resources.files("amends.protocol").joinpath("protocol.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """The policy that ships, read once."""
    return read_policy(shipped_text())
