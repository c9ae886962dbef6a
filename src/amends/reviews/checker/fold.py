"""One plain spelling of a text, with the way back to each character of the original.

Case, accents, width, ligatures, look-alike letters and invisible characters are gone; quotes and dashes have one form.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from amends.reviews.checker.lookalikes import LOOKALIKES

_QUOTES = "‘’‚‛ʼʻ′‵`´＇ꞌˈ"
_DOUBLE = "“”„‟″«»❝❞"
_DASHES = "‐‑‒–—―−﹘﹣－"
_SAME = {
    **dict.fromkeys(_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE, '"'),
    "¿": ".",
    "。": ".",
    "！": "!",
    "？": "?",
    "·": ".",
    "🦷": " toothsign ",  # a picture says a word; on its own it is but an ornament
    "👑": " crownsign ",
}
_NOT_PLAIN = re.compile(r"[^ -~\n]|`")  # all but what lower case makes plain
_INVISIBLE = frozenset(["Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"])
_BREAKS = frozenset("\n\v\f\x85\u2028\u2029")
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and a Braille cell that print nothing


@dataclass(frozen=True)
class Folded:
    """`text[i]` came from `original[places[i]]`; `scripts` has, for each letter of another script, its place."""

    original: str
    text: str
    places: Sequence[int]
    strange: frozenset[int]


def fold(original: str) -> Folded:
    """The plain spelling. Never raises; an ASCII text keeps its length."""
    if original.isascii():
        if not _NOT_PLAIN.search(original):
            return Folded(original, original.lower(), range(len(original)), frozenset())
        plain = original.translate(_ASCII)
        if len(plain) == len(original):
            return Folded(original, plain, range(len(plain)), frozenset())
    letters: list[str] = []
    places = array("L")
    strange = set()
    done = 0
    for found in _NOT_PLAIN.finditer(original):
        place = found.start()
        letters.append(original[done:place].lower())
        places.extend(range(done, place))
        done = place + 1
        plain, foreign = _fold_one(found[0])
        if foreign:
            strange.add(place)
        letters.append(plain)
        places.extend([place] * len(plain))
    letters.append(original[done:].lower())
    places.extend(range(done, len(original)))
    return Folded(original, "".join(letters), places, frozenset(strange))


def fold_word(word: str) -> str:
    """The plain spelling of a word of a lexicon."""
    return fold(word).text


@lru_cache(maxsize=8192)
def _fold_one(character: str) -> tuple[str, bool]:
    """The plain spelling of one character, and whether it is a letter that has none in Latin."""
    if character in _BREAKS:
        return "\n", False
    if character in _BLANKS:
        return "", False
    if character in "\t\r":  # “\r\n” is one break, not an empty line
        return " ", False
    if character in _DASHES:
        return ("-" if character in "‐‑‒−﹣－" else " - "), False
    if character in _SAME:
        return _SAME[character], False
    if character in "ªº":
        return character, False
    if (badge := _badge(character)) is not None:
        return badge, False
    plain = unicodedata.normalize("NFKD", character).casefold()
    plain = "".join(_latin(letter) for letter in unicodedata.normalize("NFKD", plain))
    return plain, any(letter.isalpha() and not letter.isascii() for letter in plain)


def _latin(letter: str) -> str:
    if letter in LOOKALIKES:
        return LOOKALIKES[letter]
    if letter in _SAME:
        return _SAME[letter]
    category = unicodedata.category(letter)
    if category in _INVISIBLE:
        return ""
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return letter


def _badge(character: str) -> str | None:
    """The letter in a flag, a box or a disc, which Unicode does not decompose."""
    for first in (0x1F1E6, 0x1F130, 0x1F150, 0x1F170):
        if first <= ord(character) < first + 26:
            return chr(ord("a") + ord(character) - first)
    return None


_ASCII: dict[int, str] = {code: _fold_one(chr(code))[0] for code in range(128) if _fold_one(chr(code))[0] != chr(code)}
