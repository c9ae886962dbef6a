"""What a group has chosen so far, as counts of words: a value that learns, forgets, and can be kept as JSON.

No story can be read from it. Names and numbers never enter: a word is counted only if it stands in a list of common
words (`lexicon/common.txt`), and not where a capital says that it may be a name. What is kept drops every word and
pair of words that fewer than three accounts had; so keep it for speed, and learn again from the cases to keep it exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from amends.learning.suggesting.lexicon import shipped_lexicon
from amends.learning.suggesting.slips import Mender, mender
from amends.learning.suggesting.words import MONEY, NUMBER, Word, fold, read, stem

FEWEST = 3.0  # accounts that must have had a word before it is kept
Counts = Mapping[str, float]


class ModelError(ValueError):
    """What was kept cannot be read; learn again from the cases."""


@dataclass(frozen=True)
class Model:
    """Counts of accounts: all, by cause, by feature, and by both. Equal by value; never changed in place."""

    accounts: float = 0.0
    causes: Counts = field(default_factory=dict)
    features: Counts = field(default_factory=dict)
    together: Mapping[str, Counts] = field(default_factory=dict)

    def learned(self, text: str, causes: Iterable[str]) -> "Model":
        """The model after one more account, for which somebody chose these causes."""
        return self.learned_all([(text, causes)])

    def learned_all(self, chosen: Iterable[tuple[str, Iterable[str]]]) -> "Model":
        """The model after more accounts; the same as learning one by one, in any order, and faster."""
        accounts, by_cause, by_feature = self.accounts, dict(self.causes), dict(self.features)
        together = {feature: dict(counts) for feature, counts in self.together.items()}
        for text, causes in chosen:
            accounts += 1
            distinct = frozenset(causes)
            for cause in distinct:
                by_cause[cause] = by_cause.get(cause, 0.0) + 1
            for feature in learnable(read_mended(text)):
                by_feature[feature] = by_feature.get(feature, 0.0) + 1
                counts = together.setdefault(feature, {})
                for cause in distinct:
                    counts[cause] = counts.get(cause, 0.0) + 1
        return Model(accounts, by_cause, by_feature, together)

    def faded(self, share: float) -> "Model":
        """The model with all counts at this share (0..1], so that what is chosen from now on weighs more."""
        if not 0 < share <= 1:
            raise ValueError(f"A share is above 0 and at most 1; it is {share}.")
        return Model(
            self.accounts * share,
            _scaled(self.causes, share),
            _scaled(self.features, share),
            {feature: _scaled(counts, share) for feature, counts in self.together.items()},
        )

    def kept(self) -> dict[str, object]:
        """The model as JSON holds it, without features that fewer than three accounts had."""
        features = {feature: count for feature, count in sorted(self.features.items()) if count >= FEWEST}
        return {
            "accounts": self.accounts,
            "causes": dict(sorted(self.causes.items())),
            "features": features,
            "together": {feature: dict(sorted(self.together[feature].items())) for feature in features},
        }


def model_from(kept: object) -> Model:
    """The model that `kept` gave, from JSON. Raises `ModelError` for anything else."""
    if not isinstance(kept, dict):
        raise ModelError("A kept model is an object.")
    together = kept.get("together")
    if not isinstance(together, dict):
        raise ModelError("A kept model needs counts in together.")
    features = _counts(kept.get("features"))
    if set(features) != set(together):
        raise ModelError("A kept model has the same features in features and together.")
    accounts = _counts({"accounts": kept.get("accounts")})["accounts"]
    return Model(
        accounts,
        _within(kept.get("causes"), accounts),
        _within(features, accounts),
        {feature: _within(counts, features[feature]) for feature, counts in together.items()},
    )


def _within(given: object, most: float) -> Counts:
    counts = _counts(given)
    if any(count > most for count in counts.values()):
        raise ModelError("A part cannot be more than the whole.")
    return counts


def _counts(given: object) -> Counts:
    if not isinstance(given, dict):
        raise ModelError("Counts are an object of numbers.")
    for name, count in given.items():
        if not isinstance(name, str) or type(count) not in (int, float) or not 0 <= count < float("inf"):
            raise ModelError("Counts are numbers from 0, by name.")
    return {name: float(count) for name, count in given.items()}


def _scaled(counts: Counts, share: float) -> Counts:
    return {name: count * share for name, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Feature:
    """A word, a denied word (`no pain`) or a pair of neighbours, and the places of its words."""

    key: str
    places: tuple[int, ...]


def learnable(words: Sequence[Word]) -> frozenset[str]:
    """What is counted of an account: its features and the phrases of the lexicon, each once."""
    phrases = (f"={match.phrase.key}" for match in shipped_lexicon().matches(words))
    return frozenset((*(feature.key for feature in features_of(words)), *phrases))


def features_of(words: Sequence[Word]) -> Iterator[Feature]:
    """The features of a text, in order; only common words, so that nothing in a model names anybody."""
    for place, word in enumerate(words):
        if word.stem == "no" or not _common(word):
            continue
        yield Feature(f"no {word.stem}" if word.denied else word.stem, (place,))
    for place, (one, other) in enumerate(pairwise(words)):
        if one.clause == other.clause and _common(one) and _common(other):
            yield Feature(f"{one.stem}_{other.stem}", (place, place + 1))


def read_mended(text: str) -> tuple[Word, ...]:
    """The words of a text with slips of the keyboard mended, which only a list of known words can do."""
    return _mender().mended(read(text))


@lru_cache(maxsize=1)
def _mender() -> Mender:
    return mender(common_stems(), shipped_lexicon().stems)


def _common(word: Word) -> bool:
    return not word.capital and word.stem in common_stems()


@lru_cache(maxsize=1)
def common_stems() -> frozenset[str]:
    """The stems that may be counted: common words, the words of the lexicon, and *a number*, *an amount*."""
    file = resources.files("amends.learning.suggesting").joinpath("lexicon", "common.txt")
    common = (stem(fold(word)) for word in file.read_text(encoding="utf-8").split())
    return frozenset(common) | shipped_lexicon().stems | {NUMBER, MONEY, "no"} - {""}
