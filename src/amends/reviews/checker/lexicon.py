"""The words of the checker, read from the files in `lexicons/`; a group may bring its own.

One file per category with its `why` and, per language, the phrases: `certain` hold whatever the sentence is like,
`block`, `warn` and `note` where it tells of somebody, `terms` and `soft_terms` unless it speaks of everybody.
`about.toml` says how one tells that, `harmless.toml` which phrases are always fine, `words.toml` the lists and
spellings, `names.toml` given names, and `languages.toml` the small words by which a language is known.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from importlib import resources

from amends.reviews.checker.fold import Folded, fold, fold_word
from amends.reviews.checker.likeness import Kinds, Likeness
from amends.reviews.checker.phrases import Kind, PhraseBook, PhraseError
from amends.reviews.checker.spelling import Speller
from amends.reviews.checker.values import Category, Level
from amends.reviews.checker.words import Text, join_torn, mend_breaks, split

LANGUAGES = ("en", "es")
LIKENESS = -1.3  # from where a sentence tells; found by cross-validation
_SHORT_TERM = 3  # letters

# The level of a category where its phrases do not say another.
LEVELS: Mapping[Category, Level] = {
    **dict.fromkeys(Category, Level.BLOCK),
    Category.INTERNAL_OUTCOME: Level.WARN,
    Category.LIABILITY: Level.WARN,
    Category.IMPLIED_VISIT: Level.WARN,
    Category.ECHO: Level.WARN,
    Category.LANGUAGE: Level.WARN,
    Category.MISSING_PARTS: Level.NOTE,
}

_KEYS = {"certain", "block", "warn", "note", "terms", "soft_terms"}
_FILES = ("about", "harmless", "words", "names", "languages", "parts", "narration", "kinds")


_SETS = (
    *(
        "titles",
        "doctors",
        "greetings",
        "months",
        "before_months",
        "after_somebody",
        "priced",
        "offered",
        "places",
        "before_places",
        "legal_forms",
        "kinds_of_practice",
        "towns",
        "invitations",
        "free_hosts",
        "office_addresses",
    ),
    *("after_address", "practice_people", "not_past", "between", "open_clauses", "spanish_objects"),
)


class LexiconError(ValueError):
    """A lexicon that cannot be used; the text names the file and the entry."""


@dataclass(frozen=True)
class Limits:
    """What is counted. Bytes are UTF-8; what stands after `read` characters is not read.

    `similar` is a share of common word triples from 0 to 1.
    """

    google_bytes: int = 4096
    read: int = 10_000
    similar: float = 0.7
    echo_words: int = 6
    echo_telling: int = 3


@dataclass(frozen=True)
class Narration:
    """The forms by which telling is known in one language, and what may be told all the same."""

    irregular: frozenset[str]
    describing: frozenset[str]
    we: frozenset[str]
    you: frozenset[str]
    was: frozenset[str]
    you_are: frozenset[str]
    you_have: frozenset[str]
    your: frozenset[str]
    finite: frozenset[str]
    same_now: frozenset[str]
    participles: frozenset[str]
    open: frozenset[str]
    about_review: frozenset[str]
    pronouns: frozenset[str]
    no_subject: frozenset[str]
    objects: frozenset[str]
    feelings: frozenset[str]
    hopes: frozenset[str]
    your_ear: frozenset[str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Everything that the checker knows about words. Compared by identity: there is one for a process."""

    book: PhraseBook
    speller: Speller
    whys: Mapping[str, str]
    given_names: frozenset[str]
    family_names: frozenset[str]
    word_names: frozenset[str]
    common: frozenset[str]
    languages: Mapping[str, frozenset[str]]
    sets: Mapping[str, frozenset[str]]
    parts: tuple[str, ...]
    narration: Mapping[str, Narration]
    likeness: Likeness = field(default_factory=Likeness)
    limits: Limits = Limits()

    @cached_property
    def no_names(self) -> frozenset[str]:
        """Common words that nobody is called."""
        return self.common - self.word_names

    @lru_cache(maxsize=512)  # noqa: B019  a practice's recent replies and its cases come again with each line
    def known_text(self, original: str) -> Text:
        """The words of a text that is compared with rather than checked."""
        return self._text(fold(original))

    def texts(self, original: str) -> list[Text]:
        """The readings of a reply: as it stands and, where lines break within words, with those put together."""
        folded = fold(original)
        texts = [self._text(folded)]
        if "\n" in folded.text and (whole := mend_breaks(folded, self.speller.broken)) is not folded:
            texts.append(self._text(whole))
        return texts

    def _text(self, folded: Folded) -> Text:
        words = split(folded, self.speller.repair, self.speller.spaced)
        return Text(folded.original, join_torn(folded.original, words, self.speller.whole, self.speller.torn))


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """The lexicon that comes with Amends."""
    folder = resources.files("amends.reviews.checker").joinpath("lexicons")
    names = (*_FILES, *(category.value for category in Category))
    files = {name: folder.joinpath(f"{name}.toml") for name in names}
    texts = {name: file.read_text(encoding="utf-8") for name, file in files.items() if file.is_file()}
    weights = resources.files("amends.reviews.checker").joinpath("learned.txt")
    return read_lexicon(texts, weights=weights.read_text(encoding="utf-8") if weights.is_file() else "")


