"""Search in the handbook: every word, whatever its case and accents, in any of its forms; with the words marked.

A word is found by its beginning ("escal"), by another of its forms ("escalating", "apologise"), and as the second half
of a longer one ("mail" in "voicemail").

A handbook has tens of pages and never thousands, so they are looked through in memory; what was read of a page is kept
as long as it says the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from amends.handbook.reading import Passage, passages

# What a form may end in, after four letters at least; and the ending of "apologise", which "apology" does not have.
_ENDING = re.compile(r"(?<=\w{4})(?:(?<=is)ations?|ions?|ings?|ies|ied|e[srd]?s?|y|s)$")
_ISE = re.compile(r"(?<=\w{6})is$")
_TWICE = re.compile(r"(?<=\w{3})([b-df-hj-np-tv-z])\1$")  # "cancelled" and "canceled"
_HALF = 4  # letters: of a word that is found as the second half of another, and before it
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MOST_WORDS = 12
_MOST_SECTIONS = 5  # of one page
_AROUND = 90
# A heading says what a section is about, and the title what the page is.
_IN_TITLE, _IN_HEADING, _IN_TEXT = 8, 4, 1


@dataclass(frozen=True)
class Part:
    """A piece of a line as it is shown; `marked` where it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Hit:
    """A section in which something was found: where it is, its heading, and a line of it ("" for the heading alone)."""

    anchor: str
    heading: tuple[Part, ...]
    line: tuple[Part, ...]


@dataclass(frozen=True)
class Text:
    """A page to look through. `html` is what its readers see."""

    key: str
    title: str
    html: str


@dataclass(frozen=True)
class Found:
    key: str
    title: tuple[Part, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    folded: str

    def is_one_of(self, wanted: Iterable[str]) -> bool:
        return any(self.is_a(one) for one in wanted)

    def is_a(self, wanted: str) -> bool:
        """Whether somebody who looks for this (folded) means this word."""
        if self.folded.startswith(wanted) or stem(self.folded) == stem(wanted):
            return True
        return len(wanted) >= _HALF <= len(self.folded) - len(wanted) and self.folded.endswith(wanted)


def folded(text: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch)).replace("’", "'")


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """What the forms of a folded word have in common, as British and American English write them: "apolog".

    Light on purpose: two words that become one by mistake cost more than two forms that stay apart.
    """
    plain = re.sub(r"iz(?=[eia])", "is", word)
    return _TWICE.sub(r"\1", _ISE.sub("", _ENDING.sub("", plain)))


def words_in(typed: str) -> tuple[str, ...]:
    """What is looked for, each word once."""
    return tuple(dict.fromkeys(word.folded for word in _words(typed)))[:_MOST_WORDS]


def search(texts: Iterable[Text], typed: str) -> list[Found]:
    """The pages that hold every word, those first where the words say what it is about."""
    wanted = words_in(typed)
    if not wanted:
        return []
    ranked = [found for text in texts if (found := _in_page(text, wanted))]
    return [found for _, found in sorted(ranked, key=lambda one: -one[0])]


def _in_page(text: Text, wanted: Sequence[str]) -> tuple[int, Found] | None:
    weights = dict.fromkeys(wanted, 0)
    for line, weight in _weighed(text):
        for word in _had(line, wanted):
            weights[word] = max(weights[word], weight)
    if not all(weights.values()):
        return None
    return sum(weights.values()), Found(text.key, _marked(text.title, wanted), tuple(_sections(text, wanted)))


def _weighed(text: Text) -> list[tuple[str, int]]:
    lines = [(line.text, _IN_HEADING if line.is_heading else _IN_TEXT) for line in passages(text.html)]
    return [(text.title, _IN_TITLE), *lines]


def _sections(text: Text, wanted: Sequence[str]) -> list[Hit]:
    """The sections with the most of the words, in the order of the page."""
    sections: dict[str, list[Passage]] = {}
    for passage in passages(text.html):
        sections.setdefault(passage.anchor, []).append(passage)
    scored = [(len({w for one in lines for w in _had(one.text, wanted)}), lines) for lines in sections.values()]
    most = max((score for score, _ in scored), default=0)
    best = [lines for score, lines in scored if score == most and most]
    return [_hit(lines, wanted) for lines in best[:_MOST_SECTIONS]]


def _hit(lines: Sequence[Passage], wanted: Sequence[str]) -> Hit:
    body = [one for one in lines if not one.is_heading]
    best = max(body, key=lambda one: len(_had(one.text, wanted)), default=None)
    shown = best.text if best and _had(best.text, wanted) else ""
    return Hit(lines[0].anchor, _marked(lines[0].under, wanted), _cut(shown, wanted))


def _had(text: str, wanted: Sequence[str]) -> set[str]:
    return {word for word in wanted for one in _words(text) if one.is_a(word)}


@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[_Word, ...]:
    return tuple(_Word(found.start(), found.end(), folded(found[0])) for found in _WORD.finditer(text))


def _marked(text: str, wanted: Sequence[str]) -> tuple[Part, ...]:
    """The text in parts. Marks that only a space divides are one."""
    spans: list[tuple[int, int]] = []
    for word in _words(text):
        if word.is_one_of(wanted):
            if spans and not text[spans[-1][1] : word.start].strip():
                spans[-1] = (spans[-1][0], word.end)
            else:
                spans.append((word.start, word.end))
    parts, at = [], 0
    for start, end in spans:
        parts += [Part(text[at:start], False), Part(text[start:end], True)]
        at = end
    return tuple(part for part in (*parts, Part(text[at:], False)) if part.text)


def _cut(text: str, wanted: Sequence[str]) -> tuple[Part, ...]:
    """The text around the first word that was found."""
    first = next((word for word in _words(text) if word.is_one_of(wanted)), None)
    if first is None:
        return ()
    start = 0 if first.start <= _AROUND else text.find(" ", first.start - _AROUND, first.start) + 1 or first.start
    end = (
        len(text)
        if first.end + _AROUND >= len(text)
        else max(text.rfind(" ", first.end, first.end + _AROUND), first.end)
    )
    shown = _marked(text[start:end], wanted)
    before = (Part("… ", False),) if start else ()
    return (*before, *shown, *((Part(" …", False),) if end < len(text) else ()))
