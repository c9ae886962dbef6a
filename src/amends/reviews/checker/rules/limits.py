"""What the platforms refuse: too long, links, capitals, the same text again (review-platforms.md 1.6 and 1.7)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_CATEGORY = Category.PLATFORM_LIMITS
_LEAST_CAPITALS = 9
_SHARE_OF_CAPITALS = 0.7
_CAPITAL_RUN = 6  # words
_TRIPLE = 3
# Embedded or overridden from right to left, isolated, and marks of direction within a Latin word.
_TURNING = re.compile(
    r"[\u202b\u202d\u202e][^\u202c]*\u202c?|[\u2066-\u2068][^\u2069]*\u2069?"
    r"|(?<=[A-Za-z\u00c0-\u024f])[\u200e\u200f\u061c]+(?=[A-Za-z\u00c0-\u024f])"
)
_FEW = 6  # words: two shorter replies must be the same to be similar


def find(reading: Reading) -> Iterator[Found]:
    """Block for each limit; the byte limit is Google's alone."""
    reply, limits = reading.text.original, reading.lexicon.limits
    if not reply.isascii():
        yield from _turned(reply)
    yield from too_long(reply, reading.context.platform, limits.google_bytes)
    for number, word in enumerate(reading.text.texts):
        if word == "<link>":
            yield reading.found(_CATEGORY, Level.BLOCK, number, number + 1, "link")
    yield from _capitals(reading)
    if any(_similar(reply, recent, reading.lexicon) >= limits.similar for recent in reading.context.recent_replies):
        yield Found(_CATEGORY, Level.BLOCK, 0, len(reply), "repeated")


def too_long(reply: str, platform: str, most: int) -> Iterator[Found]:
    """The place from the first character that no longer fits; only Google counts."""
    if len(reply) * 4 <= most or not platform.casefold().strip().startswith("google"):
        return
    size = 0
    for place, character in enumerate(reply):
        size += len(character.encode("utf-8", "surrogatepass"))
        if size > most:
            yield Found(_CATEGORY, Level.BLOCK, place, len(reply), "long")
            return


def _turned(reply: str) -> Iterator[Found]:
    """What stands between signs that nobody sees and that turn the order of letters around: people read another text
    than the one that was checked. Those around a number that was copied from a telephone, and that turn nothing, may
    stay."""
    for found in _TURNING.finditer(reply):
        yield Found(_CATEGORY, Level.BLOCK, found.start(), found.end(), "turned")


def _capitals(reading: Reading) -> Iterator[Found]:
    """The whole reply, or a run of words; abbreviations and single words are no shouting."""
    reply = reading.text.original
    capitals = sum(map(str.isupper, reply))
    if capitals < _LEAST_CAPITALS:
        return
    if capitals > _SHARE_OF_CAPITALS * (capitals + sum(map(str.islower, reply))):
        yield Found(_CATEGORY, Level.BLOCK, 0, len(reply), "capitals")
        return
    if sum(map(str.isupper, reply.split())) < _CAPITAL_RUN:
        return
    first = after = words = 0
    for number, word in enumerate((*reading.text.texts, "end")):
        written = reading.text.written(number) if number < len(reading.text.words) else "end"
        if word[:1].isalpha() and written.isupper():
            first = first if words else number
            words, after = words + 1, number + 1
        elif word[:1].isalpha() or number == len(reading.text.words):
            if words >= _CAPITAL_RUN:
                yield reading.found(_CATEGORY, Level.BLOCK, first, after, "capitals")
            words = 0


def _similar(reply: str, recent: str, lexicon: Lexicon) -> float:
    """The share of word triples that two replies have in common: 1 for the same words, 0 for nothing."""
    one, other = _triples(reply, lexicon), _triples(recent, lexicon)
    if not one or not other:
        return 0.0
    return len(one & other) / len(one | other)


@lru_cache(maxsize=2048)
def _triples(text: str, lexicon: Lexicon) -> frozenset[tuple[str, ...]]:
    words = lexicon.known_text(text).plain
    if len(words) < _FEW:
        return frozenset([tuple(words)] if words else [])
    return frozenset(tuple(words[number : number + _TRIPLE]) for number in range(len(words) - _TRIPLE + 1))
