"""Who is who: the reviewer as everybody sees them, the people of the linked chart, the staff, the practice itself."""

import re
from dataclasses import dataclass
from functools import lru_cache

from amends.reviews.checker.fold import fold_word
from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.values import Context
from amends.reviews.checker.words import Text, Word

PRACTICE = "<practice>"
_LONG_NAME = 4  # letters: shorter names are hidden in too many words
_PARTED = re.compile(r"[·|–—,]")


@dataclass(frozen=True)
class People:
    """The parts of names, plainly spelled. `display` and `staff` keep initials, `chart` has whole names alone."""

    display: frozenset[str]
    chart: frozenset[str]
    staff: frozenset[str]
    practice: frozenset[str]
    chart_as_written: tuple[str, ...]  # with accents, for other spellings
    titled: bool  # whether the display name itself has a title

    @property
    def linked(self) -> frozenset[str]:
        return self.display | self.chart | self.staff


def people(context: Context, lexicon: Lexicon) -> People:
    """Everybody whom the context names."""
    case = context.case
    shown = lexicon.known_text(context.review.reviewer).texts
    return People(
        display=_name_words(context.review.reviewer, lexicon),
        chart=_whole_words((case.patient, *case.family), lexicon) if case else frozenset(),
        staff=_all_words((*context.practice.staff, *(case.staff if case else ())), lexicon),
        practice=frozenset(lexicon.known_text(context.practice.name).texts),
        chart_as_written=_as_written((case.patient, *case.family), lexicon) if case else (),
        titled=not lexicon.sets["titles"].isdisjoint(shown),
    )


@lru_cache(maxsize=4096)
def _name_words(name: str, lexicon: Lexicon) -> frozenset[str]:
    """The parts of a name without titles; initials too, and all initials as one."""
    left_out = lexicon.sets["titles"] | lexicon.sets["doctors"] | lexicon.sets["legal_forms"]
    parts = [word for word in lexicon.known_text(name).plain if word not in left_out]
    initials = "".join(parts) if len(parts) > 1 and all(len(part) == 1 for part in parts) else ""
    return frozenset([*parts, *([initials] if initials else [])])


@lru_cache(maxsize=4096)
def _all_words(names: tuple[str, ...], lexicon: Lexicon) -> frozenset[str]:
    return frozenset().union(*(_name_words(name, lexicon) for name in names))


@lru_cache(maxsize=4096)
def _whole_words(names: tuple[str, ...], lexicon: Lexicon) -> frozenset[str]:
    return frozenset(word for word in _all_words(names, lexicon) if len(word) > 1 and not word.isdigit())


@lru_cache(maxsize=4096)
def _as_written(names: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The longer parts of names that are no titles, as the chart has them."""
    left_out = lexicon.sets["titles"] | lexicon.sets["doctors"]
    parts = dict.fromkeys(part for name in names for part in re.findall(r"[^\W\d_]+", name))
    return tuple(part for part in parts if len(part) >= _LONG_NAME and fold_word(part) not in left_out)


def without_practice(text: Text, name: str, lexicon: Lexicon) -> Text:
    """The text with the practice's own name as one word, so that `Crown Street Dental` speaks of no crown."""
    forms = _practice_forms(name, lexicon)
    words: list[Word] = []
    place, found = 0, False
    while place < len(text.words):
        length = next((len(form) for form in forms if tuple(text.texts[place : place + len(form)]) == form), 0)
        if length > 1 or (length == 1 and text.written(place)[:1].isupper()):
            words.append(Word(PRACTICE, text.words[place].start, text.words[place + length - 1].end))
            place, found = place + length, True
        else:
            words.append(text.words[place])
            place += 1
    return Text(text.original, words) if found else text


@lru_cache(maxsize=1024)
def _practice_forms(name: str, lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    """The practice's name and its parts (`Group · Office`), whole and without what says that it is a practice, or an
    article; the longest first."""
    forms, sets = set(), lexicon.sets
    for part in (name, *_PARTED.split(name)):
        words = tuple(lexicon.known_text(part).texts)
        forms.add(words)
        while words and (words[-1] in sets["legal_forms"] or words[-1] in (",", ".")):
            words = words[:-1]
        forms |= {words, words[1:] if words[:1] == ("the",) and len(words) > 2 else words}
        while words and words[-1] in sets["kinds_of_practice"]:
            words = words[:-1]
        if len(words) > 1:  # one word alone may as well be somebody's name
            forms.add(words)
    return tuple(sorted((form for form in forms if form), key=len, reverse=True))
