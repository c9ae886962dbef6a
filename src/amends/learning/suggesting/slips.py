"""Slips of the keyboard: an unknown word that is one letter away from a known word is read as that word.

Where several are as near, one that the lexicon has wins; where still several are, the word stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from amends.learning.suggesting.words import Word

_SHORTEST = 5  # letters of a stem that is mended, and one less of what it may be; shorter ones are near to many


@dataclass(frozen=True)
class Mender:
    """Known stems, and those of five letters and more by what is left of them without one letter."""

    known: frozenset[str]
    telling: frozenset[str]
    lacking: Mapping[str, frozenset[str]]

    def mended(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words with slips mended. What may be a name stays as it is."""
        return tuple(self._mended(word) for word in words)

    def _mended(self, word: Word) -> Word:
        if word.stem in self.known or word.capital or len(word.stem) < _SHORTEST:
            return word
        near = {
            stem
            for short in (word.stem, *_lacking_one(word.stem))
            for stem in self.lacking.get(short, ())
            if one_slip(word.stem, stem)
        }
        if len(near) > 1:
            near &= self.telling
        return replace(word, stem=near.pop()) if len(near) == 1 else word


def mender(known: Iterable[str], telling: frozenset[str]) -> Mender:
    """The mender for these stems, of which those of the lexicon are `telling`; it is made once."""
    stems = frozenset(known)
    lacking: dict[str, set[str]] = {}
    for stem in stems:
        if len(stem) >= _SHORTEST - 1 and stem.isalpha():
            for short in (stem, *_lacking_one(stem)):
                lacking.setdefault(short, set()).add(stem)
    return Mender(stems, telling, {short: frozenset(found) for short, found in lacking.items()})


def one_slip(one: str, other: str) -> bool:
    """Is it one letter more, less or other, or two neighbours swapped?"""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[2:] == other_rest[2:] and rest[:2] == other_rest[1::-1])
    )


def _lacking_one(stem: str) -> list[str]:
    return [stem[:place] + stem[place + 1 :] for place in range(len(stem))]
