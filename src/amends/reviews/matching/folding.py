"""Text in one plain form, so that accents, capitals and kinds of apostrophe make no difference."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "ʼ": "'",
    }
)
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"\b(o|d|l|m|n|dell|t)'(?=[^\W\d_]{2})")
_POSSESSIVE = re.compile(r"'s\b")
_TITLE_FIRST = re.compile(r"\s*(?:mr|mrs|ms|miss|mx|dr|dra|sr|sra|srta|prof|senor|senora)\b\.?\s+(?=[^\W\d_])")
_SPLIT_PREFIX = re.compile(r"\b(mc|mac|fitz) (?=[^\W\d_]{3})|(?<=[^\W\d_] )(o) (?=[^\W\d_]{4})")


def words(text: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(text.split())


PARTICLES = words("de del la las los el y e i van von der den da do dos das di du le ter ten bin al ben")
TITLES = words("mr mrs ms miss mx dr dra sr sra srta prof rev jr ii iii iv md dds dmd esq phd rn cpa")


def fold(text: str) -> str:
    """Lower case without accents; `’` becomes `'`. Letters of other scripts stay."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().translate(_LETTERS)


@lru_cache(maxsize=65_536)
def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name: `O'Brien` is one word, `García-López` two, `Mc Donald` one; titles are left out."""
    folded = _POSSESSIVE.sub("", _APOSTROPHE.sub(r"\1", fold(name)))
    joined = _SPLIT_PREFIX.sub(lambda found: found.group(1) or found.group(2), folded)
    found = _WORD.findall(joined.replace("'", ""))
    named = tuple(word for word in found if word not in TITLES)
    if any(len(word) > 1 for word in named) or has_title(folded):
        return named
    return tuple(found)  # "RN" alone may be somebody's initials


_SUFFIX = re.compile(r"(?<=[^\W_])[\s,.]+(?:the )?(jr|junior|sr|senior|ii|2nd|second|iii|3rd|third|iv|4th|fourth)\b")
SUFFIXES = {"jr": "Jr.", "sr": "Sr.", "ii": "II", "iii": "III", "iv": "IV"}  # as they are written
_SAME_SUFFIX = {
    "junior": "jr",
    "senior": "sr",
    "2nd": "ii",
    "second": "ii",
    "3rd": "iii",
    "third": "iii",
    "4th": "iv",
    "fourth": "iv",
}


@lru_cache(maxsize=65_536)
def suffix(name: str) -> str:
    """Which of several of one name: "jr", "sr", "ii", "iii" or "iv"; "" for none. In front "Sr." is Mister."""
    found = None if name.isalpha() else _SUFFIX.search(fold(name))  # one word has none
    return _SAME_SUFFIX.get(found[1], found[1]) if found else ""


def without_suffix(name: str) -> str:
    """The folded name without what tells father from son."""
    return _SUFFIX.sub("", fold(name))


def has_title(name: str) -> bool:
    """Does a folded name begin with a title, so that what follows is a last name? "Mrs. Wu"."""
    return _TITLE_FIRST.match(name) is not None


def one_slip(one: str, other: str) -> bool:
    """Are two different words one typing slip apart: a letter more, less or other, or two neighbours swapped?"""
    if not -2 < len(one) - len(other) < 2:
        return False
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < 4:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or (len(short) > 4 and short[start + 1 :] == long[start + 1 :])


@lru_cache(maxsize=65_536)
def undoubled(word: str) -> str:
    """Without doubled letters: Jeniffer and Jennifer are one."""
    return re.sub(r"(.)\1", r"\1", word)


# Letters that sound alike in English or Spanish names, the longer first: Schaeffer and Shafer, Reed and Reid.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^gi(?=[aou])|^y(?=[aeiou])", "j"),
        (r"sch", "sh"),
        (r"ph", "f"),
        (r"ugh|gh(?![aeiou])", ""),
        (r"c(?=[eiy])|z", "s"),
        (r"ck|ch|qu|[cq]", "k"),
        (r"v", "b"),
        (r"w(?=[bcdfgklmnrst])|(?<!s)h", ""),
        (r"a[iye]$", "A"),
        (r"a[iye]", "a"),
        (r"e[iyea]|ie|y", "i"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """How a folded name sounds, roughly: two spellings of one name have the same letters here."""
    for pattern, letters in _SOUNDS:
        word = pattern.sub(letters, word)
    return word
