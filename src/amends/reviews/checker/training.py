"""Learns the weights of `likeness.py` from labelled replies; for those who keep the checker.

    python -m amends.reviews.checker.training tests/reviews/checker/*.jsonl > src/amends/reviews/checker/learned.txt

Logistic regression with a rate per feature (AdaGrad), always in the same order: the same replies give the same weights.
A sentence of a safe reply is safe, with each of its parts. In a disclosure nobody said which sentence or part tells: it
is taken to be the one that looks most like it by what was learned so far.
"""

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from amends.reviews.checker.check import readings
from amends.reviews.checker.lexicon import Lexicon, shipped
from amends.reviews.checker.likeness import SCALE, weight_of
from amends.reviews.checker.rules.sentences import by_forms, known_by
from amends.reviews.checker.values import Category, Context, Level, Practice

_EPOCHS, _RATE, _SHRINK, _LEAST_SEEN, _SEED = 20, 0.5, 2e-4, 3, 1
_SURE_ALONE = 3  # epochs in which disclosures are learned from as a whole, where they are one sentence
_SAFE_COUNTS = 2  # a safe sentence that is stopped costs more than one of many disclosures here
_SMALLEST = 5  # hundredths: a weight below does nothing
# These are found by comparing with names, texts and numbers, not by what a sentence is like.
_COMPARED = frozenset(
    {
        *(Category.NAMES, Category.ECHO, Category.PLATFORM_LIMITS, Category.PRIVATE_RECORD),
        *(Category.LANGUAGE, Category.MISSING_PARTS),
    }
)


@dataclass(frozen=True)
class Example:
    """The features of sentences and of their parts. None of them tells, or at least one does.

    `sure` where the first is known to be it: a disclosure of one sentence.
    """

    said: tuple[tuple[str, ...], ...]
    tells: bool
    sure: bool = True


def examples(lines: Iterable[Mapping[str, object]], lexicon: Lexicon) -> list[Example]:
    """What there is to learn from, each once, or as many `times` as its line says; what stands in a safe reply is safe
    whatever else is said of it."""
    safe, telling = dict[tuple[str, ...], None](), dict[Example, int]()
    for line in lines:
        practice, expect = line["practice"], line["expect"]
        if not isinstance(practice, dict) or not isinstance(expect, dict):
            raise TypeError("A labelled line needs a practice and what is expected.")
        context = Context(practice=Practice(str(practice["name"])))
        reading = next(readings(str(line["reply"]), context, lexicon))
        known = [parts for _, _, parts in known_by(reading, by_forms(reading))]
        said = tuple(tuple(sorted(part)) for parts in known for part in parts)
        if expect["level"] == "safe":
            safe.update(dict.fromkeys(said))
        elif Level(expect["level"]) is not Level.NOTE and expect["category"] not in _COMPARED:
            times = line.get("times", 1)
            telling[Example(said, tells=True, sure=len(known) == 1)] = times if isinstance(times, int) else 1
    left = dict[Example, int]()
    for one, times in telling.items():
        doubtful = replace(one, said=tuple(part for part in one.said if part not in safe))
        if doubtful.said:
            left[doubtful] = max(times, left.get(doubtful, 0))
    return [
        *(Example((one,), tells=False) for one in safe),
        *(one for one, times in left.items() for _ in range(times)),
    ]


def learn(given: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """The start and the weights that tell the two kinds apart best, without trusting anything seen but once."""
    seen = Counter(feature for one in given for part in one.said for feature in part)
    numbers = {feature: number for number, feature in enumerate(one for one in seen if seen[one] >= _LEAST_SEEN)}
    known = [
        (one, [([numbers[each] for each in part if each in numbers], 1 / weight_of(len(part))) for part in one.said])
        for one in given
    ]
    start, weights, steps = 0.0, [0.0] * len(numbers), [1e-6] * len(numbers)
    chance = random.Random(_SEED)  # noqa: S311  an order, no secret
    for epoch in range(_EPOCHS):
        chance.shuffle(known)
        for one, parts in known:
            if epoch < _SURE_ALONE and not one.sure:
                continue
            total, used, share = max(
                (start + share * sum([weights[each] for each in used]), used, share)
                for used, share in (parts[:1] if epoch < _SURE_ALONE else parts)
            )
            wrong = (1 / (1 + math.exp(-total)) - one.tells) * (1 if one.tells else _SAFE_COUNTS)
            for each in used:
                weight = weights[each]
                slope = wrong * share + _SHRINK * weight
                step = steps[each] = steps[each] + slope * slope
                weights[each] = weight - _RATE * slope / math.sqrt(step)
            start -= 0.01 * wrong
    return start, dict(zip(numbers, weights, strict=True))


def written(start: float, weights: Mapping[str, float]) -> str:
    """The text of `learned.txt`: the start, then a weight and its feature on each line."""
    kept = sorted((one, round(weight * SCALE)) for one, weight in weights.items())
    lines = [f"{weight}\t{one}" for one, weight in kept if abs(weight) >= _SMALLEST]
    return "\n".join([f"{round(start * SCALE)}\t", *lines]) + "\n"


def main(paths: list[str]) -> None:
    """Reads the labelled files, by name, and writes the weights to standard output."""
    files = sorted(map(Path, paths), key=lambda path: path.name)
    lines = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    sys.stdout.write(written(*learn(examples(lines, shipped()))))


if __name__ == "__main__":
    main(sys.argv[1:])
