"""What stands in the linked case and in no public place: amounts, names, places, rare words."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.numbers import numbers
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Case, Category, Context, Level

_SMALLEST = 13  # a number below tells nothing by itself: two owners, 8 to 5
_YEARS = range(1950, 2100)
_ENDINGS = ("ingly", "ing", "edly", "ed", "ist", "ly", "er", "or", "al", "mente", "ando", "iendo", "ado", "ada")
_SHORTEST = 3
_LEAST_STEM = 4  # letters


@dataclass(frozen=True)
class Telling:
    """What a case holds that could point to it. `offered` are words of services and insurers, which may be for all."""

    words: frozenset[str]
    numbers: frozenset[Decimal]
    offered: frozenset[str]


def find(reading: Reading) -> Iterator[Found]:
    """Each telling word or number of the case in the reply; insurers and prices for all are none."""
    case = reading.context.case
    if case is None:
        return
    telling = _telling(case, reading.context, reading.lexicon)
    known = reading.linked
    for number, word in enumerate(reading.text.texts):
        if word in known or stem(word) not in telling.words:
            continue
        if not (stem(word) in telling.offered and _is_for_all(reading, number, "offered")):
            yield reading.found(Category.PRIVATE_RECORD, Level.BLOCK, number, number + 1)
    if telling.numbers:
        for value, first, after in numbers(reading.text.texts):
            if value in telling.numbers and not _is_for_all(reading, first, "priced"):
                yield reading.found(Category.PRIVATE_RECORD, Level.BLOCK, first, after)


def _is_for_all(reading: Reading, number: int, words: str) -> bool:
    """Whether the sentence of this word speaks of everybody and has one of the `words`, a set of the lexicon."""
    first, after = reading.text.bounds(number)
    return reading.about.everyone(number) and not reading.lexicon.sets[words].isdisjoint(
        reading.text.texts[first:after]
    )


@lru_cache(maxsize=256)
def _telling(case: Case, context: Context, lexicon: Lexicon) -> Telling:
    practice = context.practice
    public = _words(
        lexicon, context.review.text, context.review.reviewer, practice.name, *practice.emails, *practice.staff
    )
    public_words = {stem(word) for word in public}
    public_numbers = {value for value, _, _ in numbers(public)}
    insurers = _words(lexicon, *case.insurers)
    services = [*_words(lexicon, *case.procedures), *insurers]
    private = [*_words(lexicon, case.notes), *services]
    amounts = {value for amount in case.amounts for value, _, _ in numbers(lexicon.known_text(amount).texts)}
    noted = {value for value, _, _ in numbers(private) if value >= _SMALLEST and value not in _YEARS}
    # A term of care or money is a topic; whether it tells of somebody, the sentence says. An insurer is no topic.
    topics = lexicon.book.terms.intersection(private).difference(insurers)
    words = {stem(word) for word in private if word not in topics and _is_telling(word, lexicon)} - public_words
    return Telling(frozenset(words), frozenset((amounts | noted) - public_numbers), frozenset(map(stem, services)))


def _words(lexicon: Lexicon, *pieces: str) -> list[str]:
    """The words of these texts, with a stop between; each text by itself, since most come again and are known."""
    return [word for piece in pieces for word in (*lexicon.known_text(piece).texts, ".")]


def _is_telling(word: str, lexicon: Lexicon) -> bool:
    """Rare enough to point somewhere: no small word, none of the common words of service, in any form."""
    if len(word) < _SHORTEST or not word[0].isalnum() or word.isdigit():
        return False
    return word not in lexicon.common and stem(word) not in _common_stems(lexicon)


@lru_cache(maxsize=8)
def _common_stems(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(stem(word) for word in lexicon.common)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The word without its usual ending, so that one form is known by another."""
    if len(word) > _LEAST_STEM and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) >= _LEAST_STEM and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > _LEAST_STEM else word
