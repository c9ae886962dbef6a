"""The pool of public replies that a group uses for every review, and the choice among them.

The choice knows the pool, the language, what was posted lately and a number; it cannot know a patient, a case or a
review. So the wording never tells who is a patient (privacy-and-complaints-rules.md 1.4), and it rotates, because sites
refuse replies that repeat (review-platforms.md 1.7).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Formatter
from types import MappingProxyType

PLACEHOLDERS = frozenset({"practice", "phone"})


class WordingsError(ValueError):
    """A pool that cannot be used; the text says which entry and how to repair it."""


@dataclass(frozen=True)
class Wording:
    """One reply of the pool. `number` is its place, from 0."""

    language: str
    number: int
    text: str

    def filled(self, *, practice: str, phone: str) -> str:
        """The reply as it will be posted."""
        return self.text.format(practice=practice, phone=phone)


Pool = Mapping[str, tuple[Wording, ...]]


@lru_cache(maxsize=1)
def shipped_pool() -> Pool:
    """The pool that comes with Amends, by language (`en`, `es`)."""
    return read_pool(resources.files("amends.reviews").joinpath("wordings.toml").read_text(encoding="utf-8"))


def read_pool(text: str) -> Pool:
    """The pool in a TOML text: a list of replies for each language. Raises `WordingsError` naming the entry."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise WordingsError(f"The wordings are not valid TOML: {wrong}.") from wrong
    return MappingProxyType({language: _wordings(language, given) for language, given in table.items()})


def _wordings(language: str, given: object) -> tuple[Wording, ...]:
    if not isinstance(given, list) or not given:
        raise WordingsError(f"{language} needs a list of replies.")
    return tuple(Wording(language, number, _reply(language, number, reply)) for number, reply in enumerate(given))


def _reply(language: str, number: int, reply: object) -> str:
    if not isinstance(reply, str) or not reply.strip():
        raise WordingsError(f"{language}, reply {number + 1} needs words between quotes.")
    try:
        names = {name for _, name, _, _ in Formatter().parse(reply) if name is not None}
    except ValueError as wrong:
        raise WordingsError(f"{language}, reply {number + 1} has a brace that does not close.") from wrong
    if odd := sorted(names - PLACEHOLDERS):
        raise WordingsError(
            f"{language}, reply {number + 1} has {{{odd[0]}}}; only {{practice}} and {{phone}} are filled in."
        )
    if "phone" not in names:
        raise WordingsError(f"{language}, reply {number + 1} needs {{phone}}, so that people can reach the office.")
    return reply.strip()


def choose(pool: Pool, language: str, recent_replies: Sequence[str], number: int) -> Wording:
    """The wording that is least like what was posted lately; among equals the turn goes round with `number`.

    `recent_replies` is newest first. Deterministic. A language that the pool lacks gets English, or else the first one.
    Raises `WordingsError` for an empty pool.
    """
    wordings = pool.get(language) or pool.get("en") or next(iter(pool.values()), ())
    if not wordings:
        raise WordingsError("The pool of wordings is empty.")
    recent = [_triples(reply) for reply in recent_replies]

    def standing(wording: Wording) -> tuple[float, int]:
        triples = _triples(wording.text)
        # A reply counts less the longer ago it was posted, so that the least recently used comes back first.
        likeness = max((_likeness(triples, other) / (1 + age) for age, other in enumerate(recent)), default=0.0)
        return round(likeness, 6), (wording.number - number) % len(wordings)

    return min(wordings, key=standing)


def _likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


@lru_cache(maxsize=1024)
def _triples(text: str) -> frozenset[tuple[str, ...]]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()
    return frozenset(tuple(words[place : place + 3]) for place in range(max(1, len(words) - 2)))
