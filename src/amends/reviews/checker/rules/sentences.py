"""What a sentence tells: found by phrases and forms, and decided by what the whole sentence is like."""

from collections.abc import Iterable, Iterator, Sequence

from amends.reviews.checker.likeness import features
from amends.reviews.checker.phrases import Kind
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.rules import events, narration, said
from amends.reviews.checker.signs import signs
from amends.reviews.checker.values import Category, Level

_PAUSES = frozenset([",", "and", "but", "because", "so", "y", "pero", "porque"])
_SHORTEST = 4  # words of a part


def find(reading: Reading) -> Iterator[Found]:
    """Everything found in the sentences that tell; the whole sentence where nothing was found in it."""
    yield from said.certain(reading)
    told = by_forms(reading)
    found: dict[int, list[Found]] = {}
    for one in (*said.find(reading), *told):
        if one.category is Category.PLATFORM_LIMITS:  # refused whomever it is about
            yield one
            continue
        found.setdefault(reading.text.sentence(reading.word_at(one.start)), []).append(one)
    likeness = reading.lexicon.likeness
    for first, after, known in known_by(reading, told):
        if max(map(likeness.score, known)) < likeness.least or _is_harmless(reading, first, after):
            continue
        here = found.get(reading.text.sentence(first), [])
        yield from here
        if likeness.weights and all(one.level is Level.NOTE for one in here):
            yield reading.found(reading.subject(first), Level.BLOCK, first, after, "alike")


def _is_harmless(reading: Reading, first: int, after: int) -> bool:
    """Whether the sentence is nothing but a phrase that is always fine."""
    return any(
        hit.phrase.kind is Kind.SHIELD and hit.phrase.category is None and hit.first == first and hit.after >= after
        for hit in reading.hits
    )


def by_forms(reading: Reading) -> list[Found]:
    """What is told in words that no lexicon foresees."""
    return [*narration.find(reading), *events.find(reading)]


def known_by(reading: Reading, told: Iterable[Found]) -> Iterator[tuple[int, int, list[set[str]]]]:
    """Each sentence, its first word and the one after its last, with what it and each of its parts are known by.

    A part may tell in a sentence that is general otherwise: “all concerns are followed up, and this one has been”.
    """
    known, texts, kinds = signs(reading, told), reading.text.texts, reading.lexicon.likeness.kinds
    for first, after in reading.text.sentences():
        here = [one for one in known if first <= one[0] < after]
        yield (
            first,
            after,
            [
                features(texts[begin:end], [sign for number, sign in here if begin <= number < end], kinds)
                for begin, end in [(first, after), *_parts(texts, first, after)]
            ],
        )


def _parts(texts: Sequence[str], first: int, after: int) -> list[tuple[int, int]]:
    """The parts of a sentence between pauses, joined until each is long enough; none where there is but one."""
    parts, begin = list[tuple[int, int]](), first
    for number in range(first, after):
        if texts[number] in _PAUSES and min(number - begin, after - number) >= _SHORTEST:
            parts.append((begin, number))
            begin = number + (texts[number] == ",")
    return [*parts, (begin, after)] if parts else []
