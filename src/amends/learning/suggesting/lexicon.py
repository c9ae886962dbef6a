"""What speaks for a cause before a group has any history: weighted phrases, in files that people can read and change.

One file per language in `lexicon/`, a table per cause. A line is a phrase: words that follow each other, `a|b` for one
of several, `..` for up to three words between. Endings and small words make no difference. A phrase without `no` of its
own does not count where it is denied ("no pain").
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from amends.learning.suggesting.words import MONEY, NUMBER, Word, read

# Logarithms of how much likelier the phrase is in an account with the cause than in one without.
WEIGHTS: Mapping[str, float] = {"strong": 3.6, "good": 2.2, "weak": 1.1, "against": -2.2}
_GAP = 3
_FILES = ("en.toml", "es.toml")


Steps = tuple[tuple[frozenset[str], bool], ...]


class LexiconError(ValueError):
    """A lexicon that cannot be used; the text names the cause and the line."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line. `steps` are the stems that fit each place and whether words may stand before it."""

    key: str
    steps: Steps
    weights: tuple[tuple[str, float], ...]
    denies: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text: the places of its words in the list of words."""

    phrase: Phrase
    places: tuple[int, ...]


@dataclass(frozen=True)
class Lexicon:
    """All phrases, by the stems that they begin with. `causes` are those that it knows."""

    by_first: Mapping[str, tuple[Phrase, ...]]
    causes: frozenset[str]
    stems: frozenset[str]

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        """Every phrase that stands in the text, once for each place where it begins."""
        for at, word in enumerate(words):
            for phrase in self.by_first.get(word.stem, ()):
                places = _places(phrase, words, at)
                if places and (phrase.denies or not any(words[place].denied for place in places)):
                    yield Match(phrase, places)


def _places(phrase: Phrase, words: Sequence[Word], at: int) -> tuple[int, ...]:
    """Where each word of the phrase stands, the nearest first; empty where it does not fit. Never across sentences."""
    places = [at]
    for stems, gap in phrase.steps[1:]:
        nearest = range(places[-1] + 1, min(places[-1] + 2 + (_GAP if gap else 0), len(words)))
        here = next((n for n in nearest if words[n].stem in stems), None)
        if here is None or words[here].sentence != words[at].sentence:
            return ()
        places.append(here)
    return tuple(places)


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with Amends, read once."""
    folder = resources.files("amends.learning.suggesting").joinpath("lexicon")
    return read_lexicon(folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)


def read_lexicon(texts: Iterable[str]) -> Lexicon:
    """The lexicon in these TOML texts. Raises `LexiconError` naming what is wrong."""
    weights: dict[Steps, dict[str, float]] = {}
    causes: set[str] = set()
    for text in texts:
        here: set[tuple[str, Steps]] = set()
        for cause, strength, line in _lines(text):
            causes.add(cause)
            steps = _steps(f"[{cause}] {strength}: {line!r}", line)
            if (cause, steps) in here:
                raise LexiconError(f"[{cause}] {strength}: {line!r} stands there twice.")
            here.add((cause, steps))
            # A Spanish word is read as its English twin, so the same phrase may come again in the other language.
            weights.setdefault(steps, {}).setdefault(cause, WEIGHTS[strength])
    by_first: dict[str, list[Phrase]] = {}
    for steps, known in weights.items():
        phrase = Phrase(_key(steps), steps, tuple(known.items()), any("no" in stems for stems, _ in steps))
        for stem in sorted(steps[0][0]):
            by_first.setdefault(stem, []).append(phrase)
    return Lexicon(
        MappingProxyType({stem: tuple(phrases) for stem, phrases in by_first.items()}),
        frozenset(causes),
        frozenset(stem for steps in weights for stems, _ in steps for stem in stems),
    )


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise LexiconError(f"The lexicon is not valid TOML: {wrong}.") from wrong
    for cause, strengths in table.items():
        if not isinstance(strengths, dict):
            raise LexiconError(f"{cause} must be a table with strong, good, weak or against.")
        for strength, lines in strengths.items():
            if strength not in WEIGHTS or not isinstance(lines, str):
                raise LexiconError(f"[{cause}] {strength} is none of {', '.join(WEIGHTS)}, or no text.")
            yield from ((cause, strength, line) for raw in lines.splitlines() if (line := raw.strip()))


def _steps(where: str, line: str) -> Steps:
    steps: list[tuple[frozenset[str], bool]] = []
    gap = False
    for place in line.split():
        if place == "..":
            gap = True
            continue
        stems = frozenset(stem for one in place.split("|") if (stem := _one(where, one)))
        if stems:
            steps.append((stems, gap))
            gap = False
    if not steps:
        raise LexiconError(f"{where} has no word that counts.")
    return tuple(steps)


def _one(where: str, word: str) -> str:
    if word in (NUMBER, MONEY):
        return word
    found = read(word)
    if len(found) > 1:
        raise LexiconError(f"{where}: {word!r} is read as {len(found)} words; write them apart.")
    return found[0].stem if found else ""


def _key(steps: Steps) -> str:
    return " ".join((".. " if gap else "") + "|".join(sorted(stems)) for stems, gap in steps)