def read_lexicon(files: Mapping[str, str], limits: Limits | None = None, weights: str = "") -> Lexicon:
    """The lexicon in these TOML texts, by name of file. Raises `LexiconError` naming what is wrong.

    `weights` is the text of `learned.txt`; without it every sentence is taken to tell what the rules find in it.
    """
    tables = {name: _table(name, text) for name, text in files.items()}
    words = tables.get("words", {})
    classes = {name: tuple(_words(value)) for name, value in _mapping("words", words.get("lists", {})).items()}
    book = PhraseBook(classes)
    for category in Category:
        _add_category(book, category, tables.get(category.value, {}))
    _add_about(book, tables.get("about", {}))
    _add_harmless(book, tables.get("harmless", {}))
    for part, lines in tables.get("parts", {}).items():
        _add(book, f"parts.toml, {part}", Kind.PART, None, Level.PASS, lines, part)
    names = tables.get("names", {})
    given, family, both = (_folded(names.get(key, "")) for key in ("given", "family", "also_words"))
    common = _folded(words.get("common", "")) | book.words | both | frozenset(book.usual)
    aliases = {
        fold_word(word): fold_word(str(meaning))
        for word, meaning in _mapping("words", words.get("aliases", {})).items()
    }
    return Lexicon(
        book=book,
        speller=Speller(frozenset(book.words), frozenset(book.stems), common | given | family, aliases),
        whys={name: str(table["why"]) for name, table in tables.items() if "why" in table}
        | {f"{name}.{key}": str(why) for name, table in tables.items() for key, why in _whys(table)},
        given_names=given,
        family_names=family,
        word_names=both,
        common=_folded(words.get("common", "")),
        languages={name: _folded(text) for name, text in tables.get("languages", {}).items()},
        sets=dict.fromkeys(_SETS, frozenset[str]())
        | {name: frozenset(_words(value)) for name, value in _mapping("words", words.get("sets", {})).items()},
        parts=tuple(tables.get("parts", {})),
        narration={language: _narration(tables.get("narration", {}).get(language, {})) for language in LANGUAGES},
        likeness=_likeness(weights, book, tables),
        limits=limits or Limits(),
    )


def _likeness(weights: str, book: PhraseBook, tables: Mapping[str, Mapping[str, object]]) -> Likeness:
    """The learned weights, with the kinds of words that their features name."""
    narrations = [_narration(tables.get("narration", {}).get(language, {})) for language in LANGUAGES]
    small = frozenset().union(*(_folded(text) for text in tables.get("languages", {}).values()))
    named = {
        **dict.fromkeys((word for word in book.terms if len(word) > _SHORT_TERM), "SERVICE"),
        **dict.fromkeys(frozenset().union(*(one.irregular | one.finite for one in narrations)), "PAST"),
        **{word: kind for kind, words in tables.get("kinds", {}).items() for word in _folded(words)},
    }
    rows = [line.partition("\t") for line in weights.splitlines()]
    try:
        by_feature = {feature: int(weight) for weight, _, feature in rows}
    except ValueError as wrong:
        raise LexiconError(f"learned.txt needs a whole number and a feature on each line: {wrong}.") from wrong
    start = by_feature.pop("", 0)
    return Likeness(by_feature, Kinds(small, named), start, LIKENESS if by_feature else -math.inf)


def _table(name: str, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise LexiconError(f"{name}.toml is not valid TOML: {wrong}.") from wrong


def _mapping(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise LexiconError(f"{name}.toml has a value where it needs a table.")
    return value


def _whys(table: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    whys = table.get("whys", {})
    return whys.items() if isinstance(whys, dict) else ()


def _words(value: object) -> Iterable[str]:
    """Words between blanks or lines, or a list of them."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return value
    raise LexiconError(f"A list of words is needed instead of {value!r}.")


def _narration(table: object) -> Narration:
    given = _mapping("narration", table)
    return Narration(**{one.name: _folded(given.get(one.name, "")) for one in fields(Narration)})


def _folded(value: object) -> frozenset[str]:
    return frozenset(fold_word(word) for word in _words(value))


def _add_category(book: PhraseBook, category: Category, table: Mapping[str, object]) -> None:
    for language in LANGUAGES:
        section = _mapping(category.value, table.get(language, {}))
        if odd := sorted(set(section) - _KEYS):
            raise LexiconError(f"{category.value}.toml, [{language}] has no entry {odd[0]}; look at its spelling.")
        for key, lines in section.items():
            place = f"{category.value}.toml, [{language}] {key}"
            if key == "terms":
                _add(book, place, Kind.TERM, category, LEVELS[category], lines)
            elif key == "certain":
                _add(book, place, Kind.CERTAIN, category, LEVELS[category], lines)
            elif key == "soft_terms":
                _add(book, place, Kind.SOFT, category, LEVELS[category], lines)
            else:
                _add(book, place, Kind.ALWAYS, category, Level(key), lines)


def _add_about(book: PhraseBook, table: Mapping[str, object]) -> None:
    for language in LANGUAGES:
        section = _mapping("about", table.get(language, {}))
        for key, kind in (("one_person", Kind.PERSONAL), ("everyone", Kind.EVERYONE)):
            _add(book, f"about.toml, [{language}] {key}", kind, None, Level.PASS, section.get(key, ""))


def _add_harmless(book: PhraseBook, table: Mapping[str, object]) -> None:
    for name, lines in table.items():
        if name != "any" and name not in set(Category):
            raise LexiconError(f"harmless.toml has no entry {name}; look at its spelling.")
        _add(book, f"harmless.toml, {name}", Kind.SHIELD, None if name == "any" else Category(name), Level.PASS, lines)


def _add(
    book: PhraseBook, place: str, kind: Kind, category: Category | None, level: Level, lines: object, part: str = ""
) -> None:
    if not isinstance(lines, str):
        raise LexiconError(f"{place} needs lines of phrases between quotes.")
    try:
        book.add(kind, category, level, lines, part)
    except PhraseError as wrong:
        raise LexiconError(f"{place}: {wrong}") from wrong
