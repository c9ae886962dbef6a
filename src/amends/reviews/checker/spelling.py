"""Which word somebody meant: hidden behind digits and signs, stretched, shortened, or simply misspelled."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from amends.reviews.checker.lookalikes import STAND_INS

_ORDINARY = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|a|p|h|hr|hrs|min|mins|k|m|yr|yrs|x|s)?|d\d{4}|[ul][rl]\d|[a-z]\d{1,2}|[a-z]{2}\d"
)
_STRETCHED = re.compile(r"(.)\1+")
_MOST_READINGS = 64
_VOWELS = frozenset("aeiouy")
_LONGEST = 24  # letters: no word of a lexicon is longer
_SHORTEST = 6  # letters: a shorter word is one letter away from too many others


class Speller:
    """Knows the words of the lexicons (`telling`) and those that people use anyway (`common`)."""

    def __init__(
        self, telling: frozenset[str], stems: frozenset[str], common: frozenset[str], aliases: Mapping[str, str]
    ) -> None:
        self._telling = telling
        self._stems = stems
        self._known = telling | common
        self.whole = self._known | {".", ","}  # what is torn from nothing
        self._aliases = {word: tuple(meaning.split()) for word, meaning in aliases.items()}
        self._near: dict[str, list[str]] = {}
        for word in sorted(telling):
            if len(word) >= _SHORTEST:
                for shorter in _without_one(word):
                    self._near.setdefault(shorter, []).append(word)

    def knows(self, word: str) -> bool:
        return word in self._known or self._has_stem(word)

    def _has_stem(self, word: str) -> bool:
        return any(word[:length] in self._stems for length in range(4, min(len(word), _LONGEST) + 1))

    @lru_cache(maxsize=32768)  # noqa: B019  one speller lives as long as the process
    def repair(self, word: str) -> tuple[str, ...] | None:
        """The words meant, or None where the word is to be taken as it stands."""
        if word in self._aliases:
            return self._aliases[word]
        if word in self._known:
            return (word,)
        if not word.isalpha():
            return self._behind_signs(word)
        found = self._stretched(word) or self._misspelled(word)
        return (found,) if found else None

    @lru_cache(maxsize=4096)  # noqa: B019
    def spaced(self, letters: str) -> tuple[str, ...] | None:
        """Words that these letters spell without a rest, as few as possible; None where they spell none."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for after in range(1, len(letters) + 1):
            for first in range(max(0, after - 16), after):
                before, word = best[first], letters[first:after]
                if before is None or not self._is_word(word):
                    continue
                if best[after] is None or len(before) + 1 < len(best[after] or ()):
                    best[after] = (*before, word)
        found = best[-1]
        return found if found and any(len(word) > 2 for word in found) else None

    def _is_word(self, word: str) -> bool:
        return word in "aiyu" if len(word) == 1 else word in self._known or (len(word) > 4 and self._has_stem(word))

    def torn(self, one: str, other: str) -> bool:
        """Whether the two are one word, of which at least one half is none."""
        whole = one + other
        return len(whole) > 4 and whole in self._telling and not (one in self._known and other in self._known)

    def broken(self, one: str, other: str) -> bool:
        """Whether the two would be one word, or one of them is none that is known."""
        whole = one + other
        if not (self._is_word(one) and self._is_word(other)):
            return True
        return self.repair(whole) is not None or (len(whole) > _SHORTEST and self._has_stem(whole))

    def _behind_signs(self, word: str) -> tuple[str, ...] | None:
        if (
            len(word) > _LONGEST
            or "'" in word
            or _ORDINARY.fullmatch(word)
            or not any(letter.isalpha() for letter in word)
        ):
            return None
        choices = [STAND_INS.get(letter, letter) for letter in word]
        for number, reading in enumerate(product(*choices)):
            if number >= _MOST_READINGS:
                break
            plain = "".join(reading)
            if plain in self._aliases:
                return self._aliases[plain]
            if plain in self._known or self._has_stem(plain):
                return (plain,)
        return None

    def _stretched(self, word: str) -> str | None:
        for form in (_STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word)):
            if form != word and form in self._known and (len(word) - len(form) > 1 or len(form) > 3):
                return form
        return None

    def _misspelled(self, word: str) -> str | None:
        """The telling word that is one slip of the hand away: a letter lost, doubled, swapped or mistaken."""
        if not _SHORTEST - 1 <= len(word) <= _LONGEST:
            return None
        for form in (word, *_without_one(word)):
            # A letter written once instead of twice is the commonest slip.
            near = sorted(self._near.get(form, ()), key=lambda meant: _STRETCHED.sub(r"\1", meant) != word)
            for meant in near:
                # A word of five letters is near too many others, unless a doubled letter is all that it lacks.
                if _slip(word, meant) and (len(word) >= _SHORTEST or _STRETCHED.sub(r"\1", meant) == word):
                    return meant
            if form in self._telling and len(form) >= _SHORTEST - 1 and form[0] == word[0] and form + "s" != word:
                return form
        return None


def _without_one(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _slip(word: str, meant: str) -> bool:
    """Whether a hand or an ear could make `word` of `meant`. Two other words, such as grown and crown, are no slip."""
    if word[0] != meant[0] or word + "s" == meant:
        return False
    if len(word) != len(meant):
        return abs(len(word) - len(meant)) == 1
    differing = [place for place in range(len(word)) if word[place] != meant[place]]
    if len(differing) == 2:
        one, other = differing
        return other == one + 1 and word[one] == meant[other] and word[other] == meant[one]
    if len(differing) != 1:
        return False
    pair = {word[differing[0]], meant[differing[0]]}
    return pair <= _VOWELS or pair <= {"c", "s", "z", "k"} or pair <= {"m", "n"} or len(word) >= 9
