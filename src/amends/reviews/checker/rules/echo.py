"""Long runs of the reviewer's own words: to repeat their facts is to confirm them."""

from collections.abc import Iterator

from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_SEED = 3  # words that must agree before a run is followed


def find(reading: Reading) -> Iterator[Found]:
    """Each run that is long and has enough words of weight."""
    lexicon = reading.lexicon
    review = lexicon.known_text(reading.context.review.text).plain
    limits = lexicon.limits
    if len(review) < limits.echo_words:
        return
    if _grams(review).isdisjoint(_grams(reading.text.plain)):
        return
    places = [number for number, word in enumerate(reading.text.texts) if word[:1].isalnum()]
    reply = [reading.text.texts[number] for number in places]
    seeds: dict[tuple[str, ...], list[int]] = {}
    for number in range(len(review) - _SEED + 1):
        seeds.setdefault(tuple(review[number : number + _SEED]), []).append(number)
    small = lexicon.languages["en"] | lexicon.languages["es"]
    first = 0
    while first + _SEED <= len(reply):
        longest = max(
            (_run(reply, first, review, at) for at in seeds.get(tuple(reply[first : first + _SEED]), ())), default=0
        )
        run = reply[first : first + longest]
        if longest >= limits.echo_words and sum(word not in small for word in run) >= limits.echo_telling:
            yield reading.found(Category.ECHO, Level.WARN, places[first], places[first + longest - 1] + 1)
            first += longest
        else:
            first += 1


def _grams(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def _run(reply: list[str], first: int, review: list[str], at: int) -> int:
    length = 0
    while first + length < len(reply) and at + length < len(review) and reply[first + length] == review[at + length]:
        length += 1
    return length
