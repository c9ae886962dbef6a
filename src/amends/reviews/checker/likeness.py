"""Whether a sentence is more like those that tell of somebody, or like those that hold for everyone.

A topic tells nothing: “crowns cost $900” is for all, “that crown was hard on everybody” is not. So each word, each pair
of neighbours, each run of kinds of words and each sign that the rules have found (`signs.py`) has a weight that was
learned from labelled replies (`training.py`), and the weights of a sentence are added up. The sum alone decides; the
rules say where in the sentence it tells, and of what.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

_LONG = 5  # letters: a longer word counts by its beginning and its ending, too
_BEGINNING, _ENDING = 4, 3
_FEW = 60  # features: with fewer of them a sentence says little either way
_LENGTHS = (3, 6, 10, 16)  # words
SCALE = 100  # weights are kept as whole hundredths


@dataclass(frozen=True)
class Kinds:
    """What is known of words: small words stand for themselves, the others for their kind."""

    small: frozenset[str] = frozenset()
    named: Mapping[str, str] = field(default_factory=dict)  # the kind of each word of a list

    def of(self, word: str) -> str:
        """The word itself, the kind that a list gives it, or what its ending says."""
        if word in self.small:
            return word
        if word[0].isdigit():
            return "<n>"
        if not word[0].isalpha():
            return word
        return self.named.get(word) or next(
            (kind for kind, endings, least in _ENDINGS if len(word) >= least and word.endswith(endings)), "WORD"
        )


_ENDINGS = (
    ("PAST", ("ed", "aron", "ieron", "aste"), 5),
    ("ING", ("ing",), 5),
    ("LY", ("ly",), 5),
    ("MOS", ("amos", "emos", "imos"), 5),
    ("ADO", ("aba", "aban", "ado", "ada", "ido", "ida"), 5),
    ("WORD", ("ss",), 1),
    ("WORDS", ("s",), 4),
)


_SOMEBODY = frozenset(("YOU", "PERSON", "FAMILY"))


def features(words: Iterable[str], signs: Collection[str], kinds: Kinds) -> set[str]:
    """What a sentence is known by. `words` are plainly spelled, without the stop; `signs` are what rules have found."""
    plain = ["<n>" if word[0].isdigit() else word for word in words]
    found = {*plain, *signs, f"#{sum(len(plain) >= length for length in _LENGTHS)}"}
    found.update(map(" ".join, pairwise(["^", *plain, "$"])))
    for word in plain:
        if len(word) > _LONG:
            found.add(word[:_BEGINNING] + "-")
            found.add("-" + word[-_ENDING:])
    of = ["^", *map(kinds.of, plain), "$"]
    # The same word says another thing where somebody is spoken to or of: “the crown”, “your crown”.
    whose = "@you" if any(kinds.named.get(word) in _SOMEBODY for word in plain) else "@"
    found.update(f"{one}{whose}" for one in (*plain, *of, *signs))
    found.update(map("/".join, pairwise(of)))
    found.update(map("/".join, zip(of, of[1:], of[2:], strict=False)))
    return found


def weight_of(size: int) -> float:
    """By what the sum over so many features is divided: a long sentence has more of them."""
    return math.sqrt(size + _FEW)


@dataclass(frozen=True, eq=False)
class Likeness:
    """The learned weights, in hundredths, by feature. From `least` on a sentence tells; without weights each does."""

    weights: Mapping[str, int] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=Kinds)
    start: int = 0
    least: float = 0.0

    def score(self, found: Collection[str]) -> float:
        """Above nought for what tells; `found` are the sentence's features."""
        weights = self.weights
        return (self.start + sum([weights.get(one, 0) for one in found]) / weight_of(len(found))) / SCALE
