"""Which causes an account speaks of, best first, each with the words that spoke for it.

Every cause gets a sum by itself, for an account has several: how often the group chooses it, what the phrases of the
lexicon weigh, and what the words weigh by what was chosen before. A weight is the logarithm of how much likelier the
words are with the cause than without; counts of the accounts that Amends comes with (`taught.py`) and of what the group
chose itself move it away from what the lexicon says, the more the more there are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from amends.learning.suggesting.lexicon import Lexicon, Match, shipped_lexicon
from amends.learning.suggesting.model import Feature, Model, features_of, read_mended
from amends.learning.suggesting.taught import shipped_model
from amends.learning.suggesting.words import Word

MOST = 5
_DESERVES = 0.14  # a suggestion below this score is not made …
_BESIDE = 0.12  # … nor one below this share of the best score …
_BEYOND_THREE = 0.6  # … which is higher for a fourth and a fifth, for three are read at a glance
_PRIOR = 0.035  # how often a cause is chosen, before anything is known
_PRIOR_ACCOUNTS = 40.0
_OWN = 3.0  # an account of the group's own says as much as so many of those that taught before
# So many accounts with the words weigh as much as what was assumed. A phrase was chosen by a person, a word was not.
_PHRASE_ACCOUNTS = 40.0
_WORD_ACCOUNTS = 10.0
_TRUST = 0.7  # words of one account repeat each other, so each counts for less
_MOST_FOR_A_WORD = 2.5
_WORDS_SHOWN = 4
_NEAR = 8  # characters between two words that are shown as they stand


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cause with its score (0..1) and the words of the account that spoke for it, strongest first."""

    cause: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    weight: float
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted in all: the accounts that taught before, and those of the group, each of which counts more."""

    taught: Model
    chosen: Model

    def had(self, feature: str) -> float:
        return self.taught.features.get(feature, 0.0) + _OWN * self.chosen.features.get(feature, 0.0)

    def weight(self, feature: str, cause: str, prior: float, trust: float) -> float:
        """How much the words move the odds of the cause, as a logarithm; `prior` where nothing was counted.

        Of the accounts with these words, what share had the cause? `trust` accounts say what the prior says.
        """
        if not (had := self.had(feature)):
            return prior
        share = self._share(cause)
        odds = share / (1 - share)
        expected = odds * exp(prior) / (1 + odds * exp(prior))
        taught, chosen = (model.together.get(feature, {}).get(cause, 0.0) for model in (self.taught, self.chosen))
        found = (taught + _OWN * chosen + trust * expected) / (had + trust)
        return log(found / (1 - found)) - log(odds)

    def _share(self, cause: str) -> float:
        with_cause = self.taught.causes.get(cause, 0.0) + _OWN * self.chosen.causes.get(cause, 0.0)
        return _blended(with_cause, self.taught.accounts + _OWN * self.chosen.accounts)


def suggest(
    text: str, model: Model, *, among: Collection[str] | None = None, taught: Model | None = None
) -> tuple[Suggestion, ...]:
    """At most five causes that the words speak for, best first; none where nothing does.

    `model` is what the group chose so far; `taught` is what labelled accounts taught before, that which is shipped
    where none is given. `among` limits them to the causes of a group's protocol; without it, those of the lexicon and
    of the model.
    """
    words, lexicon = read_mended(text), shipped_lexicon()
    known = lexicon.causes | model.causes.keys()
    counted = _Counted(shipped_model() if taught is None else taught, model)
    evidence = _evidence(words, counted, lexicon, known if among is None else known & set(among))
    scored = sorted(
        (
            Suggestion(cause, _score(cause, model, found), _shown(text, words, found))
            for cause, found in evidence.items()
        ),
        key=lambda one: (-one.score, one.cause),
    )
    spoken = [one for one in scored if one.words]
    return tuple(one for place, one in enumerate(spoken[:MOST]) if one.score >= _least(place, spoken[0].score))


def _least(place: int, best: float) -> float:
    return max(_DESERVES, best * (_BESIDE if place < 3 else _BEYOND_THREE))


def _score(cause: str, model: Model, found: Sequence[_Evidence]) -> float:
    share = _share(cause, model)
    total = log(share / (1 - share)) + sum(one.weight for one in found)
    return round(1 / (1 + exp(-max(-30.0, min(30.0, total)))), 4)


def _share(cause: str, model: Model) -> float:
    """How often the cause is chosen, between what is assumed of any and what was counted."""
    return _blended(model.causes.get(cause, 0.0), model.accounts)


def _blended(with_cause: float, accounts: float) -> float:
    return (with_cause + _PRIOR_ACCOUNTS * _PRIOR) / (accounts + _PRIOR_ACCOUNTS)


def _evidence(
    words: Sequence[Word], counted: _Counted, lexicon: Lexicon, causes: Collection[str]
) -> dict[str, list[_Evidence]]:
    found: dict[str, list[_Evidence]] = {cause: [] for cause in sorted(causes)}
    for cause, one in _phrases(tuple(lexicon.matches(words)), counted):
        if cause in found:
            found[cause].append(one)
    features = [feature for feature in features_of(words) if counted.had(feature.key)]
    for cause, already in found.items():
        already += _words(features, counted, cause, {place for one in already for place in one.places})
    return found


def _words(features: Sequence[Feature], counted: _Counted, cause: str, used: set[int]) -> Iterator[_Evidence]:
    """What the words weigh by what was chosen, strongest first. A place that has counted does not count again.

    Words only speak for a cause: with few accounts, that a word was never seen with it says next to nothing.
    """
    weighed = sorted(
        (-weight, feature.places)
        for feature in features
        if (weight := counted.weight(feature.key, cause, 0.0, _WORD_ACCOUNTS)) > 0
    )
    for weight, places in weighed:
        if used.isdisjoint(places):
            used.update(places)
            yield _Evidence(_TRUST * min(_MOST_FOR_A_WORD, -weight), places)


def _phrases(matches: Sequence[Match], counted: _Counted) -> Iterator[tuple[str, _Evidence]]:
    """What the phrases weigh for each cause. Words that a stronger or longer phrase has used do not count again."""
    weighed = sorted(
        (
            -abs(prior),
            -len(match.places),
            match.places[-1] - match.places[0],
            match.places,
            cause,
            match.phrase.key,
            prior,
        )
        for match in matches
        for cause, prior in match.phrase.weights
    )
    used: dict[str, set[int]] = {}
    for _, _, _, places, cause, key, prior in weighed:
        taken = used.setdefault(cause, set())
        if taken.isdisjoint(places):
            taken.update(places)
            yield cause, _Evidence(counted.weight(f"={key}", cause, prior, _PHRASE_ACCOUNTS), places)


def _shown(text: str, words: Sequence[Word], found: Sequence[_Evidence]) -> tuple[str, ...]:
    """The strongest words that spoke for it, as written. No place is shown twice, for none has counted twice."""
    strongest = sorted(found, key=lambda one: (-one.weight, one.places))
    return tuple(
        _written(text, [words[place] for place in one.places]) for one in strongest[:_WORDS_SHOWN] if one.weight > 0
    )


def _written(text: str, words: Sequence[Word]) -> str:
    """The words as they stand in the text; `…` where many others stand between."""
    pieces = [text[words[0].start : words[0].end]]
    for one, other in pairwise(words):
        between = text[one.end : max(one.end, other.start)]
        near = len(between) <= _NEAR
        pieces.append((between if near else " … ") + text[max(one.end, other.start) : other.end])
    return " ".join("".join(pieces).split())
