"""Whether a reply is in a language that the checker covers; any other needs a person who reads it."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from amends.reviews.checker.fold import fold
from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_COVERED = ("en", "es")
_LEAST_LETTERS = 4  # of another script
_LEAST_WORDS = 4
_LEAST_STRANGE = 2  # small words of another language
_FIRST_OF_OTHERS = "\u0370"  # Greek, and everything after it
_LONG = 10  # words
_SHARE_KNOWN = 0.2


def find(reading: Reading) -> Iterator[Found]:
    """The places in another script, and the sentences in another language."""
    if not reading.text.original.isascii() and (place := _other_script(reading)) is not None:
        yield Found(Category.LANGUAGE, Level.WARN, *place)
        return
    texts = reading.text.texts
    first = 0
    sentences = []
    for number, word in enumerate((*texts, ".")):
        if word == ".":
            sentences.append((first, number))
            first = number + 1
    for first, after in sentences:
        if _foreign(reading, texts[first:after]):
            yield reading.found(Category.LANGUAGE, Level.WARN, first, after)
            return
    if _unknown(reading, texts):
        yield reading.found(Category.LANGUAGE, Level.WARN, 0, len(texts))


def _other_script(reading: Reading) -> tuple[int, int] | None:
    """From the first letter to the last that is of another script and stands for no Latin one.

    A word wholly of look-alikes counts where the Latin word that it looks like is none that we know.
    """
    text = reading.text
    places = [(place, place + 1) for place in fold(text.original).strange]
    places = places if len(places) >= _LEAST_LETTERS else []
    unread = [
        (word.start, word.end)
        for word in text.words
        if word.end - word.start > 1
        and all(letter >= _FIRST_OF_OTHERS for letter in text.original[word.start : word.end])
        and "a" <= word.text[0] <= "z"
        and not reading.lexicon.speller.knows(word.text)
        and unicodedata.normalize("NFKC", text.original[word.start]) >= _FIRST_OF_OTHERS
    ]
    if len(unread) >= _LEAST_STRANGE:
        places += unread
    return (min(place for place, _ in places), max(place for _, place in places)) if places else None


@lru_cache(maxsize=8)
def _of_ours(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.common.union(*(lexicon.languages[name] for name in _COVERED))


@lru_cache(maxsize=8)
def _of_others(lexicon: Lexicon) -> frozenset[str]:
    """The small words that are of other languages alone."""
    small = lexicon.languages
    return frozenset().union(*(small[name] for name in small if name not in _COVERED)) - small["en"] - small["es"]


def _foreign(reading: Reading, sentence: list[str]) -> bool:
    """More small words of one other language than of those covered."""
    words = [word for word in sentence if word.isalpha()]
    if len(words) < _LEAST_WORDS - 1:
        return False
    languages = reading.lexicon.languages
    ours = languages["en"] | languages["es"]
    covered = sum(word in ours for word in words)
    if len(words) - covered < _LEAST_STRANGE or len(_of_others(reading.lexicon).intersection(words)) < _LEAST_STRANGE:
        return False
    for name, small in languages.items():
        if name in _COVERED:
            continue
        of_it = [word for word in words if word in small]
        own = [word for word in of_it if word not in ours]
        if len(set(own)) >= _LEAST_STRANGE and len(of_it) + len(set(own)) > covered:
            return True
    return False


def _unknown(reading: Reading, texts: list[str]) -> bool:
    """A longer text almost without a word that English or Spanish cannot do without."""
    words = [word for word in texts if word.isalpha() and len(word) > 1]
    if len(words) < _LONG:
        return False
    known = sum(map(_of_ours(reading.lexicon).__contains__, words))
    return known < _SHARE_KNOWN * len(words)
