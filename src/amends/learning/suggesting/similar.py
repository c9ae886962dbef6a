"""Earlier accounts that are like one: the same words, the rare ones counting most (cosine of idf).

Spanish words stand for English ones (`lexicon/words.toml`), so an account finds its like in both languages.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from math import fsum, log, sqrt
from typing import Generic, TypeVar

from amends.learning.suggesting.words import MONEY, NUMBER, read

_SAYS_NOTHING = frozenset({NUMBER, MONEY, "no"})

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Alike(Generic[Key]):
    """An earlier account: how alike from 0 to 1, and the stems that both have, rarest first."""

    key: Key
    score: float
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Index(Generic[Key]):
    """Earlier accounts, ready to be compared with: for each stem, who has it and with what weight."""

    rarity: Mapping[str, float]
    having: Mapping[str, tuple[tuple[Key, float], ...]]
    unseen: float


def indexed(others: Mapping[Key, Collection[str]]) -> Index[Key]:
    """The index of accounts by key, of each its distinct stems, or whatever stands for each of them.

    Build it once; it does not depend on their order.
    """
    holders: dict[str, int] = {}
    for stems in others.values():
        for stem in stems:
            holders[stem] = holders.get(stem, 0) + 1
    rarity = {stem: log(1 + len(others) / count) for stem, count in holders.items()}
    having: dict[str, list[tuple[Key, float]]] = {}
    for key, stems in others.items():
        for stem, weight in _weights(stems, rarity, 0.0).items():
            having.setdefault(stem, []).append((key, weight))
    return Index(rarity, {stem: tuple(pairs) for stem, pairs in having.items()}, log(1 + max(1, len(others))))


def similar(stems: Collection[str], others: Index[Key], *, most: int = 10) -> tuple[Alike[Key], ...]:
    """The accounts most like one with these distinct stems, best first; none that shares no word. Equal scores go by
    the key's text."""
    weights = _weights(stems, others.rarity, others.unseen)
    sums: dict[Key, float] = {}
    for stem, weight in weights.items():
        for key, theirs in others.having.get(stem, ()):
            sums[key] = sums.get(key, 0.0) + weight * theirs
    rounded = ((-min(1.0, round(score, 6)), str(key), key) for key, score in sums.items())
    ranked = nsmallest(most, rounded, key=lambda one: one[:2])
    rarest = sorted(weights, key=lambda stem: (-others.rarity.get(stem, 0.0), stem))
    shown = {key for _, _, key in ranked}
    holding = {stem: {key for key, _ in others.having.get(stem, ()) if key in shown} for stem in rarest}
    return tuple(Alike(key, -score, tuple(stem for stem in rarest if key in holding[stem])) for score, _, key in ranked)


def telling(text: str) -> dict[str, str]:
    """The stems that are worth comparing, each as it is first written in the text.

    Without numbers and what may be a name: nobody is to be found by the people that an account speaks of.
    """
    written: dict[str, str] = {}
    for word in read(text):
        if word.stem not in _SAYS_NOTHING and not word.capital:
            written.setdefault(word.stem, text[word.start : word.end])
    return written


def _weights(stems: Collection[str], rarity: Mapping[str, float], unseen: float) -> dict[str, float]:
    """The rarity of each stem, of length 1 together."""
    weights = {stem: rarity.get(stem, unseen) for stem in stems}
    length = sqrt(fsum(weight * weight for weight in weights.values())) or 1.0
    return {stem: weight / length for stem, weight in weights.items()}
