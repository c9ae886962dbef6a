"""A text as the words that are compared: in one spelling, without endings, and with what is denied marked.

`lexicon/words.toml` says what is left out, written short, irregular, or Spanish for the same thing.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from amends.learning.suggesting.stems import stem_of

NUMBER, MONEY = "<n>", "<money>"
_DENIED_WORDS = 3
_LONGEST = 20_000  # characters that are read; an account is far shorter, and a pasted book must not hold a page up

_TOKEN = re.compile(
    r"(?P<money>[$€£]\s?\d[\d,.]*k?|\d[\d,.]*\s?(?:dollars|bucks|dolares|usd)\b)"
    r"|(?P<number>\d[\d:.,/]*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<stop>[.!?\n;]+)|(?P<pause>[,:()]+|\s[-–—]+\s)"
)
_NOT = re.compile(
    r"(?:(?P<ca>ca|wo|sha)|(?P<base>do|does|did|was|were|is|are|has|have|had|could|would|should|might|must|ai|need))n'?t"
)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its `stem` is compared, `start` and `end` show where it stands, `sentence` and `clause` count from 0.

    `capital` tells that it may be a name: written with a capital where no sentence begins.
    """

    stem: str
    start: int
    end: int
    sentence: int
    clause: int
    capital: bool
    denied: bool


@dataclass(frozen=True)
class Spellings:
    """What `lexicon/words.toml` says; every word is folded."""

    fillers: frozenset[str]
    negators: frozenset[str]
    turns: frozenset[str]
    short: Mapping[str, tuple[str, ...]]
    joined: Mapping[str, str]
    same: Mapping[str, str]
    joins: re.Pattern[str]


@lru_cache(maxsize=1)
def shipped_spellings() -> Spellings:
    """The spellings that come with Amends, read once."""
    file = resources.files("amends.learning.suggesting").joinpath("lexicon", "words.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    joined = {fold(key): value for key, value in table["joined"].items()}
    longest_first = sorted(joined, key=len, reverse=True)
    return Spellings(
        fillers=frozenset(table["fillers"].split()),
        negators=frozenset(table["negators"].split()),
        turns=frozenset(table["turns"].split()),
        short={key: tuple(value.split()) for key, value in table["short"].items()},
        joined=joined,
        same=table["same"] | table["spanish"],
        joins=re.compile("|".join(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])" for key in longest_first)),
    )


def fold(text: str) -> str:
    """Lower case, without accents, with one kind of apostrophe; as many characters as before, so that places hold."""
    folded = []
    for character in text.translate(_APOSTROPHES):
        plain = unicodedata.normalize("NFD", character)[0].lower()
        folded.append(plain if len(plain) == 1 else character)
    return "".join(folded)


_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")


def read(text: str) -> tuple[Word, ...]:
    """The words of a text, without fillers, in order. Any text is read; what is no word is left out."""
    return _Reading(text[:_LONGEST], shipped_spellings()).words()


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The stem of one folded word."""
    spellings = shipped_spellings()
    known = spellings.same.get(word)
    return stem_of(word) if known is None else (stem_of(known) if known not in spellings.same else known)


class _Reading:
    """One pass over a text. It keeps the place where sentences and clauses begin, and how far a denial reaches."""

    def __init__(self, text: str, spellings: Spellings) -> None:
        self.original, self.folded, self.spellings = text, fold(text), spellings
        self.found: list[Word] = []
        self.sentence = self.clause = 0
        self.denying = 0
        self.begins = True

    def words(self) -> tuple[Word, ...]:
        at = 0
        for joint in self.spellings.joins.finditer(self.folded):
            self._plain(at, joint.start())
            for part in self.spellings.joined[joint.group()].split():
                self._word(part, joint.start(), joint.end())
            self.begins, at = False, joint.end()
        self._plain(at, len(self.folded))
        return tuple(self.found)

    def _plain(self, start: int, end: int) -> None:
        for token in _TOKEN.finditer(self.folded, start, end):
            match token.lastgroup:
                case "stop":
                    self.sentence, self.begins = self.sentence + 1, True
                    self._new_clause()
                case "pause":
                    self._new_clause()
                case "money" | "number":
                    self._add(MONEY if token.lastgroup == "money" else NUMBER, token.start(), token.end())
                    self.begins = False
                case _:
                    for part in self._parts(token.group()):
                        self._word(part, token.start(), token.end())
                    self.begins = False

    def _new_clause(self) -> None:
        self.clause, self.denying = self.clause + 1, 0

    def _parts(self, word: str) -> tuple[str, ...]:
        if word in self.spellings.short:
            return self.spellings.short[word]
        if denied := _NOT.fullmatch(word):
            return (_WHOLE.get(denied["ca"] or "", denied["base"] or ""), "not")
        if word == "cannot":
            return ("can", "not")
        return (word.split("'")[0],)

    def _word(self, word: str, start: int, end: int) -> None:
        if word in self.spellings.turns:
            self._new_clause()
        if word in self.spellings.fillers or not word:
            return
        if word in self.spellings.negators:
            self._add("no", start, end)
            self.denying = _DENIED_WORDS
        else:
            self._add(stem(word), start, end)

    def _add(self, stemmed: str, start: int, end: int) -> None:
        first = self.original[start]
        shouting = self.original[start:end].isupper() and end - start > 1
        capital = first.isupper() and not self.begins and not shouting
        self.found.append(Word(stemmed, start, end, self.sentence, self.clause, capital, self.denying > 0))
        self.denying -= self.denying > 0
