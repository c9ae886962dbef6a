"""A text as words: spelled plainly, repaired where hidden or misspelled, each with its place in the original."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from amends.reviews.checker.fold import Folded
from amends.reviews.checker.lookalikes import STAND_INS

_DOMAINS = (
    "com|org|net|dental|health|dentist|info|biz|edu|gov|app|page|link|site|online|co|io|ly|test|example|care|clinic"
)
_TOKEN = re.compile(
    # Most tokens are plain words between blanks, and none of what follows could begin there: this is for speed alone.
    r"(?P<plain>[a-z]{2,})(?:[ ](?=[a-z])|(?=[,.!?;]? ))"
    r"|(?P<email>[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})"
    r"|(?P<link>(?:https?:/|www\.)[^\s]+|(?<![^\W_])[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:"
    + _DOMAINS
    + r")(?![a-z0-9])(?:/\S*)?)"
    r"|(?P<date>(?<![\w/.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)|(?!24/7)\d{1,2}/\d{1,2})(?![\w/-]|\.\d))"
    r"|(?P<phone>(?<![\w.])\+?\(?\d(?=(?:[()\s.-]{0,3}\d){6})(?:[() .-]{0,3}\d){6,14}(?![\w]))"
    r"|(?P<number>\d+(?:[.,:]\d+)+(?:[^\W\d_]+)?)"
    r"|(?P<spaced>(?<![^\W_])[^\W\d_](?:[\s.\-_*,/]{1,3}[^\W_]){2,}(?![^\W_]))"
    r"|(?P<word>(?:[@$!](?=[^\W\d_]{2}))?[^\W_]+(?:['@$!|*+]+[^\W_]+)*)"
    r"|(?P<break>[.!?;…]+|\n\s*\n)"
    r"|(?P<pause>[,:()\[\]{}–—]|\s-+\s|--+)"
    r"|(?P<sign>[$€£#%])"
)
_PARTS = re.compile(r"[^\W_]+")
_ENDINGS = {"ve": "have", "re": "are", "ll": "will", "d": "would", "m": "am"}
_IS = frozenset({"he", "she", "it", "that", "there", "what", "here", "who", "how"})
# A full stop after these ends no sentence.
_TITLES = ["dr", "dra", "mr", "mrs", "ms", "mx", "st", "vs", "no", "num", "sr", "sra", "srta", "jr", "inc"]
_MONTHS = ["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"]
_SHORT = frozenset([*_TITLES, *_MONTHS, "approx", "appt", "dept", "ext"])
_LONGEST = 40  # characters of half a word
_WIDEST = 4  # characters between two halves of a word
_BROKEN = re.compile(r"(?<=[^\W_])-? ?\n(?=[^\W_])")
_LETTERS_BEFORE = re.compile(r"[^\W_]+\Z")
_LETTERS = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """One word, sign or pause: as it is compared, and where it stands in the original."""

    text: str
    start: int
    end: int


class Text:
    """The words of a text. `line` has them with one blank after each; `.` ends a sentence and `,` is a pause."""

    def __init__(self, original: str, words: list[Word]) -> None:
        self.original = original
        self.words = words
        self.texts = [word[0] for word in words]

    @cached_property
    def line(self) -> str:
        return " ".join([*self.texts, ""])

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in `line`."""
        return [0, *accumulate(len(word) + 1 for word in self.texts)][: len(self.texts)]

    @cached_property
    def _breaks(self) -> list[int]:
        return [number for number, word in enumerate(self.texts) if word == "."]

    def sentence(self, number: int) -> int:
        """Which sentence the word belongs to."""
        return bisect_left(self._breaks, number)

    def bounds(self, number: int) -> tuple[int, int]:
        """The first word of the sentence around this word, and the one after its last."""
        after = bisect_left(self._breaks, number)
        return (
            self._breaks[after - 1] + 1 if after else 0,
            self._breaks[after] if after < len(self._breaks) else len(self.words),
        )

    def sentences(self) -> Iterator[tuple[int, int]]:
        """The bounds of each sentence that has words."""
        first = 0
        for after in (*self._breaks, len(self.words)):
            if first < after:
                yield first, after
            first = after + 1

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Where the words from `first` to before `after` stand in the original, without a pause at the end."""
        while after > first + 1 and self.texts[after - 1] in (",", "."):
            after -= 1
        return self.words[first].start, self.words[after - 1].end

    def written(self, number: int) -> str:
        """The word as it stands in the original."""
        return self.original[self.words[number].start : self.words[number].end]

    @cached_property
    def plain(self) -> list[str]:
        """The words alone, without pauses and signs."""
        return [word for word in self.texts if word[:1].isalnum()]


# Given a token's plain letters: the words that it stands for, or None where it is none that we know.
Repair = Callable[[str], tuple[str, ...] | None]


def split(folded: Folded, repair: Repair, spaced: Repair) -> list[Word]:
    """The words of a text."""
    words: list[Word] = []
    places = folded.places
    for found in _TOKEN.finditer(folded.text):
        kind = found.lastgroup
        if kind == "plain" or kind == "word":
            first, after = found.span(kind)
            text = found[kind]
            known = repair(text)
            if known is not None and len(known) == 1:
                words.append(Word(known[0], places[first], places[after - 1] + 1))
            else:
                words.extend(_word(folded, text, first, repair))
        else:
            words.extend(_token(folded, found, repair, spaced, words))
    return words


Joins = Callable[[str, str], bool]


def mend_breaks(folded: Folded, joins: Joins) -> Folded:
    """The text without the line breaks inside words, where `joins` says that the two halves are one."""
    text, places = folded.text, folded.places
    kept: list[tuple[int, int]] = []
    begin = 0
    for found in _BROKEN.finditer(text):
        before, after = (
            _LETTERS_BEFORE.search(text, max(begin, found.start() - _LONGEST), found.start()),
            _LETTERS.match(text, found.end()),
        )
        if before and after and joins(before[0], after[0]):
            kept.append((begin, found.start()))
            begin = found.end()
    if not kept:
        return folded
    kept.append((begin, len(text)))
    whole = "".join(text[first:after] for first, after in kept)
    return Folded(
        folded.original, whole, [place for first, after in kept for place in places[first:after]], folded.strange
    )


def _token(folded: Folded, found: re.Match[str], repair: Repair, spaced: Repair, before: list[Word]) -> Iterator[Word]:
    kind, text, first = str(found.lastgroup), found[0], found.start()
    match kind:
        case "email" | "link" | "date" | "phone":
            yield _at(folded, f"<{kind}>", first, found.end())
        case "spaced":
            yield from _spaced(folded, text, first, repair, spaced)
        case "break":
            short = text == "." and before and (before[-1].text in _SHORT or len(before[-1].text) == 1)
            if not short or folded.text[found.end() : found.end() + 1] in ("\n", ""):
                yield _at(folded, ".", first, found.end())
        case "pause":
            yield _at(folded, ",", first, found.end())
        case _:
            yield _at(folded, text, first, found.end())


def _at(folded: Folded, text: str, first: int, after: int) -> Word:
    return Word(text, folded.places[first], folded.places[after - 1] + 1)


def _word(folded: Folded, text: str, first: int, repair: Repair) -> Iterator[Word]:
    known = repair(text)
    if known is not None:
        for word in known:
            yield _at(folded, word, first, first + len(text))
        return
    if text.isalnum():
        yield _at(folded, text, first, first + len(text))
        return
    base, apostrophe, ending = text.rpartition("'")
    if apostrophe and base.isalnum() and (words := _contraction(base, ending, repair)):
        for word in words:
            yield _at(folded, word, first, first + len(text))
        return
    for part in _PARTS.finditer(text):
        for word in repair(part[0]) or (part[0],):
            yield _at(folded, word, first + part.start(), first + part.end())


def _contraction(base: str, ending: str, repair: Repair) -> tuple[str, ...] | None:
    if ending == "t" and base.endswith("n"):
        verb = {"won": "will", "can": "can", "shan": "shall"}.get(base, base[:-1])
        return (verb, "not") if verb else ("not",)  # “n't”, where a line broke before it
    if ending == "s":
        return (base, "is") if base in _IS else ("let", "us") if base == "let" else repair(base) or (base,)
    if ending in _ENDINGS:
        return *(repair(base) or (base,)), _ENDINGS[ending]
    return None


def _spaced(folded: Folded, text: str, first: int, repair: Repair, spaced: Repair) -> Iterator[Word]:
    """Letters with something between them: the words that they spell, else each by itself."""
    letters = [place for place, letter in enumerate(text) if letter.isalnum()]
    words = spaced("".join(STAND_INS.get(text[place], text[place])[0] for place in letters))
    if words is None:
        for place in letters:
            for word in repair(text[place]) or (text[place],):
                yield _at(folded, word, first + place, first + place + 1)
        return
    used = 0
    for word in words:
        yield _at(folded, word, first + letters[used], first + letters[used + len(word) - 1] + 1)
        used += len(word)


def join_torn(original: str, words: list[Word], known: frozenset[str], joins: Joins) -> list[Word]:
    """Words with what a blank or a hyphen tore apart put together, where `joins` says that they are one.

    Where both halves are `known` nothing is torn.
    """
    if known.issuperset([word[0] for word in words]):
        return words
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else word
        if joined and not (word.text in known and last.text in known) and word.text.isalpha() and last.text.isalpha():
            between = original[last.end : word.start]
            if 0 < len(between) <= _WIDEST and not between.strip("- \r\n") and joins(last.text, word.text):
                joined[-1] = Word(last.text + word.text, last.start, word.end)
                continue
        joined.append(word)
    return joined
