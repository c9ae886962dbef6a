"""Telephone numbers and e-mail addresses: the practice's own are published, any other may be a person's."""

from collections.abc import Iterator
from functools import lru_cache

from amends.reviews.checker.numbers import DIGIT_WORDS
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_LEAST_DIGITS = 7
_AT, _DOT = frozenset({"at", "arroba"}), frozenset({"dot", "punto"})
_DOMAINS = frozenset({"com", "org", "net", "edu", "es", "mx", "us"})
_REACH = 6  # words between the two


def find(reading: Reading) -> Iterator[Found]:
    """Block for a number or address that the practice does not publish, note for its own."""
    text, practice = reading.text, reading.context.practice
    for number, word in enumerate(text.texts):
        if word == "<phone>":
            level = _level(
                _digits(text.written(number)) in _own_numbers(practice.phones), bool(practice.phones), reading, number
            )
        elif word == "<email>":
            written = text.written(number).casefold()
            level = _level(
                written in {own.strip().casefold() for own in practice.emails}, bool(practice.emails), reading, number
            )
        else:
            continue
        yield reading.found(Category.CONTACT_DETAILS, level, number, number + 1, "own" if level is Level.NOTE else "")
    yield from _in_words(reading)
    yield from _address_in_words(reading)


def _level(own: bool, published: bool, reading: Reading, number: int) -> Level:
    """Where nobody told what the practice publishes, an invitation to call is taken for its own number."""
    if own:
        return Level.NOTE
    before = reading.text.texts[max(0, number - 3) : number]
    return (
        Level.NOTE
        if not published and any(word in reading.lexicon.sets["invitations"] for word in before)
        else Level.BLOCK
    )


@lru_cache(maxsize=1024)
def _own_numbers(phones: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_digits(phone) for phone in phones)


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdecimal())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _in_words(reading: Reading) -> Iterator[Found]:
    """`five five five, oh one…`: a number spelled out."""
    texts = reading.text.texts
    if sum(map(DIGIT_WORDS.__contains__, texts)) < _LEAST_DIGITS:
        return
    first = 0
    while first < len(texts):
        after, digits = first, 0
        while after < len(texts) and (texts[after] in DIGIT_WORDS or (digits and texts[after] == ",")):
            digits += texts[after] != ","
            after += 1
        if digits >= _LEAST_DIGITS:
            yield reading.found(Category.CONTACT_DETAILS, Level.BLOCK, first, after)
        first = max(after, first + 1)


def _address_in_words(reading: Reading) -> Iterator[Found]:
    """`ann (at) example (dot) org`: an address spelled out."""
    texts = reading.text.texts
    if _DOT.isdisjoint(texts):
        return
    for number, word in enumerate(texts[:-1]):
        first = max(0, number - _REACH)
        at = next((place for place in range(first, number) if texts[place] in _AT), None)
        if word in _DOT and at:
            after = next((place for place in range(number + 1, len(texts)) if texts[place] != ","), number) + 1
            if texts[after - 1] in _DOMAINS:
                name = at - 1 if texts[at - 1] != "," else at - 2
                yield reading.found(Category.CONTACT_DETAILS, Level.BLOCK, max(0, name), after)
