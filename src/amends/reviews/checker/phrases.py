"""The small language in which the lexicons say what to look for, and its search.

A line is one phrase. Its parts, between blanks:
  `visit`      this word                     `visit|stay`   one of these           `of_ours`   two words as one choice
  `cancel*`    any word that begins so       `*ed`          any word that ends so  `@you`      one of a named list
  `very?`      may be missing                `!care|team`   not followed by this   `<n>`       a number
  `<clock>`    a time such as 4:15
  `<#>`        the sign    `<phone>` `<email>` `<date>` `<link>` `<practice>`   these
A line that begins with # is a comment.
  `..`         up to three words between     `...`          up to eight words between, within the sentence
Case, accents and a comma between two parts do not matter.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from amends.reviews.checker.fold import fold_word
from amends.reviews.checker.values import Category, Level

NUMBER = r"\d[\d.,:/]*(?:st|nd|rd|th|am|pm|h|hrs?|mins?|k)? "
CLOCK = r"\d{1,2}:\d\d(?:am|pm)? "
_GAPS = {"..": r"(?:[^ .]+ ){0,3}?", "...": r"(?:[^ .]+ ){0,8}?"}
_LONGEST = 24  # letters of a beginning such as `cancel*`
_COMMA = "(?:, )?"


class PhraseError(ValueError):
    """A phrase that cannot be read; the text quotes it."""


class Kind(Enum):
    ALWAYS = auto()  # gives something away wherever it stands
    CERTAIN = auto()  # the same, whatever the sentence around it is like
    TERM = auto()  # gives something away unless the sentence speaks of everybody
    SOFT = auto()  # the same; and “the” before it means nothing
    PERSONAL = auto()  # this sentence speaks of one person
    EVERYONE = auto()  # this sentence speaks of everybody
    SHIELD = auto()  # what lies inside is harmless
    PART = auto()  # one of the parts of a good reply


@dataclass(frozen=True, eq=False)
class Phrase:
    """One line of a lexicon. `category` is None for those that only judge a sentence, or shield from everything."""

    kind: Kind
    category: Category | None
    level: Level
    pattern: re.Pattern[str]
    seconds: frozenset[str] | None  # the words that may come second, None where any may
    needs: tuple[frozenset[str], frozenset[str]]  # of each one stands later; empty where nothing certain does
    part: str  # which part of a good reply it is, for that kind
    line: str  # as it stands in the lexicon


@dataclass(frozen=True)
class Hit:
    """A phrase found: the first token and the one after the last."""

    phrase: Phrase
    first: int
    after: int


_Candidate = tuple[Phrase, frozenset[str], frozenset[str], Callable[[str, int], re.Match[str] | None]]


class PhraseBook:
    """Many phrases, found by their first word."""

    def __init__(self, classes: Mapping[str, tuple[str, ...]]) -> None:
        self._classes = classes
        self._exact: dict[str, list[Phrase]] = {}
        self._prefixes: dict[str, list[Phrase]] = {}
        self.words: set[str] = set()
        self.usual: set[str] = set()  # words of good replies
        self.stems: set[str] = set()
        self.terms: set[str] = set()  # words of services: what is offered to all

    def add(self, kind: Kind, category: Category | None, level: Level, lines: str, part: str = "") -> None:
        for line in lines.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                self._add_line(kind, category, level, line, part)

    def _add_line(self, kind: Kind, category: Category | None, level: Level, line: str, part: str) -> None:
        slots = [self._slot(part, line) for part in line.split()]
        pattern = "".join(
            slot.pattern + (_COMMA if number < len(slots) - 1 else "") for number, slot in enumerate(slots)
        )
        phrase = Phrase(kind, category, level, re.compile(pattern), _seconds(slots), _needs(slots), part, line)
        for slot in slots:
            if slot.gap or slot.refused:
                raise PhraseError(f"The phrase “{line}” must begin with a word.")
            for choice in slot.choices:
                self._index(choice, phrase, line)
            if not slot.optional:
                break
        for slot in slots:
            if not slot.refused:
                self._learn(slot.choices, self.usual if kind is Kind.PART else self.words)
                if kind in (Kind.TERM, Kind.SOFT):
                    self.terms.update(word.rstrip("*") for choice in slot.choices for word in choice.split())

    def _index(self, choice: str, phrase: Phrase, line: str) -> None:
        first = choice.split()[0]
        if first.startswith("*"):
            raise PhraseError(f"The phrase “{line}” must begin with a word.")
        if first.endswith("*"):
            self._prefixes.setdefault(first[:-1], []).append(phrase)
        else:
            self._exact.setdefault(first, []).append(phrase)

    def _learn(self, choices: Iterable[str], words: set[str]) -> None:
        for word in (word for choice in choices for word in choice.split()):
            if word.endswith("*"):
                self.stems.add(word[:-1])
            elif word.isalpha():
                words.add(word)

    def _slot(self, part: str, line: str) -> "_Slot":
        if part in _GAPS:
            return _Slot(_GAPS[part], (), optional=True, gap=True)
        optional, refused = part.endswith("?") and len(part) > 1, part.startswith("!") and len(part) > 1
        body = part[:-1] if optional else part[1:] if refused else part
        choices = tuple(dict.fromkeys(self._choices(body, line)))
        pattern = "(?:" + "|".join(_pattern(choice) for choice in choices) + ")"
        if refused:
            return _Slot(f"(?!{pattern})", choices, optional=True, refused=True)
        return _Slot(pattern + ("?" if optional else ""), choices, optional=optional)

    def _choices(self, body: str, line: str) -> Iterator[str]:
        for choice in body.split("|"):
            if choice.startswith("@"):
                if choice[1:] not in self._classes:
                    raise PhraseError(f"The phrase “{line}” names a list {choice} that does not exist.")
                for word in self._classes[choice[1:]]:
                    yield from self._choices(word.replace(" ", "_"), line)
            elif choice.startswith("<"):
                yield "#" if choice == "<#>" else choice
            elif choice:
                yield fold_word(choice).replace("_", " ").replace("-", " ")
            else:
                raise PhraseError(f"The phrase “{line}” has an empty choice.")

    def find(self, line: str, starts: list[int], words: list[str]) -> list[Hit]:
        """All hits in a canonical line, in order; `starts` are the places of its words."""
        hits = []
        present: set[str] = set()  # the words of the sentence, beyond which no phrase goes
        ends = -1
        for number, (word, after, start) in enumerate(zip(words, [*words[1:], ""], starts, strict=False)):
            if number > ends:
                ends = words.index(".", number) if "." in words[number:] else len(words)
                present = set(words[number:ends])
            for phrase, needs, needs_too, match in self._beginning(word, after):
                if (needs and needs.isdisjoint(present)) or (needs_too and needs_too.isdisjoint(present)):
                    continue
                found = match(line, start)
                if found is not None:
                    end = bisect_left(starts, found.end())
                    hits.append(Hit(phrase, number, end - 1 if words[end - 1] == "," and end > number + 1 else end))
        return hits

    @lru_cache(maxsize=65536)  # noqa: B019  one book lives as long as the process; pairs of words repeat
    def _beginning(self, word: str, after: str) -> tuple[_Candidate, ...]:
        """The phrases that may begin with these two words, each with what it needs and how it is matched."""
        found = list(self._exact.get(word, ()))
        if word[:1].isdigit():
            found += [*self._exact.get("<n>", ()), *self._exact.get("<clock>", ())]
        for length in range(2, min(len(word), _LONGEST) + 1):
            found += self._prefixes.get(word[:length], ())
        return tuple(
            (phrase, *phrase.needs, phrase.pattern.match)
            for phrase in found
            if phrase.seconds is None or after in phrase.seconds
        )


@dataclass(frozen=True)
class _Slot:
    pattern: str
    choices: tuple[str, ...]
    optional: bool = False
    gap: bool = False
    refused: bool = False


def _seconds(slots: list[_Slot]) -> frozenset[str] | None:
    """The words that may come second: most phrases are ruled out by them without a search."""
    words = {","}
    for number, slot in enumerate(slots):
        for choice in slot.choices if not slot.refused else ():
            _, _, rest = choice.partition(" ")
            if "*" in rest.split(" ")[0]:
                return None
            if rest:
                words.add(rest.split(" ")[0])
        if not slot.optional:
            following = _first_words(slots[number + 1 :])
            return None if following is None else frozenset(words | following)
        following = _first_words(slots[number + 1 :])
        if following is None:
            return None
        words |= following
    return frozenset(words)


def _needs(slots: list[_Slot]) -> tuple[frozenset[str], frozenset[str]]:
    """The two fewest words of which one must stand after the first: a quick way to rule a phrase out."""
    sets = [
        frozenset(choice.split()[-1] for choice in slot.choices)
        for slot in slots[1:]
        if not (slot.optional or slot.refused or slot.gap)
        and not any(set(choice) & set("*<") for choice in slot.choices)
    ]
    first, second, *_ = [*sorted(sets, key=len), frozenset[str](), frozenset[str]()]
    return first, second


def _first_words(slots: list[_Slot]) -> set[str] | None:
    """With which words these slots may begin; None where that is open. Nothing left to match means any word."""
    words: set[str] = set()
    for slot in slots:
        if slot.refused:
            continue
        if slot.gap:
            return None
        for choice in slot.choices:
            first = choice.split()[0]
            if "*" in first or first in ("<n>", "<clock>"):
                return None
            words.add(first)
        if not slot.optional:
            return words
    return None


def _pattern(choice: str) -> str:
    if choice == "<n>":
        return NUMBER
    if choice == "<clock>":
        return CLOCK
    return "".join(_word_pattern(word) + " " for word in choice.split())


def _word_pattern(word: str) -> str:
    if word.startswith("*"):
        return r"[^\W\d_]+" + re.escape(word[1:])
    if word.endswith("*"):
        return re.escape(word[:-1]) + r"[^\W_]*"
    return re.escape(word)
