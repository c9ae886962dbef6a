"""The reviewer's display name, read as what it may be: a name, initials, a handle, or no name at all."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from amends.reviews.checker.fold import fold_word
from amends.reviews.matching.folding import PARTICLES, fold, has_title, name_words, suffix, without_suffix
from amends.reviews.matching.nicknames import is_first_name
from amends.reviews.matching.no_names import ALSO_NAMES, NO_NAMES

_BRACKETS = re.compile(r"[(\[{](.*?)[)\]}]")
_BRACKET = re.compile(r"[(\[{)\]}]")
_AND_COMPANY = re.compile(r"(?:&|\+|\band|\by) *(?:co|sons?|daughters?|hij[oa]s|company|associates)\b", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_LATIN = re.compile(r"[a-z]")
_PLACE = re.compile(r"\b(?:from|in|of|near|at)\s.*$|\bde\s+(?=ohio|texas|florida).*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DisplayName:
    """`words` are folded words of two letters or more, `initials` single letters, both in order.

    `handle` is the whole name in one run of letters when it was written as one word ("jmorales84", "MoralesJen").
    `plain` says that it reads like a person's own name, so that another name speaks against a patient.
    `readings` are what else the same letters may be; each counts only for a patient whom it fits: "Wu" is a name or two
    initials, Nana W. may be called Nana, Holly (Danvers) Pike is Holly Danvers, too.
    """

    shown: str
    words: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    handle: str = ""
    plain: bool = False
    reversed: bool = False
    readings: "tuple[DisplayName, ...]" = ()

    @property
    def says_nothing(self) -> bool:
        return not (self.words or self.initials or self.handle)


@lru_cache(maxsize=4096)
def read_display_name(shown: str) -> DisplayName:
    """Reads what is shown; anything that names nobody comes back without words, initials and handle."""
    shown = shown.strip()[:120]
    return replace(_read(shown if shown.isascii() else _undecorated(shown)), shown=shown)


def _undecorated(shown: str) -> str:
    """Without pictures and invisible signs, and with Latin letters for those that are drawn like them."""
    return " ".join("".join(map(_letter, word)) if _is_latin(word) else word for word in shown.split())


def _is_latin(word: str) -> bool:
    return any("LATIN" in unicodedata.name(sign, "") for sign in word) or not any(sign.isalpha() for sign in word)


def _letter(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isascii() or kind.startswith("M"):
        return sign
    if kind == "Cf":
        return ""
    plain = fold_word(sign)
    if kind == "So":
        is_flag = "REGIONAL" in unicodedata.name(sign, "")
        return plain.upper() if len(plain) == 1 and plain.isalpha() and not is_flag else " "
    return (plain.upper() if sign.isupper() else plain) if kind.startswith("L") and len(plain) == 1 else sign


def _read(shown: str) -> DisplayName:
    text = _AND_COMPANY.sub(" ", _BRACKETS.sub(" ", shown))
    if not name_words(text):
        text = _BRACKET.sub(" ", shown)  # (((Jen Morales)))
    one_word = len(text.split()) == 1
    spaced = _HUMP.sub(" ", text) if one_word and not text.isupper() else text
    pieces = every = name_words(spaced)
    aliased = _is_alias(pieces)
    if aliased:
        pieces = tuple(piece for piece in name_words(_PLACE.sub(" ", spaced)) if piece not in NO_NAMES)
        if one_word and all(len(piece) == 1 for piece in pieces):
            pieces = ()  # x_runner_x
    if not pieces or not _LATIN.search(fold("".join(pieces))):
        named = _readings(shown, every) if aliased and not pieces else ()
        return DisplayName(shown, words=pieces, readings=named)  # another script: perhaps in the chart letter by letter
    initials, words = _initials(text, pieces)
    handle = "".join(pieces) if one_word and words else ""
    plain = not aliased and not (handle and not is_first_name(handle) and not _is_name_in_parts(words))
    plain = plain and bool(words or len(initials) > 1)
    return DisplayName(shown, words, initials, handle, plain, "," in text, _readings(shown, every))


def _is_alias(pieces: tuple[str, ...]) -> bool:
    named = [piece for piece in pieces if len(piece) > 1]
    strange = [piece for piece in named if piece in NO_NAMES]
    if len(pieces) == 1 and is_first_name(pieces[0]):
        return False
    return bool(strange) and not (len(pieces) > len(strange) and ALSO_NAMES.issuperset(strange))


def _is_name_in_parts(words: tuple[str, ...]) -> bool:
    """Does a handle of several words read like a name? "howard_hadley85" does, "coffee_first" does not."""
    return len(words) > 1 and any(is_first_name(word) for word in words)


def _readings(shown: str, every: tuple[str, ...]) -> tuple[DisplayName, ...]:
    """The names that `shown` may be beside its first reading."""
    found = [every] if _is_alias(every) or (len(every) == 1 and len(every[0]) == 2) else []
    if len(every) > 1 and any(len(piece) == 2 and is_first_name(piece) for piece in every):
        found.append(every)  # WM. Morales is William or W. M.
    if suffix(shown):
        found.append(name_words(without_suffix(shown)))  # Otto L. Junior
    if _BRACKETS.search(shown):
        found.append(tuple(word for word in name_words(_BRACKETS.sub(r" \1 ", shown)) if word not in NO_NAMES))
    if len(every) > 2 and not PARTICLES.isdisjoint(every[:-1]):
        found.append(_joined(every))
    for count in range(2, len(every)):
        together = "".join(every[:count])
        if is_first_name(together):  # Juan Manuel, who is Juanma in the chart
            found.append((together, *every[count:]))
    readings = [_as_name(shown, names) for names in dict.fromkeys(found)]
    if len(every) == 1 and len(every[0]) == 2 and shown.isupper() and is_first_name(every[0]):
        readings.append(DisplayName(shown, (), tuple(every[0]), "", True))  # "MO" is Mo or M. O.
    return tuple(reading for reading in readings if not reading.says_nothing)


def _as_name(shown: str, pieces: tuple[str, ...]) -> DisplayName:
    words = tuple(piece for piece in pieces if len(piece) > 1)
    initials = tuple(piece for piece in pieces if len(piece) == 1) if words else ()
    return DisplayName(shown, words, initials, "", True, "," in shown)


def _joined(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Particles written together with what follows: Peter van der Veen as Peter Vanderveen."""
    names, particles = [], ""
    for place, piece in enumerate(pieces, 1):
        if piece in PARTICLES and place < len(pieces):
            particles += piece
        else:
            names.append(particles + piece)
            particles = ""
    return tuple(names)


def _initials(text: str, pieces: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Single letters, and what is left; "JM" and "J.M.R." are initials, "Jo" and "Al" and "Mrs. Wu" are names."""
    if (
        len(pieces) == 1
        and not has_title(fold(text))
        and len(pieces[0]) in (2, 3)
        and not is_first_name(pieces[0])
        and (text.isupper() or len(pieces[0]) == 2)
    ):
        return tuple(pieces[0]), ()
    initials = [piece for piece in pieces if len(piece) == 1]
    words = [piece for piece in pieces if len(piece) > 1]
    shouting = text.isupper()
    for word in list(words):  # "Jen MR" and "JM Lopez": two capitals beside a word are initials too
        if len(word) == 2 and len(words) > 1 and not shouting and word.upper() in text and word not in PARTICLES:
            words.remove(word)
            initials.extend(word)
    names = [
        word
        for place, word in enumerate(words)
        if word not in PARTICLES or (place == 0 and is_first_name(word))  # Ben T. Ashcroft
    ]
    if len(names) + len(initials) < 2:
        names = words if len(words) <= 2 else names
    return tuple(initials), tuple(names)
